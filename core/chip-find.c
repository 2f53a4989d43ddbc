/* SPDX-License-Identifier: MIT */
/*
 * From what people call a chip to the chip: any case, a prefix that leaves no
 * choice, "x" for a letter that does not matter, and the letters behind the
 * part number (package, temperature, options) that change none of our facts.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "chip.h"

#define NAME_MAX_LEN 31 /* longest name accepted, part numbers have 16 at most */
#define LISTED	     6	/* candidates in a sentence */
#define NEAREST	     3

/* Chips one after the other, over all drivers. */
struct walk {
	const struct stk_chip_driver *const *drivers;
	size_t count, driver, chip;
};

static const struct stk_chip *walk_next(struct walk *w)
{
	while (w->driver < w->count && w->chip >= w->drivers[w->driver]->n_chips) {
		w->driver++;
		w->chip = 0;
	}
	return w->driver < w->count ? w->drivers[w->driver]->chips[w->chip++] : NULL;
}

/* A list of names for a sentence, cut off before it would overflow. */
struct names {
	char text[220];
	size_t count;
};

static void names_add(struct names *n, const char *before, const char *name)
{
	size_t used = strlen(n->text);

	snprintf(n->text + used, sizeof(n->text) - used, "%s%s", n->count++ ? before : "",
		 name);
}

static bool folded(const char *name, char ret[NAME_MAX_LEN + 1])
{
	size_t i;

	for (i = 0; name[i]; i++) {
		if (i == NAME_MAX_LEN || !isalnum((unsigned char)name[i]))
			return false;
		ret[i] = (char)toupper((unsigned char)name[i]);
	}
	ret[i] = '\0';
	return i > 0;
}

/* "T6", "U6TR", "Tx": package letter, temperature digit, options. */
static bool is_suffix(const char *s)
{
	if (!isupper((unsigned char)s[0]))
		return false;
	return !s[1] || (strchr("3567X", s[1]) && strlen(s) <= 6);
}

static bool matches(const char *query, const char *name, bool wild)
{
	size_t i;

	for (i = 0; query[i] && name[i]; i++)
		if (query[i] != name[i] && !(wild && query[i] == 'X'))
			return false;
	return !query[i] || is_suffix(query + i);
}

struct found {
	const struct stk_chip *first; /* NULL: none */
	bool same;		      /* all have the facts of the first */
};

static struct found search(struct walk w, const char *query, bool wild)
{
	struct found found = { .same = true };
	const struct stk_chip *chip;

	while ((chip = walk_next(&w))) {
		if (!matches(query, chip->name, wild))
			continue;
		if (!found.first)
			found.first = chip;
		found.same = found.same && chip_same_facts(found.first, chip);
	}
	return found;
}

/* Is there an earlier match with the facts of @chip? */
static bool listed_before(struct walk w, const char *query, bool wild,
			  const struct stk_chip *chip)
{
	const struct stk_chip *other;

	while ((other = walk_next(&w)) && other != chip)
		if (matches(query, other->name, wild) && chip_same_facts(other, chip))
			return true;
	return false;
}

/* Do @a and @b differ in the character at @at only? */
static bool differ_at(const char *a, const char *b, size_t at)
{
	return strlen(a) == strlen(b) && strlen(a) > at && a[at] != b[at] &&
	       !strncmp(a, b, at) && !strcmp(a + at + 1, b + at + 1);
}

/* Characters at @at that turn one match into another with other facts. */
static void deciding(struct walk w, const char *query, bool wild, size_t at,
		     struct names *ret)
{
	const struct walk start = w;
	const struct stk_chip *a, *b;

	while ((a = walk_next(&w))) {
		struct walk inner = start;
		char letter[2] = { matches(query, a->name, wild) && strlen(a->name) > at
					   ? a->name[at]
					   : '\0' };

		if (!letter[0] || strchr(ret->text, letter[0]))
			continue;
		while ((b = walk_next(&inner))) {
			if (!matches(query, b->name, wild) ||
			    !differ_at(a->name, b->name, at) || chip_same_facts(a, b))
				continue;
			names_add(ret, ", ", letter);
			break;
		}
	}
}

