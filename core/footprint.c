/* SPDX-License-Identifier: MIT */
/*
 * What of a loader goes to the target, and where: the file bytes of its
 * PT_LOADs but the device table's own, what those leave to be zeroed, and
 * allocated sections that no PT_LOAD covers (linkers leave out .bss).
 */
#include "core.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

#include "loader-priv.h"
#include "sha256.h"

static bool uniform(const uint8_t *p, size_t len)
{
	if (!len)
		return true;
	return (*p == 0x00 || *p == 0xFF) && !memcmp(p, p + 1, len - 1);
}

static bool holds_only(const struct loader_table *t, const uint8_t *data, uint64_t len)
{
	uint64_t before, span;

	if (!data || t->bytes < data || t->bytes >= data + len)
		return false;
	before = (uint64_t)(t->bytes - data);
	span = t->range.len < len - before ? t->range.len : len - before;
	return uniform(data, (size_t)before) &&
	       uniform(t->bytes + span, (size_t)(len - before - span));
}

/*
 * Do @len file bytes at @data hold a device table and otherwise nothing but
 * fill? Goes by content: names and flags of the table's section differ from
 * linker to linker, and its symbol's size is often 0.
 */
static bool only_table(const struct stk_loader *l, const uint8_t *data, uint64_t len)
{
	for (size_t i = 0; i < l->n_tables; i++) {
		if (holds_only(&l->tables[i], data, len))
			return true;
	}
	return false;
}

/* ---- chunks ----------------------------------------------------------- */

static int insert(struct stk_loader *l, size_t at, struct loader_chunk c,
		  struct stk_error *err)
{
	if (l->n_chunks == LOADER_MAX_CHUNKS)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "image-in-pieces",
				"'%s': its image has more than %d separate pieces",
				l->info.path, LOADER_MAX_CHUNKS);
	memmove(&l->chunks[at + 1], &l->chunks[at], (l->n_chunks - at) * sizeof(c));
	l->chunks[at] = c;
	l->n_chunks++;
	return 0;
}

/* Add what of the range no chunk holds yet; @data NULL: zeros. */
static int add(struct stk_loader *l, uint64_t addr, const uint8_t *data, uint64_t len,
	       struct stk_error *err)
{
	size_t i = 0;

	while (len) {
		uint64_t n = len, skip;
		int r;

		while (i < l->n_chunks &&
		       l->chunks[i].addr + (l->chunks[i].mem_len - 1) < addr)
			i++;
		if (i < l->n_chunks && l->chunks[i].addr <= addr) {
			skip = l->chunks[i].mem_len - (addr - l->chunks[i].addr);
		} else {
			if (i < l->n_chunks && l->chunks[i].addr - addr < n)
				n = l->chunks[i].addr - addr;
			r = insert(l, i,
				   (struct loader_chunk){ addr, data, data ? n : 0, n },
				   err);
			if (r)
				return r;
			skip = n;
		}
		if (skip >= len)
			break;
		addr += skip;
		len -= skip;
		if (data)
			data += skip;
	}
	return 0;
}

/* Does @b go on where @a ends, in memory and in the file? */
static bool joins(const struct loader_chunk *a, const struct loader_chunk *b)
{
	if (a->addr + a->mem_len != b->addr)
		return false;
	if (!b->len)
		return true;
	return a->len && a->len == a->mem_len && a->data + a->len == b->data;
}

static void join(struct stk_loader *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n_chunks; i++) {
		const struct loader_chunk *c = &l->chunks[i];

		if (n && joins(&l->chunks[n - 1], c)) {
			l->chunks[n - 1].mem_len += c->mem_len;
			l->chunks[n - 1].len += c->len;
		} else {
			l->chunks[n++] = *c;
		}
	}
	l->n_chunks = n;
}

/*
 * Where PT_LOADs overlap, file bytes win over zeros, and the later file bytes
 * over the earlier, as if they were loaded in order.
 */
static int add_segments(struct stk_loader *l, struct stk_error *err)
{
	size_t n;
	const struct stk_elf_segment *s = stk_elf_segments(l->elf, &n);
	int r = 0;

	for (size_t i = n; i-- && !r;) {
		if (l->info.segments[i].role == STK_SEGMENT_CODE)
			r = add(l, s[i].vaddr, s[i].data, s[i].data ? s[i].file_size : 0,
				err);
	}
	for (size_t i = 0; i < n && !r; i++) {
		if (l->info.segments[i].role == STK_SEGMENT_CODE)
			r = add(l, s[i].vaddr, NULL, s[i].mem_size, err);
	}
	return r;
}

