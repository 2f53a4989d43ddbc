/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flash-options.h - option words in the store
 *
 * Each word stands with its complement, as option memory has it, so that a
 * virgin store is told from a programmed one and gets the factory values: the
 * reset values of the registers that show them. "opt.NAME=value" in the
 * target address programs a register, or a field, before the chip starts.
 */
#ifndef EMU_FLASH_OPTIONS_H
#define EMU_FLASH_OPTIONS_H

#include "emu.h"

#define FLASH_OPTIONS_MAX 16

struct flash_option {
	const char *name; /* the register */
	uint32_t factory; /* where the facts do not have it */
};

struct flash_options {
	uint8_t *bytes;
};

/* The bits that a register has. */
uint32_t flash_register_bits(const struct stk_register *reg);
/* The same of the one of that name, which the chip's facts must have. */
int flash_register_mask(const struct emu_dev *dev, const char *name, uint32_t *ret,
			struct stk_error *err);

/*
 * Option bytes that the user gave for this register: "opt.WRP1AR=0x3F0000" all of
 * it, "opt.DBANK=0" one field of every register that has it. *value is what they
 * are else, and what they become. Tells whether there were any.
 */
int flash_option_choose(struct emu_dev *dev, const struct stk_register *reg,
			uint32_t *value, bool *ret_given, struct stk_error *err);

/*
 * The state of a bank, "nDBANK=0": a field of an option register, and its value.
 * False: it is none.
 */
bool flash_state_parse(const struct emu_dev *dev, const char *state,
		       const struct stk_register **ret_reg,
		       const struct stk_field **ret_field, uint32_t *ret_value);

int flash_options_init(struct flash_options *o, struct emu_dev *dev,
		       const struct flash_option *table, size_t n, struct stk_error *err);
uint32_t flash_option_get(const struct flash_options *o, size_t i);
void flash_option_put(struct flash_options *o, size_t i, uint32_t value);

#endif
