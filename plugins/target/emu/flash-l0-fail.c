/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-l0-fail.c - the state somebody may have left the NVM interface in */
#include "flash-l0.h"

#define RDP_LEVEL1 0xbbu /* anything but 0xAA and 0xCC */

/* A wrong key was written: locked until the next reset, and so after each. */
static int set_locked(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_l0 *f = priv;

	f->pelock.state = f->prglock.state = f->optlock.state = FLASH_DEAD;
	f->regs[PECR / 4] |= PECR_LOCKS;
	return 0;
}

static int set_rdp(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_l0 *f = priv;

	l0_option_put(f, f->option_reg, 0, (f->options & ~0xffu) | RDP_LEVEL1);
	return 0;
}

/* WDG_SW clear: it runs from each reset on. */
static int set_watchdog(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_l0 *f = priv;
	const struct stk_field *sw = emu_field(f->dev, "OPTR", "IWDG_SW");

	if (sw)
		l0_option_put(f, f->option_reg, 0, f->options & ~(1u << sw->lsb));
	return 0;
}

static int set_protected(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_l0 *f = priv;
	uint64_t base = f->program.array.base, size = f->program.array.size;
	struct stk_range sector = { base, L0_WRP_SECTOR };

	for (unsigned int n = 0; n * (uint64_t)L0_WRP_SECTOR < size; n++) {
		unsigned int word = n / 32;

		sector.addr = base + n * (uint64_t)L0_WRP_SECTOR;
		if (word < L0_PROTECTS && f->protect_reg[word] &&
		    stk_range_overlaps(sector, where))
			l0_option_put(f, f->protect_reg[word], 2 + 2 * word,
				      f->protect[word] | 1u << n % 32);
	}
	return 0;
}

int l0_failures_init(struct flash_l0 *f, struct stk_error *err)
{
	const struct emu_failure failures[] = {
		{ EMU_FAILS_LOCKED, set_locked, f, true },
		{ EMU_FAILS_RDP, set_rdp, f, false },
		{ EMU_FAILS_PROTECTED, set_protected, f, false },
		{ EMU_FAILS_WATCHDOG, set_watchdog, f, false },
	};
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(failures) / sizeof(failures[0]); i++)
		r = emu_offer(f->emu, &failures[i], err);
	return r;
}
