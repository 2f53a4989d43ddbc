/* SPDX-License-Identifier: MIT */
/* What is known good speaks up where nothing is pinned. */
#include "claim.h"

#include <stdio.h>

/* May @device take a build that is good for @chip and whose name says @family? */
static bool is_for(const char *device, const char *chip, const char *family)
{
	if (family && !ldb_device_matches(family, device))
		return false;
	return chip ? ldb_device_matches(chip, device) : family != NULL;
}

/*
 * What the toolchain runs loaders with, as verdicts name hosts: an IDE brings an
 * STM32CubeProgrammer. NULL: anything, as with packs, or nobody has looked.
 */
static int find_host(struct ldb *db, const struct asked *asked, struct arena *arena,
		     const char **ret, struct stk_error *err)
{
	const struct ldb_release *release = NULL;
	const struct stk_host *host;

	*ret = NULL;
	if (asked->version && db->facts)
		release = ldb_release_find(db->facts, asked->tool, asked->version);
	if (release && release->programmer)
		*ret = arena_printf(arena, "cubeprogrammer@%s", release->programmer);
	else if (stk_host_find(asked->tool, &host, NULL) < 0)
		return 0;
	else if (asked->version)
		*ret = arena_printf(arena, "%s@%s", asked->tool, asked->version);
	else
		*ret = asked->tool;
	return *ret ? 0 : stk_fail_nomem(err);
}

/* Everything that is said about it together: is it good? Then it is a claim. */
static int add_if_good(struct ldb *db, const struct asked *asked, const char *host,
		       int64_t id, struct claims *claims, struct stk_error *err)
{
	const struct ldb_judgement *sum;
	struct claim c = { 0 }, *item;
	const char *why;
	bool good;
	int r = ldb_judge(db, id, asked->question->device, NULL, host, &sum, err);

	if (r < 0)
		return r;
	good = sum->known && sum->kind == LDB_GOOD;
	why = good ? arena_strdup(claims->arena, sum->why ? sum->why : "") : NULL;
	ldb_free(sum);
	if (!good)
		return 0;
	c.good = why;
	r = why ? claim_load(db, id, claims->arena, &c, err) : stk_fail_nomem(err);
	if (r < 0)
		return r;
	item = answer_grow(claims->arena, &claims->item, &claims->count, sizeof(c));
	if (!item)
		return stk_fail_nomem(err);
	*item = c;
	return 0;
}

#define GOOD_BUILDS                                                                 \
	"SELECT b.id, v.chip, b.family FROM verdict v JOIN build b ON b.id = v.build" \
	" WHERE v.kind = 'good' AND b.length > 0"                                   \
	" AND (? OR (? >= b.start AND ? < b.start + b.length)) ORDER BY b.id"

int claims_add_good(struct ldb *db, const struct asked *asked, struct claims *claims,
		    struct stk_error *err)
{
	const struct ldb_question *q = asked->question;
	db_cleanup struct db_rows *rows = NULL;
	const char *host;
	int64_t last = 0;
	int r = find_host(db, asked, claims->arena, &host, err);

	if (!r)
		r = db_query(db, &rows, err, GOOD_BUILDS, "iii", (int64_t)!q->has_address,
			     (int64_t)q->address, (int64_t)q->address);
	while (!r && (r = db_next(rows, err)) > 0) {
		const int64_t id = db_int(rows, 0);

		r = 0;
		if (id == last || !is_for(q->device, db_text(rows, 1), db_text(rows, 2)))
			continue;
		last = id;
		r = add_if_good(db, asked, host, id, claims, err);
	}
	return r;
}

#define BUILDS_THERE                                                  \
	"SELECT sha256, family FROM build WHERE length > 0 AND format NOT NULL" \
	" AND (? OR (? >= start AND ? < start + length)) ORDER BY id DESC"

int claims_unjudged(struct ldb *db, const struct asked *asked, struct arena *arena,
		    const char **ret, struct stk_error *err)
{
	const struct ldb_question *q = asked->question;
	db_cleanup struct db_rows *rows = NULL;
	char latest[9] = "";
	unsigned int count = 0;
	int r = db_query(db, &rows, err, BUILDS_THERE, "iii", (int64_t)!q->has_address,
			 (int64_t)q->address, (int64_t)q->address);

	while (!r && (r = db_next(rows, err)) > 0) {
		r = 0;
		if (!is_for(q->device, NULL, db_text(rows, 1)))
			continue;
		if (!count++)
			snprintf(latest, sizeof(latest), "%s", db_text(rows, 0));
	}
	if (r < 0)
		return r;
	*ret = !count ? NULL :
	       count == 1 ? arena_printf(arena, "%s could do, and no verdict calls it good:"
					 " 'stoker qualify %s --record' tries it", latest, latest) :
			    arena_printf(arena, "%u builds could do, %s among them, and no verdict"
					 " calls one good: 'stoker qualify %s --record' tries it",
					 count, latest, latest);
	return !count || *ret ? 0 : stk_fail_nomem(err);
}
