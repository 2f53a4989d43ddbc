/* SPDX-License-Identifier: MIT */
/* keep.h - registers and RAM of a target, put back when loaders are done */
#ifndef KEEP_H
#define KEEP_H

#include "target.h"

/* RAM as it was, or as much as could be read. */
struct keep_piece {
	struct stk_range range;
	uint8_t *bytes;			/* NULL: it could not be read */
};

/* Zero it, then set the target; keep_free() it. */
struct keep {
	struct stk_target *target;
	struct stk_regs regs;		/* valid 0: not kept yet */
	/* The other stack pointer, where threads had their own. */
	bool two_stacks;
	uint32_t main_sp;
	struct keep_piece *pieces;	/* disjoint */
	size_t n;
	bool unread;			/* a piece has no bytes, and this is why: */
	struct stk_error why;
};

/* The core is halted, and no loader has run since it was reset. Once. */
int keep_registers(struct keep *k, struct stk_error *err) stk_must_check;
/* Before anybody writes there: what of @ranges is not kept yet. Their order changes. */
int keep_ram(struct keep *k, struct stk_range *ranges, size_t n,
	     struct stk_error *err) stk_must_check;

/* What the caller wants done with the core when the loaders are gone. */
struct keep_end {
	enum stk_after after;
	bool half_written;		/* what is in flash must not run */
	bool running;			/* it could not be halted: RAM is the core's */
	bool crashed;			/* a call ended in a fault, and the core is in it still */
	bool no_reset;			/* not even then */
};

/*
 * The core is halted, or @end says so; breakpoints and masks are gone. 0: it was left so, or
 * what could not be is in @warning, "" if nothing. Negative: a reset that was
 * asked for failed.
 */
int keep_leave(struct keep *k, const struct keep_end *end, char *warning, size_t len,
	       struct stk_error *err) stk_must_check;
void keep_free(struct keep *k);

#endif
