/* SPDX-License-Identifier: GPL-2.0-only */
/* The rules of the L0's NVM interface, register by register (RM0377 chapter 3). */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "fake-emu.h"
#include "models.h"

#define BASE	0x40022000u
#define PECR	(BASE + 0x04)
#define PEKEYR	(BASE + 0x0c)
#define PRGKEYR (BASE + 0x10)
#define OPTKEYR (BASE + 0x14)
#define SR	(BASE + 0x18)
#define OPTR	(BASE + 0x1c)
#define FLASH	0x08000000u
#define EEPROM	0x08080000u
#define OPTION	0x1ff80000u
#define US	1000ull

#define PELOCK	0x1u
#define PRGLOCK 0x2u
#define OPTLOCK 0x4u
#define PROG	0x8u
#define DATA	0x10u
#define ERASE	0x200u
#define FPRG	0x400u
#define LAUNCH	0x40000u

#define BSY	   0x1u
#define EOP	   0x2u
#define WRPERR	   0x100u
#define PGAERR	   0x200u
#define SIZERR	   0x400u
#define OPTVERR	   0x800u
#define NOTZEROERR 0x10000u

static const struct stk_region region = { FLASH, 512, 128 };
static const struct stk_bank bank = {
	.name = "bank 1", .state = "", .regions = &region, .n_regions = 1
};
static const struct stk_field pecr_field[] = {
	{ "PELOCK", 0, 1 }, { "PRGLOCK", 1, 1 }, { "OPTLOCK", 2, 1 }, { "PROG", 3, 1 },
	{ "DATA", 4, 1 },   { "FIX", 8, 1 },	 { "ERASE", 9, 1 },   { "FPRG", 10, 1 },
	{ "EOPIE", 16, 1 }, { "ERRIE", 17, 1 },	 { "OBL_LAUNCH", 18, 1 },
};
/* The L1's has no NOTZEROERR: the last one. */
static const struct stk_field sr_field[] = {
	{ "BSY", 0, 1 },     { "EOP", 1, 1 },	 { "ENDHV", 2, 1 },   { "READY", 3, 1 },
	{ "WRPERR", 8, 1 },  { "PGAERR", 9, 1 }, { "SIZERR", 10, 1 }, { "OPTVERR", 11, 1 },
	{ "NOTZEROERR", 16, 1 },
};
static const struct stk_field optr_field[] = {
	{ "RDPROT", 0, 8 }, { "WPRMOD", 8, 1 }, { "IWDG_SW", 20, 1 },
};
static const struct stk_field wrpr_field[] = { { "WRP", 0, 32 } };
#define REG(name_, offset_, reset_, fields_, n_)				\
	{ .name = name_, .offset = offset_, .reset = reset_, .fields = fields_,	\
	  .n_fields = n_ }
#define REGISTERS(n_sr) {							\
	REG("PECR", 0x04, 7, pecr_field, 11), REG("SR", 0x18, 0xc, sr_field, n_sr),	\
	REG("OPTR", 0x1c, 0x807000aa, optr_field, 3),				\
	REG("WRPR1", 0x20, 0, wrpr_field, 1) }
static const struct stk_register l0_registers[] = REGISTERS(9);
static const struct stk_register l1_registers[] = REGISTERS(8);
static const struct stk_fact facts[] = {
	{ "page_bytes", 128, "test" },	 { "half_page_words", 16, "test" },
	{ "eeprom_bytes", 2048, "test" }, { "irq", 3, "test" },
};
#define FLASH_IF(registers_) {							\
	.name = "FLASH", .model = "flash-l0", .base = BASE, .length = 0x100,	\
	.registers = registers_, .n_registers = 4, .facts = facts, .n_facts = 4 }
static const struct stk_peripheral l0_flash = FLASH_IF(l0_registers);
static const struct stk_peripheral l1_flash = FLASH_IF(l1_registers);
#define CHIP(name_, flash_) {							\
	.size = sizeof(struct stk_chip), .name = name_, .clock_hz = 2097000,	\
	.flash_kib = 64, .banks = &bank, .n_banks = 1, .peripherals = flash_,	\
	.n_peripherals = 1 }
static const struct stk_chip l0 = CHIP("STM32L053C8", &l0_flash);
static const struct stk_chip l1 = CHIP("STM32L152R8", &l1_flash);
static const struct emu_model *const models[] = { &emu_model_flash_l0, NULL };

static struct emu emu;

static void setup(void)
{
	fake_open(&emu, &l0, models);
}

