/* SPDX-License-Identifier: MIT */
/* Which bytes go through which loader. Nothing here touches the target. */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "plan.h"

#define SECTORS_MOST	(1u << 20)	/* 256 MiB in pages of 256 bytes */

static void plan_freep(struct stk_plan **plan)
{
	stk_plan_free(*plan);
}

void stk_plan_free(struct stk_plan *plan)
{
	if (!plan)
		return;
	free(plan->loaders);
	free(plan->ranges);
	free(plan->sectors);
	free(plan->steps);
	free(plan);
}

const struct stk_plan_info *stk_plan_info(const struct stk_plan *plan)
{
	return &plan->info;
}

static const struct stk_device *device_of(const struct stk_plan *plan, size_t i)
{
	return stk_loader_info(plan->loaders[i])->device;
}

struct stk_range plan_device_range(const struct stk_plan *plan, size_t i)
{
	const struct stk_device *d = device_of(plan, i);

	return (struct stk_range){ d->start, d->size };
}

/* ---- sectors ---------------------------------------------------------- */

bool plan_sector_at(const struct stk_region *regions, size_t n, uint64_t addr,
		    struct stk_range *ret)
{
	for (size_t i = 0; i < n; i++) {
		const struct stk_region *r = &regions[i];

		if (!r->size || addr < r->start || (addr - r->start) / r->size >= r->count)
			continue;
		ret->addr = r->start + (addr - r->start) / r->size * r->size;
		ret->len = r->size;
		return true;
	}
	return false;
}

size_t plan_sectors_of(const struct stk_plan *plan, unsigned int loader, size_t *ret_first)
{
	size_t first = 0, n = 0;

	while (first < plan->n_sectors && plan->sectors[first].loader != loader)
		first++;
	while (first + n < plan->n_sectors && plan->sectors[first + n].loader == loader)
		n++;
	*ret_first = first;
	return n;
}

static int add_sector(struct stk_plan *plan, unsigned int loader, struct stk_range range,
		      struct stk_error *err)
{
	struct plan_sector *grown;

	/* Room doubles at powers of two. */
	if (!(plan->n_sectors & (plan->n_sectors - 1))) {
		size_t room = plan->n_sectors ? plan->n_sectors * 2 : 1;

		grown = reallocarray(plan->sectors, room, sizeof(*grown));
		if (!grown)
			return stk_fail_nomem(err);
		plan->sectors = grown;
	}
	plan->sectors[plan->n_sectors++] =
		(struct plan_sector){ .range = range, .loader = loader };
	return 0;
}

/* The sectors that @want, which lies in the device of @loader, touches. */
static int add_touched(struct stk_plan *plan, unsigned int loader, struct stk_range want,
		       struct stk_error *err)
{
	const struct stk_loader_info *info = stk_loader_info(plan->loaders[loader]);
	uint64_t addr = want.addr;

	while (addr < stk_range_end(want)) {
		struct plan_sector *last =
			plan->n_sectors ? &plan->sectors[plan->n_sectors - 1] : NULL;
		struct stk_range sector;
		uint64_t upto;

		if (!plan_device_sector(info->device, addr, &sector))
			return stk_fail(err, STK_ORIGIN_INPUT, ERANGE, "no-sector",
					"0x%08" PRIx64 " is in no sector of '%s': its sector "
					"table does not cover the device it declares",
					addr, info->path);
		if (!last || last->loader != loader || last->range.addr != sector.addr) {
			int r = add_sector(plan, loader, sector, err);

			if (r)
				return r;
			last = &plan->sectors[plan->n_sectors - 1];
		}
		upto = stk_range_end(sector) < stk_range_end(want) ? stk_range_end(sector)
								   : stk_range_end(want);
		last->image_bytes += upto - addr;
		addr = upto;
	}
	return 0;
}

/* ---- which loader ----------------------------------------------------- */

/* How many devices hold @addr; *ret the last of them, *ret_upto where that may change. */
static unsigned int loaders_at(const struct stk_plan *plan, struct stk_range r,
			       unsigned int *ret, uint64_t *ret_upto)
{
	unsigned int n = 0;

	*ret_upto = stk_range_end(r);
	for (unsigned int i = 0; i < plan->info.n_loaders; i++) {
		struct stk_range d = plan_device_range(plan, i);
		uint64_t edge;

		if (stk_range_contains(d, (struct stk_range){ r.addr, 1 })) {
			*ret = i;
			n++;
			edge = stk_range_end(d);
		} else {
			edge = d.addr;
		}
		if (edge > r.addr && edge < *ret_upto)
			*ret_upto = edge;
	}
	return n;
}

static void list_devices(const struct stk_plan *plan, char *text, size_t len)
{
	size_t used = 0;

	text[0] = 0;
	for (size_t i = 0; i < plan->info.n_loaders && used < len; i++) {
		struct stk_range d = plan_device_range(plan, i);

		used += (size_t)snprintf(text + used, len - used, "%s%s 0x%08" PRIx64
					 "-0x%08" PRIx64, i ? ", " : "",
					 stk_loader_info(plan->loaders[i])->name, d.addr,
					 stk_range_end(d) - 1);
	}
}

