/* SPDX-License-Identifier: GPL-2.0-only */
/* The rules of the F4 flash interface, register by register (RM0090 chapter 3). */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "fake-emu.h"
#include "models.h"

#define BASE	0x40023c00u
#define KEYR	(BASE + 0x04)
#define OPTKEYR (BASE + 0x08)
#define SR	(BASE + 0x0c)
#define CR	(BASE + 0x10)
#define OPTCR	(BASE + 0x14)
#define FLASH	0x08000000u
#define OTP	0x1fff7800u
#define MS	1000000ull

#define PG    0x1u
#define SER   0x2u
#define MER   0x4u
#define X16   0x100u
#define X32   0x200u
#define X64   0x300u
#define STRT  0x10000u
#define EOPIE 0x1000000u
#define ERRIE 0x2000000u
#define LOCK  0x80000000u

#define EOP    0x01u
#define OPERR  0x02u
#define WRPERR 0x10u
#define PGAERR 0x20u
#define PGPERR 0x40u
#define PGSERR 0x80u
#define BSY    0x10000u

static const struct stk_region regions[] = {
	{ 0x08000000, 4, 0x4000 },
	{ 0x08010000, 1, 0x10000 },
	{ 0x08020000, 3, 0x20000 },
};
static const struct stk_bank bank = {
	.name = "bank 1", .state = "", .regions = regions, .n_regions = 3
};
static const struct stk_field acr_field[] = {
	{ "LATENCY", 0, 4 }, { "PRFTEN", 8, 1 }, { "ICEN", 9, 1 }, { "DCEN", 10, 1 },
	{ "ICRST", 11, 1 },  { "DCRST", 12, 1 },
};
static const struct stk_field sr_field[] = {
	{ "EOP", 0, 1 },    { "OPERR", 1, 1 },	{ "WRPERR", 4, 1 }, { "PGAERR", 5, 1 },
	{ "PGPERR", 6, 1 }, { "PGSERR", 7, 1 }, { "BSY", 16, 1 },
};
static const struct stk_field cr_field[] = {
	{ "PG", 0, 1 },	   { "SER", 1, 1 },    { "MER", 2, 1 },	   { "SNB", 3, 4 },
	{ "PSIZE", 8, 2 }, { "STRT", 16, 1 },  { "EOPIE", 24, 1 }, { "ERRIE", 25, 1 },
	{ "LOCK", 31, 1 },
};
static const struct stk_field optcr_field[] = {
	{ "OPTLOCK", 0, 1 }, { "OPTSTRT", 1, 1 }, { "USER", 2, 6 },
	{ "RDP", 8, 8 },     { "nWRP", 16, 12 },
};
#define REG(name_, offset_, reset_, fields_) \
	{ .name = name_, .offset = offset_, .reset = reset_, .fields = fields_, \
	  .n_fields = sizeof(fields_) / sizeof((fields_)[0]) }
static const struct stk_register registers[] = {
	REG("ACR", 0x00, 0, acr_field),
	REG("SR", 0x0c, 0, sr_field),
	REG("CR", 0x10, 0x80000000, cr_field),
	REG("OPTCR", 0x14, 0x0fffaaed, optcr_field),
};
static const struct stk_fact facts[] = {
	{ "program_ns", 16000, "test" },       { "erase_16k_x8_ms", 400, "test" },
	{ "erase_16k_x32_ms", 250, "test" },   { "erase_128k_x16_ms", 1300, "test" },
	{ "mass_erase_x8_ms", 16000, "test" }, { "irq", 4, "test" },
};
static const struct stk_peripheral flash = {
	.name = "FLASH",
	.model = "flash-f4",
	.base = BASE,
	.length = 0x400,
	.registers = registers,
	.n_registers = 4,
	.facts = facts,
	.n_facts = sizeof(facts) / sizeof(facts[0]),
};
static const struct stk_chip chip = {
	.size = sizeof(chip),
	.name = "STM32F407VE",
	.clock_hz = 16000000,
	.banks = &bank,
	.n_banks = 1,
	.peripherals = &flash,
	.n_peripherals = 1,
};
static const struct emu_model *const models[] = { &emu_model_flash_f4, NULL };

static struct emu emu;

