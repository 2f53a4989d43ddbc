/* SPDX-License-Identifier: MIT */
/* Raw binary: the bytes and nothing else, so the user says where they go. */
#include "image.h"

#include <errno.h>

/* Anything can be one; every other format that knows the file is surer. */
static int bin_probe(const uint8_t *bytes, size_t len)
{
	return 1;
}

static int bin_parse(const char *name, const uint8_t *bytes, size_t len,
		     const struct stk_image_options *opt, struct stk_image_builder *b,
		     struct stk_error *err)
{
	if (!opt->has_base)
		return stk_fail(
			err, STK_ORIGIN_USAGE, EINVAL, "base-needed",
			"'%s' is a raw binary, which does not say where it goes: give "
			"--base ADDRESS",
			name);
	/* The core adds the base. */
	return stk_image_add(b, 0, bytes, len, NULL, err);
}

const struct stk_image_driver image_bin_driver = {
	.size = sizeof(image_bin_driver),
	.name = "bin",
	.probe = bin_probe,
	.parse = bin_parse,
};
