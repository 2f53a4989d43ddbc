/* SPDX-License-Identifier: MIT */
/* took-part.h - the modules that took part in a run, for its report */
#ifndef TOOK_PART_H
#define TOOK_PART_H

#include "target.h"

struct took_part {
	const struct stk_module_info **modules;	/* room is the caller's to make */
	size_t n;
	bool tainted;			/* one of them is not ours */
};

/* How many took_part_target() may add. */
size_t took_part_most(const struct stk_target *target);
/* Once each; NULL is none. */
void took_part_add(struct took_part *p, const struct stk_module_info *module);
/* Where its chip's facts come from, its driver, its wrappers. */
void took_part_target(struct took_part *p, const struct stk_target *target);

#endif
