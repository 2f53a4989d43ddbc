/* SPDX-License-Identifier: GPL-2.0-only */
/* The rules of the H7 flash interface, register by register (RM0399 chapter 4). */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "fake-emu.h"
#include "models.h"

#define BASE	  0x52002000u
#define ACR	  (BASE + 0x00)
#define KEYR1	  (BASE + 0x04)
#define OPTKEYR	  (BASE + 0x08)
#define CR1	  (BASE + 0x0c)
#define SR1	  (BASE + 0x10)
#define CCR1	  (BASE + 0x14)
#define OPTCR	  (BASE + 0x18)
#define OPTSR_CUR (BASE + 0x1c)
#define OPTSR_PRG (BASE + 0x20)
#define PRAR_PRG1 (BASE + 0x2c)
#define WPSN_PRG1 (BASE + 0x3c)
#define B2	  0x100u
#define FLASH1	  0x08000000u
#define FLASH2	  0x08100000u
#define BANK	  0x100000u
#define SECTOR	  0x20000u
#define MS	  1000000ull

#define LOCK  0x001u
#define PG    0x002u
#define SER   0x004u
#define BER   0x008u
#define X64   0x030u
#define FW    0x040u
#define START 0x080u
#define EOPIE 0x10000u

#define BSY	 0x001u
#define WBNE	 0x002u
#define QW	 0x004u
#define EOP	 0x00010000u
#define WRPERR	 0x00020000u
#define PGSERR	 0x00040000u
#define STRBERR	 0x00080000u
#define INCERR	 0x00200000u
#define RDPERR	 0x00800000u
#define DBECCERR 0x04000000u

static const struct stk_region region1 = { FLASH1, 8, SECTOR },
			       region2 = { FLASH2, 8, SECTOR };
static const struct stk_region region750 = { FLASH1, 1, SECTOR };
static const struct stk_bank banks[] = {
	{ .name = "bank 1", .state = "", .regions = &region1, .n_regions = 1 },
	{ .name = "bank 2", .state = "", .regions = &region2, .n_regions = 1 },
};
static const struct stk_bank bank750 = {
	.name = "bank 1", .state = "", .regions = &region750, .n_regions = 1
};
static const struct stk_field cr_fields[] = {
	{ "LOCK1", 0, 1 },     { "PG1", 1, 1 },	      { "SER1", 2, 1 },
	{ "BER1", 3, 1 },      { "PSIZE1", 4, 2 },    { "FW1", 6, 1 },
	{ "START1", 7, 1 },    { "SNB1", 8, 3 },      { "CRC_EN", 15, 1 },
	{ "EOPIE1", 16, 1 },   { "WRPERRIE1", 17, 1 }, { "PGSERRIE1", 18, 1 },
	{ "STRBERRIE1", 19, 1 }, { "INCERRIE1", 21, 1 }, { "RDPERRIE1", 23, 1 },
	{ "SNECCERRIE1", 25, 1 }, { "DBECCERRIE1", 26, 1 },
};
static const struct stk_register registers[] = {
	{ .name = "CR1", .offset = 0x0c, .reset = 0x31, cr_fields, 17 },
	{ .name = "CR2", .offset = 0x10c, .reset = 0x31 },
};
static const struct stk_fact facts[] = {
	{ "word_bytes", 32, "test" },		{ "ecc_bits", 10, "test" },
	{ "program_x8_ns", 290000, "test" },	{ "program_x64_ns", 100000, "test" },
	{ "sector_erase_x8_ms", 2000, "test" }, { "sector_erase_x64_ms", 1000, "test" },
	{ "bank_erase_x8_ms", 13000, "test" },	{ "bank_erase_x64_ms", 5000, "test" },
};
static const struct stk_peripheral flash = {
	.name = "FLASH",
	.model = "flash-h7",
	.base = BASE,
	.length = 0x400,
	.registers = registers,
	.n_registers = 2,
	.facts = facts,
	.n_facts = sizeof(facts) / sizeof(facts[0]),
};
static const struct stk_chip h743 = {
	.size = sizeof(h743),
	.name = "STM32H743II",
	.clock_hz = 64000000,
	.banks = banks,
	.n_banks = 2,
	.peripherals = &flash,
	.n_peripherals = 1,
};
static const struct stk_chip h750 = {
	.size = sizeof(h750),
	.name = "STM32H750VB",
	.clock_hz = 64000000,
	.banks = &bank750,
	.n_banks = 1,
	.peripherals = &flash,
	.n_peripherals = 1,
};

