/* SPDX-License-Identifier: MIT */
/*
 * A third party's use of the loader database: libloaderdb, through pkg-config.
 *
 *	database FILE LOADER DEVICE
 */
#include <inttypes.h>
#include <stdio.h>
#include <stoker/loaderdb.h>

static int complain(const char *what, const struct stk_error *err)
{
	fprintf(stderr, "%s: %s (%s)\n", what, err->msg, err->cause);
	return 1;
}

static int told(void *data, const struct ldb_import_row *row)
{
	if (row->sha256)
		printf("%s %.12s\n", row->is_new ? "new" : "known", row->sha256);
	else
		printf("not imported: %s\n", row->error.msg);
	return 0;
}

static int list(struct ldb *db, int64_t *ret_id, struct stk_error *err)
{
	const struct ldb_query all = { .size = sizeof(all) };
	const struct ldb_builds *builds;
	int r = ldb_builds_find(db, &all, &builds, err);

	if (r)
		return r;
	for (size_t i = 0; i < builds->count; i++) {
		const struct ldb_build *b = &builds->item[i];

		printf("build %s %s at 0x%08" PRIx64 "\n", b->name, b->format, b->range.addr);
		*ret_id = b->id;
	}
	ldb_free(builds);
	return 0;
}

static int say_good(struct ldb *db, int64_t build, const char *device, struct stk_error *err)
{
	const struct ldb_verdict good = {
		.kind = LDB_GOOD,
		.chip = device,
		.reason = "it works on our bench",
		.source = "a third party",
	};

	return ldb_verdict_add(db, build, &good, NULL, 0, err);
}

static int resolve(struct ldb *db, const char *device, struct stk_error *err)
{
	const struct ldb_question question = {
		.size = sizeof(question),
		.device = device,
		.or_good = true,
	};
	const struct ldb_answer *answer;
	int r = ldb_resolve(db, &question, &answer, err);

	if (r)
		return r;
	for (size_t i = 0; i < answer->n_places; i++)
		printf("use %s: %s\n", answer->places[i].candidates[0].build->name,
		       answer->places[i].candidates[0].why);
	ldb_free(answer);
	return 0;
}

static int work(struct stk_ctx *ctx, struct ldb_facts *facts, char **argv,
		struct stk_error *err)
{
	const struct ldb_options opt = { .size = sizeof(opt), .path = argv[1], .facts = facts };
	int64_t build = 0;
	struct ldb *db;
	int r = ldb_open(ctx, &opt, &db, err);

	if (r)
		return r;
	r = ldb_import_path(db, ctx, argv[2], told, NULL, err);
	if (!r)
		r = list(db, &build, err);
	if (!r)
		r = say_good(db, build, argv[3], err);
	if (!r)
		r = resolve(db, argv[3], err);
	ldb_close(db);
	return r;
}

int main(int argc, char **argv)
{
	struct ldb_facts *facts;
	struct stk_error err;
	struct stk_ctx *ctx;
	int r;

	if (argc != 4)
		return 2;
	r = stk_ctx_new(NULL, &ctx, &err);
	if (r)
		return complain("stk_ctx_new", &err);
	r = ldb_facts_open(NULL, &facts, &err);
	if (!r) {
		r = work(ctx, facts, argv, &err);
		ldb_facts_close(facts);
	}
	stk_ctx_free(ctx);
	return r ? complain("database", &err) : 0;
}
