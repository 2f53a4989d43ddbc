/* SPDX-License-Identifier: MIT */
/* layout.h - where in RAM a loader, its stack and its buffer go */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "host.h"
#include "target.h"

#define LAYOUT_FREE_MAX	64

struct layout {
	uint64_t bias;			/* run address = link address + bias */
	struct stk_range image;		/* first to last byte of the image, as it runs */
	uint64_t trap;			/* a BKPT; functions return here */
	uint32_t static_base;		/* for R9 */
	struct stk_range guard;		/* below the stack; len 0: none */
	struct stk_range stack;
	uint32_t sp;
	struct stk_range buffer;	/* data for and from the loader */
};

/*
 * Pure: facts in, layout out. Fails with "ram-too-small", which says what is
 * needed and what there is, or "ram-wrong-place".
 */
int layout_make(const struct stk_loader *loader, const struct stk_target *target,
		const struct stk_host *host, struct layout *ret, struct stk_error *err)
	stk_must_check;

#endif
