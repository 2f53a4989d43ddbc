/* SPDX-License-Identifier: MIT */
/*
 * Patterns for part numbers. A small "x" stands for a letter or digit, as in
 * ST's own texts ("STM32G431xB"); a capital one is itself: STM32H743XI has its
 * pins in it. A pattern is a beginning, so what is open at its end ("STM32G4",
 * "STM32G4xx", "STM32G4*") does not count.
 */
#include <ctype.h>
#include <string.h>

#include "core.h"
#include <stoker/loaderdb.h>

/* Without what is open at the end. */
static size_t closed_length(const char *pattern)
{
	size_t len = strlen(pattern);

	while (len && (pattern[len - 1] == 'x' || pattern[len - 1] == '*'))
		len--;
	return len;
}

static bool is_open(char c)
{
	return c == 'x';
}

static bool is_same(char a, char b)
{
	return toupper((unsigned char)a) == toupper((unsigned char)b);
}

static bool fits(char pattern, char c)
{
	return is_open(pattern) ? isalnum((unsigned char)c) != 0 : is_same(pattern, c);
}

bool ldb_device_matches(const char *pattern, const char *device)
{
	const size_t len = closed_length(pattern);

	if (strnlen(device, len) < len)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!fits(pattern[i], device[i]))
			return false;
	}
	return true;
}

enum ldb_relation ldb_device_relation(const char *a, const char *b)
{
	const size_t len_a = closed_length(a), len_b = closed_length(b);
	bool a_more = len_a < len_b, b_more = len_b < len_a;

	for (size_t i = 0; i < len_a && i < len_b; i++) {
		if (is_open(a[i]) && is_open(b[i]))
			continue;
		if (is_open(a[i]) && fits(a[i], b[i]))
			a_more = true;
		else if (is_open(b[i]) && fits(b[i], a[i]))
			b_more = true;
		else if (!is_same(a[i], b[i]))
			return LDB_APART;
	}
	if (a_more && b_more)
		return LDB_ACROSS;
	if (a_more)
		return LDB_AROUND;
	return b_more ? LDB_INSIDE : LDB_EQUAL;
}
