/* SPDX-License-Identifier: MIT */
/* arena.h - memory that is freed all at once, with the object it belongs to */
#ifndef ARENA_H
#define ARENA_H

#include <stdarg.h>

#include "core.h"

struct arena_block;

/* All zero: empty. */
struct arena {
	struct arena_block *blocks;
};

/* Zeroed, aligned for any type; NULL: out of memory. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_copy(struct arena *a, const void *bytes, size_t size);
char *arena_strdup(struct arena *a, const char *s);
/* What is longer than ARENA_TEXT_MAX with its end is cut: foreign names come in here. */
#define ARENA_TEXT_MAX 16384
char *arena_vprintf(struct arena *a, const char *fmt, va_list args);
char *arena_printf(struct arena *a, const char *fmt, ...) stk_printf(2, 3);
void arena_free(struct arena *a);

#endif
