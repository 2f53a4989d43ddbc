/* SPDX-License-Identifier: MIT */
/* Can the job be done at all, with these loaders on this chip? */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "care.h"
#include "layout.h"
#include "plan.h"

static bool writes(const struct stk_plan *plan)
{
	return plan->action == STK_ACTION_PROGRAM || plan->action == STK_ACTION_ERASE;
}

/* ---- has it the functions ---------------------------------------------- */

static int need(const struct stk_loader_info *info, enum stk_op op, struct stk_error *err)
{
	for (size_t i = 0; i < info->n_functions; i++) {
		if (info->functions[i].op == op)
			return 0;
	}
	return stk_fail(err, STK_ORIGIN_INPUT, ENOSYS, "function-missing",
			"'%s' has no function for %s%s", info->path, stk_op_name(op),
			op == STK_OP_ERASE_CHIP	  ? "; erase by sectors" :
			op == STK_OP_ERASE_SECTOR ? "; try --erase chip" : "");
}

static int check_functions(const struct stk_plan *plan, struct stk_error *err)
{
	int r = 0;

	for (unsigned int l = 0; l < plan->info.n_loaders && !r; l++) {
		const struct stk_loader_info *info = stk_loader_info(plan->loaders[l]);

		if (!plan_uses(plan, l))
			continue;
		r = need(info, STK_OP_INIT, err);
		if (!r && writes(plan) && plan->erase != STK_ERASE_NONE)
			r = need(info,
				 plan->erase == STK_ERASE_CHIP ? STK_OP_ERASE_CHIP
							       : STK_OP_ERASE_SECTOR,
				 err);
		if (!r && plan->action == STK_ACTION_PROGRAM)
			r = need(info, STK_OP_PROGRAM, err);
	}
	return r;
}

/* An erase of part of a sector would erase what nobody named. */
static int check_aligned(const struct stk_plan *plan, struct stk_error *err)
{
	if (plan->action != STK_ACTION_ERASE || plan->erase == STK_ERASE_CHIP)
		return 0;
	for (size_t i = 0; i < plan->n_sectors; i++) {
		const struct plan_sector *s = &plan->sectors[i];

		if (s->image_bytes != s->range.len)
			return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "range-not-aligned",
					"the range holds only part of the sector 0x%08" PRIx64
					"-0x%08" PRIx64 "; give whole sectors",
					s->range.addr, stk_range_end(s->range) - 1);
	}
	return 0;
}

/* ---- is the loader for this chip --------------------------------------- */

/* A loader for a larger chip of the family declares flash that this one lacks. */
static int check_memory(const struct stk_plan *plan, const struct stk_chip *chip,
			struct stk_error *err)
{
	for (size_t i = 0; i < plan->n_sectors; i++) {
		struct stk_range r = plan->sectors[i].range;

		if (!stk_chip_memory_at(chip, r.addr))
			return stk_fail(
				err, STK_ORIGIN_INPUT, ERANGE, "not-in-chip",
				"0x%08" PRIx64 "-0x%08" PRIx64 " is no memory of the %s, "
				"which has %u KiB of flash; the loader is for a larger "
				"chip, or the %s is",
				r.addr, stk_range_end(r) - 1, chip->name, chip->flash_kib,
				plan->image ? "image" : "range");
	}
	for (unsigned int l = 0; l < plan->info.n_loaders; l++) {
		size_t first;

		if (plan_uses(plan, l) && !plan_sectors_of(plan, l, &first))
			return stk_fail(err, STK_ORIGIN_INPUT, ERANGE, "not-in-chip",
					"'%s': the %s has no sector of its device, which begins "
					"at 0x%08" PRIx64,
					stk_loader_info(plan->loaders[l])->path,
					chip->name, plan_device_range(plan, l).addr);
	}
	return 0;
}

/* How a sector of a loader lies in the chip's flash; the larger, the worse. */
enum fit {
	FIT_EXACT,	/* it is one, or it is no internal flash */
	FIT_WHOLE,	/* it is several: a loader may well erase them one by one */
	FIT_NONE,	/* it begins or ends inside of one, or behind the last */
};

static bool chip_sector(const struct stk_chip *chip, const char *state, uint64_t addr,
			struct stk_range *ret)
{
	for (size_t i = 0; i < chip->n_banks; i++) {
		const struct stk_bank *b = &chip->banks[i];

		if (!strcmp(b->state, state) &&
		    plan_sector_at(b->regions, b->n_regions, addr, ret))
			return true;
	}
	return false;
}

static enum fit fit_of(const struct stk_chip *chip, const char *state,
		       struct stk_range sector)
{
	struct stk_range first, last;
	bool begins = chip_sector(chip, state, sector.addr, &first);
	bool ends = chip_sector(chip, state, stk_range_end(sector) - 1, &last);

	if (!begins && !ends)
		return FIT_EXACT;
	if (!begins || !ends || first.addr != sector.addr ||
	    stk_range_end(last) != stk_range_end(sector))
		return FIT_NONE;
	return first.len == sector.len ? FIT_EXACT : FIT_WHOLE;
}

