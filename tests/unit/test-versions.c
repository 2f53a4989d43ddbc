/* SPDX-License-Identifier: MIT */
/* Which version comes first: the three orders there are. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "loaderdb/version.h"

#define IDE	LDB_ORDER_CUBEIDE
#define CP	LDB_ORDER_CUBEPROGRAMMER
#define PACK	LDB_ORDER_PACK

static const struct {
	const char *what;
	enum ldb_order order;
	/* From low to high. */
	const char *list[16];
} ascending[] = {
	{ "numbers, not letters", IDE, { "1.2.0", "1.9.0", "1.10.0", "1.10.1", "2.0.0" } },
	{ "the time of a build", IDE,
	  { "2.0.100", "2.0.100.202110141430", "2.0.200.202202231230", "2.0.201" } },
	{ "plug-ins of releases", IDE,
	  { "1.1.0.201910081157", "1.3.0.202002181050", "2.0.0.202105311346",
	    "2.0.100.202110141430", "2.0.600.202301161003", "2.1.0.202305091550",
	    "2.1.400.202404281720", "2.2.0.202409170845", "2.2.500.202603051304" } },
	{ "more digits than any machine word", IDE,
	  { "1.18446744073709551615", "1.18446744073709551616", "1.99999999999999999999999" } },
	{ "candidates, releases, later builds", CP,
	  { "2.8.0", "2.9.0-RC01", "2.9.0-RC2", "2.9.0-RC10", "2.9.0", "v2.10.0", "2.13",
	    "2.22.0", "2.22.0+st.1", "2.22.0+st.2", "2.22.0+st.10", "2.23.0" } },
	{ "a number leads before a word", CP,
	  { "2.9.0-0", "2.9.0-1", "2.9.0-A03", "2.9.0-RC1", "2.9.0-RC1+st.1" } },
	{ "section 11.2", PACK, { "1.0.0", "2.0.0", "2.1.0", "2.1.1" } },
	{ "section 11.4", PACK,
	  { "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
	    "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0" } },
	{ "numbers below words, of any length", PACK,
	  { "1.0.0-0", "1.0.0-0.0", "1.0.0-9", "1.0.0-10", "1.0.0-18446744073709551616",
	    "1.0.0--", "1.0.0-0a", "1.0.0-A", "1.0.0-a", "1.0.0-a-" } },
	{ "words as bytes", PACK, { "1.0.0-RC01", "1.0.0-RC10", "1.0.0-RC2", "1.0.0-rc1" } },
	{ "old packs", PACK, { "1.2", "01.03", "1.03.1", "1.10", "25.01", "25.02.17" } },
	{ "the packs of the G4", PACK, { "1.2.0", "1.3.0", "1.4.0", "1.5.0", "1.6.0" } },
};

START_TEST(orders)
{
	const __typeof__(*ascending) *c = &ascending[_i];

	for (size_t i = 0; i < ARRAY_SIZE(c->list) && c->list[i]; i++) {
		ck_assert_msg(ldb_version_valid(c->order, c->list[i]), "%s", c->list[i]);
		for (size_t k = 0; k < ARRAY_SIZE(c->list) && c->list[k]; k++) {
			const int d = ldb_version_compare(c->order, c->list[i], c->list[k]);

			ck_assert_msg((i < k) == (d < 0) && (i > k) == (d > 0),
				      "%s: %s against %s: %d", c->what, c->list[i],
				      c->list[k], d);
		}
	}
}
END_TEST

static const struct {
	enum ldb_order order;
	const char *a, *b;
} same[] = {
	{ IDE, "1.8", "1.8.0" },
	{ IDE, "1.8.0", "1.8.0.0" },
	{ IDE, "01.08.00", "1.8.0" },
	{ CP, "v2.9.0", "2.9.0" },
	{ CP, "V2.9", "2.9.0" },
	{ CP, "2.13", "2.13.0" },
	{ CP, "2.9.0-rc01", "2.9.0-RC1" },
	{ CP, "2.22.0+ST.1", "2.22.0+st.1" },
	{ PACK, "1.3.0+20210324", "1.3.0" },
	{ PACK, "1.3.0-rc.1+a", "1.3.0-rc.1+b" },
	{ PACK, "1.3", "1.3.0" },
	{ PACK, "1", "01.00.0" },
	{ PACK, "1.0.0-rc.01", "1.0.0-rc.1" },
};

START_TEST(equals)
{
	const __typeof__(*same) *c = &same[_i];

	ck_assert_msg(ldb_version_valid(c->order, c->a) && ldb_version_valid(c->order, c->b),
		      "%s, %s", c->a, c->b);
	ck_assert_msg(!ldb_version_compare(c->order, c->a, c->b), "%s, %s", c->a, c->b);
	ck_assert_msg(!ldb_version_compare(c->order, c->b, c->a), "%s, %s", c->b, c->a);
}
END_TEST

