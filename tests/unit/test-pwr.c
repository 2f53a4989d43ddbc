/* SPDX-License-Identifier: GPL-2.0-only */
/* Power control, the window watchdog and the random numbers, register by register. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "fake-emu.h"
#include "models.h"

#define PWR  0x58024800u
#define WWDG 0x40002c00u
#define RNG  0x48021800u
#define US   1000ull

static const struct stk_register regs_g4[] = {
	{ .name = "CR1", .offset = 0x00, .reset = 0x200 },
};
static const struct stk_register regs_f4[] = {
	{ .name = "CR", .offset = 0x00, .reset = 0x4000 },
};
static const struct stk_register regs_h7[] = {
	{ .name = "CSR1", .offset = 0x04, .reset = 0x4000 },
	{ .name = "CR3", .offset = 0x0c, .reset = 0x6 },
	{ .name = "D3CR", .offset = 0x18, .reset = 0x4000 },
};
static const struct stk_field fields_cfr[] = { { "W", 0, 7 }, { "WDGTB", 11, 3 } };
static const struct stk_register regs_wwdg[] = {
	{ .name = "CR", .offset = 0x00, .reset = 0x7f },
	{ .name = "CFR", .offset = 0x04, .reset = 0x7f, .fields = fields_cfr, .n_fields = 2 },
};

static const struct stk_fact facts_g4[] = { { "vos_us", 20, "test" } };
static const struct stk_fact facts_f4[] = { { "vos_us", 40, "test" } };
static const struct stk_fact facts_h7[] = {
	{ "supply_bits", 0x7, "test" },
	{ "supply_update", 0x4, "test" },
};
/* With a step-down converter: CR3 bit 2 is its enable, not SCUEN. */
static const struct stk_fact facts_smps[] = { { "supply_bits", 0x3f, "test" } };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BLOCK(fam)                                                                 \
	{                                                                          \
		.name = "PWR", .model = "pwr-" #fam, .base = PWR, .length = 0x400, \
		.registers = regs_##fam, .n_registers = COUNT(regs_##fam),         \
		.facts = facts_##fam, .n_facts = COUNT(facts_##fam)                \
	}
#define CHIP(fam)                                                                   \
	{                                                                           \
		.size = sizeof(struct stk_chip), .name = #fam, .clock_hz = 4096000, \
		.peripherals = blocks_##fam, .n_peripherals = COUNT(blocks_##fam)   \
	}

static const struct stk_peripheral blocks_g4[] = { BLOCK(g4) };
static const struct stk_peripheral blocks_f4[] = { BLOCK(f4) };
static const struct stk_peripheral blocks_h7[] = {
	BLOCK(h7),
	{ .name = "WWDG",
	  .model = "wwdg",
	  .base = WWDG,
	  .length = 0x400,
	  .registers = regs_wwdg,
	  .n_registers = 2 },
	{ .name = "RNG", .model = "rng", .base = RNG, .length = 0x400 },
};
static const struct stk_peripheral blocks_smps[] = {
	{ .name = "PWR", .model = "pwr-h7", .base = PWR, .length = 0x400,
	  .registers = regs_h7, .n_registers = COUNT(regs_h7),
	  .facts = facts_smps, .n_facts = COUNT(facts_smps) },
};
static const struct stk_chip smps = CHIP(smps);
static const struct stk_fact facts_drive[] = { { "od_us", 45, "test" } };
static const struct stk_fact facts_f2[] = { { "vos_us", 0, "test" } };
#define F4_WITH(f)                                                                    \
	{                                                                             \
		.name = "PWR", .model = "pwr-f4", .base = PWR, .length = 0x400,       \
		.registers = regs_f4, .n_registers = 1, .facts = f, .n_facts = 1      \
	}
static const struct stk_peripheral blocks_drive[] = { F4_WITH(facts_drive) };
static const struct stk_peripheral blocks_f2[] = { F4_WITH(facts_f2) };
static const struct stk_chip drive = CHIP(drive), f2 = CHIP(f2);
static const struct stk_chip g4 = CHIP(g4), f4 = CHIP(f4), h7 = CHIP(h7);
static const struct emu_model *const models[] = { &emu_model_pwr_g4, &emu_model_pwr_f4,
						  &emu_model_pwr_h7, &emu_model_wwdg,
						  &emu_model_rng,    NULL };

