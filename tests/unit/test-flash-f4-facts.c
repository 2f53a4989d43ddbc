/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One model plays the flash of all STM32F2, F4 and F7: what each chip's facts make
 * of it, on the tables as shipped. Each rule has a near miss beside it.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chip.h"
#include "fake-emu.h"
#include "models.h"

extern const struct stk_chip_driver stm32_chips;

static const struct stk_chip_driver *const drivers[] = { &stm32_chips };
static const struct emu_model *const models[] = { &emu_model_flash_f4, NULL };

#define BASE	0x40023c00u
#define KEYR	(BASE + 0x04)
#define OPTKEYR (BASE + 0x08)
#define SR	(BASE + 0x0c)
#define CR	(BASE + 0x10)
#define OPTCR	(BASE + 0x14)
#define OPTCR1	(BASE + 0x18)
#define FLASH	0x08000000u
#define ITCM	0x00200000u
#define MS	1000000ull
#define KIB	1024u

#define PG   0x1u
#define SER  0x2u
#define MER1 0x4u
#define X16  0x100u
#define X32  0x200u
#define MER2 0x8000u
#define STRT 0x10000u
#define LOCK 0x80000000u

#define WRPERR 0x10u
#define PGSERR 0x80u
#define RDERR  0x100u
#define BSY    0x10000u

static struct emu emu;
static uint8_t *cells;
static uint64_t size;

static void use(const char *name, const char *option)
{
	static const char *options[2];
	const struct stk_chip *chip = NULL;
	unsigned int i;

	options[0] = option;
	ck_assert_msg(!chip_find(drivers, 1, name, &chip, NULL), "%s", name);
	fake_open_with(&emu, chip, models, options);
	for (i = 0; i < emu.n_stores && strcmp(emu.store[i].name, "FLASH"); i++)
		;
	ck_assert_uint_lt(i, emu.n_stores);
	cells = emu.store[i].bytes;
	size = emu.store[i].size;
	memset(cells, 0, size);
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
	ck_assert_uint_eq(rd(CR) & LOCK, 0);
}

static void erase(uint32_t cr)
{
	wr(CR, cr);
	wr(CR, cr | STRT);
	fake_pass(&emu, 60000 * MS);
	ck_assert_uint_eq(rd(SR) & BSY, 0);
}

/* [@from, @to) is erased, nothing else is. */
static void ck_erased(const char *what, uint64_t from, uint64_t to)
{
	uint64_t i;

	for (i = 0; i < size; i += 256)
		ck_assert_msg(cells[i] == (i >= from && i < to ? 0xff : 0x00), "%s: 0x%llx",
			      what, (unsigned long long)i);
}

/* ---- which sector a number is ------------------------------------------- */

