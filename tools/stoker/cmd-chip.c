/* SPDX-License-Identifier: MIT */
/* stoker chip - the chips whose facts we hold, and one of them in full */
#include "cmd.h"
#include "render/render.h"

static int list_chips(struct stk_ctx *ctx, bool json, struct stk_error *err)
{
	const struct stk_chip *const *chips;
	size_t count;
	int r = stk_chip_list(ctx, &chips, &count, err);

	if (r < 0)
		return r;
	if (json)
		json_chips(stdout, chips, count);
	else
		text_chips(stdout, chips, count);
	return 0;
}

static int describe_chip(struct stk_ctx *ctx, const char *name, bool json,
			 struct stk_error *err)
{
	const struct stk_chip *chip;
	int r = stk_chip_find(ctx, name, &chip, err);

	if (r < 0)
		return r;
	if (json)
		json_chip(stdout, chip);
	else
		text_chip(stdout, chip);
	return 0;
}

static enum stk_origin chip_run(void *p)
{
	struct options *opt = p;
	const char *verb = opt->args.count ? opt->args.item[0] : "";
	bool list = !strcmp(verb, "list") && opt->args.count == 1;
	struct stk_error err;
	struct stk_ctx *ctx;
	int r;

	if (!list && (strcmp(verb, "info") || opt->args.count != 2))
		return fail_usage(opt, "either 'chip list' or 'chip info NAME'");
	if (options_ctx(opt, &ctx, &err) < 0)
		return fail_command(opt, &err);
	r = list ? list_chips(ctx, opt->json, &err)
		 : describe_chip(ctx, opt->args.item[1], opt->json, &err);
	stk_ctx_free(ctx);
	return r < 0 ? fail_command(opt, &err) : STK_ORIGIN_NONE;
}

const struct stk_cmd cmd_chip = {
	.name = "chip",
	.summary = "list the chips whose facts are known, or describe one",
	.usage = "list [OPTION...]\n"
		 "info [OPTION...] NAME",
	.args_size = sizeof(struct options),
	.run = chip_run,
};
