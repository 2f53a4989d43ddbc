/* SPDX-License-Identifier: MIT */
/*
 * CMSIS-Pack flash algorithms: an ELF file whose symbol FlashDevice is the
 * device table, after FlashOS.h and "Flash Programming Algorithms" of
 * Open-CMSIS-Pack. Functions return 0 for success.
 */
#include "format.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/format/flash-layouts.h"

#define END		UINT32_MAX
/* Linked below all RAM that loaders use: to be placed anywhere. */
#define LOWEST_RAM	UINT64_C(0x10000000)

static const char *const type_names[] = {
	"UNKNOWN", "ONCHIP", "EXT8BIT", "EXT16BIT", "EXT32BIT", "EXTSPI",
};

static const struct format_function functions[] = {
	/* Some algorithms compute banks from R0: always the device's start. */
	{ "Init", STK_OP_INIT, { ARG_START, ARG_CLOCK, ARG_PHASE } },
	{ "UnInit", STK_OP_UNINIT, { ARG_PHASE } },
	{ "EraseSector", STK_OP_ERASE_SECTOR, { ARG_ADDR } },
	{ "EraseChip", STK_OP_ERASE_CHIP, { ARG_NONE } },
	{ "ProgramPage", STK_OP_PROGRAM, { ARG_ADDR, ARG_LEN, ARG_BUFFER } },
	{ "Verify", STK_OP_VERIFY, { ARG_ADDR, ARG_LEN, ARG_BUFFER } },
	{ "BlankCheck", STK_OP_BLANK_CHECK, { ARG_ADDR, ARG_LEN, ARG_ERASED } },
	{ "Read", STK_OP_READ, { ARG_ADDR, ARG_LEN, ARG_BUFFER } },
	{ "SEGGER_OPEN_Start", STK_OP_OTHER, { ARG_NONE } },
	{ "SEGGER_OPEN_Erase", STK_OP_OTHER, { ARG_NONE } },
	{ "SEGGER_OPEN_Program", STK_OP_OTHER, { ARG_NONE } },
};

static int flm_probe(const struct stk_elf *elf)
{
	static const char *const ours[] = { "Init", "UnInit", "EraseSector",
					    "ProgramPage" };

	return format_probe(elf, FLASH_DEVICE_SYMBOL, ours, COUNT_OF(ours));
}

/* ---- the table -------------------------------------------------------- */

static void decode_head(const struct format_table *t, struct format_device *d)
{
	const uint8_t *p = t->p;
	uint32_t type = flash_device_type(p, t->big_endian);

	memcpy(d->name, p + FLASH_DEVICE_NAME_OFFSET, FLASH_DEVICE_NAME_LEN);
	d->name[FLASH_DEVICE_NAME_LEN] = '\0';
	d->after_name = format_after_name(d->name, FLASH_DEVICE_NAME_LEN);
	d->device = (struct stk_device){
		.name = d->name,
		.type = type,
		.type_name = type < COUNT_OF(type_names) ?
				     type_names[type] : "unknown",
		.start = flash_device_start(p, t->big_endian),
		.size = flash_device_size(p, t->big_endian),
		.page_size = flash_device_page_size(p, t->big_endian),
		.erased = flash_device_erased(p),
		.program_ms = flash_device_program_ms(p, t->big_endian),
		.erase_ms = flash_device_erase_ms(p, t->big_endian),
	};
}

/* The entries as they stand, {size, address}, into d->regions. */
static int decode_entries(const struct format_table *t, struct format_device *d,
			  struct stk_error *err)
{
	size_t room = (t->len - FLASH_DEVICE_HEAD) / FLASH_DEVICE_ENTRY, n = 0;

