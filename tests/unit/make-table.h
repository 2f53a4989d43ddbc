/* SPDX-License-Identifier: MIT */
/* make-table.h - device tables of both formats, for tests */
#ifndef MAKE_TABLE_H
#define MAKE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORAGE_INFO_BYTES	200
#define FLASH_DEVICE_BYTES	4256

struct make_table {
	bool big;
	const char *name;	/* NULL: "TEST" */
	uint32_t type, start, size, page;
	uint8_t erased;
	/* StorageInfo: count, size; FlashDevice: size, address. */
	uint32_t sector[8][2];
	size_t n_sectors;
	bool no_terminator;
	const char *after_name;	/* a text behind the name's NUL; NULL: none */
	bool no_page;		/* page size 0 */
	uint16_t version;	/* of FlashDevice; 0: the usual one */
	uint32_t program_ms, erase_ms;	/* of FlashDevice; 0: usual ones */
	bool no_limits;		/* both 0 */
};

/* Into 200 bytes; what is not given is that of a 1 MiB NOR flash. */
void make_storage_info(const struct make_table *t, uint8_t *p);
/* Into 4256 bytes; what is not given is that of a 128 KiB internal flash. */
void make_flash_device(const struct make_table *t, uint8_t *p);

#endif
