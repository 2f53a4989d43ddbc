/* SPDX-License-Identifier: MIT */
/* Intel HEX: every record type, every way a record can be wrong. */
#include "image-case.h"

#include <stdio.h>
#include <string.h>

#include "../../plugins/image/image.h"

#define END	":00000001FF\n"

static const struct image_case file_case[] = {
	{ .what = "one record", .bytes = ":0400100001020304E2\n" END,
	  .image = "00000010:01020304" },
	{ .what = "an example from the literature", .bytes = ":0300300002337A1E\n" END,
	  .image = "00000030:02337a" },
	{ .what = "lower case", .bytes = ":02000000abcd86\n:00000001ff\n",
	  .image = "00000000:abcd" },
	{ .what = "CR LF", .bytes = ":0400100001020304E2\r\n:00000001FF\r\n",
	  .image = "00000010:01020304" },
	{ .what = "CR", .bytes = ":0400100001020304E2\r:00000001FF\r",
	  .image = "00000010:01020304" },
	{ .what = "no end of line at the end",
	  .bytes = ":0400100001020304E2\n:00000001FF", .image = "00000010:01020304" },
	{ .what = "blank lines and trailing blanks",
	  .bytes = "\n\r\n:0400100001020304E2 \t\n  \n:00000001FF  \n",
	  .image = "00000010:01020304" },
	{ .what = "two records join",
	  .bytes = ":0400100001020304E2\n:020014000506DF\n" END,
	  .image = "00000010:010203040506" },
	{ .what = "descending", .bytes = ":020014000506DF\n:0400100001020304E2\n" END,
	  .image = "00000010:010203040506" },
	{ .what = "the same twice",
	  .bytes = ":0400100001020304E2\n:0400100001020304E2\n" END,
	  .image = "00000010:01020304" },
	{ .what = "an empty data record",
	  .bytes = ":00001000F0\n:0400100001020304E2\n" END,
	  .image = "00000010:01020304" },
	{ .what = "linear base", .bytes = ":020000040800F2\n:0400100001020304E2\n" END,
	  .image = "08000010:01020304" },
	{ .what = "two linear bases",
	  .bytes = ":0200000490006A\n:0400100001020304E2\n"
		   ":020000040800F2\n:020014000506DF\n" END,
	  .image = "08000014:0506 90000010:01020304" },
	{ .what = "segment base", .bytes = ":020000021000EC\n:0400100001020304E2\n" END,
	  .image = "00010010:01020304" },
	{ .what = "a linear base replaces a segment's",
	  .bytes = ":02000002F0000C\n:020000040800F2\n:0400100001020304E2\n" END,
	  .image = "08000010:01020304" },
	{ .what = "a segment base replaces a linear one",
	  .bytes = ":020000040800F2\n:020000021000EC\n:0400100001020304E2\n" END,
	  .image = "00010010:01020304" },
	{ .what = "wraps inside a segment",
	  .bytes = ":020000021000EC\n:04FFFE0001020304F5\n" END,
	  .image = "00010000:0304 0001fffe:0102" },
	{ .what = "the highest segment goes past 1 MiB",
	  .bytes = ":02000002FFFFFE\n:0400100001020304E2\n" END,
	  .image = "00100000:01020304" },
	{ .what = "runs on past a linear 64 KiB",
	  .bytes = ":020000040800F2\n:04FFFE0001020304F5\n" END,
	  .image = "0800fffe:01020304" },
	{ .what = "runs on past 64 KiB without any base",
	  .bytes = ":04FFFE0001020304F5\n" END, .image = "0000fffe:01020304" },
	{ .what = "and also after a segment",
	  .bytes = ":020000021000EC\n:020000040800F2\n:04FFFE0001020304F5\n" END,
	  .image = "0800fffe:01020304" },
	{ .what = "the last byte there is",
	  .bytes = ":02000004FFFFFC\n:01FFFF0007FA\n" END, .image = "ffffffff:07" },
	{ .what = "linear start",
	  .bytes = ":0400100001020304E2\n:0400000508000101ED\n" END,
	  .image = "00000010:01020304 entry 08000101" },
	{ .what = "segment start",
	  .bytes = ":0400100001020304E2\n:0400000312340005AE\n" END,
	  .image = "00000010:01020304 entry 00012345" },
	{ .what = "the highest segment start",
	  .bytes = ":0400100001020304E2\n:04000003FFFFFFFFFD\n" END,
	  .image = "00000010:01020304 entry 0010ffef" },
	{ .what = "an address in the end record",
	  .bytes = ":0400100001020304E2\n:00123401B9\n", .image = "00000010:01020304" },
	{ .what = "text after the end",
	  .bytes = ":0400100001020304E2\n" END "built by hand\n\x1a\n",
	  .image = "00000010:01020304" },

	{ .what = "no end record", .bytes = ":0400100001020304E2\n",
	  .cause = "no-end-record",
	  .words = "line 1: the file ends without an end record" },
	{ .what = "blank", .bytes = "\n\n", .cause = "no-end-record",
	  .words = "cut off" },
	{ .what = "only an end record", .bytes = END, .cause = "image-empty",
	  .words = "no bytes" },
	{ .what = "data after the end", .bytes = ":0400100001020304E2\n" END
	  "\n:020014000506DF\n" END, .cause = "data-after-end",
	  .words = "line 4: a record follows" },
	{ .what = "a wrong checksum", .bytes = "\n:0400100001020304E3\n" END,
	  .cause = "record-checksum",
	  .words = "line 2: the checksum is 0xE3, the record's bytes give 0xE2" },
	{ .what = "a changed byte", .bytes = ":0400100001020404E2\n" END,
	  .cause = "record-checksum", .words = "0xE2, the record's bytes give 0xE1" },
	{ .what = "a changed byte in CR LF lines",
	  .bytes = ":0400100001020304E2\r\n:020014000507DF\r\n:00000001FF\r\n",
	  .cause = "record-checksum", .words = "line 2:" },
	{ .what = "cut off between bytes", .bytes = ":0400100001020304\n" END,
	  .cause = "record-length",
	  .words = "the record has 8 bytes, its length field needs 9" },
	{ .what = "cut off within a byte", .bytes = ":0400100001020304E\n" END,
	  .cause = "record-syntax", .words = "odd number of digits (17)" },
	{ .what = "one byte too many", .bytes = ":0400100001020304E200\n" END,
	  .cause = "record-length", .words = "has 10 bytes, its length field needs 9" },
	{ .what = "only a colon", .bytes = ":\n" END, .cause = "record-length",
	  .words = "has 0 bytes, its length field needs 5" },
	{ .what = "shorter than a header", .bytes = ":0000\n" END,
	  .cause = "record-length", .words = "has 2 bytes, its length field needs 5" },
	{ .what = "a letter that is no digit", .bytes = ":04001000010203G4E2\n" END,
	  .cause = "record-syntax", .words = "line 1: character 16 is 'G'" },
	{ .what = "a space within", .bytes = ":04001000 01020304E2\n" END,
	  .cause = "record-syntax", .words = "character 10 is the byte 0x20" },
	{ .what = "a NUL within", .bytes = ":04\00010000102030" "4E2\n", .len = 19,
	  .cause = "record-syntax", .words = "character 4 is the byte 0x00" },
	{ .what = "a byte of UTF-8", .bytes = ":04\xc3\xa4" "10000102030" "4E2\n",
	  .cause = "record-syntax", .words = "byte 0xc3" },
	{ .what = "no colon", .bytes = ":0400100001020304E2\n; a comment\n" END,
	  .cause = "record-syntax",
	  .words = "line 2: an Intel HEX record begins with ':'" },
	{ .what = "an unknown type", .bytes = ":00000006FA\n" END, .cause = "record-type",
	  .words = "record type 06" },
	{ .what = "an end record with data", .bytes = ":0100000109F5\n",
	  .cause = "record-length",
	  .words = "a record of type 01 has 0 bytes of data, this one has 1" },
	{ .what = "a linear base too short", .bytes = ":0100000401FA\n" END,
	  .cause = "record-length",
	  .words = "type 04 has 2 bytes of data, this one has 1" },
	{ .what = "a segment base too long", .bytes = ":03000002010203F5\n" END,
	  .cause = "record-length",
	  .words = "type 02 has 2 bytes of data, this one has 3" },
	{ .what = "a linear start too short", .bytes = ":020000050102F6\n" END,
	  .cause = "record-length", .words = "type 05 has 4 bytes" },
	{ .what = "a segment start without data", .bytes = ":00000003FD\n" END,
	  .cause = "record-length", .words = "type 03 has 4 bytes" },
	{ .what = "past 4 GiB", .bytes = ":02000004FFFFFC\n:02FFFF000102FD\n" END,
	  .cause = "address-range", .words = "line 2: 2 bytes at 0xffffffff" },
	{ .what = "different bytes twice",
	  .bytes = ":0400100001020304E2\n:0400100001020305E1\n" END,
	  .cause = "data-conflict",
	  .words = "line 2: the byte at 0x00000013 was given before as 0x04 and is "
		   "0x05" },
};

