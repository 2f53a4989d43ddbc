/* SPDX-License-Identifier: MIT */
/* Patterns for part numbers. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "core.h"
#include <stoker/loaderdb.h>

static const struct {
	const char *pattern, *device;
	bool fits;
} match_case[] = {
	{ "STM32G431CB", "STM32G431CB", true },
	{ "STM32G431CB", "STM32G431CBT6", true },
	{ "STM32G431CB", "stm32g431cbu3tr", true },
	{ "STM32G431CB", "STM32G431C", false },
	{ "STM32G431CB", "STM32G431C8", false },
	{ "STM32G431xB", "STM32G431CB", true },
	{ "stm32g431xb", "STM32G431KB", true },
	{ "STM32G431xB", "STM32G431C8", false },
	{ "STM32G431xB", "STM32G431", false },
	{ "STM32G4x1", "STM32G431CB", true },
	{ "STM32G4x1", "STM32G474RE", false },
	{ "STM32G4", "STM32G474RE", true },
	{ "STM32G4xx", "STM32G474RE", true },
	{ "STM32G4xx", "STM32G4", true },
	{ "STM32G4*", "STM32G474RE", true },
	{ "STM32G4", "STM32F401", false },
	{ "*", "STM32G474RE", true },
	{ "*", "", true },
	/* A capital X is the pin count. */
	{ "STM32H743XI", "STM32H743XI", true },
	{ "STM32H743XI", "STM32H743ZI", false },
	{ "STM32H743xI", "STM32H743XI", true },
	{ "STM32L151RB-A", "STM32L151RB-A", true },
	{ "STM32L151RBxA", "STM32L151RB-A", false },
};

START_TEST(matches)
{
	const __typeof__(*match_case) *c = &match_case[_i];

	ck_assert_msg(ldb_device_matches(c->pattern, c->device) == c->fits, "%s, %s",
		      c->pattern, c->device);
}
END_TEST

static const struct {
	const char *a, *b;
	enum ldb_relation relation;
} relation_case[] = {
	{ "STM32G431CB", "stm32g431cb", LDB_EQUAL },
	{ "STM32G4", "STM32G4xx", LDB_EQUAL },
	{ "STM32G4*", "STM32G4", LDB_EQUAL },
	{ "*", "", LDB_EQUAL },
	{ "STM32G431CB", "STM32G431xB", LDB_INSIDE },
	{ "STM32G431xB", "STM32G431CB", LDB_AROUND },
	{ "STM32G431CB", "STM32G431", LDB_INSIDE },
	{ "STM32G431CBT6", "STM32G431CB", LDB_INSIDE },
	{ "STM32G431", "*", LDB_INSIDE },
	{ "*", "STM32", LDB_AROUND },
	{ "STM32G431xB", "STM32G431C", LDB_ACROSS },
	{ "STM32xx31", "STM32G4x1", LDB_ACROSS },
	{ "STM32G431CB", "STM32G431C8", LDB_APART },
	{ "STM32G431xB", "STM32G441", LDB_APART },
};

START_TEST(relates)
{
	const __typeof__(*relation_case) *c = &relation_case[_i];

	ck_assert_msg(ldb_device_relation(c->a, c->b) == c->relation, "%s, %s: %d", c->a, c->b,
		      ldb_device_relation(c->a, c->b));
}
END_TEST

/* Every pattern of up to three characters against every part number of three. */
static const char pattern_chars[] = "Gg4xX-";
static const char device_chars[] = "G4XZ-";

#define PATTERNS	(1 + 6 + 36 + 216)
#define DEVICES		125

static void make_pattern(size_t n, char ret[4])
{
	const size_t base = strlen(pattern_chars);
	size_t len = 0, first = 1;

	for (; n >= first; len++) {
		n -= first;
		first *= base;
	}
	for (size_t i = 0; i < len; i++, n /= base)
		ret[i] = pattern_chars[n % base];
	ret[len] = '\0';
}

static enum ldb_relation by_members(const bool *a, const bool *b)
{
	size_t both = 0, in_a = 0, in_b = 0;

	for (size_t i = 0; i < DEVICES; i++) {
		both += a[i] && b[i];
		in_a += a[i];
		in_b += b[i];
	}
	if (both == in_a && both == in_b)
		return LDB_EQUAL;
	if (both == in_a)
		return LDB_INSIDE;
	if (both == in_b)
		return LDB_AROUND;
	return both ? LDB_ACROSS : LDB_APART;
}

START_TEST(relations)
{
	static char pattern[PATTERNS][4];
	static bool has[PATTERNS][DEVICES];
	size_t seen[LDB_ACROSS + 1] = { 0 };

	for (size_t i = 0; i < PATTERNS; i++) {
		make_pattern(i, pattern[i]);
		for (size_t k = 0; k < DEVICES; k++) {
			const char device[] = { device_chars[k / 25], device_chars[k / 5 % 5],
						device_chars[k % 5], '\0' };

			has[i][k] = ldb_device_matches(pattern[i], device);
		}
	}
	for (size_t i = 0; i < PATTERNS; i++) {
		for (size_t k = 0; k < PATTERNS; k++) {
			const enum ldb_relation r = ldb_device_relation(pattern[i], pattern[k]);

			ck_assert_msg(r == by_members(has[i], has[k]), "%s, %s: %d",
				      pattern[i], pattern[k], r);
			seen[r]++;
		}
	}
	for (size_t r = 0; r < ARRAY_SIZE(seen); r++)
		ck_assert_uint_gt(seen[r], PATTERNS);
}
END_TEST

static Suite *devices(void)
{
	Suite *s = suite_create("device-patterns");
	TCase *t = tcase_create("device-patterns");

	tcase_add_loop_test(t, matches, 0, ARRAY_SIZE(match_case));
	tcase_add_loop_test(t, relates, 0, ARRAY_SIZE(relation_case));
	tcase_add_test(t, relations);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return unit_run(devices());
}
