/* SPDX-License-Identifier: MIT */
/* answer.h - what ldb_free() frees: a struct with all that it points at */
#ifndef ANSWER_H
#define ANSWER_H

#include <stoker/loaderdb.h>

#include "core/arena.h"

/*
 * A zeroed struct of @size bytes and the arena for what it points at; NULL: out
 * of memory. ldb_free() takes both away.
 */
void *answer_new(size_t size, struct arena **arena);

/*
 * Room for one more at the end of an array in @arena, whose @count items of
 * @size bytes are in *@items; doubles as it fills. NULL: out of memory. The new
 * item is zeroed and @count raised.
 */
void *answer_grow(struct arena *arena, void *items, size_t *count, size_t size);

/* @text as one word of a command line, quoted for a shell if need be; NULL: no memory. */
const char *answer_word(struct arena *arena, const char *text);

/* Scope clean-up: either these or goto in a function, never both. */
static inline void free_textp(char **p)
{
	free(*p);
}
#define stk_cleanup_free __attribute__((cleanup(free_textp)))

static inline void answer_freep(void *p)
{
	ldb_free(*(void **)p);
}
#define answer_cleanup __attribute__((cleanup(answer_freep)))

#endif
