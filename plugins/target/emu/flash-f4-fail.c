/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-f4-fail.c - the state somebody may have left the flash interface in */
#include "flash-f4.h"

#define RDP_LEVEL1 0xbbu /* anything but 0xAA and 0xCC */
#define LOW_MV	   2000	 /* x8 alone, or x16 with a narrower range (RM0090 table 6) */

/* A wrong key was written: locked until the next reset, and so after each. */
static int set_locked(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_f4 *f = priv;

	f->lock.state = f->optlock.state = FLASH_DEAD;
	f->regs[CR / 4] |= CR_LOCK;
	f->regs[OPTCR / 4] |= OPTCR_OPTLOCK;
	return 0;
}

static int set_rdp(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_f4 *f = priv;

	f4_option_put(f, 0, (f->active[0] & ~(0xffu << OPTCR_RDP)) |
		      RDP_LEVEL1 << OPTCR_RDP);
	return 0;
}

/* WDG_SW, or IWDG_SW, clear: it runs from each reset on. */
static int set_watchdog(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_f4 *f = priv;
	const struct stk_field *sw = emu_field(f->dev, "OPTCR", "WDG_SW");

	if (!sw)
		sw = emu_field(f->dev, "OPTCR", "IWDG_SW");
	if (sw)
		f4_option_put(f, 0, f->active[0] & ~(1u << sw->lsb));
	return 0;
}

static int set_protected(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_f4 *f = priv;
	struct f4_sector s;
	unsigned int bank, n;

	for (bank = 0; bank < f->n_banks; bank++) {
		for (n = 0; f4_sector(f, bank, n, &s); n++) {
			struct stk_range at = { f->main.array.base + s.offset, s.len };

			if (stk_range_overlaps(at, where))
				f4_protect(f, &s);
		}
	}
	return 0;
}

static int set_low_supply(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_f4 *f = priv;

	f->supply_mv = LOW_MV;
	return 0;
}

int f4_failures_init(struct flash_f4 *f, struct stk_error *err)
{
	const struct emu_failure failures[] = {
		{ EMU_FAILS_LOCKED, set_locked, f, true },
		{ EMU_FAILS_RDP, set_rdp, f, false },
		{ EMU_FAILS_PROTECTED, set_protected, f, false },
		{ EMU_FAILS_WATCHDOG, set_watchdog, f, false },
		{ EMU_FAILS_SUPPLY, set_low_supply, f, false },
	};
	size_t i;
	int r = 0;

	for (i = 0; !r && i < sizeof(failures) / sizeof(failures[0]); i++)
		r = emu_offer(f->emu, &failures[i], err);
	return r;
}
