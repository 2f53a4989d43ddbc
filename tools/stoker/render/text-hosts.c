/* SPDX-License-Identifier: MIT */
/* qualify: this loader under every host, and what would explain a symptom. */
#include "../cmd.h"

#include <inttypes.h>

#include "render.h"

static enum colour host_colour(const struct stk_host_trial *t)
{
	switch (t->result) {
	case STK_HOST_WORKS:
		return COLOUR_GREEN;
	case STK_HOST_FORMAT:
		return COLOUR_NONE;
	case STK_HOST_REFUSED:
		return COLOUR_YELLOW;
	case STK_HOST_FAILS:
	case STK_HOST_HANGS:
	case STK_HOST_CORRUPTS:
		break;
	}
	return COLOUR_RED;
}

/* The widest of what stands in one column. */
struct widths {
	unsigned int host, versions;
};

static void widen(unsigned int *width, const char *text)
{
	if (strlen(text) > *width)
		*width = (unsigned int)strlen(text);
}

static struct widths widths_of(const struct stk_qualify_report *r)
{
	struct widths w = { 0 };
	char buf[64];

	for (size_t i = 0; i < r->n_hosts; i++) {
		widen(&w.host, r->hosts[i].host);
		widen(&w.versions, text_versions(&r->hosts[i], buf, sizeof(buf)));
	}
	return w;
}

static void host_row(FILE *out, const struct stk_host_trial *t, struct widths w,
		     bool repeated)
{
	unsigned int indent = w.host + 4;
	char versions[64], result[32];

	fprintf(out, "  %-*s  %-*s  %s%s%s\n", (int)w.host, repeated ? "" : t->host,
		(int)w.versions, text_versions(t, versions, sizeof(versions)),
		colour_on(out, host_colour(t)),
		text_host_result(t, result, sizeof(result)), colour_off(out));
	if (*t->text) {
		fprintf(out, "%*s", (int)indent, "");
		text_wrapped(out, indent, indent, t->text);
	}
	if (t->rule && t->result != STK_HOST_WORKS) {
		char rule[512];

		snprintf(rule, sizeof(rule), "rule %s%s%s%s%s", t->rule,
			 t->basis ? ", basis " : "", t->basis ? t->basis : "",
			 t->source ? ": " : "", t->source ? t->source : "");
		fprintf(out, "%*s", (int)indent, "");
		text_wrapped(out, indent, indent, rule);
	}
}

void text_host_matrix(FILE *out, const struct stk_qualify_report *r)
{
	struct widths w = widths_of(r);

	if (!r->n_hosts)
		return;
	fprintf(out, "\n%shosts%s\n", colour_on(out, COLOUR_BOLD), colour_off(out));
	for (size_t i = 0; i < r->n_hosts; i++)
		host_row(out, &r->hosts[i], w,
			 i && !strcmp(r->hosts[i].host, r->hosts[i - 1].host));
}

/* ---- hypotheses ------------------------------------------------------- */

static void hypothesis(FILE *out, const struct stk_hypothesis *h)
{
	fputs("  ", out);
	text_wrapped(out, 2, 6, h->what);
	if (*h->text) {
		fputs("      ", out);
		text_wrapped(out, 6, 6, h->text);
	}
}

void text_hypotheses(FILE *out, const struct stk_qualify_report *r)
{
	size_t fit = 0;

	if (!r->symptom)
		return;
	fprintf(out, "\n%swhat would give the symptom%s: ", colour_on(out, COLOUR_BOLD),
		colour_off(out));
	text_wrapped(out, 29, 2, r->symptom);
	for (size_t i = 0; i < r->n_hypotheses; i++) {
		if (!r->hypotheses[i].fits)
			continue;
		hypothesis(out, &r->hypotheses[i]);
		fit++;
	}
	fprintf(out, "  %zu of %zu single changes give it%s\n", fit, r->n_hypotheses,
		fit ? "; hypotheses, not causes that are proven" : "");
}
