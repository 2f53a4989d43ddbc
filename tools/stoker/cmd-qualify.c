/* SPDX-License-Identifier: MIT */
/* stoker qualify - is a loader good, on a virtual chip and under every host's rules? */
#include "qualify.h"

enum {
	KEY_HOSTS = 0x4000,
	KEY_CHECK,
	KEY_NO_HONESTY,
	KEY_WHAT_IF,
	KEY_SYMPTOM,
	KEY_SEED,
	KEY_FAIL_ON,
	KEY_JUNIT,
	KEY_HTML,
	KEY_LIST_CHECKS,
	KEY_RECORD,
};

/* More processes than that are a slip of the finger. */
#define MAX_JOBS 1024

static const struct argp_option qualify_options[] = {
	{ "hosts", KEY_HOSTS, "all|NAME,...", 0,
	  "also run it as these programmers do, each in its versions", 2 },
	{ "check", KEY_CHECK, "ID|GROUP", 0, "these checks alone; may be given again", 2 },
	{ "list-checks", KEY_LIST_CHECKS, NULL, 0, "list the checks there are, and stop",
	  2 },
	{ "no-honesty", KEY_NO_HONESTY, NULL, 0, "leave out those on a chip that fails", 2 },
	{ "what-if", KEY_WHAT_IF, NULL,
	  0, "look for what would give the symptom, if one thing that it reads were otherwise",
	  2 },
	{ "symptom", KEY_SYMPTOM, "TEXT", 0,
	  "with --what-if: 'EraseSector 0x08010000 returns 1'; else the first failure", 2 },
	{ "seed", KEY_SEED, "N", 0, "of places and data; same seed, same report", 2 },
	{ "fail-on", KEY_FAIL_ON, "WHAT", 0,
	  "exit with 1 also for: weak (any weakness), hosts (one that it does not work "
	  "under), not-run (one without a verdict), or a weakness in the check or group "
	  "of that name",
	  3 },
	{ "junit", KEY_JUNIT, "FILE", 0, "write the checks as JUnit XML; -: to stdout", 3 },
	{ "html", KEY_HTML, "FILE", 0, "write the report as a page; -: to stdout", 3 },
	{ "record", KEY_RECORD, NULL, 0,
	  "keep loader and verdict in the loader database, the report as evidence", 3 },
	{ "jobs", 'j', "N", 0, "so many loaders at a time, each in a process", 3 },
	{ 0 }
};

static error_t parse_jobs(struct qualify_args *args, const char *arg,
			  struct argp_state *state)
{
	uint64_t n;

	if (stk_parse_u64(arg, &n) < 0 || !n || n > MAX_JOBS)
		argp_error(state, "-j '%s' is not a number from 1 to %d", arg, MAX_JOBS);
	else
		args->jobs = (unsigned int)n;
	return 0;
}

static error_t parse_seed(struct qualify_args *args, const char *arg,
			  struct argp_state *state)
{
	uint64_t n;

	if (stk_parse_u64(arg, &n) < 0 || n > UINT32_MAX)
		argp_error(state, "--seed '%s' is not a number of 32 bits", arg);
	else
		args->seed = (uint32_t)n;
	args->has_seed = true;
	return 0;
}

/* The names that stand for checks. */
static bool names_check(const char *name)
{
	size_t n;
	const struct stk_check_info *c = stk_check_list(&n);

	for (size_t i = 0; i < n; i++)
		if (!strcmp(c[i].id, name) || !strcmp(c[i].group, name))
			return true;
	return false;
}

static error_t parse_check(struct qualify_args *args, const char *arg,
			   struct argp_state *state)
{
	if (names_check(arg))
		list_add(&args->only, arg);
	else
		argp_error(state,
			   "--check '%s' is neither a check nor a group of them; "
			   "--list-checks lists them",
			   arg);
	return 0;
}

static error_t parse_fail_on(struct qualify_args *args, const char *arg,
			     struct argp_state *state)
{
	struct fail_on *f = &args->fail_on;

	if (!strcmp(arg, "weak"))
		f->weak = true;
	else if (!strcmp(arg, "hosts"))
		f->hosts = true;
	else if (!strcmp(arg, "not-run"))
		f->not_run = true;
	else if (names_check(arg))
		list_add(&args->fail_checks, arg);
	else
		argp_error(state,
			   "--fail-on '%s' is none of weak, hosts, not-run, and no check "
			   "or group of them",
			   arg);
	return 0;
}

static error_t qualify_parse(int key, char *arg, struct argp_state *state)
{
	struct qualify_args *args = state->input;

	switch (key) {
	case KEY_HOSTS:
		args->hosts = arg;
		return 0;
	case KEY_CHECK:
		return parse_check(args, arg, state);
	case KEY_NO_HONESTY:
		args->no_honesty = true;
		return 0;
	case KEY_WHAT_IF:
		args->what_if = true;
		return 0;
	case KEY_SYMPTOM:
		args->symptom = arg;
		return 0;
	case KEY_SEED:
		return parse_seed(args, arg, state);
	case KEY_FAIL_ON:
		return parse_fail_on(args, arg, state);
	case KEY_JUNIT:
		args->junit = arg;
		return 0;
	case KEY_HTML:
		args->html = arg;
		return 0;
	case KEY_LIST_CHECKS:
		args->list_checks = true;
		return 0;
	case KEY_RECORD:
		args->record = true;
		return 0;
	case 'j':
		return parse_jobs(args, arg, state);
	}
	return ARGP_ERR_UNKNOWN;
}

