/* SPDX-License-Identifier: MIT */
/* stoker diff - what changed between two builds of a loader */
#include "cmd.h"
#include "render/render.h"

enum { KEY_CODE = 0x3000, KEY_CHIP, KEY_BEHAVIOUR, KEY_HOST_OF };

struct diff_args {
	struct options common;
	bool code, behaviour;
	const char *function;
};

static const struct argp_option diff_options[] = {
	{ "code", KEY_CODE, "FUNCTION", OPTION_ARG_OPTIONAL,
	  "also list the instructions of the functions that changed, or of one", 1 },
	{ "chip", KEY_CHIP, "NAME", 0, "name registers as on this chip", 1 },
	{ "behaviour", KEY_BEHAVIOUR, NULL, 0,
	  "run both on a virtual chip: where do they do something else to it?", 2 },
	{ "target", 't', "ADDRESS", 0, "with --behaviour: emu:stm32g431cb", 2 },
	{ "host", KEY_HOST_OF, "PROFILE", 0, "with --behaviour: called as by this programmer",
	  2 },
	{ 0 }
};

static error_t diff_parse(int key, char *arg, struct argp_state *state)
{
	struct diff_args *args = state->input;

	switch (key) {
	case KEY_CODE:
		args->code = true;
		args->function = arg;
		return 0;
	case KEY_CHIP:
		args->common.chip = arg;
		return 0;
	case KEY_BEHAVIOUR:
		args->behaviour = true;
		return 0;
	case 't':
		args->common.target = arg;
		return 0;
	case KEY_HOST_OF:
		args->common.host = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* Everything that is open while two files are compared. */
struct pair {
	struct stk_ctx *ctx;
	struct stk_loader *a, *b;
	struct stk_diff *diff;
};

static void pair_close(struct pair *p)
{
	stk_diff_free(p->diff);
	stk_loader_close(p->a);
	stk_loader_close(p->b);
	stk_ctx_free(p->ctx);
}

static int check(struct stk_ctx *ctx, struct stk_loader *loader,
		 const struct stk_chip *chip, struct stk_error *err)
{
	const struct stk_check_options opt = {
		.size = sizeof(opt),
		.chip = chip,
		.code = true,
	};

	return stk_loader_check(ctx, loader, &opt, err);
}

/*
 * The chip whose registers the code touches, by the names of the loaders. It
 * does no harm to know none, and some to name those of another family.
 */
static const struct stk_chip *guess(struct stk_ctx *ctx, const struct stk_loader *a,
				    const struct stk_loader *b)
{
	struct stk_chip_guess ga, gb;
	struct stk_error err;
	bool has_a = !stk_chip_guess(ctx, stk_loader_info(a), &ga, &err);
	bool has_b = !stk_chip_guess(ctx, stk_loader_info(b), &gb, &err);

	if (has_a && has_b && strcmp(ga.family, gb.family))
		return NULL;
	return has_b ? gb.chip : has_a ? ga.chip : NULL;
}

static int pair_open(struct pair *p, const struct diff_args *args, struct stk_error *err)
{
	struct stk_diff_options opt = { .size = sizeof(opt) };
	const char **path = args->common.args.item;
	int r = options_ctx(&args->common, &p->ctx, err);

	if (!r && args->common.chip)
		r = stk_chip_find(p->ctx, args->common.chip, &opt.chip, err);
	if (!r)
		r = ref_open(&args->common, p->ctx, path[0], STK_LOADER_DESCRIBE, &p->a, err);
	if (!r)
		r = ref_open(&args->common, p->ctx, path[1], STK_LOADER_DESCRIBE, &p->b, err);
	if (!r)
		r = check(p->ctx, p->a, opt.chip, err);
	if (!r)
		r = check(p->ctx, p->b, opt.chip, err);
	if (!r && !opt.chip)
		opt.chip = guess(p->ctx, p->a, p->b);
	return r ? r : stk_diff_new(p->ctx, p->a, p->b, &opt, &p->diff, err);
}

static bool is_called(const struct stk_code_function *f, const char *name)
{
	return f && f->name && !strcmp(f->name, name);
}

static bool has_function(const struct stk_diff_info *info, const char *name)
{
	for (size_t i = 0; i < info->n_functions; i++) {
		const struct stk_diff_function *f = &info->functions[i];

		if (is_called(f->a, name) || is_called(f->b, name))
			return true;
	}
	return false;
}

static void say_unusable(const struct stk_loader_info *info)
{
	if (info->error.code)
		say_error("diff", &info->error);
}

static enum stk_origin show(const struct diff_args *args, const struct pair *p)
{
	struct compared c = {
		.ctx = p->ctx,
		.diff = p->diff,
		.info = stk_diff_info(p->diff),
		.code = args->code,
		.function = args->function,
	};
	struct stk_error err;

	if (args->function && !has_function(c.info, args->function))
		return fail_usage(&args->common, "neither file has a function '%s'",
				  args->function);
	/* A file without code is a difference, and told; no module is a failure. */
	if (args->code && !c.info->analysis && c.info->why_bytes.origin != STK_ORIGIN_INPUT)
		return fail_command(&args->common, &c.info->why_bytes);
	if ((args->common.json ? json_diff : text_diff)(stdout, &c, &err) < 0)
		return fail_command(&args->common, &err);
	/* It is shown, as all there is of it, and said where faults are said. */
	say_unusable(c.info->a);
	say_unusable(c.info->b);
	return c.info->equal ? STK_ORIGIN_NONE : STK_ORIGIN_LOADER;
}

/* ---- --behaviour ------------------------------------------------------ */

static void on_target(void *data, struct stk_target *target)
{
	(void)data;
	cancel_watch(target);
}

static int behave(const struct diff_args *args, struct pair *p, struct stk_behaviour **ret,
		  struct stk_error *err)
{
	const struct stk_target_options target = {
		.size = sizeof(target),
		.chip = args->common.chip,
	};
	struct stk_qualify_options opt = {
		.size = sizeof(opt),
		.target = args->common.target,
		.target_options = &target,
		.seed = 1,
		.target_open = on_target,
		.cancel = cancel_flag(),
	};
	const char **path = args->common.args.item;
	int r = options_ctx(&args->common, &p->ctx, err);

	if (!r)
		r = ref_open(&args->common, p->ctx, path[0], 0, &p->a, err);
	if (!r)
		r = ref_open(&args->common, p->ctx, path[1], 0, &p->b, err);
	if (!r)
		r = host_find(&args->common, p->ctx, &opt.host, err);
	if (r)
		return r;
	cancel_arm(NULL);
	r = stk_behaviour_diff(p->ctx, p->a, p->b, &opt, ret, err);
	cancel_disarm();
	return r;
}

static enum stk_origin behaviour_run(const struct diff_args *args, struct pair *p)
{
	struct stk_behaviour *behaviour;
	const struct stk_behaviour_report *report;
	struct stk_error err;
	bool equal;

	if (behave(args, p, &behaviour, &err) < 0)
		return fail_command(&args->common, &err);
	report = stk_behaviour_report(behaviour);
	equal = report->equal;
	if (args->common.json) {
		const struct stk_loader_info *const both[] = { stk_loader_info(p->a),
							       stk_loader_info(p->b) };

		json_behaviour(stdout, both, report);
	} else {
		text_behaviour(stdout, (const char *const *)args->common.args.item, report);
	}
	stk_behaviour_free(behaviour);
	return equal ? STK_ORIGIN_NONE : STK_ORIGIN_LOADER;
}

/* ---- either ----------------------------------------------------------- */

/* What is wrong with the options together; NULL: nothing. */
static const char *mixed_up(const struct diff_args *args)
{
	if (args->common.args.count != 2)
		return "two loader files are needed";
	if (args->behaviour && args->code)
		return "--code goes without --behaviour";
	if (args->behaviour && !args->common.target)
		return "--behaviour needs a virtual chip: -t emu:CHIP, as in "
		       "-t emu:stm32g431cb";
	if (!args->behaviour && (args->common.target || args->common.host))
		return "-t and --host go with --behaviour";
	return NULL;
}

static enum stk_origin diff_run(void *p)
{
	const struct diff_args *args = p;
	const char *wrong = mixed_up(args);
	struct pair pair = { 0 };
	enum stk_origin origin;
	struct stk_error err;

	if (wrong)
		return fail_usage(&args->common, "%s", wrong);
	if (args->behaviour)
		origin = behaviour_run(args, &pair);
	else if (pair_open(&pair, args, &err) < 0)
		origin = fail_command(&args->common, &err);
	else
		origin = show(args, &pair);
	pair_close(&pair);
	return origin;
}

const struct stk_cmd cmd_diff = {
	.name = "diff",
	.summary = "tell what changed between two builds of a loader",
	.usage = "[OPTION...] FILE FILE\n--behaviour -t emu:CHIP [OPTION...] FILE FILE",
	.doc = "Exit status 0: equal in device table, code, place in RAM, functions that"
	       " hosts\ncall and effects on hosts. Names of files and of other functions,"
	       " debug\ninformation, CPU and compiler are told, and do not count. With --behaviour: the\n"
	       "same accesses to registers, ends and results in every call that a job makes.\n",
	.groups = GROUP_DB,
	.own = diff_options,
	.parse = diff_parse,
	.args_size = sizeof(struct diff_args),
	.run = diff_run,
};
