/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-h7-erase.c - sectors, banks, both banks (RM0399 4.3.10) */
#include "flash-h7.h"

static const struct emu_rule rule_alone = {
	"h7-start-alone", "assumed", "RM0399 4.9.4 START does not say",
	"START without SER or BER: nothing is erased, no flag"
};
static const struct emu_rule rule_sector = {
	"h7-no-such-sector", "assumed", "RM0399 4.9.5 WRPERR: reserved area",
	"SNB names no sector of the bank: WRPERR, nothing is erased"
};
static const struct emu_rule rule_mer = {
	"h7-mass-erase-locked", "manual", "RM0399 4.3.10",
	"OPTCR.MER while FLASH_CR1, FLASH_CR2 or FLASH_OPTCR is locked: nothing is erased"
};

static void begin_erase(struct h7_bank *b, uint64_t offset, uint64_t len, uint64_t ms)
{
	flash_op_wait(&b->op);
	flash_op_erase(&b->op, b->array, offset, len, ms * 1000000);
	h7_update(b);
}

static bool erase_refused(struct h7_bank *b, unsigned int sector)
{
	uint64_t offset = sector * b->sector;

	if (h7_closed(b->flash))
		h7_error(b, SR_WRPERR, &h7_rule_rdp, b->start + offset);
	else if (h7_protected(b, sector))
		h7_error(b, SR_WRPERR, &h7_rule_wrp, b->start + offset);
	else if (h7_proprietary(b, offset, b->sector))
		h7_error(b, SR_WRPERR, &h7_rule_pcrop, b->start + offset);
	else
		return false;
	return true;
}

static void erase_bank(struct h7_bank *b)
{
	unsigned int i;

	for (i = 0; i < b->n_sectors; i++)
		if (erase_refused(b, i))
			return;
	begin_erase(b, 0, b->array->size, h7_by_psize(b, "bank_erase", "ms", 8000));
}

static void erase_sector(struct h7_bank *b)
{
	unsigned int n = emu_bits(b->regs[CR / 4], b->flash->cr.snb,
				  b->flash->cr.snb_bits);

	if (n >= b->n_sectors)
		h7_error(b, SR_WRPERR, &rule_sector, b->base + CR);
	else if (!erase_refused(b, n))
		begin_erase(b, n * b->sector, b->sector,
			    h7_by_psize(b, "sector_erase", "ms", 1000));
}

/* BER goes before SER (RM0399 4.9.4). */
void h7_start_erase(struct h7_bank *b)
{
	uint32_t cr = b->regs[CR / 4];

	if (cr & CR_BER)
		erase_bank(b);
	else if (cr & CR_SER)
		erase_sector(b);
	else
		emu_rule_fired(b->flash->emu, &rule_alone, b->base + CR);
	if (!b->op.busy)
		b->regs[CR / 4] &= ~b->flash->cr.start;
}

/* OPTCR.MER sets BER and START of both banks (RM0399 4.3.10). */
void h7_mass_erase(struct flash_h7 *f)
{
	unsigned int i;

	f->regs[OPTCR / 4] &= ~OPTCR_MER;
	for (i = 0; i < 2; i++) {
		if (!h7_has(f, i) || flash_lock_open(&f->bank[i].lock))
			continue;
		emu_rule_fired(f->emu, &rule_mer, f->dev->facts->base + OPTCR);
		return;
	}
	for (i = 0; i < 2; i++) {
		if (!h7_has(f, i))
			continue;
		f->bank[i].regs[CR / 4] |= CR_BER | f->cr.start;
		h7_start_erase(&f->bank[i]);
	}
}
