/* SPDX-License-Identifier: MIT */
/* script.h - a few register accesses by the target's own core */
#ifndef SCRIPT_H
#define SCRIPT_H

#include "session.h"

/*
 * Some registers do their work only while the core runs (a virtual chip's
 * time stands still else), or faster than any link. So the core does it.
 */
enum script_kind {
	SCRIPT_END,
	SCRIPT_WRITE,	/* a word */
	SCRIPT_READ,	/* a byte, into value */
	SCRIPT_WAIT,	/* until one of the bits in value is set, or turns are over */
};

struct script_step {
	enum script_kind kind;
	uint32_t address, value;
	uint32_t turns;		/* WAIT: afterwards SCRIPT_NEVER where it never came */
};

#define SCRIPT_NEVER	UINT32_MAX
#define SCRIPT_MOST	40

/*
 * Run @n steps in the buffer of @s, whose loader is loaded and not running,
 * with interrupts masked; read values back into @steps. Overwrites the buffer
 * and the core's registers. The session's outcome and traces stay.
 */
int script_run(struct session *s, struct script_step *steps, size_t n,
	       struct stk_error *err) stk_must_check;

#endif
