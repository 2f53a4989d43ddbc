/* SPDX-License-Identifier: MIT */
/* Memory that is freed all at once. */
#include "arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <string.h>

#define BLOCK_SIZE	4096

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	alignas(max_align_t) uint8_t bytes[];
};

static struct arena_block *block_new(struct arena *a, size_t size)
{
	struct arena_block *b;

	if (size < BLOCK_SIZE)
		size = BLOCK_SIZE;
	b = calloc(1, sizeof(*b) + size);
	if (!b)
		return NULL;
	b->size = size;
	b->next = a->blocks;
	a->blocks = b;
	return b;
}

void *arena_alloc(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct arena_block *b = a->blocks;
	void *p;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + align - 1) / align * align;
	if (!b || size > b->size - b->used)
		b = block_new(a, size);
	if (!b)
		return NULL;
	p = b->bytes + b->used;
	b->used += size;
	return p;
}

void *arena_copy(struct arena *a, const void *bytes, size_t size)
{
	void *p = arena_alloc(a, size);

	if (p && size)
		memcpy(p, bytes, size);
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return arena_copy(a, s, strlen(s) + 1);
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list args)
{
	va_list again;
	char *text = NULL;
	size_t size;
	int n;

	va_copy(again, args);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	size = n < ARENA_TEXT_MAX ? (size_t)n + 1 : ARENA_TEXT_MAX;
	if (n >= 0)
		text = arena_alloc(a, size);
	if (text)
		vsnprintf(text, size, fmt, args);
	return text;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list args;
	char *s;

	va_start(args, fmt);
	s = arena_vprintf(a, fmt, args);
	va_end(args);
	return s;
}

void arena_free(struct arena *a)
{
	while (a->blocks) {
		struct arena_block *b = a->blocks;

		a->blocks = b->next;
		free(b);
	}
}
