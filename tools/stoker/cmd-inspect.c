/* SPDX-License-Identifier: MIT */
/* stoker inspect - describe loader files: options, and which mode they ask for */
#include "inspect.h"

enum {
	KEY_FAIL_ON = 0x2000,
	KEY_SHALLOW,
	KEY_DEEP,
	KEY_CHIP_OF,
	KEY_RAM,
	KEY_MAP,
	KEY_EXPLAIN,
	KEY_HTML,
	KEY_FUNCTIONS,
	KEY_SVD,
};

/* More threads than that are a slip of the finger. */
#define MAX_JOBS 1024

static const struct argp_option inspect_options[] = {
	{ "fail-on", KEY_FAIL_ON, "LEVEL", 0,
	  "exit with 1 for a finding of this level or worse: error, warning, note", 1 },
	{ "recursive", 'r', NULL, 0,
	  "look for loaders in folders; a row each, and what is alike", 1 },
	{ "jobs", 'j', "N", 0, "with -r: so many files at a time", 1 },
	{ "shallow", KEY_SHALLOW, NULL, 0, "leave the code alone", 1 },
	{ "deep", KEY_DEEP, NULL, 0, "look into the code; single files: always", 1 },
	{ "chip", KEY_CHIP_OF, "NAME", 0, "the chip that the loader is for", 1 },
	{ "ram", KEY_RAM, "START+SIZE", 0,
	  "the chip's RAM, where the chip is not known; may be given again", 1 },
	{ "explain", KEY_EXPLAIN, NULL, 0,
	  "tell about findings, by their ids; without one, list all that there are", 2 },
	{ "map", KEY_MAP, NULL, 0, "draw the sectors, and RAM as each host uses it", 2 },
	{ "html", KEY_HTML, "FILE", 0,
	  "write a page that shows all of it, in one file; -: to stdout", 2 },
	{ "functions", KEY_FUNCTIONS, "NAME", OPTION_ARG_OPTIONAL,
	  "what each function takes, calls and touches; with NAME: its instructions", 2 },
	{ "svd", KEY_SVD, "FILE", 0,
	  "with --functions: names of registers from a CMSIS-SVD file", 2 },
	{ 0 }
};

static error_t parse_fail_on(struct inspect_args *args, const char *arg,
			     struct argp_state *state)
{
	static const enum stk_level levels[] = { STK_NOTE, STK_WARNING, STK_ERROR };

	for (size_t i = 0; i < ARRAY_SIZE(levels); i++) {
		if (strcmp(arg, stk_level_name(levels[i])))
			continue;
		args->has_fail_on = true;
		args->fail_on = levels[i];
		return 0;
	}
	argp_error(state, "--fail-on '%s' is none of error, warning, note", arg);
	return 0;
}

static error_t parse_jobs(struct inspect_args *args, const char *arg,
			  struct argp_state *state)
{
	uint64_t n;

	if (stk_parse_u64(arg, &n) < 0 || !n || n > MAX_JOBS)
		argp_error(state, "-j '%s' is not a number from 1 to %d", arg, MAX_JOBS);
	else
		args->threads = (unsigned int)n;
	return 0;
}

static error_t parse_ram(struct inspect_args *args, const char *arg,
			 struct argp_state *state)
{
	struct stk_range range;

	if (parse_range(arg, &range))
		options_add_range(&args->common, range);
	else
		argp_error(state, "--ram '%s' is not of the form START+SIZE", arg);
	return 0;
}

static error_t parse_depth(struct inspect_args *args, enum inspect_depth depth,
			   struct argp_state *state)
{
	if (args->depth != INSPECT_DEFAULT && args->depth != depth)
		argp_error(state, "give one of --deep and --shallow");
	args->depth = depth;
	return 0;
}