static const struct {
	const char *chip, *option;
	unsigned int snb;
	uint32_t from, kib; /* 0 KiB: nothing is erased */
	uint32_t flags;
	const char *rule;
} sector_case[] = {
	{ "STM32F205RB", NULL, 4, 0x10000, 64, 0, NULL },
	{ "STM32F205RB", NULL, 5, 0, 0, WRPERR, "f4-no-such-sector" },
	{ "STM32F401CC", NULL, 5, 0x20000, 128, 0, NULL },
	{ "STM32F411CE", NULL, 7, 0x60000, 128, 0, NULL },
	{ "STM32F411CE", NULL, 8, 0, 0, WRPERR, "f4-no-such-sector" },
	{ "STM32F412ZG", NULL, 11, 0xe0000, 128, 0, NULL },
	{ "STM32F413ZH", NULL, 12, 0x100000, 128, 0, NULL },
	{ "STM32F413ZH", NULL, 15, 0x160000, 128, 0, NULL },
	{ "STM32F413ZG", NULL, 12, 0, 0, WRPERR, "f4-no-such-sector" },
	/* Two banks of twelve: 12 to 15 are left out. */
	{ "STM32F429ZI", NULL, 11, 0xe0000, 128, 0, NULL },
	{ "STM32F429ZI", NULL, 12, 0, 0, WRPERR, "f4-no-such-sector" },
	{ "STM32F429ZI", NULL, 0x10, 0x100000, 16, 0, NULL },
	{ "STM32F469NI", NULL, 0x1b, 0x1e0000, 128, 0, NULL },
	{ "STM32F469NI", NULL, 0x1c, 0, 0, WRPERR, "f4-no-such-sector" },
	/* 1 MiB as one bank, as two, and the numbers of the other one. */
	{ "STM32F429ZG", NULL, 8, 0x80000, 128, 0, NULL },
	{ "STM32F429ZG", NULL, 0x10, 0, 0, WRPERR, "f4-no-such-sector" },
	{ "STM32F429ZG", "opt.OPTCR=0x4fffaaed", 0x10, 0x80000, 16, 0, NULL },
	{ "STM32F429ZG", "opt.OPTCR=0x4fffaaed", 0x17, 0xe0000, 128, 0, NULL },
	{ "STM32F429ZG", "opt.OPTCR=0x4fffaaed", 8, 0, 0, 0, "f4-single-bank-number" },
	{ "STM32F429ZG", "opt.OPTCR=0x4fffaaed", 12, 0, 0, WRPERR, "f4-no-such-sector" },
	{ "STM32F429ZG", "opt.OPTCR=0x4fffaaed", 0x18, 0, 0, WRPERR, "f4-no-such-sector" },
	{ "STM32F723IE", NULL, 4, 0x10000, 64, 0, NULL },
	{ "STM32F730I8", NULL, 3, 0xc000, 16, 0, NULL },
	{ "STM32F750N8", NULL, 1, 0x8000, 32, 0, NULL },
	{ "STM32F746NG", NULL, 4, 0x20000, 128, 0, NULL },
	{ "STM32F746NG", NULL, 7, 0xc0000, 256, 0, NULL },
	{ "STM32F767ZI", NULL, 11, 0x1c0000, 256, 0, NULL },
	{ "STM32F767ZI", "opt.OPTCR=0xdfffaafd", 11, 0xe0000, 128, 0, NULL },
	{ "STM32F767ZI", "opt.OPTCR=0xdfffaafd", 0x1b, 0x1e0000, 128, 0, NULL },
	{ "STM32F767ZG", "opt.OPTCR=0xdfffaafd", 0x10, 0x80000, 16, 0, NULL },
};

START_TEST(sectors)
{
	__typeof__(sector_case[0]) *c = &sector_case[_i];
	char what[64];

	snprintf(what, sizeof(what), "%s, SNB %u", c->chip, c->snb);
	use(c->chip, c->option);
	unlock();
	erase(SER | c->snb << 3);
	ck_assert_msg((rd(SR) & 0x1ff) == c->flags, "%s: %x", what, rd(SR));
	ck_assert_msg(!c->rule || fake_fired(&emu, c->rule), "%s: %s", what, emu.rules);
	ck_erased(what, c->from, c->from + c->kib * KIB);
}
END_TEST

static const struct {
	const char *chip, *option;
	uint32_t cr, from, to;
} mass_case[] = {
	{ "STM32F412ZG", NULL, MER1, 0, 0x100000 },
	{ "STM32F429ZI", NULL, MER1, 0, 0x100000 },
	{ "STM32F429ZI", NULL, MER2, 0x100000, 0x200000 },
	{ "STM32F429ZI", NULL, MER1 | MER2, 0, 0x200000 },
	{ "STM32F429ZG", NULL, MER1, 0, 0x100000 },
	{ "STM32F429ZG", NULL, MER2, 0, 0 },
	{ "STM32F429ZG", "opt.OPTCR=0x4fffaaed", MER1, 0, 0x80000 },
	{ "STM32F767ZI", NULL, MER1, 0, 0x200000 },
	{ "STM32F767ZI", "opt.OPTCR=0xdfffaafd", MER1, 0, 0x100000 },
	{ "STM32F767ZI", "opt.OPTCR=0xdfffaafd", MER1 | MER2, 0, 0x200000 },
};

START_TEST(mass_erase_by_bank)
{
	__typeof__(mass_case[0]) *c = &mass_case[_i];

	use(c->chip, c->option);
	unlock();
	erase(c->cr);
	ck_assert_uint_eq(rd(SR), 0);
	ck_erased(c->chip, c->from, c->to);
	ck_assert(fake_fired(&emu, "f4-strt-alone") == (c->to == 0));
}
END_TEST

/* A single bank has no bit for a second one. */
START_TEST(no_second_bank_no_bit)
{
	use("STM32F412ZG", NULL);
	unlock();
	wr(CR, MER2);
	ck_assert_uint_eq(rd(CR), 0);
}
END_TEST

