/* SPDX-License-Identifier: MIT */
/*
 * qualify.h - what the files of the qualify command share
 *
 * cmd-qualify.c has the options, qualify-list.c finds the loaders there are to
 * try, qualify-chip.c a virtual chip for each. qualify-one.c tries one and puts
 * the report into words, qualify-jobs.c has one process or several do so,
 * qualify-record.c keeps the verdicts, and qualify-show.c puts together what comes
 * of all of them.
 */
#ifndef QUALIFY_CMD_H
#define QUALIFY_CMD_H

#include "cmd.h"
#include "render/render.h"

struct qualify_args {
	struct options common;
	struct list only;	 /* --check */
	struct list fail_checks; /* --fail-on ID */
	struct fail_on fail_on;
	bool no_honesty, what_if, list_checks, record;
	const char *symptom, *hosts, *junit, *html;
	uint32_t seed; /* 1, if not given */
	bool has_seed;
	unsigned int jobs; /* 0: not given */
	/* Once the options are understood */
	const struct stk_host *host;
	const struct stk_host **matrix; /* --hosts NAME,...; NULL: none, or all */
	size_t n_matrix;
	bool all_hosts;
};

/* ---- qualify-list.c --------------------------------------------------- */

/* One loader, on one chip. */
struct qualify_item {
	char *path;	       /* a file, or PACK#FILE */
	const char *container; /* the file, folder or pack that was named */
	char *pdsc;	       /* PACK#PDSC; NULL: in no pack */
	/* From the pack's devices; NULL: -t or the loader's names tell */
	const struct stk_chip *chip;
	char *how;	      /* how it came to that chip, in words; NULL */
	bool only;	      /* it must be the only chip that fits */
	bool not_run;	      /* err says why nothing can be tried */
	struct stk_error err; /* code 0: so far so good */
};

struct qualify_list {
	struct qualify_item *item;
	size_t count;
};

/* What is wrong with a file is part of the list. @ctx must outlive *ret. */
void qualify_list_make(const struct qualify_args *args, struct stk_ctx *ctx,
		       struct qualify_list *ret);
void qualify_list_free(struct qualify_list *l);

/* ---- qualify-chip.c --------------------------------------------------- */

/*
 * The address of the virtual chip number @nth that fits @loader; the caller frees
 * *ret, and *how (in words; NULL: nothing to say). -ENOENT ("no-virtual-chip"):
 * there is none, or no other; where there must be one choice only -ENOTUNIQ
 * ("virtual-chips"), with the candidates.
 */
int qualify_target(const struct qualify_args *args, struct stk_ctx *ctx,
		   const struct qualify_item *item, const struct stk_loader_info *loader,
		   size_t nth, char **ret, char **how,
		   struct stk_error *err) stk_must_check;

/* ---- qualify-one.c ---------------------------------------------------- */

enum qualify_form { FORM_TEXT, FORM_JSON, FORM_JUNIT, FORM_HTML, FORM_COUNT };

/* What a verdict says of it; "": nothing. */
struct qualify_finding {
	char sha256[65], chip[32], option_state[64], host[64], reason[600];
};

/* What is kept of one item once it has been tried: plain, so that a pipe takes it. */
struct qualify_result {
	enum qualified_state state;
	struct qualify_finding finding; /* GOOD and BAD */
	enum stk_origin origin; /* for the exit code */
	struct stk_error err;
	struct suite_counts junit;
	size_t len[FORM_COUNT];
};

/* Which of several it is, for headings and anchors. */
struct qualify_place {
	size_t index, count;
};

/* Try it. *text: one a form, as long as ret->len says; free() frees each. */
void qualify_one(const struct qualify_args *args, struct stk_ctx *ctx,
		 const struct qualify_item *item, struct qualify_place place,
		 struct qualify_result *ret, char *text[FORM_COUNT]);

/* ---- qualify-jobs.c --------------------------------------------------- */

struct qualify_done {
	bool done;
	struct qualify_result result;
	char *text[FORM_COUNT];
};

/*
 * Try all of them, in --jobs processes, and hand each to @deliver, in order.
 * What was stopped before its turn has @done[i].done false.
 */
void qualify_jobs(const struct qualify_args *args, struct stk_ctx *ctx,
		  const struct qualify_list *list, struct qualify_done *done,
		  void (*deliver)(void *data, size_t index), void *data);

/* ---- qualify-record.c ------------------------------------------------- */

/* The loader database, with what was put into it. */
struct recorder {
	struct stk_ctx *ctx;
	struct opened_db opened;
	struct recorded_list list;
	struct recorded *rows; /* of the list */
	char (*evidence)[65];  /* digests, one a row */
};

/* Room for @most rows. Close it with recorder_close() in any case. */
int recorder_open(struct recorder *rec, const struct qualify_args *args,
		  struct stk_ctx *ctx, size_t most, struct stk_error *err) stk_must_check;
/*
 * What came of @item becomes a verdict, with its JSON as evidence; the loader is
 * imported if it is not known. 1: it did; 0: there is no verdict. @done must
 * outlive @rec.
 */
int recorder_add(struct recorder *rec, const struct qualify_item *item,
		 const struct qualify_done *done, struct stk_error *err) stk_must_check;
void recorder_close(struct recorder *rec);

/* ---- qualify-show.c --------------------------------------------------- */

enum stk_origin qualify_show(const struct qualify_args *args, struct stk_ctx *ctx,
			     const struct qualify_list *list);

#endif
