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

static int describe_target(struct stk_ctx *ctx, const struct options *opt,
			   const char *address, struct stk_error *err)
{
	const struct stk_target_options how = {
		.size = sizeof(how),
		.wrap = (const char *const *)opt->wraps.item,
		.chip = opt->chip,
		.ram = opt->ram,
		.n_ram = opt->n_ram,
	};
	struct stk_target *target;
	int r = stk_target_open(ctx, address, &how, &target, err);

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
	static const struct list_info how = {
		.operand = "ADDRESS", .list = list_targets, .info = describe_target,
	};

	return list_or_info(p, &how);
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
