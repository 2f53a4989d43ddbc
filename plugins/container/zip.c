/* SPDX-License-Identifier: MIT */
/*
 * The files of a .pack, which is a ZIP archive. The only file that knows
 * minizip, which reads through the functions below: from an open file or from
 * memory, within its size, whatever offsets the archive has.
 *
 * An archive that lies as a whole (names that are cut, more bytes than it has,
 * links) is refused when it is listed; what is wrong with one file alone
 * (encrypted, damaged, a bomb) is told when that one is read.
 */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unzip.h>

#define WINDOW	  65536 /* minizip reads headers byte by byte */
#define NAME_LEN  4096
#define NAME_SHOWN 200
#define TOTAL_MAX (UINT64_C(8) << 30)
/* DEFLATE gives at most 1032 bytes for one; programs and XML not a fifth of it. */
#define RATIO_MAX  250
#define RATIO_FROM (1u << 20) /* below that, a ratio says nothing */

#define FLAG_ENCRYPTED 1u /* APPNOTE 4.4.4 */
#define STORED	       0u
#define DEFLATED       8u
#define MADE_ON_UNIX   3u /* APPNOTE 4.4.2: the mode is in the upper half */

struct zip_entry {
	unz64_file_pos where;
	uint64_t size, packed;
	unsigned int flags, method;
};

struct zip {
	struct source source;
	char *path; /* for sentences */
	int fd;	    /* -1: in memory */
	const uint8_t *bytes;
	uint64_t len, at;
	uint64_t window_at;
	size_t window_len;
	uint8_t window[WINDOW];
	unzFile unz;
	struct zip_entry *entries;
	size_t count, room;
	uint64_t total;
};

/* ---- input ------------------------------------------------------------ */

static void *input_open(void *opaque, const void *name, int mode)
{
	return opaque;
}

/* Bytes at z->at, at least one of them in the window; false: none there. */
static bool input_fill(struct zip *z)
{
	ssize_t n;

	if (z->at >= z->len)
		return false;
	if (z->at >= z->window_at && z->at - z->window_at < z->window_len)
		return true;
	z->window_at = z->at;
	z->window_len = 0;
	do {
		n = pread(z->fd, z->window, WINDOW, (off_t)z->at);
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return false;
	z->window_len = (size_t)n;
	return true;
}

static uLong input_read(void *opaque, void *stream, void *buf, uLong size)
{
	struct zip *z = opaque;
	uLong done = 0;

	while (done < size && input_fill(z)) {
		size_t skip = (size_t)(z->at - z->window_at);
		size_t n = z->window_len - skip;
		uint64_t left = z->len - z->at;

		n = n > size - done ? size - done : n;
		n = n > left ? (size_t)left : n;
		memcpy((uint8_t *)buf + done, (z->fd < 0 ? z->bytes : z->window) + skip, n);
		z->at += n;
		done += n;
	}
	return done;
}

static ZPOS64_T input_tell(void *opaque, void *stream)
{
	return ((struct zip *)opaque)->at;
}

static long input_seek(void *opaque, void *stream, ZPOS64_T offset, int origin)
{
	struct zip *z = opaque;
	uint64_t from = origin == ZLIB_FILEFUNC_SEEK_CUR   ? z->at
			: origin == ZLIB_FILEFUNC_SEEK_END ? z->len
							   : 0;

	if (offset > z->len || from > z->len - offset)
		return -1;
	z->at = from + offset;
	return 0;
}

static int input_none(void *opaque, void *stream)
{
	return 0;
}

/* ---- open and close --------------------------------------------------- */

static void zip_close(struct source *s)
{
	struct zip *z = (struct zip *)s;

	if (z->unz)
		unzClose(z->unz);
	if (z->fd >= 0)
		close(z->fd);
	free(z->entries);
	free(z->path);
	free(z);
}

static int zip_begin(struct zip *z, struct source **ret, struct stk_error *err)
{
	zlib_filefunc64_def io = {
		.zopen64_file = input_open,
		.zread_file = input_read,
		.ztell64_file = input_tell,
		.zseek64_file = input_seek,
		.zclose_file = input_none,
		.zerror_file = input_none,
		.opaque = z,
	};

	z->unz = unzOpen2_64(z->path, &io);
	if (!z->unz) {
		stk_fail(
			err, STK_ORIGIN_INPUT, ENOEXEC, "zip-damaged",
			"'%s' is no ZIP archive, or is cut short: it has no directory at "
			"its end",
			z->path);
		zip_close(&z->source);
		return -ENOEXEC;
	}
	*ret = &z->source;
	return 0;
}

static int zip_list(struct source *s, source_each each, void *data, struct stk_error *err);
static int zip_read(struct source *s, size_t number, uint64_t max, uint8_t **ret,
		    size_t *ret_len, struct stk_error *err);

static const struct source_ops zip_ops = {
	.kind = "pack",
	.complete = true,
	.list = zip_list,
	.read = zip_read,
	.close = zip_close,
};

static struct zip *zip_new(const char *path)
{
	struct zip *z = calloc(1, sizeof(*z));

	if (!z)
		return NULL;
	z->source.ops = &zip_ops;
	z->fd = -1;
	z->path = strdup(path);
	if (z->path)
		return z;
	free(z);
	return NULL;
}

int zip_open(const char *path, struct source **ret, struct stk_error *err)
{
	struct zip *z = zip_new(path);
	struct stat st;

	if (!z)
		return stk_fail_nomem(err);
	z->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (z->fd < 0 || fstat(z->fd, &st) || !S_ISREG(st.st_mode)) {
		stk_fail(err, STK_ORIGIN_INPUT, z->fd < 0 ? errno : EINVAL, "cannot-open",
			 "cannot open '%s': %s", path,
			 z->fd < 0 ? strerror(errno) : "it is no regular file");
		zip_close(&z->source);
		return -EINVAL;
	}
	z->len = (uint64_t)st.st_size;
	return zip_begin(z, ret, err);
}

int zip_open_memory(const char *name, const uint8_t *bytes, size_t len,
		    struct source **ret, struct stk_error *err)
{
	struct zip *z = zip_new(name);

	if (!z)
		return stk_fail_nomem(err);
	z->bytes = bytes;
	z->len = z->window_len = len;
	return zip_begin(z, ret, err);
}

/* ---- the directory ---------------------------------------------------- */

static int refuse(const struct zip *z, const char *cause, const char *name,
		  const char *why, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, cause,
			"'%s' is refused: its entry '%.200s' %s", z->path, name, why);
}

