/* SPDX-License-Identifier: MIT */
/*
 * CMSIS packs, unpacked and as archives. The .pdsc says what it is: it is called
 * Vendor.Name.pdsc, and its first <release> is the pack's version (Open-CMSIS-Pack,
 * /package/releases: the latest one first). An archive is called
 * Vendor.Name.Version.pack, in cmsis-pack-manager's folder Vendor/Name/Version.pack.
 */
#include "scan.h"

#include <stdlib.h>

/* ---- the .pdsc -------------------------------------------------------- */

/* The next <@tag ...> behind @p that is not in a comment; NULL: none. */
static const char *next_element(const char *p, const char *tag)
{
	size_t len = strlen(tag);

	for (p = strchr(p, '<'); p; p = strchr(p + 1, '<')) {
		if (!strncmp(p, "<!--", 4)) {
			p = strstr(p, "-->");
			if (!p)
				return NULL;
		} else if (!strncmp(p + 1, tag, len) && strchr(" \t\r\n>/", p[len + 1])) {
			return p + len + 1;
		}
	}
	return NULL;
}

/* The attribute version="..." of the element whose name ends at @p. */
static const char *attribute_version(struct scan *s, const char *p)
{
	size_t end = strcspn(p, ">");

	for (const char *a = p; a < p + end; a++) {
		const char *value;

		if (!strchr(" \t\r\n", *a) || strncmp(a + 1, "version", 7))
			continue;
		value = a + 8 + strspn(a + 8, " \t\r\n=");
		if (*value != '"' && *value != '\'')
			continue;
		return scan_say(s, "%.*s", (int)strcspn(value + 1, "\"'"), value + 1);
	}
	return NULL;
}

static const char *pdsc_version(struct scan *s, const char *path)
{
	char *text = file_text(s, path);
	const char *p = text ? next_element(text, "releases") : NULL, *version = NULL;

	p = p ? next_element(p, "release") : NULL;
	if (p)
		version = attribute_version(s, p);
	free(text);
	return version;
}

/* The only .pdsc of a folder; NULL: none, or several, as an index of them has. */
static const struct entry *only_pdsc(const struct folder *f)
{
	const struct entry *found = NULL;

	for (size_t i = 0; i < f->count; i++) {
		if (f->item[i].type != S_IFREG || !name_ends(f->item[i].name, ".pdsc"))
			continue;
		if (found)
			return NULL;
		found = &f->item[i];
	}
	return found;
}

/* ---- where it lies ---------------------------------------------------- */

/* The last @n parts of a path, from the right, in the answer's memory. */
static void last_parts(struct scan *s, const char *path, const char **ret, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		ret[i] = path_base(path);
		path = path_parent(s, path);
	}
}

/* The folder @up levels above @path, if the search began there or above it. */
static const char *root_above(struct scan *s, const char *path, unsigned int up)
{
	size_t len = strlen(s->root);

	while (up--)
		path = path_parent(s, path);
	if (strncmp(path, s->root, len) || (path[len] && path[len] != '/' && len > 1))
		return NULL;
	return path;
}

/* Is @pack "Vendor.Name" of these folders? */
static bool is_of(struct scan *s, const char *pack, const char *vendor, const char *name)
{
	return !strcasecmp(pack, scan_say(s, "%s.%s", vendor, name));
}

static void add_pack(struct scan *s, const struct ldb_component *c, const char *root)
{
	struct found_pack *p = scan_grow(s, &s->packs, &s->n_packs, sizeof(*p));

	if (p)
		*p = (struct found_pack){ .component = *c, .root = root };
}

/* ---- an unpacked one -------------------------------------------------- */

static void add_folder(struct scan *s, const char *path, const char *pdsc)
{
	const char *name = path_base(pdsc), *part[3], *root = NULL;
	struct ldb_component c = { .kind = LDB_PACK_FOLDER, .path = path };

	c.pack = scan_say(s, "%.*s", (int)strlen(name) - 5, name);
	c.version = pdsc_version(s, pdsc);
	c.version_from = ".pdsc (manual)";
	last_parts(s, path, part, 3);
	if (is_of(s, c.pack, part[2], part[1]))
		root = root_above(s, path, 3);
	if (!c.version && ldb_version_valid(LDB_ORDER_PACK, part[0])) {
		c.version = part[0];
		c.version_from = "folder name (assumed)";
	}
	if (!c.version)
		c.version_from = NULL;
	files_below(s, path, &c, path);
	add_pack(s, &c, root);
}

/* "Vendor.Name.pdsc": exactly one dot before the ending. */
static bool is_pack_name(const char *name)
{
	const char *dot = strchr(name, '.');

	return dot && dot != name && strchr(dot + 1, '.') == name + strlen(name) - 5;
}