static error_t inspect_parse(int key, char *arg, struct argp_state *state)
{
	struct inspect_args *args = state->input;

	switch (key) {
	case KEY_FAIL_ON:
		return parse_fail_on(args, arg, state);
	case 'r':
		args->recursive = true;
		return 0;
	case 'j':
		return parse_jobs(args, arg, state);
	case KEY_SHALLOW:
		return parse_depth(args, INSPECT_SHALLOW, state);
	case KEY_DEEP:
		return parse_depth(args, INSPECT_DEEP, state);
	case KEY_CHIP_OF:
		args->common.chip = arg;
		return 0;
	case KEY_RAM:
		return parse_ram(args, arg, state);
	case KEY_EXPLAIN:
		args->explain = true;
		return 0;
	case KEY_MAP:
		args->map = true;
		return 0;
	case KEY_HTML:
		args->html = arg;
		return 0;
	case KEY_FUNCTIONS:
		args->functions = true;
		args->function = arg;
		return 0;
	case KEY_SVD:
		args->svd_path = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* One line a mode: what asks for it, and its function. */
static enum stk_origin inspect_mode(const struct inspect_args *args, struct stk_ctx *ctx)
{
	if (args->recursive)
		return inspect_folder(args, ctx);
	if (args->html)
		return inspect_html(args, ctx);
	if (args->map)
		return inspect_maps(args, ctx);
	if (args->functions)
		return inspect_functions(args, ctx);
	return inspect_files(args, ctx);
}

/* What is wrong with the options together; NULL: nothing. */
static const char *mixed_up(const struct inspect_args *args)
{
	if (args->explain)
		return args->recursive || args->map || args->html || args->functions
				? "--explain takes ids alone and shows no files"
				: NULL;
	if (!args->common.args.count)
		return args->recursive ? "a folder is needed" : "a loader file is needed";
	if (args->threads && !args->recursive)
		return "-j goes with -r";
	if ((args->map || args->html || args->functions) && args->recursive)
		return "--map, --html and --functions show single files, without -r";
	if (args->map && args->html)
		return "--html shows what --map does: give one of them";
	if (args->function && !*args->function)
		return "--functions= is without a name";
	if (args->functions && (args->map || args->html))
		return "--functions goes without --map and --html";
	if (args->svd_path && !args->functions && !args->html)
		return "--svd goes with --functions and --html";
	if (args->common.host && !args->map && !args->html)
		return "--host goes with --map and --html";
	if (args->common.json && args->html && !strcmp(args->html, "-"))
		return "--json and --html - cannot both go to stdout";
	return NULL;
}

static enum stk_origin inspect_run(void *p)
{
	struct inspect_args *args = p;
	const struct options *opt = &args->common;
	const char *wrong = mixed_up(args);
	struct stk_chip_file *svd = NULL;
	enum stk_origin origin;
	struct stk_error err;
	struct stk_ctx *ctx;

	if (wrong)
		return fail_usage(opt, "%s", wrong);
	if (args->explain)
		return inspect_explain(args);
	if (options_ctx(opt, &ctx, &err) < 0)
		return fail_command(opt, &err);
	if ((opt->host && host_find(opt, ctx, &args->host, &err) < 0) ||
	    (opt->chip && stk_chip_find(ctx, opt->chip, &args->chip, &err) < 0) ||
	    (args->svd_path && stk_chip_open(ctx, args->svd_path, &svd, &err) < 0)) {
		origin = fail_command(opt, &err);
	} else {
		args->svd = svd;
		origin = inspect_mode(args, ctx);
	}
	stk_chip_close(svd);
	stk_ctx_free(ctx);
	return origin;
}

const struct stk_cmd cmd_inspect = {
	.name = "inspect",
	.summary = "describe loader files: device, sectors, functions, findings",
	.usage = "[OPTION...] FILE|PACK|PACK#DEVICE...\n-r [OPTION...] FOLDER|FILE...\n"
		 "--explain [ID...]",
	.groups = GROUP_HOST | GROUP_DB,
	.own = inspect_options,
	.parse = inspect_parse,
	.args_size = sizeof(struct inspect_args),
	.run = inspect_run,
};
