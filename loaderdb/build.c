/* SPDX-License-Identifier: MIT */
/* Find builds by what is known of them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "answer.h"
#include "build-row.h"
#include "db.h"

/* Of a search; more are hardly typed. */
#define MAX_WORDS 8

/* clang-format off */
/*
 * A word is "%word%"; of a digest it is the beginning, eight digits at least. The
 * first one finds rows, each by an index that holds all it looks at ...
 */
#define FIRST_WORD                                                                  \
	" AND b.id IN (SELECT id FROM build WHERE name LIKE ?6 ESCAPE '!'"          \
	" UNION SELECT id FROM build WHERE device_name LIKE ?6 ESCAPE '!'"          \
	" UNION SELECT build FROM origin WHERE path LIKE ?6 ESCAPE '!'"             \
	" UNION SELECT id FROM build WHERE length(?6) >= 10"                        \
	"  AND sha256 >= lower(substr(?6, 2, length(?6) - 2))"                      \
	"  AND sha256 < lower(substr(?6, 2, length(?6) - 2)) || 'g')"
/* ... and the others are looked for in those. */
#define WORD(n)                                                                     \
	" AND (" n " IS NULL OR b.name LIKE " n " ESCAPE '!'"                       \
	" OR b.device_name LIKE " n " ESCAPE '!'"                                   \
	" OR (length(" n ") >= 10 AND b.sha256 LIKE substr(" n ", 2))"              \
	" OR EXISTS (SELECT 1 FROM origin o WHERE o.build = b.id"                   \
	"  AND o.path LIKE " n " ESCAPE '!'))"

/* What is not asked for is NULL, and its line is passed over. */
#define FIND_BUILDS                                                                 \
	"SELECT " BUILD_COLUMNS " FROM build b WHERE"                               \
	" (?1 IS NULL OR b.format = ?1)"                                            \
	" AND (?2 IS NULL OR b.id IN (SELECT build FROM origin WHERE tool = ?2 COLLATE NOCASE" \
	"  AND (?3 IS NULL OR version = ?3)))"                                      \
	" AND (?2 IS NOT NULL OR ?3 IS NULL"                                        \
	"  OR b.id IN (SELECT build FROM origin WHERE version = ?3))"               \
	" AND (?4 < 0 OR ?4 BETWEEN b.start AND b.start + b.length - 1)"            \
	" AND (?5 IS NULL OR b.family IS NOT NULL AND ?5 LIKE b.family || '%')"
#define BY_NAME " ORDER BY b.name COLLATE NOCASE, b.first_seen, b.id"

static const char find_builds[] = FIND_BUILDS BY_NAME;
static const char find_by_words[] =
	FIND_BUILDS FIRST_WORD
	WORD("?7") WORD("?8") WORD("?9") WORD("?10") WORD("?11") WORD("?12") WORD("?13")
	BY_NAME;
/* clang-format on */

/* ---- one -------------------------------------------------------------- */

int db_build(struct ldb *db, int64_t id, const struct ldb_build **ret,
	     struct stk_error *err)
{
	struct arena *arena;
	answer_cleanup struct ldb_build *build = answer_new(sizeof(*build), &arena);
	int r = build ? build_load(db, id, arena, build, err) : stk_fail_nomem(err);

	if (r < 0)
		return r;
	*ret = build;
	build = NULL;
	return 0;
}

/* ---- words ------------------------------------------------------------ */

struct words {
	char *pattern[MAX_WORDS];
	size_t count;
};

static void words_free(struct words *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->pattern[i]);
}

/* The longest one first: it is the rarest. */
static void add_word(struct words *w, char *pattern)
{
	char *first = w->count ? w->pattern[0] : NULL;

	w->pattern[w->count++] = pattern;
	if (first && strlen(pattern) > strlen(first)) {
		w->pattern[w->count - 1] = first;
		w->pattern[0] = pattern;
	}
}

