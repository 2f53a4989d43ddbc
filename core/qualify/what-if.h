/* SPDX-License-Identifier: MIT */
/* what-if.h - which single change to what a loader reads gives a symptom */
#ifndef WHAT_IF_H
#define WHAT_IF_H

#include "trial.h"

/* ---- the symptom (what-if-symptom.c) ---------------------------------- */

enum ending {
	ENDING_RETURNS,		/* this value */
	ENDING_HANGS,
	ENDING_FAULTS,
	ENDING_CORRUPTS,	/* success, and the cells say otherwise */
};

struct wanted {
	const struct stk_function *function;
	bool has_address;	/* else the first sector */
	uint64_t address;
	enum ending ending;
	uint32_t value;
};

/* "FUNCTION [ADDRESS] returns N|hangs|faults|corrupts"; else -EINVAL with a sentence. */
int wanted_parse(const struct stk_loader_info *info, const char *text, struct wanted *ret,
		 struct stk_error *err) stk_must_check;
/* What the check's call did, in the words of a symptom; NULL: it cannot be said. */
const char *wanted_of_check(const struct stk_check *c, struct arena *arena);

/* ---- a run with changes (what-if-run.c) ------------------------------- */

struct change {
	uint64_t address;		/* of a register; 0: of a rule */
	uint32_t mask, value;
	const char *how;		/* "zero", "ones", "reset", "STM32G474RE", "rule" */
	const char *rule, *variant;
	const char *now;		/* the reading of rule that is in force */
};

struct happened {
	bool reached;			/* the symptom's function was called */
	bool late;			/* the changes came after Init, which fails with them */
	enum stk_end end;
	bool ok, corrupt;
	uint32_t r0;
	uint64_t ns, wrote;		/* of all calls */
	const char *text;		/* one sentence */
	const struct stk_trial_call *call;
};

struct reads {
	struct tape_read item[TAPE_READS];
	size_t n;
};

/*
 * Make the calls on a chip with these changes; where they make Init fail, with the
 * changes after it. @reads: what the calls read; may be NULL.
 */
int what_if_try(struct stk_qualify *q, const struct wanted *w, const struct change *changes,
		size_t n, struct happened *ret, struct reads *reads,
		struct stk_error *err) stk_must_check;
bool what_if_fits(const struct wanted *w, const struct happened *h);

/* ---- what to change (what-if-change.c) -------------------------------- */

struct change_list {
	struct change *item;
	size_t n, room;
};

/*
 * For each register of @reads: zero, ones, its reset value, what kin of @chip have
 * there; for control registers the reset value alone.
 */
int changes_of_reads(struct stk_qualify *q, const struct stk_chip *chip,
		     const struct reads *reads, struct change_list *ret,
		     struct stk_error *err) stk_must_check;
/* Every reading of an assumed rule that is not in force. */
int changes_of_rules(struct stk_qualify *q, struct change_list *ret,
		     struct stk_error *err) stk_must_check;

#endif
