/* SPDX-License-Identifier: MIT */
/* What all forms of a report of qualify have in common. */
#include "../cmd.h"

#include "render.h"

const char *qualified_state_name(enum qualified_state s)
{
	switch (s) {
	case QUALIFIED_GOOD:
		return "good";
	case QUALIFIED_BAD:
		return "bad";
	case QUALIFIED_NOT_JUDGED:
		return "not-judged";
	case QUALIFIED_NOT_RUN:
		return "not-run";
	case QUALIFIED_FAILED:
		return "failed";
	}
	return "unknown";
}

const struct stk_check *first_failing(const struct stk_qualify_report *r)
{
	for (size_t i = 0; i < r->n_checks; i++)
		if (r->checks[i].result == STK_CHECK_FAIL)
			return &r->checks[i];
	return NULL;
}

bool check_fails(const struct fail_on *f, const struct stk_check *c)
{
	if (c->result != STK_CHECK_WEAK)
		return c->result == STK_CHECK_FAIL;
	for (size_t i = 0; f->checks && f->checks[i]; i++)
		if (!strcmp(f->checks[i], c->id) || !strcmp(f->checks[i], c->group))
			return true;
	return f->weak;
}

/* Not to be taken at all, or not for sure, is no fault of the loader. */
bool host_fails(const struct fail_on *f, const struct stk_host_trial *t)
{
	return f->hosts && t->sure && t->result != STK_HOST_WORKS &&
	       t->result != STK_HOST_FORMAT;
}

bool qualified_fails(const struct qualified *q)
{
	const struct stk_qualify_report *r = q->report;

	bool untold = q->state == QUALIFIED_NOT_RUN || q->state == QUALIFIED_NOT_JUDGED;

	if (q->state == QUALIFIED_BAD || (untold && q->fail_on->not_run))
		return true;
	for (size_t i = 0; r && i < r->n_checks; i++)
		if (check_fails(q->fail_on, &r->checks[i]))
			return true;
	for (size_t i = 0; r && i < r->n_hosts; i++)
		if (host_fails(q->fail_on, &r->hosts[i]))
			return true;
	return false;
}

const char *text_versions(const struct stk_host_trial *t, char *buf, size_t len)
{
	if (t->since && t->until && !strcmp(t->since, t->until))
		snprintf(buf, len, "%s", t->since);
	else if (t->since && t->until)
		snprintf(buf, len, "%s to %s", t->since, t->until);
	else if (t->since)
		snprintf(buf, len, "since %s", t->since);
	else if (t->until)
		snprintf(buf, len, "up to %s", t->until);
	else
		snprintf(buf, len, "all versions");
	return buf;
}

const char *text_host_result(const struct stk_host_trial *t, char *buf, size_t len)
{
	snprintf(buf, len, "%s%s", stk_host_result_name(t->result),
		 t->sure ? "" : ", unsure");
	return buf;
}
