/* SPDX-License-Identifier: MIT */
/* witness.h - what a target tells about itself while a loader runs */
#ifndef WITNESS_H
#define WITNESS_H

#include "target.h"

#define WITNESS_RULES	8
#define WITNESS_WRITES	64

struct witness_rule {
	char id[40], basis[12], source[128], text[160];
	uint64_t addr, pc;
	unsigned int count;
};

struct witness_access {
	uint64_t addr, value, pc;
};

/*
 * The first of each kind since witness_clear(), since later ones follow from
 * them; of register writes the last, since they lead up to the end. Empty on
 * targets that cannot observe.
 */
struct witness {
	bool works;
	struct witness_rule rule[WITNESS_RULES];
	size_t n_rules;
	struct witness_access write[WITNESS_WRITES];	/* a ring */
	uint64_t n_writes;
	bool wild_write, stack_below;
	struct witness_access wild, below;
	uint64_t exceptions;
	/* Told everything as well, flash changes too; NULL: nobody. */
	stk_observer tap;
	void *tap_data;
};

int witness_attach(struct witness *w, struct stk_target *t,
		   struct stk_error *err) stk_must_check;
void witness_detach(struct witness *w, struct stk_target *t);
void witness_clear(struct witness *w);

#endif
