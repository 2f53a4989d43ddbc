/* SPDX-License-Identifier: MIT */
/*
 * The rescue file: bytes that an erase takes along although the image does
 * not hold them. It is on the disk before the first erase and goes away only
 * when every one of them is back and was read back.
 */
#include "cmd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Create the directories of @path; the last component is the file. */
static int make_parents(char *path, struct stk_error *err)
{
	for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		int r;

		*slash = '\0';
		r = mkdir(path, 0700) < 0 && errno != EEXIST ? errno : 0;
		if (r)
			stk_fail(err, STK_ORIGIN_INTERNAL, r, "rescue-failed",
				 "cannot create the folder '%s' for the rescue file: %s;"
				 " name another place with --rescue",
				 path, strerror(r));
		*slash = '/';
		if (r)
			return -r;
	}
	return 0;
}

/* $XDG_STATE_HOME/stoker/rescue-YYYYMMDD-HHMMSS-PID.hex */
static int default_path(char **ret, struct stk_error *err)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	/* The basedir specification: a relative one is to be ignored. */
	bool xdg = state && state[0] == '/';
	time_t now = time(NULL);
	char stamp[32] = "";
	struct tm tm;

	if (!xdg && (!home || home[0] != '/'))
		return stk_fail(
			err, STK_ORIGIN_USAGE, ENOENT, "rescue-failed",
			"neither XDG_STATE_HOME nor HOME says where the rescue file"
			" goes; name one with --rescue");
	if (localtime_r(&now, &tm))
		strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
	if (asprintf(ret, "%s%s/stoker/rescue-%s-%ld.hex", xdg ? state : home,
		     xdg ? "" : "/.local/state", stamp, (long)getpid()) < 0) {
		*ret = NULL;
		return stk_fail_nomem(err);
	}
	return make_parents(*ret, err);
}

/* A new name lasts only when its directory was written, too. */
static int sync_parent(const char *path, struct stk_error *err)
{
	const char *slash = strrchr(path, '/');
	stk_cleanup(freep) char *dir = slash ? strndup(path, (size_t)(slash - path) + 1)
					     : strdup(".");
	int fd, r;

	if (!dir)
		return stk_fail_nomem(err);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	r = fd < 0 || fsync(fd) < 0 ? errno : 0;
	if (fd >= 0)
		close(fd);
	/* EINVAL: a file system that does not do this for directories. */
	if (r && r != EINVAL)
		return stk_fail(err, STK_ORIGIN_INTERNAL, r, "rescue-failed",
				"cannot make the rescue file '%s' permanent: %s", path,
				strerror(r));
	return 0;
}

static int write_file(const char *path, const struct stk_chunk *chunks, size_t count,
		      struct stk_error *err)
{
	FILE *out;
	int r = output_open(path, true, &out, err), closed;

	if (r < 0)
		return r;
	r = hexfile_write(out, chunks, count, err);
	closed = output_close(out, path, true, r < 0 ? NULL : err);
	if (r == 0)
		r = closed;
	if (r == 0)
		r = sync_parent(path, err);
	if (r < 0)
		unlink(path);
	return r;
}

int rescue_keep(void *data, const struct stk_chunk *chunks, size_t count,
		struct stk_error *err)
{
	struct rescue *rescue = data;
	char *path = NULL;
	int r;

	if (count == 0)
		return 0;
	if (rescue->wanted) {
		path = strdup(rescue->wanted);
		r = path ? 0 : stk_fail_nomem(err);
	} else {
		r = default_path(&path, err);
	}
	if (r == 0)
		r = write_file(path, chunks, count, err);
	if (r < 0)
		free(path);
	else
		rescue->path = path;
	return r;
}

void rescue_end(struct rescue *rescue, bool done)
{
	if (rescue->path && done)
		unlink(rescue->path);
	free(rescue->path);
	rescue->path = NULL;
}
