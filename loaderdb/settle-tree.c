/* SPDX-License-Identifier: MIT */
/*
 * Bring the swap of a tree to an end. Which tree lies where is told by what is in
 * it, so that the same look serves a swap that runs and one that was killed.
 */
#include <stdio.h>
#include <string.h>

#include "swap.h"

enum lies { NOTHING, BEFORE, AFTER, OTHER };

struct lie_of {
	enum lies at;	/* the path itself */
	enum lies ready; /* what was to come: the copy, or the tree kept by a swap */
	enum lies kept;	/* where the old one goes */
};

struct settling {
	struct ldb *db;
	const struct place *p;
	const struct swap_row *row;
	struct tree before, after;
	char *ready, *kept; /* names */
	struct outcome *out;
	struct stk_error *err;
};

static int look(struct settling *s, const char *name, enum lies *ret)
{
	struct tree t;
	int r = tree_read(s->p, name, &t, s->err);

	if (r < 0)
		return r;
	if (!t.count)
		*ret = NOTHING;
	else if (!strcmp(t.sha256, s->after.sha256))
		*ret = AFTER;
	else
		*ret = strcmp(t.sha256, s->before.sha256) ? OTHER : BEFORE;
	tree_free(&t);
	return 0;
}

static int look_around(struct settling *s, struct lie_of *ret)
{
	int r = look(s, s->p->name, &ret->at);

	if (!r)
		r = look(s, s->ready, &ret->ready);
	return r ? r : look(s, s->kept, &ret->kept);
}

/* ---- to an end -------------------------------------------------------- */

static int rename_synced(struct settling *s, const char *from, const char *to)
{
	int r = place_rename(s->p, from, to, s->err);

	return r ? r : place_sync(s->p, s->err);
}

static int record(struct settling *s, bool done, const char *told)
{
	s->out->done = done;
	snprintf(s->out->told, sizeof(s->out->told), "%s", told ? told : "");
	return journal_state(s->db, s->row->id, done ? "done" : "undone", told, s->err);
}

static bool is_state(const struct settling *s, const char *state)
{
	return !strcmp(s->row->state, state);
}

/* May it be taken away, and is it all, or what a killed process left of it? */
static bool goes_away(const struct settling *s, const struct lie_of *l)
{
	return s->row->told && !strcmp(s->row->told, TREE_AWAY) &&
	       (l->kept == BEFORE || is_state(s, "placed"));
}

/* The new tree is in its place, or what somebody made of it since. */
static int finish(struct settling *s, struct lie_of *l)
{
	struct stk_error why;
	const char *told = NULL;
	int r = 0;

	if (l->ready != NOTHING && l->kept == NOTHING) {
		r = place_rename(s->p, s->ready, s->kept, s->err);
		l->kept = l->ready;
	}
	/* Also the names that were changed before. */
	if (!r)
		r = place_sync(s->p, s->err);
	if (l->kept == OTHER && !is_state(s, "placed"))
		told = "the tree that was there was changed while it was swapped, and is kept as"
		       " it is now";
	if (l->at == OTHER)
		told = "another program changed the new tree since";
	if (!r)
		r = journal_state(s->db, s->row->id, "placed", s->row->told, s->err);
	if (r < 0)
		return r;
	s->out->placed = true;
	if (goes_away(s, l) &&
	    (tree_remove(s->p, s->kept, &why) < 0 || place_sync(s->p, &why) < 0))
		told = why.msg;
	return record(s, true, told);
}

/* The old tree is where it was. */
static int undo(struct settling *s, const char *told)
{
	int r = 0;

	/* What a restore was to move is an original. */
	if (!s->row->restores)
		r = tree_remove(s->p, s->ready, s->err);
	if (!r)
		r = place_sync(s->p, s->err);
	return r ? r : record(s, false, told);
}

/* Between two renames: forward if all is there for it, else back. */
static int settle_gap(struct settling *s, struct lie_of *l)
{
	int r;

	if (l->ready == AFTER) {
		r = rename_synced(s, s->ready, s->p->name);
		l->at = AFTER;
		l->ready = NOTHING;
		return r ? r : finish(s, l);
	}
	if (l->kept == NOTHING)
		return record(s, false, "nothing is there, nor what could be put there: what lies"
					" beside it was left alone");
	r = rename_synced(s, s->kept, s->p->name);
	return r ? r : undo(s, NULL);
}

static int settle(struct settling *s)
{
	struct lie_of l;
	int r;

	/* No name was changed yet. */
	if (is_state(s, "begun"))
		return undo(s, NULL);
	r = look_around(s, &l);
	if (r < 0)
		return r;
	/* A restore of what went away. */
	if (l.at == NOTHING && !s->before.count)
		return undo(s, NULL);
	if (l.at == NOTHING)
		return settle_gap(s, &l);
	if (l.at == AFTER)
		return finish(s, &l);
	if (l.at == BEFORE)
		return undo(s, NULL);
	/* The old one is away from its place: the new one was there, and changed. */
	if (l.ready == BEFORE || l.kept == BEFORE)
		return finish(s, &l);
	if (l.ready == AFTER)
		return undo(s, "another program changed the tree meanwhile: it is left as that"
			       " made it");
	return record(s, false, "another program changed the trees meanwhile: all were left"
				" alone");
}

int settle_tree(struct ldb *db, const struct place *p, const struct swap_row *row,
		struct outcome *out, struct stk_error *err)
{
	struct settling s = { .db = db, .p = p, .row = row, .out = out, .err = err };
	int r;

	*out = (struct outcome){ false };
	r = journal_tree(db, row->id, "before", &s.before, err);

	if (!r)
		r = journal_tree(db, row->id, "after", &s.after, err);
	s.ready = row->restores ? strdup(place_name(row->from_tree)) :
				  place_beside(p->name, "new", row->id);
	s.kept = strdup(place_name(row->kept_path));
	if (!r && (!s.ready || !s.kept))
		r = stk_fail_nomem(err);
	if (!r)
		r = settle(&s);
	tree_free(&s.before);
	tree_free(&s.after);
	free(s.ready);
	free(s.kept);
	return r;
}
