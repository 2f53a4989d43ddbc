/* SPDX-License-Identifier: MIT */
/* Init and UnInit: when hosts call them, when they forget to, and after trouble. */
#include "core.h"

#include "checks.h"

static size_t first_place(const struct trial *t)
{
	return trial_places(t)->tried[0];
}

static size_t last_place(const struct trial *t)
{
	return trial_places(t)->tried[trial_places(t)->n_tried - 1];
}

static int one_phase(struct trial *t, enum stk_phase phase, struct stk_error *err)
{
	bool ok;
	int r = trial_init(t, phase, &ok, err);

	trial_case(t);
	if (!r && ok)
		r = trial_end(t, &ok, err);
	if (r)
		return r;
	if (!ok)
		return trial_call_wrong(t, STK_CHECK_FAIL, err);
	return trial_expect_all(t, SYMPTOM_NEIGHBOUR, STK_CHECK_FAIL, err);
}

int check_init_phases(struct trial *t, struct stk_error *err)
{
	static const enum stk_phase phases[] = { STK_PHASE_ERASE, STK_PHASE_PROGRAM,
						 STK_PHASE_VERIFY };
	size_t n = t->q->format->phased ? ARRAY_SIZE(phases) : 1;
	int r = trial_open_filled(t, err);

	for (size_t i = 0; i < n && !r && !t->over; i++)
		r = one_phase(t, phases[i], err);
	return r;
}

/* UnInit, where there was an Init before, and Init: then @req. */
static int init_and(struct trial *t, struct stk_request *req, bool *ret_ok,
		    struct stk_error *err)
{
	int r = trial_end(t, ret_ok, err);

	if (!r && *ret_ok)
		r = trial_init(t, session_phase_of(req->op), ret_ok, err);
	if (!r && *ret_ok)
		r = trial_call(t, req, ret_ok, err);
	return r || *ret_ok ? r : trial_call_wrong(t, STK_CHECK_FAIL, err);
}

static int init_each_time(struct trial *t, size_t sector, struct stk_error *err)
{
	struct stk_range range = trial_places(t)->sectors[sector];
	struct stk_request erase = trial_erase(t, sector, 1), program;
	bool ok;
	int r = init_and(t, &erase, &ok, err);

	trial_case(t);
	trial_want_blank(t, range);
	if (range.len > trial_chunk(t))
		range.len = trial_chunk(t);
	if (!r && ok)
		r = trial_program(t, range, &program, err);
	if (!r && ok)
		r = init_and(t, &program, &ok, err);
	if (r || !ok)
		return r;
	return trial_expect(t, range, SYMPTOM_MISMATCH, STK_CHECK_FAIL, err);
}

int check_init_each_time(struct trial *t, struct stk_error *err)
{
	bool works;
	int r = trial_open(t, err);

	if (!r)
		r = trial_works(t, first_place(t), &works, err);
	if (r || !works)
		return r;
	r = trial_fill(t, trial_places(t)->area, err);
	if (!r)
		r = init_each_time(t, first_place(t), err);
	if (!r && !t->over && first_place(t) != last_place(t))
		r = init_each_time(t, last_place(t), err);
	return r;
}

/* Phases begin and none of them is ended. */
int check_init_repeated(struct trial *t, struct stk_error *err)
{
	size_t sector = first_place(t);
	struct stk_request req;
	bool ok;
	int r = trial_open_filled(t, err);

	trial_case(t);
	if (!r)
		r = trial_init(t, STK_PHASE_ERASE, &ok, err);
	if (!r && ok)
		r = trial_init(t, STK_PHASE_ERASE, &ok, err);
	if (!r && ok) {
		req = trial_erase(t, sector, 1);
		r = trial_call(t, &req, &ok, err);
	}
	if (!r && ok)
		r = trial_init(t, STK_PHASE_PROGRAM, &ok, err);
	if (r)
		return r;
	if (!ok)
		return trial_call_wrong(t, STK_CHECK_WEAK, err);
	trial_want_blank(t, trial_places(t)->sectors[sector]);
	return trial_expect_inside(t, trial_places(t)->sectors[sector], SYMPTOM_NOT_BLANK,
				   STK_CHECK_WEAK, err);
}

