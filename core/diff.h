/* SPDX-License-Identifier: MIT */
/* diff.h - what the files that compare two loaders share */
#ifndef DIFF_H
#define DIFF_H

#include "arena.h"
#include "core.h"

/* The functions of one side: an analysis's, or made from symbols. */
struct diff_side {
	struct stk_loader *loader;
	const struct stk_loader_info *info;
	const struct stk_code_function *functions;	/* by address */
	size_t n_functions;
	uint64_t n_instructions;
};

/* Which elements of two sequences are in one of them alone. */
struct diff_edit {
	bool *only_a, *only_b;
	size_t removed, added;
};

/* diff-edit.c */

/*
 * Mark what must leave @a and come from @b, close to the least there is: the
 * least for some hundred edits, and never more work than a fixed number for
 * each element. What is not marked is in both, in order.
 */
int diff_edit(const uint32_t *a, size_t n, const uint32_t *b, size_t m,
	      struct diff_edit *ret) stk_must_check;
void diff_edit_free(struct diff_edit *e);

/* diff-match.c */

#define DIFF_NONE	SIZE_MAX

/* For each function of A its like in B, or DIFF_NONE; and how it was found. */
struct diff_pairs {
	size_t *b_of;			/* n_functions of A */
	size_t *a_of;			/* n_functions of B */
	enum stk_diff_match *how;	/* n_functions of A */
};

int diff_match(const struct diff_side *a, const struct diff_side *b,
	       struct diff_pairs *ret) stk_must_check;
void diff_pairs_free(struct diff_pairs *p);

/* diff-reach.c */

/*
 * For each function whether a host's call can get there, as far as calls are
 * told; all of them where one is not, or where no host calls any. To be freed.
 */
int diff_reach(const struct diff_side *side, bool **ret) stk_must_check;

/* diff-touch.c */

/* One function of a side, or all of them: they are in one array. */
struct diff_set {
	const struct diff_side *side;
	const struct stk_code_function *code;
	size_t count;
	bool whole;		/* not one part of the loader, but all of it */
	const bool *counted;	/* those that count; NULL: all */
};

/* Where names of registers and constants come from. */
struct diff_names {
	struct stk_ctx *ctx;		/* NULL: there are none */
	const struct stk_chip *chip;	/* may be NULL */
};

/*
 * Is a constant in the code the address of something in the loader's image?
 * What is linked to run anywhere holds distances, and no addresses.
 */
bool diff_is_pointer(const struct diff_side *side, uint32_t value);

/* What the one set does and the other does not; into @arena. */
int diff_touches(const struct diff_set *a, const struct diff_set *b,
		 const struct diff_names *names, struct arena *arena,
		 const struct stk_diff_touch **ret, size_t *ret_count) stk_must_check;

/* diff-code.c */

struct stk_diff {
	struct stk_diff_info info;
	struct diff_side a, b;
	struct diff_pairs pairs;
	struct arena arena;
};

/* The bytes of the image from @address on, and how many; NULL: none. */
const uint8_t *diff_bytes_at(const struct stk_loader *l, uint64_t address, uint64_t *ret);
/* The function that begins there, or DIFF_NONE. */
size_t diff_function_at(const struct diff_side *s, uint64_t address);

/* The functions of both sides, paired and compared. */
int diff_code(struct stk_ctx *ctx, struct stk_diff *d, const struct stk_diff_options *opt,
	      struct stk_error *err) stk_must_check;

/* diff-list.c */

/* How many instructions of @f are in A alone and in B alone. */
int diff_list_count(struct stk_ctx *ctx, const struct stk_diff *d,
		    struct stk_diff_function *f, struct stk_error *err) stk_must_check;

#endif
