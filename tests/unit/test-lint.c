/* SPDX-License-Identifier: MIT */
/*
 * Every rule on a loader that has what it is about, and on one that nearly
 * has; every rule's page. A rule without either fails here.
 */
#include "core.h"

#include <stdio.h>
#include <string.h>

#include "host.h"
#include "kin.h"
#include "lint.h"
#include "pack.h"
#include "loader.h"
#include "make-loader.h"
#include "plugins/format/format.h"
#include "tools/stoker/pages.h"
#include "unit.h"

#define BASE	MAKE_LOADER_RAM
#define BOARD	"W25Q512JV_STM32H745"

extern const struct stk_chip_driver stm32_chips;

static const struct stk_format_driver *const formats[] = { &stldr_driver, &flm_driver };
static const struct stk_chip_driver *const chips[] = { &stm32_chips };

/* ---- code --------------------------------------------------------------- */

/* One function as an analysis describes it, and one that it calls, or not. */
struct code_case {
	struct stk_code_special special;
	struct stk_code_access access[2];
	struct stk_code_constant constant;
	enum stk_op op;
	uint32_t stack;
	size_t n_shape;
	bool in_other;		/* all of it is in a function that Init does not call */
	bool by_pointer;	/* Init calls something else, through a register */
	struct stk_code_access elsewhere;	/* in a function that nobody names */
};

#define CODE(...)	.code = &(const struct code_case){ __VA_ARGS__ }
#define SPECIAL(k)	.special = { BASE, STK_SPECIAL_##k, "some instruction" }
#define STORE(a, v)	.access[0] = { BASE, a, 4, true, true, v }
#define STORE_TOO(a, v)	.access[1] = { BASE + 2, a, 4, true, true, v }

struct code_facts {
	struct stk_code_function function[4];
	struct stk_code_call call[2];
	struct stk_code_info info;
};

static void code_facts(const struct code_case *c, struct code_facts *ret)
{
	static const uint32_t shape[64];
	const struct stk_code_function body = {
		.name = "body", .address = BASE + 8, .size = 8, .op = STK_OP_OTHER,
		.accesses = c->access,
		.n_accesses = (c->access[0].address != 0) + (c->access[1].address != 0),
		.constants = &c->constant, .n_constants = c->constant.value != 0,
		.specials = &c->special, .n_specials = c->special.text != NULL,
	};

	*ret = (struct code_facts){ .call = { { BASE, BASE + 8 }, { BASE + 4, 0 } } };
	ret->function[0] = (struct stk_code_function){
		.name = "Init",
		.address = BASE,
		.size = 8,
		.op = STK_OP_INIT,
		.entry = true,
		.stack = c->stack,
		.stack_bounded = true,
		.calls = ret->call,
		.n_calls = c->in_other ? 0 : 1 + c->by_pointer,
	};
	ret->function[1] = body;
	ret->function[2] = (struct stk_code_function){
		.name = "Verify", .address = BASE + 16, .size = 8, .op = STK_OP_VERIFY,
		.entry = true, .shape = shape, .n_shape = c->n_shape,
	};
	ret->function[3] = (struct stk_code_function){
		.name = "elsewhere", .address = BASE + 24, .size = 8,
		.op = STK_OP_OTHER, .accesses = &c->elsewhere,
		.n_accesses = c->elsewhere.address != 0,
	};
	ret->info = (struct stk_code_info){
		.analysis = "test", .functions = ret->function, .n_functions = 4,
	};
}

/* ---- cases -------------------------------------------------------------- */

struct lint_case {
	const char *id;
	bool hit;		/* else a near miss */
	const char *what;
	struct make_loader set;
	const char *chip;	/* the one it shall serve; NULL: what names tell */
	const struct code_case *code;
};

#define HIT(i, w, ...)	{ .id = i, .hit = true, .what = w, .set = __VA_ARGS__ }
#define MISS(i, w, ...)	{ .id = i, .hit = false, .what = w, .set = __VA_ARGS__ }
#define ORDINARY	{ .type = 0 }
#define NAMED(n)	.file = n ".stldr", .table = { .name = n }
#define NOR(n, bytes, ...)						\
	.file = n ".stldr", .table = { .name = n, .size = bytes, .n_sectors = 1,	\
				       .sector = { { __VA_ARGS__ } } }
#define INTERNAL(f, n, bytes)						\
	.flm = true, .data = "PrgData", .file = f, .table = { .name = n, .size = bytes }

static const char m3_comment[] = "ArmCC -c --cpu=Cortex-M3 -O2";
static const char m0_comment[] = "ArmCC -c --cpu=Cortex-M0 -O2";

