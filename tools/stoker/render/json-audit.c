/* SPDX-License-Identifier: MIT */
/* Advisories that apply, as JSON. */
#include <jansson.h>

#include "json.h"

static json_t *json_instead(const struct ldb_instead *instead, size_t count)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < count; i++) {
		json_t *o = json_new();

		put_text(o, "text", instead[i].text);
		put_text(o, "toolchain", instead[i].tool);
		put_text(o, "version", instead[i].version);
		put_text(o, "name", instead[i].name);
		put_text(o, "sha256", instead[i].file_sha256);
		put_text(o, "code_sha256", instead[i].code_sha256);
		put_last(array, o);
	}
	return array;
}

static json_t *json_references(const struct ldb_advisory *a)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < a->n_references; i++)
		put_last(array, json_text(a->references[i].url));
	return array;
}

static json_t *json_hit(const struct ldb_hit *hit)
{
	const struct ldb_advisory *a = hit->advisory;
	json_t *o = json_new();

	put_text(o, "id", a->id);
	put_text(o, "summary", a->summary);
	put_bool(o, "certain", hit->certain);
	put_text(o, "why", hit->why);
	put_text(o, "basis", a->basis);
	put_text(o, "disputed", a->disputed);
	put(o, "instead", json_instead(a->instead, a->n_instead));
	put(o, "references", json_references(a));
	return o;
}

static json_t *json_audited(const struct audited *a)
{
	json_t *o = json_new(), *array = json_new_array();

	put_text(o, "kind", a->kind);
	put_text(o, "name", a->name);
	put_text(o, "toolchain", a->tool);
	put_text(o, "version", a->version);
	put_text(o, "unused", a->unused);
	for (size_t i = 0; a->hits && i < a->hits->count; i++)
		if (audited_tells(a, &a->hits->item[i]))
			put_last(array, json_hit(&a->hits->item[i]));
	put(o, "advisories", array);
	if (a->error.code)
		put(o, "error", json_error(&a->error));
	return o;
}

void json_audit(FILE *out, const struct audit_report *r)
{
	json_t *o = json_document(), *array = json_new_array();
	const struct stk_error *first = NULL;

	for (size_t i = 0; i < r->count; i++) {
		if (r->item[i].error.code) {
			say_error("audit", &r->item[i].error);
			first = first ? first : &r->item[i].error;
		}
		put_last(array, json_audited(&r->item[i]));
	}
	put_bool(o, "ok", !first);
	put(o, "audited", array);
	if (first)
		put(o, "error", json_error(first));
	json_finish(out, o);
}
