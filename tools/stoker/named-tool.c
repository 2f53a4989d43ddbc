/* SPDX-License-Identifier: MIT */
/* "Keil.STM32G4xx_DFP@^1.3.0": a toolchain, and which of its versions. */
#include "cmd.h"

int named_tool_parse(const char *text, struct named_tool *ret, struct stk_error *err)
{
	const char *at = strchrnul(text, '@');

	if (at == text || (*at && !at[1]))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				"'%.100s' does not name a toolchain: give one such as cubeide,"
				" cubeide@1.8.0 or Keil.STM32G4xx_DFP@^1.3.0", text);
	ret->name = strndup(text, (size_t)(at - text));
	if (!ret->name)
		out_of_memory();
	ret->version = *at ? at + 1 : NULL;
	return 0;
}

void named_tool_free(struct named_tool *tool)
{
	free(tool->name);
}
