/* SPDX-License-Identifier: MIT */
/*
 * One loader under every host. What a host is known to refuse is not run. All
 * else is run as each host would; profiles that act alike share a run. Where a
 * profile leaves something open, the other way is run, too: only if it ends
 * otherwise is the answer not sure.
 */
#include "core.h"

#include <errno.h>
#include <string.h>

#include "act.h"

struct matrix {
	struct stk_qualify *q;
	struct act_result *runs;	/* by the number of the act */
	struct stk_host_trial *trials;
	size_t n;
};

static int run_once(struct matrix *m, const struct stk_host *host, bool whole,
		    const struct act_result **ret, struct stk_error *err)
{
	struct act_result *run = &m->runs[host->act];
	bool enough = run->done && (run->whole || !whole || run->result != STK_HOST_WORKS);
	int r = enough ? 0 : act_run(m->q, host, whole, run, err);

	*ret = run;
	return r;
}

/* ---- rules ------------------------------------------------------------------- */

static const struct stk_host_change *change_of(const struct stk_host *host,
					       const struct stk_finding *f)
{
	const struct stk_host_info *whose;

	if (!f->change || strcmp(f->host, host->info.name))
		return NULL;
	return host_change_find(f->change, &whose);
}

/* Such effects keep it from running at all. */
static bool keeps_out(const struct stk_host_change *c)
{
	return !strcmp(c->effect, "refuses") || !strcmp(c->effect, "ignores");
}

/* A run does not show these: what happens is not determined. */
static bool cannot_be_run(const struct stk_host_change *c)
{
	return !strcmp(c->effect, "misreads") || !strcmp(c->effect, "mistakes");
}

/* A run shows these: the rule tells why. */
static bool is_shown(const struct stk_host_change *c)
{
	return !keeps_out(c) && !cannot_be_run(c);
}

static void cite(struct stk_host_trial *t, const struct stk_finding *f,
		 const struct stk_host_change *c)
{
	t->rule = f->id;
	t->source = c->source;
	t->basis = c->basis;
}

/* The first rule that keeps it out of @host, or may; NULL: none. */
static const struct stk_finding *rule_of(struct matrix *m, const struct stk_host *host,
					 enum host_does does, bool (*kind)(
						 const struct stk_host_change *c))
{
	const struct stk_loader_info *info = m->q->info;

	for (size_t i = 0; i < info->n_findings; i++) {
		const struct stk_host_change *c = change_of(host, &info->findings[i]);

		if (c && kind(c) && host_does(host, c) == does)
			return &info->findings[i];
	}
	return NULL;
}


/* ---- how sure ----------------------------------------------------------------- */

static int add_text(struct matrix *m, struct stk_host_trial *t, const char *text,
		    struct stk_error *err)
{
	if (!text)
		return stk_fail_nomem(err);
	t->text = *t->text ? arena_printf(&m->q->arena, "%s; %s", t->text, text) : text;
	t->sure = false;
	return t->text ? 0 : stk_fail_nomem(err);
}

/* *ret: a rule keeps it out, and nothing needs to be run. */
static int refused(struct matrix *m, const struct stk_host *host, struct stk_host_trial *t,
		   bool *ret, struct stk_error *err)
{
	const struct stk_finding *f = rule_of(m, host, HOST_DOES, keeps_out);
	const struct stk_host_change *c = f ? change_of(host, f) : NULL;

	*ret = c != NULL;
	if (!c)
		return 0;
	t->result = STK_HOST_REFUSED;
	t->text = c->summary;
	cite(t, f, c);
	if (c->but)
		return add_text(m, t, arena_printf(&m->q->arena, "not sure, for %s", c->but),
				err);
	if (!strcmp(c->basis, "assumed"))
		return add_text(m, t, "not sure, the rule is inferred from what was seen", err);
	return 0;
}

/* Rules whose versions or effects are not known well enough. */
static int open_rules(struct matrix *m, const struct stk_host *host,
		      struct stk_host_trial *t, struct stk_error *err)
{
	const struct stk_finding *f = rule_of(m, host, HOST_MAY, keeps_out);
	const struct stk_host_change *c;

	if (f) {
		c = change_of(host, f);
		cite(t, f, c);
		return add_text(m, t, arena_printf(&m->q->arena, "not sure, no source says "
				"whether these versions refuse it: %s", c->summary), err);
	}
	f = rule_of(m, host, HOST_DOES, cannot_be_run);
	if (!f)
		return 0;
	c = change_of(host, f);
	cite(t, f, c);
	return add_text(m, t, arena_printf(&m->q->arena, "not sure, what it reads there is "
			"not determined: %s", c->summary), err);
}

/*
 * The first open question whose other answer gives another result. It is tried
 * without chip erase, which takes as long as all else together.
 */
