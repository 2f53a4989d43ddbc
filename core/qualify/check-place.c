/* SPDX-License-Identifier: MIT */
/* Where the loader and its data lie in RAM: hosts differ in it. */
#include "core.h"

#include <errno.h>
#include <inttypes.h>

#include "checks.h"

/* No multiple of what images are aligned to by habit. */
#define SHIFT	0x420u

/* RAM without the first @less bytes of what is preferred. */
static int move_by(struct trial *t, uint64_t less, struct stk_error *err)
{
	stk_cleanup(freep) struct stk_range *ram = NULL;
	size_t n;
	int r = target_ram(t->bench.target, false, &ram, &n, err);

	if (r)
		return r;
	ram[0].addr += less;
	ram[0].len -= less;
	return bench_move(&t->bench, ram, n, err);
}

static int try_at(struct trial *t, uint64_t less, struct stk_error *err)
{
	const struct places *p = trial_places(t);
	int r = move_by(t, less, err);

	if (!r)
		r = trial_cycle(t, p->tried[0], STK_CHECK_FAIL, err);
	if (!r && !t->over && p->n_tried > 1)
		r = trial_cycle(t, p->tried[p->n_tried - 1], STK_CHECK_FAIL, err);
	return r;
}

static int try_elsewhere(struct trial *t, struct stk_error *err)
{
	int r = try_at(t, SHIFT, err);

	return r || t->over ? r : try_at(t, 2 * SHIFT + 0x60, err);
}

int check_other_address(struct trial *t, struct stk_error *err)
{
	struct stk_error why = { 0 };
	bool works;
	int r = trial_open(t, err);

	if (!r)
		r = trial_works(t, trial_places(t)->tried[0], &works, err);
	if (r || !works)
		return r;
	r = try_elsewhere(t, &why);
	if (r == -ENOSPC && !t->check->failed) {
		trial_skip(t, "the chip has no RAM for it elsewhere");
		return 0;
	}
	if (r && err)
		*err = why;
	return r;
}

static int buffer_at(struct trial *t, uint64_t offset, enum stk_check_result result,
		     struct stk_error *err)
{
	struct layout *l = &t->bench.session.layout;
	const struct stk_range whole = l->buffer;
	uint64_t failed = t->check->failed, lost = (offset + 15) / 16 * 16;
	uint32_t page = trial_device(t)->page_size;
	int r;

	if (whole.len < lost + (t->q->format->page_limited ? page : 16))
		return 0;
	l->buffer.addr += offset;
	l->buffer.len -= lost;
	r = trial_cycle(t, trial_places(t)->tried[0], result, err);
	l->buffer = whole;
	if (r || t->check->failed == failed || t->check->failed > 1)
		return r;
	t->check->text = arena_printf(&t->q->arena, "with its buffer at 0x%08" PRIx64
				      ": %.300s", whole.addr + offset, t->check->text);
	return t->check->text ? 0 : stk_fail_nomem(err);
}

static int buffers_at(struct trial *t, const uint64_t *offsets, size_t n,
		      enum stk_check_result result, struct stk_error *err)
{
	bool works = false;
	int r = trial_open(t, err);

	if (!r)
		r = trial_works(t, trial_places(t)->tried[0], &works, err);
	for (size_t i = 0; i < n && !r && works && !t->over; i++)
		r = buffer_at(t, offsets[i], result, err);
	if (!r && works && !t->check->cases)
		trial_skip(t, "the chip has no RAM for another buffer");
	return r;
}

int check_other_buffer(struct trial *t, struct stk_error *err)
{
	static const uint64_t offsets[] = { 0x108, 0x40 };

	return buffers_at(t, offsets, ARRAY_SIZE(offsets), STK_CHECK_FAIL, err);
}

/* No host is known to do it. */
int check_odd_buffer(struct trial *t, struct stk_error *err)
{
	static const uint64_t offsets[] = { 4, 2, 1 };

	return buffers_at(t, offsets, ARRAY_SIZE(offsets), STK_CHECK_WEAK, err);
}
