/* SPDX-License-Identifier: MIT */
/* Exit codes, and the sentence that goes with them: known here and nowhere else. */
#include "cmd.h"

#include <stdarg.h>

#include "render/render.h"

/*
 * Rows from the worst to the best: that is the order in which one outcome
 * hides another.
 */
/* clang-format off */
static const struct {
	enum stk_origin origin;
	int code;
	const char *name;
} exit_table[] = {
	{ STK_ORIGIN_INTERRUPTED, 130, "interrupted" },
	{ STK_ORIGIN_INTERNAL,    70,  "internal" },
	{ STK_ORIGIN_USAGE,       2,   "usage" },
	{ STK_ORIGIN_DATABASE,    5,   "database" },
	{ STK_ORIGIN_TARGET,      4,   "target" },
	{ STK_ORIGIN_INPUT,       3,   "input" },
	{ STK_ORIGIN_UNVERIFIED,  6,   "unverified" },
	{ STK_ORIGIN_LOADER,      1,   "loader" },
	{ STK_ORIGIN_NONE,        0,   "none" },
};
/* clang-format on */

/* An origin that a newer library knows counts as internal. */
static size_t exit_row(enum stk_origin origin)
{
	for (size_t i = 0; i < ARRAY_SIZE(exit_table); i++)
		if (exit_table[i].origin == origin)
			return i;
	return 1;
}

int exit_code(enum stk_origin origin)
{
	return exit_table[exit_row(origin)].code;
}

const char *exit_origin_name(enum stk_origin origin)
{
	return exit_table[exit_row(origin)].name;
}

enum stk_origin exit_worst(enum stk_origin a, enum stk_origin b)
{
	return exit_row(a) < exit_row(b) ? a : b;
}

enum stk_origin fail_command(const struct options *opt, const struct stk_error *err)
{
	say_error(opt->cmd ? opt->cmd->name : NULL, err);
	if (!strcmp(err->cause, "usage") && opt->cmd)
		fprintf(stderr, "Try 'stoker %s --help'.\n", opt->cmd->name);
	if (opt->json)
		json_failure(stdout, err);
	return err->origin;
}

enum stk_origin fail_usage(const struct options *opt, const char *fmt, ...)
{
	struct stk_error err;
	char text[sizeof(err.msg)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	stk_fail(&err, STK_ORIGIN_USAGE, EINVAL, "usage", "%s", text);
	return fail_command(opt, &err);
}

void out_of_memory(void)
{
	fputs("stoker: out of memory\n", stderr);
	exit(exit_code(STK_ORIGIN_INTERNAL));
}
