/* SPDX-License-Identifier: MIT */
/* Installs of toolchains, and what drifted in them, as JSON. */
#include <jansson.h>

#include "json.h"

static json_t *json_texts(const char *const *texts, size_t count)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < count; i++)
		put_last(array, json_text(texts[i]));
	return array;
}

static json_t *json_found_file(const struct ldb_found_file *f, const struct ldb_sighting *s)
{
	json_t *o = json_new();

	put_text(o, "path", f->path);
	put_text(o, "name", f->name);
	put_u64(o, "size", f->size);
	put_u64(o, "mode", f->mode);
	put_bool(o, "link", f->link);
	put_text(o, "sha256", f->sha256);
	put_text(o, "problem", f->problem);
	put(o, "known", s ? json_boolean(s->known) : json_null());
	put_text(o, "before", s ? s->before : NULL);
	put(o, "bad", s ? json_boolean(s->bad) : json_null());
	put_text(o, "why", s ? s->why : NULL);
	return o;
}

static json_t *json_placed(const struct ldb_placed *p)
{
	json_t *o;

	if (!p)
		return json_null();
	o = json_new();
	put_u64(o, "swap", (uint64_t)p->swap);
	put_text(o, "from", p->from);
	put_text(o, "why", p->why);
	put_bool(o, "changed", p->changed);
	return o;
}

static void put_version(json_t *o, const struct scan_version *v)
{
	char from[64];

	put_text(o, "version", v->version);
	snprintf(from, sizeof(from), "%s%s%s%s", v->from ? v->from : "",
		 v->basis ? " (" : "", v->basis ? v->basis : "", v->basis ? ")" : "");
	put_text(o, "version_from", v->version ? from : NULL);
}

static json_t *json_component(const struct scanned *s, const struct ldb_component *c,
			      const struct ldb_sighting *seen)
{
	const struct ldb_placed *placed = scan_placed(s->placed, c);
	const struct scan_version version = scan_version(c, placed);
	json_t *o = json_new(), *array;
	struct scan_tally t;

	scan_tally(c, seen, &t);
	put_text(o, "kind", ldb_component_name(c->kind));
	put_text(o, "path", c->path);
	put_version(o, &version);
	put(o, "placed", json_placed(placed));
	put_text(o, "stamp", c->stamp);
	put_text(o, "pack", c->pack);
	put_bool(o, "current", c->current);
	put_text(o, "why_current", c->why_current);
	put_u64(o, "loaders", t.loaders);
	put_u64(o, "unreadable", t.unreadable);
	put(o, "unknown", seen ? json_integer(t.unknown) : json_null());
	put(o, "changed", seen ? json_integer(t.changed) : json_null());
	put(o, "bad", seen ? json_integer(t.bad) : json_null());
	if (!s->files)
		return o;
	array = json_new_array();
	for (size_t i = 0; i < c->n_files; i++)
		put_last(array, json_found_file(&c->files[i], seen ? &seen[i] : NULL));
	put(o, "files", array);
	return o;
}

static json_t *json_install(const struct scanned *s, const struct ldb_install *install,
			    const struct ldb_sighting **seen)
{
	json_t *o = json_new(), *array = json_new_array();

	put_text(o, "tool", install->tool->name);
	put_text(o, "title", install->tool->title);
	put_text(o, "path", install->path);
	put_text(o, "version", install->version);
	put_text(o, "version_from", install->version_from);
	put_text(o, "named", install->named);
	put(o, "notes", json_texts(install->notes, install->n_notes));
	for (size_t i = 0; i < install->n_components; i++) {
		put_last(array, json_component(s, &install->components[i], *seen));
		if (*seen)
			*seen += install->components[i].n_files;
	}
	put(o, "components", array);
	return o;
}

void json_scan(FILE *out, const struct scanned *s)
{
	const struct ldb_sighting *seen = scan_seen(s);
	json_t *o = json_document(), *array = json_new_array();
	const struct ldb_scan *scan = s->scan;

	for (size_t i = 0; i < scan->n_installs; i++)
		put_last(array, json_install(s, &scan->installs[i], &seen));
	put_bool(o, "ok", true);
	put_text(o, "database", s->db);
	put(o, "looked", json_texts(scan->looked, scan->n_looked));
	put(o, "installs", array);
	put(o, "problems", json_texts(scan->problems, scan->n_problems));
	json_finish(out, o);
}

void json_drifts(FILE *out, const struct ldb_drifts *drifts, bool drifted)
{
	json_t *o = json_document(), *array = json_new_array();

	for (size_t i = 0; i < drifts->count; i++) {
		const struct ldb_drift *d = &drifts->item[i];
		json_t *item = json_new();

		put_text(item, "kind", ldb_drift_name(d->kind));
		put_text(item, "path", d->path);
		put_text(item, "text", d->text);
		put_text(item, "next", d->next);
		put(item, "swap", d->swap ? json_integer(d->swap) : json_null());
		put_last(array, item);
	}
	put_bool(o, "ok", true);
	put_bool(o, "drifted", drifted);
	put(o, "drifts", array);
	json_finish(out, o);
}
