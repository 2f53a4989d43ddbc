/* SPDX-License-Identifier: MIT */
/* Motorola S-records: every record type, every way a record can be wrong. */
#include "image-case.h"

#include <stdio.h>
#include <string.h>

#include "../../plugins/image/image.h"

#define DATA	"S107001001020304DE\n"
#define END	"S9030000FC\n"

static const struct image_case file_case[] = {
	{ .what = "S1 and S9", .bytes = DATA "S9030101FA\n",
	  .image = "00000010:01020304 entry 00000101" },
	{ .what = "the manual's example, first lines",
	  .bytes = "S00600004844521B\nS1130000285F245F2212226A000424290008237C2A\n" END,
	  .image = "00000000:285f245f2212226a000424290008237c entry 00000000" },
	{ .what = "S2 and S8", .bytes = "S2060800100102DE\nS804080101F1\n",
	  .image = "00080010:0102 entry 00080101" },
	{ .what = "S3 and S7", .bytes = "S30808000000010203E9\nS70508000101F0\n",
	  .image = "08000000:010203 entry 08000101" },
	{ .what = "mixed widths", .bytes = "S306900000000960\n" DATA "S70508000101F0\n",
	  .image = "00000010:01020304 90000000:09 entry 08000101" },
	{ .what = "lower case digits", .bytes = "S1040010ab40\nS9030000fc\n",
	  .image = "00000010:ab entry 00000000" },
	{ .what = "CR LF", .bytes = "S107001001020304DE\r\nS9030000FC\r\n",
	  .image = "00000010:01020304 entry 00000000" },
	{ .what = "CR", .bytes = "S107001001020304DE\rS9030000FC\r",
	  .image = "00000010:01020304 entry 00000000" },
	{ .what = "no end of line at the end", .bytes = DATA "S9030000FC",
	  .image = "00000010:01020304 entry 00000000" },
	{ .what = "blank lines and trailing blanks",
	  .bytes = "\nS107001001020304DE \t\n\nS9030000FC  \n",
	  .image = "00000010:01020304 entry 00000000" },
	{ .what = "descending", .bytes = "S10500140506DB\n" DATA END,
	  .image = "00000010:010203040506 entry 00000000" },
	{ .what = "no data in a data record", .bytes = "S1030020DC\n" DATA END,
	  .image = "00000010:01020304 entry 00000000" },
	{ .what = "the last byte there is", .bytes = "S306FFFFFFFF07F6\n" END,
	  .image = "ffffffff:07 entry 00000000" },
	{ .what = "S5 counts", .bytes = DATA "S10500140506DB\nS5030002FA\n" END,
	  .image = "00000010:010203040506 entry 00000000" },
	{ .what = "S6 counts", .bytes = DATA "S604000001FA\n" END,
	  .image = "00000010:01020304 entry 00000000" },
	{ .what = "S5 half way", .bytes = DATA "S5030001FB\nS10500140506DB\n" END,
	  .image = "00000010:010203040506 entry 00000000" },
	{ .what = "a right count instead of an end", .bytes = DATA "S5030001FB\n",
	  .image = "00000010:01020304" },
	{ .what = "text after the end", .bytes = DATA END "built by hand\n\x1a",
	  .image = "00000010:01020304 entry 00000000" },

	{ .what = "no end record", .bytes = "S0050000686929\n" DATA,
	  .cause = "no-end-record",
	  .words = "line 2: the file ends without an end record" },
	{ .what = "a count, then data, then nothing",
	  .bytes = DATA "S5030001FB\nS10500140506DB\n", .cause = "no-end-record",
	  .words = "line 3" },
	{ .what = "blank", .bytes = "\n\n", .cause = "no-end-record",
	  .words = "cut off" },
	{ .what = "only a title and an end", .bytes = "S0050000686929\n" END,
	  .cause = "image-empty", .words = "no bytes" },
	{ .what = "data after the end", .bytes = DATA END "\n" DATA,
	  .cause = "data-after-end", .words = "line 4: a record follows" },
	{ .what = "S5 counts too many", .bytes = DATA "S5030002FA\n" END,
	  .cause = "record-count",
	  .words = "line 2: S5 counts 2 data records, the file has 1 before it" },
	{ .what = "S6 counts too many", .bytes = DATA "S604000003F8\n" END,
	  .cause = "record-count", .words = "S6 counts 3" },
	{ .what = "S5 counts too few", .bytes = DATA DATA "S5030001FB\n" END,
	  .cause = "record-count", .words = "S5 counts 1 data records, the file has 2" },
	{ .what = "a wrong checksum", .bytes = "S0050000686929\nS107001001020304DF\n" END,
	  .cause = "record-checksum",
	  .words = "line 2: the checksum is 0xDF, the record's bytes give 0xDE" },
	{ .what = "a wrong checksum in the title", .bytes = "S0050000686928\n" DATA END,
	  .cause = "record-checksum", .words = "line 1" },
	{ .what = "a wrong checksum in the end", .bytes = DATA "S9030000FD\n",
	  .cause = "record-checksum", .words = "line 2" },
	{ .what = "cut off between bytes", .bytes = "S107001001020304\n" END,
	  .cause = "record-length",
	  .words = "7 bytes follow the type, the count field needs 8" },
	{ .what = "cut off within a byte", .bytes = "S107001001020304D\n" END,
	  .cause = "record-syntax", .words = "odd number of digits (15)" },
	{ .what = "one byte too many", .bytes = "S107001001020304DE00\n" END,
	  .cause = "record-length",
	  .words = "9 bytes follow the type, the count field needs 8" },
	{ .what = "a type alone", .bytes = DATA "S1\n" END, .cause = "record-length",
	  .words = "0 bytes follow the type" },
	{ .what = "shorter than its address", .bytes = "S303FFFFFE\n" END,
	  .cause = "record-length",
	  .words = "4 bytes are too few for S3 with its 4 bytes" },
	{ .what = "one byte short of an address and a checksum",
	  .bytes = "S304080000F3\n" END,
	  .cause = "record-length", .words = "5 bytes are too few for S3" },
	{ .what = "a letter that is no digit", .bytes = "S10700100102030xDE\n" END,
	  .cause = "record-syntax", .words = "line 1: character 16 is 'x'" },
	{ .what = "S4", .bytes = DATA "S4030000FC\n" END, .cause = "record-type",
	  .words = "line 2: record type S4 is reserved" },
	{ .what = "S and no digit", .bytes = DATA "SA030000FC\n" END,
	  .cause = "record-syntax",
	  .words = "line 2: an S-record begins with 'S' and a digit" },
	{ .what = "a small s", .bytes = DATA "s9030000FC\n", .cause = "record-syntax",
	  .words = "line 2" },
	{ .what = "past 4 GiB", .bytes = "S307FFFFFFFF0102F9\n" END,
	  .cause = "address-range", .words = "line 1: 2 bytes at 0xffffffff" },
	{ .what = "different bytes twice", .bytes = DATA "S107001001020305DD\n" END,
	  .cause = "data-conflict",
	  .words = "line 2: the byte at 0x00000013 was given before as 0x04 and is "
		   "0x05" },
};

