/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rcc-families.c - G4 (RM0440 chapter 7), F2, F4, F7 (RM0090 6, 7; RM0385 5), H7
 * (RM0433 8)
 *
 * Start-up times are those of the data sheets DS12589, DS8626, DS12110:
 * typical, or the range's middle. The 32 kHz crystal takes seconds.
 */
#include "rcc.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- G4 ----------------------------------------------------------------- */

enum { G4_HSI, G4_HSE, G4_PLL, G4_HSI48, G4_LSE, G4_LSI };

static const struct emu_rule g4_in_use = {
	"g4-clock-in-use", "manual", "RM0440 7.4.1 HSION, HSEON, PLLON",
	"a source that clocks the core cannot be switched off: the bit stays set"
};
static const struct emu_rule g4_not_ready = {
	"g4-switch-not-ready", "manual", "RM0440 7.2.7",
	"SW chooses a source that is not ready: the switch waits for it"
};
static const struct emu_rule g4_backup = {
	"g4-backup-locked", "manual", "RM0440 6.1.5, 7.4.26",
	"RCC_BDCR was written while PWR_CR1.DBP is clear: ignored"
};
static const struct emu_rule g4_pll = {
	"g4-pll-running", "manual", "RM0440 7.4.4",
	"the PLL's configuration was written while it is on: ignored"
};

static const struct rcc_source g4_sources[] = {
	[G4_HSI] = { 0x00, 8, 10, "hsi_us", 1, "hsi_hz", false, false },
	[G4_HSE] = { 0x00, 16, 17, "hse_us", 1000, "hse_hz", false, false },
	[G4_PLL] = { 0x00, 24, 25, "pll_us", 100, NULL, true, false },
	[G4_HSI48] = { 0x98, 0, 1, "hsi48_us", 3, NULL, false, false },
	[G4_LSE] = { 0x90, 0, 1, "lse_us", 2000000, NULL, false, true },
	[G4_LSI] = { 0x94, 0, 1, "lsi_us", 130, NULL, false, false },
};

/* Source, M, N, P, R, Q and PDIV; the output enables may change. */
static const struct rcc_frozen g4_frozen[] = {
	{ 0x0c, 0xfe627ff3, G4_PLL, &g4_pll },
};

static int g4_input(const struct rcc *rcc, int source)
{
	static const int8_t input[4] = { RCC_NONE, RCC_NONE, G4_HSI, G4_HSE };

	return input[rcc->regs[0x0c / 4] & 3];
}

uint64_t rcc_g4_pll_hz(const struct rcc *rcc, uint64_t hz)
{
	uint32_t cfg = rcc->regs[0x0c / 4];

	return hz / (emu_bits(cfg, 4, 4) + 1) * emu_bits(cfg, 8, 7) /
	       (2 * emu_bits(cfg, 25, 2) + 2);
}

static unsigned int g4_divider(const struct rcc *rcc, int source)
{
	return source == RCC_NONE ? rcc_prescaler(emu_bits(rcc->regs[0x08 / 4], 4, 4)) : 1;
}

const struct rcc_family rcc_family_g4 = {
	.sources = g4_sources,
	.n_sources = COUNT(g4_sources),
	.frozen = g4_frozen,
	.n_frozen = COUNT(g4_frozen),
	.cfgr = 0x08,
	.sw_width = 2,
	.sws_lsb = 2,
	.sw = { RCC_NONE, G4_HSI, G4_HSE, G4_PLL },
	.rule_in_use = &g4_in_use,
	.rule_not_ready = &g4_not_ready,
	.rule_backup = &g4_backup,
	.bdcr = 0x90,
	.rstr_first = 0x28,
	.rstr_last = 0x40,
	.enr_delta = 0x20,
	.input = g4_input,
	.pll_hz = rcc_g4_pll_hz,
	.divider = g4_divider,
};

/* ---- F4 ----------------------------------------------------------------- */

enum { F4_HSI, F4_HSE, F4_PLL, F4_PLLI2S, F4_PLLSAI, F4_LSE, F4_LSI };