/* The state changes with the options, at once. */
START_TEST(options_change_the_map)
{
	use("STM32F767ZI", NULL);
	wr(OPTKEYR, 0x08192a3b);
	wr(OPTKEYR, 0x4c5d6e7f);
	wr(OPTCR, 0xdfffaafc);
	wr(OPTCR, 0xdfffaafe);
	fake_pass(&emu, 1000 * MS);
	unlock();
	erase(SER | 0x10 << 3);
	ck_erased("nDBANK=0", 0x100000, 0x104000);
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(OPTCR), 0xdfffaafd);
}
END_TEST

/* ---- protections --------------------------------------------------------- */

static const struct {
	const char *chip, *option;
	unsigned int snb;
	bool refused;
} wrp_case[] = {
	{ "STM32F429ZI", "opt.OPTCR1=0x0ffe0000", 0x10, true },
	{ "STM32F429ZI", "opt.OPTCR1=0x0ffe0000", 0x11, false },
	{ "STM32F429ZI", "opt.OPTCR1=0x0ffe0000", 0, false },
	{ "STM32F429ZI", "opt.OPTCR=0x0ffeaaed", 0, true },
	{ "STM32F429ZI", "opt.OPTCR=0x0ffeaaed", 0x10, false },
	/* Two sectors of a bank share a bit, the second bank has the upper half. */
	{ "STM32F767ZI", "opt.OPTCR=0xdfbfaafd", 0x10, true },
	{ "STM32F767ZI", "opt.OPTCR=0xdfbfaafd", 0x11, true },
	{ "STM32F767ZI", "opt.OPTCR=0xdfbfaafd", 0x12, false },
	{ "STM32F767ZI", "opt.OPTCR=0xdfbfaafd", 6, false },
	/* With one bank it is the same bit of one sector. */
	{ "STM32F767ZI", "opt.OPTCR=0xffbfaafd", 6, true },
	{ "STM32F767ZI", "opt.OPTCR=0xffbfaafd", 7, false },
	/* The last bit has two sectors. */
	{ "STM32F413ZH", "opt.OPTCR=0x3fffaaed", 15, true },
	{ "STM32F413ZH", "opt.OPTCR=0x3fffaaed", 14, true },
	{ "STM32F413ZH", "opt.OPTCR=0x3fffaaed", 13, false },
	/* SPRMOD turns the bits around. */
	{ "STM32F429ZI", "opt.OPTCR=0x8001aaed", 0, true },
	{ "STM32F429ZI", "opt.OPTCR=0x8001aaed", 1, false },
};

START_TEST(write_protection)
{
	__typeof__(wrp_case[0]) *c = &wrp_case[_i];

	use(c->chip, c->option);
	unlock();
	erase(SER | c->snb << 3);
	ck_assert_msg((rd(SR) & WRPERR) == (c->refused ? WRPERR : 0), "%s %s, SNB %u",
		      c->chip, c->option, c->snb);
}
END_TEST

/* One protected sector keeps its bank from mass erase, not the other bank. */
START_TEST(mass_erase_of_a_protected_bank)
{
	use("STM32F429ZI", "opt.OPTCR1=0x0ffe0000");
	unlock();
	erase(MER1 | MER2);
	ck_assert_uint_eq(rd(SR), WRPERR);
	ck_erased("both", 0, 0);
	wr(SR, WRPERR);
	erase(MER1);
	ck_assert_uint_eq(rd(SR), 0);
	ck_erased("bank 1", 0, 0x100000);
}
END_TEST

START_TEST(proprietary_code_is_not_read)
{
	use("STM32F429ZI", "opt.OPTCR=0x8001aaed");
	memset(cells, 0x5a, size);
	ck_assert_uint_eq(rd(FLASH), 0);
	ck_assert_uint_eq(rd(SR), RDERR);
	wr(SR, RDERR);
	ck_assert_uint_eq(rd(FLASH + 0x4000), 0x5a5a5a5a);
	ck_assert_uint_eq(rd(SR), 0);
}
END_TEST

START_TEST(proprietary_code_of_f72)
{
	use("STM32F723IE", "opt.OPTCR2=0x00000002");
	memset(cells, 0x5a, size);
	ck_assert_uint_eq(rd(FLASH), 0x5a5a5a5a);
	ck_assert_uint_eq(rd(FLASH + 0x4000), 0);
	ck_assert_uint_eq(rd(SR), RDERR);
	wr(SR, RDERR);
	unlock();
	erase(SER | 1 << 3);
	ck_assert_uint_eq(rd(SR), WRPERR);
}
END_TEST

/* ---- what the bus sees --------------------------------------------------- */

