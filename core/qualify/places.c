/* SPDX-License-Identifier: MIT */
/* Where checks look: which sectors there are, and which of many are tried. */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "places.h"

#define SECTORS_MOST	(1u << 20)
#define RANDOM_PLACES	8
/* The largest window of an external memory. What is wanted of it is kept in memory. */
#define AREA_MOST	(256u << 20)

/* Every byte: a sector of a damaged table may span what lies between two memories. */
static bool on_chip(struct stk_target *t, struct stk_range r)
{
	uint8_t bytes[4096];

	for (uint64_t at = 0, n; at < r.len; at += n) {
		n = r.len - at < sizeof(bytes) ? r.len - at : sizeof(bytes);
		if (t->ops.cells(t->priv, false, r.addr + at, bytes, n, NULL))
			return false;
	}
	return true;
}

static int count_sectors(const struct stk_device *d, size_t *ret, struct stk_error *err)
{
	uint64_t n = 0;

	for (size_t i = 0; i < d->n_regions; i++) {
		if (d->regions[i].count > SECTORS_MOST)
			n = SECTORS_MOST;
		n += d->regions[i].count;
		if (n > SECTORS_MOST)
			return stk_fail(err, STK_ORIGIN_INPUT, E2BIG, "too-many-sectors",
					"the device table has more than %u sectors",
					SECTORS_MOST);
	}
	*ret = (size_t)n;
	return 0;
}

static void take_sector(struct places *p, struct stk_target *t, struct stk_range s)
{
	struct stk_range *last = p->n_sectors ? &p->sectors[p->n_sectors - 1] : NULL;

	if (!stk_range_valid(s) || (last && s.addr < stk_range_end(*last)))
		return;
	p->declared += s.len;
	if (!on_chip(t, s)) {
		p->absent += s.len;
		return;
	}
	p->sectors[p->n_sectors++] = s;
	if (last && stk_range_end(*last) == s.addr)
		p->parts[p->n_parts - 1].len += s.len;
	else
		p->parts[p->n_parts++] = s;
}

static int find_sectors(struct places *p, struct stk_target *t, const struct stk_device *d,
			struct arena *arena, struct stk_error *err)
{
	size_t n = 0;
	int r = count_sectors(d, &n, err);

	if (r)
		return r;
	p->sectors = arena_alloc(arena, (n + 1) * sizeof(*p->sectors));
	p->parts = arena_alloc(arena, (n + 1) * sizeof(*p->parts));
	p->tried = arena_alloc(arena, (n + 1) * sizeof(*p->tried));
	if (!p->sectors || !p->parts || !p->tried)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < d->n_regions; i++) {
		const struct stk_region *g = &d->regions[i];

		for (uint64_t k = 0; k < g->count; k++)
			take_sector(p, t, (struct stk_range){ g->start + k * g->size,
							      g->size });
	}
	if (!p->n_sectors)
		return stk_fail(err, STK_ORIGIN_USAGE, ENXIO, "device-absent",
				"the loader's device, 0x%08" PRIx64 "-0x%08" PRIx64
				", is not on this chip or board",
				d->start, d->start + d->size - 1);
	p->area.addr = p->sectors[0].addr;
	p->area.len = stk_range_end(p->sectors[p->n_sectors - 1]) - p->area.addr;
	if (p->area.len > AREA_MOST)
		return stk_fail(err, STK_ORIGIN_INPUT, E2BIG, "device-too-large",
				"the device table's sectors lie as far apart as 0x%08" PRIx64
				" and 0x%08" PRIx64 ", in more than one memory",
				p->area.addr, stk_range_end(p->area) - 1);
	return 0;
}

/* ---- the covering set --------------------------------------------------- */

/* The sectors on both sides of @addr, as far as there are some. */
static void mark_border(const struct places *p, uint64_t addr, uint8_t *mark)
{
	for (size_t i = 0; i < p->n_sectors; i++) {
		if (p->sectors[i].addr == addr || stk_range_end(p->sectors[i]) == addr)
			mark[i] = 1;
		else if (stk_range_contains(p->sectors[i], (struct stk_range){ addr, 1 }))
			mark[i] = 1;
	}
}

static void mark_borders(const struct places *p, const struct stk_device *d,
			 const struct stk_chip *chip, uint8_t *mark)
{
	const uint64_t from = p->area.addr;

	mark_border(p, from + p->area.len / 2, mark);
	mark_border(p, from + (1u << 16), mark);
	mark_border(p, from + (1u << 24), mark);
	for (size_t i = 0; i < d->n_regions; i++)
		mark_border(p, d->regions[i].start, mark);
	for (size_t i = 0; i < p->n_parts; i++) {
		mark_border(p, p->parts[i].addr, mark);
		mark_border(p, stk_range_end(p->parts[i]), mark);
	}
	for (size_t i = 0; chip && i < chip->n_banks; i++) {
		for (size_t k = 0; k < chip->banks[i].n_regions; k++)
			mark_border(p, chip->banks[i].regions[k].start, mark);
	}
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static void choose(struct places *p, const struct stk_device *d,
		   const struct stk_chip *chip, uint32_t seed, uint8_t *mark)
{
	size_t n = p->n_sectors;

	if (n <= PLACES_ALL) {
		memset(mark, 1, n);
	} else {
		mark[0] = mark[1] = mark[n - 2] = mark[n - 1] = 1;
		mark_borders(p, d, chip, mark);
		for (int i = 0; i < RANDOM_PLACES; i++)
			mark[next_random(&seed) % n] = 1;
	}
	for (size_t i = 0; i < n; i++) {
		if (mark[i])
			p->tried[p->n_tried++] = i;
	}
}

int places_find(struct places *p, struct stk_target *t, const struct stk_device *device,
		uint32_t seed, struct arena *arena, struct stk_error *err)
{
	stk_cleanup(freep) uint8_t *mark = NULL;
	int r;

	memset(p, 0, sizeof(*p));
	r = find_sectors(p, t, device, arena, err);
	if (r)
		return r;
	mark = calloc(p->n_sectors, 1);
	if (!mark)
		return stk_fail_nomem(err);
	choose(p, device, t->facts.chip, seed, mark);
	return 0;
}

/* One bit of each byte is against the erased value, the others are its address's. */
static uint32_t pattern_word(uint64_t word_addr, uint8_t erased, uint32_t seed)
{
	const uint32_t bits = 0x80808080u;
	uint32_t word = ((uint32_t)word_addr + seed) * 2654435761u;

	word ^= word >> 15;
	return erased & 0x80 ? word & ~bits : word | bits;
}

void places_pattern(uint8_t *buf, struct stk_range range, uint8_t erased, uint32_t seed)
{
	for (uint64_t i = 0; i < range.len;) {
		uint64_t at = range.addr + i;
		uint32_t word = pattern_word(at >> 2, erased, seed);

		if (!(at & 3) && range.len - i >= 4) {
			put_le32(buf + i, word);
			i += 4;
		} else {
			buf[i++] = (uint8_t)(word >> 8 * (at & 3));
		}
	}
}