static const struct emu_rule f4_in_use = {
	"f4-clock-in-use", "manual", "RM0090 7.3.1 HSION, HSEON, PLLON",
	"a source that clocks the core cannot be switched off: the bit stays set"
};
static const struct emu_rule f4_not_ready = {
	"f4-switch-not-ready", "manual", "RM0090 7.2.6",
	"SW chooses a source that is not ready: the switch waits for it"
};
static const struct emu_rule f4_backup = {
	"f4-backup-locked", "manual", "RM0090 5.1.2, 7.3.20",
	"RCC_BDCR was written while PWR_CR.DBP is clear: ignored"
};
static const struct emu_rule f4_pll = {
	"f4-pll-running", "manual", "RM0090 7.3.2, 7.3.23",
	"a PLL's configuration was written while it is on: ignored"
};

static const struct rcc_source f4_sources[] = {
	[F4_HSI] = { 0x00, 0, 1, "hsi_us", 2, "hsi_hz", false, false },
	[F4_HSE] = { 0x00, 16, 17, "hse_us", 2000, "hse_hz", false, false },
	[F4_PLL] = { 0x00, 24, 25, "pll_us", 100, NULL, true, false },
	[F4_PLLI2S] = { 0x00, 26, 27, "pll_us", 100, NULL, true, false },
	[F4_PLLSAI] = { 0x00, 28, 29, "pll_us", 100, NULL, true, false, "PLLSAION" },
	[F4_LSE] = { 0x70, 0, 1, "lse_us", 2000000, NULL, false, true },
	[F4_LSI] = { 0x74, 0, 1, "lsi_us", 15, NULL, false, false },
};

static const struct rcc_frozen f4_frozen[] = {
	{ 0x04, 0x7f437fff, F4_PLL, &f4_pll },
	{ 0x84, 0x7f037fff, F4_PLLI2S, &f4_pll },
	{ 0x88, 0x7f037fff, F4_PLLSAI, &f4_pll },
};

static int f4_input(const struct rcc *rcc, int source)
{
	return rcc->regs[0x04 / 4] >> 22 & 1 ? F4_HSE : F4_HSI;
}

/* M below 2 and N below 2 are wrong configurations: no clock. */
static uint64_t f4_pll_hz(const struct rcc *rcc, uint64_t hz)
{
	uint32_t cfg = rcc->regs[0x04 / 4], m = emu_bits(cfg, 0, 6);

	return m < 2 ? 0 : hz / m * emu_bits(cfg, 6, 9) / (2 * emu_bits(cfg, 16, 2) + 2);
}

static unsigned int f4_divider(const struct rcc *rcc, int source)
{
	return source == RCC_NONE ? rcc_prescaler(emu_bits(rcc->regs[0x08 / 4], 4, 4)) : 1;
}

const struct rcc_family rcc_family_f4 = {
	.sources = f4_sources,
	.n_sources = COUNT(f4_sources),
	.frozen = f4_frozen,
	.n_frozen = COUNT(f4_frozen),
	.cfgr = 0x08,
	.sw_width = 2,
	.sws_lsb = 2,
	.sw = { F4_HSI, F4_HSE, F4_PLL, RCC_NONE },
	.rule_in_use = &f4_in_use,
	.rule_not_ready = &f4_not_ready,
	.rule_backup = &f4_backup,
	.bdcr = 0x70,
	.rstr_first = 0x10,
	.rstr_last = 0x24,
	.enr_delta = 0x20,
	.input = f4_input,
	.pll_hz = f4_pll_hz,
	.divider = f4_divider,
};

/* ---- H7 ----------------------------------------------------------------- */

enum { H7_HSI, H7_CSI, H7_HSI48, H7_HSE, H7_PLL1, H7_PLL2, H7_PLL3, H7_LSE, H7_LSI };

static const struct emu_rule h7_in_use = {
	"h7-clock-in-use", "manual", "RM0433 8.7.2 HSION, HSEON, PLL1ON",
	"a source that clocks the core cannot be switched off: the bit stays set"
};
static const struct emu_rule h7_not_ready = {
	"h7-switch-not-ready", "manual", "RM0433 8.5.5",
	"SW chooses a source that is not ready: the switch waits for it"
};
static const struct emu_rule h7_backup = {
	"h7-backup-locked", "manual", "RM0433 6.4.4, 8.7.28",
	"RCC_BDCR was written while PWR_CR1.DBP is clear: ignored"
};
static const struct emu_rule h7_pll = {
	"h7-pll-running", "manual", "RM0433 8.7.11 to 8.7.18",
	"a PLL's configuration was written while it is on: ignored"
};

