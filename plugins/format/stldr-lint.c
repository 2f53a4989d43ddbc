/* SPDX-License-Identifier: MIT */
/* Findings that only .stldr files have. */
#include "format.h"

#include <inttypes.h>
#include <string.h>

#include "plugins/format/flash-layouts.h"

/* SECTOR_NUM is 10 in ST's header: the size that CubeProgrammer expects. */
#define USUAL_SIZE	(STORAGE_INFO_HEAD + 10 * STORAGE_INFO_ENTRY)
/* The longest that nobody reports as refused has 2168 bytes, SECTOR_NUM 256. */
#define LONG_SIZE	4096u
/*
 * VTOR takes a power of two that is no less than the table (ARM DDI0403E
 * B3.2.5): 0x200 is the least for any STM32 with more than 48 interrupts.
 */
#define VECTOR_ALIGN	0x200u

enum storage_type {
	TYPE_MCU_FLASH = 1,
	TYPE_NAND = 2,
	TYPE_NOR = 3,
	TYPE_SRAM = 4,
	TYPE_PSRAM = 5,
	TYPE_SPI_FLASH = 7,
	TYPE_SDRAM = 9,
	TYPE_I2C_EEPROM = 10,
};

enum {
	RULE_SYMBOL_SIZE,
	RULE_BOTH_TABLES,
	RULE_CHECKSUM,
	RULE_MANDATORY,
	RULE_OPTIONAL,
	RULE_NAME,
	RULE_SEGMENT,
	RULE_LONG_TABLE,
	RULE_NO_ERASE,
	RULE_NO_READ,
	RULE_SHORT_SYMBOL,
	RULE_VECTOR_ALIGN,
	RULE_VECTORS,
	RULE_INTERNAL_NAME,
	RULE_TYPE,
};

static const struct stk_rule rules[] = {
	[RULE_SYMBOL_SIZE] = { "STK-S001", STK_NOTE, "symbol size", NULL },
	[RULE_BOTH_TABLES] = { "STK-S002", STK_WARNING, "two device tables", NULL },
	[RULE_CHECKSUM] = { "STK-S003", STK_WARNING, "function name", NULL },
	[RULE_MANDATORY] = { "STK-S004", STK_ERROR, "missing mandatory function", NULL },
	[RULE_OPTIONAL] = { "STK-S005", STK_NOTE, "missing optional function", NULL },
	[RULE_NAME] = { "STK-S006", STK_WARNING, "device name is not the file name",
			"name-is-file-name" },
	[RULE_SEGMENT] = { "STK-S007", STK_WARNING,
			   "device table without a segment of its own", "own-segment" },
	[RULE_LONG_TABLE] = { "STK-S008", STK_WARNING, "device table of unusual length",
			      "long-storage-info" },
	[RULE_NO_ERASE] = { "STK-S009", STK_WARNING, "a flash that nothing erases", NULL },
	[RULE_NO_READ] = { "STK-S010", STK_WARNING, "a memory that nothing reads", NULL },
	[RULE_SHORT_SYMBOL] = { "STK-S011", STK_NOTE, "symbol shorter than the table",
				"table-by-symbol-size" },
	[RULE_VECTOR_ALIGN] = { "STK-S012", STK_NOTE, "vector table out of line", NULL },
	[RULE_VECTORS] = { "STK-S013", STK_WARNING, "vector table with fixed addresses",
			   "moved-base" },
	[RULE_INTERNAL_NAME] = { "STK-S014", STK_NOTE,
				 "internal loader under another name", NULL },
	[RULE_TYPE] = { "STK-S015", STK_NOTE, "device type outside the list", NULL },
};

const struct format_rules stldr_rules = { rules, COUNT_OF(rules) };

/* ---- while the file is read ---------------------------------------------- */

