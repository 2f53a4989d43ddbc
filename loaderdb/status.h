/* SPDX-License-Identifier: MIT */
/* status.h - what lies where a swap was done, and what is said of it */
#ifndef STATUS_H
#define STATUS_H

#include "swap.h"

struct watch {
	struct ldb *db;
	struct stk_ctx *ctx;
	const struct ldb_scan *scan;
	struct arena *arena;   /* of the answer */
	struct swap_rows rows; /* of the swaps that hold */
	const struct ldb_pins *pins;
	struct ldb_drifts *ret;
	struct stk_error *err;
};

/* What is there now, beside what was and what came. */
struct look {
	enum ldb_drift_kind kind;
	const char *what; /* half a sentence */
	const char *lost; /* of a tree: what became of its original; NULL: it is kept */
};

int status_look(struct watch *w, const struct swap_row *row,
		struct look *ret) stk_must_check;

#endif
