/* SPDX-License-Identifier: MIT */
#include "option-state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "diagnose-priv.h"

bool option_field_value(struct stk_target *t, const struct stk_peripheral *p,
			const struct stk_register *r, const struct stk_field *f,
			uint32_t *ret)
{
	uint32_t word;

	if (!read32(t, p->base + r->offset, &word))
		return false;
	*ret = (uint32_t)(word >> f->lsb & ((1ull << f->width) - 1));
	return true;
}

bool option_field(struct stk_target *t, const struct stk_peripheral *p, const char *name,
		  const struct stk_register **ret_reg, uint32_t *ret)
{
	for (size_t i = 0; i < p->n_registers; i++) {
		const struct stk_register *r = &p->registers[i];

		for (size_t j = 0; j < r->n_fields; j++) {
			if (strcmp(r->fields[j].name, name))
				continue;
			*ret_reg = r;
			return option_field_value(t, p, r, &r->fields[j], ret);
		}
	}
	return false;
}

bool option_state_holds(struct stk_target *t, const struct stk_peripheral *p,
			const char *state)
{
	const char *equals = strchr(state, '=');
	const struct stk_register *reg;
	char name[24];
	uint32_t value;

	if (!equals)
		return !*state;
	snprintf(name, sizeof(name), "%.*s", (int)(equals - state), state);
	return option_field(t, p, name, &reg, &value) &&
	       value == strtoul(equals + 1, NULL, 0);
}

const char *option_state(struct stk_target *t)
{
	const struct stk_chip *chip = t->facts.chip;
	const struct stk_peripheral *flash = chip ? stk_chip_peripheral(chip, "FLASH") : NULL;

	for (size_t i = 0; flash && i < chip->n_banks; i++) {
		const char *state = chip->banks[i].state;

		if (*state && option_state_holds(t, flash, state))
			return state;
	}
	return "";
}