START_TEST(file)
{
	image_case_run(&image_ihex_driver, &file_case[_i], NULL);
}
END_TEST

/* 255 bytes of data are the most a record can have; 256 cannot even be said. */
START_TEST(longest_record)
{
	char text[1024], expected[1024];
	int n = image_count_up(":FF000000", 255, text, expected);

	/* 255 and 0 to 254 */
	snprintf(text + n, sizeof(text) - (size_t)n, "%02X\n" END,
		 -(255u + 254 * 255 / 2) & 0xff);
	image_case_run(&image_ihex_driver, &(struct image_case){ .what = "255 bytes",
		.bytes = text, .image = expected }, NULL);
	snprintf(text + n, sizeof(text) - (size_t)n, "0000\n" END);
	image_case_run(&image_ihex_driver, &(struct image_case){ .what = "256 bytes",
		.bytes = text, .cause = "record-length",
		.words = "261 bytes, a record has at most 260" }, NULL);
}
END_TEST

START_TEST(base_is_added)
{
	const struct stk_image_options opt = { .size = sizeof(opt), .has_base = true,
					       .base = 0x08000000 };

	image_case_run(&image_ihex_driver, &(struct image_case){ .what = "base",
		.bytes = ":0400100001020304E2\n:0400000312340005AE\n" END,
		.image = "08000010:01020304 entry 08012345" }, &opt);
}
END_TEST