static const struct rcc_source h7_sources[] = {
	[H7_HSI] = { 0x00, 0, 2, "hsi_us", 2, "hsi_hz", false, false },
	[H7_CSI] = { 0x00, 7, 8, "csi_us", 1, "csi_hz", false, false },
	[H7_HSI48] = { 0x00, 12, 13, "hsi48_us", 3, NULL, false, false },
	[H7_HSE] = { 0x00, 16, 17, "hse_us", 2000, "hse_hz", false, false },
	[H7_PLL1] = { 0x00, 24, 25, "pll_us", 100, NULL, true, false },
	[H7_PLL2] = { 0x00, 26, 27, "pll_us", 100, NULL, true, false },
	[H7_PLL3] = { 0x00, 28, 29, "pll_us", 100, NULL, true, false },
	[H7_LSE] = { 0x70, 0, 1, "lse_us", 2000000, NULL, false, true },
	[H7_LSI] = { 0x74, 0, 1, "lsi_us", 80, NULL, false, false },
};

/* PLLCKSELR: source with any PLL on, DIVM of each; PLLxDIVR but for PLLxFRACR. */
static const struct rcc_frozen h7_frozen[] = {
	{ 0x28, 0x000003f3, H7_PLL1, &h7_pll }, { 0x28, 0x0003f003, H7_PLL2, &h7_pll },
	{ 0x28, 0x03f00003, H7_PLL3, &h7_pll }, { 0x30, 0x7f7fffff, H7_PLL1, &h7_pll },
	{ 0x38, 0x7f7fffff, H7_PLL2, &h7_pll }, { 0x40, 0x7f7fffff, H7_PLL3, &h7_pll },
};

static int h7_input(const struct rcc *rcc, int source)
{
	static const int8_t input[4] = { H7_HSI, H7_CSI, H7_HSE, RCC_NONE };
	static const uint8_t divm[3] = { 4, 12, 20 };
	uint32_t ckselr = rcc->regs[0x28 / 4];

	/* DIVM 0: the prescaler is off. */
	if (!emu_bits(ckselr, divm[source - H7_PLL1], 6))
		return RCC_NONE;
	return input[ckselr & 3];
}

static uint64_t h7_pll_hz(const struct rcc *rcc, uint64_t hz)
{
	uint32_t divm = emu_bits(rcc->regs[0x28 / 4], 4, 6), divr = rcc->regs[0x30 / 4];

	return divm ? hz / divm * (emu_bits(divr, 0, 9) + 1) / (emu_bits(divr, 9, 7) + 1)
		    : 0;
}

/* HSIDIV; D1CPRE between the system clock and the core. */
static unsigned int h7_divider(const struct rcc *rcc, int source)
{
	if (source == RCC_NONE)
		return rcc_prescaler(emu_bits(rcc->regs[0x18 / 4], 8, 4));
	return source == H7_HSI ? 1u << emu_bits(rcc->regs[0], 3, 2) : 1;
}

const struct rcc_family rcc_family_h7 = {
	.sources = h7_sources,
	.n_sources = COUNT(h7_sources),
	.frozen = h7_frozen,
	.n_frozen = COUNT(h7_frozen),
	.cr_ones = 0x0000c020, /* D2CKRDY, D1CKRDY, HSIDIVF */
	.cfgr = 0x10,
	.sw_width = 3,
	.sws_lsb = 3,
	.sw = { H7_HSI, H7_CSI, H7_HSE, H7_PLL1, RCC_NONE, RCC_NONE, RCC_NONE, RCC_NONE },
	.rule_in_use = &h7_in_use,
	.rule_not_ready = &h7_not_ready,
	.rule_backup = &h7_backup,
	.bdcr = 0x70,
	.rstr_first = 0x7c,
	.rstr_last = 0x9c,
	.enr_delta = 0x58,
	/* RCC_C1_RSR to RCC_C1_APB4LPENR: the core's own view of 0xD0 and on. */
	.alias_first = 0x130,
	.alias_end = 0x180,
	.input = h7_input,
	.pll_hz = h7_pll_hz,
	.divider = h7_divider,
};
