/* SPDX-License-Identifier: MIT */
/* Which modules took part in a run. */
#include "took-part.h"

#include "modules.h"

size_t took_part_most(const struct stk_target *target)
{
	size_t n = 1;

	for (const struct stk_target *t = target; t; t = t->inner)
		n++;
	return n;
}

void took_part_add(struct took_part *p, const struct stk_module_info *module)
{
	for (size_t i = 0; module && i < p->n; i++) {
		if (p->modules[i] == module)
			module = NULL;
	}
	if (!module)
		return;
	p->modules[p->n++] = module;
	p->tainted |= !module->ours;
}

/* The chip module whose facts these are. */
static const struct stk_module_info *chip_module(struct stk_ctx *ctx,
						 const struct stk_chip *chip)
{
	const struct stk_chip_driver *const *drivers;
	size_t n;

	if (!chip || module_chips(ctx, &drivers, &n, NULL))
		return NULL;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < drivers[i]->n_chips; k++) {
			if (drivers[i]->chips[k] == chip)
				return module_by_driver(ctx, drivers[i]);
		}
	}
	return NULL;
}

void took_part_target(struct took_part *p, const struct stk_target *target)
{
	took_part_add(p, chip_module(target->ctx, target->facts.chip));
	for (const struct stk_target *t = target; t; t = t->inner)
		took_part_add(p, module_by_driver(t->ctx, t->driver));
}