static void setup(void)
{
	fake_open(&emu, &chip, models);
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

static void unlock(void)
{
	wr(KEYR, 0x45670123);
	wr(KEYR, 0xcdef89ab);
}

static void option_unlock(void)
{
	wr(OPTKEYR, 0x08192a3b);
	wr(OPTKEYR, 0x4c5d6e7f);
}

/* Let the operation end. */
static void finish(void)
{
	fake_pass(&emu, 60000 * MS);
	ck_assert_uint_eq(rd(SR) & BSY, 0);
}

static void fill(uint8_t value)
{
	memset(emu.store[1].bytes, value, emu.store[1].size);
}

START_TEST(starts_locked)
{
	ck_assert_str_eq(emu.store[1].name, "FLASH");
	ck_assert_uint_eq(emu.store[1].size, 512 * 1024);
	ck_assert_uint_eq(rd(CR), LOCK);
	wr(CR, PG | X32);
	ck_assert_uint_eq(rd(CR), LOCK);
	ck_assert(fake_fired(&emu, "f4-cr-locked"));
	unlock();
	wr(CR, PG | X32);
	ck_assert_uint_eq(rd(CR), PG | X32);
	wr(CR, LOCK);
	ck_assert_uint_eq(rd(CR) & LOCK, LOCK);
	unlock();
	ck_assert_uint_eq(rd(CR) & LOCK, 0);
	ck_assert_uint_eq(emu.faults, 0);
}
END_TEST

static const struct {
	const char *what;
	uint32_t key[3];
	unsigned int n, width;
	const char *rule;
} key_case[] = {
	{ "wrong first key", { 0xcdef89ab }, 1, 4, "f4-wrong-key" },
	{ "wrong second key", { 0x45670123, 0x45670123 }, 2, 4, "f4-wrong-key" },
	{ "half a key", { 0x0123 }, 1, 2, "f4-wrong-key" },
	{ "unlocked twice", { 0x45670123, 0xcdef89ab, 0x45670123 }, 3, 4, "f4-unlock-twice" },
};

START_TEST(broken_sequence_is_fatal_until_reset)
{
	unsigned int i;

	for (i = 0; i < key_case[_i].n; i++)
		fake_write(&emu, KEYR, key_case[_i].width, key_case[_i].key[i]);
	ck_assert_msg(emu.faults == 1 && fake_fired(&emu, key_case[_i].rule), "%s", key_case[_i].what);
	unlock();
	ck_assert_uint_eq(rd(CR) & LOCK, LOCK);
	fake_reset(&emu, false);
	unlock();
	ck_assert_uint_eq(rd(CR) & LOCK, 0);
}
END_TEST

static const struct {
	const char *what;
	uint32_t cr, addr;
	unsigned int width;
	uint32_t flags;
	const char *rule; /* NULL: it is programmed */
} store_case[] = {
	{ "word, x32", PG | X32, FLASH, 4, 0, NULL },
	{ "half-word, x16", PG | X16, FLASH + 2, 2, 0, NULL },
	{ "byte, x8", PG, FLASH + 15, 1, 0, NULL },
	{ "word, x8", PG, FLASH, 4, PGPERR, "f4-store-width" },
	{ "byte, x32", PG | X32, FLASH, 1, PGPERR, "f4-store-width" },
	{ "word, x64 without VPP", PG | X64, FLASH, 4, PGPERR, "f4-store-vpp" },
	{ "PG clear, width right", X32, FLASH, 4, PGSERR, "f4-store-without-pg" },
	{ "PG clear, width wrong", 0, FLASH, 4, PGSERR | PGPERR, "f4-store-without-pg" },
	{ "over a row", PG | X32, FLASH + 14, 4, PGAERR, "f4-store-row" },
	{ "OTP", PG | X32, OTP + 32, 4, 0, NULL },
};

START_TEST(stores)
{
	__typeof__(store_case[0]) *c = &store_case[_i];
	uint32_t all = c->width == 4 ? 0xffffffff : (1u << 8 * c->width) - 1;
	uint64_t start;

	unlock();
	wr(CR, c->cr);
	start = emu_now(&emu);
	fake_write(&emu, c->addr, c->width, 0x11223344 & all);
	ck_assert_msg((rd(SR) & BSY) == (c->rule ? 0 : BSY), "%s", c->what);
	/* A load waits for the operation. */
	ck_assert_msg(fake_read(&emu, c->addr, c->width) ==
			      (c->rule ? all : 0x11223344 & all),
		      "%s", c->what);
	ck_assert_msg(emu_now(&emu) - start == (c->rule ? 0 : 16000), "%s", c->what);
	ck_assert_msg((rd(SR) & 0xffff) == c->flags, "%s: %x", c->what, rd(SR));
	ck_assert_msg(!c->rule || fake_fired(&emu, c->rule), "%s: %s", c->what, emu.rules);
	ck_assert_uint_eq(emu.faults, 0);
	wr(SR, c->flags);
	ck_assert_uint_eq(rd(SR), 0);
}
END_TEST

START_TEST(no_erased_check)
{
	unlock();
	wr(CR, PG | X32);
	wr(FLASH, 0xff00ff00);
	wr(FLASH, 0xfffff0f0);
	ck_assert_uint_eq(rd(FLASH), 0xff00f000);
	ck_assert(fake_fired(&emu, "f4-not-erased"));
	ck_assert_uint_eq(rd(SR), 0);
}
END_TEST

static const struct {
	const char *what;
	uint32_t cr;
	uint64_t ns;
	uint32_t from, to, flags; /* from == to: nothing is erased */
	const char *rule;
} erase_case[] = {
	{ "sector 0, x8", SER, 400 * MS, 0, 0x4000, 0, NULL },
	{ "sector 3, x32", SER | 3 << 3 | X32, 250 * MS, 0xc000, 0x10000, 0, NULL },
	{ "sector 7, x16", SER | 7 << 3 | X16, 1300 * MS, 0x60000, 0x80000, 0, NULL },
	{ "all, x8", MER, 16000 * MS, 0, 0x80000, 0, NULL },
	{ "sector 8", SER | 8 << 3, 0, 0, 0, WRPERR, "f4-no-such-sector" },
	{ "sector 12", SER | 12 << 3, 0, 0, 0, WRPERR, "f4-no-such-sector" },
	{ "both", SER | MER, 0, 0, 0, WRPERR, "f4-ser-mer" },
	{ "neither", 0, 0, 0, 0, 0, "f4-strt-alone" },
	{ "x64 without VPP", SER | X64, 0, 0, 0, PGPERR, "f4-erase-vpp" },
};

START_TEST(erases)
{
	__typeof__(erase_case[0]) *c = &erase_case[_i];
	uint8_t *cells = emu.store[1].bytes;
	uint32_t i;

	fill(0x00);
	unlock();
	wr(CR, c->cr);
	wr(CR, c->cr | STRT);
	ck_assert_msg((rd(SR) & ~BSY) == c->flags, "%s", c->what);
	if (c->ns) {
		fake_pass(&emu, c->ns - 1);
		ck_assert_msg(rd(SR) == BSY, "%s", c->what);
		ck_assert_uint_eq(rd(CR), c->cr | STRT);
		fake_pass(&emu, 1);
	}
	ck_assert_msg(rd(SR) == c->flags, "%s", c->what);
	ck_assert_uint_eq(rd(CR), c->cr);
	for (i = 0; i < 0x80000; i++)
		ck_assert_msg(cells[i] == (i >= c->from && i < c->to ? 0xff : 0x00),
			      "%s: %x", c->what, i);
	ck_assert_msg(!c->rule || fake_fired(&emu, c->rule), "%s", c->what);
}
END_TEST

START_TEST(both_as_mass_erase_on_request)
{
	struct emu_dev *dev = &emu.dev[0];

	emu.variant_of = "f4-ser-mer";
	emu.variant = "mass";
	ck_assert_int_eq(dev->model->init(dev, NULL), 0);
	memset(emu.store[4].bytes, 0, emu.store[4].size);
	unlock();
	wr(CR, SER | MER);
	wr(CR, SER | MER | STRT);
	finish();
	ck_assert_uint_eq(emu.store[4].bytes[0x7ffff], 0xff);
	emu.variant = "nonsense";
	ck_assert_int_lt(dev->model->init(dev, NULL), 0);
}
END_TEST

START_TEST(register_write_stalls_while_busy)
{
	unlock();
	wr(CR, SER);
	wr(CR, SER | STRT);
	wr(CR, PG | X32);
	ck_assert_uint_eq(emu_now(&emu), 400 * MS);
	ck_assert_uint_eq(rd(CR), PG | X32);
	ck_assert(fake_fired(&emu, "f4-cr-stall"));
}
END_TEST

START_TEST(eop_and_operr_need_their_enables)
{
	unlock();
	wr(CR, PG | X32 | EOPIE | ERRIE);
	wr(FLASH, 0);
	finish();
	ck_assert_uint_eq(rd(SR), EOP);
	ck_assert(emu.irq[4]);
	wr(SR, EOP);
	ck_assert(!emu.irq[4]);
	fake_write(&emu, FLASH + 4, 1, 0);
	ck_assert_uint_eq(rd(SR), OPERR | PGPERR);
	ck_assert(emu.irq[4]);
}
END_TEST

START_TEST(write_protected_sector)
{
	option_unlock();
	/* nWRP of sector 1 to 0. */
	wr(OPTCR, 0x0ffdaaec);
	wr(OPTCR, 0x0ffdaaee);
	ck_assert_uint_eq(rd(SR), BSY);
	finish();
	ck_assert_uint_eq(rd(OPTCR), 0x0ffdaaec);
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(OPTCR), 0x0ffdaaed);
	unlock();
	wr(CR, PG | X32);
	wr(FLASH + 0x4000, 0);
	ck_assert_uint_eq(rd(SR), WRPERR);
	wr(SR, WRPERR);
	wr(FLASH, 0);
	finish();
	ck_assert_uint_eq(rd(SR), 0);
	wr(CR, SER | 1 << 3);
	wr(CR, SER | 1 << 3 | STRT);
	ck_assert_uint_eq(rd(SR), WRPERR);
	wr(SR, WRPERR);
	wr(CR, MER);
	wr(CR, MER | STRT);
	ck_assert_uint_eq(rd(SR), WRPERR);
	ck_assert_uint_eq(rd(FLASH), 0);
}
END_TEST

