/* SPDX-License-Identifier: MIT */
/* What checks are made of: calls, and what is told of them. */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "trial.h"

int trial_open(struct trial *t, struct stk_error *err)
{
	int r = bench_open(&t->bench, t->q, t->q->host, err);

	t->over = false;
	t->failing = false;
	for (size_t i = 0; i < t->q->places.n_parts && !r; i++)
		r = trial_blank(t, t->q->places.parts[i], err);
	return r;
}

int trial_open_filled(struct trial *t, struct stk_error *err)
{
	int r = trial_open(t, err);

	return r ? r : trial_fill(t, t->q->places.area, err);
}

void trial_close(struct trial *t)
{
	if (!t->bench.target)
		return;
	t->check->ns += t->bench.target->ops.now(t->bench.target->priv) -
			t->bench.opened_ns;
	t->check->basis = weaker_basis(t->check->basis, t->bench.basis);
	bench_close(&t->bench);
}

/* ---- calls ------------------------------------------------------------------ */

static int after_call(struct trial *t, int r, bool *ret_ok)
{
	const struct outcome *o = &t->bench.session.last;

	*ret_ok = !r && o->ok;
	if (r || o->ok || o->end == STK_END_RETURNED)
		return r;
	t->over = true;
	if (o->end == STK_END_TIMEOUT && !t->failing)
		t->q->hung = o->call.function->name;
	return 0;
}

int trial_do(struct trial *t, struct stk_request *req, bool *ret_ok, struct stk_error *err)
{
	return after_call(t, bench_do(&t->bench, req, err), ret_ok);
}

int trial_call(struct trial *t, const struct stk_request *req, bool *ret_ok,
	       struct stk_error *err)
{
	return after_call(t, bench_call(&t->bench, req, err), ret_ok);
}

int trial_init(struct trial *t, enum stk_phase phase, bool *ret_ok, struct stk_error *err)
{
	return after_call(t, bench_init(&t->bench, phase, err), ret_ok);
}

int trial_end(struct trial *t, bool *ret_ok, struct stk_error *err)
{
	return after_call(t, bench_end(&t->bench, err), ret_ok);
}

int trial_must(struct trial *t, struct stk_request *req, enum stk_check_result result,
	       bool *ret_ok, struct stk_error *err)
{
	int r = trial_do(t, req, ret_ok, err);

	if (r || *ret_ok)
		return r;
	if (t->bench.session.last.request.op == STK_OP_INIT && !t->bench.moved &&
	    !t->failing)
		t->q->init_failed = t->check->id;
	return trial_call_wrong(t, result, err);
}

struct stk_request trial_erase(const struct trial *t, size_t first, size_t count)
{
	const struct stk_range *s = &t->q->places.sectors[first];
	const struct stk_range *last = &s[count - 1];
	uint64_t end = stk_range_end(*last);

	return (struct stk_request){
		.op = STK_OP_ERASE_SECTOR,
		.addr = s->addr,
		.len = end - s->addr,
		.last = t->q->host->erase_end == HOST_ERASE_LAST_BYTE ? end - 1 : last->addr,
	};
}

uint64_t trial_chunk(const struct trial *t)
{
	const struct session *s = &t->bench.session;
	uint64_t most = s->layout.buffer.len;
	uint32_t page = s->info->device->page_size;

	if (s->host->chunk_bytes && s->host->chunk_bytes < most)
		most = s->host->chunk_bytes;
	if (s->format->page_limited && page && page < most)
		most = page;
	return most;
}

int trial_buffer(struct trial *t, struct stk_range range, struct stk_error *err)
{
	struct stk_target *target = t->bench.target;

	return target->ops.write(target->priv, t->bench.session.layout.buffer.addr,
				 trial_want(t, range.addr), range.len, err);
}

int trial_program(struct trial *t, struct stk_range range, struct stk_request *ret,
		  struct stk_error *err)
{
	uint8_t erased = trial_device(t)->erased;

	*ret = (struct stk_request){
		.op = STK_OP_PROGRAM,
		.addr = range.addr,
		.len = range.len,
		.buffer = t->bench.session.layout.buffer.addr,
	};
	places_pattern(trial_want(t, range.addr), range, erased, t->q->report.seed + 1);
	return trial_buffer(t, range, err);
}

static int cycle_program(struct trial *t, size_t sector, enum stk_check_result result,
			 struct stk_error *err)
{
	struct stk_range range = t->q->places.sectors[sector];
	struct stk_request req;
	bool ok;
	int r;

