/* SPDX-License-Identifier: MIT */
/* The report of qualify for people: the verdict first, then what it rests on. */
#include "../cmd.h"

#include <inttypes.h>

#include "render.h"

#define LABEL	    13 /* columns before a value */
#define ID_MOST	    31
#define TRAFFIC	    12 /* accesses of the failing call that are shown */
#define ROW_INDENT  6
#define TEXT_INDENT 8

static const char *result_word(enum stk_check_result r)
{
	/* What must not be overlooked is seen without colours, too. */
	return r == STK_CHECK_FAIL ? "FAIL" : stk_check_result_name(r);
}

static enum colour result_colour(enum stk_check_result r)
{
	switch (r) {
	case STK_CHECK_PASS:
		return COLOUR_GREEN;
	case STK_CHECK_FAIL:
		return COLOUR_RED;
	case STK_CHECK_WEAK:
		return COLOUR_YELLOW;
	case STK_CHECK_SKIP:
		break;
	}
	return COLOUR_NONE;
}

static void label(FILE *out, const char *name)
{
	fprintf(out, "  %-*s", LABEL - 2, name);
}

/* ---- head ------------------------------------------------------------- */

static const char *state_word(enum qualified_state s)
{
	switch (s) {
	case QUALIFIED_GOOD:
		return "good";
	case QUALIFIED_BAD:
		return "BAD";
	case QUALIFIED_NOT_JUDGED:
		return "not judged";
	case QUALIFIED_NOT_RUN:
		return "not run";
	case QUALIFIED_FAILED:
		break;
	}
	return "failed";
}

static enum colour state_colour(enum qualified_state s)
{
	return s == QUALIFIED_GOOD  ? COLOUR_GREEN
	       : s == QUALIFIED_BAD ? COLOUR_RED
				    : COLOUR_NONE;
}

static void verdict(FILE *out, const struct qualified *q)
{
	const char *word = state_word(q->state);
	const char *rest = q->report->verdict;

	/* A sentence that begins with it does not say it twice. */
	if (!strncasecmp(rest, word, strlen(word)) && rest[strlen(word)] == ' ')
		rest += strlen(word) + 1;
	fprintf(out, "%s%s%s ", colour_on(out, state_colour(q->state)), word,
		colour_off(out));
	text_wrapped(out, (unsigned int)strlen(word) + 1, 2, rest);
}

static void head(FILE *out, const struct qualified *q)
{
	const struct stk_qualify_report *r = q->report;
	char time[32];

	label(out, "loader");
	text_safe(out, q->path);
	putc('\n', out);
	label(out, "chip");
	fprintf(out, "%s", r->chip);
	if (q->how)
		fprintf(out, ", %s", q->how);
	putc('\n', out);
	label(out, "target");
	text_safe(out, r->target);
	putc('\n', out);
	label(out, "host");
	fprintf(out, "%s, seed %" PRIu32 "\n", r->host, r->seed);
	label(out, "checks");
	fprintf(out, "%zu pass, %zu fail, %zu weak, %zu skip\n", r->n_pass, r->n_fail,
		r->n_weak, r->n_skip);
	label(out, "work");
	fprintf(out, "%" PRIu64 " calls, %s of virtual time\n", r->calls,
		text_time(r->target_ns, time, sizeof(time)));
}

/* ---- checks ----------------------------------------------------------- */

static unsigned int id_width(const struct stk_qualify_report *r)
{
	size_t most = 0;

	for (size_t i = 0; i < r->n_checks; i++) {
		size_t len = strlen(r->checks[i].id);

		if (len > most && len <= ID_MOST)
			most = len;
	}
	return (unsigned int)most;
}

