/* SPDX-License-Identifier: MIT */
/* core.h - what the files of libstoker share and nobody else sees */
#ifndef CORE_H
#define CORE_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <stdlib.h>
#include <stoker/module.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* Scope clean-up: either this or goto in a function, never both. */
#define stk_cleanup(fn)	__attribute__((cleanup(fn)))
#define take_ptr(p)						\
	({							\
		__typeof__(p) taken_ = (p);			\
		(p) = NULL;					\
		taken_;						\
	})

static inline void freep(void *p)
{
	free(*(void **)p);
}

static inline uint16_t get_le16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}

static inline uint32_t get_le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline void put_le16(uint8_t *p, uint16_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static inline void put_le32(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
	p[2] = (uint8_t)(v >> 16);
	p[3] = (uint8_t)(v >> 24);
}

#endif
