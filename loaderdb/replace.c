/* SPDX-License-Identifier: MIT */
/*
 * The new file is written beside the old one and exchanged with it, so that what
 * was taken away is still there to be looked at: if it is not what was expected,
 * somebody wrote it meanwhile, and gets it back.
 */
#include "replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The largest loader known has 3 MiB; more is no loader. */
#define FILE_MAX	((off_t)256 * 1024 * 1024)

/* ---- read ------------------------------------------------------------- */

bool held_is(const struct held *h, const char *sha256)
{
	return !strcmp(h->sha256, sha256 ? sha256 : "");
}

void held_free(struct held *h)
{
	free(h->bytes);
	h->bytes = NULL;
	looks_free(&h->looks);
}

static int read_bytes(int fd, const char *path, struct held *h, struct stk_error *err)
{
	struct stat st;
	ssize_t n;

	if (fstat(fd, &st) < 0)
		return place_fail(err, "look at", path);
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_MAX)
		return stk_fail(err, STK_ORIGIN_DATABASE, EINVAL, "no-file",
				"'%s' is no regular file, or too large for a loader: it is left"
				" alone", path);
	h->links = st.st_nlink;
	/* One byte more, to see that it does not grow. */
	h->bytes = malloc((size_t)st.st_size + 1);
	if (!h->bytes)
		return stk_fail_nomem(err);
	n = place_read(fd, h->bytes, (size_t)st.st_size + 1);
	if (n < 0)
		return place_fail(err, "read", path);
	if (n != st.st_size)
		return stk_fail(err, STK_ORIGIN_DATABASE, EBUSY, "changing",
				"'%s' is being written: try again later", path);
	h->len = (size_t)n;
	stk_sha256_hex(h->bytes, h->len, h->sha256);
	return 0;
}

int held_read(const struct place *p, const char *name, struct held *ret,
	      struct stk_error *err)
{
	const int how = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
	cleanup_fd int fd = openat(p->fd, name, how);
	struct held h = { 0 };
	int r;

	if (fd < 0 && errno != ENOENT)
		return place_fail(err, "open", p->path);
	if (fd < 0) {
		*ret = h;
		return 0;
	}
	h.exists = true;
	/* The looks first: reading may change the time of access. */
	r = looks_get(fd, p->path, &h.looks, err);
	if (!r)
		r = read_bytes(fd, p->path, &h, err);
	if (r < 0) {
		held_free(&h);
		return r;
	}
	*ret = h;
	return 0;
}

/* Does @name hold @sha256? "": nothing at all. */
static int expect(const struct place *p, const char *name, const char *sha256,
		  const char *what, struct stk_error *err)
{
	struct held h;
	int r = held_read(p, name, &h, err);

	if (r < 0)
		return r;
	if (strcmp(h.sha256, sha256))
		r = stk_fail(err, STK_ORIGIN_DATABASE, EBUSY, "changed-meanwhile",
			     "'%s' %s", p->path, what);
	held_free(&h);
	return r;
}

static const char not_expected[] =
	"was changed by another program while it was replaced: it is left as that made it";

/* ---- write ------------------------------------------------------------ */