static int fail_ambiguous(struct walk w, const char *name, const char *query, bool wild,
			  struct stk_error *err)
{
	const struct walk start = w;
	const struct stk_chip *chip;
	struct names candidates = { .count = 0 }, where = { .count = 0 };
	size_t more = 0;
	char tail[32] = "";

	while ((chip = walk_next(&w))) {
		if (!matches(query, chip->name, wild) ||
		    listed_before(start, query, wild, chip))
			continue;
		if (candidates.count < LISTED)
			names_add(&candidates, ", ", chip->name);
		else
			more++;
	}
	if (more)
		snprintf(tail, sizeof(tail), " and %zu more", more);
	for (size_t at = 0; at < NAME_MAX_LEN; at++) {
		struct names letters = { .count = 0 };
		char item[300];

		deciding(start, query, wild, at, &letters);
		snprintf(item, sizeof(item), "character %zu (%s)", at + 1, letters.text);
		if (letters.count)
			names_add(&where, " and ", item);
	}
	return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "chip-ambiguous",
			"'%.40s' can be %s%s%s%s%s", name, candidates.text, tail,
			where.count ? "; " : "", where.text,
			where.count > 1 ? " decide"
			: where.count	? " decides"
					: "");
}

size_t name_distance(const char *query, const char *name)
{
	size_t row[NAME_MAX_LEN + 1], n = strlen(name), best;

	n = n > NAME_MAX_LEN ? NAME_MAX_LEN : n;
	for (size_t j = 0; j <= n; j++)
		row[j] = 0;
	for (size_t i = 0; query[i]; i++) {
		size_t corner = row[0]++;

		for (size_t j = 0; j < n; j++) {
			size_t change = corner + (query[i] != name[j]);
			size_t skip = (row[j] < row[j + 1] ? row[j] : row[j + 1]) + 1;

			corner = row[j + 1];
			row[j + 1] = change < skip ? change : skip;
		}
	}
	best = row[0];
	for (size_t j = 1; j <= n; j++)
		best = row[j] < best ? row[j] : best;
	return best;
}

static bool is_one_of(const struct stk_chip *const *chips, size_t count,
		      const struct stk_chip *chip)
{
	for (size_t i = 0; i < count; i++)
		if (chip_same_facts(chips[i], chip))
			return true;
	return false;
}

/* The nearest whose facts are not those of one in @chips; NULL: no more. */
static const struct stk_chip *nearest(struct walk w, const char *query,
				      const struct stk_chip *const *chips, size_t count)
{
	const struct stk_chip *chip, *best = NULL;
	size_t least = 0;

	while ((chip = walk_next(&w))) {
		size_t d = name_distance(query, chip->name);

		if (is_one_of(chips, count, chip) || (best && d >= least))
			continue;
		best = chip;
		least = d;
	}
	return best;
}

static int fail_unknown(struct walk w, const char *name, const char *query,
			struct stk_error *err)
{
	const struct stk_chip *near[NEAREST];
	struct names list = { .count = 0 };

	for (size_t i = 0; i < NEAREST; i++) {
		near[i] = nearest(w, query, near, i);
		if (!near[i])
			break;
		names_add(&list, ", ", near[i]->name);
	}
	if (!list.count)
		return stk_fail(err, STK_ORIGIN_TARGET, ENOENT, "chip-unknown",
				"no chip module is installed that could know '%.40s'",
				name);
	return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "chip-unknown",
			"no chip is called '%.40s'; the nearest are %s", name, list.text);
}

int chip_find(const struct stk_chip_driver *const *drivers, size_t count,
	      const char *name, const struct stk_chip **ret, struct stk_error *err)
{
	struct walk w = { .drivers = drivers, .count = count };
	char query[NAME_MAX_LEN + 1] = "";
	struct found found = { .first = NULL };
	bool valid = folded(name, query), wild = false;

	/* "X" is a pin count too (STM32H743XI): by the letter first. */
	if (valid)
		found = search(w, query, false);
	if (valid && !found.first) {
		wild = true;
		found = search(w, query, true);
	}
	if (!found.first)
		return fail_unknown(w, name, query, err);
	if (!found.same)
		return fail_ambiguous(w, name, query, wild, err);
	*ret = found.first;
	return 0;
}
