/* SPDX-License-Identifier: MIT */
/* Errors: one sentence that always fits, and a return value in one line. */
#include "unit.h"

#include <errno.h>
#include <string.h>

#include "core.h"

/* 40 and 472 characters, with which the fields are full to the last byte and beyond. */
#define TEN	"0123456789"
#define FORTY	TEN TEN TEN TEN
#define LONG	FORTY FORTY FORTY FORTY FORTY FORTY FORTY FORTY FORTY FORTY FORTY FORTY

static const struct {
	const char *what;
	const char *cause, *text;
	const char *ret_cause, *ret_msg;
} fail_case[] = {
	{ "plain", "ram-too-small", "'x' needs 12 bytes", "ram-too-small",
	  "'x' needs 12 bytes" },
	{ "empty", "", "", "", "" },
	{ "percent signs are text", "x", "100%s", "x", "100%s" },
	{ "a cause of 39 bytes", FORTY + 1, "x", FORTY + 1, "x" },
	{ "a cause of 40 bytes is cut", FORTY, "x", TEN TEN TEN "012345678", "x" },
	{ "no line ends", "x", "'a\nb\r\n' is empty", "x", "'a?b?\?' is empty" },
	{ "no terminal controls", "x", "'\033[2J\007\177'", "x", "'?[2J?\?'" },
	{ "other alphabets stay", "x", "'gr\xc3\xbc\xc3\x9f'", "x",
	  "'gr\xc3\xbc\xc3\x9f'" },
};

START_TEST(fail)
{
	const __typeof__(*fail_case) *c = &fail_case[_i];
	struct stk_error err;
	int r;

	memset(&err, 0xaa, sizeof(err));
	r = stk_fail(&err, STK_ORIGIN_TARGET, EIO, c->cause, "%s", c->text);
	ck_assert_int_eq(r, -EIO);
	ck_assert_int_eq(err.code, EIO);
	ck_assert_int_eq(err.origin, STK_ORIGIN_TARGET);
	ck_assert_msg(!strcmp(err.cause, c->ret_cause), "%s: %s", c->what, err.cause);
	ck_assert_msg(!strcmp(err.msg, c->ret_msg), "%s: %s", c->what, err.msg);
}
END_TEST

START_TEST(formats)
{
	struct stk_error err;

	ck_assert_int_eq(stk_fail(&err, STK_ORIGIN_INPUT, ENOEXEC, "x", "'%s', line %d",
				  "a", 7),
			 -ENOEXEC);
	ck_assert_str_eq(err.msg, "'a', line 7");
}
END_TEST

START_TEST(long_sentence_is_cut)
{
	struct stk_error err;

	ck_assert_int_eq(stk_fail(&err, STK_ORIGIN_INPUT, ENOEXEC, "x", "%s", LONG),
			 -ENOEXEC);
	ck_assert_uint_eq(strlen(err.msg), sizeof(err.msg) - 1);
	ck_assert(!strncmp(err.msg, LONG, sizeof(err.msg) - 1));
}
END_TEST

/* "%m" is used for what the system said: nothing before it may change errno. */
START_TEST(system_errors)
{
	struct stk_error err;

	errno = ENOENT;
	stk_fail(&err, STK_ORIGIN_INPUT, errno, "x", "cannot open 'a': %m");
	ck_assert_int_eq(err.code, ENOENT);
	ck_assert_str_eq(err.msg, "cannot open 'a': No such file or directory");
}
END_TEST

START_TEST(nobody_wants_it)
{
	ck_assert_int_eq(stk_fail(NULL, STK_ORIGIN_INPUT, ENOEXEC, "x", "%s", "y"),
			 -ENOEXEC);
	ck_assert_int_eq(stk_fail_nomem(NULL), -ENOMEM);
}
END_TEST

START_TEST(no_memory)
{
	struct stk_error err;

	ck_assert_int_eq(stk_fail_nomem(&err), -ENOMEM);
	ck_assert_int_eq(err.code, ENOMEM);
	ck_assert_int_eq(err.origin, STK_ORIGIN_INTERNAL);
	ck_assert_str_eq(err.cause, "out-of-memory");
	ck_assert_str_eq(err.msg, "out of memory");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("error");
	TCase *t = tcase_create("error");

	tcase_add_loop_test(t, fail, 0, ARRAY_SIZE(fail_case));
	tcase_add_test(t, formats);
	tcase_add_test(t, long_sentence_is_cut);
	tcase_add_test(t, system_errors);
	tcase_add_test(t, nobody_wants_it);
	tcase_add_test(t, no_memory);
	suite_add_tcase(s, t);
	return unit_run(s);
}
