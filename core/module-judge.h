/* SPDX-License-Identifier: MIT */
/* module-judge.h - a module's file: who could have written it, what its note says */
#ifndef MODULE_JUDGE_H
#define MODULE_JUDGE_H

#include <sys/stat.h>

#include "core.h"

/* Only root or the user could have put code there; else false and a sentence. */
bool judge_trusted(const struct stat *st, const char *path, char *why, size_t len);
/* The first @size bytes behind @fd, to be freed; NULL: not to be had. */
uint8_t *judge_read(int fd, size_t size);
/* The NUL-separated "key=value" of .note.stoker, closed by an empty one; to be freed. */
char *judge_note_strings(const uint8_t *bytes, size_t size, const char *path,
			 struct stk_error *err);
const char *judge_note_value(const char *strings, const char *key);

#endif
