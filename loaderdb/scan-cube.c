/* SPDX-License-Identifier: MIT */
/*
 * STM32CubeProgrammer, alone and in what brings it along: STM32CubeCLT (which has
 * STM32CubeCLT_metadata.sh or .bat beside it) and VS Code's bundles
 * (stm32cube/bundles/programmer/VERSION/bin, seen on all three systems).
 *
 * bin/version holds a programmer's version as text; seen in STM32CubeCLT 1.22.0.
 * Nothing else of it says its version without being run. A CLT says its own
 * nowhere but in the name of its folder.
 */
#include "scan.h"

/* ---- one programmer --------------------------------------------------- */

static const char *const loader_folders[] = {
	"bin/ExternalLoader",
	"bin/FlashLoader",
	"api/lib/ExternalLoader",
	"api/lib/FlashLoader",
};

void programmer_fill(struct scan *s, const char *install, const char *path,
		     struct ldb_component *ret)
{
	struct ldb_component c = { .kind = LDB_PROGRAMMER, .path = path };

	for (size_t i = 0; i < ARRAY_SIZE(loader_folders); i++) {
		const char *folder = path_below(s, install, path, loader_folders[i],
						S_IFDIR);

		if (folder)
			files_below(s, install, &c, folder);
	}
	c.version = version_of_programmer(s, path);
	if (c.version)
		c.version_from = "bin/version (observed)";
	*ret = c;
}

bool programmer_swapped(struct scan *s, struct ldb_install *install,
			const struct ldb_component *c)
{
	if (c->version || !path_swapped(s, c->path))
		return false;
	scan_add(s, &install->notes, &install->n_notes,
		 scan_say(s,
			  "another programmer was put into '%s': which one, the database"
			  " of who did it knows",
			  c->path));
	return true;
}

static bool has_loaders(struct scan *s, const char *path)
{
	return path_below(s, path, path, "bin/ExternalLoader", S_IFDIR) ||
	       path_below(s, path, path, "bin/FlashLoader", S_IFDIR);
}

/* A plug-in of an IDE that was asked for by itself: PLUGIN_STAMP/tools. */
static void note_plugin(struct scan *s, struct ldb_install *install,
			struct ldb_component *c, bool swapped)
{
	const char *plugin = path_base(path_parent(s, c->path));
	const char *stamp = plugin_stamp(plugin, PLUGIN_PROGRAMMER);

	if (!stamp)
		return;
	c->stamp = stamp;
	if (!swapped)
		programmer_from_stamp(s, c);
	scan_add(
		s, &install->notes, &install->n_notes,
		"a plug-in of STM32CubeIDE; whether it is the one in use, the IDE tells");
}

/* macOS: STM32CubeProgrammer.app/Contents/MacOs; the name lies further up. */
static void name_version(struct scan *s, struct ldb_install *install)
{
	const char *parent = path_parent(s, install->path);
	const char *names[] = { install->path, parent, path_parent(s, parent),
				path_parent(s, path_parent(s, parent)) };
	bool app = name_ends(names[2], ".app");

	version_note_name(s, install, names, app ? 4 : 1);
}

static void add_programmer(struct scan *s, const char *path)
{
	struct ldb_install *install = scan_install(s, "cubeprogrammer", path);
	struct ldb_component c;
	bool swapped;

	if (!install)
		return;
	programmer_fill(s, path, path, &c);
	swapped = programmer_swapped(s, install, &c);
	note_plugin(s, install, &c, swapped);
	install->version = c.version;
	install->version_from = c.version_from;
	if (!swapped)
		name_version(s, install);
	c.version = install->version;
	c.version_from = install->version_from;
	if (!c.version && !swapped)
		scan_add(s, &install->notes, &install->n_notes,
			 "nothing in it says its version without being run");
	c.current = true;
	c.why_current = "the only one";
	scan_component(s, install, &c);
}

bool scan_programmer(struct scan *s, const struct folder *f)
{
	const char *path = f->path;

	/* Its bin folder was asked for. */
	if (!strcasecmp(path_base(path), "bin") && !folder_find(f, "bin", S_IFDIR))
		path = path_parent(s, path);
	else if (!folder_find(f, "bin", 0))
		return false;
	if (!has_loaders(s, path))
		return false;
	add_programmer(s, path);
	return true;
}

/* ---- STM32CubeCLT ----------------------------------------------------- */

/* The programmer says otherwise than the release of that name had. */
static void check_release(struct scan *s, struct ldb_install *install,
			  struct ldb_component *c)
{
	const struct ldb_release *r = NULL;

	if (install->version)
		r = ldb_release_find(s->facts, "cubeclt", install->version);
	if (!r || !r->programmer)
		return;
	if (!c->version) {
		c->version = r->programmer;
		c->version_from = scan_say(s, "release (%s)", r->basis);
	} else if (strcmp(c->version, r->programmer)) {
		scan_add(s, &install->notes, &install->n_notes,
			 scan_say(s, "its programmer is %s, %s %s came with %s", c->version,
				  install->tool->title, r->version, r->programmer));
	}
}

