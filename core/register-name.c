/* SPDX-License-Identifier: MIT */
/* The register that an address belongs to. */
#include <inttypes.h>
#include <stdio.h>

#include "chip.h"
#include "modules.h"

#define WORD 4

static const struct stk_peripheral *peripheral_of(const struct stk_peripheral *all,
						  size_t n, uint64_t addr)
{
	for (size_t i = 0; i < n; i++)
		if (addr >= all[i].base && addr - all[i].base < all[i].length)
			return &all[i];
	return NULL;
}

/* The nearest register at or before @offset, within a word of it; NULL: none. */
static const struct stk_register *register_of(const struct stk_peripheral *p,
					      uint64_t offset)
{
	const struct stk_register *best = NULL;

	for (size_t i = 0; i < p->n_registers; i++) {
		const struct stk_register *r = &p->registers[i];

		if (r->offset <= offset && offset - r->offset < WORD &&
		    (!best || r->offset > best->offset))
			best = r;
	}
	return best;
}

static bool in_peripheral(const struct stk_peripheral *p, uint64_t addr,
			  struct stk_register_place *ret)
{
	uint64_t offset;

	if (!p)
		return false;
	offset = addr - p->base;
	ret->peripheral = p;
	ret->reg = register_of(p, offset);
	ret->offset = (uint32_t)(ret->reg ? offset - ret->reg->offset : offset);
	return true;
}

bool chip_register_at(const struct stk_chip_driver *const *drivers, size_t count,
		      const struct stk_chip *chip, uint64_t addr,
		      struct stk_register_place *ret)
{
	if (chip && in_peripheral(stk_chip_peripheral_at(chip, addr), addr, ret))
		return true;
	for (size_t i = 0; i < count; i++) {
		const struct stk_chip_driver *d = drivers[i];

		if (stk_offers(d, core_peripherals) &&
		    in_peripheral(peripheral_of(d->core_peripherals,
						d->n_core_peripherals, addr),
				  addr, ret))
			return true;
	}
	return false;
}

const char *chip_place_text(const struct stk_register_place *place, char *buf, size_t len)
{
	const struct stk_peripheral *p = place->peripheral;

	if (!place->reg)
		snprintf(buf, len, "%s+0x%" PRIx32, p->name, place->offset);
	else if (place->offset)
		snprintf(buf, len, "%s_%s+%" PRIu32, p->name, place->reg->name,
			 place->offset);
	else
		snprintf(buf, len, "%s_%s", p->name, place->reg->name);
	return buf;
}

bool stk_register_at(struct stk_ctx *ctx, const struct stk_chip *chip, uint64_t addr,
		     struct stk_register_place *ret)
{
	const struct stk_chip_driver *const *drivers;
	size_t count;

	if (module_chips(ctx, &drivers, &count, NULL))
		count = 0;
	return chip_register_at(drivers, count, chip, addr, ret);
}

const char *stk_register_name(struct stk_ctx *ctx, const struct stk_chip *chip,
			      uint64_t addr, char *buf, size_t len)
{
	struct stk_register_place place;

	if (!len || !stk_register_at(ctx, chip, addr, &place))
		return NULL;
	return chip_place_text(&place, buf, len);
}
