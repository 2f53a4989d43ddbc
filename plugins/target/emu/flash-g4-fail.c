/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-g4-fail.c - the state somebody may have left the flash interface in */
#include <errno.h>
#include <stdio.h>

#include "flash-g4.h"

#define RDP_LEVEL1	0xbbu	/* anything but 0xAA and 0xCC */

/* A wrong key was written: locked until the next reset, and so after each. */
static int set_locked(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_g4 *f = priv;

	f->lock.state = f->optlock.state = FLASH_DEAD;
	f->regs[CR / 4] |= CR_LOCK | CR_OPTLOCK;
	return 0;
}

static int set_rdp(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_g4 *f = priv;

	g4_option_put(f, OPTR, (f->active[0] & ~0xffu) | RDP_LEVEL1);
	return 0;
}

/* IWDG_SW clear: it runs from each reset on. */
static int set_watchdog(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_g4 *f = priv;

	g4_option_put(f, OPTR, f->active[0] & ~g4_field_mask(f->dev, "OPTR", "IWDG_SW"));
	return 0;
}

/* Its start is above its end: it protects nothing. */
static bool is_free(const struct flash_g4 *f, const struct stk_register *wrp)
{
	uint32_t value = f->regs[wrp->offset / 4];

	return emu_bits(value, wrp->fields[0].lsb, wrp->fields[0].width) >
	       emu_bits(value, wrp->fields[1].lsb, wrp->fields[1].width);
}

/* One of the two areas that the bank has is made to be these pages. */
static int protect_pages(struct flash_g4 *f, unsigned int bank, uint32_t first,
			 uint32_t last, struct stk_error *err)
{
	const struct stk_register *wrp;
	char name[16], area;

	for (area = 'A'; area <= 'B'; area++) {
		snprintf(name, sizeof(name), "WRP%u%cR", bank + 1, area);
		wrp = stk_peripheral_register(f->dev->facts, name);
		if (!wrp || wrp->n_fields < 2 || !is_free(f, wrp))
			continue;
		g4_option_put(f, wrp->offset, first << wrp->fields[0].lsb |
			      last << wrp->fields[1].lsb);
		return 0;
	}
	return stk_fail(err, STK_ORIGIN_USAGE, ENOSPC, "too-many-failures",
			"all write protection areas of bank %u are used", bank + 1);
}

static int set_protected(void *priv, struct stk_range where, struct stk_error *err)
{
	struct flash_g4 *f = priv;
	unsigned int i;
	int r = 0;

	for (i = 0; !r && i < f->n_banks; i++) {
		const struct g4_area *a = &f->bank[i];
		uint64_t base = a->array.base, end = base + a->array.size;
		uint64_t first = where.addr > base ? where.addr : base;
		uint64_t last = stk_range_end(where) < end ? stk_range_end(where) : end;

		if (first < last)
			r = protect_pages(f, i, (uint32_t)((first - base) / a->page),
					  (uint32_t)((last - 1 - base) / a->page), err);
	}
	return r;
}

int g4_failures_init(struct flash_g4 *f, struct stk_error *err)
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
