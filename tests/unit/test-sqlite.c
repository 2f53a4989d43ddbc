/* SPDX-License-Identifier: MIT */
/* Statements: what is bound where, and what comes back. */
#include "pin-rig.h"

#include <errno.h>

static struct rig rig;

static void set_up(void)
{
	rig_open(&rig);
}

static void tear_down(void)
{
	rig_close(&rig);
}

static int64_t number(const char *sql, const char *types, int64_t a, const char *b,
		      int64_t c)
{
	struct stk_error err = { 0 };
	int64_t ret;

	ck_assert_msg(!db_number(rig.db, &ret, &err, sql, types, a, b, c), "%s", err.msg);
	return ret;
}

/* A number that does not count must not move those behind it. */
START_TEST(nothing_takes_its_argument)
{
	ck_assert_int_eq(number("SELECT ?1 IS NULL AND ?2 = 'x' AND ?3 = 7", "nsi", 5, "x", 7),
			 1);
	ck_assert_int_eq(number("SELECT ?1 = 5 AND ?2 = 'x' AND ?3 IS NULL", "isn", 5, "x", 7),
			 1);
}
END_TEST

START_TEST(no_row_is_no_number)
{
	struct stk_error err = { 0 };
	int64_t ret;

	ck_assert_int_eq(db_number(rig.db, &ret, &err, "SELECT id FROM build", ""), -ENOENT);
	ck_assert_int_eq(db_number(rig.db, &ret, &err, "SELECT bogus FROM build", ""), -EIO);
	ck_assert_str_eq(err.cause, "database");
}
END_TEST

static size_t found(const char *text)
{
	const struct ldb_query q = { .size = sizeof(q), .text = text };
	const struct ldb_builds *builds;
	struct stk_error err = { 0 };
	size_t count;

	ck_assert_msg(!ldb_builds_find(rig.db, &q, &builds, &err), "%s", err.msg);
	count = builds->count;
	ldb_free(builds);
	return count;
}

START_TEST(words_without_an_address)
{
	static const struct rig_build a = { 'A', 0x08000000, 0x1000, NULL };

	rig_add_build(&rig, &a);
	ck_assert_uint_eq(found("A.stl"), 1);
	ck_assert_uint_eq(found("stl A dr s t l d r" ), 1);
	ck_assert_uint_eq(found("stl A dr s t l d bogus"), 0);
}
END_TEST

static Suite *sqlite(void)
{
	Suite *s = suite_create("sqlite");
	TCase *t = tcase_create("sqlite");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, nothing_takes_its_argument);
	tcase_add_test(t, no_row_is_no_number);
	tcase_add_test(t, words_without_an_address);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return unit_run(sqlite());
}
