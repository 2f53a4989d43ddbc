/* SPDX-License-Identifier: MIT */
/* What a log says, for machines. */
#include <jansson.h>

#include "json.h"

static json_t *facts_of(const struct ldb_explanation *e)
{
	json_t *all = json_new_array();

	for (size_t i = 0; i < e->n_facts; i++) {
		json_t *o = json_new();

		put_text(o, "kind", e->facts[i].kind);
		put_text(o, "tool", e->facts[i].tool);
		put_text(o, "value", e->facts[i].value);
		put_u64(o, "line", e->facts[i].line);
		put_last(all, o);
	}
	return all;
}

static json_t *causes_of(const struct ldb_explanation *e)
{
	json_t *all = json_new_array();

	for (size_t i = 0; i < e->n_causes; i++) {
		json_t *o = json_new();

		put_text(o, "cause", e->causes[i].cause);
		put_text(o, "text", e->causes[i].text);
		put_text(o, "why", e->causes[i].why);
		put_text(o, "source", e->causes[i].source);
		put_last(all, o);
	}
	return all;
}

static json_t *links_of(const struct ldb_advisory *a)
{
	json_t *all = json_new_array();

	for (size_t i = 0; i < a->n_references; i++)
		put_last(all, json_text(a->references[i].url));
	return all;
}

static json_t *advisories_of(const struct ldb_explanation *e)
{
	json_t *all = json_new_array();

	for (size_t i = 0; i < e->n_hits; i++) {
		json_t *o = json_new();

		put_text(o, "id", e->hits[i].advisory->id);
		put_text(o, "summary", e->hits[i].advisory->summary);
		put_bool(o, "certain", e->hits[i].certain);
		put_text(o, "why", e->hits[i].why);
		put(o, "references", links_of(e->hits[i].advisory));
		put_last(all, o);
	}
	return all;
}

void json_explanation(FILE *out, const struct ldb_explanation *e)
{
	json_t *doc = json_document();

	put_bool(doc, "ok", true);
	put_bool(doc, "known", e->known);
	put_text(doc, "unknown", e->unknown);
	put_text(doc, "tool", e->tool);
	put_text(doc, "version", e->version);
	put_text(doc, "chip", e->chip);
	put_text(doc, "step", e->step);
	if (e->has_address)
		put_u64(doc, "address", e->address);
	else
		put_text(doc, "address", NULL);
	put(doc, "facts", facts_of(e));
	put(doc, "causes", causes_of(e));
	put(doc, "advisories", advisories_of(e));
	put_text(doc, "next", e->next);
	put_text(doc, "next_why", e->next_why);
	json_finish(out, doc);
}
