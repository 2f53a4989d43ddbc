/* SPDX-License-Identifier: MIT */
/* Which memory part a device name or file name of a loader gives away. */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "modules.h"
#include "part.h"

static bool is_word(char c)
{
	return isalnum((unsigned char)c);
}

/* "2x" right before @at: how many; 0: no such thing. */
static unsigned int copies_before(const char *text, size_t at)
{
	if (at < 2 || tolower((unsigned char)text[at - 1]) != 'x' || text[at - 2] < '2' ||
	    text[at - 2] > '4' || (at > 2 && is_word(text[at - 3])))
		return 0;
	return (unsigned int)(text[at - 2] - '0');
}

/* "x2" at the end of the word that ends at @end; 0: no such thing. */
static unsigned int copies_behind(const char *text, size_t start, size_t end)
{
	if (end < start + 2 || tolower((unsigned char)text[end - 2]) != 'x' ||
	    text[end - 1] < '2' || text[end - 1] > '4')
		return 0;
	return (unsigned int)(text[end - 1] - '0');
}

/* May a name begin at @at? "EN25Q64" is no N25Q64, "FlashW25Q64" is a W25Q64. */
static bool begins(const char *text, size_t at)
{
	unsigned char before;

	if (!at)
		return true;
	before = (unsigned char)text[at - 1];
	return !isalpha(before) || copies_before(text, at) ||
	       (islower(before) && isupper((unsigned char)text[at]));
}

/* The longest name that stands at @text, no digit behind it; NULL: none. */
static const struct stk_part *named_at(const struct stk_chip_driver *const *drivers,
				       size_t count, const char *text)
{
	const int first = tolower((unsigned char)text[0]);
	const struct stk_part *best = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0;
		     stk_offers(drivers[i], parts) && k < drivers[i]->n_parts; k++) {
			const struct stk_part *p = &drivers[i]->parts[k];
			size_t len;

			if (tolower((unsigned char)p->name[0]) != first)
				continue;
			len = strlen(p->name);
			if (len <= longest || strncasecmp(text, p->name, len) ||
			    isdigit((unsigned char)text[len]))
				continue;
			longest = len;
			best = p;
		}
	}
	return best;
}

/* How far the name of @part at @at goes, its letters and copies included. */
static struct stk_part_match measure(const char *text, size_t at,
				     const struct stk_part *part)
{
	struct stk_part_match m = { .part = part, .copies = 1, .offset = at };
	size_t name = at + strlen(part->name), end = name;
	unsigned int copies = copies_before(text, at);

	if (copies) {
		m.copies = copies;
		m.offset -= 2;
	}
	while (is_word(text[end]))
		end++;
	copies = copies_behind(text, name, end);
	if (!copies && text[end] && copies_behind(text, end + 1, end + 3) &&
	    !is_word(text[end + 3])) {
		copies = copies_behind(text, end + 1, end + 3);
		end += 3;
	}
	if (copies)
		m.copies = copies;
	m.length = end - m.offset;
	return m;
}

int part_find(const struct stk_chip_driver *const *drivers, size_t count,
	      const char *text, struct stk_part_match *ret, struct stk_error *err)
{
	struct stk_part_match found = { .part = NULL };

	for (size_t at = 0; text[at]; at++) {
		const struct stk_part *part =
			begins(text, at) ? named_at(drivers, count, text + at) : NULL;

		if (!part)
			continue;
		if (found.part && found.part != part)
			return stk_fail(err, STK_ORIGIN_INPUT, ENOTUNIQ, "part-ambiguous",
					"'%.80s' names two memory parts, %s and %s", text,
					found.part->name, part->name);
		if (!found.part)
			found = measure(text, at, part);
		at += strlen(part->name) - 1;
	}
	if (!found.part)
		return stk_fail(err, STK_ORIGIN_INPUT, ENOENT, "part-unknown",
				"'%.80s' names no memory part that a chip module knows",
				text);
	*ret = found;
	return 0;
}

int stk_part_find(struct stk_ctx *ctx, const char *text, struct stk_part_match *ret,
		  struct stk_error *err)
{
	const struct stk_chip_driver *const *drivers;
	size_t count;
	int r = module_chips(ctx, &drivers, &count, err);

	return r ? r : part_find(drivers, count, text, ret, err);
}
