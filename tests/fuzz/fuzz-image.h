/* SPDX-License-Identifier: MIT */
/* fuzz-image.h - any bytes through one image driver, and what must hold then */
#ifndef FUZZ_IMAGE_H
#define FUZZ_IMAGE_H

#include <stoker/module.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Probe and parse @size bytes as @name; abort where the contract is broken. */
void fuzz_image(const struct stk_image_driver *driver, const uint8_t *data, size_t size,
		const struct stk_image_options *opt);

/*
 * A text format checks every line before it looks at what it says, so that
 * bytes made at random seldom get past the checksum. Input whose first byte
 * has its top bit set is therefore read as a recipe for lines: @line takes
 * what it wants from @recipe, writes one line, and says how much it took.
 */
typedef size_t (*fuzz_line)(const uint8_t *recipe, size_t len, char *text);

#define FUZZ_LINE_MAX 600

/* The bytes themselves, or the lines that they are a recipe for. */
void fuzz_text_image(const struct stk_image_driver *driver, const uint8_t *data,
		     size_t size, fuzz_line line);

#endif
