/* SPDX-License-Identifier: MIT */
/* One sentence, an errno, and who has to act. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core.h"

/* A file's name or contents must not end a line or steer a terminal. */
static void replace_controls(char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
	}
}

int stk_fail(struct stk_error *err, enum stk_origin origin, int code, const char *cause,
	     const char *fmt, ...)
{
	va_list args;

	if (!err)
		return -code;

	err->code = code;
	err->origin = origin;
	snprintf(err->cause, sizeof(err->cause), "%s", cause);
	va_start(args, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, args);
	va_end(args);
	replace_controls(err->msg);
	return -code;
}

int stk_fail_nomem(struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INTERNAL, ENOMEM, "out-of-memory", "out of memory");
}
