/* SPDX-License-Identifier: MIT */
/*
 * Packs by the folder that they lie among. Keil's and the CMSIS-Toolbox's look
 * alike (Vendor/Name/Version; pack.idx, .Web, .Download, .Local: Open-CMSIS-Pack
 * devtools, "CMSIS_PACK_ROOT"); where they lie tells, %LOCALAPPDATA%\Arm\Packs and
 * ARM\PACK being Keil's. cmsis-pack-manager's, which pyOCD uses, has index.json
 * and aliases.json.
 *
 * An MDK has TOOLS.INI, where [ARM] has its VERSION ("5.43a") and RTEPATH says
 * where its packs are, and ARM/Flash: loaders from before there were packs.
 */
#include "scan.h"

#include <stdlib.h>

/* ---- whose packs they are --------------------------------------------- */

static bool has_all(struct scan *s, const char *path, const char *const *names)
{
	for (; *names; names++)
		if (!path_below(s, path, path, *names, S_IFREG))
			return false;
	return true;
}

static bool is_named(struct scan *s, const char *path, const char *parent, const char *name)
{
	return !strcasecmp(path_base(path), name) &&
	       !strcasecmp(path_base(path_parent(s, path)), parent);
}

static const char *whose(struct scan *s, const char *root)
{
	static const char *const manager[] = { "index.json", "aliases.json", NULL };
	static const char *const toolbox[] = { "pack.idx", NULL };

	if (has_all(s, root, manager))
		return "pyocd";
	if (is_named(s, root, "ARM", "PACK") || is_named(s, root, "Arm", "Packs"))
		return strcmp(path_base(path_parent(s, root)), "arm") ? "keil" : "cpackget";
	return has_all(s, root, toolbox) ? "cpackget" : "keil";
}

/* ---- the install ------------------------------------------------------ */

/* The MDK whose ARM/PACK @root is. */
static struct ldb_install *mdk_of(struct scan *s, const char *root)
{
	struct ldb_install *all = (struct ldb_install *)s->ret->installs;
	const char *above = path_parent(s, path_parent(s, root));

	if (!is_named(s, root, "ARM", "PACK"))
		return NULL;
	for (size_t i = 0; i < s->ret->n_installs; i++)
		if (!strcmp(all[i].path, above) && !strcmp(all[i].tool->name, "keil"))
			return &all[i];
	return NULL;
}

static void note_version(struct scan *s, struct ldb_install *install,
			 const struct ldb_component *c)
{
	const char *name = path_base(c->path);

	if (c->kind == LDB_PACK_ARCHIVE)
		name = scan_say(s, "%.*s", (int)strlen(name) - 5, name);
	if (!c->version || !ldb_version_valid(LDB_ORDER_PACK, name) ||
	    !ldb_version_valid(LDB_ORDER_PACK, c->version) ||
	    !ldb_version_compare(LDB_ORDER_PACK, name, c->version))
		return;
	scan_add(s, &install->notes, &install->n_notes,
		 scan_say(s, "'%s' says in its .pdsc that it is version %s", c->path,
			  c->version));
}

/* A pack among no others: it is the install. */
static void add_alone(struct scan *s, const struct ldb_component *c)
{
	struct ldb_install *install;

	if (!c->pack) {
		scan_problem(s, c->path, "which pack it is could not be told");
		return;
	}
	install = scan_install(s, c->pack, c->path);
	if (!install)
		return;
	install->version = c->version;
	install->version_from = c->version_from;
	note_version(s, install, c);
	scan_component(s, install, c);
	version_mark_newest(s, install, LDB_ORDER_PACK, c->kind, "");
}

static void mark_archives(struct scan *s, struct ldb_install *install)
{
	struct ldb_component *c = (struct ldb_component *)install->components;

	if (!strcmp(install->tool->name, "pyocd")) {
		version_mark_newest(s, install, LDB_ORDER_PACK, LDB_PACK_ARCHIVE,
				    "pyOCD takes the version that its index names");
		return;
	}
	for (size_t i = 0; i < install->n_components; i++)
		if (c[i].kind == LDB_PACK_ARCHIVE)
			c[i].why_current =
				"a download that was kept; what is unpacked is used";
}

/* All packs that lie in the folder where number @first does. */
static void add_root(struct scan *s, size_t first)
{
	const char *root = s->packs[first].root;
	struct ldb_install *install = mdk_of(s, root);

	if (!install)
		install = scan_install(s, whose(s, root), root);
	for (size_t i = first; install && i < s->n_packs; i++) {
		struct found_pack *p = &s->packs[i];

		if (!p->root || strcmp(p->root, root))
			continue;
		note_version(s, install, &p->component);
		scan_component(s, install, &p->component);
		if (i != first)
			p->root = "";
	}
	if (!install)
		return;
	version_mark_newest(s, install, LDB_ORDER_PACK, LDB_PACK_FOLDER,
			    "a project may ask for another");
	mark_archives(s, install);
}

static int by_path(const void *a, const void *b)
{
	const struct found_pack *x = a, *y = b;

	return strcmp(x->component.path, y->component.path);
}

/* Roots may lie in each other. */
static void drop_doubles(struct scan *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_packs; i++)
		if (!n || by_path(&s->packs[n - 1], &s->packs[i]))
			s->packs[n++] = s->packs[i];
	s->n_packs = n;
}

void scan_finish_packs(struct scan *s)
{
	if (s->n_packs)
		qsort(s->packs, s->n_packs, sizeof(*s->packs), by_path);
	drop_doubles(s);
	for (size_t i = 0; i < s->n_packs && !scan_stopped(s); i++) {
		if (!s->packs[i].root)
			add_alone(s, &s->packs[i].component);
		else if (*s->packs[i].root)
			add_root(s, i);
	}
}

/* ---- MDK -------------------------------------------------------------- */

static void mdk_version(struct scan *s, struct ldb_install *install, const char *ini)
{
	char *text = file_text(s, ini);
	const char *arm = text ? strstr(text, "[ARM]") : NULL, *packs;

	install->version = text_value(s, arm, "VERSION");
	if (install->version)
		install->version_from = "TOOLS.INI (observed)";
	packs = text_value(s, text, "RTEPATH");
	if (packs)
		scan_add(s, &install->notes, &install->n_notes,
			 scan_say(s, "TOOLS.INI says that its packs lie in '%s'", packs));
	free(text);
}

bool scan_keil(struct scan *s, const struct folder *f)
{
	const struct entry *ini = folder_find(f, "TOOLS.INI", S_IFREG);
	struct ldb_component c = { .kind = LDB_LOADER_FOLDER,
				   .current = true,
				   .why_current = "the only one" };
	const char *arm = ini ? path_below(s, f->path, f->path, "ARM", S_IFDIR) : NULL;
	struct ldb_install *install = arm ? scan_install(s, "keil", f->path) : NULL;
	const char *packs;

	if (!install)
		return false;
	mdk_version(s, install, folder_path(s, f, ini));
	c.path = path_below(s, f->path, arm, "Flash", S_IFDIR);
	if (c.path) {
		files_below(s, f->path, &c, c.path);
		scan_component(s, install, &c);
	}
	packs = path_below(s, f->path, arm, "PACK", S_IFDIR);
	if (packs)
		scan_walk(s, packs);
	return true;
}