/* H7A3: words of 128 bits, no PSIZE, FW, START and SNB elsewhere, groups of sectors. */
#define H7A_SECTOR 0x2000u
#define H7A_FW	   0x010u
#define H7A_START  0x020u
#define H7A_SNB(n) ((uint32_t)(n) << 6)

static const struct stk_region h7a_region1 = { FLASH1, 64, H7A_SECTOR },
			       h7a_region2 = { FLASH2, 64, H7A_SECTOR };
static const struct stk_bank h7a_banks[] = {
	{ .name = "bank 1", .state = "", .regions = &h7a_region1, .n_regions = 1 },
	{ .name = "bank 2", .state = "", .regions = &h7a_region2, .n_regions = 1 },
};
static const struct stk_field h7a_fields[] = {
	{ "LOCK1", 0, 1 },	{ "PG1", 1, 1 },	{ "SER1", 2, 1 },
	{ "BER1", 3, 1 },	{ "FW1", 4, 1 },	{ "START1", 5, 1 },
	{ "SNB1", 6, 7 },	{ "EOPIE1", 16, 1 },	{ "WRPERRIE1", 17, 1 },
	{ "PGSERRIE1", 18, 1 }, { "STRBERRIE1", 19, 1 }, { "INCERRIE1", 21, 1 },
};
static const struct stk_register h7a_registers[] = {
	{ .name = "CR1", .offset = 0x0c, .reset = 1, h7a_fields, 12 },
	{ .name = "CR2", .offset = 0x10c, .reset = 1 },
	{ .name = "WPSN_CUR1", .offset = 0x38, .reset = 0xffffffff },
	{ .name = "WPSN_CUR2", .offset = 0x138, .reset = 0xffffffff },
	{ .name = "OTPBL_CUR", .offset = 0x68, .reset = 0 },
};
static const struct stk_fact h7a_facts[] = {
	{ "word_bytes", 16, "test" },	 { "ecc_bits", 9, "test" },
	{ "wp_sectors", 4, "test" },	 { "program_ns", 50000, "test" },
	{ "sector_erase_ms", 2, "test" }, { "bank_erase_ms", 10, "test" },
};
static const struct stk_peripheral h7a_flash = {
	.name = "FLASH",
	.model = "flash-h7",
	.base = BASE,
	.length = 0x400,
	.registers = h7a_registers,
	.n_registers = 5,
	.facts = h7a_facts,
	.n_facts = 6,
};
static const struct stk_chip h7a3 = {
	.size = sizeof(h7a3),
	.name = "STM32H7A3ZG",
	.clock_hz = 64000000,
	.banks = h7a_banks,
	.n_banks = 2,
	.peripherals = &h7a_flash,
	.n_peripherals = 1,
};
static const struct emu_model *const models[] = { &emu_model_flash_h7, NULL };

static struct emu emu;

static void setup(void)
{
	fake_open(&emu, &h743, models);
}

static void setup_h750(void)
{
	fake_open(&emu, &h750, models);
}

static void setup_h7a3(void)
{
	fake_open(&emu, &h7a3, models);
}

static void teardown(void)
{
	fake_close(&emu);
}

static uint32_t rd(uint32_t addr)
{
	return fake_read(&emu, addr, 4);
}

static void wr(uint32_t addr, uint32_t value)
{
	fake_write(&emu, addr, 4, value);
}

static void unlock(uint32_t bank)
{
	wr(KEYR1 + bank, 0x45670123);
	wr(KEYR1 + bank, 0xcdef89ab);
}

static void option_unlock(void)
{
	wr(OPTKEYR, 0x08192a3b);
	wr(OPTKEYR, 0x4c5d6e7f);
}

static void options_start(void)
{
	wr(OPTCR, 0x2);
	ck_assert_uint_eq(rd(OPTSR_CUR) & 1, 1);
	fake_pass(&emu, 60000 * MS);
	ck_assert_uint_eq(rd(OPTSR_CUR) & 1, 0);
}

