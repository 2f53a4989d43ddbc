/* SPDX-License-Identifier: MIT */
/* qualify: one loader on its chip, and the report in the forms that are asked for. */
#include <unistd.h>

#include "qualify.h"

/* All that is open while one loader is tried. */
struct trial {
	struct stk_loader *loader;
	struct stk_qualify *q;
	char *target, *how;
};

static void trial_close(struct trial *t)
{
	stk_qualify_free(t->q);
	stk_loader_close(t->loader);
	free(t->target);
	free(t->how);
}

static void on_target(void *data, struct stk_target *target)
{
	(void)data;
	cancel_watch(target);
}

/* One line that is written over, for a person who waits. */
static void on_event(void *data, const char *what, size_t done, size_t total)
{
	(void)data;
	fprintf(stderr, "\r%zu/%zu %.60s\033[K", done, total, what);
}

static int run(const struct qualify_args *args, struct stk_ctx *ctx, struct trial *t,
	       bool watched, struct stk_error *err)
{
	const struct stk_target_options target = {
		.size = sizeof(target),
		.wrap = (const char *const *)args->common.wraps.item,
		.chip = args->common.chip,
		.ram = args->common.ram,
		.n_ram = args->common.n_ram,
	};
	const struct stk_qualify_options opt = {
		.size = sizeof(opt),
		.target = t->target,
		.target_options = &target,
		.host = args->host,
		.all_hosts = args->all_hosts,
		.hosts = args->matrix,
		.n_hosts = args->n_matrix,
		.no_honesty = args->no_honesty,
		.only = (const char *const *)args->only.item,
		.what_if = args->what_if,
		.symptom = args->symptom,
		.seed = args->seed,
		.event = watched ? on_event : NULL,
		.target_open = on_target,
		.cancel = cancel_flag(),
	};
	int r = stk_qualify_run(ctx, t->loader, &opt, &t->q, err);

	if (watched)
		fputs("\r\033[K", stderr);
	return r;
}

static bool is_bad(const struct trial *t)
{
	return t->q && stk_qualify_report(t->q)->n_fail;
}

/* On the chip number @nth that fits. */
static int try_on(const struct qualify_args *args, struct stk_ctx *ctx,
		  const struct qualify_item *item, size_t nth, struct trial *t,
		  bool watched, struct stk_error *err)
{
	int r = qualify_target(args, ctx, item, stk_loader_info(t->loader), nth,
			       &t->target, &t->how, err);

	return r ? r : run(args, ctx, t, watched, err);
}

/*
 * One that is bad on a chip that its names do not tell for sure may not be meant
 * for it: the first is told of, unless it is good on another that fits.
 */
static int try_others(const struct qualify_args *args, struct stk_ctx *ctx,
		      const struct qualify_item *item, struct trial *t,
		      struct stk_error *err)
{
	for (size_t nth = 1;; nth++) {
		struct trial other = { .loader = t->loader };
		struct trial drop;
		int r = try_on(args, ctx, item, nth, &other, false, err);
		bool good = !r && stk_qualify_report(other.q)->good;

		if (good) {
			drop = *t;
			*t = other;
		} else {
			drop = other;
		}
		drop.loader = NULL; /* the other one has it, too */
		trial_close(&drop);
		if (good || r)
			return r && err->origin == STK_ORIGIN_INTERRUPTED ? r : 0;
	}
}

static int try_it(const struct qualify_args *args, struct stk_ctx *ctx,
		  const struct qualify_item *item, struct trial *t, bool watched,
		  bool *loader_is_usable, struct stk_error *err)
{
	int r = ref_open(&args->common, ctx, item->path, 0, &t->loader, err);

	if (r)
		return r;
	*loader_is_usable = true;
	r = try_on(args, ctx, item, 0, t, watched, err);
	if (!r && is_bad(t) && !item->only)
		r = try_others(args, ctx, item, t, err);
	return r;
}

/*
 * Of many loaders, one that suits no chip, or not the one that was given, is
 * left out. A broken file, and being stopped, are faults wherever they are.
 */
