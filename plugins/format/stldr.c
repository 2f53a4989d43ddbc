/* SPDX-License-Identifier: MIT */
/*
 * External and flash loaders of STM32CubeProgrammer: an ELF file whose symbol
 * StorageInfo is the device table, after Dev_Inf.h and Loader_Src.c of ST's
 * external loader templates. Functions return 1 for success.
 */
#include "format.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/format/flash-layouts.h"

#define MAX_ENTRIES	4096u

/*
 * Verify counts in words, and sums [addr + (r3 & 0xF), addr + 4 * words -
 * (r3 >> 16 & 0xF)); it compares all the words.
 */
static const struct format_function functions[] = {
	{ "Init", STK_OP_INIT, { ARG_INIT_R0 } },
	{ "DeInit", STK_OP_UNINIT, { ARG_NONE } },
	{ "SectorErase", STK_OP_ERASE_SECTOR, { ARG_ADDR, ARG_LAST, ARG_PARALLELISM } },
	{ "MassErase", STK_OP_ERASE_CHIP, { ARG_PARALLELISM } },
	{ "Write", STK_OP_PROGRAM, { ARG_ADDR, ARG_LEN, ARG_BUFFER } },
	{ "Verify", STK_OP_VERIFY, { ARG_ADDR, ARG_BUFFER, ARG_WORDS, ARG_ZERO } },
	{ "Read", STK_OP_READ, { ARG_ADDR, ARG_LEN, ARG_BUFFER } },
	{ "CheckSum", STK_OP_CHECKSUM, { ARG_ADDR, ARG_LEN, ARG_ZERO } },
};

static const char *const type_names[] = {
	NULL,	   "MCU_FLASH", "NAND_FLASH", "NOR_FLASH", "SRAM",	 "PSRAM",
	"PC_CARD", "SPI_FLASH", "I2C_FLASH",  "SDRAM",	   "I2C_EEPROM",
};

const char *stldr_type_name(uint32_t type)
{
	return type < COUNT_OF(type_names) ? type_names[type] : NULL;
}

static int stldr_probe(const struct stk_elf *elf)
{
	static const char *const ours[] = { "Init", "Write", "SectorErase", "MassErase" };

	return format_probe(elf, STORAGE_INFO_SYMBOL, ours, COUNT_OF(ours));
}

/* ---- the table -------------------------------------------------------- */

static const char *type_name(uint32_t type)
{
	const char *name = stldr_type_name(type);

	return name ? name : "unknown";
}

static void decode_head(const struct format_table *t, struct format_device *d)
{
	const uint8_t *p = t->p;

	memcpy(d->name, p + STORAGE_INFO_NAME_OFFSET, STORAGE_INFO_NAME_LEN);
	d->name[STORAGE_INFO_NAME_LEN] = '\0';
	d->after_name = format_after_name(d->name, STORAGE_INFO_NAME_LEN);
	d->device = (struct stk_device){
		.name = d->name,
		.type = storage_info_type(p, t->big_endian),
		.type_name = type_name(storage_info_type(p, t->big_endian)),
		.start = storage_info_start(p, t->big_endian),
		.size = storage_info_size(p, t->big_endian),
		.page_size = storage_info_page_size(p, t->big_endian),
		.erased = storage_info_erased(p),
	};
}

/* Sectors follow each other from the device's start; a count of 0 ends them. */
static int decode_sectors(const struct format_table *t, struct format_device *d,
			  struct stk_error *err)
{
	size_t room = (t->len - STORAGE_INFO_HEAD) / STORAGE_INFO_ENTRY, n = 0;
	uint64_t at = d->device.start;

	if (room > MAX_ENTRIES)
		room = MAX_ENTRIES;
	d->regions = calloc(room ? room : 1, sizeof(*d->regions));
	if (!d->regions)
		return stk_fail_nomem(err);
	for (; n < room; n++) {
		const uint8_t *p = t->p + STORAGE_INFO_HEAD + n * STORAGE_INFO_ENTRY;
		uint64_t count = storage_info_sector_count(p, t->big_endian);
		uint64_t size = storage_info_sector_size(p, t->big_endian);

		if (!count)
			break;
		if (!size || count * size > UINT64_MAX - at)
			return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC,
					"device-table-damaged",
					"sector entry %zu of StorageInfo: %" PRIu64
					" sectors of %" PRIu64 " bytes",
					n, count, size);
		d->regions[n] = (struct stk_region){ at, count, size };
		at += count * size;
	}
	d->terminated = n < room;
	d->used = STORAGE_INFO_HEAD + (n + d->terminated) * STORAGE_INFO_ENTRY;
	d->device.regions = d->regions;
	d->device.n_regions = n;
	return 0;
}

/* The caller frees *ret with format_device_free() if it returns 0. */
static int decode(const struct format_table *t, struct format_device *ret,
		  struct stk_error *err)
{
	int r;

	decode_head(t, ret);
	r = decode_sectors(t, ret, err);
	if (r)
		format_device_free(ret);
	return r;
}

