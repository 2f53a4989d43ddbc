/* SPDX-License-Identifier: MIT */
/* libFuzzer target: Intel HEX of any kind. */
#include "fuzz-image.h"

#include <stdio.h>

#include "plugins/image/image.h"

/* Type, offset, length, data: a record with the length and checksum that it needs. */
static size_t one_line(const uint8_t *recipe, size_t len, char *text)
{
	uint8_t head[4] = { 0 }, sum;
	size_t n = len < 4 ? len : 4, data, pos;

	for (size_t i = 0; i < n; i++)
		head[i] = recipe[i];
	data = head[3];
	if (data > len - n)
		data = len - n;
	sum = (uint8_t)(data + head[1] + head[2] + head[0] % 7);
	pos = (size_t)sprintf(text, ":%02X%02X%02X%02X", (unsigned int)data, head[1],
			      head[2], head[0] % 7);
	for (size_t i = 0; i < data; i++) {
		sum = (uint8_t)(sum + recipe[n + i]);
		pos += (size_t)sprintf(text + pos, "%02x", recipe[n + i]);
	}
	sprintf(text + pos, "%02X\r\n", (uint8_t)-sum);
	return n + data;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	fuzz_text_image(&image_ihex_driver, data, size, one_line);
	return 0;
}
