/* SPDX-License-Identifier: MIT */
/* tape.h - the register accesses of one call, in order */
#ifndef TAPE_H
#define TAPE_H

#include "arena.h"
#include "witness.h"

/*
 * A ring of the last TAPE_ROOM accesses; the same access again, right after,
 * counts up instead of taking a place. The digest is over address, width, value
 * and direction of all of them, but for reads that came again right after (a
 * poll, which lasts as long as it lasts), and over what changed in the flash;
 * not over time and program counter. So two calls with equal digests did the same
 * to the chip.
 */
#define TAPE_ROOM	512
#define TAPE_READS	96	/* registers that a call reads; more are not kept */

/* A register that was read, and what it said the first time. */
struct tape_read {
	uint64_t address, width;
	uint32_t value;
};

struct tape {
	struct stk_access access[TAPE_ROOM];	/* without name and text */
	uint64_t n;			/* ever taken, repeats aside */
	uint64_t width;			/* of the last one */
	uint64_t digest;
	uint64_t wrote;			/* the same over writes and the flash alone */
	uint64_t effect, before;	/* the same over those that changed anything */
	uint64_t flash_changes;		/* STK_OBS_FLASH seen */
	struct tape_read read[TAPE_READS];
	size_t n_reads;
};

/* Record what @w's target does from now on; @w stays attached. */
void tape_start(struct tape *t, struct witness *w);
void tape_stop(struct tape *t, struct witness *w);
/*
 * What is on it, oldest first, with names and texts by the facts of @chip
 * (may be NULL); NULL: out of memory. *ret_dropped came before.
 */
const struct stk_access *tape_text(const struct tape *t, struct stk_ctx *ctx,
				   const struct stk_chip *chip, struct arena *arena,
				   size_t *ret_count, uint64_t *ret_dropped);

#endif
