/* SPDX-License-Identifier: MIT */
/* qualify: what comes of all loaders, on stdout, in files, and as an exit code. */
#include "qualify.h"

struct show {
	const struct qualify_args *args;
	const struct qualify_list *list;
	struct qualify_done *done;
	bool text; /* stdout is not taken by something else */
	size_t shown;
	size_t count[QUALIFIED_FAILED + 1];
	enum stk_origin origin;
	struct stk_error err; /* the first of the worst */
	struct recorder recorder;
	struct stk_error not_recorded; /* code 0: everything that should be is */
};

static bool to_stdout(const char *path)
{
	return path && !strcmp(path, "-");
}

static void count(struct show *s, const struct qualify_result *r)
{
	s->count[r->state]++;
	s->origin = exit_worst(s->origin, r->origin);
	if (r->state == QUALIFIED_FAILED &&
	    (!s->err.code || (r->origin != s->err.origin &&
			      exit_worst(r->origin, s->err.origin) == r->origin)))
		s->err = r->err;
}

/* After a failure no more: what is wrong with the database stays so. */
static bool record(struct show *s, size_t index)
{
	struct stk_error err;
	int r;

	if (!s->args->record || s->not_recorded.code)
		return false;
	r = recorder_add(&s->recorder, &s->list->item[index], &s->done[index], &err);
	if (r < 0)
		s->not_recorded = err;
	return r > 0;
}

/* Each as soon as those before it are there. */
static void on_done(void *data, size_t index)
{
	struct show *s = data;
	struct qualify_done *d = &s->done[index];
	const bool recorded = record(s, index);
	const struct recorded_list *list = &s->recorder.list;

	count(s, &d->result);
	if (s->args->common.json) {
		json_qualify_item(stdout, d->text[FORM_JSON], s->shown++);
	} else if (s->text) {
		fputs(d->text[FORM_TEXT], stdout);
		if (recorded)
			text_recorded(stdout, list->database, &list->item[list->count - 1]);
		fflush(stdout);
	}
	free(d->text[FORM_JSON]);
	free(d->text[FORM_TEXT]);
	d->text[FORM_JSON] = d->text[FORM_TEXT] = NULL;
}

/* ---- files ------------------------------------------------------------ */

/* What was read: it must not be replaced. The caller frees the array. */
static const char **inputs_of(const struct qualify_list *list)
{
	const char **inputs = calloc(3 * list->count + 1, sizeof(*inputs));
	size_t n = 0;

	if (!inputs)
		out_of_memory();
	for (size_t i = 0; i < list->count; i++) {
		inputs[n++] = list->item[i].path;
		inputs[n++] = list->item[i].container;
		if (list->item[i].pdsc)
			inputs[n++] = list->item[i].pdsc;
	}
	return inputs;
}

static int refuse(const char *path, const char *const *inputs, struct stk_error *err)
{
	int r;

	if (!path || to_stdout(path))
		return 0;
	r = output_refuse(path, inputs, err);
	return r ? r : output_probe(path, err);
}

static void write_junit(const struct show *s, FILE *out)
{
	struct suite_counts all = { .tests = 0 };

	for (size_t i = 0; i < s->list->count; i++) {
		const struct suite_counts *c = &s->done[i].result.junit;

		all.tests += c->tests;
		all.failures += c->failures;
		all.errors += c->errors;
		all.skipped += c->skipped;
		all.ns += c->ns;
	}
	junit_begin(out, &all);
	for (size_t i = 0; i < s->list->count; i++)
		if (s->done[i].done)
			fputs(s->done[i].text[FORM_JUNIT], out);
	junit_end(out);
}

static void write_html(const struct show *s, FILE *out)
{
	html_qualify_begin(out, s->list->item[0].path, s->list->count);
	for (size_t i = 0; i < s->list->count; i++)
		if (s->done[i].done)
			fputs(s->done[i].text[FORM_HTML], out);
	html_qualify_end(out);
}

