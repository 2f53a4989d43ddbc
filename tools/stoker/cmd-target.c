/* SPDX-License-Identifier: MIT */
/* stoker target - the kinds of targets there are, and one target in full */
#include "cmd.h"
#include "render/render.h"

/* Read from notes: that a target is listed does not map it. */
static int list_targets(struct stk_ctx *ctx, const struct options *opt,
			struct stk_error *err)
{
	const struct stk_module_info *const *modules, **targets;
	size_t count, n = 0;
	int r = stk_module_list(ctx, &modules, &count, err);

	if (r < 0)
		return r;
	targets = calloc(count + 1, sizeof(*targets));
	if (!targets)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < count; i++)
		if (modules[i]->class_id == STK_CLASS_TARGET)
			targets[n++] = modules[i];
	if (opt->json)
		json_modules(stdout, targets, n);
	else
		text_modules(stdout, targets, n);
	free(targets);
	return 0;
}

/* After "info", or with -t as the other commands have it; NULL: none or two. */
static const char *address_of(const struct options *opt)
{
	if (opt->args.count == 2 && !opt->target)
		return opt->args.item[1];
	return opt->args.count == 1 ? opt->target : NULL;
}

static int describe_target(struct stk_ctx *ctx, const struct options *opt,
			   struct stk_error *err)
{
	const struct stk_target_options how = {
		.size = sizeof(how),
		.wrap = (const char *const *)opt->wraps.item,
		.chip = opt->chip,
	};
	struct stk_target *target;
	int r = stk_target_open(ctx, address_of(opt), &how, &target, err);

	if (r < 0)
		return r;
	if (opt->json)
		json_target(stdout, stk_target_info(target));
	else
		text_target(stdout, stk_target_info(target));
	stk_target_close(target);
	return 0;
}

static enum stk_origin target_run(void *p)
{
	struct options *opt = p;
	const char *verb = opt->args.count ? opt->args.item[0] : "";
	bool list = !strcmp(verb, "list") && opt->args.count == 1;
	struct stk_error err;
	struct stk_ctx *ctx;
	int r;

	if (!list && (strcmp(verb, "info") || !address_of(opt)))
		return fail_usage(opt, "either 'target list' or 'target info ADDRESS'");
	if (options_ctx(opt, &ctx, &err) < 0)
		return fail_command(opt, &err);
	r = list ? list_targets(ctx, opt, &err) : describe_target(ctx, opt, &err);
	stk_ctx_free(ctx);
	return r < 0 ? fail_command(opt, &err) : STK_ORIGIN_NONE;
}

const struct stk_cmd cmd_target = {
	.name = "target",
	.summary = "list the kinds of targets and wrappers, or describe one target",
	.usage = "list [OPTION...]\n"
		 "info [OPTION...] ADDRESS",
	.groups = GROUP_TARGET,
	.args_size = sizeof(struct options),
	.run = target_run,
};
