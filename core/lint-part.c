/* SPDX-License-Identifier: MIT */
/* Rules about the memory part that a name gives away. */
#include "core.h"

#include <inttypes.h>
#include <string.h>

#include "lint.h"
#include "part.h"

void lint_find_parts(struct lint *l)
{
	if (l->device &&
	    part_find(l->facts, l->n_facts, l->device->name, &l->device_part, NULL))
		l->device_part.part = NULL;
	if (part_find(l->facts, l->n_facts, l->info->name, &l->file_part, NULL))
		l->file_part.part = NULL;
}

/*
 * How many of the part, or of its dies, make up the device; 0: no number does.
 * Two side by side are often not said.
 */
static bool is_size(const struct stk_part_match *m, uint64_t size)
{
	const struct stk_part *p = m->part;

	if (m->copies > 1)
		return size == p->size * m->copies || size == p->size;
	return size == p->size || size == 2 * p->size ||
	       (p->dies > 1 && size == p->size / p->dies);
}

static bool size_of_other(struct lint *l)
{
	const struct stk_device *d = l->device;
	const struct stk_part_match *m = &l->device_part;
	char has[32], part[32];

	if (!m->part || is_size(m, d->size))
		return false;
	return lint_say(l, "%s, but %.*s has %s", lint_size(d->size, has), (int)m->length,
			d->name + m->offset, lint_size(m->part->size * m->copies, part));
}

/* A file that was renamed, or copied for a part it does not know. */
static bool file_of_other(struct lint *l)
{
	const struct stk_device *d = l->device;
	const struct stk_part_match *m = &l->file_part;
	char has[32], part[32];

	/* Where the device's own name has the same part, that was said. */
	if (!d || !m->part || is_size(m, d->size) || m->part == l->device_part.part)
		return false;
	return lint_say(l, "%.*s in '%s' has %s, but it is '%s' with %s", (int)m->length,
			l->info->name + m->offset, l->info->name,
			lint_size(m->part->size * m->copies, part), d->name,
			lint_size(d->size, has));
}

/* One die erases @unit; two side by side twice as much at a time. */
static bool erases(const struct stk_part_match *m, uint64_t size, uint64_t sector)
{
	for (size_t i = 0; i < m->part->n_erase_sizes; i++) {
		uint64_t unit = m->part->erase_sizes[i];

		if (sector == unit || sector == 2 * unit || sector == unit * m->copies ||
		    (m->part->dies > 1 && sector == unit / m->part->dies))
			return true;
	}
	return sector == m->part->size || sector == size;
}

static bool other_sectors(struct lint *l)
{
	const struct stk_device *d = l->device;
	const struct stk_part_match *m = &l->device_part;
	char size[32];

	if (!m->part || !m->part->n_erase_sizes)
		return false;
	for (size_t i = 0; i < d->n_regions; i++) {
		if (!erases(m, d->size, d->regions[i].size))
			return lint_say(l, "sectors of %s, which %s does not erase",
					lint_size(d->regions[i].size, size), m->part->name);
	}
	return false;
}

/* The size is the part's, the number of sectors that of another sector size. */
static bool count_of_other(struct lint *l)
{
	const struct stk_device *d = l->device;
	const struct stk_part_match *m = &l->device_part;
	char is[32], would[32];

	if (!m->part || d->n_regions != 1 || !is_size(m, d->size) ||
	    d->regions[0].count * d->regions[0].size == d->size)
		return false;
	for (size_t i = 0; i < m->part->n_erase_sizes; i++) {
		uint64_t unit = m->part->erase_sizes[i];

		if (d->regions[0].count * unit == d->size)
			return lint_say(l,
					"%" PRIu64 " sectors of %s: that many are right "
					"for %s",
					d->regions[0].count,
					lint_size(d->regions[0].size, is),
					lint_size(unit, would));
	}
	return false;
}

static const struct lint_rule rules[] = {
	{ { "STK-L110", STK_WARNING, "device size contradicts the part", NULL },
	  size_of_other },
	{ { "STK-L111", STK_WARNING, "sector size contradicts the part", NULL },
	  other_sectors },
	{ { "STK-L112", STK_WARNING, "sector count of another sector size", NULL },
	  count_of_other },
	{ { "STK-L113", STK_WARNING, "file name names another part", NULL }, file_of_other },
};

const struct lint_rules lint_part = { rules, ARRAY_SIZE(rules) };