static const struct lint_case cases[] = {
	/* the file */
	HIT("STK-L001", "Init at two places", { .extra = "Init" }),
	MISS("STK-L001", "Init and _init", { .extra = "_init" }),
	HIT("STK-L002", "RISC-V", { .flm = true, .machine = 243 }),
	MISS("STK-L002", "ARM", { .flm = true }),
	HIT("STK-L003", "a .stldr called .FLM", { .file = "TEST.FLM" }),
	MISS("STK-L003", "a .stldr called .elf", { .file = "TEST.elf" }),
	HIT("STK-L011", "zeros run over the table", { .flm = true, .zeros = 64 }),
	MISS("STK-L011", "zeros elsewhere", { .zeros = 64 }),
	HIT("STK-L012", "ARM code", { .arm_mode = true }),
	MISS("STK-L012", "Thumb code", { .arm_mode = false }),
	HIT("STK-L013", "in a hole", { .extra = "CheckSum", .extra_at = 0x30000001 }),
	MISS("STK-L013", "in the code", { .extra = "CheckSum", .extra_at = BASE + 33 }),
	HIT("STK-L014", "1 MiB of it",
	    { .more = { ".debug_info", 1, 0, 0, NULL, 1 << 20 } }),
	MISS("STK-L014", "a small file",
	     { .more = { ".debug_info", 1, 0, 0, NULL, 300 << 10 } }),
	MISS("STK-L014", "1 MiB of something else",
	     { .more = { ".comment", 1, 0, 0, NULL, 1 << 20 } }),
	HIT("STK-L015", ".bss alone", { .more = { ".bss", 8, 3, BASE + 0x1000, NULL, 64 } }),
	MISS("STK-L015", ".bss in the segment",
	     { .zeros = 64, .more = { ".bss", 8, 3, BASE + 80, NULL, 64 } }),
	HIT("STK-L016", ".rodata", { .more = { ".rodata", 1, 2, BASE + 0x100, "ro", 2 } }),
	MISS("STK-L016", "constants beside code",
	     { .more = { ".rodata", 1, 6, BASE + 0x100, "ro", 2 } }),
	MISS("STK-L016", "an FLM, which that host does not take",
	     { .flm = true, .more = { ".rodata", 1, 2, 0x4000, "ro", 2 } }),

	/* the table */
	HIT("STK-L004", "Latin-1", { .table = { .name = "T\xe9st" } }),
	MISS("STK-L004", "a blank in it", { .table = { .name = "T st" } }),
	HIT("STK-L005", "no page", { .table = { .no_page = true } }),
	MISS("STK-L005", "a page of 1", { .table = { .page = 1 } }),
	HIT("STK-L006", "4 KiB too long", { .table = { .start = 0xFFF01000 } }),
	MISS("STK-L006", "up to the end", { .table = { .start = 0xFFF00000 } }),
	HIT("STK-L007", "16 sectors for 256, as W25Q128_STM32F412ZG.stldr",
	    { .table = { .size = 16 << 20, .n_sectors = 1, .sector = { { 16, 65536 } } } }),
	HIT("STK-L007", "4,000,000 for 64 MiB, as f7_mx25l512g",
	    { .table = { .size = 4000000, .n_sectors = 1, .sector = { { 1024, 65536 } } } }),
	HIT("STK-L007", "8 MiB for 16, as ART-Pi H750VB_W25Q64JVx2",
	    { .table = { .size = 16 << 20, .n_sectors = 1, .sector = { { 2048, 4096 } } } }),
	HIT("STK-L007", "16 MiB for 8, as W25Q64JV_STM32H562",
	    { .table = { .size = 8 << 20, .n_sectors = 1, .sector = { { 4096, 4096 } } } }),
	HIT("STK-L007", "1 MiB for 64 KiB, as IS61WV51216BLL_STM3210E-EVAL",
	    { .table = { .type = 4,
			 .size = 1 << 20,
			 .n_sectors = 1,
			 .sector = { { 1, 65536 } } } }),
	HIT("STK-L007", "66 MiB for 2 MiB, as 0x482",
	    { .file = "0x482.stldr",
	      .table = { .name = "0x482",
			 .type = 1,
			 .start = 0x08000000,
			 .size = 0x4200000,
			 .n_sectors = 1,
			 .sector = { { 256, 8192 } } } }),
	HIT("STK-L007", "64.5 MiB for 512 KiB, as 0x472",
	    { .file = "0x472.stldr",
	      .table = { .name = "0x472",
			 .type = 1,
			 .start = 0x08000000,
			 .size = 0x4080000,
			 .n_sectors = 1,
			 .sector = { { 256, 2048 } } } }),
	MISS("STK-L007", "three kinds of sectors",
	     { .table = { .size = 0x100000,
			  .n_sectors = 3,
			  .sector = { { 4, 16384 }, { 1, 65536 }, { 7, 131072 } } } }),
	HIT("STK-L008", "24 in 16 bytes, as STM32L1xx_256_OPT.FLM",
	    { .flm = true,
	      .table = { .start = 0x1FF80000,
			 .size = 16,
			 .page = 24,
			 .n_sectors = 1,
			 .sector = { { 24, 0 } } } }),
	MISS("STK-L008", "16 in 16 bytes",
	     { .flm = true,
	       .table = { .start = 0x1FF80000,
			  .size = 16,
			  .page = 16,
			  .n_sectors = 1,
			  .sector = { { 16, 0 } } } }),
	HIT("STK-L009", "1 KiB over 128, as STM32L0xx_128.FLM",
	    { .flm = true, .table = { .n_sectors = 1, .sector = { { 128, 0 } } } }),
	HIT("STK-L009", "8 KiB over 4, as ART-Pi_W25Q64.stldr",
	    { .table = { .page = 8192 } }),
	HIT("STK-L009", "4608 over 512, as MTFC4GACAJCN_STM32H750B-DISCO.FLM",
	    { .flm = true,
	      .table = { .start = 0xA0000000,
			 .page = 4608,
			 .n_sectors = 1,
			 .sector = { { 512, 0 } } } }),
	MISS("STK-L009", "as large as a sector", { .table = { .page = 4096 } }),
	HIT("STK-L010", "0x3000 in 64 KiB, as STM32F77x_QSPI_Micron.FLM",
	    { .flm = true,
	      .table = { .page = 0x3000, .n_sectors = 1, .sector = { { 0x10000, 0 } } } }),
	HIT("STK-L010", "0x5000 in 64 KiB, as STM32H7xx_MT25TL01G.FLM",
	    { .flm = true,
	      .table = { .page = 0x5000, .n_sectors = 1, .sector = { { 0x10000, 0 } } } }),
	MISS("STK-L010", "0x3000 in 48 KiB",
	     { .flm = true,
	       .table = { .size = 0x18000,
			  .page = 0x3000,
			  .n_sectors = 1,
			  .sector = { { 0xC000, 0 } } } }),

	/* names and sizes */
	HIT("STK-L017", "2 KByte for 6 KiB, as STM32L07_8x_EEPROM.FLM",
	    { .flm = true,
	      .file = "STM32L07_8x_EEPROM.FLM",
	      .table = { .name = "STM32L0 2 KByte Data EEPROM",
			 .start = 0x08080000,
			 .size = 0x1800,
			 .page = 256,
			 .n_sectors = 2,
			 .sector = { { 0xC00, 0 }, { 0xC00, 0xC00 } } } }),
	MISS("STK-L017", "2 KByte for 2 KiB",
	     { INTERNAL("x.FLM", "STM32L0 2 KByte Data EEPROM", 0x800) }),
	MISS("STK-L017", "the sector's size is named too",
	     { INTERNAL("x.FLM", "STM32F0xx 128kB Flash (2kB page)", 0x20000) }),
	MISS("STK-L017", "16 bit is no size",
	     { INTERNAL("x.FLM", "SST39 16 bit Flash", 0x20000) }),
	MISS("STK-L017", "a part is no size", { NAMED("M25P64_2_BANKS") }),
	MISS("STK-L017", "two of them",
	     { .table = { .name = "S29GL Dual 512KB", .size = 0x100000 } }),
	MISS("STK-L017", "Mbit", { .table = { .name = "Flash 8MB", .size = 0x100000 } }),
	MISS("STK-L017", "the chip's size in the name of its OTP",
	     { INTERNAL("x.FLM", "STM32F7x 2MB OTP", 0x400) }),
	HIT("STK-L018", "as STM32C0x_128.FLM of 2024",
	    { INTERNAL("STM32C0x_128.FLM", "STM32C0x_64", 0x10000) }),
	MISS("STK-L018", "as STM32C0x_128.FLM of 2025",
	     { INTERNAL("STM32C0x_128.FLM", "STM32C0x_128", 0x20000) }),
	MISS("STK-L018", "the chip's size in an EEPROM's name",
	     { INTERNAL("STM32L07x_64_EEPROM.FLM", "STM32L0 Data EEPROM", 0xC00) }),
	MISS("STK-L018", "a part's number of an external flash",
	     { .flm = true, .file = "AT45DB_128.FLM", .table = { .type = 5, .start = 0x100 } }),
	MISS("STK-L018", "an address in the name",
	     { INTERNAL("STM32H503_128k_0800.FLM", "STM32H503 128k Flash", 0x20000) }),

	/* both formats */
	HIT("STK-F001", "StorageInfo at two places", { .twice = true }),
	MISS("STK-F001", "StorageInfo and FlashDevice", { .both = true }),
	HIT("STK-F002", "up to the end of its section",
	    { .section_size = 128,
	      .table = { .n_sectors = 1, .sector = { { 256, 4096 } } } }),
	MISS("STK-F002", "with an end", { .section_size = 136 }),
	HIT("STK-F003", "an address", { .table = { .after_name = "me@example.org" } }),
	MISS("STK-F003", "zeros", { .table = { .after_name = "" } }),

	/* .stldr */
	HIT("STK-S001", "2168 bytes, as W25Q128_STM32F412ZG.stldr",
	    { .section_size = 2168 }),
	MISS("STK-S001", "200 bytes", { .symbol_size = 200 }),
	HIT("STK-S002", "FlashDevice too", { .both = true }),
	MISS("STK-S002", "two StorageInfo", { .twice = true }),
	HIT("STK-S003", "Checksum", { .extra = "Checksum" }),
	MISS("STK-S003", "CheckSum", { .extra = "CheckSum" }),
	HIT("STK-S004", "no Write", { .without = "Write" }),
	MISS("STK-S004", "no Write for a RAM",
	     { .without = "Write", .table = { .type = 4 } }),
	HIT("STK-S005", "no MassErase", { .without = "MassErase" }),
	MISS("STK-S005", "no Verify", { .without = "Verify" }),
	MISS("STK-S005", "no MassErase for a RAM",
	     { .without = "MassErase", .table = { .type = 4 } }),
	HIT("STK-S006", "as h743_flash.stldr",
	    { .file = "h743_flash.stldr",
	      .table = { .name = "W25Q128JV_STM32H743IITX",
			 .size = 16 << 20,
			 .n_sectors = 1,
			 .sector = { { 4096, 4096 } } } }),
	HIT("STK-S006", "another case", { .file = "test.stldr" }),
	MISS("STK-S006", "the same", { .file = "dir/TEST.stldr" }),
	HIT("STK-S007", "in the code's", { .table_in_code = true }),
	MISS("STK-S007", "behind the code", { .more = { ".rodata", 1, 2, 0x200, "ro", 2 } }),
	HIT("STK-S008", "32,888 bytes, as ART-Pi_W25Q64.stldr", { .section_size = 32888 }),
	MISS("STK-S008", "2168 bytes", { .section_size = 2168 }),
	HIT("STK-S009", "a NOR flash",
	    { .without = "SectorErase", .without_too = "MassErase" }),
	MISS("STK-S009", "an EEPROM",
	     { .without = "SectorErase", .without_too = "MassErase", .table = { .type = 10 } }),
	MISS("STK-S009", "a device behind a UART",
	     { .without = "SectorErase", .without_too = "MassErase", .table = { .type = 11 } }),
	MISS("STK-S009", "a mass erase alone", { .without = "SectorErase" }),
	HIT("STK-S010", "behind SPI", { .without = "Read", .table = { .start = 0x400 } }),
	MISS("STK-S010", "mapped", { .without = "Read" }),
	HIT("STK-S011", "136 bytes, as those with SECTOR_NUM 2", { .section_size = 136 }),
	MISS("STK-S011", "2168 bytes", { .section_size = 2168 }),
	HIT("STK-S012", "behind the host's breakpoint",
	    { .more = { ".isr_vector", 1, 2, 0x24000004, "vect", 4 } }),
	HIT("STK-S012", "by its symbol", { .extra = "g_pfnVectors", .extra_at = BASE + 8 }),
	MISS("STK-S012", "at 0x200", { .more = { ".isr_vector", 1, 2, 0x20000200, "vect", 4 } }),
	MISS("STK-S012", "aligned by a gap, as h743_flash.stldr",
	     { .more = { ".isr_vector", 1, 2, 0x200001FC, "\0\0\0\0vect", 8 } }),
	HIT("STK-S013", "a vector table",
	    { .more = { ".isr_vector", 1, 2, 0x20000200, "vect", 4 } }),
	HIT("STK-S013", "in a section of another name",
	    { .extra = "__vector_table", .extra_at = BASE + 8 }),
	MISS("STK-S013", "a section of that name with nothing in it",
	     { .more = { ".isr_vector", 1, 2, 0x20000200, NULL, 64 } }),
	HIT("STK-S014", "as 0x468.stldr",
	    { .file = "0x468.stldr",
	      .table = { .name = "0x415", .type = 1, .start = 0x08000000 } }),
	MISS("STK-S014", "an external one", { .file = "OTHER.stldr" }),
	HIT("STK-S015", "11, as ExtLoaderUART", { .table = { .type = 11 } }),
	MISS("STK-S015", "10", { .table = { .type = 10 } }),

	/* FLM */
	HIT("STK-A001", "192 bytes, as HPM5361xxxx_QSPI.elf",
	    { .flm = true, .section_size = 192 }),
	MISS("STK-A001", "4256 bytes", { .flm = true }),
	HIT("STK-A002", "StorageInfo too", { .flm = true, .both = true }),
	MISS("STK-A002", "two FlashDevice", { .flm = true, .twice = true }),
	HIT("STK-A003", "1.02", { .flm = true, .table = { .version = 0x0102 } }),
	MISS("STK-A003", "1.01", { .flm = true, .table = { .version = 0x0101 } }),
	HIT("STK-A004", "as nrf53xx_network.flm",
	    { .flm = true,
	      .table = { .start = 0x1000000,
			 .n_sectors = 1,
			 .sector = { { 0x800, 0x1000000 } } } }),
	MISS("STK-A004", "a device at 0", { .flm = true, .table = { .start = 0x1000000 } }),
	HIT("STK-A005", "none", { .flm = true }),
	MISS("STK-A005", "one", { .flm = true, .data = "PrgData" }),
	HIT("STK-A006", "no ProgramPage, as ARMCMx_512.FLM",
	    { .flm = true, .without = "ProgramPage" }),
	MISS("STK-A006", "no EraseChip", { .flm = true, .without = "EraseChip" }),
	HIT("STK-A007", "no EraseChip", { .flm = true, .without = "EraseChip" }),
	MISS("STK-A007", "no Verify", { .flm = true, .without = "Verify" }),
	HIT("STK-A008", "both 0", { .flm = true, .table = { .no_limits = true } }),
	HIT("STK-A008", "never", { .flm = true, .table = { .erase_ms = 0xFFFFFFFF } }),
	MISS("STK-A008", "1 ms", { .flm = true, .table = { .program_ms = 1 } }),
	HIT("STK-A009", "6", { .flm = true, .table = { .type = 6 } }),
	MISS("STK-A009", "5", { .flm = true, .table = { .type = 5 } }),

	/* chips */
	HIT("STK-L101", "a page of 32 KiB does not fit",
	    { .flm = true,
	      .file = "STM32G431CB.FLM",
	      .table = { .name = "STM32G431CB", .page = 32768 } }),
	HIT("STK-L101", "on the chip that is given", { .flm = true, .zeros = 31 << 10 },
	    .chip = "STM32G431CB"),
	MISS("STK-L101", "16 KiB", { NAMED("T_STM32G431CB"), .zeros = 16 << 10 }),
	MISS("STK-L101", "no chip is known", { .flm = true, .zeros = 31 << 10 }),
	HIT("STK-L106", "128 KiB on a G431", { NAMED("T_STM32G431CB"), .zeros = 128 << 10 }),
	HIT("STK-L106", "AXI SRAM of an H7 on a G431", { .base = 0x24000004 },
	    .chip = "STM32G431CB"),
	MISS("STK-L106", "AXI SRAM on an H7", { .base = 0x24000004 }, .chip = "STM32H743II"),
	HIT("STK-L102", "16 KiB on an F103", { NAMED("T_STM32F103"), .zeros = 16 << 10 }),
	MISS("STK-L102", "4 KiB on an F103", { NAMED("T_STM32F103"), .zeros = 4 << 10 }),
	HIT("STK-L103", "512 KiB on a C0",
	    { INTERNAL("STM32C0x.FLM", "STM32C0x", 0x80000) }),
	HIT("STK-L103", "256 KiB on a G431CB", { INTERNAL("x.FLM", "x", 0x40000) },
	    .chip = "STM32G431CB"),
	MISS("STK-L103", "256 KiB on a C0",
	     { INTERNAL("STM32C0x.FLM", "STM32C0x", 0x40000) }),
	MISS("STK-L103", "external memory", { NAMED("STM32C0x") }),
	HIT("STK-L104", "Cortex-M3 on an F0",
	    { INTERNAL("STM32F0xx.FLM", "STM32F0xx", 0x10000),
	      .more = { ".comment", 1, 0, 0, m3_comment, sizeof(m3_comment) } }),
	MISS("STK-L104", "Cortex-M0 on an F4",
	     { INTERNAL("STM32F4xx.FLM", "STM32F4xx", 0x10000),
	       .more = { ".comment", 1, 0, 0, m0_comment, sizeof(m0_comment) } }),
	HIT("STK-L105", "F4 and H7",
	    { .file = "T_STM32F412ZG.stldr", .table = { .name = "T_STM32H743" } }),
	MISS("STK-L105", "as 0x468.stldr",
	     { .file = "0x468.stldr",
	       .table = { .name = "0x415", .type = 1, .start = 0x08000000 } }),
	MISS("STK-L105", "F4 and F412",
	     { .file = "T_STM32F412ZG.stldr", .table = { .name = "T_STM32F4xx" } }),

	/* parts */
	HIT("STK-L110", "4,000,000 bytes, as f7_mx25l512g",
	    { NOR("f7_mx25l512g", 4000000, 1024, 65536) }),
	HIT("STK-L110", "16 MiB for 64", { NOR(BOARD, 16 << 20, 256, 65536) }),
	MISS("STK-L110", "64 MiB", { NOR(BOARD, 64 << 20, 1024, 65536) }),
	MISS("STK-L110", "two of them", { NOR("W25Q64JVx2_T", 16 << 20, 2048, 8192) }),
	HIT("STK-L111", "48 KiB", { NOR(BOARD, 0x4002000, 1366, 0xC000) }),
	MISS("STK-L111", "4 KiB", { NOR(BOARD, 64 << 20, 16384, 4096) }),
	HIT("STK-L112", "H745 with W25Q512JV: 64 KiB sectors, as many as of 4 KiB",
	    { NOR(BOARD, 64 << 20, 16384, 65536) }),
	MISS("STK-L112", "as many as there are", { NOR(BOARD, 64 << 20, 1024, 65536) }),
	HIT("STK-L113", "a W25Q64 loader renamed, as ART-Pi_W25Q128.stldr",
	    { .file = "ART-Pi_W25Q128.stldr",
	      .table = { .name = "STM32H750_ART-Pi_W25Q64",
			 .size = 8 << 20,
			 .n_sectors = 1,
			 .sector = { { 2048, 4096 } } } }),
	MISS("STK-L113", "the part that it is for",
	     { .file = "ART-Pi_W25Q64.stldr",
	       .table = { .name = "STM32H750_ART-Pi_W25Q64",
			  .size = 8 << 20,
			  .n_sectors = 1,
			  .sector = { { 2048, 4096 } } } }),

	/* code */
	HIT("STK-L201", "wfi", ORDINARY, CODE(SPECIAL(WAIT))),
	MISS("STK-L201", "wfi where nothing gets", ORDINARY,
	     CODE(SPECIAL(WAIT), .in_other = true)),
	MISS("STK-L201", "cpsie", ORDINARY, CODE(SPECIAL(ENABLE_IRQ))),
	MISS("STK-L201", "C_MASKINTS is cleared", ORDINARY,
	     CODE(SPECIAL(WAIT), STORE(0xE000EDF0, 0xA05F0000))),
	MISS("STK-L201", "an FLM", { .flm = true }, CODE(SPECIAL(WAIT))),
	HIT("STK-L202", "enabled with its interrupt", ORDINARY, CODE(STORE(0xE000E010, 7))),
	MISS("STK-L202", "polled", ORDINARY, CODE(STORE(0xE000E010, 5))),
	MISS("STK-L202", "C_MASKINTS is cleared, as in h743_flash.stldr", ORDINARY,
	     CODE(STORE(0xE000E010, 7), STORE_TOO(0xE000EDF0, 0xA05F0000))),
	HIT("STK-L202", "C_MASKINTS is set", ORDINARY,
	    CODE(STORE(0xE000E010, 7), STORE_TOO(0xE000EDF0, 0xA05F0008))),
	HIT("STK-L203", "one in NVIC_ISER1", ORDINARY, CODE(STORE(0xE000E104, 1))),
	MISS("STK-L203", "NVIC_ICER1", ORDINARY, CODE(STORE(0xE000E184, 1))),
	HIT("STK-L204", "VTOR to the image", ORDINARY, CODE(STORE(0xE000ED08, 0x20000000))),
	MISS("STK-L204", "VTOR to flash", ORDINARY, CODE(STORE(0xE000ED08, 0x08000000))),
	HIT("STK-L205", "as STM32G4xx_128.FLM",
	    { INTERNAL("STM32G4xx_128.FLM", "STM32G4xx 128 Flash", 0x20000) },
	    CODE(.constant = { BASE, 0x08192A3B })),
	MISS("STK-L205", "a loader for options",
	     { INTERNAL("STM32G4xx_DB_OPT.FLM", "STM32G4xx Flash Options", 0x20000) },
	     CODE(.constant = { BASE, 0x08192A3B })),
	MISS("STK-L205", "the key of the flash",
	     { INTERNAL("STM32G4xx_128.FLM", "STM32G4xx 128 Flash", 0x20000) },
	     CODE(.constant = { BASE, 0x45670123 })),
	HIT("STK-L206", "return adr + sz", { .flm = true }, CODE(.n_shape = 2)),
	MISS("STK-L206", "a loop", { .flm = true }, CODE(.n_shape = 9)),
	HIT("STK-L207", "vadd", ORDINARY, CODE(SPECIAL(FPU))),
	MISS("STK-L207", "vadd, and CPACR is written", ORDINARY,
	     CODE(SPECIAL(FPU), STORE(0xE000ED88, 0xF00000))),
	HIT("STK-L207", "CPACR is written where nothing gets", ORDINARY,
	    CODE(SPECIAL(FPU), .elsewhere = { BASE, 0xE000ED88, 4, true, true, 0xF00000 })),
	MISS("STK-L207", "CPACR is written where a pointer may lead", ORDINARY,
	     CODE(SPECIAL(FPU), .by_pointer = true,
		  .elsewhere = { BASE, 0xE000ED88, 4, true, true, 0xF00000 })),
	HIT("STK-L207", "a pointer, and nothing writes CPACR", ORDINARY,
	    CODE(SPECIAL(FPU), .by_pointer = true)),
	HIT("STK-L208", "Thumb-2 on an F0",
	    { INTERNAL("STM32F0xx.FLM", "STM32F0xx", 0x10000) }, CODE(SPECIAL(V7M))),
	HIT("STK-L208", "DSP on an F1",
	    { INTERNAL("STM32F103.FLM", "STM32F103", 0x10000) }, CODE(SPECIAL(V7EM))),
	HIT("STK-L208", "FPU on an F1",
	    { INTERNAL("STM32F103.FLM", "STM32F103", 0x10000) }, CODE(SPECIAL(FPU))),
	HIT("STK-L208", "double precision on an F4",
	    { INTERNAL("STM32F4xx.FLM", "STM32F4xx", 0x10000) }, CODE(SPECIAL(FPU_DOUBLE))),
	MISS("STK-L208", "Thumb-2 on an F1",
	     { INTERNAL("STM32F103.FLM", "STM32F103", 0x10000) }, CODE(SPECIAL(V7M))),
	MISS("STK-L208", "a chip that is not known", { .flm = true }, CODE(SPECIAL(V7M))),
	HIT("STK-L209", "1028 bytes", ORDINARY, CODE(.stack = 1028)),
	MISS("STK-L209", "1024 bytes", ORDINARY, CODE(.stack = 1024)),
	HIT("STK-L210", "bkpt", ORDINARY, CODE(SPECIAL(BREAKPOINT))),
	MISS("STK-L210", "bkpt where nothing gets", ORDINARY,
	     CODE(SPECIAL(BREAKPOINT), .in_other = true)),
	HIT("STK-L211", "SysTick with its interrupt", { .flm = true },
	    CODE(STORE(0xE000E010, 7))),
	HIT("STK-L211", "wfi", { .flm = true }, CODE(SPECIAL(WAIT))),
	MISS("STK-L211", "SysTick polled", { .flm = true }, CODE(STORE(0xE000E010, 5))),
	HIT("STK-L212", "the key alone", ORDINARY, CODE(STORE(0xE000EDF0, 0xA05F0000))),
	MISS("STK-L212", "C_MASKINTS is set", ORDINARY,
	     CODE(STORE(0xE000EDF0, 0xA05F0008))),
	MISS("STK-L212", "without the key nothing is written", ORDINARY,
	     CODE(STORE(0xE000EDF0, 0))),
	MISS("STK-L211", "linked for one place", ORDINARY, CODE(SPECIAL(WAIT))),
};