static int write_all(int fd, const char *from, size_t size)
{
	while (size) {
		ssize_t n = write(fd, from, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		from += n;
		size -= (size_t)n;
	}
	return 0;
}

static int fill(int fd, const struct place *p, const struct wanted *w,
		struct stk_error *err)
{
	int r;

	if (write_all(fd, w->bytes, w->len) < 0)
		return place_fail(err, "write the new bytes beside", p->path);
	r = looks_set(fd, p->path, w->looks, err);
	if (r < 0)
		return r;
	if (fsync(fd) < 0)
		return place_fail(err, "sync the new bytes beside", p->path);
	/* What is read again shall come from the disk, as far as one can ask. */
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	return 0;
}

static void take_away(const struct place *p, const char *name)
{
	int saved = errno;

	unlinkat(p->fd, name, 0);
	errno = saved;
}

/* The new file as @beside, whole and on the disk; or nothing. */
static int prepare(const struct place *p, const char *beside, const struct wanted *w,
		   struct stk_error *err)
{
	const int how = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(p->fd, beside, how, 0600);
	int r;

	if (fd < 0)
		return place_fail(err, "make a new file beside", p->path);
	r = fill(fd, p, w, err);
	if (close(fd) < 0 && !r)
		r = place_fail(err, "write the new bytes beside", p->path);
	if (!r)
		r = expect(p, beside, w->sha256, "could not be replaced: the new bytes were"
			   " read back otherwise than they were written", err);
	if (r < 0)
		take_away(p, beside);
	return r;
}

/* ---- in its place ----------------------------------------------------- */

/* On the disk, and as it was meant to be. */
static int confirm(const struct place *p, const char *sha256, struct stk_error *err)
{
	int r = place_sync(p, err);

	return r ? r : expect(p, p->name, sha256, not_expected, err);
}

/* Another program's bytes are there: nothing of ours may go over them. */
static bool is_others(int r)
{
	return r == -EBUSY;
}

/* @beside holds what was there, until the new file is known to be good. */
static int exchange(const struct place *p, const char *beside, const struct held *before,
		    const struct wanted *w, struct stk_error *err)
{
	struct stk_error ignored;
	int r = place_exchange(p, beside, p->name, err);

	if (r < 0) {
		if (r != -EOPNOTSUPP)
			take_away(p, beside);
		return r;
	}
	/* If it is not what was expected, whoever wrote it gets it back. */
	r = expect(p, beside, before->sha256, not_expected, err);
	if (!r) {
		r = confirm(p, w->sha256, err);
		if (!r || is_others(r)) {
			take_away(p, beside);
			return r;
		}
	}
	if (r < 0 && !place_exchange(p, beside, p->name, &ignored))
		take_away(p, beside);
	return r;
}

/* After the rename: what was there comes back the way it went. */
static void put_back(const struct place *p, const char *beside, const struct held *before)
{
	const struct wanted back = {
		.bytes = before->bytes,
		.len = before->len,
		.sha256 = before->sha256,
		.looks = &before->looks,
	};
	struct stk_error ignored;

	if (!before->exists)
		take_away(p, p->name);
	else if (!prepare(p, beside, &back, &ignored) &&
		 renameat(p->fd, beside, p->fd, p->name) < 0)
		take_away(p, beside);
}

/* Nothing was there, or names cannot be exchanged: somebody may be faster, by a little. */
static int rename_over(const struct place *p, const char *beside, const struct held *before,
		       const struct wanted *w, struct stk_error *err)
{
	int r = expect(p, p->name, before->sha256, not_expected, err);

	if (!r && !before->exists)
		r = place_rename(p, beside, p->name, err);
	else if (!r && renameat(p->fd, beside, p->fd, p->name) < 0)
		r = place_fail(err, "replace", p->path);
	if (r < 0) {
		take_away(p, beside);
		return r;
	}
	r = confirm(p, w->sha256, err);
	if (r < 0 && !is_others(r))
		put_back(p, beside, before);
	return r;
}

/* Should that fail too, ldb_recover() finds what is where. */
static void give_back(const struct place *p, const char *beside)
{
	renameat2(p->fd, beside, p->fd, p->name, RENAME_NOREPLACE);
}

/* Away with it, by way of another name, where it can be looked at first. */
static int remove_file(const struct place *p, const char *beside,
		       const struct held *before, struct stk_error *err)
{
	int r = place_rename(p, p->name, beside, err);

	if (r < 0)
		return r;
	r = expect(p, beside, before->sha256, not_expected, err);
	if (!r)
		r = place_sync(p, err);
	if (!r && unlinkat(p->fd, beside, 0) < 0)
		r = place_fail(err, "remove", p->path);
	if (r < 0)
		give_back(p, beside);
	return r;
}

int replace_file(const struct place *p, const char *beside, const struct held *before,
		 const struct wanted *w, struct stk_error *err)
{
	int r = expect(p, p->name, before->sha256, not_expected, err);

	if (r < 0)
		return r;
	if (!w->bytes)
		return remove_file(p, beside, before, err);
	r = prepare(p, beside, w, err);
	if (r < 0)
		return r;
	/* Only what is there can be exchanged. */
	r = before->exists ? exchange(p, beside, before, w, err) : -EOPNOTSUPP;
	return r == -EOPNOTSUPP ? rename_over(p, beside, before, w, err) : r;
}
