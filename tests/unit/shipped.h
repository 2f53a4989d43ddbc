/* SPDX-License-Identifier: GPL-2.0-only */
/* shipped.h - virtual chips as they are shipped, on the bench */
#ifndef SHIPPED_H
#define SHIPPED_H

#include "emu-rig.h"

extern const struct stk_chip_driver stm32_chips;

static inline const struct stk_chip *shipped_chip(const char *name)
{
	size_t i;

	for (i = 0; i < stm32_chips.n_chips; i++)
		if (!strcmp(stm32_chips.chips[i]->name, name))
			return stm32_chips.chips[i];
	ck_abort_msg("there is no %s", name);
}

static inline struct emu *shipped_open(const struct stk_chip *chip,
				       const char *const *options)
{
	struct emu *emu = calloc(1, sizeof(*emu));
	struct stk_error err = { 0 };

	ck_assert(emu != NULL);
	ck_assert_msg(!emu_open_chip(emu, NULL, chip, options, &err), "%s: %s", chip->name,
		      err.msg);
	return emu;
}

static inline void shipped_close(struct emu *emu)
{
	emu_close(emu);
	free(emu);
}

#endif