/* One flash word of @value, and wait. */
static void program(uint32_t addr, uint32_t value)
{
	unsigned int i;

	for (i = 0; i < 32; i += 4)
		wr(addr + i, value);
	fake_pass(&emu, MS);
}

START_TEST(starts_locked)
{
	ck_assert_uint_eq(rd(CR1), X64 | LOCK);
	wr(CR1, PG);
	ck_assert_uint_eq(rd(CR1), X64 | LOCK);
	ck_assert(fake_fired(&emu, "h7-cr-locked"));
	unlock(0);
	ck_assert_uint_eq(rd(CR1), X64);
	ck_assert_uint_eq(rd(CR1 + B2), X64 | LOCK);
	wr(CR1, PG | X64);
	ck_assert_uint_eq(rd(CR1), PG | X64);
	wr(CR1, LOCK);
	unlock(0);
	ck_assert_uint_eq(rd(CR1), 0);
	ck_assert_uint_eq(emu.faults, 0);
}
END_TEST

START_TEST(wrong_key)
{
	wr(KEYR1, 0x12345678);
	ck_assert(emu.faults == 1 && fake_fired(&emu, "h7-wrong-key"));
	unlock(0);
	ck_assert_uint_eq(rd(CR1) & LOCK, LOCK);
	unlock(B2);
	ck_assert_uint_eq(rd(CR1 + B2) & LOCK, 0);
	fake_reset(&emu, false);
	unlock(0);
	ck_assert_uint_eq(rd(CR1) & LOCK, 0);
}
END_TEST

START_TEST(third_key)
{
	unlock(0);
	wr(KEYR1, 0x45670123);
	ck_assert(emu.faults == 1 && fake_fired(&emu, "h7-third-key"));
	ck_assert_uint_eq(rd(CR1) & LOCK, LOCK);
}
END_TEST

START_TEST(narrow_key)
{
	fake_write(&emu, KEYR1, 2, 0x0123);
	ck_assert(emu.faults == 1 && fake_fired(&emu, "h7-wrong-key"));
}
END_TEST

START_TEST(write_between_keys)
{
	wr(KEYR1, 0x45670123);
	wr(CCR1 + B2, 0);
	ck_assert_uint_eq(emu.faults, 0);
	wr(CCR1, 0);
	ck_assert(emu.faults == 1 && fake_fired(&emu, "h7-write-between-keys"));
	wr(KEYR1, 0xcdef89ab);
	ck_assert_uint_eq(rd(CR1) & LOCK, LOCK);
}
END_TEST

START_TEST(flash_word_in_any_widths)
{
	unsigned int i;

	unlock(0);
	wr(CR1, PG | X64);
	for (i = 0; i < 16; i++) {
		fake_write(&emu, FLASH1 + i, 1, i);
		ck_assert_uint_eq(rd(SR1), WBNE);
	}
	for (; i < 24; i += 2)
		fake_write(&emu, FLASH1 + i, 2, i | (i + 1) << 8);
	wr(FLASH1 + 28, 0x1f1e1d1c);
	ck_assert_uint_eq(rd(SR1), WBNE);
	wr(FLASH1 + 24, 0x1b1a1918);
	ck_assert_uint_eq(rd(SR1), BSY | QW);
	fake_pass(&emu, 99999);
	ck_assert_uint_eq(rd(SR1), BSY | QW);
	fake_pass(&emu, 1);
	ck_assert_uint_eq(rd(SR1), EOP);
	for (i = 0; i < 32; i++)
		ck_assert_uint_eq(fake_read(&emu, FLASH1 + i, 1), i);
	ck_assert(!emu.irq[4]);
	wr(CCR1, EOP);
	ck_assert_uint_eq(rd(SR1), 0);
}
END_TEST

START_TEST(next_word_waits_for_the_bus)
{
	unsigned int i;

	unlock(0);
	wr(CR1, PG);
	for (i = 0; i < 64; i += 4)
		wr(FLASH1 + i, i);
	ck_assert_uint_eq(emu_now(&emu), 290000);
	ck_assert_uint_eq(rd(SR1), BSY | QW | EOP);
	ck_assert_uint_eq(rd(FLASH1 + 36), 36);
	ck_assert_uint_eq(emu_now(&emu), 580000);
	ck_assert_uint_eq(rd(SR1), EOP);
}
END_TEST

