/* SPDX-License-Identifier: MIT */
/*
 * Chips in names of loaders: "STM32G43x-4x 128 KB", "W25Q128_STM32F412ZG",
 * "STM32756G-EVAL", "NUCLEO-H563ZI", "0x468".
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "kin.h"

#define MODEL 4 /* "G431", "WB55", "L4R5": as much of a name as all have */

static char upper(char c)
{
	return (char)toupper((unsigned char)c);
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c);
}

static bool is_joint(char c)
{
	return c == '-' || c == '_' || c == '/';
}

/* ---- patterns against kin --------------------------------------------- */

bool kin_pattern_matches(const struct kin_pattern *p, const char *name)
{
	for (size_t i = 0; p->text[i] && name[i]; i++)
		if (p->text[i] != 'X' && p->text[i] != upper(name[i]))
			return false;
	return true;
}

/* "G4" and "H7XX" are the whole family, H7RS is none of H7. */
static bool is_family(const struct kin_pattern *p, const char *family)
{
	size_t len;

	if (p->text[0] != family[5])
		return false;
	len = strlen(p->text);
	while (len && p->text[len - 1] == 'X')
		len--;
	return strlen(family) == len + 5 && !strncasecmp(family + 5, p->text, len);
}

static bool has_dev_id(const struct stk_kin *kin, uint16_t dev_id)
{
	for (size_t i = 0; i < kin->n_dev_ids; i++)
		if (kin->dev_ids[i] == dev_id)
			return true;
	return false;
}

/* The names of @kin one after the other, from *@at on; false: no more. */
static bool next_name(const char **at, char ret[KIN_PATTERN_LEN + 1])
{
	size_t len = strcspn(*at += **at == ' ', " ");

	if (!len || len > KIN_PATTERN_LEN)
		return false;
	memcpy(ret, *at, len);
	ret[len] = '\0';
	*at += len;
	return true;
}

static bool names_one(const struct stk_kin *kin, const struct kin_pattern *p)
{
	char name[KIN_PATTERN_LEN + 1];

	/* All names of a row have one first letter. */
	if (p->text[0] != 'X' && p->text[0] != upper(kin->names[0]))
		return false;
	for (const char *at = kin->names; next_name(&at, name);)
		if (kin_pattern_matches(p, name))
			return true;
	return false;
}

bool kin_has(const struct stk_kin *kin, const char *chip)
{
	char name[KIN_PATTERN_LEN + 1];

	for (const char *at = kin->names; next_name(&at, name);)
		if (!strncmp(chip, name, strlen(name)))
			return true;
	return false;
}

/* Is there kin whose family @p is? Then it means no other's members. */
static bool is_some_family(const struct kin_list *list, const struct kin_pattern *p)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct stk_chip_driver *d = list->drivers[i];

		for (size_t k = 0; stk_offers(d, kin) && k < d->n_kin; k++)
			if (is_family(p, d->kin[k].family))
				return true;
	}
	return false;
}

const struct stk_kin *kin_next(const struct kin_list *list, const struct kin_pattern *p,
			       size_t *at)
{
	bool family = !p->dev_id && is_some_family(list, p);
	size_t skip = *at;

	for (size_t i = 0; i < list->count; i++) {
		const struct stk_chip_driver *d = list->drivers[i];

		for (size_t k = 0; stk_offers(d, kin) && k < d->n_kin; k++) {
			const struct stk_kin *kin = &d->kin[k];

			if (skip) {
				skip--;
				continue;
			}
			++*at;
			if (p->dev_id ? has_dev_id(kin, p->dev_id)
			    : family  ? is_family(p, kin->family)
				      : names_one(kin, p))
				return kin;
		}
	}
	return NULL;
}

static const struct stk_kin *kin_first(const struct kin_list *list,
				       const struct kin_pattern *p)
{
	size_t at = 0;

	return kin_next(list, p, &at);
}

/* ---- patterns out of text --------------------------------------------- */

struct reader {
	const struct kin_list *list;
	const char *text;
	struct kin_patterns *ret;
};

static void push(struct reader *r, const struct kin_pattern *p, size_t start, size_t end)
{
	struct kin_patterns *all = r->ret;

	if (all->count == KIN_PATTERNS)
		return;
	if (!all->count) {
		all->offset = start;
		all->length = end - start;
	} else if (all->offset + all->length < end) {
		all->length = end - all->offset;
	}
	all->item[all->count++] = *p;
}

/*
 * A name of chips at @at without "STM32": a word, but what follows an "x" in
 * the model that is neither one nor a digit is something else ("F7xTCM").
 */
