/* SPDX-License-Identifier: MIT */
/* Raw binaries: any bytes, where --base says. */
#include "image-case.h"

#include "../../plugins/image/image.h"

static const struct {
	struct image_case file;
	bool has_base;
	uint64_t base, max_bytes;
} file_case[] = {
	{ { .what = "at its base", .bytes = "\x00\x20\x01", .len = 3,
	    .image = "08000000:002001" },
	  true, 0x08000000, 0 },
	{ { .what = "at 0, when said so", .bytes = "ab", .image = "00000000:6162" },
	  true, 0, 0 },
	{ { .what = "up to the last byte", .bytes = "ab", .image = "fffffffe:6162" },
	  true, 0xfffffffe, 0 },
	{ { .what = "no base", .bytes = "ab", .cause = "base-needed",
	    .words = "give --base ADDRESS" },
	  false, 0x08000000, 0 },
	{ { .what = "past 4 GiB", .bytes = "ab", .cause = "address-range",
	    .words = "'the-file': 2 bytes at 0x0 plus the base do not fit" },
	  true, 0xffffffff, 0 },
	{ { .what = "over the cap", .bytes = "abc", .cause = "image-too-large",
	    .words = "more than the 2 bytes" },
	  true, 0, 2 },
};

START_TEST(file)
{
	const __typeof__(*file_case) *c = &file_case[_i];
	const struct stk_image_options opt = {
		.size = sizeof(opt),
		.has_base = c->has_base,
		.base = c->base,
		.max_bytes = c->max_bytes,
	};

	image_case_run(&image_bin_driver, &c->file, &opt);
}
END_TEST

/* Anything can be a raw binary, and anything else is surer. */
START_TEST(probe)
{
	ck_assert_int_eq(image_bin_driver.probe((const uint8_t *)"", 1), 1);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("image-bin");
	TCase *t = tcase_create("bin");

	tcase_add_loop_test(t, file, 0, ARRAY_SIZE(file_case));
	tcase_add_test(t, probe);
	suite_add_tcase(s, t);
	return unit_run(s);
}
