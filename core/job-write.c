/* SPDX-License-Identifier: MIT */
/* The steps that erase, and program; what could be lost is handed out before. */
#include "core.h"

#include <errno.h>
#include <string.h>

#include "job.h"

static bool all(const uint8_t *p, uint64_t len, uint8_t value)
{
	return !len || (p[0] == value && !memcmp(p, p + 1, len - 1));
}

/* ---- rescue ----------------------------------------------------------- */

/* Parts of a sector that the image does not hold, and that are not blank. */
static size_t kept_parts(const struct stk_job *j, const struct job_sector *s,
			 struct stk_chunk *out)
{
	const struct stk_image_info *image = j->plan->action == STK_ACTION_PROGRAM
						     ? stk_image_info(j->plan->image)
						     : NULL;
	uint8_t erased = stk_loader_info(j->plan->loaders[s->plan->loader])->device->erased;
	uint64_t at = s->plan->range.addr, end = stk_range_end(s->plan->range);
	size_t n = 0, i = 0;

	while (image && at < end) {
		const struct stk_chunk *c = i < image->n_chunks ? &image->chunks[i] : NULL;
		uint64_t upto = c && c->addr < end ? c->addr : end;
		const uint8_t *data = s->before + (at - s->plan->range.addr);

		if (c && c->addr + c->len <= at) {
			i++;
			continue;
		}
		if (upto > at && !all(data, upto - at, erased)) {
			if (out)
				out[n] = (struct stk_chunk){ at, data, upto - at };
			n++;
		}
		at = c ? c->addr + c->len : end;
	}
	return n;
}

static size_t all_kept(const struct stk_job *j, struct stk_chunk *out, uint64_t *bytes)
{
	size_t n = 0;

	for (size_t i = 0; i < j->plan->n_sectors; i++) {
		const struct job_sector *s = &j->sectors[i];
		size_t k = s->change && s->before ? kept_parts(j, s, out ? out + n : NULL)
						  : 0;

		for (size_t p = 0; out && p < k; p++)
			*bytes += out[n + p].len;
		n += k;
	}
	for (size_t i = 0; i < j->n_neighbours; i++) {
		const struct job_neighbour *b = &j->neighbours[i];

		if (out)
			out[n] = (struct stk_chunk){ b->range.addr, b->before,
						     b->range.len };
		n++;
	}
	return n;
}

/* Hand everything that could be lost to the caller, once, before the first erase. */
static int rescue(struct stk_job *j, struct stk_error *err)
{
	stk_cleanup(freep) struct stk_chunk *kept = NULL;
	size_t n;

	if (j->rescued)
		return 0;
	j->rescued = true;
	n = all_kept(j, NULL, NULL);
	kept = calloc(n + 1, sizeof(*kept));
	if (!kept)
		return stk_fail_nomem(err);
	all_kept(j, kept, &j->report.bytes_preserved);
	if (!n || !j->opt->rescue)
		return 0;
	return j->opt->rescue(j->opt->data, kept, n, err);
}

/* ---- erase ------------------------------------------------------------ */

static int erase_call(struct stk_job *j, struct stk_request *req, struct stk_error *err)
{
	int r = session_do(&j->session, req, err);

	if (r)
		return r;
	return j->session.last.ok ? 0 : job_call_failed(j, err);
}

/* How many sectors from @first one call erases, as the host makes it. */
static size_t erase_together(const struct stk_job *j, size_t first)
{
	size_t n = 1;

	if (!j->plan->host->erase_range || j->session.format->erase_one)
		return 1;
	while (first + n < j->plan->n_sectors) {
		const struct job_sector *s = &j->sectors[first + n];

		if (!s->change || s->plan->loader != j->loader ||
		    s->plan->range.addr != stk_range_end(s[-1].plan->range))
			break;
		n++;
	}
	return n;
}

