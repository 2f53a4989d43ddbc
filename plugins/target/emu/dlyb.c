/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dlyb.c - delay block: a line of twelve cells that samples the clock
 *
 * Software tunes it by looking for the UNIT delay with which the line holds
 * just one period (LNG), then selects a phase. The delay of a cell is the
 * model's choice; what LNG means is the manual's.
 */
#include "models.h"

#define DLYB_CR		0x0u
#define DLYB_CFGR	0x4u

#define CR_SEN		2u
#define CR_MASK		3u
#define CFGR_LNGF	0x80000000u
#define CFGR_MASK	0x00007f0fu	/* UNIT, SEL */
#define CELLS		12u
#define CELL_PS		35u	/* of one unit step; basis: assumed */

/* One bit a cell: the level of the clock that many delays ago. */
static uint32_t sample(const struct emu_dev *dev, unsigned int unit)
{
	uint64_t hz = emu_fact(dev, "kernel_hz", emu_clock(dev->emu));
	uint64_t period_ps = 1000000000000ull / hz, cell_ps = (unit + 1) * CELL_PS;
	uint32_t lng = 0;

	for (unsigned int i = 0; i < CELLS; i++)
		if ((i + 1) * cell_ps % period_ps < period_ps / 2)
			lng |= 1u << i;
	return lng;
}

static void dlyb_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
		       uint32_t value, bool debug)
{
	uint32_t *cr = &dev->regs[DLYB_CR / 4], *cfgr = &dev->regs[DLYB_CFGR / 4];
	uint32_t old = *cfgr;

	emu_reg_write(dev, offset, width, value);
	*cr &= CR_MASK;
	/* SEL and UNIT can change only while the sampler is enabled. */
	*cfgr = (*cr & CR_SEN ? *cfgr : old) & CFGR_MASK;
	if (*cr & CR_SEN)
		*cfgr |= CFGR_LNGF | sample(dev, emu_bits(*cfgr, 8, 7)) << 16;
}

const struct emu_model emu_model_dlyb = {
	.name = "dlyb",
	.write = dlyb_write,
};