static void check(FILE *out, const struct stk_check *c, unsigned int ids)
{
	unsigned int indent = 2 + 4 + 2 + ids + 2;
	unsigned int at = (unsigned int)strlen(c->id) > ids
				  ? indent + (unsigned int)strlen(c->id) - ids
				  : indent;

	fprintf(out, "  %s%s%s  %-*s  ", colour_on(out, result_colour(c->result)),
		result_word(c->result), colour_off(out), (int)ids, c->id);
	/* Of what does not apply the reason is enough. */
	text_wrapped(out, at, indent, c->result == STK_CHECK_SKIP ? c->text : c->title);
	if (!*c->text || c->result == STK_CHECK_SKIP)
		return;
	/* Sentences need the room that ids leave. */
	fprintf(out, "%*s", TEXT_INDENT, "");
	text_wrapped(out, TEXT_INDENT, TEXT_INDENT, c->text);
}

static void checks(FILE *out, const struct stk_qualify_report *r)
{
	const char *group = "";
	unsigned int ids = id_width(r);

	for (size_t i = 0; i < r->n_checks; i++) {
		const struct stk_check *c = &r->checks[i];

		if (strcmp(group, c->group)) {
			group = c->group;
			fprintf(out, "\n%s%s%s\n", colour_on(out, COLOUR_BOLD), group,
				colour_off(out));
		}
		check(out, c, ids);
	}
}

/* ---- the first that failed -------------------------------------------- */

static void sentence(FILE *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	label(out, name);
	text_wrapped(out, LABEL, LABEL, value);
}

static void call(FILE *out, const struct stk_trial_call *c)
{
	char time[32];

	label(out, "call");
	text_safe(out, c->text);
	fprintf(out, ": %s", stk_end_name(c->end));
	if (c->meaning) {
		fputs(", ", out);
		text_safe(out, c->meaning);
	}
	fprintf(out, "; %s\n", text_time(c->ns, time, sizeof(time)));
	text_traffic(out, c, TRAFFIC);
}

static void failing(FILE *out, const struct stk_check *c)
{
	fprintf(out, "\n%sfirst failing check: %s%s\n", colour_on(out, COLOUR_BOLD),
		c->id, colour_off(out));
	sentence(out, "asked", c->title);
	sentence(out, "done to it", c->failure);
	sentence(out, "happened", c->text);
	label(out, "how often");
	fprintf(out, "%" PRIu64 " of %" PRIu64 " tried\n", c->failed, c->cases);
	sentence(out, "rests on", c->basis);
	if (c->diagnosis) {
		sentence(out, "cause", c->diagnosis->cause);
		sentence(out, "", c->diagnosis->message);
		sentence(out, "basis", c->diagnosis->basis);
		for (size_t i = 0; i < c->diagnosis->n_evidence; i++) {
			const struct stk_evidence *e = &c->diagnosis->evidence[i];

			label(out, i ? "" : "evidence");
			fprintf(out, "%s: ", e->what);
			text_wrapped(out, LABEL + (unsigned int)strlen(e->what) + 2,
				     LABEL + 2, e->value);
		}
		sentence(out, "remedy", c->diagnosis->remedy);
	}
	if (c->call)
		call(out, c->call);
}

/* ---- one -------------------------------------------------------------- */

static void untold(FILE *out, const struct qualified *q)
{
	fprintf(out, "%s: ", state_word(q->state));
	text_safe(out, q->path);
	fputs("\n  ", out);
	text_wrapped(out, 2, 2, q->err->msg);
}

void text_qualify(FILE *out, const struct qualified *q)
{
	const struct stk_qualify_report *r = q->report;
	const struct stk_check *first = r ? first_failing(r) : NULL;

	/* What there was no report of is said on stderr. */
	if (!r) {
		if (q->state == QUALIFIED_NOT_RUN)
			untold(out, q);
		return;
	}
	verdict(out, q);
	head(out, q);
	checks(out, r);
	if (first)
		failing(out, first);
	text_host_matrix(out, r);
	text_hypotheses(out, r);
	text_tainted(out, r->modules, r->n_modules);
}

