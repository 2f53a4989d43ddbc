/* SPDX-License-Identifier: MIT */
/* Folders of installs, read once; names in the case in which they come. */
#include "scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

/* ---- paths ------------------------------------------------------------ */

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *path_parent(struct scan *s, const char *path)
{
	size_t len = (size_t)(path_base(path) - path);

	return scan_say(s, "%.*s", (int)(len > 1 ? len - 1 : len), path);
}

bool name_ends(const char *name, const char *suffix)
{
	size_t n = strlen(name), len = strlen(suffix);

	return n > len && !strcasecmp(name + n - len, suffix);
}

bool path_inside(const char *in, const char *path)
{
	char *outer = realpath(in, NULL), *inner = outer ? realpath(path, NULL) : NULL;
	size_t len = outer ? strlen(outer) : 0;
	bool inside = inner && !strncmp(inner, outer, len) &&
		      (!inner[len] || inner[len] == '/' || len == 1);

	free(outer);
	free(inner);
	return inside;
}

/* ---- reading ---------------------------------------------------------- */

/* What a swap keeps beside what it replaced. */
#define KEPT ".stoker-kept-"

static bool is_kept(const char *name)
{
	return strstr(name, KEPT) || strstr(name, ".stoker-new-") ||
	       strstr(name, ".stoker-found-");
}

static bool add_kept(struct folder *f, const char *name)
{
	const char **kept = answer_grow(&f->arena, &f->kept, &f->n_kept, sizeof(*kept));

	if (kept)
		*kept = arena_strdup(&f->arena, name);
	return kept && *kept;
}

static bool add_entry(struct folder *f, int dir, const struct dirent *e)
{
	struct entry *item = answer_grow(&f->arena, &f->item, &f->count, sizeof(*item));
	struct stat st;

	if (!item)
		return false;
	item->name = arena_strdup(&f->arena, e->d_name);
	item->type = DTTOIF(e->d_type);
	if (e->d_type == DT_UNKNOWN)
		item->type = fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW)
				     ? 0
				     : st.st_mode & S_IFMT;
	return item->name;
}

static int by_name(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* 0 or an errno. */
static int read_entries(struct folder *f, DIR *dir)
{
	struct dirent *e;

	while (errno = 0, (e = readdir(dir))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (is_kept(e->d_name) ? !add_kept(f, e->d_name)
				       : !add_entry(f, dirfd(dir), e))
			return ENOMEM;
	}
	return errno;
}

bool folder_read(struct scan *s, const char *path, struct folder *ret)
{
	int fd, code = 0;
	DIR *dir;

	*ret = (struct folder){ .path = path };
	if (scan_stopped(s))
		return false;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	dir = fd < 0 ? NULL : fdopendir(fd);
	code = dir ? read_entries(ret, dir) : errno;
	if (dir)
		closedir(dir);
	else if (fd >= 0)
		close(fd);
	if (code)
		scan_problem(s, path,
			     scan_say(s, "cannot read the folder: %s", strerror(code)));
	if (ret->count)
		qsort(ret->item, ret->count, sizeof(*ret->item), by_name);
	return !code;
}

void folder_free(struct folder *f)
{
	arena_free(&f->arena);
}

/* ---- looking up ------------------------------------------------------- */

const struct entry *folder_find(const struct folder *f, const char *name, mode_t type)
{
	const struct entry *found = NULL;

	for (size_t i = 0; i < f->count; i++) {
		const struct entry *e = &f->item[i];

		if (strcasecmp(e->name, name) || (type && e->type != type))
			continue;
		if (!strcmp(e->name, name))
			return e;
		if (!found)
			found = e;
	}
	return found;
}

bool folder_swapped(const struct folder *f, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < f->n_kept; i++)
		if (!strncmp(f->kept[i], name, len) &&
		    !strncmp(f->kept[i] + len, KEPT, strlen(KEPT)))
			return true;
	return false;
}

bool path_swapped(struct scan *s, const char *path)
{
	bool swapped;
	struct folder f;

	swapped = folder_read(s, path_parent(s, path), &f) &&
		  folder_swapped(&f, path_base(path));
	folder_free(&f);
	return swapped;
}

static const char *join(struct scan *s, const char *folder, const char *name)
{
	bool top = !strcmp(folder, "/");

	return scan_say(s, "%s/%s", top ? "" : folder, name);
}

const char *folder_path(struct scan *s, const struct folder *f, const struct entry *e)
{
	return join(s, f->path, e->name);
}

/* @name in @folder in whichever case it is there; NULL: it is not. */
static const char *find_part(struct scan *s, const char *folder, const char *name)
{
	const char *path = join(s, folder, name);
	const struct entry *e;
	struct folder f;
	struct stat st;

	if (!lstat(path, &st))
		return path;
	e = folder_read(s, folder, &f) ? folder_find(&f, name, 0) : NULL;
	path = e ? folder_path(s, &f, e) : NULL;
	folder_free(&f);
	return path;
}

/* A link that stays in the install is what it leads to; any other is nothing. */
static const char *follow(struct scan *s, const char *install, const char *path)
{
	struct stat st;
	char *real;

	if (lstat(path, &st))
		return NULL;
	if (!S_ISLNK(st.st_mode))
		return path;
	if (!path_inside(install, path)) {
		scan_problem(s, path,
			     "is a link to nothing, or one that leads out of the"
			     " install: not followed");
		return NULL;
	}
	real = realpath(path, NULL);
	path = real ? scan_say(s, "%s", real) : NULL;
	free(real);
	return path;
}

const char *path_below(struct scan *s, const char *install, const char *base,
		       const char *rel, mode_t type)
{
	const char *path = base;
	struct stat st;

	while (path && *rel && !s->stop) {
		size_t len = strcspn(rel, "/");

		path = find_part(s, path, scan_say(s, "%.*s", (int)len, rel));
		if (path)
			path = follow(s, install, path);
		rel += len + (rel[len] == '/');
	}
	if (!path || s->stop || lstat(path, &st) || (st.st_mode & S_IFMT) != type)
		return NULL;
	return path;
}