/* ---- running them -------------------------------------------------------- */

static const struct stk_chip *chip_called(const char *name)
{
	for (size_t i = 0; name && i < stm32_chips.n_chips; i++) {
		if (!strcmp(stm32_chips.chips[i]->name, name))
			return stm32_chips.chips[i];
	}
	return NULL;
}

/* What stk_loader_check() does, with the shipped facts and the case's code. */
static void check_all(struct stk_loader *loader, const struct lint_case *c)
{
	const struct kin_list list = { chips, 1 };
	struct stk_chip_guess guess;
	struct code_facts code;
	struct lint l = {
		.loader = loader, .info = &loader->info, .device = loader->info.device,
		.facts = chips, .n_facts = 1, .chip = chip_called(c->chip),
	};
	int r = c->chip ? chip_guess_text(&list, c->chip, "chip", &guess, NULL) :
			  chip_guess(&list, &loader->info, &guess, NULL);

	if (!r)
		l.guess = &guess;
	if (!r && !l.chip && guess.fit == STK_FIT_CHIP)
		l.chip = guess.chip;
	if (c->code) {
		code_facts(c->code, &code);
		l.code = &code.info;
	}
	ck_assert_int_eq(loader_check(loader, &l, NULL), 0);
}

static const struct stk_finding *finding(const struct stk_loader_info *i, const char *id)
{
	for (size_t k = 0; k < i->n_findings; k++) {
		if (!strcmp(i->findings[k].id, id))
			return &i->findings[k];
	}
	return NULL;
}

