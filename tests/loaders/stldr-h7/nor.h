/* SPDX-License-Identifier: MIT */
/* nor.h - a Winbond W25Q128JV */
#ifndef NOR_H
#define NOR_H

#include <stdbool.h>
#include <stdint.h>

/* Reset the part, see that it is the right one, allow four data lines. */
bool nor_init(void);
void nor_erase_sector(uint32_t offset);
void nor_erase_chip(void);
/* At most to the end of the page. */
void nor_program(uint32_t offset, const uint8_t *from, uint32_t size);
void nor_map(void);

#endif
