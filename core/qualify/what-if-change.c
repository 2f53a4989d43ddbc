/* SPDX-License-Identifier: MIT */
/* What a register could read, and how an assumed rule could be read. */
#include "core.h"

#include <stdio.h>
#include <string.h>

#include "modules.h"
#include "what-if.h"

#define DEV_ID	0xfffu	/* DBGMCU_IDCODE, the same place on all families */

static int add(struct stk_qualify *q, struct change_list *list, struct change c,
	       struct stk_error *err)
{
	struct change *more;

	if (list->n == list->room) {
		more = arena_alloc(&q->arena, (2 * list->room + 32) * sizeof(*more));
		if (!more)
			return stk_fail_nomem(err);
		if (list->n)
			memcpy(more, list->item, list->n * sizeof(*more));
		list->item = more;
		list->room = 2 * list->room + 32;
	}
	list->item[list->n++] = c;
	return 0;
}

/* @value instead of what @read says; one that it says, or that was there, is none. */
static int add_value(struct stk_qualify *q, struct change_list *list,
		     const struct tape_read *read, uint32_t value, const char *how,
		     struct stk_error *err)
{
	uint32_t mask = read->width >= 4 ? UINT32_MAX : (1u << 8 * read->width) - 1;

	value &= mask;
	if (value == (read->value & mask))
		return 0;
	for (size_t i = list->n; i > 0 && list->item[i - 1].address == read->address; i--) {
		if (list->item[i - 1].value == value)
			return 0;
	}
	return add(q, list, (struct change){ .address = read->address, .mask = mask,
					     .value = value, .how = how }, err);
}

/* The register at @addr whose contents the chip's maker put there; NULL: none. */
static const struct stk_register *constant_at(const struct stk_chip *chip, uint64_t addr)
{
	const struct stk_peripheral *p = stk_chip_peripheral_at(chip, addr);

	if (!p || !p->model || (strcmp(p->model, "words") && strcmp(p->model, "dbgmcu")))
		return NULL;
	for (size_t i = 0; i < p->n_registers; i++) {
		if (p->base + p->registers[i].offset == addr)
			return &p->registers[i];
	}
	return NULL;
}

static bool is_dev_id(const struct stk_chip *chip, uint64_t addr)
{
	for (size_t i = 0; i < chip->n_identity; i++) {
		if (chip->identity[i].address == addr && chip->identity[i].mask == DEV_ID)
			return true;
	}
	return false;
}

/* Chips of the family that have facts: identity, flash size. */
static int add_chips(struct stk_qualify *q, const struct stk_chip *chip,
		     const struct tape_read *read, struct change_list *list,
		     struct stk_error *err)
{
	const struct stk_chip *const *chips;
	size_t count;
	int r = stk_chip_list(q->ctx, &chips, &count, err);

	for (size_t i = 0; i < count && !r; i++) {
		const struct stk_register *reg = strcmp(chips[i]->family, chip->family) ?
						 NULL : constant_at(chips[i], read->address);

		if (reg)
			r = add_value(q, list, read, reg->reset, chips[i]->name, err);
	}
	return r;
}

/* The first of "G471 G473 G474", as a chip's name begins. */
static const char *kin_name(struct stk_qualify *q, const struct stk_kin *kin)
{
	return arena_printf(&q->arena, "STM32%.*s", (int)strcspn(kin->names, " "),
			    kin->names);
}

/* Those of it that only have a name and a DEV_ID. */
static int add_kin(struct stk_qualify *q, const struct stk_chip *chip,
		   const struct tape_read *read, struct change_list *list,
		   struct stk_error *err)
{
	const struct stk_chip_driver *const *drivers;
	size_t count;
	int r = module_chips(q->ctx, &drivers, &count, err);

	for (size_t i = 0; i < count && !r; i++) {
		size_t n = stk_offers(drivers[i], kin) ? drivers[i]->n_kin : 0;

		for (size_t k = 0; k < n && !r; k++) {
			const struct stk_kin *kin = &drivers[i]->kin[k];
			const char *how;

			if (strcmp(kin->family, chip->family))
				continue;
			how = kin_name(q, kin);
			if (!how)
				return stk_fail_nomem(err);
			for (size_t d = 0; d < kin->n_dev_ids && !r; d++)
				r = add_value(q, list, read, (read->value & ~DEV_ID) |
					      kin->dev_ids[d], how, err);
		}
	}
	return r;
}

/*
 * "CR", "CCR", "CR1", as ST names control registers: the loader itself puts there
 * what it reads. Only that a write was not taken can be otherwise.
 */
static bool is_control(const struct stk_register_place *place)
{
	size_t len = strlen(place->reg->name);

	while (len && place->reg->name[len - 1] >= '0' && place->reg->name[len - 1] <= '9')
		len--;
	return len >= 2 && !memcmp(place->reg->name + len - 2, "CR", 2);
}

static int add_plain(struct stk_qualify *q, const struct stk_chip *chip,
		     const struct tape_read *read, struct change_list *list,
		     struct stk_error *err)
{
	struct stk_register_place place;
	bool known = stk_register_at(q->ctx, chip, read->address, &place) && place.reg;
	int r = 0;

	if (!known || !is_control(&place)) {
		r = add_value(q, list, read, 0, "zero", err);
		if (!r)
			r = add_value(q, list, read, UINT32_MAX, "ones", err);
	}
	return r || !known ? r : add_value(q, list, read,
					   place.reg->reset >> 8 * place.offset, "reset",
					   err);
}

int changes_of_reads(struct stk_qualify *q, const struct stk_chip *chip,
		     const struct reads *reads, struct change_list *ret,
		     struct stk_error *err)
{
	int r = 0;

	for (size_t i = 0; i < reads->n && !r; i++) {
		const struct tape_read *read = &reads->item[i];

		r = add_plain(q, chip, read, ret, err);
		if (!r && constant_at(chip, read->address))
			r = add_chips(q, chip, read, ret, err);
		if (!r && is_dev_id(chip, read->address))
			r = add_kin(q, chip, read, ret, err);
	}
	return r;
}

static const char *reading_now(struct stk_qualify *q, const struct stk_variant *v, size_t n,
			       const char *rule)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].now && !strcmp(v[i].rule, rule))
			return arena_strdup(&q->arena, v[i].variant);
	}
	return NULL;
}

int changes_of_rules(struct stk_qualify *q, struct change_list *ret, struct stk_error *err)
{
	struct bench b;
	const struct stk_variant *v = NULL;
	size_t n = 0;
	int r = bench_open(&b, q, q->host, err);

	if (r)
		return r;
	if (b.target->ops.variants && b.target->ops.vary)
		v = b.target->ops.variants(b.target->priv, &n);
	for (size_t i = 0; i < n && !r; i++) {
		struct change c = {
			.how = "rule",
			.rule = arena_strdup(&q->arena, v[i].rule),
			.variant = arena_strdup(&q->arena, v[i].variant),
			.now = reading_now(q, v, n, v[i].rule),
		};

		if (!c.rule || !c.variant || !c.now)
			r = stk_fail_nomem(err);
		else if (!v[i].now)
			r = add(q, ret, c, err);
	}
	bench_close(&b);
	return r;
}
