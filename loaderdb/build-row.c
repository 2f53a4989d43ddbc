/* SPDX-License-Identifier: MIT */
/* A build, as a query gives it. */
#include "build-row.h"

#include <errno.h>
#include <string.h>

int row_text(const struct db_rows *rows, int column, struct arena *arena, const char **ret)
{
	const char *text = db_text(rows, column);

	*ret = text ? arena_strdup(arena, text) : NULL;
	return text && !*ret ? -ENOMEM : 0;
}

int build_row(const struct db_rows *rows, int column, struct arena *arena,
	      struct ldb_build *ret, struct stk_error *err)
{
	struct ldb_build b = {
		.id = db_int(rows, column),
		.size = (uint64_t)db_int(rows, column + 5),
		.has_range = !db_null(rows, column + 9) && !db_null(rows, column + 10),
		.range = { (uint64_t)db_int(rows, column + 9),
			   (uint64_t)db_int(rows, column + 10) },
		.first_seen = db_int(rows, column + 12),
	};

	if (row_text(rows, column + 1, arena, &b.sha256) ||
	    row_text(rows, column + 2, arena, &b.code_sha256) ||
	    row_text(rows, column + 3, arena, &b.table_sha256) ||
	    row_text(rows, column + 4, arena, &b.name) ||
	    row_text(rows, column + 6, arena, &b.format) ||
	    row_text(rows, column + 7, arena, &b.problem) ||
	    row_text(rows, column + 8, arena, &b.device_name) ||
	    row_text(rows, column + 11, arena, &b.family))
		return stk_fail_nomem(err);
	/* Only a damaged file lacks these. */
	if (!b.sha256 || strlen(b.sha256) != 64 || !b.name)
		return db_fail_damaged(rows, err);
	*ret = b;
	return 0;
}

int build_load(struct ldb *db, int64_t id, struct arena *arena, struct ldb_build *ret,
	       struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	int r = db_query(db, &rows, err,
			 "SELECT " BUILD_COLUMNS " FROM build b WHERE b.id = ?", "i", id);

	if (!r)
		r = db_next(rows, err);
	if (r > 0)
		r = build_row(rows, 0, arena, ret, err);
	else if (!r)
		r = stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "no-build",
			     "there is no build number %lld in '%s'", (long long)id,
			     db->path);
	return r < 0 ? r : 0;
}
