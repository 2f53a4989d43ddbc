/* SPDX-License-Identifier: MIT */
/* part.h - memory parts and constants among those the chip modules know */
#ifndef PART_H
#define PART_H

#include "core.h"

/* What stk_part_find() does, over given drivers. */
int part_find(const struct stk_chip_driver *const *drivers, size_t count, const char *text,
	      struct stk_part_match *ret, struct stk_error *err) stk_must_check;

/* What stk_signature_find() does, over given drivers. */
const struct stk_signature *signature_find(const struct stk_chip_driver *const *drivers,
					   size_t count, uint32_t value,
					   const char *family);

#endif
