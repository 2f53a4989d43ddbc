/* SPDX-License-Identifier: MIT */
/* The plan of a restore: what was there before the swaps that hold. */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "swap.h"

struct restoring {
	struct ldb_swap *swap;
	struct stk_error *err;
};

static struct ldb_change *add(struct restoring *s, const struct swap_row *row)
{
	const struct todo todo = {
		.tool = row->tool,
		.version = row->version,
		.install = row->install,
		.restores = row->id,
		.looks = row->before_looks,
		.moved = row->kept_path,
	};
	struct ldb_change *c = swap_add(s->swap, row->tree ? LDB_SWAP_TREE : LDB_SWAP_FILE,
					row->path, &todo);

	if (c)
		c->why = swap_say(s->swap, "what was there before swap %lld", (long long)row->id);
	return c && c->why ? c : NULL;
}

/* ---- a file ----------------------------------------------------------- */

/* @last put there what should be there now. */
static int restore_file(struct restoring *s, const struct swap_row *row,
			const struct swap_row *last)
{
	struct ldb_change *c = add(s, row);
	int r;

	if (!c)
		return stk_fail_nomem(s->err);
	c->after_sha256 = row->before_sha256;
	r = swap_look(s->swap, c, 0, s->err);
	if (r < 0 || c->done || c->refused || journal_same(c->before_sha256, last->after_sha256))
		return r;
	return swap_caution(s->swap, c,
			    swap_say(s->swap, c->before_sha256 ?
				     "another program changed it since swap %lld; what it put there"
				     " is kept in the loader database too" :
				     "another program removed it since swap %lld",
				     (long long)last->id), s->err);
}

/* ---- a tree ----------------------------------------------------------- */

static int note_tree(struct restoring *s, struct ldb_change *c, const struct swap_row *row,
		     struct tree *now, const struct tree *kept)
{
	struct tree was = { 0 }, put = { 0 };
	int r = journal_tree(s->swap->db, row->id, "before", &was, s->err);
	const char *path;

	if (!r)
		r = journal_tree(s->swap->db, row->id, "after", &put, s->err);
	path = r ? NULL : tree_difference(&was, kept);
	if (!r && path)
		r = swap_caution(s->swap, c, swap_say(s->swap, "the original was changed where it"
						      " is kept, in '%s'", path), s->err);
	if (!r)
		r = tree_without_swaps(s->swap->db, row->path, now, &put, s->err);
	path = r ? NULL : tree_difference(&put, now);
	if (!r && path)
		r = swap_caution(s->swap, c,
				 swap_say(s->swap, "another program changed '%s' in it since swap"
					  " %lld; what is there is kept beside it too", path,
					  (long long)row->id), s->err);
	tree_free(&was);
	tree_free(&put);
	return r;
}

/* The original is nowhere, unless somebody else put it back. */
static int look_for_original(struct ldb *db, const struct swap_row *row, struct tree *now,
			     struct tree *kept, struct stk_error *why)
{
	int r = journal_tree(db, row->id, "before", kept, why);

	if (r < 0 || !strcmp(kept->sha256, now->sha256))
		return r;
	return stk_fail(why, STK_ORIGIN_DATABASE, ENOENT, "no-original",
			"the original of '%s', which was kept as '%s', is gone: another program"
			" removed it; install the toolchain again", row->path, row->kept_path);
}

static int look_trees(struct ldb *db, const struct swap_row *row, struct tree *now,
		      struct tree *kept, bool *ret_back, struct stk_error *why)
{
	struct place p;
	int r = place_open(row->path, &p, why);

	if (r < 0)
		return r;
	r = tree_read(&p, p.name, now, why);
	if (!r)
		r = tree_read(&p, place_name(row->kept_path), kept, why);
	if (!r)
		r = place_check(&p, true, why);
	place_close(&p);
	*ret_back = !r && !kept->count;
	return *ret_back ? look_for_original(db, row, now, kept, why) : r;
}

