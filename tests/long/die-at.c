/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into a program, this ends it at one of its calls that change a disk,
 * or lets that call fail.
 *
 *	DIE_AT=N	the Nth such call, from 1
 *	DIE_HOW=kill	SIGKILL instead of the call (what is given if it is not)
 *	DIE_HOW=torn	of a write the first half is written, then SIGKILL
 *	DIE_HOW=after	the call is made, then SIGKILL
 *	DIE_HOW=eio	the call fails with EIO, later ones work
 *	DIE_HOW=enospc	this and every later write fails with ENOSPC
 *	DIE_COUNT=FILE	how many calls there were, written at the end
 *
 * Writes to descriptors 0 to 2 and to pipes do not count.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static unsigned long calls;

enum verdict { DO_IT, FAIL, TEAR, DIE_AFTER };

static void die(void)
{
	kill(getpid(), SIGKILL);
	pause();
}

static const char *how(void)
{
	const char *text = getenv("DIE_HOW");

	return text ? text : "kill";
}

/* What becomes of the next call; @writes: it takes room on the disk. */
static enum verdict count(bool writes)
{
	const char *at = getenv("DIE_AT");
	unsigned long turn = at ? strtoul(at, NULL, 10) : 0;
	unsigned long now = __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);

	if (!turn || now < turn)
		return DO_IT;
	if (!strcmp(how(), "enospc")) {
		errno = ENOSPC;
		return writes ? FAIL : DO_IT;
	}
	if (now > turn)
		return DO_IT;
	if (!strcmp(how(), "eio")) {
		errno = EIO;
		return FAIL;
	}
	if (!strcmp(how(), "torn") && writes)
		return TEAR;
	if (!strcmp(how(), "after"))
		return DIE_AFTER;
	die();
	return FAIL;
}

static bool is_file(int fd)
{
	struct stat st;

	return fd > STDERR_FILENO && !fstat(fd, &st) && S_ISREG(st.st_mode);
}

__attribute__((destructor)) static void write_count(void)
{
	const char *path = getenv("DIE_COUNT");
	int fd = path ? open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;
	char text[32];
	int len = snprintf(text, sizeof(text), "%lu\n", calls);

	if (fd < 0)
		return;
	syscall(SYS_write, fd, text, (size_t)len);
	close(fd);
}

/* ---- the calls --------------------------------------------------------- */

#define REAL(name) __typeof__(&name) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define WRITE(name, params, half, args)                                    \
	ssize_t name params                                                \
	{                                                                  \
		REAL(name);                                                \
		enum verdict v = is_file(fd) ? count(true) : DO_IT;        \
		ssize_t r;                                                 \
                                                                           \
		if (v == FAIL)                                             \
			return -1;                                         \
		if (v == TEAR) {                                           \
			(void)!real half;                                  \
			die();                                             \
		}                                                          \
		r = real args;                                             \
		if (v == DIE_AFTER)                                        \
			die();                                             \
		return r;                                                  \
	}

#define CALL(writes, name, params, args)                                   \
	int name params                                                    \
	{                                                                  \
		REAL(name);                                                \
		enum verdict v = count(writes);                            \
		int r;                                                     \
                                                                           \
		if (v == FAIL)                                             \
			return -1;                                         \
		if (v == TEAR)                                             \
			die();                                             \
		r = real args;                                             \
		if (v == DIE_AFTER)                                        \
			die();                                             \
		return r;                                                  \
	}

/* clang-format off */
WRITE(write, (int fd, const void *data, size_t len), (fd, data, len / 2), (fd, data, len))
WRITE(pwrite, (int fd, const void *data, size_t len, off_t at), (fd, data, len / 2, at),
      (fd, data, len, at))
WRITE(pwrite64, (int fd, const void *data, size_t len, off64_t at), (fd, data, len / 2, at),
      (fd, data, len, at))
WRITE(copy_file_range, (int from, off64_t *a, int fd, off64_t *b, size_t len, unsigned int flags),
      (from, a, fd, b, len < 65536 ? 64 : len / 2, flags), (from, a, fd, b, len, flags))
CALL(true, ftruncate, (int fd, off_t len), (fd, len))
CALL(true, ftruncate64, (int fd, off64_t len), (fd, len))
CALL(false, fsync, (int fd), (fd))
CALL(false, fdatasync, (int fd), (fd))
CALL(false, rename, (const char *a, const char *b), (a, b))
CALL(false, renameat, (int da, const char *a, int db, const char *b), (da, a, db, b))
CALL(false, renameat2, (int da, const char *a, int db, const char *b, unsigned int flags),
     (da, a, db, b, flags))
CALL(false, unlink, (const char *path), (path))
CALL(false, unlinkat, (int dir, const char *path, int flags), (dir, path, flags))
CALL(true, mkdir, (const char *path, mode_t mode), (path, mode))
CALL(true, mkdirat, (int dir, const char *path, mode_t mode), (dir, path, mode))
CALL(true, linkat, (int da, const char *a, int db, const char *b, int flags),
     (da, a, db, b, flags))
CALL(true, symlinkat, (const char *to, int dir, const char *path), (to, dir, path))
CALL(false, syncfs, (int fd), (fd))
CALL(false, fchown, (int fd, uid_t user, gid_t group), (fd, user, group))
CALL(false, fchmod, (int fd, mode_t mode), (fd, mode))
CALL(false, futimens, (int fd, const struct timespec times[2]), (fd, times))
CALL(true, fsetxattr, (int fd, const char *name, const void *value, size_t len, int flags),
     (fd, name, value, len, flags))
/* clang-format on */
