/* SPDX-License-Identifier: MIT */
/* Ranges of versions: what is in them, and how they lie to each other. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core.h"
#include <stoker/loaderdb.h>

#define IDE	LDB_ORDER_CUBEIDE
#define CP	LDB_ORDER_CUBEPROGRAMMER
#define PACK	LDB_ORDER_PACK

static const struct {
	enum ldb_order order;
	const char *range;
	const char *in[8], *out[8];
	const char *text;	/* by ldb_range_text(); NULL: as @range */
} membership[] = {
	{ PACK, "1.3.0", { "1.3.0", "1.3", "1.3.0+x" }, { "1.3.0-rc", "1.3.1", "1.2.9" }, NULL },
	{ PACK, ">=1.3.0", { "1.3.0", "2.0.0-a", "99" }, { "1.3.0-rc", "1.2.9" }, NULL },
	{ PACK, "^1.3.0", { "1.3.0", "1.99.0" }, { "2.0.0-0", "2.0.0", "1.3.0-rc" }, NULL },
	{ PACK, "^0.3.0", { "0.3.0", "0.9.9" }, { "1.0.0-0", "0.2.9" }, NULL },
	{ PACK, "~1.3.0", { "1.3.0", "1.3.99", "1.3.1-a" }, { "1.4.0-0", "1.4.0" }, NULL },
	{ PACK, "~1.3", { "1.3.0", "1.3.99" }, { "1.4.0-0" }, NULL },
	{ PACK, "^1.1.0-dev1", { "1.1.0-dev1", "1.1.0-dev2", "1.1.0", "1.2.0-dev" },
	  { "1.1.0-dev0", "1.0.0", "2.0.0-0" }, NULL },
	{ PACK, "1.2.0:1.4.0", { "1.2.0", "1.4.0", "1.4.0-rc" }, { "1.4.1-0", "1.1.9" }, NULL },
	{ PACK, "1.2.0:2.0.0-", { "1.2.0", "1.99.99" }, { "2.0.0-0", "2.0.0-rc", "2.0.0" },
	  "^1.2.0" },
	{ PACK, "1.2.0:1.9.0-", { "1.2.0", "1.8.99" }, { "1.9.0-0", "1.9.0" }, NULL },
	{ PACK, "1.2.0:1.9.0-0", { "1.2.0", "1.9.0-0" }, { "1.9.0-0.0", "1.9.0" }, NULL },
	{ PACK, "5.0.0:6.0.0-a-", { "6.0.0-a-" }, { "6.0.0-b", "6.0.0" }, NULL },
	{ PACK, "1.2.0:", { "1.2.0", "9" }, { "1.2.0-a" }, ">=1.2.0" },
	{ PACK, ":1.4.0", { "0.0.0-0", "1.4.0" }, { "1.4.1-0" }, "<=1.4.0" },
	{ PACK, "<=1.4.0", { "0.0.0-0", "1.4.0" }, { "1.4.1-0" }, NULL },
	{ PACK, "<1.4.0", { "0.0.0-0", "1.4.0-rc" }, { "1.4.0" }, NULL },
	{ PACK, ":1.4.0-", { "1.3.99" }, { "1.4.0-0", "1.4.0" }, "<1.4.0-0" },
	{ PACK, "1.2.0:<1.4.0", { "1.2.0", "1.4.0-rc" }, { "1.4.0" }, NULL },
	{ PACK, "1.3.0:1.3.0", { "1.3.0" }, { "1.3.1-0" }, "1.3.0" },
	{ PACK, "1.3.0:1.3.1-", { "1.3.0" }, { "1.3.1-0", "1.3.0-a" }, "1.3.0" },
	{ PACK, "0.0.0-0:", { "0.0.0-0", "7" }, { NULL }, "*" },
	{ PACK, "*", { "0.0.0-0", "7", "no version" }, { NULL }, NULL },
	{ PACK, "", { "7", "no version" }, { NULL }, "*" },
	{ PACK, "  ^1.3.0 ", { "1.3.0" }, { "2" }, "^1.3.0" },
	{ IDE, "1.8.0", { "1.8.0", "1.8" }, { "1.8.1", "1.8.0.1" }, NULL },
	{ IDE, ">=1.8.0", { "1.8.0", "1.10.0", "1.8.0.202110" }, { "1.7.0", "1.7.0.9" }, NULL },
	{ IDE, "1.8.0:1.10.1", { "1.9.0", "1.10.1" }, { "1.11.0", "1.7" }, NULL },
	{ IDE, "1.8.0:2.0.0-", { "1.19.0" }, { "2.0.0" }, "^1.8.0" },
	{ IDE, "~2.0.100", { "2.0.100.202110141430" }, { "2.1.0", "2.0.99" }, NULL },
	{ IDE, "<1.8.0", { "1.7.0", "0" }, { "1.8.0", "x" }, NULL },
	{ CP, "<2.9.0", { "2.8.0", "2.9.0-RC01" }, { "2.9.0" }, NULL },
	{ CP, "2.9.0-RC01:2.9.0", { "v2.9.0", "2.9.0-RC02" }, { "2.9.0+st.1" }, NULL },
	{ CP, "v2.22.0:2.22.0+st.1", { "2.22.0" }, { "2.22.0+st.2" }, NULL },
	{ CP, "^2.9", { "2.22.0+st.2" }, { "3.0.0-RC1", "2.9.0-RC01" }, NULL },
};

