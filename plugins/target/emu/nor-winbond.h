/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NOR_WINBOND_H
#define NOR_WINBOND_H

#include "nor-core.h"

/* The byte at @addr of the SFDP space. */
uint8_t nor_winbond_sfdp(const struct nor_part *part, uint32_t addr);

#endif
