/* SPDX-License-Identifier: MIT */
/*
 * Real loaders, cut at every 64th byte and with bits turned over: each is read
 * or refused with a sentence that names the file. Usage: test-damage [--long].
 * The corpus is $STOKER_CORPUS; without one it says SKIP.
 */
#include "core.h"

#include <stdio.h>
#include <string.h>

#include "file.h"
#include "loader.h"
#include "plugins/format/format.h"

#define SKIP		77
#define MAX_BYTES	(64u << 20)
#define CUT		64
#define COPY_MOST	(256u << 10)
/* Bytes that the turned-over copies of one file may take together. */
#define FLIP_BYTES	(4u << 20)
#define FLIPS_MOST	300u
#define LONG_FACTOR	40u

static const struct stk_format_driver *const drivers[] = { &stldr_driver, &flm_driver };

struct damage {
	unsigned int factor;	/* of the flips; 1 in make check */
	uint64_t seed;
	unsigned long files, cuts, flips, read, refused, wrong;
};

/* xorshift64*: the same on every machine. */
static uint64_t next(struct damage *d)
{
	d->seed ^= d->seed >> 12;
	d->seed ^= d->seed << 25;
	d->seed ^= d->seed >> 27;
	return d->seed * UINT64_C(2685821657736338717);
}

static void judge(struct damage *d, const char *path, const char *how, size_t at, int r,
		  const struct stk_error *err)
{
	if (!r) {
		d->read++;
		return;
	}
	d->refused++;
	if (r == -err->code && err->origin == STK_ORIGIN_INPUT && *err->cause &&
	    strstr(err->msg, path))
		return;
	d->wrong++;
	fprintf(stderr, "%s: %s %zu: %d '%s'\n", path, how, at, r, err->msg);
}

/* Takes over @bytes. */
static void parse(struct damage *d, const char *path, const char *how, size_t at,
		  uint8_t *bytes, size_t len)
{
	struct stk_loader *l = NULL;
	struct stk_error err = { 0 };
	int r = loader_parse(drivers, ARRAY_SIZE(drivers), path, bytes, len, 0, &l, &err);

	judge(d, path, how, at, r, &err);
	stk_loader_close(l);
}

static uint8_t *copy_of(const uint8_t *bytes, size_t len)
{
	uint8_t *p = malloc(len ? len : 1);

	if (p && len)
		memcpy(p, bytes, len);
	return p;
}

/*
 * Nearly every cut file is refused as ELF, for which the bytes of a large one
 * are not copied; what passes there goes on to the formats.
 */
static void cut_at(struct damage *d, const char *path, const uint8_t *bytes, size_t at)
{
	struct stk_error err = { 0 };
	struct stk_elf *elf;
	int r = stk_elf_new(bytes, at, path, &elf, &err);

	d->cuts++;
	if (r) {
		judge(d, path, "cut at", at, r, &err);
		return;
	}
	stk_elf_free(elf);
	parse(d, path, "cut at", at, copy_of(bytes, at), at);
}

static void cut(struct damage *d, const char *path, const uint8_t *bytes, size_t len)
{
	for (size_t at = 0; at < len; at += CUT) {
		/* Exactly as long, so that a sanitizer sees a byte too many. */
		uint8_t *copy = len <= COPY_MOST ? copy_of(bytes, at) : NULL;

		cut_at(d, path, copy ? copy : bytes, at);
		free(copy);
	}
}

/* Half of the flips go to the headers, at the file's two ends. */
static size_t place(struct damage *d, size_t len)
{
	uint64_t x = next(d);

	switch (x >> 62) {
	case 0:
		return next(d) % (len < 256 ? len : 256);
	case 1:
		return len - 1 - next(d) % (len < 4096 ? len : 4096);
	default:
		return next(d) % len;
	}
}

static void flip(struct damage *d, const char *path, const uint8_t *bytes, size_t len)
{
	unsigned int n = len ? (unsigned int)(FLIP_BYTES / len) : 0;

	n = d->factor * (n > FLIPS_MOST ? FLIPS_MOST : n + 1);
	for (unsigned int i = 0; len && i < n; i++) {
		uint8_t *p = copy_of(bytes, len);
		unsigned int bits = 1 + next(d) % 4;

		while (p && bits--)
			p[place(d, len)] ^= (uint8_t)(1u << next(d) % 8);
		d->flips++;
		if (p)
			parse(d, path, "flip", i, p, len);
	}
}

static void damage_file(struct damage *d, const char *path)
{
	struct stk_error err = { 0 };
	uint8_t *bytes;
	size_t len;

	if (file_read(path, MAX_BYTES, &bytes, &len, &err)) {
		fprintf(stderr, "%s\n", err.msg);
		d->wrong++;
		return;
	}
	d->files++;
	cut(d, path, bytes, len);
	flip(d, path, bytes, len);
	free(bytes);
}

/* The first column of the manifest is the path of each file. */
static void damage_all(struct damage *d, const char *corpus)
{
	char line[4096], path[8192];
	FILE *f;

	snprintf(path, sizeof(path), "%s/MANIFEST.tsv", corpus);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\t\n")] = '\0';
		if (strncmp(line, "loaders/", 8))
			continue;
		snprintf(path, sizeof(path), "%s/%s", corpus, line);
		damage_file(d, path);
	}
	if (f)
		fclose(f);
}

int main(int argc, char **argv)
{
	const char *corpus = getenv("STOKER_CORPUS");
	struct damage d = { .factor = argc > 1 && !strcmp(argv[1], "--long") ? LONG_FACTOR
									     : 1,
			    .seed = 20240229 };

	if (!corpus || !*corpus) {
		puts("SKIP: no corpus of vendor loaders (STOKER_CORPUS)");
		return SKIP;
	}
	damage_all(&d, corpus);
	printf("%lu files: %lu cuts, %lu flips (seed 20240229): %lu read, "
	       "%lu refused, %lu wrongly\n",
	       d.files, d.cuts, d.flips, d.read, d.refused, d.wrong);
	return d.wrong || d.files < 100 ? 1 : 0;
}
