/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-g4-program.c - stores to the flash: double words and fast rows */
#include <string.h>

#include "flash-g4.h"

static const struct emu_rule rule_pg = {
	"g4-store-without-pg", "manual", "RM0440 3.7.5 PGSERR",
	"a store to the flash with PG and FSTPG clear: PGSERR, nothing is programmed"
};
static const struct emu_rule rule_size = {
	"g4-store-size", "manual", "RM0440 3.7.5 SIZERR",
	"a byte or half-word store: SIZERR, nothing is programmed"
};
static const struct emu_rule rule_align = {
	"g4-store-alignment", "manual", "RM0440 3.7.5 PGAERR",
	"the two words are not those of one double word, in order: PGAERR"
};
static const struct emu_rule rule_row_align = {
	"g4-row-alignment", "manual", "RM0440 3.7.5 PGAERR",
	"a fast-programming store is not the next word of its row: PGAERR, FASTERR"
};
static const struct emu_rule rule_not_erased = {
	"g4-not-erased", "manual",
	"RM0440 3.3.7, 3.7.5 PROGERR", "the double word is not erased and the data not zero: PROGERR, nothing is programmed"
};
static const struct emu_rule rule_no_mass_erase = {
	"g4-fast-without-mass-erase", "manual", "RM0440 3.7.5 PGSERR",
	"fast programming without a mass erase before it: PGSERR"
};
static const struct emu_rule rule_slow_clock = {
	"g4-fast-clock", "manual", "RM0440 3.3.7",
	"fast programming needs a core clock of at least 8 MHz: PGSERR"
};
static const struct emu_rule rule_missed = {
	"g4-row-missed", "manual", "RM0440 3.7.5 MISERR",
	"the next word of a fast row came too late: MISERR, FASTERR"
};

static const struct emu_rule rule_store_locked = {
	"g4-store-locked-cfgbsy", "manual", "RM0490 4.7.4 SR.CFGBSY",
	"a store to the locked flash sets CFGBSY until a double word is complete"
};

/*
 * A store to the locked flash begins a double word that is never programmed,
 * and only its second word ends that (RM0490 4.7.4 CFGBSY).
 */
static void half_while_locked(struct flash_g4 *f, uint64_t addr)
{
	if (!f->fields.cfgbsy || !(f->regs[CR / 4] & CR_LOCK))
		return;
	if (f->half_refused && addr % 8) {
		f->half_refused = false;
		f->regs[SR / 4] &= ~SR_CFGBSY;
		return;
	}
	f->half_refused = true;
	f->regs[SR / 4] |= SR_CFGBSY;
	emu_rule_fired(f->emu, &rule_store_locked, addr);
}

/* Facts no store may ignore, whatever the mode. True: refused. */
static bool refused(struct flash_g4 *f, const struct g4_area *a, uint32_t offset,
		    unsigned int width)
{
	uint32_t sr = f->regs[SR / 4], cr = f->regs[CR / 4];
	uint64_t addr = a->array.base + offset;

	if (!(cr & (CR_PG | CR_FSTPG)))
		g4_error(f, SR_PGSERR, &rule_pg, addr);
	else if (sr & SR_STALE)
		g4_error(f, SR_PGSERR, &g4_rule_stale, addr);
	else if ((cr & (CR_PER | CR_MER1 | f->fields.mer2)) || (cr & CR_PG && cr & CR_FSTPG))
		g4_error(f, SR_PGSERR, &g4_rule_mixed, addr);
	else if (width != 4)
		g4_error(f, SR_SIZERR | (cr & CR_FSTPG ? SR_FASTERR : 0), &rule_size, addr);
	else if (!a->otp && a->protect[offset / a->page])
		g4_refuse_protected(f, SR_WRPERR | (cr & CR_FSTPG ? SR_FASTERR : 0), addr);
	else
		return false;
	return true;
}

