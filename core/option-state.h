/* SPDX-License-Identifier: MIT */
/* option-state.h - what a chip's option bytes are now, by the names of its facts */
#ifndef OPTION_STATE_H
#define OPTION_STATE_H

#include "core.h"

/* The value of @f; false: it cannot be read. */
bool option_field_value(struct stk_target *t, const struct stk_peripheral *p,
			const struct stk_register *r, const struct stk_field *f,
			uint32_t *ret);
/* A field of that name in any register of @p; false: none, or not to be read. */
bool option_field(struct stk_target *t, const struct stk_peripheral *p, const char *name,
		  const struct stk_register **ret_reg, uint32_t *ret);
/* "DBANK=1", as the option bytes are now; "" always is. */
bool option_state_holds(struct stk_target *t, const struct stk_peripheral *p,
			const char *state);
/* That of the chip's banks which holds; "": they depend on none. */
const char *option_state(struct stk_target *t);

#endif
