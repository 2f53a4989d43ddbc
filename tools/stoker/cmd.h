/* SPDX-License-Identifier: MIT */
/*
 * cmd.h - what the files of the command share
 *
 * One file per subcommand, one const struct stk_cmd each. main.c parses the
 * options (options.c) into the command's own struct, which begins with struct
 * options, and calls run(). A command returns who has to act, and exit.c
 * turns that into the exit code.
 */
#ifndef CMD_H
#define CMD_H

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include <argp.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stoker/loaderdb.h>
#include <stoker/module.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* Scope clean-up: either this or goto in a function, never both. */
#define stk_cleanup(fn) __attribute__((cleanup(fn)))

static inline void freep(void *p)
{
	free(*(void **)p);
}

/* ---- commands --------------------------------------------------------- */

/* Groups of options that several commands share; --json and -p are everyone's. */
enum option_group {
	GROUP_LOADER = 1 << 0, /* -l */
	GROUP_HOST = 1 << 1,   /* --host */
	GROUP_TARGET = 1 << 2, /* -t, --wrap, --chip */
	GROUP_IMAGE = 1 << 3,  /* --base, --image-format */
	GROUP_RANGE = 1 << 4,  /* --range */
	GROUP_PLAN = 1 << 5,   /* --plan */
	GROUP_RESCUE = 1 << 6, /* --rescue */
	GROUP_DB = 1 << 7,     /* --db */
	GROUP_FACTS = 1 << 8,  /* --facts */
	GROUP_YES = 1 << 9,    /* --yes */
	GROUP_CHOICE = 1 << 10, /* --as; without -l, pins say which loaders */
	GROUP_LEAVE = 1 << 11, /* --reset, --run, --no-reset */
	GROUP_CARE = 1 << 12,  /* --force, --allow-option-bytes */
};

struct stk_cmd {
	const char *name;
	const char *summary;
	/* What follows the name; one line for each form. The manual says the same. */
	const char *usage;
	const char *doc; /* below the options in --help; may be NULL */
	unsigned int groups;
	const struct argp_option *own; /* options of this command alone; may be NULL */
	argp_parser_t parse;	       /* for those; sees the command's struct as input */
	size_t args_size;	       /* of the command's struct */
	enum stk_origin (*run)(void *args);
};

extern const struct stk_cmd cmd_inspect, cmd_program, cmd_erase, cmd_read, cmd_verify,
	cmd_blank_check, cmd_call, cmd_module, cmd_target, cmd_chip, cmd_diff, cmd_qualify;
extern const struct stk_cmd cmd_gdbserver, cmd_board;
extern const struct stk_cmd cmd_toolchain, cmd_audit;
extern const struct stk_cmd cmd_swap, cmd_restore;
extern const struct stk_cmd cmd_db;
extern const struct stk_cmd cmd_explain;
extern const struct stk_cmd cmd_pin, cmd_unpin, cmd_pins, cmd_resolve;

/* ---- options.c -------------------------------------------------------- */

/* Strings from argv, NULL-ended. */
struct list {
	const char **item;
	size_t count;
};

struct options {
	const struct stk_cmd *cmd;
	bool help, json;
	struct list args;    /* what is no option */
	struct list params;  /* -p */
	struct list loaders; /* -l */
	struct list wraps;   /* --wrap */
	const char *host, *target, *chip, *image_format, *rescue;
	const char *db, *facts, *as;
	bool has_base, plan, yes;
	bool no_reset, force, allow_option_bytes;
	enum stk_after after; /* --reset, --run */
	uint64_t base;
	struct stk_range *ranges; /* --range */
	size_t n_ranges;
	struct stk_range *ram; /* --ram */
	size_t n_ram;
};

/*
 * Fill @opt, the first member of @opt->cmd's struct. -EINVAL and @err: wrong
 * usage. opt->help: nothing else was checked. Free with options_free().
 */
int options_parse(struct options *opt, int argc, char **argv,
		  struct stk_error *err) stk_must_check;
void options_free(struct options *opt);
/* A context with the parameters of -p. */
int options_ctx(const struct options *opt, struct stk_ctx **ret,
		struct stk_error *err) stk_must_check;
void options_help(const struct stk_cmd *cmd, FILE *out);
/* For a command's own parser. */
void list_add(struct list *l, const char *text);
void options_add_range(struct options *opt, struct stk_range range);
bool parse_range(const char *text, struct stk_range *ret);

/* ---- list-info.c ------------------------------------------------------ */

/* What the two verbs of a command do. */
struct list_info {
	const char *operand; /* of info, for the sentence: "NAME" */
	int (*list)(struct stk_ctx *ctx, const struct options *opt, struct stk_error *err);
	int (*info)(struct stk_ctx *ctx, const struct options *opt, const char *name,
		    struct stk_error *err);
};