	if (room > FLM_ENTRIES)
		room = FLM_ENTRIES;
	d->regions = calloc(room ? room : 1, sizeof(*d->regions));
	if (!d->regions)
		return stk_fail_nomem(err);
	for (; n < room; n++) {
		const uint8_t *p = t->p + FLASH_DEVICE_HEAD + n * FLASH_DEVICE_ENTRY;
		uint32_t size = flash_device_sector_size(p, t->big_endian);
		uint32_t addr = flash_device_sector_addr(p, t->big_endian);

		/* Both words END by the book; hosts differ on one of them. */
		if (size == END || addr == END || (!size && !addr))
			break;
		if (!size)
			return stk_fail(
				err, STK_ORIGIN_INPUT, ENOEXEC, "device-table-damaged",
				"sector entry %zu of FlashDevice: sectors of 0 bytes "
				"from 0x%08x on",
				n, addr);
		d->regions[n] = (struct stk_region){ addr, 0, size };
	}
	d->terminated = n < room;
	d->used = FLASH_DEVICE_HEAD + (n + d->terminated) * FLASH_DEVICE_ENTRY;
	d->device.regions = d->regions;
	d->device.n_regions = n;
	return 0;
}

/*
 * Each entry holds up to the next, the last up to the device's end. Addresses
 * are offsets into the device, but some files (Nordic nRF5340) hold absolute
 * ones: then the first is the device's own start.
 */
static void lay_out(struct format_device *d)
{
	const struct stk_device *dev = &d->device;
	size_t n = dev->n_regions;
	uint64_t base = n && dev->start && d->regions[0].start == dev->start ? 0
									     : dev->start;

	for (size_t i = 0; i < n; i++)
		d->regions[i].start += base;
	for (size_t i = 0; i < n; i++) {
		struct stk_region *r = &d->regions[i];
		uint64_t end = i + 1 < n ? r[1].start : dev->start + dev->size;

		r->count = end > r->start ? (end - r->start) / r->size : 0;
	}
}

/* The caller frees *ret with format_device_free() if it returns 0. */
static int decode(const struct format_table *t, struct format_device *ret,
		  struct stk_error *err)
{
	int r;

	decode_head(t, ret);
	r = decode_entries(t, ret, err);
	if (r)
		format_device_free(ret);
	else
		lay_out(ret);
	return r;
}

static int decode_strict(const struct format_table *t, struct format_device *ret)
{
	int r = decode(t, ret, NULL);

	if (r)
		return r;
	if (flash_device_version(t->p, t->big_endian) == FLM_VERSION &&
	    ret->device.type < COUNT_OF(type_names) &&
	    !flash_device_reserved(t->p, t->big_endian) &&
	    format_plausible(ret, t->p + FLASH_DEVICE_PAD0_OFFSET, FLASH_DEVICE_PAD0_LEN,
			     NULL, 0))
		return 0;
	format_device_free(ret);
	return -ENOEXEC;
}

/* ---- the file --------------------------------------------------------- */

/* R9 is the address of the read-write data, which armlink collects in PrgData. */
static int find_static_base(const struct stk_elf *elf, bool anywhere,
			    struct stk_loader_builder *b, struct stk_error *err)
{
	const struct stk_elf_section *s = format_section(elf, "PrgData", 0);
	uint64_t base = s ? s->addr : 0;

	if (!s && !anywhere)
		return 0;
	if (!s)
		return flm_lint_no_data(b, err);
	for (unsigned int i = 1; (s = format_section(elf, "PrgData", i)); i++) {
		if (s->addr < base)
			base = s->addr;
	}
	stk_build_static_base(b, base);
	return 0;
}

static int parse_code(const struct stk_elf *elf, struct stk_loader_builder *b,
		      struct stk_error *err)
{
	const struct stk_elf_symbol *init = stk_elf_symbol(elf, "Init", 0);
	bool anywhere = init && init->value < LOWEST_RAM;
	int r = format_build_functions(b, functions, COUNT_OF(functions), err);

	stk_build_position_independent(b, anywhere);
	return r ? r : find_static_base(elf, anywhere, b, err);
}

