/* SPDX-License-Identifier: MIT */
/* What lies in the place of a swap now: what it put there, the original, or else. */
#include <errno.h>
#include <string.h>

#include "core/file.h"
#include "status.h"

#define MAX_LOADER (64u << 20)

/* ---- a file ----------------------------------------------------------- */

static int look_at_file(struct watch *w, const struct swap_row *row, struct look *ret)
{
	struct stk_error why;
	char hex[65] = "";
	uint8_t *bytes;
	size_t len;
	int r = file_read(row->path, MAX_LOADER, &bytes, &len, &why);

	if (!r) {
		stk_sha256_hex(bytes, len, hex);
		free(bytes);
	}
	if (r == -ENOMEM)
		return stk_fail_nomem(w->err);
	if (r == -ENOENT && !row->after_sha256)
		*ret = (struct look){ LDB_IN_PLACE, "nothing is there, as it was left",
				      NULL };
	else if (r == -ENOENT)
		*ret = (struct look){ LDB_GONE, "it is gone", NULL };
	else if (r)
		*ret = (struct look){ LDB_CHANGED, arena_strdup(w->arena, why.msg), NULL };
	else if (row->after_sha256 && !strcmp(hex, row->after_sha256))
		*ret = (struct look){ LDB_IN_PLACE, "it is as it was put there", NULL };
	else if (row->before_sha256 && !strcmp(hex, row->before_sha256))
		*ret = (struct look){ LDB_BACK,
				      "what was there before is there again, as an"
				      " update leaves it",
				      NULL };
	else
		*ret = (struct look){ LDB_CHANGED,
				      arena_printf(w->arena,
						   "something else is there, %.12s", hex),
				      NULL };
	return ret->what ? 0 : stk_fail_nomem(w->err);
}

/* ---- a tree ----------------------------------------------------------- */

/* Nothing there is an empty tree; what cannot be read is told in @why, and 1. */
static int read_tree(struct watch *w, const char *path, struct tree *ret,
		     struct stk_error *why)
{
	int r = tree_read_at(path, ret, why);

	if (r == -ENOMEM)
		return stk_fail_nomem(w->err);
	return r && r != -ENOENT;
}

static int judge(struct watch *w, const struct swap_row *row, const struct tree *before,
		 struct look *ret)
{
	struct tree now = { 0 }, after = { 0 };
	struct stk_error why;
	const char *differs;
	int r = read_tree(w, row->path, &now, &why);

	if (r > 0)
		*ret = (struct look){ LDB_CHANGED, arena_strdup(w->arena, why.msg), NULL };
	if (r)
		return r < 0 ? r : ret->what ? 0 : stk_fail_nomem(w->err);
	r = journal_tree(w->db, row->id, "after", &after, w->err);
	/* Files in it that were swapped have rows of their own. */
	if (!r)
		r = tree_without_swaps(w->db, row->path, &now, &after, w->err);
	differs = r ? NULL : tree_difference(&after, &now);
	if (r)
		;
	else if (!now.count)
		*ret = (struct look){ LDB_GONE, "the folder is gone", NULL };
	else if (!differs)
		*ret = (struct look){ LDB_IN_PLACE, "the folder is as it was put there",
				      NULL };
	else if (!tree_difference(before, &now))
		*ret = (struct look){ LDB_BACK,
				      "the folder from before is there again, as an"
				      " update leaves it",
				      NULL };
	else
		*ret = (struct look){ LDB_CHANGED,
				      arena_printf(w->arena, "the folder differs in '%s'",
						   differs),
				      NULL };
	tree_free(&after);
	tree_free(&now);
	if (!r && !ret->what)
		r = stk_fail_nomem(w->err);
	return r;
}

/* The original that 'stoker restore' would put back. */
static int look_at_kept(struct watch *w, const struct swap_row *row,
			const struct tree *before, struct look *ret)
{
	struct tree kept = { 0 };
	struct stk_error why;
	const char *differs;
	int r = read_tree(w, row->kept_path, &kept, &why);

	if (r < 0)
		return r;
	differs = r ? NULL : tree_difference(before, &kept);
	if (r)
		ret->lost = arena_printf(w->arena, "cannot be read: %s", why.msg);
	else if (!kept.count)
		ret->lost = "is gone";
	else if (differs)
		ret->lost = arena_printf(w->arena, "was changed in '%s'", differs);
	tree_free(&kept);
	return (r || differs) && !ret->lost ? stk_fail_nomem(w->err) : 0;
}

static int look_at_tree(struct watch *w, const struct swap_row *row, struct look *ret)
{
	struct tree before = { 0 };
	int r = journal_tree(w->db, row->id, "before", &before, w->err);

	if (!r)
		r = judge(w, row, &before, ret);
	/* Put back by hand it is not lost. */
	if (!r && ret->kind != LDB_BACK && row->kept_path)
		r = look_at_kept(w, row, &before, ret);
	tree_free(&before);
	return r;
}

int status_look(struct watch *w, const struct swap_row *row, struct look *ret)
{
	return row->tree ? look_at_tree(w, row, ret) : look_at_file(w, row, ret);
}
