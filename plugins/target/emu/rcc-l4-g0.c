/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rcc-l4-g0.c - L4 (RM0351 chapter 6; WB and WL are like it), U0 (RM0503 5),
 * G0 (RM0444 5), C0 (RM0490 6)
 *
 * Start-up times as in rcc-families.c, from DS11585, DS12232, DS13866.
 */
#include "rcc.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* ---- L4 ----------------------------------------------------------------- */

enum { L4_MSI, L4_HSI, L4_HSE, L4_PLL, L4_SAI1, L4_SAI2, L4_HSI48, L4_LSE, L4_LSI };

static const struct emu_rule l4_in_use = {
	"l4-clock-in-use", "manual", "RM0351 6.4.1 MSION, HSION, HSEON, PLLON",
	"a source that clocks the core cannot be switched off: the bit stays set"
};
static const struct emu_rule l4_not_ready = {
	"l4-switch-not-ready", "manual", "RM0351 6.2.8",
	"SW chooses a source that is not ready: the switch waits for it"
};
static const struct emu_rule l4_backup = {
	"l4-backup-locked", "manual", "RM0351 5.1.5, 6.4.29",
	"RCC_BDCR was written while PWR_CR1.DBP is clear: ignored"
};
static const struct emu_rule l4_pll = {
	"l4-pll-running", "manual", "RM0351 6.4.4 to 6.4.6",
	"a PLL's configuration was written while it is on: ignored"
};

static const struct rcc_source l4_sources[] = {
	[L4_MSI] = { 0x00, 0, 1, "msi_us", 3, "msi_base_hz", false, false },
	[L4_HSI] = { 0x00, 8, 10, "hsi_us", 1, "hsi_hz", false, false },
	[L4_HSE] = { 0x00, 16, 17, "hse_us", 2000, "hse_hz", false, false },
	[L4_PLL] = { 0x00, 24, 25, "pll_us", 15, NULL, true, false },
	[L4_SAI1] = { 0x00, 26, 27, "pll_us", 15, NULL, true, false },
	[L4_SAI2] = { 0x00, 28, 29, "pll_us", 15, NULL, true, false },
	[L4_HSI48] = { 0x98, 0, 1, "hsi48_us", 3, NULL, false, false },
	[L4_LSE] = { 0x90, 0, 1, "lse_us", 2000000, NULL, false, true },
	[L4_LSI] = { 0x94, 0, 1, "lsi_us", 80, NULL, false, false },
};

static const struct rcc_frozen l4_frozen[] = {
	{ 0x0c, 0xfe627ff3, L4_PLL, &l4_pll },
	{ 0x10, 0xfe627ff0, L4_SAI1, &l4_pll },
	{ 0x14, 0xfe627ff0, L4_SAI2, &l4_pll },
};

static int l4_input(const struct rcc *rcc, int source)
{
	static const int8_t input[4] = { RCC_NONE, L4_MSI, L4_HSI, L4_HSE };

	return input[rcc->regs[0x0c / 4] & 3];
}

/* The range is MSISRANGE's, which a reset leaves, until MSIRGSEL; WB has neither. */
static uint32_t msi_range(const struct rcc *rcc)
{
	uint32_t cr = rcc->regs[0], csr = rcc->regs[0x94 / 4];
	bool own = cr & 1u << 3 || !emu_field(rcc->dev, "CR", "MSIRGSEL");

	return own ? emu_bits(cr, 4, 4) : emu_bits(csr, 8, 4);
}

static unsigned int msi_divider(const struct rcc *rcc)
{
	static const uint16_t msi[16] = { 960, 480, 240, 120, 96, 48, 24, 12, 6, 4, 3, 2,
					  24,  24,  24,	 24 };

	return msi[msi_range(rcc)];
}

static unsigned int l4_divider(const struct rcc *rcc, int source)
{
	if (source == RCC_NONE)
		return rcc_prescaler(emu_bits(rcc->regs[0x08 / 4], 4, 4));
	return source == L4_MSI ? msi_divider(rcc) : 1;
}