START_TEST(options_need_their_keys)
{
	wr(OPTCR, 0x0ffdaaee);
	ck_assert_uint_eq(rd(OPTCR), 0x0fffaaed);
	ck_assert(fake_fired(&emu, "f4-option-locked"));
	wr(OPTKEYR, 0x08192a3b);
	wr(OPTKEYR, 0x12345678);
	ck_assert_uint_eq(emu.faults, 1);
	option_unlock();
	ck_assert_uint_eq(rd(OPTCR) & 1, 1);
}
END_TEST

START_TEST(readout_protection)
{
	fill(0x00);
	option_unlock();
	wr(OPTCR, 0x0fff55ee);
	finish();
	rd(FLASH);
	ck_assert_uint_eq(emu.faults, 1);
	unlock();
	wr(CR, PG | X32);
	wr(FLASH, 0);
	ck_assert_uint_eq(rd(SR), WRPERR);
	emu.no_debugger = true;
	ck_assert_uint_eq(rd(FLASH), 0);
	emu.no_debugger = false;
	wr(OPTCR, 0x0fffaaee);
	finish();
	ck_assert_uint_eq(rd(FLASH), 0xffffffff);
	ck_assert_uint_eq(emu.faults, 1);
}
END_TEST

START_TEST(otp_locks_and_is_not_erased)
{
	unlock();
	wr(CR, PG | X32);
	wr(OTP, 0x12345678);
	wr(CR, PG);
	fake_write(&emu, OTP + 512, 1, 0x00);
	finish();
	fake_write(&emu, OTP, 1, 0x00);
	ck_assert_uint_eq(rd(SR), WRPERR);
	ck_assert(fake_fired(&emu, "f4-otp-locked"));
	wr(CR, MER);
	wr(CR, MER | STRT);
	finish();
	ck_assert_uint_eq(rd(OTP), 0x12345678);
}
END_TEST