static int write_file(const struct show *s, const char *path, const char *const *inputs,
		      void (*write)(const struct show *s, FILE *out), struct stk_error *err)
{
	struct output o;
	int r;

	if (!path)
		return 0;
	r = output_begin(&o, path, inputs, err);
	if (r)
		return r;
	write(s, o.out);
	return output_commit(&o, err);
}

/* ---- the verdict ------------------------------------------------------ */

/* One sentence for all of them; a single one says its own. */
static void judge(struct show *s, struct stk_error *ret)
{
	size_t tried = s->count[QUALIFIED_GOOD] + s->count[QUALIFIED_BAD];
	size_t failed = s->count[QUALIFIED_FAILED], all = s->list->count;

	if (*cancel_flag() && s->err.origin != STK_ORIGIN_INTERRUPTED)
		stk_fail(ret, STK_ORIGIN_INTERRUPTED, EINTR, "interrupted",
			 "interrupted after %zu of %zu loaders", tried, all);
	else if (s->err.origin == STK_ORIGIN_INTERRUPTED || (failed && all == 1))
		*ret = s->err;
	else if (failed)
		stk_fail(ret, s->err.origin, s->err.code, s->err.cause,
			 "%zu of %zu loaders could not be tried; the first: %.380s",
			 failed, all, s->err.msg);
	else if (!tried && all == 1)
		*ret = s->done[0].result.err;
	else if (!tried)
		stk_fail(ret, s->done[0].result.err.origin, ENOENT,
			 s->done[0].result.err.cause,
			 "none of %zu loaders could be tried; the first: %.380s", all,
			 s->done[0].result.err.msg);
	s->origin = exit_worst(s->origin, ret->origin);
}

static enum stk_origin finish(struct show *s, const char *const *inputs)
{
	struct stk_error err = { 0 };

	if (write_file(s, s->args->junit, inputs, write_junit, &err) ||
	    write_file(s, s->args->html, inputs, write_html, &err))
		s->origin = exit_worst(s->origin, err.origin);
	else
		judge(s, &err);
	if (s->not_recorded.code && err.code)
		say_error("qualify", &s->not_recorded);
	else if (s->not_recorded.code)
		err = s->not_recorded;
	s->origin = exit_worst(s->origin, s->not_recorded.origin);
	if (s->args->common.json)
		json_qualify_end(stdout, s->count, s->args->record ? &s->recorder.list : NULL,
				 &err);
	else if (s->text && s->list->count > 1)
		text_qualify_counts(stdout, s->count);
	if (err.code)
		say_error("qualify", &err);
	return s->origin;
}

enum stk_origin qualify_show(const struct qualify_args *args, struct stk_ctx *ctx,
			     const struct qualify_list *list)
{
	stk_cleanup(freep) const char **inputs = inputs_of(list);
	struct show s = { .args = args, .list = list, .origin = STK_ORIGIN_NONE };
	struct stk_error err;

	/* Before the work, not after it. */
	if (refuse(args->junit, inputs, &err) || refuse(args->html, inputs, &err))
		return fail_command(&args->common, &err);
	if (args->record && recorder_open(&s.recorder, args, ctx, list->count, &err)) {
		recorder_close(&s.recorder);
		return fail_command(&args->common, &err);
	}
	s.done = calloc(list->count, sizeof(*s.done));
	if (!s.done)
		out_of_memory();
	s.text = !to_stdout(args->junit) && !to_stdout(args->html);
	if (args->common.json)
		json_qualify_begin(stdout);
	qualify_jobs(args, ctx, list, s.done, on_done, &s);
	finish(&s, inputs);
	recorder_close(&s.recorder);
	for (size_t i = 0; i < list->count; i++)
		for (size_t k = 0; k < FORM_COUNT; k++)
			free(s.done[i].text[k]);
	free(s.done);
	return s.origin;
}
