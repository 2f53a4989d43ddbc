/* SPDX-License-Identifier: MIT */
/* Arrays and lists: dim, dimIncrement, dimIndex, and names with %s. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svd.h"

int svd_dim(struct svd *s, const struct svd_chain *chain, struct svd_dim *ret)
{
	/* An array does not go on to what derives from it. */
	const struct svd_chain own = { .node = { chain->node[0] }, .count = 1 };
	const struct svd_node *dim = svd_get(s, &own, "dim");
	int r;

	*ret = (struct svd_dim){ .count = 1, .index = "" };
	if (!dim)
		return 0;
	ret->is_array = true;
	r = svd_number(s, &own, "dim", 1, &ret->count);
	if (!r)
		r = svd_number(s, &own, "dimIncrement", 0, &ret->increment);
	if (r)
		return r;
	if (!ret->count || ret->count > SVD_MAX_DIM || ret->increment > UINT32_MAX)
		return svd_fail(
			s, dim, E2BIG, "svd-dim",
			"<dim> of %llu elements, %llu bytes apart; 1 to %u are read",
			(unsigned long long)ret->count,
			(unsigned long long)ret->increment, SVD_MAX_DIM);
	ret->index = svd_text(svd_get(s, &own, "dimIndex"));
	return 0;
}

/* Element @i of "A,B,C"; false: it is no such list, or shorter. */
static bool of_list(const char *index, uint64_t i, char *buf, size_t len)
{
	size_t n;

	if (!strchr(index, ','))
		return false;
	for (; i; i--) {
		index = strchr(index, ',');
		if (!index)
			return false;
		index++;
	}
	index += strspn(index, " ");
	n = strcspn(index, ", ");
	snprintf(buf, len, "%.*s", (int)n, index);
	return n > 0;
}

/* Element @i of "3-6" or "A-D". */
static bool of_range(const char *index, uint64_t i, char *buf, size_t len)
{
	const char *dash = strchr(index, '-');

	if (!dash)
		return false;
	if (isdigit((unsigned char)index[0]))
		snprintf(buf, len, "%llu",
			 strtoull(index, NULL, 10) + (unsigned long long)i);
	else if (dash == index + 1 && isalpha((unsigned char)index[0]) && i < 26 &&
		 isalpha((unsigned char)(index[0] + (char)i)))
		snprintf(buf, len, "%c", index[0] + (char)i);
	else
		return false;
	return true;
}

void svd_dim_name(const struct svd_dim *dim, const char *name, uint64_t i,
		  char ret[SVD_NAME + 1])
{
	const char *at = strstr(name, "%s");
	char index[12]; /* a longer one is cut: SVD_MAX_DIM has four digits */

	if (!of_list(dim->index, i, index, sizeof(index)) &&
	    !of_range(dim->index, i, index, sizeof(index)))
		snprintf(index, sizeof(index), "%llu", (unsigned long long)i);
	if (!dim->is_array || (!at && dim->count == 1))
		snprintf(ret, SVD_NAME + 1, "%s", name);
	else if (at)
		snprintf(ret, SVD_NAME + 1, "%.*s%s%.40s",
			 at - name < 40 ? (int)(at - name) : 40, name, index, at + 2);
	else
		snprintf(ret, SVD_NAME + 1, "%.80s%s", name, index);
}
