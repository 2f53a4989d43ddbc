/* SPDX-License-Identifier: MIT */
/* kin.h - what names of loaders say about chips */
#ifndef KIN_H
#define KIN_H

#include "core.h"

#define KIN_PATTERNS	24	/* chips that one name can name, "G43x-4x" is two */
#define KIN_PATTERN_LEN	12

/*
 * Chips as a name has them, in capitals and without "STM32": "G43X", X for a
 * character that does not matter, "H743IITX". Or a DEV_ID.
 */
struct kin_pattern {
	char text[KIN_PATTERN_LEN + 1];
	uint16_t dev_id;		/* 0: by text */
};

struct kin_patterns {
	struct kin_pattern item[KIN_PATTERNS];
	size_t count;
	size_t offset, length;		/* where the first of them stands */
};

struct kin_list {
	const struct stk_chip_driver *const *drivers;
	size_t count;
};

/* The kin that @p names, one after the other: *@at counts; NULL: no more. */
const struct stk_kin *kin_next(const struct kin_list *list, const struct kin_pattern *p,
			       size_t *at);
/* Is @chip ("G431CB") of @kin? */
bool kin_has(const struct stk_kin *kin, const char *chip);
/* Is @name ("G431", "G431CB") one that @p means, as far as both go? */
bool kin_pattern_matches(const struct kin_pattern *p, const char *name);

/* All that @text names and @list knows. */
void kin_read_text(const struct kin_list *list, const char *text,
		   struct kin_patterns *ret);

/* What stk_chip_guess_text() does, over given drivers. */
int chip_guess_text(const struct kin_list *list, const char *text, const char *what,
		    struct stk_chip_guess *ret, struct stk_error *err) stk_must_check;
/* What stk_chip_guess() does. */
int chip_guess(const struct kin_list *list, const struct stk_loader_info *loader,
	       struct stk_chip_guess *ret, struct stk_error *err) stk_must_check;

#endif
