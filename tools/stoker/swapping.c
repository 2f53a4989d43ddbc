/* SPDX-License-Identifier: MIT */
/* Show what will change, ask, do it, and tell what became of it. */
#include <unistd.h>

#include "swapping.h"

int swapping_open(struct swapping *s, const struct options *opt, struct stk_error *err)
{
	int r;

	s->opt = opt;
	r = options_ctx(opt, &s->ctx, err);
	if (!r)
		r = opened_db_open(opt, s->ctx, s->restore, &s->open, err);
	/* A swap may make the database: then that was seen to. */
	return r || !s->restore ? r : opened_db_recover(opt, &s->open, err);
}

void swapping_close(struct swapping *s)
{
	ldb_swap_free(s->plan);
	found_programmers_free(&s->from);
	opened_db_close(&s->open);
	stk_ctx_free(s->ctx);
}

/* ---- ask -------------------------------------------------------------- */

static bool ask(const char *question)
{
	char answer[16];

	fflush(stdout);
	fprintf(stderr, "%s [y/N] ", question);
	return fgets(answer, sizeof(answer), stdin) &&
	       (answer[0] == 'y' || answer[0] == 'Y');
}

static bool can_ask(const struct options *opt)
{
	return !opt->json && isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* What may be done without a caution, and whether the others may be too. */
static bool agreed(const struct swapping *s, bool *ret_cautions)
{
	const struct ldb_swap_info *info = ldb_swap_info(s->plan);
	char question[80];

	*ret_cautions = true;
	if (s->opt->yes)
		return true;
	snprintf(question, sizeof(question), "Change %zu?", info->n_todo);
	if (!ask(question))
		return false;
	if (!info->n_cautions)
		return true;
	snprintf(question, sizeof(question), "Also the %zu with a caution?", info->n_cautions);
	*ret_cautions = ask(question);
	return true;
}

/* ---- do --------------------------------------------------------------- */

static void told(void *data, const struct ldb_change *change)
{
	const struct swapping *s = data;

	if (!s->opt->json)
		text_change_done(stdout, change, s->restore);
	fflush(stdout);
}

static enum stk_origin finish(const struct swapping *s, struct swapped *shown,
			      const struct stk_error *err)
{
	shown->err = err;
	if (s->opt->json)
		json_swapped(stdout, shown);
	if (!err)
		return STK_ORIGIN_NONE;
	say_error(s->opt->cmd->name, err);
	return err->origin;
}

static enum stk_origin carry_out(struct swapping *s, struct swapped *shown)
{
	struct stk_error err;
	bool cautions;

	/* The answer was no. */
	if (!agreed(s, &cautions)) {
		fputs("nothing was changed\n", stderr);
		return STK_ORIGIN_LOADER;
	}
	shown->run = true;
	if (ldb_swap_run(s->plan, cautions, told, s, &err) < 0)
		return finish(s, shown, &err);
	return finish(s, shown, NULL);
}

enum stk_origin swapping_run(struct swapping *s)
{
	struct swapped shown = {
		.restore = s->restore,
		.info = ldb_swap_info(s->plan),
		.recovered = s->open.recovered,
	};
	struct stk_error err;

	if (!s->opt->json)
		text_swapped(stdout, &shown);
	/* Then it does nothing but to tell why. */
	if (shown.info->n_refused && ldb_swap_run(s->plan, false, NULL, NULL, &err) < 0)
		return finish(s, &shown, &err);
	if (s->opt->plan || !shown.info->n_todo)
		return finish(s, &shown, NULL);
	if (!s->opt->yes && !can_ask(s->opt))
		return fail_usage(s->opt, "there is no terminal to ask at: --yes does it, --plan"
				  " shows it");
	return carry_out(s, &shown);
}