START_TEST(has)
{
	const __typeof__(*membership) *c = &membership[_i];
	struct ldb_range range, again;
	struct stk_error err = { 0 };
	char text[2 * LDB_VERSION_MAX + 4];

	ck_assert_msg(!ldb_range_parse(c->order, c->range, &range, &err), "%s", err.msg);
	for (size_t i = 0; i < ARRAY_SIZE(c->in) && c->in[i]; i++)
		ck_assert_msg(ldb_range_has(&range, c->in[i]), "%s in %s", c->in[i], c->range);
	for (size_t i = 0; i < ARRAY_SIZE(c->out) && c->out[i]; i++)
		ck_assert_msg(!ldb_range_has(&range, c->out[i]), "%s not in %s", c->out[i],
			      c->range);
	ldb_range_text(&range, text, sizeof(text));
	ck_assert_msg(!ldb_range_parse(c->order, text, &again, &err), "%s", err.msg);
	ck_assert_int_eq(ldb_range_relation(&range, &again), LDB_EQUAL);
	ck_assert_str_eq(text, c->text ? c->text : c->range);
}
END_TEST

static const struct {
	enum ldb_order order;
	const char *text;
	const char *says;	/* part of the sentence */
} wrong[] = {
	{ PACK, ">1.3.0", "not understood" },
	{ PACK, "=1.3.0", "not understood" },
	{ PACK, "1.3.x", "'1.3.x' is no version: numbers as 1.3.0" },
	{ PACK, "1.4.0:1.2.0", "no version is in" },
	{ PACK, "1.3.0:1.3.0-", "no version is in" },
	{ PACK, "1.3.0:<1.3.0", "no version is in" },
	{ PACK, "<0.0.0-0", "no version is in" },
	{ PACK, ":0.0.0-", "no version is in" },
	{ PACK, "1.2:1.3:1.4", "'1.3:1.4' is no version" },
	{ PACK, "1.2.0 1.3.0", "is no version" },
	{ PACK, "^", "'' is no version" },
	{ PACK, ">=", "'' is no version" },
	{ PACK, "-", "'-' is no version" },
	{ PACK, "1.2.0:-", "'-' is no version" },
	{ PACK, "1.2.0:<1.9.0-", "is no version" },
	{ IDE, "v1.8.0", "up to four numbers" },
	{ IDE, "1.8.0:1.9.0-RC1", "up to four numbers" },
	{ CP, "latest", "2.22.0+st.1" },
	{ PACK, "1.0.0-0123456789012345678901234567890123456789012345678901234567",
	  "at most 63 characters" },
	/* "^" would have to name a version that is too long. */
	{ PACK, "^999999999999999999999999999999999999999999999999999999999.9.9",
	  "no room" },
};

START_TEST(refuses)
{
	struct ldb_range range = { .low = "untouched" };
	struct stk_error err = { 0 };

	ck_assert_int_eq(ldb_range_parse(wrong[_i].order, wrong[_i].text, &range, &err), -EINVAL);
	ck_assert_int_eq(err.origin, STK_ORIGIN_USAGE);
	ck_assert_str_eq(err.cause, "bad-range");
	ck_assert_msg(strstr(err.msg, wrong[_i].says), "%s", err.msg);
	ck_assert_str_eq(range.low, "untouched");
}
END_TEST

/*
 * Relations against membership: ends from a coarse set of versions; the grid has
 * those, what lies between any two, and what lies beyond.
 */
static const struct {
	enum ldb_order order;
	const char *end[4], *grid[16];	/* behind three numbers */
} behind[] = {
	{ IDE, { "", ".1", ".5" }, { "", ".1", ".2", ".4", ".5", ".6" } },
	{ CP, { "", "-0", "-RC1", "+st.1" },
	  { "", "+0", "+st.1", "+st.1.0", "-0", "-0+0", "-0.0", "-1", "-RC1", "-RC1+0",
	    "-RC1.0", "-RC2" } },
	{ PACK, { "", "-0", "-a" }, { "", "-0", "-0.0", "-1", "-a", "-a.0", "-b" } },
};

