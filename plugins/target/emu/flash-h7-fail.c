/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-h7-fail.c - the state somebody may have left the flash interface in */
#include "flash-h7.h"

#define RDP_LEVEL1 0xbbu /* anything but 0xAA and 0xCC */

/* A wrong key was written: locked until the next reset, and so after each. */
static int set_locked(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_h7 *f = priv;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (!h7_has(f, i))
			continue;
		f->bank[i].lock.state = FLASH_DEAD;
		f->bank[i].regs[CR / 4] |= CR_LOCK;
	}
	f->optlock.state = FLASH_DEAD;
	f->regs[OPTCR / 4] |= OPTCR_OPTLOCK;
	return 0;
}

static int set_rdp(void *priv, struct stk_range where, struct stk_error *err)
{
	h7_change_optsr(priv, 0xffu << OPTSR_RDP, RDP_LEVEL1 << OPTSR_RDP);
	return 0;
}

static int set_watchdog(void *priv, struct stk_range where, struct stk_error *err)
{
	h7_change_optsr(priv, OPTSR_IWDG1_SW, 0);
	return 0;
}

static int set_protected(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_h7 *f = priv;
	unsigned int i, n;

	for (i = 0; i < 2; i++) {
		struct h7_bank *b = &f->bank[i];

		for (n = 0; h7_has(f, i) && n < b->n_sectors; n++) {
			struct stk_range at = { b->start + n * b->sector, b->sector };

			if (stk_range_overlaps(at, where))
				h7_protect(b, n);
		}
	}
	return 0;
}

int h7_failures_init(struct flash_h7 *f, struct stk_error *err)
{
	const struct emu_failure failures[] = {
		{ EMU_FAILS_LOCKED, set_locked, f, true },
		{ EMU_FAILS_RDP, set_rdp, f, false },
		{ EMU_FAILS_PROTECTED, set_protected, f, false },
		{ EMU_FAILS_WATCHDOG, set_watchdog, f, false },
	};
	size_t i;
	int r = 0;

	for (i = 0; !r && i < sizeof(failures) / sizeof(failures[0]); i++)
		r = emu_offer(f->emu, &failures[i], err);
	return r;
}