static int restore_tree(struct restoring *s, const struct swap_row *row)
{
	struct tree now = { 0 }, kept = { 0 };
	struct ldb_change *c = add(s, row);
	struct stk_error why;
	bool back = false; /* somebody else put it back, and nothing is kept */
	int r;

	if (!c)
		return stk_fail_nomem(s->err);
	c->from = row->kept_path;
	r = look_trees(s->swap->db, row, &now, &kept, &back, &why);
	if (r < 0) {
		r = swap_refuse(s->swap, c, r, &why, s->err);
	} else {
		c->n_files = kept.files;
		c->before_sha256 = now.count ? swap_say(s->swap, "%s", now.sha256) : NULL;
		c->after_sha256 = swap_say(s->swap, "%s", kept.sha256);
		c->done = back;
		if (!c->after_sha256 || (now.count && !c->before_sha256))
			r = stk_fail_nomem(s->err);
		else if (!c->done)
			r = note_tree(s, c, row, &now, &kept);
	}
	tree_free(&now);
	tree_free(&kept);
	return r;
}

/* ---- which ------------------------------------------------------------ */

/* From @first to @last they are of one path. */
static int restore_path(struct restoring *s, const struct swap_row *first,
			const struct swap_row *last)
{
	return first->tree ? restore_tree(s, last) : restore_file(s, first, last);
}

/* It is in a tree that is put back too: that takes it along. */
static bool goes_with_tree(const struct swap_rows *rows, const struct swap_row *row,
			   const char *path)
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct swap_row *r = &rows->item[i];

		if (r->tree && strcmp(r->path, row->path) && place_is_in(r->path, row->path) &&
		    (!path || place_is_in(path, r->path)))
			return true;
	}
	return false;
}

/* With all of its toolchain: there is nothing to put it back into. */
static bool is_uninstalled(const struct swap_row *row)
{
	struct stat st;

	return row->install && lstat(row->install, &st) < 0 && errno == ENOENT;
}

static int restore_all(struct restoring *s, const char *path)
{
	struct swap_rows rows = { NULL };
	int r = journal_holding(s->swap->db, &s->swap->arena, &rows, s->err);
	size_t first = 0;

	for (size_t i = 0; !r && i < rows.count; i++) {
		if (i + 1 < rows.count && !strcmp(rows.item[i].path, rows.item[i + 1].path))
			continue;
		if ((path ? place_is_in(path, rows.item[i].path) :
			    !is_uninstalled(&rows.item[i])) &&
		    !goes_with_tree(&rows, &rows.item[i], path))
			r = restore_path(s, &rows.item[first], &rows.item[i]);
		first = i + 1;
	}
	return r;
}

/* One swap: of those that hold, with all that came after it on the same path. */
static int restore_one(struct restoring *s, int64_t id)
{
	struct swap_rows rows = { NULL };
	struct swap_row row;
	struct ldb_change *c;
	int r = journal_find(s->swap->db, &s->swap->arena, id, &row, s->err);

	if (!r)
		r = journal_holding(s->swap->db, &s->swap->arena, &rows, s->err);
	if (r < 0)
		return r;
	if (strcmp(row.state, "done"))
		return stk_fail(s->err, STK_ORIGIN_DATABASE, EINVAL, "not-done",
				"swap %lld %s", (long long)id, strcmp(row.state, "undone") ?
				"was interrupted and is not finished yet: run this again" :
				"was undone: there is nothing to put back");
	for (size_t i = 0; i < rows.count; i++) {
		size_t last = i;

		if (rows.item[i].id != id)
			continue;
		while (last + 1 < rows.count && !strcmp(rows.item[last + 1].path, row.path))
			last++;
		return row.tree ? restore_tree(s, &rows.item[i]) :
				  restore_file(s, &rows.item[i], &rows.item[last]);
	}
	r = row.tree ? restore_tree(s, &row) : restore_file(s, &row, &row);
	c = &s->swap->changes[s->swap->info.n_changes - 1];
	if (r < 0 || c->done || c->refused)
		return r;
	return swap_caution(s->swap, c, swap_say(s->swap, "swap %lld does not hold any more",
						 (long long)id), s->err);
}

int ldb_restore_plan(struct ldb *db, const char *path, int64_t id, struct ldb_swap **ret,
		     struct stk_error *err)
{
	struct restoring s = { .swap = swap_new(db), .err = err };
	char real[PATH_MAX];
	int r;

	if (!s.swap)
		return stk_fail_nomem(err);
	/* As the journal knows it; what is gone by now goes by its name. */
	if (path && realpath(path, real))
		path = real;
	r = id ? restore_one(&s, id) : restore_all(&s, path);
	if (r < 0) {
		ldb_swap_free(s.swap);
		return r;
	}
	swap_count(s.swap);
	*ret = s.swap;
	return 0;
}
