/* SPDX-License-Identifier: MIT */
/* Findings that need more than the file: facts about chips, and the code. */
#include "core.h"

#include <errno.h>

#include "loader-priv.h"

int loader_check(struct stk_ctx *ctx, struct stk_loader *loader, const struct stk_chip *chip,
		 const struct stk_code_info *code, struct stk_error *err)
{
	return 0;
}

/*
 * NULL in *@ret: no module that reads code is installed (-ENOENT), or it can
 * make nothing of this one. What can be told without is told.
 */
static int take_apart(struct stk_ctx *ctx, struct stk_loader *loader,
		      const struct stk_code_info **ret, struct stk_error *err)
{
	struct stk_error why;
	int r = stk_loader_code(ctx, loader, ret, &why);

	if (r == -ENOENT || r == -ENOTSUP || r == -E2BIG) {
		*ret = NULL;
		return 0;
	}
	if (r && err)
		*err = why;
	return r;
}

int stk_loader_check(struct stk_ctx *ctx, struct stk_loader *loader,
		     const struct stk_check_options *opt, struct stk_error *err)
{
	const struct stk_code_info *code = NULL;
	int r = 0;

	if (loader->checked)
		return stk_fail(err, STK_ORIGIN_USAGE, EALREADY, "already-checked",
				"'%s' was checked before", loader->info.path);
	if (opt && opt->code && !loader->info.error.code)
		r = take_apart(ctx, loader, &code, err);
	if (r)
		return r;
	loader->checked = true;
	return loader_check(ctx, loader, opt ? opt->chip : NULL, code, err);
}