static int check_entry(struct zip *z, const unz_file_info64 *info, const char *name,
		       struct stk_error *err)
{
	if (strlen(name) != info->size_filename)
		return refuse(z, "pack-bad-path", name,
			      info->size_filename < NAME_LEN
				      ? "has a zero byte in its name"
				      : "has a name without end",
			      err);
	if (info->version >> 8 == MADE_ON_UNIX && S_ISLNK(info->external_fa >> 16))
		return refuse(z, "pack-link", name, "is a symbolic link", err);
	if (info->compressed_size > z->len)
		return refuse(z, "zip-damaged", name,
			      "claims more bytes than the whole archive has", err);
	if (info->uncompressed_size > TOTAL_MAX - z->total)
		return refuse(z, "zip-bomb", name,
			      "brings what the archive claims to hold over 8 GiB", err);
	z->total += info->uncompressed_size;
	return 0;
}

static int keep_entry(struct zip *z, const unz_file_info64 *info, struct stk_error *err)
{
	struct zip_entry *e;

	if (z->count == z->room) {
		size_t room = z->room ? 2 * z->room : 64;

		e = reallocarray(z->entries, room, sizeof(*e));
		if (!e)
			return stk_fail_nomem(err);
		z->entries = e;
		z->room = room;
	}
	e = &z->entries[z->count];
	*e = (struct zip_entry){
		.size = info->uncompressed_size,
		.packed = info->compressed_size,
		.flags = (unsigned int)info->flag,
		.method = (unsigned int)info->compression_method,
	};
	if (unzGetFilePos64(z->unz, &e->where) != UNZ_OK)
		return refuse(z, "zip-damaged", "?", "is nowhere", err);
	z->count++;
	return 0;
}

static int list_entry(struct zip *z, source_each each, void *data, struct stk_error *err)
{
	char name[NAME_LEN + 1] = "";
	unz_file_info64 info;
	int r;

	if (unzGetCurrentFileInfo64(z->unz, &info, name, NAME_LEN, NULL, 0, NULL, 0) !=
	    UNZ_OK)
		return refuse(z, "zip-damaged", name, "has a damaged header", err);
	r = check_entry(z, &info, name, err);
	if (r || (info.size_filename && name[info.size_filename - 1] == '/'))
		return r; /* folders are not listed */
	r = keep_entry(z, &info, err);
	return r ? r : each(data, name, info.uncompressed_size, err);
}

