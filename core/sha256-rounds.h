/* SPDX-License-Identifier: MIT */
/*
 * sha256-rounds.h - SHA-256 in C, after FIPS 180-4, 6.2.2
 *
 * Here, so that it can be compiled for more than one kind of processor. Of the
 * schedule only the last 16 words are kept.
 */
#ifndef SHA256_ROUNDS_H
#define SHA256_ROUNDS_H

#include <string.h>

#include "sha256.h"

#define always_inline inline __attribute__((always_inline))

static always_inline uint32_t rotr(uint32_t x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

static always_inline uint32_t get_be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* One round; the caller rotates the names instead of the values. */
static always_inline void mix(uint32_t a, uint32_t b, uint32_t c, uint32_t *d, uint32_t e,
			      uint32_t f, uint32_t g, uint32_t *h, uint32_t kw)
{
	uint32_t t = *h + kw + (g ^ (e & (f ^ g))) +
		     (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25));

	*d += t;
	*h = t + ((a & b) + (c & (a ^ b))) + (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22));
}

/* The word of the schedule that comes 16 after w[i], in its place. */
static always_inline uint32_t later(uint32_t w[16], int i)
{
	uint32_t a = w[(i + 1) % 16], b = w[(i + 14) % 16];

	w[i] += w[(i + 9) % 16] + (rotr(a, 7) ^ rotr(a, 18) ^ a >> 3) +
		(rotr(b, 17) ^ rotr(b, 19) ^ b >> 10);
	return w[i];
}

/* Eight rounds with w[i] and what follows; @more: with what comes 16 later. */
static always_inline void eight(uint32_t s[8], const uint32_t k[8], uint32_t w[16], int i,
				bool more)
{
	uint32_t a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6],
		 h = s[7];

	mix(a, b, c, &d, e, f, g, &h, k[0] + (more ? later(w, i) : w[i]));
	mix(h, a, b, &c, d, e, f, &g, k[1] + (more ? later(w, i + 1) : w[i + 1]));
	mix(g, h, a, &b, c, d, e, &f, k[2] + (more ? later(w, i + 2) : w[i + 2]));
	mix(f, g, h, &a, b, c, d, &e, k[3] + (more ? later(w, i + 3) : w[i + 3]));
	mix(e, f, g, &h, a, b, c, &d, k[4] + (more ? later(w, i + 4) : w[i + 4]));
	mix(d, e, f, &g, h, a, b, &c, k[5] + (more ? later(w, i + 5) : w[i + 5]));
	mix(c, d, e, &f, g, h, a, &b, k[6] + (more ? later(w, i + 6) : w[i + 6]));
	mix(b, c, d, &e, f, g, h, &a, k[7] + (more ? later(w, i + 7) : w[i + 7]));
	memcpy(s, (uint32_t[8]){ a, b, c, d, e, f, g, h }, 32);
}

static always_inline void sha256_rounds(uint32_t state[8], const uint8_t *blocks,
					size_t n)
{
	uint32_t w[16], s[8];

	for (; n--; blocks += 64) {
		memcpy(s, state, sizeof(s));
		for (int i = 0; i < 16; i++)
			w[i] = get_be32(blocks + 4 * i);
		eight(s, sha256_k, w, 0, false);
		eight(s, sha256_k + 8, w, 8, false);
		for (int i = 16; i < 64; i += 16) {
			eight(s, sha256_k + i, w, 0, true);
			eight(s, sha256_k + i + 8, w, 8, true);
		}
		for (int i = 0; i < 8; i++)
			state[i] += s[i];
	}
}

#endif
