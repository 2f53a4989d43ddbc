/* SPDX-License-Identifier: MIT */
/* Which install a word of the user means: a path, or a toolchain with its version. */
#include <strings.h>
#include <unistd.h>

#include "swapping.h"

struct wanted_install {
	const char *path;  /* NULL: any */
	const char *tool;  /* NULL: any */
	const char *version; /* NULL: any */
	const struct ldb_tool *facts; /* of tool */
};

void found_free(struct found_install *f)
{
	ldb_free(f->scan);
	free(f->components);
	*f = (struct found_install){ NULL };
}

/* ---- does it match? --------------------------------------------------- */

static bool is_version(const struct wanted_install *w, const char *version)
{
	const enum ldb_order order = w->facts->order;

	if (!w->version)
		return true;
	if (!version)
		return false;
	if (!ldb_version_valid(order, version) || !ldb_version_valid(order, w->version))
		return !strcmp(version, w->version);
	return !ldb_version_compare(order, version, w->version);
}

static bool is_pack(const struct wanted_install *w, const struct ldb_component *c)
{
	return c->pack && !strcasecmp(c->pack, w->facts->name) && is_version(w, c->version);
}

static bool is_wanted(const struct wanted_install *w, const struct ldb_install *i)
{
	if (w->path)
		return true;
	if (!w->facts->pack)
		return !strcmp(i->tool->name, w->facts->name) && is_version(w, i->version);
	for (size_t n = 0; n < i->n_components; n++)
		if (is_pack(w, &i->components[n]))
			return true;
	return false;
}

/* ---- one of them ------------------------------------------------------ */

static int fail_several(const struct ldb_scan *scan, const struct wanted_install *w,
			const char *word, struct stk_error *err)
{
	char paths[300] = "";
	size_t n = 0;

	for (size_t i = 0; i < scan->n_installs; i++)
		if (is_wanted(w, &scan->installs[i]) && n < sizeof(paths))
			n += (size_t)snprintf(paths + n, sizeof(paths) - n, "%s'%s'",
					      n ? ", " : "", scan->installs[i].path);
	return stk_fail(err, STK_ORIGIN_DATABASE, ENOTUNIQ, "several-installs",
			"several installs are '%.60s': %s; name the path of one", word, paths);
}

static int fail_none(const struct ldb_scan *scan, const char *word, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "no-install",
			"no install of '%.200s' was found in %zu places; 'stoker toolchain scan'"
			" lists those there are, --root DIR searches elsewhere", word,
			scan->n_looked);
}

static int take_one(const struct wanted_install *w, const char *word,
		    struct found_install *ret, struct stk_error *err)
{
	const struct ldb_install *found = NULL;

	for (size_t i = 0; i < ret->scan->n_installs; i++) {
		if (!is_wanted(w, &ret->scan->installs[i]))
			continue;
		if (found)
			return fail_several(ret->scan, w, word, err);
		found = &ret->scan->installs[i];
	}
	if (!found)
		return fail_none(ret->scan, word, err);
	ret->install = *found;
	return 0;
}

/* Of a folder of packs, that pack alone. */
static int narrow(const struct wanted_install *w, struct found_install *f,
		  struct stk_error *err)
{
	struct ldb_install *i = &f->install;
	size_t n = 0;

	if (w->path || !w->facts->pack)
		return 0;
	f->components = calloc(i->n_components, sizeof(*f->components));
	if (!f->components)
		return stk_fail_nomem(err);
	for (size_t c = 0; c < i->n_components; c++)
		if (is_pack(w, &i->components[c]))
			f->components[n++] = i->components[c];
	i->components = f->components;
	i->n_components = n;
	return 0;
}

/* ---- the word --------------------------------------------------------- */

static int search(struct stk_ctx *ctx, struct ldb_facts *facts, const struct list *roots,
		  const char *path, const struct ldb_scan **ret, struct stk_error *err)
{
	const struct ldb_scan_options opt = {
		.size = sizeof(opt),
		.roots = path ? &path : roots->item,
		.n_roots = path ? 1 : roots->count,
		.no_digests = true,
	};

	return ldb_scan_run(ctx, facts, &opt, ret, err);
}

static int find(struct stk_ctx *ctx, struct ldb_facts *facts, struct wanted_install *w,
		const char *word, const struct list *roots, struct found_install *ret,
		struct stk_error *err)
{
	int r = 0;

	if (!w->path)
		r = ldb_tool_find(facts, w->tool, &w->facts, err);
	if (!r)
		r = search(ctx, facts, roots, w->path, &ret->scan, err);
	if (!r)
		r = take_one(w, word, ret, err);
	return r ? r : narrow(w, ret, err);
}

int find_install(struct stk_ctx *ctx, struct ldb_facts *facts, const char *word,
		 const struct list *roots, struct found_install *ret, struct stk_error *err)
{
	struct wanted_install w = { NULL };
	char *tool = strdup(word), *at = tool ? strrchr(tool, '@') : NULL;
	int r;

	*ret = (struct found_install){ NULL };
	if (!tool)
		return stk_fail_nomem(err);
	if (strchr(word, '/') || access(word, F_OK) == 0)
		w.path = word;
	if (at) {
		*at = '\0';
		w.version = at + 1;
	}
	w.tool = tool;
	r = find(ctx, facts, &w, word, roots, ret, err);
	free(tool);
	return r;
}

int found_programmer(const struct found_install *f, const char *word,
		     const struct ldb_component **ret, struct stk_error *err)
{
	const struct ldb_component *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < f->install.n_components; i++) {
		const struct ldb_component *c = &f->install.components[i];

		if (c->kind != LDB_PROGRAMMER)
			continue;
		n++;
		if (c->current || !found)
			found = c;
	}
	if (!found || (n > 1 && !found->current))
		return stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "no-programmer",
				"'%.200s' has no programmer, or several and none of them is in use",
				word);
	*ret = found;
	return 0;
}

void found_programmers_free(struct found_programmers *f)
{
	for (size_t i = 0; i < f->count; i++)
		found_free(&f->item[i]);
	free(f->item);
}

int find_programmer(void *data, const char *name, const struct ldb_component **ret,
		    struct stk_error *err)
{
	struct found_programmers *f = data;
	struct found_install *grown = realloc(f->item, (f->count + 1) * sizeof(*grown));
	int r;

	if (!grown)
		return stk_fail_nomem(err);
	f->item = grown;
	r = find_install(f->ctx, f->facts, name, f->roots, &grown[f->count], err);
	/* Also what was found by halves is to be freed. */
	f->count++;
	return r ? r : found_programmer(&grown[f->count - 1], name, ret, err);
}
