/* SPDX-License-Identifier: MIT */
/* Which driver reads a file, the options, and several images as one. */
#include "image-case.h"

#include <errno.h>
#include <string.h>

/* Scores a file by the digit after the driver's own letter: "a3b5". */
static int score(const uint8_t *bytes, size_t len, char letter)
{
	for (size_t i = 0; i + 1 < len; i++) {
		if (bytes[i] == letter)
			return bytes[i + 1] - '0';
	}
	return 0;
}

static int probe_a(const uint8_t *bytes, size_t len)
{
	return score(bytes, len, 'a');
}

static int probe_b(const uint8_t *bytes, size_t len)
{
	return score(bytes, len, 'b');
}

static int probe_c(const uint8_t *bytes, size_t len)
{
	return score(bytes, len, 'c');
}

static int parse(const char *name, const uint8_t *bytes, size_t len,
		 const struct stk_image_options *opt, struct stk_image_builder *b,
		 struct stk_error *err)
{
	stk_image_set_entry(b, 4);
	return stk_image_add(b, 0x100, bytes, len, "all of it", err);
}

static const struct stk_image_driver driver_a = {
	.size = sizeof(driver_a), .name = "a", .probe = probe_a, .parse = parse,
};
static const struct stk_image_driver driver_b = {
	.size = sizeof(driver_b), .name = "b", .probe = probe_b, .parse = parse,
};
static const struct stk_image_driver driver_c = {
	.size = sizeof(driver_c), .name = "c", .probe = probe_c, .parse = parse,
};
/* Older than parse(): nothing can be done with it. */
static const struct stk_image_driver driver_old = {
	.size = offsetof(struct stk_image_driver, parse), .name = "old", .probe = probe_a,
	.parse = parse,
};
static const struct stk_image_driver *const drivers[] = {
	&driver_old, &driver_a, &driver_b, &driver_c,
};

static const struct {
	const char *what, *bytes;
	struct stk_image_options opt;
	const char *format;	/* NULL: refused */
	const char *cause, *words;
	enum stk_origin origin;
} pick_case[] = {
	{ "only one knows it", "a1", { 0 }, "a", NULL, NULL, 0 },
	{ "the surer one, first", "a5b3", { 0 }, "a", NULL, NULL, 0 },
	{ "the surer one, last", "a3b5", { 0 }, "b", NULL, NULL, 0 },
	{ "surer than two that know it as well", "a3b3c5", { 0 }, "c", NULL, NULL, 0 },
	{ "named", "a5", { .format = "b" }, "b", NULL, NULL, 0 },
	{ "named by a caller that knows fewer options", "a5",
	  { .size = offsetof(struct stk_image_options, format), .format = "b" }, "a",
	  NULL, NULL, 0 },
	{ "nobody knows it", "d5", { 0 }, NULL, "unknown-format", "'the-file'",
	  STK_ORIGIN_INPUT },
	{ "two know it as well", "a5b5", { 0 }, NULL, "ambiguous-format",
	  "may be a as well as b", STK_ORIGIN_INPUT },
	{ "named, but there is none", "a5", { .format = "elf" }, NULL, "unknown-format",
	  "'elf'; known: a, b, c", STK_ORIGIN_USAGE },
	{ "named, but too old", "a5", { .format = "old" }, NULL, "unknown-format",
	  "'old'", STK_ORIGIN_USAGE },
	{ "empty", "", { 0 }, NULL, "file-empty", "'the-file' is empty",
	  STK_ORIGIN_INPUT },
	{ "exactly the cap", "a5", { .max_bytes = 2 }, "a", NULL, NULL, 0 },
	{ "over the cap", "a5 ", { .max_bytes = 2 }, NULL, "image-too-large",
	  "'the-file', all of it: the image has more than the 2 bytes",
	  STK_ORIGIN_INPUT },
};

