/* SPDX-License-Identifier: MIT */
/* storage-info.h - the device table of an STM32CubeProgrammer external loader */
#ifndef STORAGE_INFO_H
#define STORAGE_INFO_H

#include <stdint.h>

/* UM2237, "Developing customized loaders for external memory": StorageInfo. */
struct storage_sectors {
	uint32_t count;		/* 0 ends the list */
	uint32_t size;
};

/* ST's header has 10; some set it to what they like, as hosts do not say. */
#ifndef HOST_SECTOR_NUM
#define HOST_SECTOR_NUM	10
#endif

struct storage_info {
	char name[100];
	uint16_t type;
	uint32_t start;
	uint32_t size;
	uint32_t page_size;
	uint8_t erased;
	struct storage_sectors sectors[HOST_SECTOR_NUM];
};

_Static_assert(HOST_SECTOR_NUM != 10 || sizeof(struct storage_info) == 200,
	       "the table of every host");

#endif
