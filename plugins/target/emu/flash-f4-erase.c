/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-f4-erase.c - sector and mass erase (RM0090 3.6.3) */
#include <stdio.h>

#include "flash-f4.h"

const struct emu_rule f4_rule_ser_mer = {
	"f4-ser-mer", "assumed", "RM0090 SR.WRPERR (Rev 4: neither, Rev 21: mass erase)",
	"SER and MER are both set"
};
static const struct emu_rule rule_alone = {
	"f4-strt-alone", "assumed", "RM0090 3.9.5 STRT: unpredictable, no error flag",
	"STRT without SER or MER: nothing is erased, no flag"
};
static const struct emu_rule rule_sector = {
	"f4-no-such-sector", "manual", "RM0090 3.9.4 WRPERR",
	"SNB names no user sector: WRPERR, nothing is erased"
};
static const struct emu_rule rule_other_state = {
	"f4-single-bank-number", "manual", "RM0090 3.6.3, note on 1-Mbyte dual bank parts",
	"SNB has the single-bank number of a sector of bank 2: nothing is erased, no flag"
};
static const struct emu_rule rule_vpp = {
	"f4-erase-vpp", "assumed", "RM0090 3.6.2: x64 needs external VPP",
	"erase with PSIZE x64 and no external VPP: PGPERR, nothing is erased"
};

static uint64_t erase_ns(const struct flash_f4 *f, const char *what, uint64_t fallback_ms)
{
	unsigned int psize = emu_bits(f->regs[CR / 4], CR_PSIZE, 2);
	char key[32];

	snprintf(key, sizeof(key), "%s_x%u_ms", what, 8u << psize);
	return emu_fact(f->dev, key, fallback_ms) * 1000000;
}

static void erase(struct flash_f4 *f, uint64_t offset, uint64_t len, uint64_t ns)
{
	enum f4_effect effect = f4_supply_effect(f, f->main.array.base + offset);

	f4_begin(f);
	flash_op_erase(&f->op, &f->main.array, offset, effect == F4_KEPT ? 0 : len, ns);
	if (effect == F4_MIXED)
		flash_op_spoil(&f->op);
}

static void no_sector(struct flash_f4 *f, unsigned int snb)
{
	uint64_t addr = f->dev->facts->base + CR;

	if (f->n_banks > 1 && snb < SNB_BANK2 && f4_sector_elsewhere(f, snb))
		emu_rule_fired(f->emu, &rule_other_state, addr);
	else
		f4_error(f, SR_WRPERR, &rule_sector, addr);
}

static void erase_sector(struct flash_f4 *f)
{
	unsigned int snb = emu_bits(f->regs[CR / 4], CR_SNB, f->snb_bits);
	unsigned int bank = f->n_banks > 1 && snb >= SNB_BANK2;
	struct f4_sector s;
	char key[24];

	if (!f4_sector(f, bank, bank ? snb - SNB_BANK2 : snb, &s)) {
		no_sector(f, snb);
		return;
	}
	if (f4_protected(f, &s)) {
		f4_error(f, SR_WRPERR, &f4_rule_wrp, f->main.array.base + s.offset);
		return;
	}
	snprintf(key, sizeof(key), "erase_%uk", (unsigned int)(s.len / 1024));
	erase(f, s.offset, s.len, erase_ns(f, key, 1000));
}

/* One protected sector protects all of its bank from mass erase. */
static void erase_banks(struct flash_f4 *f, unsigned int first, unsigned int last)
{
	uint64_t start = UINT64_MAX, end = 0;
	unsigned int bank, n;
	struct f4_sector s;

	for (bank = first; bank <= last; bank++) {
		for (n = 0; f4_sector(f, bank, n, &s); n++) {
			if (f4_protected(f, &s)) {
				f4_error(f, SR_WRPERR, &f4_rule_wrp,
					 f->main.array.base + s.offset);
				return;
			}
			start = s.offset < start ? s.offset : start;
			end = s.offset + s.len > end ? s.offset + s.len : end;
		}
	}
	erase(f, start, end - start, erase_ns(f, "mass_erase", 8000));
}

/* MER is bank 1 and MER2 bank 2; with a single bank MER is all of it. */
void f4_start_erase(struct flash_f4 *f)
{
	uint32_t cr = f->regs[CR / 4];
	bool ser = cr & CR_SER, mer1 = cr & CR_MER, mer2 = cr & CR_MER2 && f->n_banks > 1;
	uint64_t addr = f->dev->facts->base + CR;

	if (ser && (mer1 || mer2) && f->both.now == F4_BOTH_REFUSED)
		f4_error(f, SR_WRPERR, &f4_rule_ser_mer, addr);
	else if (!ser && !mer1 && !mer2)
		emu_rule_fired(f->emu, &rule_alone, addr);
	else if (f4_closed(f))
		f4_error(f, SR_WRPERR, &f4_rule_rdp, addr);
	else if (emu_bits(cr, CR_PSIZE, 2) == PSIZE_X64)
		f4_error(f, SR_PGPERR, &rule_vpp, addr);
	else if (mer1 || mer2)
		erase_banks(f, mer1 ? 0 : 1, mer2 ? 1 : 0);
	else
		erase_sector(f);
}
