/* SPDX-License-Identifier: MIT */
/* The reader of facts: what it takes, and the sentence for all that it does not. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/core.h"
#include "loaderdb/json.h"
#include "unit.h"

static struct jdoc *open_text(const char *text)
{
	struct jdoc *doc = NULL;
	struct stk_error err;

	ck_assert_msg(jdoc_open("t.json", text, strlen(text), &doc, &err) == 0, "%s", err.msg);
	return doc;
}

START_TEST(reads_all_kinds)
{
	struct jdoc *doc = open_text("{\"a\": [\"x\", \"y\"], \"t\": true, \"n\": 5, \"at\": "
				     "\"0x08000000\", \"o\": {\"z\": 1, \"b\": 2}}");
	const struct jval root = jdoc_root(doc), a = jval_get(&root, "a"),
			  at = jval_get(&root, "at"), o = jval_get(&root, "o"),
			  none = jval_get(&root, "none"), y = jval_item(&a, 1);
	struct jval m = jval_next(&o, NULL);

	ck_assert_uint_eq(jval_count(&a), 2);
	ck_assert_str_eq(jval_as_text(&y), "y");
	ck_assert(jval_is_text(&y) && !jval_is_text(&a));
	ck_assert(jval_bool(&root, "t", JVAL_NEEDED));
	ck_assert_uint_eq(jval_number(&root, "n", 5, JVAL_NEEDED), 5);
	ck_assert_uint_eq(jval_as_address(&at), 0x08000000);
	ck_assert_str_eq(m.name, "z");
	m = jval_next(&o, &m);
	ck_assert_str_eq(m.name, "b");
	m = jval_next(&o, &m);
	ck_assert(!jval_is(&m));
	ck_assert(!jval_is(&none));
	ck_assert_uint_eq(jval_count(&none), 0);
	ck_assert_ptr_null(jval_text(&root, "none", JVAL_OPTIONAL));
	ck_assert(!jval_bool(&root, "none", JVAL_OPTIONAL));
	jval_only(&root, "a t n at o");
	ck_assert_int_eq(jdoc_end(doc, NULL), 0);
	jdoc_close(doc);
}
END_TEST

/* What jansson or the limits refuse. */
static const struct {
	const char *text, *says;
} broken[] = {
	{ "", "t.json: line " },
	{ "{", "t.json: line 1" },
	{ "{\"a\": 1, \"a\": 2}", "duplicate" },
	{ "{\"a\": \"\\u0000\"}", "t.json: line 1" },
	{ "{\"a\": \"\xff\"}", "unable to decode byte 0xff" },
	{ "{} x", "t.json: line 1" },
	{ "{\n\"a\": 1e999}", "t.json: line 2" },
	{ "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]",
	  "more than 32 deep" },
};

START_TEST(refuses_text)
{
	struct jdoc *doc = NULL;
	struct stk_error err;

	ck_assert_int_eq(jdoc_open("t.json", broken[_i].text, strlen(broken[_i].text), &doc,
				   &err), -EINVAL);
	ck_assert_ptr_null(doc);
	ck_assert_int_eq(err.origin, STK_ORIGIN_INPUT);
	ck_assert_str_eq(err.cause, "bad-facts");
	ck_assert_msg(strstr(err.msg, broken[_i].says), "%s", err.msg);
}
END_TEST

START_TEST(refuses_too_much)
{
	const size_t len = JDOC_MAX_BYTES + 1;
	stk_cleanup(freep) char *text = malloc(len);
	struct jdoc *doc;
	struct stk_error err;

	memset(text, ' ', len);
	ck_assert_int_eq(jdoc_open("t.json", text, len, &doc, &err), -EFBIG);
}
END_TEST

/* What brackets in a text look like does not count. */
START_TEST(depth_is_not_in_texts)
{
	struct jdoc *doc = open_text("{\"a\": \"[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[[[[[[[[[[[\"}");

	ck_assert_int_eq(jdoc_end(doc, NULL), 0);
	jdoc_close(doc);
}
END_TEST

static void ask_text(const struct jval *root)
{
	const struct jval list = jval_need(root, "list"), item = jval_item(&list, 1),
			  inner = jval_need(&item, "in");

	(void)jval_text(&inner, "name", JVAL_NEEDED);
}

static void ask_number(const struct jval *root)
{
	(void)jval_number(root, "n", 9, JVAL_NEEDED);
}

