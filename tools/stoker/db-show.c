/* SPDX-License-Identifier: MIT */
/* stoker db show, export, check: one build in full, its bytes, the file itself */
#include "db.h"

static void free_shown(struct shown_build *s)
{
	ldb_free(s->build);
	ldb_free(s->origins);
	ldb_free(s->verdicts);
	ldb_free(s->sum);
}

static int fill_shown(struct db_args *a, struct shown_build *s, struct stk_error *err)
{
	struct ldb *db = a->opened.db;
	int r = ldb_build_find(db, a->words[0], &s->build, err);

	if (!r)
		r = ldb_build_origins(db, s->build->id, &s->origins, err);
	if (!r)
		r = ldb_verdicts_of(db, s->build->id, &s->verdicts, err);
	if (!r)
		r = ldb_judge(db, s->build->id, a->chip, a->option_state, a->host, &s->sum,
			      err);
	return r;
}

int db_show(struct db_args *a, struct stk_error *err)
{
	struct shown_build s = { .path = ldb_path(a->opened.db) };
	int r = fill_shown(a, &s, err);

	if (!r && a->opt.json)
		json_db_build(stdout, &s);
	else if (!r)
		text_db_build(stdout, &s);
	free_shown(&s);
	return r;
}

/* ---- the bytes -------------------------------------------------------- */

static int write_bytes(struct db_args *a, const struct ldb_build *build, const void *bytes,
		       size_t len, struct stk_error *err)
{
	const char *const inputs[] = { ldb_path(a->opened.db), NULL };
	struct output out;
	int r = output_begin(&out, a->output, inputs, err);

	if (r < 0)
		return r;
	fwrite(bytes, 1, len, out.out);
	r = output_commit(&out, err);
	if (!r && strcmp(a->output, "-")) {
		if (a->opt.json)
			json_db_exported(stdout, inputs[0], build, a->output);
		else
			text_db_exported(stdout, build, a->output);
	}
	return r;
}

int db_export(struct db_args *a, struct stk_error *err)
{
	const struct ldb_build *build = NULL;
	void *bytes = NULL;
	size_t len;
	int r;

	if (!a->output)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				"-o FILE says where the bytes go");
	if (a->opt.json && !strcmp(a->output, "-"))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				"--json and the bytes cannot both go to the standard output");
	r = ldb_build_find(a->opened.db, a->words[0], &build, err);
	if (!r)
		r = ldb_build_bytes(a->opened.db, build->sha256, &bytes, &len, err);
	if (!r)
		r = write_bytes(a, build, bytes, len, err);
	free(bytes);
	ldb_free(build);
	return r;
}

/* ---- the file --------------------------------------------------------- */

int db_check(struct db_args *a, struct stk_error *err)
{
	const char *path = ldb_path(a->opened.db);
	const struct ldb_check_result *result;
	int r = ldb_check(a->opened.db, &result, err);

	if (r < 0)
		return r;
	if (result->n_problems) {
		r = stk_fail(err, STK_ORIGIN_DATABASE, EUCLEAN, "damaged",
			     "the loader database '%.200s' is damaged: %zu problem%s", path,
			     result->n_problems, result->n_problems == 1 ? "" : "s");
		a->told = true;
		say_error("db", err);
	}
	if (a->opt.json)
		json_db_checked(stdout, path, result, r ? err : NULL);
	else
		text_db_checked(stdout, path, result);
	ldb_free(result);
	return r;
}