static int lint_size(uint64_t size, struct stk_loader_builder *b, struct stk_error *err)
{
	int r = 0;

	if (size > LONG_SIZE)
		return stk_build_finding(b, &rules[RULE_LONG_TABLE], err,
					 "StorageInfo has %" PRIu64
					 " bytes by its symbol, "
					 "usual are %u",
					 size, USUAL_SIZE);
	if (size != USUAL_SIZE)
		r = stk_build_finding(b, &rules[RULE_SYMBOL_SIZE], err,
				      "StorageInfo has %" PRIu64 " bytes by its symbol, "
				      "usual are %u", size, USUAL_SIZE);
	if (!r && size < USUAL_SIZE)
		r = stk_build_finding(b, &rules[RULE_SHORT_SYMBOL], err,
				      "%" PRIu64 " bytes, where %u are read", size,
				      USUAL_SIZE);
	return r;
}

/*
 * Where the vector table is, by the names that start-up files give it. In the
 * linker scripts of loaders .isr_vector begins with a gap that aligns it.
 */
static bool find_vectors(const struct stk_elf *elf, uint64_t *ret)
{
	static const char *const names[] = { "g_pfnVectors", "__Vectors",
					     "__vector_table" };
	const struct stk_elf_section *s = format_section(elf, ".isr_vector", 0);
	uint64_t gap = 0;

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const struct stk_elf_symbol *symbol = stk_elf_symbol(elf, names[i], 0);

		if (symbol) {
			*ret = symbol->value;
			return true;
		}
	}
	while (s && s->data && gap < s->size && !s->data[gap])
		gap++;
	if (!s || !s->data || gap == s->size)
		return false;
	*ret = s->addr + gap / 4 * 4;
	return true;
}

/* A table of addresses, which serves interrupts alone. */
static int lint_vectors(const struct stk_elf *elf, struct stk_loader_builder *b,
			struct stk_error *err)
{
	uint64_t at;
	int r;

	if (!find_vectors(elf, &at))
		return 0;
	r = stk_build_finding(b, &rules[RULE_VECTORS], err,
			      "at 0x%08" PRIx64 ", and right there alone", at);
	if (!r && at % VECTOR_ALIGN)
		r = stk_build_finding(b, &rules[RULE_VECTOR_ALIGN], err,
				      "0x%08" PRIx64 " is no multiple of 0x%x", at,
				      VECTOR_ALIGN);
	return r;
}

int stldr_lint_elf(const struct stk_elf *elf, struct stk_loader_builder *b,
			   struct stk_error *err)
{
	int r = lint_size(stk_elf_symbol(elf, STORAGE_INFO_SYMBOL, 0)->size, b, err);

	if (!r && format_other_table(elf, FLASH_DEVICE_SYMBOL, FLASH_DEVICE_HEAD, b))
		r = stk_build_finding(b, &rules[RULE_BOTH_TABLES], err,
				      "FlashDevice of an FLM is there too; the functions "
				      "are those of a .stldr");
	if (!r && stk_elf_symbol(elf, "Checksum", 0) &&
	    !stk_elf_symbol(elf, "CheckSum", 0))
		r = stk_build_finding(b, &rules[RULE_CHECKSUM], err,
				      "it defines Checksum, but hosts look for CheckSum");
	return r ? r : lint_vectors(elf, b, err);
}

/* ---- once it is ------------------------------------------------------------ */

static bool is_ram(uint32_t type)
{
	return type == TYPE_SRAM || type == TYPE_PSRAM || type == TYPE_SDRAM;
}

/* Cannot be programmed over what was there. */
static bool needs_erase(uint32_t type)
{
	return type == TYPE_MCU_FLASH || type == TYPE_NAND || type == TYPE_NOR ||
	       type == TYPE_SPI_FLASH;
}

/*
 * Does the core see it without the loader's help? Internal flash, the windows
 * of FMC, QUADSPI, OCTOSPI, XSPI and SDRAM in the memory maps of all STM32.
 */
