/* SPDX-License-Identifier: MIT */
/* The rows of swaps: what was to be done, and how far it came. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "swap.h"

#define COLUMNS                                                                         \
	"SELECT s.id, s.kind, s.tool, s.version, s.install, s.path, s.pin, s.restores,"  \
	" s.before_sha256, s.after_sha256, s.before_stat, s.from_tree, s.kept_path,"     \
	" s.why, t.state, t.told FROM swap s JOIN swap_state t ON t.id ="                \
	" (SELECT max(id) FROM swap_state WHERE swap = s.id) "

/* ---- one at a time ---------------------------------------------------- */

int journal_lock(struct ldb *db, int *ret, struct stk_error *err)
{
	stk_cleanup_free char *path = NULL;
	int fd, r;

	if (asprintf(&path, "%s-swap", db->path) < 0)
		return stk_fail_nomem(err);
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return place_fail(err, "open", path);
	do
		r = flock(fd, LOCK_EX);
	while (r < 0 && errno == EINTR);
	if (r < 0) {
		r = place_fail(err, "lock", path);
		close(fd);
		return r;
	}
	*ret = fd;
	return 0;
}

/* ---- write ------------------------------------------------------------ */

int journal_next(struct ldb *db, int64_t *ret, struct stk_error *err)
{
	return db_number(db, ret, err, "SELECT coalesce(max(id), 0) + 1 FROM swap", "");
}

int journal_state(struct ldb *db, int64_t id, const char *state, const char *told,
		  struct stk_error *err)
{
	return db_run(db, err,
		      "INSERT INTO swap_state (swap, state, told, made) VALUES (?, ?, ?, ?)",
		      "issi", id, state, told, (int64_t)time(NULL));
}

static int add_tree(struct ldb *db, int64_t id, const char *side, const struct tree *t,
		    struct stk_error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < t->count; i++) {
		const struct tree_entry *e = &t->entries[i];

		r = db_run(db, err,
			   "INSERT INTO tree_file (swap, side, path, mode, size, sha256, link)"
			   " VALUES (?, ?, ?, ?, ?, ?, ?)", "issiiss", id, side, e->path,
			   (int64_t)e->mode, (int64_t)e->size, *e->sha256 ? e->sha256 : NULL,
			   e->link);
	}
	return r;
}

/* 0 is no row's id. */
static int add_row(struct ldb *db, const struct swap_row *s, struct stk_error *err)
{
	return db_run(db, err,
		      "INSERT INTO swap (id, kind, tool, version, install, path, pin, restores,"
		      " before_sha256, after_sha256, before_stat, from_tree, kept_path, why, made)"
		      " VALUES (?, ?, ?, ?, ?, ?, nullif(?, 0), nullif(?, 0), ?, ?, ?, ?, ?, ?, ?)",
		      "isssssiissssssi", s->id, s->tree ? "tree" : "file", s->tool, s->version,
		      s->install, s->path, s->pin, s->restores, s->before_sha256,
		      s->after_sha256, s->before_looks, s->from_tree, s->kept_path, s->why,
		      (int64_t)time(NULL));
}

int journal_begin(struct ldb *db, const struct swap_row *row, const struct tree *before,
		  const struct tree *after, struct stk_error *err)
{
	int r = add_row(db, row, err);

	if (!r && before)
		r = add_tree(db, row->id, "before", before, err);
	if (!r && after)
		r = add_tree(db, row->id, "after", after, err);
	return r ? r : journal_state(db, row->id, "begun", row->told, err);
}

/* ---- read ------------------------------------------------------------- */

/* NULL stays NULL; false: out of memory. */
static bool keep(struct arena *arena, const struct db_rows *rows, int column,
		 const char **ret)
{
	*ret = db_null(rows, column) ? NULL : arena_strdup(arena, db_text(rows, column));
	return *ret || db_null(rows, column);
}

static bool read_row(struct arena *arena, const struct db_rows *rows, struct swap_row *ret)
{
	ret->id = db_int(rows, 0);
	ret->tree = !strcmp(db_text(rows, 1), "tree");
	ret->pin = db_int(rows, 6);
	ret->restores = db_int(rows, 7);
	return keep(arena, rows, 2, &ret->tool) && keep(arena, rows, 3, &ret->version) &&
	       keep(arena, rows, 4, &ret->install) && keep(arena, rows, 5, &ret->path) &&
	       keep(arena, rows, 8, &ret->before_sha256) &&
	       keep(arena, rows, 9, &ret->after_sha256) &&
	       keep(arena, rows, 10, &ret->before_looks) &&
	       keep(arena, rows, 11, &ret->from_tree) &&
	       keep(arena, rows, 12, &ret->kept_path) && keep(arena, rows, 13, &ret->why) &&
	       keep(arena, rows, 14, &ret->state) && keep(arena, rows, 15, &ret->told);
}

