/* SPDX-License-Identifier: MIT */
#include "image-case.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

char *image_text(const struct stk_image_info *info)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	uint64_t end = 0, bytes = 0;

	ck_assert_ptr_nonnull(f);
	for (size_t i = 0; i < info->n_chunks; i++) {
		const struct stk_chunk *c = &info->chunks[i];

		ck_assert_uint_ne(c->len, 0);
		ck_assert_msg(!i || c->addr > end, "chunk %zu is not behind the last", i);
		end = c->addr + c->len;
		bytes += c->len;
		fprintf(f, "%s%08" PRIx64 ":", i ? " " : "", c->addr);
		for (size_t k = 0; k < c->len; k++)
			fprintf(f, "%02x", c->data[k]);
	}
	ck_assert_uint_eq(bytes, info->bytes);
	if (info->has_entry)
		fprintf(f, " entry %08" PRIx64, info->entry);
	ck_assert_int_eq(fclose(f), 0);
	return text;
}

static void check_refused(const struct image_case *c, int r, const struct stk_error *err)
{
	ck_assert_msg(r < 0 && err->code == -r, "%s: %d, code %d", c->what, r, err->code);
	ck_assert_msg(!strcmp(err->cause, c->cause), "%s: %s: %s", c->what, err->cause,
		      err->msg);
	ck_assert_msg(strstr(err->msg, "'the-file'") == err->msg, "%s: %s", c->what,
		      err->msg);
	ck_assert_msg(strstr(err->msg, c->words) != NULL, "%s: %s", c->what, err->msg);
	ck_assert_msg(!strchr(err->msg, '\n'), "%s: %s", c->what, err->msg);
}

/* Of exactly this size, so that ASan and valgrind see reading past its end. */
static uint8_t *exact_copy(const struct image_case *c, size_t len)
{
	uint8_t *bytes = malloc(len ? len : 1);

	ck_assert_ptr_nonnull(bytes);
	memcpy(bytes, c->bytes, len);
	return bytes;
}

void image_case_run(const struct stk_image_driver *driver, const struct image_case *c,
		    const struct stk_image_options *opt)
{
	size_t len = c->len ? c->len : strlen(c->bytes);
	uint8_t *bytes = exact_copy(c, len);
	struct stk_image_options o = { .size = sizeof(o) };
	struct stk_image *image = NULL;
	struct stk_error err = { 0 };
	int r;

	if (opt)
		o = *opt;
	o.format = driver->name;
	r = image_parse(&driver, 1, "the-file", bytes, len, &o, &image, &err);
	free(bytes);
	if (c->image) {
		char *text;

		ck_assert_msg(!r, "%s: %s", c->what, err.msg);
		text = image_text(stk_image_info(image));
		ck_assert_msg(!strcmp(text, c->image), "%s: %s", c->what, text);
		ck_assert_str_eq(stk_image_info(image)->format, driver->name);
		ck_assert_str_eq(stk_image_info(image)->path, "the-file");
		free(text);
	} else {
		check_refused(c, r, &err);
		ck_assert_ptr_null(image);
	}
	stk_image_close(image);
}

void image_probe_run(const struct stk_image_driver *driver, const struct image_probe *c)
{
	size_t len = c->len ? c->len : strlen(c->bytes);
	int score = driver->probe((const uint8_t *)c->bytes, len);

	ck_assert_msg((score > 0) == c->ours && score >= 0 && score <= 100, "%s: %d",
		      c->what, score);
}

int image_count_up(const char *head, unsigned int count, char *text, char *expected)
{
	int n = snprintf(text, 1024, "%s", head);
	int e = snprintf(expected, 1024, "00000000:");

	for (unsigned int i = 0; i < count; i++) {
		n += snprintf(text + n, 1024 - (size_t)n, "%02X", i);
		e += snprintf(expected + e, 1024 - (size_t)e, "%02x", i);
	}
	return n;
}
