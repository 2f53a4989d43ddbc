/* SPDX-License-Identifier: MIT */
/* image.h - firmware images inside the core */
#ifndef IMAGE_H
#define IMAGE_H

#include "core.h"

struct stk_image {
	struct stk_image_info info;
	char *path;
	struct stk_chunk *chunks;
	uint8_t *data; /* what all chunks point into */
	/* Of all that was merged, each once; info.format is the only one. */
	const char **formats;
	size_t n_formats;
};

/* The bytes came from this format, too. */
int image_add_format(struct stk_image *image, const char *format,
		     struct stk_error *err) stk_must_check;

/*
 * @what names the file in sentences and must outlive the builder; @offset is
 * added to each address; more than @max bytes in total are refused.
 */
int image_builder_new(const char *what, uint64_t offset, uint64_t max,
		      struct stk_image_builder **ret,
		      struct stk_error *err) stk_must_check;
void image_builder_free(struct stk_image_builder *b);
/* From here on, sentences name @what. */
void image_builder_rename(struct stk_image_builder *b, const char *what);
/*
 * All bytes added so far as an image; no bytes at all are an error. A @format
 * of NULL is told later.
 */
int image_builder_finish(const struct stk_image_builder *b, const char *path,
			 const char *format, struct stk_image **ret,
			 struct stk_error *err) stk_must_check;

/*
 * Have the one driver that @opt names, or that knows the bytes best, read
 * them. @path "-" is called standard input in sentences. @opt may be NULL.
 */
int image_parse(const struct stk_image_driver *const *drivers, size_t n_drivers,
		const char *path, const uint8_t *bytes, size_t len,
		const struct stk_image_options *opt, struct stk_image **ret,
		struct stk_error *err) stk_must_check;

#endif
