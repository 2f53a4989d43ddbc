/* SPDX-License-Identifier: MIT */
/*
 * STM32CubeIDE: an Eclipse product. Its version is in .eclipseproduct
 * ("version=1.16.0", "id=com.st.stm32cube.ide.mcu.rcp.product": a user's report of
 * C:\ST\STM32CubeIDE_1.16.0\STM32CubeIDE; the file itself: Eclipse wiki, "What is
 * an Eclipse product"). Folders keep their names when an IDE is updated in place:
 * a 2.1.1 was found in STM32CubeIDE_1.13.0.
 *
 * Of several versions of a plug-in the one that bundles.info names is in use
 * (org.eclipse.equinox.simpleconfigurator: a line "name,version,location,start
 * level,started" each). Where the user may not write the install, updates go to
 * ~/.eclipse/ID_VERSION_HASH_OS_WS_ARCH (org.eclipse.osgi, EquinoxLocations;
 * seen with newer plug-ins below "..._1.11.0_..."), which has plug-ins alone.
 */
#include "scan.h"

#include <stdlib.h>

#define PRODUCT	  "com.st.stm32cube.ide"
#define USER_AREA "com.st.stm32cube.ide.mcu.rcp.product_"

/* A line of bundles.info. */
struct bundle {
	const char *name, *version, *location;
};

struct ide {
	struct scan *s;
	struct ldb_install *install;
	const char *plugins;
	struct bundle *bundles; /* those of the plug-ins that matter here */
	size_t n_bundles;
	bool has_info;
};

/* ---- which plug-ins are in use ---------------------------------------- */

static void add_bundle(struct ide *ide, const char *line, size_t len)
{
	struct scan *s = ide->s;
	struct bundle b, *added;
	char *part, *rest = (char *)scan_say(s, "%.*s", (int)len, line);

	if (strncmp(rest, PLUGIN_PROGRAMMER, strlen(PLUGIN_PROGRAMMER)) &&
	    strncmp(rest, PLUGIN_GDB_SERVER, strlen(PLUGIN_GDB_SERVER)))
		return;
	part = strsep(&rest, ",");
	b.name = part;
	b.version = rest ? strsep(&rest, ",") : "";
	b.location = rest ? strsep(&rest, ",") : "";
	added = scan_grow(s, &ide->bundles, &ide->n_bundles, sizeof(*added));
	if (added)
		*added = b;
}

static void read_bundles(struct ide *ide, const char *path)
{
	static const char file[] =
		"configuration/org.eclipse.equinox.simpleconfigurator/bundles.info";
	const char *info = path_below(ide->s, path, path, file, S_IFREG);
	char *text = info ? file_text(ide->s, info) : NULL;

	for (char *line = text; line && *line; line += strcspn(line, "\n")) {
		line += *line == '\n';
		add_bundle(ide, line, strcspn(line, "\r\n"));
	}
	ide->has_info = text;
	free(text);
}

/* Is it for the plug-in in the folder @name: "NAME.OS_STAMP"? */
static bool is_of(const struct bundle *b, const char *name, const char *stamp)
{
	size_t len = strlen(name) - strlen(stamp) - 1;

	return strlen(b->name) == len && !strncmp(b->name, name, len);
}

static void judge_use(struct ide *ide, const char *name, struct ldb_component *c)
{
	struct scan *s = ide->s;
	const char *other = NULL;

	for (size_t i = 0; i < ide->n_bundles; i++) {
		const struct bundle *b = &ide->bundles[i];

		if (!is_of(b, name, c->stamp))
			continue;
		if (!strcmp(b->version, c->stamp)) {
			c->current = true;
			c->why_current = "bundles.info names it";
			return;
		}
		other = b->version;
	}
	c->why_current = other ? scan_say(s, "bundles.info names %s", other)
			       : "bundles.info does not name it";
}

/* What is in use and not here: an install whose user updates it elsewhere. */
static void note_missing(struct ide *ide)
{
	struct scan *s = ide->s;
	struct ldb_install *install = ide->install;

	for (size_t i = 0; i < ide->n_bundles; i++) {
		const struct bundle *b = &ide->bundles[i];
		bool here = false;

		for (size_t j = 0; j < install->n_components && !here; j++)
			here = !strcmp(install->components[j].stamp, b->version);
		if (!here)
			scan_add(s, &install->notes, &install->n_notes,
				 scan_say(s,
					  "bundles.info names %s %s in '%s', which is"
					  " not below its plug-ins",
					  b->name, b->version, b->location));
	}
}

