/* SPDX-License-Identifier: MIT */
/* What is in a tree, and whether two hold the same. */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "answer.h"

/* Deeper is no programmer's folder. */
#define DEPTH_MAX	64
#define BLOCK		4096

struct reader {
	struct tree *tree;
	const char *top; /* for sentences */
	dev_t device;	 /* what is mounted below has another one */
	struct stk_error *err;
};

int tree_read_at(const char *path, struct tree *ret, struct stk_error *err)
{
	struct place p;
	int r = place_open(path, &p, err);

	if (r < 0)
		return r;
	r = tree_read(&p, p.name, ret, err);
	place_close(&p);
	return r;
}

void tree_free(struct tree *t)
{
	arena_free(&t->arena);
	memset(t, 0, sizeof(*t));
}

static int fail_below(struct reader *r, const char *what, const char *path)
{
	int code = errno;
	char whole[PATH_MAX];

	snprintf(whole, sizeof(whole), "%s%s%s", r->top, *path ? "/" : "", path);
	errno = code;
	return place_fail(r->err, what, whole);
}

static int refuse(struct reader *r, const char *cause, const char *path, const char *why)
{
	return stk_fail(r->err, STK_ORIGIN_DATABASE, EINVAL, cause, "'%s/%s' %s", r->top, path,
			why);
}

/* ---- one entry -------------------------------------------------------- */

static int digest_open(int fd, struct tree_entry *e)
{
	stk_cleanup_free char *bytes = NULL;
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return -1;
	bytes = malloc((size_t)st.st_size + 1);
	n = bytes ? place_read(fd, bytes, (size_t)st.st_size + 1) : -1;
	if (n < 0)
		return -1;
	stk_sha256_hex(bytes, (size_t)n, e->sha256);
	e->size = (uint64_t)n;
	return 0;
}

static int digest_file(struct reader *r, int folder, const char *name,
		       struct tree_entry *e)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	int ret = fd < 0 || digest_open(fd, e) < 0 ? fail_below(r, "read", e->path) : 0;

	if (fd >= 0)
		close(fd);
	return ret;
}

static int read_link(struct reader *r, int folder, const char *name, struct tree_entry *e)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(folder, name, target, sizeof(target) - 1);

	if (n < 0)
		return fail_below(r, "read the symbolic link", e->path);
	target[n] = '\0';
	e->link = arena_strdup(&r->tree->arena, target);
	return e->link ? 0 : stk_fail_nomem(r->err);
}

static int add(struct reader *r, const char *path, const struct stat *st,
	       struct tree_entry **ret)
{
	struct tree *t = r->tree;
	struct tree_entry *e = answer_grow(&t->arena, &t->entries, &t->count, sizeof(*e));

	if (e)
		e->path = arena_strdup(&t->arena, path);
	if (!e || !e->path)
		return stk_fail_nomem(r->err);
	e->mode = st->st_mode;
	*ret = e;
	return 0;
}

static int read_folder(struct reader *r, int fd, const char *path, unsigned int depth);

static int read_entry(struct reader *r, int folder, const char *name, const char *path,
		      unsigned int depth)
{
	struct tree_entry *e;
	struct stat st;
	int ret, fd;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail_below(r, "look at", path);
	if (st.st_dev != r->device)
		return refuse(r, "mount-point", path, "has something mounted on it");
	ret = add(r, path, &st, &e);
	if (ret < 0)
		return ret;
	switch (st.st_mode & S_IFMT) {
	case S_IFREG:
		return digest_file(r, folder, name, e);
	case S_IFLNK:
		return read_link(r, folder, name, e);
	case S_IFDIR:
		fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		return fd < 0 ? fail_below(r, "open", path) :
				read_folder(r, fd, path, depth + 1);
	}
	return refuse(r, "odd-file", path, "is neither a file, a folder nor a symbolic link");
}

/* ---- folders ---------------------------------------------------------- */