/* "%word%", where what LIKE takes for a pattern stands for itself. */
static char *pattern_of(const char *word, size_t len)
{
	char *pattern = malloc(2 * len + 3), *p = pattern;

	if (!p)
		return NULL;
	*p++ = '%';
	for (size_t i = 0; i < len; i++) {
		if (strchr("!%_", word[i]))
			*p++ = '!';
		*p++ = word[i];
	}
	*p++ = '%';
	*p = '\0';
	return pattern;
}

static int split_words(const char *text, struct words *ret, struct stk_error *err)
{
	static const char space[] = " \t\n";

	for (text += strspn(text, space); *text; text += strspn(text, space)) {
		size_t len = strcspn(text, space);
		char *pattern;

		if (ret->count == MAX_WORDS)
			return stk_fail(err, STK_ORIGIN_USAGE, E2BIG, "usage",
					"a search takes at most %d words", MAX_WORDS);
		pattern = pattern_of(text, len);
		if (!pattern)
			return stk_fail_nomem(err);
		add_word(ret, pattern);
		text += len;
	}
	return 0;
}

/* ---- chips ------------------------------------------------------------ */

/* Does a name that gives chips away mean one that @device can be? */
static bool names_device(struct stk_ctx *ctx, const char *name,
			 const struct stk_chip_guess *device)
{
	struct stk_chip_guess guess;

	if (!name || stk_chip_guess_text(ctx, name, "name", &guess, NULL) < 0)
		return false;
	for (size_t i = 0; i < guess.n_kin; i++)
		for (size_t k = 0; k < device->n_kin; k++)
			if (guess.kin[i] == device->kin[k])
				return true;
	return false;
}

/* ---- the query -------------------------------------------------------- */

struct search {
	struct ldb *db;
	const struct ldb_query *query;
	struct words words;
	struct stk_chip_guess device; /* of query->device */
	struct ldb_builds *list;
	struct arena *arena;
};

static int add_build(struct search *s, const struct db_rows *rows, struct stk_error *err)
{
	struct ldb_build build, *item;
	int r = build_row(rows, 0, s->arena, &build, err);

	if (r < 0)
		return r;
	if (s->query->device && !names_device(s->db->ctx, build.device_name, &s->device) &&
	    !names_device(s->db->ctx, build.name, &s->device))
		return 0;
	item = answer_grow(s->arena, &s->list->item, &s->list->count, sizeof(*item));
	if (!item)
		return stk_fail_nomem(err);
	*item = build;
	return 0;
}

static int run_search(struct search *s, struct stk_error *err)
{
	const struct ldb_query *q = s->query;
	char *const *w = s->words.pattern;
	const bool words = s->words.count > 0;
	db_cleanup struct db_rows *rows = NULL;
	int r = db_query(s->db, &rows, err, words ? find_by_words : find_builds,
			 words ? "sssisssssssss" : "sssis", q->format, q->tool, q->version,
			 q->has_address ? (int64_t)q->address : (int64_t)-1, q->device, w[0],
			 w[1], w[2], w[3], w[4], w[5], w[6], w[7]);

	while (!r && (!q->limit || s->list->count < q->limit) && (r = db_next(rows, err)) > 0)
		r = add_build(s, rows, err);
	return r;
}

int ldb_builds_find(struct ldb *db, const struct ldb_query *query,
		    const struct ldb_builds **ret, struct stk_error *err)
{
	struct search s = { .db = db, .query = query };
	int r = 0;

	s.list = answer_new(sizeof(*s.list), &s.arena);
	if (!s.list)
		return stk_fail_nomem(err);
	if (query->text)
		r = split_words(query->text, &s.words, err);
	if (!r && query->device)
		r = stk_chip_guess_text(db->ctx, query->device, "chip", &s.device, err);
	if (!r)
		r = run_search(&s, err);
	words_free(&s.words);
	if (r < 0) {
		ldb_free(s.list);
		return r;
	}
	*ret = s.list;
	return 0;
}
