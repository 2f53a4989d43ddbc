/* SPDX-License-Identifier: MIT */
/* import.h - files on their way into the database */
#ifndef IMPORT_H
#define IMPORT_H

#include "db.h"

/* One that was read and is not in the database yet, or could not be read. */
struct import_item {
	char *path;		    /* of the origin */
	struct stk_loader *loader;  /* NULL: error says why */
	char *tool, *version, *component; /* NULL: a plain file */
	struct stk_error error;
};

/* A batch: one transaction for many. */
#define IMPORT_ITEMS	64
#define IMPORT_BYTES	(16u << 20)

struct import {
	struct ldb *db;
	struct stk_ctx *ctx;
	int (*row)(void *data, const struct ldb_import_row *row);
	void *data;
	const struct ldb_scan *scan; /* the installs in what is imported; NULL: none */
	struct import_item item[IMPORT_ITEMS];
	size_t count;
	uint64_t bytes;
};

/* ---- import.c --------------------------------------------------------- */

/* Takes over what @item holds, whether it succeeds or not. */
int import_add(struct import *im, struct import_item *item,
	       struct stk_error *err) stk_must_check;
/* @error as a row of its own, about @path. */
int import_add_error(struct import *im, const char *path, const struct stk_error *error,
		     struct stk_error *err) stk_must_check;
/* Commit what is pending, and tell it. */
int import_flush(struct import *im, struct stk_error *err) stk_must_check;

/* ---- import-file.c ---------------------------------------------------- */

/* A loader's file. @named: by the user; else what is no loader is passed over. */
int import_file(struct import *im, const char *path, bool named,
		struct stk_error *err) stk_must_check;
/*
 * The loaders of a pack. @ret_count: how many it has; 0 without an error of its
 * own: nothing was imported. Not @named: what is no pack is passed over.
 */
int import_pack(struct import *im, const char *path, bool named, size_t *ret_count,
		struct stk_error *err) stk_must_check;
/* The loader @name of the pack @path. */
int import_member(struct import *im, const char *path, const char *name,
		  struct stk_error *err) stk_must_check;

/* ---- import-install.c ------------------------------------------------- */

/* Look for installs in the folder @path. */
int import_look(struct import *im, const char *path, struct stk_error *err) stk_must_check;
/* Fill toolchain, version and component of a plain file that lies in one. -ENOMEM */
int import_place(const struct import *im, struct import_item *item) stk_must_check;

/* ---- import-walk.c ---------------------------------------------------- */

/* All below the folder @path, which is absolute and free of links. */
int import_folder(struct import *im, const char *path,
		  struct stk_error *err) stk_must_check;

#endif
