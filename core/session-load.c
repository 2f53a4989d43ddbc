/* SPDX-License-Identifier: MIT */
/* A loader's image, trap and stack into RAM, each read back. */
#include "core.h"

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

static int load_image(struct session *s, struct stk_error *err)
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
	const struct stk_range writable[] = {
		l->image, l->stack, l->buffer, { l->static_base, 64 },
	};
	struct stk_watch watch = {
		.writable = writable,
		.n_writable = s->info->has_static_base || !s->host->static_base ? 3 : 4,
		.stack_limit = (uint32_t)l->stack.addr,
	};

	if (!s->target->ops.watch)
		return 0;
	return s->target->ops.watch(s->target->priv, &watch, err);
}

int session_load(struct session *s, struct stk_error *err)
{
	const struct layout *l = &s->layout;
	struct stk_target *t = s->target;
	uint8_t bkpt[4];
	int r = s->loaded ? 0 : session_check_link(s, err);

	if (!r)
		r = load_image(s, err);
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