START_TEST(forced_word_is_padded)
{
	unlock(B2);
	wr(CR1 + B2, PG | X64);
	wr(CR1 + B2, PG | X64 | FW);
	ck_assert_uint_eq(rd(SR1 + B2), 0);
	wr(FLASH2 + 4, 0x11223344);
	wr(CR1 + B2, PG | X64 | FW);
	ck_assert_uint_eq(rd(SR1 + B2), BSY | QW);
	ck_assert_uint_eq(rd(FLASH2 + 4), 0x11223344);
	ck_assert_uint_eq(rd(FLASH2), 0xffffffff);
	ck_assert_uint_eq(rd(CR1 + B2), PG | X64);
}
END_TEST

START_TEST(store_without_pg)
{
	wr(FLASH1, 0);
	ck_assert(rd(SR1) == PGSERR && fake_fired(&emu, "h7-store-without-pg"));
	ck_assert_uint_eq(emu.faults, 0);
	/* It blocks until cleared. */
	unlock(0);
	wr(CR1, PG | X64);
	program(FLASH1, 0);
	ck_assert(rd(SR1) == PGSERR && fake_fired(&emu, "h7-stale-flags"));
	wr(CCR1, PGSERR);
	program(FLASH1, 0);
	ck_assert_uint_eq(rd(SR1), EOP);
	ck_assert_uint_eq(rd(FLASH1), 0);
}
END_TEST

START_TEST(incomplete_word)
{
	unlock(0);
	wr(CR1, PG | X64);
	wr(FLASH1, 0);
	wr(FLASH1 + 32, 0);
	ck_assert(rd(SR1) == INCERR && fake_fired(&emu, "h7-incomplete-word"));
	wr(FLASH1 + 32, 0);
	ck_assert_uint_eq(rd(SR1), INCERR | PGSERR);
	wr(CCR1, INCERR | PGSERR);
	program(FLASH1 + 32, 0);
	ck_assert_uint_eq(rd(FLASH1 + 32), 0);
	ck_assert_uint_eq(rd(FLASH1), 0xffffffff);
}
END_TEST

START_TEST(byte_twice)
{
	unlock(0);
	wr(CR1, PG | X64);
	wr(FLASH1, 1);
	program(FLASH1, 2);
	ck_assert(rd(SR1) == (EOP | STRBERR) && fake_fired(&emu, "h7-byte-twice"));
	ck_assert_uint_eq(rd(FLASH1), 2);
}
END_TEST

START_TEST(clearing_pg_empties_the_buffer)
{
	unlock(0);
	wr(CR1, PG | X64);
	wr(FLASH1, 1);
	wr(CR1, X64);
	ck_assert_uint_eq(rd(SR1), 0);
	wr(CR1, PG | X64);
	program(FLASH1 + 64, 2);
	ck_assert_uint_eq(rd(SR1), EOP);
}
END_TEST

START_TEST(overwritten_word_breaks_its_check_bits)
{
	unlock(0);
	wr(CR1, PG | X64);
	program(FLASH1, 0x12345678);
	program(FLASH1, 0x12345678);
	ck_assert_uint_eq(rd(FLASH1), 0x12345678);
	ck_assert_uint_eq(rd(SR1), EOP);
	ck_assert(fake_fired(&emu, "h7-not-erased"));
	program(FLASH1, 0x00000000);
	ck_assert_uint_eq(rd(SR1), EOP);
	rd(FLASH1 + 8);
	ck_assert(emu.faults == 1 && fake_fired(&emu, "h7-ecc-double"));
	ck_assert_uint_eq(rd(SR1), EOP | DBECCERR);
	ck_assert_uint_eq(rd(FLASH1 + 32), 0xffffffff);
	wr(CR1, SER | X64 | START);
	ck_assert_uint_eq(rd(FLASH1), 0xffffffff);
	ck_assert_uint_eq(emu.faults, 1);
}
END_TEST