enum stk_origin list_or_info(const struct options *opt, const struct list_info *how);

/* ---- exit.c ----------------------------------------------------------- */

/* The one place that knows exit codes. */
int exit_code(enum stk_origin origin);
/* The one that matters more, when several things went wrong. */
enum stk_origin exit_worst(enum stk_origin a, enum stk_origin b);
/* "usage", "input", ... for machines. */
const char *exit_origin_name(enum stk_origin origin);
/* Say it on stderr, and on stdout too with --json; returns the origin. */
enum stk_origin fail_command(const struct options *opt, const struct stk_error *err);
/* Wrong arguments that no option parser sees. */
enum stk_origin fail_usage(const struct options *opt, const char *fmt, ...)
	stk_printf(2, 3);
/* Report rendering ran out of memory: nothing sensible can follow. */
void out_of_memory(void) __attribute__((noreturn));

/* ---- db-open.c -------------------------------------------------------- */

/* The facts and the database that the options name. */
struct opened_db {
	struct ldb_facts *facts;
	struct ldb *db;
	const struct ldb_recovery *recovered; /* NULL: it was not asked for */
};

/*
 * @must_exist: a command that only reads makes no database; one that writes first
 * brings swaps to an end that were interrupted. Close it with opened_db_close() in
 * any case; @ret must be zero before, or hold facts alone.
 */
int opened_db_open(const struct options *opt, struct stk_ctx *ctx, bool must_exist,
		   struct opened_db *ret, struct stk_error *err) stk_must_check;
/* Bring them to an end, and say so; with --plan nothing is touched. */
int opened_db_recover(const struct options *opt, struct opened_db *o,
		      struct stk_error *err) stk_must_check;
void opened_db_close(struct opened_db *o);

/* ---- host-find.c ------------------------------------------------------ */

/*
 * Whose rules --host means: a profile's name, a release of a toolchain, or the path of
 * an install: those of the programmer that is in it now. What the option does not say
 * itself is told on stderr.
 */
int host_find(const struct options *opt, struct stk_ctx *ctx, const struct stk_host **ret,
	      struct stk_error *err) stk_must_check;

/* ---- placed.c --------------------------------------------------------- */

/* The programmers of @scan that a swap put there; NULL: there is no database. */
int placed_find(const struct options *opt, struct stk_ctx *ctx, struct ldb_facts *facts,
		const struct ldb_scan *scan, const struct ldb_placed_list **ret,
		struct stk_error *err) stk_must_check;

/* ---- named-tool.c ----------------------------------------------------- */

/* "cubeide@1.8.0" */
struct named_tool {
	char *name;
	const char *version;	/* or a range; NULL: not given */
};

/* named_tool_free() it in any case; *@ret must be zero before. */
int named_tool_parse(const char *text, struct named_tool *ret,
		     struct stk_error *err) stk_must_check;
void named_tool_free(struct named_tool *tool);

/* ---- pin-show.c ------------------------------------------------------- */

struct pin_made;

/* Print pin @id, the database's path and what else is in @made. */
int pin_show(struct ldb *db, const struct options *opt, int64_t id, struct pin_made *made,
	     struct stk_error *err) stk_must_check;

/* ---- ref.c: what names a loader --------------------------------------- */

/* A path by its looks, or because it is there; else it is looked up. */
bool ref_is_path(const char *ref);
/*
 * A file; PACK#LOADER; or where no file is called so, the one build in the database
 * that @ref means. The caller closes *ret.
 */
int ref_open(const struct options *opt, struct stk_ctx *ctx, const char *ref,
	     unsigned int flags, struct stk_loader **ret,
	     struct stk_error *err) stk_must_check;
/* How the build was called where @ref says, else when it was first seen; free() it. */
int ref_build_name(struct ldb *db, const struct ldb_build *build, const char *ref,
		   char **ret, struct stk_error *err) stk_must_check;
/* A build's bytes, as a loader called @name. */
int ref_open_build(struct ldb *db, struct stk_ctx *ctx, const char *name, const char *sha256,
		   unsigned int flags, struct stk_loader **ret,
		   struct stk_error *err) stk_must_check;

/* ---- bench.c: everything a job needs, opened from the options --------- */

struct bench {
	struct stk_ctx *ctx;
	struct stk_loader **loaders;
	size_t n_loaders;
	char **chosen;	     /* why each loader; NULL: -l named them */
	struct opened_db db; /* open where no -l named them */
	/* No loader at all will do; then lacking says why there is none. */
	bool may_lack;
	char *lacking;
	struct stk_image *image; /* all images given, merged; NULL: none given */
	const struct stk_host *host;
	struct stk_target *target;
};

