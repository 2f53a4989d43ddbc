/* SPDX-License-Identifier: MIT */
/*
 * The files of a pack that somebody has unpacked. A link that leads out of the
 * folder has the pack refused: what it names is not part of it. Names that
 * begin with a dot are not either (.git).
 */
#include "source.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 32

struct folder {
	struct source source;
	char *path;   /* as given, for sentences */
	char *root;   /* resolved, without "/" at its end */
	char *pdsc;   /* the one that was named; NULL: a folder was */
	char **files; /* below root */
	size_t count, room;
};

/* What walking needs at each step. */
struct walk {
	struct folder *f;
	source_each each;
	void *data;
	struct stk_error *err;
};

static void folder_close(struct source *s)
{
	struct folder *f = (struct folder *)s;

	for (size_t i = 0; i < f->count; i++)
		free(f->files[i]);
	free(f->files);
	free(f->pdsc);
	free(f->root);
	free(f->path);
	free(f);
}

static int keep(struct folder *f, const char *path, struct stk_error *err)
{
	if (f->count == f->room) {
		size_t room = f->room ? 2 * f->room : 64;
		char **grown = reallocarray(f->files, room, sizeof(*grown));

		if (!grown)
			return stk_fail_nomem(err);
		f->files = grown;
		f->room = room;
	}
	f->files[f->count] = strdup(path);
	if (!f->files[f->count])
		return stk_fail_nomem(err);
	f->count++;
	return 0;
}

/* Is @path, all links followed, below the root? */
static bool inside(const struct folder *f, const char *path)
{
	char real[PATH_MAX];
	size_t n = strlen(f->root);

	return realpath(path, real) && !strncmp(real, f->root, n) && real[n] == '/';
}

/* ---- listing ---------------------------------------------------------- */

static int add_file(struct walk *w, const char *below, const struct stat *st)
{
	int r = keep(w->f, below, w->err);

	return r ? r : w->each(w->data, below, (uint64_t)st->st_size, w->err);
}

static int walk(struct walk *w, const char *below, unsigned int depth);

static int visit(struct walk *w, const char *below, unsigned int depth)
{
	char path[PATH_MAX];
	struct stat st;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", w->f->root, below) >= sizeof(path))
		return stk_fail(w->err, STK_ORIGIN_INPUT, ENAMETOOLONG, "pack-bad-path",
				"'%s' is refused: its file '%.200s' has too long a path",
				w->f->path, below);
	if (lstat(path, &st))
		return 0; /* gone meanwhile */
	if (S_ISLNK(st.st_mode)) {
		if (!inside(w->f, path))
			return stk_fail(
				w->err, STK_ORIGIN_INPUT, ENOEXEC, "pack-link",
				"'%s' is refused: its link '%.200s' leads out of it, "
				"or nowhere",
				w->f->path, below);
		/* What a link to a folder in the pack shows is listed there. */
		return !stat(path, &st) && S_ISREG(st.st_mode) ? add_file(w, below, &st)
							       : 0;
	}
	if (S_ISDIR(st.st_mode))
		return walk(w, below, depth + 1);
	return S_ISREG(st.st_mode) ? add_file(w, below, &st) : 0;
}

static int no_dots(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* The folder @below the root, "" for itself. */
static int walk(struct walk *w, const char *below, unsigned int depth)
{
	char path[PATH_MAX];
	struct dirent **entry;
	int n, r = 0;

	if (depth > MAX_DEPTH)
		return stk_fail(
			w->err, STK_ORIGIN_INPUT, ENOEXEC, "pack-too-deep",
			"'%s' is refused: its folder '%.200s' is more than %d levels "
			"deep",
			w->f->path, below, MAX_DEPTH);
	snprintf(path, sizeof(path), "%s/%s", w->f->root, below);
	n = scandir(path, &entry, no_dots, by_name);
	if (n < 0)
		return stk_fail(w->err, STK_ORIGIN_INPUT, errno, "cannot-open",
				"cannot read the folder '%.400s': %m", path);
	for (int i = 0; i < n; i++) {
		if (!r) {
			snprintf(path, sizeof(path), "%s%s%s", below, *below ? "/" : "",
				 entry[i]->d_name);
			r = visit(w, path, depth);
		}
		free(entry[i]);
	}
	free(entry);
	return r;
}

static int folder_list(struct source *s, source_each each, void *data, struct stk_error *err)
{
	struct walk w = { (struct folder *)s, each, data, err };

	return walk(&w, "", 0);
}

/* ---- reading ---------------------------------------------------------- */

static int read_fd(int fd, const char *what, uint64_t max, uint8_t **ret, size_t *ret_len,
		   struct stk_error *err)
{
	struct stat st;
	uint8_t *bytes;
	size_t len = 0;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st))
		return stk_fail(err, STK_ORIGIN_INPUT, errno, "cannot-open",
				"cannot open '%.400s': %m", what);
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > max)
		return stk_fail(err, STK_ORIGIN_INPUT, EFBIG, "file-too-large",
				"'%.400s' is no regular file, or has more bytes than are "
				"read of such a file",
				what);
	bytes = malloc((size_t)st.st_size + 1);
	if (!bytes)
		return stk_fail_nomem(err);
	/* One byte more than there should be: it may have grown. */
	do {
		n = read(fd, bytes + len, (size_t)st.st_size + 1 - len);
		len += n > 0 ? (size_t)n : 0;
	} while ((n > 0 && len <= (size_t)st.st_size) || (n < 0 && errno == EINTR));
	if (n < 0 || len != (size_t)st.st_size) {
		free(bytes);
		return stk_fail(err, STK_ORIGIN_INPUT, EIO, "cannot-read",
				"cannot read '%.400s', or it changes while it is read",
				what);
	}
	*ret = bytes;
	*ret_len = len;
	return 0;
}

