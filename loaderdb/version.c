/* SPDX-License-Identifier: MIT */
/*
 * Which version of a toolchain comes first.
 *
 * Packs: Semantic Versioning 2.0.0 (https://semver.org, sections 9 to 11), as
 * the Open-CMSIS-Pack specification asks for ("/package/releases element"); a
 * patch number may be missing and numbers may have leading zeros ("25.01"), as
 * its tools take them (https://github.com/Open-CMSIS-Pack/devtools/issues/1966).
 *
 * STM32CubeIDE, STM32CubeCLT and their plug-ins: Eclipse's major.minor.service
 * and, as the qualifier, the time of the build ("2.0.100.202110141430").
 *
 * STM32CubeProgrammer: as its banner ("STM32CubeProgrammer v2.9.0-RC01") and
 * the folders of the VS Code bundles ("2.22.0+st.1") have it. That "+st.N" is a
 * later build of the release is assumed: the folders show it, no manual says so.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "version.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_identifier(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
}

/* Digits at *@at, leading zeros passed over. False: none. */
static bool take_number(const char **at, struct span *ret)
{
	const char *p = *at;

	if (!is_digit(*p))
		return false;
	while (*p == '0')
		p++;
	ret->text = p;
	while (is_digit(*p))
		p++;
	ret->len = (size_t)(p - ret->text);
	*at = p;
	return true;
}

/* Identifiers between dots at *@at, none of them empty. */
static bool take_identifiers(const char **at, struct span *ret)
{
	const char *start = *at;
	const char *p = start;

	do {
		const char *id = p;

		while (is_identifier(*p))
			p++;
		if (p == id)
			return false;
	} while (*p == '.' && p++);
	*ret = (struct span){ start, (size_t)(p - start) };
	*at = p;
	return true;
}

