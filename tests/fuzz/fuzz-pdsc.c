/* SPDX-License-Identifier: MIT */
/* libFuzzer target: a .pdsc of any bytes, through libxml2 and all that follows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "read-pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *pdsc_bytes;
static size_t pdsc_size;

/* Every file that the .pdsc names is there, if its name is short enough. */
static bool fuzz_offer(struct source *s, const char *path, uint64_t *ret_size)
{
	*ret_size = strlen(path);
	return *ret_size < 40;
}

static int fuzz_list(struct source *s, source_each each, void *data, struct stk_error *err)
{
	return each(data, "fuzz.pdsc", pdsc_size, err);
}

static int fuzz_read_file(struct source *s, size_t number, uint64_t max, uint8_t **ret,
			  size_t *ret_len, struct stk_error *err)
{
	uint8_t *copy;

	if (pdsc_size > max)
		return stk_fail(err, STK_ORIGIN_INPUT, EFBIG, "file-too-large",
				"too large");
	copy = malloc(pdsc_size + 1);
	if (!copy)
		return stk_fail_nomem(err);
	memcpy(copy, pdsc_bytes, pdsc_size);
	*ret = copy;
	*ret_len = pdsc_size;
	return 0;
}

static const struct source_ops ops = {
	.kind = "pdsc",
	.list = fuzz_list,
	.read = fuzz_read_file,
	.offer = fuzz_offer,
};

static int fuzz_open(void *priv, const char *path, struct stk_error *err)
{
	((struct source *)priv)->ops = &ops;
	return 0;
}

static int fuzz_describe(void *priv, struct stk_pack_builder *b, struct stk_error *err)
{
	return pack_describe(priv, "fuzz", b, err);
}

static int fuzz_read(void *priv, size_t file, uint64_t max, uint8_t **ret,
		     size_t *ret_len, struct stk_error *err)
{
	return fuzz_read_file(priv, file, max, ret, ret_len, err);
}

static void fuzz_close(void *priv)
{
}

static const struct stk_container_driver driver = {
	.size = sizeof(driver),
	.name = "fuzz",
	.priv_size = sizeof(struct source),
	.open = fuzz_open,
	.describe = fuzz_describe,
	.read = fuzz_read,
	.close = fuzz_close,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pdsc_bytes = data;
	pdsc_size = size;
	read_pack(&driver);
	return 0;
}
