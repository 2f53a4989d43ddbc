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

static void dbgmcu_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
			 uint32_t value, bool debug)
{
	if ((offset & ~3u) == IDCODE || !emu_reg_write(dev, offset, width, value))
		emu_unchanged(dev->emu);
}

const struct emu_model emu_model_dbgmcu = {
	.name = "dbgmcu",
	.write = dbgmcu_write,
};
