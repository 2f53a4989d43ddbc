/* SPDX-License-Identifier: MIT */
/*
 * Put another tree where one is: it is copied beside it, or lies there since a
 * swap; then the two change names.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "swap.h"

struct treeing {
	struct ldb *db;
	struct place place, from;
	struct tree before, after;
	struct swap_row row;
	char *kept, *ready; /* paths */
};

static void treeing_free(struct treeing *t)
{
	place_close(&t->place);
	place_close(&t->from);
	tree_free(&t->before);
	tree_free(&t->after);
	free(t->kept);
	free(t->ready);
}

static bool is_as_planned(const struct tree *t, const char *sha256)
{
	return !strcmp(t->sha256, sha256 ? sha256 : "");
}

static int open_trees(struct treeing *t, const struct ldb_change *c, struct stk_error *err)
{
	int r = place_open(c->path, &t->place, err);

	if (!r)
		r = place_open(c->from, &t->from, err);
	if (!r)
		r = tree_read(&t->place, t->place.name, &t->before, err);
	if (!r)
		r = tree_read(&t->from, t->from.name, &t->after, err);
	if (!r && (!is_as_planned(&t->before, c->before_sha256) ||
		   !is_as_planned(&t->after, c->after_sha256)))
		r = stk_fail(err, STK_ORIGIN_DATABASE, EBUSY, "changed-meanwhile",
			     "'%s' or '%s' was changed by another program since it was looked at:"
			     " run this again", c->path, c->from);
	return r;
}

static int record_begin(struct treeing *t, const struct ldb_change *c, const struct todo *todo,
			struct stk_error *err)
{
	int r = journal_next(t->db, &t->row.id, err);

	if (r < 0)
		return r;
	t->kept = place_beside(c->path, todo->restores ? "found" : "kept", t->row.id);
	t->ready = todo->restores ? strdup(todo->moved) :
				    place_beside(c->path, "new", t->row.id);
	if (!t->kept || !t->ready)
		return stk_fail_nomem(err);
	t->row.tree = true;
	t->row.tool = todo->tool;
	t->row.version = todo->version;
	t->row.install = todo->install;
	t->row.path = c->path;
	t->row.pin = todo->pin;
	t->row.restores = todo->restores;
	t->row.from_tree = c->from;
	t->row.kept_path = t->kept;
	t->row.why = c->why;
	t->row.told = todo->restores && !c->caution ? TREE_AWAY : NULL;
	t->row.state = "begun";
	return journal_begin(t->db, &t->row, &t->before, &t->after, err);
}

static int begin(struct treeing *t, const struct ldb_change *c, const struct todo *todo,
		 struct stk_error *err)
{
	int r = db_begin(t->db, err);

	if (r < 0)
		return r;
	r = record_begin(t, c, todo, err);
	if (!r)
		return db_commit(t->db, err);
	db_rollback(t->db);
	return r;
}

/*
 * @incoming takes the tree's name: both change at once, and it is the name of what
 * was there; or one after the other, and @spare is.
 */
static int change_names(struct treeing *t, const char *incoming, const char *spare,
			struct stk_error *err)
{
	const char *name = t->place.name;
	int r;

	if (!t->before.count)
		return place_rename(&t->place, incoming, name, err);
	r = place_exchange(&t->place, incoming, name, err);
	if (r != -EOPNOTSUPP)
		return r;
	r = place_rename(&t->place, name, spare, err);
	return r ? r : place_rename(&t->place, incoming, name, err);
}

static bool is_there(const struct treeing *t, const char *name)
{
	struct stat st;

	return fstatat(t->place.fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

/* From wherever the old tree is by now. What fails here is left for ldb_recover(). */
static void go_back(struct treeing *t)
{
	const char *ready = place_name(t->ready), *kept = place_name(t->kept);
	struct stk_error err;
	struct outcome out;
	int r;

	if (!t->before.count)
		r = place_rename(&t->place, t->place.name, ready, &err);
	else if (is_there(t, kept))
		r = change_names(t, kept, ready, &err);
	else
		r = change_names(t, ready, kept, &err);
	if (!r && !is_there(t, ready))
		r = place_rename(&t->place, kept, ready, &err);
	if (!r)
		r = settle_tree(t->db, &t->place, &t->row, &out, &err);
}

/* Only what is whole, on the disk and recorded as such changes names. */
static int prepare(struct treeing *t, struct stk_error *err)
{
	int r = 0;

	if (!t->row.restores)
		r = tree_copy(&t->from, &t->place, place_name(t->ready), &t->after, err);
	if (!r)
		r = journal_state(t->db, t->row.id, "kept", t->row.told, err);
	if (!r)
		t->row.state = "kept";
	return r;
}

static int place_tree(struct treeing *t, struct stk_error *err)
{
	struct stk_error ignored;
	struct outcome out;
	int r = prepare(t, err), settled;

	if (!r)
		r = change_names(t, place_name(t->ready), place_name(t->kept), err);
	settled = settle_tree(t->db, &t->place, &t->row, &out, r ? &ignored : err);
	if (r < 0)
		return r;
	if (settled < 0 && !out.placed)
		go_back(t);
	if (settled == 0 && !out.done)
		return stk_fail(err, STK_ORIGIN_DATABASE, EBUSY, "changed-meanwhile",
				"'%s' was not swapped: %.300s", t->place.path, out.told);
	return settled;
}

int run_tree(struct ldb_swap *s, struct ldb_change *c, const struct todo *todo,
	     struct stk_error *err)
{
	struct treeing t = { .db = s->db, .place = { .fd = -1 }, .from = { .fd = -1 } };
	int r = open_trees(&t, c, err);

	if (!r)
		r = begin(&t, c, todo, err);
	if (!r)
		r = place_tree(&t, err);
	if (!r) {
		if (!todo->restores)
			c->swap = t.row.id;
		c->done = true;
	}
	treeing_free(&t);
	return r;
}
