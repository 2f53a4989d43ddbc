/* SPDX-License-Identifier: MIT */
/*
 * swap.h - what swap, restore and recovery share: the journal, and plans
 *
 * The journal is in the database: a row of swap before anything is touched, with
 * the original's bytes or its list of files, then a row for each state:
 *
 *	begun	a new file or copy may lie beside it; of a file, more may be done
 *	kept	a tree alone: the new one is ready beside it, names change next
 *	placed	a tree alone: the new one is there, the old one beside it
 *	done	what was wanted is there and was read again
 *	undone	what was there before is there again, or never went away
 *
 * Names beside PATH, which nobody else uses:
 *
 *	PATH.stoker-new-ID	what comes, until it is in its place
 *	PATH.stoker-kept-ID	a tree that swap ID took away, until it is put back
 *	PATH.stoker-found-ID	a tree that restore ID found and took away
 */
#ifndef SWAP_H
#define SWAP_H

#include "answer.h"
#include "db.h"
#include "tree.h"

/* ---- journal.c -------------------------------------------------------- */

/* A row of swap, and the last of its states. NULL and 0: not given. */
struct swap_row {
	int64_t id;
	bool tree;
	const char *tool, *version, *install, *path;
	int64_t pin;
	int64_t restores;	   /* the swap that this one undoes */
	const char *before_sha256; /* of a file; NULL: nothing was there */
	const char *after_sha256;  /* NULL: it goes away */
	const char *before_looks;  /* as looks_json() writes them */
	const char *from_tree;	   /* the tree that comes, where it was */
	const char *kept_path;	   /* where the tree goes that was there */
	const char *why;
	const char *state, *told;
};

struct swap_rows {
	struct swap_row *item; /* by id */
	size_t count;
};

/* The number that the next row gets; within a transaction. */
int journal_next(struct ldb *db, int64_t *ret, struct stk_error *err) stk_must_check;
/*
 * Add @row, whose id is that number, with its state "begun", and what a tree held
 * and will hold (NULL: a file); within a transaction.
 */
int journal_begin(struct ldb *db, const struct swap_row *row, const struct tree *before,
		  const struct tree *after, struct stk_error *err) stk_must_check;
int journal_state(struct ldb *db, int64_t id, const char *state, const char *told,
		  struct stk_error *err) stk_must_check;
/* Rows that are neither done nor undone. All is in @arena. */
int journal_open(struct ldb *db, struct arena *arena, struct swap_rows *ret,
		 struct stk_error *err) stk_must_check;
int journal_find(struct ldb *db, struct arena *arena, int64_t id, struct swap_row *ret,
		 struct stk_error *err) stk_must_check;
/*
 * The swaps that hold: done, and neither put back, nor overtaken by somebody who
 * put something else there before the next swap, nor of a file in a tree that went
 * away since. By path, then id.
 */
int journal_holding(struct ldb *db, struct arena *arena, struct swap_rows *ret,
		    struct stk_error *err) stk_must_check;
/* Two digests, either of which may be NULL: nothing is there. */
bool journal_same(const char *a, const char *b);
/* What a tree held before the swap @id, or was to hold after it. */
int journal_tree(struct ldb *db, int64_t id, const char *side, struct tree *ret,
		 struct stk_error *err) stk_must_check;

/*
 * One process at a time swaps, restores or recovers: *ret is a descriptor to be
 * closed, and another process is waited for. One that was killed holds nothing.
 */
int journal_lock(struct ldb *db, int *ret, struct stk_error *err) stk_must_check;

/* ---- swap-plan.c: what a plan is made of ------------------------------ */

/* What a change needs beside what it shows. */
struct todo {
	const char *tool, *version, *install;
	int64_t pin, restores;
	const char *looks; /* for the file that comes; NULL: those of the one there */
	const char *moved; /* a tree that is moved there, not copied: its path */
};

struct ldb_swap {
	struct ldb *db;
	struct arena arena;
	struct ldb_swap_info info;
	struct ldb_change *changes;
	struct todo *todos; /* one for each */
	size_t n_todos;
	uint64_t bytes; /* that the changes need on the disk */
};

struct ldb_swap *swap_new(struct ldb *db);
/* One more change, of @todo; texts must live as long as the plan. NULL: no memory. */
struct ldb_change *swap_add(struct ldb_swap *s, enum ldb_swap_kind kind, const char *path,
			    const struct todo *todo);
