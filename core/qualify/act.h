/* SPDX-License-Identifier: MIT */
/* act.h - a loader run as one host runs it */
#ifndef ACT_H
#define ACT_H

#include "trial.h"

/* What came of it; texts are in the run's arena. */
struct act_result {
	bool done;
	bool whole;			/* chip erase was tried, too */
	enum stk_host_result result;
	const char *text;		/* "" where there is nothing to tell */
	const struct stk_diagnosis *diagnosis;	/* NULL: it works, or nothing was executed */
	const char *key;		/* the host's key that decided; NULL: none did */
	/* What the host does not see, and what may go wrong another time; NULL: nothing. */
	const char *luck;
	uint64_t ns;
};

/*
 * Erase a covering set of sectors, program parts of them and, with @whole, erase
 * the chip, each in the order and with the arguments of @host, and look at the
 * cells after each.
 */
int act_run(struct stk_qualify *q, const struct stk_host *host, bool whole,
	    struct act_result *ret, struct stk_error *err) stk_must_check;

/* ---- act.c, for act-tell.c ------------------------------------------------- */

struct act {
	struct trial t;			/* for its cells */
	struct stk_check unused;	/* where t would put what it finds */
	const struct stk_host *host;
	struct act_result *ret;
	uint8_t *marked;		/* one for each sector of the places */
	unsigned int turn;		/* of the page buffers */
	bool over;			/* ret tells why: nothing more is tried */
};

/* The last call did not end well: say so, and that it is over. */
int act_call_failed(struct act *a, struct stk_error *err) stk_must_check;
/* The cells at @where are not what they shall be. */
int act_corrupt(struct act *a, struct stk_range where, enum symptom symptom,
		struct stk_error *err) stk_must_check;
/* It went well: but was there luck in it? */
int act_went_well(struct act *a, struct stk_error *err) stk_must_check;

#endif