bool version_parse(enum ldb_order order, const char *text, struct version *ret)
{
	const size_t most = order == LDB_ORDER_CUBEIDE ? VERSION_NUMBERS : 3;
	struct version v = { 0 };
	const char *p = text;
	size_t n = 0;

	if (order == LDB_ORDER_CUBEPROGRAMMER && (*p == 'v' || *p == 'V'))
		p++;
	do {
		if (n == most || !take_number(&p, &v.number[n++]))
			return false;
	} while (*p == '.' && p++);
	if (version_has_pre(order) && *p == '-' && p++ && !take_identifiers(&p, &v.pre))
		return false;
	if (version_has_pre(order) && *p == '+' && p++ && !take_identifiers(&p, &v.post))
		return false;
	if (*p)
		return false;
	*ret = v;
	return true;
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

/* Digits without leading zeros, however many. */
static int compare_numbers(struct span a, struct span b)
{
	if (a.len != b.len)
		return a.len < b.len ? -1 : 1;
	return a.len ? sign(memcmp(a.text, b.text, a.len)) : 0;
}

static bool is_number(struct span s)
{
	for (size_t i = 0; i < s.len; i++) {
		if (!is_digit(s.text[i]))
			return false;
	}
	return true;
}

/* The digits at @at of @s; @at goes behind them. */
static struct span number_in(struct span s, size_t *at)
{
	struct span n;

	while (*at < s.len && s.text[*at] == '0')
		++*at;
	n.text = s.text + *at;
	while (*at < s.len && is_digit(s.text[*at]))
		++*at;
	n.len = (size_t)(s.text + *at - n.text);
	return n;
}

/* "RC2" before "RC10", "rc2" is "RC2". */
static int compare_as_people(struct span a, struct span b)
{
	size_t i = 0, k = 0;

	while (i < a.len && k < b.len) {
		int d;

		if (is_digit(a.text[i]) && is_digit(b.text[k]))
			d = compare_numbers(number_in(a, &i), number_in(b, &k));
		else
			d = sign(tolower((unsigned char)a.text[i++]) -
				 tolower((unsigned char)b.text[k++]));
		if (d)
			return d;
	}
	return (i < a.len) - (k < b.len);
}

/* By the values of their bytes (section 11.4.2). */
static int compare_bytes(struct span a, struct span b)
{
	const int d = memcmp(a.text, b.text, a.len < b.len ? a.len : b.len);

	return d ? sign(d) : (a.len > b.len) - (a.len < b.len);
}

/* Section 11.4: a number is lower than a word. */
static int compare_identifier(enum ldb_order order, struct span a, struct span b)
{
	const bool number = is_number(a);
	size_t i = 0, k = 0;

	if (number != is_number(b))
		return number ? -1 : 1;
	if (number)
		return compare_numbers(number_in(a, &i), number_in(b, &k));
	return order == LDB_ORDER_PACK ? compare_bytes(a, b) : compare_as_people(a, b);
}

/* The identifier at the start of *@rest, which is what comes behind it. */
static struct span next_identifier(struct span *rest)
{
	const char *dot = memchr(rest->text, '.', rest->len);
	const struct span id = { rest->text, dot ? (size_t)(dot - rest->text) : rest->len };
	const size_t passed = id.len + (dot ? 1 : 0);

	rest->text += passed;
	rest->len -= passed;
	return id;
}

/* Identifier by identifier; the one that ends first is lower. */
static int compare_identifiers(enum ldb_order order, struct span a, struct span b)
{
	while (a.len && b.len) {
		const struct span ida = next_identifier(&a), idb = next_identifier(&b);
		const int d = compare_identifier(order, ida, idb);

		if (d)
			return d;
	}
	return (a.len > 0) - (b.len > 0);
}

int version_compare(enum ldb_order order, const struct version *a, const struct version *b)
{
	for (size_t i = 0; i < VERSION_NUMBERS; i++) {
		const int d = compare_numbers(a->number[i], b->number[i]);

		if (d)
			return d;
	}
	if (!a->pre.len != !b->pre.len)
		return a->pre.len ? -1 : 1;
	if (a->pre.len) {
		const int d = compare_identifiers(order, a->pre, b->pre);

		if (d)
			return d;
	}
	if (order == LDB_ORDER_PACK)
		return 0;
	return compare_identifiers(order, a->post, b->post);
}

bool ldb_version_valid(enum ldb_order order, const char *text)
{
	struct version v;

	return text && strnlen(text, LDB_VERSION_MAX) < LDB_VERSION_MAX &&
	       version_parse(order, text, &v);
}

int ldb_version_compare(enum ldb_order order, const char *a, const char *b)
{
	struct version va, vb;
	const bool has_a = version_parse(order, a, &va), has_b = version_parse(order, b, &vb);

	/* What cannot be ordered comes first, so that sorting still ends. */
	if (!has_a || !has_b)
		return has_a || has_b ? (has_a ? 1 : -1) : sign(strcmp(a, b));
	return version_compare(order, &va, &vb);
}

/* @number plus one, as text behind what is in @buf. */
static void print_raised(char *buf, size_t size, struct span number)
{
	const size_t at = strlen(buf);
	size_t i;

	if (!number.len)
		number = (struct span){ "0", 1 };
	for (i = number.len; i && number.text[i - 1] == '9'; i--)
		;
	/* All nines: one digit more. */
	if (!i)
		snprintf(buf + at, size - at, "1%.*s", (int)number.len, number.text);
	else
		snprintf(buf + at, size - at, "%.*s", (int)number.len, number.text);
	if (at + number.len + !i >= size)
		return;
	if (i)
		buf[at + i - 1]++;
	memset(buf + at + i + !i, '0', number.len - i);
}

static void print_number(char *buf, size_t size, struct span number)
{
	const size_t at = strlen(buf);

	snprintf(buf + at, size - at, "%.*s.", number.len ? (int)number.len : 1,
		 number.len ? number.text : "0");
}

const char *version_next(enum ldb_order order, const char *text, char buf[VERSION_ROOM])
{
	struct version v;
	const unsigned int last = order == LDB_ORDER_CUBEIDE ? 3 : 2;

	buf[0] = '\0';
	if (!version_parse(order, text, &v))
		return buf;
	if (order == LDB_ORDER_CUBEPROGRAMMER) {
		snprintf(buf, VERSION_ROOM, "%s%s", text, v.post.len ? ".0" : "+0");
	} else if (v.pre.len) {
		snprintf(buf, VERSION_ROOM, "%.*s.0",
			 (int)(v.pre.text + v.pre.len - text), text);
	} else {
		for (unsigned int i = 0; i < last; i++)
			print_number(buf, VERSION_ROOM, v.number[i]);
		print_raised(buf, VERSION_ROOM, v.number[last]);
		if (version_has_pre(order))
			strcat(buf, "-0");
	}
	return buf;
}

bool version_above(enum ldb_order order, const char *text, unsigned int number,
		   char buf[LDB_VERSION_MAX])
{
	struct version v;
	char above[2 * LDB_VERSION_MAX] = "";

	if (!version_parse(order, text, &v))
		return false;
	for (unsigned int i = 0; i < number; i++)
		print_number(above, sizeof(above), v.number[i]);
	print_raised(above, sizeof(above), v.number[number]);
	for (unsigned int i = number; i < 2; i++)
		strcat(above, ".0");
	if (version_has_pre(order))
		strcat(above, "-0");
	if (strlen(above) >= LDB_VERSION_MAX)
		return false;
	strcpy(buf, above);
	return true;
}
