/* SPDX-License-Identifier: MIT */
/* A device's sector table as runs of equal sectors, whatever the table says. */
#include "../cmd.h"

#include "maps.h"

static uint64_t add(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* Ends of ranges are compared only, so the last byte of all may get lost. */
static uint64_t end_of(struct stk_range r)
{
	return add(r.addr, r.len);
}

struct stk_range sector_run_range(const struct sector_run *run)
{
	return (struct stk_range){ run->start, run->count * run->size };
}

static bool drawable(const struct stk_region *r)
{
	return r->count && r->size && r->count <= UINT64_MAX / r->size &&
	       r->count * r->size <= UINT64_MAX - r->start;
}

static int by_start(const void *a, const void *b)
{
	const struct sector_run *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Sort, join what is one run, count. */
static void number_runs(struct sector_map *m)
{
	size_t n = 0;

	qsort(m->runs, m->n_runs, sizeof(*m->runs), by_start);
	for (size_t i = 0; i < m->n_runs; i++) {
		struct sector_run *run = &m->runs[i], *last = n ? &m->runs[n - 1] : NULL;

		if (last && last->size == run->size &&
		    end_of(sector_run_range(last)) == run->start)
			last->count = add(last->count, run->count);
		else
			m->runs[n++] = *run;
	}
	m->n_runs = n;
	for (size_t i = 0; i < n; i++) {
		m->runs[i].first = m->sectors;
		m->sectors = add(m->sectors, m->runs[i].count);
	}
}

/* Sizes in the order in which they come; the last shade is for all further ones. */
static void shade_runs(struct sector_map *m)
{
	uint64_t size[SECTOR_SHADES - 1];
	unsigned int n = 0;

	for (size_t i = 0; i < m->n_runs; i++) {
		unsigned int k = 0;

		while (k < n && size[k] != m->runs[i].size)
			k++;
		if (k == n && n < SECTOR_SHADES - 1)
			size[n++] = m->runs[i].size;
		m->runs[i].shade = k;
	}
}

static uint64_t common(struct stk_range a, uint64_t start, uint64_t end)
{
	uint64_t from = a.addr > start ? a.addr : start;
	uint64_t to = end_of(a) < end ? end_of(a) : end;

	return to > from ? to - from : 0;
}

static void measure(struct sector_map *m)
{
	uint64_t at = 0, low = m->device.addr, high = end_of(m->device), covered = 0;

	for (size_t i = 0; i < m->n_runs; i++) {
		struct stk_range r = sector_run_range(&m->runs[i]);
		uint64_t from = i && at > r.addr ? at : r.addr, inside;

		m->overlap |= i && at > r.addr;
		if (!m->device.len && !i) {
			low = r.addr;
			high = end_of(r);
		}
		low = r.addr < low ? r.addr : low;
		high = end_of(r) > high ? end_of(r) : high;
		at = end_of(r) > at ? end_of(r) : at;
		inside = common(m->device, from, at);
		covered = add(covered, inside);
		if (at > from)
			m->outside = add(m->outside, at - from - inside);
	}
	m->uncovered = m->device.len - covered;
	m->extent = (struct stk_range){ low, high - low };
}

void sector_map_make(const struct stk_device *d, struct sector_map *ret)
{
	struct sector_map m = { .device = { d->start, d->size } };

	if (m.device.len > UINT64_MAX - m.device.addr)
		m.device.len = UINT64_MAX - m.device.addr;
	m.runs = calloc(d->n_regions + 1, sizeof(*m.runs));
	if (!m.runs)
		out_of_memory();
	for (size_t i = 0; i < d->n_regions; i++) {
		const struct stk_region *r = &d->regions[i];

		if (drawable(r))
			m.runs[m.n_runs++] = (struct sector_run){ .start = r->start,
								  .count = r->count,
								  .size = r->size };
	}
	number_runs(&m);
	shade_runs(&m);
	measure(&m);
	*ret = m;
}

void sector_map_free(struct sector_map *m)
{
	free(m->runs);
	m->runs = NULL;
}