static struct emu emu;

static void teardown(void)
{
	fake_close(&emu);
}

static uint32_t rd(uint32_t offset)
{
	return fake_read(&emu, PWR + offset, 4);
}

static void wr(uint32_t offset, uint32_t value)
{
	fake_write(&emu, PWR + offset, 4, value);
}

START_TEST(f4_vosrdy)
{
	fake_open(&emu, &f4, models);
	ck_assert_uint_eq(rd(4), 0x4000);
	wr(0, 0);
	ck_assert_uint_eq(rd(4), 0);
	fake_pass(&emu, 40 * US);
	ck_assert_uint_eq(rd(4), 0x4000);
	wr(4, 0x100);
	ck_assert_uint_eq(rd(4), 0x4100);
}
END_TEST

START_TEST(f2_has_one_range)
{
	fake_open(&emu, &f2, models);
	ck_assert_uint_eq(rd(4), 0);
}
END_TEST

/* HAL: ODEN, wait for ODRDY, ODSWEN, wait for ODSWRDY. */
START_TEST(f4_over_drive)
{
	fake_open(&emu, &drive, models);
	wr(0, 0x14000);
	ck_assert_uint_eq(rd(4) & 0x30000, 0);
	fake_pass(&emu, 45 * US);
	ck_assert_uint_eq(rd(4) & 0x30000, 0x10000);
	wr(4, 0);
	wr(0, 0x34000);
	ck_assert_uint_eq(rd(4) & 0x30000, 0x10000);
	fake_pass(&emu, 45 * US);
	ck_assert_uint_eq(rd(4) & 0x30000, 0x30000);
	wr(0, 0x4000);
	fake_pass(&emu, 45 * US);
	ck_assert_uint_eq(rd(4) & 0x30000, 0);
	/* Both at once: one after the other. */
	wr(0, 0x34000);
	fake_pass(&emu, 45 * US);
	ck_assert_uint_eq(rd(4) & 0x30000, 0x10000);
	fake_pass(&emu, 45 * US);
	ck_assert_uint_eq(rd(4) & 0x30000, 0x30000);
	/* ODSWEN alone is nothing. */
	wr(0, 0x24000);
	fake_pass(&emu, 100 * US);
	ck_assert_uint_eq(rd(4) & 0x30000, 0);
}
END_TEST

START_TEST(f4_without_over_drive)
{
	fake_open(&emu, &f4, models);
	wr(0, 0x34000);
	fake_pass(&emu, 1000 * US);
	ck_assert_uint_eq(rd(4) & 0x30000, 0);
}
END_TEST

START_TEST(g4_vosf)
{
	fake_open(&emu, &g4, models);
	ck_assert_uint_eq(rd(0x14) & 0x400, 0);
	wr(0, 0x400);
	ck_assert_uint_eq(rd(0x14) & 0x400, 0x400);
	fake_pass(&emu, 20 * US);
	ck_assert_uint_eq(rd(0x14) & 0x400, 0);
	wr(0x14, 0xffffffff);
	ck_assert_uint_eq(rd(0x14) & 0x400, 0);
}
END_TEST

START_TEST(h7_voltage)
{
	fake_open(&emu, &h7, models);
	ck_assert_uint_eq(rd(0x04), 0x6000);
	ck_assert_uint_eq(rd(0x18), 0x6000);
	wr(0x18, 0xc000);
	ck_assert_uint_eq(rd(0x18), 0xc000);
	ck_assert_uint_eq(rd(0x04), 0x4000);
	fake_pass(&emu, 50 * US);
	ck_assert_uint_eq(rd(0x18), 0xe000);
	ck_assert_uint_eq(rd(0x04), 0xe000);
}
END_TEST

START_TEST(h7_supply_once)
{
	fake_open(&emu, &h7, models);
	ck_assert_uint_eq(rd(0x0c), 6);
	wr(0x0c, 2);
	ck_assert_uint_eq(rd(0x0c), 2);
	ck_assert_uint_eq(rd(0x04) & 0x2000, 0);
	fake_pass(&emu, 50 * US);
	ck_assert_uint_eq(rd(0x04) & 0x2000, 0x2000);
	wr(0x0c, 5);
	ck_assert_uint_eq(rd(0x0c), 2);
	ck_assert(strstr(emu.rules, "h7-supply-once "));
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(0x0c), 2);
	fake_reset(&emu, true);
	ck_assert_uint_eq(rd(0x0c), 6);
}
END_TEST

