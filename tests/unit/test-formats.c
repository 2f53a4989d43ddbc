/* SPDX-License-Identifier: MIT */
/* What both format modules read out of a file, and make of calls. */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "loader.h"
#include "make-elf.h"
#include "make-loader.h"
#include "plugins/format/format.h"
#include "unit.h"

static const struct stk_format_driver *const drivers[] = { &stldr_driver, &flm_driver };

/* ---- files ------------------------------------------------------------ */

static struct stk_loader *describe(const struct make_loader *c)
{
	const char *name = c->file ? c->file : c->flm ? "dir/TEST.FLM" : "dir/TEST.stldr";
	struct stk_loader *l = NULL;
	struct stk_error err = { 0 };
	size_t len;
	uint8_t *p = make_loader(c, &len);

	ck_assert_msg(!loader_parse(drivers, 2, name, p, len, STK_LOADER_DESCRIBE, &l, &err),
		      "%s", err.msg);
	return l;
}

static bool has_finding(const struct stk_loader_info *i, const char *id)
{
	for (size_t k = 0; k < i->n_findings; k++) {
		if (!strcmp(i->findings[k].id, id))
			return true;
	}
	return false;
}

/* ---- device tables ---------------------------------------------------- */

static const struct {
	const char *what;
	struct make_loader set;
	size_t n_regions;
	struct stk_region regions[3];
	const char *finding;	/* NULL: must have no finding at all but notes */
} tables[] = {
	{ "stldr: one region", { 0 }, 1, { { 0x90000000, 256, 4096 } }, NULL },
	{ "stldr: regions follow each other",
	  { .table = { .size = 0x30000, .n_sectors = 3,
		       .sector = { { 4, 0x4000 }, { 1, 0x10000 }, { 1, 0x10000 } } } },
	  3, { { 0x90000000, 4, 0x4000 }, { 0x90010000, 1, 0x10000 }, { 0x90020000, 1, 0x10000 } },
	  NULL },
	{ "stldr: symbol of size 0 goes up to its section's end", { .symbol_size = 1 }, 1,
	  { { 0x90000000, 256, 4096 } }, "STK-S001" },
	{ "stldr: symbol of two entries",
	  { .symbol_size = 136, .table = { .n_sectors = 3,
		    .sector = { { 128, 4096 }, { 0, 0 }, { 7, 7 } } } },
	  1, { { 0x90000000, 128, 4096 } }, "STK-L007" },
	{ "stldr: both entries of a short table are used",
	  { .symbol_size = 136, .table = { .n_sectors = 3,
		    .sector = { { 128, 4096 }, { 128, 4096 }, { 7, 7 } } } },
	  2, { { 0x90000000, 128, 4096 }, { 0x90080000, 128, 4096 } }, "STK-F002" },
	{ "stldr: section shorter than its symbol says",
	  { .symbol_size = 4000, .section_size = 128,
	    .table = { .n_sectors = 1, .sector = { { 256, 4096 } } } },
	  1, { { 0x90000000, 256, 4096 } }, "STK-F002" },
	{ "stldr: no sectors at all",
	  { .table = { .n_sectors = 1, .sector = { { 0, 0 } } } }, 0, { { 0 } }, NULL },
	{ "stldr: the size is not the sum",
	  { .table = { .n_sectors = 1, .sector = { { 16, 0x1000 } } } },
	  1, { { 0x90000000, 16, 0x1000 } }, "STK-L007" },
	{ "stldr: page larger than a sector", { .table = { .page = 8192 } }, 1,
	  { { 0x90000000, 256, 4096 } }, "STK-L009" },
	{ "stldr: page that does not divide the sector", { .table = { .page = 3072 } }, 1,
	  { { 0x90000000, 256, 4096 } }, "STK-L010" },
	{ "stldr: device past 4 GiB", { .table = { .start = 0xFFFFF000 } }, 1,
	  { { 0xFFFFF000, 256, 4096 } }, "STK-L006" },
	{ "flm: one region", { .flm = true }, 1, { { 0x08000000, 64, 2048 } }, NULL },
	{ "flm: each region up to the next",
	  { .flm = true, .table = { .size = 0x80000, .n_sectors = 3,
		    .sector = { { 0x4000, 0 }, { 0x10000, 0x10000 }, { 0x20000, 0x20000 } } } },
	  3, { { 0x08000000, 4, 0x4000 }, { 0x08010000, 1, 0x10000 }, { 0x08020000, 3, 0x20000 } },
	  NULL },
	{ "flm: regions of equal sectors are not merged",
	  { .flm = true, .table = { .size = 0x2000, .n_sectors = 2,
		    .sector = { { 0x400, 0 }, { 0x400, 0x1000 } } } },
	  2, { { 0x08000000, 4, 0x400 }, { 0x08001000, 4, 0x400 } }, NULL },
	{ "flm: absolute addresses",
	  { .flm = true, .table = { .start = 0x01000000, .size = 0x40000, .n_sectors = 1,
		    .sector = { { 0x800, 0x01000000 } } } },
	  1, { { 0x01000000, 128, 0x800 } }, NULL },
	{ "flm: a sector larger than the device",
	  { .flm = true, .table = { .size = 0x10, .page = 8, .n_sectors = 1,
		    .sector = { { 0x18, 0 } } } },
	  1, { { 0x08000000, 0, 0x18 } }, "STK-L008" },
	{ "flm: half a terminator ends the list",
	  { .flm = true, .table = { .n_sectors = 2, .no_terminator = true,
		    .sector = { { 2048, 0 }, { 0xFFFFFFFF, 0 } } } },
	  1, { { 0x08000000, 64, 2048 } }, NULL },
	{ "flm: zeros end the list",
	  { .flm = true, .table = { .n_sectors = 1, .no_terminator = true,
		    .sector = { { 2048, 0 } } } },
	  1, { { 0x08000000, 64, 2048 } }, NULL },
	{ "flm: the section ends with the list",
	  { .flm = true, .section_size = 168 }, 1, { { 0x08000000, 64, 2048 } }, "STK-F002" },
	{ "flm: entries that go backwards hold nothing",
	  { .flm = true, .table = { .n_sectors = 2, .sector = { { 0x800, 0x1000 },
		    { 0x800, 0 } } } },
	  2, { { 0x08001000, 0, 0x800 }, { 0x08000000, 64, 0x800 } }, NULL },
};

