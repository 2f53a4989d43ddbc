/* SPDX-License-Identifier: MIT */
/* The plan of a swap of a programmer's whole folder. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "swap.h"

/* ---- the plan --------------------------------------------------------- */

/*
 * A second tree over the first would leave the first one's copy behind; files in it
 * that were swapped would be out of sight.
 */
static int check_held(struct ldb_swap *s, const char *path, struct stk_error *err)
{
	struct arena arena = { NULL };
	struct swap_rows rows;
	int r = journal_holding(s->db, &arena, &rows, err);

	for (size_t i = 0; !r && i < rows.count; i++) {
		const struct swap_row *row = &rows.item[i];
		struct stat st;

		if (row->tree && !strcmp(row->path, path) && lstat(row->kept_path, &st) == 0)
			r = stk_fail(err, STK_ORIGIN_DATABASE, EEXIST, "swapped",
				     "swap %lld put another tree in '%s' already: 'stoker restore"
				     " --swap %lld' first", (long long)row->id, path,
				     (long long)row->id);
		else if (!row->tree && place_is_in(path, row->path))
			r = stk_fail(err, STK_ORIGIN_DATABASE, EEXIST, "swapped",
				     "swap %lld put another file into it, '%s': 'stoker restore %s'"
				     " first", (long long)row->id, row->path, path);
	}
	arena_free(&arena);
	return r;
}

static int check_trees(struct ldb_swap *s, struct ldb_change *c, const struct tree *from,
		       const struct tree *there, struct stk_error *err)
{
	struct place p;
	int r;

	if (place_is_in(c->path, c->from) || place_is_in(c->from, c->path))
		return stk_fail(err, STK_ORIGIN_DATABASE, EINVAL, "same-tree",
				"'%s' and '%s' are the same folder, or one lies in the other",
				c->path, c->from);
	if (!from->count || !there->count)
		return stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "no-programmer",
				"'%s' is no folder any more", from->count ? c->path : c->from);
	r = check_held(s, c->path, err);
	if (!r)
		r = place_open(c->path, &p, err);
	if (r < 0)
		return r;
	s->bytes += from->bytes;
	r = place_check(&p, true, err);
	if (!r)
		r = place_check_room(&p, s->bytes, err);
	place_close(&p);
	return r;
}

static int fill(struct ldb_swap *s, struct ldb_change *c, struct stk_error *err,
		struct stk_error *why)
{
	struct tree from = { 0 }, there = { 0 };
	int r = tree_read_at(c->from, &from, why);

	if (!r)
		r = tree_read_at(c->path, &there, why);
	if (!r) {
		c->n_files = from.files;
		c->before_sha256 = swap_say(s, "%s", there.sha256);
		c->after_sha256 = swap_say(s, "%s", from.sha256);
		r = tree_without_swaps(s->db, c->path, &there, &from, why);
		c->done = !r && !strcmp(there.sha256, from.sha256);
		if (!r && !c->done)
			r = check_trees(s, c, &from, &there, why);
	}
	tree_free(&from);
	tree_free(&there);
	if (r < 0)
		return swap_refuse(s, c, r, why, err);
	return c->before_sha256 && c->after_sha256 ? 0 : stk_fail_nomem(err);
}

int plan_tree(struct planner *p, const struct ldb_component *c, const char *from,
	      const char *why, int64_t pin, struct ldb_change **ret)
{
	const struct ldb_install *install = p->opt->install;
	const struct todo todo = { .tool = install->tool->name, .version = install->version,
				   .install = install->path, .pin = pin };
	struct ldb_change *change;
	char real[PATH_MAX];
	struct stk_error no;
	const char *path;
	int r = swap_real_path(p->swap, install->path, c->path, &path, p->err);

	if (r < 0)
		return r;
	if (!realpath(from, real))
		return place_fail(p->err, "find", from);
	change = swap_add(p->swap, LDB_SWAP_TREE, path, &todo);
	if (!change)
		return stk_fail_nomem(p->err);
	change->from = swap_say(p->swap, "%s", real);
	change->why = why;
	if (!change->from)
		return stk_fail_nomem(p->err);
	*ret = change;
	return fill(p->swap, change, p->err, &no);
}
