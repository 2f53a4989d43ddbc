/* SPDX-License-Identifier: MIT */
/* stoker module - the modules there are, and one of them in full */
#include "cmd.h"
#include "render/render.h"

static int list_modules(struct stk_ctx *ctx, const struct options *opt,
			struct stk_error *err)
{
	const struct stk_module_info *const *modules;
	size_t count;
	int r = stk_module_list(ctx, &modules, &count, err);

	if (r < 0)
		return r;
	if (opt->json)
		json_modules(stdout, modules, count);
	else
		text_modules(stdout, modules, count);
	return 0;
}

/* The class that the first @len bytes of @text name. */
static bool find_class(const char *text, size_t len, enum stk_class *ret)
{
	for (unsigned int i = 0; i < STK_CLASS_COUNT; i++) {
		const char *name = stk_class_name((enum stk_class)i);

		if (strlen(name) == len && !strncmp(name, text, len)) {
			*ret = (enum stk_class)i;
			return true;
		}
	}
	return false;
}

static int describe_module(struct stk_ctx *ctx, const struct options *opt,
			   const char *what, struct stk_error *err)
{
	const struct stk_module_info *module;
	const char *slash = strchr(what, '/');
	enum stk_class class;
	int r;

	if (!slash || !find_class(what, (size_t)(slash - what), &class))
		return stk_fail(
			err, STK_ORIGIN_USAGE, EINVAL, "usage",
			"'%s' is not of the form CLASS/NAME with a class of format,"
			" image, chip, target, server, analysis, container",
			what);
	r = stk_module_get(ctx, class, slash + 1, &module, err);
	if (r < 0)
		return r;
	if (opt->json)
		json_module(stdout, module);
	else
		text_module(stdout, module);
	return 0;
}

static enum stk_origin module_run(void *p)
{
	static const struct list_info how = {
		.operand = "CLASS/NAME", .list = list_modules, .info = describe_module,
	};

	return list_or_info(p, &how);
}

const struct stk_cmd cmd_module = {
	.name = "module",
	.summary = "list the modules, or describe one",
	.usage = "list [OPTION...]\n"
		 "info [OPTION...] CLASS/NAME",
	.doc = "(T) marks modules from outside the install directory: they taint a "
	       "run.\n",
	.args_size = sizeof(struct options),
	.run = module_run,
};
