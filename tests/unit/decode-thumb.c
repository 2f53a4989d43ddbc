/* SPDX-License-Identifier: MIT */
/*
 * What the decoder of Thumb instructions makes of codes, for check-decode.py:
 * from "FIRST SECOND" in hex to "OP SIZE WRITES RD RD2 RN RM IMM DOWN POST", the
 * branch targets and literals relative to the instruction.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "plugins/analysis/decode.h"

#define AT	0x10000000u

int main(void)
{
	unsigned int first, second;

	while (scanf("%x %x", &first, &second) == 2) {
		struct insn i = insn_decode(AT, (uint16_t)first, (uint16_t)second);

		printf("%u %u %x %u %u %u %u %" PRId32 " %d %d\n", i.op, i.size, i.writes,
		       i.rd, i.rd2, i.rn, i.rm,
		       (int32_t)(i.absolute ? i.imm - AT : i.imm), i.down, i.post);
	}
	return EXIT_SUCCESS;
}
