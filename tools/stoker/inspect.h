/* SPDX-License-Identifier: MIT */
/*
 * inspect.h - what the files of the inspect command share
 *
 * cmd-inspect.c has the options and finds the mode; each mode is one function
 * in a file inspect-*.c of its own.
 */
#ifndef INSPECT_H
#define INSPECT_H

#include "cmd.h"
#include "code-view.h"
#include "render/render.h"

/* How much is looked at to find something. */
enum inspect_depth {
	INSPECT_DEFAULT, /* the mode's own: the code of single files, not of folders */
	INSPECT_SHALLOW, /* what the file says, and facts about chips and memories */
	INSPECT_DEEP,	 /* the code as well */
};

struct inspect_args {
	struct options common;
	bool has_fail_on;
	enum stk_level fail_on;
	enum inspect_depth depth;
	bool recursive;
	unsigned int threads; /* -r: 0: as many as there are processors */
	bool map, explain, functions;
	const char *html;     /* --html; NULL: not given */
	const char *function; /* --functions=NAME; NULL: all of them */
	const char *svd_path;
	const struct stk_chip_file *svd; /* --svd, once the context is there */
	/* --host and --chip, once the context is there; NULL: not given. --ram: common.ranges */
	const struct stk_host *host;
	const struct stk_chip *chip;
};

/* ---- inspect-file.c --------------------------------------------------- */

/*
 * Open @path, also where no host can use it, and look for everything that
 * @args ask for; @code where they leave it to the mode. The caller frees *ret.
 */
int inspect_open(const struct inspect_args *args, struct stk_ctx *ctx, const char *path,
		 bool code, struct stk_loader **ret, struct stk_error *err) stk_must_check;
/* The same for a loader that is open already. */
int inspect_check(const struct inspect_args *args, struct stk_ctx *ctx,
		  struct stk_loader *loader, bool code,
		  struct stk_error *err) stk_must_check;
/* Is there a finding that --fail-on asks for? */
bool inspect_fails(const struct inspect_args *args, const struct stk_loader_info *info);

/*
 * Say on stderr why no host can use @file, and tell what follows from that and
 * from --fail-on for the exit code.
 */
enum stk_origin inspect_verdict(const struct inspect_args *args,
				const struct inspected *file);

/* Show argument number @index, as text or as one more object of the array. */
typedef enum stk_origin inspect_show_fn(const struct inspect_args *args,
					struct stk_ctx *ctx, size_t index);
/* Show every argument, end the array, and tell the exit code of all. */
enum stk_origin inspect_each(const struct inspect_args *args, struct stk_ctx *ctx,
			     inspect_show_fn *show);

/* ---- inspect-functions.c ---------------------------------------------- */

/* --svd first, then --chip, then what the names of the loader tell. */
struct code_names inspect_names(const struct inspect_args *args, struct stk_ctx *ctx,
				const struct stk_loader_info *info);

/* ---- inspect-list.c --------------------------------------------------- */

/* One loader to show: a file, or one of a pack (PACK#FILE). */
struct inspect_item {
	char *path;
	const char *container; /* the file or pack that was named */
	char *pdsc;	       /* PACK#PDSC of a pack that was named; else NULL */
	struct stk_error err;  /* code not 0: the pack cannot be read */
};

struct inspect_list {
	struct inspect_item *item;
	size_t count;
};

/* The files that are named, and all loaders of packs that are. */
void inspect_list_make(const struct inspect_args *args, struct stk_ctx *ctx,
		       struct inspect_list *ret);
void inspect_list_free(struct inspect_list *l);

/* ---- inspect-map.c ---------------------------------------------------- */

/* A file, and where in RAM each host puts it. */
struct inspect_map {
	struct mapped facts;
	struct stk_loader *loader; /* NULL: it could not be read */
	struct stk_error err;
	struct mapped_host *hosts;
	struct stk_layout **layouts;
	char chip_how[160];
	struct code_view code;
};

/* What is wrong with the file is part of the facts. Close it in any case. */
void inspect_map_open(const struct inspect_args *args, struct stk_ctx *ctx,
		      const struct inspect_item *item, struct inspect_map *ret);
/* What its functions take and touch, too. @m must stay where it is. */
void inspect_map_add_code(const struct inspect_args *args, struct stk_ctx *ctx,
			  struct inspect_map *m);
void inspect_map_close(struct inspect_map *m);

/* ---- inspect-pack.c --------------------------------------------------- */

/* A pack that is open, its loaders, and the findings of both. */
struct inspect_pack {
	struct inspected_pack facts; /* the whole pack */
	struct stk_pack *pack;
	struct stk_loader **loaders; /* one a file; NULL: it could not be read, ... */
	struct stk_error *errors;    /* ... and why */
	struct inspected *files;
	char **paths; /* PACK#FILE */
	size_t n;
};

/* The caller closes *ret. */
int inspect_pack_open(const struct inspect_args *args, struct stk_ctx *ctx,
		      const char *path, struct inspect_pack *ret,
		      struct stk_error *err) stk_must_check;
void inspect_pack_close(struct inspect_pack *p);
/*
 * If argument number @index is a pack, or a device of one (PACK#DEVICE), show
 * it and tell in *ret what follows for the exit code; else false.
 */
bool inspect_pack(const struct inspect_args *args, struct stk_ctx *ctx, size_t index,
		  enum stk_origin *ret);

/* ---- modes ------------------------------------------------------------ */

/* --explain: tell about the findings that are named. */
enum stk_origin inspect_explain(const struct inspect_args *args);
/* Describe each file that is named. */
enum stk_origin inspect_files(const struct inspect_args *args, struct stk_ctx *ctx);
/* -r: a row each for the loaders in folders, and what is alike among them. */
enum stk_origin inspect_folder(const struct inspect_args *args, struct stk_ctx *ctx);
/* --html: all of it as a page. */
enum stk_origin inspect_html(const struct inspect_args *args, struct stk_ctx *ctx);
/* Draw device and RAM of each file that is named. */
enum stk_origin inspect_maps(const struct inspect_args *args, struct stk_ctx *ctx);
/* The code of each file that is named, by function. */
enum stk_origin inspect_functions(const struct inspect_args *args, struct stk_ctx *ctx);

#endif
