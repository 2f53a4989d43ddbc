/* SPDX-License-Identifier: MIT */
/* A tree as it was before files in it were swapped. */
#include <string.h>

#include "swap.h"

static struct tree_entry *find(const struct tree *t, const char *path)
{
	for (size_t i = 0; i < t->count; i++)
		if (!strcmp(t->entries[i].path, path))
			return &t->entries[i];
	return NULL;
}

static void take_out(struct tree *t, const struct tree_entry *e)
{
	size_t at = (size_t)(e - t->entries);

	memmove(&t->entries[at], &t->entries[at + 1], (t->count - at - 1) * sizeof(*e));
	t->count--;
}

/* @path below the tree is what @row put there: then it counts as what was there. */
static void undo(struct tree *t, const char *path, const struct swap_row *row)
{
	struct tree_entry *e = find(t, path);

	if (!e || !row->after_sha256 || strcmp(e->sha256, row->after_sha256))
		return;
	if (row->before_sha256)
		memcpy(e->sha256, row->before_sha256, sizeof(e->sha256));
	else
		take_out(t, e);
}

/* Rows tell no sizes, but equal bytes are of equal size. */
static void take_sizes(struct tree *t, const struct tree *put)
{
	for (size_t i = 0; i < t->count; i++) {
		struct tree_entry *e = &t->entries[i];
		const struct tree_entry *same = *e->sha256 ? find(put, e->path) : NULL;

		if (same && !strcmp(same->sha256, e->sha256))
			e->size = same->size;
	}
}

int tree_without_swaps(struct ldb *db, const char *path, struct tree *t,
		       const struct tree *put, struct stk_error *err)
{
	struct arena arena = { NULL };
	struct swap_rows rows;
	size_t n = strlen(path), found = 0;
	int r = journal_holding(db, &arena, &rows, err);

	/* The last one first. */
	for (size_t i = rows.count; !r && i-- > 0;) {
		const struct swap_row *row = &rows.item[i];

		if (row->tree || !place_is_in(path, row->path) || !row->path[n])
			continue;
		undo(t, row->path + n + 1, row);
		found++;
	}
	arena_free(&arena);
	if (r < 0 || !found)
		return r;
	take_sizes(t, put);
	return tree_finish(t, err);
}
