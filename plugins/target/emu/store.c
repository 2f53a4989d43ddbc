/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * store.c - where flash contents live: in memory, or in store=FILE
 *
 * The file: one page of header (magic, version, sealed flag, chip name,
 * directory of arrays), then each array at a page boundary. Arrays are
 * mapped shared, so that a killed process leaves what was programmed. The
 * header is written last: a file without the sealed flag holds nothing that
 * anybody could miss, and is made anew.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "priv.h"

#define MAGIC		"StokerCh"
#define STORE_VERSION	1
#define HEADER		4096
#define AT_VERSION	8
#define AT_SEALED	12
#define AT_COUNT	16
#define AT_CHIP		32
#define AT_ARRAYS	96
#define ARRAY_ENTRY	32	/* name[16], size, offset: 8 bytes each */

static uint64_t get64(const uint8_t *p)
{
	uint64_t v = 0;
	int i;

	for (i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

static void put64(uint8_t *p, uint64_t v)
{
	int i;

	for (i = 0; i < 8; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static int fail_io(struct emu *emu, const char *what, struct stk_error *err)
{
	int code = errno ? errno : EIO;

	return stk_fail(err, STK_ORIGIN_TARGET, code, "store-io",
			"store=%s: cannot %s: %s", emu->store.path, what, strerror(code));
}

static int fail_foreign(struct emu *emu, const char *why, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_TARGET, EINVAL, "store-foreign",
			"store=%s %s; name another file, or remove this one",
			emu->store.path, why);
}

static int read_entry(struct emu *emu, const uint8_t *p, uint64_t file_size,
		      struct stk_error *err)
{
	struct emu_array *a = &emu->store.array[emu->store.n_arrays];
	uint64_t size = get64(p + 16), offset = get64(p + 24);

	memcpy(a->name, p, sizeof(a->name));
	if (a->name[sizeof(a->name) - 1] || !size || offset % HEADER ||
	    offset > file_size || size > file_size - offset)
		return fail_foreign(emu, "is damaged: its directory does not fit the file",
				    err);
	a->size = (size_t)size;
	a->offset = offset;
	emu->store.n_arrays++;
	return 0;
}

static int read_header(struct emu *emu, uint64_t file_size, struct stk_error *err)
{
	uint8_t h[HEADER];
	char why[128];
	uint64_t count, i;
	int r;

	if (file_size < HEADER || pread(emu->store.fd, h, HEADER, 0) != HEADER ||
	    memcmp(h, MAGIC, 8))
		return fail_foreign(emu, "is no store of a virtual chip", err);
	if (h[AT_VERSION] != STORE_VERSION) {
		snprintf(why, sizeof(why), "has version %u, this program knows %d",
			 h[AT_VERSION], STORE_VERSION);
		return fail_foreign(emu, why, err);
	}
	if (!h[AT_SEALED])
		return 0;
	h[AT_ARRAYS - 1] = 0;
	if (strcmp((char *)h + AT_CHIP, emu->chip->name)) {
		snprintf(why, sizeof(why), "belongs to %.40s, not to %.40s",
			 (char *)h + AT_CHIP, emu->chip->name);
		return fail_foreign(emu, why, err);
	}
	count = get64(h + AT_COUNT);
	if (!count || count > EMU_MAX_ARRAY)
		return fail_foreign(emu, "is damaged: its directory is too long", err);
	for (i = 0; i < count; i++) {
		r = read_entry(emu, h + AT_ARRAYS + i * ARRAY_ENTRY, file_size, err);
		if (r)
			return r;
	}
	emu->store.sealed = true;
	return 0;
}

/* A new store: take the place of the header, but not its name yet. */
static int start_file(struct emu *emu, struct stk_error *err)
{
	uint8_t h[HEADER] = { 0 };

	memcpy(h, MAGIC, 8);
	h[AT_VERSION] = STORE_VERSION;
	if (ftruncate(emu->store.fd, 0) || pwrite(emu->store.fd, h, HEADER, 0) != HEADER)
		return fail_io(emu, "write the header", err);
	return 0;
}

int store_open(struct emu *emu, struct stk_error *err)
{
	struct emu_store *s = &emu->store;
	struct stat st;
	int r = 0;

	s->fd = -1;
	s->path = emu_option(emu, "store");
	/* Known also where an existing store leaves nothing to fill. */
	emu_option(emu, "fill");
	if (!s->path)
		return 0;
	errno = 0;
	s->fd = open(s->path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
	if (s->fd < 0 || fstat(s->fd, &st))
		return fail_io(emu, "open it", err);
	if (!S_ISREG(st.st_mode))
		return fail_foreign(emu, "is not a regular file", err);
	if (flock(s->fd, LOCK_EX | LOCK_NB))
		return errno == EWOULDBLOCK
			       ? stk_fail(err, STK_ORIGIN_TARGET, EBUSY, "store-busy",
					  "store=%s is in use by another virtual chip; "
					  "wait for it or "
					  "name another file",
					  s->path)
			       : fail_io(emu, "lock it", err);
	if (fstat(s->fd, &st))
		return fail_io(emu, "open it", err);
	if (st.st_size)
		r = read_header(emu, (uint64_t)st.st_size, err);
	return r || s->sealed ? r : start_file(emu, err);
}

struct emu_array *store_find(struct emu *emu, const char *name)
{
	unsigned int i;

	for (i = 0; i < emu->store.n_arrays; i++)
		if (!strcmp(emu->store.array[i].name, name))
			return &emu->store.array[i];
	return NULL;
}

static int map_array(struct emu *emu, struct emu_array *a, struct stk_error *err)
{
	void *p;

	if (!emu->store.path) {
		a->bytes = malloc(a->size);
		return a->bytes ? 0 : stk_fail_nomem(err);
	}
	p = mmap(NULL, a->size, PROT_READ | PROT_WRITE, MAP_SHARED, emu->store.fd,
		 (off_t)a->offset);
	if (p == MAP_FAILED)
		return fail_io(emu, "map it", err);
	a->bytes = p;
	return 0;
}

/* Blocks are taken now: later there is nobody to tell that the disk is full. */
static int reserve(struct emu *emu, struct emu_array *a, struct stk_error *err)
{
	struct emu_store *s = &emu->store;
	const struct emu_array *last = a - 1;

	if (!s->path)
		return 0;
	a->offset = a == s->array ? HEADER
		: (last->offset + last->size + HEADER - 1) / HEADER * HEADER;
	errno = posix_fallocate(s->fd, (off_t)a->offset, (off_t)a->size);
	return errno ? fail_io(emu, "make room for the flash contents", err) : 0;
}

static int new_array(struct emu *emu, const char *name, size_t size, struct stk_error *err)
{
	struct emu_store *s = &emu->store;
	struct emu_array *a = &s->array[s->n_arrays];
	int r;

	if (s->sealed)
		return fail_foreign(emu, "was made with other external flash", err);
	if (s->n_arrays == EMU_MAX_ARRAY || strlen(name) >= sizeof(a->name))
		return stk_fail(err, STK_ORIGIN_INTERNAL, ENOSPC, "store-full",
				"too many flash arrays, or a name too long: %s", name);
	memset(a, 0, sizeof(*a));
	snprintf(a->name, sizeof(a->name), "%s", name);
	a->size = size;
	a->fresh = true;
	r = reserve(emu, a, err);
	if (!r)
		s->n_arrays++;
	return r;
}

void store_fill_random(struct emu_array *a, uint64_t seed)
{
	uint64_t value = 0;

	for (size_t i = 0; i < a->size; i++) {
		if (i % 8 == 0) {
			/* splitmix64, Steele et al. 2014 */
			seed += 0x9e3779b97f4a7c15ull;
			value = (seed ^ seed >> 30) * 0xbf58476d1ce4e5b9ull;
			value = (value ^ value >> 27) * 0x94d049bb133111ebull;
			value ^= value >> 31;
		}
		a->bytes[i] = (uint8_t)(value >> (i % 8 * 8));
	}
}

/* A flash that comes from somewhere is seldom blank: fill=SEED says so. */
static int fill_new(struct emu *emu, struct emu_array *a, struct stk_error *err)
{
	const char *text = emu_option(emu, "fill");
	uint64_t seed;

	memset(a->bytes, a->erased, a->size);
	/* OTP and option bytes are no place for random bits. */
	if (!text || (strcmp(a->name, "FLASH") && strcmp(a->name, "NOR")))
		return 0;
	if (stk_parse_u64(text, &seed))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"fill=%s: a number is expected, the seed of random contents",
				text);
	store_fill_random(a, seed);
	return 0;
}

uint8_t *emu_store(struct emu *emu, const char *name, size_t size, uint8_t erased,
		   struct stk_error *err)
{
	struct emu_array *a = store_find(emu, name);

	if (!a) {
		if (new_array(emu, name, size, err))
			return NULL;
		a = store_find(emu, name);
	}
	if (a->size != size) {
		fail_foreign(emu, "was made for flash of another size", err);
		return NULL;
	}
	a->erased = erased;
	if (a->bytes)
		return a->bytes;
	if (map_array(emu, a, err))
		return NULL;
	if (a->fresh && fill_new(emu, a, err))
		return NULL;
	return a->bytes;
}

int store_seal(struct emu *emu, struct stk_error *err)
{
	struct emu_store *s = &emu->store;
	uint8_t h[HEADER] = { 0 };
	unsigned int i;

	if (!s->path || s->sealed)
		return 0;
	memcpy(h, MAGIC, 8);
	h[AT_VERSION] = STORE_VERSION;
	h[AT_SEALED] = 1;
	put64(h + AT_COUNT, s->n_arrays);
	snprintf((char *)h + AT_CHIP, AT_ARRAYS - AT_CHIP, "%s", emu->chip->name);
	for (i = 0; i < s->n_arrays; i++) {
		uint8_t *p = h + AT_ARRAYS + i * ARRAY_ENTRY;

		memcpy(p, s->array[i].name, sizeof(s->array[i].name));
		put64(p + 16, s->array[i].size);
		put64(p + 24, s->array[i].offset);
	}
	if (pwrite(s->fd, h, HEADER, 0) != HEADER)
		return fail_io(emu, "write the header", err);
	s->sealed = true;
	return 0;
}

void store_close(struct emu *emu)
{
	struct emu_store *s = &emu->store;
	unsigned int i;

	for (i = 0; i < s->n_arrays; i++) {
		if (!s->array[i].bytes)
			continue;
		if (s->path)
			munmap(s->array[i].bytes, s->array[i].size);
		else
			free(s->array[i].bytes);
	}
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}
