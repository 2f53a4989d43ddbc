/* SPDX-License-Identifier: MIT */
/*
 * Bytes in any order become ascending chunks. They are kept in small blocks
 * under a two-level table of the 4 GiB a Cortex-M can address: adding costs
 * the same in any order, a byte that is given twice is seen at once, with the
 * line that gave it, and scattered bytes cost little more than themselves.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "image.h"

#define ADDRESS_END (1ull << 32)
#define BLOCK_BITS  6
#define BLOCK_SIZE  (1u << BLOCK_BITS) /* as many as a mask has bits */
#define TABLE_BITS  13
#define TABLE_SIZE  (1u << TABLE_BITS)
#define TOP_SIZE    (1u << (32 - TABLE_BITS - BLOCK_BITS))

struct block {
	uint64_t mask; /* bit n: data[n] was given */
	uint8_t data[BLOCK_SIZE];
};

struct stk_image_builder {
	const char *what;
	uint64_t offset, max, total;
	bool has_entry;
	uint64_t entry;
	struct block *blocks; /* in the order they were first needed */
	size_t n_blocks, room;
	uint32_t *table[TOP_SIZE]; /* by address: 0, or 1 + index into blocks */
	uint32_t low, high;	   /* no table below, none from there on */
};

int image_builder_new(const char *what, uint64_t offset, uint64_t max,
		      struct stk_image_builder **ret, struct stk_error *err)
{
	struct stk_image_builder *b = calloc(1, sizeof(*b));

	if (!b)
		return stk_fail_nomem(err);
	b->what = what;
	b->offset = offset;
	b->max = max;
	b->low = TOP_SIZE;
	*ret = b;
	return 0;
}

void image_builder_free(struct stk_image_builder *b)
{
	if (!b)
		return;
	for (uint32_t top = b->low; top < b->high; top++)
		free(b->table[top]);
	free(b->blocks);
	free(b);
}

void image_builder_rename(struct stk_image_builder *b, const char *what)
{
	b->what = what;
}

/* Into *@slot; false: out of memory. */
static bool block_new(struct stk_image_builder *b, uint32_t *slot)
{
	if (b->n_blocks == b->room) {
		size_t room = b->room ? b->room * 2 : 64;
		struct block *p = reallocarray(b->blocks, room, sizeof(*p));

		if (!p)
			return false;
		b->blocks = p;
		b->room = room;
	}
	b->blocks[b->n_blocks].mask = 0;
	*slot = (uint32_t)++b->n_blocks;
	return true;
}

/* NULL: out of memory. */
static uint32_t *table_at(struct stk_image_builder *b, uint32_t top)
{
	if (b->table[top])
		return b->table[top];
	b->table[top] = calloc(TABLE_SIZE, sizeof(*b->table[top]));
	if (top < b->low)
		b->low = top;
	if (top >= b->high)
		b->high = top + 1;
	return b->table[top];
}

/* NULL: out of memory. */
static struct block *block_at(struct stk_image_builder *b, uint32_t addr)
{
	uint32_t number = addr >> BLOCK_BITS;
	uint32_t *table = table_at(b, number >> TABLE_BITS), *slot;

	if (!table)
		return NULL;
	slot = &table[number & (TABLE_SIZE - 1)];
	if (!*slot && !block_new(b, slot))
		return NULL;
	return &b->blocks[*slot - 1];
}

static uint64_t mask_of(unsigned int first, size_t len)
{
	return (len == BLOCK_SIZE ? UINT64_MAX : (1ull << len) - 1) << first;
}

static int fail_conflict(const struct stk_image_builder *b, uint64_t addr, uint8_t before,
			 uint8_t now, const char *where, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "data-conflict",
			"'%s'%s%s: the byte at 0x%08" PRIx64
			" was given before as 0x%02x and is 0x%02x here",
			b->what, where ? ", " : "", where ? where : "", addr, before,
			now);
}

/* @len bytes that lie in one block. */
static int add_piece(struct stk_image_builder *b, uint32_t addr, const uint8_t *bytes,
		     size_t len, const char *where, struct stk_error *err)
{
	unsigned int first = addr % BLOCK_SIZE;
	uint64_t mask = mask_of(first, len), twice;
	struct block *block = block_at(b, addr);

	if (!block)
		return stk_fail_nomem(err);
	for (twice = mask & block->mask; twice; twice &= twice - 1) {
		unsigned int i = (unsigned int)__builtin_ctzll(twice);

		if (block->data[i] != bytes[i - first])
			return fail_conflict(b, addr - first + i, block->data[i],
					     bytes[i - first], where, err);
	}
	b->total += (unsigned int)__builtin_popcountll(mask & ~block->mask);
	if (b->total > b->max)
		return stk_fail(err, STK_ORIGIN_INPUT, EFBIG, "image-too-large",
				"'%s'%s%s: the image has more than the %" PRIu64
				" bytes that were allowed",
				b->what, where ? ", " : "", where ? where : "", b->max);
	memcpy(block->data + first, bytes, len);
	block->mask |= mask;
	return 0;
}

