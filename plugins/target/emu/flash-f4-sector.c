/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-f4-sector.c - where sectors are, by option state (RM0090 3.4, RM0410 3.3.2) */
#include "flash-f4.h"

/* An option field that no register has holds in no state. */
static bool in_force(const struct flash_f4 *f, const struct stk_bank *bank)
{
	const struct stk_register *reg;
	const struct stk_field *field;
	uint32_t value;
	unsigned int i;

	if (!bank->state[0])
		return true;
	if (!flash_state_parse(f->dev, bank->state, &reg, &field, &value))
		return false;
	i = (unsigned int)(reg->offset - OPTCR) / 4;
	return i < f->n_options && emu_bits(f->active[i], field->lsb, field->width) == value;
}

void f4_load_banks(struct flash_f4 *f)
{
	const struct stk_chip *chip = emu_chip(f->emu);
	size_t i;

	f->n_banks = 0;
	for (i = 0; i < chip->n_banks && f->n_banks < F4_BANKS; i++)
		if (in_force(f, &chip->banks[i]))
			f->bank[f->n_banks++] = &chip->banks[i];
}

static bool sector_of(const struct stk_bank *bank, unsigned int n, uint64_t *start,
		      uint64_t *len)
{
	const struct stk_region *r = bank->regions;
	size_t i;

	for (i = 0; i < bank->n_regions; n -= (unsigned int)r->count, r++, i++) {
		if (n >= r->count)
			continue;
		*start = r->start + n * r->size;
		*len = r->size;
		return true;
	}
	return false;
}

bool f4_sector(const struct flash_f4 *f, unsigned int bank, unsigned int n,
	       struct f4_sector *ret)
{
	uint64_t start, len;

	if (bank >= f->n_banks || !sector_of(f->bank[bank], n, &start, &len))
		return false;
	*ret = (struct f4_sector){ bank, n, start - f->main.array.base, len };
	return true;
}

struct f4_sector f4_sector_at(const struct flash_f4 *f, uint64_t offset)
{
	struct f4_sector s = { 0 };
	unsigned int bank, n;

	for (bank = 0; bank < f->n_banks; bank++)
		for (n = 0; f4_sector(f, bank, n, &s); n++)
			if (offset - s.offset < s.len)
				return s;
	return s;
}

bool f4_sector_elsewhere(const struct flash_f4 *f, unsigned int n)
{
	const struct stk_chip *chip = emu_chip(f->emu);
	uint64_t start, len;
	size_t i;

	for (i = 0; i < chip->n_banks; i++)
		if (sector_of(&chip->banks[i], n, &start, &len))
			return true;
	return false;
}
