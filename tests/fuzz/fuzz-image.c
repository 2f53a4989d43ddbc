/* SPDX-License-Identifier: MIT */
#include "fuzz-image.h"

#include <errno.h>
#include <string.h>

#include "image.h"

/* More than any input of the fuzzer needs, and little enough for many runs a second. */
#define MAX_BYTES (1u << 20)

/* Where results go, so that no reading is optimised away. */
static volatile uint64_t sink;

static void check_image(const struct stk_image_info *info, const char *format)
{
	uint64_t total = 0, end = 0;

	if (!info->n_chunks || strcmp(info->format, format) ||
	    strcmp(info->path, "the-file"))
		abort();
	for (size_t i = 0; i < info->n_chunks; i++) {
		const struct stk_chunk *c = &info->chunks[i];

		if (!c->len || (i && c->addr <= end) || c->addr + c->len > 1ull << 32)
			abort();
		end = c->addr + c->len;
		total += c->len;
		for (size_t k = 0; k < c->len; k++)
			sink += c->data[k];
	}
	if (total != info->bytes || total > MAX_BYTES ||
	    (info->has_entry && info->entry >> 32))
		abort();
}

static void check_error(int r, const struct stk_error *err)
{
	if (r >= 0 || err->code != -r || !err->cause[0] || !err->msg[0])
		abort();
	if (strchr(err->msg, '\n') || err->origin == STK_ORIGIN_INTERNAL)
		abort();
}

void fuzz_image(const struct stk_image_driver *driver, const uint8_t *data, size_t size,
		const struct stk_image_options *opt)
{
	struct stk_image_options o = *opt;
	struct stk_image *image = NULL;
	struct stk_error err = { 0 };
	int score, r;

	if (!size)
		return;
	score = driver->probe(data, size);
	if (score < 0 || score > 100)
		abort();
	o.size = sizeof(o);
	o.format = driver->name;
	o.max_bytes = MAX_BYTES;
	r = image_parse(&driver, 1, "the-file", data, size, &o, &image, &err);
	if (r)
		check_error(r, &err);
	else
		check_image(stk_image_info(image), driver->name);
	stk_image_close(image);
}

/* Exactly as long as the lines, so that a sanitizer sees a reader go beyond. */
static void fuzz_lines(const struct stk_image_driver *driver, const uint8_t *recipe,
		       size_t size, fuzz_line line)
{
	const struct stk_image_options opt = { .size = sizeof(opt) };
	char one[FUZZ_LINE_MAX], *text = NULL;
	size_t len = 0;

	while (size) {
		size_t took = line(recipe, size, one), n = strlen(one);
		char *p = realloc(text, len + n);

		if (!p)
			break;
		text = p;
		memcpy(text + len, one, n);
		len += n;
		recipe += took;
		size -= took;
	}
	fuzz_image(driver, (const uint8_t *)text, len, &opt);
	free(text);
}

void fuzz_text_image(const struct stk_image_driver *driver, const uint8_t *data,
		     size_t size, fuzz_line line)
{
	const struct stk_image_options opt = { .size = sizeof(opt) };

	if (size && data[0] & 0x80)
		fuzz_lines(driver, data + 1, size - 1, line);
	else
		fuzz_image(driver, data, size, &opt);
}
