/* SPDX-License-Identifier: MIT */
/* nor.h - the part: nor.c drives a W25Q128JV, nor-mt25ql512.c an MT25QL512ABB */
#ifndef NOR_H
#define NOR_H

#include <stdbool.h>
#include <stdint.h>

/* Reset the part, see that it is the right one, allow four data lines. */
bool nor_init(void);
/* False: the part says that it failed. A W25Q has no way to say so. */
bool nor_erase_sector(uint32_t offset);
bool nor_erase_chip(void);
/* At most to the end of the page. */
bool nor_program(uint32_t offset, const uint8_t *from, uint32_t size);
void nor_map(void);

#endif