static int no_loader(const struct stk_plan *plan, struct stk_range r, unsigned int count,
		     struct stk_error *err)
{
	char devices[300];

	list_devices(plan, devices, sizeof(devices));
	return stk_fail(
		err, STK_ORIGIN_INPUT, EADDRNOTAVAIL, count ? "two-loaders" : "no-loader",
		"0x%08" PRIx64 "-0x%08" PRIx64 " is in %s loader's device; given: %s; %s",
		r.addr, stk_range_end(r) - 1, count ? "more than one" : "no", devices,
		count ? "leave one out" : "add a loader, or look at the base address");
}

/* Cut @r at device borders and give each piece to its loader. */
static int assign(struct stk_plan *plan, struct stk_range r, unsigned int only,
		  struct stk_error *err)
{
	while (r.len) {
		unsigned int loader = 0, count;
		struct stk_range piece = r;
		uint64_t upto;
		int e = 0;

		count = loaders_at(plan, r, &loader, &upto);
		piece.len = upto - r.addr;
		if (count != 1)
			return no_loader(plan, piece, count, err);
		if (loader == only)
			e = add_touched(plan, loader, piece, err);
		if (e)
			return e;
		r.addr += piece.len;
		r.len -= piece.len;
	}
	return 0;
}

/* A loader for a larger chip declares flash that is not there. */
bool plan_chip_has(const struct stk_plan *plan, struct stk_range range)
{
	const struct stk_chip *chip = plan->target->facts.chip;

	return !chip || (stk_chip_memory_at(chip, range.addr) &&
			 stk_chip_memory_at(chip, stk_range_end(range) - 1));
}

static int by_sector(const void *a, const void *b)
{
	const struct plan_sector *x = a, *y = b;

	return x->range.addr < y->range.addr ? -1 : x->range.addr > y->range.addr;
}

/*
 * Ascending from the @first on, each once: of two that overlap the one that the
 * image has bytes in stays.
 */
static void join_sectors(struct stk_plan *plan, size_t first)
{
	size_t used = first;

	if (first == plan->n_sectors)
		return;
	qsort(plan->sectors + first, plan->n_sectors - first, sizeof(*plan->sectors),
	      by_sector);
	for (size_t i = first; i < plan->n_sectors; i++) {
		struct plan_sector s = plan->sectors[i], *last = &plan->sectors[used - 1];
		bool twice = used > first && stk_range_overlaps(last->range, s.range);

		if (!twice || (s.image_bytes && last->image_bytes))
			plan->sectors[used++] = s;
		else if (s.image_bytes)
			*last = s;
	}
	plan->n_sectors = used;
}

int plan_add_device(struct stk_plan *plan, unsigned int loader,
		    bool (*has)(const struct stk_plan *plan, struct stk_range range),
		    struct stk_error *err)
{
	const struct stk_loader_info *info = stk_loader_info(plan->loaders[loader]);
	const struct stk_device *d = info->device;

	for (size_t i = 0; i < d->n_regions; i++) {
		struct stk_range sector = { d->regions[i].start, d->regions[i].size };

		if (d->regions[i].count > SECTORS_MOST)
			return stk_fail(err, STK_ORIGIN_INPUT, E2BIG, "too-many-sectors",
					"'%s' declares %" PRIu64 " sectors of %" PRIu64
					" bytes: no flash has as many", info->path,
					d->regions[i].count, sector.len);
		for (uint64_t k = 0; k < d->regions[i].count;
		     k++, sector.addr += sector.len) {
			int r = has(plan, sector) ?
					add_sector(plan, loader, sector, err) : 0;

			if (r)
				return r;
		}
	}
	return 0;
}

/* All sectors, loader by loader, so that each loader is loaded once. */
static int assign_all(struct stk_plan *plan, struct stk_error *err)
{
	const struct stk_image_info *image = plan->image ? stk_image_info(plan->image)
							 : NULL;
	bool whole = plan->action == STK_ACTION_ERASE;
	bool mass = plan->erase == STK_ERASE_CHIP &&
		    (whole || plan->action == STK_ACTION_PROGRAM);

	for (unsigned int l = 0; l < plan->info.n_loaders; l++) {
		size_t first = plan->n_sectors;
		int r = 0;

		for (size_t i = 0; image && i < image->n_chunks && !r; i++)
			r = assign(plan,
				   (struct stk_range){ image->chunks[i].addr,
						       image->chunks[i].len },
				   l, err);
		for (size_t i = 0; i < plan->n_ranges && !r; i++)
			r = assign(plan, plan->ranges[i], l, err);
		if (!r && mass && (whole || plan->n_sectors > first)) {
			r = plan_add_device(plan, l, plan_chip_has, err);
			join_sectors(plan, first);
		}
		if (r)
			return r;
	}
	if (image)
		plan->info.image_bytes = image->bytes;
	plan->info.sectors = plan->n_sectors;
	return 0;
}