START_TEST(reads_tables)
{
	const __typeof__(*tables) *c = &tables[_i];
	struct stk_loader *l = describe(&c->set);
	const struct stk_loader_info *i = stk_loader_info(l);

	ck_assert_msg(!i->error.code, "%s: %s", c->what, i->error.msg);
	ck_assert_str_eq(i->format, c->set.flm ? "flm" : "stldr");
	ck_assert_str_eq(i->device->name, "TEST");
	ck_assert_msg(i->device->n_regions == c->n_regions, "%s: %zu regions", c->what,
		      i->device->n_regions);
	for (size_t k = 0; k < c->n_regions; k++) {
		const struct stk_region *r = &i->device->regions[k];

		ck_assert_msg(r->start == c->regions[k].start &&
				      r->count == c->regions[k].count &&
				      r->size == c->regions[k].size,
			      "%s: region %zu", c->what, k);
	}
	for (size_t k = 0; k < i->n_findings; k++)
		ck_assert_msg(c->finding || i->findings[k].level == STK_NOTE, "%s: %s",
			      c->what, i->findings[k].text);
	if (c->finding)
		ck_assert_msg(has_finding(i, c->finding), "%s: no %s", c->what, c->finding);
	stk_loader_close(l);
}
END_TEST

static const struct {
	const char *what;
	struct make_loader set;
	const char *cause;
} refused[] = {
	{ "stldr: sectors of no size",
	  { .table = { .n_sectors = 1, .sector = { { 4, 0 } } } }, "device-table-damaged" },
	{ "stldr: table of 119 bytes", { .section_size = 119 }, "device-table-cut" },
	{ "flm: sectors of no size",
	  { .flm = true, .table = { .n_sectors = 2, .sector = { { 4, 0 }, { 0, 4 } } } },
	  "device-table-damaged" },
	{ "flm: table of 159 bytes", { .flm = true, .section_size = 159 }, "device-table-cut" },
	{ "stldr: sectors without end",
	  { .table = { .n_sectors = 3, .sector = { { ~0u, ~0u }, { ~0u, ~0u }, { ~0u, ~0u } } } },
	  "device-table-damaged" },
	{ "no table", { .no_table = true, .table = { .name = "\1" } }, "no-device-table" },
	{ "no table, by its page", { .no_table = true, .table = { .page = 0x200000 } },
	  "no-device-table" },
	{ "no table, by its type", { .no_table = true, .table = { .type = 12 } },
	  "no-device-table" },
	{ "no table, by its place", { .no_table = true, .table = { .start = 0xFFFFF000 } },
	  "no-device-table" },
	{ "no table, by its end",
	  { .no_table = true, .section_size = 128,
	    .table = { .n_sectors = 1, .sector = { { 256, 4096 } } } }, "no-device-table" },
	{ "no flm table, by its type",
	  { .flm = true, .no_table = true, .table = { .type = 6 } }, "no-device-table" },
	{ "no symbols", { .no_symbols = true, .table = { .name = "\1" } }, "no-symbols" },
	{ "object file", { .type = 1 }, "not-linked" },
};

