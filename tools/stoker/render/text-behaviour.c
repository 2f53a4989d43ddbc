/* SPDX-License-Identifier: MIT */
/* Where two loaders part, call by call. */
#include "../cmd.h"

#include "render.h"

#define BEFORE 2 /* accesses that are shown before the first that differs, ... */
#define AFTER  3 /* ... and from there on */

static void end_of(FILE *out, const char *side, const struct stk_trial_call *c)
{
	char time[32];

	fprintf(out, "    %s  %s", side, stk_end_name(c->end));
	if (c->meaning) {
		fputs(", ", out);
		text_safe(out, c->meaning);
	}
	fprintf(out, "; %s\n", text_time(c->ns, time, sizeof(time)));
}

static void from_there(FILE *out, const char *side, const struct stk_trial_call *c,
		       size_t at)
{
	char before[16];

	snprintf(before, sizeof(before), "    %s  ", side);
	for (size_t i = at; i < c->n_traffic && i < at + AFTER; i++)
		text_access(out, before, &c->traffic[i]);
	if (at >= c->n_traffic)
		fprintf(out, "%snothing more\n", before);
}

/* What is equal stands there once. */
static void traffic(FILE *out, const struct stk_behaviour_call *c)
{
	size_t at = c->differs, first = at > BEFORE ? at - BEFORE : 0;

	if (at >= c->a.n_traffic && at >= c->b.n_traffic)
		return;
	for (size_t i = first; i < at && i < c->a.n_traffic; i++)
		text_access(out, "       ", &c->a.traffic[i]);
	from_there(out, "a", &c->a, at);
	from_there(out, "b", &c->b, at);
}

static void head(FILE *out, const struct stk_behaviour_call *c)
{
	fprintf(out, "%s%s%s  ", colour_on(out, c->equal ? COLOUR_GREEN : COLOUR_YELLOW),
		c->equal ? "  same" : "  DIFF", colour_off(out));
	text_safe(out, c->text);
}

static bool same_function(const struct stk_behaviour_call *a,
			  const struct stk_behaviour_call *b)
{
	size_t len = strcspn(a->text, "(");

	return len == strcspn(b->text, "(") && !strncmp(a->text, b->text, len);
}

/* Was a call of the same function shown before that differs, too? */
static bool seen_before(const struct stk_behaviour_report *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!r->calls[k].equal && same_function(&r->calls[k], &r->calls[i]))
			return true;
	return false;
}

/* How many calls from @i on go into one line: of one function, and alike. */
static size_t run_of(const struct stk_behaviour_report *r, size_t i)
{
	size_t n = 1;

	if (!r->calls[i].equal && !seen_before(r, i))
		return 1;
	while (i + n < r->n_calls && r->calls[i + n].equal == r->calls[i].equal &&
	       same_function(&r->calls[i], &r->calls[i + n]))
		n++;
	return n;
}

static void run(FILE *out, const struct stk_behaviour_report *r, size_t i, size_t n)
{
	head(out, &r->calls[i]);
	if (n > 1) {
		fprintf(out, "\n        and %zu more, to ", n - 1);
		text_safe(out, r->calls[i + n - 1].text);
	}
	putc('\n', out);
}

/* The first of a function that differs is shown in full. */
static void call(FILE *out, const struct stk_behaviour_call *c)
{
	head(out, c);
	fputs("\n    ", out);
	text_wrapped(out, 4, 4, c->difference);
	traffic(out, c);
	end_of(out, "a", &c->a);
	end_of(out, "b", &c->b);
}

void text_behaviour(FILE *out, const char *const path[2],
		    const struct stk_behaviour_report *r)
{
	size_t different = 0;

	for (size_t i = 0; i < 2; i++) {
		fprintf(out, "%c  %s", "ab"[i], colour_on(out, COLOUR_BOLD));
		text_safe(out, path[i]);
		fprintf(out, "%s\n", colour_off(out));
	}
	for (size_t i = 0; i < r->n_calls; i++)
		different += !r->calls[i].equal;
	fprintf(out, "%s%s%s on %s, called as by %s: %zu of %zu calls differ\n",
		colour_on(out, r->equal ? COLOUR_GREEN : COLOUR_YELLOW),
		r->equal ? "they do the same" : "they do not do the same", colour_off(out),
		r->chip, r->host, different, r->n_calls);
	for (size_t i = 0, n; i < r->n_calls; i += n) {
		n = run_of(r, i);
		if (r->calls[i].equal || seen_before(r, i))
			run(out, r, i, n);
		else
			call(out, &r->calls[i]);
	}
}
