/* SPDX-License-Identifier: MIT */
/*
 * A run: every check on a chip of its own, then the verdict. A check that
 * does not apply is in the report with its reason.
 */
#include "core.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "checks.h"
#include "loader.h"
#include "modules.h"
#include "option-state.h"
#include "took-part.h"

const char *stk_check_result_name(enum stk_check_result r)
{
	static const char *const words[] = {
		[STK_CHECK_PASS] = "pass",
		[STK_CHECK_FAIL] = "fail",
		[STK_CHECK_WEAK] = "weak",
		[STK_CHECK_SKIP] = "skip",
	};

	return (unsigned int)r < ARRAY_SIZE(words) ? words[r] : "unknown";
}

/* ---- which checks ------------------------------------------------------------- */

static bool is_wanted(const struct stk_qualify_options *opt,
		      const struct stk_check_info *info)
{
	if (opt->no_honesty && info->failure)
		return false;
	if (!opt->only)
		return true;
	for (size_t i = 0; opt->only[i]; i++) {
		if (!strcmp(opt->only[i], info->id) || !strcmp(opt->only[i], info->group))
			return true;
	}
	return false;
}

/* The numbers of those wanted go into @ret, which may be NULL. */
static size_t wanted_checks(const struct stk_qualify_options *opt, size_t *ret)
{
	size_t count, n = 0;
	const struct stk_check_info *info = stk_check_list(&count);

	for (size_t i = 0; i < count; i++) {
		if (!is_wanted(opt, &info[i]))
			continue;
		if (ret)
			ret[n] = i;
		n++;
	}
	return n;
}

static bool has(const struct stk_loader_info *info, unsigned int op)
{
	for (size_t i = 0; i < info->n_functions; i++) {
		if (info->functions[i].op == op)
			return true;
	}
	return false;
}

/*
 * Why the operations of @needs cannot be asked for; NULL: they can. To wait for a
 * loader that hangs once is enough, and to be told once that Init fails.
 */
static const char *unusable(struct stk_qualify *q, uint32_t needs)
{
	if (q->hung && needs)
		return arena_printf(&q->arena, "%s did not return in an earlier check",
				    q->hung);
	if (q->init_failed && (needs & ~NEEDS(INIT)))
		return arena_printf(&q->arena, "Init fails already: see %s",
				    q->init_failed);
	for (unsigned int op = 0; op < STK_OP_COUNT; op++) {
		if ((needs & 1u << op) && !has(q->info, op))
			return arena_printf(&q->arena, "the loader has no function to %s",
					    stk_op_name((enum stk_op)op));
	}
	return NULL;
}

static int run_check(struct stk_qualify *q, size_t number, struct stk_check *ret,
		     struct stk_error *err)
{
	struct trial t = { .q = q, .check = ret };
	const struct check *c = &check_table[number];
	const char *why = unusable(q, c->needs);
	int r;

	if (!why && c->unfit)
		why = c->unfit(q);
	if (why) {
		trial_skip(&t, why);
		return 0;
	}
	r = c->run(&t, err);
	trial_close(&t);
	if (!r && ret->result == STK_CHECK_PASS && !ret->cases)
		trial_skip(&t, "there is no case of it for this loader on this chip");
	return r;
}

static struct stk_check not_run(const struct stk_check_info *info)
{
	return (struct stk_check){
		.id = info->id,
		.group = info->group,
		.title = info->title,
		.failure = info->failure,
		.result = STK_CHECK_PASS,
		.text = "",
	};
}

static int run_checks(struct stk_qualify *q, struct stk_error *err)
{
	const struct stk_qualify_options *opt = q->opt;
	size_t n = wanted_checks(opt, NULL), count;
	const struct stk_check_info *info = stk_check_list(&count);
	size_t *wanted = arena_alloc(&q->arena, (n + 1) * sizeof(*wanted));
	struct stk_check *checks = arena_alloc(&q->arena, (n + 1) * sizeof(*checks));
	int r = 0;

	if (!wanted || !checks)
		return stk_fail_nomem(err);
	if (!n)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "no-checks",
				"no check is left: those asked for are those left out");
	wanted_checks(opt, wanted);
	q->report.checks = checks;
	for (size_t i = 0; i < n && !r; i++) {
		const char *id = info[wanted[i]].id;

		if (opt->cancel && *opt->cancel)
			return stk_fail(err, STK_ORIGIN_INTERRUPTED, EINTR, "interrupted",
					"interrupted before check %s", id);
		if (opt->event)
			opt->event(opt->data, id, i, n);
		checks[i] = not_run(&info[wanted[i]]);
		r = run_check(q, wanted[i], &checks[i], err);
		q->report.n_checks += !r;
	}
	return r;
}

