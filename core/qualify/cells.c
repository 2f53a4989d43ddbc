/* SPDX-License-Identifier: MIT */
/* The cells of a chip against what they shall hold. */
#include "core.h"

#include <inttypes.h>
#include <string.h>

#include "trial.h"

/* A device of no more is compared whole after each call. */
#define SMALL_DEVICE	(2u << 20)
#define AROUND		(64u << 10)

uint8_t *trial_want(const struct trial *t, uint64_t addr)
{
	return t->q->want + (addr - t->q->places.area.addr);
}

static uint8_t *found_at(const struct trial *t, uint64_t addr)
{
	return t->q->found + (addr - t->q->places.area.addr);
}

static struct stk_range common(struct stk_range a, struct stk_range b)
{
	uint64_t from = a.addr > b.addr ? a.addr : b.addr;
	uint64_t end_a = stk_range_end(a), end_b = stk_range_end(b);
	uint64_t end = end_a < end_b ? end_a : end_b;

	return (struct stk_range){ from, end > from ? end - from : 0 };
}

int trial_blank(struct trial *t, struct stk_range range, struct stk_error *err)
{
	trial_want_blank(t, range);
	return bench_put_cells(&t->bench, range, trial_want(t, range.addr), err);
}

void trial_want_blank(struct trial *t, struct stk_range range)
{
	memset(trial_want(t, range.addr), trial_device(t)->erased, range.len);
}

/* Of @range what the device has: there may be gaps. */
int trial_fill(struct trial *t, struct stk_range range, struct stk_error *err)
{
	const struct places *p = &t->q->places;
	int r = 0;

	for (size_t i = 0; i < p->n_parts && !r; i++) {
		struct stk_range part = common(p->parts[i], range);

		if (!part.len)
			continue;
		places_pattern(trial_want(t, part.addr), part, trial_device(t)->erased,
			       t->q->report.seed);
		r = bench_put_cells(&t->bench, part, trial_want(t, part.addr), err);
	}
	return r;
}

/* ---- compare ------------------------------------------------------------------ */

static struct stk_range around(const struct trial *t, struct stk_range inside)
{
	struct stk_range area = t->q->places.area, near;
	uint64_t most = AROUND > inside.len ? AROUND : inside.len;

	if (area.len <= SMALL_DEVICE)
		return area;
	near.addr = inside.addr - area.addr > most ? inside.addr - most : area.addr;
	near.len = stk_range_end(inside) + most - near.addr;
	return common(near, area);
}

/* The first run of bytes in which they differ, a few equal ones between allowed. */
static bool first_run(const uint8_t *want, const uint8_t *found, uint64_t len,
		      struct stk_range *ret)
{
	uint64_t at = 0, end;

	if (!memcmp(want, found, len))
		return false;
	while (want[at] == found[at])
		at++;
	end = at + 1;
	for (uint64_t i = end; i < len && i < end + 16; i++) {
		if (want[i] != found[i])
			end = i + 1;
	}
	*ret = (struct stk_range){ at, end - at };
	return true;
}

int trial_differs(struct trial *t, struct stk_range range, struct stk_range *ret,
		  struct stk_error *err)
{
	const struct places *p = &t->q->places;

	ret->len = 0;
	for (size_t i = 0; i < p->n_parts && !ret->len; i++) {
		struct stk_range part = common(p->parts[i], range);
		int r;

		if (!part.len)
			continue;
		r = bench_cells(&t->bench, part, found_at(t, part.addr), err);
		if (r)
			return r;
		if (first_run(trial_want(t, part.addr), found_at(t, part.addr), part.len,
			      ret))
			ret->addr += part.addr;
	}
	return 0;
}

/* Cells are filled before an erase and blank before programming. */
static bool as_before(const struct trial *t, struct stk_range where, enum symptom symptom,
		      bool blank)
{
	uint8_t before[64];

	if (symptom != SYMPTOM_NOT_BLANK)
		return blank;
	if (where.len > sizeof(before))
		where.len = sizeof(before);
	places_pattern(before, where, trial_device(t)->erased, t->q->report.seed);
	return !memcmp(before, found_at(t, where.addr), where.len);
}