static const struct {
	enum ldb_order order;
	const char *text;
} garbage[] = {
	{ IDE, "" },
	{ IDE, "v1.8.0" },
	{ IDE, "1.8.0-RC1" },
	{ IDE, "1.8.0+1" },
	{ IDE, "1.2.3.4.5" },
	{ IDE, "1..0" },
	{ IDE, "1.8." },
	{ IDE, ".8" },
	{ IDE, " 1.8" },
	{ IDE, "1.8 " },
	{ IDE, "-1" },
	{ IDE, "1.x" },
	{ CP, "" },
	{ CP, "v" },
	{ CP, "vv2.9" },
	{ CP, "2.9.0.1" },
	{ CP, "2.9.0-" },
	{ CP, "2.9.0+" },
	{ CP, "2.9.0-RC_1" },
	{ CP, "latest" },
	{ PACK, "v1.3.0" },
	{ PACK, "1.3.0.1" },
	{ PACK, "1.3.0-" },
	{ PACK, "1.3.0-a..b" },
	{ PACK, "1.3.0-a." },
	{ PACK, "1.3.0+a+b" },
	{ PACK, "1.3.0-\xc3\xa9" },
	{ PACK, "1.3.0\n" },
	{ PACK, "^1.3.0" },
	/* 64 characters. */
	{ PACK, "1.0.0-0123456789012345678901234567890123456789012345678901234567" },
};

START_TEST(refuses)
{
	ck_assert_msg(!ldb_version_valid(garbage[_i].order, garbage[_i].text), "'%s'",
		      garbage[_i].text);
}
END_TEST

START_TEST(limits)
{
	const char *longest =
		"1.0.0-012345678901234567890123456789012345678901234567890123456";

	ck_assert_uint_eq(strlen(longest), LDB_VERSION_MAX - 1);
	ck_assert(ldb_version_valid(PACK, longest));
	ck_assert(!ldb_version_valid(PACK, NULL));
	/* Not valid: yet it ends, and says the same both ways round. */
	ck_assert_int_lt(ldb_version_compare(PACK, "x", "1.0.0"), 0);
	ck_assert_int_gt(ldb_version_compare(PACK, "1.0.0", "x"), 0);
	ck_assert_int_lt(ldb_version_compare(PACK, "x", "y"), 0);
}
END_TEST

static const struct {
	enum ldb_order order;
	const char *text, *next;
} next_case[] = {
	{ IDE, "1.8", "1.8.0.1" },
	{ IDE, "1.8.0.9", "1.8.0.10" },
	{ IDE, "2.0.100.202110141999", "2.0.100.202110142000" },
	{ CP, "2.9.0", "2.9.0+0" },
	{ CP, "2.9.0-RC01", "2.9.0-RC01+0" },
	{ CP, "2.22.0+st.1", "2.22.0+st.1.0" },
	{ PACK, "1.3.0", "1.3.1-0" },
	{ PACK, "1.3.99+x", "1.3.100-0" },
	{ PACK, "1", "1.0.1-0" },
	{ PACK, "1.3.0-rc+x", "1.3.0-rc.0" },
};

START_TEST(nexts)
{
	const __typeof__(*next_case) *c = &next_case[_i];
	char buf[VERSION_ROOM];

	ck_assert_str_eq(version_next(c->order, c->text, buf), c->next);
	ck_assert_int_lt(ldb_version_compare(c->order, c->text, buf), 0);
}
END_TEST

/* The longest version there may be has a successor, in the room for it. */
START_TEST(next_of_longest)
{
	char text[LDB_VERSION_MAX], buf[VERSION_ROOM];

	memset(text, '9', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	for (enum ldb_order order = IDE; order <= PACK; order++) {
		version_next(order, text, buf);
		ck_assert_msg(strlen(buf) < sizeof(buf) - 1, "%s", buf);
		ck_assert_int_lt(ldb_version_compare(order, text, buf), 0);
	}
}
END_TEST

static Suite *versions(void)
{
	Suite *s = suite_create("versions");
	TCase *t = tcase_create("versions");

	tcase_add_loop_test(t, orders, 0, ARRAY_SIZE(ascending));
	tcase_add_loop_test(t, equals, 0, ARRAY_SIZE(same));
	tcase_add_loop_test(t, refuses, 0, ARRAY_SIZE(garbage));
	tcase_add_test(t, limits);
	tcase_add_loop_test(t, nexts, 0, ARRAY_SIZE(next_case));
	tcase_add_test(t, next_of_longest);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return unit_run(versions());
}
