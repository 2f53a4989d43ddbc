/* SPDX-License-Identifier: MIT */
/* Toolchains: their names, where they lie, and what a release brings along. */
#include "facts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *name;
	enum ldb_order order;
} orders[] = {
	{ "cubeide", LDB_ORDER_CUBEIDE },
	{ "cubeprogrammer", LDB_ORDER_CUBEPROGRAMMER },
	{ "pack", LDB_ORDER_PACK },
};

static enum ldb_order read_order(const struct jval *tool)
{
	const struct jval v = jval_need(tool, "order");
	const char *name = jval_as_text(&v);

	for (size_t i = 0; name && i < ARRAY_SIZE(orders); i++)
		if (!strcmp(orders[i].name, name))
			return orders[i].order;
	jval_fail(&v, "\"cubeide\", \"cubeprogrammer\" or \"pack\" is expected");
	return LDB_ORDER_PACK;
}

const char *facts_basis(const struct jval *in)
{
	static const char *const known[] = { "manual", "observed", "reported", "assumed" };
	const struct jval v = jval_need(in, "basis");
	const char *basis = jval_as_text(&v);

	for (size_t i = 0; basis && i < ARRAY_SIZE(known); i++)
		if (!strcmp(known[i], basis))
			return basis;
	jval_fail(&v, "\"manual\", \"observed\", \"reported\" or \"assumed\" is expected");
	return NULL;
}

static struct facts_tool *find_tool(struct facts_tool *list, const char *name)
{
	while (list && strcasecmp(list->tool.name, name))
		list = list->next;
	return list;
}

/* At the end of *@list; NULL: out of memory. */
static struct facts_tool *add_tool(struct arena *arena, struct facts_tool **list,
				   const char *name)
{
	struct facts_tool *t = arena_alloc(arena, sizeof(*t));

	if (t)
		t->tool.name = arena_strdup(arena, name);
	if (!t || !t->tool.name)
		return NULL;
	while (*list)
		list = &(*list)->next;
	return *list = t;
}

/* ---- reading ---------------------------------------------------------- */

static const char *read_os(const struct jval *place)
{
	const struct jval v = jval_need(place, "os");
	const char *os = jval_as_text(&v);

	if (os && (!strcmp(os, "linux") || !strcmp(os, "macos") || !strcmp(os, "windows")))
		return os;
	jval_fail(&v, "\"linux\", \"macos\" or \"windows\" is expected");
	return NULL;
}

static int read_places(struct ldb_facts *facts, const struct jval *list,
		       const struct ldb_tool *tool)
{
	const size_t count = jval_count(list);

	for (size_t i = 0; i < count; i++) {
		const struct jval v = jval_item(list, i);
		struct facts_place *p = answer_grow(&facts->arena, &facts->places,
						    &facts->n_places, sizeof(*p));

		if (!p)
			return -ENOMEM;
		jval_only(&v, "os path source basis");
		p->tool = tool;
		p->os = read_os(&v);
		p->path = jval_text(&v, "path", JVAL_NEEDED);
		p->source = jval_text(&v, "source", JVAL_NEEDED);
		p->basis = facts_basis(&v);
	}
	return 0;
}

/* A tool that is read again has the places it has now. */
static void forget_places(struct ldb_facts *facts, const struct ldb_tool *tool)
{
	struct facts_place *all = facts->places;
	size_t kept = 0;

	for (size_t i = 0; i < facts->n_places; i++)
		if (all[i].tool != tool)
			all[kept++] = all[i];
	facts->n_places = kept;
}

static int read_tool(struct ldb_facts *facts, const struct jval *v)
{
	const struct jval places = jval_get(v, "place");
	struct facts_tool *t = find_tool(facts->tools, v->name);

	jval_only(v, "title order source basis place");
	if (!t)
		t = add_tool(&facts->arena, &facts->tools, v->name);
	if (!t)
		return -ENOMEM;
	forget_places(facts, &t->tool);
	t->tool.title = jval_text(v, "title", JVAL_NEEDED);
	t->tool.order = read_order(v);
	(void)jval_text(v, "source", JVAL_NEEDED);
	(void)facts_basis(v);
	return read_places(facts, &places, &t->tool);
}

/* One of a tool and version is there once: the one read last. */
static struct ldb_release *release_for(struct ldb_facts *facts, const struct ldb_release *new)
{
	for (size_t i = 0; i < facts->n_releases; i++) {
		struct ldb_release *r = &facts->releases[i];

		if (r->tool == new->tool && !ldb_version_compare(r->tool->order, r->version,
								 new->version))
			return r;
	}
	return answer_grow(&facts->arena, &facts->releases, &facts->n_releases,
			   sizeof(*new));
}

/* A text that must be a version of @order, if it is there. */
static const char *read_version(const struct jval *in, const char *name,
				enum ldb_order order, enum jval_need need)
{
	const struct jval v = jval_get(in, name);
	const char *text = jval_text(in, name, need);

	if (!text || ldb_version_valid(order, text))
		return text;
	jval_fail(&v, "'%.40s' is no version", text);
	return NULL;
}

