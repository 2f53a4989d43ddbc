/* SPDX-License-Identifier: GPL-2.0-only */
/* Clock control of each family: readiness, switching, what is ignored. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "fake-emu.h"
#include "models.h"

#define RCC  0x40020000u
#define PWR  0x40030000u
#define UART 0x40040000u
#define US   1000ull

/* ---- chips of an RCC, a PWR, and a block with a clock ------------------- */

static const struct stk_register regs_g4[] = {
	{ .name = "CR", .offset = 0x00, .reset = 0x500 },
	{ .name = "CFGR", .offset = 0x08, .reset = 0x5 },
	{ .name = "PLLCFGR", .offset = 0x0c, .reset = 0x1000 },
};
static const struct stk_register regs_f4[] = {
	{ .name = "CR", .offset = 0x00, .reset = 0x83 },
	{ .name = "PLLCFGR", .offset = 0x04, .reset = 0x24003010 },
};
static const struct stk_field fields_cr_f7[] = { { "PLLSAION", 28, 1 } };
static const struct stk_register regs_f7[] = {
	{ .name = "CR", .offset = 0x00, .reset = 0x83, .fields = fields_cr_f7,
	  .n_fields = 1 },
	{ .name = "PLLCFGR", .offset = 0x04, .reset = 0x24003010 },
};
static const struct stk_register regs_h7[] = {
	{ .name = "CR", .offset = 0x00, .reset = 0x03 },
	{ .name = "PLLCKSELR", .offset = 0x28, .reset = 0x02020200 },
	{ .name = "PLL1DIVR", .offset = 0x30, .reset = 0x01010280 },
};
static const struct stk_field cr_l4[] = { { "MSIRGSEL", 3, 1 }, { "MSIRANGE", 4, 4 } };
static const struct stk_register regs_l4[] = {
	{ .name = "CR", .offset = 0x00, .reset = 0x63, .fields = cr_l4, .n_fields = 2 },
	{ .name = "PLLCFGR", .offset = 0x0c, .reset = 0x1000 },
	{ .name = "CSR", .offset = 0x94, .reset = 0x600 },
};
/* WB on the model of L4: no MSIRGSEL, and the PLL of G0. */
static const struct stk_field pllcfgr_wb[] = { { "PLLR", 29, 3 } };
static const struct stk_register regs_wb[] = {
	{ .name = "CR", .offset = 0x00, .reset = 0x61 },
	{ .name = "PLLCFGR", .offset = 0x0c, .fields = pllcfgr_wb, .n_fields = 1 },
	{ .name = "CSR", .offset = 0x94, .reset = 0x600 },
};
static const struct stk_register regs_u0[] = {
	{ .name = "CR", .offset = 0x00, .reset = 0x83 },
};
static const struct stk_register regs_g0[] = {
	{ .name = "CR", .offset = 0x00, .reset = 0x500 },
	{ .name = "PLLCFGR", .offset = 0x0c, .reset = 0x1000 },
};
static const struct stk_register regs_c0[] = {
	{ .name = "CR", .offset = 0x00, .reset = 0x1540 },
};
static const struct stk_register regs_uart[] = {
	{ .name = "WINR", .offset = 0x04, .reset = 0x7f },
};
static const struct stk_fact facts_16m[] = {
	{ "hsi_hz", 16000000, "test" },
	{ "hse_hz", 8000000, "test" },
};
static const struct stk_fact facts_64m[] = {
	{ "hsi_hz", 64000000, "test" },
	{ "hse_hz", 25000000, "test" },
	{ "csi_hz", 4000000, "test" },
	{ "alias_offset", 0x60, "test" },
};
static const struct stk_fact facts_l4[] = {
	{ "msi_base_hz", 96000000, "test" },
	{ "hsi_hz", 16000000, "test" },
	{ "hse_hz", 8000000, "test" },
};
static const struct stk_fact facts_c0[] = {
	{ "hsi_hz", 48000000, "test" },
	{ "hsi48_hz", 48000000, "test" },
	{ "lsi_hz", 32000, "test" },
};
/* H7A3: no second view, enable registers elsewhere. */
static const struct stk_fact facts_h7a[] = {
	{ "hsi_hz", 64000000, "test" },
	{ "enr_offset", 0xb8, "test" },
};
static const struct stk_fact no_crystal[] = {
	{ "hsi_hz", 16000000, "test" },
	{ "hse_hz", 0, "test" },
};
#define CLOCKED(reg, bit)                        \
	{                                        \
		{ "clock_reg", reg, "test" },    \
		{                                \
			"clock_bit", bit, "test" \
		}                                \
	}
