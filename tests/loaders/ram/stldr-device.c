/* SPDX-License-Identifier: MIT */
/* stldr-device.c - the memory as an STM32CubeProgrammer external loader describes it */
#include "../stldr-h7/storage-info.h"
#include "memory.h"

extern const struct storage_info StorageInfo;

__attribute__((section(".Dev_info"), used))
const struct storage_info StorageInfo = {
	.name      = LOADER_NAME,
	.type      = 1,			/* MCU flash */
	.start     = MEMORY_START,
	.size      = MEMORY_SIZE,
	.page_size = MEMORY_PAGE,
	.erased    = 0xFF,
	.sectors   = {
		{ SMALL_SECTORS, SMALL_SECTOR },
		{ 1, MIDDLE_SECTOR },
		{ LARGE_SECTORS, LARGE_SECTOR },
	},
};