/* ---- the verdict ---------------------------------------------------------------- */

/*
 * What it rests on: the weakest rule that took part in what was decided. A good
 * one, in all that passed on a healthy chip; a bad one, in what failed.
 */
static const char *rests_on(const struct stk_qualify_report *r)
{
	enum stk_check_result counts = r->good ? STK_CHECK_PASS : STK_CHECK_FAIL;
	const char *basis = NULL;

	for (size_t i = 0; i < r->n_checks; i++) {
		if (r->checks[i].result == counts && !r->checks[i].failure)
			basis = weaker_basis(basis, r->checks[i].basis);
	}
	return basis;
}

/* What was tried is said with it: "no check failed" is for all of them. */
static const char *good_text(struct stk_qualify *q, const char *rests)
{
	const struct stk_qualify_report *r = &q->report;
	const char *none = "no check failed";
	size_t all;

	stk_check_list(&all);
	if (r->n_skip == r->n_checks)
		return arena_printf(&q->arena, "not judged on %s under the rules of %s: %s",
				    r->chip, r->host, r->n_checks ?
				    "none of the checks asked for applies" :
				    "no check was made");
	if (r->n_checks < all)
		none = arena_printf(&q->arena, "none failed of the %zu check%s asked for out "
				    "of %zu", r->n_checks, r->n_checks == 1 ? "" : "s", all);
	return none ? arena_printf(
		&q->arena, "good on %s under the rules of %s: %s, %zu passed, %zu "
		"weakness%s; it rests on %s", r->chip, r->host, none, r->n_pass, r->n_weak,
		r->n_weak == 1 ? "" : "es", rests) : NULL;
}

static int conclude(struct stk_qualify *q, struct stk_error *err)
{
	struct stk_qualify_report *r = &q->report;
	const struct stk_check *first = NULL;
	size_t *counts[] = { &r->n_pass, &r->n_fail, &r->n_weak, &r->n_skip };
	const char *basis, *rests;

	for (size_t i = 0; i < r->n_checks; i++) {
		++*counts[r->checks[i].result];
		if (r->checks[i].result == STK_CHECK_FAIL && !first)
			first = &r->checks[i];
	}
	r->good = !r->n_fail && r->n_skip < r->n_checks;
	basis = rests_on(r);
	rests = !basis ? "no special rule of the chip" :
		!strcmp(basis, "manual") ? "rules of the chip that its manuals state" :
		!strcmp(basis, "observed") ? "rules of the chip that were observed" :
					     "rules of the chip of which some are assumed";
	if (!first)
		r->verdict = good_text(q, rests);
	else
		r->verdict = arena_printf(
			&q->arena, "bad on %s under the rules of %s: %zu check%s failed, "
			"first %s: %.200s; it rests on %s", r->chip, r->host, r->n_fail,
			r->n_fail == 1 ? "" : "s", first->id, first->text, rests);
	return r->verdict ? 0 : stk_fail_nomem(err);
}

/* ---- a run ------------------------------------------------------------------------ */

static int name_modules(struct stk_qualify *q, const struct stk_target *target,
			struct stk_error *err)
{
	struct took_part part = { .n = 0 };

	part.modules = arena_alloc(&q->arena, (took_part_most(target) + 1) *
					      sizeof(*part.modules));
	if (!part.modules)
		return stk_fail_nomem(err);
	took_part_add(&part, module_by_driver(q->ctx, q->format));
	took_part_target(&part, target);
	q->report.modules = part.modules;
	q->report.n_modules = part.n;
	q->report.tainted = part.tainted;
	return 0;
}

static bool is_external(const struct stk_chip *chip, uint64_t addr)
{
	const struct stk_memory *m = stk_chip_memory_at(chip, addr);

	return m && m->kind == STK_MEM_EXTERNAL;
}

