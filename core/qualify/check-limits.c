/* SPDX-License-Identifier: MIT */
/* Time, stack and memory that the loader takes, against what it was given. */
#include "core.h"

#include <inttypes.h>
#include <stdio.h>

#include "checks.h"

#define MS	1000000ull

/* A short job, whose results are other checks' business, then whatever else it has. */
static int exercise(struct trial *t, struct stk_error *err)
{
	const struct places *p = trial_places(t);
	const size_t at[] = { p->tried[0], p->tried[p->n_tried / 2],
			      p->tried[p->n_tried - 1] };
	bool ok = true;
	int r = 0;

	for (size_t i = 0; i < ARRAY_SIZE(at) && !r && !t->over; i++) {
		struct stk_range piece = p->sectors[at[i]];
		struct stk_request req = trial_erase(t, at[i], 1);

		trial_case(t);
		if (session_has(&t->bench.session, STK_OP_ERASE_SECTOR))
			r = trial_do(t, &req, &ok, err);
		if (piece.len > trial_chunk(t))
			piece.len = trial_chunk(t);
		if (!r && !t->over && session_has(&t->bench.session, STK_OP_PROGRAM)) {
			r = trial_program(t, piece, &req, err);
			if (!r)
				r = trial_do(t, &req, &ok, err);
		}
	}
	return r;
}

static int look_it_over(struct trial *t, struct stk_error *err)
{
	static const enum stk_op ops[] = { STK_OP_VERIFY, STK_OP_BLANK_CHECK,
					   STK_OP_CHECKSUM, STK_OP_READ };
	struct stk_range piece = trial_places(t)->sectors[trial_places(t)->tried[0]];
	bool ok;
	int r = 0;

	piece.len = piece.len < 256 ? piece.len : 256;
	for (size_t i = 0; i < ARRAY_SIZE(ops) && !r && !t->over; i++) {
		struct stk_request req = {
			.op = ops[i],
			.addr = piece.addr,
			.len = piece.len,
			.buffer = t->bench.session.layout.buffer.addr,
		};

		if (session_has(&t->bench.session, ops[i]))
			r = trial_do(t, &req, &ok, err);
	}
	return r || t->over ? r : trial_end(t, &ok, err);
}

static int exercise_all(struct trial *t, struct stk_error *err)
{
	int r = trial_open(t, err);

	if (!r)
		r = exercise(t, err);
	return r || t->over ? r : look_it_over(t, err);
}

int check_calls_return(struct trial *t, struct stk_error *err)
{
	int r = exercise_all(t, err);

	return r || !t->over ? r : trial_call_wrong(t, STK_CHECK_FAIL, err);
}

/* What hosts do next, a reset perhaps, would cut the operation short. */
int check_returns_when_done(struct trial *t, struct stk_error *err)
{
	int r = trial_open(t, err);

	t->bench.ask_busy = true;
	if (!r)
		r = exercise(t, err);
	if (r || !t->bench.left_busy)
		return r;
	return trial_wrong(t, STK_CHECK_WEAK, NULL, err, "%s returned while %s was set",
			   t->bench.busy_call, t->bench.left_busy);
}

/* ---- time ------------------------------------------------------------------------------- */

static int in_time(struct trial *t, uint64_t limit_ms, uint64_t *most, struct stk_error *err)
{
	uint64_t ns = t->bench.session.last.ns;
	char call[128];

	trial_case(t);
	if (ns > *most)
		*most = ns;
	if (!limit_ms || limit_ms == UINT32_MAX || ns <= limit_ms * MS)
		return 0;
	outcome_text(&t->bench.session.last, call, sizeof(call));
	return trial_wrong(t, STK_CHECK_FAIL, NULL, err,
			   "%s took %.1f ms, %" PRIu64
			   " ms are declared, which some hosts go by",
			   call, (double)ns / 1e6, limit_ms);
}

