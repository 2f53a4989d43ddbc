/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-options.c - option words in the store */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flash-options.h"

static uint32_t word_at(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static void put_word(uint8_t *p, uint32_t value)
{
	unsigned int i;

	for (i = 0; i < 4; i++)
		p[i] = (uint8_t)(value >> 8 * i);
}

uint32_t flash_option_get(const struct flash_options *o, size_t i)
{
	return word_at(o->bytes + 8 * i);
}

void flash_option_put(struct flash_options *o, size_t i, uint32_t value)
{
	put_word(o->bytes + 8 * i, value);
	put_word(o->bytes + 8 * i + 4, ~value);
}

static bool is_programmed(const struct flash_options *o, size_t i)
{
	return word_at(o->bytes + 8 * i) == ~word_at(o->bytes + 8 * i + 4);
}

static int option_number(struct emu_dev *dev, const char *name, uint64_t most,
			 uint64_t *ret, bool *ret_given, struct stk_error *err)
{
	const char *text;
	char key[48];

	snprintf(key, sizeof(key), "opt.%s", name);
	text = emu_option(dev->emu, key);
	*ret_given = text != NULL;
	if (text && (stk_parse_u64(text, ret) || *ret > most))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"%s=%s: a number up to 0x%llx is expected", key, text,
				(unsigned long long)most);
	return 0;
}

int flash_option_choose(struct emu_dev *dev, const struct stk_register *reg,
			uint32_t *value, bool *ret_given, struct stk_error *err)
{
	uint64_t number = *value;
	int r = option_number(dev, reg->name, UINT32_MAX, &number, ret_given, err);
	size_t i;

	*value = (uint32_t)number;
	for (i = 0; !r && i < reg->n_fields; i++) {
		const struct stk_field *f = &reg->fields[i];
		uint64_t most = (1ull << f->width) - 1;
		bool given;

		r = option_number(dev, f->name, most, &number, &given, err);
		if (r || !given)
			continue;
		*value &= (uint32_t)~(most << f->lsb);
		*value |= (uint32_t)(number << f->lsb);
		*ret_given = true;
	}
	return r;
}

static int choose(struct flash_options *o, struct emu_dev *dev, size_t i,
		  const struct flash_option *option, struct stk_error *err)
{
	const struct stk_register *reg = stk_peripheral_register(dev->facts, option->name);
	bool virgin = !is_programmed(o, i), given = false;
	uint32_t value = !virgin ? flash_option_get(o, i) :
			 reg	 ? reg->reset :
				   option->factory;
	int r = reg ? flash_option_choose(dev, reg, &value, &given, err) : 0;

	if (!r && (given || virgin))
		flash_option_put(o, i, value);
	return r;
}

int flash_options_init(struct flash_options *o, struct emu_dev *dev,
		       const struct flash_option *table, size_t n, struct stk_error *err)
{
	size_t i;
	int r;

	o->bytes = emu_store(dev->emu, "OPTIONS", 8 * FLASH_OPTIONS_MAX, 0xff, err);
	if (!o->bytes)
		return -EIO;
	for (i = 0; i < n; i++) {
		r = choose(o, dev, i, &table[i], err);
		if (r)
			return r;
	}
	return 0;
}

uint32_t flash_register_bits(const struct stk_register *reg)
{
	uint32_t mask = 0;
	size_t i;

	for (i = 0; i < reg->n_fields; i++)
		mask |= (uint32_t)((1ull << reg->fields[i].width) - 1) << reg->fields[i].lsb;
	return mask;
}

int flash_register_mask(const struct emu_dev *dev, const char *name, uint32_t *ret,
			struct stk_error *err)
{
	const struct stk_register *reg = stk_peripheral_register(dev->facts, name);

	if (!reg || !reg->n_fields)
		return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
				"%s: the flash interface has no register %s with fields",
				emu_chip(dev->emu)->name, name);
	*ret = flash_register_bits(reg);
	return 0;
}

bool flash_state_parse(const struct emu_dev *dev, const char *state,
		       const struct stk_register **ret_reg,
		       const struct stk_field **ret_field, uint32_t *ret_value)
{
	const char *eq = strchr(state, '=');
	char name[32];
	size_t i;

	if (!eq || (size_t)(eq - state) >= sizeof(name))
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)(eq - state), state);
	for (i = 0; i < dev->facts->n_registers; i++) {
		*ret_reg = &dev->facts->registers[i];
		*ret_field = emu_field(dev, (*ret_reg)->name, name);
		*ret_value = (uint32_t)strtoul(eq + 1, NULL, 0);
		if (*ret_field)
			return true;
	}
	return false;
}
