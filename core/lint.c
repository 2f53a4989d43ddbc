/* SPDX-License-Identifier: MIT */
/*
 * Findings that hold for every format. Each rule has an id that never changes
 * its meaning; a rule that goes leaves its number unused.
 */
#include "core.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "loader-priv.h"

/* Room for what a rule has to say after its title. */
#define DETAIL_LEN	320

struct lint {
	const struct stk_loader *loader;
	const struct stk_loader_info *info;
	const struct stk_device *device;	/* NULL: not known */
	const struct stk_format_driver *const *drivers;
	size_t n_drivers;
	char detail[DETAIL_LEN];
};

static bool say(struct lint *l, const char *fmt, ...) stk_printf(2, 3);
static bool say(struct lint *l, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(l->detail, sizeof(l->detail), fmt, args);
	va_end(args);
	return true;
}

/* ---- the file --------------------------------------------------------- */

static bool is_foreign(const struct lint *l)
{
	return !strcmp(l->info->error.cause, "foreign-machine");
}

static bool foreign_machine(struct lint *l)
{
	return is_foreign(l) && say(l, "it is made for %s", l->info->machine);
}

static bool has_suffix(const char *name, const char *suffix)
{
	const char *dot = strrchr(name, '.');

	return dot && !strcasecmp(dot + 1, suffix);
}

static bool suffix_of_other(struct lint *l)
{
	const struct stk_format_driver *mine = l->loader->format;

	if (!mine || has_suffix(l->info->name, mine->suffix))
		return false;
	for (size_t i = 0; i < l->n_drivers; i++) {
		if (has_suffix(l->info->name, l->drivers[i]->suffix))
			return say(l, "'%s' is a .%s by its content", l->info->name,
				   mine->suffix);
	}
	return false;
}

/* ---- the device table ------------------------------------------------- */

static bool name_not_text(struct lint *l)
{
	const char *name = l->device ? l->device->name : "?";
	size_t n = 0;

	while (name[n] >= ' ' && name[n] < 0x7F)
		n++;
	if (!n && !name[0])
		return say(l, "it is empty");
	return name[n] && say(l, "byte %zu is 0x%02x", n, (uint8_t)name[n]);
}

static bool no_size(struct lint *l)
{
	if (!l->device || (l->device->size && l->device->page_size))
		return false;
	return say(l, "device %" PRIu64 " bytes, page %u bytes", l->device->size,
		   l->device->page_size);
}

static bool wraps(struct lint *l)
{
	const struct stk_device *d = l->device;

	return d && d->start + d->size > UINT64_C(1) << 32 &&
	       say(l, "0x%" PRIx64 " bytes from 0x%08" PRIx64, d->size, d->start);
}

static uint64_t sum_of_sectors(const struct stk_device *d)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < d->n_regions; i++)
		sum += d->regions[i].count * d->regions[i].size;
	return sum;
}

static uint64_t sector_size(const struct stk_device *d, bool largest)
{
	uint64_t size = d->n_regions ? d->regions[0].size : 0;

	for (size_t i = 1; i < d->n_regions; i++) {
		if (largest ? d->regions[i].size > size : d->regions[i].size < size)
			size = d->regions[i].size;
	}
	return size;
}

/* What is missing is less than one sector: nothing but a bad division. */
static bool rest(const struct stk_device *d)
{
	uint64_t sum = sum_of_sectors(d);

	return sum < d->size && d->size - sum < sector_size(d, true);
}

static bool size_not_sum(struct lint *l)
{
	const struct stk_device *d = l->device;

	return d && d->n_regions && sum_of_sectors(d) != d->size && !rest(d) &&
	       say(l, "0x%" PRIx64 " bytes, but the sectors have 0x%" PRIx64, d->size,
		   sum_of_sectors(d));
}

static bool bad_division(struct lint *l)
{
	const struct stk_device *d = l->device;

	return d && d->n_regions && rest(d) &&
	       say(l, "0x%" PRIx64 " of 0x%" PRIx64 " bytes are in no whole sector",
		   d->size - sum_of_sectors(d), d->size);
}

static bool page_over_sector(struct lint *l)
{
	const struct stk_device *d = l->device;
	uint64_t least = d ? sector_size(d, false) : 0;

	return least && d->page_size > least &&
	       say(l, "page %u, sector %" PRIu64 ": a page covers several sectors",
		   d->page_size, least);
}

