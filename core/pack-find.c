/* SPDX-License-Identifier: MIT */
/*
 * From what people call a device to the device of a pack. Names of packs have
 * an "x" for letters that do not matter: STM32G431KBTx is every STM32G431KBT.
 */
#include "pack.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "chip.h"

#define NAME_MAX_LEN 63
#define LISTED	     6 /* candidates in a sentence */
#define NEAREST	     3

/* Upper case, but for the don't-care letter of a name in a .pdsc. */
static void fold(const char *name, bool wild, char ret[NAME_MAX_LEN + 1])
{
	size_t i;

	for (i = 0; name[i] && i < NAME_MAX_LEN; i++)
		ret[i] = wild && name[i] == 'x' ? 'x'
						: (char)toupper((unsigned char)name[i]);
	ret[i] = '\0';
}

/* "T6", "U6TR", "TR": package letter, temperature digit, packing. */
static bool is_package(const char *s)
{
	return isalpha((unsigned char)s[0]) && strlen(s) <= 6 &&
	       (!s[1] || isdigit((unsigned char)s[1]) || s[1] == 'X' || !strcmp(s, "TR"));
}

/*
 * @query, folded without don't-cares: a prefix of @name, or all of it with a
 * package behind. @loose: an "X" of the query is any letter, too.
 */
static bool matches(const char *query, const char *name, bool loose)
{
	char own[NAME_MAX_LEN + 1];
	size_t i;

	fold(name, true, own);
	for (i = 0; query[i] && own[i]; i++)
		if (query[i] != own[i] && own[i] != 'x' && !(loose && query[i] == 'X'))
			return false;
	return !query[i] || is_package(query + i);
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static bool same_range(struct stk_range a, struct stk_range b)
{
	return a.addr == b.addr && a.len == b.len;
}

static bool same_memory(const struct stk_pack_memory *a, const struct stk_pack_memory *b)
{
	return same_text(a->name, b->name) && same_text(a->processor, b->processor) &&
	       same_range(a->range, b->range) && a->write == b->write &&
	       a->is_default == b->is_default;
}

/* Whichever of the two is meant, the answer is the same. */
static bool alike(const struct stk_pack_device *a, const struct stk_pack_device *b)
{
	if (a->n_memories != b->n_memories || a->n_algorithms != b->n_algorithms)
		return false;
	for (size_t i = 0; i < a->n_memories; i++)
		if (!same_memory(a->memories[i], b->memories[i]))
			return false;
	for (size_t i = 0; i < a->n_algorithms; i++)
		if (!pack_same_algorithm(a->algorithms[i], b->algorithms[i]))
			return false;
	return true;
}

/* A list of names for a sentence, cut off before it would overflow. */
struct names {
	char text[300];
	size_t count;
};

static void names_add(struct names *n, const char *name)
{
	size_t used = strlen(n->text);

	snprintf(n->text + used, sizeof(n->text) - used, "%s%.40s",
		 n->count++ ? ", " : "", name);
}

static int fail_ambiguous(const struct stk_pack_info *info, const char *name,
			  const char *query, bool loose, struct stk_error *err)
{
	struct names list = { .count = 0 };
	size_t more = 0;
	char tail[32] = "";

	for (size_t i = 0; i < info->n_devices; i++) {
		if (!matches(query, info->devices[i].name, loose))
			continue;
		if (list.count < LISTED)
			names_add(&list, info->devices[i].name);
		else
			more++;
	}
	if (more)
		snprintf(tail, sizeof(tail), " and %zu more", more);
	return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "device-ambiguous",
			"'%.40s' can be %s%s, which differ in memories or algorithms",
			name, list.text, tail);
}

static int fail_unknown(const struct stk_pack_info *info, const char *name,
			const char *query, struct stk_error *err)
{
	size_t near[NEAREST], n = 0;
	struct names list = { .count = 0 };

	while (n < NEAREST && n < info->n_devices) {
		size_t best = info->n_devices, least = 0;

		for (size_t i = 0; i < info->n_devices; i++) {
			char own[NAME_MAX_LEN + 1];
			bool taken = false;
			size_t d;

			for (size_t k = 0; k < n; k++)
				taken = taken || near[k] == i;
			if (taken)
				continue;
			fold(info->devices[i].name, false, own);
			d = name_distance(query, own);
			if (best == info->n_devices || d < least) {
				best = i;
				least = d;
			}
		}
		near[n++] = best;
		names_add(&list, info->devices[best].name);
	}
	if (!n)
		return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "no-such-device",
				"'%s' describes no devices at all", info->path);
	return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "no-such-device",
			"'%.160s' has no device '%.40s'; the nearest are %s", info->path,
			name, list.text);
}

/* Those that match, and whether they are all like the first. */
struct found {
	const struct stk_pack_device *first; /* NULL: none */
	size_t count;
	bool same;
};

static struct found search(const struct stk_pack_info *info, const char *query, bool loose)
{
	struct found found = { .same = true };

	for (size_t i = 0; i < info->n_devices; i++) {
		const struct stk_pack_device *d = &info->devices[i];

		if (!matches(query, d->name, loose))
			continue;
		if (!found.count++)
			found.first = d;
		found.same = found.same && alike(found.first, d);
	}
	return found;
}

int pack_find_device(const struct stk_pack *pack, const char *name,
		     const struct stk_pack_device **ret, size_t *ret_alike,
		     struct stk_error *err)
{
	const struct stk_pack_info *info = &pack->info;
	struct found found = { .first = NULL };
	char query[NAME_MAX_LEN + 1];
	bool loose = false;

	for (size_t i = 0; i < info->n_devices; i++) {
		if (strcasecmp(info->devices[i].name, name))
			continue;
		*ret = &info->devices[i];
		*ret_alike = 1;
		return 0;
	}
	fold(name, false, query);
	if (*query && strlen(name) <= NAME_MAX_LEN) {
		found = search(info, query, loose);
		loose = !found.first;
		if (loose)
			found = search(info, query, loose);
	}
	if (!found.first)
		return fail_unknown(info, name, query, err);
	if (!found.same)
		return fail_ambiguous(info, name, query, loose, err);
	*ret = found.first;
	*ret_alike = found.count;
	return 0;
}
