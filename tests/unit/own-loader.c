/* SPDX-License-Identifier: MIT */
/* Loaders that the build makes, read without any module. */
#include "own-loader.h"

#include <stdio.h>

#include "loader.h"
#include "../../plugins/format/format.h"
#include "unit.h"

struct stk_loader *own_loader(const char *file)
{
	static const struct stk_format_driver *const drivers[] = { &flm_driver,
								   &stldr_driver };
	struct stk_error err = { 0 };
	struct stk_loader *loader;
	char path[512];
	uint8_t *bytes;
	long len;
	FILE *f;

	snprintf(path, sizeof(path), "%s/tests/loaders/out/%s", getenv("top_builddir"),
		 file);
	f = fopen(path, "rb");
	ck_assert_msg(f != NULL, "%s is not built", path);
	fseek(f, 0, SEEK_END);
	len = ftell(f);
	rewind(f);
	bytes = malloc((size_t)len);
	ck_assert(fread(bytes, 1, (size_t)len, f) == (size_t)len);
	fclose(f);
	ck_assert_msg(!loader_parse(drivers, 2, path, bytes, (size_t)len, 0, &loader, &err),
		      "%s", err.msg);
	return loader;
}