static int read_release(struct ldb_facts *facts, const struct jval *v)
{
	const struct jval name = jval_need(v, "tool");
	const char *text = jval_as_text(&name);
	const struct facts_tool *t = text ? find_tool(facts->tools, text) : NULL;
	struct ldb_release r = { 0 }, *at;

	jval_only(v, "tool version plugin programmer gdb_server gdb_plugin source basis");
	if (!t) {
		jval_fail(&name, "no tool is called '%.40s'", text ? text : "");
		return 0;
	}
	r.tool = &t->tool;
	r.version = read_version(v, "version", t->tool.order, JVAL_NEEDED);
	r.plugin = read_version(v, "plugin", LDB_ORDER_CUBEIDE, JVAL_OPTIONAL);
	r.programmer = read_version(v, "programmer", LDB_ORDER_CUBEPROGRAMMER, JVAL_OPTIONAL);
	r.gdb_server = read_version(v, "gdb_server", LDB_ORDER_CUBEIDE, JVAL_OPTIONAL);
	r.gdb_plugin = read_version(v, "gdb_plugin", LDB_ORDER_CUBEIDE, JVAL_OPTIONAL);
	r.source = jval_text(v, "source", JVAL_NEEDED);
	r.basis = facts_basis(v);
	if (!r.basis)
		return 0;	/* something is missing, and jdoc_end() tells */
	at = release_for(facts, &r);
	if (!at)
		return -ENOMEM;
	*at = r;
	return 0;
}

static int read_all(struct ldb_facts *facts, const struct jval *root)
{
	const struct jval tools = jval_get(root, "tool"), releases = jval_get(root, "release");
	const size_t count = jval_count(&releases);
	int rc = 0;

	jval_only(root, "tool release");
	if (jval_is(&tools))
		for (struct jval v = jval_next(&tools, NULL); !rc && jval_is(&v);
		     v = jval_next(&tools, &v))
			rc = read_tool(facts, &v);
	for (size_t i = 0; !rc && i < count; i++) {
		const struct jval v = jval_item(&releases, i);

		rc = read_release(facts, &v);
	}
	return rc;
}

int facts_read_toolchains(struct ldb_facts *facts, struct jdoc *doc, struct stk_error *err)
{
	const struct jval root = jdoc_root(doc);

	if (read_all(facts, &root) < 0)
		return stk_fail_nomem(err);
	return jdoc_end(doc, err);
}

/* ---- asking ----------------------------------------------------------- */

const struct facts_place *facts_places(const struct ldb_facts *facts, size_t *ret_count)
{
	*ret_count = facts->n_places;
	return facts->places;
}

static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";

/* "Vendor.Pack": letters, digits, "_" and "-", as the schema of a .pdsc has it. */
static bool is_pack_name(const char *name)
{
	const size_t vendor = strspn(name, word);
	const size_t pack = name[vendor] == '.' ? strspn(name + vendor + 1, word) : 0;

	return vendor && pack && !name[vendor + 1 + pack];
}

/* "owner/repository"; the latter may have dots. */
static bool is_project_name(const char *name)
{
	const size_t owner = strspn(name, word);
	const char *rest = name[owner] == '/' ? name + owner + 1 : "";
	size_t len = strspn(rest, word);

	while (rest[len] == '.')
		len += 1 + strspn(rest + len + 1, word);
	return owner && len && !rest[len];
}

/* One that the facts need not name; both kinds order as Semantic Versioning does. */
static int find_other(struct ldb_facts *facts, const char *name, bool pack,
		      const struct ldb_tool **ret, struct stk_error *err)
{
	struct facts_tool *t = find_tool(facts->others, name);

	if (!t)
		t = add_tool(&facts->arena, &facts->others, name);
	if (!t)
		return stk_fail_nomem(err);
	t->tool.title = t->tool.name;
	t->tool.order = LDB_ORDER_PACK;
	t->tool.pack = pack;
	*ret = &t->tool;
	return 0;
}

static int unknown_tool(const struct ldb_facts *facts, const char *name,
			struct stk_error *err)
{
	char known[300] = "";
	size_t used = 0;

	for (const struct facts_tool *t = facts->tools; t && used < sizeof(known); t = t->next)
		used += (size_t)snprintf(known + used, sizeof(known) - used, "'%s', ",
					 t->tool.name);
	return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "toolchain-unknown",
			"no toolchain is called '%.40s'; known are %sCMSIS packs as "
			"'Keil.STM32G4xx_DFP', projects as 'pyocd/pyOCD'", name, known);
}

int ldb_tool_find(struct ldb_facts *facts, const char *name, const struct ldb_tool **ret,
		  struct stk_error *err)
{
	const struct facts_tool *t = find_tool(facts->tools, name);

	if (!t && (is_pack_name(name) || is_project_name(name)))
		return find_other(facts, name, !strchr(name, '/'), ret, err);
	if (!t)
		return unknown_tool(facts, name, err);
	*ret = &t->tool;
	return 0;
}

const struct ldb_release *ldb_facts_releases(const struct ldb_facts *facts, size_t *ret_count)
{
	*ret_count = facts->n_releases;
	return facts->releases;
}

const struct ldb_release *ldb_release_find(const struct ldb_facts *facts, const char *tool,
					   const char *version)
{
	for (size_t i = 0; i < facts->n_releases; i++) {
		const struct ldb_release *r = &facts->releases[i];

		if (!strcasecmp(r->tool->name, tool) &&
		    ldb_version_valid(r->tool->order, version) &&
		    !ldb_version_compare(r->tool->order, r->version, version))
			return r;
	}
	return NULL;
}

const struct ldb_release *ldb_release_of_plugin(const struct ldb_facts *facts,
						const char *stamp)
{
	for (size_t i = 0; i < facts->n_releases; i++)
		if (facts->releases[i].plugin && !strcmp(facts->releases[i].plugin, stamp))
			return &facts->releases[i];
	return NULL;
}
