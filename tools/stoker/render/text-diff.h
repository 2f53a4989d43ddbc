/* SPDX-License-Identifier: MIT */
/* text-diff.h - what the files that print a diff share */
#ifndef TEXT_DIFF_H
#define TEXT_DIFF_H

#include "render.h"

/* Under which heading a line goes; @name "" for the lines below the first. */
void diff_label(FILE *out, const char *name);

/* text-diff-code.c: functions, what they touch, their instructions. */
void text_diff_functions(FILE *out, const struct stk_diff_info *info);
int text_diff_listings(FILE *out, const struct compared *c,
		       struct stk_error *err) stk_must_check;

#endif
