/* SPDX-License-Identifier: MIT */
/*
 * Causes that the chip's option bytes tell. Loaders clear error flags before
 * they return, so a protection is looked for where it is set, by the names that
 * the manuals give: RDP, nWRP (F2, F4, F7), WRPxx_STRT and _END (G0, G4, L4),
 * WRPRn (L0, L1), WRPSn (H7).
 */
#include "core.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose-priv.h"
#include "option-state.h"

#define RDP_LEVEL0	0xAAu
#define WRP_SECTOR	4096u	/* of the L0 and L1: RM0377 3.4.3, RM0038 3.5.4 */
#define BITS		32u

struct place {
	struct stk_target *target;
	const struct stk_peripheral *flash;
	uint64_t addr;
	unsigned int bank, sector;	/* of the bank, from 0 */
	uint64_t offset;		/* in the internal flash */
};

static bool bank_has(const struct stk_bank *b, uint64_t addr, unsigned int *ret_sector)
{
	unsigned int n = 0;

	for (size_t i = 0; i < b->n_regions; i++) {
		const struct stk_region *r = &b->regions[i];

		if (addr >= r->start && addr - r->start < r->count * r->size) {
			*ret_sector = n + (unsigned int)((addr - r->start) / r->size);
			return true;
		}
		n += (unsigned int)r->count;
	}
	return false;
}

static bool find_place(struct stk_target *t, uint64_t addr, struct place *ret)
{
	const struct stk_chip *chip = t->facts.chip;
	unsigned int bank = 0;

	*ret = (struct place){ .target = t, .addr = addr };
	ret->flash = chip ? stk_chip_peripheral(chip, "FLASH") : NULL;
	for (size_t i = 0; ret->flash && i < chip->n_banks; i++) {
		const struct stk_bank *b = &chip->banks[i];

		if (!option_state_holds(t, ret->flash, b->state))
			continue;
		ret->bank = bank++;
		ret->offset = addr - chip->banks[0].regions[0].start;
		if (bank_has(b, addr, &ret->sector))
			return true;
	}
	return false;
}

/* ---- write protection, as each generation has it ------------------------ */

/* From page to page, "WRP2B_STRT" and "WRP2B_END"; what ends before it begins is none. */
static bool by_pages(const struct place *p, const struct stk_register *r)
{
	const char *digit = r->name + 3;
	uint32_t first, last;

	return !strncmp(r->name, "WRP", 3) && isdigit((unsigned char)*digit) &&
	       r->n_fields == 2 && (unsigned int)(*digit - '1') == p->bank &&
	       strstr(r->fields[0].name, "_STRT") &&
	       option_field_value(p->target, p->flash, r, &r->fields[0], &first) &&
	       option_field_value(p->target, p->flash, r, &r->fields[1], &last) &&
	       first <= p->sector && p->sector <= last;
}

/* A bit a sector, or four (WRPSG), 0 protects; bank 2 has a register of its own. */
static bool by_zero_bits(const struct place *p, const struct stk_register *r)
{
	uint32_t bits;
	unsigned int bit;

	for (size_t i = 0; i < r->n_fields; i++) {
		const struct stk_field *f = &r->fields[i];
		bool f4 = !strcmp(f->name, "nWRP") && !strncmp(r->name, "OPTCR", 5) &&
			  (p->bank ? !strcmp(r->name, "OPTCR1") : !strcmp(r->name, "OPTCR"));
		bool h7 = !strncmp(f->name, "WRPS", 4) && !strncmp(r->name, "WPSN_CUR", 8) &&
			  (unsigned int)(r->name[8] - '1') == p->bank;

		bit = strncmp(f->name, "WRPSG", 5) ? p->sector : p->sector / 4;
		if ((f4 || h7) && bit < f->width &&
		    option_field_value(p->target, p->flash, r, f, &bits))
			return !(bits >> bit & 1);
	}
	return false;
}

/* A bit a sector of 4 KiB, 1 protects. */
static bool by_one_bits(const struct place *p, const struct stk_register *r)
{
	unsigned int sector = (unsigned int)(p->offset / WRP_SECTOR);
	uint32_t bits;

	return !strncmp(r->name, "WRPR", 4) && (unsigned int)(r->name[4] - '1') ==
	       sector / BITS && r->n_fields == 1 &&
	       option_field_value(p->target, p->flash, r, &r->fields[0], &bits) &&
	       (bits >> sector % BITS & 1);
}

static const struct stk_register *protecting_register(const struct place *p)
{
	for (size_t i = 0; i < p->flash->n_registers; i++) {
		const struct stk_register *r = &p->flash->registers[i];

		if (by_pages(p, r) || by_zero_bits(p, r) || by_one_bits(p, r))
			return r;
	}
	return NULL;
}

/* ---- rules ------------------------------------------------------------- */

/* What the failed call, or the wrong bytes, are about; a mass erase about all of it. */
static uint64_t address_of(const struct symptom_case *c)
{
	const struct session *s = c->session;

	if (c->symptom != SYMPTOM_CALL)
		return c->where.addr;
	return s->last.request.addr;
}

static bool touches_flash(const struct symptom_case *c)
{
	enum stk_op op = c->session->last.request.op;

	if (c->compared || c->symptom == SYMPTOM_UNSTABLE || c->symptom == SYMPTOM_NEIGHBOUR)
		return false;
	return c->symptom != SYMPTOM_CALL || op == STK_OP_ERASE_SECTOR ||
	       op == STK_OP_PROGRAM;
}

bool rule_sector_protected(struct report *r, const struct symptom_case *c)
{
	const struct stk_register *reg;
	struct place p;
	char buf[160];
	uint32_t value;

	if (!touches_flash(c) || !find_place(c->session->target, address_of(c), &p))
		return false;
	reg = protecting_register(&p);
	if (!reg || !read32(p.target, p.flash->base + reg->offset, &value))
		return false;
	snprintf(buf, sizeof(buf), "%s_%s", p.flash->name, reg->name);
	evidence(r, buf, "0x%08x", value);
	return found(r, "write-protected",
		     "clear the write protection (option bytes), or leave that sector out; a "
		     "mass erase may still work, since some programmers clear it before one",
		     "the option bytes protect sector %u at 0x%08" PRIx64 " from erase and "
		     "program", p.sector, p.addr);
}

bool rule_readout_protected(struct report *r, const struct symptom_case *c)
{
	struct stk_target *t = c->session->target;
	const struct stk_register *reg;
	struct place p;
	uint32_t level;

	if (c->symptom == SYMPTOM_NEIGHBOUR || !c->session->info->device ||
	    !find_place(t, c->session->info->device->start, &p) ||
	    (!option_field(t, p.flash, "RDP", &reg, &level) &&
	     !option_field(t, p.flash, "RDPROT", &reg, &level)) || level == RDP_LEVEL0)
		return false;
	evidence(r, "RDP", "0x%02x in FLASH_%s", level, reg->name);
	return found(r, "readout-protected",
		     "remove the readout protection (RDP 0xAA), which erases the chip",
		     "the chip has readout protection: its flash is closed while a debugger "
		     "is attached");
}