/* R of three bits: WB and WL have the PLL of G0. */
static uint64_t g0_pll_hz(const struct rcc *rcc, uint64_t hz)
{
	uint32_t cfg = rcc->regs[0x0c / 4];

	return hz / (emu_bits(cfg, 4, 3) + 1) * emu_bits(cfg, 8, 7) /
	       (emu_bits(cfg, 29, 3) + 1);
}

static uint64_t l4_pll_hz(const struct rcc *rcc, uint64_t hz)
{
	const struct stk_field *r = emu_field(rcc->dev, "PLLCFGR", "PLLR");

	return r && r->width == 3 ? g0_pll_hz(rcc, hz) : rcc_g4_pll_hz(rcc, hz);
}

const struct rcc_family rcc_family_l4 = {
	.sources = l4_sources,
	.n_sources = COUNT(l4_sources),
	.frozen = l4_frozen,
	.n_frozen = COUNT(l4_frozen),
	.cfgr = 0x08,
	.sw_width = 2,
	.sws_lsb = 2,
	.sw = { L4_MSI, L4_HSI, L4_HSE, L4_PLL },
	.rule_in_use = &l4_in_use,
	.rule_not_ready = &l4_not_ready,
	.rule_backup = &l4_backup,
	.bdcr = 0x90,
	.rstr_first = 0x28,
	.rstr_last = 0x40,
	.enr_delta = 0x20,
	.input = l4_input,
	.pll_hz = l4_pll_hz,
	.divider = l4_divider,
};

/* ---- U0: the sources of L4, the switch of G0 ----------------------------- */

enum { U0_HSI48 = L4_PLL + 1, U0_LSE, U0_LSI };

static const struct rcc_source u0_sources[] = {
	[L4_MSI] = { 0x00, 0, 1, "msi_us", 3, "msi_base_hz", false, false },
	[L4_HSI] = { 0x00, 8, 10, "hsi_us", 1, "hsi_hz", false, false },
	[L4_HSE] = { 0x00, 16, 17, "hse_us", 2000, "hse_hz", false, false },
	[L4_PLL] = { 0x00, 24, 25, "pll_us", 15, NULL, true, false },
	[U0_HSI48] = { 0x98, 0, 1, "hsi48_us", 3, NULL, false, false },
	[U0_LSE] = { 0x90, 0, 1, "lse_us", 2000000, "lse_hz", false, true },
	[U0_LSI] = { 0x94, 0, 1, "lsi_us", 80, "lsi_hz", false, false },
};

static const struct rcc_frozen u0_frozen[] = {
	{ 0x0c, 0xee3e7f73, L4_PLL, &l4_pll },
};

static unsigned int u0_divider(const struct rcc *rcc, int source)
{
	if (source == RCC_NONE)
		return rcc_prescaler(emu_bits(rcc->regs[0x08 / 4], 8, 4));
	return source == L4_MSI ? msi_divider(rcc) : 1;
}

const struct rcc_family rcc_family_u0 = {
	.sources = u0_sources,
	.n_sources = COUNT(u0_sources),
	.frozen = u0_frozen,
	.n_frozen = COUNT(u0_frozen),
	.cfgr = 0x08,
	.sw_width = 3,
	.sws_lsb = 3,
	.sw = { L4_MSI, L4_HSI, L4_HSE, L4_PLL, U0_LSI, U0_LSE, RCC_NONE, RCC_NONE },
	.rule_in_use = &l4_in_use,
	.rule_not_ready = &l4_not_ready,
	.rule_backup = &l4_backup,
	.bdcr = 0x90,
	.rstr_first = 0x28,
	.rstr_last = 0x40,
	.enr_delta = 0x20,
	.input = l4_input,
	.pll_hz = g0_pll_hz,
	.divider = u0_divider,
};

/* ---- G0, C0 ------------------------------------------------------------- */

