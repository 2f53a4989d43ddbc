/* SPDX-License-Identifier: MIT */
/* Loader files for tests: code that is no code, and a table. */
#include "make-loader.h"

#include <stdlib.h>
#include <string.h>

#define OTHER_AT	0x100000u
#define LONGEST_TABLE	32888u

static bool left_out(const struct make_loader *c, const char *name)
{
	return (c->without && !strcmp(c->without, name)) ||
	       (c->without_too && !strcmp(c->without_too, name));
}

static size_t add_functions(const struct make_loader *c, uint64_t at, struct make_symbol *s)
{
	static const char *const stldr[] = { "Init", "Write", "SectorErase", "MassErase",
					     "Read", "Verify", NULL };
	static const char *const flm[] = { "Init", "UnInit", "EraseSector", "EraseChip",
					   "ProgramPage", "Verify", NULL };
	size_t n = 0;

	for (const char *const *f = c->flm ? flm : stldr; *f; f++) {
		if (left_out(c, *f))
			continue;
		s[n] = (struct make_symbol){ *f, at + 4 * n + !c->arm_mode, 4, 1,
					     MAKE_FUNC };
		n++;
	}
	if (c->extra) {
		s[n] = (struct make_symbol){ c->extra,
					     c->extra_at ? c->extra_at : at + 4 * n + 1,
					     4, 1, MAKE_FUNC };
		n++;
	}
	return n;
}

static void add_tables(const struct make_loader *c, uint64_t at, uint64_t size,
		       struct make_symbol *s)
{
	const char *const mine = c->flm ? "FlashDevice" : "StorageInfo";

	if (!c->no_table)
		*s++ = (struct make_symbol){ mine, at,
					     c->symbol_size ? c->symbol_size : size, 3,
					     MAKE_OBJECT };
	if (c->twice)
		*s++ = (struct make_symbol){ mine, OTHER_AT, size, 4, MAKE_OBJECT };
	if (c->both)
		*s++ = (struct make_symbol){
			c->flm ? "StorageInfo" : "FlashDevice", OTHER_AT,
			c->flm ? FLASH_DEVICE_BYTES : STORAGE_INFO_BYTES, 4, MAKE_OBJECT
		};
}

static void fill(const struct make_loader *c, uint8_t *code, uint8_t *table, uint8_t *other)
{
	for (size_t i = 0; i < MAKE_LOADER_CODE; i++)
		code[i] = (uint8_t)(i + 1);
	if (c->flm)
		make_flash_device(&c->table, table);
	else
		make_storage_info(&c->table, table);
	if (c->flm == c->both)
		make_storage_info(&c->table, other);
	else
		make_flash_device(&c->table, other);
}

uint8_t *make_loader(const struct make_loader *c, size_t *ret_len)
{
	static uint8_t table[LONGEST_TABLE], other[FLASH_DEVICE_BYTES],
		code[MAKE_LOADER_CODE];
	const uint64_t base = c->base ? c->base : c->flm ? 0 : MAKE_LOADER_RAM;
	const uint64_t image = sizeof(code) + 16;
	const uint64_t at = c->flm || c->table_in_code ? base + image : 0;
	const uint64_t whole = c->flm ? FLASH_DEVICE_BYTES : STORAGE_INFO_BYTES;
	const uint64_t size = c->section_size ? c->section_size : whole;
	const bool two = c->both || c->twice;
	const uint64_t code_len = c->table_in_code ? image + size : image;
	const struct make_section sections[] = {
		{ c->flm ? "PrgCode" : ".text", 1, 6, base, code, sizeof(code) },
		{ c->data ? c->data : ".data", 1, 3, base + sizeof(code), NULL, 16 },
		{ c->flm ? "DevDscr" : ".info", 1, 2, at, table, size },
		{ "other", 1, 2, OTHER_AT, other, two ? whole : 0 },
		c->more,
		{ 0 },
	};
	const struct make_segment segments[] = {
		{ 1, base, code_len, code_len + c->zeros, 7, 0 },
		{ c->table_in_code ? 0 : 3, at, size, size, 4, 0 },
		{ two ? 4 : 0, OTHER_AT, whole, whole, 4, 0 },
		{ 0 },
	};
	struct make_symbol symbols[16] = { 0 };
	const struct make_elf m = {
		.wide = c->wide,
		.big = c->table.big,
		.machine = c->machine,
		.type = c->type,
		.sections = sections,
		.segments = segments,
		.symbols = c->no_symbols ? NULL : symbols,
		.no_sections = c->no_sections,
	};
	size_t n = add_functions(c, base, symbols);

	fill(c, code, table, other);
	add_tables(c, at, size, &symbols[n]);
	return make_elf(&m, ret_len);
}
