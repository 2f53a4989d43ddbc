/* SPDX-License-Identifier: MIT */
/* Device tables for tests; offsets as in ST's and Arm's headers. */
#include "make-table.h"

#include <string.h>

#include "make-elf.h"

static uint32_t or_else(uint32_t value, uint32_t otherwise)
{
	return value ? value : otherwise;
}

static void put_name(const struct make_table *t, uint8_t *p, size_t room)
{
	const char *name = t->name ? t->name : "TEST";
	size_t len = strnlen(name, room);

	memcpy(p, name, len);
	if (t->after_name)
		memcpy(p + len + 1, t->after_name, strnlen(t->after_name, room - len - 1));
}

void make_storage_info(const struct make_table *t, uint8_t *p)
{
	memset(p, 0, STORAGE_INFO_BYTES);
	put_name(t, p, 100);
	make_put(p + 100, 2, t->big, or_else(t->type, 3));
	make_put(p + 104, 4, t->big, or_else(t->start, 0x90000000));
	make_put(p + 108, 4, t->big, or_else(t->size, 0x100000));
	make_put(p + 112, 4, t->big, t->no_page ? 0 : or_else(t->page, 256));
	p[116] = t->erased ? t->erased : 0xFF;
	if (!t->n_sectors) {
		make_put(p + 120, 4, t->big, 256);
		make_put(p + 124, 4, t->big, 4096);
	}
	for (size_t i = 0; i < t->n_sectors; i++) {
		make_put(p + 120 + 8 * i, 4, t->big, t->sector[i][0]);
		make_put(p + 124 + 8 * i, 4, t->big, t->sector[i][1]);
	}
}

void make_flash_device(const struct make_table *t, uint8_t *p)
{
	size_t n = t->n_sectors ? t->n_sectors : 1;

	memset(p, 0, FLASH_DEVICE_BYTES);
	make_put(p, 2, t->big, t->version ? t->version : 0x0101);
	put_name(t, p + 2, 128);
	make_put(p + 130, 2, t->big, or_else(t->type, 1));
	make_put(p + 132, 4, t->big, or_else(t->start, 0x08000000));
	make_put(p + 136, 4, t->big, or_else(t->size, 0x20000));
	make_put(p + 140, 4, t->big, t->no_page ? 0 : or_else(t->page, 1024));
	p[148] = t->erased ? t->erased : 0xFF;
	make_put(p + 152, 4, t->big, t->no_limits ? 0 : or_else(t->program_ms, 100));
	make_put(p + 156, 4, t->big, t->no_limits ? 0 : or_else(t->erase_ms, 400));
	if (!t->n_sectors)
		make_put(p + 160, 4, t->big, 2048);
	for (size_t i = 0; i < t->n_sectors; i++) {
		make_put(p + 160 + 8 * i, 4, t->big, t->sector[i][0]);
		make_put(p + 164 + 8 * i, 4, t->big, t->sector[i][1]);
	}
	if (!t->no_terminator)
		memset(p + 160 + 8 * n, 0xFF, 8);
}