static int folder_read(struct source *s, size_t number, uint64_t max, uint8_t **ret,
		       size_t *ret_len, struct stk_error *err)
{
	struct folder *f = (struct folder *)s;
	char path[PATH_MAX];
	int fd, r;

	if (number >= f->count)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOENT, "no-such-member",
				"'%s' has no file number %zu", f->path, number);
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", f->root, f->files[number]) >=
		    sizeof(path) ||
	    !inside(f, path))
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "pack-link",
				"the file '%.200s' of '%s' is gone, or leads out of it",
				f->files[number], f->path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	r = read_fd(fd, path, max, ret, ret_len, err);
	if (fd >= 0)
		close(fd);
	return r;
}

static const struct source_ops folder_ops = {
	.kind = "folder",
	.complete = true,
	.list = folder_list,
	.read = folder_read,
	.close = folder_close,
};

/* ---- a .pdsc alone ---------------------------------------------------- */

static bool folder_offer(struct source *s, const char *below, uint64_t *ret_size)
{
	struct folder *f = (struct folder *)s;
	char path[PATH_MAX];
	struct stat st;

	for (size_t i = 0; i < f->count; i++)
		if (!strcmp(f->files[i], below))
			return false; /* it has its number */
	if ((size_t)snprintf(path, sizeof(path), "%s/%s", f->root, below) >= sizeof(path) ||
	    !inside(f, path) || stat(path, &st) || !S_ISREG(st.st_mode) ||
	    keep(f, below, NULL))
		return false;
	*ret_size = (uint64_t)st.st_size;
	return true;
}

static int pdsc_list(struct source *s, source_each each, void *data, struct stk_error *err)
{
	struct folder *f = (struct folder *)s;
	int r = keep(f, f->pdsc, err);

	return r ? r : each(data, f->pdsc, 0, err);
}

static const struct source_ops pdsc_ops = {
	.kind = "pdsc",
	.list = pdsc_list,
	.read = folder_read,
	.close = folder_close,
	.offer = folder_offer,
};

/* ---- open ------------------------------------------------------------- */

/* @root is the folder of it all. */
static int begin(const char *path, const char *root, const char *pdsc,
		 struct source **ret, struct stk_error *err)
{
	struct folder *f = calloc(1, sizeof(*f));

	if (!f)
		return stk_fail_nomem(err);
	f->source.ops = pdsc ? &pdsc_ops : &folder_ops;
	f->path = strdup(path);
	f->pdsc = pdsc ? strdup(pdsc) : NULL;
	f->root = realpath(root, NULL);
	if (f->path && f->root && (f->pdsc || !pdsc)) {
		if (!strcmp(f->root, "/"))
			*f->root = '\0'; /* paths begin with it, and a "/" */
		*ret = &f->source;
		return 0;
	}
	stk_fail(err, STK_ORIGIN_INPUT, errno, "cannot-open", "cannot open '%s': %m", path);
	folder_close(&f->source);
	return -ENOENT;
}

int folder_open(const char *path, struct source **ret, struct stk_error *err)
{
	return begin(path, path, NULL, ret, err);
}

/* A link to a .pdsc stands for the one that it leads to. */
int folder_open_pdsc(const char *path, struct source **ret, struct stk_error *err)
{
	char *real = realpath(path, NULL), *slash;
	int r;

	if (!real)
		return stk_fail(err, STK_ORIGIN_INPUT, errno, "cannot-open",
				"cannot open '%s': %m", path);
	slash = strrchr(real, '/');
	*slash = '\0';
	r = begin(path, *real ? real : "/", slash + 1, ret, err);
	free(real);
	return r;
}
