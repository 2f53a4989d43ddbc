/* SPDX-License-Identifier: MIT */
/*
 * source.h - the files of a pack, wherever they are
 *
 * Files are numbered from 0, in the order in which list() gives them. Nothing
 * is ever written.
 */
#ifndef SOURCE_H
#define SOURCE_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <stdlib.h>
#include <stoker/module.h>

struct source;

/* What list() calls for each file; a failure ends it. */
typedef int (*source_each)(void *data, const char *path, uint64_t size,
			   struct stk_error *err);

struct source_ops {
	const char *kind; /* "pack", "folder", "pdsc" */
	/* All files are listed; else only the .pdsc, and offer() adds others. */
	bool complete;
	int (*list)(struct source *s, source_each each, void *data, struct stk_error *err);
	/* As read() of struct stk_container_driver. */
	int (*read)(struct source *s, size_t number, uint64_t max, uint8_t **ret,
		    size_t *ret_len, struct stk_error *err);
	void (*close)(struct source *s);
	/*
	 * Where not all files are listed: is @path there? Then it gets the next
	 * number, and *ret_size is its size. Out of memory: false as well.
	 */
	bool (*offer)(struct source *s, const char *path, uint64_t *ret_size);
};

/* What each kind of source begins with. */
struct source {
	const struct source_ops *ops;
};

/* zip.c; @bytes must outlive the source. Free with ops->close(). */
int zip_open(const char *path, struct source **ret, struct stk_error *err) stk_must_check;
int zip_open_memory(const char *name, const uint8_t *bytes, size_t len,
		    struct source **ret, struct stk_error *err) stk_must_check;

/* folder.c: a folder, or a .pdsc and what lies beside it. */
int folder_open(const char *path, struct source **ret, struct stk_error *err) stk_must_check;
int folder_open_pdsc(const char *path, struct source **ret,
		     struct stk_error *err) stk_must_check;

/* ---- pdsc-xml.c ------------------------------------------------------- */

/* Largest .pdsc that is read; public ones have up to 10 MB. */
#define PDSC_MAX_BYTES (32u << 20)

/* Where the elements of a .pdsc go. */
struct pdsc_sink {
	struct stk_pack_builder *builder;
	/* For the name of each algorithm, as far as it is a plain path; or NULL. */
	int (*file)(void *data, const char *path, struct stk_error *err);
	void *data;
};

/* @name is for sentences. No DTD, no entities, no other file is ever opened. */
int pdsc_parse(const char *name, const uint8_t *bytes, size_t len,
	       const struct pdsc_sink *sink, struct stk_error *err) stk_must_check;

/* ---- pack.c ----------------------------------------------------------- */

extern const struct stk_container_driver pack_driver;

/* Everything a source has, into @b. */
int pack_describe(struct source *source, const char *path, struct stk_pack_builder *b,
		  struct stk_error *err) stk_must_check;

#endif
