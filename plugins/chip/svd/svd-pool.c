/* SPDX-License-Identifier: MIT */
/* Memory that is freed at once, with the chip that it holds. */
#include <stdlib.h>
#include <string.h>

#include "svd.h"

#define BLOCK 16384

struct svd_block {
	struct svd_block *next;
	size_t used, room;
	max_align_t bytes[];
};

void *svd_alloc(struct svd *s, size_t size)
{
	struct svd_block *b = s->blocks;
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
		b->next = s->blocks;
		s->blocks = b;
	}
	p = (char *)b->bytes + b->used;
	b->used += size;
	return p;
}

char *svd_strdup(struct svd *s, const char *text)
{
	size_t len = strlen(text) + 1;
	char *copy = svd_alloc(s, len);

	return copy ? memcpy(copy, text, len) : NULL;
}

void svd_free_blocks(struct svd_block *blocks)
{
	while (blocks) {
		struct svd_block *next = blocks->next;

		free(blocks);
		blocks = next;
	}
}