START_TEST(refuses)
{
	const __typeof__(*refused) *c = &refused[_i];
	struct stk_loader *l = describe(&c->set);
	const struct stk_loader_info *i = stk_loader_info(l);
	struct stk_error err = { 0 };
	size_t len;
	uint8_t *p = make_loader(&c->set, &len);

	ck_assert_msg(!strcmp(i->error.cause, c->cause), "%s: %s", c->what, i->error.cause);
	ck_assert_ptr_null(i->device);
	ck_assert_ptr_null(i->recovered);
	ck_assert_uint_eq(strlen(i->sha256), 64);
	stk_loader_close(l);
	l = NULL;
	ck_assert_int_eq(loader_parse(drivers, 2, "dir/x", p, len, 0, &l, &err), -ENOEXEC);
	ck_assert_ptr_null(l);
	ck_assert_msg(strstr(err.msg, "'dir/x'"), "%s", err.msg);
	ck_assert_int_eq(err.origin, STK_ORIGIN_INPUT);
}
END_TEST

static const struct {
	const char *what;
	struct make_loader set;
	const char *how;
} lost[] = {
	{ "stldr by its section", { .no_table = true }, "section .info" },
	{ "flm by its section", { .flm = true, .no_table = true }, "section DevDscr" },
	{ "stldr by its segment", { .no_symbols = true, .no_sections = true }, "segment" },
	{ "flm by its segment", { .flm = true, .no_symbols = true, .no_sections = true },
	  "segment" },
};

START_TEST(recovers)
{
	const __typeof__(*lost) *c = &lost[_i];
	struct stk_loader *l = describe(&c->set);
	const struct stk_loader_info *i = stk_loader_info(l);

	ck_assert_int_ne(i->error.code, 0);
	ck_assert_ptr_null(i->device);
	ck_assert_msg(i->recovered != NULL, "%s", c->what);
	ck_assert_str_eq(i->recovered->name, "TEST");
	ck_assert_uint_eq(i->recovered->start, c->set.flm ? 0x08000000 : 0x90000000);
	ck_assert_msg(strstr(i->recovered_how, c->how), "%s", i->recovered_how);
	ck_assert_uint_eq(i->n_functions, c->set.no_symbols ? 0 : 6);
	stk_loader_close(l);
}
END_TEST