START_TEST(the_other_bank_can_be_read)
{
	uint64_t start;

	use("STM32F429ZI", NULL);
	unlock();
	wr(CR, SER | 0x10 << 3);
	start = emu_now(&emu);
	wr(CR, SER | 0x10 << 3 | STRT);
	ck_assert_uint_eq(rd(FLASH), 0);
	ck_assert_uint_eq(emu_now(&emu), start);
	ck_assert_uint_eq(rd(SR), BSY);
	/* Not so the bank that works. */
	rd(FLASH + 0x120000);
	ck_assert_uint_gt(emu_now(&emu), start);
	ck_assert_uint_eq(rd(SR), 0);
}
END_TEST

START_TEST(one_bank_blocks_all_of_it)
{
	uint64_t start;

	use("STM32F429ZG", NULL);
	unlock();
	wr(CR, SER | 8 << 3);
	start = emu_now(&emu);
	wr(CR, SER | 8 << 3 | STRT);
	rd(FLASH);
	ck_assert_uint_gt(emu_now(&emu), start);
}
END_TEST

START_TEST(itcm_is_for_reading)
{
	use("STM32F746NG", NULL);
	memset(cells, 0xff, size);
	unlock();
	wr(CR, PG | X32);
	wr(FLASH + 0x40, 0x12345678);
	ck_assert_uint_eq(rd(ITCM + 0x40), 0x12345678);
	wr(ITCM + 0x44, 0);
	ck_assert_uint_eq(emu.faults, 1);
	ck_assert(fake_fired(&emu, "f7-itcm-store"));
	ck_assert_uint_eq(rd(FLASH + 0x44), 0xffffffff);
	ck_assert_uint_eq(rd(SR), 0);
}
END_TEST

static const struct {
	const char *chip;
	uint32_t otp, block, blocks;
} otp_case[] = {
	{ "STM32F407VG", 0x1fff7800, 32, 16 },
	{ "STM32F723IE", 0x1ff07800, 32, 16 },
	{ "STM32F746NG", 0x1ff0f000, 64, 16 },
};

START_TEST(otp_blocks)
{
	__typeof__(otp_case[0]) *c = &otp_case[_i];

	use(c->chip, NULL);
	unlock();
	wr(CR, PG);
	fake_write(&emu, c->otp + c->block * c->blocks + 1, 1, 0x00);
	fake_write(&emu, c->otp + c->block - 1, 1, 0x11);
	fake_write(&emu, c->otp + 2 * c->block, 1, 0x22);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(rd(SR), 0);
	fake_write(&emu, c->otp + c->block, 1, 0x33);
	ck_assert_uint_eq(rd(SR), WRPERR);
	ck_assert_uint_eq(fake_read(&emu, c->otp + c->block - 1, 1), 0x11);
	ck_assert_uint_eq(fake_read(&emu, c->otp + c->block, 1), 0xff);
	ck_assert_uint_eq(fake_read(&emu, c->otp + 2 * c->block, 1), 0x22);
}
END_TEST

/* F7 calls it ERSERR; the bit and what sets it are the same. */
START_TEST(store_without_pg)
{
	use("STM32F767ZI", NULL);
	unlock();
	wr(CR, X32);
	wr(FLASH, 0);
	ck_assert_uint_eq(rd(SR), PGSERR);
	ck_assert(fake_fired(&emu, "f4-store-without-pg"));
}
END_TEST

/* ---- supply -------------------------------------------------------------- */

static const struct {
	const char *vdd;
	uint32_t psize;
	unsigned int width;
	bool weak;
} supply_case[] = {
	{ NULL, X32, 4, false },	{ "vdd=3.3", X32, 4, false },
	{ "vdd=2.7", X32, 4, false },	{ "vdd=2.699", X32, 4, true },
	{ "vdd=2.699", X16, 2, false }, { "vdd=2.1", X16, 2, false },
	{ "vdd=2.09", X16, 2, true },	{ "vdd=2.09", 0, 1, false },
	{ "vdd=1.8", X32, 4, true },	{ "vdd=1.8", 0, 1, false },
};

