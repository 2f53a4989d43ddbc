/* SPDX-License-Identifier: MIT */
/*
 * memory.h - RAM that behaves as flash does, for machines that have no flash to write
 *
 * QEMU models no flash controller of a microcontroller, but it has RAM: a part
 * of it that no loader lies in is the flash here. An erased byte is 0xFF,
 * programming only clears bits, and what is closed cannot be changed.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include "defect.h"

/* Where each machine of QEMU 7.2 has RAM: its monitor's "info mtree". */
#if defined(MACHINE_NETDUINOPLUS2)	/* 0x20000000 + 192 KiB */
#define MEMORY_START	0x20010000u
#define MEMORY_SIZE	0x10000u
#elif defined(MACHINE_MPS2_AN386)	/* PSRAM: 0x21000000 + 16 MiB */
#define MEMORY_START	0x21000000u
#define MEMORY_SIZE	0x40000u
#elif defined(MACHINE_MPS2_AN500)	/* PSRAM: 0x60000000 + 16 MiB */
#define MEMORY_START	0x60000000u
#define MEMORY_SIZE	0x40000u
#endif

#define MEMORY_PAGE	256u
/* Four sectors of 4 KiB, one of 16 KiB, from there on sectors of 32 KiB. */
#define SMALL_SECTOR	0x1000u
#define SMALL_SECTORS	4u
#define MIDDLE_SECTOR	0x4000u
#define LARGE_SECTOR	0x8000u
#define LARGE_FROM	(SMALL_SECTORS * SMALL_SECTOR + MIDDLE_SECTOR)
#define LARGE_SECTORS	((MEMORY_SIZE - LARGE_FROM) / LARGE_SECTOR)

/* Offset of @address, and whether @size bytes from there are in the memory. */
bool memory_offset(uint32_t address, uint32_t size, uint32_t *ret);
/* The sector that holds @offset; the offset of the next one. */
uint32_t memory_erase(uint32_t offset);
void memory_program(uint32_t offset, const uint8_t *from, uint32_t size);

#endif
