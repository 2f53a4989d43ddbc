/* SPDX-License-Identifier: MIT */
/* stoker inspect - describe loader files */
#include "cmd.h"
#include "render/render.h"

enum { KEY_FAIL_ON = 0x2000 };

struct inspect_args {
	struct options common;
	bool has_fail_on;
	enum stk_level fail_on;
};

static const struct argp_option inspect_options[] = {
	{ "fail-on", KEY_FAIL_ON, "LEVEL", 0,
	  "exit with 1 for a finding of this level or worse: error, warning, note", 1 },
	{ 0 }
};

static error_t inspect_parse(int key, char *arg, struct argp_state *state)
{
	static const enum stk_level levels[] = { STK_NOTE, STK_WARNING, STK_ERROR };
	struct inspect_args *args = state->input;

	if (key != KEY_FAIL_ON)
		return ARGP_ERR_UNKNOWN;
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

static bool has_finding(const struct stk_loader_info *info, enum stk_level level)
{
	for (size_t i = 0; i < info->n_findings; i++)
		if (info->findings[i].level >= level)
			return true;
	return false;
}

/* Show one file; an unusable one is described and is no reason to stop. */
static enum stk_origin inspect_file(const struct inspect_args *args, struct stk_ctx *ctx,
				    size_t index)
{
	struct inspected file = { .path = args->common.args.item[index] };
	enum stk_origin origin = STK_ORIGIN_NONE;
	struct stk_loader *loader = NULL;
	struct stk_error err = { 0 };

	if (stk_loader_open(ctx, file.path, STK_LOADER_DESCRIBE, &loader, &err) < 0)
		file.err = &err;
	else
		file.info = stk_loader_info(loader);
	if (args->common.json)
		json_loader(stdout, &file, index);
	else
		text_loader(stdout, &file, index);
	if (file.info && file.info->error.code)
		err = file.info->error;
	if (err.code) {
		say_error("inspect", &err);
		origin = err.origin;
	}
	if (args->has_fail_on && file.info && has_finding(file.info, args->fail_on))
		origin = exit_worst(origin, STK_ORIGIN_LOADER);
	stk_loader_close(loader);
	return origin;
}

static enum stk_origin inspect_run(void *p)
{
	struct inspect_args *args = p;
	const struct options *opt = &args->common;
	enum stk_origin worst = STK_ORIGIN_NONE;
	struct stk_error err;
	struct stk_ctx *ctx;

	if (!opt->args.count)
		return fail_usage(opt, "a loader file is needed");
	if (options_ctx(opt, &ctx, &err) < 0)
		return fail_command(opt, &err);
	for (size_t i = 0; i < opt->args.count; i++)
		worst = exit_worst(worst, inspect_file(args, ctx, i));
	if (opt->json)
		json_loaders_end(stdout, opt->args.count);
	stk_ctx_free(ctx);
	return worst;
}

const struct stk_cmd cmd_inspect = {
	.name = "inspect",
	.summary = "describe loader files: device, sectors, functions, findings",
	.usage = "[OPTION...] FILE...",
	.own = inspect_options,
	.parse = inspect_parse,
	.args_size = sizeof(struct inspect_args),
	.run = inspect_run,
};
