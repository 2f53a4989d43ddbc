/* SPDX-License-Identifier: MIT */
/* libFuzzer target: a .pack of any bytes, through minizip and all that follows. */
#include "read-pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t *pack_bytes;
static size_t pack_size;

static int fuzz_open(void *priv, const char *path, struct stk_error *err)
{
	return zip_open_memory(path, pack_bytes, pack_size, priv, err);
}

static int fuzz_describe(void *priv, struct stk_pack_builder *b, struct stk_error *err)
{
	return pack_describe(*(struct source **)priv, "fuzz", b, err);
}

static int fuzz_read(void *priv, size_t file, uint64_t max, uint8_t **ret,
		     size_t *ret_len, struct stk_error *err)
{
	struct source *s = *(struct source **)priv;

	return s->ops->read(s, file, max, ret, ret_len, err);
}

static void fuzz_close(void *priv)
{
	struct source *s = *(struct source **)priv;

	s->ops->close(s);
}

static const struct stk_container_driver driver = {
	.size = sizeof(driver),
	.name = "fuzz",
	.priv_size = sizeof(struct source *),
	.open = fuzz_open,
	.describe = fuzz_describe,
	.read = fuzz_read,
	.close = fuzz_close,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pack_bytes = data;
	pack_size = size;
	read_pack(&driver);
	return 0;
}
