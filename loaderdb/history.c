/* SPDX-License-Identifier: MIT */
/* What happened, in the order in which it did. */
#include <ctype.h>
#include <string.h>

#include "answer.h"
#include "build-row.h"
#include "db.h"

/* clang-format off */
/* Builds of that name, of now or where they were seen, or of that digest. */
#define OF_NAME(build)                                                              \
	" (?1 IS NULL OR " build " IN (SELECT id FROM build WHERE name = ?1 COLLATE NOCASE" \
	" OR (?2 IS NOT NULL AND sha256 >= ?2 AND sha256 < ?2 || 'g')"              \
	" UNION SELECT build FROM origin WHERE name = ?1 COLLATE NOCASE))"
#define NAME(build) "(SELECT name FROM build WHERE id = " build ")"
#define DIGEST(build) "(SELECT sha256 FROM build WHERE id = " build ")"

/* when, what, text, digest; the two numbers order what is of one second. */
static const char events[] =
	"SELECT o.seen, 'seen', o.name || ' at ' || o.path || CASE WHEN o.tool = '' THEN ''"
	"  ELSE ' (' || o.tool || ' ' || o.version || ')' END, " DIGEST("o.build") ", 1, o.id"
	" FROM origin o WHERE" OF_NAME("o.build")
	" UNION ALL SELECT v.made, 'verdict', " NAME("v.build") " || ' is ' || v.kind"
	"  || coalesce(' on ' || v.chip, '') || coalesce(' with ' || v.option_state, '')"
	"  || coalesce(' under ' || v.host, '') || ': ' || v.reason"
	"  || coalesce(' (' || v.source || ')', ''), " DIGEST("v.build") ", 2, v.id"
	" FROM verdict v WHERE" OF_NAME("v.build")
	" UNION ALL SELECT p.made, 'pin', p.tool || CASE WHEN p.range = '' THEN '' ELSE"
	"  '@' || p.range END || ' ' || p.device || ' takes '"
	"  || coalesce(p.name, " NAME("p.build") ", p.tree) || ': ' || p.why, "
	DIGEST("p.build") ", 3, p.id"
	" FROM pin p WHERE" OF_NAME("p.build")
	" UNION ALL SELECT e.made, 'unpin', 'pin ' || p.id || ' of ' || p.tool || ' ' || p.device"
	"  || ' ended: ' || e.why, " DIGEST("p.build") ", 4, p.id"
	" FROM pin_end e JOIN pin p ON p.id = e.pin WHERE" OF_NAME("p.build")
	" UNION ALL SELECT t.made, CASE WHEN s.restores IS NULL THEN 'swap' ELSE 'restore' END,"
	"  s.path || ': ' || s.why, s.after_sha256, 5, t.id"
	" FROM swap_state t JOIN swap s ON s.id = t.swap WHERE t.state = 'done' AND (?1 IS NULL"
	"  OR EXISTS (SELECT 1 FROM build b WHERE b.sha256 IN (s.before_sha256, s.after_sha256)"
	"  AND" OF_NAME("b.id") "))"
	" ORDER BY 1, 5, 6";
/* clang-format on */

/* Every word of events is one of these; rows need not keep a copy. */
static const char *known_word(const char *text)
{
	static const char *const words[] = { "seen",  "verdict", "pin",
					     "unpin", "swap",	 "restore" };

	for (size_t i = 0; text && i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcmp(words[i], text))
			return words[i];
	return NULL;
}

static int add_event(struct ldb_events *list, struct arena *arena,
		     const struct db_rows *rows, struct stk_error *err)
{
	struct ldb_event *e = answer_grow(arena, &list->item, &list->count, sizeof(*e));

	if (!e || row_text(rows, 2, arena, &e->text) || row_text(rows, 3, arena, &e->sha256))
		return stk_fail_nomem(err);
	e->when = db_int(rows, 0);
	e->what = known_word(db_text(rows, 1));
	return e->what && e->text ? 0 : db_fail_damaged(rows, err);
}

/* In lower case, as digests are; a name that is no beginning of one finds none. */
static const char *digest_of(const char *name, char ret[65])
{
	size_t len = name ? strlen(name) : 0;

	if (len < 8 || len > 64 || strspn(name, "0123456789abcdefABCDEF") != len)
		return NULL;
	for (size_t i = 0; i <= len; i++)
		ret[i] = (char)tolower((unsigned char)name[i]);
	return ret;
}

int ldb_history(struct ldb *db, const char *name, const struct ldb_events **ret,
		struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	struct arena *arena;
	answer_cleanup struct ldb_events *list = answer_new(sizeof(*list), &arena);
	char digest[65];
	int r;

	if (!list)
		return stk_fail_nomem(err);
	r = db_query(db, &rows, err, events, "ss", name, digest_of(name, digest));
	while (!r && (r = db_next(rows, err)) > 0)
		r = add_event(list, arena, rows, err);
	if (r < 0)
		return r;
	*ret = list;
	list = NULL;
	return 0;
}
