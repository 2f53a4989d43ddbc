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

struct storage_info {
	char name[100];
	uint16_t type;
	uint32_t start;
	uint32_t size;
	uint32_t page_size;
	uint8_t erased;
	struct storage_sectors sectors[10];
};

_Static_assert(sizeof(struct storage_info) == 200, "the table of every host");

#endif