static const struct {
	const char *what;
	struct make_loader set;
} foreign[] = {
	{ "RISC-V", { .flm = true, .machine = 243 } },
	{ "big-endian ARM", { .flm = true, .table = { .big = true } } },
	{ "big-endian stldr", { .table = { .big = true } } },
	{ "64-bit", { .wide = true, .machine = 183 } },
	{ "64-bit, big-endian", { .wide = true, .machine = 21, .table = { .big = true } } },
	{ "64-bit ARM", { .wide = true, .flm = true } },
};

START_TEST(describes_foreign_machines)
{
	struct stk_loader *l = describe(&foreign[_i].set);
	const struct stk_loader_info *i = stk_loader_info(l);
	bool flm = foreign[_i].set.flm;

	ck_assert_str_eq(i->error.cause, "foreign-machine");
	ck_assert(has_finding(i, "STK-L002"));
	ck_assert_ptr_nonnull(i->device);
	ck_assert_str_eq(i->device->name, "TEST");
	ck_assert_uint_eq(i->device->start, flm ? 0x08000000 : 0x90000000);
	ck_assert_uint_eq(i->device->regions[0].count, flm ? 64 : 256);
	stk_loader_close(l);
}
END_TEST

/* ---- findings, link model --------------------------------------------- */

static const struct {
	const char *what;
	struct make_loader set;
	const char *id;		/* NULL: only notes */
} findings[] = {
	{ "an ordinary stldr", { 0 }, NULL },
	{ "an ordinary flm", { .flm = true, .data = "PrgData" }, NULL },
	{ "stldr in a .FLM", { .file = "TEST.FLM" }, "STK-L003" },
	{ "flm in a .stldr", { .file = "x.stldr", .flm = true }, "STK-L003" },
	{ "flm in an .elf", { .file = "x.elf", .flm = true }, NULL },
	{ "flm in a .flm", { .file = "x.flm", .flm = true }, NULL },
	{ "name in Latin-1", { .table = { .name = "T\xe9st" } }, "STK-L004" },
	{ "name with a new line", { .table = { .name = "T\nst" } }, "STK-L004" },
	{ "name is not the file's", { .file = "OTHER.stldr" }, "STK-S006" },
	{ "name is the start of the file's", { .file = "TEST2.stldr" }, "STK-S006" },
	{ "no Write", { .without = "Write" }, "STK-S004" },
	{ "no Write for a RAM", { .without = "Write", .table = { .type = 4 } }, NULL },
	{ "no SectorErase", { .without = "SectorErase" }, "STK-S005" },
	{ "Checksum", { .extra = "Checksum" }, "STK-S003" },
	{ "CheckSum", { .extra = "CheckSum" }, NULL },
	{ "no UnInit", { .flm = true, .without = "UnInit" }, "STK-A006" },
	{ "no EraseChip", { .flm = true, .without = "EraseChip" }, "STK-A007" },
	{ "a function twice", { .extra = "Init" }, "STK-L001" },
	{ "ARM code", { .arm_mode = true }, "STK-L012" },
	{ "both tables, functions of a stldr", { .both = true }, "STK-S002" },
	{ "both tables, functions of an flm", { .flm = true, .both = true }, "STK-A002" },
	{ "absolute sector addresses",
	  { .flm = true, .table = { .start = 0x1000000, .n_sectors = 1,
				    .sector = { { 0x800, 0x1000000 } } } }, "STK-A004" },
	{ "symbol of unusual size", { .flm = true, .symbol_size = 192 }, "STK-A001" },
};

START_TEST(finds)
{
	const __typeof__(*findings) *c = &findings[_i];
	struct stk_loader *l = describe(&c->set);
	const struct stk_loader_info *i = stk_loader_info(l);

	ck_assert_msg(!i->error.code, "%s: %s", c->what, i->error.msg);
	ck_assert_msg(!c->id || has_finding(i, c->id), "%s", c->what);
	for (size_t k = 0; !c->id && k < i->n_findings; k++)
		ck_assert_msg(i->findings[k].level == STK_NOTE, "%s: %s", c->what,
			      i->findings[k].text);
	ck_assert_str_eq(i->format, c->set.flm ? "flm" : "stldr");
	stk_loader_close(l);
}
END_TEST