static const struct stk_fact uart_g4[] = CLOCKED(0x58, 11), uart_f4[] = CLOCKED(0x40, 11);
static const struct stk_fact uart_g0[] = CLOCKED(0x3c, 11);
static const struct stk_fact uart_h7[] = CLOCKED(0xe8, 11), uart_h7a[] = CLOCKED(0x148, 11);

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define BLOCKS(fam, f, u) BLOCKS_PWR(fam, fam, f, u)
#define BLOCKS_PWR(fam, pwr, f, u)                  \
	{                                           \
		{ .name = "RCC",                    \
		  .model = "rcc-" #fam,             \
		  .base = RCC,                      \
		  .length = 0x400,                  \
		  .registers = regs_##fam,          \
		  .n_registers = COUNT(regs_##fam), \
		  .facts = f,                       \
		  .n_facts = COUNT(f) },            \
			{ .name = "PWR",            \
			  .model = "pwr-" #pwr,     \
			  .base = PWR,              \
			  .length = 0x400 },        \
			{ .name = "WWDG",           \
			  .model = "wwdg",          \
			  .base = UART,             \
			  .length = 0x400,          \
			  .registers = regs_uart,   \
			  .n_registers = 1,         \
			  .facts = u,               \
			  .n_facts = 2 },           \
	}
#define CHIP(fam, hz)                                                          \
	{                                                                      \
		.size = sizeof(struct stk_chip), .name = #fam, .clock_hz = hz, \
		.peripherals = blocks_##fam, .n_peripherals = 3                \
	}

static const struct stk_peripheral blocks_g4[] = BLOCKS(g4, facts_16m, uart_g4);
/* Their PWR is that of G4. */
static const struct stk_peripheral blocks_l4[] = BLOCKS_PWR(l4, g4, facts_l4, uart_g4);
static const struct stk_peripheral blocks_u0[] = BLOCKS_PWR(u0, g4, facts_l4, uart_g4);
static const struct stk_peripheral blocks_wb[] = {
	{ .name = "RCC",
	  .model = "rcc-l4",
	  .base = RCC,
	  .length = 0x400,
	  .registers = regs_wb,
	  .n_registers = COUNT(regs_wb),
	  .facts = facts_l4,
	  .n_facts = COUNT(facts_l4) },
};
static const struct stk_peripheral blocks_g0[] = BLOCKS_PWR(g0, g4, facts_16m, uart_g0);
static const struct stk_peripheral blocks_c0[] = BLOCKS_PWR(c0, g4, facts_c0, uart_g0);
static const struct stk_peripheral blocks_f4[] = BLOCKS(f4, facts_16m, uart_f4);
static const struct stk_peripheral blocks_h7[] = BLOCKS(h7, facts_64m, uart_h7);
static const struct stk_peripheral blocks_h7a[] = BLOCKS(h7, facts_h7a, uart_h7a);
static const struct stk_peripheral dry[] = {
	{ .name = "RCC",
	  .model = "rcc-f4",
	  .base = RCC,
	  .length = 0x400,
	  .registers = regs_f4,
	  .n_registers = COUNT(regs_f4),
	  .facts = no_crystal,
	  .n_facts = COUNT(no_crystal) },
};
static const struct stk_chip g4 = CHIP(g4, 16000000), f4 = CHIP(f4, 16000000);
static const struct stk_chip h7 = CHIP(h7, 64000000), h7a = CHIP(h7a, 64000000);
static const struct stk_chip l4 = CHIP(l4, 4000000), g0 = CHIP(g0, 16000000);
static const struct stk_chip c0 = CHIP(c0, 12000000), u0 = CHIP(u0, 4000000);
static const struct stk_chip wb = {
	.size = sizeof(struct stk_chip),
	.name = "wb",
	.clock_hz = 4000000,
	.peripherals = blocks_wb,
	.n_peripherals = 1,
};
static const struct stk_chip f4_dry = {
	.size = sizeof(struct stk_chip),
	.name = "dry",
	.clock_hz = 16000000,
	.peripherals = dry,
	.n_peripherals = 1,
};
/* F7 is F4 with one more PLL, as some F4 are. */
static const struct stk_peripheral blocks_f7[] = {
	{ .name = "RCC", .model = "rcc-f4", .base = RCC, .length = 0x400,
	  .registers = regs_f7, .n_registers = COUNT(regs_f7), .facts = facts_16m,
	  .n_facts = COUNT(facts_16m) },
};
static const struct stk_chip f7 = {
	.size = sizeof(struct stk_chip), .name = "f7", .clock_hz = 16000000,
	.peripherals = blocks_f7, .n_peripherals = 1,
};
static const struct emu_model *const models[] = { &emu_model_rcc_g4, &emu_model_rcc_f4,
						  &emu_model_rcc_h7, &emu_model_rcc_l4,
						  &emu_model_rcc_g0, &emu_model_rcc_c0,
						  &emu_model_rcc_u0,
						  &emu_model_pwr_g4,
						  &emu_model_pwr_f4, &emu_model_pwr_h7,
						  &emu_model_wwdg,   NULL };

static struct emu emu;

static void teardown(void)
{
	fake_close(&emu);
}

static uint32_t rd(uint32_t offset)
{
	return fake_read(&emu, RCC + offset, 4);
}

static void wr(uint32_t offset, uint32_t value)
{
	fake_write(&emu, RCC + offset, 4, value);
}

/* ---- each oscillator and PLL -------------------------------------------- */

static const struct {
	const char *what;
	const struct stk_chip *chip;
	uint32_t offset, on, ready;
	uint64_t us;
} source_case[] = {
	{ "G4 HSE", &g4, 0x00, 1u << 16, 1u << 17, 1000 },
	{ "G4 HSI48", &g4, 0x98, 1, 2, 3 },
	{ "G4 LSI", &g4, 0x94, 1, 2, 130 },
	{ "L4 HSI", &l4, 0x00, 1u << 8, 1u << 10, 1 },
	{ "L4 PLL on nothing", &l4, 0x00, 1u << 24, 0, 15 },
	{ "L4 HSI48", &l4, 0x98, 1, 2, 3 },
	{ "G0 HSI48", &g0, 0x00, 1u << 22, 1u << 23, 3 },
	{ "G0 LSI", &g0, 0x60, 1, 2, 80 },
	{ "C0 HSE", &c0, 0x00, 1u << 16, 1u << 17, 2000 },
	{ "C0 has no PLL", &c0, 0x00, 1u << 24, 0, 15 },
	{ "F4 HSE", &f4, 0x00, 1u << 16, 1u << 17, 2000 },
	{ "F4 PLL on HSI", &f4, 0x00, 1u << 24, 1u << 25, 100 },
	{ "F4 PLLI2S on HSI", &f4, 0x00, 1u << 26, 1u << 27, 100 },
	{ "F7 PLLSAI on HSI", &f7, 0x00, 1u << 28, 1u << 29, 100 },
	{ "F4 LSI", &f4, 0x74, 1, 2, 15 },
	{ "H7 CSI", &h7, 0x00, 1u << 7, 1u << 8, 1 },
	{ "H7 HSI48", &h7, 0x00, 1u << 12, 1u << 13, 3 },
	{ "H7 HSE", &h7, 0x00, 1u << 16, 1u << 17, 2000 },
	{ "H7 PLL1 on HSI", &h7, 0x00, 1u << 24, 1u << 25, 100 },
	{ "H7 PLL2 on HSI", &h7, 0x00, 1u << 26, 1u << 27, 100 },
	{ "H7 PLL3 on HSI", &h7, 0x00, 1u << 28, 1u << 29, 100 },
};

START_TEST(ready_follows_enable_in_time)
{
	__typeof__(source_case[0]) *c = &source_case[_i];
	uint32_t old;

	fake_open(&emu, c->chip, models);
	old = rd(c->offset);
	wr(c->offset, old | c->on | c->ready);
	ck_assert_msg(rd(c->offset) == (old | c->on), "%s", c->what);
	fake_pass(&emu, c->us * US - 1);
	ck_assert_msg(rd(c->offset) == (old | c->on), "%s", c->what);
	fake_pass(&emu, 1);
	ck_assert_msg(rd(c->offset) == (old | c->on | c->ready), "%s", c->what);
	wr(c->offset, old);
	ck_assert_msg(rd(c->offset) == old, "%s", c->what);
}
END_TEST

START_TEST(no_pllsai_without_the_field)
{
	fake_open(&emu, &f4, models);
	wr(0x00, 1u << 28 | 0x83);
	fake_pass(&emu, 1000 * US);
	ck_assert_uint_eq(rd(0x00) & 1u << 29, 0);
}
END_TEST

START_TEST(no_crystal_no_hse)
{
	fake_open(&emu, &f4_dry, models);
	wr(0x00, 0x10083);
	fake_pass(&emu, 1000000 * US);
	ck_assert_uint_eq(rd(0x00), 0x10083);
}
END_TEST

/* ---- the system clock --------------------------------------------------- */

/* A PLL on HSE, started together: the PLL waits for its input. */
START_TEST(f4_168_mhz)
{
	fake_open(&emu, &f4, models);
	wr(0x04, 0x07405408);
	wr(0x08, 0x2);
	ck_assert_uint_eq(rd(0x08), 0x2);
	ck_assert(fake_fired(&emu, "f4-switch-not-ready"));
	wr(0x00, 0x01010083);
	fake_pass(&emu, 2000 * US);
	ck_assert_uint_eq(rd(0x00), 0x01030083);
	ck_assert_uint_eq(emu.hz, 16000000);
	fake_pass(&emu, 100 * US);
	ck_assert_uint_eq(rd(0x00), 0x03030083);
	ck_assert_uint_eq(rd(0x08), 0xa);
	ck_assert_uint_eq(emu.hz, 168000000);
	wr(0x08, 0x82);
	ck_assert_uint_eq(emu.hz, 84000000);
	fake_reset(&emu, false);
	ck_assert_uint_eq(emu.hz, 16000000);
	ck_assert_uint_eq(rd(0x08), 0);
}
END_TEST

START_TEST(g4_170_mhz)
{
	fake_open(&emu, &g4, models);
	ck_assert_uint_eq(rd(0x08), 0x5);
	wr(0x0c, 0x01005532);
	wr(0x00, 0x01000500);
	fake_pass(&emu, 100 * US);
	wr(0x08, 0x3);
	ck_assert_uint_eq(rd(0x08), 0xf);
	ck_assert_uint_eq(emu.hz, 170000000);
	wr(0x08, 0x93);
	ck_assert_uint_eq(emu.hz, 42500000);
}
END_TEST

/* MSI's range by CR once MSIRGSEL is set, the PLL on MSI, and back. */
START_TEST(l4_80_mhz)
{
	fake_open(&emu, &l4, models);
	ck_assert_uint_eq(emu.hz, 4000000);
	wr(0x00, 0xb3);
	ck_assert_uint_eq(emu.hz, 4000000);
	wr(0x00, 0xbb);
	ck_assert_uint_eq(emu.hz, 48000000);
	wr(0x00, 0x6b);
	wr(0x0c, 0x01002801);
	wr(0x00, 0x0100006b);
	fake_pass(&emu, 15 * US);
	wr(0x08, 0x3);
	ck_assert_uint_eq(rd(0x08), 0xf);
	ck_assert_uint_eq(emu.hz, 80000000);
	wr(0x00, 0x01000068);
	ck_assert(fake_fired(&emu, "l4-clock-in-use"));
}
END_TEST

/* HSI / 1 * 8 / 2, then HSIDIV without the PLL. */
START_TEST(g0_64_mhz)
{
	fake_open(&emu, &g0, models);
	wr(0x0c, 0x30000802);
	wr(0x00, 0x01000500);
	fake_pass(&emu, 15 * US);
	wr(0x08, 0x2);
	ck_assert_uint_eq(rd(0x08), 0x12);
	ck_assert_uint_eq(emu.hz, 64000000);
	wr(0x08, 0x0);
	wr(0x00, 0x01001500);
	ck_assert_uint_eq(emu.hz, 4000000);
	wr(0x08, 0x900);
	ck_assert_uint_eq(emu.hz, 1000000);
}
END_TEST

/* MSI 4 MHz * 32 / 2; without MSIRGSEL the range is CR's at once. */
START_TEST(wb_64_mhz)
{
	fake_open(&emu, &wb, models);
	ck_assert_uint_eq(emu.hz, 4000000);
	wr(0x00, 0x71);
	fake_pass(&emu, 3 * US);
	ck_assert_uint_eq(emu.hz, 8000000);
	wr(0x00, 0x61);
	wr(0x0c, 0x30002001);
	wr(0x00, 0x01000061);
	fake_pass(&emu, 15 * US);
	wr(0x08, 0x3);
	ck_assert_uint_eq(rd(0x08), 0xf);
	ck_assert_uint_eq(emu.hz, 64000000);
}
END_TEST

/* The switch of G0: three bits, and HPRE elsewhere. */
START_TEST(u0_56_mhz)
{
	fake_open(&emu, &u0, models);
	wr(0x0c, 0x30000702);
	wr(0x00, 0x01000183);
	fake_pass(&emu, 20 * US);
	wr(0x08, 0x3);
	ck_assert_uint_eq(rd(0x08), 0x1b);
	ck_assert_uint_eq(emu.hz, 56000000);
	wr(0x08, 0x803);
	ck_assert_uint_eq(emu.hz, 28000000);
}
END_TEST

START_TEST(c0_48_mhz)
{
	fake_open(&emu, &c0, models);
	ck_assert_uint_eq(emu.hz, 12000000);
	wr(0x00, 0x00000500);
	ck_assert_uint_eq(emu.hz, 48000000);
	wr(0x08, 0x2);
	ck_assert(fake_fired(&emu, "g0-switch-not-ready"));
	wr(0x00, 0x00400500);
	fake_pass(&emu, 3 * US);
	ck_assert_uint_eq(rd(0x08), 0x12);
	/* Nothing locks the RTC's register. */
	wr(0x5c, 1);
	ck_assert_uint_eq(rd(0x5c), 1);
}
END_TEST

START_TEST(h7_400_mhz)
{
	fake_open(&emu, &h7, models);
	ck_assert_uint_eq(rd(0x00), 0x0000c027);
	/* HSE 25 MHz / 5 * 160 / 2 */
	wr(0x28, 0x02020052);
	wr(0x30, 0x0101029f);
	wr(0x00, 0x0101c027);
	fake_pass(&emu, 2100 * US);
	wr(0x10, 0x3);
	ck_assert_uint_eq(rd(0x10), 0x1b);
	ck_assert_uint_eq(emu.hz, 400000000);
	wr(0x18, 0x800);
	ck_assert_uint_eq(emu.hz, 200000000);
}
END_TEST

START_TEST(h7_hsidiv)
{
	fake_open(&emu, &h7, models);
	wr(0x00, rd(0x00) | 2 << 3);
	ck_assert_uint_eq(emu.hz, 16000000);
}
END_TEST

START_TEST(clock_in_use_stays_on)
{
	fake_open(&emu, &f4, models);
	wr(0x00, 0x80);
	ck_assert_uint_eq(rd(0x00), 0x83);
	ck_assert(fake_fired(&emu, "f4-clock-in-use"));
	/* Behind the PLL as well. */
	wr(0x00, 0x01000083);
	fake_pass(&emu, 100 * US);
	wr(0x08, 0x2);
	wr(0x00, 0x00000080);
	ck_assert_uint_eq(rd(0x00), 0x03000083);
}
END_TEST

static const struct {
	const char *what;
	const struct stk_chip *chip;
	uint32_t cr, offset, flip, ignored;
	const char *rule;
} frozen_case[] = {
	{ "F4 PLLCFGR", &f4, 1u << 24, 0x04, 0x0f437fff, 0x0f437fff, "f4-pll-running" },
	{ "F7 PLLSAICFGR", &f7, 1u << 28, 0x88, 0x7fc0, 0x7fc0, "f4-pll-running" },
	{ "F4 PLLI2SCFGR, PLL on", &f4, 1u << 24, 0x84, 0x70007fc0, 0, NULL },
	{ "G4 PLLN", &g4, 1u << 24, 0x0c, 0x7f00, 0x7f00, "g4-pll-running" },
	{ "G4 PLLREN", &g4, 1u << 24, 0x0c, 1u << 24, 0, NULL },
	{ "L4 PLLN", &l4, 1u << 24, 0x0c, 0x7f00, 0x7f00, "l4-pll-running" },
	{ "L4 PLLSAI1N, PLL on", &l4, 1u << 24, 0x10, 0x7f00, 0, NULL },
	{ "G0 PLLR", &g0, 1u << 24, 0x0c, 0xe0000000, 0xe0000000, "g0-pll-running" },
	{ "G0 PLLREN", &g0, 1u << 24, 0x0c, 1u << 28, 0, NULL },
	{ "H7 DIVM1", &h7, 1u << 24, 0x28, 0x3f0, 0x3f0, "h7-pll-running" },
	{ "H7 DIVM2, PLL1 on", &h7, 1u << 24, 0x28, 0x3f000, 0, NULL },
	{ "H7 source, PLL3 on", &h7, 1u << 28, 0x28, 3, 3, "h7-pll-running" },
	{ "H7 DIVN1", &h7, 1u << 24, 0x30, 0x1ff, 0x1ff, "h7-pll-running" },
};

START_TEST(running_pll_keeps_its_configuration)
{
	__typeof__(frozen_case[0]) *c = &frozen_case[_i];
	uint32_t old;

	fake_open(&emu, c->chip, models);
	wr(0x00, rd(0x00) | c->cr);
	old = rd(c->offset);
	wr(c->offset, old ^ c->flip);
	ck_assert_msg(rd(c->offset) == (old ^ c->flip ^ c->ignored), "%s", c->what);
	ck_assert_msg(!c->rule || fake_fired(&emu, c->rule), "%s", c->what);
	wr(0x00, rd(0x00) & ~c->cr);
	wr(c->offset, old ^ c->flip);
	ck_assert_msg(rd(c->offset) == (old ^ c->flip), "%s", c->what);
}
END_TEST

/* ---- backup domain, peripheral resets, aliases -------------------------- */

START_TEST(backup_domain_needs_dbp)
{
	fake_open(&emu, &f4, models);
	wr(0x70, 1);
	ck_assert_uint_eq(rd(0x70), 0);
	ck_assert(fake_fired(&emu, "f4-backup-locked"));
	fake_write(&emu, PWR, 4, 0x100);
	wr(0x70, 1);
	fake_pass(&emu, 2000000 * US);
	ck_assert_uint_eq(rd(0x70), 3);
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(0x70) & 1, 1);
	fake_reset(&emu, true);
	ck_assert_uint_eq(rd(0x70), 0);
}
END_TEST