/* For docs/findings: leave the file where STOKER_LINT_OUT says. */
static void keep(const struct lint_case *c, const char *name, const uint8_t *p, size_t len)
{
	const char *out = getenv("STOKER_LINT_OUT");
	char path[512];
	FILE *f;

	if (!out || !c->hit)
		return;
	snprintf(path, sizeof(path), "%s/%s-%s", out, c->id,
		 strrchr(name, '/') ? strrchr(name, '/') + 1 : name);
	f = fopen(path, "wb");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(p, 1, len, f), len);
	fclose(f);
}

START_TEST(rule_applies_or_not)
{
	const struct lint_case *c = &cases[_i];
	const char *name = c->set.file	? c->set.file
			   : c->set.flm ? "TEST.FLM"
					: "TEST.stldr";
	const struct stk_loader_info *info;
	struct stk_loader *l = NULL;
	struct stk_error err = { 0 };
	size_t len;
	uint8_t *p = make_loader(&c->set, &len);

	keep(c, name, p, len);
	ck_assert_msg(!loader_parse(formats, 2, name, p, len, STK_LOADER_DESCRIBE, &l, &err),
		      "%s: %s", c->what, err.msg);
	info = stk_loader_info(l);
	if (!info->error.code)
		check_all(l, c);
	ck_assert_msg(!!finding(info, c->id) == c->hit, "%s: %s: %s", c->id, c->what,
		      c->hit ? "not found" : finding(info, c->id)->text);
	stk_loader_close(l);
}
END_TEST

