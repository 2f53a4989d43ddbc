/* SPDX-License-Identifier: MIT */
/* Layouts without a target: what a job would do on a chip, or in given RAM. */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "chip.h"
#include "layout.h"
#include "loader.h"

#define TOP_OF_RAM ((uint64_t)1 << 32)

struct stk_layout {
	struct stk_layout_info info;
	struct stk_range *ram;
	struct stk_layout_part parts[STK_LAYOUT_PART_COUNT];
};

static const char *const part_names[STK_LAYOUT_PART_COUNT] = {
	[STK_LAYOUT_IMAGE] = "image",	  [STK_LAYOUT_TRAP] = "trap",
	[STK_LAYOUT_SCRATCH] = "scratch", [STK_LAYOUT_GUARD] = "guard",
	[STK_LAYOUT_STACK] = "stack",	  [STK_LAYOUT_BUFFER] = "buffer",
};

const char *stk_layout_part_name(enum stk_layout_part_kind kind)
{
	return (unsigned int)kind < STK_LAYOUT_PART_COUNT ? part_names[kind] : "unknown";
}

static void layout_freep(struct stk_layout **l)
{
	stk_layout_free(*l);
}

static int check_ranges(const struct stk_range *ram, size_t n, struct stk_error *err)
{
	if (n > LAYOUT_FREE_MAX / 2)
		return stk_fail(
			err, STK_ORIGIN_USAGE, E2BIG, "bad-ram",
			"%zu ranges of RAM are more than the %u that a layout takes", n,
			LAYOUT_FREE_MAX / 2);
	for (size_t i = 0; i < n; i++) {
		if (!stk_range_valid(ram[i]) || ram[i].addr >= TOP_OF_RAM ||
		    ram[i].len > TOP_OF_RAM - ram[i].addr)
			return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-ram",
					"RAM of %" PRIu64 " bytes at 0x%08" PRIx64
					" is empty, or "
					"does not lie below 4 GiB",
					ram[i].len, ram[i].addr);
		for (size_t j = 0; j < i; j++)
			if (stk_range_overlaps(ram[i], ram[j]))
				return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-ram",
						"RAM at 0x%08" PRIx64
						" and at 0x%08" PRIx64 " overlap",
						ram[j].addr, ram[i].addr);
	}
	return 0;
}

static int given_ram(const struct stk_layout_options *opt, struct stk_layout *l,
		     struct stk_error *err)
{
	int r = check_ranges(opt->ram, opt->n_ram, err);

	if (r)
		return r;
	l->ram = calloc(opt->n_ram, sizeof(*l->ram));
	if (!l->ram)
		return stk_fail_nomem(err);
	memcpy(l->ram, opt->ram, opt->n_ram * sizeof(*l->ram));
	l->info.n_ram = opt->n_ram;
	return 0;
}

/*
 * One RAM without an end. For a fixed image it begins with the page that it is
 * linked to: no RAM of a Cortex-M begins within 256 bytes.
 */
static int assumed_ram(const struct stk_loader_info *info, struct stk_layout *l,
		       struct stk_error *err)
{
	uint64_t page = info->link_address & ~(uint64_t)(LAYOUT_LINK_PAGE - 1);
	uint64_t start = info->position_independent ? 0 : page;
	const enum host_place place = l->info.host->place;

	if (place == HOST_PLACE_STACK_LAST || place == HOST_PLACE_TOP_DOWN)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "ram-unknown",
				"where '%s' puts '%s' depends on where RAM ends: say so with "
				"a chip, or with ranges of RAM",
				l->info.host->info.name, info->path);
	if (start >= TOP_OF_RAM)
		return stk_fail(err, STK_ORIGIN_INPUT, EFAULT, "ram-wrong-place",
				"'%s' is linked for 0x%" PRIx64 ", which is above 4 GiB",
				info->path, info->link_address);
	l->ram = calloc(1, sizeof(*l->ram));
	if (!l->ram)
		return stk_fail_nomem(err);
	l->ram[0] = (struct stk_range){ start, TOP_OF_RAM - start };
	l->info.n_ram = 1;
	l->info.known = info->position_independent ? STK_LAYOUT_RAM_FROM_ZERO
						   : STK_LAYOUT_RAM_FROM_LINK;
	return 0;
}

static int find_ram(const struct stk_loader_info *info,
		    const struct stk_layout_options *opt, struct stk_layout *l,
		    struct stk_error *err)
{
	if (opt && opt->chip)
		return chip_ram(opt->chip, !info->position_independent, &l->ram,
				&l->info.n_ram, err);
	if (opt && opt->n_ram)
		return given_ram(opt, l, err);
	return assumed_ram(info, l, err);
}

static int by_address(const void *a, const void *b)
{
	const struct stk_layout_part *x = a, *y = b;

	if (x->range.addr != y->range.addr)
		return x->range.addr < y->range.addr ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

static void fill(struct stk_layout *l, const struct layout *from)
{
	const struct stk_range range[STK_LAYOUT_PART_COUNT] = {
		[STK_LAYOUT_IMAGE] = from->image,
		[STK_LAYOUT_TRAP] = { from->trap, LAYOUT_TRAP_BYTES },
		[STK_LAYOUT_SCRATCH] = from->scratch,
		[STK_LAYOUT_GUARD] = from->guard,
		[STK_LAYOUT_STACK] = from->stack,
		[STK_LAYOUT_BUFFER] = from->buffer,
	};
	size_t n = 0;

	for (unsigned int i = 0; i < STK_LAYOUT_PART_COUNT; i++)
		if (range[i].len)
			l->parts[n++] = (struct stk_layout_part){
				(enum stk_layout_part_kind)i, range[i]
			};
	qsort(l->parts, n, sizeof(l->parts[0]), by_address);
	l->info.ram = l->ram;
	l->info.parts = l->parts;
	l->info.n_parts = n;
	l->info.bias = from->bias;
	l->info.static_base = from->static_base;
	l->info.sp = from->sp;
}

int stk_layout_new(const struct stk_loader *loader, const struct stk_layout_options *opt,
		   struct stk_layout **ret, struct stk_error *err)
{
	const struct stk_loader_info *info = stk_loader_info(loader);
	stk_cleanup(layout_freep) struct stk_layout *l = NULL;
	struct layout layout;
	int r;

	if (info->error.code) {
		if (err)
			*err = info->error;
		return -info->error.code;
	}
	l = calloc(1, sizeof(*l));
	if (!l)
		return stk_fail_nomem(err);
	l->info.host = opt ? opt->host : NULL;
	r = l->info.host ? 0 : stk_host_find(NULL, &l->info.host, err);
	if (!r)
		r = find_ram(info, opt, l, err);
	if (!r)
		r = layout_in(loader, l->ram, l->info.n_ram, l->info.host, &layout, err);
	if (r)
		return r;
	fill(l, &layout);
	*ret = take_ptr(l);
	return 0;
}

void stk_layout_free(struct stk_layout *l)
{
	if (!l)
		return;
	free(l->ram);
	free(l);
}

const struct stk_layout_info *stk_layout_info(const struct stk_layout *l)
{
	return &l->info;
}