static bool all_are(const uint8_t *p, uint64_t len, uint8_t value)
{
	return p[0] == value && !memcmp(p, p + 1, len - 1);
}

/* @where was read last: what is there, and was it so before? */
static struct symptom_case symptom_at(const struct trial *t, struct stk_range where,
				      enum symptom symptom)
{
	const uint8_t *found = found_at(t, where.addr);
	bool blank = all_are(found, where.len, trial_device(t)->erased);

	return (struct symptom_case){
		.symptom = symptom,
		.where = where,
		.want = *trial_want(t, where.addr),
		.found = *found,
		.blank = blank,
		.unchanged = as_before(t, where, symptom, blank),
	};
}

/* From here on the cells are what they shall be: each is told once. */
static void accept(struct trial *t, struct stk_range range)
{
	memcpy(trial_want(t, range.addr), found_at(t, range.addr), range.len);
}

static int tell(struct trial *t, const struct symptom_case *why,
		enum stk_check_result result, struct stk_error *err)
{
	char call[128];

	outcome_text(&t->bench.session.last, call, sizeof(call));
	if (why->symptom == SYMPTOM_NEIGHBOUR)
		return trial_wrong(t, result, why, err,
				   "%s %s 0x%08" PRIx64 ", which it was not asked to", call,
				   why->blank ? "erased" : "changed", why->where.addr);
	if (why->symptom == SYMPTOM_NOT_BLANK)
		return trial_wrong(t, result, why, err,
				   "%s returned success, and 0x%08" PRIx64 " holds 0x%02x",
				   call, why->where.addr, why->found);
	return trial_wrong(t, result, why, err,
			   "%s returned success, and 0x%08" PRIx64
			   " holds 0x%02x instead of 0x%02x",
			   call, why->where.addr, why->found, why->want);
}

static int expect_range(struct trial *t, struct stk_range range, enum symptom symptom,
			enum stk_check_result result, bool *ret_wrong,
			struct stk_error *err)
{
	struct symptom_case why;
	struct stk_range where;
	int r = range.len ? trial_differs(t, range, &where, err) : 0;

	*ret_wrong = range.len && !r && where.len;
	if (r || !*ret_wrong)
		return r;
	why = symptom_at(t, where, symptom);
	r = tell(t, &why, result, err);
	for (size_t i = 0; i < t->q->places.n_parts; i++) {
		struct stk_range part = common(t->q->places.parts[i], range);

		if (stk_range_contains(part, where))
			accept(t, part);
	}
	return r;
}

int trial_expect_inside(struct trial *t, struct stk_range inside, enum symptom symptom,
			enum stk_check_result result, struct stk_error *err)
{
	bool wrong;

	return expect_range(t, inside, symptom, result, &wrong, err);
}

int trial_expect_outside(struct trial *t, struct stk_range inside,
			 enum stk_check_result result, struct stk_error *err)
{
	struct stk_range all = around(t, inside);
	struct stk_range below = { all.addr, inside.addr - all.addr };
	struct stk_range above = { stk_range_end(inside),
				   stk_range_end(all) - stk_range_end(inside) };
	bool wrong;
	int r = expect_range(t, below, SYMPTOM_NEIGHBOUR, result, &wrong, err);

	return r || wrong ? r :
			    expect_range(t, above, SYMPTOM_NEIGHBOUR, result, &wrong, err);
}

int trial_expect(struct trial *t, struct stk_range inside, enum symptom symptom,
		 enum stk_check_result result, struct stk_error *err)
{
	bool wrong;
	int r = expect_range(t, inside, symptom, result, &wrong, err);

	return r || wrong ? r : trial_expect_outside(t, inside, result, err);
}

int trial_expect_all(struct trial *t, enum symptom symptom, enum stk_check_result result,
		     struct stk_error *err)
{
	bool wrong;

	return expect_range(t, t->q->places.area, symptom, result, &wrong, err);
}