static void ask_bool(const struct jval *root)
{
	(void)jval_bool(root, "b", JVAL_NEEDED);
}

static void ask_address(const struct jval *root)
{
	const struct jval at = jval_get(root, "at");

	(void)jval_as_address(&at);
}

static void ask_only(const struct jval *root)
{
	jval_only(root, "names nam");
}

static const struct {
	const char *text;
	void (*ask)(const struct jval *root);
	const char *says;
} wrong[] = {
	{ "[]", ask_text, "t.json: an object is expected" },
	{ "{}", ask_text, "t.json: list: it is not there" },
	{ "{\"list\": 1}", ask_text, "t.json: list: an array is expected" },
	{ "{\"list\": [1, 2]}", ask_text, "t.json: list[1]: an object is expected" },
	{ "{\"list\": [1, {\"in\": {}}]}", ask_text, "t.json: list[1].in.name: it is not there" },
	{ "{\"list\": [1, {\"in\": {\"name\": 5}}]}", ask_text,
	  "t.json: list[1].in.name: a text is expected" },
	{ "{\"list\": [1, {\"in\": {\"name\": \"\"}}]}", ask_text,
	  "t.json: list[1].in.name: it is empty" },
	{ "{\"n\": 10}", ask_number, "t.json: n: a number from 0 to 9 is expected" },
	{ "{\"n\": -1}", ask_number, "t.json: n: a number from 0 to 9 is expected" },
	{ "{\"n\": 1.5}", ask_number, "t.json: n: a number without fraction is expected" },
	{ "{\"b\": 1}", ask_bool, "t.json: b: true or false is expected" },
	{ "{\"b\": null}", ask_bool, "t.json: b: true or false is expected" },
	{ "{\"at\": \"8000000\"}", ask_address,
	  "t.json: at: an address as \"0x08000000\" is expected" },
	{ "{\"at\": \"0x\"}", ask_address,
	  "t.json: at: an address as \"0x08000000\" is expected" },
	{ "{\"at\": \"0x100000000\"}", ask_address,
	  "t.json: at: an address as \"0x08000000\" is expected" },
	{ "{\"nam\": 1, \"name\": 2}", ask_only,
	  "t.json: name: not a member that is known here; these are: names nam" },
};

START_TEST(says_what_is_wrong)
{
	struct jdoc *doc = open_text(wrong[_i].text);
	const struct jval root = jdoc_root(doc);
	struct stk_error err = { 0 };

	wrong[_i].ask(&root);
	ck_assert_int_eq(jdoc_end(doc, &err), -EINVAL);
	ck_assert_str_eq(err.msg, wrong[_i].says);
	ck_assert_str_eq(err.cause, "bad-facts");
	ck_assert_int_eq(err.origin, STK_ORIGIN_INPUT);
	jdoc_close(doc);
}
END_TEST

/* The first error stays, and from then on nothing is there. */
START_TEST(first_error_stays)
{
	struct jdoc *doc = open_text("{\"a\": 1, \"b\": \"x\"}");
	const struct jval root = jdoc_root(doc);
	struct stk_error err;

	(void)jval_text(&root, "a", JVAL_NEEDED);
	ck_assert_ptr_null(jval_text(&root, "b", JVAL_NEEDED));
	(void)jval_text(&root, "c", JVAL_NEEDED);
	ck_assert(jdoc_end(doc, &err) < 0);
	ck_assert_str_eq(err.msg, "t.json: a: a text is expected");
	jdoc_close(doc);
}
END_TEST

START_TEST(file_is_not_there)
{
	struct jdoc *doc;
	struct stk_error err;

	ck_assert_int_eq(jdoc_open_file("/nonexistent/t.json", &doc, &err), -ENOENT);
	ck_assert_msg(strstr(err.msg, "/nonexistent/t.json"), "%s", err.msg);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("json");
	TCase *tc = tcase_create("json");

	tcase_add_test(tc, reads_all_kinds);
	tcase_add_loop_test(tc, refuses_text, 0, ARRAY_SIZE(broken));
	tcase_add_test(tc, refuses_too_much);
	tcase_add_test(tc, depth_is_not_in_texts);
	tcase_add_loop_test(tc, says_what_is_wrong, 0, ARRAY_SIZE(wrong));
	tcase_add_test(tc, first_error_stays);
	tcase_add_test(tc, file_is_not_there);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