static size_t take_word(const char *text, size_t at, struct kin_pattern *ret)
{
	size_t len = 0;
	bool wild = false;

	*ret = (struct kin_pattern){ .dev_id = 0 };
	while (is_word(text[at])) {
		char c = upper(text[at]);

		if (wild && len < MODEL && c != 'X' && !isdigit((unsigned char)c))
			break;
		wild = wild || c == 'X';
		if (len < KIN_PATTERN_LEN)
			ret->text[len++] = c;
		at++;
	}
	return at;
}

/* Boards leave the F of their chip away: STM32756G-EVAL, STM3210E-EVAL. */
static size_t take_board(const char *text, size_t at, struct kin_pattern *ret)
{
	size_t len = 1;

	*ret = (struct kin_pattern){ .text = "F" };
	for (; isdigit((unsigned char)text[at]) && len < MODEL; at++)
		ret->text[len++] = text[at];
	return at;
}

static void splice(const struct kin_pattern *base, size_t keep, const char *tail,
		   struct kin_pattern *ret)
{
	*ret = (struct kin_pattern){ .dev_id = 0 };
	snprintf(ret->text, sizeof(ret->text), "%.*s%.*s", (int)keep, base->text, MODEL,
		 tail);
}

/*
 * "-4x" behind "G43x", "_75x" behind "F74x", "/412xx" behind "F410xx", "-B3"
 * behind "H7A": the end of another name of the same family. Returns the first
 * character behind it, @at if there is none.
 */
static size_t take_tail(struct reader *r, const struct kin_pattern *base, size_t start,
			size_t at)
{
	struct kin_pattern tail, p;
	size_t end, len, keep = 1;
	const struct stk_kin *kin = kin_first(r->list, base), *other;

	if (!kin || strlen(base->text) < 3 || !is_joint(r->text[at]))
		return at;
	end = take_word(r->text, at + 1, &tail);
	if (is_word(r->text[end]) || (r->text[at] == '_' && !strchr(tail.text, 'X')))
		return at;
	for (len = strlen(tail.text); len && tail.text[len - 1] == 'X'; len--)
		tail.text[len - 1] = '\0';
	if (!len || len > MODEL - 1)
		return at;
	if (len == 1)
		keep = 2;
	splice(base, keep, tail.text, &p);
	other = kin_first(r->list, &p);
	if (len == 2 && (!other || strcmp(other->family, kin->family))) {
		splice(base, 2, tail.text, &p);
		other = kin_first(r->list, &p);
	}
	if (!other || strcmp(other->family, kin->family))
		return at;
	push(r, &p, start, end);
	return end;
}

/* "0x468": what DBGMCU_IDCODE says, as the vendor calls its own loaders. */
static size_t take_dev_id(struct reader *r, size_t at)
{
	struct kin_pattern p = { .dev_id = 0 };
	size_t end = at + 2;

	if (r->text[at] != '0' || tolower((unsigned char)r->text[at + 1]) != 'x')
		return at;
	for (; isxdigit((unsigned char)r->text[end]) && end < at + 5; end++) {
		char c = upper(r->text[end]);

		p.dev_id = (uint16_t)(p.dev_id << 4 | (c > '9' ? c - 'A' + 10 : c - '0'));
	}
	if (end != at + 5 || is_word(r->text[end]) || !kin_first(r->list, &p))
		return at;
	push(r, &p, at, end);
	return end;
}

/* "STM32..." or, for board and file names, a whole model alone: "h743". */
static size_t take_name(struct reader *r, size_t at)
{
	bool alone = strncasecmp(r->text + at, "STM32", 5) != 0;
	struct kin_pattern p;
	size_t name = at, end, next;

	if (!alone)
		name += 5;
	else if (!strncmp(r->text + at, "32", 2))
		name += 2; /* "32F469IDISCOVERY" */
	end = isdigit((unsigned char)r->text[name]) ? take_board(r->text, name, &p)
						    : take_word(r->text, name, &p);
	if (alone && (isdigit((unsigned char)r->text[name]) || strcspn(p.text, "X") < MODEL))
		return at;
	if (strlen(p.text) < 2 || !kin_first(r->list, &p))
		return at;
	push(r, &p, at, end);
	for (;;) {
		next = take_tail(r, &p, at, end);
		if (next == end)
			return end;
		end = next;
	}
}

void kin_read_text(const struct kin_list *list, const char *text, struct kin_patterns *ret)
{
	struct reader r = { .list = list, .text = text, .ret = ret };
	size_t at = 0;

	*ret = (struct kin_patterns){ .count = 0 };
	while (text[at]) {
		bool starts = !at || !is_word(text[at - 1]);
		size_t end = at;

		if (starts)
			end = take_dev_id(&r, at);
		if (end == at && (starts || !strncasecmp(text + at, "STM32", 5)))
			end = take_name(&r, at);
		at = end == at ? at + 1 : end;
	}
}