static const struct {
	const char *what;
	uint32_t cr, bank;
	uint64_t ns;
	uint32_t from, to; /* from == to: nothing is erased */
	uint32_t flags;
	const char *rule;
} erase_case[] = {
	{ "sector 0, x8", SER, 0, 2000 * MS, 0, SECTOR, EOP, NULL },
	{ "sector 7, x64", SER | 7 << 8 | X64, 0, 1000 * MS, 7 * SECTOR, BANK, EOP, NULL },
	{ "sector 1 of bank 2", SER | 1 << 8 | X64, B2, 1000 * MS, BANK + SECTOR,
	  BANK + 2 * SECTOR, EOP, NULL },
	{ "bank 1", BER, 0, 13000 * MS, 0, BANK, EOP, NULL },
	{ "bank goes before sector", BER | SER | X64, B2, 5000 * MS, BANK, 2 * BANK, EOP,
	  NULL },
	{ "neither", X64, 0, 0, 0, 0, 0, "h7-start-alone" },
};

/* Two flash words of zeros in each sector. */
static void fill(void)
{
	uint32_t i;

	wr(CR1, PG | X64);
	wr(CR1 + B2, PG | X64);
	for (i = 0; i < BANK; i += SECTOR / 2) {
		program(FLASH1 + i, 0);
		program(FLASH2 + i, 0);
	}
	wr(CCR1, EOP);
	wr(CCR1 + B2, EOP);
}

START_TEST(erases)
{
	__typeof__(erase_case[0]) *c = &erase_case[_i];
	uint32_t i, at;

	unlock(0);
	unlock(B2);
	fill();
	wr(CR1 + c->bank, c->cr);
	wr(CR1 + c->bank, c->cr | START);
	if (c->ns) {
		ck_assert_msg(rd(SR1 + c->bank) == (BSY | QW), "%s", c->what);
		ck_assert_msg(rd(SR1 + (c->bank ^ B2)) == 0, "%s", c->what);
		fake_pass(&emu, c->ns - 1);
		ck_assert_uint_eq(rd(CR1 + c->bank), c->cr | START);
		fake_pass(&emu, 1);
	}
	ck_assert_msg(rd(SR1 + c->bank) == c->flags, "%s", c->what);
	ck_assert_uint_eq(rd(CR1 + c->bank), c->cr);
	for (i = 0; i < 2 * BANK; i += SECTOR / 2) {
		at = FLASH1 + i;
		ck_assert_msg(rd(at) == (i >= c->from && i < c->to ? 0xffffffff : 0),
			      "%s: %x", c->what, at);
	}
	ck_assert_msg(!c->rule || fake_fired(&emu, c->rule), "%s", c->what);
}
END_TEST

START_TEST(mass_erase_needs_three_locks_open)
{
	unlock(0);
	unlock(B2);
	fill();
	wr(CR1 + B2, LOCK);
	option_unlock();
	wr(OPTCR, 0x10);
	ck_assert(rd(SR1) == 0 && fake_fired(&emu, "h7-mass-erase-locked"));
	unlock(B2);
	wr(OPTCR + B2, 0x10);
	ck_assert_uint_eq(rd(SR1), BSY | QW);
	ck_assert_uint_eq(rd(SR1 + B2), BSY | QW);
	ck_assert_uint_eq(rd(FLASH1), 0xffffffff);
	ck_assert_uint_eq(rd(FLASH2), 0xffffffff);
}
END_TEST

START_TEST(write_protection)
{
	option_unlock();
	wr(WPSN_PRG1, 0xfd);
	options_start();
	unlock(0);
	wr(CR1, PG | X64);
	wr(FLASH1 + SECTOR, 0);
	ck_assert_uint_eq(rd(SR1), WRPERR);
	/* It does not block. */
	program(FLASH1, 0);
	ck_assert_uint_eq(rd(SR1), WRPERR | EOP);
	wr(CCR1, WRPERR | EOP);
	wr(CR1, BER | START | X64);
	ck_assert(rd(SR1) == WRPERR && fake_fired(&emu, "h7-wrp"));
	ck_assert_uint_eq(rd(FLASH1), 0);
	ck_assert_uint_eq(rd(CR1) & START, 0);
}
END_TEST

