/* SPDX-License-Identifier: MIT */
/* pins.h - the pins between an STM32H7's controller and the flash */
#ifndef PINS_H
#define PINS_H

#include <stdint.h>

/* @ahb4enr: RCC_AHB4ENR, which is not at the same address on all of them. */
void pins_init(uint32_t ahb4enr);

#endif
