/* SPDX-License-Identifier: MIT */
/* advisory.h - reading one advisory: what its parts share */
#ifndef LOADERDB_ADVISORY_H
#define LOADERDB_ADVISORY_H

#include "facts.h"

/* What is read, into what; a list that is not there has no items. */
struct advisory_reader {
	struct ldb_facts *facts;
	struct ldb_advisory *advisory;
	bool out_of_memory;
};

/* Zeroed room for what is in @list; NULL and *ret_count 0: nothing is. */
void *advisory_items(struct advisory_reader *r, const struct jval *list, size_t size,
		     size_t *ret_count);
/* The one of @words, which end with NULL, that @text is; or NULL. */
const char *advisory_word(const char *const *words, const char *text);
/* The toolchain, pack or project that @v names; NULL: none, which is an error of @v. */
const struct ldb_tool *advisory_tool(struct advisory_reader *r, const struct jval *v);
/* advisory-affected.c */
void advisory_read_affected(struct advisory_reader *r, const struct jval *root);

#endif
