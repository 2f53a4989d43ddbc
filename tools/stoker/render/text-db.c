/* SPDX-License-Identifier: MIT */
/* The loader database for people. */
#include "render.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

const char *text_when(int64_t when, char buf[TEXT_WHEN])
{
	const time_t t = (time_t)when;
	struct tm tm;

	/* A damaged file may hold any number. */
	if (!gmtime_r(&t, &tm) || !strftime(buf, TEXT_WHEN, "%Y-%m-%dT%H:%M:%SZ", &tm))
		snprintf(buf, TEXT_WHEN, "?");
	return buf;
}

static const char *or_dash(const char *s)
{
	return s ? s : "-";
}

static void text_field(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%-13s", name);
	text_safe(out, or_dash(value));
	putc('\n', out);
}

/* ---- import ----------------------------------------------------------- */

void text_db_import_row(FILE *out, const struct ldb_import_row *row)
{
	fprintf(out, "%-6s %.12s  ", row->is_new ? "new" : "known", row->sha256);
	text_safe(out, row->path);
	fputs(row->usable ? "\n" : "  (no host can use it)\n", out);
}

void text_db_import(FILE *out, const char *path, const struct import_counts *counts)
{
	fprintf(out, "%zu new, %zu known", counts->added, counts->known);
	if (counts->failed)
		fprintf(out, ", %zu could not be imported", counts->failed);
	fputs(" in ", out);
	text_safe(out, path);
	putc('\n', out);
}

/* ---- builds ----------------------------------------------------------- */

/* "-": nobody says anything. */
static const char *sum_name(const struct ldb_judgement *sum)
{
	return sum->known ? ldb_verdict_name(sum->kind) : "-";
}

static void text_build_row(FILE *out, const struct ldb_build *b,
			   const struct ldb_judgement *sum)
{
	char range[64] = "-";

	if (b->has_range)
		text_range(b->range, range, sizeof(range));
	fprintf(out, "%.12s  %-8s  %-5s  %-8s %-24s ", b->sha256, sum_name(sum),
		or_dash(b->format), or_dash(b->family), range);
	text_safe(out, b->name);
	putc('\n', out);
}

void text_db_builds(FILE *out, const struct listed_builds *list)
{
	for (size_t i = 0; i < list->builds->count; i++)
		text_build_row(out, &list->builds->item[i], list->sums[i]);
	fprintf(out, "%zu build%s in ", list->builds->count,
		list->builds->count == 1 ? "" : "s");
	text_safe(out, list->path);
	putc('\n', out);
}

static void text_facts(FILE *out, const struct ldb_build *b)
{
	char buf[64];

	text_field(out, "build", b->sha256);
	text_field(out, "code", b->code_sha256);
	text_field(out, "table", b->table_sha256);
	text_field(out, "name", b->name);
	text_field(out, "size", text_size(b->size, buf, sizeof(buf)));
	if (b->format)
		text_field(out, "format", b->format);
	else
		text_field(out, "unusable", b->problem);
	text_field(out, "device", b->device_name);
	if (b->has_range)
		text_field(out, "range", text_range(b->range, buf, sizeof(buf)));
	text_field(out, "family", b->family);
	text_field(out, "first seen", text_when(b->first_seen, buf));
}

static void text_origin(FILE *out, const struct ldb_origin *o, bool first)
{
	char when[TEXT_WHEN];

	fprintf(out, "%-13s%s  ", first ? "seen" : "", text_when(o->when, when));
	text_safe(out, o->path);
	if (o->tool) {
		fputs("  (", out);
		text_safe(out, o->tool);
		fputs(o->version ? " " : "", out);
		text_safe(out, o->version ? o->version : "");
		putc(')', out);
	}
	putc('\n', out);
}

static void text_limit(FILE *out, const char *word, const char *value)
{
	if (!value)
		return;
	fputs(word, out);
	text_safe(out, value);
}

static void text_verdict(FILE *out, const struct ldb_verdict *v)
{
	fputs(ldb_verdict_name(v->kind), out);
	text_limit(out, " on ", v->chip);
	text_limit(out, " with ", v->option_state);
	text_limit(out, " under ", v->host);
	text_limit(out, ": ", v->reason);
	text_limit(out, " -- ", v->source);
	if (v->evidence_sha256)
		fprintf(out, " [%s%s%.12s]", v->evidence_name ? v->evidence_name : "",
			v->evidence_name ? " " : "", v->evidence_sha256);
	putc('\n', out);
}

static void text_sum(FILE *out, const struct ldb_judgement *sum)
{
	fprintf(out, "%-13s%s%s", "adds up to", sum->known ? ldb_verdict_name(sum->kind) : "",
		sum->known ? ": " : "");
	text_safe(out, sum->why);
	putc('\n', out);
}

void text_db_build(FILE *out, const struct shown_build *s)
{
	text_facts(out, s->build);
	for (size_t i = 0; i < s->origins->count; i++)
		text_origin(out, &s->origins->item[i], !i);
	for (size_t i = 0; i < s->verdicts->count; i++) {
		fprintf(out, "%-13s", i ? "" : "verdicts");
		text_verdict(out, &s->verdicts->item[i]);
	}
	text_sum(out, s->sum);
}

/* ---- the rest --------------------------------------------------------- */

void text_db_events(FILE *out, const struct ldb_events *events)
{
	char when[TEXT_WHEN];

	for (size_t i = 0; i < events->count; i++) {
		const struct ldb_event *e = &events->item[i];

		fprintf(out, "%s  %-8s %-12.12s  ", text_when(e->when, when), e->what,
			or_dash(e->sha256));
		text_safe(out, e->text);
		putc('\n', out);
	}
}

void text_db_judged(FILE *out, const struct ldb_build *build,
		 const struct ldb_verdict *verdict, const struct ldb_judgement *sum)
{
	fprintf(out, "%-13s%.12s  ", "build", build->sha256);
	text_safe(out, build->name);
	fprintf(out, "\n%-13s", "verdict");
	text_verdict(out, verdict);
	text_sum(out, sum);
}

void text_db_exported(FILE *out, const struct ldb_build *build, const char *to)
{
	char size[32];

	text_safe(out, to);
	fprintf(out, ": %s, SHA-256 %s\n", text_size(build->size, size, sizeof(size)),
		build->sha256);
}

void text_db_checked(FILE *out, const char *path, const struct ldb_check_result *r)
{
	char size[32];

	for (size_t i = 0; i < r->n_problems; i++) {
		text_safe(out, r->problems[i]);
		putc('\n', out);
	}
	text_safe(out, path);
	fprintf(out,
		": %s, %" PRIu64 " builds, %" PRIu64 " kept files, %" PRIu64 " origins, %" PRIu64
		" verdicts, %" PRIu64 " pins, %" PRIu64 " swaps%s\n",
		text_size(r->stored, size, sizeof(size)), r->builds, r->bytes, r->origins,
		r->verdicts, r->pins, r->swaps,
		r->n_problems ? "" : "; every digest is right");
}
