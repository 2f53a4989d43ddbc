/* SPDX-License-Identifier: MIT */
/* stoker toolchain - the installs on this machine, and what is in them */
#include "cmd.h"
#include "render/render.h"

enum { KEY_FILES = 0x2000 };

struct toolchain_args {
	struct options common;
	bool files;
};

/* clang-format off */
static const struct argp_option toolchain_options[] = {
	{ "files", KEY_FILES, NULL, 0, "list the loaders too", 1 },
	{ 0 }
};
/* clang-format on */

static error_t toolchain_parse(int key, char *arg, struct argp_state *state)
{
	struct toolchain_args *args = state->input;

	(void)arg;
	if (key != KEY_FILES)
		return ARGP_ERR_UNKNOWN;
	args->files = true;
	return 0;
}

/* What both verbs need; close it in any case. */
struct workshop {
	struct stk_ctx *ctx;
	struct opened_db open;
	const struct ldb_scan *scan;
};

static int workshop_open(struct workshop *w, const struct options *opt,
			 struct stk_error *err)
{
	int r = options_ctx(opt, &w->ctx, err);

	return r ? r : ldb_facts_open(opt->facts, &w->open.facts, err);
}

static void workshop_close(struct workshop *w)
{
	ldb_free(w->scan);
	opened_db_close(&w->open);
	stk_ctx_free(w->ctx);
}

/* The roots come behind the verb. */
static int search(struct workshop *w, const struct options *opt, struct stk_error *err)
{
	const struct ldb_scan_options how = {
		.size = sizeof(how),
		.roots = opt->args.item + 1,
		.n_roots = opt->args.count - 1,
		.cancel = cancel_flag(),
	};
	int r;

	cancel_arm(NULL);
	r = ldb_scan_run(w->ctx, w->open.facts, &how, &w->scan, err);
	cancel_disarm();
	return r;
}

/* ---- scan ------------------------------------------------------------- */

static int scan(struct workshop *w, const struct toolchain_args *args,
		struct stk_error *err)
{
	const struct options *opt = &args->common;
	struct scanned scanned = { .files = args->files };
	int r = search(w, opt, err);

	if (r)
		return r;
	scanned.scan = w->scan;
	if (opt->json)
		json_scan(stdout, &scanned);
	else
		text_scan(stdout, &scanned);
	return 0;
}

/* ---- either ----------------------------------------------------------- */

static enum stk_origin toolchain_run(void *p)
{
	const struct toolchain_args *args = p;
	const struct options *opt = &args->common;
	const char *verb = opt->args.count ? opt->args.item[0] : "";
	struct workshop w = { 0 };
	struct stk_error err;
	int r;

	if (strcmp(verb, "scan"))
		return fail_usage(opt, "the word 'scan' must follow: 'toolchain scan'");
	r = workshop_open(&w, opt, &err);
	if (!r)
		r = scan(&w, args, &err);
	workshop_close(&w);
	if (r)
		return fail_command(opt, &err);
	return STK_ORIGIN_NONE;
}

const struct stk_cmd cmd_toolchain = {
	.name = "toolchain",
	.summary = "find installs of toolchains",
	.usage = "scan [OPTION...] [ROOT...]",
	.doc = "ROOT: an install, or a folder that holds some, a mounted disk of another"
	       " system\ntoo; without it the places where installs usually lie. Nothing in"
	       " them is run.\n",
	.groups = GROUP_FACTS,
	.own = toolchain_options,
	.parse = toolchain_parse,
	.args_size = sizeof(struct toolchain_args),
	.run = toolchain_run,
};
