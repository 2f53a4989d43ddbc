/* SPDX-License-Identifier: MIT */
/* Chips out of files: which module reads the file, and whose the chip is. */
#include "core.h"

#include <errno.h>

#include "file.h"
#include "modules.h"

#define MAX_BYTES (64u << 20)

struct stk_chip_file {
	const struct stk_chip_driver *driver;
	const struct stk_chip *chip;
};

/* The driver that is surest of @bytes; NULL: none is. */
static int find_reader(struct stk_ctx *ctx, const uint8_t *bytes, size_t len,
		       const struct stk_chip_driver **ret, struct stk_error *err)
{
	const struct stk_chip_driver *d;
	int surest = 0, r;

	*ret = NULL;
	for (size_t i = 0; !(r = module_chip_reader(ctx, i, &d, err)) && d; i++) {
		int sure = stk_offers(d, probe) && stk_offers(d, read) &&
					   stk_offers(d, release)
				   ? d->probe(bytes, len)
				   : 0;

		if (sure > surest) {
			surest = sure;
			*ret = d;
		}
	}
	return r;
}

int stk_chip_open(struct stk_ctx *ctx, const char *path, struct stk_chip_file **ret,
		  struct stk_error *err)
{
	stk_cleanup(freep) struct stk_chip_file *file = calloc(1, sizeof(*file));
	stk_cleanup(freep) uint8_t *bytes = NULL;
	size_t len;
	int r;

	if (!file)
		return stk_fail_nomem(err);
	r = file_read(path, MAX_BYTES, &bytes, &len, err);
	if (!r)
		r = find_reader(ctx, bytes, len, &file->driver, err);
	if (r)
		return r;
	if (!file->driver)
		return stk_fail(
			err, STK_ORIGIN_INPUT, ENOEXEC, "chip-file-unknown",
			"'%s' is no file that describes a chip; CMSIS-SVD files are "
			"read where the module chip-svd is installed",
			path);
	r = file->driver->read(path, bytes, len, &file->chip, err);
	if (r)
		return r;
	*ret = take_ptr(file);
	return 0;
}

void stk_chip_close(struct stk_chip_file *file)
{
	if (!file)
		return;
	file->driver->release(file->chip);
	free(file);
}

const struct stk_chip *stk_chip_of(const struct stk_chip_file *file)
{
	return file->chip;
}
