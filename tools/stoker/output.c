/* SPDX-License-Identifier: MIT */
/* Files the command writes: complete on the disk, or an error. */
#include "cmd.h"

#include <fcntl.h>
#include <libgen.h>
#include <strings.h>
#include <sys/file.h>
#include <sys/stat.h>
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

/* ---- files that are replaced as a whole ------------------------------- */

static bool same_file(const char *path, const struct stat *st)
{
	struct stat found;

	return !stat(path, &found) && found.st_dev == st->st_dev &&
	       found.st_ino == st->st_ino;
}

/* Is it the pack @path, or @member of one that is unpacked there? */
static bool is_in_pack(char *path, const char *member, const struct stat *st)
{
	stk_cleanup(freep) char *file = NULL;
	size_t len = strlen(path);

	if (same_file(path, st))
		return true;
	/* A .pdsc lies in the folder that its names start from. */
	if (len > 5 && !strcasecmp(path + len - 5, ".pdsc"))
		path = dirname(path);
	if (asprintf(&file, "%s/%s", path, member) < 0)
		out_of_memory();
	return same_file(file, st);
}

static bool is_file(const char *input, const struct stat *st)
{
	stk_cleanup(freep) char *path = strdup(input);
	char *mark;

	if (!path)
		out_of_memory();
	if (same_file(path, st))
		return true;
	mark = strrchr(path, '#');
	if (mark)
		*mark = '\0';
	return mark && is_in_pack(path, mark + 1, st);
}

static int refuse_inputs(const char *path, const struct stat *st,
			 const char *const *inputs, struct stk_error *err)
{
	for (; *inputs; inputs++) {
		if (!is_file(*inputs, st))
			continue;
		return stk_fail(err, STK_ORIGIN_USAGE, EEXIST, "output-is-input",
				"'%s' is one of the files to read; name another to write",
				path);
	}
	return 0;
}

/* Files that hold a virtual chip's memory are locked as long as they do. */
static int refuse_locked(const char *path, struct stk_error *err)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool locked = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;

	if (fd >= 0)
		close(fd);
	if (!locked)
		return 0;
	return stk_fail(err, STK_ORIGIN_USAGE, EBUSY, "output-in-use",
			"'%s' is in use, as a virtual chip's memory or by another process;"
			" name another file to write", path);
}

int output_refuse(const char *path, const char *const *inputs, struct stk_error *err)
{
	struct stat st;
	int r;

	if (stat(path, &st))
		return 0;
	r = refuse_inputs(path, &st, inputs, err);
	return r || !S_ISREG(st.st_mode) ? r : refuse_locked(path, err);
}

/* The mode that a file made by open() would have. */
static mode_t new_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

static int open_temp(struct output *o, mode_t mode, struct stk_error *err)
{
	int fd;

	if (asprintf(&o->temp, "%s.XXXXXX", o->path) < 0) {
		o->temp = NULL;
		return stk_fail_nomem(err);
	}
	fd = mkostemp(o->temp, O_CLOEXEC);
	if (fd < 0)
		return output_error(o->path, err);
	if (!fchmod(fd, mode))
		o->out = fdopen(fd, "w");
	if (o->out)
		return 0;
	(void)output_error(o->path, err);
	close(fd);
	unlink(o->temp);
	return -EIO;
}

static void output_free(struct output *o)
{
	free(o->path);
	free(o->temp);
}

int output_begin(struct output *o, const char *path, const char *const *inputs,
		 struct stk_error *err)
{
	mode_t mode = new_mode();
	struct stat st;
	int r = 0;

	*o = (struct output){ .out = NULL };
	if (!strcmp(path, "-")) {
		o->out = stdout;
		return 0;
	}
	o->path = realpath(path, NULL);
	if (!o->path)
		o->path = strdup(path); /* it does not exist yet */
	if (!o->path)
		return stk_fail_nomem(err);
	if (!stat(o->path, &st)) {
		mode = st.st_mode & 07777;
		r = refuse_inputs(path, &st, inputs, err);
		if (!r && !S_ISREG(st.st_mode)) {
			r = output_open(o->path, false, &o->out, err);
			if (r)
				output_free(o);
			return r;
		}
	}
	if (!r)
		r = open_temp(o, mode, err);
	if (r)
		output_free(o);
	return r;
}

int output_probe(const char *path, struct stk_error *err)
{
	static const char *const none[] = { NULL };
	struct output o;
	struct stat st;
	int r;

	/* Opened only once: a pipe or a terminal is not for trying. */
	if (!stat(path, &st) && !S_ISREG(st.st_mode)) {
		errno = EISDIR;
		if (S_ISDIR(st.st_mode) || access(path, W_OK))
			return output_error(path, err);
		return 0;
	}
	r = output_begin(&o, path, none, err);
	if (r || o.out == stdout)
		return r;
	fclose(o.out);
	unlink(o.temp);
	output_free(&o);
	return 0;
}

int output_commit(struct output *o, struct stk_error *err)
{
	int r;

	if (o->out == stdout)
		return 0; /* flushed, and checked, when the program ends */
	r = output_close(o->out, o->path, false, err);
	if (!r && o->temp && rename(o->temp, o->path))
		r = output_error(o->path, err);
	if (r && o->temp)
		unlink(o->temp);
	output_free(o);
	return r;
}