static void setup_l1(void)
{
	fake_open(&emu, &l1, models);
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

static void finish(void)
{
	fake_pass(&emu, 100000 * US);
	ck_assert_uint_eq(rd(SR) & BSY, 0);
}

static void unlock(void)
{
	wr(PEKEYR, 0x89abcdef);
	wr(PEKEYR, 0x02030405);
	wr(PRGKEYR, 0x8c9daebf);
	wr(PRGKEYR, 0x13141516);
}

static void unlock_options(void)
{
	wr(OPTKEYR, 0xfbead9c8);
	wr(OPTKEYR, 0x24252627);
}

START_TEST(three_locks)
{
	ck_assert_uint_eq(rd(PECR) & 7, 7);
	wr(PRGKEYR, 0x8c9daebf);
	ck_assert(fake_fired(&emu, "l0-key-order"));
	unlock();
	ck_assert_uint_eq(rd(PECR) & 7, OPTLOCK);
	unlock_options();
	ck_assert_uint_eq(rd(PECR) & 7, 0);
	wr(PECR, PELOCK);
	ck_assert_uint_eq(rd(PECR) & 7, 7);
	unlock();
	ck_assert_uint_eq(rd(PECR) & 7, OPTLOCK);
}
END_TEST

START_TEST(a_wrong_key_locks_until_reset)
{
	wr(PEKEYR, 0x02030405);
	ck_assert(fake_fired(&emu, "l0-wrong-key"));
	unlock();
	ck_assert_uint_eq(rd(PECR) & PELOCK, PELOCK);
	fake_reset(&emu, false);
	unlock();
	ck_assert_uint_eq(rd(PECR) & PELOCK, 0);
}
END_TEST

START_TEST(pecr_is_locked)
{
	wr(PECR, PROG);
	ck_assert(fake_fired(&emu, "l0-pecr-locked"));
	ck_assert_uint_eq(rd(PECR) & PROG, 0);
}
END_TEST

START_TEST(a_word)
{
	unlock();
	wr(FLASH, 0x12345678);
	ck_assert_uint_eq(fake_read(&emu, SR, 4) & BSY, BSY);
	finish();
	ck_assert_uint_eq(rd(FLASH), 0x12345678);
	ck_assert_uint_eq(rd(SR) & EOP, EOP);
	wr(SR, EOP);
	ck_assert_uint_eq(rd(SR) & EOP, 0);
}
END_TEST

/* Each is refused with its flag; beside it stands what is not. */
static const struct {
	const char *what;
	bool unlocked;
	uint32_t pecr, addr;
	unsigned int width;
	uint32_t flag;
	const char *rule;
} store_case[] = {
	{ "locked", false, 0, FLASH, 4, WRPERR, "l0-store-locked" },
	{ "half word", true, 0, FLASH, 2, SIZERR, "l0-store-width" },
	{ "byte", true, 0, FLASH + 1, 1, SIZERR, "l0-store-width" },
	{ "row begins late", true, FPRG | PROG, FLASH + 4, 4, PGAERR, "l0-half-page" },
	{ "row begins well", true, FPRG | PROG, FLASH + 64, 4, 0, NULL },
	{ "EEPROM locked", false, 0, EEPROM, 4, WRPERR, "l0-store-locked" },
	{ "EEPROM byte", true, 0, EEPROM + 1, 1, 0, NULL },
	{ "option word locked", true, 0, OPTION, 4, WRPERR, "l0-store-locked" },
};

START_TEST(stores)
{
	if (store_case[_i].unlocked)
		unlock();
	if (store_case[_i].pecr)
		wr(PECR, OPTLOCK | store_case[_i].pecr);
	fake_forget(&emu);
	fake_write(&emu, store_case[_i].addr, store_case[_i].width, 1);
	ck_assert_msg((rd(SR) & (WRPERR | PGAERR | SIZERR)) == store_case[_i].flag, "%s",
		      store_case[_i].what);
	if (store_case[_i].rule)
		ck_assert_msg(fake_fired(&emu, store_case[_i].rule), "%s", store_case[_i].what);
	else
		ck_assert_str_eq(emu.rules, "");
}
END_TEST

START_TEST(a_page_is_erased)
{
	memset(emu.store[0].bytes, 0xff, 512);
	unlock();
	wr(PECR, OPTLOCK | ERASE | PROG);
	wr(FLASH + 128 + 12, 0);
	finish();
	ck_assert_uint_eq(rd(FLASH + 124), UINT32_MAX);
	ck_assert_uint_eq(rd(FLASH + 128), 0);
	ck_assert_uint_eq(rd(FLASH + 252), 0);
	ck_assert_uint_eq(rd(FLASH + 256), UINT32_MAX);
}
END_TEST

START_TEST(a_half_page)
{
	unlock();
	wr(PECR, OPTLOCK | FPRG | PROG);
	for (uint32_t i = 0; i < 15; i++) {
		wr(FLASH + 4 * i, i + 1);
		ck_assert_uint_eq(emu.programs, 0);
	}
	wr(FLASH + 60, 16);
	finish();
	for (uint32_t i = 0; i < 16; i++)
		ck_assert_uint_eq(rd(FLASH + 4 * i), i + 1);
	ck_assert_uint_eq(emu.programs, 1);
}
END_TEST

START_TEST(a_half_page_with_a_gap)
{
	unlock();
	wr(PECR, OPTLOCK | FPRG | PROG);
	wr(FLASH, 1);
	wr(FLASH + 8, 3);
	ck_assert(fake_fired(&emu, "l0-half-page"));
	ck_assert_uint_eq(rd(SR) & PGAERR, PGAERR);
	ck_assert_uint_eq(rd(FLASH), 0);
}
END_TEST

START_TEST(not_erased)
{
	unlock();
	wr(FLASH, 1);
	finish();
	wr(FLASH, 2);
	finish();
	ck_assert(fake_fired(&emu, "l0-not-zero"));
	ck_assert_uint_eq(rd(SR) & NOTZEROERR, NOTZEROERR);
	ck_assert_uint_eq(rd(FLASH), 1);
}
END_TEST

START_TEST(not_erased_on_an_l1)
{
	unlock();
	wr(FLASH, 1);
	finish();
	wr(FLASH, 2);
	finish();
	ck_assert(fake_fired(&emu, "l0-not-erased"));
	ck_assert_uint_eq(rd(SR) & NOTZEROERR, 0);
	ck_assert_uint_eq(rd(FLASH), 3);
}
END_TEST

START_TEST(eeprom_is_rewritten)
{
	unlock();
	wr(EEPROM, 0x11223344);
	finish();
	fake_write(&emu, EEPROM + 1, 1, 0x88);
	finish();
	ck_assert_uint_eq(rd(EEPROM), 0x11228844);
	wr(PECR, OPTLOCK | ERASE | DATA);
	wr(EEPROM, 0);
	finish();
	ck_assert_uint_eq(rd(EEPROM), 0);
	ck_assert_uint_eq(rd(EEPROM + 4), 0);
}
END_TEST

START_TEST(a_reset_leaves_half_an_erase)
{
	memset(emu.store[1].bytes, 0xff, 8);
	unlock();
	emu.random = 0x55555555;
	wr(PECR, OPTLOCK | ERASE | DATA);
	wr(EEPROM, 0);
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(EEPROM + 4), UINT32_MAX);
	ck_assert_uint_eq(rd(SR) & BSY, 0);
}
END_TEST