static const struct {
	const char *what;
	struct make_loader set;
	bool anywhere, has_base;
	uint64_t base;
} link[] = {
	{ "flm at 0 with PrgData", { .flm = true, .data = "PrgData" }, true, true, 64 },
	{ "flm at 0 without", { .flm = true }, true, false, 0 },
	{ "flm at 0x2000", { .flm = true, .base = 0x2000, .data = "PrgData" }, true, true,
	  0x2040 },
	{ "flm in RAM", { .flm = true, .base = 0x20000000 }, false, false, 0 },
	{ "stldr", { 0 }, false, false, 0 },
	{ "stldr with PrgData", { .data = "PrgData" }, false, true, MAKE_LOADER_RAM + 64 },
};

START_TEST(link_model)
{
	const __typeof__(*link) *c = &link[_i];
	struct stk_loader *l = describe(&c->set);
	const struct stk_loader_info *i = stk_loader_info(l);

	ck_assert_msg(i->position_independent == c->anywhere, "%s", c->what);
	ck_assert_msg(i->has_static_base == c->has_base && i->static_base == c->base,
		      "%s: 0x%x", c->what, (unsigned int)i->static_base);
	ck_assert_uint_eq(i->ram_size, 80);
	stk_loader_close(l);
}
END_TEST

/* armlink writes PrgData twice, read-write and zeroed, in either order. */
START_TEST(lowest_data)
{
	static const uint8_t code[16] = { 1 };
	static uint8_t table[FLASH_DEVICE_BYTES];
	const uint64_t low = _i ? 0x10 : 0x40, high = _i ? 0x40 : 0x10;
	const struct make_section sections[] = {
		{ "PrgCode", 1, 6, 0, code, sizeof(code) },
		{ "PrgData", 1, 3, low, NULL, 16 },
		{ "PrgData", 8, 3, high, NULL, 16 },
		{ "DevDscr", 1, 2, 0x80, table, sizeof(table) },
		{ 0 },
	};
	const struct make_symbol symbols[] = {
		{ "Init", 1, 4, 1, MAKE_FUNC },
		{ "FlashDevice", 0x80, sizeof(table), 4, MAKE_OBJECT },
		{ 0 },
	};
	const struct make_elf m = { .sections = sections, .symbols = symbols };
	const struct make_table t = { .name = "TEST" };
	struct stk_loader *l = NULL;
	size_t len;
	uint8_t *p;

	make_flash_device(&t, table);
	p = make_elf(&m, &len);
	ck_assert(!loader_parse(drivers, 2, "TEST.FLM", p, len, 0, &l, NULL));
	ck_assert_uint_eq(stk_loader_info(l)->static_base, 0x10);
	stk_loader_close(l);
}
END_TEST

/* A .stldr built for 8000 sectors ends where nobody would look any further. */
START_TEST(very_long_table)
{
	static uint8_t table[65000];
	const struct make_section sections[] = {
		{ ".text", 1, 6, MAKE_LOADER_RAM, "code", 4 },
		{ ".info", 1, 2, 0, table, sizeof(table) },
		{ 0 },
	};
	const struct make_symbol symbols[] = {
		{ "StorageInfo", 0, sizeof(table), 2, MAKE_OBJECT }, { 0 },
	};
	const struct make_elf m = { .sections = sections, .symbols = symbols };
	const struct make_table t = { .name = "TEST" };
	struct stk_loader *l = NULL;
	size_t len;
	uint8_t *p;

	make_storage_info(&t, table);
	for (size_t i = 120; i + 8 <= sizeof(table); i += 8) {
		make_put(table + i, 4, false, 1);
		make_put(table + i + 4, 4, false, 256);
	}
	p = make_elf(&m, &len);
	ck_assert(!loader_parse(drivers, 2, "TEST.stldr", p, len, 0, &l, NULL));
	ck_assert_uint_eq(stk_loader_info(l)->device->n_regions, 4096);
	stk_loader_close(l);
}
END_TEST

