/* SPDX-License-Identifier: MIT */
/* What a pasted log says: facts, causes, advisories, and what to do next. */
#include "explain.h"

#include <errno.h>
#include <string.h>

/* Nobody pastes so much; a second or two. */
#define LOG_MAX		(256u << 20)

static const char *first_tool(const struct explain *x)
{
	for (size_t i = 0; i < x->n_found; i++)
		if (!strcmp(x->found[i].kind, "tool"))
			return x->found[i].value;
	return NULL;
}

/* Who wrote it: whoever says that it failed. */
static void sum_up(struct explain *x)
{
	struct ldb_explanation *e = x->e;
	const struct told_version *v;

	e->facts = x->found;
	e->n_facts = x->n_found;
	e->tool = x->failed && x->failed->message->tool ? x->failed->message->tool
							 : first_tool(x);
	v = e->tool ? explain_version(x, e->tool) : NULL;
	e->version = v ? v->version : NULL;
	if (!x->failed)
		return;
	e->step = x->failed->message->step;
	for (size_t i = 0; i < x->n_messages && !e->has_address; i++) {
		const struct told_message *m = &x->messages[i];

		if (m->message->outcome == LOG_FAILED && m->has_address) {
			e->has_address = true;
			e->address = m->address;
		}
	}
}

/* Why nothing can be said; NULL: out of memory. */
static const char *say_unknown(const struct explain *x)
{
	const struct told_message *passed = NULL;

	if (x->rule)
		return arena_printf(x->arena, "%s: '%s' (line %u)", x->rule->text,
				    x->rule_message->text, x->rule_message->line);
	if (x->failed)
		return arena_printf(x->arena, "'%s' (line %u) says that it failed, and nothing "
				    "that is known tells why", x->failed->text, x->failed->line);
	for (size_t i = 0; i < x->n_messages; i++)
		if (x->messages[i].message->outcome == LOG_PASSED)
			passed = &x->messages[i];
	if (passed && x->odd_line)
		return arena_printf(x->arena, "'%s' (line %u) says that it went well, and line %u "
				    "speaks of an error in words that are not known",
				    passed->text, passed->line, x->odd_line);
	if (passed)
		return arena_printf(x->arena, "nothing failed here: '%s' (line %u)",
				    passed->text, passed->line);
	if (first_tool(x))
		return arena_printf(x->arena, "it is a log of %s, and no line of it says that "
				    "something failed: paste what comes after it",
				    explain_title(x, first_tool(x)));
	return "no line of it is one that tools for flashing are known to write";
}

static int conclude(struct explain *x)
{
	int r = explain_causes(x);

	if (!r)
		r = explain_advisories(x);
	if (!r)
		r = explain_next(x);
	if (r < 0)
		return r;
	x->e->known = x->e->n_causes || x->e->n_hits;
	if (!x->e->known) {
		x->e->unknown = say_unknown(x);
		r = x->e->unknown ? 0 : -ENOMEM;
	}
	return r;
}

static int run(struct explain *x, const char *log, size_t len)
{
	int r = 0;

	if (explain_report(x, log, len))
		r = explain_add_fact(x, "tool", NULL, "stoker", 1);
	else
		r = explain_lines(x, log, len);
	if (!r)
		r = explain_versions(x);
	if (!r)
		r = explain_chip(x);
	if (r < 0)
		return r;
	sum_up(x);
	return conclude(x);
}

int ldb_explain(struct stk_ctx *ctx, struct ldb_facts *facts, const char *log, size_t len,
		const struct ldb_explanation **ret, struct stk_error *err)
{
	struct explain x = { .ctx = ctx, .facts = facts };
	int r;

	if (len > LOG_MAX)
		return stk_fail(err, STK_ORIGIN_INPUT, EFBIG, "log-too-large",
				"the log has %zu bytes, and no more than %u are read: cut it down "
				"to the run that failed", len, LOG_MAX);
	if (!facts->logs) {
		r = logs_open(facts->dir, &facts->logs, err);
		if (r < 0)
			return r;
	}
	x.logs = facts->logs;
	x.e = answer_new(sizeof(*x.e), &x.arena);
	if (!x.e)
		return stk_fail_nomem(err);
	r = run(&x, log, len);
	if (r < 0) {
		ldb_free(x.e);
		return stk_fail_nomem(err);
	}
	*ret = x.e;
	return 0;
}
