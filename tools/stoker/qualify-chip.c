/* SPDX-License-Identifier: MIT */
/*
 * qualify without -t: the virtual chip that a loader is for, by the pack's list
 * of devices or by what the loader's names and its device table tell.
 */
#include <ctype.h>

#include "qualify.h"

#define LISTED 6  /* candidates in a sentence */
#define MOST   64 /* that are looked at */

/* Chips that fit, one of each kind. */
struct candidates {
	const struct stk_chip *chip[MOST];
	size_t count;
};

static void add_candidate(struct candidates *c, const struct stk_chip *chip)
{
	for (size_t i = 0; i < c->count; i++)
		if (stk_chip_same(c->chip[i], chip))
			return;
	if (c->count < MOST)
		c->chip[c->count++] = chip;
}

/* "F405" of "F405 F407" begins what follows STM32 in the chip's name. */
static bool is_kin(const struct stk_kin *kin, const struct stk_chip *chip)
{
	const char *model = chip->name + strlen("STM32");

	for (const char *p = kin->names; *p; p += strspn(p, " ")) {
		size_t len = strcspn(p, " ");

		if (!strncmp(p, model, len))
			return true;
		p += len;
	}
	return false;
}

static bool means(const struct stk_chip_guess *g, const struct stk_chip *chip)
{
	bool known = strlen(chip->name) > strlen("STM32");

	for (size_t i = 0; known && i < g->n_kin; i++)
		if (is_kin(g->kin[i], chip))
			return true;
	return false;
}

static bool is_external(const struct stk_chip *chip, const struct stk_device *d)
{
	const struct stk_memory *m = stk_chip_memory_at(chip, d->start);

	return m && m->kind == STK_MEM_EXTERNAL;
}

/*
 * A loader for internal flash is for the chip that has as much of it; one for
 * less of it than the chip has (option bytes, OTP, one bank) has other names.
 */
static bool fits(const struct stk_chip *chip, const struct stk_device *d)
{
	const struct stk_memory *m = stk_chip_memory_at(chip, d->start);

	if (!m)
		return false;
	if (m->kind == STK_MEM_EXTERNAL)
		return chip->default_nor != NULL;
	if (m->kind == STK_MEM_ROM)
		return !strcmp(m->name, "EEPROM") && d->size == m->size;
	return d->size == (uint64_t)chip->flash_kib * 1024;
}

/* ---- sectors, which depend on the option bytes --------------------------- */

static uint64_t sector_size(const struct stk_region *regions, size_t n, uint64_t addr)
{
	for (size_t i = 0; i < n; i++)
		if (addr >= regions[i].start &&
		    addr - regions[i].start < regions[i].count * regions[i].size)
			return regions[i].size;
	return 0;
}

static uint64_t chip_sector_size(const struct stk_chip *chip, const char *state,
				 uint64_t addr)
{
	uint64_t size = 0;

	for (size_t i = 0; i < chip->n_banks && !size; i++)
		if (!strcmp(chip->banks[i].state, state))
			size = sector_size(chip->banks[i].regions,
					   chip->banks[i].n_regions, addr);
	return size;
}

/* What to add to an address of the device where the flash is seen again to get its own. */
static uint64_t from_alias(const struct stk_chip *chip, const struct stk_device *d)
{
	const struct stk_memory *m = stk_chip_memory_at(chip, d->start);

	for (size_t i = 0; m && m->alias && i < chip->n_memories; i++)
		if (!strcmp(chip->memories[i].name, m->alias))
			return chip->memories[i].start - m->start;
	return 0;
}

/* Where a region of either begins, their sectors are of one size. */
static bool same_sectors(const struct stk_chip *chip, const char *state,
			 const struct stk_device *d)
{
	const uint64_t shift = from_alias(chip, d);
	bool same = true;

	for (size_t i = 0; i < d->n_regions; i++)
		same &= chip_sector_size(chip, state, d->regions[i].start + shift) ==
			d->regions[i].size;
	for (size_t i = 0; i < chip->n_banks; i++) {
		const struct stk_bank *b = &chip->banks[i];

		for (size_t j = 0; j < b->n_regions && !strcmp(b->state, state); j++)
			same &= sector_size(d->regions, d->n_regions,
					    b->regions[j].start - shift) ==
				b->regions[j].size;
	}
	return same;
}

/* The state in which they are the loader's: of the chip's banks in order. */
static const char *state_of(const struct stk_chip *chip, const struct stk_device *d)
{
	for (size_t i = 0; i < chip->n_banks; i++)
		if (same_sectors(chip, chip->banks[i].state, d))
			return chip->banks[i].state;
	return NULL;
}

/* Chips whose sectors are the loader's in some state, if there are such. */
static void keep_same_sectors(struct candidates *c, const struct stk_device *d)
{
	struct candidates kept = { .count = 0 };

	for (size_t i = 0; i < c->count; i++)
		if (state_of(c->chip[i], d))
			kept.chip[kept.count++] = c->chip[i];
	if (kept.count)
		*c = kept;
}

/* "H743": what people write where the name of a family's line is enough. */
static bool is_mentioned(const struct stk_loader_info *l, const struct stk_chip *chip)
{
	char model[8];

	snprintf(model, sizeof(model), "%.4s", chip->name + strlen("STM32"));
	return strcasestr(l->device->name, model) || strcasestr(l->name, model);
}