static int add_sections(struct stk_loader *l, bool zeros, struct stk_error *err)
{
	size_t n;
	const struct stk_elf_section *s = stk_elf_sections(l->elf, &n);
	int r = 0;

	for (size_t i = 1; i < n && !r; i++) {
		if (!(s[i].flags & SHF_ALLOC) || s[i].flags & SHF_TLS ||
		    s[i].type == SHT_NULL || zeros != (s[i].type == SHT_NOBITS) ||
		    only_table(l, s[i].data, s[i].size))
			continue;
		r = add(l, s[i].addr, s[i].data, s[i].size, err);
	}
	return r;
}

/* ---- segments, digests ------------------------------------------------ */

static enum stk_segment_role role(const struct stk_loader *l,
				  const struct stk_elf_segment *s)
{
	if (!s->mem_size)
		return STK_SEGMENT_EMPTY;
	if (s->mem_size == s->file_size && only_table(l, s->data, s->file_size))
		return STK_SEGMENT_TABLE;
	return STK_SEGMENT_CODE;
}

static int describe_segments(struct stk_loader *l, struct stk_error *err)
{
	size_t n;
	const struct stk_elf_segment *s = stk_elf_segments(l->elf, &n);
	struct stk_segment *out = arena_alloc(&l->arena, n * sizeof(*out));

	if (!out)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		out[i] = (struct stk_segment){
			.vaddr = s[i].vaddr,
			.paddr = s[i].paddr,
			.offset = s[i].offset,
			.file_size = s[i].file_size,
			.mem_size = s[i].mem_size,
			.r = s[i].flags & PF_R,
			.w = s[i].flags & PF_W,
			.x = s[i].flags & PF_X,
			.role = role(l, &s[i]),
		};
	}
	l->info.segments = out;
	l->info.n_segments = n;
	return 0;
}

/* The table may lie inside a chunk; the digest of the code is without it. */
static void hash_chunk(struct sha256 *s, const struct stk_loader *l,
		       const struct loader_chunk *c)
{
	const struct loader_table *t = &l->tables[0];
	const uint8_t *end = c->data + c->len;

	if (!l->n_tables || t->bytes < c->data || t->bytes >= end) {
		sha256_update(s, c->data, (size_t)c->len);
		return;
	}
	sha256_update(s, c->data, (size_t)(t->bytes - c->data));
	if (t->len < (size_t)(end - t->bytes))
		sha256_update(s, t->bytes + t->len, (size_t)(end - t->bytes) - t->len);
}

static int hash_code(struct stk_loader *l, struct stk_error *err)
{
	struct sha256 s;
	char hex[65];

	if (!l->n_chunks)
		return 0;
	sha256_init(&s);
	for (size_t i = 0; i < l->n_chunks; i++) {
		if (l->chunks[i].len)
			hash_chunk(&s, l, &l->chunks[i]);
	}
	sha256_hex(&s, hex);
	l->info.code_sha256 = arena_strdup(&l->arena, hex);
	return l->info.code_sha256 ? 0 : stk_fail_nomem(err);
}

static int hash_table(struct stk_loader *l, struct stk_error *err)
{
	char hex[65];

	if (!l->n_tables)
		return 0;
	stk_sha256_hex(l->tables[0].bytes, l->tables[0].len, hex);
	l->info.table_sha256 = arena_strdup(&l->arena, hex);
	return l->info.table_sha256 ? 0 : stk_fail_nomem(err);
}

int loader_footprint(struct stk_loader *l, struct stk_error *err)
{
	const struct loader_chunk *last;
	int r = describe_segments(l, err);

	if (r)
		return r;
	l->chunks = malloc(LOADER_MAX_CHUNKS * sizeof(*l->chunks));
	if (!l->chunks)
		return stk_fail_nomem(err);
	r = add_segments(l, err);
	if (!r)
		r = add_sections(l, false, err);
	if (!r)
		r = add_sections(l, true, err);
	join(l);
	if (l->n_chunks) {
		last = &l->chunks[l->n_chunks - 1];
		l->info.link_address = l->chunks[0].addr;
		l->info.ram_size = last->addr - l->chunks[0].addr + last->mem_len;
	}
	if (!r)
		r = hash_code(l, err);
	return r ? r : hash_table(l, err);
}
