/* SPDX-License-Identifier: MIT */
/* flash-device.h - the device table of a CMSIS-Pack flash algorithm */
#ifndef FLASH_DEVICE_H
#define FLASH_DEVICE_H

#include <stdint.h>

/* CMSIS-Pack, "Flash Programming": layout of struct FlashDevice. */
struct flash_sectors {
	uint32_t size;
	uint32_t offset;		/* of the first sector of this size */
};

#define SECTORS_END	{ 0xFFFFFFFFu, 0xFFFFFFFFu }

struct flash_device {
	uint16_t version;
	char name[128];
	uint16_t type;
	uint32_t start;
	uint32_t size;
	uint32_t page_size;
	uint32_t reserved;
	uint8_t erased;
	uint32_t program_ms;
	uint32_t erase_ms;
	struct flash_sectors sectors[512];
};

_Static_assert(sizeof(struct flash_device) == 4256, "the table of every host");

#endif
