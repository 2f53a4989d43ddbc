/* SPDX-License-Identifier: MIT */
/* libFuzzer target: any bytes, as a client of the GDB remote protocol sees them. */
#include "take-packets.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	take_packets(data, size, true);
	return 0;
}
