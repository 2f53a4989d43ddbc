/* SPDX-License-Identifier: MIT */
/* A loader's image, trap and stack into RAM, each read back. */
#include "core.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "session.h"

#define OPCODE_BKPT	0xBE00BE00u

static int fill_checked(struct session *s, struct stk_range where, uint8_t value,
			struct stk_error *err)
{
	stk_cleanup(freep) uint8_t *bytes = malloc(where.len ? where.len : 1);

	if (!bytes)
		return stk_fail_nomem(err);
	memset(bytes, value, where.len);
	return where.len ? session_write_checked(s, where.addr, bytes, where.len, err) : 0;
}

/* Sections that are executable or writable, as far as the file has bytes of them. */
static int load_sections(struct session *s, struct stk_error *err)
{
	const struct stk_elf *elf = loader_elf(s->loader);
	size_t n = 0;
	const struct stk_elf_section *section = elf ? stk_elf_sections(elf, &n) : NULL;
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		const struct stk_elf_section *c = &section[i];
		const struct stk_range at = { c->addr + s->layout.bias, c->size };

		if ((c->flags & SHF_ALLOC) && (c->flags & (SHF_EXECINSTR | SHF_WRITE)) &&
		    c->data && stk_range_contains(s->layout.image, at))
			r = session_write_checked(s, at.addr, c->data, c->size, err);
	}
	return r;
}

static int load_segments(struct session *s, struct stk_error *err)
{
	size_t n;
	const struct loader_chunk *chunk = loader_image(s->loader, &n);
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		uint64_t at = chunk[i].addr + s->layout.bias;

		if (chunk[i].len)
			r = session_write_checked(s, at, chunk[i].data, chunk[i].len, err);
		if (!r && s->host->zero_bss)
			r = fill_checked(
				s,
				(struct stk_range){ at + chunk[i].len,
						    chunk[i].mem_len - chunk[i].len },
				0, err);
	}
	return r;
}

static int set_watch(struct session *s, struct stk_error *err)
{
	const struct layout *l = &s->layout;
	const bool fixed = !s->info->position_independent;
	/* What the loader takes for its own: also where it was linked to, if it was moved. */
	const struct stk_range writable[] = {
		l->image, l->stack, l->buffer,
		s->info->has_static_base || !s->host->static_base ? l->image :
			(struct stk_range){ l->static_base, 64 },
		{ l->image.addr - (fixed ? l->bias : 0), l->image.len },
	};
	struct stk_watch watch = {
		.size = sizeof(watch),
		.writable = writable,
		.n_writable = ARRAY_SIZE(writable),
		.stack_limit = (uint32_t)l->stack.addr,
	};

	if (!s->target->ops.watch)
		return 0;
	return s->target->ops.watch(s->target->priv, &watch, err);
}

int session_use_buffer(struct session *s, uint64_t len, struct stk_error *err)
{
	struct stk_range used = { s->layout.buffer.addr, len };

	return s->keep ? keep_ram(s->keep, &used, 1, err) : 0;
}

int session_fill_buffer(struct session *s, const void *data, size_t len,
			struct stk_error *err)
{
	struct stk_target *t = s->target;
	int r = session_use_buffer(s, len, err);

	return r ? r : t->ops.write(t->priv, s->layout.buffer.addr, data, len, err);
}

/* All that is written before the first call, or by calls without being told to. */
static int keep_layout(struct session *s, struct stk_error *err)
{
	const struct layout *l = &s->layout;
	struct stk_range parts[] = {
		l->image, { l->trap, LAYOUT_TRAP_BYTES }, l->scratch, l->guard, l->stack,
		{ l->buffer.addr, session_link_bytes(s) },
	};

	return s->keep ? keep_ram(s->keep, parts, ARRAY_SIZE(parts), err) : 0;
}

int session_load(struct session *s, struct stk_error *err)
{
	const struct layout *l = &s->layout;
	struct stk_target *t = s->target;
	uint8_t bkpt[4];
	int r = s->core_as_is && !s->loaded ? session_note_exception(s, err) : 0;

	if (!r && !s->loaded)
		r = keep_layout(s, err);

	if (!r && !s->loaded)
		r = session_check_link(s, err);
	if (!r)
		r = s->host->load == HOST_LOAD_BY_FLAG ? load_sections(s, err) :
							 load_segments(s, err);
	put_le32(bkpt, OPCODE_BKPT);
	if (!r)
		r = session_write_checked(s, l->trap, bkpt, sizeof(bkpt), err);
	if (!r)
		r = fill_checked(s, l->guard, SESSION_STACK_PATTERN, err);
	if (!r)
		r = fill_checked(s, l->stack, SESSION_STACK_PATTERN, err);
	if (!r && !s->loaded)
		r = t->ops.break_set(t->priv, l->trap, err);
	if (r)
		return r;
	s->loaded = true;
	s->initialised = false;
	return set_watch(s, err);
}

/* ---- is it still there? ----------------------------------------------- */

static int holds(struct session *s, uint64_t addr, const uint8_t *want, size_t len,
		 bool *ret, struct stk_error *err)
{
	stk_cleanup(freep) uint8_t *found = malloc(len ? len : 1);
	int r;

	if (!found)
		return stk_fail_nomem(err);
	r = len ? s->target->ops.read(s->target->priv, addr, found, len, err) : 0;
	if (!r)
		*ret = !memcmp(want, found, len);
	return r;
}

/* As much of @code as was loaded from the file. */
static int holds_code(struct session *s, struct stk_range code, bool *ret,
		      struct stk_error *err)
{
	size_t n;
	const struct loader_chunk *c = loader_image(s->loader, &n);
	int r = 0;

	for (size_t i = 0; i < n && !r && *ret; i++) {
		uint64_t from = c[i].addr > code.addr ? c[i].addr : code.addr;
		uint64_t end = c[i].addr + c[i].len;

		if (end > stk_range_end(code))
			end = stk_range_end(code);
		if (from < end)
			r = holds(s, from + s->layout.bias, c[i].data + (from - c[i].addr),
				  end - from, ret, err);
	}
	return r;
}

/* What it may write to is its own: Init has changed it, and shall have. */
int session_intact(struct session *s, bool *ret, struct stk_error *err)
{
	const struct stk_elf *elf = loader_elf(s->loader);
	size_t n = 0;
	const struct stk_elf_section *section = elf ? stk_elf_sections(elf, &n) : NULL;
	uint8_t bkpt[4];
	bool same = true;
	int r;

	put_le32(bkpt, OPCODE_BKPT);
	r = holds(s, s->layout.trap & ~1ull, bkpt, sizeof(bkpt), &same, err);
	for (size_t i = 0; i < n && !r && same; i++) {
		const struct stk_elf_section *c = &section[i];

		if ((c->flags & SHF_ALLOC) && (c->flags & SHF_EXECINSTR) &&
		    !(c->flags & SHF_WRITE) && c->data)
			r = holds_code(s, (struct stk_range){ c->addr, c->size }, &same, err);
	}
	if (!r)
		*ret = same;
	return r;
}
