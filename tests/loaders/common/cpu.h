/* SPDX-License-Identifier: MIT */
/* cpu.h - what every loader and firmware here needs of the processor */
#ifndef CPU_H
#define CPU_H

#include <stdbool.h>
#include <stdint.h>

#define BIT(n)		(1u << (n))
#define reg32(address)	(*(volatile uint32_t *)(uintptr_t)(address))
#define reg8(address)	(*(volatile uint8_t *)(uintptr_t)(address))

#endif