/* Names are exact; only what has an operation is one. */
START_TEST(lists_functions)
{
	struct make_loader set = { .flm = _i,
				   .extra = "SEGGER_OPEN_Erase",
				   .without = "Init" };
	struct stk_loader *l = describe(&set);
	const struct stk_loader_info *i = stk_loader_info(l);

	ck_assert_uint_eq(i->n_functions, _i ? 6 : 5);
	for (size_t k = 0; k < i->n_functions; k++) {
		ck_assert(i->functions[k].address & 1);
		ck_assert_uint_eq(i->functions[k].size, 4);
		ck_assert_str_ne(i->functions[k].name, "Init");
	}
	stk_loader_close(l);
}
END_TEST

/* ---- calls ------------------------------------------------------------ */

static const struct {
	const char *what;
	bool flm;
	struct stk_request req;
	const char *function;	/* NULL: refused */
	unsigned int n_args;
	uint32_t r[4];
} calls[] = {
	{ "stldr Init", false, { .op = STK_OP_INIT, .init_r0 = 1, .phase = 2 }, "Init", 1, { 1 } },
	{ "stldr erase", false, { .op = STK_OP_ERASE_SECTOR, .addr = 0x90001000,
	  .last = 0x90001FFF, .parallelism = 2 }, "SectorErase", 3,
	  { 0x90001000, 0x90001FFF, 2 } },
	{ "stldr mass erase", false, { .op = STK_OP_ERASE_CHIP, .parallelism = 3 }, "MassErase", 1,
	  { 3 } },
	{ "stldr Write", false, { .op = STK_OP_PROGRAM, .addr = 0x90000001, .len = 3,
	  .buffer = 0x20001000 }, "Write", 3, { 0x90000001, 3, 0x20001000 } },
	{ "stldr Read", false, { .op = STK_OP_READ, .addr = 0x90000000, .len = 5,
	  .buffer = 0x20001000 }, "Read", 3, { 0x90000000, 5, 0x20001000 } },
	{ "stldr Verify counts words", false, { .op = STK_OP_VERIFY, .addr = 0x90000000,
	  .len = 16, .buffer = 0x20001000 }, "Verify", 4, { 0x90000000, 0x20001000, 4, 0 } },
	{ "stldr Verify of part of a word", false, { .op = STK_OP_VERIFY, .len = 15 }, NULL, 0,
	  { 0 } },
	{ "stldr has no blank check", false, { .op = STK_OP_BLANK_CHECK, .len = 16 }, NULL, 0,
	  { 0 } },
	{ "stldr without CheckSum", false, { .op = STK_OP_CHECKSUM, .len = 16 }, NULL, 0, { 0 } },
	{ "stldr beyond 4 GiB", false, { .op = STK_OP_PROGRAM, .addr = UINT64_C(1) << 32 }, NULL,
	  0, { 0 } },
	{ "flm Init gets the device's start", true, { .op = STK_OP_INIT, .clock_hz = 16000000,
	  .phase = STK_PHASE_PROGRAM, .init_r0 = 1 }, "Init", 3, { 0x08000000, 16000000, 2 } },
	{ "flm UnInit", true, { .op = STK_OP_UNINIT, .phase = STK_PHASE_ERASE }, "UnInit", 1,
	  { 1 } },
	{ "flm erase", true, { .op = STK_OP_ERASE_SECTOR, .addr = 0x08000800, .last = 0x08000FFF },
	  "EraseSector", 1, { 0x08000800 } },
	{ "flm erase chip", true, { .op = STK_OP_ERASE_CHIP }, "EraseChip", 0, { 0 } },
	{ "flm ProgramPage", true, { .op = STK_OP_PROGRAM, .addr = 0x08000000, .len = 1024,
	  .buffer = 0x20001000 }, "ProgramPage", 3, { 0x08000000, 1024, 0x20001000 } },
	{ "flm Verify", true, { .op = STK_OP_VERIFY, .addr = 0x08000000, .len = 7,
	  .buffer = 0x20001000 }, "Verify", 3, { 0x08000000, 7, 0x20001000 } },
	{ "flm without BlankCheck", true, { .op = STK_OP_BLANK_CHECK, .len = 16 }, NULL, 0, { 0 } },
	{ "flm has no checksum", true, { .op = STK_OP_CHECKSUM, .len = 16 }, NULL, 0, { 0 } },
};

