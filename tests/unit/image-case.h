/* SPDX-License-Identifier: MIT */
/* image-case.h - images as text, and files that become an image or a sentence */
#ifndef IMAGE_CASE_H
#define IMAGE_CASE_H

#include "unit.h"

#include "image.h"

/*
 * "08000000:0102 08001000:ff entry 08000001": ascending, disjoint and never
 * adjacent, which is asserted. The caller frees it.
 */
char *image_text(const struct stk_image_info *info);

/* One file. @len 0: @bytes is a string. */
struct image_case {
	const char *what;
	const char *bytes;
	size_t len;
	const char *image;	/* as image_text() has it, or NULL: */
	const char *cause;
	const char *words;	/* somewhere in the sentence */
};

/* Parse @c, called "the-file", with @driver and nothing else; assert what it says. */
void image_case_run(const struct stk_image_driver *driver, const struct image_case *c,
		    const struct stk_image_options *opt);

/* What a driver's probe says of the first @len bytes, or of all where @len is 0. */
struct image_probe {
	const char *what, *bytes;
	bool ours;
	size_t len;
};

void image_probe_run(const struct stk_image_driver *driver, const struct image_probe *c);

/*
 * @head and the bytes 0 to @count - 1 as digits into @text, and the image that
 * they are at 0 into @expected; returns the length of @text. Both hold 1024.
 */
int image_count_up(const char *head, unsigned int count, char *text, char *expected);

#endif
