/* SPDX-License-Identifier: MIT */
/* Loaders come and go during a job; and what the job leaves behind. */
#include "core.h"

#include <errno.h>

#include "job.h"

static void close_session(struct stk_job *j)
{
	if (!j->open)
		return;
	j->report.calls += j->session.calls;
	session_close(&j->session);
	j->traces[j->loader] = j->session.traces;
	j->open = false;
}

/* Another loader takes over from the one of the open session. */
static int end_session(struct stk_job *j, struct stk_error *err)
{
	int r;

	if (!j->open)
		return 0;
	r = session_end(&j->session, err);
	if (r)
		return r;
	if (!j->session.last.ok)
		return job_call_failed(j, err);
	close_session(j);
	return 0;
}

int job_reset(struct stk_job *j, const struct stk_step *step, struct stk_error *err)
{
	struct stk_target *t = j->plan->target;
	int r = end_session(j, err);

	if (!r)
		r = t->ops.halt(t->priv, err);
	if (r)
		return r;
	r = t->ops.reset(t->priv, err);
	j->adrift = r != 0;
	return r;
}

int job_load(struct stk_job *j, const struct stk_step *step, struct stk_error *err)
{
	const struct stk_plan *p = j->plan;
	struct stk_target *t = p->target;
	bool keep = p->after == STK_AFTER_KEEP;
	int r = end_session(j, err);

	if (!r && p->no_reset)
		r = t->ops.halt(t->priv, err);
	if (!r && keep)
		r = keep_registers(&j->keep, err);
	if (!r)
		r = session_open(&j->session, t, p->loaders[step->loader], p->host,
				 j->opt->cancel, err);
	if (r)
		return r;
	j->open = true;
	j->loader = step->loader;
	j->session.traces = j->traces[step->loader];
	j->session.keep = keep ? &j->keep : NULL;
	j->session.core_as_is = p->no_reset;
	j->session.guard_only = true;
	return session_load(&j->session, err);
}

/* ---- the end ---------------------------------------------------------- */

/* Is there flash that holds neither what it did nor what it was to hold? */
static bool half_written(const struct stk_job *j)
{
	enum stk_action action = j->plan->action;

	if (action != STK_ACTION_PROGRAM && action != STK_ACTION_ERASE)
		return false;
	for (size_t i = 0; i < j->report.n_sectors; i++) {
		enum stk_sector_state s = j->states[i].state;

		if (s != STK_SECTOR_UNTOUCHED && s != STK_SECTOR_UNCHANGED &&
		    s != STK_SECTOR_VERIFIED)
			return true;
	}
	return false;
}

/* What goes wrong here is a warning where the job failed before. */
static int leave(struct stk_job *j, bool crashed, int failed, struct stk_error *err)
{
	/* Verified as a whole: what a mass erase left beside the image counts for nothing. */
	const struct keep_end end = {
		.after = j->plan->after,
		.half_written = (failed || !j->report.verified) && half_written(j),
		.running = j->adrift,
		.crashed = crashed,
		.no_reset = j->plan->no_reset,
	};
	struct stk_error own = { 0 };
	char warning[600];
	int r = keep_leave(&j->keep, &end, warning, sizeof(warning), &own);

	if (r && failed)
		return job_warn(j, NULL, "the core could not be reset: %s", own.msg);
	if (r && err)
		*err = own;
	return r || !warning[0] ? r : job_warn(j, err, "%s", warning);
}

static int warn_traces(struct stk_job *j, const struct traces *all, struct stk_error *err)
{
	const struct stk_plan *p = j->plan;
	char text[600];
	int r = 0;

	for (unsigned int i = 0; !r && traces_tell(all, p->target, p->host, i, text,
						   sizeof(text)); i++)
		r = text[0] ? job_warn(j, err, "%s", text) : 0;
	return r;
}

/* A call that could not be ended, a reset that let it run. */
static int halt(struct stk_job *j, struct stk_error *err)
{
	struct stk_target *t = j->plan->target;
	int r = t->ops.halt(t->priv, err);

	j->adrift |= r != 0;
	return r;
}

/* UnInit, as far as the core can be had for it. */
static int end_last(struct stk_job *j, int failed, struct stk_error *err)
{
	int r = failed ? halt(j, err) : 0;

	if (r || !j->open)
		return r;
	r = session_end(&j->session, err);
	if (!failed && !r && !j->session.last.ok)
		r = job_call_failed(j, err);
	if (r && r != -ENOTCONN)
		(void)!halt(j, NULL);
	return r;
}

int job_finish(struct stk_job *j, int failed, struct stk_error *err)
{
	struct stk_error own = { 0 };
	struct traces all = { .exception = 0 };
	int r = failed == -ENOTCONN ? 0 : end_last(j, failed, &own), left = 0;

	if (!failed && r && err)
		*err = own;
	failed = failed ? failed : r;
	close_session(j);
	for (size_t i = 0; j->traces && i < j->plan->info.n_loaders; i++)
		traces_add(&all, &j->traces[i]);
	if (warn_traces(j, &all, failed ? NULL : err) && !failed)
		failed = -ENOMEM;
	if (failed != -ENOTCONN && r != -ENOTCONN)
		left = leave(j, all.crashed, failed, err);
	return failed ? failed : left;
}