int job_erase(struct stk_job *j, const struct stk_step *step, struct stk_error *err)
{
	size_t first, n = job_sectors_in(j, step, &first);
	struct job_sector *s = &j->sectors[first];
	struct stk_request req = { .op = STK_OP_ERASE_SECTOR };
	struct stk_range last;
	int r;

	if (!n || !s->change || s->state->state == STK_SECTOR_ERASED)
		return 0;
	r = rescue(j, err);
	if (r)
		return r;
	n = erase_together(j, first);
	last = s[n - 1].plan->range;
	req.addr = s->plan->range.addr;
	req.len = stk_range_end(last) - req.addr;
	req.last = j->plan->host->erase_end == HOST_ERASE_LAST_SECTOR
			   ? last.addr
			   : stk_range_end(last) - 1;
	for (size_t i = 0; i < n; i++)
		s[i].state->state = STK_SECTOR_UNKNOWN;
	r = erase_call(j, &req, err);
	if (r)
		return r;
	for (size_t i = 0; i < n; i++)
		s[i].state->state = STK_SECTOR_ERASED;
	j->report.sectors_erased += n;
	job_progress(j, step, req.len);
	return 0;
}

int job_erase_chip(struct stk_job *j, const struct stk_step *step, struct stk_error *err)
{
	size_t first, n = plan_sectors_of(j->plan, step->loader, &first);
	struct stk_request req = {
		.op = STK_OP_ERASE_CHIP, .addr = step->range.addr, .len = step->range.len,
	};
	int r;

	for (size_t i = 0; i < n; i++) {
		struct job_sector *s = &j->sectors[first + i];

		s->state->state = STK_SECTOR_UNKNOWN;
	}
	r = erase_call(j, &req, err);
	if (r)
		return r;
	for (size_t i = 0; i < n; i++)
		j->sectors[first + i].state->state = STK_SECTOR_ERASED;
	j->report.sectors_erased += n;
	job_progress(j, step, step->range.len);
	return 0;
}

/* ---- program ---------------------------------------------------------- */

static uint64_t chunk_most(const struct stk_job *j)
{
	const struct session *s = &j->session;
	uint64_t most = s->layout.buffer.len;
	uint32_t page = layout_page(s->host, s->info->device);

	if (s->host->chunk_bytes && s->host->chunk_bytes < most)
		most = s->host->chunk_bytes;
	if (s->format->page_limited && page && page < most)
		most = page;
	return most;
}

/* What goes into the flash at @range, which lies in sector @s. */
static bool chunk_bytes(const struct stk_job *j, const struct job_sector *s,
			struct stk_range range, uint8_t *buf)
{
	uint8_t erased = j->session.info->device->erased;

	if (j->plan->erase != STK_ERASE_NONE) {
		memcpy(buf, s->want + (range.addr - s->plan->range.addr), range.len);
		return !all(buf, range.len, erased);
	}
	/* Over what is there: the image's bytes, and elsewhere what changes nothing. */
	memset(buf, erased, range.len);
	return plan_overlay(j->plan->image, range, buf) != 0;
}

static int program_chunk(struct stk_job *j, struct stk_range range, const uint8_t *data,
			 struct stk_error *err)
{
	struct session *s = &j->session;
	struct stk_request req = {
		.op = STK_OP_PROGRAM, .addr = range.addr, .len = range.len,
		.buffer = s->layout.buffer.addr,
	};
	int r = session_fill_buffer(s, data, range.len, err);

	if (!r)
		r = session_do(s, &req, err);
	if (r)
		return r;
	if (!s->last.ok)
		return job_call_failed(j, err);
	j->report.bytes_programmed += range.len;
	return 0;
}

static int program_sector(struct stk_job *j, const struct stk_step *step,
			  struct job_sector *s, struct stk_error *err)
{
	uint64_t most = chunk_most(j), at = s->plan->range.addr,
		 end = stk_range_end(s->plan->range);
	stk_cleanup(freep) uint8_t *buf = malloc(most);

	if (!buf)
		return stk_fail_nomem(err);
	s->state->state = STK_SECTOR_UNKNOWN;
	while (at < end) {
		struct stk_range range = { at, end - at < most ? end - at : most };
		int r = chunk_bytes(j, s, range, buf) ? program_chunk(j, range, buf, err)
						      : 0;

		if (r)
			return r;
		job_progress(j, step, range.len);
		at += range.len;
	}
	s->state->state = STK_SECTOR_WRITTEN;
	j->report.sectors_programmed++;
	return 0;
}

int job_program(struct stk_job *j, const struct stk_step *step, struct stk_error *err)
{
	size_t first, n = job_sectors_in(j, step, &first);
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		if (j->sectors[first + i].change)
			r = program_sector(j, step, &j->sectors[first + i], err);
	}
	return r;
}