static int open_questions(struct matrix *m, const struct stk_host *host,
			  struct stk_host_trial *t, struct stk_error *err)
{
	for (size_t i = 0; i < host->n_doubts; i++) {
		const struct host_doubt *d = &host->doubts[i];
		const struct host_source *s = host_source_of(host, d->key);
		const struct act_result *other;
		int r = run_once(m, d->otherwise, false, &other, err);

		if (r)
			return r;
		if (other->result == t->result)
			continue;
		t->source = s->source;
		t->basis = s->basis;
		return add_text(m, t, arena_printf(
			&m->q->arena, "not sure, it is not known %s: otherwise it %s%s%s%s",
			d->question, other->result == STK_HOST_REFUSED ? "is " : "",
			stk_host_result_name(other->result), *other->text ? ", for " : "",
			other->text), err);
	}
	return 0;
}

/* ---- one profile ---------------------------------------------------------------- */

static void not_taken(struct matrix *m, const struct stk_host *host,
		      struct stk_host_trial *t)
{
	const struct host_source *s = host_source_of(host, "formats");

	t->result = STK_HOST_FORMAT;
	t->text = arena_printf(&m->q->arena, "it takes loaders of the format %s",
			       host->info.formats);
	t->source = s->source;
	t->basis = s->basis;
}

static int run_as(struct matrix *m, const struct stk_host *host, struct stk_host_trial *t,
		  struct stk_error *err)
{
	const struct act_result *run;
	const struct stk_finding *f;
	const struct host_source *s;
	int r = run_once(m, host, true, &run, err);

	if (r)
		return r;
	t->result = run->result;
	t->text = run->text;
	t->diagnosis = run->diagnosis;
	t->ns = run->ns;
	s = run->key ? host_source_of(host, run->key) : NULL;
	if (s) {
		t->source = s->source;
		t->basis = s->basis;
	}
	f = t->result == STK_HOST_WORKS ? NULL : rule_of(m, host, HOST_DOES, is_shown);
	if (f)
		cite(t, f, change_of(host, f));
	r = run->luck ? add_text(m, t, run->luck, err) : 0;
	if (!r)
		r = open_rules(m, host, t, err);
	return r ? r : open_questions(m, host, t, err);
}

static int try_profile(struct matrix *m, const struct stk_host *host,
		       struct stk_host_trial *t, struct stk_error *err)
{
	bool out;
	int r;

	*t = (struct stk_host_trial){
		.host = host->info.name, .since = host->info.since,
		.until = host->info.until, .sure = true, .text = "",
	};
	if (!host_takes(&host->info, m->q->info->format)) {
		not_taken(m, host, t);
		return t->text ? 0 : stk_fail_nomem(err);
	}
	r = refused(m, host, t, &out, err);
	return r || out ? r : run_as(m, host, t, err);
}

/* ---- all of them ------------------------------------------------------------------ */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* The one before ends where this one begins, and everything said is the same. */
static bool joins(const struct stk_host_trial *a, const struct stk_host_trial *b)
{
	return a->until && b->since && same_text(a->host, b->host) &&
	       a->result == b->result && a->sure == b->sure && same_text(a->text, b->text) &&
	       same_text(a->rule, b->rule) && same_text(a->source, b->source);
}

static int add_profile(struct matrix *m, const struct stk_host *host, bool adjacent,
		       struct stk_error *err)
{
	struct stk_host_trial t;
	int r = try_profile(m, host, &t, err);

	if (r)
		return r;
	if (adjacent && m->n && joins(&m->trials[m->n - 1], &t)) {
		m->trials[m->n - 1].until = t.until;
		return 0;
	}
	m->trials[m->n++] = t;
	return 0;
}

int qualify_matrix(struct stk_qualify *q, struct stk_error *err)
{
	const struct stk_qualify_options *opt = q->opt;
	const struct stk_host *const *hosts = opt->hosts;
	size_t n = opt->n_hosts;
	struct matrix m = { .q = q };
	int r = 0;

	if (opt->all_hosts)
		hosts = stk_host_profiles(&n);
	m.runs = arena_alloc(&q->arena, host_n_acts * sizeof(*m.runs));
	m.trials = arena_alloc(&q->arena, (n + 1) * sizeof(*m.trials));
	if (!m.runs || !m.trials)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < n && !r; i++) {
		if (opt->cancel && *opt->cancel)
			return stk_fail(err, STK_ORIGIN_INTERRUPTED, EINTR, "interrupted",
					"interrupted before it was run as %s",
					hosts[i]->info.name);
		if (opt->event)
			opt->event(opt->data, hosts[i]->info.name, i, n);
		r = add_profile(&m, hosts[i], opt->all_hosts, err);
		q->report.hosts = m.trials;
		q->report.n_hosts = m.n;
	}
	return r;
}