/* A sector and data in it. */
static int time_sector(struct trial *t, size_t sector, uint64_t most[2],
		       struct stk_error *err)
{
	const struct stk_device *d = trial_device(t);
	struct stk_range piece = trial_places(t)->sectors[sector];
	struct stk_request req = trial_erase(t, sector, 1);
	bool ok;
	int r = trial_do(t, &req, &ok, err);

	if (!r && ok)
		r = in_time(t, d->erase_ms, &most[0], err);
	if (piece.len > trial_chunk(t))
		piece.len = trial_chunk(t);
	if (!r && ok)
		r = trial_program(t, piece, &req, err);
	if (!r && ok)
		r = trial_do(t, &req, &ok, err);
	if (!r && ok)
		r = in_time(t, d->program_ms, &most[1], err);
	return r;
}

/* One sector of each size. */
int check_time(struct trial *t, struct stk_error *err)
{
	const struct places *p = trial_places(t);
	const struct stk_device *d = trial_device(t);
	uint64_t len = 0, most[2] = { 0, 0 };
	bool works = false;
	int r = trial_open(t, err);

	if (!r)
		r = trial_works(t, p->tried[0], &works, err);
	for (size_t i = 0; i < p->n_tried && !r && works && !t->over; i++) {
		if (p->sectors[p->tried[i]].len == len)
			continue;
		len = p->sectors[p->tried[i]].len;
		r = time_sector(t, p->tried[i], most, err);
	}
	if (r || !works)
		return r;
	return trial_note(t, err, "%.1f of %u ms to erase, %.1f of %u ms to program",
			  (double)most[0] / 1e6, d->erase_ms, (double)most[1] / 1e6,
			  d->program_ms);
}

/* ---- stack and memory ------------------------------------------------------- */

/* Hosts for this format that give less than @used. */
static void tight_hosts(const char *format, uint32_t used, char *buf, size_t len)
{
	size_t n, at = 0;
	const struct stk_host *const *hosts = stk_host_list(&n);

	buf[0] = '\0';
	for (size_t i = 0; i < n && at < len; i++) {
		const struct stk_host *h = hosts[i];

		if (h->stack_bytes >= used || !host_takes(&h->info, format))
			continue;
		at += (size_t)snprintf(buf + at, len - at, "%s%s gives %u", at ? ", " : "",
				       h->info.name, h->stack_bytes);
	}
}

int check_stack(struct trial *t, struct stk_error *err)
{
	struct symptom_case why = { .symptom = SYMPTOM_CALL };
	uint32_t used, given;
	char tight[300];
	int r = exercise_all(t, err);

	if (r)
		return r;
	used = t->bench.stack_used;
	given = (uint32_t)t->bench.session.layout.stack.len;
	if (t->bench.session.traces.overflow)
		return trial_wrong(t, STK_CHECK_FAIL, &why, err,
				   "it used more than the %u bytes that it was given", given);
	tight_hosts(t->q->info->format, used, tight, sizeof(tight));
	if (tight[0])
		return trial_wrong(t, STK_CHECK_WEAK, NULL, err,
				   "it used %u bytes: %s", used, tight);
	return trial_note(t, err, "%u of %u bytes", used, given);
}

int check_ram_writes(struct trial *t, struct stk_error *err)
{
	struct symptom_case why = { .symptom = SYMPTOM_CALL };
	const struct traces *traces = &t->bench.session.traces;
	int r = exercise_all(t, err);

	if (r || !traces->wild)
		return r;
	return trial_wrong(t, STK_CHECK_FAIL, &why, err,
			   "it wrote to 0x%08" PRIx64 ", outside its image, stack and buffer",
			   traces->wild_access.addr);
}

/* Some hosts mask interrupts: there a loader that waits for one hangs. */
int check_exceptions(struct trial *t, struct stk_error *err)
{
	int r = exercise_all(t, err);

	if (r || !t->bench.exceptions || t->over)
		return r;
	return trial_wrong(t, STK_CHECK_WEAK, NULL, err,
			   "%" PRIu64 " exceptions were taken: under a host that masks "
			   "interrupts it may hang", t->bench.exceptions);
}
