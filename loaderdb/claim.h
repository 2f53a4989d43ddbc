/* SPDX-License-Identifier: MIT */
/* claim.h - what speaks up when it is asked which build is to be used */
#ifndef CLAIM_H
#define CLAIM_H

#include "pin.h"

/* A pin that holds for the question, or a build with a good verdict for it. */
struct claim {
	const struct ldb_pin *pin;	/* NULL: the verdict of @good */
	const struct ldb_build *build;	/* NULL: a tool tree */
	struct ldb_range range;		/* of versions */
	const char *good;		/* what speaks for it */
};

struct claims {
	struct claim *item;	/* by pin, then by build */
	size_t count;
	struct arena *arena;
};

/* A question, looked through. */
struct asked {
	const struct ldb_question *question;
	enum ldb_order order;
	const char *tool;	/* as the facts spell it */
	const char *version;	/* NULL: not known */
};

int asked_check(struct ldb *db, const struct ldb_question *question, struct asked *ret,
		struct stk_error *err) stk_must_check;
/* The build that @claim is for. */
int claim_load(struct ldb *db, int64_t build, struct arena *arena, struct claim *claim,
	       struct stk_error *err) stk_must_check;
/* Add the pins in force that hold. */
int claims_add_pins(struct ldb *db, const struct asked *asked, struct claims *claims,
		    struct stk_error *err) stk_must_check;
/* Add the builds that verdicts call good. */
int claims_add_good(struct ldb *db, const struct asked *asked, struct claims *claims,
		    struct stk_error *err) stk_must_check;

/* Of the builds that nobody called good, a sentence on which could be; NULL: none. */
int claims_unjudged(struct ldb *db, const struct asked *asked, struct arena *arena,
		    const char **ret, struct stk_error *err) stk_must_check;

/* How what @a's pin holds for lies to what @b's does. */
enum ldb_relation claim_relation(const struct claim *a, const struct claim *b);
/* In which of the three they differ, for people: "fewer versions"; static. */
const char *claim_difference(const struct claim *narrow, const struct claim *wide);

static inline bool claim_concerns(const struct claim *c, uint64_t address)
{
	return c->build && address >= c->build->range.addr &&
	       address - c->build->range.addr < c->build->range.len;
}

#endif
