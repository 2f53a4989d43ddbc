/* SPDX-License-Identifier: MIT */
/* device.c - the device table, in a segment of its own that hosts only read */
#include "algorithm.h"
#include "flash-device.h"

/* A page takes 22 ms and more (DS12589, table 46). */
#ifdef DEFECT_TIME_LIMIT
#define DEFECT_ERASE_MS	10
#else
#define DEFECT_ERASE_MS	400
#endif

extern const struct flash_device FlashDevice;

__attribute__((section("DevDscr"), used))
const struct flash_device FlashDevice = {
	.version    = 0x0101,
	.name       = "STM32G431 128 KiB flash",
	.type       = 1,		/* on chip */
	.start      = FLASH_START,
	.size       = FLASH_SIZE,
	.page_size  = 1024,
	.erased     = 0xFF,
	.program_ms = 400,
	.erase_ms   = DEFECT_ERASE_MS,
	.sectors    = { { PAGE_SIZE, 0 }, SECTORS_END },
};
