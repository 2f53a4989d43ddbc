/* SPDX-License-Identifier: MIT */
/*
 * tree.h - a folder with all below it: what is in it, a copy, its end
 *
 * Folders, regular files and symbolic links; links are never followed. Anything
 * else, or a file system mounted below, is refused.
 */
#ifndef TREE_H
#define TREE_H

#include <stoker/loaderdb.h>

#include "core/arena.h"
#include "place.h"

struct tree_entry {
	const char *path; /* below the tree; "" is its top */
	unsigned int mode; /* as stat() gives it */
	uint64_t size;	   /* of a regular file */
	char sha256[65];   /* of a regular file; else "" */
	const char *link;  /* of a symbolic link; else NULL */
};

/* All zero: nothing is there. */
struct tree {
	struct arena arena;
	struct tree_entry *entries; /* by path, in strcmp()'s order */
	size_t count;
	size_t files;	/* those that are no folders */
	uint64_t bytes; /* of regular files, as blocks on a disk */
	char sha256[65]; /* of all that is above; "": nothing is there */
};

/* What @name in @p's folder holds; nothing there is an empty tree. */
int tree_read(const struct place *p, const char *name, struct tree *ret,
	      struct stk_error *err) stk_must_check;
/* The same of a path. */
int tree_read_at(const char *path, struct tree *ret, struct stk_error *err) stk_must_check;
void tree_free(struct tree *t);
/* For a tree whose entries come from elsewhere: sort them, and make the digest. */
int tree_finish(struct tree *t, struct stk_error *err) stk_must_check;
/* NULL: they are equal; else the first path that differs. */
const char *tree_difference(const struct tree *a, const struct tree *b);

/*
 * Copy the tree @from, which must be as @manifest says, to @name in @p's folder,
 * where nothing may be: modes, times, extended attributes, and owners where we
 * may give files away. All is on the disk when it returns 0; else nothing is left.
 */
int tree_copy(const struct place *from, const struct place *p, const char *name,
	      const struct tree *manifest, struct stk_error *err) stk_must_check;
/* Take @name in @p's folder away, with all below it; nothing there is well. */
int tree_remove(const struct place *p, const char *name,
		struct stk_error *err) stk_must_check;

#endif