bool scan_pack(struct scan *s, const struct folder *f)
{
	const struct entry *pdsc = only_pdsc(f);

	if (!pdsc || !is_pack_name(pdsc->name) || !strcasecmp(path_base(f->path), ".Web"))
		return false;
	add_folder(s, f->path, folder_path(s, f, pdsc));
	return true;
}

/* ---- an archive ------------------------------------------------------- */

/* What the names say: where it lies, or how it is called. */
static void archive_by_name(struct scan *s, const char *path, struct ldb_component *c)
{
	const char *part[3], *name, *dot;

	last_parts(s, path, part, 3);
	name = scan_say(s, "%.*s", (int)strlen(part[0]) - 5, part[0]);
	c->version_from = "file name (assumed)";
	if (ldb_version_valid(LDB_ORDER_PACK, name)) {
		c->pack = scan_say(s, "%s.%s", part[2], part[1]);
		c->version = name;
		return;
	}
	dot = strchr(name, '.');
	dot = dot ? strchr(dot + 1, '.') : NULL;
	if (dot && ldb_version_valid(LDB_ORDER_PACK, dot + 1)) {
		c->pack = scan_say(s, "%.*s", (int)(dot - name), name);
		c->version = dot + 1;
		return;
	}
	c->version_from = NULL;
}

static void add_member(struct scan *s, struct stk_pack *pack, size_t i,
		       struct ldb_component *c)
{
	const struct stk_pack_file *member = &stk_pack_info(pack)->files[i];
	struct ldb_found_file file = { .size = member->size, .mode = S_IFREG | 0444 },
			      *added;
	struct stk_loader *loader;
	struct stk_error err;

	file.name = scan_say(s, "%s", member->path);
	file.path = scan_say(s, "%s#%s", c->path, member->path);
	if (!s->opt->no_digests) {
		if (stk_pack_loader(s->ctx, pack, i, STK_LOADER_DESCRIBE, &loader, &err) <
		    0) {
			file.problem = scan_say(s, "%s", err.msg);
		} else {
			file.sha256 = scan_say(s, "%s", stk_loader_info(loader)->sha256);
			stk_loader_close(loader);
		}
	}
	added = scan_grow(s, &c->files, &c->n_files, sizeof(*added));
	if (added)
		*added = file;
}

static void look_into(struct scan *s, const char *path, struct ldb_component *c)
{
	const struct stk_pack_info *info;
	struct stk_pack *pack;
	struct stk_error err;

	if (!s->ctx)
		return;
	if (stk_pack_open(s->ctx, path, &pack, &err) < 0) {
		scan_problem(s, path, err.msg);
		return;
	}
	info = stk_pack_info(pack);
	if (info->vendor && info->name)
		c->pack = scan_say(s, "%s.%s", info->vendor, info->name);
	if (info->version) {
		c->version = scan_say(s, "%s", info->version);
		c->version_from = ".pdsc (manual)";
	}
	for (size_t i = 0; i < info->n_files && !scan_stopped(s); i++)
		add_member(s, pack, i, c);
	stk_pack_close(pack);
}

/* Among packs: Vendor/Name/Version.pack, or in the .Download beside the vendors. */
static const char *archive_root(struct scan *s, const char *path)
{
	const char *part[2];

	last_parts(s, path_parent(s, path), part, 2);
	if (!strcasecmp(part[0], ".Download"))
		return root_above(s, path, 2);
	if (ldb_version_valid(LDB_ORDER_PACK,
			      scan_say(s, "%.*s", (int)strlen(path_base(path)) - 5,
				       path_base(path))))
		return root_above(s, path, 3);
	return NULL;
}

static void add_archive(struct scan *s, const char *path)
{
	struct ldb_component c = { .kind = LDB_PACK_ARCHIVE, .path = path };

	archive_by_name(s, path, &c);
	look_into(s, path, &c);
	add_pack(s, &c, archive_root(s, path));
}

void scan_archives(struct scan *s, const struct folder *f)
{
	for (size_t i = 0; i < f->count && !scan_stopped(s); i++) {
		const struct entry *e = &f->item[i];
		const char *path;

		if (e->type != S_IFREG || !name_ends(e->name, ".pack"))
			continue;
		path = folder_path(s, f, e);
		if (stk_pack_probe(path))
			add_archive(s, path);
	}
}

bool scan_pack_file(struct scan *s, const char *path)
{
	struct stat st;

	if (lstat(path, &st) || !S_ISREG(st.st_mode))
		return false;
	if (name_ends(path, ".pdsc") && is_pack_name(path_base(path)))
		add_folder(s, path_parent(s, path), path);
	else if (name_ends(path, ".pack") && stk_pack_probe(path))
		add_archive(s, path);
	else
		return false;
	return true;
}
