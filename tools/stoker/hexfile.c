/* SPDX-License-Identifier: MIT */
/* Intel HEX (Intel, Hexadecimal Object File Format Specification, rev. A), 32-bit. */
#include "cmd.h"

#define HEX_LINE 16 /* data bytes in a record, as everyone does */

enum hex_type {
	HEX_DATA = 0,
	HEX_END = 1,
	HEX_LINEAR = 4, /* upper 16 bits of the addresses that follow */
};

static void put_record(FILE *out, enum hex_type type, uint16_t addr, const uint8_t *data,
		       size_t len)
{
	uint8_t sum = (uint8_t)(len + (addr >> 8) + addr + type);

	fprintf(out, ":%02zX%04X%02X", len, addr, type);
	for (size_t i = 0; i < len; i++) {
		fprintf(out, "%02X", data[i]);
		sum = (uint8_t)(sum + data[i]);
	}
	fprintf(out, "%02X\n", (uint8_t)-sum);
}

static void put_chunk(FILE *out, const struct stk_chunk *c, uint32_t *upper)
{
	for (size_t done = 0; done < c->len;) {
		uint32_t addr = (uint32_t)(c->addr + done);
		size_t n = HEX_LINE - addr % HEX_LINE;

		if (n > c->len - done)
			n = c->len - done;
		if (addr >> 16 != *upper) {
			const uint8_t high[2] = { (uint8_t)(addr >> 24),
						  (uint8_t)(addr >> 16) };

			put_record(out, HEX_LINEAR, 0, high, sizeof(high));
			*upper = addr >> 16;
		}
		put_record(out, HEX_DATA, (uint16_t)addr, c->data + done, n);
		done += n;
	}
}

int hexfile_write(FILE *out, const struct stk_chunk *chunks, size_t count,
		  struct stk_error *err)
{
	const struct stk_range all = { 0, (uint64_t)UINT32_MAX + 1 };
	uint32_t upper = 0; /* what holds without a record that says otherwise */

	for (size_t i = 0; i < count; i++) {
		struct stk_range r = { chunks[i].addr, chunks[i].len };

		if (r.len && !stk_range_contains(all, r))
			return stk_fail(
				err, STK_ORIGIN_USAGE, ERANGE, "hex-address",
				"Intel HEX has no address 0x%llX, which needs more than"
				" 32 bits",
				(unsigned long long)r.addr);
		put_chunk(out, &chunks[i], &upper);
	}
	put_record(out, HEX_END, 0, NULL, 0);
	return 0;
}
