/* SPDX-License-Identifier: MIT */
/* Installs of toolchains, and what drifted in them, for people. */
#include "render.h"

#include <inttypes.h>
#include <string.h>

/* "4 loaders", "1 loader". */
static void put_count(FILE *out, size_t n, const char *what)
{
	fprintf(out, "%zu %s%s", n, what, n == 1 ? "" : "s");
}

void scan_tally(const struct ldb_component *c, const struct ldb_sighting *seen,
		struct scan_tally *ret)
{
	*ret = (struct scan_tally){ .loaders = c->n_files };
	for (size_t i = 0; i < c->n_files; i++) {
		ret->unreadable += c->files[i].problem != NULL;
		if (!seen)
			continue;
		ret->unknown += !seen[i].known && !c->files[i].problem;
		ret->changed += seen[i].before != NULL;
		ret->bad += seen[i].bad;
	}
}

const struct ldb_sighting *scan_seen(const struct scanned *s)
{
	static const struct ldb_sighting none;

	if (!s->seen)
		return NULL;
	return s->seen->count ? s->seen->item : &none;
}

const struct ldb_placed *scan_placed(const struct ldb_placed_list *list,
				     const struct ldb_component *c)
{
	for (size_t i = 0; list && i < list->count; i++)
		if (!strcmp(list->item[i].path, c->path))
			return &list->item[i];
	return NULL;
}

struct scan_version scan_version(const struct ldb_component *c, const struct ldb_placed *p)
{
	if (!c->version && p && !p->changed)
		return (struct scan_version){ p->version, "swap", p->basis };
	return (struct scan_version){ c->version, c->version_from, NULL };
}

static void put_tally(FILE *out, const struct ldb_component *c,
		      const struct ldb_sighting *seen)
{
	struct scan_tally t;

	scan_tally(c, seen, &t);
	if (c->kind == LDB_GDB_SERVER)
		return;
	fputs(", ", out);
	put_count(out, t.loaders, "loader");
	if (t.unreadable)
		fprintf(out, ", %zu not readable", t.unreadable);
	if (t.unknown)
		fprintf(out, ", %zu unknown", t.unknown);
	if (t.changed)
		fprintf(out, ", %zu changed", t.changed);
	if (t.bad)
		fprintf(out, ", %s%zu bad%s", colour_on(out, COLOUR_RED), t.bad,
			colour_off(out));
}

/* ---- one component ---------------------------------------------------- */

/* Below @base as it lies there, else whole. */
static const char *below(const char *base, const char *path)
{
	size_t len = strlen(base);

	if (strncmp(path, base, len) || path[len] != '/')
		return path;
	return path + len + 1;
}

static void put_file(FILE *out, const struct ldb_found_file *f,
		     const struct ldb_sighting *s)
{
	fprintf(out, "      %.12s %8" PRIu64 "  ", f->sha256 ? f->sha256 : "-           ",
		f->size);
	text_safe(out, f->name);
	if (f->link)
		fputs(" (link)", out);
	if (f->problem) {
		fputs("  not readable: ", out);
		text_safe(out, f->problem);
	}
	if (s && !s->known && !f->problem)
		fputs("  unknown", out);
	if (s && s->before)
		fprintf(out, "  changed, was %.12s", s->before);
	if (s && s->bad) {
		fprintf(out, "  %sbad%s: ", colour_on(out, COLOUR_RED), colour_off(out));
		text_safe(out, s->why ? s->why : "");
	}
	putc('\n', out);
}

static void put_version(FILE *out, const struct scan_version *v)
{
	text_safe(out, v->version ? v->version : "of unknown version");
	if (v->version && v->from)
		fprintf(out, ", from its %s", v->from);
	if (v->version && v->basis)
		fprintf(out, " (%s)", v->basis);
}

static void put_placed(FILE *out, const struct ldb_placed *p)
{
	fprintf(out, "      put there by swap %" PRId64 ": ", p->swap);
	text_safe(out, p->why);
	fputs(p->changed ? "; something changed it since\n" : "\n", out);
}