START_TEST(pick)
{
	const __typeof__(*pick_case) *c = &pick_case[_i];
	struct stk_image_options opt = c->opt;
	struct stk_image *image = NULL;
	struct stk_error err = { 0 };
	int r;

	if (!opt.size)
		opt.size = sizeof(opt);
	r = image_parse(drivers, ARRAY_SIZE(drivers), "the-file",
			(const uint8_t *)c->bytes, strlen(c->bytes), &opt, &image, &err);
	if (c->format) {
		ck_assert_msg(!r, "%s: %s", c->what, err.msg);
		ck_assert_str_eq(stk_image_info(image)->format, c->format);
	} else {
		ck_assert_msg(r == -err.code && r < 0, "%s: %d", c->what, r);
		ck_assert_msg(!strcmp(err.cause, c->cause), "%s: %s", c->what, err.cause);
		ck_assert_msg(strstr(err.msg, c->words) != NULL, "%s: %s", c->what,
			      err.msg);
		ck_assert_msg(err.origin == c->origin, "%s: %d", c->what, err.origin);
	}
	stk_image_close(image);
}
END_TEST

START_TEST(base_moves_everything)
{
	struct stk_image_options opt = { .size = sizeof(opt), .has_base = true,
					 .base = 0x90000000 };
	struct stk_image *image;
	char *text;

	ck_assert_int_eq(image_parse(drivers, ARRAY_SIZE(drivers), "x",
				     (const uint8_t *)"a1", 2, &opt, &image, NULL), 0);
	text = image_text(stk_image_info(image));
	ck_assert_str_eq(text, "90000100:6131 entry 90000004");
	free(text);
	stk_image_close(image);

	/* has_base says whether base means anything */
	opt.has_base = false;
	ck_assert_int_eq(image_parse(drivers, ARRAY_SIZE(drivers), "x",
				     (const uint8_t *)"a1", 2, &opt, &image, NULL), 0);
	ck_assert_uint_eq(stk_image_info(image)->chunks[0].addr, 0x100);
	stk_image_close(image);
}
END_TEST

START_TEST(no_options)
{
	struct stk_image *image;

	ck_assert_int_eq(image_parse(drivers, ARRAY_SIZE(drivers), "x",
				     (const uint8_t *)"a1", 2, NULL, &image, NULL), 0);
	ck_assert_uint_eq(stk_image_info(image)->bytes, 2);
	stk_image_close(image);
}
END_TEST

START_TEST(standard_input_has_a_name)
{
	struct stk_error err;
	struct stk_image *image;

	ck_assert_int_eq(image_parse(drivers, ARRAY_SIZE(drivers), "-", NULL, 0, NULL,
				     &image, &err), -ENOEXEC);
	ck_assert_str_eq(err.msg, "'standard input' is empty");
	ck_assert_int_eq(image_parse(drivers, ARRAY_SIZE(drivers), "-",
				     (const uint8_t *)"a1", 2, NULL, &image, &err), 0);
	ck_assert_str_eq(stk_image_info(image)->path, "-");
	stk_image_close(image);
}
END_TEST

struct part {
	const char *path, *format, *bytes;
	uint64_t addr, entry;	/* entry 0: none */
};

static const struct {
	const char *what;
	struct part part[4];
	const char *image, *path, *format;	/* image NULL: refused */
	const char *cause, *words;
} merge_case[] = {
	{ "one", { { "a.elf", "elf", "ab", 0x10, 5 } },
	  "00000010:6162 entry 00000005", "a.elf", "elf", NULL, NULL },
	{ "apart, other formats", { { "b.hex", "ihex", "b", 0x20, 0 },
				    { "a.elf", "elf", "a", 0x10, 0 } },
	  "00000010:61 00000020:62", "b.hex + a.elf", NULL, NULL, NULL },
	{ "adjacent, same format",
	  { { "a", "elf", "a", 0x10, 0 }, { "b", "elf", "b", 0x11, 0 } },
	  "00000010:6162", "a + b", "elf", NULL, NULL },
	{ "overlapping and equal",
	  { { "a", "x", "abc", 0x10, 0 }, { "b", "x", "bc", 0x11, 0 } },
	  "00000010:616263", "a + b", "x", NULL, NULL },
	{ "one entry", { { "a", "x", "a", 0x10, 0 }, { "b", "x", "b", 0x20, 7 },
			 { "c", "x", "c", 0x30, 0 } },
	  "00000010:61 00000020:62 00000030:63 entry 00000007", "a + b + c", "x", NULL,
	  NULL },
	{ "the same entry", { { "a", "x", "a", 0x10, 7 }, { "b", "x", "b", 0x20, 7 } },
	  "00000010:61 00000020:62 entry 00000007", "a + b", "x", NULL, NULL },
	{ "other entries, and the first again", { { "a", "x", "a", 0x10, 7 },
						  { "b", "x", "b", 0x20, 9 },
						  { "c", "x", "c", 0x30, 7 } },
	  "00000010:61 00000020:62 00000030:63", "a + b + c", "x", NULL, NULL },
	{ "overlapping and different", { { "a", "x", "abc", 0x10, 0 },
					 { "b", "x", "bX", 0x11, 0 } },
	  NULL, NULL, NULL, "data-conflict",
	  "'b', merged with the images before it: the byte at 0x00000012 was given "
	  "before as 0x63 and is 0x58" },
	{ "none", { { 0 } }, NULL, NULL, NULL, "no-image", "no image" },
};

