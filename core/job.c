/* SPDX-License-Identifier: MIT */
/*
 * Walk a plan's steps. What happens in a step is job-write.c's and
 * job-check.c's, which loader is there job-session.c's; here is the order and
 * the report.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "image.h"
#include "job.h"
#include "modules.h"
#include "took-part.h"

/* ---- what the steps share --------------------------------------------- */

size_t job_sectors_in(const struct stk_job *j, const struct stk_step *step,
		      size_t *ret_first)
{
	const struct stk_plan *p = j->plan;
	size_t first, n = plan_sectors_of(p, step->loader, &first), skip = 0, in = 0;

	while (skip < n && p->sectors[first + skip].range.addr < step->range.addr)
		skip++;
	while (skip + in < n &&
	       stk_range_contains(step->range, p->sectors[first + skip + in].range))
		in++;
	*ret_first = first + skip;
	return in;
}

static int diagnosed(struct stk_job *j, const struct symptom_case *c, struct stk_error *err)
{
	enum stk_origin who = STK_ORIGIN_LOADER;

	diagnosis_free(j->diagnosis);
	j->diagnosis = diagnose(c);
	j->report.diagnosis = j->diagnosis;
	if (!j->diagnosis)
		return stk_fail_nomem(err);
	if (!strcmp(j->diagnosis->cause, "unstable-read"))
		who = STK_ORIGIN_TARGET;
	return stk_fail(err, who, EIO, j->diagnosis->cause, "%s",
			j->diagnosis->message);
}

int job_call_failed(struct stk_job *j, struct stk_error *err)
{
	struct symptom_case c = { .session = &j->session, .symptom = SYMPTOM_CALL };
	int r = session_stopped(&j->session, err);

	return r ? r : diagnosed(j, &c, err);
}

int job_bytes_wrong(struct stk_job *j, struct symptom_case c, struct stk_error *err)
{
	c.session = &j->session;
	if (!j->report.mismatch.len)
		j->report.mismatch = c.where;
	return diagnosed(j, &c, err);
}

int job_method(struct stk_job *j, struct stk_range range, enum stk_verify_method *ret,
	       struct stk_error *err)
{
	int r = reader_choose(&j->session, range, ret, err);

	if (r)
		return r;
	return j->session.last.ok ? 0 : job_call_failed(j, err);
}

static int interrupted(const struct stk_job *j, struct stk_error *err)
{
	if (!j->opt->cancel || !*j->opt->cancel)
		return 0;
	return stk_fail(err, STK_ORIGIN_INTERRUPTED, EINTR, "interrupted",
			"interrupted between two calls");
}

int job_get(struct stk_job *j, enum stk_verify_method method, struct stk_range range,
	    uint8_t *buf, struct stk_error *err)
{
	int r = interrupted(j, err);

	if (!r)
		r = reader_read(&j->session, method, range.addr, buf, range.len, err);
	if (r)
		return r;
	return j->session.last.ok ? 0 : job_call_failed(j, err);
}

static void send(struct stk_job *j, enum stk_event_kind kind, const struct stk_step *step,
		 const char *text)
{
	struct stk_event event = {
		.kind = kind, .step = step, .done = j->done, .total = j->total, .text = text,
	};

	if (j->opt->event)
		j->opt->event(j->opt->data, &event);
}

void job_progress(struct stk_job *j, const struct stk_step *step, uint64_t bytes)
{
	j->done += bytes;
	send(j, STK_EVENT_PROGRESS, step, NULL);
}

int job_warn(struct stk_job *j, struct stk_error *err, const char *fmt, ...)
{
	size_t n = j->report.n_warnings;
	char **grown = reallocarray(j->warnings, n + 1, sizeof(*grown));
	va_list args;
	int len;

	if (!grown)
		return stk_fail_nomem(err);
	j->warnings = grown;
	va_start(args, fmt);
	len = vasprintf(&grown[n], fmt, args);
	va_end(args);
	if (len < 0)
		return stk_fail_nomem(err);
	j->report.warnings = (const char *const *)grown;
	j->report.n_warnings = n + 1;
	send(j, STK_EVENT_WARNING, NULL, grown[n]);
	return 0;
}

/* ---- the walk --------------------------------------------------------- */

static int run_step(struct stk_job *j, const struct stk_step *step, struct stk_error *err)
{
	static int (*const act[])(struct stk_job *, const struct stk_step *,
				  struct stk_error *) = {
		[STK_STEP_RESET] = job_reset,
		[STK_STEP_LOAD] = job_load,
		[STK_STEP_COMPARE] = job_compare,
		[STK_STEP_ERASE_CHIP] = job_erase_chip,
		[STK_STEP_ERASE] = job_erase,
		[STK_STEP_PROGRAM] = job_program,
		[STK_STEP_VERIFY] = job_verify,
		[STK_STEP_BLANK_CHECK] = job_blank,
		[STK_STEP_READ] = job_read,
	};
	int r = interrupted(j, err);

	if (r)
		return r;
	send(j, STK_EVENT_STEP, step, NULL);
	return act[step->kind](j, step, err);
}