static int describe(struct stk_qualify *q, struct bench *b, struct stk_error *err)
{
	const struct stk_device *d = q->info->device;
	struct stk_qualify_report *r = &q->report;
	struct places *p = &q->places;
	int e = places_find(p, b->target, d, r->seed, &q->arena, err);

	if (e)
		return e;
	q->sectors = arena_alloc(&q->arena, p->n_sectors * sizeof(*q->sectors));
	q->want = malloc(p->area.len);
	q->found = malloc(p->area.len);
	r->chip = arena_strdup(&q->arena, b->target->facts.chip->name);
	r->target = arena_strdup(&q->arena, q->opt->target);
	q->external = is_external(b->target->facts.chip, p->area.addr);
	/* Banks say nothing of what is outside of the chip. */
	r->option_state = arena_strdup(&q->arena, q->external ? "" : option_state(b->target));
	if (!q->sectors || !q->want || !q->found || !r->chip || !r->target || !r->option_state)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < p->n_sectors; i++)
		q->sectors[i].range = p->sectors[i];
	r->sectors = q->sectors;
	r->n_sectors = p->n_sectors;
	return name_modules(q, b->target, err);
}

int qualify_prepare(struct stk_qualify *q, struct stk_error *err)
{
	struct bench b;
	int r = bench_open(&b, q, q->host, err);

	if (r)
		return r;
	r = describe(q, &b, err);
	bench_close(&b);
	return r;
}

static int run(struct stk_qualify *q, struct stk_error *err)
{
	int r = q->opt->what_if ? qualify_check_symptom(q, err) : 0;

	if (!r)
		r = qualify_prepare(q, err);
	if (!r && !q->opt->no_checks)
		r = run_checks(q, err);
	if (!r && (q->opt->all_hosts || q->opt->n_hosts))
		r = qualify_matrix(q, err);
	if (!r && q->opt->what_if)
		r = qualify_what_if(q, err);
	return r ? r : conclude(q, err);
}

struct stk_qualify_options qualify_options(const struct stk_qualify_options *given)
{
	struct stk_qualify_options o = { 0 };

	memcpy(&o, given, given->size < sizeof(o) ? given->size : sizeof(o));
	return o;
}

int qualify_new(struct stk_ctx *ctx, struct stk_loader *loader,
		const struct stk_qualify_options *opt, struct stk_qualify **ret,
		struct stk_error *err)
{
	const struct stk_loader_info *info = stk_loader_info(loader);
	const struct stk_host *host = opt->host;
	struct stk_qualify *q;
	int r;

	if (info->error.code || !info->device) {
		if (err)
			*err = info->error;
		return -EINVAL;
	}
	r = host ? 0 : stk_host_find(NULL, &host, err);
	if (r)
		return r;
	q = calloc(1, sizeof(*q));
	if (!q)
		return stk_fail_nomem(err);
	q->ctx = ctx;
	q->loader = loader;
	q->info = info;
	q->format = loader_format(loader);
	q->opt = opt;
	q->host = host;
	q->report.loader = info;
	q->report.seed = opt->seed;
	q->report.host = host->info.name;
	*ret = q;
	return 0;
}

void qualify_done(struct stk_qualify *q)
{
	free(q->want);
	free(q->found);
	q->want = q->found = NULL;
	q->opt = NULL;
}

int stk_qualify_run(struct stk_ctx *ctx, struct stk_loader *loader,
		    const struct stk_qualify_options *given, struct stk_qualify **ret,
		    struct stk_error *err)
{
	const struct stk_qualify_options opt = qualify_options(given);
	struct stk_qualify *q;
	int r = qualify_new(ctx, loader, &opt, &q, err);

	if (r)
		return r;
	r = run(q, err);
	qualify_done(q);
	if (r) {
		stk_qualify_free(q);
		return r;
	}
	*ret = q;
	return 0;
}

void stk_qualify_free(struct stk_qualify *q)
{
	if (!q)
		return;
	arena_free(&q->arena);
	free(q);
}

const struct stk_qualify_report *stk_qualify_report(const struct stk_qualify *q)
{
	return &q->report;
}