static struct stk_image *make_image(const struct part *p)
{
	struct stk_image_builder *b;
	struct stk_image *image;

	ck_assert_int_eq(image_builder_new(p->path, 0, 64, &b, NULL), 0);
	ck_assert_int_eq(stk_image_add(b, p->addr, p->bytes, strlen(p->bytes), NULL,
				       NULL), 0);
	if (p->entry)
		stk_image_set_entry(b, p->entry);
	ck_assert_int_eq(image_builder_finish(b, p->path, p->format, &image, NULL), 0);
	image_builder_free(b);
	return image;
}

static void check_merged(const __typeof__(*merge_case) *c,
			 const struct stk_image_info *info)
{
	char *text = image_text(info);

	ck_assert_msg(!strcmp(text, c->image), "%s: %s", c->what, text);
	free(text);
	ck_assert_str_eq(info->path, c->path);
	ck_assert_pstr_eq(info->format, c->format);
}

START_TEST(merge)
{
	const __typeof__(*merge_case) *c = &merge_case[_i];
	struct stk_image *images[4] = { NULL }, *merged = NULL;
	struct stk_error err = { 0 };
	size_t n = 0;
	int r;

	while (c->part[n].path) {
		images[n] = make_image(&c->part[n]);
		n++;
	}
	r = stk_image_merge((const struct stk_image *const *)images, n, &merged, &err);
	/* the merged image does not lean on its parts */
	while (n)
		stk_image_close(images[--n]);
	if (c->image) {
		ck_assert_msg(!r, "%s: %s", c->what, err.msg);
		check_merged(c, stk_image_info(merged));
	} else {
		ck_assert_msg(r < 0 && !merged, "%s", c->what);
		ck_assert_str_eq(err.cause, c->cause);
		ck_assert_msg(strstr(err.msg, c->words) != NULL, "%s: %s", c->what,
			      err.msg);
	}
	stk_image_close(merged);
}
END_TEST

/* What was merged can be merged again; its formats are all those of its parts. */
START_TEST(merge_of_merged)
{
	static const struct part part[] = {
		{ "a", "elf", "a", 0x10, 0 }, { "b", "ihex", "b", 0x20, 0 },
		{ "c", "elf", "c", 0x30, 0 },
	};
	struct stk_image *one[3], *two, *all;

	for (size_t i = 0; i < 3; i++)
		one[i] = make_image(&part[i]);
	ck_assert_int_eq(
		stk_image_merge((const struct stk_image *const *)one, 2, &two, NULL), 0);
	ck_assert_int_eq(stk_image_merge((const struct stk_image *[]){ two, one[2] }, 2,
					 &all, NULL),
			 0);
	ck_assert_str_eq(stk_image_info(all)->path, "a + b + c");
	ck_assert_ptr_null(stk_image_info(all)->format);
	ck_assert_uint_eq(all->n_formats, 2);
	ck_assert_str_eq(all->formats[0], "elf");
	ck_assert_str_eq(all->formats[1], "ihex");
	for (size_t i = 0; i < 3; i++)
		stk_image_close(one[i]);
	stk_image_close(two);
	stk_image_close(all);
}
END_TEST

START_TEST(close_nothing)
{
	stk_image_close(NULL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("image");
	TCase *t = tcase_create("image");

	tcase_add_loop_test(t, pick, 0, ARRAY_SIZE(pick_case));
	tcase_add_test(t, base_moves_everything);
	tcase_add_test(t, no_options);
	tcase_add_test(t, standard_input_has_a_name);
	tcase_add_loop_test(t, merge, 0, ARRAY_SIZE(merge_case));
	tcase_add_test(t, merge_of_merged);
	tcase_add_test(t, close_nothing);
	suite_add_tcase(s, t);
	return unit_run(s);
}