static int decode_strict(const struct format_table *t, struct format_device *ret)
{
	int r = decode(t, ret, NULL);

	if (r)
		return r;
	if (ret->device.type >= 1 && ret->device.type <= 11 &&
	    format_plausible(ret, t->p + STORAGE_INFO_PAD0_OFFSET, STORAGE_INFO_PAD0_LEN,
			     t->p + STORAGE_INFO_PAD1_OFFSET, STORAGE_INFO_PAD1_LEN))
		return 0;
	format_device_free(ret);
	return -ENOEXEC;
}

/* ---- the file --------------------------------------------------------- */

static int stldr_parse(const struct stk_elf *elf, struct stk_loader_builder *b,
		       struct stk_error *err)
{
	const struct stk_elf_section *data = format_section(elf, "PrgData", 0);
	struct format_table t;
	struct format_device d;
	int r = format_build_functions(b, functions, COUNT_OF(functions), err);

	if (!r)
		r = format_find(elf, STORAGE_INFO_SYMBOL, STORAGE_INFO_HEAD, &t, err);
	if (!r)
		r = decode(&t, &d, err);
	if (r)
		return r;
	r = format_build(elf, STORAGE_INFO_SYMBOL, &t, &d, b, err);
	format_device_free(&d);
	if (data)
		stk_build_static_base(b, data->addr);
	return r ? r : stldr_lint_elf(elf, b, err);
}

static int stldr_recover(const struct stk_elf *elf, struct stk_loader_builder *b,
			 struct stk_error *err)
{
	int r = format_recover(elf, STORAGE_INFO_SYMBOL, STORAGE_INFO_HEAD, decode_strict,
			       b, err);
	int e = 0;

	if (r > 0)
		e = format_build_functions(b, functions, COUNT_OF(functions), err);
	return e ? e : r;
}

/* ---- calls ------------------------------------------------------------ */

static int stldr_marshal(const struct stk_loader_info *loader,
			 const struct stk_request *req, struct stk_abi_call *ret,
			 struct stk_error *err)
{
	return format_marshal(functions, COUNT_OF(functions), loader, req, ret, err);
}

static void stldr_unmarshal(const struct stk_loader_info *loader,
			    const struct stk_abi_call *call, struct stk_request *ret)
{
	format_unmarshal(functions, COUNT_OF(functions), call, ret);
}

/*
 * A loader that cannot reach its memory also returns 0, which reads as "equal":
 * only the sum in R1 shows that it has seen the bytes.
 */
static enum stk_meaning judge_verify(const struct stk_request *req,
				     const struct stk_abi_result *res, char *text,
				     size_t len)
{
	if (res->r0)
		return format_means(STK_MEANS_FAILED, res->r0, text, len,
				    "differs, near that address");
	if (!req->has_byte_sum)
		return format_means(STK_MEANS_UNKNOWN, 0, text, len,
				    "equal, if its sum is right");
	if (res->r1 != req->byte_sum)
		return format_means(STK_MEANS_UNKNOWN, 0, text, len,
				    "equal, but its sum of the bytes is wrong");
	return format_means(STK_MEANS_OK, 0, text, len,
			    "equal, and the sum of the bytes is right");
}

static enum stk_meaning judge_sum(const struct stk_request *req,
				  const struct stk_abi_result *res, char *text,
				  size_t len)
{
	if (!req->has_byte_sum)
		return format_means(STK_MEANS_UNKNOWN, res->r0, text, len,
				    "sum of the bytes");
	if (res->r0 != req->byte_sum)
		return format_means(STK_MEANS_FAILED, res->r0, text, len,
				    "not the sum of the bytes");
	return format_means(STK_MEANS_OK, res->r0, text, len, "the sum of the bytes");
}

static enum stk_meaning stldr_judge(const struct stk_loader_info *loader,
				    const struct stk_request *req,
				    const struct stk_abi_result *res, char *text,
				    size_t text_len)
{
	if (req->op == STK_OP_VERIFY)
		return judge_verify(req, res, text, text_len);
	if (req->op == STK_OP_CHECKSUM)
		return judge_sum(req, res, text, text_len);
	if (res->r0 == 1)
		return format_means(STK_MEANS_OK, 1, text, text_len, "success");
	/* DeInit is not in ST's documents; nobody says what it returns. */
	if (req->op == STK_OP_UNINIT || req->op == STK_OP_OTHER)
		return format_means(STK_MEANS_UNKNOWN, res->r0, text, text_len,
				    "no meaning is documented");
	if (res->r0)
		return format_means(STK_MEANS_FAILED, res->r0, text, text_len,
				    "neither 1 for success nor 0 for failure");
	return format_means(STK_MEANS_FAILED, 0, text, text_len,
			    req->op == STK_OP_INIT ?
				    "failed, though a few loaders return 0 for success" :
				    "failed");
}

const struct stk_format_driver stldr_driver = {
	.size = sizeof(struct stk_format_driver),
	.name = "stldr",
	.suffix = "stldr",
	.probe = stldr_probe,
	.parse = stldr_parse,
	.recover = stldr_recover,
	.marshal = stldr_marshal,
	.judge = stldr_judge,
	.lint = stldr_lint,
	.unmarshal = stldr_unmarshal,
};
