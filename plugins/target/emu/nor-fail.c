/* SPDX-License-Identifier: GPL-2.0-only */
/* nor-fail.c - what can be wrong with a SPI-NOR part, as failures of the chip */
#include <errno.h>
#include <string.h>

#include "nor-core.h"

static int fail_with(struct nor *nor, enum nor_failure kind, uint32_t first, uint32_t len,
		     struct stk_error *err)
{
	if (nor->fault.kind != NOR_FAIL_NONE)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "too-many-failures",
				"the %s is broken in another way already",
				nor->part->title);
	return nor_fail(nor, kind, first, len) ? -EINVAL : 0;
}

/* The part of the array that is behind @where; false: none of it. */
static bool part_of(struct nor *nor, struct stk_range where, uint32_t *first, uint32_t *len)
{
	uint64_t low = UINT64_MAX, high = 0;

	while (where.len) {
		size_t run = (size_t)where.len;
		const uint8_t *cells = emu_cells_at(nor->emu, false, where.addr, &run);
		uintptr_t at = (uintptr_t)cells - (uintptr_t)nor->array;

		if (!cells)
			return false;
		if (at < nor->part->size) {
			low = at < low ? at : low;
			high = at + run > high ? at + run : high;
		}
		where.addr += run;
		where.len -= run;
	}
	*first = (uint32_t)low;
	*len = (uint32_t)(high - low);
	return low < high;
}

static int fail_there(struct nor *nor, enum nor_failure kind, struct stk_range where,
		      struct stk_error *err)
{
	uint32_t first, len;

	/* The other of two parts has it. */
	if (!part_of(nor, where, &first, &len))
		return 0;
	return fail_with(nor, kind, first, len, err);
}

static int set_absent(void *priv, struct stk_range where, struct stk_error *err)
{
	return fail_with(priv, NOR_FAIL_ABSENT, 0, 0, err);
}

static int set_id(void *priv, struct stk_range where, struct stk_error *err)
{
	return fail_with(priv, NOR_FAIL_ID, 0, 0, err);
}

static int set_busy(void *priv, struct stk_range where, struct stk_error *err)
{
	struct nor *nor = priv;

	return fail_with(nor, NOR_FAIL_BUSY, 0, nor->part->size, err);
}

static int set_stuck_sector(void *priv, struct stk_range where, struct stk_error *err)
{
	return fail_there(priv, NOR_FAIL_STUCK_RANGE, where, err);
}

static int set_stuck_bit(void *priv, struct stk_range where, struct stk_error *err)
{
	return fail_there(priv, NOR_FAIL_STUCK_BIT, (struct stk_range){ where.addr, 1 }, err);
}

static const struct emu_failure broken[] = {
	{ { "no-nor", "no flash is soldered in: nobody drives its lines", false, true },
	  set_absent, NULL, false },
	{ { "wrong-jedec-id", "another flash than expected answers to Read ID", false, true },
	  set_id, NULL, false },
	{ { "nor-busy-never-ends", "an erase or program of the flash never ends: WIP stays set",
	    false, true }, set_busy, NULL, false },
	{ { "nor-stuck-sector", "an erase or program changes nothing there", true, true },
	  set_stuck_sector, NULL, false },
	{ { "nor-stuck-bit", "bit 0 of the first byte stays 0, whatever is erased there", true,
	    true }, set_stuck_bit, NULL, false },
};

/* ---- as an application left it ---------------------------------------- */

static int set_qpi(void *priv, struct stk_range where, struct stk_error *err)
{
	return nor_leave(priv, "qpi");
}

static int set_continuous(void *priv, struct stk_range where, struct stk_error *err)
{
	return nor_leave(priv, "continuous");
}

static int set_four_byte(void *priv, struct stk_range where, struct stk_error *err)
{
	return nor_leave(priv, "4byte");
}

static int set_power_down(void *priv, struct stk_range where, struct stk_error *err)
{
	return nor_leave(priv, "powerdown");
}

static int set_protected(void *priv, struct stk_range where, struct stk_error *err)
{
	return nor_leave(priv, "protected");
}

static const struct emu_failure left[] = {
	{ { "nor-qpi", "the application left the flash in QPI mode", false, true }, set_qpi,
	  NULL, false },
	{ { "nor-continuous-read", "the application left the flash in continuous read mode",
	    false, true }, set_continuous, NULL, false },
	{ { "nor-4-byte", "the application left the flash with 4 address bytes", false, true },
	  set_four_byte, NULL, false },
	{ { "nor-deep-power-down", "the application left the flash in deep power-down", false,
	    true }, set_power_down, NULL, false },
	{ { "nor-protected", "the block protection bits of the flash protect all of it", false,
	    true }, set_protected, NULL, false },
};

static bool can_be_left(struct nor *nor, const struct emu_failure *f)
{
	const struct stk_range nowhere = { 0 };
	uint8_t registers[NOR_REGISTERS];
	bool yes;

	memcpy(registers, nor->nonvolatile, sizeof(registers));
	nor->vendor->reset(nor, true);
	yes = !f->set(nor, nowhere, NULL);
	/* That was to see. */
	memcpy(nor->nonvolatile, registers, sizeof(registers));
	emu_cancel(nor->emu, &nor->event);
	nor->job.kind = NOR_JOB_NONE;
	nor->vendor->reset(nor, true);
	return yes;
}

int nor_offer_failures(struct nor *nor, struct stk_error *err)
{
	struct emu_failure offer;
	int r = 0;
	size_t i;

	for (i = 0; !r && i < sizeof(broken) / sizeof(broken[0]); i++) {
		offer = broken[i];
		offer.priv = nor;
		r = emu_offer(nor->emu, &offer, err);
	}
	for (i = 0; !r && i < sizeof(left) / sizeof(left[0]); i++) {
		offer = left[i];
		offer.priv = nor;
		if (can_be_left(nor, &offer))
			r = emu_offer(nor->emu, &offer, err);
	}
	return r;
}
