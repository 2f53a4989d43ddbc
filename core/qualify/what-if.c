/* SPDX-License-Identifier: MIT */
/*
 * What would give a symptom: its call is made once as it is, to see what it reads,
 * then once for each single change of that, and of how an assumed rule is read. A
 * change of a register that alters what the loader does is tried together with the
 * rules as well. All this finds are hypotheses.
 */
#include "core.h"

#include <errno.h>
#include <string.h>

#include "host.h"
#include "what-if.h"

#define MS	1000000ull

struct search {
	struct stk_qualify *q;
	struct wanted wanted;
	const struct stk_chip *chip;
	struct happened first;		/* nothing changed */
	struct reads reads;
	struct change_list reg, rule;
	struct stk_hypothesis *found;
	size_t n, room;
	size_t done;			/* changes tried */
};

/* ---- what is told ----------------------------------------------------- */

static const char *what_text(struct search *s, const struct change *c,
			     const struct change *with, bool late)
{
	struct arena *arena = &s->q->arena;
	const char *since = late ? " after Init" : "";
	char name[64];

	if (c->rule)
		return arena_printf(arena, "the assumed rule %s is '%s'", c->rule,
				    c->variant);
	if (!stk_register_name(s->q->ctx, s->chip, c->address, name, sizeof(name)))
		return NULL;
	if (!with)
		return arena_printf(arena, "%s reads 0x%08x (%s)%s", name, c->value, c->how,
				    since);
	return arena_printf(arena, "%s reads 0x%08x (%s)%s, and the assumed rule %s is '%s'",
			    name, c->value, c->how, since, with->rule, with->variant);
}

/* @with: the rule that must be read so besides; NULL: none. */
static int add(struct search *s, const struct change *c, const struct change *with,
	       const struct happened *h, struct stk_error *err)
{
	bool fits = what_if_fits(&s->wanted, h);
	const struct change *rule = c->rule ? c : with;
	struct stk_hypothesis *more;

	if (s->n == s->room) {
		more = arena_alloc(&s->q->arena, (2 * s->room + 32) * sizeof(*more));
		if (!more)
			return stk_fail_nomem(err);
		if (s->n)
			memcpy(more, s->found, s->n * sizeof(*more));
		s->found = more;
		s->room = 2 * s->room + 32;
	}
	more = &s->found[s->n++];
	*more = (struct stk_hypothesis){
		.what = what_text(s, c, with, h->late),
		.address = c->address,
		.value = c->value,
		.how = c->how,
		.rule = rule ? rule->rule : NULL,
		.variant = rule ? rule->variant : NULL,
		.fits = fits,
		.text = h->text,
		.call = fits ? h->call : NULL,
	};
	return more->what ? 0 : stk_fail_nomem(err);
}

/* ---- what is tried ---------------------------------------------------- */

static int try(struct search *s, const struct change *changes, size_t n,
	       struct happened *ret, struct stk_error *err)
{
	const struct stk_qualify_options *opt = s->q->opt;

	if (opt->cancel && *opt->cancel)
		return stk_fail(err, STK_ORIGIN_INTERRUPTED, EINTR, "interrupted",
				"interrupted while a symptom was looked for");
	return what_if_try(s->q, &s->wanted, changes, n, ret, NULL, err);
}

static void tell_progress(struct search *s)
{
	const struct stk_qualify_options *opt = s->q->opt;

	if (opt->event)
		opt->event(opt->data, "what-if", s->done, s->reg.n + s->rule.n);
	s->done++;
}

/* It gives the symptom: does it still, when an assumed rule is read otherwise? */
static int add_fitting(struct search *s, const struct change *c, const struct happened *h,
		       struct stk_error *err)
{
	int r;

	for (size_t i = 0; i < s->rule.n; i++) {
		const struct change both[] = { *c, s->rule.item[i] };
		struct change now = s->rule.item[i];
		struct happened other;

		r = try(s, both, 2, &other, err);
		if (r)
			return r;
		if (what_if_fits(&s->wanted, &other))
			continue;
		now.variant = now.now;
		return add(s, c, &now, h, err);
	}
	return add(s, c, NULL, h, err);
}

/* It does not give the symptom, but other traffic: with a rule read otherwise? */
static int add_pairs(struct search *s, const struct change *c, struct stk_error *err)
{
	int r = 0;

	for (size_t i = 0; i < s->rule.n && !r; i++) {
		const struct change both[] = { *c, s->rule.item[i] };
		struct happened h;

		r = try(s, both, 2, &h, err);
		if (!r && what_if_fits(&s->wanted, &h))
			r = add(s, c, &s->rule.item[i], &h, err);
	}
	return r;
}