START_TEST(reset_interrupts_erase)
{
	uint8_t *cells = emu.store[1].bytes;
	unsigned int i, mixed = 0;

	fill(0x00);
	unlock();
	wr(CR, SER);
	wr(CR, SER | STRT);
	fake_pass(&emu, 100 * MS);
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(SR), 0);
	ck_assert_uint_eq(rd(CR), LOCK);
	for (i = 0; i < 0x4000; i++)
		mixed += cells[i] != 0x00 && cells[i] != 0xff;
	ck_assert_uint_gt(mixed, 0x3000);
	ck_assert_uint_eq(cells[0x4000], 0);
}
END_TEST

START_TEST(caches_reset_while_disabled)
{
	wr(BASE, 0x705);
	wr(BASE, 0x1f05);
	ck_assert_uint_eq(rd(BASE), 0x705);
	ck_assert(fake_fired(&emu, "f4-cache-reset"));
	wr(BASE, 0x005);
	wr(BASE, 0x1805);
	ck_assert_uint_eq(rd(BASE), 0x1805);
}
END_TEST

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int main(void)
{
	Suite *s = suite_create("flash-f4");
	TCase *t = tcase_create("rules");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, starts_locked);
	tcase_add_loop_test(t, broken_sequence_is_fatal_until_reset, 0, COUNT(key_case));
	tcase_add_loop_test(t, stores, 0, COUNT(store_case));
	tcase_add_test(t, no_erased_check);
	tcase_add_loop_test(t, erases, 0, COUNT(erase_case));
	tcase_add_test(t, both_as_mass_erase_on_request);
	tcase_add_test(t, register_write_stalls_while_busy);
	tcase_add_test(t, eop_and_operr_need_their_enables);
	tcase_add_test(t, write_protected_sector);
	tcase_add_test(t, options_need_their_keys);
	tcase_add_test(t, readout_protection);
	tcase_add_test(t, otp_locks_and_is_not_erased);
	tcase_add_test(t, reset_interrupts_erase);
	tcase_add_test(t, caches_reset_while_disabled);
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
