/* SPDX-License-Identifier: MIT */
/*
 * Two loaders get the same calls, each on a chip of its own; their tapes are
 * compared. Where digests are equal they did the same to the chip.
 */
#include "core.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trial.h"

#define MAX_CALLS	(3 * PLACES_ALL + 16)

struct stk_behaviour {
	struct stk_qualify *q[2];
	struct stk_behaviour_call *calls;
	struct stk_behaviour_report report;
};

struct pair {
	struct stk_behaviour *d;
	struct trial t[2];
	struct stk_check unused[2];
};

static struct arena *arena_of(struct pair *p)
{
	return &p->d->q[0]->arena;
}

/* ---- the first difference --------------------------------------------- */

static bool same_access(const struct stk_access *a, const struct stk_access *b)
{
	return a->address == b->address && a->value == b->value && a->write == b->write &&
	       (!a->write || a->repeats == b->repeats);
}

static size_t first_difference(const struct stk_trial_call *a,
			       const struct stk_trial_call *b)
{
	size_t i = 0;

	while (i < a->n_traffic && i < b->n_traffic &&
	       same_access(&a->traffic[i], &b->traffic[i]))
		i++;
	return i;
}

static const char *access_text(struct arena *arena, const struct stk_trial_call *c, size_t i)
{
	const struct stk_access *a = &c->traffic[i];
	char value[16], name[24];

	if (i >= c->n_traffic)
		return "nothing more";
	snprintf(value, sizeof(value), "0x%08x", a->value);
	snprintf(name, sizeof(name), "0x%08llx", (unsigned long long)a->address);
	return arena_printf(arena, "%s of %s: %s", a->write ? "a write" : "a read",
			    a->name ? a->name : name, a->text ? a->text : value);
}

static const char *value_text(struct arena *arena, const struct stk_access *a)
{
	return a->text ? a->text : arena_printf(arena, "0x%08x", a->value);
}

static const char *traffic_text(struct arena *arena, const struct stk_behaviour_call *c)
{
	const struct stk_access *a = &c->a.traffic[c->differs];
	const struct stk_access *b = &c->b.traffic[c->differs];
	const char *x, *y;

	if (c->differs < c->a.n_traffic && c->differs < c->b.n_traffic && a->name &&
	    a->address == b->address && a->write == b->write && a->value != b->value) {
		x = value_text(arena, a);
		y = value_text(arena, b);
		return x && y ? arena_printf(arena, "%s: %s against %s", a->name, x, y) : NULL;
	}
	x = access_text(arena, &c->a, c->differs);
	y = access_text(arena, &c->b, c->differs);
	return x && y ? arena_printf(arena, "%s against %s", x, y) : NULL;
}

static const char *end_text(const struct stk_trial_call *c)
{
	return c->meaning ? c->meaning : stk_end_name(c->end);
}

/* @same: the tapes have equal digests. */
static const char *difference(struct arena *arena, const struct stk_behaviour_call *c,
			      bool same)
{
	if (same)
		return arena_printf(arena, "%s against %s", end_text(&c->a), end_text(&c->b));
	if (c->differs < c->a.n_traffic || c->differs < c->b.n_traffic)
		return traffic_text(arena, c);
	return "what was done to the flash differs, or what came before the last accesses";
}

/* ---- calls -------------------------------------------------------------- */

/* Both have made the call. */
static int compare(struct pair *p, struct stk_error *err)
{
	struct stk_behaviour_report *r = &p->d->report;
	struct stk_behaviour_call *c = &p->d->calls[r->n_calls];
	const struct bench *a = &p->t[0].bench, *b = &p->t[1].bench;
	const struct outcome *x = &a->session.last, *y = &b->session.last;
	const struct stk_trial_call *ca = bench_last_call(&p->t[0].bench);
	const struct stk_trial_call *cb = bench_last_call(&p->t[1].bench);
	bool same = a->tape.digest == b->tape.digest;

	if (!ca || !cb)
		return stk_fail_nomem(err);
	c->a = *ca;
	c->b = *cb;
	c->text = ca->text;
	c->equal = same && x->end == y->end && x->ok == y->ok &&
		   x->regs.r[STK_REG_R0] == y->regs.r[STK_REG_R0];
	c->differs = first_difference(ca, cb);
	c->difference = c->equal ? "" : difference(arena_of(p), c, same);
	r->equal &= c->equal;
	r->n_calls++;
	return c->difference ? 0 : stk_fail_nomem(err);
}

static bool both_have(const struct pair *p, enum stk_op op)
{
	return session_has(&p->t[0].bench.session, op) &&
	       session_has(&p->t[1].bench.session, op);
}

/* One of them did not return: nothing more can be asked of both. */
static bool is_over(const struct pair *p)
{
	return p->t[0].over || p->t[1].over || p->d->report.n_calls + 2 > MAX_CALLS;
}

static int init(struct pair *p, enum stk_phase phase, struct stk_error *err)
{
	int r = 0;
	bool ok;

	for (int i = 0; i < 2 && !r; i++)
		r = trial_init(&p->t[i], phase, &ok, err);
	return r ? r : compare(p, err);
}

static int end(struct pair *p, struct stk_error *err)
{
	bool made = false, ok;
	int r = 0;

	for (int i = 0; i < 2 && !r; i++) {
		uint64_t calls = p->t[i].bench.session.calls;

		r = trial_end(&p->t[i], &ok, err);
		made |= p->t[i].bench.session.calls != calls;
	}
	return r || !made ? r : compare(p, err);
}