/* The way back gives what a result is judged by. */
static void check_unmarshal(const struct stk_format_driver *d,
			    const struct stk_loader_info *info, const char *what,
			    const struct stk_request *req, const struct stk_abi_call *call)
{
	bool ranged = req->op != STK_OP_ERASE_SECTOR && req->len;
	struct stk_request back;

	d->unmarshal(info, call, &back);
	ck_assert_int_eq(back.op, req->op);
	ck_assert_msg(back.addr == req->addr, "%s: 0x%" PRIx64, what, back.addr);
	ck_assert_msg(back.len == (ranged ? req->len : 0), "%s: %" PRIu64, what, back.len);
	ck_assert_msg(back.buffer == req->buffer, "%s: 0x%" PRIx64, what, back.buffer);
}

START_TEST(marshals)
{
	const __typeof__(*calls) *c = &calls[_i];
	struct make_loader set = { .flm = c->flm };
	struct stk_loader *l = describe(&set);
	const struct stk_format_driver *d = loader_format(l);
	struct stk_abi_call call = { 0 };
	struct stk_error err = { 0 };
	int r = d->marshal(stk_loader_info(l), &c->req, &call, &err);

	if (!c->function) {
		ck_assert_msg(r == -ENOSYS || r == -EINVAL, "%s: %d", c->what, r);
		ck_assert_int_eq(err.code, -r);
		ck_assert_msg(!strcmp(err.cause, r == -ENOSYS    ? "function-missing" :
						 c->req.len % 4 ? "length-not-words" :
								  "address-too-large"),
			      "%s: %s", c->what, err.cause);
	} else {
		ck_assert_msg(!r, "%s: %s", c->what, err.msg);
		ck_assert_str_eq(call.function->name, c->function);
		ck_assert_uint_eq(call.n_args, c->n_args);
		ck_assert_mem_eq(call.r, c->r, sizeof(c->r));
		check_unmarshal(d, stk_loader_info(l), c->what, &c->req, &call);
	}
	stk_loader_close(l);
}
END_TEST

