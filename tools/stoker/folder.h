/* SPDX-License-Identifier: MIT */
/*
 * folder.h - inspect -r: what is found in folders
 *
 * folder-walk.c collects and sorts the files, folder-run.c has several threads
 * look at them, folder-row.c and folder-pack.c keep of each what a row needs,
 * folder-group.c finds those that are alike.
 */
#ifndef FOLDER_H
#define FOLDER_H

#include "inspect.h"

/* One function of a loader's code: a digest of its shape, its instructions. */
struct folder_function {
	uint64_t shape;
	uint32_t length;
};

/* One file; strings are its own, NULL: there is none. */
struct folder_row {
	char *path;
	bool named; /* by the user, or by its suffix: shown whatever it holds */
	bool pack;  /* the rows of what it holds come after its own */
	bool other; /* it turned out to be no loader */
	char *format, *device; /* of a pack: vendor, name and version */
	uint64_t start, size;  /* of the device */
	unsigned int findings[STK_ERROR + 1];
	bool fails; /* has a finding that --fail-on asks for */
	char *sha256, *code_sha256, *table_sha256;
	struct stk_error *err;		   /* NULL: a host can use it */
	struct folder_function *functions; /* --deep: by shape */
	size_t n_functions;
	struct folder_row *inner; /* pack: its loaders, PACK#FILE, by path in it */
	size_t n_inner;
};

/* The same bytes, wherever they are: rows in order of their paths. */
struct folder_build {
	const struct folder_row **rows;
	size_t n_rows;
};

/* The same code: builds in order of their first paths. */
struct folder_code {
	const struct folder_build *builds;
	size_t n_builds;
	uint64_t length;      /* instructions of its functions; 0: not taken apart */
	size_t like;	      /* index of the first that has most of these functions */
	unsigned int percent; /* how much of both is the same */
};

struct folder {
	struct folder_row *rows; /* by path; no two of the same path */
	size_t n_rows, room;
	struct folder_row *unreadable; /* folders, and files that may be anything */
	size_t n_unreadable;
	size_t n_other; /* files that are no loaders */
	bool code;	/* their code was looked at */
	/* folder_group() */
	const struct folder_row **by_build; /* what builds[].rows point into */
	struct folder_build *builds;	    /* those of one code side by side */
	size_t n_builds;
	const struct folder_build **identical; /* those of several files, by first path */
	size_t n_identical;
	struct folder_code *codes; /* by first path */
	size_t n_codes;
};

struct folder_counts {
	size_t loaders, unusable, packs, unusable_packs, others;
	size_t findings[STK_ERROR + 1];
};

/* ---- folder-walk.c ---------------------------------------------------- */

/* Files as they are, folders with all that is below. Reads no loader yet. */
void folder_collect(struct folder *f, const struct list *paths);
void folder_free(struct folder *f);

/* ---- folder-row.c ----------------------------------------------------- */

/* Look at one file: fill @row; *text is its JSON object, if @args ask for JSON. */
void folder_look(const struct inspect_args *args, struct stk_ctx *ctx,
		 struct folder_row *row, char **text);
/* Keep what a row needs of @loader, or else of @err. */
void folder_keep_loader(const struct inspect_args *args, struct stk_ctx *ctx,
			struct folder_row *row, struct stk_loader *loader,
			const struct stk_error *err);
void folder_keep_error(struct folder_row *row, const struct stk_error *err);
void folder_row_free(struct folder_row *row);
/* A copy that free() frees; NULL stays NULL. */
char *folder_keep(const char *s);

/* ---- folder-pack.c ---------------------------------------------------- */

/* The same as folder_look() for a pack, with a row for each loader in it. */
void folder_look_pack(const struct inspect_args *args, struct stk_ctx *ctx,
		      struct folder_row *row, char **text);

/* ---- folder-run.c ----------------------------------------------------- */

/* How many threads -j stands for when it is not given. */
unsigned int folder_threads(void);

/*
 * Look at all rows, several at a time, and hand each one's text (NULL: none)
 * to @deliver, in order, one at a time.
 */
void folder_run(const struct inspect_args *args, struct stk_ctx *ctx, struct folder *f,
		void (*deliver)(void *data, const char *text), void *data);

/* ---- folder-group.c --------------------------------------------------- */

/* Find what is alike. Rows must not move afterwards. */
void folder_group(struct folder *f);
/* Codes that are like codes[first], itself included; 0: it is like an earlier one. */
size_t folder_likes(const struct folder *f, size_t first);

#endif