static int zip_list(struct source *s, source_each each, void *data, struct stk_error *err)
{
	struct zip *z = (struct zip *)s;
	unz_global_info64 global;
	int at = unzGetGlobalInfo64(z->unz, &global), r = 0;

	if (at == UNZ_OK && global.number_entry)
		at = unzGoToFirstFile(z->unz);
	for (uint64_t n = 0; at == UNZ_OK && n < global.number_entry && !r; n++) {
		r = list_entry(z, each, data, err);
		if (!r)
			at = unzGoToNextFile(z->unz);
	}
	if (!r && at != UNZ_OK && at != UNZ_END_OF_LIST_OF_FILE)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "zip-damaged",
				"'%s' is refused: its directory of %" PRIu64
				" entries is damaged after %zu files",
				z->path, (uint64_t)global.number_entry, z->count);
	return r;
}

/* ---- contents --------------------------------------------------------- */

/* Names are not kept: there may be 100,000. */
static int unreadable(struct zip *z, const struct zip_entry *e, const char *cause,
		      int code, const char *why, struct stk_error *err)
{
	char name[NAME_SHOWN + 1] = "";

	if (unzGoToFilePos64(z->unz, &e->where) == UNZ_OK)
		(void)unzGetCurrentFileInfo64(z->unz, NULL, name, NAME_SHOWN, NULL, 0,
					      NULL, 0);
	return stk_fail(err, STK_ORIGIN_INPUT, code, cause, "'%s' of '%s' %s", name,
			z->path, why);
}

/* What can be told before a byte is unpacked. */
static int check_contents(struct zip *z, const struct zip_entry *e, uint64_t max,
			  struct stk_error *err)
{
	if (e->flags & FLAG_ENCRYPTED)
		return unreadable(z, e, "container-encrypted", ENOEXEC, "is encrypted", err);
	if (e->method != STORED && e->method != DEFLATED)
		return unreadable(z, e, "container-method", ENOEXEC,
				  "is packed by a method that packs do not have", err);
	if (e->size > max)
		return unreadable(z, e, "file-too-large", EFBIG,
				  "has more bytes than are read of such a file", err);
	if (e->method == STORED && e->size != e->packed)
		return unreadable(z, e, "zip-damaged", ENOEXEC, "has two sizes", err);
	if (e->size > RATIO_FROM && e->size / RATIO_MAX > e->packed)
		return unreadable(z, e, "zip-bomb", ENOEXEC,
				  "claims over 250 times the bytes that it takes: a bomb",
				  err);
	return 0;
}

/* All of the open entry, no more and no less. */
static int unpack(struct zip *z, uint8_t *bytes, uint64_t size)
{
	uint64_t done = 0;
	uint8_t more;
	int n;

	do {
		uint64_t left = size - done;

		n = left ? unzReadCurrentFile(z->unz, bytes + done,
					      left > INT32_MAX ? INT32_MAX
							       : (unsigned int)left)
			 : 0;
		done += n > 0 ? (uint64_t)n : 0;
	} while (n > 0);
	if (n == 0 && done == size)
		n = unzReadCurrentFile(z->unz, &more, 1);
	return n == 0 && done == size ? UNZ_OK : UNZ_BADZIPFILE;
}

static int zip_read(struct source *s, size_t number, uint64_t max, uint8_t **ret,
		    size_t *ret_len, struct stk_error *err)
{
	struct zip *z = (struct zip *)s;
	const struct zip_entry *e;
	uint8_t *bytes;
	int r, closed;

	if (number >= z->count)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOENT, "no-such-member",
				"'%s' has no file number %zu", z->path, number);
	e = &z->entries[number];
	r = check_contents(z, e, max, err);
	if (r)
		return r;
	bytes = malloc((size_t)e->size + 1);
	if (!bytes)
		return stk_fail_nomem(err);
	r = unzGoToFilePos64(z->unz, &e->where);
	if (r == UNZ_OK)
		r = unzOpenCurrentFile(z->unz);
	if (r == UNZ_OK) {
		r = unpack(z, bytes, e->size);
		closed = unzCloseCurrentFile(z->unz); /* compares the CRC */
		r = r == UNZ_OK ? closed : r;
	}
	if (r != UNZ_OK) {
		free(bytes);
		return unreadable(z, e, "zip-damaged", ENOEXEC,
				  r == UNZ_CRCERROR
					  ? "has another checksum than it should"
					  : "is damaged or cut short",
				  err);
	}
	*ret = bytes;
	*ret_len = (size_t)e->size;
	return 0;
}