static int flm_parse(const struct stk_elf *elf, struct stk_loader_builder *b,
		     struct stk_error *err)
{
	struct format_table t;
	struct format_device d;
	int r = parse_code(elf, b, err);

	if (!r)
		r = format_find(elf, FLASH_DEVICE_SYMBOL, FLASH_DEVICE_HEAD, &t, err);
	if (!r)
		r = decode(&t, &d, err);
	if (r)
		return r;
	r = format_build(elf, FLASH_DEVICE_SYMBOL, &t, &d, b, err);
	if (!r)
		r = flm_lint_elf(elf, &t, &d, b, err);
	format_device_free(&d);
	return r;
}

static int flm_recover(const struct stk_elf *elf, struct stk_loader_builder *b,
		       struct stk_error *err)
{
	int r = format_recover(elf, FLASH_DEVICE_SYMBOL, FLASH_DEVICE_HEAD, decode_strict,
			       b, err);
	int e = 0;

	if (r > 0)
		e = format_build_functions(b, functions, COUNT_OF(functions), err);
	return e ? e : r;
}

/* ---- calls ------------------------------------------------------------ */

static int flm_marshal(const struct stk_loader_info *loader,
		       const struct stk_request *req, struct stk_abi_call *ret,
		       struct stk_error *err)
{
	return format_marshal(functions, COUNT_OF(functions), loader, req, ret, err);
}

static void flm_unmarshal(const struct stk_loader_info *loader,
			  const struct stk_abi_call *call, struct stk_request *ret)
{
	format_unmarshal(functions, COUNT_OF(functions), call, ret);
}

static enum stk_meaning judge_verify(const struct stk_request *req, uint32_t r0,
				     char *text, size_t len)
{
	if (r0 == (uint32_t)(req->addr + req->len))
		return format_means(STK_MEANS_OK, r0, text, len, "equal up to the end");
	return format_means(STK_MEANS_FAILED, r0, text, len, "differs at that address");
}

/* Not in FlashOS.h; SEGGER's has the number of bytes, or a negative error. */
static enum stk_meaning judge_read(const struct stk_request *req, uint32_t r0, char *text,
				   size_t len)
{
	if (r0 > INT32_MAX)
		return format_means(STK_MEANS_FAILED, r0, text, len, "failed");
	if (!r0 || r0 == (uint32_t)req->len)
		return format_means(STK_MEANS_OK, r0, text, len, "success");
	return format_means(STK_MEANS_UNKNOWN, r0, text, len, "no meaning is documented");
}

static enum stk_meaning flm_judge(const struct stk_loader_info *loader,
				  const struct stk_request *req,
				  const struct stk_abi_result *res, char *text,
				  size_t text_len)
{
	if (req->op == STK_OP_VERIFY)
		return judge_verify(req, res->r0, text, text_len);
	if (req->op == STK_OP_READ)
		return judge_read(req, res->r0, text, text_len);
	if (req->op == STK_OP_OTHER)
		return format_means(STK_MEANS_UNKNOWN, res->r0, text, text_len,
				    "no meaning is documented");
	if (req->op == STK_OP_BLANK_CHECK)
		return format_means(res->r0 ? STK_MEANS_FAILED : STK_MEANS_OK, res->r0,
				    text, text_len,
				    res->r0 ? "not blank, or not looked at" : "blank");
	if (res->r0)
		return format_means(STK_MEANS_FAILED, res->r0, text, text_len, "failed");
	return format_means(STK_MEANS_OK, 0, text, text_len, "success");
}

const struct stk_format_driver flm_driver = {
	.size = sizeof(struct stk_format_driver),
	.name = "flm",
	.suffix = "FLM",
	.phased = true,
	.page_limited = true,
	.erase_one = true,
	.probe = flm_probe,
	.parse = flm_parse,
	.recover = flm_recover,
	.marshal = flm_marshal,
	.judge = flm_judge,
	.lint = flm_lint,
	.unmarshal = flm_unmarshal,
};
