/* SPDX-License-Identifier: MIT */
/* swapping.h - what stoker swap and stoker restore share */
#ifndef SWAPPING_H
#define SWAPPING_H

#include "cmd.h"
#include "render/render.h"

/* ---- find-install.c: which install a word means ----------------------- */

struct found_install {
	const struct ldb_scan *scan;
	struct ldb_install install; /* with what the word means alone */
	struct ldb_component *components;
};

/*
 * @word: the path of an install, TOOLCHAIN or TOOLCHAIN@VERSION, the toolchain may
 * be a pack. @roots: where to search; none: the usual places. None, or several:
 * -ENOENT, -ENOTUNIQ with their paths. Free with found_free() in any case.
 */
int find_install(struct stk_ctx *ctx, struct ldb_facts *facts, const char *word,
		 const struct list *roots, struct found_install *ret,
		 struct stk_error *err) stk_must_check;
void found_free(struct found_install *f);
/* The programmer that it uses. */
int found_programmer(const struct found_install *f, const char *word,
		     const struct ldb_component **ret, struct stk_error *err) stk_must_check;

/* The programmers of toolchains that a plan asks for. */
struct found_programmers {
	struct stk_ctx *ctx;
	struct ldb_facts *facts;
	const struct list *roots;
	struct found_install *item;
	size_t count;
};

/* For struct ldb_swap_options; @data is the struct. */
int find_programmer(void *data, const char *name, const struct ldb_component **ret,
		    struct stk_error *err);
void found_programmers_free(struct found_programmers *f);

/* ---- swapping.c: show, ask, do ---------------------------------------- */

struct swapping {
	const struct options *opt;
	struct stk_ctx *ctx;
	struct opened_db open;
	struct found_programmers from; /* that pins name, as the plan wants them */
	struct ldb_swap *plan;
	bool restore; /* the plan is one */
};

/* Facts and database; what was interrupted is brought to an end first. */
int swapping_open(struct swapping *s, const struct options *opt,
		  struct stk_error *err) stk_must_check;
void swapping_close(struct swapping *s);
/* With s->plan: show it, ask where that is to be, do it, and tell. */
enum stk_origin swapping_run(struct swapping *s);

#endif
