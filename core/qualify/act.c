/* SPDX-License-Identifier: MIT */
/*
 * A loader run as a host runs it: its layout, registers and time limits by the
 * session, here its order of calls. The host sees what functions return and no
 * more; what came of it is read from the cells.
 */
#include "core.h"

#include <errno.h>
#include <string.h>

#include "act.h"

/* Bytes that are programmed from the start of a run of sectors, and at its end. */
#define PROGRAM_MOST	(16u << 10)
#define PROGRAM_LAST	256u

static struct stk_range sector(const struct act *a, size_t i)
{
	return a->t.q->places.sectors[i];
}

static const struct session *session(const struct act *a)
{
	return &a->t.bench.session;
}

/* ---- which sectors ---------------------------------------------------------- */

static void mark(struct act *a, size_t i)
{
	if (i < a->t.q->places.n_sectors)
		a->marked[i] = 1;
}

/* Both ends, the middle, and both sides of each change of size and of each gap. */
static void mark_sectors(struct act *a)
{
	const struct places *p = &a->t.q->places;
	const size_t n = p->n_sectors;

	mark(a, 0);
	mark(a, 1);
	mark(a, n / 2);
	mark(a, n - 1);
	for (size_t i = 1; i < n; i++) {
		if (p->sectors[i].len == p->sectors[i - 1].len &&
		    p->sectors[i].addr == stk_range_end(p->sectors[i - 1]))
			continue;
		mark(a, i - 1);
		mark(a, i);
	}
	if (n > PLACES_ALL) {
		for (size_t i = 0; i < p->n_tried; i++)
			mark(a, p->tried[i]);
	}
}

/* The run of marked sectors without a gap from the first at or after @from on. */
static bool next_run(const struct act *a, size_t from, size_t *ret_first, size_t *ret_count)
{
	const size_t all = a->t.q->places.n_sectors;
	size_t first = from, n = 1;

	while (first < all && !a->marked[first])
		first++;
	if (first == all)
		return false;
	while (first + n < all && a->marked[first + n] &&
	       sector(a, first + n).addr == stk_range_end(sector(a, first + n - 1)))
		n++;
	*ret_first = first;
	*ret_count = n;
	return true;
}

static struct stk_range run_range(const struct act *a, size_t first, size_t n)
{
	const struct stk_range s = sector(a, first), last = sector(a, first + n - 1);

	return (struct stk_range){ s.addr, stk_range_end(last) - s.addr };
}

/* ---- calls ------------------------------------------------------------------- */

static int after(struct act *a, int r, struct stk_error *err)
{
	if (r || session(a)->last.ok)
		return r;
	return act_call_failed(a, err);
}

/* A range to erase, program or read begins: some hosts call Init for each. */
static void begin_operation(struct act *a)
{
	if (a->host->init == HOST_INIT_PER_OPERATION)
		a->t.bench.session.initialised = false;
}

static int call(struct act *a, struct stk_request *req, struct stk_error *err)
{
	return a->over ? 0 : after(a, bench_do(&a->t.bench, req, err), err);
}

/* Init for erasing where it is due, then BlankCheck. *ret: it says that it is blank. */
static int ask_blank(struct act *a, struct stk_range where, bool *ret, struct stk_error *err)
{
	struct bench *b = &a->t.bench;
	struct stk_request req = {
		.op = STK_OP_BLANK_CHECK, .addr = where.addr, .len = where.len,
	};
	int r = 0;

	*ret = false;
	b->session.last.ok = true;
	if (!b->session.initialised || b->session.phase != STK_PHASE_ERASE) {
		r = bench_end(b, err);
		if (!r && b->session.last.ok)
			r = bench_init(b, STK_PHASE_ERASE, err);
		r = after(a, r, err);
	}
	if (r || a->over)
		return r;
	r = bench_call(b, &req, err);
	if (r || b->session.last.end != STK_END_RETURNED)
		return after(a, r, err);
	*ret = b->session.last.ok;
	return 0;
}

/* ---- erase ------------------------------------------------------------------- */

static int erase(struct act *a, size_t first, size_t n, struct stk_error *err)
{
	const struct stk_range range = run_range(a, first, n);
	struct stk_request req = {
		.op = STK_OP_ERASE_SECTOR, .addr = range.addr, .len = range.len,
	};
	bool blank = false;
	int r = 0;

	req.last = a->host->erase_end == HOST_ERASE_LAST_SECTOR ?
			   sector(a, first + n - 1).addr :
			   stk_range_end(range) - 1;
	begin_operation(a);
	if (a->host->blank_check && session_has(session(a), STK_OP_BLANK_CHECK))
		r = ask_blank(a, range, &blank, err);
	if (!r && !blank)
		r = call(a, &req, err);
	trial_want_blank(&a->t, range);
	return r;
}

static int check_cells(struct act *a, enum symptom symptom, struct stk_error *err)
{
	struct stk_range where;
	int r = trial_differs(&a->t, a->t.q->places.area, &where, err);

	return r || !where.len ? r : act_corrupt(a, where, symptom, err);
}

static int erase_all_marked(struct act *a, struct stk_error *err)
{
	const bool together = a->host->erase_range && !session(a)->format->erase_one;
	size_t first = 0, n, done = 0;
	int r = 0;

	while (!r && !a->over && next_run(a, done, &first, &n)) {
		if (!together)
			n = 1;
		r = erase(a, first, n, err);
		done = first + n;
	}
	return r || a->over ? r : check_cells(a, SYMPTOM_NOT_BLANK, err);
}

/* ---- program ----------------------------------------------------------------- */

