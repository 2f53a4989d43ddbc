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

static void put_id(FILE *out, const struct ldb_advisory *a, enum colour colour)
{
	fprintf(out, "%s%s%s", colour_on(out, colour), a->id, colour_off(out));
}

static void put_item(FILE *out, const struct audited *a)
{
	text_safe(out, a->name);
	if (a->tool && strcmp(a->kind, "toolchain"))
		fprintf(out, "  (%s%s%s)", a->tool, a->version ? " " : "",
			a->version ? a->version : "");
	putc('\n', out);
	if (a->unused)
		put_line(out, "not what it uses now", a->unused);
	for (size_t i = 0; i < a->hits->count; i++) {
		const struct ldb_hit *hit = &a->hits->item[i];

		if (!audited_tells(a, hit))
			continue;
		fputs("  ", out);
		put_id(out, hit->advisory, hit->certain ? COLOUR_RED : COLOUR_YELLOW);
		fputs(hit->certain ? "  applies: " : "  may apply: ", out);
		text_safe(out, hit->why);
		putc('\n', out);
	}
}

static void put_advisory(FILE *out, const struct ldb_advisory *a)
{
	putc('\n', out);
	put_id(out, a, COLOUR_BOLD);
	fputs("  ", out);
	text_safe(out, a->summary);
	putc('\n', out);
	if (a->disputed)
		put_line(out, "disputed", a->disputed);
	for (size_t i = 0; i < a->n_instead; i++)
		put_line(out, "instead", a->instead[i].text);
	for (size_t i = 0; i < a->n_references; i++)
		put_line(out, "see", a->references[i].url);
}

static bool is_told(const struct audit_report *r, const struct ldb_advisory *a)
{
	for (size_t i = 0; i < r->count; i++) {
		const struct audited *item = &r->item[i];

		for (size_t h = 0; item->hits && h < item->hits->count; h++)
			if (item->hits->item[h].advisory == a &&
			    audited_tells(item, &item->hits->item[h]))
				return true;
	}
	return false;
}

/* What each of them says, once, by id. */
static void put_advisories(FILE *out, const struct audit_report *r)
{
	for (size_t i = 0; i < r->n_advisories; i++)
		if (is_told(r, r->advisories[i]))
			put_advisory(out, r->advisories[i]);
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
	put_advisories(out, r);
	if (!r->count)
		fputs("nothing to audit was found\n", out);
	else
		fprintf(out, "%sadvisories concern %zu of %zu\n", concerned ? "\n" : "",
			concerned, r->count - failed);
}
