/* SPDX-License-Identifier: MIT */
/*
 * trial.h - a check while it runs
 *
 * Functions that return int fail only where nothing can be told (no memory, the
 * target is gone, cancelled). What a loader gets wrong is a case that was not as
 * wanted: the check goes on with the next one, as long as calls return.
 */
#ifndef TRIAL_H
#define TRIAL_H

#include "qualify.h"

#define NEEDS(op)	(1u << STK_OP_##op)

struct trial {
	struct stk_qualify *q;
	struct stk_check *check;	/* what it fills */
	struct bench bench;
	bool over;			/* a call did not return: nothing more is tried */
	bool failing;			/* the chip was made to fail */
};

/* A chip anew, the loader in its RAM, every cell of the device erased. */
int trial_open(struct trial *t, struct stk_error *err) stk_must_check;
/* The same with all of the device filled by trial_fill(). */
int trial_open_filled(struct trial *t, struct stk_error *err) stk_must_check;
void trial_close(struct trial *t);

/* ---- cells: what they shall hold ------------------------------------------- */

/* Erased, at once and without the loader; a pattern that no erased byte is like. */
int trial_blank(struct trial *t, struct stk_range range,
		struct stk_error *err) stk_must_check;
int trial_fill(struct trial *t, struct stk_range range,
	       struct stk_error *err) stk_must_check;
/* From now on they shall be erased: the loader is about to do it. */
void trial_want_blank(struct trial *t, struct stk_range range);
/* What the cells at @addr shall hold. */
uint8_t *trial_want(const struct trial *t, uint64_t addr);

/*
 * The cells of @inside, and those around it: all others where the device is not
 * large. A case that is not as it shall be is @result; what is wrong inside is
 * @symptom, outside a neighbour's. Then the cells are taken as they are.
 */
int trial_expect(struct trial *t, struct stk_range inside, enum symptom symptom,
		 enum stk_check_result result, struct stk_error *err) stk_must_check;
/* The same for what is wrong inside alone, or outside alone. */
int trial_expect_inside(struct trial *t, struct stk_range inside, enum symptom symptom,
			enum stk_check_result result, struct stk_error *err) stk_must_check;
int trial_expect_outside(struct trial *t, struct stk_range inside,
			 enum stk_check_result result,
			 struct stk_error *err) stk_must_check;
/* The whole device, wherever it is wrong. */
int trial_expect_all(struct trial *t, enum symptom symptom, enum stk_check_result result,
		     struct stk_error *err) stk_must_check;
/* Are they as they shall be? The first run of bytes that is not is *ret. */
int trial_differs(struct trial *t, struct stk_range range, struct stk_range *ret,
		  struct stk_error *err) stk_must_check;

/* ---- calls ------------------------------------------------------------------ */

/*
 * As the host makes them. *ret_ok: it returned, and that means success. After
 * a call that did not return the trial is over.
 */
int trial_do(struct trial *t, struct stk_request *req, bool *ret_ok,
	     struct stk_error *err) stk_must_check;
int trial_call(struct trial *t, const struct stk_request *req, bool *ret_ok,
	       struct stk_error *err) stk_must_check;
int trial_init(struct trial *t, enum stk_phase phase, bool *ret_ok,
	       struct stk_error *err) stk_must_check;
int trial_end(struct trial *t, bool *ret_ok, struct stk_error *err) stk_must_check;
/* trial_do(), which is to succeed: else the case is @result. */

int trial_must(struct trial *t, struct stk_request *req, enum stk_check_result result,
	       bool *ret_ok, struct stk_error *err) stk_must_check;

/*
 * Erase a sector that was filled, program its first bytes, look at the cells: both
 * are to succeed, else the case is @result. A loader without erase only programs.
 */
int trial_cycle(struct trial *t, size_t sector, enum stk_check_result result,
		struct stk_error *err) stk_must_check;

/*
 * A cycle that is nobody's case. *ret false: it failed, which other checks tell, and
 * this one does not apply.
 */
int trial_works(struct trial *t, size_t sector, bool *ret,
		struct stk_error *err) stk_must_check;

/* An erase of @count sectors from the @first on; of one where the format takes no range. */
struct stk_request trial_erase(const struct trial *t, size_t first, size_t count);
/*
 * Put bytes for @range into the buffer and into what the cells shall hold, and make
 * the request to program them. The range must fit: see trial_chunk().
 */
int trial_program(struct trial *t, struct stk_range range, struct stk_request *ret,
		  struct stk_error *err) stk_must_check;
/* How much one call programs at most: a page where the format is limited to it. */
uint64_t trial_chunk(const struct trial *t);
/* Put what the cells at @range shall hold into the buffer. */
int trial_buffer(struct trial *t, struct stk_range range,
		 struct stk_error *err) stk_must_check;

/* ---- what came of it -------------------------------------------------------- */

/* One more case begins. */
static inline void trial_case(struct trial *t)
{
	t->check->cases++;
}

/*
 * The case is not as wanted. The first of the worst result keeps its sentence,
 * the last call and, with @why, its diagnosis.
 */
int trial_wrong(struct trial *t, enum stk_check_result result,
		const struct symptom_case *why, struct stk_error *err, const char *fmt, ...)
	stk_printf(5, 6) stk_must_check;
/* The last call did not do what it was to do: the sentence says how it ended. */
int trial_call_wrong(struct trial *t, enum stk_check_result result,
		     struct stk_error *err) stk_must_check;
/* It passed, and yet there is something to tell. */
int trial_note(struct trial *t, struct stk_error *err, const char *fmt, ...)
	stk_printf(3, 4) stk_must_check;

/* It does not apply after all. */
void trial_skip(struct trial *t, const char *why);

static inline const struct stk_device *trial_device(const struct trial *t)
{
	return t->q->info->device;
}

static inline const struct places *trial_places(const struct trial *t)
{
	return &t->q->places;
}

static inline bool trial_returned(const struct trial *t)
{
	return t->bench.session.last.end == STK_END_RETURNED;
}

#endif
