/* SPDX-License-Identifier: MIT */
/* build-row.h - a build, as a query gives it */
#ifndef BUILD_ROW_H
#define BUILD_ROW_H

#include "answer.h"
#include "db.h"

/* Of the table build, which the query calls b. */
#define BUILD_COLUMNS                                                               \
	"b.id, b.sha256, b.code_sha256, b.table_sha256, b.name, "                   \
	"(SELECT size FROM bytes WHERE bytes.sha256 = b.sha256), b.format, "        \
	"b.problem, b.device_name, b.start, b.length, b.family, b.first_seen"
#define BUILD_N_COLUMNS 13

/* The build whose BUILD_COLUMNS begin at @column; its texts go into @arena. */
int build_row(const struct db_rows *rows, int column, struct arena *arena,
	      struct ldb_build *ret, struct stk_error *err) stk_must_check;

/* By its number, with its texts in @arena. */
int build_load(struct ldb *db, int64_t id, struct arena *arena, struct ldb_build *ret,
	       struct stk_error *err) stk_must_check;

/* A text of the row, in @arena; NULL stays NULL. -ENOMEM, without a sentence. */
int row_text(const struct db_rows *rows, int column, struct arena *arena,
	     const char **ret) stk_must_check;

#endif
