/* SPDX-License-Identifier: MIT */
/* Where builds were seen. */
#include "answer.h"
#include "build-row.h"
#include "db.h"

/* '' is NULL to those who ask. */
static int optional_text(const struct db_rows *rows, int column, struct arena *arena,
			 const char **ret)
{
	const char *text = db_text(rows, column);

	*ret = NULL;
	return text && *text ? row_text(rows, column, arena, ret) : 0;
}

static int add_origin(struct ldb_origins *list, struct arena *arena,
		      const struct db_rows *rows, struct stk_error *err)
{
	struct ldb_origin *o = answer_grow(arena, &list->item, &list->count, sizeof(*o));

	if (!o || row_text(rows, 0, arena, &o->path) || row_text(rows, 1, arena, &o->name) ||
	    optional_text(rows, 2, arena, &o->tool) ||
	    optional_text(rows, 3, arena, &o->version) ||
	    optional_text(rows, 4, arena, &o->component))
		return stk_fail_nomem(err);
	o->when = db_int(rows, 5);
	if (!o->path || !o->name)
		return db_fail_damaged(rows, err);
	return 0;
}

int ldb_build_origins(struct ldb *db, int64_t build, const struct ldb_origins **ret,
		      struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	struct arena *arena;
	answer_cleanup struct ldb_origins *list = answer_new(sizeof(*list), &arena);
	int r;

	if (!list)
		return stk_fail_nomem(err);
	r = db_query(db, &rows, err,
		     "SELECT path, name, tool, version, component, seen FROM origin"
		     " WHERE build = ? ORDER BY seen, id",
		     "i", build);
	while (!r && (r = db_next(rows, err)) > 0)
		r = add_origin(list, arena, rows, err);
	if (r < 0)
		return r;
	*ret = list;
	list = NULL;
	return 0;
}
