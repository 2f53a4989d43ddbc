/* SPDX-License-Identifier: MIT */
/* Which chip a log is about, from part numbers, device names and device ids. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "explain.h"

/*
 * Of facts about the chip, those up to this rank are names of it; those behind
 * are of a board or a file, and say less than the id that the chip told.
 */
#define RANK_OF_ID	3
#define FAMILY_LEN	7	/* "STM32G4": less than that says nothing */

static bool is_stm32(const char *text)
{
	return !strncasecmp(text, "STM32", 5);
}

/* Leave in @prefix what @name begins with too. */
static void keep_common(char *prefix, size_t size, const char *name)
{
	size_t i;

	if (!*prefix) {
		snprintf(prefix, size, "%s", name);
		return;
	}
	for (i = 0; prefix[i] && strncasecmp(&prefix[i], &name[i], 1) == 0; i++)
		;
	prefix[i] = '\0';
}

/* "STM32F101/F102/F103 Medium-density" in @pattern: "STM32F10". */
static void pattern_of_name(const char *name, char *pattern, size_t size)
{
	char part[24];
	const char *s = name;

	*pattern = '\0';
	while (*s && *s != ' ' && *s != ',') {
		const size_t len = strcspn(s, "/ ,");

		snprintf(part, sizeof(part), "%s%.*s", is_stm32(s) ? "" : "STM32",
			 len < 18 ? (int)len : 18, s);
		keep_common(pattern, size, part);
		s += len + (s[len] == '/');
	}
	/* The one device name that is no part number: H7R and H7S. */
	if (!strncasecmp(pattern, "STM32H7RS", 9))
		pattern[FAMILY_LEN] = '\0';
	for (size_t i = strlen(pattern); i && (pattern[i - 1] == 'x' || pattern[i - 1] == 'X');)
		pattern[--i] = '\0';
	if (strlen(pattern) < FAMILY_LEN)
		*pattern = '\0';
}

static bool has_id(const struct stk_chip *chip, uint32_t id)
{
	for (size_t i = 0; i < chip->n_identity; i++)
		if ((id & chip->identity[i].mask) == chip->identity[i].value)
			return true;
	return false;
}

/* What the names of all chips with device id @id begin with, in @pattern. */
static void pattern_of_id(const struct explain *x, uint32_t id, char *pattern, size_t size)
{
	const struct stk_chip *const *chips;
	struct stk_error ignored;
	size_t count;

	*pattern = '\0';
	if (!x->ctx || !id || stk_chip_list(x->ctx, &chips, &count, &ignored) < 0)
		return;
	for (size_t i = 0; i < count; i++)
		if (has_id(chips[i], id))
			keep_common(pattern, size, chips[i]->name);
	if (strlen(pattern) < FAMILY_LEN)
		*pattern = '\0';
}

/* "stm32g431kbtx": "STM32G431KBTx", whose x is any. */
static void spell_usual(char *chip)
{
	if (*chip != 's')
		return;
	for (; *chip; chip++)
		if (*chip != 'x')
			*chip = (char)toupper((unsigned char)*chip);
}

int explain_chip(struct explain *x)
{
	char by_id[sizeof(x->pattern)];
	struct stk_error ignored;

	pattern_of_id(x, x->device_id, by_id, sizeof(by_id));
	if (*by_id && (!x->chip || x->chip_rank > RANK_OF_ID)) {
		x->chip = arena_strdup(x->arena, by_id);
		if (!x->chip)
			return -ENOMEM;
	}
	if (!x->chip)
		return 0;
	x->e->chip = x->chip;
	if (!is_stm32(x->chip))
		return 0;
	spell_usual(x->chip);
	pattern_of_name(x->chip, x->pattern, sizeof(x->pattern));
	if (x->ctx && stk_chip_find(x->ctx, x->chip, &x->known, &ignored) < 0)
		x->known = NULL;
	return 0;
}

enum chip_fit explain_chip_fits(const struct explain *x, const char *pattern)
{
	if (!strcmp(pattern, "*"))
		return CHIP_IS;
	if (x->known)
		return ldb_device_matches(pattern, x->known->name) ? CHIP_IS : CHIP_IS_NOT;
	if (!*x->pattern)
		return x->chip && !is_stm32(x->chip) && is_stm32(pattern) ? CHIP_IS_NOT
									  : CHIP_MAY_BE;
	switch (ldb_device_relation(pattern, x->pattern)) {
	case LDB_APART:
		return CHIP_IS_NOT;
	case LDB_EQUAL:
	case LDB_AROUND:
		return CHIP_IS;
	default:
		return CHIP_MAY_BE;
	}
}
