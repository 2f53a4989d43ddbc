/* SPDX-License-Identifier: MIT */
/* sha256.h - SHA-256 in pieces */
#ifndef SHA256_H
#define SHA256_H

#include "core.h"

struct sha256 {
	uint32_t state[8];
	uint64_t total;
	uint8_t block[64];
};

void sha256_init(struct sha256 *s);
void sha256_update(struct sha256 *s, const void *bytes, size_t len);
void sha256_hex(struct sha256 *s, char ret[65]);

#endif