static const struct image_probe probe_case[] = {
	{ "a data record",		":0400100001020304E2\n",	true, 0 },
	{ "an end record",		":00000001FF",			true, 0 },
	{ "blank lines before",		"\r\n\n:00000001FF",		true, 0 },
	{ "a wrong checksum is ours",	":00000001FE",			true, 0 },
	{ "too short, and digits behind it", ":00000001FF",		false, 10 },
	{ "digits cut short by a line end", ":000000\n01FF",		false, 0 },
	{ "no digits",			":hello, world",		false, 0 },
	{ "no colon",			"00000001FF00",			false, 0 },
	{ "an S-record",		"S9030000FC\n",			false, 0 },
	{ "nothing but blanks",		"\n\n\n",			false, 0 },
	{ "a second line that is one",	"x\n:00000001FF\n",		false, 0 },
};

START_TEST(probe)
{
	image_probe_run(&image_ihex_driver, &probe_case[_i]);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("image-ihex");
	TCase *t = tcase_create("ihex");

	tcase_add_loop_test(t, file, 0, ARRAY_SIZE(file_case));
	tcase_add_test(t, longest_record);
	tcase_add_test(t, base_is_added);
	tcase_add_loop_test(t, probe, 0, ARRAY_SIZE(probe_case));
	suite_add_tcase(s, t);
	return unit_run(s);
}
