/* SPDX-License-Identifier: MIT */
/* sha256.h - SHA-256 in pieces */
#ifndef SHA256_H
#define SHA256_H

#include "core.h"

/* Take @n blocks of 64 bytes into the state. */
typedef void sha256_blocks(uint32_t state[8], const uint8_t *blocks, size_t n);

struct sha256 {
	sha256_blocks *blocks;		/* the fastest that runs here */
	uint32_t state[8];
	uint64_t total;
	uint8_t block[64];
};

void sha256_init(struct sha256 *s);
void sha256_update(struct sha256 *s, const void *bytes, size_t len);
void sha256_hex(struct sha256 *s, char ret[65]);

/* The same result by different means. NULL: this processor has no such instructions. */
sha256_blocks sha256_portable;
sha256_blocks *sha256_x86_sha(void);
sha256_blocks *sha256_x86_bmi(void);
sha256_blocks *sha256_arm(void);

/* The constants of the rounds, aligned for vectors. */
extern const uint32_t sha256_k[64];

#endif
