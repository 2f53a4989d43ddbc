/* SPDX-License-Identifier: MIT */
/* Which flash the loaders of a board write, and whether they may and can. */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "board.h"
#include "image.h"
#include "plan.h"

#define SECTORS_MOST	(1u << 20)	/* 256 MiB in pages of 256 bytes */

static bool chip_has(const struct stk_board *b, struct stk_range r)
{
	const struct stk_chip *chip = b->target->facts.chip;

	return !chip || (stk_chip_memory_at(chip, r.addr) &&
			 stk_chip_memory_at(chip, stk_range_end(r) - 1));
}

/* The runs of this loader so far begin at @first: two sectors at one place are one. */
static bool taken(const struct stk_board *b, size_t first, struct stk_range sector)
{
	for (size_t i = first; i < b->n_regions; i++) {
		if (stk_range_overlaps(b->regions[i].range, sector))
			return true;
	}
	return false;
}

/* To the last run, if it goes on there, or as the first of a new one. */
static int add_sector(struct stk_board *b, size_t first, const struct stk_loader *loader,
		      struct stk_range sector, struct stk_error *err)
{
	struct stk_board_region *last = b->regions ? &b->regions[b->n_regions - 1] : NULL;
	struct stk_board_region *grown;

	if (b->n_regions > first && last->sector == sector.len &&
	    stk_range_end(last->range) == sector.addr) {
		last->range.len += sector.len;
		return 0;
	}
	grown = reallocarray(b->regions, b->n_regions + 1, sizeof(*grown));
	if (!grown)
		return stk_fail_nomem(err);
	b->regions = grown;
	b->regions[b->n_regions++] = (struct stk_board_region){
		.range = sector, .sector = (uint32_t)sector.len,
		.erased = stk_loader_info(loader)->device->erased, .loader = loader,
	};
	return 0;
}

static int too_many(const struct stk_loader_info *info, const struct stk_region *region,
		    struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INPUT, E2BIG, "too-many-sectors",
			"'%s' declares %" PRIu64 " sectors of %" PRIu64
			" bytes: no flash has as many", info->path, region->count,
			region->size);
}

static int add_device(struct stk_board *b, const struct stk_loader *loader,
		      struct stk_error *err)
{
	const struct stk_loader_info *info = stk_loader_info(loader);
	const struct stk_device *d = info->device;
	const struct stk_range device = { d->start, d->size };
	const size_t first = b->n_regions;
	int r = 0;

	for (size_t i = 0; i < d->n_regions; i++) {
		const struct stk_region *region = &d->regions[i];
		struct stk_range sector = { region->start, region->size };

		if (region->count > SECTORS_MOST || region->size > UINT32_MAX)
			return too_many(info, region, err);
		for (uint64_t k = 0; k < region->count && !r; k++) {
			if (stk_range_contains(device, sector) && chip_has(b, sector) &&
			    !taken(b, first, sector))
				r = add_sector(b, first, loader, sector, err);
			sector.addr += sector.len;
		}
	}
	if (r || b->n_regions > first)
		return r;
	return stk_fail(err, STK_ORIGIN_INPUT, ERANGE, "not-in-chip",
			"'%s': '%s' has no sector of its device, which begins at 0x%08" PRIx64,
			info->path, b->target->facts.description, d->start);
}

static int by_address(const void *a, const void *b)
{
	const struct stk_board_region *x = a, *y = b;

	return x->range.addr < y->range.addr ? -1 : x->range.addr > y->range.addr;
}

int board_find_regions(struct stk_board *b, struct stk_error *err)
{
	int r = 0;

	for (size_t i = 0; i < b->n_loaders && !r; i++)
		r = add_device(b, b->loaders[i], err);
	if (!r && b->n_regions)
		qsort(b->regions, b->n_regions, sizeof(*b->regions), by_address);
	return r;
}

struct stk_plan_options board_plan_options(const struct stk_board *b,
					   enum stk_action action)
{
	return (struct stk_plan_options){
		.size = sizeof(struct stk_plan_options),
		.action = action,
		.host = b->host,
		.force = b->opt.force,
		.allow_option_bytes = b->opt.allow_option_bytes,
	};
}

/* Plans of everything, which nobody runs: one would refuse what a job would be. */
static int check_erase(struct stk_board *b, struct stk_error *err)
{
	stk_cleanup(freep) struct stk_range *ranges = calloc(b->n_regions, sizeof(*ranges));
	struct stk_plan_options opt = board_plan_options(b, STK_ACTION_ERASE);
	struct stk_plan *plan;
	int r;

	if (!ranges)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < b->n_regions; i++)
		ranges[i] = b->regions[i].range;
	opt.ranges = ranges;
	opt.n_ranges = b->n_regions;
	r = stk_plan_new(b->target, b->loaders, b->n_loaders, &opt, &plan, err);
	if (!r)
		stk_plan_free(plan);
	return r;
}

static int check_program(struct stk_board *b, struct stk_error *err)
{
	struct stk_plan_options opt = board_plan_options(b, STK_ACTION_PROGRAM);
	struct stk_image_builder *builder;
	struct stk_image *image = NULL;
	struct stk_plan *plan;
	int r = image_builder_new("a byte of each region", 0, b->n_regions, &builder, err);

	if (r)
		return r;
	for (size_t i = 0; i < b->n_regions && !r; i++)
		r = stk_image_add(builder, b->regions[i].range.addr, "", 1, NULL, err);
	if (!r)
		r = image_builder_finish(builder, "", NULL, &image, err);
	image_builder_free(builder);
	opt.image = image;
	if (!r)
		r = stk_plan_new(b->target, b->loaders, b->n_loaders, &opt, &plan, err);
	if (!r)
		stk_plan_free(plan);
	stk_image_close(image);
	return r;
}

int board_check_loaders(struct stk_board *b, struct stk_error *err)
{
	int r;

	if (!b->n_loaders)
		return 0;
	r = check_erase(b, err);
	return r ? r : check_program(b, err);
}