START_TEST(proprietary_area)
{
	unlock(0);
	wr(CR1, PG | X64);
	program(FLASH1, 0x55);
	option_unlock();
	wr(PRAR_PRG1, 0x00000000);
	options_start();
	ck_assert_uint_eq(rd(FLASH1), 0);
	ck_assert_uint_eq(rd(SR1), EOP | RDPERR);
	ck_assert_uint_eq(rd(FLASH1 + 256), 0xffffffff);
	ck_assert_uint_eq(emu.faults, 0);
}
END_TEST

START_TEST(readout_protection)
{
	unlock(0);
	wr(CR1, PG | X64);
	program(FLASH1, 0x55);
	option_unlock();
	wr(OPTSR_PRG, (rd(OPTSR_PRG) & ~0xff00u) | 0x5500);
	options_start();
	rd(FLASH1);
	ck_assert_uint_eq(emu.faults, 1);
	ck_assert_uint_eq(rd(SR1), EOP | RDPERR);
	wr(FLASH1 + 32, 0);
	ck_assert_uint_eq(rd(SR1), EOP | RDPERR | WRPERR);
	wr(OPTSR_PRG, (rd(OPTSR_PRG) & ~0xff00u) | 0xaa00);
	options_start();
	ck_assert_uint_eq(rd(FLASH1), 0xffffffff);
}
END_TEST

START_TEST(options_need_their_keys)
{
	uint32_t old = rd(OPTSR_PRG);

	wr(OPTSR_PRG, 0);
	ck_assert(rd(OPTSR_PRG) == old && fake_fired(&emu, "h7-option-locked"));
	wr(OPTKEYR, 1);
	ck_assert_uint_eq(emu.faults, 1);
}
END_TEST

START_TEST(swapped_banks)
{
	unlock(0);
	wr(CR1, PG | X64);
	program(FLASH1, 0x11);
	option_unlock();
	wr(OPTSR_PRG, rd(OPTSR_PRG) | 0x80000000);
	options_start();
	ck_assert_uint_eq(rd(FLASH1), 0x11);
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(OPTCR), 0x80000001);
	ck_assert_uint_eq(rd(FLASH1), 0xffffffff);
	ck_assert_uint_eq(rd(FLASH2), 0x11);
	/* The registers went with the addresses. */
	unlock(B2);
	wr(CR1 + B2, SER | START | X64);
	ck_assert_uint_eq(rd(FLASH2), 0xffffffff);
}
END_TEST

/* Bank 1 takes its protection along, and the register that shows it. */
START_TEST(swapped_banks_keep_their_protection)
{
	option_unlock();
	wr(WPSN_PRG1, 0xfe);
	wr(OPTSR_PRG, rd(OPTSR_PRG) | 0x80000000);
	options_start();
	ck_assert_uint_eq(rd(WPSN_PRG1 - 4), 0xfe);
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(WPSN_PRG1 - 4), 0xff);
	ck_assert_uint_eq(rd(WPSN_PRG1 + B2 - 4), 0xfe);
	unlock(0);
	unlock(B2);
	wr(CR1, PG | X64);
	program(FLASH1, 0x11);
	ck_assert_uint_eq(rd(FLASH1), 0x11);
	wr(CR1 + B2, PG | X64);
	wr(FLASH2, 0);
	ck_assert(rd(SR1 + B2) == WRPERR && fake_fired(&emu, "h7-wrp"));
	ck_assert_uint_eq(rd(FLASH2), 0xffffffff);
}
END_TEST

START_TEST(common_registers_are_mirrored)
{
	wr(ACR + B2, 0x24);
	ck_assert_uint_eq(rd(ACR), 0x24);
	wr(OPTKEYR + B2, 0x08192a3b);
	wr(OPTKEYR, 0x4c5d6e7f);
	ck_assert_uint_eq(rd(OPTCR + B2), 0);
}
END_TEST

START_TEST(interrupts)
{
	unlock(0);
	wr(CR1, PG | X64 | EOPIE);
	program(FLASH1, 0);
	ck_assert(emu.irq[4]);
	wr(CCR1, EOP);
	ck_assert(!emu.irq[4]);
}
END_TEST