static uint64_t chunk_most(const struct act *a)
{
	const struct session *s = session(a);
	const uint32_t page = layout_page(a->host, s->info->device);
	uint64_t most = s->layout.buffer.len;

	if (a->host->chunk_bytes && a->host->chunk_bytes < most)
		most = a->host->chunk_bytes;
	if (s->format->page_limited && page)
		return page < most ? page : most;
	return most < PROGRAM_MOST ? most : PROGRAM_MOST;
}

static int program(struct act *a, struct stk_range range, struct stk_error *err)
{
	struct session *s = &a->t.bench.session;
	struct stk_request req = {
		.op = STK_OP_PROGRAM, .addr = range.addr, .len = range.len,
		.buffer = s->layout.page[a->turn % s->layout.n_pages],
	};
	uint8_t *want = trial_want(&a->t, range.addr);
	int r;

	places_pattern(want, range, s->info->device->erased, a->t.q->report.seed + 1);
	a->turn++;
	r = s->target->ops.write(s->target->priv, req.buffer, want, range.len, err);
	return r ? r : call(a, &req, err);
}

/* From the start of @range on, and its end. */
static int program_run(struct act *a, struct stk_range range, struct stk_error *err)
{
	const uint64_t most = chunk_most(a);
	const uint64_t upto = range.len < PROGRAM_MOST ? range.len : PROGRAM_MOST;
	const bool pages = session(a)->format->page_limited;
	uint64_t at = 0, last = pages || most < PROGRAM_LAST ? most : PROGRAM_LAST;
	int r = 0;

	begin_operation(a);
	while (!r && !a->over && at < upto) {
		uint64_t n = upto - at < most ? upto - at : most;

		r = program(a, (struct stk_range){ range.addr + at, n }, err);
		at += n;
	}
	if (r || a->over || !last || at > range.len - (last < range.len ? last : range.len))
		return r;
	begin_operation(a);
	return program(a, (struct stk_range){ stk_range_end(range) - last, last }, err);
}

static int program_all_marked(struct act *a, struct stk_error *err)
{
	size_t first = 0, n, done = 0;
	int r = 0;

	while (!r && !a->over && next_run(a, done, &first, &n)) {
		r = program_run(a, run_range(a, first, n), err);
		done = first + n;
	}
	return r || a->over ? r : check_cells(a, SYMPTOM_MISMATCH, err);
}

/* ---- all of it ---------------------------------------------------------------- */

static int erase_chip(struct act *a, struct stk_error *err)
{
	const struct places *p = &a->t.q->places;
	struct stk_request req = {
		.op = STK_OP_ERASE_CHIP, .addr = p->area.addr, .len = p->area.len,
	};
	int r;

	begin_operation(a);
	r = call(a, &req, err);
	if (r || a->over)
		return r;
	for (size_t i = 0; i < p->n_parts; i++)
		trial_want_blank(&a->t, p->parts[i]);
	return check_cells(a, SYMPTOM_NOT_BLANK, err);
}

/* Marked sectors and those next to them hold something, all else is erased. */
static int fill_cells(struct act *a, struct stk_error *err)
{
	const struct places *p = &a->t.q->places;
	int r = 0;

	for (size_t i = 0; i < p->n_parts && !r; i++)
		r = trial_blank(&a->t, p->parts[i], err);
	for (size_t i = 0; i < p->n_sectors && !r; i++) {
		if (a->marked[i] || (i && a->marked[i - 1]) ||
		    (i + 1 < p->n_sectors && a->marked[i + 1]))
			r = trial_fill(&a->t, p->sectors[i], err);
	}
	return r;
}

static int run(struct act *a, struct stk_error *err)
{
	const struct session *s = session(a);
	int r;

	a->t.bench.session.as_host = true;
	mark_sectors(a);
	r = fill_cells(a, err);
	if (!r && session_has(s, STK_OP_ERASE_SECTOR))
		r = erase_all_marked(a, err);
	else if (!r)
		r = session_has(s, STK_OP_ERASE_CHIP) ? erase_chip(a, err) : 0;
	if (!r && !a->over && session_has(s, STK_OP_PROGRAM))
		r = program_all_marked(a, err);
	if (!r && !a->over && a->ret->whole && session_has(s, STK_OP_ERASE_CHIP))
		r = erase_chip(a, err);
	if (!r && !a->over)
		r = after(a, bench_end(&a->t.bench, err), err);
	return r || a->over ? r : act_went_well(a, err);
}

/* The host finds no place for it: it says so before anything runs. */
static bool refused(struct act *a, const struct stk_error *why)
{
	if (strcmp(why->cause, "ram-too-small") && strcmp(why->cause, "ram-wrong-place"))
		return false;
	a->ret->result = STK_HOST_REFUSED;
	a->ret->key = strcmp(why->cause, "ram-too-small") ? "load_offset" : "place";
	a->ret->text = arena_strdup(&a->t.q->arena, why->msg);
	return true;
}

int act_run(struct stk_qualify *q, const struct stk_host *host, bool whole,
	    struct act_result *ret, struct stk_error *err)
{
	struct act a = { .t.q = q, .host = host, .ret = ret };
	struct stk_error why = { 0 };
	int r = bench_open(&a.t.bench, q, host, &why);

	a.t.check = &a.unused;
	*ret = (struct act_result){
		.done = true, .whole = whole, .result = STK_HOST_WORKS, .text = "",
	};
	if (r) {
		if (refused(&a, &why))
			return ret->text ? 0 : stk_fail_nomem(err);
		if (err)
			*err = why;
		return r;
	}
	a.marked = calloc(q->places.n_sectors + 1, 1);
	r = a.marked ? run(&a, err) : stk_fail_nomem(err);
	free(a.marked);
	ret->ns = target_now(a.t.bench.target) - a.t.bench.opened_ns;
	bench_close(&a.t.bench);
	return r;
}
