/* SPDX-License-Identifier: MIT */
/* Build attributes, byte by byte. */
#include "core.h"

#include <string.h>

#include "attributes.h"
#include "unit.h"

/* What stands between the vendor's name and the attributes, of @size bytes. */
#define FILE_SCOPE(size)	"\x01" size "\0\0\0"

static const struct {
	const char *what;
	const char *bytes;
	size_t len;
	bool big;
	const char *cpu, *arch, *fp;
} cases[] = {
#define BYTES(s)	s, sizeof(s) - 1
	{ "GCC for a Cortex-M4 with FPU",
	  BYTES("A\x20\0\0\0aeabi\0" FILE_SCOPE("\x16") "\x05" "Cortex-M4\0\x06\x0d\x07\x4d\x0a\x06"),
	  false, "Cortex-M4", "v7E-M", "VFPv4-D16" },
	{ "big-endian lengths",
	  BYTES("A\0\0\0\x13" "aeabi\0\x01\0\0\0\x09\x06\x0d\x0a\x08"), true, NULL, "v7E-M",
	  "FPv5-D16" },
	{ "no FPU is said by leaving it out",
	  BYTES("A\x11\0\0\0aeabi\0" FILE_SCOPE("\x07") "\x06\x0c"), false, NULL, "v6S-M",
	  "none" },
	{ "tags 46 and 50 of newer compilers are skipped",
	  BYTES("A\x18\0\0\0aeabi\0" FILE_SCOPE("\x0e") "\x2e\x01\x32\x80\x01\x43" "\0\x06\x11"),
	  false, NULL, "v8-M.main", "none" },
	{ "the compatibility tag has a number and a string",
	  BYTES("A\x15\0\0\0aeabi\0" FILE_SCOPE("\x0b") "\x20\x01" "x\0\x06\x0b"), false, NULL,
	  "v6-M", "none" },
	{ "another vendor comes first",
	  BYTES("A\x0c\0\0\0other\0zz\x11\0\0\0aeabi\0" FILE_SCOPE("\x07") "\x06\x0d"), false,
	  NULL, "v7E-M", "none" },
	{ "attributes of one section are not the file's",
	  BYTES("A\x11\0\0\0aeabi\0\x02\x07\0\0\0\x06\x0d"), false, NULL, NULL, NULL },
	{ "values nobody has defined",
	  BYTES("A\x14\0\0\0aeabi\0" FILE_SCOPE("\x0a") "\x06\x7f\x0a\xff\x01"), false, NULL, NULL,
	  NULL },
	{ "empty", BYTES(""), false, NULL, NULL, NULL },
	{ "another version of the format", BYTES("B\x11\0\0\0aeabi\0"), false, NULL, NULL, NULL },
	{ "length past the end", BYTES("A\xff\0\0\0aeabi\0" FILE_SCOPE("\x07") "\x06\x0d"), false,
	  NULL, NULL, NULL },
	{ "length less than itself", BYTES("A\x03\0\0\0aeabi\0"), false, NULL, NULL, NULL },
	{ "scope of no size", BYTES("A\x11\0\0\0aeabi\0" FILE_SCOPE("\x00") "\x06\x0d"), false, NULL,
	  NULL, NULL },
	{ "name without end",
	  BYTES("A\x13\0\0\0aeabi\0" FILE_SCOPE("\x09") "\x05" "abc"), false, NULL, NULL, NULL },
	{ "number without end",
	  BYTES("A\x16\0\0\0aeabi\0" FILE_SCOPE("\x0c") "\x06\xff\xff\xff\xff\xff\x01"), false, NULL,
	  NULL, NULL },
};

static void same(const char *what, const char *is, const char *want)
{
	ck_assert_msg(is == want || (is && want && !strcmp(is, want)), "%s: %s, not %s", what,
		      is ? is : "NULL", want ? want : "NULL");
}

START_TEST(attributes)
{
	const __typeof__(*cases) *c = &cases[_i];
	/* Exactly as long, so that a sanitizer sees a byte too many. */
	uint8_t *p = malloc(c->len ? c->len : 1);
	struct attributes a;

	memcpy(p, c->bytes, c->len);
	attributes_read(p, c->len, c->big, &a);
	same(c->what, a.cpu_name, c->cpu);
	same(c->what, attributes_arch_name(&a), c->arch);
	same(c->what, attributes_fp_name(&a), c->fp);
	free(p);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("attributes");
	TCase *t = tcase_create("attributes");

	tcase_add_loop_test(t, attributes, 0, ARRAY_SIZE(cases));
	suite_add_tcase(s, t);
	return unit_run(s);
}
