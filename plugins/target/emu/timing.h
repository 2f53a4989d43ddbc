/* SPDX-License-Identifier: GPL-2.0-only */
/* timing.h - what an instruction takes beyond its one cycle; see timing.c */
#ifndef EMU_TIMING_H
#define EMU_TIMING_H

#include "emu.h"

struct emu_timing {
	const struct emu_core_timing *core;	/* NULL: no manual tells */
	struct emu_choice refill;
	/* The last instruction that accessed memory: */
	uint64_t at;		/* its number */
	unsigned int accesses;
	unsigned int extra;	/* cycles they took beyond the first */
	bool load;
	bool after_load;	/* right after one of a single load */
	bool hidden;		/* its first access took no time */
};

int timing_init(struct emu *emu, struct stk_error *err) stk_must_check;
/* The last instruction, of @width bytes, did not lead to the one after it. */
void timing_branch(struct emu *emu, unsigned int width);
/* An access of the instruction that executes. */
void timing_access(struct emu *emu, bool load);
/* Instructions until now, the one that executes among them. */
uint64_t timing_number(const struct emu *emu);
/* Cycle at which the instruction that executes, a load, began. */
uint64_t timing_began(const struct emu *emu);
/* The last instruction was a single load: the next one, if it is one, is shorter. */
bool timing_after_load(const struct emu *emu);

#endif