START_TEST(smps_supply_once)
{
	fake_open(&emu, &smps, models);
	wr(0x0c, 0x106);	/* VBE: not of the supply */
	ck_assert_uint_eq(rd(0x0c), 0x106);
	wr(0x0c, 0x104);
	ck_assert_uint_eq(rd(0x0c), 0x104);
	ck_assert_uint_eq(rd(0x04) & 0x2000, 0);
	wr(0x0c, 0x104);
	ck_assert(!strstr(emu.rules, "h7-supply-once "));
	wr(0x0c, 0x02);
	ck_assert_uint_eq(rd(0x0c), 0x04);
	ck_assert(strstr(emu.rules, "h7-supply-once "));
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(0x0c), 0x04);
	fake_reset(&emu, true);
	ck_assert_uint_eq(rd(0x0c), 0x06);
}
END_TEST

/* One step each 4096 clocks: 1 ms here. */
START_TEST(wwdg_resets)
{
	fake_open(&emu, &h7, models);
	ck_assert_uint_eq(fake_read(&emu, WWDG, 4), 0x7f);
	fake_write(&emu, WWDG, 4, 0x41);
	fake_pass(&emu, 100000 * US);
	ck_assert_uint_eq(fake_read(&emu, WWDG, 4), 0x41);
	fake_write(&emu, WWDG, 4, 0xc2);
	fake_pass(&emu, 1000 * US);
	ck_assert_uint_eq(fake_read(&emu, WWDG, 4), 0xc1);
	fake_write(&emu, WWDG, 4, 0xc2);
	fake_pass(&emu, 2999 * US);
	ck_assert_uint_eq(emu.resets, 0);
	fake_pass(&emu, 1 * US);
	ck_assert_uint_eq(emu.resets, 1);
}
END_TEST

START_TEST(wwdg_prescaler)
{
	fake_open(&emu, &h7, models);
	fake_write(&emu, WWDG + 4, 4, 0x107f);
	fake_write(&emu, WWDG, 4, 0xc0);
	fake_pass(&emu, 3999 * US);
	ck_assert_uint_eq(emu.resets, 0);
	fake_pass(&emu, 1 * US);
	ck_assert_uint_eq(emu.resets, 1);
}
END_TEST

START_TEST(wwdg_window)
{
	fake_open(&emu, &h7, models);
	fake_write(&emu, WWDG + 4, 4, 0x50);
	fake_write(&emu, WWDG, 4, 0xff);
	fake_write(&emu, WWDG, 4, 0xff);
	ck_assert_uint_eq(emu.resets, 1);
}
END_TEST

START_TEST(rng_takes_time)
{
	uint32_t first;

	fake_open(&emu, &h7, models);
	ck_assert_uint_eq(fake_read(&emu, RNG + 8, 4), 0);
	fake_write(&emu, RNG, 4, 4);
	ck_assert_uint_eq(fake_read(&emu, RNG + 4, 4), 0);
	fake_pass(&emu, 1 * US);
	ck_assert_uint_eq(fake_read(&emu, RNG + 4, 4), 1);
	first = fake_read(&emu, RNG + 8, 4);
	ck_assert_uint_eq(fake_read(&emu, RNG + 4, 4), 0);
	fake_pass(&emu, 1 * US);
	ck_assert_uint_ne(fake_read(&emu, RNG + 8, 4), first);
	fake_write(&emu, RNG, 4, 0);
	fake_pass(&emu, 10 * US);
	ck_assert_uint_eq(fake_read(&emu, RNG + 4, 4), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("pwr");
	TCase *t = tcase_create("rules");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_test(t, f4_vosrdy);
	tcase_add_test(t, f2_has_one_range);
	tcase_add_test(t, f4_over_drive);
	tcase_add_test(t, f4_without_over_drive);
	tcase_add_test(t, g4_vosf);
	tcase_add_test(t, h7_voltage);
	tcase_add_test(t, h7_supply_once);
	tcase_add_test(t, smps_supply_once);
	tcase_add_test(t, wwdg_resets);
	tcase_add_test(t, wwdg_prescaler);
	tcase_add_test(t, wwdg_window);
	tcase_add_test(t, rng_takes_time);
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