START_TEST(parallelism_needs_supply)
{
	__typeof__(supply_case[0]) *c = &supply_case[_i];
	uint32_t all = c->width == 4 ? 0xffffffff : (1u << 8 * c->width) - 1;
	unsigned int mixed = 0, i;

	use("STM32F407VG", c->vdd);
	unlock();
	erase(SER | c->psize);
	for (i = 0; i < 0x4000; i++)
		mixed += cells[i] != 0xff;
	ck_assert_msg((mixed > 0x2000) == c->weak, "%s: %u", c->vdd, mixed);
	ck_assert_uint_eq(cells[0x4000], 0);
	ck_assert(fake_fired(&emu, "f4-supply") == c->weak);
	/* No flag says so. */
	ck_assert_uint_eq(rd(SR), 0);
	memset(cells, 0xff, 0x4000);
	wr(CR, PG | c->psize);
	for (i = 0; i < 64; i++)
		fake_write(&emu, FLASH + i * c->width, c->width, 0x5a5a5a5a & all);
	fake_pass(&emu, MS);
	for (mixed = i = 0; i < 64 * c->width; i++)
		mixed += cells[i] != 0x5a;
	ck_assert_msg((mixed > 0) == c->weak, "%s: %u", c->vdd, mixed);
	ck_assert_uint_eq(rd(SR), 0);
}
END_TEST

static const struct {
	const char *variant;
	uint8_t erased, programmed;
} weak_case[] = { { "kept", 0x00, 0xff }, { "done", 0xff, 0x5a } };

START_TEST(weak_operations_by_variant)
{
	__typeof__(weak_case[0]) *c = &weak_case[_i];

	use("STM32F407VG", "vdd=2.0");
	emu.variant_of = "f4-supply";
	emu.variant = c->variant;
	ck_assert_int_eq(emu.dev[0].model->init(&emu.dev[0], NULL), 0);
	/* The second set of stores. */
	for (unsigned int i = 0; i < emu.n_stores; i++)
		if (!strcmp(emu.store[i].name, "FLASH"))
			cells = emu.store[i].bytes;
	memset(cells, 0, 0x4000);
	unlock();
	erase(SER | X32);
	ck_assert_uint_eq(cells[0x100], c->erased);
	memset(cells, 0xff, 0x4000);
	wr(CR, PG | X32);
	wr(FLASH, 0x5a5a5a5a);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(cells[0], c->programmed);
	emu.variant = "nonsense";
	ck_assert_int_lt(emu.dev[0].model->init(&emu.dev[0], NULL), 0);
}
END_TEST

static const struct {
	const char *chip, *vdd;
	bool accepted;
} range_case[] = {
	{ "STM32F407VG", "vdd=1.8", true },  { "STM32F407VG", "vdd=1.79", false },
	{ "STM32F412ZG", "vdd=1.7", true },  { "STM32F412ZG", "vdd=3.6", true },
	{ "STM32F412ZG", "vdd=3.61", false }, { "STM32F746NG", "vdd=3", true },
	{ "STM32F746NG", "vdd=", false },    { "STM32F746NG", "vdd=3V3", false },
	{ "STM32F746NG", "vdd=3.3.", false }, { "STM32F746NG", "vdd=99999999", false },
};

START_TEST(supply_range)
{
	__typeof__(range_case[0]) *c = &range_case[_i];
	static const char *options[2];

	use(c->chip, NULL);
	options[0] = c->vdd;
	emu.options = options;
	ck_assert_msg((emu.dev[0].model->init(&emu.dev[0], NULL) == 0) == c->accepted,
		      "%s", c->vdd);
}
END_TEST

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

int main(void)
{
	Suite *s = suite_create("flash-f4 by facts");
	TCase *t = tcase_create("chips");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_loop_test(t, sectors, 0, COUNT(sector_case));
	tcase_add_loop_test(t, mass_erase_by_bank, 0, COUNT(mass_case));
	tcase_add_test(t, no_second_bank_no_bit);
	tcase_add_test(t, options_change_the_map);
	tcase_add_loop_test(t, write_protection, 0, COUNT(wrp_case));
	tcase_add_test(t, mass_erase_of_a_protected_bank);
	tcase_add_test(t, proprietary_code_is_not_read);
	tcase_add_test(t, proprietary_code_of_f72);
	tcase_add_test(t, the_other_bank_can_be_read);
	tcase_add_test(t, one_bank_blocks_all_of_it);
	tcase_add_test(t, itcm_is_for_reading);
	tcase_add_loop_test(t, otp_blocks, 0, COUNT(otp_case));
	tcase_add_test(t, store_without_pg);
	tcase_add_loop_test(t, parallelism_needs_supply, 0, COUNT(supply_case));
	tcase_add_loop_test(t, weak_operations_by_variant, 0, COUNT(weak_case));
	tcase_add_loop_test(t, supply_range, 0, COUNT(range_case));
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