uint64_t plan_overlay(const struct stk_image *image, struct stk_range range, uint8_t *buf)
{
	const struct stk_image_info *info = stk_image_info(image);
	uint64_t copied = 0;

	for (size_t i = 0; i < info->n_chunks; i++) {
		const struct stk_chunk *c = &info->chunks[i];
		uint64_t from = c->addr > range.addr ? c->addr : range.addr;
		uint64_t upto = c->addr + c->len < stk_range_end(range)
					? c->addr + c->len
					: stk_range_end(range);

		if (from >= upto)
			continue;
		memcpy(buf + (from - range.addr), c->data + (from - c->addr), upto - from);
		copied += upto - from;
	}
	return copied;
}

/* ---- what was asked ----------------------------------------------------- */

static int copy_loaders(struct stk_plan *plan, struct stk_loader *const *loaders,
			size_t n, struct stk_error *err)
{
	if (!n)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "no-loader",
				"no loader was given");
	plan->loaders = calloc(n, sizeof(struct stk_loader *));
	if (!plan->loaders)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const struct stk_loader_info *info = stk_loader_info(loaders[i]);

		if (info->error.code || !info->device) {
			if (err)
				*err = info->error;
			return -EINVAL;
		}
		plan->loaders[i] = loaders[i];
	}
	plan->info.loaders = (const struct stk_loader *const *)plan->loaders;
	plan->info.n_loaders = n;
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct stk_range *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* Ascending and disjoint, whatever the caller gave: sectors are found by their order. */
static void join_ranges(struct stk_plan *plan)
{
	size_t used = 0;

	qsort(plan->ranges, plan->n_ranges, sizeof(*plan->ranges), by_address);
	for (size_t i = 0; i < plan->n_ranges; i++) {
		struct stk_range r = plan->ranges[i];
		struct stk_range *last = used ? &plan->ranges[used - 1] : NULL;

		if (!last || r.addr > stk_range_end(*last))
			plan->ranges[used++] = r;
		else if (stk_range_end(r) > stk_range_end(*last))
			last->len = stk_range_end(r) - last->addr;
	}
	plan->n_ranges = used;
}

static int copy_ranges(struct stk_plan *plan, const struct stk_plan_options *opt,
		       struct stk_error *err)
{
	bool whole = opt->action == STK_ACTION_ERASE && opt->erase == STK_ERASE_CHIP;

	if (plan->image || whole)
		return 0;
	if (!opt->n_ranges)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "no-range",
				"no range was given");
	plan->ranges = calloc(opt->n_ranges, sizeof(*plan->ranges));
	if (!plan->ranges)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < opt->n_ranges; i++) {
		/* An end at 2^64 would read as 0; no target has flash there. */
		if (!stk_range_valid(opt->ranges[i]) || !stk_range_end(opt->ranges[i]))
			return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-range",
					"a range of 0x%" PRIx64 " bytes at 0x%" PRIx64
					" is no range",
					opt->ranges[i].len, opt->ranges[i].addr);
		plan->ranges[i] = opt->ranges[i];
	}
	plan->n_ranges = opt->n_ranges;
	join_ranges(plan);
	return 0;
}

/* What the caller knows of the options, the rest as if not given. */
static struct stk_plan_options options_of(const struct stk_plan_options *opt)
{
	struct stk_plan_options o = { 0 };

	memcpy(&o, opt, opt->size < sizeof(o) ? opt->size : sizeof(o));
	return o;
}

int stk_plan_new(struct stk_target *target, struct stk_loader *const *loaders,
		 size_t n_loaders, const struct stk_plan_options *given,
		 struct stk_plan **ret, struct stk_error *err)
{
	const struct stk_plan_options o = options_of(given), *opt = &o;
	stk_cleanup(plan_freep) struct stk_plan *plan = calloc(1, sizeof(*plan));
	bool wants_image = opt->action == STK_ACTION_PROGRAM ||
			   opt->action == STK_ACTION_VERIFY;
	int r;

	if (!plan)
		return stk_fail_nomem(err);
	plan->target = target;
	plan->action = opt->action;
	plan->erase = opt->erase;
	plan->after = opt->after;
	plan->info.after = opt->after;
	plan->no_reset = opt->no_reset;
	plan->image = wants_image ? opt->image : NULL;
	plan->host = opt->host;
	if (wants_image && !opt->image)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "no-image",
				"no image was given");
	r = plan->host ? 0 : stk_host_find(NULL, &plan->host, err);
	if (!r)
		r = copy_loaders(plan, loaders, n_loaders, err);
	if (!r)
		r = copy_ranges(plan, opt, err);
	if (!r)
		r = assign_all(plan, err);
	if (!r)
		r = plan_check(plan, err);
	if (!r)
		r = plan_care(plan, opt, err);
	if (!r)
		r = plan_add_steps(plan, err);
	if (r)
		return r;
	plan->info.steps = plan->steps;
	*ret = take_ptr(plan);
	return 0;
}
