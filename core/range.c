/* SPDX-License-Identifier: MIT */
/* Address ranges as (start, length), correct up to the top of the space. */
#include "core.h"

bool stk_range_valid(struct stk_range r)
{
	return r.len && r.len - 1 <= UINT64_MAX - r.addr;
}

bool stk_range_contains(struct stk_range outer, struct stk_range inner)
{
	return stk_range_valid(outer) && stk_range_valid(inner) &&
	       inner.addr >= outer.addr && inner.addr - outer.addr <= outer.len - 1 &&
	       inner.len - 1 <= outer.len - 1 - (inner.addr - outer.addr);
}

bool stk_range_overlaps(struct stk_range a, struct stk_range b)
{
	if (!stk_range_valid(a) || !stk_range_valid(b))
		return false;
	return a.addr < b.addr ? b.addr - a.addr < a.len : a.addr - b.addr < b.len;
}
