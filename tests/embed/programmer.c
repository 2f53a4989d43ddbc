/* SPDX-License-Identifier: MIT */
/*
 * A third party's programmer: libstoker and its modules, and nothing else.
 *
 *	programmer LOADER IMAGE TARGET [WRAPPER]
 */
#include <stdio.h>
#include <stoker/stoker.h>

static int complain(const char *what, const struct stk_error *err)
{
	fprintf(stderr, "%s: %s (%s)\n", what, err->msg, err->cause);
	return 1;
}

static void progress(void *data, const struct stk_event *event)
{
	if (event->kind == STK_EVENT_WARNING)
		fprintf(stderr, "warning: %s\n", event->text);
}

static void tell(const struct stk_report *r)
{
	printf("%s, verified by %s: %llu sectors erased, %llu bytes programmed\n",
	       r->ok ? "ok" : "failed", stk_verify_name(r->method),
	       (unsigned long long)r->sectors_erased,
	       (unsigned long long)r->bytes_programmed);
	for (size_t i = 0; i < r->n_modules; i++)
		printf("module %s/%s %s %.12s%s\n", stk_class_name(r->modules[i]->class_id),
		       r->modules[i]->name, r->modules[i]->version, r->modules[i]->sha256,
		       r->modules[i]->ours ? "" : " (not Stoker's)");
	if (r->diagnosis)
		printf("cause %s: %s\n", r->diagnosis->cause, r->diagnosis->remedy);
}

static int program(struct stk_ctx *ctx, char **argv)
{
	const char *wrap[] = { argv[4], NULL };
	struct stk_target_options target_options = { .size = sizeof(target_options),
						     .wrap = argv[4] ? wrap : NULL };
	struct stk_job_options job_options = { .size = sizeof(job_options),
					       .event = progress };
	struct stk_plan_options plan_options = { .size = sizeof(plan_options),
						 .action = STK_ACTION_PROGRAM };
	struct stk_error err = { 0 };
	struct stk_loader *loader = NULL;
	struct stk_image *image = NULL;
	struct stk_target *target = NULL;
	struct stk_plan *plan = NULL;
	struct stk_job *job = NULL;
	int failed = 1;

	if (stk_loader_open(ctx, argv[1], 0, &loader, &err) ||
	    stk_image_open(ctx, argv[2], NULL, &image, &err) ||
	    stk_target_open(ctx, argv[3], &target_options, &target, &err)) {
		complain("cannot begin", &err);
		goto out;
	}
	plan_options.image = image;
	if (stk_plan_new(target, &loader, 1, &plan_options, &plan, &err)) {
		complain("cannot plan", &err);
		goto out;
	}
	failed = stk_job_run(plan, &job_options, &job, &err);
	if (failed)
		complain("failed", &err);
	if (job)
		tell(stk_job_report(job));
out:
	stk_job_free(job);
	stk_plan_free(plan);
	stk_target_close(target);
	stk_image_close(image);
	stk_loader_close(loader);
	return failed ? 1 : 0;
}

int main(int argc, char **argv)
{
	struct stk_error err = { 0 };
	struct stk_ctx *ctx;
	int failed;

	if (argc < 4 || argc > 5) {
		fprintf(stderr, "usage: programmer LOADER IMAGE TARGET [WRAPPER]\n");
		return 2;
	}
	if (stk_ctx_new(NULL, &ctx, &err))
		return complain("no context", &err);
	failed = program(ctx, argv);
	stk_ctx_free(ctx);
	return failed;
}