/* ---- plug-ins --------------------------------------------------------- */

const char *plugin_stamp(const char *name, const char *plugin)
{
	const char *stamp = strrchr(name, '_');

	if (strncasecmp(name, plugin, strlen(plugin)) || !stamp)
		return NULL;
	return ldb_version_valid(LDB_ORDER_CUBEIDE, stamp + 1) ? stamp + 1 : NULL;
}

void programmer_from_stamp(struct scan *s, struct ldb_component *c)
{
	const struct ldb_release *r = ldb_release_of_plugin(s->facts, c->stamp);

	if (c->version || !r || !r->programmer)
		return;
	c->version = r->programmer;
	c->version_from = scan_say(s, "plug-in stamp (%s)", r->basis);
}

static void server_from_stamp(struct scan *s, struct ldb_component *c)
{
	size_t n;
	const struct ldb_release *r = ldb_facts_releases(s->facts, &n);

	for (size_t i = 0; i < n; i++) {
		if (!r[i].gdb_plugin || !r[i].gdb_server ||
		    strcmp(r[i].gdb_plugin, c->stamp))
			continue;
		c->version = r[i].gdb_server;
		c->version_from = scan_say(s, "plug-in stamp (%s)", r[i].basis);
		return;
	}
}

static void add_plugin(struct ide *ide, const struct entry *e)
{
	struct scan *s = ide->s;
	const char *programmer = plugin_stamp(e->name, PLUGIN_PROGRAMMER);
	const char *server = plugin_stamp(e->name, PLUGIN_GDB_SERVER), *tools;
	struct ldb_component c = { .kind = LDB_GDB_SERVER };

	if (!programmer && !server)
		return;
	tools = path_below(s, ide->install->path, ide->plugins,
			   scan_say(s, "%s/tools", e->name), S_IFDIR);
	if (!tools)
		return;
	if (programmer)
		programmer_fill(s, ide->install->path, tools, &c);
	c.path = tools;
	c.stamp = scan_say(s, "%s", programmer ? programmer : server);
	if (!programmer)
		server_from_stamp(s, &c);
	else if (!programmer_swapped(s, ide->install, &c))
		programmer_from_stamp(s, &c);
	judge_use(ide, e->name, &c);
	scan_component(s, ide->install, &c);
}

static bool is_plugin(const struct entry *e)
{
	return plugin_stamp(e->name, PLUGIN_PROGRAMMER) ||
	       plugin_stamp(e->name, PLUGIN_GDB_SERVER);
}

/* ---- its version ------------------------------------------------------ */

static const struct ldb_component *programmer_in_use(const struct ldb_install *install)
{
	for (size_t i = 0; i < install->n_components; i++)
		if (install->components[i].kind == LDB_PROGRAMMER &&
		    install->components[i].current)
			return &install->components[i];
	return NULL;
}

/* The programmer of another release: an update came, or somebody swapped. */
static void note_updated(struct scan *s, struct ldb_install *install)
{
	const struct ldb_component *c = programmer_in_use(install);
	const struct ldb_release *came, *own;

	if (!c || !install->version)
		return;
	came = ldb_release_of_plugin(s->facts, c->stamp);
	own = ldb_release_find(s->facts, "cubeide", install->version);
	if (!came || !own || !own->plugin || !strcmp(own->plugin, c->stamp))
		return;
	scan_add(s, &install->notes, &install->n_notes,
		 scan_say(s,
			  "the programmer in use came with %s %s: the plug-in was"
			  " updated on its own",
			  came->tool->title, came->version));
}

/* Is it what one of the folders is called by? */
static bool is_named(struct scan *s, const char *version, const char *const *paths,
		     size_t n_paths)
{
	for (size_t i = 0; i < n_paths; i++) {
		const char *named = version_in_name(s, LDB_ORDER_CUBEIDE,
						    path_base(paths[i]));

		if (named && !ldb_version_compare(LDB_ORDER_CUBEIDE, named, version))
			return true;
	}
	return false;
}

