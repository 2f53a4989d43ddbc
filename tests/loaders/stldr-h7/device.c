/* SPDX-License-Identifier: MIT */
/* device.c - the device table, in a segment of its own that hosts only read */
#include "loader.h"
#include "storage-info.h"

extern const struct storage_info StorageInfo;

#ifdef LOADER_NAME
#define NAME LOADER_NAME
#elif defined(OCTOSPI_H7B0)
#define NAME "h7b0-" NOR_NAME
#else
#define NAME "h743-" NOR_NAME
#endif

/* CubeProgrammer 2.18 and later want the name to be the file's. */
__attribute__((section(".Dev_info"), used))
const struct storage_info StorageInfo = {
	.name      = NAME,
	.type      = 7,			/* SPI flash */
	.start     = NOR_START,
	.size      = NOR_SIZE,
	.page_size = NOR_PAGE,
	.erased    = 0xFF,
	.sectors   = { { NOR_SIZE / NOR_SECTOR, NOR_SECTOR } },
};
