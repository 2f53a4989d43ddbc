/* SPDX-License-Identifier: MIT */
/* Advisories that apply, for people. */
#include <string.h>

#include "render.h"

bool audited_tells(const struct audited *a, const struct ldb_hit *hit)
{
	return hit->advisory->n_marks ? a->with_marks : a->without_marks;
}

size_t audited_count(const struct audited *a)
{
	size_t count = 0;

	for (size_t i = 0; a->hits && i < a->hits->count; i++)
		count += audited_tells(a, &a->hits->item[i]);
	return count;
}

static void put_line(FILE *out, const char *what, const char *text)
{
	fprintf(out, "    %s: ", what);
	text_safe(out, text);
	putc('\n', out);
}

static void put_hit(FILE *out, const struct ldb_hit *hit)
{
	const struct ldb_advisory *a = hit->advisory;

	fprintf(out, "  %s%s%s  ", colour_on(out, hit->certain ? COLOUR_RED : COLOUR_YELLOW),
		a->id, colour_off(out));
	text_safe(out, a->summary);
	putc('\n', out);
	put_line(out, hit->certain ? "applies" : "may apply", hit->why);
	if (a->disputed)
		put_line(out, "disputed", a->disputed);
	for (size_t i = 0; i < a->n_instead; i++)
		put_line(out, "instead", a->instead[i].text);
	for (size_t i = 0; i < a->n_references; i++)
		put_line(out, "see", a->references[i].url);
}

static void put_item(FILE *out, const struct audited *a)
{
	text_safe(out, a->name);
	if (a->tool && strcmp(a->kind, "toolchain"))
		fprintf(out, "  (%s%s%s)", a->tool, a->version ? " " : "",
			a->version ? a->version : "");
	putc('\n', out);
	for (size_t i = 0; i < a->hits->count; i++)
		if (audited_tells(a, &a->hits->item[i]))
			put_hit(out, &a->hits->item[i]);
	putc('\n', out);
}

void text_audit(FILE *out, const struct audit_report *r)
{
	size_t concerned = 0, failed = 0;

	for (size_t i = 0; i < r->count; i++) {
		if (r->item[i].error.code) {
			say_error("audit", &r->item[i].error);
			failed++;
		} else if (audited_count(&r->item[i])) {
			put_item(out, &r->item[i]);
			concerned++;
		}
	}
	if (!r->count)
		fputs("nothing to audit was found\n", out);
	else
		fprintf(out, "advisories concern %zu of %zu\n", concerned, r->count - failed);
}