static const struct {
	const char *what;
	const struct stk_chip *chip;
	uint32_t rstr;
} rstr_case[] = {
	{ "G4 APB1RSTR1", &g4, 0x38 },
	{ "L4 APB1RSTR1", &l4, 0x38 },
	{ "G0 APBRSTR1", &g0, 0x2c },
	{ "C0 APBRSTR1", &c0, 0x2c },
	{ "F4 APB1RSTR", &f4, 0x20 },
	{ "H7 APB1LRSTR", &h7, 0x90 },
	{ "H7A APB1LRSTR", &h7a, 0x90 },
};

START_TEST(reset_bit_resets_the_peripheral)
{
	__typeof__(rstr_case[0]) *c = &rstr_case[_i];

	fake_open(&emu, c->chip, models);
	fake_write(&emu, UART + 4, 4, 0x41);
	wr(c->rstr, 1u << 10);
	ck_assert_msg(fake_read(&emu, UART + 4, 4) == 0x41, "%s", c->what);
	wr(c->rstr, 1u << 11);
	ck_assert_msg(fake_read(&emu, UART + 4, 4) == 0x7f, "%s", c->what);
	wr(c->rstr, 0);
	ck_assert_uint_eq(rd(c->rstr), 0);
}
END_TEST

START_TEST(h7_core_view_of_enables)
{
	fake_open(&emu, &h7, models);
	wr(0x134, 0x4000);
	ck_assert_uint_eq(rd(0xd4), 0x4000);
	ck_assert_uint_eq(rd(0x134), 0x4000);
}
END_TEST