static bool is_stdout(const char *path)
{
	return path && !strcmp(path, "-");
}

/* What is wrong with the options together; NULL: nothing. */
static const char *mixed_up(const struct qualify_args *args)
{
	unsigned int out = (unsigned int)is_stdout(args->junit) + is_stdout(args->html) +
			   args->common.json;

	if (args->list_checks)
		return args->common.args.count ? "--list-checks takes no file" : NULL;
	if (!args->common.args.count)
		return "a loader, a folder or a pack is needed";
	if (args->symptom && !args->what_if)
		return "--symptom goes with --what-if";
	if (args->fail_on.hosts && !args->hosts)
		return "--fail-on hosts goes with --hosts";
	if (args->record && (args->only.count || args->common.wraps.count))
		return "--record is for all checks on a healthy chip: no --check, no --wrap";
	if (out > 1)
		return "--json, --junit - and --html - cannot all go to stdout";
	return NULL;
}

/* "pyocd" is that host in each of its versions, "pyocd@0.35" in one. */
static int add_host(struct qualify_args *args, const char *name, struct stk_error *err)
{
	const struct stk_host *const *all;
	const struct stk_host *host;
	size_t n;
	int r = stk_host_find(name, &host, err);

	if (r)
		return r;
	all = stk_host_profiles(&n);
	for (size_t i = 0; i < n; i++)
		if (strchr(name, '@') ? all[i] == host :
		    !strcmp(stk_host_info(all[i])->name, stk_host_info(host)->name))
			args->matrix[args->n_matrix++] = all[i];
	return 0;
}

static int find_matrix(struct qualify_args *args, struct stk_error *err)
{
	stk_cleanup(freep) char *names = NULL;
	char *rest, *name;
	size_t n;
	int r = 0;

	if (!args->hosts)
		return 0;
	args->all_hosts = !strcmp(args->hosts, "all");
	if (args->all_hosts)
		return 0;
	names = rest = strdup(args->hosts);
	stk_host_profiles(&n);
	/* No more names than characters. */
	args->matrix = calloc((strlen(args->hosts) + 1) * n, sizeof(*args->matrix));
	if (!names || !args->matrix)
		out_of_memory();
	while (!r && (name = strsep(&rest, ",")))
		r = add_host(args, name, err);
	return r;
}

static enum stk_origin list_checks(const struct qualify_args *args)
{
	size_t n;
	const struct stk_check_info *c = stk_check_list(&n);

	if (args->common.json)
		json_check_list(stdout, c, n);
	else
		text_check_list(stdout, c, n);
	return STK_ORIGIN_NONE;
}

static enum stk_origin qualify_all(struct qualify_args *args, struct stk_ctx *ctx)
{
	struct qualify_list list;
	enum stk_origin origin;
	struct stk_error err;

	if (host_find(&args->common, ctx, &args->host, &err) || find_matrix(args, &err))
		return fail_command(&args->common, &err);
	qualify_list_make(args, ctx, &list);
	origin = qualify_show(args, ctx, &list);
	qualify_list_free(&list);
	return origin;
}

static enum stk_origin qualify_run(void *p)
{
	struct qualify_args *args = p;
	const char *wrong = mixed_up(args);
	enum stk_origin origin;
	struct stk_error err;
	struct stk_ctx *ctx;

	if (!args->has_seed)
		args->seed = 1;
	args->fail_on.checks = (const char *const *)args->fail_checks.item;
	if (wrong)
		origin = fail_usage(&args->common, "%s", wrong);
	else if (args->list_checks)
		origin = list_checks(args);
	else if (options_ctx(&args->common, &ctx, &err) < 0)
		origin = fail_command(&args->common, &err);
	else {
		origin = qualify_all(args, ctx);
		stk_ctx_free(ctx);
	}
	free(args->matrix);
	free(args->only.item);
	free(args->fail_checks.item);
	return origin;
}

const struct stk_cmd cmd_qualify = {
	.name = "qualify",
	.summary = "prove loaders good or bad on virtual chips, under every host's rules",
	.usage = "[-t emu:CHIP] [OPTION...] LOADER|FOLDER|PACK...\n--list-checks",
	.doc = "Exit status 0: good, no check failed; 1: bad. A weakness is reported, "
	       "and\n"
	       "counts only with --fail-on. Without -t the loader's names tell the "
	       "chip.\n",
	.groups = GROUP_HOST | GROUP_TARGET | GROUP_DB,
	.own = qualify_options,
	.parse = qualify_parse,
	.args_size = sizeof(struct qualify_args),
	.run = qualify_run,
};
