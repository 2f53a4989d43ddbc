/* SPDX-License-Identifier: MIT */
/* What a log says, for people. */
#include "../cmd.h"

#include "render.h"

#define INDENT 13

static void put_label(FILE *out, const char *label)
{
	fprintf(out, "%-*s", INDENT, label);
}

/* "line 12   ..."; nothing is said twice. */
static void put_facts(FILE *out, const struct ldb_explanation *e)
{
	for (size_t i = 0; i < e->n_facts; i++) {
		const struct ldb_log_fact *f = &e->facts[i];

		if (!strcmp(f->kind, "tool"))
			continue;
		fprintf(out, "%6u  %-11s", f->line, f->kind);
		if (!strcmp(f->kind, "version") && f->tool)
			fprintf(out, "%s ", f->tool);
		text_safe(out, f->value);
		putc('\n', out);
	}
}

static void put_text(FILE *out, const char *label, const char *text)
{
	if (!text)
		return;
	put_label(out, label);
	text_safe(out, text);
	putc('\n', out);
}

static void put_summary(FILE *out, const struct ldb_explanation *e)
{
	if (e->tool) {
		put_label(out, "tool");
		fprintf(out, "%s%s%s\n", e->tool, e->version ? " " : "",
			e->version ? e->version : ", version not told");
	}
	put_text(out, "chip", e->chip);
	put_text(out, "failed at", e->step);
	if (e->has_address) {
		put_label(out, "address");
		fprintf(out, "0x%08llX\n", (unsigned long long)e->address);
	}
}

static void put_sentence(FILE *out, const char *label, const char *text)
{
	if (!text)
		return;
	put_label(out, label);
	text_wrapped(out, INDENT, INDENT, text);
}

static void put_cause(FILE *out, const struct ldb_log_cause *c, bool first)
{
	putc('\n', out);
	put_label(out, first ? "likely" : "or");
	fprintf(out, "%s%s%s\n", colour_on(out, COLOUR_BOLD), c->cause, colour_off(out));
	put_sentence(out, "", c->text);
	put_sentence(out, "  why", c->why);
	put_sentence(out, "  source", c->source);
}

static const char *first_link(const struct ldb_advisory *a)
{
	return a->n_references ? a->references[0].url : NULL;
}

static void put_hit(FILE *out, const struct ldb_hit *hit)
{
	putc('\n', out);
	put_label(out, hit->certain ? "advisory" : "perhaps");
	fprintf(out, "%s%s%s\n", colour_on(out, COLOUR_BOLD), hit->advisory->id, colour_off(out));
	put_sentence(out, "", hit->advisory->summary);
	put_sentence(out, "  why", hit->why);
	for (size_t i = 0; i < hit->advisory->n_instead; i++)
		put_sentence(out, "  instead", hit->advisory->instead[i].text);
	put_text(out, "  see", first_link(hit->advisory));
}

void text_explanation(FILE *out, const struct ldb_explanation *e)
{
	put_summary(out, e);
	if (e->n_facts)
		fputs("\nwhat the log says, by line\n", out);
	put_facts(out, e);
	for (size_t i = 0; i < e->n_causes; i++)
		put_cause(out, &e->causes[i], i == 0);
	for (size_t i = 0; i < e->n_hits; i++)
		put_hit(out, &e->hits[i]);
	if (e->unknown) {
		fputs(e->n_facts ? "\n" : "", out);
		put_sentence(out, "unknown", e->unknown);
	}
	if (!e->next)
		return;
	putc('\n', out);
	put_text(out, "next", e->next);
	put_sentence(out, "", e->next_why);
}