/* ---- the tables ---------------------------------------------------------- */

#define MAX_RULES	240

/* Every rule there is. */
static size_t all_rules(const struct stk_rule **ret)
{
	const struct lint_rules *const core[] = {
		&lint_file, &lint_table, &lint_name, &lint_chip, &lint_part, &lint_code,
	};
	const struct format_rules *const format[] = { &format_rules, &stldr_rules,
						      &flm_rules };
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(core); i++) {
		for (size_t k = 0; k < core[i]->n; k++)
			ret[n++] = &core[i]->rule[k].rule;
	}
	for (size_t i = 0; i < ARRAY_SIZE(format); i++) {
		for (size_t k = 0; k < format[i]->n; k++)
			ret[n++] = &format[i]->rule[k];
	}
	ck_assert_uint_lt(n, MAX_RULES);
	return n;
}

static bool has_case(const char *id, bool hit)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (!strcmp(cases[i].id, id) && cases[i].hit == hit)
			return true;
	}
	return false;
}

/* Those of packs have theirs in test-pack.py. */
static size_t all_pages(const struct stk_rule **ret)
{
	size_t n = all_rules(ret);

	for (size_t i = 0; i < PACK_RULE_COUNT; i++)
		ret[n++] = &pack_rules[i];
	return n;
}

