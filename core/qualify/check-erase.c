/* SPDX-License-Identifier: MIT */
/* Erasing: the sectors asked for, all of each, and nothing else. */
#include "core.h"

#include <inttypes.h>
#include <string.h>

#include "checks.h"

/* How an erase of each place goes is the same; what is looked at is not. */
static int each_place(struct trial *t,
		      int (*one)(struct trial *t, size_t sector, struct stk_error *err),
		      struct stk_error *err)
{
	const struct places *p = trial_places(t);
	int r = 0;

	for (size_t i = 0; i < p->n_tried && !r && !t->over; i++) {
		trial_case(t);
		r = one(t, p->tried[i], err);
	}
	return r;
}

/* ---- each sector ------------------------------------------------------------ */

static int erase_and_look(struct trial *t, size_t sector, struct stk_error *err)
{
	struct stk_sector_trial *told = &t->q->sectors[sector];
	struct stk_request req = trial_erase(t, sector, 1);
	uint64_t failed = t->check->failed;
	bool ok;
	int r = trial_must(t, &req, STK_CHECK_FAIL, &ok, err);

	if (r)
		return r;
	told->erase_tried = true;
	told->erase_ns = t->bench.session.last.ns;
	if (!ok)
		return 0;
	trial_want_blank(t, told->range);
	r = trial_expect_inside(t, told->range, SYMPTOM_NOT_BLANK, STK_CHECK_FAIL, err);
	told->erase_good = t->check->failed == failed;
	return r;
}

int check_erase_sector(struct trial *t, struct stk_error *err)
{
	int r = trial_open_filled(t, err);

	return r ? r : each_place(t, erase_and_look, err);
}

static int erase_and_look_beside(struct trial *t, size_t sector, struct stk_error *err)
{
	struct stk_range range = trial_places(t)->sectors[sector];
	struct stk_request req = trial_erase(t, sector, 1);
	struct stk_range differs;
	bool ok;
	int r = trial_do(t, &req, &ok, err);

	if (!r)
		r = trial_expect_outside(t, range, STK_CHECK_FAIL, err);
	/* Whatever it did inside is the other check's. */
	trial_want_blank(t, range);
	if (!r)
		r = trial_differs(t, range, &differs, err);
	return r || !differs.len ? r : trial_blank(t, range, err);
}

int check_erase_only(struct trial *t, struct stk_error *err)
{
	int r = trial_open_filled(t, err);

	if (!r)
		r = each_place(t, erase_and_look_beside, err);
	/* A large device was only looked at near each place. */
	return r || t->over ? r :
			      trial_expect_all(t, SYMPTOM_NEIGHBOUR, STK_CHECK_FAIL, err);
}

static int erase_blank(struct trial *t, size_t sector, struct stk_error *err)
{
	struct stk_range range = trial_places(t)->sectors[sector];
	struct stk_request req = trial_erase(t, sector, 1);
	bool ok;
	int r = trial_must(t, &req, STK_CHECK_FAIL, &ok, err);

	return r || !ok ? r :
			  trial_expect(t, range, SYMPTOM_NOT_BLANK, STK_CHECK_FAIL, err);
}

int check_erase_erased(struct trial *t, struct stk_error *err)
{
	int r = trial_open(t, err);

	return r ? r : each_place(t, erase_blank, err);
}

/* ---- several at once ---------------------------------------------------------- */

/* @count sectors, the end given as the last byte, or as the start of the last sector. */
static int erase_run(struct trial *t, size_t first, size_t count, bool last_byte,
		     struct stk_error *err)
{
	struct stk_request req = trial_erase(t, first, count);
	struct stk_range run = { req.addr, req.len };
	bool ok;
	int r = trial_fill(t, trial_places(t)->area, err);

	trial_case(t);
	req.last = last_byte ? stk_range_end(run) - 1 :
			       trial_places(t)->sectors[first + count - 1].addr;
	if (!r)
		r = trial_must(t, &req, STK_CHECK_FAIL, &ok, err);
	if (r || !ok)
		return r;
	trial_want_blank(t, run);
	return trial_expect(t, run, SYMPTOM_NOT_BLANK, STK_CHECK_FAIL, err);
}

int check_erase_ends(struct trial *t, struct stk_error *err)
{
	size_t n = trial_places(t)->n_sectors, many = n < 3 ? n : 3;
	const struct {
		size_t first, count;
	} runs[] = { { 0, 1 }, { n / 2 > 1 ? n / 2 - 1 : 0, many }, { n - many, many } };
	int r = trial_open(t, err);

	for (size_t i = 0; i < ARRAY_SIZE(runs) && !r; i++) {
		for (int last_byte = 0; last_byte < 2 && !r && !t->over; last_byte++)
			r = erase_run(t, runs[i].first, runs[i].count, last_byte, err);
	}
	return r;
}

int check_erase_chip(struct trial *t, struct stk_error *err)
{
	struct stk_request req = {
		.op = STK_OP_ERASE_CHIP,
		.addr = trial_places(t)->area.addr,
		.len = trial_places(t)->area.len,
	};
	bool ok;
	int r = trial_open_filled(t, err);

	trial_case(t);
	if (!r)
		r = trial_must(t, &req, STK_CHECK_FAIL, &ok, err);
	if (r || !ok)
		return r;
	trial_want_blank(t, trial_places(t)->area);
	return trial_expect_all(t, SYMPTOM_NOT_BLANK, STK_CHECK_FAIL, err);
}

/* Nothing of the device may change, whatever is returned. */
int check_erase_beyond(struct trial *t, struct stk_error *err)
{
	const struct stk_device *d = trial_device(t);
	uint64_t size = stk_range_end(trial_places(t)->sectors[0]) - trial_places(t)->area.addr;
	uint64_t starts[] = { d->start + d->size, d->start - size };
	int r = trial_open_filled(t, err);

	for (size_t i = 0; i < ARRAY_SIZE(starts) && !r && !t->over; i++) {
		struct stk_request req = {
			.op = STK_OP_ERASE_SECTOR,
			.addr = starts[i],
			.len = size,
			.last = starts[i] + size - 1,
		};
		bool ok;

		if (starts[i] + size > UINT32_MAX || (i && d->start < size))
			continue;
		trial_case(t);
		r = trial_do(t, &req, &ok, err);
		if (!r && t->over)
			r = trial_call_wrong(t, STK_CHECK_WEAK, err);
		if (!r)
			r = trial_expect_all(t, SYMPTOM_NEIGHBOUR, STK_CHECK_WEAK, err);
	}
	return r;
}

/* The table against the chip: what no erase of a sector would show. */
int check_device_fits(struct trial *t, struct stk_error *err)
{
	const struct places *p = trial_places(t);
	const struct stk_memory *m;
	int r = trial_open(t, err);

	trial_case(t);
	if (r)
		return r;
	if (p->absent)
		return trial_wrong(t, STK_CHECK_WEAK, NULL, err,
				   "the device table has %" PRIu64
				   " bytes that this chip does not have",
				   p->absent);
	m = stk_chip_memory_at(t->bench.target->facts.chip, p->area.addr);
	if (m && m->kind == STK_MEM_FLASH && m->size > p->area.len)
		return trial_wrong(t, STK_CHECK_WEAK, NULL, err,
				   "the device table covers %" PRIu64 " of the %" PRIu64
				   " bytes of %s",
				   p->area.len, m->size, m->name);
	return 0;
}
