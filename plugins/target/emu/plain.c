/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plain.c - blocks that for a loader are what was written to them
 *
 * SYSCFG and EXTI select and route; nothing a loader waits for comes of it.
 * DBGMCU freezes counters while the core is halted, and IDCODE is constant.
 */
#include "models.h"

#define IDCODE	0x00

const struct emu_model emu_model_syscfg = { .name = "syscfg" };
const struct emu_model emu_model_exti = { .name = "exti" };

/*
 * Where the block has a clock gate of its own, a core without a debugger reads
 * 0 while it is closed; a debugger keeps the block running.
 */
static uint32_t dbgmcu_read(struct emu_dev *dev, uint32_t offset, unsigned int width,
			    bool debug)
{
	uint64_t reg = emu_fact(dev, "clockless_reads_0_reg", UINT64_MAX);
	uint64_t bit = emu_fact(dev, "clockless_reads_0_bit", 0);
	const struct emu_dev *rcc = emu_find_dev(dev->emu, "RCC");

	if (rcc && reg < rcc->facts->length && !emu_debugger(dev->emu) &&
	    !(rcc->regs[reg / 4] >> bit & 1))
		return 0;
	return emu_reg_read(dev, offset, width);
}

static void dbgmcu_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
			 uint32_t value, bool debug)
{
	if ((offset & ~3u) == IDCODE || !emu_reg_write(dev, offset, width, value))
		emu_unchanged(dev->emu);
}

const struct emu_model emu_model_dbgmcu = {
	.name = "dbgmcu",
	.read = dbgmcu_read,
	.write = dbgmcu_write,
};
