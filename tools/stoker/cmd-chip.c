/* SPDX-License-Identifier: MIT */
/* stoker chip - the chips whose facts we hold, and one of them in full */
#include "cmd.h"
#include "render/render.h"

static int list_chips(struct stk_ctx *ctx, const struct options *opt, struct stk_error *err)
{
	const struct stk_chip *const *chips;
	size_t count;
	int r = stk_chip_list(ctx, &chips, &count, err);

	if (r < 0)
		return r;
	if (opt->json)
		json_chips(stdout, chips, count);
	else
		text_chips(stdout, chips, count);
	return 0;
}

static int describe_chip(struct stk_ctx *ctx, const struct options *opt, const char *name,
			 struct stk_error *err)
{
	const struct stk_chip *chip;
	int r = stk_chip_find(ctx, name, &chip, err);

	if (r < 0)
		return r;
	if (opt->json)
		json_chip(stdout, chip);
	else
		text_chip(stdout, chip);
	return 0;
}

static enum stk_origin chip_run(void *p)
{
	static const struct list_info how = {
		.operand = "NAME", .list = list_chips, .info = describe_chip,
	};

	return list_or_info(p, &how);
}

const struct stk_cmd cmd_chip = {
	.name = "chip",
	.summary = "list the chips whose facts are known, or describe one",
	.usage = "list [OPTION...]\n"
		 "info [OPTION...] NAME",
	.args_size = sizeof(struct options),
	.run = chip_run,
};
