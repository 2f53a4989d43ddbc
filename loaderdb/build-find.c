/* SPDX-License-Identifier: MIT */
/* The one build that a reference means: digest, name, name as seen somewhere. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "build-row.h"
#include "db.h"

#define MIN_DIGITS 8

struct find {
	struct ldb *db;
	const char *ref;
	struct ldb_builds *list;
	struct arena *arena;
};

/* Add what the query found; its one column is a build's id. */
static int collect(struct find *f, struct db_rows *rows, struct stk_error *err)
{
	int r;

	while ((r = db_next(rows, err)) > 0) {
		struct ldb_build *b = answer_grow(f->arena, &f->list->item, &f->list->count,
						  sizeof(*b));

		r = b ? build_row(rows, 0, f->arena, b, err) : stk_fail_nomem(err);
		if (r < 0)
			return r;
	}
	return r;
}

/* ---- by digest -------------------------------------------------------- */

/* Eight or more hex digits, in lower case: 64 at most. */
static bool digest_prefix(const char *ref, char ret[66])
{
	size_t len = strlen(ref);

	if (len < MIN_DIGITS || len > 64 || strspn(ref, "0123456789abcdefABCDEF") != len)
		return false;
	for (size_t i = 0; i <= len; i++)
		ret[i] = (char)tolower((unsigned char)ref[i]);
	return true;
}

static int find_digest(struct find *f, const char *prefix, struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	int r = db_query(f->db, &rows, err,
			 "SELECT " BUILD_COLUMNS " FROM build b"
			 " WHERE sha256 >= ?1 AND sha256 < ?1 || 'g' ORDER BY first_seen, id",
			 "s", prefix);

	return r ? r : collect(f, rows, err);
}

/* ---- by name ---------------------------------------------------------- */

/* @tool and @version may be NULL: seen anywhere, or nowhere but by name. */
static int find_name(struct find *f, const char *name, const char *tool,
		     const char *version, struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	int r = db_query(f->db, &rows, err,
			 "SELECT " BUILD_COLUMNS " FROM build b WHERE b.id IN"
			 " (SELECT build FROM origin WHERE name = ?1 COLLATE NOCASE"
			 "  AND (?2 IS NULL OR tool = ?2 COLLATE NOCASE)"
			 "  AND (?3 IS NULL OR version = ?3)"
			 "  UNION SELECT id FROM build WHERE ?3 IS NULL AND name = ?1 COLLATE NOCASE)"
			 " ORDER BY b.first_seen, b.id",
			 "sss", name, tool, version);

	return r ? r : collect(f, rows, err);
}

/* The last of them cuts off the version, the one before it the toolchain. */
static int find_seen(struct find *f, struct stk_error *err)
{
	stk_cleanup_free char *name = strdup(f->ref);
	char *version, *tool;
	int r;

	if (!name)
		return stk_fail_nomem(err);
	version = strrchr(name, '@');
	if (!version)
		return 0;
	*version++ = '\0';
	r = find_name(f, name, NULL, version, err);
	tool = strrchr(name, '@');
	if (r < 0 || f->list->count || !tool)
		return r;
	*tool++ = '\0';
	return find_name(f, name, tool, version, err);
}

/* ---- none, or several -------------------------------------------------- */

static int fail_several(const struct find *f, struct stk_error *err)
{
	char list[320] = "";
	size_t len = 0, i = 0;

	/* What does not fit is told by number. */
	for (; i < f->list->count && len < sizeof(list) - 90; i++) {
		const struct ldb_build *b = &f->list->item[i];

		len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%.12s (%.60s)",
					i ? ", " : "", b->sha256, b->name);
	}
	if (i < f->list->count)
		snprintf(list + len, sizeof(list) - len, " and %zu more",
			 f->list->count - i);
	return stk_fail(err, STK_ORIGIN_USAGE, ENOTUNIQ, "several-builds",
			"'%.80s' means %zu builds: %s; name one by its digest", f->ref,
			f->list->count, list);
}

static int fail_none(const struct find *f, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_USAGE, ENOENT, "no-build",
			"there is no build '%.100s' in '%.200s'; 'stoker db list' names them",
			f->ref, f->db->path);
}

int ldb_build_find(struct ldb *db, const char *ref, const struct ldb_build **ret,
		   struct stk_error *err)
{
	struct find f = { .db = db, .ref = ref };
	answer_cleanup struct ldb_builds *list = answer_new(sizeof(*list), &f.arena);
	char prefix[66];
	int r = 0;

	if (!list)
		return stk_fail_nomem(err);
	f.list = list;
	if (digest_prefix(ref, prefix))
		r = find_digest(&f, prefix, err);
	if (!r && !list->count)
		r = find_name(&f, ref, NULL, NULL, err);
	if (!r && !list->count)
		r = find_seen(&f, err);
	if (r < 0)
		return r;
	if (list->count != 1)
		return list->count ? fail_several(&f, err) : fail_none(&f, err);
	return db_build(db, list->item[0].id, ret, err);
}
