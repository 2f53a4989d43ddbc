/* SPDX-License-Identifier: MIT */
/* Where two loaders part, call by call. */
#include "../cmd.h"

#include <inttypes.h>

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

static void call(FILE *out, const struct stk_behaviour_call *c)
{
	fprintf(out, "%s%s%s  ", colour_on(out, c->equal ? COLOUR_GREEN : COLOUR_YELLOW),
		c->equal ? "  same" : "  DIFF", colour_off(out));
	text_safe(out, c->text);
	putc('\n', out);
	if (c->equal)
		return;
	fputs("    ", out);
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
	for (size_t i = 0; i < r->n_calls; i++)
		call(out, &r->calls[i]);
}