START_TEST(rules_have_cases)
{
	const struct stk_rule *rules[MAX_RULES];
	size_t n = all_rules(rules);

	for (size_t i = 0; i < n; i++) {
		ck_assert_msg(has_case(rules[i]->id, true),
			      "%s has no loader that it is about", rules[i]->id);
		ck_assert_msg(has_case(rules[i]->id, false), "%s has no near miss",
			      rules[i]->id);
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(strcmp(rules[i]->id, rules[k]->id),
				      "%s is there twice", rules[i]->id);
	}
}
END_TEST

static const struct finding_page *page(const char *id)
{
	for (const struct finding_page *p = finding_pages; p->id; p++) {
		if (!strcmp(p->id, id))
			return p;
	}
	return NULL;
}

START_TEST(rules_have_pages)
{
	const struct stk_rule *rules[MAX_RULES];
	size_t n = all_pages(rules), pages = 0;

	for (size_t i = 0; i < n; i++) {
		const struct finding_page *p = page(rules[i]->id);

		ck_assert_msg(p, "docs/findings/%s.md is missing", rules[i]->id);
		ck_assert_str_eq(p->title, rules[i]->title);
		ck_assert_msg(!strcmp(p->level, stk_level_name(rules[i]->level)),
			      "%s is a %s, its page says %s", rules[i]->id,
			      stk_level_name(rules[i]->level), p->level);
		ck_assert_msg(strstr(p->text, rules[i]->id) && strlen(p->text) > 400,
			      "%s: its page says nothing", rules[i]->id);
	}
	while (finding_pages[pages].id)
		pages++;
	ck_assert_msg(pages == n, "%zu pages for %zu rules", pages, n);
}
END_TEST