static int read_names(struct reader *r, DIR *dir, const char *path, unsigned int depth)
{
	const struct dirent *d;
	char below[PATH_MAX];
	int ret = 0;

	while (!ret && (errno = 0, d = readdir(dir))) {
		if (!strcmp(d->d_name, ".") || !strcmp(d->d_name, ".."))
			continue;
		if (snprintf(below, sizeof(below), "%s%s%s", path, *path ? "/" : "",
			     d->d_name) >= (int)sizeof(below)) {
			errno = ENAMETOOLONG;
			return fail_below(r, "read", path);
		}
		ret = read_entry(r, dirfd(dir), d->d_name, below, depth);
	}
	return !ret && errno ? fail_below(r, "read", path) : ret;
}

/* Closes @fd. */
static int read_folder(struct reader *r, int fd, const char *path, unsigned int depth)
{
	DIR *dir;
	int ret;

	if (depth > DEPTH_MAX) {
		close(fd);
		return refuse(r, "too-deep", path, "lies too deep");
	}
	dir = fdopendir(fd);
	if (!dir) {
		ret = fail_below(r, "read", path);
		close(fd);
		return ret;
	}
	ret = read_names(r, dir, path, depth);
	closedir(dir);
	return ret;
}

/* ---- the whole -------------------------------------------------------- */

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct tree_entry *)a)->path,
		      ((const struct tree_entry *)b)->path);
}

static void count(struct tree *t)
{
	t->files = 0;
	t->bytes = 0;
	for (size_t i = 0; i < t->count; i++) {
		t->files += !S_ISDIR(t->entries[i].mode);
		t->bytes += (t->entries[i].size + BLOCK) / BLOCK * BLOCK;
	}
}

int tree_finish(struct tree *t, struct stk_error *err)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return stk_fail_nomem(err);
	if (t->count)
		qsort(t->entries, t->count, sizeof(*t->entries), by_path);
	for (size_t i = 0; i < t->count; i++) {
		const struct tree_entry *e = &t->entries[i];

		fprintf(out, "%o %llu %s %s%c%s%c", e->mode, (unsigned long long)e->size,
			e->sha256, e->link ? e->link : "", 0, e->path, 0);
	}
	if (fclose(out) != 0) {
		free(text);
		return stk_fail_nomem(err);
	}
	count(t);
	if (t->count)
		stk_sha256_hex(text, size, t->sha256);
	free(text);
	return 0;
}

int tree_read(const struct place *p, const char *name, struct tree *ret,
	      struct stk_error *err)
{
	stk_cleanup_free char *top = NULL;
	struct tree t = { 0 };
	struct reader r = { .tree = &t, .err = err };
	struct tree_entry *e;
	struct stat st;
	int fd, rc;

	if (asprintf(&top, "%.*s%s", (int)(p->name - p->path), p->path, name) < 0)
		return stk_fail_nomem(err);
	r.top = top;
	fd = openat(p->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		*ret = t;
		return 0;
	}
	if (fd < 0 || fstat(fd, &st) < 0) {
		rc = fail_below(&r, "open", "");
		if (fd >= 0)
			close(fd);
		return rc;
	}
	r.device = st.st_dev;
	rc = add(&r, "", &st, &e);
	if (rc < 0)
		close(fd);
	else
		rc = read_folder(&r, fd, "", 0);
	if (!rc)
		rc = tree_finish(&t, err);
	if (rc < 0) {
		tree_free(&t);
		return rc;
	}
	*ret = t;
	return 0;
}

static bool same(const struct tree_entry *a, const struct tree_entry *b)
{
	const char *la = a->link ? a->link : "", *lb = b->link ? b->link : "";

	return a->mode == b->mode && a->size == b->size && !strcmp(a->sha256, b->sha256) &&
	       !strcmp(la, lb);
}

const char *tree_difference(const struct tree *a, const struct tree *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++) {
		const struct tree_entry *x = &a->entries[i], *y = &b->entries[i];
		int order = strcmp(x->path, y->path);

		if (order)
			return order < 0 ? x->path : y->path;
		if (!same(x, y))
			return x->path;
	}
	if (a->count == b->count)
		return NULL;
	return a->count > b->count ? a->entries[b->count].path : b->entries[a->count].path;
}
