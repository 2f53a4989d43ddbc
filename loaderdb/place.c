/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "answer.h"

/* Beside what we write: names, the journal, what others write meanwhile. */
#define ROOM_TO_SPARE	((uint64_t)256 * 1024)

static const char *advice(int code)
{
	switch (code) {
	case EACCES:
	case EPERM:
		return "; run stoker as the user whom it belongs to";
	case EROFS:
		return "; it lies on a file system that is mounted read-only";
	case ENOSPC:
	case EDQUOT:
		return "; the disk is full";
	case ELOOP:
	case ENOTDIR:
		return "; a symbolic link may have come in between";
	}
	return "";
}

int place_fail(struct stk_error *err, const char *what, const char *path)
{
	const int code = errno;

	return stk_fail(err, STK_ORIGIN_DATABASE, code, "install", "cannot %s '%s': %s%s", what,
			path, strerror(code), advice(code));
}

const char *place_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

bool place_is_in(const char *folder, const char *path)
{
	size_t n = strlen(folder);

	while (n && folder[n - 1] == '/')
		n--;
	return !strncmp(folder, path, n) && (path[n] == '/' || !path[n]);
}

char *place_beside(const char *path, const char *what, int64_t id)
{
	char *ret;

	return asprintf(&ret, "%s.stoker-%s-%lld", path, what, (long long)id) < 0 ? NULL : ret;
}

/* ---- open ------------------------------------------------------------- */

/* One part further down; @fd is closed. The last one must be good for fsync(). */
static int step(int fd, const char *part, bool last)
{
	const int how = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int next = openat(fd, part, how | (last ? O_RDONLY : O_PATH));
	int saved = errno;

	close(fd);
	errno = saved;
	return next;
}

static int walk(char *folder)
{
	char *rest = NULL;
	char *part = strtok_r(folder, "/", &rest);
	int fd = open("/", O_DIRECTORY | O_CLOEXEC | (part ? O_PATH : O_RDONLY));

	while (fd >= 0 && part) {
		char *next = strtok_r(NULL, "/", &rest);

		fd = step(fd, part, !next);
		part = next;
	}
	return fd;
}

int place_open(const char *path, struct place *ret, struct stk_error *err)
{
	stk_cleanup_free char *folder = strdup(path);
	struct place p = { .path = strdup(path) };

	if (!folder || !p.path) {
		free(p.path);
		return stk_fail_nomem(err);
	}
	p.name = place_name(p.path);
	folder[p.name - p.path] = '\0';
	p.fd = walk(folder);
	if (p.fd < 0) {
		int r = place_fail(err, "open the folder of", path);

		free(p.path);
		return r;
	}
	*ret = p;
	return 0;
}

void place_close(struct place *p)
{
	if (p->fd >= 0)
		close(p->fd);
	free(p->path);
	p->fd = -1;
	p->path = NULL;
}

/* ---- may it be replaced? ---------------------------------------------- */

static int refuse(struct stk_error *err, int code, const char *cause, const char *path,
		  const char *why)
{
	return stk_fail(err, STK_ORIGIN_DATABASE, code, cause, "cannot replace '%s': %s", path,
			why);
}

static int look(const struct place *p, const char *name, int flags, struct statx *ret)
{
	return statx(p->fd, name, flags | AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, ret);
}

static bool has(const struct statx *st, uint64_t attribute)
{
	return (st->stx_attributes_mask & st->stx_attributes & attribute) != 0;
}

static int check_folder(const struct place *p, struct stk_error *err)
{
	struct statx st;

	if (look(p, "", AT_EMPTY_PATH, &st) < 0)
		return place_fail(err, "look at the folder of", p->path);
	if (has(&st, STATX_ATTR_IMMUTABLE) || has(&st, STATX_ATTR_APPEND))
		return refuse(err, EPERM, "immutable", p->path,
			      "its folder is immutable or append-only (lsattr; chattr -i -a)");
	if (faccessat(p->fd, ".", W_OK | X_OK, AT_EACCESS) < 0) {
		int r = place_fail(err, "replace", p->path);

		if (err)
			snprintf(err->cause, sizeof(err->cause), "%s",
				 r == -EROFS ? "read-only" : "not-writable");
		return r;
	}
	return 0;
}