START_TEST(reset_interrupts_erase)
{
	uint32_t i;

	unlock(0);
	wr(CR1, PG | X64);
	for (i = 0; i < 16; i++)
		program(FLASH1 + i * 32, 0x01020304 * i);
	program(FLASH1 + SECTOR, 0x55);
	wr(CR1, SER | START | X64);
	fake_pass(&emu, 10 * MS);
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(SR1), 0);
	for (i = 0; i < 16; i++)
		rd(FLASH1 + i * 32);
	ck_assert_uint_gt(emu.faults, 0);
	ck_assert_uint_eq(rd(SR1) & DBECCERR, DBECCERR);
	/* Erased words had nothing to lose, nor had the next sector. */
	emu.faults = 0;
	ck_assert_uint_eq(rd(FLASH1 + 16 * 32), 0xffffffff);
	ck_assert_uint_eq(rd(FLASH1 + SECTOR), 0x55);
	ck_assert_uint_eq(emu.faults, 0);
}
END_TEST

START_TEST(one_bank)
{
	wr(KEYR1 + B2, 0x45670123);
	wr(KEYR1 + B2, 0x45670123);
	ck_assert_uint_eq(emu.faults, 0);
	ck_assert_uint_eq(rd(CR1 + B2), 0x31);
	ck_assert(fake_fired(&emu, "h7-no-such-bank"));
	unlock(0);
	wr(CR1, SER | 1 << 8 | START);
	ck_assert(rd(SR1) == WRPERR && fake_fired(&emu, "h7-no-such-sector"));
	wr(CCR1, WRPERR);
	wr(CR1, PG);
	program(FLASH1 + SECTOR - 32, 0);
	ck_assert_uint_eq(rd(FLASH1 + SECTOR - 32), 0);
}
END_TEST

static void program_h7a(uint32_t addr, uint32_t value)
{
	unsigned int i;

	for (i = 0; i < 16; i += 4)
		wr(addr + i, value);
	fake_pass(&emu, MS);
}

START_TEST(h7a_word)
{
	unsigned int i;

	unlock(0);
	wr(CR1, PG);
	for (i = 0; i < 12; i += 4)
		wr(FLASH1 + i, i);
	ck_assert_uint_eq(rd(SR1), WBNE);
	wr(FLASH1 + 12, 12);
	ck_assert_uint_eq(rd(SR1), BSY | QW);
	fake_pass(&emu, 49999);
	ck_assert_uint_eq(rd(SR1), BSY | QW);
	fake_pass(&emu, 1);
	ck_assert_uint_eq(rd(SR1), EOP);
	/* The next 16 bytes are another word. */
	wr(FLASH1 + 32, 0);
	wr(FLASH1 + 48, 0);
	ck_assert(rd(SR1) == (EOP | INCERR) && fake_fired(&emu, "h7-incomplete-word"));
	wr(CCR1, INCERR);
	program_h7a(FLASH1 + 16, 0x55);
	ck_assert_uint_eq(rd(FLASH1 + 28), 0x55);
	ck_assert_uint_eq(rd(FLASH1 + 12), 12);
}
END_TEST

/* FW is where H743 has PSIZE; the bits of PSIZE, FW and START of H743 mean others. */
START_TEST(h7a_control_bits)
{
	unlock(0);
	ck_assert_uint_eq(rd(CR1), 0);
	wr(CR1, PG);
	wr(FLASH1, 0x11223344);
	wr(CR1, PG | H7A_FW);
	ck_assert_uint_eq(rd(SR1), BSY | QW);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(rd(FLASH1), 0x11223344);
	ck_assert_uint_eq(rd(FLASH1 + 4), 0xffffffff);
	wr(CR1, SER | START); /* H743's START: a bit of SNB */
	ck_assert_uint_eq(rd(CR1), SER | START);
	ck_assert_uint_eq(rd(SR1), EOP);
	wr(CR1, 0xffff8000 & ~0x3f0000u);
	ck_assert_uint_eq(rd(CR1), 0);
}
END_TEST

