/* SPDX-License-Identifier: MIT */
/* What each host does to a loader: its findings, seen from the hosts' side. */
#include "render.h"

#include <string.h>

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool belongs(const struct host_verdict *v, const struct stk_finding *f)
{
	return f->level != STK_NOTE && same(v->host, f->host) &&
	       same(v->effect, f->effect) && same(v->since, f->since);
}

size_t host_verdicts(const struct stk_loader_info *info, struct host_verdict *ret,
		     size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < info->n_findings; i++) {
		const struct stk_finding *f = &info->findings[i];
		size_t k = 0;

		while (k < n && !belongs(&ret[k], f))
			k++;
		if (!f->host || f->level == STK_NOTE || k == max)
			continue;
		if (k == n)
			ret[n++] = (struct host_verdict){ f->host, f->effect, f->since };
	}
	return n;
}

const struct stk_finding *host_finding(const struct stk_loader_info *info,
				       const struct host_verdict *verdict, size_t nth)
{
	for (size_t i = 0; i < info->n_findings; i++)
		if (belongs(verdict, &info->findings[i]) && !nth--)
			return &info->findings[i];
	return NULL;
}

const char *text_effect(const char *effect)
{
	static const struct {
		const char *effect, *words;
	} known[] = {
		{ "refuses", "refuses it" },
		{ "hangs", "hangs in it" },
		{ "misplaces", "may put it elsewhere" },
		{ "misses", "leaves parts of it out" },
		{ "ignores", "does not see it" },
		{ "overwrites", "may overwrite it" },
		{ "misreads", "misreads its table" },
		{ "mistakes", "takes another for it" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].effect, effect))
			return known[i].words;
	return effect;
}