/* Who may give a file to somebody else is root. */
static int check_owner(const struct place *p, const struct statx *st, struct stk_error *err)
{
	const uid_t me = geteuid();

	if (me == 0 || st->stx_uid == me)
		return 0;
	return stk_fail(err, STK_ORIGIN_DATABASE, EPERM, "other-owner",
			"cannot replace '%s': it belongs to user %u, and what comes in its place"
			" must too; run stoker as that user or as root",
			p->path, st->stx_uid);
}

int place_check(const struct place *p, bool owned, struct stk_error *err)
{
	struct statx st;
	int r = check_folder(p, err);

	if (r < 0)
		return r;
	if (look(p, p->name, 0, &st) < 0)
		return errno == ENOENT ? 0 : place_fail(err, "look at", p->path);
	if (has(&st, STATX_ATTR_MOUNT_ROOT))
		return refuse(err, EBUSY, "mount-point", p->path, "something is mounted there");
	if (has(&st, STATX_ATTR_IMMUTABLE) || has(&st, STATX_ATTR_APPEND))
		return refuse(err, EPERM, "immutable", p->path,
			      "it is immutable or append-only (lsattr; chattr -i -a)");
	return owned ? check_owner(p, &st, err) : 0;
}

int place_check_room(const struct place *p, uint64_t bytes, struct stk_error *err)
{
	struct statvfs v;
	uint64_t room;

	if (fstatvfs(p->fd, &v) < 0)
		return place_fail(err, "look at the file system of", p->path);
	/* Network and FUSE file systems that do not tell. */
	if (!v.f_blocks)
		return 0;
	if (__builtin_mul_overflow((uint64_t)v.f_bavail, (uint64_t)v.f_frsize, &room))
		return 0;
	if (bytes < room && room - bytes >= ROOM_TO_SPARE)
		return 0;
	return stk_fail(err, STK_ORIGIN_DATABASE, ENOSPC, "disk-full",
			"cannot replace '%s': the disk has %llu KiB left, %llu KiB are needed",
			p->path, (unsigned long long)room / 1024,
			(unsigned long long)(bytes + ROOM_TO_SPARE) / 1024);
}

/* ---- names ------------------------------------------------------------ */

static bool cannot(int code)
{
	/* ENOSYS: the kernel; the others: the file system (rename(2)). */
	return code == EINVAL || code == ENOSYS || code == EOPNOTSUPP;
}

int place_exchange(const struct place *p, const char *a, const char *b,
		   struct stk_error *err)
{
	if (renameat2(p->fd, a, p->fd, b, RENAME_EXCHANGE) == 0)
		return 0;
	return cannot(errno) ? -EOPNOTSUPP : place_fail(err, "exchange", p->path);
}

int place_rename(const struct place *p, const char *from, const char *to,
		 struct stk_error *err)
{
	struct stat st;

	if (renameat2(p->fd, from, p->fd, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (!cannot(errno))
		return place_fail(err, "rename", p->path);
	if (fstatat(p->fd, to, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		errno = EEXIST;
		return place_fail(err, "rename", p->path);
	}
	return renameat(p->fd, from, p->fd, to) < 0 ? place_fail(err, "rename", p->path) : 0;
}

int place_sync(const struct place *p, struct stk_error *err)
{
	return fsync(p->fd) < 0 ? place_fail(err, "sync the folder of", p->path) : 0;
}

/* ---- bytes ------------------------------------------------------------ */

ssize_t place_read(int fd, char *to, size_t size)
{
	size_t at = 0;

	while (at < size) {
		ssize_t n = read(fd, to + at, size - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		at += (size_t)n;
	}
	return (ssize_t)at;
}
