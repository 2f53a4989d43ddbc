/* SPDX-License-Identifier: MIT */
/* care.h - which loaders are not let loose on a real chip */
#ifndef CARE_H
#define CARE_H

#include "target.h"

struct care {
	struct stk_target *target;
	const struct stk_host *host;
	bool force, allow_option_bytes;	/* as the caller has them */
};

/*
 * 0: @loader may run. "lint-error" and "touches-option-bytes": it may not, on a
 * target that is no virtual chip. Touches neither target nor findings.
 */
int care_check(const struct care *care, struct stk_loader *loader,
	       struct stk_error *err) stk_must_check;

#endif