static int try_register(struct search *s, const struct change *c, struct stk_error *err)
{
	struct happened h;
	int r;

	tell_progress(s);
	r = try(s, c, 1, &h, err);
	if (r)
		return r;
	if (what_if_fits(&s->wanted, &h))
		return add_fitting(s, c, &h, err);
	r = add(s, c, NULL, &h, err);
	return r || h.wrote == s->first.wrote ? r : add_pairs(s, c, err);
}

static int try_rule(struct search *s, const struct change *c, struct stk_error *err)
{
	struct happened h;
	int r;

	tell_progress(s);
	r = try(s, c, 1, &h, err);
	return r ? r : add(s, c, NULL, &h, err);
}

/* ---- the search ------------------------------------------------------- */

/* The symptom shows on the chip as it is: then nothing needs to be otherwise. */
static int add_as_it_is(struct search *s, struct stk_error *err)
{
	s->found = arena_alloc(&s->q->arena, sizeof(*s->found));
	if (!s->found)
		return stk_fail_nomem(err);
	s->found[0] = (struct stk_hypothesis){
		.what = "the chip as it is: nothing needs to be otherwise",
		.how = "as it is",
		.fits = true,
		.text = s->first.text,
		.call = s->first.call,
	};
	s->n = 1;
	return 0;
}

static uint32_t at_most(uint32_t ms, uint64_t most)
{
	return ms < most ? ms : (uint32_t)most;
}

/*
 * A loader that reads nonsense may wait for long. What takes eight times as long as
 * on the chip as it is, and a second, is taken to hang.
 */
static void limit_time(struct stk_host *host, uint64_t ns)
{
	uint64_t most = 1000 + 8 * (ns / MS);

	host->declared_limits = false;
	host->init_ms = at_most(host->init_ms, most);
	host->erase_sector_ms = at_most(host->erase_sector_ms, most);
	host->erase_chip_ms = at_most(host->erase_chip_ms, most);
	host->program_ms = at_most(host->program_ms, most);
}

static int search(struct search *s, struct stk_error *err)
{
	int r = changes_of_reads(s->q, s->chip, &s->reads, &s->reg, err);

	if (!r)
		r = changes_of_rules(s->q, &s->rule, err);
	for (size_t i = 0; i < s->reg.n && !r; i++)
		r = try_register(s, &s->reg.item[i], err);
	for (size_t i = 0; i < s->rule.n && !r; i++)
		r = try_rule(s, &s->rule.item[i], err);
	return r;
}

static int find_chip(struct search *s, struct stk_error *err)
{
	struct bench b;
	int r = bench_open(&b, s->q, s->q->host, err);

	if (r)
		return r;
	s->chip = b.target->facts.chip;
	if (!b.target->ops.perturb)
		r = stk_fail(err, STK_ORIGIN_USAGE, ENOTSUP, "not-virtual",
			     "'%s' cannot be made to read otherwise", s->q->opt->target);
	bench_close(&b);
	return r;
}

static int explain(struct search *s, struct stk_error *err)
{
	const struct stk_host *host = s->q->host;
	struct stk_host limited = *host;
	int r = find_chip(s, err);

	if (!r)
		r = what_if_try(s->q, &s->wanted, NULL, 0, &s->first, &s->reads, err);
	if (r)
		return r;
	if (what_if_fits(&s->wanted, &s->first))
		return add_as_it_is(s, err);
	limit_time(&limited, s->first.ns);
	s->q->host = &limited;
	r = search(s, err);
	s->q->host = host;
	return r;
}

/* The symptom given, else that of the first check that failed; NULL: there is none. */
static const char *find_symptom(const struct stk_qualify *q, struct arena *arena)
{
	const struct stk_qualify_report *r = &q->report;

	if (q->opt->symptom)
		return arena_strdup(arena, q->opt->symptom);
	for (size_t i = 0; i < r->n_checks; i++) {
		const char *text = r->checks[i].result == STK_CHECK_FAIL ?
				   wanted_of_check(&r->checks[i], arena) : NULL;

		if (text)
			return text;
	}
	return NULL;
}

int qualify_check_symptom(struct stk_qualify *q, struct stk_error *err)
{
	struct wanted w;

	return q->opt->symptom ? wanted_parse(q->info, q->opt->symptom, &w, err) : 0;
}

int qualify_what_if(struct stk_qualify *q, struct stk_error *err)
{
	struct search s = { .q = q };
	const char *symptom = find_symptom(q, &q->arena);
	int r;

	if (!symptom && q->opt->no_checks)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "symptom-needed",
				"without checks there is no failure to explain: give a "
				"symptom, as in 'EraseSector 0x08010000 returns 1'");
	if (!symptom)
		return 0;
	r = wanted_parse(q->info, symptom, &s.wanted, err);
	if (!r)
		r = explain(&s, err);
	if (r)
		return r;
	q->report.symptom = symptom;
	q->report.hypotheses = s.found;
	q->report.n_hypotheses = s.n;
	return 0;
}
