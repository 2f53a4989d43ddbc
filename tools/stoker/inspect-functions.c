/* SPDX-License-Identifier: MIT */
/* inspect --functions FILE...: what the code of each file does, by function. */
#include "inspect.h"

#include "code-view.h"

static enum names_from fit_of(enum stk_fit fit)
{
	switch (fit) {
	case STK_FIT_CHIP:
		return NAMES_CHIP;
	case STK_FIT_LINE:
		return NAMES_LINE;
	case STK_FIT_FAMILY:
		return NAMES_FAMILY;
	default:
		return NAMES_CORE;
	}
}

struct code_names inspect_names(const struct inspect_args *args, struct stk_ctx *ctx,
				const struct stk_loader_info *info)
{
	struct code_names names = { .ctx = ctx };
	struct stk_chip_guess guess;
	struct stk_error err;

	if (!stk_chip_guess(ctx, info, &guess, &err)) {
		names.family = guess.family;
		names.from = fit_of(guess.fit);
		names.chip = guess.chip;
		memcpy(names.why, guess.why, sizeof(names.why));
	}
	if (args->chip) {
		names.chip = args->chip;
		names.family = args->chip->family;
		names.from = NAMES_GIVEN;
	}
	if (args->svd) {
		names.chip = stk_chip_of(args->svd);
		names.from = NAMES_SVD;
	}
	return names;
}

static enum stk_origin show_file(const struct inspect_args *args, struct stk_ctx *ctx,
				 size_t index)
{
	struct code_view v = { .file.path = args->common.args.item[index] };
	enum stk_origin origin;

	if (inspect_open(args, ctx, v.file.path, true, &v.loader, &v.err)) {
		v.file.err = &v.err;
	} else {
		v.file.info = stk_loader_info(v.loader);
		v.names = inspect_names(args, ctx, v.file.info);
	}
	if (v.file.info && !v.file.info->error.code && code_view_fill(&v, args->function))
		v.analysis = NULL;
	if (args->common.json)
		json_code_view(stdout, &v, index);
	else
		text_code_view(stdout, &v, index);
	origin = inspect_verdict(args, &v.file);
	if (v.file.info && v.err.code) {
		say_error("inspect", &v.err);
		origin = exit_worst(origin, v.err.origin);
	}
	code_view_free(&v);
	stk_loader_close(v.loader);
	return origin;
}

enum stk_origin inspect_functions(const struct inspect_args *args, struct stk_ctx *ctx)
{
	return inspect_each(args, ctx, show_file);
}
