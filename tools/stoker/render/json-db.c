/* SPDX-License-Identifier: MIT */
/* The loader database as JSON. */
#include <jansson.h>

#include "json.h"

json_t *json_db_document(const char *path, bool ok)
{
	json_t *o = json_document();

	put_bool(o, "ok", ok);
	put_text(o, "database", path);
	return o;
}

/* ---- import ----------------------------------------------------------- */

char *json_db_import_row_text(const struct ldb_import_row *row)
{
	json_t *o = json_new();

	put_text(o, "path", row->path);
	if (row->sha256) {
		put_text(o, "sha256", row->sha256);
		put_bool(o, "new", row->is_new);
		put_bool(o, "usable", row->usable);
	} else {
		put(o, "error", json_error(&row->error));
	}
	return json_item_text(o);
}

void json_db_import(FILE *out, const char *path, const char *const *rows, size_t n_rows,
		 const struct import_counts *counts, const struct stk_error *err)
{
	const struct stk_error none = { .code = 0 };
	json_t *o = json_new(), *c = json_new();

	fprintf(out, "{\n\"stoker_json\": %d,\n\"imported\": [", JSON_VERSION);
	for (size_t i = 0; i < n_rows; i++)
		json_embedded_item(out, rows[i], i);
	put_u64(c, "new", counts->added);
	put_u64(c, "known", counts->known);
	put_u64(c, "failed", counts->failed);
	put_text(o, "database", path);
	put(o, "counts", c);
	json_embedded_end(out, o, err ? err : &none);
}

/* ---- builds ----------------------------------------------------------- */

static json_t *json_sum(const struct ldb_judgement *sum)
{
	json_t *o = json_new();

	put_text(o, "verdict", sum->known ? ldb_verdict_name(sum->kind) : NULL);
	put_text(o, "why", sum->why);
	put_text(o, "depends", sum->depends);
	return o;
}

static json_t *json_build_object(const struct ldb_build *b)
{
	json_t *o = json_new();

	put_text(o, "sha256", b->sha256);
	put_text(o, "code_sha256", b->code_sha256);
	put_text(o, "table_sha256", b->table_sha256);
	put_text(o, "name", b->name);
	put_u64(o, "size", b->size);
	put_text(o, "format", b->format);
	put_text(o, "problem", b->problem);
	put_text(o, "device_name", b->device_name);
	if (b->has_range) {
		json_t *range = json_new();

		put_range(range, b->range);
		put(o, "range", range);
	} else {
		put(o, "range", json_null());
	}
	put_text(o, "family", b->family);
	put_when(o, "first_seen", b->first_seen);
	return o;
}

void json_db_builds(FILE *out, const struct listed_builds *list)
{
	json_t *o = json_db_document(list->path, true), *array = json_new_array();

	for (size_t i = 0; i < list->builds->count; i++) {
		json_t *b = json_build_object(&list->builds->item[i]);

		put(b, "sum", json_sum(list->sums[i]));
		put_last(array, b);
	}
	put(o, "builds", array);
	json_finish(out, o);
}

static json_t *json_origins(const struct ldb_origins *list)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < list->count; i++) {
		const struct ldb_origin *s = &list->item[i];
		json_t *o = json_new();

		put_text(o, "path", s->path);
		put_text(o, "name", s->name);
		put_text(o, "tool", s->tool);
		put_text(o, "version", s->version);
		put_text(o, "component", s->component);
		put_when(o, "when", s->when);
		put_last(array, o);
	}
	return array;
}

json_t *json_verdict(const struct ldb_verdict *v)
{
	json_t *o = json_new();

	put_text(o, "verdict", ldb_verdict_name(v->kind));
	put_text(o, "chip", v->chip);
	put_text(o, "option_state", v->option_state);
	put_text(o, "host", v->host);
	put_text(o, "reason", v->reason);
	put_text(o, "source", v->source);
	put_text(o, "evidence_sha256", v->evidence_sha256);
	put_text(o, "evidence_name", v->evidence_name);
	return o;
}

static json_t *json_verdicts(const struct ldb_verdicts *list)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < list->count; i++) {
		json_t *o = json_verdict(&list->item[i]);

		put_when(o, "when", list->item[i].when);
		put_last(array, o);
	}
	return array;
}

void json_db_build(FILE *out, const struct shown_build *s)
{
	json_t *o = json_db_document(s->path, true);

	put(o, "build", json_build_object(s->build));
	put(o, "sum", json_sum(s->sum));
	put(o, "origins", json_origins(s->origins));
	put(o, "verdicts", json_verdicts(s->verdicts));
	json_finish(out, o);
}

/* ---- the rest --------------------------------------------------------- */

void json_db_events(FILE *out, const char *path, const struct ldb_events *events)
{
	json_t *o = json_db_document(path, true), *array = json_new_array();

	for (size_t i = 0; i < events->count; i++) {
		const struct ldb_event *e = &events->item[i];
		json_t *event = json_new();

		put_when(event, "when", e->when);
		put_text(event, "what", e->what);
		put_text(event, "text", e->text);
		put_text(event, "sha256", e->sha256);
		put_last(array, event);
	}
	put(o, "events", array);
	json_finish(out, o);
}

void json_db_judged(FILE *out, const char *path, const struct ldb_build *build,
		 const struct ldb_verdict *verdict, const struct ldb_judgement *sum)
{
	json_t *o = json_db_document(path, true);

	put_text(o, "sha256", build->sha256);
	put(o, "recorded", json_verdict(verdict));
	put(o, "sum", json_sum(sum));
	json_finish(out, o);
}

void json_db_exported(FILE *out, const char *path, const struct ldb_build *build,
		   const char *to)
{
	json_t *o = json_db_document(path, true);

	put_text(o, "sha256", build->sha256);
	put_u64(o, "size", build->size);
	put_text(o, "output", to);
	json_finish(out, o);
}

void json_db_checked(FILE *out, const char *path, const struct ldb_check_result *r,
		  const struct stk_error *err)
{
	json_t *o = json_db_document(path, !err), *problems = json_new_array();

	if (err)
		put(o, "error", json_error(err));
	put_u64(o, "size", r->stored);
	put_u64(o, "builds", r->builds);
	put_u64(o, "files", r->bytes);
	put_u64(o, "origins", r->origins);
	put_u64(o, "verdicts", r->verdicts);
	put_u64(o, "pins", r->pins);
	put_u64(o, "swaps", r->swaps);
	for (size_t i = 0; i < r->n_problems; i++)
		put_last(problems, json_text(r->problems[i]));
	put(o, "problems", problems);
	json_finish(out, o);
}