START_TEST(file)
{
	image_case_run(&image_srec_driver, &file_case[_i], NULL);
}
END_TEST

/* The count is one byte: address, data and checksum are 255 bytes at most. */
START_TEST(longest_record)
{
	char text[1024], expected[1024];
	int n = image_count_up("S1FF0000", 252, text, expected);

	strcat(expected, " entry 00000000");
	/* 255 and 0 to 251 */
	snprintf(text + n, sizeof(text) - (size_t)n, "%02X\n" END,
		 ~(255u + 251 * 252 / 2) & 0xff);
	image_case_run(&image_srec_driver, &(struct image_case){ .what = "252 bytes",
		.bytes = text, .image = expected }, NULL);
	snprintf(text + n, sizeof(text) - (size_t)n, "0000\n" END);
	image_case_run(&image_srec_driver, &(struct image_case){ .what = "257 bytes",
		.bytes = text, .cause = "record-length",
		.words = "257 bytes, a record has at most 256" }, NULL);
}
END_TEST

START_TEST(base_is_added)
{
	const struct stk_image_options opt = { .size = sizeof(opt), .has_base = true,
					       .base = 0x08000000 };

	image_case_run(&image_srec_driver, &(struct image_case){ .what = "base",
		.bytes = DATA "S9030101FA\n",
		.image = "08000010:01020304 entry 08000101" }, &opt);
}
END_TEST

static const struct image_probe probe_case[] = {
	{ "a title",			"S0050000686929\n",	true, 0 },
	{ "a data record",		DATA,			true, 0 },
	{ "an end record",		"S9030000FC",		true, 0 },
	{ "blank lines before",		"\r\n\nS9030000FC",	true, 0 },
	{ "a wrong checksum is ours",	"S9030000FD",		true, 0 },
	{ "a reserved type is ours",	"S4030000FC",		true, 0 },
	{ "too short, and digits behind it", "S9030000FC",	false, 9 },
	{ "digits cut short by a line end", "S9030\n000FC",	false, 0 },
	{ "no digits",			"S1 is a name",		false, 0 },
	{ "no type",			"SA030000FC",		false, 0 },
	{ "Intel HEX",			":00000001FF\n",	false, 0 },
	{ "nothing but blanks",		"\n\n\n",		false, 0 },
};

START_TEST(probe)
{
	image_probe_run(&image_srec_driver, &probe_case[_i]);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("image-srec");
	TCase *t = tcase_create("srec");

	tcase_add_loop_test(t, file, 0, ARRAY_SIZE(file_case));
	tcase_add_test(t, longest_record);
	tcase_add_test(t, base_is_added);
	tcase_add_loop_test(t, probe, 0, ARRAY_SIZE(probe_case));
	suite_add_tcase(s, t);
	return unit_run(s);
}
