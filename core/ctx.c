/* SPDX-License-Identifier: MIT */
/* The context: where modules are, their parameters, and where trace lines go. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ctx.h"
#include "modules.h"
#include "params.h"

const char *stk_version(void)
{
	return PACKAGE_VERSION;
}

static char *dup_or_env(const char *given, const char *variable, const char *fallback)
{
	const char *env;

	if (given)
		return strdup(given);
	env = getenv(variable);
	return strdup(env ? env : fallback);
}

static int copy_params(struct stk_ctx *ctx, const char *const *params, struct stk_error *err)
{
	size_t n = 0;

	while (params && params[n])
		n++;
	ctx->params = calloc(n + 1, sizeof(*ctx->params));
	if (!ctx->params)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		const char *dot = strchr(params[i], '.'), *eq = strchr(params[i], '=');

		if (!dot || !eq || dot > eq || dot == params[i] || eq == dot + 1)
			return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-parameter",
					"parameter '%s' is not of the form MODULE.NAME=VALUE",
					params[i]);
		ctx->params[i] = strdup(params[i]);
		if (!ctx->params[i])
			return stk_fail_nomem(err);
	}
	return 0;
}

static void ctx_freep(struct stk_ctx **ctx)
{
	stk_ctx_free(*ctx);
}

int stk_ctx_new(const struct stk_ctx_options *opt, struct stk_ctx **ret,
		struct stk_error *err)
{
	static const struct stk_ctx_options none = { .size = sizeof(none) };
	stk_cleanup(ctx_freep) struct stk_ctx *ctx = calloc(1, sizeof(*ctx));
	int r;

	if (!ctx)
		return stk_fail_nomem(err);
	if (!opt)
		opt = &none;
	ctx->log = opt->log;
	ctx->log_data = opt->log_data;
	ctx->module_dir = dup_or_env(opt->module_dir, "STOKER_MODULE_DIR", PKGLIBDIR);
	ctx->module_path = dup_or_env(opt->module_path, "STOKER_MODULE_PATH", "");
	if (!ctx->module_dir || !ctx->module_path)
		return stk_fail_nomem(err);
	r = copy_params(ctx, opt->params, err);
	if (!r && ctx->params[0])
		r = params_known(ctx, err);
	if (r)
		return r;
	*ret = take_ptr(ctx);
	return 0;
}

void stk_ctx_free(struct stk_ctx *ctx)
{
	if (!ctx)
		return;
	module_free_all(ctx);
	for (char **p = ctx->params; p && *p; p++)
		free(*p);
	free(ctx->params);
	free(ctx->module_dir);
	free(ctx->module_path);
	free(ctx->chips);
	free(ctx);
}

const char *stk_param(const struct stk_ctx *ctx, const char *module, const char *name)
{
	size_t lm = strlen(module), ln = strlen(name);

	for (char **p = ctx->params; *p; p++) {
		if (!strncmp(*p, module, lm) && (*p)[lm] == '.' &&
		    !strncmp(*p + lm + 1, name, ln) && (*p)[lm + 1 + ln] == '=')
			return *p + lm + ln + 2;
	}
	return NULL;
}

void stk_log(const struct stk_ctx *ctx, const char *fmt, ...)
{
	int saved = errno;
	char line[512];
	va_list args;

	if (!ctx->log)
		return;
	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	ctx->log(ctx->log_data, line);
	errno = saved;
}

int stk_parse_u64(const char *text, uint64_t *ret)
{
	unsigned long long value;
	unsigned int shift = 0;
	char *end;

	/* strtoull() would take "-1" and " 7" */
	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	value = strtoull(text, &end, text[0] == '0' && (text[1] | 32) == 'x' ? 16 : 10);
	if (errno || end == text)
		return -EINVAL;
	if (*end == 'K')
		shift = 10;
	else if (*end == 'M')
		shift = 20;
	if (shift)
		end++;
	if (*end || value > UINT64_MAX >> shift)
		return -EINVAL;
	*ret = (uint64_t)value << shift;
	return 0;
}
