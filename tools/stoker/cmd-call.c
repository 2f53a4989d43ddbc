/* SPDX-License-Identifier: MIT */
/* stoker call - one function of a loader, for people who write loaders */
#include "cmd.h"
#include "render/render.h"

enum { KEY_INIT = 0x2000, KEY_BUDGET };

#define MAX_ARGS 4 /* what fits into registers */

struct call_args {
	struct options common;
	bool init;
	uint64_t budget_ms;
};

/* What goes into the registers, and into the loader's buffer. */
struct call_values {
	uint32_t r[MAX_ARGS];
	unsigned int buffer_arg;
	struct stk_image *data;
};

static const struct argp_option call_options[] = {
	{ "init", KEY_INIT, NULL, 0,
	  "call Init before, and UnInit after where there is one", 3 },
	{ "budget", KEY_BUDGET, "MS", 0, "milliseconds it may take on the target's clock",
	  3 },
	{ 0 }
};

static error_t call_parse(int key, char *arg, struct argp_state *state)
{
	struct call_args *args = state->input;

	switch (key) {
	case KEY_INIT:
		args->init = true;
		return 0;
	case KEY_BUDGET:
		if (stk_parse_u64(arg, &args->budget_ms) < 0 || !args->budget_ms ||
		    args->budget_ms > UINT32_MAX)
			argp_error(state, "--budget '%s' is not a number of milliseconds",
				   arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* "@FILE": its bytes go into the loader's buffer, its address is the argument. */
static int take_buffer(struct stk_ctx *ctx, const char *path, struct call_values *v,
		       unsigned int arg, struct stk_error *err)
{
	const struct stk_image_options raw = {
		.size = sizeof(raw), .format = "bin", .has_base = true,
	};

	if (v->data)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				"'@%s': there is one buffer, and another file is in it",
				path);
	v->buffer_arg = arg;
	return stk_image_open(ctx, path, &raw, &v->data, err);
}

static int parse_values(struct stk_ctx *ctx, const struct options *opt,
			struct call_values *v, struct stk_error *err)
{
	for (size_t i = 1; i < opt->args.count; i++) {
		const char *text = opt->args.item[i];
		uint64_t value;

		if (*text == '@') {
			int r = take_buffer(ctx, text + 1, v, (unsigned int)i, err);

			if (r < 0)
				return r;
			continue;
		}
		if (stk_parse_u64(opt->args.item[i], &value) < 0 || value > UINT32_MAX)
			return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
					"argument '%s' is neither a number of 32 bits nor "
					"@FILE",
					opt->args.item[i]);
		v->r[i - 1] = (uint32_t)value;
	}
	return 0;
}

static enum stk_origin call_and_show(const struct call_args *args, struct bench *b,
				     const struct call_values *v)
{
	const struct options *opt = &args->common;
	const struct stk_chunk *data = v->data ? stk_image_info(v->data)->chunks : NULL;
	const struct stk_call_options how = {
		.size = sizeof(how),
		.host = b->host,
		.args = v->r,
		.n_args = (unsigned int)opt->args.count - 1,
		.budget_ns = args->budget_ms * 1000000u,
		.init = args->init,
		.buffer = data ? data->data : NULL,
		.buffer_len = data ? data->len : 0,
		.buffer_arg = v->buffer_arg,
		.cancel = cancel_flag(),
		.after = opt->after,
		.no_reset = opt->no_reset,
		.force = opt->force,
		.allow_option_bytes = opt->allow_option_bytes,
	};
	const struct stk_call_report *report;
	struct stk_call *call = NULL;
	struct stk_error err = { 0 };
	int r;

	cancel_arm(b->target);
	r = stk_call_run(b->target, b->loaders[0], opt->args.item[0], &how, &call, &err);
	cancel_disarm();
	report = call ? stk_call_report(call) : NULL;
	if (r < 0)
		say_error(opt->cmd->name, &err);
	if (opt->json)
		json_call(stdout, report, r < 0 ? &err : NULL);
	else
		text_call(report, r < 0 ? &err : NULL);
	stk_call_free(call);
	return r < 0 ? err.origin : STK_ORIGIN_NONE;
}

static enum stk_origin call_run(void *p)
{
	struct call_args *args = p;
	struct options *opt = &args->common;
	struct call_values v = { 0 };
	enum stk_origin origin;
	struct bench b = { 0 };
	struct stk_error err;

	if (!opt->args.count)
		return fail_usage(opt, "the name of a function is needed");
	if (opt->args.count > MAX_ARGS + 1)
		return fail_usage(opt, "a function takes at most %d arguments", MAX_ARGS);
	if (opt->loaders.count > 1)
		return fail_usage(opt, "one loader at a time");
	if (bench_open(&b, opt, &err) < 0 || parse_values(b.ctx, opt, &v, &err) < 0)
		origin = fail_command(opt, &err);
	else
		origin = call_and_show(args, &b, &v);
	stk_image_close(v.data);
	bench_close(&b);
	return origin;
}

const struct stk_cmd cmd_call = {
	.name = "call",
	.summary = "call one function of a loader: registers, time, stack use",
	.usage = "-l REF -t ADDRESS [OPTION...] FUNCTION [ARGUMENT...]",
	.doc = "FUNCTION is a symbol as inspect shows it; arguments go into R0 to R3.\n"
	       "@FILE puts a file's bytes into the buffer, and its address into the register.\n",
	.groups = GROUP_LOADER | GROUP_DB | GROUP_HOST | GROUP_TARGET |
		  GROUP_LEAVE | GROUP_CARE,
	.own = call_options,
	.parse = call_parse,
	.args_size = sizeof(struct call_args),
	.run = call_run,
};
