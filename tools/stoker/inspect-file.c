/* SPDX-License-Identifier: MIT */
/* inspect FILE...: each file in full. */
#include "inspect.h"

int inspect_check(const struct inspect_args *args, struct stk_ctx *ctx,
		  struct stk_loader *loader, bool code, struct stk_error *err)
{
	struct stk_check_options opt = {
		.size = sizeof(opt),
		.chip = args->chip,
		.code = code,
	};

	if (args->depth != INSPECT_DEFAULT)
		opt.code = args->depth == INSPECT_DEEP;
	return stk_loader_check(ctx, loader, &opt, err);
}

int inspect_open(const struct inspect_args *args, struct stk_ctx *ctx, const char *path,
		 bool code, struct stk_loader **ret, struct stk_error *err)
{
	struct stk_loader *loader;
	int r = ref_open(&args->common, ctx, path, STK_LOADER_DESCRIBE, &loader, err);

	if (r)
		return r;
	r = inspect_check(args, ctx, loader, code, err);
	if (r)
		stk_loader_close(loader);
	else
		*ret = loader;
	return r;
}

bool inspect_fails(const struct inspect_args *args, const struct stk_loader_info *info)
{
	if (!args->has_fail_on)
		return false;
	for (size_t i = 0; i < info->n_findings; i++)
		if (info->findings[i].level >= args->fail_on)
			return true;
	return false;
}

enum stk_origin inspect_verdict(const struct inspect_args *args,
				const struct inspected *file)
{
	const struct stk_error *err = file->info ? &file->info->error : file->err;
	enum stk_origin origin = STK_ORIGIN_NONE;

	if (err->code) {
		say_error("inspect", err);
		origin = err->origin;
	}
	if (file->info && inspect_fails(args, file->info))
		origin = exit_worst(origin, STK_ORIGIN_LOADER);
	return origin;
}

/* Show one file; an unusable one is described and is no reason to stop. */
static enum stk_origin inspect_file(const struct inspect_args *args, struct stk_ctx *ctx,
				    size_t index)
{
	struct inspected file = { .path = args->common.args.item[index] };
	struct stk_loader *loader = NULL;
	enum stk_origin origin;
	struct stk_error err = { 0 };

	if (inspect_pack(args, ctx, index, &origin))
		return origin;
	if (inspect_open(args, ctx, file.path, true, &loader, &err))
		file.err = &err;
	else
		file.info = stk_loader_info(loader);
	if (args->common.json)
		json_loader(stdout, &file, index);
	else
		text_loader(stdout, &file, index);
	origin = inspect_verdict(args, &file);
	stk_loader_close(loader);
	return origin;
}

enum stk_origin inspect_each(const struct inspect_args *args, struct stk_ctx *ctx,
			     inspect_show_fn *show)
{
	const struct options *opt = &args->common;
	enum stk_origin worst = STK_ORIGIN_NONE;

	for (size_t i = 0; i < opt->args.count; i++)
		worst = exit_worst(worst, show(args, ctx, i));
	if (opt->json)
		json_loaders_end(stdout, opt->args.count);
	return worst;
}

enum stk_origin inspect_files(const struct inspect_args *args, struct stk_ctx *ctx)
{
	return inspect_each(args, ctx, inspect_file);
}
