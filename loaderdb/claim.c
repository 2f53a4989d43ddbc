/* SPDX-License-Identifier: MIT */
/* What speaks up when it is asked which build is to be used. */
#ifdef HAVE_CONFIG_H
#include "config.h"
#endif
#include "claim.h"

#include <errno.h>
#include <string.h>

int asked_check(struct ldb *db, const struct ldb_question *question, struct asked *ret,
		struct stk_error *err)
{
	struct asked a = { .question = question };
	int r;

	if (!question->device || !*question->device)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "no-device",
				"which build is used depends on the device: name it");
	r = pin_tool(db, question->tool ? question->tool : TOOL_STOKER, &a.order, &a.tool,
		     err);
	if (r < 0)
		return r;
	a.version = question->version;
	/* Of ourselves we know it. */
	if (!a.version && !strcmp(a.tool, TOOL_STOKER))
		a.version = PACKAGE_VERSION;
	if (a.version && !ldb_version_valid(a.order, a.version))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-version",
				"'%.100s' is no version of %s", a.version, a.tool);
	*ret = a;
	return 0;
}

int claim_load(struct ldb *db, int64_t build, struct arena *arena, struct claim *claim,
	       struct stk_error *err)
{
	struct ldb_build *b = arena_alloc(arena, sizeof(*b));
	int r = b ? build_load(db, build, arena, b, err) : stk_fail_nomem(err);

	if (!r)
		claim->build = b;
	return r;
}

/* The pin of the row holds for the device and the version: 1. */
static int holds(const struct asked *asked, const struct db_rows *rows, struct claim *c,
		 struct stk_error *err)
{
	int r;

	if (!ldb_device_matches(db_text(rows, 3), asked->question->device))
		return 0;
	r = ldb_range_parse(asked->order, db_text(rows, 2), &c->range, err);
	return r < 0 ? r : ldb_range_has(&c->range, asked->version);
}

static int add_pin(struct ldb *db, const struct asked *asked, const struct db_rows *rows,
		   struct claims *claims, struct stk_error *err)
{
	struct ldb_pin *pin;
	struct claim c = { 0 }, *item;
	int r = holds(asked, rows, &c, err);

	if (r <= 0)
		return r;
	pin = arena_alloc(claims->arena, sizeof(*pin));
	r = pin ? pin_row(rows, claims->arena, pin, err) : stk_fail_nomem(err);
	if (!r && !db_null(rows, 11))
		r = claim_load(db, db_int(rows, 11), claims->arena, &c, err);
	if (r < 0)
		return r;
	c.pin = pin;
	if (asked->question->has_address && c.build &&
	    !claim_concerns(&c, asked->question->address))
		return 0;
	item = answer_grow(claims->arena, &claims->item, &claims->count, sizeof(c));
	if (!item)
		return stk_fail_nomem(err);
	*item = c;
	return 0;
}

int claims_add_pins(struct ldb *db, const struct asked *asked, struct claims *claims,
		    struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	int r = db_query(db, &rows, err,
			 "SELECT " PIN_COLUMNS ", p.build FROM " PIN_TABLES
			 " WHERE p.tool IN (? COLLATE NOCASE, '" TOOL_ANY "')"
			 " AND e.pin IS NULL ORDER BY p.id", "s", asked->tool);

	while (!r && (r = db_next(rows, err)) > 0)
		r = add_pin(db, asked, rows, claims, err);
	return r;
}

static enum ldb_relation tool_relation(const char *a, const char *b)
{
	const bool any_a = !strcmp(a, TOOL_ANY), any_b = !strcmp(b, TOOL_ANY);

	if (any_a == any_b)
		return LDB_EQUAL;
	return any_b ? LDB_INSIDE : LDB_AROUND;
}

enum ldb_relation claim_relation(const struct claim *a, const struct claim *b)
{
	const enum ldb_relation each[] = {
		tool_relation(a->pin->tool, b->pin->tool),
		ldb_range_relation(&a->range, &b->range),
		ldb_device_relation(a->pin->device, b->pin->device),
	};
	bool inside = true, around = true;

	for (size_t i = 0; i < ARRAY_SIZE(each); i++) {
		inside = inside && (each[i] == LDB_EQUAL || each[i] == LDB_INSIDE);
		around = around && (each[i] == LDB_EQUAL || each[i] == LDB_AROUND);
	}
	if (inside && around)
		return LDB_EQUAL;
	if (inside)
		return LDB_INSIDE;
	return around ? LDB_AROUND : LDB_ACROSS;
}

const char *claim_difference(const struct claim *narrow, const struct claim *wide)
{
	const bool versions = ldb_range_relation(&narrow->range, &wide->range) == LDB_INSIDE;
	const bool devices = ldb_device_relation(narrow->pin->device, wide->pin->device) ==
			     LDB_INSIDE;

	if (tool_relation(narrow->pin->tool, wide->pin->tool) == LDB_INSIDE)
		return "one toolchain alone";
	if (versions && devices)
		return "fewer versions and fewer devices";
	return versions ? "fewer versions" : "fewer devices";
}
