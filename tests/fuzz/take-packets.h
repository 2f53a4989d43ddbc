/* SPDX-License-Identifier: MIT */
/* take-packets.h - a link's bytes through a framer, which must not care how they come */
#ifndef TAKE_PACKETS_H
#define TAKE_PACKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The first byte says how: checksums count or not, a short limit or a long one. */
void take_packets(const uint8_t *data, size_t size, bool replies);

#endif