/* ---- the report ------------------------------------------------------- */

/* Every module that took part: formats, image, chip, target and wrappers. */
static int name_modules(struct stk_job *j, struct stk_error *err)
{
	const struct stk_plan *p = j->plan;
	struct stk_ctx *ctx = p->target->ctx;
	size_t most = p->info.n_loaders + (p->image ? p->image->n_formats : 0) +
		      took_part_most(p->target);
	struct took_part part = { .n = 0 };

	j->modules = part.modules = calloc(most, sizeof(*j->modules));
	if (!j->modules)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < p->info.n_loaders; i++)
		took_part_add(&part, module_by_driver(ctx, loader_format(p->loaders[i])));
	for (size_t i = 0; p->image && i < p->image->n_formats; i++)
		took_part_add(&part,
			      module_mapped(ctx, STK_CLASS_IMAGE, p->image->formats[i]));
	took_part_target(&part, p->target);
	j->report.modules = j->modules;
	j->report.n_modules = part.n;
	j->report.tainted = part.tainted;
	return 0;
}

static uint64_t work_of(const struct stk_plan *plan)
{
	uint64_t total = 0;

	for (size_t i = 0; i < plan->info.n_steps; i++)
		total += plan->steps[i].range.len;
	return total;
}

static int prepare(struct stk_job *j, struct stk_error *err)
{
	const struct stk_plan *p = j->plan;

	j->sectors = calloc(p->n_sectors + 1, sizeof(*j->sectors));
	j->states = calloc(p->n_sectors + 1, sizeof(*j->states));
	j->neighbours = calloc(2 * p->n_sectors + 1, sizeof(*j->neighbours));
	j->traces = calloc(p->info.n_loaders, sizeof(*j->traces));
	if (!j->sectors || !j->states || !j->neighbours || !j->traces)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < p->n_sectors; i++) {
		j->sectors[i].plan = &p->sectors[i];
		j->sectors[i].state = &j->states[i];
		j->states[i].range = p->sectors[i].range;
		j->states[i].loader = p->sectors[i].loader;
	}
	j->report.sectors = j->states;
	j->report.n_sectors = p->n_sectors;
	j->report.method = STK_VERIFY_NONE;
	j->report.virtual_time = p->target->facts.virtual_time;
	j->report.blank = true;
	j->keep.target = p->target;
	j->start_ns = target_now(p->target);
	(void)stk_target_link(p->target, &j->link);
	j->total = work_of(p);
	return name_modules(j, err);
}

/* What nothing could verify has its own origin, and so its own exit code. */
static int conclude(struct stk_job *j, struct stk_error *err)
{
	enum stk_action action = j->plan->action;

	j->report.ok = true;
	if (action == STK_ACTION_READ || action == STK_ACTION_BLANK_CHECK ||
	    j->report.verified)
		return 0;
	return stk_fail(err, STK_ORIGIN_UNVERIFIED, ENOTSUP, "not-verified",
			"%s, and nothing could verify it: the flash cannot be read here and "
			"the loader has no Read or Verify that can be trusted",
			action == STK_ACTION_VERIFY ? "not compared" : "written");
}

int stk_job_run(const struct stk_plan *plan, const struct stk_job_options *opt,
		struct stk_job **ret, struct stk_error *err)
{
	static const struct stk_job_options none = { .size = sizeof(none) };
	struct stk_job *j = calloc(1, sizeof(*j));
	int r;

	*ret = j;
	if (!j)
		return stk_fail_nomem(err);
	j->plan = plan;
	j->opt = opt ? opt : &none;
	r = prepare(j, err);
	for (size_t i = 0; i < plan->info.n_steps && !r; i++)
		r = run_step(j, &plan->steps[i], err);
	r = job_finish(j, r, err);
	j->report.target_ns = target_now(plan->target) - j->start_ns;
	j->report.has_link = target_link_since(plan->target, &j->link, &j->report.link);
	if (!r)
		r = conclude(j, err);
	/* One sector read back before another one failed is not the job. */
	if (r)
		j->report.verified = false;
	/* The options may be gone when the report is read. */
	j->opt = &none;
	return r;
}

void stk_job_free(struct stk_job *j)
{
	if (!j)
		return;
	for (size_t i = 0; i < j->report.n_sectors; i++) {
		free(j->sectors[i].before);
		free(j->sectors[i].want);
	}
	for (size_t i = 0; i < j->n_neighbours; i++)
		free(j->neighbours[i].before);
	for (size_t i = 0; i < j->report.n_warnings; i++)
		free(j->warnings[i]);
	for (size_t i = 0; i < j->report.n_read; i++)
		free((void *)(uintptr_t)j->read[i].data);
	diagnosis_free(j->diagnosis);
	keep_free(&j->keep);
	free(j->warnings);
	free(j->read);
	free(j->modules);
	free(j->neighbours);
	free(j->traces);
	free(j->sectors);
	free(j->states);
	free(j);
}

const struct stk_report *stk_job_report(const struct stk_job *j)
{
	return &j->report;
}
