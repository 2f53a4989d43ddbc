/* SPDX-License-Identifier: MIT */
#include "looks.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>
#include <linux/limits.h>

#include "answer.h"
#include "place.h"

/* The kernel's limits (xattr(7)): 64 KiB of names, 64 KiB in each value. */
#define XATTR_MAX	65536

void looks_free(struct looks *l)
{
	free(l->attributes);
	l->attributes = NULL;
}

/* ---- extended attributes ---------------------------------------------- */

static void put_hex(FILE *out, const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		fprintf(out, "%02x", bytes[i]);
}

static int write_attributes(FILE *out, int fd, const char *names, size_t len, char *value)
{
	for (const char *name = names; name < names + len; name += strlen(name) + 1) {
		ssize_t n = fgetxattr(fd, name, value, XATTR_MAX);

		/* Taken away meanwhile, or not for us to see: then not to set either. */
		if (n < 0 && (errno == ENODATA || errno == EPERM || errno == EOPNOTSUPP))
			continue;
		if (n < 0)
			return -1;
		if (name != names)
			fputc(' ', out);
		put_hex(out, (const unsigned char *)name, strlen(name));
		fputc('=', out);
		put_hex(out, (const unsigned char *)value, (size_t)n);
	}
	return 0;
}

static int get_attributes(int fd, char **ret)
{
	stk_cleanup_free char *names = malloc(XATTR_MAX), *value = malloc(XATTR_MAX);
	size_t size;
	FILE *out;
	ssize_t len;
	int r;

	if (!names || !value)
		return -1;
	len = flistxattr(fd, names, XATTR_MAX);
	if (len < 0 && errno != EOPNOTSUPP && errno != ENOSYS)
		return -1;
	out = open_memstream(ret, &size);
	if (!out)
		return -1;
	r = len > 0 ? write_attributes(out, fd, names, (size_t)len, value) : 0;
	if (fclose(out) == 0 && r == 0)
		return 0;
	free(*ret);
	*ret = NULL;
	return -1;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Up to what is no hex digit; @room bytes are there for it. */
static const char *get_hex(const char *text, char *ret, size_t room, size_t *ret_len)
{
	size_t len = 0;

	while (len < room && digit(text[0]) >= 0 && digit(text[1]) >= 0) {
		ret[len++] = (char)(digit(text[0]) << 4 | digit(text[1]));
		text += 2;
	}
	*ret_len = len;
	return text;
}

/* Set it, unless the file has it already: some are the system's to give. */
static int set_attribute(int fd, const char *name, const char *value, size_t len)
{
	stk_cleanup_free char *now = NULL;
	ssize_t n;

	if (fsetxattr(fd, name, value, len, 0) == 0)
		return 0;
	now = malloc(XATTR_MAX);
	if (!now)
		return -1;
	int saved = errno;

	n = fgetxattr(fd, name, now, XATTR_MAX);
	errno = saved;
	return n >= 0 && (size_t)n == len && !memcmp(now, value, len) ? 0 : -1;
}

static int set_attributes(int fd, const char *text)
{
	stk_cleanup_free char *value = malloc(XATTR_MAX);
	char name[XATTR_NAME_MAX + 1];
	size_t name_len, len;

	if (!value)
		return -1;
	while (*text) {
		text = get_hex(text, name, sizeof(name) - 1, &name_len);
		name[name_len] = '\0';
		if (*text++ != '=') {
			errno = EINVAL;
			return -1;
		}
		text = get_hex(text, value, XATTR_MAX, &len);
		if (set_attribute(fd, name, value, len) < 0)
			return -1;
		if (*text == ' ')
			text++;
	}
	return 0;
}

static bool is_among(const char *text, const char *name)
{
	char hex[2 * XATTR_NAME_MAX + 3] = " ";
	size_t n = 1;

	for (const char *c = name; *c && n < sizeof(hex) - 2; c++)
		n += (size_t)sprintf(hex + n, "%02x", (unsigned char)*c);
	strcpy(hex + n, "=");
	return !strncmp(text, hex + 1, n) || strstr(text, hex);
}

/* What its folder made it inherit (acl(5)), and the other did not have. */
static int take_attributes(int fd, const char *text)
{
	stk_cleanup_free char *names = malloc(XATTR_MAX);
	ssize_t len;

	if (!names)
		return -1;
	len = flistxattr(fd, names, XATTR_MAX);
	for (const char *name = names; len > 0 && name < names + len; name += strlen(name) + 1)
		if (!is_among(text, name) && !strncmp(name, "system.", 7) &&
		    fremovexattr(fd, name) < 0)
			return -1;
	return 0;
}

/* ---- looks ------------------------------------------------------------ */

int looks_get(int fd, const char *path, struct looks *ret, struct stk_error *err)
{
	struct looks l = { 0 };
	struct stat st;

	if (fstat(fd, &st) < 0)
		return place_fail(err, "look at", path);
	l.mode = st.st_mode & 07777;
	l.uid = st.st_uid;
	l.gid = st.st_gid;
	l.times[0] = st.st_atim;
	l.times[1] = st.st_mtim;
	if (get_attributes(fd, &l.attributes) < 0)
		return place_fail(err, "read the extended attributes of", path);
	*ret = l;
	return 0;
}

int looks_set(int fd, const char *path, const struct looks *l, struct stk_error *err)
{
	/* The owner first: giving a file away takes its set-user-ID bit. */
	if (fchown(fd, l->uid, l->gid) < 0)
		return place_fail(err, "keep the owner of", path);
	if (fchmod(fd, l->mode) < 0)
		return place_fail(err, "keep the mode of", path);
	if (l->attributes && (take_attributes(fd, l->attributes) < 0 ||
			      set_attributes(fd, l->attributes) < 0))
		return place_fail(err, "keep the extended attributes of", path);
	if (futimens(fd, l->times) < 0)
		return place_fail(err, "keep the times of", path);
	return 0;
}

void looks_new(int folder, struct looks *ret)
{
	struct looks l = { .mode = 0644, .uid = geteuid(), .gid = getegid() };
	struct stat st;

	/* Root puts it into somebody's install: then it is his. */
	if (fstat(folder, &st) == 0 && geteuid() == 0) {
		l.uid = st.st_uid;
		l.gid = st.st_gid;
	}
	clock_gettime(CLOCK_REALTIME, &l.times[0]);
	l.times[1] = l.times[0];
	*ret = l;
}

/* ---- as text ---------------------------------------------------------- */

char *looks_json(const struct looks *l)
{
	char *text;
	int n = asprintf(&text,
			 "{\"mode\":%u,\"uid\":%u,\"gid\":%u,\"atime\":%lld,\"atime_ns\":%ld,"
			 "\"mtime\":%lld,\"mtime_ns\":%ld,\"attributes\":\"%s\"}",
			 l->mode, l->uid, l->gid, (long long)l->times[0].tv_sec,
			 l->times[0].tv_nsec, (long long)l->times[1].tv_sec,
			 l->times[1].tv_nsec, l->attributes ? l->attributes : "");

	return n < 0 ? NULL : text;
}

bool looks_parse(const char *json, struct looks *ret)
{
	struct looks l = { 0 };
	long long atime, mtime;
	int at = 0;

	/* Ours alone write it, so its order is known; anything else is refused. */
	if (sscanf(json,
		   "{\"mode\":%u,\"uid\":%u,\"gid\":%u,\"atime\":%lld,\"atime_ns\":%ld,"
		   "\"mtime\":%lld,\"mtime_ns\":%ld,\"attributes\":\"%n",
		   &l.mode, &l.uid, &l.gid, &atime, &l.times[0].tv_nsec, &mtime,
		   &l.times[1].tv_nsec, &at) != 7 || !at)
		return false;
	l.times[0].tv_sec = atime;
	l.times[1].tv_sec = mtime;
	l.attributes = strndup(json + at, strcspn(json + at, "\""));
	if (!l.attributes)
		return false;
	*ret = l;
	return true;
}