int stk_image_add(struct stk_image_builder *b, uint64_t addr, const void *bytes,
		  size_t len, const char *where, struct stk_error *err)
{
	const uint8_t *p = bytes;
	uint64_t at = addr + b->offset;

	if (!len)
		return 0;
	if (at < addr || at >= ADDRESS_END || len > ADDRESS_END - at)
		return stk_fail(
			err, STK_ORIGIN_INPUT, ENOEXEC, "address-range",
			"'%s'%s%s: %zu bytes at 0x%" PRIx64
			"%s do not fit below the 4 GiB that a Cortex-M can address",
			b->what, where ? ", " : "", where ? where : "", len, addr,
			b->offset ? " plus the base" : "");
	while (len) {
		size_t n = BLOCK_SIZE - at % BLOCK_SIZE;
		int r;

		if (n > len)
			n = len;
		r = add_piece(b, (uint32_t)at, p, n, where, err);
		if (r)
			return r;
		at += n;
		p += n;
		len -= n;
	}
	return 0;
}

void stk_image_set_entry(struct stk_image_builder *b, uint64_t entry)
{
	b->entry = entry + b->offset;
	b->has_entry = b->entry >= entry && b->entry < ADDRESS_END;
}

/* The image under construction: chunks grow, data was counted before. */
struct output {
	struct stk_image *image;
	size_t room;
	uint8_t *end; /* of the data so far */
};

static int append(struct output *o, uint64_t addr, const uint8_t *bytes, size_t len,
		  struct stk_error *err)
{
	struct stk_image *image = o->image;
	size_t n = image->info.n_chunks;

	memcpy(o->end, bytes, len);
	o->end += len;
	if (n && image->chunks[n - 1].addr + image->chunks[n - 1].len == addr) {
		image->chunks[n - 1].len += len;
		return 0;
	}
	if (n == o->room) {
		size_t room = o->room ? o->room * 2 : 8;
		struct stk_chunk *p = reallocarray(image->chunks, room, sizeof(*p));

		if (!p)
			return stk_fail_nomem(err);
		image->chunks = p;
		o->room = room;
	}
	image->chunks[n] =
		(struct stk_chunk){ .addr = addr, .data = o->end - len, .len = len };
	image->info.n_chunks = n + 1;
	return 0;
}

/* Every run of bytes in @block. */
static int append_block(struct output *o, uint64_t addr, const struct block *block,
			struct stk_error *err)
{
	uint64_t mask = block->mask;

	while (mask) {
		unsigned int first = (unsigned int)__builtin_ctzll(mask);
		uint64_t gaps = ~(mask >> first);
		unsigned int len =
			gaps ? (unsigned int)__builtin_ctzll(gaps) : BLOCK_SIZE;
		int r = append(o, addr + first, block->data + first, len, err);

		if (r)
			return r;
		mask &= ~mask_of(first, len);
	}
	return 0;
}

static int append_table(struct output *o, const struct stk_image_builder *b, uint64_t top,
			struct stk_error *err)
{
	for (uint64_t i = 0; i < TABLE_SIZE; i++) {
		uint32_t slot = b->table[top][i];
		int r;

		if (!slot)
			continue;
		r = append_block(o, (top << TABLE_BITS | i) << BLOCK_BITS,
				 &b->blocks[slot - 1], err);
		if (r)
			return r;
	}
	return 0;
}

static void image_closep(struct stk_image **image)
{
	stk_image_close(*image);
}

int image_builder_finish(const struct stk_image_builder *b, const char *path,
			 const char *format, struct stk_image **ret,
			 struct stk_error *err)
{
	stk_cleanup(image_closep) struct stk_image *image = calloc(1, sizeof(*image));
	struct output o = { .image = image };

	if (!b->total)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "image-empty",
				"'%s' holds no bytes to program", b->what);
	if (!image)
		return stk_fail_nomem(err);
	image->path = strdup(path);
	image->data = malloc(b->total);
	if (!image->path || !image->data)
		return stk_fail_nomem(err);
	o.end = image->data;
	for (uint32_t top = b->low; top < b->high; top++) {
		int r = b->table[top] ? append_table(&o, b, top, err) : 0;

		if (r)
			return r;
	}
	if (format && image_add_format(image, format, err))
		return -ENOMEM;
	image->info.path = image->path;
	image->info.chunks = image->chunks;
	image->info.bytes = b->total;
	image->info.has_entry = b->has_entry;
	image->info.entry = b->has_entry ? b->entry : 0;
	*ret = take_ptr(image);
	return 0;
}
