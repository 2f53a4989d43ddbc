/* SPDX-License-Identifier: MIT */
/* Plan a job, print the plan if that is all, else run it and report. */
#include "cmd.h"
#include "render/render.h"

/* What the callbacks of one job see. */
struct running {
	const struct options *opt;
	const char *const *chosen; /* why each loader; NULL: -l named them */
	struct progress progress;
	struct rescue rescue;
};

static void on_event(void *data, const struct stk_event *event)
{
	struct running *run = data;

	/* With --json the warnings are in the document, and nobody watches. */
	if (!run->opt->json)
		progress_event(&run->progress, event);
}

static int on_rescue(void *data, const struct stk_chunk *chunks, size_t count,
		     struct stk_error *err)
{
	struct running *run = data;

	return rescue_keep(&run->rescue, chunks, count, err);
}

/*
 * The report first, in the form asked for; a failure is also one sentence on
 * stderr, as everywhere.
 */
static void show_outcome(const struct job_request *req, const struct stk_plan_info *plan,
			 const struct stk_job *job, const struct running *run,
			 const struct stk_error *err)
{
	const struct job_outcome o = {
		.action = req->plan.action,
		.plan = plan,
		.report = job ? stk_job_report(job) : NULL,
		.err = err->code ? err : NULL,
		.rescue_path = run->rescue.path,
		.data_elsewhere = req->deliver != NULL,
		.chosen = run->chosen,
	};

	if (err->code)
		say_error(req->opt->cmd->name, err);
	if (req->opt->json)
		json_job(stdout, &o);
	else
		text_job(&o);
}

static enum stk_origin run_plan(struct bench *b, const struct stk_plan *plan,
				const struct job_request *req)
{
	struct running run = {
		.opt = req->opt,
		.chosen = (const char *const *)b->chosen,
		.rescue.wanted = req->opt->rescue,
	};
	const struct stk_job_options how = {
		.size = sizeof(how),
		.data = &run,
		.event = on_event,
		.rescue = on_rescue,
		.cancel = cancel_flag(),
	};
	struct stk_error err = { 0 };
	enum stk_origin origin = STK_ORIGIN_NONE;
	struct stk_job *job = NULL;
	int r;

	progress_init(&run.progress, stk_plan_info(plan));
	cancel_arm(b->target);
	r = stk_job_run(plan, &how, &job, &err);
	cancel_disarm();
	progress_end(&run.progress);
	if (r == 0 && req->deliver)
		r = req->deliver(req->opt, stk_job_report(job), &err);
	if (r == 0)
		err.code = 0;
	show_outcome(req, stk_plan_info(plan), job, &run, &err);
	rescue_end(&run.rescue, r == 0);
	if (r == 0 && req->plan.action == STK_ACTION_BLANK_CHECK &&
	    !stk_job_report(job)->blank)
		origin = STK_ORIGIN_LOADER; /* the answer is no */
	stk_job_free(job);
	return r < 0 ? err.origin : origin;
}

static enum stk_origin plan_and_run(struct bench *b, const struct job_request *req)
{
	enum stk_origin origin = STK_ORIGIN_NONE;
	struct stk_plan *plan;
	struct stk_error err;

	if (stk_plan_new(b->target, b->loaders, b->n_loaders, &req->plan, &plan, &err) < 0)
		return fail_command(req->opt, &err);
	if (!req->opt->plan)
		origin = run_plan(b, plan, req);
	else if (req->opt->json)
		json_plan(stdout, stk_plan_info(plan), (const char *const *)b->chosen);
	else
		text_plan(stdout, stk_plan_info(plan));
	stk_plan_free(plan);
	return origin;
}

enum stk_origin job_command(struct job_request *req)
{
	struct options *opt = req->opt;
	enum stk_origin origin;
	struct bench b = { 0 };
	struct stk_error err;
	int r;

	if (!(opt->cmd->groups & GROUP_IMAGE) && opt->args.count)
		return fail_usage(opt, "'%s' takes no argument '%s'", opt->cmd->name,
				  opt->args.item[0]);
	r = bench_open(&b, opt, &err);
	if (r == 0 && req->prepare)
		r = req->prepare(opt, &b, &err);
	req->plan.after = opt->after;
	req->plan.no_reset = opt->no_reset;
	req->plan.force = opt->force;
	req->plan.allow_option_bytes = opt->allow_option_bytes;
	req->plan.host = b.host;
	req->plan.image = b.image;
	req->plan.ranges = opt->ranges;
	req->plan.n_ranges = opt->n_ranges;
	origin = r < 0 ? fail_command(opt, &err) : plan_and_run(&b, req);
	bench_close(&b);
	return origin;
}
