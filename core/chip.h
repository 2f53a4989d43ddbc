/* SPDX-License-Identifier: MIT */
/* chip.h - finding a chip among those the chip modules know */
#ifndef CHIP_H
#define CHIP_H

#include "core.h"

/*
 * What stk_chip_find() does, over given drivers. Parts that differ by name
 * alone are one chip here: the first of them is the answer.
 */
int chip_find(const struct stk_chip_driver *const *drivers, size_t count,
	      const char *name, const struct stk_chip **ret,
	      struct stk_error *err) stk_must_check;

/*
 * RAM of the chip as merged ranges in order of preference, with @all also what
 * loaders are not moved to. The caller frees *ret.
 */
int chip_ram(const struct stk_chip *chip, bool all, struct stk_range **ret,
	     size_t *ret_count, struct stk_error *err) stk_must_check;

/*
 * Edits that make @query a part of @name, both in one case: people leave "STM32"
 * away. Of a longer name only the first 31 characters count.
 */
size_t name_distance(const char *query, const char *name);

/* What stk_register_at() does, over given drivers. */
bool chip_register_at(const struct stk_chip_driver *const *drivers, size_t count,
		      const struct stk_chip *chip, uint64_t addr,
		      struct stk_register_place *ret);
const char *chip_place_text(const struct stk_register_place *place, char *buf, size_t len);

/* The same facts but for the name: it does not matter which of the two it is. */
bool chip_same_facts(const struct stk_chip *a, const struct stk_chip *b);

#endif
