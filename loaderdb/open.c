/* SPDX-License-Identifier: MIT */
/* Open the database: where it is, whether it is one, which schema it has. */
#include "db.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "answer.h"

/* "STOK", in the header of every such file (SQLite file format, 1.3.18). */
#define APPLICATION_ID	0x53544f4b
#define SCHEMA_VERSION	1

extern const char ldb_schema_1[];

/* From schema number index to the next one. */
static const char *const migrations[SCHEMA_VERSION] = { ldb_schema_1 };

/* ---- where ------------------------------------------------------------ */

static char *join(const char *folder, const char *name)
{
	char *path;

	return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

/* Of the environment, what is not empty. */
static const char *env(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

static int default_path(char **ret, struct stk_error *err)
{
	if (env("STOKER_DB"))
		*ret = strdup(env("STOKER_DB"));
	/* The specification: a relative one is to be ignored. */
	else if (env("XDG_DATA_HOME") && *env("XDG_DATA_HOME") == '/')
		*ret = join(env("XDG_DATA_HOME"), "stoker/loaders.db");
	else if (env("HOME"))
		*ret = join(env("HOME"), ".local/share/stoker/loaders.db");
	else
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "no-database-path",
				"there is no HOME to keep the loader database in;"
				" name it with --db or STOKER_DB");
	return *ret ? 0 : stk_fail_nomem(err);
}

static int make_folders(const char *path, struct stk_error *err)
{
	stk_cleanup_free char *folder = strdup(path);

	if (!folder)
		return stk_fail_nomem(err);
	for (char *slash = strchr(folder + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(folder, 0700) < 0 && errno != EEXIST)
			return stk_fail(err, STK_ORIGIN_DATABASE, errno, "cannot-create",
					"cannot make the folder '%s' for the loader database: %s",
					folder, strerror(errno));
		*slash = '/';
	}
	return 0;
}

/* Is it there? If not, may it be made? */
static int prepare_place(const char *path, bool must_exist, struct stk_error *err)
{
	struct stat st;

	if (stat(path, &st) == 0) {
		if (S_ISREG(st.st_mode))
			return 0;
		return stk_fail(err, STK_ORIGIN_DATABASE, EINVAL, "no-database",
				"'%s' is not a file: it cannot be a loader database", path);
	}
	if (errno != ENOENT && errno != ENOTDIR)
		return stk_fail(err, STK_ORIGIN_DATABASE, errno, "cannot-open",
				"cannot open the loader database '%s': %s", path,
				strerror(errno));
	if (must_exist)
		return stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "no-database",
				"there is no loader database '%s'; 'stoker db import' makes one",
				path);
	return make_folders(path, err);
}

/* ---- schema ----------------------------------------------------------- */

static int read_schema(struct ldb *db, int64_t *ret, struct stk_error *err)
{
	int64_t id, tables;
	int r = db_number(db, &id, err, "PRAGMA application_id", "");

	if (!r)
		r = db_number(db, ret, err, "PRAGMA user_version", "");
	if (!r)
		r = db_number(db, &tables, err, "SELECT count(*) FROM sqlite_schema", "");
	if (r < 0)
		return r;
	if (id != APPLICATION_ID && (id || *ret || tables))
		return stk_fail(err, STK_ORIGIN_DATABASE, EINVAL, "no-database",
				"'%s' is a database of another program: it is left alone",
				db->path);
	if (*ret > SCHEMA_VERSION)
		return stk_fail(err, STK_ORIGIN_DATABASE, EINVAL, "newer-schema",
				"the loader database '%s' has schema %lld, this program knows %d:"
				" a newer stoker made it; it is left alone",
				db->path, (long long)*ret, SCHEMA_VERSION);
	return 0;
}

/* All of one moment: another process may be making it. */
static int read_schema_at_once(struct ldb *db, int64_t *ret, struct stk_error *err)
{
	int r = db_script(db, "BEGIN", err), end;

	if (r < 0)
		return r;
	r = read_schema(db, ret, err);
	end = db_script(db, "END", r ? NULL : err);
	return r ? r : end;
}

/* In one transaction, so that a process killed here leaves the older schema. */
static int migrate(struct ldb *db, struct stk_error *err)
{
	char number[64];
	int64_t version;
	int r = db_begin(db, err);

	if (r < 0)
		return r;
	/* Another process may have been faster. */
	r = read_schema(db, &version, err);
	for (; !r && version < SCHEMA_VERSION; version++)
		r = db_script(db, migrations[version], err);
	snprintf(number, sizeof(number), "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 APPLICATION_ID, SCHEMA_VERSION);
	if (!r)
		r = db_script(db, number, err);
	if (r < 0) {
		db_rollback(db);
		return r;
	}
	return db_commit(db, err);
}

/*
 * Two processes that make one database both switch it to a log. For that SQLite
 * makes a writer of a reader, which it does not wait for (its busy handler could
 * wait for ever): the other one is done in a moment.
 */
static int use_log(struct ldb *db, struct stk_error *err)
{
	const struct timespec moment = { .tv_nsec = 10 * 1000 * 1000 };
	int r = db_script(db, "PRAGMA journal_mode = WAL", err);

	for (int ms = 0; r == -EBUSY && ms < DB_BUSY_MS; ms += 10) {
		nanosleep(&moment, NULL);
		r = db_script(db, "PRAGMA journal_mode = WAL", err);
	}
	return r;
}

static int set_up(struct ldb *db, struct stk_error *err)
{
	int64_t version;
	int r = read_schema_at_once(db, &version, err);

	if (!r && db->read_only && version < SCHEMA_VERSION)
		return stk_fail(err, STK_ORIGIN_DATABASE, EACCES, "read-only",
				"the loader database '%s' has schema %lld and must be brought up to"
				" date, but it cannot be written", db->path, (long long)version);
	if (r || db->read_only)
		return r;
	r = use_log(db, err);
	/* What a commit reported done survives a power cut: FULL syncs the log. */
	if (!r)
		r = db_script(db, "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON", err);
	if (!r && version < SCHEMA_VERSION)
		r = migrate(db, err);
	return r;
}

/* ---- public ----------------------------------------------------------- */

static void closep(struct ldb **db)
{
	ldb_close(*db);
}

int ldb_open(struct stk_ctx *ctx, const struct ldb_options *opt, struct ldb **ret,
	     struct stk_error *err)
{
	const struct ldb_options none = { .size = sizeof(none) };
	__attribute__((cleanup(closep))) struct ldb *db = calloc(1, sizeof(*db));
	stk_cleanup_free char *path = NULL;
	int r;

	if (!opt)
		opt = &none;
	if (!db)
		return stk_fail_nomem(err);
	if (opt->path)
		path = strdup(opt->path);
	r = path ? 0 : opt->path ? stk_fail_nomem(err) : default_path(&path, err);
	if (!r)
		r = prepare_place(path, opt->must_exist, err);
	if (!r)
		r = db_connect(db, path, !opt->must_exist, err);
	if (!r)
		r = set_up(db, err);
	if (r < 0)
		return r;
	db->ctx = ctx;
	db->facts = opt->facts;
	*ret = db;
	db = NULL;
	return 0;
}

void ldb_close(struct ldb *db)
{
	if (!db)
		return;
	db_disconnect(db);
	free(db);
}

const char *ldb_path(const struct ldb *db)
{
	return db->path;
}
