/* SPDX-License-Identifier: MIT */
/* Findings that only flash algorithms have. */
#include "format.h"

#include <inttypes.h>
#include <string.h>

#include "plugins/format/flash-layouts.h"

#define USUAL_SIZE	(FLASH_DEVICE_HEAD + FLM_ENTRIES * FLASH_DEVICE_ENTRY)
/* EXTSPI of FlashOS.h. */
#define TYPE_LAST	5

enum {
	RULE_SYMBOL_SIZE,
	RULE_BOTH_TABLES,
	RULE_VERSION,
	RULE_ABSOLUTE,
	RULE_NO_DATA,
	RULE_MANDATORY,
	RULE_OPTIONAL,
	RULE_TIME_LIMIT,
	RULE_TYPE,
};

static const struct stk_rule rules[] = {
	[RULE_SYMBOL_SIZE] = { "STK-A001", STK_NOTE, "symbol size", NULL },
	[RULE_BOTH_TABLES] = { "STK-A002", STK_WARNING, "two device tables", NULL },
	[RULE_VERSION] = { "STK-A003", STK_NOTE, "table version", NULL },
	[RULE_ABSOLUTE] = { "STK-A004", STK_NOTE, "sector addresses are absolute", NULL },
	[RULE_NO_DATA] = { "STK-A005", STK_NOTE, "no PrgData", NULL },
	[RULE_MANDATORY] = { "STK-A006", STK_ERROR, "missing mandatory function", NULL },
	[RULE_OPTIONAL] = { "STK-A007", STK_NOTE, "missing optional function", NULL },
	[RULE_TIME_LIMIT] = { "STK-A008", STK_WARNING, "time limit that is none", NULL },
	[RULE_TYPE] = { "STK-A009", STK_NOTE, "device type outside the list", NULL },
};

const struct format_rules flm_rules = { rules, COUNT_OF(rules) };

/* ---- while the file is read ---------------------------------------------- */

int flm_lint_no_data(struct stk_loader_builder *b, struct stk_error *err)
{
	return stk_build_finding(
		b, &rules[RULE_NO_DATA], err,
		"nothing says what the static base (R9) is, if it has data");
}

int flm_lint_elf(const struct stk_elf *elf, const struct format_table *t,
			   const struct format_device *d, struct stk_loader_builder *b,
			   struct stk_error *err)
{
	uint64_t size = stk_elf_symbol(elf, FLASH_DEVICE_SYMBOL, 0)->size;
	uint32_t version = flash_device_version(t->p, t->big_endian);
	bool absolute = d->device.start && d->device.n_regions &&
			flash_device_sector_addr(t->p + FLASH_DEVICE_HEAD,
						 t->big_endian) == d->device.start;
	int r = 0;

	if (size != USUAL_SIZE)
		r = stk_build_finding(b, &rules[RULE_SYMBOL_SIZE], err,
				      "FlashDevice has %" PRIu64
				      " bytes by its symbol, usual are %u",
				      size, USUAL_SIZE);
	if (!r && format_other_table(elf, STORAGE_INFO_SYMBOL, STORAGE_INFO_HEAD, b))
		r = stk_build_finding(
			b, &rules[RULE_BOTH_TABLES], err,
			"StorageInfo of a .stldr is there too; the functions are those of an FLM");
	if (!r && version != FLM_VERSION)
		r = stk_build_finding(b, &rules[RULE_VERSION], err,
				      "0x%04x, known is 0x%04x", version,
				      FLM_VERSION);
	if (!r && absolute)
		r = stk_build_finding(b, &rules[RULE_ABSOLUTE], err,
				      "the first sector is at 0x%08" PRIx64
				      ", where the format has offsets into the device",
				      d->device.start);
	return r;
}

/* ---- once it is ------------------------------------------------------------ */

/* 0 and all ones: a host that goes by it gives up at once, or never. */
static int lint_limits(const struct stk_loader_info *l, struct stk_loader_builder *b,
		       struct stk_error *err)
{
	const struct stk_device *d = l->device;
	const bool program = !d->program_ms || d->program_ms == UINT32_MAX;
	const bool erase = !d->erase_ms || d->erase_ms == UINT32_MAX;

	if (!program && !erase)
		return 0;
	return stk_build_finding(b, &rules[RULE_TIME_LIMIT], err,
				 "%s%s%s: program 0x%" PRIx32 " ms, erase 0x%" PRIx32
				 " ms",
				 program ? "toProg" : "", program && erase ? ", " : "",
				 erase ? "toErase" : "", d->program_ms, d->erase_ms);
}

static int lint_device(const struct stk_loader_info *l, struct stk_loader_builder *b,
		       struct stk_error *err)
{
	int r = lint_limits(l, b, err);

	if (!r && l->device->type > TYPE_LAST)
		r = stk_build_finding(b, &rules[RULE_TYPE], err, "%u; known are 0 to %d",
				      l->device->type, TYPE_LAST);
	return r;
}

/*
 * A missing Verify or BlankCheck changes nothing: hosts read the flash
 * themselves.
 */
int flm_lint(const struct stk_loader_info *l, struct stk_loader_builder *b,
		    struct stk_error *err)
{
	static const struct format_need needed[] = {
		{ "Init", "no host can start it" },
		{ "UnInit", "hosts call it after each phase" },
		{ "EraseSector", "nothing can be erased sector by sector" },
		{ "ProgramPage", "nothing can be programmed" },
		{ NULL, NULL },
	};
	static const struct format_need optional[] = {
		{ "EraseChip", "hosts erase sector by sector" },
		{ NULL, NULL },
	};
	int r = format_lint_missing(l, &rules[RULE_MANDATORY], needed, b, err);

	if (!r)
		r = format_lint_missing(l, &rules[RULE_OPTIONAL], optional, b, err);
	if (!r && l->device)
		r = lint_device(l, b, err);
	return r;
}