/* Several releases may bring the same plug-in: their names decide, else it is the first. */
static void version_from_plugin(struct scan *s, struct ldb_install *install,
				const char *const *paths, size_t n_paths)
{
	const struct ldb_component *c = programmer_in_use(install);
	const struct ldb_release *found = NULL, *r;
	bool sure = true;
	size_t n;

	r = ldb_facts_releases(s->facts, &n);
	for (size_t i = 0; c && !install->version && i < n; i++) {
		if (!r[i].plugin || strcmp(r[i].plugin, c->stamp) ||
		    strcmp(r[i].tool->name, "cubeide"))
			continue;
		sure = !found;
		found = found ? found : &r[i];
		if (!is_named(s, r[i].version, paths, n_paths))
			continue;
		found = &r[i];
		sure = true;
		break;
	}
	if (!found)
		return;
	install->version = found->version;
	install->version_from = scan_say(s, "programmer plug-in, which came with it (%s)",
					 found->basis);
	if (!sure)
		scan_add(s, &install->notes, &install->n_notes,
			 "later releases came with the same programmer plug-in");
}

static void find_version(struct scan *s, struct ldb_install *install, const char *product)
{
	const char *path = install->path, *parent = path_parent(s, path);
	const char *names[] = { path, parent, path_parent(s, parent) };
	/* On macOS STM32CubeIDE.app/Contents/Eclipse, on Windows X_1.8.0/STM32CubeIDE */
	size_t n_names = !strcasecmp(path_base(path), "Eclipse")	? 3
			 : !strcasecmp(path_base(path), "STM32CubeIDE") ? 2
									: 1;

	install->version = text_value(s, product, "version");
	if (install->version) {
		install->version_from = ".eclipseproduct (observed)";
	} else if (!strncmp(path_base(path), USER_AREA, strlen(USER_AREA))) {
		install->version = version_in_name(s, LDB_ORDER_CUBEIDE, path_base(path));
		install->version_from = "name of Eclipse's folder for the user (manual)";
		scan_add(s, &install->notes, &install->n_notes,
			 "what a user updated of an install that is not the user's to"
			 " write: it replaces what lies there");
	}
	version_from_plugin(s, install, names, n_names);
	version_note_name(s, install, names, n_names);
	note_updated(s, install);
}

/* ---- all of it -------------------------------------------------------- */

/* A folder of plug-ins is taken for an IDE's only if it holds one of ours. */
static bool is_cubeide(struct scan *s, const struct folder *f, const char *product,
		       const struct folder *plugins)
{
	const char *id = text_value(s, product, "id");

	if (id)
		return !strncmp(id, PRODUCT, strlen(PRODUCT));
	if (folder_find(f, "stm32cubeide.ini", S_IFREG))
		return true;
	for (size_t i = 0; i < plugins->count; i++)
		if (is_plugin(&plugins->item[i]))
			return true;
	return false;
}

static void fill(struct scan *s, const struct folder *f, const struct folder *plugins,
		 const char *product)
{
	struct ide ide = { .s = s,
			   .install = scan_install(s, "cubeide", f->path),
			   .plugins = plugins->path };

	if (!ide.install)
		return;
	read_bundles(&ide, f->path);
	for (size_t i = 0; i < plugins->count && !scan_stopped(s); i++)
		add_plugin(&ide, &plugins->item[i]);
	if (!ide.n_bundles) {
		const char *why = ide.has_info ? "bundles.info names none of them"
					       : "there is no bundles.info that tells";

		version_mark_newest(s, ide.install, LDB_ORDER_CUBEIDE, LDB_PROGRAMMER, why);
		version_mark_newest(s, ide.install, LDB_ORDER_CUBEIDE, LDB_GDB_SERVER, why);
	}
	note_missing(&ide);
	find_version(s, ide.install, product);
}

bool scan_cubeide(struct scan *s, const struct folder *f)
{
	const struct entry *product = folder_find(f, ".eclipseproduct", S_IFREG);
	const char *path = path_below(s, f->path, f->path, "plugins", S_IFDIR);
	struct folder plugins;
	char *text = NULL;
	bool taken;

	if (!folder_find(f, "plugins", 0) || !path)
		return false;
	if (product)
		text = file_text(s, folder_path(s, f, product));
	taken = folder_read(s, path, &plugins) && is_cubeide(s, f, text, &plugins);
	if (taken)
		fill(s, f, &plugins, text);
	folder_free(&plugins);
	free(text);
	return taken;
}
