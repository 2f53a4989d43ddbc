/* SPDX-License-Identifier: MIT */
/* Do what a plan says, change by change. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "replace.h"
#include "swap.h"

/* A file that is being changed. */
struct filing {
	struct ldb *db;
	struct place place;
	struct held before;
	struct looks looks; /* of what comes */
	void *bytes;	    /* that come; NULL: none do */
	struct wanted wanted;
	char *before_looks;
	char *beside;
	int64_t id;
};

static void filing_free(struct filing *f)
{
	place_close(&f->place);
	held_free(&f->before);
	looks_free(&f->looks);
	free(f->bytes);
	free(f->before_looks);
	free(f->beside);
}

/* ---- what there is, and what comes ------------------------------------ */

static int read_before(struct filing *f, const struct ldb_change *c, struct stk_error *err)
{
	int r = place_open(c->path, &f->place, err);

	if (!r)
		r = held_read(&f->place, f->place.name, &f->before, err);
	if (r < 0)
		return r;
	if (!held_is(&f->before, c->before_sha256) && !held_is(&f->before, c->after_sha256))
		return stk_fail(err, STK_ORIGIN_DATABASE, EBUSY, "changed-meanwhile",
				"'%s' was changed by another program since it was looked at: it is"
				" left as it is now; run this again", c->path);
	if (!f->before.exists)
		return 0;
	f->before_looks = looks_json(&f->before.looks);
	return f->before_looks ? 0 : stk_fail_nomem(err);
}

static int copy_looks(const struct looks *from, struct looks *ret, struct stk_error *err)
{
	*ret = *from;
	ret->attributes = from->attributes ? strdup(from->attributes) : NULL;
	return from->attributes && !ret->attributes ? stk_fail_nomem(err) : 0;
}

static int choose_looks(struct filing *f, const struct todo *t, struct stk_error *err)
{
	if (t->looks && !looks_parse(t->looks, &f->looks))
		return stk_fail(err, STK_ORIGIN_DATABASE, EUCLEAN, "database",
				"the loader database does not tell mode and owner of '%s' in a way"
				" that this program reads", f->place.path);
	if (t->looks)
		return 0;
	if (f->before.exists)
		return copy_looks(&f->before.looks, &f->looks, err);
	looks_new(f->place.fd, &f->looks);
	return 0;
}

static int read_after(struct filing *f, const struct ldb_change *c, const struct todo *t,
		      struct stk_error *err)
{
	int r;

	if (!c->after_sha256)
		return 0;
	r = ldb_build_bytes(f->db, c->after_sha256, &f->bytes, &f->wanted.len, err);
	if (!r)
		r = choose_looks(f, t, err);
	f->wanted.bytes = f->bytes ? f->bytes : "";
	f->wanted.sha256 = c->after_sha256;
	f->wanted.looks = &f->looks;
	return r;
}

/* ---- the journal ------------------------------------------------------ */

static int record(struct filing *f, const struct ldb_change *c, const struct todo *t,
		  struct stk_error *err)
{
	struct swap_row row = {
		.tool = t->tool,
		.version = t->version,
		.install = t->install,
		.path = c->path,
		.pin = t->pin,
		.restores = t->restores,
		.before_sha256 = c->before_sha256,
		.after_sha256 = c->after_sha256,
		.before_looks = f->before_looks,
		.why = c->why,
	};
	char kept[65];
	int r = 0;

	if (f->before.exists)
		r = db_keep(f->db, f->before.bytes, f->before.len, kept, err);
	if (!r)
		r = journal_next(f->db, &row.id, err);
	if (!r)
		r = journal_begin(f->db, &row, NULL, NULL, err);
	f->id = row.id;
	return r;
}

/* On the disk before anything is touched. */
static int begin(struct filing *f, const struct ldb_change *c, const struct todo *t,
		 struct stk_error *err)
{
	int r = db_begin(f->db, err);

	if (r < 0)
		return r;
	r = record(f, c, t, err);
	if (r < 0) {
		db_rollback(f->db);
		return r;
	}
	r = db_commit(f->db, err);
	if (r < 0)
		return r;
	f->beside = place_beside(f->place.name, "new", f->id);
	return f->beside ? 0 : stk_fail_nomem(err);
}

/* ---- one file --------------------------------------------------------- */

/* Where it cannot be recorded the row stays open, and ldb_recover() ends it. */
static void try_undone(struct filing *f, const char *told)
{
	struct stk_error ignored;

	if (journal_state(f->db, f->id, "undone", told, &ignored) < 0)
		return;
}