static enum qualified_state state_of(const struct qualify_item *item, const struct trial *t,
				     bool usable, const struct stk_error *err)
{
	if (t->q && !err->code)
		return is_bad(t) ? QUALIFIED_BAD :
		       stk_qualify_report(t->q)->good ? QUALIFIED_GOOD :
							QUALIFIED_NOT_JUDGED;
	if (item->not_run)
		return QUALIFIED_NOT_RUN;
	if (item->only || !usable || err->origin == STK_ORIGIN_INTERNAL ||
	    err->origin == STK_ORIGIN_INTERRUPTED)
		return QUALIFIED_FAILED;
	return QUALIFIED_NOT_RUN;
}

/* ---- forms ------------------------------------------------------------ */

/* The report as a text in memory: it may have to go through a pipe. */
static void form(const struct qualified *q, enum qualify_form form,
		 struct qualify_place place, struct qualify_result *ret,
		 char *text[FORM_COUNT])
{
	FILE *out = open_memstream(&text[form], &ret->len[form]);

	if (!out)
		out_of_memory();
	switch (form) {
	case FORM_TEXT:
		if (place.count == 1)
			text_qualify(out, q);
		else
			text_qualify_row(out, q);
		break;
	case FORM_JUNIT:
		junit_suite(out, q, &ret->junit);
		break;
	case FORM_HTML:
		html_qualify_part(out, q, place.index, place.count);
		break;
	case FORM_JSON:
	case FORM_COUNT:
		break;
	}
	if (ferror(out) || fclose(out))
		out_of_memory();
}

static void forms(const struct qualify_args *args, const struct qualified *q,
		  struct qualify_place place, struct qualify_result *ret,
		  char *text[FORM_COUNT])
{
	if (args->common.json || args->record) {
		text[FORM_JSON] = json_qualify_text(q);
		ret->len[FORM_JSON] = strlen(text[FORM_JSON]);
	}
	if (!args->common.json)
		form(q, FORM_TEXT, place, ret, text);
	if (args->junit)
		form(q, FORM_JUNIT, place, ret, text);
	if (args->html)
		form(q, FORM_HTML, place, ret, text);
}

static void fill_finding(const struct stk_qualify_report *r, struct qualify_finding *ret)
{
	snprintf(ret->sha256, sizeof(ret->sha256), "%s", r->loader->sha256);
	snprintf(ret->chip, sizeof(ret->chip), "%s", r->chip);
	snprintf(ret->host, sizeof(ret->host), "%s", r->host);
	snprintf(ret->reason, sizeof(ret->reason), "%s", r->verdict);
	snprintf(ret->option_state, sizeof(ret->option_state), "%s", r->option_state);
}

void qualify_one(const struct qualify_args *args, struct stk_ctx *ctx,
		 const struct qualify_item *item, struct qualify_place place,
		 struct qualify_result *ret, char *text[FORM_COUNT])
{
	struct qualified q = { .path = item->path, .fail_on = &args->fail_on };
	bool watched = place.count == 1 && isatty(STDERR_FILENO) && !args->common.json;
	struct stk_error err = item->err;
	bool usable = false;
	struct trial t = { 0 };

	*ret = (struct qualify_result){ .origin = STK_ORIGIN_NONE };
	if (!err.code && !try_it(args, ctx, item, &t, watched, &usable, &err))
		err = (struct stk_error){ 0 };
	q.state = state_of(item, &t, usable, &err);
	q.how = item->how ? item->how : t.how;
	if (q.state <= QUALIFIED_NOT_JUDGED)
		q.report = stk_qualify_report(t.q);
	if (q.report)
		fill_finding(q.report, &ret->finding);
	if (q.state == QUALIFIED_NOT_JUDGED)
		stk_fail(&err, STK_ORIGIN_USAGE, ENOENT, "not-judged", "'%.200s' is %s",
			 item->path, q.report->verdict);
	if (err.code)
		q.err = &err;
	ret->state = q.state;
	ret->err = err;
	if (qualified_fails(&q))
		ret->origin = STK_ORIGIN_LOADER;
	if (q.state == QUALIFIED_FAILED)
		ret->origin = err.origin;
	forms(args, &q, place, ret, text);
	trial_close(&t);
}
