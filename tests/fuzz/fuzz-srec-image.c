/* SPDX-License-Identifier: MIT */
/* libFuzzer target: S-records of any kind. */
#include "fuzz-image.h"

#include <stdio.h>

#include "plugins/image/image.h"

/* Type, length, then address and data: a record with the count and checksum it needs. */
static size_t one_line(const uint8_t *recipe, size_t len, char *text)
{
	uint8_t type = recipe[0] % 10, sum;
	size_t n = len < 2 ? len : 2, data = n == 2 ? recipe[1] : 0, pos;

	if (data > len - n)
		data = len - n;
	sum = (uint8_t)(data + 1);
	pos = (size_t)sprintf(text, "S%u%02X", type, (unsigned int)data + 1);
	for (size_t i = 0; i < data; i++) {
		sum = (uint8_t)(sum + recipe[n + i]);
		pos += (size_t)sprintf(text + pos, "%02x", recipe[n + i]);
	}
	sprintf(text + pos, "%02X\n", (uint8_t)~sum);
	return n + data;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_text_image(&image_srec_driver, data, size, one_line);
	return 0;
}
