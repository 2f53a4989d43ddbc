/* SPDX-License-Identifier: MIT */
/*
 * db.h - an open database, and statements on it
 *
 * The rest of libloaderdb speaks SQL through these few functions and never sees
 * SQLite's own header. A statement is a scope:
 *
 *	db_cleanup struct db_rows *rows = NULL;
 *	int r = db_query(db, &rows, err, "SELECT name FROM build WHERE id = ?", "i", id);
 *
 *	while (!r && (r = db_next(rows, err)) > 0)
 *		use(db_text(rows, 0));
 *
 * Arguments follow as @types says: s text (NULL is NULL), i int64_t, b bytes
 * (const void *, size_t), n an int64_t that does not count: NULL. They must stay
 * as they are until the statement ended.
 */
#ifndef DB_H
#define DB_H

#include <stoker/loaderdb.h>

/* How long another process may write until we give up, in ms. */
#define DB_BUSY_MS 30000

struct sqlite;
struct db_rows;

struct ldb {
	struct sqlite *sqlite;
	struct stk_ctx *ctx;
	struct ldb_facts *facts; /* NULL: none given */
	char *path;
	unsigned int depth; /* of transactions */
	bool read_only;     /* it, or its folder, cannot be written */
};

/* ---- sqlite.c --------------------------------------------------------- */

/*
 * Map SQLite and open @path. @create: make it where it is not there; else one that
 * cannot be written can still be read. Nothing is written yet.
 */
int db_connect(struct ldb *db, const char *path, bool create,
	       struct stk_error *err) stk_must_check;
void db_disconnect(struct ldb *db);
/* Several statements without arguments, separated by ";". */
int db_script(struct ldb *db, const char *sql, struct stk_error *err) stk_must_check;
int db_query(struct ldb *db, struct db_rows **ret, struct stk_error *err, const char *sql,
	     const char *types, ...) stk_must_check;
/* 1: there is a row, 0: no more. */
int db_next(struct db_rows *rows, struct stk_error *err) stk_must_check;
/* A statement that gives no rows. */
int db_run(struct ldb *db, struct stk_error *err, const char *sql, const char *types,
	   ...) stk_must_check;
/* One number; -ENOENT, without a sentence, where there is no row. */
int db_number(struct ldb *db, int64_t *ret, struct stk_error *err, const char *sql,
	      const char *types, ...) stk_must_check;
/* Columns of the row; texts and bytes are valid until the next one. */
const char *db_text(const struct db_rows *rows, int column);
int64_t db_int(const struct db_rows *rows, int column);
const void *db_bytes(const struct db_rows *rows, int column, size_t *ret_len);
bool db_null(const struct db_rows *rows, int column);
/* The row holds what nobody can have put there. */
int db_fail_damaged(const struct db_rows *rows, struct stk_error *err);
void db_end(struct db_rows *rows);
int64_t db_last_id(const struct ldb *db);

/*
 * All or nothing; inside another one they do nothing, the outer one counts.
 * db_commit() that fails has rolled back. On the disk when the outermost
 * db_commit() returns 0.
 */
int db_begin(struct ldb *db, struct stk_error *err) stk_must_check;
int db_commit(struct ldb *db, struct stk_error *err) stk_must_check;
void db_rollback(struct ldb *db);

static inline void db_endp(struct db_rows **rows)
{
	db_end(*rows);
}
#define db_cleanup __attribute__((cleanup(db_endp)))

/* ---- store.c ---------------------------------------------------------- */

/* Keep bytes by their digest, which goes into @ret_hex; known ones once. */
int db_keep(struct ldb *db, const void *bytes, size_t len, char ret_hex[65],
	    struct stk_error *err) stk_must_check;

/* ---- build.c ---------------------------------------------------------- */

/* By its number; for ldb_free(). */
int db_build(struct ldb *db, int64_t id, const struct ldb_build **ret,
	     struct stk_error *err) stk_must_check;

#endif
