/* SPDX-License-Identifier: MIT */
/* The installs of toolchains: what is asked for, and the answer. */
#include "scan.h"

#include <errno.h>
#include <stdlib.h>

const char *ldb_component_name(enum ldb_component_kind kind)
{
	switch (kind) {
	case LDB_PROGRAMMER:
		return "programmer";
	case LDB_PACK_FOLDER:
		return "pack";
	case LDB_PACK_ARCHIVE:
		return "pack-archive";
	case LDB_GDB_SERVER:
		return "gdb-server";
	case LDB_LOADER_FOLDER:
		return "loaders";
	}
	return "unknown";
}

/* ---- the answer grows ------------------------------------------------- */

static void no_memory(struct scan *s)
{
	if (!s->stop)
		s->stop = stk_fail_nomem(s->err);
}

const char *scan_say(struct scan *s, const char *fmt, ...)
{
	va_list args;
	char *text;

	va_start(args, fmt);
	text = arena_vprintf(s->arena, fmt, args);
	va_end(args);
	if (!text)
		no_memory(s);
	return text ? text : "";
}

void *scan_grow(struct scan *s, void *items, size_t *count, size_t size)
{
	void *item = answer_grow(s->arena, items, count, size);

	if (!item)
		no_memory(s);
	return item;
}

void scan_add(struct scan *s, const char *const **list, size_t *count, const char *text)
{
	const char **item = scan_grow(s, list, count, sizeof(*item));

	if (item)
		*item = text;
}

void scan_problem(struct scan *s, const char *path, const char *why)
{
	scan_add(s, &s->ret->problems, &s->ret->n_problems,
		 scan_say(s, "'%s': %s", path, why));
}

bool scan_stopped(struct scan *s)
{
	if (!s->stop && s->opt->cancel && *s->opt->cancel)
		s->stop = stk_fail(s->err, STK_ORIGIN_INTERRUPTED, EINTR, "interrupted",
				   "the search for installs was cancelled");
	return s->stop != 0;
}

struct ldb_install *scan_install(struct scan *s, const char *tool, const char *path)
{
	const struct ldb_tool *known;
	struct ldb_install *install;
	int r = ldb_tool_find(s->facts, tool, &known, s->err);

	if (r < 0 && !s->stop)
		s->stop = r;
	if (s->stop)
		return NULL;
	install = scan_grow(s, &s->ret->installs, &s->ret->n_installs, sizeof(*install));
	if (install)
		*install = (struct ldb_install){ .tool = known, .path = path };
	return install;
}

void scan_component(struct scan *s, struct ldb_install *install,
		    const struct ldb_component *component)
{
	struct ldb_component *c = scan_grow(s, &install->components,
					    &install->n_components, sizeof(*c));

	if (c)
		*c = *component;
}

/* ---- in order --------------------------------------------------------- */

static int by_path(const void *a, const void *b)
{
	const struct ldb_install *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	return order ? order : strcmp(x->tool->name, y->tool->name);
}

/* Is it a programmer that another install brings along? */
static bool is_part(const struct ldb_scan *scan, const struct ldb_install *install)
{
	if (strcmp(install->tool->name, "cubeprogrammer"))
		return false;
	for (size_t i = 0; i < scan->n_installs; i++) {
		const struct ldb_install *other = &scan->installs[i];

		for (size_t j = 0;
		     j < other->n_components && other->tool != install->tool; j++)
			if (!strcmp(other->components[j].path, install->path))
				return true;
	}
	return false;
}

/* Roots may lie in each other, and in installs. */
static void sort_installs(struct ldb_scan *ret)
{
	struct ldb_install *install = (struct ldb_install *)ret->installs;
	size_t n = 0;

	if (!ret->n_installs)
		return;
	qsort(install, ret->n_installs, sizeof(*install), by_path);
	for (size_t i = 0; i < ret->n_installs; i++)
		if (!n || by_path(&install[n - 1], &install[i]))
			install[n++] = install[i];
	ret->n_installs = n;
	for (size_t i = n; i-- > 0;)
		if (is_part(ret, &install[i]))
			memmove(&install[i], &install[i + 1],
				(--ret->n_installs - i) * sizeof(*install));
}

/* ---- what is asked for ------------------------------------------------ */

static void search_file(struct scan *s, const char *path)
{
	if (scan_pack_file(s, path) || s->stop)
		return;
	s->stop =
		stk_fail(s->err, STK_ORIGIN_DATABASE, ENOTDIR, "no-install",
			 "'%s' is a file, and no pack; name the folder of an install, or"
			 " one that holds installs",
			 path);
}

static void search_root(struct scan *s, const char *root)
{
	char *real = realpath(root, NULL);
	const char *path = real ? scan_say(s, "%s", real) : NULL;
	int code = errno;
	struct stat st;

	free(real);
	if (!path) {
		s->stop = stk_fail(s->err, STK_ORIGIN_DATABASE, code, "no-such-root",
				   "cannot search '%s': %s", root, strerror(code));
		return;
	}
	if (s->stop)
		return;
	s->root = path;
	scan_add(s, &s->ret->looked, &s->ret->n_looked, path);
	if (stat(path, &st) || S_ISDIR(st.st_mode))
		scan_walk(s, path);
	else
		search_file(s, path);
}

static void search(struct scan *s)
{
	s->ret->everywhere = !s->opt->n_roots;
	if (s->ret->everywhere)
		scan_places(s);
	for (size_t i = 0; i < s->opt->n_roots && !scan_stopped(s); i++)
		search_root(s, s->opt->roots[i]);
	if (s->stop)
		return;
	scan_finish_packs(s);
	if (s->too_deep)
		scan_problem(s, s->too_deep,
			     "lies too deep: not searched, nor is what"
			     " lies as deep; name a folder closer to it");
	sort_installs(s->ret);
}

int ldb_scan_run(struct stk_ctx *ctx, struct ldb_facts *facts,
		 const struct ldb_scan_options *opt, const struct ldb_scan **ret,
		 struct stk_error *err)
{
	struct scan s = { .ctx = ctx, .facts = facts, .opt = opt, .err = err };

	s.ret = answer_new(sizeof(*s.ret), &s.arena);
	if (!s.ret)
		return stk_fail_nomem(err);
	search(&s);
	if (s.stop) {
		ldb_free(s.ret);
		return s.stop;
	}
	*ret = s.ret;
	return 0;
}