static void put_component(FILE *out, const struct ldb_install *install,
			  const struct ldb_component *c, const struct ldb_sighting *seen,
			  const struct scanned *s)
{
	const struct ldb_placed *placed = scan_placed(s->placed, c);
	const struct scan_version version = scan_version(c, placed);

	fprintf(out, "  %c %s ", c->current ? '*' : ' ', ldb_component_name(c->kind));
	if (c->pack) {
		text_safe(out, c->pack);
		putc(' ', out);
	}
	put_version(out, &version);
	put_tally(out, c, seen);
	fputs("\n      ", out);
	text_safe(out, below(install->path, c->path));
	putc('\n', out);
	if (placed)
		put_placed(out, placed);
	if (c->why_current && install->n_components > 1) {
		fprintf(out, "      %s: ", c->current ? "in use" : "not in use");
		text_safe(out, c->why_current);
		putc('\n', out);
	}
	for (size_t i = 0; s->files && i < c->n_files; i++)
		put_file(out, &c->files[i], seen ? &seen[i] : NULL);
}

/* ---- all of it -------------------------------------------------------- */

/* Where packs lie is no product: only they have versions. */
static bool has_packs(const struct ldb_install *install)
{
	for (size_t i = 0; i < install->n_components; i++)
		if (install->components[i].pack)
			return true;
	return false;
}

static void put_install(FILE *out, const struct ldb_install *install)
{
	fprintf(out, "%s%s", colour_on(out, COLOUR_BOLD), install->tool->title);
	if (install->version || !has_packs(install))
		putc(' ', out);
	if (install->version)
		text_safe(out, install->version);
	else if (!has_packs(install))
		fputs("of unknown version", out);
	fprintf(out, "%s  ", colour_off(out));
	text_safe(out, install->path);
	putc('\n', out);
	if (install->version_from)
		fprintf(out, "    version from its %s\n", install->version_from);
	for (size_t i = 0; i < install->n_notes; i++) {
		fputs("    note: ", out);
		text_safe(out, install->notes[i]);
		putc('\n', out);
	}
}

static void put_problems(const struct ldb_scan *scan)
{
	for (size_t i = 0; i < scan->n_problems; i++) {
		fputs("stoker toolchain: ", stderr);
		text_safe(stderr, scan->problems[i]);
		putc('\n', stderr);
	}
}

static void put_end(FILE *out, const struct scanned *s)
{
	const struct ldb_scan *scan = s->scan;

	if (!scan->n_installs)
		fprintf(out, "no install found in %zu folder%s\n", scan->n_looked,
			scan->n_looked == 1 ? "" : "s");
	if (!s->db)
		return;
	fputs("known, changed, bad: by ", out);
	text_safe(out, s->db);
	putc('\n', out);
}

void text_scan(FILE *out, const struct scanned *s)
{
	const struct ldb_sighting *seen = scan_seen(s);

	for (size_t i = 0; i < s->scan->n_installs; i++) {
		const struct ldb_install *install = &s->scan->installs[i];

		put_install(out, install);
		for (size_t j = 0; j < install->n_components; j++) {
			const struct ldb_component *c = &install->components[j];

			put_component(out, install, c, seen, s);
			if (seen)
				seen += c->n_files;
		}
	}
	put_end(out, s);
	fflush(out);
	put_problems(s->scan);
}

/* ---- drift ------------------------------------------------------------ */

void text_drifts(FILE *out, const struct ldb_drifts *drifts)
{
	for (size_t i = 0; i < drifts->count; i++) {
		const struct ldb_drift *d = &drifts->item[i];

		fprintf(out, "%-12s ", ldb_drift_name(d->kind));
		text_safe(out, d->path);
		fputs("\n             ", out);
		text_safe(out, d->text);
		putc('\n', out);
		if (d->next) {
			fputs("             next: ", out);
			text_safe(out, d->next);
			putc('\n', out);
		}
	}
	if (!drifts->count)
		fputs("nothing is pinned or swapped in these installs\n", out);
}
