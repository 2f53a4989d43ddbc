/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-g4-bank.c - which cells are where: the banks by option state, and the gap */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "flash-g4.h"

uint32_t g4_field_mask(const struct emu_dev *dev, const char *reg, const char *field)
{
	const struct stk_register *r = stk_peripheral_register(dev->facts, reg);
	size_t i;

	for (i = 0; r && i < r->n_fields; i++)
		if (!strcasecmp(r->fields[i].name, field))
			return (uint32_t)((1ull << r->fields[i].width) - 1)
			       << r->fields[i].lsb;
	return 0;
}

static void read_fields(struct flash_g4 *f)
{
	struct g4_fields *x = &f->fields;
	const struct stk_register *sr = stk_peripheral_register(f->dev->facts, "SR");
	uint32_t pnb = g4_field_mask(f->dev, "CR", "PNB");
	size_t i;

	x->pnb_lsb = pnb ? (unsigned int)__builtin_ctz(pnb) : CR_PNB;
	x->pnb_width = (unsigned int)__builtin_popcount(pnb);
	x->bker = g4_field_mask(f->dev, "CR", "BKER");
	x->mer2 = g4_field_mask(f->dev, "CR", "MER2");
	x->bsy2 = g4_field_mask(f->dev, "SR", "BSY2");
	x->cfgbsy = g4_field_mask(f->dev, "SR", "CFGBSY");
	x->swap = g4_field_mask(f->dev, "OPTR", "nSWAP_BANK");
	x->empty = g4_field_mask(f->dev, "ACR", "EMPTY");
	for (i = 0; sr && i < sr->n_fields; i++)
		x->clearable |= g4_field_mask(f->dev, "SR", sr->fields[i].name);
	x->clearable &= SR_CLEARABLE;
}

/* "DBANK=1": is that field of OPTR so? An empty state always is. */
static bool is_active(const struct flash_g4 *f, const char *state)
{
	const char *eq = strchr(state, '=');
	char field[32];
	uint32_t mask;
	uint64_t want;

	if (!eq || (size_t)(eq - state) >= sizeof(field) || stk_parse_u64(eq + 1, &want))
		return !state[0];
	memcpy(field, state, (size_t)(eq - state));
	field[eq - state] = '\0';
	mask = g4_field_mask(f->dev, "OPTR", field);
	return mask && (f->active[0] & mask) == want << __builtin_ctz(mask);
}

static uint64_t bank_bytes(const struct stk_bank *b)
{
	uint64_t size = 0;
	size_t i;

	for (i = 0; i < b->n_regions; i++)
		size += b->regions[i].count * b->regions[i].size;
	return size;
}

void g4_banks_load(struct flash_g4 *f)
{
	const struct stk_chip *chip = emu_chip(f->emu);
	uint64_t cells = 0, base;
	size_t i;

	f->n_banks = 0;
	f->single_mode = false;
	for (i = 0; i < chip->n_banks && f->n_banks < G4_BANKS; i++) {
		const struct stk_bank *b = &chip->banks[i];
		struct g4_area *a = &f->bank[f->n_banks];

		if (!is_active(f, b->state))
			continue;
		flash_array_slice(&a->array, &f->whole, cells, bank_bytes(b),
				  b->regions[0].start);
		a->page = (uint32_t)b->regions[0].size;
		a->busy_flag = f->n_banks && f->fields.bsy2 ? f->fields.bsy2 : SR_BSY;
		cells += a->array.size;
		f->single_mode |= f->two_modes && strstr(b->state, "=0");
		f->n_banks++;
	}
	/* nSWAP_BANK clear: the banks change their places, not their names. */
	if (f->n_banks < 2 || !f->fields.swap || f->active[0] & f->fields.swap)
		return;
	base = f->bank[0].array.base;
	f->bank[0].array.base = f->bank[1].array.base;
	f->bank[1].array.base = base;
}

/* Each state of OPTR that the facts know is one of two, and all cells have a place. */
static int check_states(struct flash_g4 *f, struct stk_error *err)
{
	const struct stk_chip *chip = emu_chip(f->emu);
	size_t i;

	for (i = 0; i < chip->n_banks; i++) {
		const struct stk_bank *b = &chip->banks[i];

		if (!b->n_regions || bank_bytes(b) > f->whole.size ||
		    b->regions[0].size * G4_PAGES < bank_bytes(b) ||
		    (b->state[0] && !strchr(b->state, '=')))
			return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
					"%s: the bank '%s' in state '%s' cannot be emulated",
					chip->name, b->name, b->state);
		f->two_modes |= strcmp(b->state, chip->banks[0].state) != 0;
	}
	return chip->n_banks ? 0
			     : stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
					"%s has no bank", chip->name);
}

static bool holds(const struct g4_area *a, uint64_t addr)
{
	return addr >= a->array.base && addr - a->array.base < a->array.size;
}

struct g4_area *g4_area_at(struct flash_g4 *f, uint64_t addr, uint32_t *ret)
{
	struct g4_area *found = holds(&f->otp, addr) ? &f->otp : NULL;
	unsigned int i;

	for (i = 0; i < f->n_banks; i++)
		if (holds(&f->bank[i], addr))
			found = &f->bank[i];
	if (found)
		*ret = (uint32_t)(addr - found->array.base);
	return found;
}

int g4_banks_init(struct flash_g4 *f, struct stk_error *err)
{
	const struct stk_chip *chip = emu_chip(f->emu);
	int r;

	read_fields(f);
	r = flash_array_init(&f->whole, f->emu, "FLASH", 0, chip->flash_kib * 1024ull, 0xff,
			     err);
	return r ? r : check_states(f, err);
}
