/* SPDX-License-Identifier: MIT */
/*
 * What a debugger wants in flash becomes one ordinary job: it erases only what
 * changes, keeps what shares a sector, and believes nothing that it did not
 * read back.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "board.h"
#include "image.h"

#define FILL_BYTES	4096u

/* ---- the image -------------------------------------------------------- */

static const struct stk_board_region *region_at(const struct stk_board *b, uint64_t addr)
{
	for (size_t i = 0; i < b->n_regions; i++) {
		if (stk_range_contains(b->regions[i].range, (struct stk_range){ addr, 1 }))
			return &b->regions[i];
	}
	return NULL;
}

/* So no image grows larger than the devices of the loaders. */
static int check_covered(const struct stk_board *b, struct stk_range r,
			 struct stk_error *err)
{
	const struct stk_range whole = r;

	if (r.len && !stk_range_valid(r))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-range",
				"a range of 0x%" PRIx64 " bytes at 0x%" PRIx64 " is no range",
				r.len, r.addr);
	while (r.len) {
		const struct stk_board_region *at = region_at(b, r.addr);
		uint64_t n = at ? stk_range_end(at->range) - r.addr : 0;

		if (!at)
			return stk_fail(err, STK_ORIGIN_INPUT, EADDRNOTAVAIL, "no-loader",
					"0x%08" PRIx64 " of 0x%08" PRIx64 "-0x%08" PRIx64
					" is in no loader's device; %s", r.addr, whole.addr,
					whole.addr + (whole.len - 1), b->n_loaders ?
					"add a loader for it" : "none was given");
		if (n > r.len)
			n = r.len;
		r.addr += n;
		r.len -= n;
	}
	return 0;
}

/* [from, upto) as it is when erased. */
static int add_erased(const struct stk_board *b, struct stk_image_builder *builder,
		      uint64_t from, uint64_t upto, struct stk_error *err)
{
	uint8_t bytes[FILL_BYTES];
	int r = 0;

	while (from < upto && !r) {
		const struct stk_board_region *at = region_at(b, from);
		uint64_t end = stk_range_end(at->range) < upto ? stk_range_end(at->range)
							       : upto;
		size_t n = end - from < FILL_BYTES ? end - from : FILL_BYTES;

		memset(bytes, at->erased, n);
		r = stk_image_add(builder, from, bytes, n, NULL, err);
		from += n;
	}
	return r;
}

/* What @chunks, by address, leave of @r. */
static int add_gaps(const struct stk_board *b, struct stk_image_builder *builder,
		    struct stk_range r, const struct stk_chunk *chunks, size_t n,
		    struct stk_error *err)
{
	uint64_t at = r.addr;
	int e = 0;

	for (size_t i = 0; i < n && !e && at < stk_range_end(r); i++) {
		uint64_t end = chunks[i].addr + chunks[i].len;

		if (end <= at)
			continue;
		if (chunks[i].addr > at)
			e = add_erased(b, builder, at, chunks[i].addr < stk_range_end(r) ?
				       chunks[i].addr : stk_range_end(r), err);
		at = end;
	}
	return e ? e : add_erased(b, builder, at, stk_range_end(r), err);
}

