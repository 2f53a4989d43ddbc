/* SPDX-License-Identifier: MIT */
/*
 * Is the file whole? What cannot be read any more is a problem among others, so
 * that the rest is looked at too.
 */
#include <errno.h>
#include <string.h>

#include "answer.h"
#include "db.h"

/* A file that is damaged everywhere need not be told of for ever. */
#define MAX_PROBLEMS 100

struct checking {
	struct ldb *db;
	struct ldb_check_result *result;
	struct arena *arena;
};

static int add_problem(struct checking *c, const char *text, struct stk_error *err)
{
	const char **item;

	if (c->result->n_problems == MAX_PROBLEMS)
		return 0;
	item = answer_grow(c->arena, &c->result->problems, &c->result->n_problems,
			   sizeof(*item));
	if (item)
		*item = text;
	return text && item ? 0 : stk_fail_nomem(err);
}

/* What SQLite refuses to do is what is wrong; out of memory is not. */
static int problem_of(struct checking *c, int r, const struct stk_error *why,
		      struct stk_error *err)
{
	if (r == -ENOMEM)
		return stk_fail_nomem(err);
	return r < 0 ? add_problem(c, arena_strdup(c->arena, why->msg), err) : 0;
}

/* ---- what SQLite checks ----------------------------------------------- */

static int add_integrity(struct checking *c, const struct db_rows *rows,
			 struct stk_error *err)
{
	const char *text = db_text(rows, 0);

	if (!text || !strcmp(text, "ok"))
		return 0;
	return add_problem(c, arena_printf(c->arena, "SQLite says: %.400s", text), err);
}

static int add_foreign(struct checking *c, const struct db_rows *rows,
		       struct stk_error *err)
{
	const char *table = db_text(rows, 0), *other = db_text(rows, 2);

	return add_problem(c, arena_printf(c->arena,
					   "row %lld of '%s' speaks of a row of '%s' that is"
					   " not there",
					   (long long)db_int(rows, 1), table ? table : "?",
					   other ? other : "?"), err);
}

/* Bytes that nothing speaks of: what was to be kept with them is lost. */
static int add_orphan(struct checking *c, const struct db_rows *rows,
		      struct stk_error *err)
{
	const char *sha256 = db_text(rows, 0);

	return add_problem(c, arena_printf(c->arena, "the bytes %.64s belong to nothing",
					   sha256 ? sha256 : "?"), err);
}

static int add_digest(struct checking *c, const struct db_rows *rows,
		      struct stk_error *err)
{
	const char *sha256 = db_text(rows, 0);
	size_t len;
	const void *bytes = db_bytes(rows, 2, &len);
	char hex[65];

	stk_sha256_hex(len && bytes ? bytes : "", bytes ? len : 0, hex);
	if (sha256 && !strcmp(sha256, hex) && db_int(rows, 1) == (int64_t)len)
		return 0;
	return add_problem(c, arena_printf(c->arena, "the bytes kept as %.64s are %s",
					   sha256 ? sha256 : "?", hex), err);
}

/* clang-format off */
static const struct {
	const char *sql;
	int (*add)(struct checking *c, const struct db_rows *rows, struct stk_error *err);
} checks[] = {
	{ "PRAGMA integrity_check(50)", add_integrity },
	{ "PRAGMA foreign_key_check", add_foreign },
	{ "SELECT sha256, size, data FROM bytes", add_digest },
	{ "SELECT sha256 FROM bytes EXCEPT SELECT sha256 FROM build"
	  " EXCEPT SELECT evidence FROM verdict EXCEPT SELECT before_sha256 FROM swap"
	  " EXCEPT SELECT after_sha256 FROM swap"
	  " EXCEPT SELECT b.sha256 FROM swap_state t JOIN bytes b ON instr(t.told, b.sha256)",
	  add_orphan },
};
/* clang-format on */

static int run_check(struct checking *c, size_t i, struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	struct stk_error why;
	int r = db_query(c->db, &rows, &why, checks[i].sql, "");

	while (!r && (r = db_next(rows, &why)) > 0) {
		r = checks[i].add(c, rows, err);
		if (r < 0)
			return r;
	}
	return problem_of(c, r, &why, err);
}

/* ---- how much there is ------------------------------------------------ */

static int count(struct checking *c, const char *sql, uint64_t *ret, struct stk_error *err)
{
	struct stk_error why;
	int64_t n = 0;
	int r = db_number(c->db, &n, &why, sql, "");

	*ret = (uint64_t)n;
	return problem_of(c, r, &why, err);
}

static int count_all(struct checking *c, struct stk_error *err)
{
	struct ldb_check_result *res = c->result;
	const struct {
		const char *sql;
		uint64_t *ret;
	} counts[] = {
		{ "SELECT count(*) FROM build", &res->builds },
		{ "SELECT count(*) FROM bytes", &res->bytes },
		{ "SELECT count(*) FROM origin", &res->origins },
		{ "SELECT count(*) FROM verdict", &res->verdicts },
		{ "SELECT count(*) FROM pin", &res->pins },
		{ "SELECT count(*) FROM swap", &res->swaps },
		{ "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
		  &res->stored },
	};
	int r = 0;

	for (size_t i = 0; !r && i < sizeof(counts) / sizeof(counts[0]); i++)
		r = count(c, counts[i].sql, counts[i].ret, err);
	return r;
}

int ldb_check(struct ldb *db, const struct ldb_check_result **ret, struct stk_error *err)
{
	struct arena *arena;
	answer_cleanup struct ldb_check_result *result =
		answer_new(sizeof(*result), &arena);
	struct checking c = { .db = db, .result = result };
	int r = 0;

	if (!result)
		return stk_fail_nomem(err);
	c.arena = arena;
	for (size_t i = 0; !r && i < sizeof(checks) / sizeof(checks[0]); i++)
		r = run_check(&c, i, err);
	if (!r)
		r = count_all(&c, err);
	if (r < 0)
		return r;
	*ret = result;
	result = NULL;
	return 0;
}
