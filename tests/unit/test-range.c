/* SPDX-License-Identifier: MIT */
/* Address ranges, up to the top of the space. */
#include "unit.h"

#include "core.h"

#define TOP	UINT64_MAX

static const struct {
	const char *what;
	struct stk_range r;
	bool valid;
} valid_case[] = {
	{ "one byte",			{ 0x1000, 1 },		true },
	{ "empty",			{ 0x1000, 0 },		false },
	{ "empty at the top",		{ TOP, 0 },		false },
	{ "the last byte",		{ TOP, 1 },		true },
	{ "one past the last byte",	{ TOP, 2 },		false },
	{ "all but one byte",		{ 1, TOP },		true },
	{ "from 0, as long as can be",	{ 0, TOP },		true },
	{ "ends at 2^64",		{ TOP - 0xff, 0x100 },	true },
	{ "ends one after 2^64",	{ TOP - 0xff, 0x101 },	false },
	{ "past 4 GiB is fine",		{ 0xffffffff, 2 },	true },
};

START_TEST(valid)
{
	const __typeof__(*valid_case) *c = &valid_case[_i];

	ck_assert_msg(stk_range_valid(c->r) == c->valid, "%s", c->what);
}
END_TEST

static const struct {
	const char *what;
	struct stk_range outer, inner;
	bool inside;
} contains_case[] = {
	{ "itself", { 0x1000, 0x100 }, { 0x1000, 0x100 }, true },
	{ "the first byte", { 0x1000, 0x100 }, { 0x1000, 1 }, true },
	{ "the last byte", { 0x1000, 0x100 }, { 0x10ff, 1 }, true },
	{ "one byte over", { 0x1000, 0x100 }, { 0x1000, 0x101 }, false },
	{ "one byte before", { 0x1000, 0x100 }, { 0x0fff, 2 }, false },
	{ "over from within", { 0x1000, 0x100 }, { 0x10ff, 2 }, false },
	{ "just behind", { 0x1000, 0x100 }, { 0x1100, 1 }, false },
	{ "the outer in the inner", { 0x1010, 0x10 }, { 0x1000, 0x100 }, false },
	{ "nothing is in nothing", { 0x1000, 0 }, { 0x1000, 0 }, false },
	{ "an empty inner", { 0x1000, 0x100 }, { 0x1000, 0 }, false },
	{ "an empty outer", { 0x1000, 0 }, { 0x1000, 1 }, false },
	{ "top of memory", { TOP, 1 }, { TOP, 1 }, true },
	{ "the end of the top", { TOP - 0xff, 0x100 }, { TOP, 1 }, true },
	{ "the inner wraps", { 0x1000, 0x100 }, { TOP, 2 }, false },
	{ "the inner wraps into it", { 0, 0x100 }, { TOP, 3 }, false },
	{ "the outer wraps", { TOP - 0xff, 0x200 }, { TOP, 1 }, false },
};

START_TEST(contains)
{
	const __typeof__(*contains_case) *c = &contains_case[_i];

	ck_assert_msg(stk_range_contains(c->outer, c->inner) == c->inside, "%s", c->what);
}
END_TEST

static const struct {
	const char *what;
	struct stk_range a, b;
	bool overlap;
} overlaps_case[] = {
	{ "itself", { 0x1000, 0x100 }, { 0x1000, 0x100 }, true },
	{ "one shared byte", { 0x1000, 0x100 }, { 0x10ff, 0x100 }, true },
	{ "adjacent", { 0x1000, 0x100 }, { 0x1100, 0x100 }, false },
	{ "one in the other", { 0x1000, 0x100 }, { 0x1010, 1 }, true },
	{ "same start", { 0x1000, 0x100 }, { 0x1000, 1 }, true },
	{ "same end", { 0x1000, 0x100 }, { 0x10ff, 1 }, true },
	{ "far apart", { 0x1000, 0x100 }, { TOP, 1 }, false },
	{ "both at the top", { TOP - 1, 2 }, { TOP, 1 }, true },
	{ "adjacent at the top", { TOP - 1, 1 }, { TOP, 1 }, false },
	{ "an empty one within", { 0x1000, 0x100 }, { 0x1010, 0 }, false },
	{ "one that wraps", { 0, 0x100 }, { TOP, 3 }, false },
};

/* In both orders. */
START_TEST(overlaps)
{
	const __typeof__(*overlaps_case) *c = &overlaps_case[_i];

	ck_assert_msg(stk_range_overlaps(c->a, c->b) == c->overlap, "%s", c->what);
	ck_assert_msg(stk_range_overlaps(c->b, c->a) == c->overlap, "%s, turned",
		      c->what);
}
END_TEST

START_TEST(end)
{
	ck_assert_uint_eq(stk_range_end((struct stk_range){ 0x1000, 0x100 }), 0x1100);
	ck_assert_uint_eq(stk_range_end((struct stk_range){ TOP - 1, 1 }), TOP);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("range");
	TCase *t = tcase_create("range");

	tcase_add_loop_test(t, valid, 0, ARRAY_SIZE(valid_case));
	tcase_add_loop_test(t, contains, 0, ARRAY_SIZE(contains_case));
	tcase_add_loop_test(t, overlaps, 0, ARRAY_SIZE(overlaps_case));
	tcase_add_test(t, end);
	suite_add_tcase(s, t);
	return unit_run(s);
}
