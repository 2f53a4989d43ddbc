/* SPDX-License-Identifier: MIT */
/* libFuzzer target: ELF firmware of any kind. */
#include "fuzz-image.h"

#include "plugins/image/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct stk_image_options opt = { .size = sizeof(opt) };

	fuzz_image(&image_elf_driver, data, size, &opt);
	return 0;
}
