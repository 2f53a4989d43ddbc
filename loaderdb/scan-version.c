/* SPDX-License-Identifier: MIT */
/* Versions of installs: what they say themselves, and what their folders are called. */
#include "scan.h"

#include <ctype.h>
#include <stdlib.h>

/* A version may begin here: "ide_1.8", "ide-1.8", "ide 1.8", "v1.8". */
static bool may_begin(const char *name, const char *p)
{
	if (!isdigit((unsigned char)*p))
		return false;
	return p == name || strchr("_- v", p[-1]);
}

const char *version_in_name(struct scan *s, enum ldb_order order, const char *name)
{
	for (const char *p = name; *p; p++) {
		size_t len = strspn(p, "0123456789.");
		const char *version;

		if (!may_begin(name, p))
			continue;
		while (len && p[len - 1] == '.')
			len--;
		if (!memchr(p, '.', len))
			continue;
		version = scan_say(s, "%.*s", (int)len, p);
		if (ldb_version_valid(order, version))
			return version;
	}
	return NULL;
}

const char *version_of_programmer(struct scan *s, const char *path)
{
	const char *file = path_below(s, path, path, "bin/version", S_IFREG), *version, *p;
	char *text = file ? file_text(s, file) : NULL;

	if (!text)
		return NULL;
	p = text + strspn(text, " \t\r\n");
	p += *p == 'v';
	version = scan_say(s, "%.*s", (int)strcspn(p, " \t\r\n"), p);
	free(text);
	return ldb_version_valid(LDB_ORDER_CUBEPROGRAMMER, version) ? version : NULL;
}

/* ---- which of several ------------------------------------------------- */

static bool newer(enum ldb_order order, const char *a, const char *b)
{
	if (!a || !ldb_version_valid(order, a))
		return false;
	return !b || !ldb_version_valid(order, b) || ldb_version_compare(order, a, b) > 0;
}

/* What versions are compared by: a plug-in's stamp says more than nothing. */
static const char *rank(const struct ldb_component *c)
{
	return c->stamp ? c->stamp : c->version;
}

static bool same_kind(const struct ldb_component *a, const struct ldb_component *b)
{
	if (a->kind != b->kind)
		return false;
	return !a->pack || !b->pack || !strcmp(a->pack, b->pack);
}

static bool is_newest(const struct ldb_install *install, enum ldb_order order,
		      const struct ldb_component *c, size_t *ret_of)
{
	*ret_of = 0;
	for (size_t i = 0; i < install->n_components; i++) {
		const struct ldb_component *other = &install->components[i];

		if (!same_kind(c, other))
			continue;
		++*ret_of;
		if (other != c && newer(order, rank(other), rank(c)))
			return false;
		/* Of two alike, the first. */
		if (other < c && !newer(order, rank(c), rank(other)))
			return false;
	}
	return true;
}

void version_mark_newest(struct scan *s, struct ldb_install *install, enum ldb_order order,
			 enum ldb_component_kind kind, const char *why)
{
	struct ldb_component *c = (struct ldb_component *)install->components;
	size_t of;

	for (size_t i = 0; i < install->n_components; i++) {
		if (c[i].kind != kind)
			continue;
		c[i].current = is_newest(install, order, &c[i], &of);
		if (of == 1)
			c[i].why_current = "the only one";
		else
			c[i].why_current = scan_say(
				s, "%s; %s",
				c[i].current ? "the newest" : "a newer one is there", why);
	}
}

/* ---- names that lie --------------------------------------------------- */

void version_note_name(struct scan *s, struct ldb_install *install,
		       const char *const *paths, size_t n_paths)
{
	enum ldb_order order = install->tool->order;

	for (size_t i = 0; i < n_paths; i++) {
		const char *named = version_in_name(s, order, path_base(paths[i]));

		if (!named)
			continue;
		if (!install->version) {
			install->version = named;
			install->version_from = "folder name (assumed)";
		} else if (!ldb_version_valid(order, install->version) ||
			   ldb_version_compare(order, named, install->version)) {
			install->named = named;
			scan_add(s, &install->notes, &install->n_notes,
				 scan_say(s,
					  "its folder is called '%s', but it is %s"
					  " by its %s",
					  path_base(paths[i]), install->version,
					  install->version_from));
		}
		return;
	}
}
