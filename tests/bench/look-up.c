/* SPDX-License-Identifier: MIT */
/*
 * How long libloaderdb takes to open a database and to answer, without what it
 * costs to start a process: look-up DATABASE RUNS, a line a question.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <stoker/loaderdb.h>

/* What is asked again and again. */
struct asking {
	struct stk_ctx *ctx;
	struct ldb_facts *facts;
	struct ldb *db;
	const char *path;
};

typedef int (*question)(struct asking *a, struct stk_error *err);

/* ---- questions -------------------------------------------------------- */

static int open_it(struct asking *a, struct stk_error *err)
{
	const struct ldb_options opt = { .size = sizeof(opt), .path = a->path,
					 .must_exist = true, .facts = a->facts };

	ldb_close(a->db);
	a->db = NULL;
	return ldb_open(a->ctx, &opt, &a->db, err);
}

static int resolve(struct asking *a, const char *tool, const char *version,
		   struct stk_error *err)
{
	const struct ldb_question q = { .size = sizeof(q), .tool = tool, .version = version,
					.device = "STM32G431CB", .or_good = true };
	const struct ldb_answer *answer;
	int r = ldb_resolve(a->db, &q, &answer, err);

	if (!r)
		ldb_free(answer);
	return r;
}

static int resolve_pinned(struct asking *a, struct stk_error *err)
{
	return resolve(a, "Keil.STM32G4xx_DFP", "1.3.0", err);
}

static int resolve_good(struct asking *a, struct stk_error *err)
{
	return resolve(a, "stoker", NULL, err);
}

static int search(struct asking *a, const char *text, struct stk_error *err)
{
	const struct ldb_query q = { .size = sizeof(q), .text = text };
	const struct ldb_builds *builds;
	int r = ldb_builds_find(a->db, &q, &builds, err);

	if (!r && !builds->count)
		r = stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "no-build",
			     "nothing is called '%s'", text);
	if (!r)
		ldb_free(builds);
	return r;
}

static int search_one(struct asking *a, struct stk_error *err)
{
	return search(a, "board-04711", err);
}

static int search_many(struct asking *a, struct stk_error *err)
{
	return search(a, "board-047 FLM", err);
}

/* ---- figures ---------------------------------------------------------- */

static const struct {
	const char *what;
	question ask;
} questions[] = {
	{ "open", open_it },
	{ "resolve, pinned", resolve_pinned },
	{ "resolve, the only good one", resolve_good },
	{ "search, one build", search_one },
	{ "search, two words, 50 builds", search_many },
};

static double now_ms(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int ask_often(struct asking *a, size_t which, double *took, size_t runs,
		     struct stk_error *err)
{
	const double before = now_ms(CLOCK_PROCESS_CPUTIME_ID);

	for (size_t i = 0; i < runs; i++) {
		const double begin = now_ms(CLOCK_MONOTONIC);
		int r = questions[which].ask(a, err);

		if (r < 0)
			return r;
		took[i] = now_ms(CLOCK_MONOTONIC) - begin;
	}
	qsort(took, runs, sizeof(*took), compare);
	printf("library, %s: %.2f ms (min %.2f), %.2f ms of processor time\n",
	       questions[which].what, took[runs / 2], took[0],
	       (now_ms(CLOCK_PROCESS_CPUTIME_ID) - before) / (double)runs);
	return 0;
}

static int ask_all(struct asking *a, size_t runs, struct stk_error *err)
{
	double *took = calloc(runs, sizeof(*took));
	int r = stk_ctx_new(NULL, &a->ctx, err);

	if (!took)
		r = stk_fail(err, STK_ORIGIN_INTERNAL, ENOMEM, "out-of-memory",
			     "out of memory");
	if (!r)
		r = ldb_facts_open(NULL, &a->facts, err);
	for (size_t i = 0; !r && i < sizeof(questions) / sizeof(questions[0]); i++)
		r = ask_often(a, i, took, runs, err);
	free(took);
	return r;
}

int main(int argc, char **argv)
{
	struct asking a = { .path = argc == 3 ? argv[1] : NULL };
	const long runs = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
	struct stk_error err;
	int r;

	if (runs < 1) {
		fputs("usage: look-up DATABASE RUNS\n", stderr);
		return 2;
	}
	r = ask_all(&a, (size_t)runs, &err);
	if (r < 0)
		fprintf(stderr, "look-up: %s\n", err.msg);
	ldb_close(a.db);
	ldb_facts_close(a.facts);
	stk_ctx_free(a.ctx);
	return r < 0;
}
