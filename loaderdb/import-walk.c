/* SPDX-License-Identifier: MIT */
/*
 * All below a folder, by name. A link to a folder is not followed, it could lead
 * back; one to a file counts if the file is below the folder that was named. What
 * is neither file nor folder is never opened.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer.h"
#include "import.h"

struct walk {
	struct import *im;
	const char *top;
	char **pending; /* folders still to be read */
	size_t n_pending;
};

static int cannot_open(struct walk *w, const char *path, int code, struct stk_error *err)
{
	struct stk_error why;

	stk_fail(&why, STK_ORIGIN_INPUT, code, "cannot-open", "cannot open '%s': %s", path,
		 strerror(code));
	return import_add_error(w->im, path, &why, err);
}

/* ---- files ------------------------------------------------------------ */

/* The first bytes; 0: too short; -1 and errno. */
static ssize_t first_bytes(const char *path, char ret[4])
{
	/* Something else may be there by now: do not wait for a FIFO's writer. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	ssize_t n = -1;

	if (fd < 0)
		return -1;
	if (!fstat(fd, &st))
		n = S_ISREG(st.st_mode) ? pread(fd, ret, 4, 0) : 0;
	close(fd);
	return n < 4 && n > 0 ? 0 : n;
}

static bool ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), s = strlen(suffix);

	return n > s && !strcasecmp(name + n - s, suffix);
}

static int walk_file(struct walk *w, const char *path, struct stk_error *err)
{
	char first[4];
	ssize_t n = first_bytes(path, first);
	size_t count;

	if (n < 0 && errno != ENOENT && errno != ELOOP)
		return cannot_open(w, path, errno, err);
	if (ends_with(path, ".FLM") || ends_with(path, ".stldr") ||
	    (n == 4 && !memcmp(first, "\177ELF", 4)))
		return n < 0 ? 0 : import_file(w->im, path, false, err);
	if (n == 4 && !memcmp(first, "PK\3\4", 4) && ends_with(path, ".pack"))
		return import_pack(w->im, path, true, &count, err);
	return 0;
}

/* Does the link lead to a file below the folder that was named? */
static bool leads_inside(const struct walk *w, const char *path)
{
	stk_cleanup_free char *real = realpath(path, NULL);
	size_t len = strlen(w->top);
	struct stat st;

	if (!real || stat(real, &st) || !S_ISREG(st.st_mode))
		return false;
	return !strncmp(real, w->top, len) && (len == 1 || real[len] == '/');
}

/* ---- folders ---------------------------------------------------------- */

/* Takes over @path. */
static int push(struct walk *w, char *path, struct stk_error *err)
{
	char **grown = reallocarray(w->pending, w->n_pending + 1, sizeof(*grown));

	if (!grown) {
		free(path);
		return stk_fail_nomem(err);
	}
	w->pending = grown;
	grown[w->n_pending++] = path;
	return 0;
}

static int walk_entry(struct walk *w, const char *folder, const char *name,
		      struct stk_error *err)
{
	struct stat st;
	char *path;
	int r = 0;

	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return 0;
	if (asprintf(&path, "%s/%s", strcmp(folder, "/") ? folder : "", name) < 0)
		return stk_fail_nomem(err);
	if (lstat(path, &st)) {
		free(path);
		return 0; /* it went away */
	}
	if (S_ISDIR(st.st_mode))
		return push(w, path, err);
	if (S_ISREG(st.st_mode) || (S_ISLNK(st.st_mode) && leads_inside(w, path)))
		r = walk_file(w, path, err);
	free(path);
	return r;
}

/* Backwards: what is pushed last is read first. */
static int later_first(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*b)->d_name, (*a)->d_name);
}

static int read_folder(struct walk *w, const char *path, struct stk_error *err)
{
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, later_first), r = 0;

	if (n < 0)
		return cannot_open(w, path, errno, err);
	for (int i = 0; i < n; i++) {
		if (!r)
			r = walk_entry(w, path, entries[i]->d_name, err);
		free(entries[i]);
	}
	free(entries);
	return r;
}

/* An unpacked pack is imported as one, if it is whole and holds loaders. */
static int walk_folder(struct walk *w, const char *path, struct stk_error *err)
{
	size_t count = 0;
	int r = stk_pack_probe(path) ? import_pack(w->im, path, false, &count, err) : 0;

	return r || count ? r : read_folder(w, path, err);
}

int import_folder(struct import *im, const char *path, struct stk_error *err)
{
	struct walk w = { .im = im, .top = path };
	char *first = strdup(path);
	int r = first ? push(&w, first, err) : stk_fail_nomem(err);

	while (!r && w.n_pending) {
		char *next = w.pending[--w.n_pending];

		r = walk_folder(&w, next, err);
		free(next);
	}
	while (w.n_pending)
		free(w.pending[--w.n_pending]);
	free(w.pending);
	return r;
}
