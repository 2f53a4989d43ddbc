/* SPDX-License-Identifier: MIT */
/* Which chip a loader is for, by its names: kin always, facts where we have them. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "chip.h"
#include "kin.h"
#include "modules.h"

static bool holds(const struct stk_chip_guess *g, const struct stk_kin *kin)
{
	for (size_t i = 0; i < g->n_kin; i++)
		if (g->kin[i] == kin)
			return true;
	return false;
}

/* False: kin of another family. */
static bool add_kin(struct stk_chip_guess *g, const struct stk_kin *kin)
{
	if (g->family && strcmp(g->family, kin->family))
		return false;
	g->family = kin->family;
	if (g->n_kin < STK_GUESS_KIN && !holds(g, kin))
		g->kin[g->n_kin++] = kin;
	return true;
}

static int collect(const struct kin_list *list, const struct kin_patterns *all,
		   const char *text, const char *what, struct stk_chip_guess *g,
		   struct stk_error *err)
{
	for (size_t i = 0; i < all->count; i++) {
		const struct stk_kin *kin;
		size_t at = 0;

		while ((kin = kin_next(list, &all->item[i], &at))) {
			if (add_kin(g, kin))
				continue;
			return stk_fail(err, STK_ORIGIN_INPUT, ENOTUNIQ, "chips-differ",
					"the %s '%.80s' names chips of %s and of %s",
					what, text, g->family, kin->family);
		}
	}
	return 0;
}

static const char *model(const struct stk_chip *chip)
{
	return chip->name + (strncmp(chip->name, "STM32", 5) ? 0 : 5);
}

/* Does the name mean @chip, or the kin that it is of? */
static bool means(const struct kin_patterns *all, const struct stk_chip_guess *g,
		  const struct stk_chip *chip)
{
	const char *name = model(chip);
	bool kin = false, named = false;

	for (size_t i = 0; i < g->n_kin && !kin; i++)
		kin = kin_has(g->kin[i], name);
	for (size_t i = 0; i < all->count && !named; i++)
		named = all->item[i].dev_id || kin_pattern_matches(&all->item[i], name);
	return kin && named;
}

/* A chip that is named in full: "X" is a pin count too (STM32H743XI). */
static const struct stk_chip *by_letter(const struct kin_list *list,
					const struct kin_patterns *all)
{
	for (size_t i = 0; i < list->count; i++) {
		for (size_t k = 0; k < list->drivers[i]->n_chips; k++) {
			const struct stk_chip *chip = list->drivers[i]->chips[k];
			const char *name = model(chip);

			if (all->count == 1 &&
			    !strncmp(all->item[0].text, name, strlen(name)))
				return chip;
		}
	}
	return NULL;
}

/* The chip whose facts serve best: one that is meant, with most registers. */
static void choose_chip(const struct kin_list *list, const struct kin_patterns *all,
			struct stk_chip_guess *g)
{
	for (size_t i = 0; i < list->count; i++) {
		for (size_t k = 0; k < list->drivers[i]->n_chips; k++) {
			const struct stk_chip *chip = list->drivers[i]->chips[k];
			enum stk_fit fit;

			if (strcmp(chip->family, g->family))
				continue;
			fit = means(all, g, chip) ? STK_FIT_CHIP : STK_FIT_FAMILY;
			if (g->fit == fit && fit == STK_FIT_CHIP &&
			    !chip_same_facts(g->chip, chip))
				g->fit = fit = STK_FIT_LINE;
			if (g->fit == STK_FIT_LINE && fit == STK_FIT_CHIP)
				fit = STK_FIT_LINE;
			if (fit < g->fit || (fit == g->fit && g->chip &&
					     chip->n_peripherals <= g->chip->n_peripherals))
				continue;
			g->fit = fit;
			g->chip = chip;
		}
	}
}

int chip_guess_text(const struct kin_list *list, const char *text, const char *what,
		    struct stk_chip_guess *ret, struct stk_error *err)
{
	struct stk_chip_guess g = { .fit = STK_FIT_NONE };
	struct kin_patterns all;
	int r;

	kin_read_text(list, text, &all);
	if (!all.count)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOENT, "chip-not-told",
				"the %s '%.80s' names no chip that a chip module knows",
				what, text);
	r = collect(list, &all, text, what, &g, err);
	if (r)
		return r;
	g.chip = by_letter(list, &all);
	if (g.chip)
		g.fit = STK_FIT_CHIP;
	else
		choose_chip(list, &all, &g);
	snprintf(g.why, sizeof(g.why), "'%.*s' in the %.40s",
		 (int)(all.length < 60 ? all.length : 60), text + all.offset, what);
	*ret = g;
	return 0;
}

/* Is all that @a can mean among what @b can mean, and less? */
static bool says_more(const struct stk_chip_guess *a, const struct stk_chip_guess *b)
{
	for (size_t i = 0; i < a->n_kin; i++)
		if (!holds(b, a->kin[i]))
			return false;
	return a->n_kin < b->n_kin || (a->n_kin == b->n_kin && a->fit > b->fit);
}

int chip_guess(const struct kin_list *list, const struct stk_loader_info *loader,
	       struct stk_chip_guess *ret, struct stk_error *err)
{
	struct stk_chip_guess device, file;
	struct stk_error ignored;
	int r = -ENOENT, f;

	if (loader->device)
		r = chip_guess_text(list, loader->device->name, "device name", &device,
				    err);
	if (r == -ENOTUNIQ)
		return r;
	f = chip_guess_text(list, loader->name, "file name", &file, r ? err : &ignored);
	if (r && f)
		return f;
	*ret = r || (!f && says_more(&file, &device)) ? file : device;
	return 0;
}

int stk_chip_guess_text(struct stk_ctx *ctx, const char *text, const char *what,
			struct stk_chip_guess *ret, struct stk_error *err)
{
	struct kin_list list;
	int r = module_chips(ctx, &list.drivers, &list.count, err);

	return r ? r : chip_guess_text(&list, text, what, ret, err);
}

int stk_chip_guess(struct stk_ctx *ctx, const struct stk_loader_info *loader,
		   struct stk_chip_guess *ret, struct stk_error *err)
{
	struct kin_list list;
	int r = module_chips(ctx, &list.drivers, &list.count, err);

	return r ? r : chip_guess(&list, loader, ret, err);
}