/* A page of a finding that one host alone minds says which. */
START_TEST(pages_name_the_host)
{
	const struct stk_rule *rules[MAX_RULES];
	size_t n = all_pages(rules);

	for (size_t i = 0; i < n; i++) {
		const struct finding_page *p = page(rules[i]->id);
		const struct stk_host_info *host;
		const struct stk_host_change *c;

		if (!rules[i]->change)
			continue;
		c = host_change_find(rules[i]->change, &host);
		ck_assert_msg(c, "%s: no host has '%s'", rules[i]->id, rules[i]->change);
		ck_assert_msg(strstr(p->text, host->name), "%s: %s is not named", p->id,
			      host->name);
		ck_assert_msg(!c->since || strstr(p->text, c->since),
			      "%s: %s is not named", p->id, c->since);
		ck_assert_msg(strstr(p->text, c->basis), "%s: not said: %s", p->id,
			      c->basis);
	}
}
END_TEST

int main(void)
{
	Suite *s = suite_create("lint");
	TCase *t = tcase_create("lint");

	tcase_add_loop_test(t, rule_applies_or_not, 0, ARRAY_SIZE(cases));
	tcase_add_test(t, rules_have_cases);
	tcase_add_test(t, rules_have_pages);
	tcase_add_test(t, pages_name_the_host);
	suite_add_tcase(s, t);
	return unit_run(s);
}