/* The same offsets where the facts tell of no second view: registers of their own. */
START_TEST(h7a_enables_are_elsewhere)
{
	fake_open(&emu, &h7a, models);
	wr(0x134, 0x4000);
	ck_assert_uint_eq(rd(0x134), 0x4000);
	ck_assert_uint_eq(rd(0xd4), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("rcc");
	TCase *t = tcase_create("rules");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_loop_test(t, ready_follows_enable_in_time, 0, COUNT(source_case));
	tcase_add_test(t, no_pllsai_without_the_field);
	tcase_add_test(t, no_crystal_no_hse);
	tcase_add_test(t, f4_168_mhz);
	tcase_add_test(t, g4_170_mhz);
	tcase_add_test(t, l4_80_mhz);
	tcase_add_test(t, g0_64_mhz);
	tcase_add_test(t, wb_64_mhz);
	tcase_add_test(t, u0_56_mhz);
	tcase_add_test(t, c0_48_mhz);
	tcase_add_test(t, h7_400_mhz);
	tcase_add_test(t, h7_hsidiv);
	tcase_add_test(t, clock_in_use_stays_on);
	tcase_add_loop_test(t, running_pll_keeps_its_configuration, 0, COUNT(frozen_case));
	tcase_add_test(t, backup_domain_needs_dbp);
	tcase_add_loop_test(t, reset_bit_resets_the_peripheral, 0, COUNT(rstr_case));
	tcase_add_test(t, h7_core_view_of_enables);
	tcase_add_test(t, h7a_enables_are_elsewhere);
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
