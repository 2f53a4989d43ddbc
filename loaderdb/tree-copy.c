/* SPDX-License-Identifier: MIT */
/* Copy a tree, and take one away. */
#include "tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <linux/fs.h>

#include "answer.h"
#include "looks.h"

/* ---- below a folder, without following a link ------------------------- */

/* The folder that holds @path below @top; @ret_name: its last part. */
static int open_parent(int top, const char *path, const char **ret_name)
{
	char part[NAME_MAX + 1];
	int fd = openat(top, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	const char *slash;

	while (fd >= 0 && (slash = strchr(path, '/'))) {
		int next;

		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		next = openat(fd, part, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		close(fd);
		fd = next;
		path = slash + 1;
	}
	*ret_name = path;
	return fd;
}

static int open_below(int top, const char *path, int flags, mode_t mode)
{
	const char *name;
	cleanup_fd int parent = open_parent(top, path, &name);

	if (parent < 0)
		return -1;
	return openat(parent, *name ? name : ".", flags | O_NOFOLLOW | O_CLOEXEC, mode);
}

/* ---- one entry -------------------------------------------------------- */

static int copy_by_hand(int from, int to)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		for (ssize_t at = 0, w; at < n; at += w) {
			w = write(to, buf + at, (size_t)(n - at));
			if (w < 0)
				return -1;
		}
	return n < 0 ? -1 : 0;
}

/* Shared blocks where the file system has them, else within the kernel, else by hand. */
static int copy_bytes(int from, int to)
{
	ssize_t n;

	if (ioctl(to, FICLONE, from) == 0)
		return 0;
	while ((n = copy_file_range(from, NULL, to, NULL, (size_t)1 << 30, 0)) > 0)
		;
	if (n == 0 || errno == ENOSPC || errno == EDQUOT || errno == EIO)
		return n == 0 ? 0 : -1;
	/* From where it stopped: both offsets have moved alike. */
	return copy_by_hand(from, to);
}

/* Those of @from; the owner only where we may give files away. */
static int copy_looks(int from, int to, const char *path, struct stk_error *err)
{
	struct looks l;
	struct stat st;
	int r = looks_get(from, path, &l, err);

	if (r < 0)
		return r;
	if (geteuid() != 0 && fstat(to, &st) == 0 && (l.uid != st.st_uid || l.gid != st.st_gid)) {
		/* What ran as its owner must not run as us. */
		l.mode &= ~(mode_t)(S_ISUID | S_ISGID);
		l.uid = st.st_uid;
		l.gid = st.st_gid;
	}
	r = looks_set(to, path, &l, err);
	looks_free(&l);
	return r;
}

static int copy_file(int from_top, int to_top, const char *path, struct stk_error *err)
{
	cleanup_fd int from = open_below(from_top, path, O_RDONLY, 0);
	cleanup_fd int to = from < 0 ? -1 :
				       open_below(to_top, path, O_WRONLY | O_CREAT | O_EXCL, 0600);

	if (to < 0 || copy_bytes(from, to) < 0)
		return place_fail(err, "copy", path);
	return copy_looks(from, to, path, err);
}

static int copy_link(int from_top, int to_top, const struct tree_entry *e,
		     struct stk_error *err)
{
	const char *name;
	cleanup_fd int from = open_parent(from_top, e->path, &name);
	cleanup_fd int to = open_parent(to_top, e->path, &name);
	struct timespec times[2];
	struct stat st;

	if (from < 0 || to < 0 || fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    symlinkat(e->link, to, name) < 0)
		return place_fail(err, "copy the symbolic link", e->path);
	times[0] = st.st_atim;
	times[1] = st.st_mtim;
	if (geteuid() == 0 && fchownat(to, name, st.st_uid, st.st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		return place_fail(err, "keep the owner of", e->path);
	/* Some file systems have no times of links. */
	if (utimensat(to, name, times, AT_SYMLINK_NOFOLLOW) < 0 && errno != EOPNOTSUPP)
		return place_fail(err, "keep the times of", e->path);
	return 0;
}

static int make_folder(int to_top, const char *path, struct stk_error *err)
{
	const char *name;
	cleanup_fd int to = open_parent(to_top, path, &name);

	/* Ours alone, and writable, until it is full. */
	if (to < 0 || mkdirat(to, name, 0700) < 0)
		return place_fail(err, "make the folder", path);
	return 0;
}

/* ---- the whole -------------------------------------------------------- */

static int copy_entries(int from, int to, const struct tree *m, struct stk_error *err)
{
	int r = 0;

	/* By path: a folder comes before what is in it. */
	for (size_t i = 1; !r && i < m->count; i++) {
		const struct tree_entry *e = &m->entries[i];

		if (S_ISDIR(e->mode))
			r = make_folder(to, e->path, err);
		else if (S_ISLNK(e->mode))
			r = copy_link(from, to, e, err);
		else
			r = copy_file(from, to, e->path, err);
	}
	return r;
}

/* Last, and the deepest first: each name made in a folder changes its times. */
static int finish_folders(int from_top, int to_top, const struct tree *m,
			  struct stk_error *err)
{
	int r = 0;

	for (size_t i = m->count; !r && i-- > 0;) {
		const char *path = m->entries[i].path;
		cleanup_fd int from = -1, to = -1;

		if (!S_ISDIR(m->entries[i].mode))
			continue;
		from = open_below(from_top, path, O_RDONLY | O_DIRECTORY, 0);
		to = open_below(to_top, path, O_RDONLY | O_DIRECTORY, 0);
		if (from < 0 || to < 0)
			return place_fail(err, "copy the folder", path);
		r = copy_looks(from, to, path, err);
	}
	return r;
}

static int copy_into(const struct place *from, const struct place *p, const char *name,
		     const struct tree *m, struct stk_error *err)
{
	const int how = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	cleanup_fd int a = openat(from->fd, from->name, how);
	cleanup_fd int b = openat(p->fd, name, how);
	int r;

	if (a < 0 || b < 0)
		return place_fail(err, "copy", from->path);
	r = copy_entries(a, b, m, err);
	if (!r)
		r = finish_folders(a, b, m, err);
	/* All of it at once: file by file takes minutes on a disk that turns. */
	if (!r && syncfs(b) < 0)
		r = place_fail(err, "sync the copy of", from->path);
	return r;
}

/* Was all of it copied, and is it what was to be copied? */
static int check_copy(const struct place *from, const struct place *p, const char *name,
		      const struct tree *m, struct stk_error *err)
{
	struct tree copy;
	const char *path;
	int r = tree_read(p, name, &copy, err);

	if (r < 0)
		return r;
	path = tree_difference(&copy, m);
	if (path)
		r = stk_fail(err, STK_ORIGIN_DATABASE, EBUSY, "changed-meanwhile",
			     "the copy of '%s' differs from it in '%s': another program changed"
			     " it meanwhile, or it could not be copied as it is",
			     from->path, path);
	tree_free(&copy);
	return r;
}

int tree_copy(const struct place *from, const struct place *p, const char *name,
	      const struct tree *m, struct stk_error *err)
{
	struct stk_error ignored;
	int r;

	if (mkdirat(p->fd, name, 0700) < 0)
		return place_fail(err, "make a copy beside", p->path);
	r = copy_into(from, p, name, m, err);
	if (!r)
		r = place_sync(p, err);
	if (!r)
		r = check_copy(from, p, name, m, err);
	if (r < 0 && tree_remove(p, name, &ignored) < 0)
		return r;
	return r;
}

/* ---- away with it ----------------------------------------------------- */

static int remove_all(int folder, const char *name);

/* Closes @fd. */
static int empty_folder(int fd)
{
	const struct dirent *d;
	DIR *dir;
	int r = 0;

	/* A folder may deny its owner to write. */
	fchmod(fd, 0700);
	dir = fdopendir(fd);
	if (!dir) {
		close(fd);
		return -1;
	}
	while (!r && (errno = 0, d = readdir(dir)))
		if (strcmp(d->d_name, ".") && strcmp(d->d_name, ".."))
			r = remove_all(dirfd(dir), d->d_name);
	if (errno)
		r = -1;
	int saved = errno;

	closedir(dir);
	errno = saved;
	return r;
}

static int remove_all(int folder, const char *name)
{
	int fd;

	if (unlinkat(folder, name, 0) == 0)
		return 0;
	if (errno != EISDIR && errno != EPERM)
		return -1;
	fd = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || empty_folder(fd) < 0)
		return -1;
	return unlinkat(folder, name, AT_REMOVEDIR);
}

int tree_remove(const struct place *p, const char *name, struct stk_error *err)
{
	if (remove_all(p->fd, name) == 0 || errno == ENOENT)
		return 0;
	return stk_fail(err, STK_ORIGIN_DATABASE, errno, "install",
			"cannot remove '%s' beside '%s': %s", name, p->path, strerror(errno));
}
