/* SPDX-License-Identifier: MIT */
/* flm-device.c - the memory as a CMSIS-Pack flash algorithm describes it */
#include "../flm-g4/flash-device.h"
#include "memory.h"

extern const struct flash_device FlashDevice;

__attribute__((section("DevDscr"), used))
const struct flash_device FlashDevice = {
	.version    = 0x0101,
	.name       = "RAM as flash",
	.type       = 5,		/* serial flash outside of the chip */
	.start      = MEMORY_START,
	.size       = MEMORY_SIZE,
	.page_size  = 1024,
	.erased     = 0xFF,
	.program_ms = 400,
	.erase_ms   = 400,
	.sectors    = {
		{ SMALL_SECTOR, 0 },
		{ MIDDLE_SECTOR, SMALL_SECTORS * SMALL_SECTOR },
		{ LARGE_SECTOR, LARGE_FROM },
		SECTORS_END,
	},
};
