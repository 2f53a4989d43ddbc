/* SPDX-License-Identifier: MIT */
/*
 * Ranges of versions, as packs are asked for.
 *
 * "1.2.0:1.4.0": "version" of /package/requirements in a .pdsc; "1.2.0:2.0.0-"
 * there too (https://github.com/Open-CMSIS-Pack/Open-CMSIS-Pack-Spec/issues/273):
 * a version of which nothing is lower than what is behind its "-".
 * "1.2.0", ">=", "^", "~": names of packs in a csolution
 * (https://open-cmsis-pack.github.io/cmsis-toolbox/YML-Input-Format/#pack-name-conventions)
 * and cpackget; "^1.3.0" and "~1.3.0" stop before the pre-releases of what they
 * exclude (https://github.com/Open-CMSIS-Pack/devtools/issues/1966). Unlike in
 * other worlds, "^0.3.0" goes up to 1.0.0 there: the same major version.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "version.h"

#define STEPS	"1.3.0, >=1.3.0, <1.4.0, ^1.3.0, ~1.3.0, 1.2.0:1.4.0, 1.2.0:2.0.0-"

/* What a range is made of while it is read. */
struct reading {
	enum ldb_order order;
	const char *text;
	struct ldb_range *range;
	struct stk_error *err;
};

static const char *example(enum ldb_order order)
{
	switch (order) {
	case LDB_ORDER_CUBEIDE:
		return "up to four numbers between dots, as 1.10.1";
	case LDB_ORDER_CUBEPROGRAMMER:
		return "up to three numbers, as 2.9.0, 2.9.0-RC01 or 2.22.0+st.1";
	case LDB_ORDER_PACK:
		break;
	}
	return "numbers as 1.3.0 or 1.3.0-rc.1";
}

static int refuse(const struct reading *r, const char *why, const char *what, size_t len)
{
	return stk_fail(r->err, STK_ORIGIN_USAGE, EINVAL, "bad-range",
			"'%.150s': %s '%.*s'; give a range such as " STEPS, r->text, why,
			len < 70 ? (int)len : 70, what);
}

/* @len bytes at @text are a version: into @ret. */
static int take_version(const struct reading *r, const char *text, size_t len,
			char ret[LDB_VERSION_MAX])
{
	char copy[LDB_VERSION_MAX] = "";

	if (len >= LDB_VERSION_MAX)
		return stk_fail(r->err, STK_ORIGIN_USAGE, EINVAL, "bad-range",
				"'%.40s...': a version has at most %d characters", text,
				LDB_VERSION_MAX - 1);
	memcpy(copy, text, len);
	if (!ldb_version_valid(r->order, copy))
		return stk_fail(r->err, STK_ORIGIN_USAGE, EINVAL, "bad-range",
				"'%.150s': '%s' is no version: %s; a range is such as " STEPS,
				r->text, copy, example(r->order));
	memcpy(ret, copy, sizeof(copy));
	return 0;
}

/* "2.0.0-": that version and what leads to it are excluded. False: no such thing. */
static bool take_excluded(const struct reading *r, const char *text, size_t len)
{
	char copy[LDB_VERSION_MAX] = "";
	struct version v;

	if (len < 2 || text[len - 1] != '-' || len + 1 >= LDB_VERSION_MAX)
		return false;
	memcpy(copy, text, len - 1);
	if (!version_parse(r->order, copy, &v) || v.pre.len || v.post.len)
		return false;
	snprintf(r->range->high, sizeof(r->range->high), "%s%s", copy,
		 version_has_pre(r->order) ? "-0" : "");
	r->range->high_excluded = true;
	return true;
}

/* The end of a range: "", "1.4.0", "2.0.0-", "<2.0.0". */
static int take_high(const struct reading *r, const char *text, size_t len)
{
	if (!len || take_excluded(r, text, len))
		return 0;
	if (*text == '<') {
		r->range->high_excluded = true;
		text++;
		len--;
	}
	return take_version(r, text, len, r->range->high);
}

/* "^1.3.0", "~1.3.0": up to the next of its numbers @number. */
static int take_upward(const struct reading *r, const char *text, size_t len,
		       unsigned int number)
{
	const int rc = take_version(r, text, len, r->range->low);

	if (rc)
		return rc;
	r->range->high_excluded = true;
	if (!version_above(r->order, r->range->low, number, r->range->high))
		return refuse(r, "no room for the version above", text, len);
	return 0;
}

static int take_range(const struct reading *r, const char *text, size_t len)
{
	const char *colon = memchr(text, ':', len);
	int rc;

	if (!len || (len == 1 && *text == '*'))
		return 0;
	if (colon) {
		const size_t low = (size_t)(colon - text);

		rc = low ? take_version(r, text, low, r->range->low) : 0;
		return rc ? rc : take_high(r, colon + 1, len - low - 1);
	}
	if (len >= 2 && !memcmp(text, ">=", 2))
		return take_version(r, text + 2, len - 2, r->range->low);
	if (len >= 2 && !memcmp(text, "<=", 2))
		return take_version(r, text + 2, len - 2, r->range->high);
	if (*text == '<')
		return take_high(r, text, len);
	if (*text == '^' || *text == '~')
		return take_upward(r, text + 1, len - 1, *text == '^' ? 0 : 1);
	if (*text == '>' || *text == '=')
		return refuse(r, "not understood:", text, len);
	rc = take_version(r, text, len, r->range->low);
	if (!rc)
		memcpy(r->range->high, r->range->low, sizeof(r->range->high));
	return rc;
}