/* The worst of what the job touches, in the option state in which that is best. */
static enum fit fit_of_plan(const struct stk_plan *plan, unsigned int loader,
			    const struct stk_chip *chip, struct stk_range *ret)
{
	size_t first, n = plan_sectors_of(plan, loader, &first);
	enum fit best = FIT_NONE + 1;

	for (size_t b = 0; b < chip->n_banks; b++) {
		struct stk_range bad = { 0, 0 };
		enum fit worst = FIT_EXACT;

		for (size_t i = 0; i < n; i++) {
			struct stk_range r = plan->sectors[first + i].range;
			enum fit f = fit_of(chip, chip->banks[b].state, r);

			if (f > worst)
				bad = r;
			worst = f > worst ? f : worst;
		}
		if (worst < best)
			*ret = bad;
		best = worst < best ? worst : best;
	}
	return best > FIT_NONE ? FIT_EXACT : best;
}

/* Does the loader's name say that it is for another family? */
static bool names_another(const struct stk_plan *plan, unsigned int loader,
			  const struct stk_chip *chip, struct stk_chip_guess *ret)
{
	return !stk_chip_guess(plan->target->ctx, stk_loader_info(plan->loaders[loader]),
			       ret, NULL) &&
	       strcmp(ret->family, chip->family) != 0;
}

/*
 * Sectors that the flash does not have would take bytes along that the plan does
 * not list. Those that are several of the chip's might be meant so, but not by a
 * loader that is called after another family.
 */
static int check_geometry(const struct stk_plan *plan, unsigned int loader,
			  const struct stk_chip *chip, struct stk_error *err)
{
	const char *path = stk_loader_info(plan->loaders[loader])->path;
	struct stk_range bad = { 0, 0 }, own = { 0, 0 };
	enum fit fit = fit_of_plan(plan, loader, chip, &bad);
	struct stk_chip_guess guess;
	bool other = fit != FIT_EXACT && names_another(plan, loader, chip, &guess);

	if (fit == FIT_EXACT || (fit == FIT_WHOLE && !other))
		return 0;
	/* One of its ends is in the flash. */
	for (size_t i = 0; i < chip->n_banks && !own.len; i++) {
		const char *state = chip->banks[i].state;

		if (!chip_sector(chip, state, bad.addr, &own))
			(void)chip_sector(chip, state, stk_range_end(bad) - 1, &own);
	}
	return stk_fail(err, STK_ORIGIN_INPUT, EINVAL, "not-for-chip",
			"'%s' has a sector of %" PRIu64 " bytes at 0x%08" PRIx64
			", the %s has "
			"one of %" PRIu64 " there: the loader is for another chip%s%s",
			path, bad.len, bad.addr, chip->name, own.len,
			other ? ", as its name says: " : "", other ? guess.family : "");
}

static int check_chip(const struct stk_plan *plan, struct stk_error *err)
{
	const struct stk_chip *chip = plan->target->facts.chip;
	int r = chip ? check_memory(plan, chip, err) : 0;

	for (unsigned int l = 0; chip && writes(plan) && l < plan->info.n_loaders && !r; l++)
		r = check_geometry(plan, l, chip, err);
	return r;
}

static bool begins_in_chip(const struct stk_plan *plan, struct stk_range range)
{
	return stk_chip_memory_at(plan->target->facts.chip, range.addr) != NULL;
}

int plan_check_loader(struct stk_target *target, struct stk_loader *loader,
		      struct stk_error *err)
{
	struct stk_plan plan = {
		.target = target, .action = STK_ACTION_ERASE, .erase = STK_ERASE_CHIP,
		.loaders = &loader, .info = { .n_loaders = 1 },
	};
	int r = target->facts.chip ? plan_add_device(&plan, 0, begins_in_chip, err) : 0;

	if (!r)
		r = check_chip(&plan, err);
	free(plan.sectors);
	return r;
}

/* ---- does it fit ------------------------------------------------------- */

static int check_layouts(const struct stk_plan *plan, struct stk_error *err)
{
	struct layout layout;
	int r = 0;

	for (unsigned int l = 0; l < plan->info.n_loaders && !r; l++) {
		if (plan_uses(plan, l))
			r = layout_make(plan->loaders[l], plan->target, plan->host,
					&layout, err);
	}
	return r;
}

int plan_care(struct stk_plan *plan, const struct stk_plan_options *opt,
	      struct stk_error *err)
{
	const struct care care = {
		plan->target, plan->host, opt->force, opt->allow_option_bytes,
	};
	int r = 0;

	for (unsigned int l = 0; l < plan->info.n_loaders && !r; l++) {
		if (plan_uses(plan, l))
			r = care_check(&care, plan->loaders[l], err);
	}
	return r;
}

int plan_check(const struct stk_plan *plan, struct stk_error *err)
{
	int r = check_aligned(plan, err);

	if (!r)
		r = check_functions(plan, err);
	if (!r)
		r = check_chip(plan, err);
	return r ? r : check_layouts(plan, err);
}