enum { G0_HSI, G0_HSE, G0_PLL, G0_HSI48, G0_LSE, G0_LSI };

static const struct emu_rule g0_in_use = {
	"g0-clock-in-use", "manual", "RM0444 5.4.1 HSION, HSEON, PLLON; RM0490 5.4.1",
	"a source that clocks the core cannot be switched off: the bit stays set"
};
static const struct emu_rule g0_not_ready = {
	"g0-switch-not-ready", "manual", "RM0444 5.2.7, RM0490 5.2.6",
	"SW chooses a source that is not ready: the switch waits for it"
};
static const struct emu_rule g0_backup = {
	"g0-backup-locked", "manual", "RM0444 4.1.4, 5.4.22",
	"RCC_BDCR was written while PWR_CR1.DBP is clear: ignored"
};
static const struct emu_rule g0_pll = {
	"g0-pll-running", "manual", "RM0444 5.4.4",
	"the PLL's configuration was written while it is on: ignored"
};

static const struct rcc_source g0_sources[] = {
	[G0_HSI] = { 0x00, 8, 10, "hsi_us", 1, "hsi_hz", false, false },
	[G0_HSE] = { 0x00, 16, 17, "hse_us", 2000, "hse_hz", false, false },
	[G0_PLL] = { 0x00, 24, 25, "pll_us", 15, NULL, true, false },
	[G0_HSI48] = { 0x00, 22, 23, "hsi48_us", 3, "hsi48_hz", false, false },
	[G0_LSE] = { 0x5c, 0, 1, "lse_us", 2000000, "lse_hz", false, true },
	[G0_LSI] = { 0x60, 0, 1, "lsi_us", 80, "lsi_hz", false, false },
};

static const struct rcc_frozen g0_frozen[] = {
	{ 0x0c, 0xee3e7f73, G0_PLL, &g0_pll },
};

static int g0_input(const struct rcc *rcc, int source)
{
	static const int8_t input[4] = { RCC_NONE, RCC_NONE, G0_HSI, G0_HSE };

	/* C0 has no PLL. */
	if (!stk_peripheral_register(rcc->dev->facts, "PLLCFGR"))
		return RCC_NONE;
	return input[rcc->regs[0x0c / 4] & 3];
}

/* HSIDIV is between the oscillator and the switch; the PLL has what is before it. */
static unsigned int g0_divider(const struct rcc *rcc, int source)
{
	if (source == RCC_NONE)
		return rcc_prescaler(emu_bits(rcc->regs[0x08 / 4], 8, 4));
	return source == G0_HSI && rcc->system == G0_HSI
		       ? 1u << emu_bits(rcc->regs[0], 11, 3)
		       : 1;
}

#define G0_FAMILY                                                              \
	.sources = g0_sources, .n_sources = COUNT(g0_sources),                 \
	.frozen = g0_frozen, .n_frozen = COUNT(g0_frozen), .cfgr = 0x08,       \
	.sw_width = 3, .sws_lsb = 3, .rule_in_use = &g0_in_use,                \
	.rule_not_ready = &g0_not_ready, .bdcr = 0x5c, .rstr_first = 0x24,     \
	.rstr_last = 0x30, .enr_delta = 0x10, .input = g0_input,               \
	.pll_hz = g0_pll_hz, .divider = g0_divider

const struct rcc_family rcc_family_g0 = {
	G0_FAMILY,
	.rule_backup = &g0_backup,
	.sw = { G0_HSI, G0_HSE, G0_PLL, G0_LSI, G0_LSE, RCC_NONE, RCC_NONE, RCC_NONE },
};

/* No write protection of RCC_CSR1; SW 2 is the USB's oscillator, of C071. */
const struct rcc_family rcc_family_c0 = {
	G0_FAMILY,
	.sw = { G0_HSI, G0_HSE, G0_HSI48, G0_LSI, G0_LSE, RCC_NONE, RCC_NONE, RCC_NONE },
};