START_TEST(h7a_sectors)
{
	unlock(B2);
	wr(CR1 + B2, PG);
	program_h7a(FLASH2 + 62 * H7A_SECTOR, 1);
	program_h7a(FLASH2 + 63 * H7A_SECTOR, 2);
	wr(CCR1 + B2, EOP);
	wr(CR1 + B2, SER | H7A_SNB(63) | H7A_START);
	fake_pass(&emu, 2 * MS - 1);
	ck_assert_uint_eq(rd(SR1 + B2), BSY | QW);
	fake_pass(&emu, 1);
	ck_assert_uint_eq(rd(SR1 + B2), EOP);
	ck_assert_uint_eq(rd(FLASH2 + 62 * H7A_SECTOR), 1);
	ck_assert_uint_eq(rd(FLASH2 + 63 * H7A_SECTOR), 0xffffffff);
	/* This part has 64 of the 128 sectors of the die. */
	wr(CR1 + B2, SER | H7A_SNB(64) | H7A_START);
	ck_assert(rd(SR1 + B2) == (EOP | WRPERR) && fake_fired(&emu, "h7-no-such-sector"));
}
END_TEST

START_TEST(h7a_protects_four_sectors)
{
	option_unlock();
	wr(WPSN_PRG1, 0xfffffffd);
	options_start();
	unlock(0);
	wr(CR1, SER | H7A_SNB(3) | H7A_START);
	fake_pass(&emu, 2 * MS);
	ck_assert_uint_eq(rd(SR1), EOP);
	wr(CR1, SER | H7A_SNB(4) | H7A_START);
	ck_assert(rd(SR1) == (EOP | WRPERR) && fake_fired(&emu, "h7-wrp"));
	wr(CCR1, WRPERR | EOP);
	wr(CR1, SER | H7A_SNB(7) | H7A_START);
	ck_assert_uint_eq(rd(SR1), WRPERR);
	wr(CCR1, WRPERR);
	wr(CR1, SER | H7A_SNB(8) | H7A_START);
	ck_assert_uint_eq(rd(SR1), BSY | QW);
}
END_TEST

/* An option register that not all lines have; its neighbour is none. */
START_TEST(h7a_own_options)
{
	wr(BASE + 0x6c, 1);
	ck_assert(rd(BASE + 0x6c) == 0 && fake_fired(&emu, "h7-option-locked"));
	option_unlock();
	wr(BASE + 0x6c, 1);
	wr(BASE + 0x74, 1);
	ck_assert_uint_eq(rd(BASE + 0x74), 0);
	options_start();
	ck_assert_uint_eq(rd(BASE + 0x68), 1);
	fake_reset(&emu, true);
	ck_assert_uint_eq(rd(BASE + 0x68), 1);
}
END_TEST

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int main(void)
{
	Suite *s = suite_create("flash-h7");
	TCase *t = tcase_create("two banks"), *u = tcase_create("one bank"), *v = tcase_create("H7A3");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, starts_locked);
	tcase_add_test(t, wrong_key);
	tcase_add_test(t, third_key);
	tcase_add_test(t, narrow_key);
	tcase_add_test(t, write_between_keys);
	tcase_add_test(t, flash_word_in_any_widths);
	tcase_add_test(t, next_word_waits_for_the_bus);
	tcase_add_test(t, forced_word_is_padded);
	tcase_add_test(t, store_without_pg);
	tcase_add_test(t, incomplete_word);
	tcase_add_test(t, byte_twice);
	tcase_add_test(t, clearing_pg_empties_the_buffer);
	tcase_add_test(t, overwritten_word_breaks_its_check_bits);
	tcase_add_loop_test(t, erases, 0, COUNT(erase_case));
	tcase_add_test(t, mass_erase_needs_three_locks_open);
	tcase_add_test(t, write_protection);
	tcase_add_test(t, proprietary_area);
	tcase_add_test(t, readout_protection);
	tcase_add_test(t, options_need_their_keys);
	tcase_add_test(t, swapped_banks);
	tcase_add_test(t, swapped_banks_keep_their_protection);
	tcase_add_test(t, common_registers_are_mirrored);
	tcase_add_test(t, interrupts);
	tcase_add_test(t, reset_interrupts_erase);
	suite_add_tcase(s, t);
	tcase_add_checked_fixture(u, setup_h750, teardown);
	tcase_add_test(u, one_bank);
	suite_add_tcase(s, u);
	tcase_add_checked_fixture(v, setup_h7a3, teardown);
	tcase_add_test(v, h7a_word);
	tcase_add_test(v, h7a_control_bits);
	tcase_add_test(v, h7a_sectors);
	tcase_add_test(v, h7a_protects_four_sectors);
	tcase_add_test(v, h7a_own_options);
	suite_add_tcase(s, v);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