/* Where some are mentioned, it is for these and not for all that are like them. */
static void keep_mentioned(struct candidates *c, const struct stk_loader_info *loader)
{
	struct candidates kept = { .count = 0 };

	for (size_t i = 0; i < c->count; i++)
		if (is_mentioned(loader, c->chip[i]))
			kept.chip[kept.count++] = c->chip[i];
	if (kept.count)
		*c = kept;
}

/* For what is outside of the chip, the size of its own flash does not matter. */
static void keep_largest(struct candidates *c, const struct stk_device *d)
{
	const struct stk_chip *largest = c->chip[0];

	for (size_t i = 0; i < c->count; i++) {
		if (!is_external(c->chip[i], d) ||
		    strncmp(c->chip[i]->name, largest->name, strlen("STM32H743")))
			return;
		if (c->chip[i]->flash_kib > largest->flash_kib)
			largest = c->chip[i];
	}
	c->chip[0] = largest;
	c->count = 1;
}

static int find_candidates(struct stk_ctx *ctx, const struct stk_loader_info *loader,
			   struct candidates *ret, struct stk_error *err)
{
	const struct stk_chip *const *chips;
	struct stk_chip_guess guess;
	struct stk_error untold;
	size_t n;
	int r;

	if (stk_chip_guess(ctx, loader, &guess, &untold))
		return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "no-virtual-chip",
				"%.380s; give one with -t emu:CHIP", untold.msg);
	r = stk_chip_list(ctx, &chips, &n, err);
	if (r)
		return r;
	if (guess.fit == STK_FIT_CHIP) {
		add_candidate(ret, guess.chip);
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		if (means(&guess, chips[i]) && fits(chips[i], loader->device))
			add_candidate(ret, chips[i]);
	if (ret->count) {
		keep_mentioned(ret, loader);
		keep_same_sectors(ret, loader->device);
		keep_largest(ret, loader->device);
		return 0;
	}
	return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "no-virtual-chip",
			"no virtual chip is like what %s means and has the flash of the "
			"loader's device table; give one with -t emu:CHIP",
			guess.why);
}

static void say_which(const struct candidates *c, size_t nth, char **how)
{
	int r = nth ? asprintf(how, "number %zu of %zu that fit; bad on those before",
			       nth + 1, c->count)
		    : asprintf(how, "the first of %zu that fit", c->count);

	if (r < 0)
		out_of_memory();
}

static int choose(const struct candidates *c, const struct qualify_item *item, size_t nth,
		  char **how, struct stk_error *err)
{
	char names[200] = "";
	size_t used = 0;

	if (nth >= c->count)
		return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "no-virtual-chip",
				"no other virtual chip fits '%s'", item->path);
	if (c->count == 1)
		return 0;
	if (!item->only) {
		say_which(c, nth, how);
		return 0;
	}
	for (size_t i = 0; i < c->count && i < LISTED; i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%.24s",
					 i ? ", " : "", c->chip[i]->name);
	return stk_fail(
		err, STK_ORIGIN_USAGE, ENOTUNIQ, "virtual-chips",
		"several virtual chips fit '%s': %s%s; choose one with -t emu:CHIP",
		item->path, names, c->count > LISTED ? ", ..." : "");
}

/* The flash on the external bus, where the names tell another than the default. */
static void nor_option(struct stk_ctx *ctx, const struct stk_chip *chip,
		       const struct stk_loader_info *loader, char *ret, size_t len)
{
	struct stk_part_match m;
	const char *text = loader->device->name;

	*ret = '\0';
	if (stk_part_find(ctx, text, &m, NULL)) {
		text = loader->name;
		if (stk_part_find(ctx, text, &m, NULL))
			return;
	}
	if (!strncasecmp(chip->default_nor, m.part->name, strlen(m.part->name)))
		return;
	snprintf(ret, len, ",nor=%.*s", (int)m.length, text + m.offset);
	for (char *p = ret; *p; p++)
		*p = (char)tolower((unsigned char)*p);
}

static char *address(struct stk_ctx *ctx, const struct stk_chip *chip,
		     const struct stk_loader_info *loader)
{
	const char *state = state_of(chip, loader->device);
	char name[32], nor[64] = "";
	char *ret;

	snprintf(name, sizeof(name), "%s", chip->name);
	for (char *p = name; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	if (chip->default_nor && is_external(chip, loader->device))
		nor_option(ctx, chip, loader, nor, sizeof(nor));
	if (!state)
		state = "";
	if (asprintf(&ret, "emu:%s%s%s%s", name, *state ? ",opt." : "", state, nor) < 0)
		out_of_memory();
	return ret;
}

int qualify_target(const struct qualify_args *args, struct stk_ctx *ctx,
		   const struct qualify_item *item, const struct stk_loader_info *loader,
		   size_t nth, char **ret, char **how, struct stk_error *err)
{
	struct candidates c = { .count = 0 };
	int r = 0;

	*how = NULL;
	if (args->common.target && !nth) {
		*ret = strdup(args->common.target);
		if (!*ret)
			out_of_memory();
		return 0;
	}
	if (item->chip)
		add_candidate(&c, item->chip);
	else if (!args->common.target)
		r = find_candidates(ctx, loader, &c, err);
	if (!r)
		r = choose(&c, item, nth, how, err);
	if (!r)
		*ret = address(ctx, c.chip[nth], loader);
	return r;
}
