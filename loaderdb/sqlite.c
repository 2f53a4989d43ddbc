/* SPDX-License-Identifier: MIT */
/*
 * The one file that knows SQLite. The library is mapped when a database is
 * opened, so that what needs none stays small; its header gives the types.
 */
#include "db.h"

#include <dlfcn.h>
#include <errno.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "answer.h"

/* clang-format off */
#define SQLITE_FUNCTIONS(X) \
	X(open_v2) X(close_v2) X(busy_timeout) X(extended_result_codes) X(exec) X(prepare_v2) \
	X(finalize) X(step) X(bind_text) X(bind_int64) X(bind_blob64) X(bind_null) \
	X(column_text) X(column_int64) X(column_blob) X(column_bytes) X(column_type) \
	X(errmsg) X(errstr) X(extended_errcode) X(last_insert_rowid) X(get_autocommit) \
	X(system_errno)
/* clang-format on */

struct sqlite {
	void *library;
	sqlite3 *handle;
#define X(name) __typeof__(&sqlite3_##name) name;
	SQLITE_FUNCTIONS(X)
#undef X
};

struct db_rows {
	struct ldb *db;
	sqlite3_stmt *statement;
};

/* ---- errors ----------------------------------------------------------- */

static int sqlite_errno(int code)
{
	switch (code & 0xff) {
	case SQLITE_NOMEM:
		return ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return EBUSY;
	case SQLITE_FULL:
		return ENOSPC;
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return EACCES;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return EUCLEAN;
	}
	return EIO;
}

/* What the user can do about it; "" where the words of SQLite must do. */
static const char *sqlite_advice(int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
		return "; another process writes to it: try again when that has ended";
	case SQLITE_FULL:
		return "; the disk is full: nothing was changed";
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
		return "; it and its folder must be writable";
	case SQLITE_CORRUPT:
		return "; 'stoker db check' tells more";
	}
	return "";
}

static int fail_sqlite(const struct ldb *db, struct stk_error *err)
{
	const struct sqlite *s = db->sqlite;
	int code = s->extended_errcode(s->handle);

	return stk_fail(err, STK_ORIGIN_DATABASE, sqlite_errno(code), "database",
			"the loader database '%s': %s%s", db->path, s->errmsg(s->handle),
			sqlite_advice(code));
}

/* ---- the library ------------------------------------------------------ */

static int map_library(struct sqlite *s, struct stk_error *err)
{
	s->library = dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_LOCAL);
	if (!s->library)
		return stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "no-sqlite",
				"the loader database needs SQLite 3 (package libsqlite3-0, or"
				" sqlite-libs): %s", dlerror());
#define X(name)                                                               \
	s->name = (__typeof__(s->name))dlsym(s->library, "sqlite3_" #name);   \
	if (!s->name)                                                         \
		return stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "no-sqlite", \
				"the SQLite here lacks sqlite3_" #name);
	SQLITE_FUNCTIONS(X)
#undef X
	return 0;
}

/* ---- what cannot be written ------------------------------------------- */

static bool writable(const char *path)
{
	stk_cleanup_free char *copy = strdup(path);

	return copy && !access(path, W_OK) && !access(dirname(copy), W_OK);
}

/* Something is in its log: then the file alone is not the whole. */
static bool has_log(const char *path)
{
	stk_cleanup_free char *log = NULL;
	struct stat st;

	if (asprintf(&log, "%s-wal", path) < 0)
		log = NULL;
	return log && !stat(log, &st) && st.st_size > 0;
}

/*
 * SQLite puts files beside a database with a log, even to read it. Where it can
 * not, and no log is there, nobody writes: so it is asked to do without (SQLite,
 * "Uniform Resource Identifiers": immutable).
 */
static char *immutable_uri(const char *path)
{
	char *uri = malloc(3 * strlen(path) + sizeof("file:?immutable=1")), *p;

	if (!uri)
		return NULL;
	p = stpcpy(uri, "file:");
	for (; *path; path++)
		if (strchr("%?#", *path))
			p += sprintf(p, "%%%02X", (unsigned char)*path);
		else
			*p++ = *path;
	strcpy(p, "?immutable=1");
	return uri;
}

static int open_handle(struct ldb *db, bool create, struct stk_error *err)
{
	struct sqlite *s = db->sqlite;
	stk_cleanup_free char *uri = NULL;
	int r;

	db->read_only = !create && !writable(db->path);
	if (db->read_only && !has_log(db->path)) {
		uri = immutable_uri(db->path);
		if (!uri)
			return stk_fail_nomem(err);
	}
	r = s->open_v2(uri ? uri : db->path, &s->handle,
		       (db->read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) |
			       (create ? SQLITE_OPEN_CREATE : 0) |
			       (uri ? SQLITE_OPEN_URI : 0),
		       NULL);
	if (r != SQLITE_OK && !s->handle)
		return stk_fail_nomem(err);
	return r == SQLITE_OK ? 0 : fail_sqlite(db, err);
}

int db_connect(struct ldb *db, const char *path, bool create, struct stk_error *err)
{
	struct sqlite *s = calloc(1, sizeof(*s));
	int r;

	db->sqlite = s;
	db->path = strdup(path);
	if (!s || !db->path)
		return stk_fail_nomem(err);
	r = map_library(s, err);
	if (r < 0)
		return r;
	r = open_handle(db, create, err);
	if (r < 0)
		return r;
	s->extended_result_codes(s->handle, 1);
	s->busy_timeout(s->handle, DB_BUSY_MS);
	return 0;
}

