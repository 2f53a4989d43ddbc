/* SPDX-License-Identifier: MIT */
/*
 * SHA-256 with the instructions of ARMv8: "Arm Architecture Reference Manual
 * for A-profile architecture" (DDI 0487), SHA256H, SHA256H2, SHA256SU0, SHA256SU1.
 */
#include "sha256.h"

/* clang before 16 has the intrinsics only where the whole build may use them. */
#if defined(__aarch64__) && defined(__linux__) && !defined(__AARCH64EB__) && \
	(!defined(__clang__) || __clang_major__ >= 16 || defined(__ARM_FEATURE_SHA2))

#include <arm_neon.h>
#include <asm/hwcap.h>
#include <sys/auxv.h>

#define WITH_SHA __attribute__((target("+crypto")))

typedef uint32x4_t vector;

struct state {
	uint32x4_t abcd, efgh;
};

/* Four rounds with the words of @w and the constants at @k. */
WITH_SHA static inline void rounds(struct state *s, uint32x4_t w, const uint32_t *k)
{
	uint32x4_t wk = vaddq_u32(w, vld1q_u32(k)), abcd = s->abcd;

	s->abcd = vsha256hq_u32(abcd, s->efgh, wk);
	s->efgh = vsha256h2q_u32(s->efgh, abcd, wk);
}

/* The four words of the schedule after @a, @b, @c and @d. */
WITH_SHA static inline uint32x4_t next(uint32x4_t a, uint32x4_t b, uint32x4_t c,
				       uint32x4_t d)
{
	return vsha256su1q_u32(vsha256su0q_u32(a, b), c, d);
}

WITH_SHA static inline uint32x4_t load(const uint8_t *p)
{
	return vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(p)));
}

#include "sha256-vector.h"

WITH_SHA static void blocks(uint32_t h[8], const uint8_t *p, size_t n)
{
	struct state s = { vld1q_u32(h), vld1q_u32(h + 4) };

	for (; n--; p += 64) {
		struct state before = s;

		one_block(&s, p);
		s.abcd = vaddq_u32(s.abcd, before.abcd);
		s.efgh = vaddq_u32(s.efgh, before.efgh);
	}
	vst1q_u32(h, s.abcd);
	vst1q_u32(h + 4, s.efgh);
}

sha256_blocks *sha256_arm(void)
{
	return getauxval(AT_HWCAP) & HWCAP_SHA2 ? blocks : NULL;
}

#else

sha256_blocks *sha256_arm(void)
{
	return NULL;
}

#endif