/* Open what @opt's command takes; close it with bench_close() in any case. */
int bench_open(struct bench *b, const struct options *opt,
	       struct stk_error *err) stk_must_check;
void bench_close(struct bench *b);
/* For prepare(): no range given means the whole device of each loader. */
int bench_whole_devices(struct options *opt, const struct bench *b,
			struct stk_error *err) stk_must_check;

/* ---- choose.c --------------------------------------------------------- */

/* No -l: open the database, or say that a loader is needed. */
int choose_begin(struct bench *b, const struct options *opt,
		 struct stk_error *err) stk_must_check;
/* Once the rest is open: the loaders of @b, each said on stderr. */
int choose_loaders(struct bench *b, const struct options *opt,
		   struct stk_error *err) stk_must_check;

/* ---- job.c ------------------------------------------------------------ */

/* One job: a command fills this, job_command() does the rest. */
struct job_request {
	struct options *opt;
	struct stk_plan_options plan; /* action and erase; the rest comes from @opt */
	/* Once loaders and target are open, before the plan; may be NULL. */
	int (*prepare)(struct options *opt, const struct bench *b, struct stk_error *err);
	/* What READ has read goes here and not to stdout; may be NULL. */
	int (*deliver)(struct options *opt, const struct stk_report *report,
		       struct stk_error *err);
};

enum stk_origin job_command(struct job_request *req);

/* ---- cancel.c --------------------------------------------------------- */

/* From here on Ctrl-C ends the job, not the program. */
void cancel_arm(struct stk_target *target);
/* The same for a board: it is its serving that ends. */
void cancel_arm_board(struct stk_board *board);
void cancel_disarm(void);
/* Armed: the target that a signal wakes from now on; NULL: none. */
void cancel_watch(struct stk_target *target);
const volatile int *cancel_flag(void);

/* ---- progress.c ------------------------------------------------------- */

struct progress {
	const struct stk_plan_info *plan;
	bool terminal;
	bool bar;		      /* one is on the line now */
	const struct stk_step *phase; /* first step of what goes on; NULL: not begun */
	char what[64];		      /* that in words */
	uint64_t said_ns;	      /* when something was printed last */
};

void progress_init(struct progress *p, const struct stk_plan_info *plan);
void progress_event(struct progress *p, const struct stk_event *event);
/* Take the bar away before anything else is printed. */
void progress_end(struct progress *p);

/* ---- hexfile.c -------------------------------------------------------- */

/* Write @chunks as Intel HEX. -ERANGE: an address needs more than 32 bits. */
int hexfile_write(FILE *out, const struct stk_chunk *chunks, size_t count,
		  struct stk_error *err) stk_must_check;

/* ---- rescue.c --------------------------------------------------------- */

/* Where the bytes are kept that an erase takes along. */
struct rescue {
	const char *wanted; /* --rescue; NULL: the default place */
	char *path;	    /* NULL: nothing was written */
};

/* For struct stk_job_options; @data is the struct rescue. */
int rescue_keep(void *data, const struct stk_chunk *chunks, size_t count,
		struct stk_error *err) stk_must_check;
/* The job is over; @done: everything is where it belongs, the file can go. */
void rescue_end(struct rescue *r, bool done);

/* ---- nearest.c -------------------------------------------------------- */

/* Levenshtein's; @b has at most 31 characters. */
unsigned int word_distance(const char *a, const char *b);

/* ---- output.c --------------------------------------------------------- */

/* A file that -o or --rescue names. New: 0600 and it must not exist yet. */
int output_open(const char *path, bool rescue, FILE **ret,
		struct stk_error *err) stk_must_check;
/*
 * A file that appears or is replaced as a whole, or stays as it was. What is
 * not a regular file is written as it goes.
 */
struct output {
	FILE *out;
	char *path; /* symbolic links followed */
	char *temp; /* NULL: @path itself is written */
};

/* "-" is stdout. Refuses to replace one of the @inputs, NULL-ended. */
int output_begin(struct output *o, const char *path, const char *const *inputs,
		 struct stk_error *err) stk_must_check;
/* Refuses as output_begin() does, and files that are locked; writes nothing. */
int output_refuse(const char *path, const char *const *inputs,
		  struct stk_error *err) stk_must_check;
/* Can output_begin() write there? Leaves nothing; for before long work. */
int output_probe(const char *path, struct stk_error *err) stk_must_check;
/* Put it in place, or on failure remove what was written. */
int output_commit(struct output *o, struct stk_error *err) stk_must_check;
/* Everything is on the disk, or an error. */
int output_close(FILE *out, const char *path, bool sync,
		 struct stk_error *err) stk_must_check;

#endif