void db_disconnect(struct ldb *db)
{
	struct sqlite *s = db->sqlite;

	if (s && s->handle)
		s->close_v2(s->handle);
	if (s && s->library)
		dlclose(s->library);
	free(s);
	free(db->path);
	db->sqlite = NULL;
	db->path = NULL;
}

/* ---- statements ------------------------------------------------------- */

int db_script(struct ldb *db, const char *sql, struct stk_error *err)
{
	struct sqlite *s = db->sqlite;

	return s->exec(s->handle, sql, NULL, NULL, NULL) ? fail_sqlite(db, err) : 0;
}

static int bind_one(const struct sqlite *s, sqlite3_stmt *statement, int i, char type,
		    va_list *args)
{
	const char *text;
	const void *bytes;
	size_t len;

	switch (type) {
	case 's':
		text = va_arg(*args, const char *);
		return text ? s->bind_text(statement, i, text, -1, SQLITE_STATIC) :
			      s->bind_null(statement, i);
	case 'i':
		return s->bind_int64(statement, i, va_arg(*args, int64_t));
	case 'b':
		bytes = va_arg(*args, const void *);
		len = va_arg(*args, size_t);
		/* A NULL pointer would be NULL, and no bytes at all. */
		return s->bind_blob64(statement, i, len ? bytes : "", len, SQLITE_STATIC);
	case 'n':
		(void)va_arg(*args, int64_t);
		break;
	}
	return s->bind_null(statement, i);
}

static int query(struct ldb *db, struct db_rows **ret, struct stk_error *err,
		 const char *sql, const char *types, va_list *args)
{
	const struct sqlite *s = db->sqlite;
	struct db_rows *rows = calloc(1, sizeof(*rows));
	int r;

	if (!rows)
		return stk_fail_nomem(err);
	rows->db = db;
	r = s->prepare_v2(s->handle, sql, -1, &rows->statement, NULL);
	for (int i = 1; r == SQLITE_OK && types[i - 1]; i++)
		r = bind_one(s, rows->statement, i, types[i - 1], args);
	if (r != SQLITE_OK) {
		r = fail_sqlite(db, err);
		db_end(rows);
		return r;
	}
	*ret = rows;
	return 0;
}

int db_query(struct ldb *db, struct db_rows **ret, struct stk_error *err, const char *sql,
	     const char *types, ...)
{
	va_list args;
	int r;

	va_start(args, types);
	r = query(db, ret, err, sql, types, &args);
	va_end(args);
	return r;
}

int db_next(struct db_rows *rows, struct stk_error *err)
{
	switch (rows->db->sqlite->step(rows->statement)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	}
	return fail_sqlite(rows->db, err);
}

void db_end(struct db_rows *rows)
{
	if (rows)
		rows->db->sqlite->finalize(rows->statement);
	free(rows);
}

int db_run(struct ldb *db, struct stk_error *err, const char *sql, const char *types, ...)
{
	db_cleanup struct db_rows *rows = NULL;
	va_list args;
	int r;

	va_start(args, types);
	r = query(db, &rows, err, sql, types, &args);
	va_end(args);
	while (!r && (r = db_next(rows, err)) > 0)
		r = 0;
	return r;
}

int db_number(struct ldb *db, int64_t *ret, struct stk_error *err, const char *sql,
	      const char *types, ...)
{
	db_cleanup struct db_rows *rows = NULL;
	va_list args;
	int r;

	va_start(args, types);
	r = query(db, &rows, err, sql, types, &args);
	va_end(args);
	if (!r)
		r = db_next(rows, err);
	if (r <= 0)
		return r < 0 ? r : -ENOENT;
	*ret = db_int(rows, 0);
	return 0;
}

const char *db_text(const struct db_rows *rows, int column)
{
	return (const char *)rows->db->sqlite->column_text(rows->statement, column);
}

int64_t db_int(const struct db_rows *rows, int column)
{
	return rows->db->sqlite->column_int64(rows->statement, column);
}

const void *db_bytes(const struct db_rows *rows, int column, size_t *ret_len)
{
	const struct sqlite *s = rows->db->sqlite;
	const void *bytes = s->column_blob(rows->statement, column);

	*ret_len = (size_t)s->column_bytes(rows->statement, column);
	return bytes;
}

bool db_null(const struct db_rows *rows, int column)
{
	return rows->db->sqlite->column_type(rows->statement, column) == SQLITE_NULL;
}

int db_fail_damaged(const struct db_rows *rows, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_DATABASE, EUCLEAN, "damaged",
			"the loader database '%s' is damaged; 'stoker db check' tells more",
			rows->db->path);
}

int64_t db_last_id(const struct ldb *db)
{
	return db->sqlite->last_insert_rowid(db->sqlite->handle);
}

/* ---- transactions ----------------------------------------------------- */

int db_begin(struct ldb *db, struct stk_error *err)
{
	/* At once a writer: a reader that turns one later may be refused. */
	int r = db->depth ? 0 : db_script(db, "BEGIN IMMEDIATE", err);

	if (!r)
		db->depth++;
	return r;
}

int db_commit(struct ldb *db, struct stk_error *err)
{
	int r = db->depth == 1 ? db_script(db, "COMMIT", err) : 0;

	if (r < 0)
		db_rollback(db);
	else
		db->depth--;
	return r;
}

/* The outermost one too: what is inside it cannot be taken back alone. */
void db_rollback(struct ldb *db)
{
	const struct sqlite *s = db->sqlite;

	if (db->depth && !s->get_autocommit(s->handle))
		s->exec(s->handle, "ROLLBACK", NULL, NULL, NULL);
	db->depth = 0;
}