/* The change of @path: two pins may mean the same; NULL: none yet. */
struct ldb_change *swap_find(struct ldb_swap *s, const char *path);
/* A text in the plan's memory; NULL: no memory. */
const char *swap_say(struct ldb_swap *s, const char *fmt, ...) stk_printf(2, 3);
/* One more sentence of caution; @text is swap_say()'s. */
int swap_caution(struct ldb_swap *s, struct ldb_change *c, const char *text,
		 struct stk_error *err) stk_must_check;
/* @r and @why forbid this change, and no other; 0, or out of memory. */
int swap_refuse(struct ldb_swap *s, struct ldb_change *c, int r, struct stk_error *why,
		struct stk_error *err) stk_must_check;
/* The same for what no function said; @text is swap_say()'s, or a constant. */
int swap_deny(struct ldb_change *c, const char *cause, const char *text,
	      struct stk_error *err) stk_must_check;
/*
 * A file: what is there now, and may @size bytes with the digest c->after_sha256
 * take its place? Refusals and cautions go into @c.
 */
int swap_look(struct ldb_swap *s, struct ldb_change *c, uint64_t size,
	      struct stk_error *err) stk_must_check;
void swap_count(struct ldb_swap *s);
/*
 * @path, links followed as long as they lead to something in @install; the last
 * part need not be there.
 */
int swap_real_path(struct ldb_swap *s, const char *install, const char *path,
		   const char **ret, struct stk_error *err) stk_must_check;

/* ---- swap.c, swap-programmer.c, swap-pack.c, swap-tree.c, swap-fit.c -- */

struct planner {
	struct ldb_swap *swap;
	struct stk_ctx *ctx;
	const struct ldb_swap_options *opt;
	struct stk_error *err;
};

/* The chosen build of a pin is to be in @path; 0 also where it is refused. */
int plan_file(struct planner *p, const char *path, const struct ldb_candidate *pick,
	      const char *tool, const char *version, struct ldb_change **ret) stk_must_check;
/* The answer for @device; NULL: no pin holds. For ldb_free(). */
int plan_resolve(struct planner *p, const char *tool, const char *version,
		 const char *device, const struct ldb_answer **ret) stk_must_check;
int plan_pack(struct planner *p, const struct ldb_component *c) stk_must_check;
int plan_programmer(struct planner *p, const struct ldb_component *c) stk_must_check;
/* @from is to be where the programmer @c is; @todo: whose pin wants it. */
int plan_tree(struct planner *p, const struct ldb_component *c, const char *from,
	      const char *why, int64_t pin, struct ldb_change **ret) stk_must_check;
/*
 * Once it is planned: does the build fit what it replaces? @more (NULL: nothing)
 * is asked too, with what the build is under the name that it gets there.
 */
int plan_fit(struct planner *p, struct ldb_change *c,
	     int (*more)(struct planner *p, const void *data, struct ldb_change *c,
			 const struct stk_loader_info *build),
	     const void *data) stk_must_check;
/* The devices to be asked for: the one given, or those that pins in force name. */
int plan_devices(struct planner *p, int (*each)(struct planner *p, const void *data,
						const char *device),
		 const void *data) stk_must_check;

/* ---- swap-run-tree.c, settle-tree.c ----------------------------------- */

int run_tree(struct ldb_swap *s, struct ldb_change *c, const struct todo *t,
	     struct stk_error *err) stk_must_check;

/* Told with the states of a restore: what a swap put there may go away. */
#define TREE_AWAY "away"

/* What came of a swap that was begun, as it lies there. */
struct outcome {
	bool done;   /* else it is undone */
	bool placed; /* there is no way back any more */
	char told[512];
};

/* ---- tree-swapped.c --------------------------------------------------- */

/*
 * @t, the tree at @path: what swaps put into files of it counts as what was there
 * before, so that only what others changed differs from @put.
 */
int tree_without_swaps(struct ldb *db, const char *path, struct tree *t,
		       const struct tree *put, struct stk_error *err) stk_must_check;

/*
 * Bring the tree swap @row to an end by what lies where: the new tree is in its
 * place, then see to the old one; or it is not, then take its copy away. The state
 * is recorded.
 */
int settle_tree(struct ldb *db, const struct place *p, const struct swap_row *row,
		struct outcome *out, struct stk_error *err) stk_must_check;

#endif