static int call(struct pair *p, const struct stk_request req[2], struct stk_error *err)
{
	int r = 0;
	bool ok;

	for (int i = 0; i < 2 && !r; i++)
		r = trial_call(&p->t[i], &req[i], &ok, err);
	return r ? r : compare(p, err);
}

/* The same place in both: its number among the sectors of the second. */
static bool same_sector(const struct pair *p, size_t i, size_t *ret)
{
	const struct places *a = &p->d->q[0]->places, *b = &p->d->q[1]->places;

	for (size_t k = 0; k < b->n_sectors; k++) {
		if (b->sectors[k].addr != a->sectors[i].addr)
			continue;
		*ret = k;
		return true;
	}
	return false;
}

static int erase_one(struct pair *p, size_t i, size_t k, struct stk_error *err)
{
	const struct stk_request req[2] = { trial_erase(&p->t[0], i, 1),
					    trial_erase(&p->t[1], k, 1) };

	return call(p, req, err);
}

static int program_one(struct pair *p, size_t i, size_t k, struct stk_error *err)
{
	struct stk_range range = p->d->q[0]->places.sectors[i];
	const struct stk_range other = p->d->q[1]->places.sectors[k];
	struct stk_request req[2];
	int r = 0;

	if (range.len > other.len)
		range.len = other.len;
	for (int n = 0; n < 2; n++)
		if (range.len > trial_chunk(&p->t[n]))
			range.len = trial_chunk(&p->t[n]);
	for (int n = 0; n < 2 && !r; n++)
		r = trial_program(&p->t[n], range, &req[n], err);
	return r ? r : call(p, req, err);
}

static int each_place(struct pair *p, enum stk_op op, enum stk_phase phase,
		      int (*one)(struct pair *p, size_t i, size_t k, struct stk_error *err),
		      struct stk_error *err)
{
	const struct places *a = &p->d->q[0]->places;
	size_t k;
	int r;

	if (!both_have(p, op) || is_over(p))
		return 0;
	r = init(p, phase, err);
	for (size_t i = 0; i < a->n_tried && !r && !is_over(p); i++) {
		if (same_sector(p, a->tried[i], &k))
			r = one(p, a->tried[i], k, err);
	}
	return r || is_over(p) ? r : end(p, err);
}

static int erase_chip(struct pair *p, struct stk_error *err)
{
	struct stk_request req[2];
	int r;

	if (!both_have(p, STK_OP_ERASE_CHIP) || is_over(p))
		return 0;
	for (int i = 0; i < 2; i++) {
		struct stk_range area = p->d->q[i]->places.area;

		req[i] = (struct stk_request){ .op = STK_OP_ERASE_CHIP, .addr = area.addr,
					       .len = area.len };
	}
	r = init(p, STK_PHASE_ERASE, err);
	if (!r && !is_over(p))
		r = call(p, req, err);
	return r || is_over(p) ? r : end(p, err);
}

static int make_calls(struct pair *p, struct stk_error *err)
{
	int r = 0;

	for (int i = 0; i < 2 && !r; i++) {
		r = trial_open_filled(&p->t[i], err);
		p->t[i].failing = true;	/* what hangs is no matter of a check's */
	}
	if (!r)
		r = each_place(p, STK_OP_ERASE_SECTOR, STK_PHASE_ERASE, erase_one, err);
	if (!r)
		r = each_place(p, STK_OP_PROGRAM, STK_PHASE_PROGRAM, program_one, err);
	return r ? r : erase_chip(p, err);
}

static int run(struct stk_behaviour *d, struct stk_error *err)
{
	struct pair p = { .d = d };
	int r = 0;

	for (int i = 0; i < 2 && !r; i++) {
		p.t[i] = (struct trial){ .q = d->q[i], .check = &p.unused[i] };
		r = qualify_prepare(d->q[i], err);
	}
	if (r)
		return r;
	d->calls = arena_alloc(arena_of(&p), MAX_CALLS * sizeof(*d->calls));
	if (!d->calls)
		return stk_fail_nomem(err);
	d->report.calls = d->calls;
	d->report.equal = true;
	d->report.chip = d->q[0]->report.chip;
	d->report.target = d->q[0]->report.target;
	d->report.host = d->q[0]->report.host;
	r = make_calls(&p, err);
	for (int i = 0; i < 2; i++)
		trial_close(&p.t[i]);
	return r;
}

int stk_behaviour_diff(struct stk_ctx *ctx, struct stk_loader *a, struct stk_loader *b,
		       const struct stk_qualify_options *given, struct stk_behaviour **ret,
		       struct stk_error *err)
{
	const struct stk_qualify_options opt = qualify_options(given);
	struct stk_behaviour *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return stk_fail_nomem(err);
	r = qualify_new(ctx, a, &opt, &d->q[0], err);
	if (!r)
		r = qualify_new(ctx, b, &opt, &d->q[1], err);
	if (!r)
		r = run(d, err);
	for (int i = 0; i < 2; i++) {
		if (d->q[i])
			qualify_done(d->q[i]);
	}
	if (r) {
		stk_behaviour_free(d);
		return r;
	}
	*ret = d;
	return 0;
}

void stk_behaviour_free(struct stk_behaviour *d)
{
	if (!d)
		return;
	stk_qualify_free(d->q[0]);
	stk_qualify_free(d->q[1]);
	free(d);
}

const struct stk_behaviour_report *stk_behaviour_report(const struct stk_behaviour *d)
{
	return &d->report;
}
