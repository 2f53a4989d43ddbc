/* SPDX-License-Identifier: MIT */
#include "core.h"
const char *stk_version(void)
{
	return PACKAGE_VERSION;
}
