/* SPDX-License-Identifier: MIT */
/* libFuzzer target: a raw binary, at a base that its first eight bytes give. */
#include "fuzz-image.h"

#include "plugins/image/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stk_image_options opt = { .size = sizeof(opt), .has_base = true };

	if (size < 8)
		return 0;
	for (unsigned int i = 0; i < 8; i++)
		opt.base |= (uint64_t)data[i] << 8 * i;
	fuzz_image(&image_bin_driver, data + 8, size - 8, &opt);
	opt.has_base = false;
	fuzz_image(&image_bin_driver, data + 8, size - 8, &opt);
	return 0;
}
