/* SPDX-License-Identifier: MIT */
/* Files the command writes: complete on the disk, or an error. */
#include "cmd.h"

#include <fcntl.h>
#include <unistd.h>

static int output_error(const char *path, struct stk_error *err)
{
	int code = errno;

	return stk_fail(err, STK_ORIGIN_INTERNAL, code, "output-failed",
			"cannot write '%s': %s", path, strerror(code));
}

int output_open(const char *path, bool rescue, FILE **ret, struct stk_error *err)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (rescue ? O_EXCL : O_TRUNC);
	int fd = open(path, flags, rescue ? 0600 : 0666);

	if (fd < 0 && rescue && errno == EEXIST)
		return stk_fail(
			err, STK_ORIGIN_USAGE, EEXIST, "rescue-file-exists",
			"the rescue file '%s' exists and may hold what an earlier job"
			" could not put back; move it away or name another",
			path);
	if (fd < 0)
		return output_error(path, err);
	*ret = fdopen(fd, "w");
	if (*ret)
		return 0;
	close(fd);
	return stk_fail_nomem(err);
}

int output_close(FILE *out, const char *path, bool sync, struct stk_error *err)
{
	bool bad = ferror(out) || fflush(out) || (sync && fsync(fileno(out)));
	int code = errno;

	/* Some file systems tell only on close that they are full. */
	if (fclose(out) && !bad) {
		bad = true;
		code = errno;
	}
	errno = code;
	return bad ? output_error(path, err) : 0;
}