static const char *bottom(const struct ldb_range *range)
{
	return range->low[0] ? range->low : version_lowest(range->order);
}

static bool is_empty(const struct ldb_range *range)
{
	int d;

	if (!range->high[0])
		return false;
	d = ldb_version_compare(range->order, bottom(range), range->high);
	return d > 0 || (d == 0 && range->high_excluded);
}

int ldb_range_parse(enum ldb_order order, const char *text, struct ldb_range *ret,
		    struct stk_error *err)
{
	struct ldb_range range = { .order = order };
	const struct reading r = { order, text, &range, err };
	size_t len;
	int rc;

	while (*text == ' ')
		text++;
	len = strlen(text);
	while (len && text[len - 1] == ' ')
		len--;
	rc = take_range(&r, text, len);
	if (rc)
		return rc;
	if (is_empty(&range))
		return refuse(&r, "no version is in", text, len);
	*ret = range;
	return 0;
}

bool ldb_range_has(const struct ldb_range *range, const char *version)
{
	int d;

	if (!range->low[0] && !range->high[0])
		return true;
	if (!version || !ldb_version_valid(range->order, version))
		return false;
	if (range->low[0] && ldb_version_compare(range->order, version, range->low) < 0)
		return false;
	if (!range->high[0])
		return true;
	d = ldb_version_compare(range->order, version, range->high);
	return d < 0 || (d == 0 && !range->high_excluded);
}

/* Both have a last version: which ends later? */
static int compare_ends(const struct ldb_range *a, const struct ldb_range *b)
{
	char next[VERSION_ROOM];
	struct version above, excluded;
	int d = ldb_version_compare(a->order, a->high, b->high);

	if (a->high_excluded == b->high_excluded)
		return d;
	if (a->high_excluded)
		return -compare_ends(b, a);
	/* @a ends with its last one, @b before one: perhaps the one that is next. */
	if (d >= 0)
		return 1;
	if (!version_parse(b->order, b->high, &excluded) ||
	    !version_parse(a->order, version_next(a->order, a->high, next), &above))
		return -1;
	d = version_compare(a->order, &above, &excluded);
	return d < 0 ? -1 : 0;
}

static int compare_highs(const struct ldb_range *a, const struct ldb_range *b)
{
	if (!a->high[0] || !b->high[0])
		return !a->high[0] - !b->high[0];
	return compare_ends(a, b);
}

enum ldb_relation ldb_range_relation(const struct ldb_range *a, const struct ldb_range *b)
{
	const int low = ldb_version_compare(a->order, bottom(a), bottom(b));
	const int high = compare_highs(a, b);
	struct ldb_range both = low < 0 ? *b : *a;

	if (!low && !high)
		return LDB_EQUAL;
	if (low >= 0 && high <= 0)
		return LDB_INSIDE;
	if (low <= 0 && high >= 0)
		return LDB_AROUND;
	memcpy(both.high, high < 0 ? a->high : b->high, sizeof(both.high));
	both.high_excluded = high < 0 ? a->high_excluded : b->high_excluded;
	return is_empty(&both) ? LDB_APART : LDB_ACROSS;
}

/* Does @text mean @range? Then it is in @buf. */
static bool is_meant(const struct ldb_range *range, char *buf, size_t size, const char *text)
{
	struct ldb_range read;

	if (ldb_range_parse(range->order, text, &read, NULL) ||
	    ldb_range_relation(&read, range) != LDB_EQUAL)
		return false;
	snprintf(buf, size, "%s", text);
	return true;
}

const char *ldb_range_text(const struct ldb_range *range, char *buf, size_t size)
{
	static const char *const start[] = { "", ">=", "^", "~", "<=", "<" };
	const char *end = range->high_excluded ? "<" : "";
	char text[2 * LDB_VERSION_MAX + 4], high[LDB_VERSION_MAX];
	size_t len;

	if (is_meant(range, buf, size, "*"))
		return buf;
	for (size_t i = 0; i < ARRAY_SIZE(start); i++) {
		snprintf(text, sizeof(text), "%s%s", start[i],
			 start[i][0] == '<' ? range->high : range->low);
		if (text[strlen(start[i])] && is_meant(range, buf, size, text))
			return buf;
	}
	/* "2.0.0-0" excluded is written "2.0.0-". */
	memcpy(high, range->high, sizeof(high));
	len = strnlen(high, sizeof(high) - 1);
	if (range->high_excluded && len > 2 && !memcmp(high + len - 2, "-0", 2))
		high[len - 1] = '\0';
	snprintf(text, sizeof(text), "%s:%s", range->low, high);
	if (is_meant(range, buf, size, text))
		return buf;
	snprintf(buf, size, "%s:%s%s", range->low, end, range->high);
	return buf;
}
