/* SPDX-License-Identifier: MIT */
/* Pins, and what they come to, as JSON. */
#include <jansson.h>

#include "json.h"

static json_t *json_pin_object(const struct ldb_pin *p)
{
	json_t *o = json_new();

	put_u64(o, "pin", (uint64_t)p->id);
	put_text(o, "toolchain", p->tool);
	put_text(o, "range", p->range);
	put_text(o, "device", p->device);
	put_text(o, "sha256", p->sha256);
	put_text(o, "name", p->name);
	put_text(o, "programmer_from", p->from);
	put_text(o, "why", p->why);
	put_when(o, "made", p->when);
	put_when(o, "ended", p->ended);
	put_text(o, "ended_why", p->ended_why);
	return o;
}

void json_pins(FILE *out, const char *database, const struct ldb_pins *pins)
{
	json_t *o = json_db_document(database, true), *array = json_new_array();

	for (size_t i = 0; i < pins->count; i++)
		put_last(array, json_pin_object(&pins->item[i]));
	put(o, "pins", array);
	json_finish(out, o);
}

void json_pin(FILE *out, const struct pin_made *made)
{
	json_t *o = json_db_document(made->database, true), *warnings = json_new_array();

	for (size_t i = 0; i < made->n_warnings; i++)
		put_last(warnings, json_text(made->warnings[i]));
	put(o, "pin", json_pin_object(made->pin));
	if (made->imported) {
		json_t *imported = json_new();

		put_text(imported, "path", made->imported);
		put_bool(imported, "new", made->is_new);
		put(o, "imported", imported);
	}
	put(o, "warnings", warnings);
	json_finish(out, o);
}

/* ---- resolve ---------------------------------------------------------- */

static json_t *json_candidate(const struct ldb_candidate *c)
{
	json_t *o = json_new();

	put_bool(o, "chosen", c->chosen);
	put_text(o, "why", c->why);
	put_text(o, "sha256", c->build ? c->build->sha256 : NULL);
	put_text(o, "name", c->pin ? c->pin->name : c->build->name);
	put_text(o, "programmer_from", c->pin ? c->pin->from : NULL);
	put(o, "pin", c->pin ? json_pin_object(c->pin) : json_null());
	return o;
}

static json_t *json_place(const struct ldb_place *p)
{
	json_t *o = json_new(), *array = json_new_array();

	if (p->range.len) {
		json_t *range = json_new();

		put_range(range, p->range);
		put(o, "range", range);
	} else {
		put(o, "range", json_null());
	}
	for (size_t i = 0; i < p->n_candidates; i++)
		put_last(array, json_candidate(&p->candidates[i]));
	put(o, "candidates", array);
	return o;
}

void json_resolve(FILE *out, const char *database, const struct ldb_question *question,
		  const struct ldb_answer *answer)
{
	json_t *o = json_db_document(database, true), *array = json_new_array();

	put_text(o, "toolchain", question->tool);
	put_text(o, "version", question->version);
	put_text(o, "device", question->device);
	for (size_t i = 0; i < answer->n_places; i++)
		put_last(array, json_place(&answer->places[i]));
	put(o, "places", array);
	json_finish(out, o);
}
