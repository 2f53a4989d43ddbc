/* SPDX-License-Identifier: MIT */
/* The loaders of an install, with their digests. */
#include "scan.h"

#include <errno.h>
#include <stdlib.h>

#include "core/file.h"

/* The largest public loader has less than a megabyte. */
#define MAX_LOADER (64u << 20)
/* bundles.info of a whole IDE has 200 KiB; the largest .pdsc are some MiB. */
#define MAX_TEXT (16u << 20)
/* Folders below the one that holds a component's loaders. */
#define MAX_BELOW 12

char *file_text(struct scan *s, const char *path)
{
	struct stk_error err;
	uint8_t *bytes;
	char *text;
	size_t len;

	if (file_read(path, MAX_TEXT, &bytes, &len, &err) < 0) {
		if (err.code != ENOENT)
			scan_problem(s, path, err.msg);
		return NULL;
	}
	text = realloc(bytes, len + 1);
	if (!text) {
		free(bytes);
		return NULL;
	}
	text[len] = '\0';
	return text;
}

const char *text_value(struct scan *s, const char *text, const char *key)
{
	size_t len = strlen(key);

	for (; text; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncmp(text, key, len) || text[len] != '=')
			continue;
		text += len + 1;
		text += strspn(text, " \t\"");
		return scan_say(s, "%.*s", (int)strcspn(text, " \t\"\r\n"), text);
	}
	return NULL;
}

/* ---- one loader ------------------------------------------------------- */

static bool is_loader(const char *name)
{
	return name_ends(name, ".stldr") || name_ends(name, ".FLM");
}

static void digest(struct scan *s, struct ldb_found_file *file)
{
	struct stk_error err;
	uint8_t *bytes;
	char hex[65];
	size_t len;

	if (file_read(file->path, MAX_LOADER, &bytes, &len, &err) < 0) {
		file->problem = scan_say(s, "%s", err.msg);
		return;
	}
	stk_sha256_hex(bytes, len, hex);
	free(bytes);
	file->sha256 = scan_say(s, "%s", hex);
}

static const char *refusal(struct scan *s, const char *install,
			   const struct ldb_found_file *file)
{
	struct stat st;

	if (stat(file->path, &st))
		return scan_say(s, file->link ? "a link to nothing: %s" : "%s",
				strerror(errno));
	if (!S_ISREG(st.st_mode))
		return "is no regular file";
	if (file->link && !path_inside(install, file->path))
		return "a link that leads out of the install: not followed";
	return NULL;
}

static void add_loader(struct scan *s, const char *install, struct ldb_component *c,
		       const char *path, bool link)
{
	size_t base = strlen(c->path);
	struct ldb_found_file file = { .path = path, .link = link }, *added;
	struct stat st;

	file.name = strncmp(path, c->path, base) ? path_base(path) : path + base + 1;
	if (!stat(path, &st) || !lstat(path, &st)) {
		file.size = (uint64_t)st.st_size;
		file.mode = st.st_mode;
	}
	file.problem = refusal(s, install, &file);
	if (!file.problem && !s->opt->no_digests)
		digest(s, &file);
	added = scan_grow(s, &c->files, &c->n_files, sizeof(*added));
	if (added)
		*added = file;
}

/* ---- all below a folder ----------------------------------------------- */

static void below(struct scan *s, const char *install, struct ldb_component *c,
		  const char *folder, unsigned int depth);

static void add_entry(struct scan *s, const char *install, struct ldb_component *c,
		      const struct folder *f, const struct entry *e, unsigned int depth)
{
	const char *path;

	if (e->type == S_IFDIR && depth < MAX_BELOW)
		below(s, install, c, folder_path(s, f, e), depth + 1);
	if (e->type == S_IFDIR || !is_loader(e->name))
		return;
	path = folder_path(s, f, e);
	add_loader(s, install, c, path, e->type == S_IFLNK);
}

static void below(struct scan *s, const char *install, struct ldb_component *c,
		  const char *folder, unsigned int depth)
{
	struct folder f;

	if (folder_read(s, folder, &f)) {
		for (size_t i = 0; i < f.count && !scan_stopped(s); i++)
			add_entry(s, install, c, &f, &f.item[i], depth);
	}
	folder_free(&f);
}

static int by_name(const void *a, const void *b)
{
	const struct ldb_found_file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

void files_below(struct scan *s, const char *install, struct ldb_component *c,
		 const char *folder)
{
	below(s, install, c, folder, 0);
	if (c->n_files)
		qsort((struct ldb_found_file *)c->files, c->n_files, sizeof(*c->files),
		      by_name);
}