static int read_rows(struct arena *arena, struct db_rows *rows, struct swap_rows *ret,
		     struct stk_error *err)
{
	int r;

	while ((r = db_next(rows, err)) > 0) {
		struct swap_row *row = answer_grow(arena, &ret->item, &ret->count, sizeof(*row));

		if (!row || !read_row(arena, rows, row))
			return stk_fail_nomem(err);
	}
	return r;
}

int journal_open(struct ldb *db, struct arena *arena, struct swap_rows *ret,
		 struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	int r = db_query(db, &rows, err,
			 COLUMNS "WHERE t.state NOT IN ('done', 'undone') ORDER BY s.id", "");

	*ret = (struct swap_rows){ NULL };
	return r ? r : read_rows(arena, rows, ret, err);
}

int journal_find(struct ldb *db, struct arena *arena, int64_t id, struct swap_row *ret,
		 struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	struct swap_rows found = { NULL };
	int r = db_query(db, &rows, err, COLUMNS "WHERE s.id = ?", "i", id);

	if (!r)
		r = read_rows(arena, rows, &found, err);
	if (!r && !found.count)
		r = stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "no-swap",
			     "there is no swap %lld; 'stoker db history' lists them",
			     (long long)id);
	if (!r)
		*ret = found.item[0];
	return r;
}

static int add_entry(struct db_rows *rows, struct tree *t, struct stk_error *err)
{
	struct tree_entry *e = answer_grow(&t->arena, &t->entries, &t->count, sizeof(*e));
	const char *sha256 = db_text(rows, 3);

	if (!e || !keep(&t->arena, rows, 0, &e->path) || !keep(&t->arena, rows, 4, &e->link))
		return stk_fail_nomem(err);
	e->mode = (unsigned int)db_int(rows, 1);
	e->size = (uint64_t)db_int(rows, 2);
	if (sha256 && strlen(sha256) == 64)
		memcpy(e->sha256, sha256, 65);
	return 0;
}

int journal_tree(struct ldb *db, int64_t id, const char *side, struct tree *ret,
		 struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	struct tree t = { 0 };
	int r = db_query(db, &rows, err,
			 "SELECT path, mode, size, sha256, link FROM tree_file"
			 " WHERE swap = ? AND side = ?", "is", id, side);

	while (!r && (r = db_next(rows, err)) > 0)
		r = add_entry(rows, &t, err);
	if (!r)
		r = tree_finish(&t, err);
	if (r < 0)
		tree_free(&t);
	else
		*ret = t;
	return r;
}

/* ---- which hold ------------------------------------------------------- */

bool journal_same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Does @next begin where @last ended? A tree's original lies beside it: it does. */
static bool follows(const struct swap_row *last, const struct swap_row *next)
{
	return last->tree == next->tree &&
	       (last->tree || journal_same(last->after_sha256, next->before_sha256));
}

/* @held: those of one path that hold, in the order of their ids. */
static void take(struct swap_rows *held, const struct swap_row *row, bool undoes)
{
	if (undoes) {
		while (held->count && held->item[held->count - 1].id >= row->restores)
			held->count--;
		return;
	}
	if (held->count && !follows(&held->item[held->count - 1], row))
		held->count = 0;
	held->item[held->count++] = *row;
}

/* Is it a restore of a swap, and not of another restore? */
static bool undoes(const struct swap_rows *all, const struct swap_row *row)
{
	for (size_t i = 0; row->restores && i < all->count; i++)
		if (all->item[i].id == row->restores)
			return !all->item[i].restores;
	return false;
}

/* Was it in a tree that was put there before, and put back since? */
static bool went_away(const struct swap_rows *all, const struct swap_row *row)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct swap_row *r = &all->item[i];

		if (r->tree && r->restores && r->restores < row->id && row->id < r->id &&
		    place_is_in(r->path, row->path) && strcmp(r->path, row->path) &&
		    undoes(all, r))
			return true;
	}
	return false;
}

int journal_holding(struct ldb *db, struct arena *arena, struct swap_rows *ret,
		    struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	struct swap_rows all = { NULL }, held;
	size_t count = 0;
	int r = db_query(db, &rows, err,
			 COLUMNS "WHERE t.state = 'done' ORDER BY s.path, s.id", "");

	if (!r)
		r = read_rows(arena, rows, &all, err);
	if (r < 0)
		return r;
	ret->item = arena_alloc(arena, (all.count + 1) * sizeof(*all.item));
	if (!ret->item)
		return stk_fail_nomem(err);
	held = (struct swap_rows){ ret->item, 0 };
	for (size_t i = 0; i < all.count; i++) {
		if (i && strcmp(all.item[i].path, all.item[i - 1].path)) {
			count += held.count;
			held = (struct swap_rows){ ret->item + count, 0 };
		}
		if (!went_away(&all, &all.item[i]))
			take(&held, &all.item[i], undoes(&all, &all.item[i]));
	}
	ret->count = count + held.count;
	return 0;
}