#define RANGES	400
#define GRID	(4 * 4 * 4 * 16)

struct sample {
	struct ldb_range range;
	unsigned char has[GRID];
	size_t count;
};

static size_t make_grid(const __typeof__(*behind) *b, char grid[GRID][LDB_VERSION_MAX])
{
	size_t n = 0;

	for (unsigned int i = 0; i < 64; i++) {
		for (size_t k = 0; k < ARRAY_SIZE(b->grid) && b->grid[k]; k++)
			snprintf(grid[n++], LDB_VERSION_MAX, "%u.%u.%u%s", i / 16, i / 4 % 4,
				 i % 4, b->grid[k]);
	}
	return n;
}

static void random_end(const __typeof__(*behind) *b, char ret[LDB_VERSION_MAX])
{
	size_t n = 0;

	while (n < ARRAY_SIZE(b->end) && b->end[n])
		n++;
	if (rand() % 8 == 0)
		ret[0] = '\0';
	else
		snprintf(ret, LDB_VERSION_MAX, "%d.%d.%d%s", rand() % 3, rand() % 3,
			 rand() % 3, b->end[(size_t)rand() % n]);
}

/* Not empty over the grid; twice the same one now and then. */
static void random_sample(const __typeof__(*behind) *b, char grid[GRID][LDB_VERSION_MAX],
			  size_t n, struct sample *ret)
{
	do {
		memset(ret, 0, sizeof(*ret));
		ret->range.order = b->order;
		random_end(b, ret->range.low);
		if (rand() % 4)
			random_end(b, ret->range.high);
		else
			memcpy(ret->range.high, ret->range.low, sizeof(ret->range.high));
		ret->range.high_excluded = rand() % 2;
		for (size_t i = 0; i < n; i++) {
			ret->has[i] = ldb_range_has(&ret->range, grid[i]);
			ret->count += ret->has[i];
		}
	} while (!ret->count);
}

static enum ldb_relation by_members(const struct sample *a, const struct sample *b, size_t n)
{
	size_t both = 0;

	for (size_t i = 0; i < n; i++)
		both += a->has[i] & b->has[i];
	if (both == a->count && both == b->count)
		return LDB_EQUAL;
	if (both == a->count)
		return LDB_INSIDE;
	if (both == b->count)
		return LDB_AROUND;
	return both ? LDB_ACROSS : LDB_APART;
}

static void round_trip(const struct ldb_range *range)
{
	char text[2 * LDB_VERSION_MAX + 4];
	struct ldb_range read;
	struct stk_error err = { 0 };

	ldb_range_text(range, text, sizeof(text));
	ck_assert_msg(!ldb_range_parse(range->order, text, &read, &err), "%s", err.msg);
	ck_assert_msg(ldb_range_relation(range, &read) == LDB_EQUAL, "%s:%s %d: %s",
		      range->low, range->high, range->high_excluded, text);
}

START_TEST(relations)
{
	static char grid[GRID][LDB_VERSION_MAX];
	static struct sample sample[RANGES];
	size_t seen[LDB_ACROSS + 1] = { 0 };
	const size_t n = make_grid(&behind[_i], grid);

	srand(5);
	for (size_t i = 0; i < RANGES; i++) {
		random_sample(&behind[_i], grid, n, &sample[i]);
		round_trip(&sample[i].range);
	}
	for (size_t i = 0; i < RANGES; i++) {
		for (size_t k = 0; k < RANGES; k++) {
			const struct ldb_range *a = &sample[i].range, *b = &sample[k].range;
			const enum ldb_relation r = ldb_range_relation(a, b);

			ck_assert_msg(r == by_members(&sample[i], &sample[k], n),
				      "'%s'..'%s' %d, '%s'..'%s' %d: %d", a->low, a->high,
				      a->high_excluded, b->low, b->high, b->high_excluded, r);
			seen[r]++;
		}
	}
	for (size_t r = 0; r < ARRAY_SIZE(seen); r++)
		ck_assert_uint_gt(seen[r], RANGES);
}
END_TEST

static Suite *ranges(void)
{
	Suite *s = suite_create("version-ranges");
	TCase *t = tcase_create("version-ranges");

	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, has, 0, ARRAY_SIZE(membership));
	tcase_add_loop_test(t, refuses, 0, ARRAY_SIZE(wrong));
	tcase_add_loop_test(t, relations, 0, ARRAY_SIZE(behind));
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return unit_run(ranges());
}