static const struct {
	bool flm;
	struct stk_request req;
	struct stk_abi_result res;
	enum stk_meaning meaning;
	const char *text;
} results[] = {
	{ false, { .op = STK_OP_PROGRAM }, { 1, 0 }, STK_MEANS_OK, "returned 1: success" },
	{ false, { .op = STK_OP_PROGRAM }, { 0, 0 }, STK_MEANS_FAILED, "returned 0: failed" },
	{ false, { .op = STK_OP_ERASE_SECTOR }, { 0x20001234, 0 }, STK_MEANS_FAILED,
	  "returned 0x20001234: neither" },
	{ false, { .op = STK_OP_INIT }, { 0, 0 }, STK_MEANS_FAILED, "a few loaders return 0" },
	{ false, { .op = STK_OP_UNINIT }, { 0, 0 }, STK_MEANS_UNKNOWN, "no meaning" },
	{ false, { .op = STK_OP_VERIFY, .has_byte_sum = true, .byte_sum = 0x80 }, { 0, 0x80 },
	  STK_MEANS_OK, "returned 0: equal" },
	{ false, { .op = STK_OP_VERIFY, .has_byte_sum = true, .byte_sum = 0x80 }, { 0, 0 },
	  STK_MEANS_UNKNOWN, "sum of the bytes is wrong" },
	{ false, { .op = STK_OP_VERIFY }, { 0, 0x80 }, STK_MEANS_UNKNOWN, "if its sum" },
	{ false, { .op = STK_OP_VERIFY, .has_byte_sum = true, .byte_sum = 0x80 },
	  { 0x90000001, 0x80 }, STK_MEANS_FAILED, "returned 0x90000001: differs" },
	{ false, { .op = STK_OP_CHECKSUM, .has_byte_sum = true, .byte_sum = 5 }, { 5, 0 },
	  STK_MEANS_OK, "the sum" },
	{ false, { .op = STK_OP_CHECKSUM, .has_byte_sum = true, .byte_sum = 5 }, { 6, 0 },
	  STK_MEANS_FAILED, "not the sum" },
	{ false, { .op = STK_OP_CHECKSUM }, { 6, 0 }, STK_MEANS_UNKNOWN, "sum" },
	{ true, { .op = STK_OP_PROGRAM }, { 0, 0 }, STK_MEANS_OK, "returned 0: success" },
	{ true, { .op = STK_OP_PROGRAM }, { 1, 0 }, STK_MEANS_FAILED, "returned 1: failed" },
	{ true, { .op = STK_OP_VERIFY, .addr = 0x08000000, .len = 16 }, { 0x08000010, 0 },
	  STK_MEANS_OK, "equal" },
	{ true, { .op = STK_OP_VERIFY, .addr = 0x08000000, .len = 16 }, { 0x0800000F, 0 },
	  STK_MEANS_FAILED, "differs" },
	{ true, { .op = STK_OP_VERIFY, .addr = 0x08000000, .len = 16 }, { 0, 0 },
	  STK_MEANS_FAILED, "differs" },
	{ true, { .op = STK_OP_VERIFY, .addr = 0xFFFFFFF0, .len = 16 }, { 0, 0 }, STK_MEANS_OK,
	  "equal" },
	{ true, { .op = STK_OP_BLANK_CHECK }, { 0, 0 }, STK_MEANS_OK, "blank" },
	{ true, { .op = STK_OP_BLANK_CHECK }, { 1, 0 }, STK_MEANS_FAILED, "not blank" },
	{ true, { .op = STK_OP_READ, .len = 16 }, { 16, 0 }, STK_MEANS_OK, "success" },
	{ true, { .op = STK_OP_READ, .len = 16 }, { 1, 0 }, STK_MEANS_UNKNOWN, "no meaning" },
	{ true, { .op = STK_OP_READ, .len = 16 }, { 0xFFFFFFFF, 0 }, STK_MEANS_FAILED, "failed" },
};

START_TEST(judges)
{
	const __typeof__(*results) *c = &results[_i];
	const struct stk_format_driver *d = c->flm ? &flm_driver : &stldr_driver;
	const struct stk_loader_info info = { .path = "x" };
	char text[80];
	enum stk_meaning m = d->judge(&info, &c->req, &c->res, text, sizeof(text));

	ck_assert_msg(m == c->meaning, "%s %s 0x%x: %s", d->name, stk_op_name(c->req.op),
		      c->res.r0, text);
	ck_assert_msg(strstr(text, c->text), "%s", text);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("formats");
	TCase *t = tcase_create("formats");

	tcase_add_loop_test(t, reads_tables, 0, ARRAY_SIZE(tables));
	tcase_add_loop_test(t, refuses, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(t, recovers, 0, ARRAY_SIZE(lost));
	tcase_add_loop_test(t, describes_foreign_machines, 0, ARRAY_SIZE(foreign));
	tcase_add_loop_test(t, finds, 0, ARRAY_SIZE(findings));
	tcase_add_loop_test(t, link_model, 0, ARRAY_SIZE(link));
	tcase_add_loop_test(t, lowest_data, 0, 2);
	tcase_add_test(t, very_long_table);
	tcase_add_loop_test(t, lists_functions, 0, 2);
	tcase_add_loop_test(t, marshals, 0, ARRAY_SIZE(calls));
	tcase_add_loop_test(t, judges, 0, ARRAY_SIZE(results));
	suite_add_tcase(s, t);
	return unit_run(s);
}
