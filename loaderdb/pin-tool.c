/* SPDX-License-Identifier: MIT */
/* Whose versions a pin or a question speaks of. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "pin.h"

int pin_tool(struct ldb *db, const char *name, enum ldb_order *ret_order,
	     const char **ret_name, struct stk_error *err)
{
	const struct ldb_tool *tool;
	int r;

	if (!strcmp(name, TOOL_ANY) || !strcasecmp(name, TOOL_STOKER)) {
		*ret_order = LDB_ORDER_PACK;
		*ret_name = *name == '*' ? TOOL_ANY : TOOL_STOKER;
		return 0;
	}
	if (!db->facts)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "no-facts",
				"the toolchain '%s' cannot be looked up without facts", name);
	r = ldb_tool_find(db->facts, name, &tool, err);
	if (r < 0)
		return r;
	*ret_order = tool->order;
	*ret_name = tool->name;
	return 0;
}
