/* SPDX-License-Identifier: MIT */
/* Verdicts: who says what of a build, side by side. */
#include <errno.h>
#include <string.h>
#include <time.h>

#include "answer.h"
#include "build-row.h"
#include "db.h"

static const char *const names[] = {
	[LDB_GOOD] = "good",
	[LDB_BAD] = "bad",
	[LDB_DISPUTED] = "disputed",
};

const char *ldb_verdict_name(enum ldb_verdict_kind kind)
{
	return names[kind];
}

/* What nobody gave, and what was given as "", is the same. */
static const char *given(const char *text)
{
	return text && *text ? text : NULL;
}

static int check_verdict(const struct ldb_verdict *v, struct stk_error *err)
{
	if ((unsigned int)v->kind >= sizeof(names) / sizeof(names[0]))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				"a verdict is good, bad or disputed");
	if (!given(v->reason))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "usage",
				"a verdict needs a reason: what was seen, and where");
	return 0;
}

static int insert(struct ldb *db, int64_t build, const struct ldb_verdict *v,
		  const char *evidence, struct stk_error *err)
{
	return db_run(db, err,
		      "INSERT INTO verdict (build, kind, chip, option_state, host, reason,"
		      " source, evidence, evidence_name, made)"
		      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		      "issssssssi", build, names[v->kind], given(v->chip),
		      given(v->option_state), given(v->host), v->reason, given(v->source),
		      evidence, evidence ? given(v->evidence_name) : NULL,
		      (int64_t)time(NULL));
}

int ldb_verdict_add(struct ldb *db, int64_t build, const struct ldb_verdict *verdict,
		    const void *evidence, size_t evidence_len, struct stk_error *err)
{
	char hex[65];
	int r = check_verdict(verdict, err);

	if (!r)
		r = db_begin(db, err);
	if (r < 0)
		return r;
	if (evidence)
		r = db_keep(db, evidence, evidence_len, hex, err);
	if (!r)
		r = insert(db, build, verdict, evidence ? hex : NULL, err);
	if (r < 0) {
		db_rollback(db);
		return r;
	}
	return db_commit(db, err);
}

static int read_kind(const struct db_rows *rows, enum ldb_verdict_kind *ret,
		     struct stk_error *err)
{
	const char *text = db_text(rows, 1);

	for (size_t i = 0; text && i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(text, names[i])) {
			*ret = (enum ldb_verdict_kind)i;
			return 0;
		}
	return db_fail_damaged(rows, err);
}

static int add_verdict(struct ldb_verdicts *list, struct arena *arena,
		       const struct db_rows *rows, struct stk_error *err)
{
	struct ldb_verdict *v = answer_grow(arena, &list->item, &list->count, sizeof(*v));

	if (!v || row_text(rows, 2, arena, &v->chip) ||
	    row_text(rows, 3, arena, &v->option_state) ||
	    row_text(rows, 4, arena, &v->host) || row_text(rows, 5, arena, &v->reason) ||
	    row_text(rows, 6, arena, &v->source) ||
	    row_text(rows, 7, arena, &v->evidence_sha256) ||
	    row_text(rows, 8, arena, &v->evidence_name))
		return stk_fail_nomem(err);
	v->id = db_int(rows, 0);
	v->when = db_int(rows, 9);
	return v->reason ? read_kind(rows, &v->kind, err) : db_fail_damaged(rows, err);
}

int ldb_verdicts_of(struct ldb *db, int64_t build, const struct ldb_verdicts **ret,
		    struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	struct arena *arena;
	answer_cleanup struct ldb_verdicts *list = answer_new(sizeof(*list), &arena);
	int r;

	if (!list)
		return stk_fail_nomem(err);
	r = db_query(db, &rows, err,
		     "SELECT id, kind, chip, option_state, host, reason, source, evidence,"
		     " evidence_name, made FROM verdict WHERE build = ? ORDER BY made, id",
		     "i", build);
	while (!r && (r = db_next(rows, err)) > 0)
		r = add_verdict(list, arena, rows, err);
	if (r < 0)
		return r;
	*ret = list;
	list = NULL;
	return 0;
}