START_TEST(options_come_with_a_reset)
{
	ck_assert_uint_eq(rd(OPTION), 0xff5500aa);
	unlock();
	unlock_options();
	wr(OPTION + 8, 0xfffe0001);
	finish();
	wr(FLASH, 1);
	finish();
	ck_assert_uint_eq(rd(FLASH), 1);
	wr(PECR, LAUNCH);
	ck_assert_uint_eq(emu.resets, 1);
	fake_reset(&emu, false);
	unlock();
	wr(FLASH + 4, 1);
	ck_assert(fake_fired(&emu, "l0-wrp"));
	wr(FLASH + 4096, 1);
	finish();
	ck_assert_uint_eq(rd(FLASH + 4096), 1);
}
END_TEST

START_TEST(an_option_word_without_its_complement)
{
	unlock();
	unlock_options();
	wr(OPTION + 8, 1);
	finish();
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(SR) & OPTVERR, OPTVERR);
	wr(SR, OPTVERR);
	unlock();
	unlock_options();
	wr(OPTION + 8, 0xffff0000);
	finish();
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(SR) & OPTVERR, 0);
}
END_TEST

START_TEST(readout_protection)
{
	unlock();
	wr(FLASH, 7);
	finish();
	unlock_options();
	wr(OPTION, 0xff4400bb);
	finish();
	fake_reset(&emu, false);
	rd(FLASH);
	ck_assert(fake_fired(&emu, "l0-rdp"));
	ck_assert_uint_eq(emu.faults, 1);
	unlock();
	unlock_options();
	wr(OPTION, 0xff5500aa);
	finish();
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(FLASH), 0);
	ck_assert_uint_eq(emu.faults, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("flash-l0");
	TCase *c = tcase_create("l0"), *other = tcase_create("l1");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_checked_fixture(other, setup_l1, teardown);
	tcase_add_test(c, three_locks);
	tcase_add_test(c, a_wrong_key_locks_until_reset);
	tcase_add_test(c, pecr_is_locked);
	tcase_add_test(c, a_word);
	tcase_add_loop_test(c, stores, 0, sizeof(store_case) / sizeof(store_case[0]));
	tcase_add_test(c, a_page_is_erased);
	tcase_add_test(c, a_half_page);
	tcase_add_test(c, a_half_page_with_a_gap);
	tcase_add_test(c, not_erased);
	tcase_add_test(other, not_erased_on_an_l1);
	tcase_add_test(c, eeprom_is_rewritten);
	tcase_add_test(c, a_reset_leaves_half_an_erase);
	tcase_add_test(c, options_come_with_a_reset);
	tcase_add_test(c, an_option_word_without_its_complement);
	tcase_add_test(c, readout_protection);
	suite_add_tcase(suite, c);
	suite_add_tcase(suite, other);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
