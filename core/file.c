/* SPDX-License-Identifier: MIT */
/* Input files, read whole: regular files only, and no more than a cap. */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

#define FIRST_SIZE 65536

static void closep(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static int fail_too_large(const char *what, uint64_t max, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INPUT, EFBIG, "file-too-large",
			"'%s' has more than the %" PRIu64
			" bytes that are read of such a file",
			what, max);
}

/* Room for at least one byte more, and never for more than @max + 1. */
static int grow(uint8_t **bytes, size_t *room, uint64_t max, struct stk_error *err)
{
	size_t more = *room > SIZE_MAX / 2 ? SIZE_MAX : *room * 2;
	uint8_t *p;

	if (more > max)
		more = (size_t)max + 1;
	p = realloc(*bytes, more);
	if (!p)
		return stk_fail_nomem(err);
	*bytes = p;
	*room = more;
	return 0;
}

/* @hint: how many bytes are expected; one more is read, to see the end. */
static int read_all(int fd, const char *what, size_t hint, uint64_t max, uint8_t **ret,
		    size_t *ret_len, struct stk_error *err)
{
	size_t room = hint + 1, len = 0;
	stk_cleanup(freep) uint8_t *bytes = malloc(room);

	if (!bytes)
		return stk_fail_nomem(err);
	for (;;) {
		ssize_t n = read(fd, bytes + len, room - len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return stk_fail(err, STK_ORIGIN_INPUT, errno, "cannot-read",
					"cannot read '%s': %m", what);
		if (!n)
			break;
		len += (size_t)n;
		if (len > max)
			return fail_too_large(what, max, err);
		if (len == room) {
			int r = grow(&bytes, &room, max, err);

			if (r)
				return r;
		}
	}
	*ret = take_ptr(bytes);
	*ret_len = len;
	return 0;
}

int file_read_fd(int fd, const char *what, uint64_t max, uint8_t **ret, size_t *ret_len,
		 struct stk_error *err)
{
	/* One more than the cap is asked for, which must be a size. */
	if (max > SIZE_MAX - 1)
		max = SIZE_MAX - 1;
	return read_all(fd, what, max < FIRST_SIZE ? (size_t)max : FIRST_SIZE, max, ret,
			ret_len, err);
}

int file_read(const char *path, uint64_t max, uint8_t **ret, size_t *ret_len,
	      struct stk_error *err)
{
	/* Without O_NONBLOCK, opening a FIFO would wait for a writer. */
	stk_cleanup(closep) int fd = open(path,
					  O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		return stk_fail(err, STK_ORIGIN_INPUT, errno, "cannot-open",
				"cannot open '%s': %m", path);
	if (S_ISDIR(st.st_mode))
		return stk_fail(err, STK_ORIGIN_INPUT, EISDIR, "not-a-file",
				"'%s' is a directory, a file is needed", path);
	if (!S_ISREG(st.st_mode))
		return stk_fail(
			err, STK_ORIGIN_INPUT, EINVAL, "not-a-file",
			"'%s' is a FIFO, socket or device, a regular file is needed",
				path);
	if (max > SIZE_MAX - 1)
		max = SIZE_MAX - 1;
	if ((uint64_t)st.st_size > max)
		return fail_too_large(path, max, err);
	return read_all(fd, path, (size_t)st.st_size, max, ret, ret_len, err);
}
