/* SPDX-License-Identifier: MIT */
/* Memory that is freed at once. */
#include <stdlib.h>
#include <string.h>

#include "svd.h"

#define BLOCK 16384

struct svd_block {
	struct svd_block *next;
	size_t used, room;
	max_align_t bytes[];
};

void *svd_alloc(struct svd_pool *pool, size_t size)
{
	struct svd_block *b = pool->blocks;
	void *p;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + sizeof(max_align_t)) & ~(sizeof(max_align_t) - 1);
	if (!b || b->room - b->used < size) {
		size_t room = size > BLOCK ? size : BLOCK;

		b = calloc(1, sizeof(*b) + room);
		if (!b)
			return NULL;
		b->room = room;
		b->next = pool->blocks;
		pool->blocks = b;
	}
	p = (char *)b->bytes + b->used;
	b->used += size;
	return p;
}

void *svd_sorted(struct svd_pool *pool, void *item, size_t n, size_t size,
		 int (*order)(const void *a, const void *b))
{
	void *copy = svd_alloc(pool, n * size);

	if (copy) {
		qsort(item, n, size, order);
		memcpy(copy, item, n * size);
	}
	free(item);
	return copy;
}

char *svd_strdup(struct svd_pool *pool, const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = svd_alloc(pool, len);

	return copy ? memcpy(copy, text, len) : NULL;
}

void svd_free(struct svd_pool *pool)
{
	while (pool->blocks) {
		struct svd_block *next = pool->blocks->next;

		free(pool->blocks);
		pool->blocks = next;
	}
}
