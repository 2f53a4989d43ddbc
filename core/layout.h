/* SPDX-License-Identifier: MIT */
/* layout.h - where in RAM a loader, its stack and its buffer go */
#ifndef LAYOUT_H
#define LAYOUT_H

#include "host.h"
#include "target.h"

#define LAYOUT_FREE_MAX	64
#define LAYOUT_TRAP_BYTES	4
/* Hosts that put their trap on the page of the link address use such pages. */
#define LAYOUT_LINK_PAGE	256

struct layout {
	uint64_t bias;			/* run address = link address + bias */
	struct stk_range image;		/* first to last byte of the image, as it runs */
	uint64_t trap;			/* a BKPT; functions return here */
	uint32_t static_base;		/* for R9; 0: not set */
	struct stk_range scratch;	/* RAM behind it, if the image has none; else len 0 */
	struct stk_range guard;		/* below the stack; len 0: none */
	struct stk_range stack;
	uint32_t sp;
	struct stk_range buffer;	/* data for and from the loader */
	uint64_t page[2];		/* where in it pages to program go, in turn */
	unsigned int n_pages;
};

/* As much as the host programs in one call, where the format has pages. */
uint32_t layout_page(const struct stk_host *host, const struct stk_device *device);

/* Hosts that move an image and have one RAM for all; layout_in() calls it. */
int layout_region(const struct stk_loader *loader, struct stk_range ram,
		  const struct stk_host *host, struct layout *ret, struct stk_error *err)
	stk_must_check;

/*
 * Pure: facts in, layout out. @ram: what may be used, in order of preference,
 * disjoint and below 4 GiB. Fails with "ram-too-small", which says what is
 * needed and what there is, or "ram-wrong-place"; with "host-format" where
 * the host does not run loaders of this kind.
 */
int layout_in(const struct stk_loader *loader, const struct stk_range *ram, size_t n,
	      const struct stk_host *host, struct layout *ret, struct stk_error *err)
	stk_must_check;

/* The same in the RAM of @target's chip. */
int layout_make(const struct stk_loader *loader, const struct stk_target *target,
		const struct stk_host *host, struct layout *ret, struct stk_error *err)
	stk_must_check;

#endif
