/* SPDX-License-Identifier: GPL-2.0-only */
/* bad-cells.c - cells that an erase does not reach, and bits that do not change */
#include <errno.h>

#include "priv.h"

/* Is @cell one of those of @b? */
static bool is_one(const struct emu_bad *b, const uint8_t *cell)
{
	return (uintptr_t)cell - (uintptr_t)b->cells < b->n;
}

bool emu_has_bad_cells(const struct emu *emu)
{
	return emu->failures.n_bad != 0;
}

bool emu_is_stuck(const struct emu *emu, const uint8_t *cell)
{
	size_t i;

	for (i = 0; i < emu->failures.n_bad; i++)
		if (emu->failures.bad[i].kind == BAD_SECTOR &&
		    is_one(&emu->failures.bad[i], cell))
			return true;
	return false;
}

bool emu_restore_stuck(const struct emu *emu, uint8_t *cells, size_t len)
{
	bool some = false;
	size_t i;

	for (i = 0; i < emu->failures.n_bad; i++) {
		const struct emu_bad *b = &emu->failures.bad[i];
		uintptr_t at = (uintptr_t)b->cells - (uintptr_t)cells;
		uint8_t old;

		if (b->kind != BAD_BITS || at >= len)
			continue;
		old = cells[at];
		cells[at] = (uint8_t)((old & ~b->mask) | b->value);
		some |= cells[at] != old;
	}
	return some;
}

/* Cells of one address range lie in few runs, or alternate between two chips. */
static int add_run(struct emu *emu, const uint8_t *cell, size_t run, size_t first,
		   struct stk_error *err)
{
	struct emu_failures *f = &emu->failures;
	size_t i;

	for (i = first; i < f->n_bad; i++) {
		if (f->bad[i].cells + f->bad[i].n != cell)
			continue;
		f->bad[i].n += run;
		return 0;
	}
	if (f->n_bad == EMU_MAX_BAD)
		return stk_fail(err, STK_ORIGIN_USAGE, ENOSPC, "too-many-failures",
				"no more than %d places of a virtual chip can fail",
				EMU_MAX_BAD);
	f->bad[f->n_bad++] = (struct emu_bad){ .kind = BAD_SECTOR, .cells = cell,
					       .n = run };
	return 0;
}

static int set_sector(void *priv, struct stk_range where, struct stk_error *err)
{
	struct emu *emu = priv;
	size_t first = emu->failures.n_bad;
	int r = 0;

	while (!r && where.len) {
		size_t run = (size_t)where.len;
		const uint8_t *cell = emu_cells_at(emu, false, where.addr, &run);

		r = add_run(emu, cell, run, first, err);
		where.addr += run;
		where.len -= run;
	}
	if (r)
		emu->failures.n_bad = first;
	return r;
}

static int set_bits(struct emu *emu, uint64_t addr, bool programmed, struct stk_error *err)
{
	struct emu_failures *f = &emu->failures;
	uint8_t mask = (uint8_t)((1u << f->bits) - 1);
	size_t one = 1;
	uint8_t *cell;
	int r;

	/* Until the next change it is a valid word that has it so. */
	cell = emu_cells_at(emu, true, addr, &one);
	r = add_run(emu, cell, 1, f->n_bad, err);
	if (r)
		return r;
	f->bad[f->n_bad - 1].kind = BAD_BITS;
	f->bad[f->n_bad - 1].mask = mask;
	f->bad[f->n_bad - 1].value = (programmed ? (uint8_t)~f->erased : f->erased) & mask;
	emu_restore_stuck(emu, cell, 1);
	return 0;
}

static int set_bit(void *priv, struct stk_range where, struct stk_error *err)
{
	return set_bits(priv, where.addr, true, err);
}

static int set_bit_erased(void *priv, struct stk_range where, struct stk_error *err)
{
	return set_bits(priv, where.addr, false, err);
}

static const struct emu_failure offers[] = {
	{ { "stuck-sector",
	    "an erase does nothing there: the cells are worn out, and no flag tells",
	    true, false }, set_sector, NULL, false },
	{ { "stuck-bit",
	    "a cell in the first byte stays programmed, whatever is erased there",
	    true, false }, set_bit, NULL, false },
	{ { "stuck-bit-erased",
	    "a cell in the first byte stays erased, whatever is programmed there",
	    true, false }, set_bit_erased, NULL, false },
};

int emu_offer_bad_cells(struct emu *emu, uint8_t erased, unsigned int bits,
			struct stk_error *err)
{
	int r = 0;
	size_t i;

	emu->failures.erased = erased;
	if (bits > emu->failures.bits)
		emu->failures.bits = (uint8_t)bits;
	for (i = 0; !r && i < ARRAY_SIZE(offers); i++) {
		struct emu_failure offer = offers[i];

		offer.priv = emu;
		r = emu_offer(emu, &offer, err);
	}
	return r;
}
