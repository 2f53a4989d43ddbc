/* SPDX-License-Identifier: MIT */
/*
 * stoker toolchain - the installs on this machine: scan shows what they are and
 * what is in them, status what drifted from the pins and swaps of the database
 */
#include "cmd.h"
#include "render/render.h"

enum { KEY_FILES = 0x2000 };

struct toolchain_args {
	struct options common;
	bool files;
};

/* clang-format off */
static const struct argp_option toolchain_options[] = {
	{ "files", KEY_FILES, NULL, 0, "scan: list the loaders too", 1 },
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

/* A database that is not there is none, unless it was named. */
static int open_if_there(struct workshop *w, const struct options *opt,
			 struct stk_error *err)
{
	int r = opened_db_open(opt, w->ctx, true, &w->open, err);

	return r == -ENOENT && !opt->db && !strcmp(err->cause, "no-database") ? 0 : r;
}

static void show_scan(const struct workshop *w, const struct options *opt,
		      struct scanned *scanned)
{
	scanned->scan = w->scan;
	scanned->db = w->open.db ? ldb_path(w->open.db) : NULL;
	if (opt->json)
		json_scan(stdout, scanned);
	else
		text_scan(stdout, scanned);
}

static int scan(struct workshop *w, const struct toolchain_args *args, struct stk_error *err)
{
	const struct options *opt = &args->common;
	struct scanned scanned = { .files = args->files };
	int r = open_if_there(w, opt, err);

	if (!r)
		r = search(w, opt, err);
	if (!r && w->open.db)
		r = ldb_sightings(w->open.db, w->ctx, w->scan, &scanned.seen, err);
	if (!r && w->open.db)
		r = ldb_placed_find(w->open.db, w->open.facts, w->scan, &scanned.placed,
				    err);
	if (!r)
		show_scan(w, opt, &scanned);
	ldb_free(scanned.seen);
	ldb_free(scanned.placed);
	return r;
}

/* ---- status ----------------------------------------------------------- */

/* Something is not as it was put: what "status" is asked for. */
static bool drifted(const struct ldb_drifts *drifts)
{
	for (size_t i = 0; i < drifts->count; i++)
		if (drifts->item[i].kind != LDB_IN_PLACE &&
		    drifts->item[i].kind != LDB_UNINSTALLED)
			return true;
	return false;
}

static int status(struct workshop *w, const struct options *opt, bool *ret_drift,
		  struct stk_error *err)
{
	const struct ldb_drifts *drifts = NULL;
	int r = opened_db_open(opt, w->ctx, true, &w->open, err);

	if (!r)
		r = search(w, opt, err);
	if (!r)
		r = ldb_status(w->open.db, w->ctx, w->scan, &drifts, err);
	if (r)
		return r;
	*ret_drift = drifted(drifts);
	if (opt->json)
		json_drifts(stdout, drifts, *ret_drift);
	else
		text_drifts(stdout, drifts);
	ldb_free(drifts);
	return 0;
}

/* ---- either ----------------------------------------------------------- */

static enum stk_origin toolchain_run(void *p)
{
	const struct toolchain_args *args = p;
	const struct options *opt = &args->common;
	const char *verb = opt->args.count ? opt->args.item[0] : "";
	const bool is_scan = !strcmp(verb, "scan");
	struct workshop w = { 0 };
	struct stk_error err;
	bool drift = false;
	int r;

	if (!is_scan && strcmp(verb, "status"))
		return fail_usage(opt, "either 'toolchain scan' or 'toolchain status'");
	if (args->files && !is_scan)
		return fail_usage(opt, "--files goes with 'toolchain scan'");
	r = workshop_open(&w, opt, &err);
	if (!r)
		r = is_scan ? scan(&w, args, &err) : status(&w, opt, &drift, &err);
	workshop_close(&w);
	if (r)
		return fail_command(opt, &err);
	return drift ? STK_ORIGIN_LOADER : STK_ORIGIN_NONE;
}

const struct stk_cmd cmd_toolchain = {
	.name = "toolchain",
	.summary = "find installs of toolchains, and what drifted in them",
	.usage = "scan [OPTION...] [ROOT...]\n"
		 "status [OPTION...] [ROOT...]",
	.doc = "ROOT: an install, or a folder that holds some, a mounted disk of another"
	       " system\ntoo; without it the places where installs usually lie. Nothing "
	       "in"
	       " them is run.\nstatus ends with 1 where something drifted from the last "
	       "pin"
	       " or swap.\n",
	.groups = GROUP_DB | GROUP_FACTS,
	.own = toolchain_options,
	.parse = toolchain_parse,
	.args_size = sizeof(struct toolchain_args),
	.run = toolchain_run,
};
