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

static int choose(struct flash_options *o, struct emu_dev *dev, size_t i,
		  const struct flash_option *option, struct stk_error *err)
{
	const struct stk_register *reg = stk_peripheral_register(dev->facts, option->name);
	uint64_t value = reg ? reg->reset : option->factory;
	const char *text;
	char key[32];

	snprintf(key, sizeof(key), "opt.%s", option->name);
	text = emu_option(dev->emu, key);
	if (text && (stk_parse_u64(text, &value) || value > UINT32_MAX))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"%s=%s: a 32-bit number is expected", key, text);
	if (text || !is_programmed(o, i))
		flash_option_put(o, i, (uint32_t)value);
	return 0;
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
