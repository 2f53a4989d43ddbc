/* SPDX-License-Identifier: MIT */
/* places.h - the sectors of a device, and those of them that checks try */
#ifndef PLACES_H
#define PLACES_H

#include "arena.h"
#include "target.h"

/* A device of no more sectors is tried whole. */
#define PLACES_ALL	128

struct places {
	struct stk_range *sectors;	/* ascending, disjoint; only what the chip has */
	size_t n_sectors;
	struct stk_range *parts;	/* the same in runs without a gap */
	size_t n_parts;
	struct stk_range area;		/* from the first to the last of them */
	size_t *tried;			/* indices of sectors, ascending */
	size_t n_tried;
	uint64_t declared, absent;	/* bytes in the table; of these, not on the chip */
};

/*
 * All sectors of a small device, a covering set of a large one: both ends, both
 * sides of each border (of regions, banks, halves, of what 16 and 24 address bits
 * reach), and some that @seed chooses. -ENXIO ("device-absent"): the chip has none
 * of the device.
 */
int places_find(struct places *p, struct stk_target *t, const struct stk_device *device,
		uint32_t seed, struct arena *arena, struct stk_error *err) stk_must_check;
/* Fill @buf with bytes that none of an erased memory is like. */
void places_pattern(uint8_t *buf, struct stk_range range, uint8_t erased, uint32_t seed);

#endif
