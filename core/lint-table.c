/* SPDX-License-Identifier: MIT */
/* Rules about the device table: does it agree with itself? */
#include "core.h"

#include <inttypes.h>
#include <stdio.h>

#include "lint.h"

static bool name_not_text(struct lint *l)
{
	const char *name = l->device ? l->device->name : "?";
	size_t n = 0;

	while (name[n] >= ' ' && name[n] < 0x7F)
		n++;
	if (!n && !name[0])
		return lint_say(l, "it is empty");
	return name[n] && lint_say(l, "byte %zu is 0x%02x", n, (uint8_t)name[n]);
}

static bool no_size(struct lint *l)
{
	if (!l->device || (l->device->size && l->device->page_size))
		return false;
	return lint_say(l, "device %" PRIu64 " bytes, page %u bytes", l->device->size,
			l->device->page_size);
}

static bool wraps(struct lint *l)
{
	const struct stk_device *d = l->device;

	return d && d->start + d->size > UINT64_C(1) << 32 &&
	       lint_say(l, "0x%" PRIx64 " bytes from 0x%08" PRIx64, d->size, d->start);
}

static uint64_t sum_of_sectors(const struct stk_device *d)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < d->n_regions; i++)
		sum += d->regions[i].count * d->regions[i].size;
	return sum;
}

/* What is missing is less than one sector: nothing but a bad division. */
static bool rest(const struct stk_device *d)
{
	uint64_t sum = sum_of_sectors(d);

	return sum < d->size && d->size - sum < lint_sector(d, true);
}

/* How many sectors it should be, where they are of one size. */
static void right_count(const struct stk_device *d, char *ret, size_t len)
{
	const struct stk_region *r = d->regions;
	char size[32];

	if (d->n_regions != 1 || !d->size || d->size % r->size || !r->count)
		return;
	snprintf(ret, len, ": %" PRIu64 " of %s, where %" PRIu64 " would be right",
		 r->count, lint_size(r->size, size), d->size / r->size);
}

static bool size_not_sum(struct lint *l)
{
	const struct stk_device *d = l->device;
	char right[100] = "";

	if (!d || !d->n_regions || sum_of_sectors(d) == d->size || rest(d))
		return false;
	right_count(d, right, sizeof(right));
	return lint_say(l, "0x%" PRIx64 " bytes, but the sectors have 0x%" PRIx64 "%s",
			d->size, sum_of_sectors(d), right);
}

static bool bad_division(struct lint *l)
{
	const struct stk_device *d = l->device;

	return d && d->n_regions && rest(d) &&
	       lint_say(l, "0x%" PRIx64 " of 0x%" PRIx64 " bytes are in no whole sector",
			d->size - sum_of_sectors(d), d->size);
}

static bool page_over_sector(struct lint *l)
{
	const struct stk_device *d = l->device;
	uint64_t least = d ? lint_sector(d, false) : 0;

	return least && d->page_size > least &&
	       lint_say(l, "page %u, sector %" PRIu64 ": a page covers several sectors",
			d->page_size, least);
}

static bool page_not_dividing(struct lint *l)
{
	const struct stk_device *d = l->device;

	for (size_t i = 0; d && d->page_size && i < d->n_regions; i++) {
		uint64_t size = d->regions[i].size;

		if (size >= d->page_size && size % d->page_size)
			return lint_say(l, "page %u, sector %" PRIu64, d->page_size, size);
	}
	return false;
}

static const struct lint_rule rules[] = {
	{ { "STK-L004", STK_WARNING, "device name is not plain ASCII", NULL },
	  name_not_text },
	{ { "STK-L005", STK_ERROR, "device or page without a size", NULL }, no_size },
	{ { "STK-L006", STK_ERROR, "device runs past 4 GiB", NULL }, wraps },
	{ { "STK-L007", STK_WARNING, "device size is not the sum of its sectors", NULL },
	  size_not_sum },
	{ { "STK-L008", STK_WARNING, "sectors do not divide the device", NULL },
	  bad_division },
	{ { "STK-L009", STK_WARNING, "page larger than a sector", NULL }, page_over_sector },
	{ { "STK-L010", STK_WARNING, "pages do not divide the sector", NULL },
	  page_not_dividing },
};

const struct lint_rules lint_table = { rules, ARRAY_SIZE(rules) };
