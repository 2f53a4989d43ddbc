/* SPDX-License-Identifier: MIT */
/*
 * sha256-vector.h - a block of SHA-256, four rounds at a time
 *
 * For the inside of a file that has WITH_SHA, struct state, the type vector of
 * four words, and rounds(), next() and load() in its processor's instructions.
 */

WITH_SHA static inline void one_block(struct state *s, const uint8_t *p)
{
	vector a = load(p), b = load(p + 16), c = load(p + 32), d = load(p + 48);
	const uint32_t *k = sha256_k;

	for (int i = 0; i < 3; i++, k += 16) {
		rounds(s, a, k);
		a = next(a, b, c, d);
		rounds(s, b, k + 4);
		b = next(b, c, d, a);
		rounds(s, c, k + 8);
		c = next(c, d, a, b);
		rounds(s, d, k + 12);
		d = next(d, a, b, c);
	}
	rounds(s, a, k);
	rounds(s, b, k + 4);
	rounds(s, c, k + 8);
	rounds(s, d, k + 12);
}