/* It is there, and that cannot be recorded: then it must not be there. */
static void take_back(struct filing *f)
{
	const struct wanted back = {
		.bytes = f->before.exists ? f->before.bytes : NULL,
		.len = f->before.len,
		.sha256 = f->before.sha256,
		.looks = &f->before.looks,
	};
	struct stk_error ignored;
	struct held now;

	if (held_read(&f->place, f->place.name, &now, &ignored) < 0)
		return;
	/* If that fails too, ldb_recover() will see what is there. */
	if (held_is(&now, f->wanted.sha256) &&
	    replace_file(&f->place, f->beside, &now, &back, &ignored) == 0)
		try_undone(f, "could not be recorded");
	held_free(&now);
}

/* What came is not there, and that is on the disk: else ldb_recover() has to look. */
static bool is_undone(const struct filing *f)
{
	struct stk_error ignored;
	struct held now;
	bool undone;

	if (held_read(&f->place, f->place.name, &now, &ignored) < 0)
		return false;
	undone = !held_is(&now, f->wanted.sha256) && place_sync(&f->place, &ignored) == 0;
	held_free(&now);
	return undone;
}

static int replace(struct filing *f, struct stk_error *err)
{
	int r = replace_file(&f->place, f->beside, &f->before, &f->wanted, err);

	if (r < 0) {
		if (is_undone(f))
			try_undone(f, err ? err->msg : NULL);
		return r;
	}
	r = journal_state(f->db, f->id, "done", NULL, err);
	if (r < 0)
		take_back(f);
	return r;
}

static int change_file(struct filing *f, struct ldb_change *c, const struct todo *t,
		       struct stk_error *err)
{
	int r = read_after(f, c, t, err);

	if (!r)
		r = begin(f, c, t, err);
	if (!r)
		r = replace(f, err);
	if (r < 0)
		return r;
	if (!t->restores)
		c->swap = f->id;
	c->done = true;
	return 0;
}

static int run_file(struct ldb_swap *s, struct ldb_change *c, const struct todo *t,
		    struct stk_error *err)
{
	struct filing f = { .db = s->db, .place = { .fd = -1 } };
	int r = read_before(&f, c, err);

	/* Another process may have been faster. */
	c->done = !r && held_is(&f.before, c->after_sha256);
	if (!r && !c->done)
		r = change_file(&f, c, t, err);
	filing_free(&f);
	return r;
}

/* ---- all of them ------------------------------------------------------ */

static bool has_path(const struct ldb_swap *s, const char *path)
{
	for (size_t i = 0; i < s->info.n_changes; i++)
		if (!strcmp(s->changes[i].path, path))
			return true;
	return false;
}

static int check_open(const struct ldb_swap *s, struct stk_error *err)
{
	struct arena arena = { NULL };
	struct swap_rows open;
	int r = journal_open(s->db, &arena, &open, err);

	for (size_t i = 0; !r && i < open.count; i++)
		if (has_path(s, open.item[i].path))
			r = stk_fail(err, STK_ORIGIN_DATABASE, EBUSY, "unfinished",
				     "swap %lld of '%s' was interrupted and is not finished yet: run"
				     " this again", (long long)open.item[i].id,
				     open.item[i].path);
	arena_free(&arena);
	return r;
}

static int fail_refused(const struct ldb_swap *s, struct stk_error *err)
{
	for (size_t i = 0; i < s->info.n_changes; i++)
		if (s->changes[i].refused)
			return stk_fail(err, STK_ORIGIN_DATABASE, EPERM,
					s->changes[i].refused_cause, "nothing was changed: %.380s",
					s->changes[i].refused);
	return 0;
}

static int run_all(struct ldb_swap *s, bool cautions,
		   void (*told)(void *data, const struct ldb_change *change), void *data,
		   struct stk_error *err)
{
	int r = check_open(s, err);

	for (size_t i = 0; !r && i < s->info.n_changes; i++) {
		struct ldb_change *c = &s->changes[i];

		if (c->done || (c->caution && !cautions))
			continue;
		if (c->kind == LDB_SWAP_TREE)
			r = run_tree(s, c, &s->todos[i], err);
		else
			r = run_file(s, c, &s->todos[i], err);
		if (!r && told)
			told(data, c);
	}
	return r;
}

int ldb_swap_run(struct ldb_swap *swap, bool cautions,
		 void (*told)(void *data, const struct ldb_change *change), void *data,
		 struct stk_error *err)
{
	int lock;
	int r = fail_refused(swap, err);

	if (!r)
		r = journal_lock(swap->db, &lock, err);
	if (r < 0)
		return r;
	r = run_all(swap, cautions, told, data, err);
	close(lock);
	return r;
}