static void add_server(struct scan *s, struct ldb_install *install, const char *path,
		       const char *version, const char *from)
{
	struct ldb_component c = { .kind = LDB_GDB_SERVER,
				   .path = path,
				   .version = version,
				   .version_from = from };

	scan_component(s, install, &c);
}

static void add_clt_server(struct scan *s, struct ldb_install *install, const char *path)
{
	const struct ldb_release *r = NULL;

	if (install->version)
		r = ldb_release_find(s->facts, "cubeclt", install->version);
	if (r && r->gdb_server)
		add_server(s, install, path, r->gdb_server,
			   scan_say(s, "release (%s)", r->basis));
	else
		add_server(s, install, path, NULL, NULL);
}

static bool is_clt(const struct folder *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (!strncasecmp(f->item[i].name, "STM32CubeCLT_metadata", 21))
			return true;
	return folder_find(f, "STLink-gdb-server", 0);
}

bool scan_cubeclt(struct scan *s, const struct folder *f)
{
	const char *programmer, *server;
	struct ldb_install *install;
	struct ldb_component c;

	if (!folder_find(f, "STM32CubeProgrammer", 0) || !is_clt(f))
		return false;
	programmer = path_below(s, f->path, f->path, "STM32CubeProgrammer", S_IFDIR);
	if (!programmer || !has_loaders(s, programmer))
		return false;
	install = scan_install(s, "cubeclt", f->path);
	if (!install)
		return true;
	version_note_name(s, install, &f->path, 1);
	programmer_fill(s, f->path, programmer, &c);
	if (!programmer_swapped(s, install, &c))
		check_release(s, install, &c);
	scan_component(s, install, &c);
	server = path_below(s, f->path, f->path, "STLink-gdb-server", S_IFDIR);
	if (server)
		add_clt_server(s, install, server);
	version_mark_newest(s, install, LDB_ORDER_CUBEPROGRAMMER, LDB_PROGRAMMER, "");
	version_mark_newest(s, install, LDB_ORDER_CUBEPROGRAMMER, LDB_GDB_SERVER, "");
	return true;
}

/* ---- VS Code's bundles ------------------------------------------------ */

static void add_bundle(struct scan *s, struct ldb_install *install,
		       enum ldb_component_kind kind, const struct folder *f,
		       const struct entry *e)
{
	const char *path = folder_path(s, f, e), *said;
	struct ldb_component c = { .kind = kind };

	if (kind == LDB_PROGRAMMER)
		programmer_fill(s, install->path, path, &c);
	c.path = path;
	said = c.version;
	/* The folder's name is what the bundle manager goes by. */
	c.version = scan_say(s, "%s", e->name);
	c.version_from = "folder name (observed)";
	if (said && ldb_version_compare(LDB_ORDER_CUBEPROGRAMMER, said, c.version) &&
	    strncmp(c.version, said, strlen(said)))
		scan_add(s, &install->notes, &install->n_notes,
			 scan_say(s, "'%s' says in bin/version that it is %s", path, said));
	scan_component(s, install, &c);
}

static bool is_bundle(struct scan *s, const struct folder *f, const struct entry *e)
{
	return e->type == S_IFDIR && ldb_version_valid(LDB_ORDER_CUBEPROGRAMMER, e->name) &&
	       path_below(s, f->path, f->path, scan_say(s, "%s/bin", e->name), S_IFDIR);
}

static void add_bundles(struct scan *s, struct ldb_install *install, const char *path,
			enum ldb_component_kind kind)
{
	struct folder f;

	if (folder_read(s, path, &f)) {
		for (size_t i = 0; i < f.count && !scan_stopped(s); i++)
			if (is_bundle(s, &f, &f.item[i]))
				add_bundle(s, install, kind, &f, &f.item[i]);
	}
	folder_free(&f);
	version_mark_newest(s, install, LDB_ORDER_CUBEPROGRAMMER, kind,
			    "that the newest is used is assumed");
}

/* One of the versions below has loaders. */
static bool has_bundles(struct scan *s, const char *path)
{
	bool found = false;
	struct folder f;

	if (folder_read(s, path, &f)) {
		for (size_t i = 0; i < f.count && !found; i++)
			found = is_bundle(s, &f, &f.item[i]) &&
				has_loaders(s, folder_path(s, &f, &f.item[i]));
	}
	folder_free(&f);
	return found;
}

bool scan_bundles(struct scan *s, const struct folder *f)
{
	const char *programmer, *server;
	struct ldb_install *install;

	if (!folder_find(f, "programmer", S_IFDIR))
		return false;
	programmer = path_below(s, f->path, f->path, "programmer", S_IFDIR);
	if (!programmer || !has_bundles(s, programmer))
		return false;
	install = scan_install(s, "cube-vscode", f->path);
	if (!install)
		return true;
	add_bundles(s, install, programmer, LDB_PROGRAMMER);
	server = path_below(s, f->path, f->path, "stlink-gdbserver", S_IFDIR);
	if (server)
		add_bundles(s, install, server, LDB_GDB_SERVER);
	for (size_t i = 0; i < install->n_components; i++) {
		if (!install->components[i].current ||
		    install->components[i].kind != LDB_PROGRAMMER)
			continue;
		install->version = install->components[i].version;
		install->version_from = "newest programmer bundle (assumed)";
	}
	return true;
}
