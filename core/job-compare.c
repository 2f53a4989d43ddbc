/* SPDX-License-Identifier: MIT */
/* The step that looks before the others leap: what is there, what shall be. */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "job.h"

/*
 * Contents that will be written back come from two readings: a byte that was
 * read wrong once would be programmed for good.
 */
static int read_twice(struct stk_job *j, enum stk_verify_method method,
		      struct stk_range range, uint8_t *buf, struct stk_error *err)
{
	stk_cleanup(freep) uint8_t *again = malloc(range.len);
	int r;

	if (!again)
		return stk_fail_nomem(err);
	r = job_get(j, method, range, buf, err);
	if (!r)
		r = job_get(j, method, range, again, err);
	if (r)
		return r;
	for (uint64_t i = 0; i < range.len; i++) {
		struct symptom_case c = { .symptom = SYMPTOM_UNSTABLE,
					  .where = { range.addr + i, 1 },
					  .want = buf[i], .found = again[i] };

		if (buf[i] != again[i])
			return job_bytes_wrong(j, c, err);
	}
	return 0;
}

static int want_sector(struct stk_job *j, struct job_sector *s, struct stk_error *err)
{
	const struct stk_plan *p = j->plan;
	uint64_t len = s->plan->range.len;

	s->want = malloc(len);
	if (!s->want)
		return stk_fail_nomem(err);
	/* An erase job wants it blank; a chip erase keeps nothing. */
	if (s->before && p->action == STK_ACTION_PROGRAM && p->erase != STK_ERASE_CHIP)
		memcpy(s->want, s->before, len);
	else
		memset(s->want, j->session.info->device->erased, len);
	if (p->action == STK_ACTION_PROGRAM)
		plan_overlay(p->image, s->plan->range, s->want);
	s->change = !s->before || p->action == STK_ACTION_ERASE ||
		    p->erase == STK_ERASE_CHIP || memcmp(s->before, s->want, len) != 0;
	if (!s->change) {
		s->state->state = STK_SECTOR_UNCHANGED;
		j->report.sectors_unchanged++;
	}
	return 0;
}

static int compare_sector(struct stk_job *j, struct job_sector *s,
			  enum stk_verify_method method, struct stk_error *err)
{
	const struct plan_sector *p = s->plan;
	bool readable = method == STK_VERIFY_READBACK || method == STK_VERIFY_LOADER_READ;
	bool keep = j->plan->action == STK_ACTION_PROGRAM && p->image_bytes < p->range.len;
	int r = 0;

	if (keep && !readable && j->plan->erase == STK_ERASE_SECTORS)
		return stk_fail(err, STK_ORIGIN_LOADER, ENOTSUP, "cannot-preserve",
				"the image holds only part of the sector 0x%08" PRIx64
				"-0x%08" PRIx64
				", and its other bytes cannot be read to keep them; give "
				"a whole sector, or --erase chip",
				p->range.addr, stk_range_end(p->range) - 1);
	if (readable) {
		s->before = malloc(p->range.len);
		if (!s->before)
			return stk_fail_nomem(err);
		r = keep ? read_twice(j, method, p->range, s->before, err) :
			   job_get(j, method, p->range, s->before, err);
	}
	return r ? r : want_sector(j, s, err);
}

/* Keep what is beside a run of sectors that will be erased. */
static int keep_neighbour(struct stk_job *j, uint64_t addr, enum stk_verify_method method,
			  struct stk_error *err)
{
	struct job_neighbour *n = &j->neighbours[j->n_neighbours];
	struct stk_range range;
	size_t first, count = plan_sectors_of(j->plan, j->loader, &first);
	int r;

	if (!plan_device_sector(j->session.info->device, addr, &range) ||
	    !plan_chip_has(j->plan, range))
		return 0;
	for (size_t i = 0; i < count; i++) {
		const struct job_sector *s = &j->sectors[first + i];

		if (s->plan->range.addr == range.addr && s->change)
			return 0;
	}
	if (j->n_neighbours && n[-1].loader == j->loader && n[-1].range.addr == range.addr)
		return 0;
	n->before = malloc(range.len);
	if (!n->before)
		return stk_fail_nomem(err);
	n->range = range;
	n->loader = j->loader;
	j->n_neighbours++;
	r = read_twice(j, method, range, n->before, err);
	return r;
}

static int keep_neighbours(struct stk_job *j, const struct stk_step *step,
			   enum stk_verify_method method, struct stk_error *err)
{
	size_t first, n = job_sectors_in(j, step, &first);
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		const struct job_sector *s = &j->sectors[first + i];
		struct stk_range range = s->plan->range;

		if (!s->change)
			continue;
		if (range.addr > j->session.info->device->start)
			r = keep_neighbour(j, range.addr - 1, method, err);
		if (!r)
			r = keep_neighbour(j, stk_range_end(range), method, err);
	}
	return r;
}

int job_compare(struct stk_job *j, const struct stk_step *step, struct stk_error *err)
{
	size_t first, n = job_sectors_in(j, step, &first);
	enum stk_verify_method method;
	int r = job_method(j, step->range, &method, err);

	for (size_t i = 0; i < n && !r; i++) {
		r = compare_sector(j, &j->sectors[first + i], method, err);
		job_progress(j, step, j->sectors[first + i].plan->range.len);
	}
	if (r || j->plan->erase != STK_ERASE_SECTORS ||
	    (method != STK_VERIFY_READBACK && method != STK_VERIFY_LOADER_READ))
		return r;
	return keep_neighbours(j, step, method, err);
}
