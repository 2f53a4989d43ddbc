/* SPDX-License-Identifier: MIT */
/*
 * Finish or undo what a killed process left. What lies there decides: the old
 * bytes, the new ones, or others, which are left alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "replace.h"
#include "swap.h"

struct recovering {
	struct ldb *db;
	struct stk_error *err;
};

static int end(struct recovering *s, const struct swap_row *row, bool done, const char *told,
	       struct outcome *out)
{
	out->done = done;
	snprintf(out->told, sizeof(out->told), "%s", told);
	return journal_state(s->db, row->id, done ? "done" : "undone", *told ? told : NULL,
			     s->err);
}

/* ---- a file ----------------------------------------------------------- */

struct file_now {
	struct place place;
	char *beside;
	struct held at, there; /* its name, and the name beside it */
};

static int take_away(struct recovering *s, struct file_now *f)
{
	if (!f->there.exists)
		return 0;
	if (unlinkat(f->place.fd, f->beside, 0) < 0)
		return place_fail(s->err, "remove what was left beside", f->place.path);
	return place_sync(&f->place, s->err);
}

/* The name is free, and what was to go away or to come lies beside it. */
static int give_back(struct recovering *s, struct file_now *f)
{
	int r = place_rename(&f->place, f->beside, f->place.name, s->err);

	return r ? r : place_sync(&f->place, s->err);
}

/* Something else was exchanged away: those bytes are nobody's to lose. */
static int keep_others(struct recovering *s, const struct swap_row *row, struct file_now *f,
		       struct outcome *out)
{
	char digest[65] = "", told[300];
	int r = db_begin(s->db, s->err);

	if (r < 0)
		return r;
	r = db_keep(s->db, f->there.bytes, f->there.len, digest, s->err);
	/* The whole digest: 'db check' knows by it what the bytes are for. */
	snprintf(told, sizeof(told), "another program changed it meanwhile; what that made is"
		 " beside it as '%.80s' and in the loader database as %s", f->beside, digest);
	if (!r)
		r = end(s, row, true, told, out);
	if (r < 0) {
		db_rollback(s->db);
		return r;
	}
	return db_commit(s->db, s->err);
}

static int settle_file(struct recovering *s, const struct swap_row *row, struct file_now *f,
		       struct outcome *out)
{
	const bool at_after = held_is(&f->at, row->after_sha256);
	int r;

	/* It was being removed, and is not what was meant. */
	if (!row->after_sha256 && at_after && f->there.exists &&
	    !held_is(&f->there, row->before_sha256)) {
		r = give_back(s, f);
		return r ? r : end(s, row, false, "another program changed it meanwhile: it is left"
						  " as that made it", out);
	}
	/* What we write is the new bytes, or as far as it came; before that, the old ones. */
	if (at_after && row->before_sha256 && f->there.exists &&
	    !held_is(&f->there, row->before_sha256) && !held_is(&f->there, row->after_sha256))
		return keep_others(s, row, f, out);
	r = take_away(s, f);
	if (r < 0)
		return r;
	if (at_after)
		return end(s, row, true, "", out);
	return end(s, row, false, held_is(&f->at, row->before_sha256) ? "" :
		   "neither the old nor the new bytes are there: it is left as it is", out);
}

static int read_now(struct recovering *s, const struct swap_row *row, struct file_now *f)
{
	int r = place_open(row->path, &f->place, s->err);

	if (r < 0)
		return r;
	f->beside = place_beside(f->place.name, "new", row->id);
	if (!f->beside)
		return stk_fail_nomem(s->err);
	r = held_read(&f->place, f->place.name, &f->at, s->err);
	return r ? r : held_read(&f->place, f->beside, &f->there, s->err);
}

static int recover_file(struct recovering *s, const struct swap_row *row,
			struct outcome *out)
{
	struct file_now f = { .place = { .fd = -1 } };
	int r = read_now(s, row, &f);

	if (!r)
		r = settle_file(s, row, &f, out);
	held_free(&f.at);
	held_free(&f.there);
	free(f.beside);
	place_close(&f.place);
	return r;
}

/* ---- all -------------------------------------------------------------- */

static int recover_tree(struct recovering *s, const struct swap_row *row,
			struct outcome *out)
{
	struct place p;
	int r = place_open(row->path, &p, s->err);

	if (r < 0)
		return r;
	r = settle_tree(s->db, &p, row, out, s->err);
	place_close(&p);
	return r;
}

static const char *outcome_text(struct arena *arena, const struct swap_row *row, int r,
				const struct outcome *out, const struct stk_error *err)
{
	const char *what = row->restores ? "restore" : "swap";

	if (r < 0)
		return arena_printf(arena, "%s %lld of '%s' was interrupted, and cannot be looked"
				    " at: %s; it is left as it is", what, (long long)row->id,
				    row->path, err->msg);
	return arena_printf(arena, "%s %lld of '%s' was interrupted and is %s now%s%s", what,
			    (long long)row->id, row->path, out->done ? "done" : "undone",
			    *out->told ? ": " : "", out->told);
}

/* Files that go while they are read are missing too. */
static bool folder_is_gone(const char *path)
{
	struct stk_error ignored;
	struct place p;
	int r = place_open(path, &p, &ignored);

	if (!r)
		place_close(&p);
	return r == -ENOENT;
}

static int recover_row(struct ldb *db, const struct swap_row *row, struct arena *arena,
		       const char **ret, struct stk_error *err)
{
	struct stk_error why;
	struct recovering s = { .db = db, .err = &why };
	struct outcome out = { false };
	int r = row->tree ? recover_tree(&s, row, &out) : recover_file(&s, row, &out);

	/* The folder went away with all that was in it. */
	if (r == -ENOENT && folder_is_gone(row->path))
		r = end(&s, row, false, "its folder is gone", &out);
	*ret = outcome_text(arena, row, r, &out, &why);
	return *ret ? 0 : stk_fail_nomem(err);
}

static int recover_all(struct ldb *db, struct ldb_recovery *answer, struct arena *arena,
		       struct stk_error *err)
{
	struct swap_rows open;
	const char **told = NULL;
	int r = journal_open(db, arena, &open, err);

	for (size_t i = 0; !r && i < open.count; i++) {
		const char **one = answer_grow(arena, &told, &answer->count, sizeof(*told));

		r = one ? recover_row(db, &open.item[i], arena, one, err) : stk_fail_nomem(err);
	}
	answer->told = told;
	return r;
}

int ldb_recover(struct ldb *db, const struct ldb_recovery **ret, struct stk_error *err)
{
	struct arena *arena;
	struct ldb_recovery *answer = answer_new(sizeof(*answer), &arena);
	int lock;
	int r = answer ? journal_lock(db, &lock, err) : stk_fail_nomem(err);

	if (!r) {
		r = recover_all(db, answer, arena, err);
		close(lock);
	}
	if (r < 0) {
		ldb_free(answer);
		return r;
	}
	*ret = answer;
	return 0;
}