	if (range.len > trial_chunk(t))
		range.len = trial_chunk(t);
	r = trial_program(t, range, &req, err);
	if (!r)
		r = trial_must(t, &req, result, &ok, err);
	return r || !ok ? r : trial_expect(t, range, SYMPTOM_MISMATCH, result, err);
}

int trial_cycle(struct trial *t, size_t sector, enum stk_check_result result,
		struct stk_error *err)
{
	struct stk_range range = t->q->places.sectors[sector];
	struct stk_request req = trial_erase(t, sector, 1);
	uint64_t failed = t->check->failed;
	bool ok;
	int r = 0;

	trial_case(t);
	if (!session_has(&t->bench.session, STK_OP_ERASE_SECTOR)) {
		r = trial_blank(t, range, err);
		return r ? r : cycle_program(t, sector, result, err);
	}
	r = trial_fill(t, range, err);
	if (!r)
		r = trial_must(t, &req, result, &ok, err);
	if (r || !ok)
		return r;
	trial_want_blank(t, range);
	r = trial_expect(t, range, SYMPTOM_NOT_BLANK, result, err);
	if (r || t->check->failed != failed)
		return r;
	return cycle_program(t, sector, result, err);
}

int trial_works(struct trial *t, size_t sector, bool *ret, struct stk_error *err)
{
	const struct stk_check before = *t->check;
	int r = trial_cycle(t, sector, STK_CHECK_FAIL, err);

	*ret = !r && t->check->failed == before.failed;
	*t->check = before;
	if (!r && !*ret)
		trial_skip(t, "an erase or write on a healthy chip fails already");
	return r;
}

/* ---- what came of it -------------------------------------------------------- */

static bool worse(enum stk_check_result a, enum stk_check_result b)
{
	return a == STK_CHECK_FAIL ? b != STK_CHECK_FAIL :
	       a == STK_CHECK_WEAK && b == STK_CHECK_PASS;
}

static int keep_text(struct trial *t, const char *fmt, va_list args, struct stk_error *err)
{
	t->check->text = arena_vprintf(&t->q->arena, fmt, args);
	return t->check->text ? 0 : stk_fail_nomem(err);
}

int trial_wrong(struct trial *t, enum stk_check_result result,
		const struct symptom_case *why, struct stk_error *err, const char *fmt, ...)
{
	struct stk_check *c = t->check;
	va_list args;
	int r;

	c->failed++;
	if (!worse(result, c->result))
		return 0;
	c->result = result;
	va_start(args, fmt);
	r = keep_text(t, fmt, args, err);
	va_end(args);
	if (r || !t->bench.session.last.call.function)
		return r;
	c->call = bench_last_call(&t->bench);
	c->diagnosis = why ? bench_diagnose(&t->bench, *why) : NULL;
	return c->call && (!why || c->diagnosis) ? 0 : stk_fail_nomem(err);
}

int trial_call_wrong(struct trial *t, enum stk_check_result result, struct stk_error *err)
{
	const struct session *s = &t->bench.session;
	const struct outcome *o = &s->last;
	struct symptom_case why = { .symptom = SYMPTOM_CALL };
	char call[128];

	outcome_text(o, call, sizeof(call));
	if (o->end == STK_END_TIMEOUT)
		return trial_wrong(t, result, &why, err, "%s did not return within %.0f ms",
				   call, (double)o->budget_ns / 1e6);
	if (o->end != STK_END_RETURNED)
		return trial_wrong(t, result, &why, err, "%s did not return: %s%s%s", call,
				   stk_end_name(o->end), o->stop[0] ? ", " : "", o->stop);
	if (s->traces.overflow || s->traces.wild)
		return trial_wrong(t, result, &why, err, "%s wrote to memory that is not %s",
				   call, s->traces.overflow ? "its stack" : "its own");
	return trial_wrong(t, result, &why, err, "%s %s", call, o->meaning);
}

int trial_note(struct trial *t, struct stk_error *err, const char *fmt, ...)
{
	va_list args;
	int r = 0;

	va_start(args, fmt);
	if (t->check->result == STK_CHECK_PASS)
		r = keep_text(t, fmt, args, err);
	va_end(args);
	return r;
}

void trial_skip(struct trial *t, const char *why)
{
	t->check->result = STK_CHECK_SKIP;
	t->check->text = why;
}