static bool page_not_dividing(struct lint *l)
{
	const struct stk_device *d = l->device;

	for (size_t i = 0; d && d->page_size && i < d->n_regions; i++) {
		uint64_t size = d->regions[i].size;

		if (size >= d->page_size && size % d->page_size)
			return say(l, "page %u, sector %" PRIu64, d->page_size, size);
	}
	return false;
}

static bool table_shadowed(struct lint *l)
{
	const struct loader_table *t = &l->loader->tables[0];

	for (size_t i = 0; l->loader->n_tables && i < l->info->n_segments; i++) {
		const struct stk_segment *s = &l->info->segments[i];
		const uint8_t *data = l->loader->bytes + s->offset;
		struct stk_range mem = { s->vaddr, s->mem_size };

		if (s->role == STK_SEGMENT_CODE && stk_range_overlaps(mem, t->range) &&
		    !(t->bytes >= data && t->bytes < data + s->file_size))
			return say(l, "segment %zu (0x%08" PRIx64 ", 0x%" PRIx64
				   " bytes) runs over it", i, s->vaddr, s->mem_size);
	}
	return false;
}

/* ---- functions -------------------------------------------------------- */

static bool no_thumb_bit(struct lint *l)
{
	for (size_t i = 0; !is_foreign(l) && i < l->info->n_functions; i++) {
		const struct stk_function *f = &l->info->functions[i];

		if (!(f->address & 1))
			return say(l, "%s at 0x%08" PRIx64 " would run as ARM code",
				   f->name, f->address);
	}
	return false;
}

static bool in_image(const struct stk_loader *l, uint64_t addr)
{
	for (size_t i = 0; i < l->n_chunks; i++) {
		const struct loader_chunk *c = &l->chunks[i];

		if (addr >= c->addr && addr - c->addr < c->len)
			return true;
	}
	return false;
}

static bool outside_image(struct lint *l)
{
	for (size_t i = 0; i < l->info->n_functions; i++) {
		const struct stk_function *f = &l->info->functions[i];

		if (!in_image(l->loader, f->address & ~UINT64_C(1)))
			return say(l, "%s at 0x%08" PRIx64, f->name, f->address);
	}
	return false;
}

/* STK-L001, a function defined twice, is found while symbols are looked up. */
static const struct rule {
	const char *id;
	enum stk_level level;
	const char *title;
	bool (*check)(struct lint *l);	/* true: it applies, and says how */
} rules[] = {
	{ "STK-L002", STK_ERROR, "foreign machine", foreign_machine },
	{ "STK-L003", STK_WARNING, "file name against content", suffix_of_other },
	{ "STK-L004", STK_WARNING, "device name is not plain ASCII", name_not_text },
	{ "STK-L005", STK_ERROR, "device or page without a size", no_size },
	{ "STK-L006", STK_ERROR, "device runs past 4 GiB", wraps },
	{ "STK-L007", STK_WARNING, "device size is not the sum of its sectors",
	  size_not_sum },
	{ "STK-L008", STK_WARNING, "sectors do not divide the device", bad_division },
	{ "STK-L009", STK_WARNING, "page larger than a sector", page_over_sector },
	{ "STK-L010", STK_WARNING, "pages do not divide the sector", page_not_dividing },
	{ "STK-L011", STK_NOTE, "device table shadowed by the code's segment",
	  table_shadowed },
	{ "STK-L012", STK_ERROR, "function without Thumb bit", no_thumb_bit },
	{ "STK-L013", STK_ERROR, "function outside the image", outside_image },
};

int loader_lint(struct stk_loader *loader, const struct stk_format_driver *const *drivers,
		size_t n_drivers, struct stk_error *err)
{
	struct stk_loader_builder b = { loader };
	struct lint l = {
		.loader = loader, .info = &loader->info, .device = loader->info.device,
		.drivers = drivers, .n_drivers = n_drivers,
	};
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(rules) && !r; i++) {
		if (rules[i].check(&l))
			r = stk_build_finding(&b, rules[i].id, rules[i].level, err,
					      "%s: %s", rules[i].title, l.detail);
	}
	if (!r && loader->format && stk_offers(loader->format, lint))
		r = loader->format->lint(&loader->info, &b, err);
	return r;
}
