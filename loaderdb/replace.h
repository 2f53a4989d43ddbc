/* SPDX-License-Identifier: MIT */
/*
 * replace.h - put bytes where a file is, at once or not at all
 *
 * Whoever opens the name sees the old file or the new one, each with all its
 * bytes and its looks. The new one is made beside it as @temp, which is gone
 * again when a function here returns, unless nothing could be done about it.
 */
#ifndef REPLACE_H
#define REPLACE_H

#include "looks.h"
#include "place.h"

/* What a name holds. */
struct held {
	bool exists;
	void *bytes;
	size_t len;
	char sha256[65]; /* "": it does not exist */
	struct looks looks;
	nlink_t links;
};

/* A symbolic link, or what is no regular file, is an error. */
int held_read(const struct place *p, const char *name, struct held *ret,
	      struct stk_error *err) stk_must_check;
void held_free(struct held *h);
/* Is it what has that digest? NULL: is nothing there? */
bool held_is(const struct held *h, const char *sha256);

/* What shall be there; bytes NULL: nothing. */
struct wanted {
	const void *bytes;
	size_t len;
	const char *sha256;
	const struct looks *looks;
};

/*
 * Make @p hold @w, if it holds @before until then. Everything is on the disk and
 * was read again when it returns 0; else @p holds what it held, or what another
 * program made of it meanwhile. @beside must be free.
 */
int replace_file(const struct place *p, const char *beside, const struct held *before,
		 const struct wanted *w, struct stk_error *err) stk_must_check;

#endif
