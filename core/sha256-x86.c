/* SPDX-License-Identifier: MIT */
/*
 * SHA-256 with the SHA extensions of x86: "Intel 64 and IA-32 Architectures
 * Software Developer's Manual", volume 2, SHA256RNDS2, SHA256MSG1, SHA256MSG2.
 * Where there are none, what is in C is faster with RORX and ANDN (BMI1, BMI2).
 */
#include "sha256-rounds.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>

#define WITH_SHA __attribute__((target("sha,sse4.1,ssse3")))

typedef __m128i vector;

/* The state as the instructions take it, highest word first. */
struct state {
	__m128i abef, cdgh;
};

/* Four rounds with the words of @w and the constants at @k. */
WITH_SHA static inline void rounds(struct state *s, __m128i w, const uint32_t *k)
{
	__m128i wk = _mm_add_epi32(w, _mm_load_si128((const __m128i *)k));

	/* Two rounds leave the old ABEF as the new CDGH: the names swap twice. */
	s->cdgh = _mm_sha256rnds2_epu32(s->cdgh, s->abef, wk);
	s->abef = _mm_sha256rnds2_epu32(s->abef, s->cdgh, _mm_shuffle_epi32(wk, 0x0E));
}

/* The four words of the schedule after @a, @b, @c and @d. */
WITH_SHA static inline __m128i next(__m128i a, __m128i b, __m128i c, __m128i d)
{
	__m128i w = _mm_add_epi32(_mm_sha256msg1_epu32(a, b), _mm_alignr_epi8(d, c, 4));

	return _mm_sha256msg2_epu32(w, d);
}

WITH_SHA static inline __m128i load(const uint8_t *p)
{
	const __m128i big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7,
						0, 1, 2, 3);

	return _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)p), big_endian);
}

#include "sha256-vector.h"

WITH_SHA static void blocks_sha(uint32_t h[8], const uint8_t *p, size_t n)
{
	struct state s = {
		_mm_set_epi32((int)h[0], (int)h[1], (int)h[4], (int)h[5]),
		_mm_set_epi32((int)h[2], (int)h[3], (int)h[6], (int)h[7]),
	};

	for (; n--; p += 64) {
		struct state before = s;

		one_block(&s, p);
		s.abef = _mm_add_epi32(s.abef, before.abef);
		s.cdgh = _mm_add_epi32(s.cdgh, before.cdgh);
	}
	h[0] = (uint32_t)_mm_extract_epi32(s.abef, 3);
	h[1] = (uint32_t)_mm_extract_epi32(s.abef, 2);
	h[2] = (uint32_t)_mm_extract_epi32(s.cdgh, 3);
	h[3] = (uint32_t)_mm_extract_epi32(s.cdgh, 2);
	h[4] = (uint32_t)_mm_extract_epi32(s.abef, 1);
	h[5] = (uint32_t)_mm_extract_epi32(s.abef, 0);
	h[6] = (uint32_t)_mm_extract_epi32(s.cdgh, 1);
	h[7] = (uint32_t)_mm_extract_epi32(s.cdgh, 0);
}

__attribute__((target("bmi,bmi2"))) static void blocks_bmi(uint32_t h[8],
							   const uint8_t *p, size_t n)
{
	sha256_rounds(h, p, n);
}

enum {
	HAS_SHA = 1 << 0,
	HAS_BMI = 1 << 1,
	KNOWN = 1 << 2,
};

/*
 * CPUID leaf 1: ECX bits 9 (SSSE3) and 19 (SSE4.1); leaf 7: EBX bits 3 (BMI1),
 * 8 (BMI2) and 29 (SHA).
 */
static int ask_processor(void)
{
	const unsigned int sse = 1u << 9 | 1u << 19, bmi = 1u << 3 | 1u << 8;
	unsigned int a, b, c, d, ecx1;
	int has = KNOWN;

	if (!__get_cpuid(1, &a, &b, &ecx1, &d) ||
	    !__get_cpuid_count(7, 0, &a, &b, &c, &d))
		return has;
	if ((ecx1 & sse) == sse && b & 1u << 29)
		has |= HAS_SHA;
	if ((b & bmi) == bmi)
		has |= HAS_BMI;
	return has;
}

/*
 * CPUID leaves a virtual machine, which takes longer than to digest a small
 * file, so the answer is kept. It is the same for every thread.
 */
static bool processor_has(int what)
{
	static atomic_int has;
	int known = atomic_load_explicit(&has, memory_order_relaxed);

	if (!known) {
		known = ask_processor();
		atomic_store_explicit(&has, known, memory_order_relaxed);
	}
	return known & what;
}

sha256_blocks *sha256_x86_sha(void)
{
	return processor_has(HAS_SHA) ? blocks_sha : NULL;
}

sha256_blocks *sha256_x86_bmi(void)
{
	return processor_has(HAS_BMI) ? blocks_bmi : NULL;
}

#else

sha256_blocks *sha256_x86_sha(void)
{
	return NULL;
}

sha256_blocks *sha256_x86_bmi(void)
{
	return NULL;
}

#endif
