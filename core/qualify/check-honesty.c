/* SPDX-License-Identifier: MIT */
/*
 * A chip that fails, and whether the loader says so. It may cope: what counts
 * is that no success is reported for cells that are not what they shall be.
 */
#include "core.h"

#include <inttypes.h>
#include <string.h>

#include "checks.h"

static const struct stk_failure *find_failure(struct stk_target *target, const char *name)
{
	size_t n = 0;
	const struct stk_failure *f =
		target->ops.failures ? target->ops.failures(target->priv, &n) : NULL;

	for (size_t i = 0; f && i < n; i++) {
		if (!strcmp(f[i].name, name))
			return &f[i];
	}
	return NULL;
}

/* *ret: the chip fails now; else the check does not apply. */
static int break_chip(struct trial *t, size_t sector, bool *ret, struct stk_error *err)
{
	struct stk_target *target = t->bench.target;
	const struct stk_failure *f = find_failure(target, t->check->failure);

	*ret = false;
	if (!f)
		trial_skip(t, "this chip cannot be made to fail in this way");
	else if (f->external && !t->q->external)
		trial_skip(t, "the loader has nothing to do with the external memory");
	else if (f->place && !f->external && t->q->external)
		trial_skip(t, "the loader has nothing to do with the chip's own flash");
	else
		*ret = true;
	if (!*ret)
		return 0;
	t->failing = true;
	return target->ops.fail(target->priv, f->name, trial_places(t)->sectors[sector], err);
}

/* The call did not come back: a host would wait, or find a chip that was reset. */
static int no_return(struct trial *t, struct stk_error *err)
{
	const struct outcome *o = &t->bench.session.last;
	const struct symptom_case why = { .symptom = SYMPTOM_CALL };
	char call[128];

	outcome_text(o, call, sizeof(call));
	if (o->end == STK_END_LOST)
		return trial_wrong(t, STK_CHECK_WEAK, &why, err,
				   "the chip was reset while %s ran%s%s", call,
				   o->stop[0] ? ": " : "", o->stop);
	if (o->end == STK_END_FAULT)
		return trial_call_wrong(t, STK_CHECK_WEAK, err);
	return trial_wrong(t, STK_CHECK_WEAK, &why, err,
			   "%s hangs for ever: it has no time-out of its own%s%s", call,
			   o->stop[0] ? "; " : "", o->stop);
}

/* *ret_go: success, so that it shows in the cells. */
static int attempt(struct trial *t, struct stk_request *req, bool *ret_go,
		   struct stk_error *err)
{
	int r = trial_do(t, req, ret_go, err);

	trial_case(t);
	return r || !t->over ? r : no_return(t, err);
}

static int erase(struct trial *t, size_t sector, struct stk_error *err)
{
	struct stk_range range = trial_places(t)->sectors[sector];
	struct stk_request req = trial_erase(t, sector, 1);
	bool ok;
	int r = attempt(t, &req, &ok, err);

	if (r || t->over)
		return r;
	if (ok) {
		trial_want_blank(t, range);
		r = trial_expect_inside(t, range, SYMPTOM_NOT_BLANK, STK_CHECK_WEAK, err);
	}
	return r ? r : trial_expect_outside(t, range, STK_CHECK_WEAK, err);
}

static int program(struct trial *t, size_t sector, struct stk_error *err)
{
	struct stk_range range = trial_places(t)->sectors[sector];
	struct stk_request req;
	bool ok;
	int r = trial_blank(t, range, err);

	if (range.len > trial_chunk(t))
		range.len = trial_chunk(t);
	if (!r)
		r = trial_program(t, range, &req, err);
	if (!r)
		r = attempt(t, &req, &ok, err);
	if (r || t->over)
		return r;
	if (ok)
		r = trial_expect_inside(t, range, SYMPTOM_MISMATCH, STK_CHECK_WEAK, err);
	return r ? r : trial_expect_outside(t, range, STK_CHECK_WEAK, err);
}

static int try_both(struct trial *t, size_t sector, struct stk_error *err)
{
	int r = 0;

	if (session_has(&t->bench.session, STK_OP_ERASE_SECTOR))
		r = erase(t, sector, err);
	if (!r && !t->over && session_has(&t->bench.session, STK_OP_PROGRAM))
		r = program(t, sector, err);
	return r;
}

static size_t failing_place(const struct trial *t)
{
	const struct places *p = trial_places(t);

	return p->tried[p->n_tried > 1 ? 1 : 0];
}

int check_honesty(struct trial *t, struct stk_error *err)
{
	size_t sector = failing_place(t);
	bool broken = false;
	int r = trial_open_filled(t, err);

	if (!r)
		r = break_chip(t, sector, &broken, err);
	return r || !broken ? r : try_both(t, sector, err);
}

/* Here is nothing to cope with: Init is to see that the part is not there. */
int check_refuses(struct trial *t, struct stk_error *err)
{
	size_t sector = failing_place(t);
	bool broken = false, ok;
	int r = trial_open_filled(t, err);

	if (!r)
		r = break_chip(t, sector, &broken, err);
	if (r || !broken)
		return r;
	trial_case(t);
	r = trial_init(t, STK_PHASE_ERASE, &ok, err);
	if (r || (!ok && !t->over))
		return r;
	if (t->over)
		return no_return(t, err);
	r = trial_wrong(t, STK_CHECK_WEAK, NULL, err,
			"Init returned success, and so did not look");
	return r ? r : try_both(t, sector, err);
}

/* Longer than it runs from reset on without being fed, whatever a single call takes. */
#define WATCHED_NS	700000000ull

int check_watchdog(struct trial *t, struct stk_error *err)
{
	const struct places *p = trial_places(t);
	bool broken = false;
	uint64_t start = 0;
	int r = trial_open_filled(t, err);

	if (!r)
		r = break_chip(t, p->tried[0], &broken, err);
	if (!r && broken)
		start = target_now(t->bench.target);
	for (size_t i = 0; broken && !r && !t->over && !t->check->failed; i++) {
		size_t sector = p->tried[i % p->n_tried];

		r = trial_fill(t, p->sectors[sector], err);
		if (!r)
			r = try_both(t, sector, err);
		if (target_now(t->bench.target) - start > WATCHED_NS || i > 2 * PLACES_ALL)
			break;
	}
	return r;
}
