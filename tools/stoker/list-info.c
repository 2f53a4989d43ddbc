/* SPDX-License-Identifier: MIT */
/* Commands with two verbs: "list" what there is, or "info" of one in full. */
#include "cmd.h"

/* What follows "info", or -t where the command has it; NULL: none or two. */
static const char *name_of(const struct options *opt)
{
	if (opt->args.count == 2 && !opt->target)
		return opt->args.item[1];
	return opt->args.count == 1 ? opt->target : NULL;
}

enum stk_origin list_or_info(const struct options *opt, const struct list_info *how)
{
	const char *verb = opt->args.count ? opt->args.item[0] : "", *name = name_of(opt);
	bool list = !strcmp(verb, "list") && opt->args.count == 1;
	struct stk_error err;
	struct stk_ctx *ctx;
	int r;

	if (!list && (strcmp(verb, "info") || !name))
		return fail_usage(opt, "either '%s list' or '%s info %s'", opt->cmd->name,
				  opt->cmd->name, how->operand);
	if (options_ctx(opt, &ctx, &err) < 0)
		return fail_command(opt, &err);
	r = list ? how->list(ctx, opt, &err) : how->info(ctx, opt, name, &err);
	stk_ctx_free(ctx);
	return r < 0 ? fail_command(opt, &err) : STK_ORIGIN_NONE;
}
