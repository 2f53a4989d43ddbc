/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-g4-erase.c - page and mass erase, of one bank or of both */
#include <string.h>

#include "flash-g4.h"

static const struct emu_rule rule_alone = {
	"g4-strt-alone", "manual", "RM0440 3.7.6 STRT",
	"STRT without PER or MER1: no erase, no flag"
};
const struct emu_rule g4_rule_bker = {
	"g4-bker-single-bank", "assumed",
	"RM0440 3.7.6: BKER does not exist on category 2, and is kept clear with DBANK clear",
	"BKER is set while there is a single bank"
};
static const struct emu_rule rule_beyond = {
	"g4-page-beyond", "assumed", "RM0440 does not say",
	"PNB names no page of this part: nothing is erased, no flag"
};
static const struct emu_rule rule_no_bank = {
	"g4-no-second-bank", "observed",
	"ST community, STM32G473CB, G473xB and G474RB (2021, 2025): 128 KiB are all bank 1",
	"this part has no cells in bank 2: nothing is erased, no flag"
};
static const struct emu_rule rule_both_mer = {
	"g4-mer-single-bank", "manual", "RM0440 3.3.6, 3.7.5 PGSERR",
	"a mass erase in single-bank mode without both of MER1 and MER2: PGSERR"
};
static const struct emu_rule rule_protected_mass = {
	"g4-wrp-mass-erase", "manual", "RM0440 3.7.5 WRPERR",
	"a page is protected, so no bank is erased: WRPERR"
};

static const struct g4_area *protected_bank(const struct flash_g4 *f, unsigned int banks)
{
	unsigned int b;
	uint32_t i;

	for (b = 0; b < f->n_banks; b++)
		for (i = 0; banks >> b & 1 && i < f->bank[b].array.size / f->bank[b].page;
		     i++)
			if (f->bank[b].protect[i])
				return &f->bank[b];
	return NULL;
}

/* @banks: bit 0 for bank 1, bit 1 for bank 2, which a part may lack. */
static void erase_banks(struct flash_g4 *f, unsigned int banks)
{
	uint64_t ns = emu_fact(f->dev, "mass_erase_us", 22130) * 1000;
	const struct g4_area *protect = protected_bank(f, banks);
	unsigned int b;

	if (protect) {
		g4_error(f, SR_WRPERR, &rule_protected_mass, protect->array.base);
		return;
	}
	for (b = 0; b < f->n_banks; b++) {
		struct g4_area *a = &f->bank[b];

		if (!(banks >> b & 1))
			continue;
		a->mass_erased = true;
		g4_begin(f, a);
		flash_op_erase(&a->op, &a->array, 0, a->array.size, ns);
	}
	if (!g4_busy(f)) {
		emu_rule_fired(f->emu, &rule_no_bank, f->dev->facts->base + CR);
		g4_begin_other(f, ns);
	}
}

static void mass_erase(struct flash_g4 *f, uint32_t cr)
{
	bool two = f->n_banks > 1 || (f->two_modes && !f->single_mode);
	unsigned int banks = (cr & CR_MER1 ? 1 : 0) | (cr & f->fields.mer2 ? 2 : 0);

	if (f->single_mode && banks != 3 && emu_fact(f->dev, "single_mode_both_mer", 0))
		g4_error(f, SR_PGSERR, &rule_both_mer, f->dev->facts->base + CR);
	else
		erase_banks(f, two ? banks : 1);
}

/* The bank that BKER chooses; NULL: it is refused, or there are no cells. */
static struct g4_area *chosen_bank(struct flash_g4 *f, uint32_t cr, uint64_t ns)
{
	uint32_t reserved = 1u << emu_fact(f->dev, "reserved_bker_bit", 11);
	uint32_t bker = f->fields.bker ? f->fields.bker : reserved;
	uint64_t addr = f->dev->facts->base + CR;

	if (!(cr & bker))
		return &f->bank[0];
	if (f->n_banks > 1)
		return &f->bank[1];
	if (f->fields.bker && f->two_modes && !f->single_mode) {
		emu_rule_fired(f->emu, &rule_no_bank, addr);
		g4_begin_other(f, ns);
		return NULL;
	}
	if (f->bker.now == G4_BKER_PGSERR) {
		g4_error(f, SR_PGSERR, &g4_rule_bker, addr);
		return NULL;
	}
	emu_rule_fired(f->emu, &g4_rule_bker, addr);
	return &f->bank[0];
}

/* PNB counts inside the bank; some parts number bank 2 from higher up as well. */
static uint32_t page_number(const struct flash_g4 *f, const struct g4_area *a, uint32_t cr)
{
	uint32_t page = emu_bits(cr, f->fields.pnb_lsb, f->fields.pnb_width);
	uint32_t first = (uint32_t)emu_fact(f->dev, "bank2_first_page", 0);

	return a == &f->bank[1] && first && page >= first ? page - first : page;
}

static void erase_page(struct flash_g4 *f, uint32_t cr)
{
	uint64_t ns = emu_fact(f->dev, "page_erase_us", 22020) * 1000;
	struct g4_area *a = chosen_bank(f, cr, ns);
	uint64_t at;

	if (!a)
		return;
	at = (uint64_t)page_number(f, a, cr) * a->page;
	if (at >= a->array.size) {
		emu_rule_fired(f->emu, &rule_beyond, a->array.base + at);
		g4_begin_other(f, ns);
	} else if (a->protect[at / a->page]) {
		g4_refuse_protected(f, SR_WRPERR, a->array.base + at);
	} else {
		g4_begin(f, a);
		flash_op_erase(&a->op, &a->array, at, a->page, ns);
	}
}

void g4_start_erase(struct flash_g4 *f, uint32_t cr)
{
	uint64_t addr = f->dev->facts->base + CR;
	bool per = cr & CR_PER, mer = cr & (CR_MER1 | f->fields.mer2);

	f->regs[CR / 4] &= ~CR_STRT;
	if (f->regs[SR / 4] & SR_STALE) {
		g4_error(f, SR_PGSERR, &g4_rule_stale, addr);
	} else if ((per && mer) || ((per || mer) && (cr & (CR_PG | CR_FSTPG)))) {
		g4_error(f, SR_PGSERR, &g4_rule_mixed, addr);
	} else if (!per && !mer) {
		emu_rule_fired(f->emu, &rule_alone, addr);
	} else if (g4_closed(f)) {
		g4_error(f, SR_WRPERR, &g4_rule_rdp, addr);
	} else {
		f->regs[CR / 4] |= CR_STRT;
		if (mer)
			mass_erase(f, cr);
		else
			erase_page(f, cr);
		if (!g4_busy(f))
			f->regs[CR / 4] &= ~CR_STRT;
	}
}
