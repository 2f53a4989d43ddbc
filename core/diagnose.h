/* SPDX-License-Identifier: MIT */
/* diagnose.h - from evidence to a cause */
#ifndef DIAGNOSE_H
#define DIAGNOSE_H

#include "session.h"

/* What went wrong, as the job or the caller saw it. */
enum symptom {
	SYMPTOM_CALL,		/* the last call did not return, or returned failure */
	SYMPTOM_NOT_BLANK,	/* erased, and yet not blank */
	SYMPTOM_MISMATCH,	/* programmed, and yet different */
	SYMPTOM_NEIGHBOUR,	/* bytes changed that nobody wanted changed */
	SYMPTOM_UNSTABLE,	/* read twice, and not the same: want, then found */
};

struct symptom_case {
	struct session *session;
	enum symptom symptom;
	struct stk_range where;		/* bytes that are wrong */
	uint8_t want, found;		/* the first of them */
	bool unchanged;			/* they are what they were before the job */
	bool blank;			/* they read as erased */
	bool compared;			/* nothing was programmed, only compared */
};

/*
 * Plain evidence only: outcome, witness, registers read through the target.
 * Rules are tried in order, the first that fits names the cause; there is
 * always one. NULL: out of memory. Free with diagnosis_free().
 */
struct stk_diagnosis *diagnose(const struct symptom_case *c);
void diagnosis_free(struct stk_diagnosis *d);

/*
 * Error flags in the chip's flash status now, as text; false: none, or not to
 * be read. Flags of option loading and ECC are not counted.
 */
bool flash_errors(struct stk_target *t, char *text, size_t len);

#endif