static void put(uint8_t *p, uint32_t value)
{
	memcpy(p, &value, 4);
}

static void program_double(struct flash_g4 *f, struct g4_area *a, uint32_t at,
			   uint32_t first, uint32_t second)
{
	bool zero = !first && !second && !a->otp;
	uint8_t data[8];

	if (!flash_array_is_erased(&a->array, at, 8) && !zero) {
		g4_error(f, SR_PROGERR, &rule_not_erased, a->array.base + at);
		return;
	}
	put(data, first);
	put(data + 4, second);
	a->mass_erased = false;
	g4_begin(f, a);
	flash_op_program(&a->op, &a->array, at, data, 8,
			 emu_fact(f->dev, "program_ns", 81690));
}

static void store_word(struct flash_g4 *f, struct g4_area *a, uint32_t at, uint32_t value)
{
	if (!f->half) {
		if (at % 8) {
			g4_error(f, SR_PGAERR, &rule_align, a->array.base + at);
			return;
		}
		f->half = true;
		f->half_area = a;
		f->half_at = at;
		f->half_value = value;
		f->regs[SR / 4] |= f->fields.cfgbsy;
		return;
	}
	f->half = false;
	if (a != f->half_area || at != f->half_at + 4) {
		g4_error(f, SR_PGAERR, &rule_align, a->array.base + at);
		return;
	}
	program_double(f, a, f->half_at, f->half_value, value);
}

static bool fast_refused(struct flash_g4 *f, struct g4_area *a, uint32_t at, uint32_t bytes)
{
	uint64_t addr = a->array.base + at;

	if (!a->mass_erased)
		g4_error(f, SR_PGSERR, &rule_no_mass_erase, addr);
	else if (emu_clock(f->emu) < 8000000)
		g4_error(f, SR_PGSERR, &rule_slow_clock, addr);
	else if (f->row_fill ? at != f->row + f->row_fill : at % bytes)
		g4_error(f, SR_PGAERR | SR_FASTERR, &rule_row_align, addr);
	else if (f->row_fill && emu_now(f->emu) > f->row_deadline)
		g4_error(f, SR_MISERR | SR_FASTERR, &rule_missed, addr);
	else
		return false;
	f->row_fill = 0;
	return true;
}

static void store_fast(struct flash_g4 *f, struct g4_area *a, uint32_t at, uint32_t value)
{
	uint32_t bytes = (uint32_t)emu_fact(f->dev, "fast_row_bytes", 256);

	if (bytes > FLASH_ROW_MAX)
		bytes = FLASH_ROW_MAX;
	if (fast_refused(f, a, at, bytes))
		return;
	if (!f->row_fill)
		f->row = at;
	put(f->row_data + f->row_fill, value);
	f->row_fill += 4;
	f->row_deadline = emu_now(f->emu) + emu_fact(f->dev, "fast_word_us", 20) * 1000;
	if (f->row_fill < bytes)
		return;
	f->row_fill = 0;
	g4_begin(f, a);
	flash_op_program(&a->op, &a->array, f->row, f->row_data, bytes,
			 emu_fact(f->dev, "fast_row_us", 2610) * 1000);
}

void g4_program_mode_changed(struct flash_g4 *f)
{
	f->half = false;
	f->row_fill = 0;
}

void g4_store(void *priv, uint64_t offset, unsigned int width, uint32_t value, bool debug)
{
	struct g4_view *view = priv;
	struct flash_g4 *f = view->flash;
	struct g4_area *a;
	uint32_t at;

	g4_wait(f);
	a = g4_access(f, view->start + offset, true, &at);
	if (!a)
		return;
	if (refused(f, a, at, width)) {
		f->row_fill = 0;
		half_while_locked(f, a->array.base + at);
		return;
	}
	if (f->regs[CR / 4] & CR_FSTPG)
		store_fast(f, a, at, value);
	else
		store_word(f, a, at, value);
}