static int by_address(const void *a, const void *b)
{
	const struct stk_chunk *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

static int fill_builder(const struct stk_board *b, struct stk_image_builder *builder,
			const struct stk_board_write *w, struct stk_error *err)
{
	stk_cleanup(freep) struct stk_chunk *chunks = calloc(w->n_chunks + 1, sizeof(*chunks));
	int r = 0;

	if (!chunks)
		return stk_fail_nomem(err);
	if (w->n_chunks)
		memcpy(chunks, w->chunks, w->n_chunks * sizeof(*chunks));
	qsort(chunks, w->n_chunks, sizeof(*chunks), by_address);
	for (size_t i = 0; i < w->n_chunks && !r; i++)
		r = stk_image_add(builder, chunks[i].addr, chunks[i].data, chunks[i].len,
				  NULL, err);
	for (size_t i = 0; i < w->n_erase && !r; i++)
		r = add_gaps(b, builder, w->erase[i], chunks, w->n_chunks, err);
	return r;
}

/* *ret is left as it was where nothing is to be written. */
static int make_image(const struct stk_board *b, const struct stk_board_write *w,
		      struct stk_image **ret, struct stk_error *err)
{
	struct stk_image_builder *builder;
	uint64_t total = 0;
	int r = 0;

	for (size_t i = 0; i < w->n_erase && !r; i++) {
		r = check_covered(b, w->erase[i], err);
		total |= w->erase[i].len;
	}
	for (size_t i = 0; i < w->n_chunks && !r; i++) {
		r = check_covered(b, (struct stk_range){ w->chunks[i].addr,
							 w->chunks[i].len }, err);
		total |= w->chunks[i].len;
	}
	if (r || !total)
		return r;
	r = image_builder_new("flash request", 0, UINT64_MAX, &builder, err);
	if (r)
		return r;
	r = fill_builder(b, builder, w, err);
	if (!r)
		r = image_builder_finish(builder, "flash request", NULL, ret, err);
	image_builder_free(builder);
	return r;
}

/* ---- the job ---------------------------------------------------------- */

/* To people alone: programs get the same with the event. */
static void say(struct stk_board *b, const char *fmt, ...) stk_printf(2, 3);
static void say(struct stk_board *b, const char *fmt, ...)
{
	char line[640];
	va_list args;

	if (!b->opt.say)
		return;
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	b->opt.say(b->opt.data, line);
}

static void say_warnings(struct stk_board *b, const struct stk_report *report)
{
	for (size_t i = 0; report && i < report->n_warnings; i++)
		say(b, "warning: %s", report->warnings[i]);
}

static void say_done(struct stk_board *b, const struct stk_report *report)
{
	if (!report) {
		snprintf(b->said, sizeof(b->said), "flash: there was nothing to write");
		return;
	}
	snprintf(b->said, sizeof(b->said),
		 "flash: %" PRIu64 " sectors erased, %" PRIu64 " programmed, %" PRIu64
		 " as they were; %" PRIu64 " bytes verified (%s) in %.2f s%s",
		 report->sectors_erased, report->sectors_programmed,
		 report->sectors_unchanged, report->bytes_verified,
		 stk_verify_name(report->method), (double)report->target_ns / 1e9,
		 report->virtual_time ? " of virtual time" : "");
	say(b, "%s", b->said);
}

static void say_failed(struct stk_board *b, const struct stk_report *report,
		       const struct stk_error *err)
{
	const struct stk_diagnosis *d = report ? report->diagnosis : NULL;

	snprintf(b->said, sizeof(b->said), "flash failed: %s", err->msg);
	say(b, "%s", b->said);
	for (size_t i = 0; d && i < d->n_evidence; i++)
		say(b, "  %s: %s", d->evidence[i].what, d->evidence[i].value);
	if (d && d->remedy)
		say(b, "  try: %s", d->remedy);
}

static int run_job(struct stk_board *b, const struct stk_image *image, struct stk_job **ret,
		   struct stk_error *err)
{
	struct stk_plan_options opt = board_plan_options(b, STK_ACTION_PROGRAM);
	const struct stk_job_options how = {
		.size = sizeof(how), .cancel = b->opt.cancel,
	};
	struct stk_plan *plan;
	int r;

	if (!image)
		return 0;
	opt.image = image;
	r = stk_plan_new(b->target, b->loaders, b->n_loaders, &opt, &plan, err);
	if (r)
		return r;
	r = stk_job_run(plan, &how, ret, err);
	stk_plan_free(plan);
	return r;
}

int stk_board_flash(struct stk_board *b, const struct stk_board_write *given,
		    const char **ret_said, struct stk_error *err)
{
	struct stk_board_write w = { 0 };
	struct stk_error own = { 0 };
	struct stk_image *image = NULL;
	struct stk_job *job = NULL;
	struct stk_board_event event = { .kind = STK_BOARD_FLASHED, .text = b->said };
	int r;

	memcpy(&w, given, given->size < sizeof(w) ? given->size : sizeof(w));
	r = board_stop(b, &own);
	if (!r)
		board_unstage(b);
	if (!r)
		r = make_image(b, &w, &image, &own);
	if (!r)
		r = run_job(b, image, &job, &own);
	stk_image_close(image);
	event.report = job ? stk_job_report(job) : NULL;
	event.err = r ? &own : NULL;
	if (r)
		say_failed(b, event.report, &own);
	else
		say_done(b, event.report);
	say_warnings(b, event.report);
	board_tell(b, &event);
	stk_job_free(job);
	if (r && err)
		*err = own;
	if (!r && ret_said)
		*ret_said = b->said;
	return r;
}