/* ---- several ---------------------------------------------------------- */

static void why_bad(FILE *out, const struct stk_check *c)
{
	fprintf(out, "%*s%s%s%s: ", ROW_INDENT, "", colour_on(out, COLOUR_RED), c->id,
		colour_off(out));
	text_wrapped(out, ROW_INDENT + (unsigned int)strlen(c->id) + 2, ROW_INDENT,
		     c->text);
	if (c->diagnosis)
		fprintf(out, "%*scause %s%s%s\n", ROW_INDENT, "", c->diagnosis->cause,
			c->diagnosis->basis ? ", basis " : "",
			c->diagnosis->basis ? c->diagnosis->basis : "");
}

static void row_hosts(FILE *out, const struct stk_qualify_report *r)
{
	char versions[64], result[32];

	for (size_t i = 0; i < r->n_hosts; i++) {
		const struct stk_host_trial *t = &r->hosts[i];

		if (t->result == STK_HOST_WORKS || t->result == STK_HOST_FORMAT)
			continue;
		fprintf(out, "%*s%s %s: %s\n", ROW_INDENT, "", t->host,
			text_versions(t, versions, sizeof(versions)),
			text_host_result(t, result, sizeof(result)));
	}
}

void text_qualify_row(FILE *out, const struct qualified *q)
{
	const struct stk_qualify_report *r = q->report;
	const char *word = state_word(q->state);
	bool judged = q->state == QUALIFIED_GOOD || q->state == QUALIFIED_BAD;

	fprintf(out, "%s%-4s%s  ", colour_on(out, state_colour(q->state)),
		judged ? word : "-", colour_off(out));
	text_safe(out, q->path);
	fprintf(out, "\n%*s", ROW_INDENT, "");
	if (!judged)
		fprintf(out, "%s: ", word);
	if (!r) {
		text_wrapped(out, ROW_INDENT + 9, ROW_INDENT, q->err->msg);
		return;
	}
	fprintf(out, "%s: %zu pass, %zu fail, %zu weak, %zu skip%s%s\n", r->chip, r->n_pass,
		r->n_fail, r->n_weak, r->n_skip, q->how ? "; " : "",
		q->how ? q->how : "");
	if (first_failing(r))
		why_bad(out, first_failing(r));
	row_hosts(out, r);
	text_tainted(out, r->modules, r->n_modules);
}

void text_qualify_counts(FILE *out, const size_t count[QUALIFIED_FAILED + 1])
{
	fprintf(out, "%zu good, %zu bad, ", count[QUALIFIED_GOOD], count[QUALIFIED_BAD]);
	if (count[QUALIFIED_NOT_JUDGED])
		fprintf(out, "%zu not judged, ", count[QUALIFIED_NOT_JUDGED]);
	fprintf(out, "%zu not run, %zu failed\n", count[QUALIFIED_NOT_RUN],
		count[QUALIFIED_FAILED]);
}

void text_recorded(FILE *out, const char *database, const struct recorded *r)
{
	const struct ldb_verdict *v = &r->verdict;

	fprintf(out, "%*srecorded as %s on %s%s%s under %s in ", ROW_INDENT, "",
		ldb_verdict_name(v->kind), v->chip, v->option_state ? " with " : "",
		v->option_state ? v->option_state : "", v->host);
	text_safe(out, database);
	putc('\n', out);
}

void text_check_list(FILE *out, const struct stk_check_info *c, size_t count)
{
	const char *group = "";

	for (size_t i = 0; i < count; i++) {
		if (strcmp(group, c[i].group))
			fprintf(out, "%s%s%s%s\n", i ? "\n" : "",
				colour_on(out, COLOUR_BOLD), c[i].group, colour_off(out));
		group = c[i].group;
		fprintf(out, "  %-*s  ", ID_MOST, c[i].id);
		text_wrapped(out, ID_MOST + 4, ID_MOST + 4, c[i].title);
	}
}
