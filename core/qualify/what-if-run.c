/* SPDX-License-Identifier: MIT */
/* The calls of a symptom, on a chip that reads otherwise. */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "what-if.h"

struct changes {
	const struct change *item;
	size_t n;
	bool late;			/* not before Init has returned */
};

static int apply(struct trial *t, const struct changes *c, struct stk_error *err)
{
	struct stk_target *target = t->bench.target;
	int r = 0;

	for (size_t i = 0; i < c->n && !r; i++) {
		const struct change *x = &c->item[i];

		r = x->rule ? target->ops.vary(target->priv, x->rule, x->variant, err) :
			      target->ops.perturb(target->priv, x->address, x->mask,
						  x->value, err);
	}
	return r;
}

static void merge_reads(struct reads *to, const struct tape *tape)
{
	for (size_t i = 0; i < tape->n_reads; i++) {
		size_t k = 0;

		while (k < to->n && to->item[k].address != tape->read[i].address)
			k++;
		if (k == to->n && k < TAPE_READS)
			to->item[to->n++] = tape->read[i];
	}
}

/* A call was made: what it adds to all that happened. */
static void note(struct trial *t, struct happened *h, struct reads *reads)
{
	const struct tape *tape = &t->bench.tape;

	h->ns += t->bench.session.last.ns;
	h->wrote = h->wrote * 31 + tape->wrote;
	if (reads)
		merge_reads(reads, tape);
}

static size_t sector_of(const struct places *p, uint64_t addr)
{
	size_t i = 0;

	while (i + 1 < p->n_sectors && stk_range_end(p->sectors[i]) <= addr)
		i++;
	return i;
}

/* A device table may hold what this chip, or a gap in it, does not. */
static int check_address(const struct places *p, uint64_t addr, struct stk_error *err)
{
	if (stk_range_contains(p->sectors[sector_of(p, addr)], (struct stk_range){ addr, 1 }))
		return 0;
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-symptom",
			"0x%08" PRIx64 " is in no sector of the loader that this chip has",
			addr);
}

/* The cells before the call, and the request for it. */
static int prepare(struct trial *t, const struct wanted *w, struct stk_request *req,
		   struct stk_error *err)
{
	const struct places *p = trial_places(t);
	uint64_t addr = w->has_address ? w->address : p->sectors[0].addr;
	size_t sector = sector_of(p, addr);
	struct stk_range range = { addr, stk_range_end(p->sectors[sector]) - addr };
	int r = check_address(p, addr, err);

	if (r)
		return r;
	switch (w->function->op) {
	case STK_OP_ERASE_SECTOR:
		r = trial_fill(t, p->sectors[sector], err);
		*req = trial_erase(t, sector, 1);
		req->addr = addr;
		return r;
	case STK_OP_ERASE_CHIP:
		*req = (struct stk_request){ .op = STK_OP_ERASE_CHIP, .addr = p->area.addr,
					     .len = p->area.len };
		return trial_fill(t, p->area, err);
	case STK_OP_PROGRAM:
		if (range.len > trial_chunk(t))
			range.len = trial_chunk(t);
		return trial_program(t, range, req, err);
	default:
		return 0;
	}
}

/* What the cells shall be after a call that succeeds. */
static int look(struct trial *t, const struct wanted *w, const struct stk_request *req,
		struct happened *h, struct stk_error *err)
{
	const struct places *p = trial_places(t);
	struct stk_range differs = { 0, 0 };
	int r = 0;

	if (w->function->op == STK_OP_ERASE_SECTOR)
		trial_want_blank(t, p->sectors[sector_of(p, req->addr)]);
	if (w->function->op == STK_OP_ERASE_CHIP)
		trial_want_blank(t, p->area);
	for (size_t i = 0; i < p->n_parts && !r && !differs.len; i++)
		r = trial_differs(t, p->parts[i], &differs, err);
	h->corrupt = differs.len != 0;
	return r;
}

static int make_calls(struct trial *t, const struct wanted *w, const struct changes *c,
		      struct happened *h, struct reads *reads, struct stk_error *err)
{
	enum stk_op op = w->function->op;
	struct stk_request req = { .op = op };
	bool ok;
	int r = prepare(t, w, &req, err);

	if (!r && !c->late)
		r = apply(t, c, err);
	if (!r)
		r = trial_init(t, op == STK_OP_INIT ? STK_PHASE_ERASE : session_phase_of(op),
			       &ok, err);
	if (r)
		return r;
	note(t, h, reads);
	h->reached = op == STK_OP_INIT;
	if (!ok || h->reached)
		return 0;
	r = c->late ? apply(t, c, err) : 0;
	if (r)
		return r;
	r = op == STK_OP_UNINIT ? trial_end(t, &ok, err) : trial_call(t, &req, &ok, err);
	if (r)
		return r;
	note(t, h, reads);
	h->reached = true;
	return ok ? look(t, w, &req, h, err) : 0;
}

static int tell(struct trial *t, struct happened *h, struct stk_error *err)
{
	const struct outcome *o = &t->bench.session.last;
	char call[128];

	h->end = o->end;
	h->ok = o->ok;
	h->r0 = o->regs.r[STK_REG_R0];
	outcome_text(o, call, sizeof(call));
	if (o->end != STK_END_RETURNED)
		h->text = arena_printf(&t->q->arena, "%s did not return: %s%s%s", call,
				       stk_end_name(o->end), o->stop[0] ? ", " : "", o->stop);
	else
		h->text = arena_printf(&t->q->arena, "%s %s%s", call, o->meaning,
				       h->corrupt ? ", and the cells say otherwise" : "");
	h->call = bench_last_call(&t->bench);
	return h->text && h->call ? 0 : stk_fail_nomem(err);
}

static int try_once(struct stk_qualify *q, const struct wanted *w, const struct changes *c,
		    struct happened *ret, struct reads *reads, struct stk_error *err)
{
	struct stk_check unused = { .text = "" };
	struct trial t = { .q = q, .check = &unused };
	struct happened h = { .late = c->late };
	int r = trial_open(&t, err);

	t.failing = true;	/* what hangs here hangs on a chip that is not as it was */
	if (!r)
		r = make_calls(&t, w, c, &h, reads, err);
	if (!r)
		r = tell(&t, &h, err);
	trial_close(&t);
	if (!r)
		*ret = h;
	return r;
}

int what_if_try(struct stk_qualify *q, const struct wanted *w, const struct change *changes,
		size_t n, struct happened *ret, struct reads *reads, struct stk_error *err)
{
	struct changes c = { changes, n, false };
	int r = try_once(q, w, &c, ret, reads, err);

	if (r || ret->reached || !n)
		return r;
	c.late = true;
	return try_once(q, w, &c, ret, reads, err);
}

bool what_if_fits(const struct wanted *w, const struct happened *h)
{
	if (!h->reached)
		return false;
	switch (w->ending) {
	case ENDING_RETURNS:
		return h->end == STK_END_RETURNED && h->r0 == w->value;
	case ENDING_HANGS:
		return h->end == STK_END_TIMEOUT || h->end == STK_END_STUCK;
	case ENDING_FAULTS:
		return h->end == STK_END_FAULT;
	default:
		return h->end == STK_END_RETURNED && h->ok && h->corrupt;
	}
}