/* To say no is right, to work as well; not success without any effect. */
int check_without_init(struct trial *t, struct stk_error *err)
{
	size_t sector = first_place(t);
	struct stk_range range = trial_places(t)->sectors[sector];
	struct stk_request req;
	bool ok;
	int r = trial_open_filled(t, err);

	trial_case(t);
	if (r)
		return r;
	req = trial_erase(t, sector, 1);
	r = trial_call(t, &req, &ok, err);
	if (r)
		return r;
	if (t->over)
		return trial_call_wrong(t, STK_CHECK_WEAK, err);
	if (ok)
		trial_want_blank(t, range);
	if (ok)
		return trial_expect(t, range, SYMPTOM_NOT_BLANK, STK_CHECK_WEAK, err);
	return trial_expect_outside(t, range, STK_CHECK_WEAK, err);
}

/* A piece at the start of a sector, as long as one call may be. */
static struct stk_range piece_of(const struct trial *t, size_t sector)
{
	struct stk_range range = trial_places(t)->sectors[sector];

	if (range.len > trial_chunk(t))
		range.len = trial_chunk(t);
	return range;
}

/* Calls that a chip or a loader may well refuse: over bytes, and beyond the device. */
static int make_a_call_fail(struct trial *t, size_t sector, bool *ret_failed,
			    struct stk_error *err)
{
	const struct stk_device *d = trial_device(t);
	struct stk_request req;
	bool ok;
	int r = trial_program(t, piece_of(t, sector), &req, err);

	if (!r)
		r = trial_do(t, &req, &ok, err);
	if (!r && ok && d->start + d->size <= UINT32_MAX) {
		req = trial_erase(t, sector, 1);
		req.addr = d->start + d->size;
		req.last = req.addr + req.len - 1;
		r = trial_do(t, &req, &ok, err);
	}
	*ret_failed = !ok;
	return r;
}

/* At once, before anything else can have cleared what the failure left. */
static int program_elsewhere(struct trial *t, size_t sector, struct stk_error *err)
{
	struct stk_range piece = piece_of(t, sector);
	struct stk_request req;
	bool ok;
	int r = trial_blank(t, piece, err);

	trial_case(t);
	if (!r)
		r = trial_program(t, piece, &req, err);
	if (!r)
		r = trial_must(t, &req, STK_CHECK_WEAK, &ok, err);
	return r || !ok ? r : trial_expect_inside(t, piece, SYMPTOM_MISMATCH, STK_CHECK_WEAK,
						  err);
}

static int after_failure(struct trial *t, struct stk_error *err)
{
	bool failed;
	int r = trial_fill(t, trial_places(t)->area, err);

	if (!r)
		r = make_a_call_fail(t, last_place(t), &failed, err);
	if (r)
		return r;
	if (t->over || !failed) {
		trial_skip(t, t->over ? "the call that was to fail did not return" :
					"no call could be made to fail");
		return 0;
	}
	r = program_elsewhere(t, first_place(t), err);
	if (r || t->over)
		return r;
	/* What these calls did to the cells is not asked here. */
	r = trial_fill(t, trial_places(t)->area, err);
	return r ? r : trial_cycle(t, last_place(t), STK_CHECK_WEAK, err);
}

int check_after_failed_call(struct trial *t, struct stk_error *err)
{
	bool works;
	int r = trial_open(t, err);

	if (!r)
		r = trial_works(t, last_place(t), &works, err);
	return r || !works ? r : after_failure(t, err);
}

int check_after_reset(struct trial *t, struct stk_error *err)
{
	bool works;
	int r = trial_open(t, err);

	if (!r)
		r = trial_works(t, first_place(t), &works, err);
	if (r || !works)
		return r;
	r = bench_restart(&t->bench, err);
	return r ? r : trial_cycle(t, last_place(t), STK_CHECK_FAIL, err);
}
