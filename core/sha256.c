/* SPDX-License-Identifier: MIT */
/*
 * SHA-256, after FIPS 180-4: in C here, with the instructions of a processor
 * that has some in sha256-x86.c and sha256-arm.c.
 */
#include "core.h"

#include <string.h>

#include "sha256-rounds.h"
#include "sha256.h"

/* FIPS 180-4, 4.2.2: fractional parts of the cube roots of the first 64 primes. */
const uint32_t sha256_k[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static void put_be32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 24);
	p[1] = (uint8_t)(v >> 16);
	p[2] = (uint8_t)(v >> 8);
	p[3] = (uint8_t)v;
}

void sha256_portable(uint32_t state[8], const uint8_t *blocks, size_t n)
{
	sha256_rounds(state, blocks, n);
}

static sha256_blocks *fastest(void)
{
	sha256_blocks *const means[] = {
		sha256_x86_sha(),
		sha256_arm(),
		sha256_x86_bmi(),
	};

	for (size_t i = 0; i < ARRAY_SIZE(means); i++)
		if (means[i])
			return means[i];
	return sha256_portable;
}

void sha256_init(struct sha256 *s)
{
	*s = (struct sha256){
		.blocks = fastest(),
		.state = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f,
			   0x9b05688c, 0x1f83d9ab, 0x5be0cd19 },
	};
}

void sha256_update(struct sha256 *s, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;
	size_t used = s->total % 64, room = 64 - used;

	if (!len)
		return;
	s->total += len;
	if (used && len >= room) {
		memcpy(s->block + used, p, room);
		s->blocks(s->state, s->block, 1);
		p += room;
		len -= room;
		used = 0;
	}
	if (!used && len >= 64) {
		s->blocks(s->state, p, len / 64);
		p += len / 64 * 64;
		len %= 64;
	}
	memcpy(s->block + used, p, len);
}

void sha256_hex(struct sha256 *s, char ret[65])
{
	static const char digit[] = "0123456789abcdef";
	uint64_t bits = s->total * 8;
	uint8_t tail[72] = { 0x80 };
	size_t used = s->total % 64, pad = used < 56 ? 56 - used : 120 - used;

	put_be32(tail + pad, (uint32_t)(bits >> 32));
	put_be32(tail + pad + 4, (uint32_t)bits);
	sha256_update(s, tail, pad + 8);
	for (int i = 0; i < 64; i++)
		ret[i] = digit[s->state[i / 8] >> (28 - 4 * (i % 8)) & 0xF];
	ret[64] = '\0';
}

void stk_sha256_hex(const void *bytes, size_t len, char ret[65])
{
	struct sha256 s;

	sha256_init(&s);
	sha256_update(&s, bytes, len);
	sha256_hex(&s, ret);
}
