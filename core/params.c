/* SPDX-License-Identifier: MIT */
/*
 * A parameter that nobody reads would be a setting that silently does nothing.
 * Which modules there are is told by their notes; which parameters one takes
 * only by its descriptor, and no module is mapped just to ask.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ctx.h"
#include "params.h"

/* Append a word to "a, b", cut off at @len. */
static void add_word(char *list, size_t len, const char *word)
{
	size_t used = strlen(list);

	snprintf(list + used, len - used, "%s%s", used ? ", " : "", word);
}

/* Is @text, up to @end, this word? */
static bool is_word(const char *text, const char *end, const char *word)
{
	size_t len = (size_t)(end - text);

	return strlen(word) == len && !strncmp(text, word, len);
}

int params_known(struct stk_ctx *ctx, struct stk_error *err)
{
	const struct stk_module_info *const *module;
	size_t n;
	int r = stk_module_list(ctx, &module, &n, err);

	for (char **p = ctx->params; !r && *p; p++) {
		const char *dot = strchr(*p, '.');
		char known[300] = "";
		bool found = false;

		for (size_t i = 0; i < n && !found; i++) {
			found = is_word(*p, dot, module[i]->name);
			if (!module[i]->refused)
				add_word(known, sizeof(known), module[i]->name);
		}
		if (!found)
			return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "no-such-module",
					"parameter '%.60s': there is no module '%.*s'; there "
					"is: %s",
					*p, (int)(dot - *p < 40 ? dot - *p : 40), *p,
					known[0] ? known : "none");
	}
	return r;
}

/* Modules of two classes may share a name; a parameter is for either of them. */
static int sole_of_name(struct stk_ctx *ctx, const struct stk_module_info *module,
			bool *ret, struct stk_error *err)
{
	const struct stk_module_info *const *other;
	size_t n;
	int r = stk_module_list(ctx, &other, &n, err);

	*ret = true;
	for (size_t i = 0; !r && i < n; i++)
		*ret &= other[i] == module || other[i]->refused ||
			strcmp(other[i]->name, module->name) != 0;
	return r;
}

static int not_taken(const char *param, const struct stk_module_info *module,
		     const struct stk_param_info *const *declared, struct stk_error *err)
{
	char known[256] = "";

	while (declared && *declared)
		add_word(known, sizeof(known), (*declared++)->name);
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "no-such-parameter",
			"parameter '%.80s': %s module '%s' has no such parameter; it has: %s",
			param, stk_class_name(module->class_id), module->name,
			known[0] ? known : "none");
}

int params_taken(struct stk_ctx *ctx, const struct stk_module_info *module,
		 const struct stk_param_info *const *declared, struct stk_error *err)
{
	for (char **p = ctx->params; *p; p++) {
		const char *dot = strchr(*p, '.'), *end = strchr(*p, '=');
		bool taken = !is_word(*p, dot, module->name), sole;

		for (size_t i = 0; !taken && declared && declared[i]; i++)
			taken = is_word(dot + 1, end, declared[i]->name);
		if (!taken) {
			int r = sole_of_name(ctx, module, &sole, err);

			if (r || sole)
				return r ? r : not_taken(*p, module, declared, err);
		}
	}
	return 0;
}