static bool is_mapped(uint64_t start)
{
	return (start >= 0x00200000 && start < 0x20000000) ||
	       (start >= 0x60000000 && start < 0xA0000000) ||
	       (start >= 0xC0000000 && start < 0xE0000000);
}

/*
 * ST, M29W128GL template: Init is "mandatory for all types of device", Write
 * "for all types except SRAM and PSRAM". A missing Verify or CheckSum changes
 * nothing: hosts read the memory themselves.
 */
static int lint_functions(const struct stk_loader_info *l, struct stk_loader_builder *b,
			  struct stk_error *err)
{
	static const struct format_need needed[] = {
		{ "Init", "no host can start it" },
		{ "Write", "nothing can be programmed" },
		{ NULL, NULL },
	};
	static const struct format_need needed_of_ram[] = {
		{ "Init", "no host can start it" },
		{ NULL, NULL },
	};
	static const struct format_need optional[] = {
		{ "SectorErase", "only the whole device can be erased" },
		{ "MassErase", "the whole device can be erased by sectors only" },
		{ "Read", "hosts read where the memory is mapped" },
		{ NULL, NULL },
	};
	uint32_t type = l->device ? l->device->type : 0;
	/* What the rules below report is not said twice. */
	const bool erases = format_has(l, "SectorErase") || format_has(l, "MassErase");
	const struct format_need *maybe = erases && needs_erase(type) ? optional :
									    &optional[2];
	int r = format_lint_missing(l, &rules[RULE_MANDATORY],
				    is_ram(type) ? needed_of_ram : needed, b, err);

	if (!r && l->device && !erases && needs_erase(type))
		r = stk_build_finding(b, &rules[RULE_NO_ERASE], err,
				      "neither SectorErase nor MassErase, for a %s",
				      l->device->type_name);
	if (!r && l->device && !format_has(l, "Read") && !is_mapped(l->device->start))
		return stk_build_finding(b, &rules[RULE_NO_READ], err,
					 "no Read, and nothing is mapped at 0x%08" PRIx64,
					 l->device->start);
	return r ? r : format_lint_missing(l, &rules[RULE_OPTIONAL], maybe, b, err);
}

/*
 * Internal loaders have names of their own kind ("0x468"), and ST itself ships
 * some under the name of another chip.
 */
static int lint_name(const struct stk_loader_info *l, struct stk_loader_builder *b,
		     struct stk_error *err)
{
	const char *dot = strrchr(l->name, '.');
	size_t len = dot ? (size_t)(dot - l->name) : strlen(l->name);
	const struct stk_device *d = l->device;

	if (!d || (!strncmp(d->name, l->name, len) && !d->name[len]))
		return 0;
	return stk_build_finding(
		b, &rules[d->type == TYPE_MCU_FLASH ? RULE_INTERNAL_NAME : RULE_NAME],
		err, "'%s' in '%s'", d->name, l->name);
}

/* A host that goes by segments then takes code for the table, or loads it. */
static int lint_segment(const struct stk_loader_info *l, struct stk_loader_builder *b,
			struct stk_error *err)
{
	for (size_t i = 0; i < l->n_segments; i++) {
		if (l->segments[i].role == STK_SEGMENT_TABLE)
			return 0;
	}
	if (!l->device)
		return 0;
	return stk_build_finding(b, &rules[RULE_SEGMENT], err,
				 "StorageInfo shares one with code or data");
}

int stldr_lint(const struct stk_loader_info *l, struct stk_loader_builder *b,
		      struct stk_error *err)
{
	int r = lint_functions(l, b, err);

	if (!r)
		r = lint_name(l, b, err);
	if (!r)
		r = lint_segment(l, b, err);
	if (!r && l->device && !stldr_type_name(l->device->type))
		r = stk_build_finding(b, &rules[RULE_TYPE], err, "%u; known are 1 to %d",
				      l->device->type, TYPE_I2C_EEPROM);
	return r;
}
