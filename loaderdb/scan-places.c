/* SPDX-License-Identifier: MIT */
/* The places where installs usually lie on this system, from the facts. */
#include "scan.h"

#include <glob.h>
#include <stdlib.h>

#include "facts.h"

#ifdef __APPLE__
#define OS "macos"
#else
#define OS "linux"
#endif

/* @text with what a pattern means taken from it. */
static const char *literally(struct scan *s, const char *text)
{
	char *quoted = arena_alloc(s->arena, 2 * strlen(text) + 1), *p = quoted;

	if (!quoted)
		return scan_say(s, "%s", text);
	for (; *text; text++) {
		if (strchr("*?[\\", *text))
			*p++ = '\\';
		*p++ = *text;
	}
	*p = '\0';
	return quoted;
}

/* "~/x" and "$NAME/x"; NULL: the variable is not set. */
static const char *expand(struct scan *s, const char *path)
{
	size_t len = strcspn(path, "/");
	const char *name = *path == '~' ? "HOME" : scan_say(s, "%.*s", (int)len, path) + 1;
	const char *value, *home;

	if (*path != '~' && *path != '$')
		return path;
	value = getenv(name);
	home = getenv("HOME");
	/* XDG Base Directory Specification: what it is where it is not set */
	if ((!value || !*value) && home && !strcmp(name, "XDG_DATA_HOME"))
		value = scan_say(s, "%s/.local/share", home);
	if (!value || *value != '/')
		return NULL;
	return scan_say(s, "%s%s", literally(s, value), path + len);
}

static void search_place(struct scan *s, const char *found)
{
	char *real = realpath(found, NULL);

	if (!real)
		return;
	s->root = scan_say(s, "%s", real);
	free(real);
	for (size_t i = 0; i < s->ret->n_looked; i++)
		if (!strcmp(s->ret->looked[i], s->root))
			return;
	scan_add(s, &s->ret->looked, &s->ret->n_looked, s->root);
	if (!s->stop)
		scan_walk(s, s->root);
}

void scan_places(struct scan *s)
{
	size_t n;
	const struct facts_place *place = facts_places(s->facts, &n);

	for (size_t i = 0; i < n && !scan_stopped(s); i++) {
		const char *pattern = strcmp(place[i].os, OS) ? NULL
							      : expand(s, place[i].path);
		glob_t found;

		if (!pattern || glob(pattern, 0, NULL, &found))
			continue;
		for (size_t j = 0; j < found.gl_pathc && !scan_stopped(s); j++)
			search_place(s, found.gl_pathv[j]);
		globfree(&found);
	}
}
