/* SPDX-License-Identifier: MIT */
/* Pins: this toolchain and device take that build, or that tool tree. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "pin.h"

#define DEVICE_MAX	32

int pin_row(const struct db_rows *rows, struct arena *arena, struct ldb_pin *ret,
	    struct stk_error *err)
{
	struct ldb_pin p = {
		.id = db_int(rows, 0),
		.when = db_int(rows, 8),
		.ended = db_int(rows, 9),
	};

	if (row_text(rows, 1, arena, &p.tool) || row_text(rows, 2, arena, &p.range) ||
	    row_text(rows, 3, arena, &p.device) || row_text(rows, 4, arena, &p.sha256) ||
	    row_text(rows, 5, arena, &p.name) || row_text(rows, 6, arena, &p.from) ||
	    row_text(rows, 7, arena, &p.why) || row_text(rows, 10, arena, &p.ended_why))
		return stk_fail_nomem(err);
	*ret = p;
	return 0;
}

int ldb_pins(struct ldb *db, bool all, const struct ldb_pins **ret, struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	__attribute__((cleanup(answer_freep))) struct ldb_pins *pins = NULL;
	struct ldb_pin *items = NULL;
	struct arena *arena;
	int r;

	pins = answer_new(sizeof(*pins), &arena);
	if (!pins)
		return stk_fail_nomem(err);
	r = db_query(db, &rows, err,
		     "SELECT " PIN_COLUMNS " FROM " PIN_TABLES
		     " WHERE e.pin IS NULL OR ? ORDER BY p.id", "i", (int64_t)all);
	while (!r && (r = db_next(rows, err)) > 0) {
		struct ldb_pin *p = answer_grow(arena, &items, &pins->count, sizeof(*p));

		r = p ? pin_row(rows, arena, p, err) : stk_fail_nomem(err);
	}
	if (r < 0)
		return r;
	pins->item = items;
	*ret = pins;
	pins = NULL;
	return 0;
}

/* ---- a new one -------------------------------------------------------- */

/* What is about to be a row. */
struct new_pin {
	struct ldb_pin pin;	/* its tool as the facts spell it */
	struct ldb_range range;
	int64_t build;		/* 0: a tree */
	struct stk_range place;	/* of the build */
};

static int check_device(const char *device, struct stk_error *err)
{
	size_t len = strlen(device);

	if (len && device[len - 1] == '*')
		len--;
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)device[i]) && device[i] != '-')
			len = 0;
	}
	if ((!len && strcmp(device, "*")) || len > DEVICE_MAX)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-device",
				"'%.60s' is no part number: give one such as STM32G431CB, or a"
				" pattern such as STM32G431xB or STM32G4", device);
	return 0;
}

static int check_tree(struct ldb *db, const struct new_pin *n, struct stk_error *err)
{
	const char *at = strrchr(n->pin.from, '@');
	char tool[2 * LDB_VERSION_MAX];
	enum ldb_order order;
	const char *name;
	int r;

	if (!at || at == n->pin.from || (size_t)(at - n->pin.from) >= sizeof(tool))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-tree",
				"'%.100s' names no tool tree: give TOOLCHAIN@VERSION, such as"
				" cubeide@1.7.0", n->pin.from);
	if (!strcmp(n->pin.tool, TOOL_ANY) || !strcmp(n->pin.tool, TOOL_STOKER))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-tree",
				"a tool tree is pinned for one toolchain, not for '%s'",
				n->pin.tool);
	memcpy(tool, n->pin.from, (size_t)(at - n->pin.from));
	tool[at - n->pin.from] = '\0';
	r = pin_tool(db, tool, &order, &name, err);
	if (r < 0)
		return r;
	if (!ldb_version_valid(order, at + 1))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-version",
				"'%.100s' is no version of %s", at + 1, name);
	return 0;
}

static int find_build(struct ldb *db, struct new_pin *n, struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	int r = db_query(db, &rows, err,
			 "SELECT id, name, problem, start, length FROM build WHERE sha256 = ?",
			 "s", n->pin.sha256);

	if (!r)
		r = db_next(rows, err);
	if (r < 0)
		return r;
	if (!r)
		return stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "no-build",
				"no build %.16s is in the loader database", n->pin.sha256);
	if (db_null(rows, 3) || db_null(rows, 4))
		return stk_fail(err, STK_ORIGIN_DATABASE, EINVAL, "unusable-build",
				"'%s' cannot be pinned: %s", db_text(rows, 1),
				db_null(rows, 2) ? "it does not say which addresses it is for" :
						   db_text(rows, 2));
	n->build = db_int(rows, 0);
	n->place = (struct stk_range){ (uint64_t)db_int(rows, 3), (uint64_t)db_int(rows, 4) };
	return 0;
}

static int prepare(struct ldb *db, const struct ldb_pin *pin, struct new_pin *ret,
		   struct stk_error *err)
{
	enum ldb_order order;
	int r;

	ret->pin = *pin;
	if (!pin->range)
		ret->pin.range = "";
	if (!pin->device)
		ret->pin.device = "*";
	if (!pin->why || !*pin->why)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "no-reason",
				"a pin says why it is there: give --why TEXT");
	if (!pin->sha256 == !pin->from)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-pin",
				"a pin names either a build or a tool tree");
	r = pin_tool(db, pin->tool ? pin->tool : TOOL_ANY, &order, &ret->pin.tool, err);
	if (!r)
		r = ldb_range_parse(order, ret->pin.range, &ret->range, err);
	if (!r && !strcmp(ret->pin.tool, TOOL_ANY) && (ret->range.low[0] || ret->range.high[0]))
		r = stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-range",
			     "'*@%.100s': versions are those of one toolchain, not of all",
			     ret->pin.range);
	if (!r)
		r = check_device(ret->pin.device, err);
	if (!r)
		r = pin->sha256 ? find_build(db, ret, err) : check_tree(db, ret, err);
	return r;
}

/* Do both speak of the same versions, devices and addresses? 1: yes. */
static int is_same(const struct new_pin *n, const struct db_rows *rows, struct stk_error *err)
{
	const struct stk_range place = { (uint64_t)db_int(rows, 4), (uint64_t)db_int(rows, 5) };
	struct ldb_range range;
	int r = ldb_range_parse(n->range.order, db_text(rows, 1), &range, err);

	if (r < 0)
		return r;
	return ldb_range_relation(&range, &n->range) == LDB_EQUAL &&
	       ldb_device_relation(db_text(rows, 2), n->pin.device) == LDB_EQUAL &&
	       (db_null(rows, 3) ? !n->build : n->build && stk_range_overlaps(place, n->place));
}

/* The lowest of the pins in force in its way; 0: none. */
static int find_same(struct ldb *db, const struct new_pin *n, int64_t *ret,
		     struct stk_error *err)
{
	db_cleanup struct db_rows *rows = NULL;
	int r = db_query(db, &rows, err,
			 "SELECT p.id, p.range, p.device, p.build, b.start, b.length"
			 " FROM pin p LEFT JOIN build b ON b.id = p.build"
			 " WHERE p.tool = ? COLLATE NOCASE"
			 " AND NOT EXISTS (SELECT 1 FROM pin_end e WHERE e.pin = p.id)"
			 " ORDER BY p.id", "s", n->pin.tool);

	*ret = 0;
	while (!r && (r = db_next(rows, err)) > 0) {
		r = is_same(n, rows, err);
		if (r > 0) {
			*ret = db_int(rows, 0);
			return 0;
		}
	}
	return r;
}

static int end_pin(struct ldb *db, int64_t pin, const char *why, struct stk_error *err)
{
	return db_run(db, err, "INSERT INTO pin_end (pin, why, made) VALUES (?, ?, ?)", "isi",
		      pin, why, (int64_t)time(NULL));
}

/* What is in the way is ended, or named. */
static int make_room(struct ldb *db, const struct new_pin *n, bool replace,
		     struct stk_error *err)
{
	char why[512];
	int64_t old;
	int r = find_same(db, n, &old, err);

	snprintf(why, sizeof(why), "replaced: %.480s", n->pin.why);
	while (!r && old) {
		if (!replace)
			return stk_fail(err, STK_ORIGIN_DATABASE, EEXIST, "pinned",
					"pin %lld holds for the same versions, devices and"
					" addresses: end it with 'stoker unpin %lld --why TEXT',"
					" or give --replace", (long long)old, (long long)old);
		r = end_pin(db, old, why, err);
		if (!r)
			r = find_same(db, n, &old, err);
	}
	return r;
}

static int insert(struct ldb *db, const struct new_pin *n, struct stk_error *err)
{
	return db_run(db, err,
		      "INSERT INTO pin (tool, range, device, build, name, tree, why, made)"
		      " VALUES (?, ?, ?, nullif(?, 0), ?, ?, ?, ?)", "sssisssi", n->pin.tool,
		      n->pin.range, n->pin.device, n->build, n->pin.name, n->pin.from,
		      n->pin.why, (int64_t)time(NULL));
}

static int add(struct ldb *db, const struct ldb_pin *pin, bool replace, int64_t *ret,
	       struct stk_error *err)
{
	struct new_pin n = { 0 };
	int64_t id = 0;
	int r = db_begin(db, err);

	if (r < 0)
		return r;
	r = prepare(db, pin, &n, err);
	if (!r)
		r = make_room(db, &n, replace, err);
	if (!r)
		r = insert(db, &n, err);
	if (r < 0) {
		db_rollback(db);
		return r;
	}
	id = db_last_id(db);
	r = db_commit(db, err);
	if (!r && ret)
		*ret = id;
	return r;
}

int ldb_pin_add(struct ldb *db, const struct ldb_pin *pin, int64_t *ret,
		struct stk_error *err)
{
	return add(db, pin, false, ret, err);
}

int ldb_pin_replace(struct ldb *db, const struct ldb_pin *pin, int64_t *ret,
		    struct stk_error *err)
{
	return add(db, pin, true, ret, err);
}

/* ---- the end of one --------------------------------------------------- */

/* It is there, and in force. */
static int check_in_force(struct ldb *db, int64_t pin, struct stk_error *err)
{
	int64_t ended;
	int r = db_number(db, &ended, err,
			  "SELECT EXISTS (SELECT 1 FROM pin_end e WHERE e.pin = p.id)"
			  " FROM pin p WHERE p.id = ?", "i", pin);

	if (r == -ENOENT)
		return stk_fail(err, STK_ORIGIN_DATABASE, ENOENT, "no-pin",
				"there is no pin %lld; 'stoker pins' lists them",
				(long long)pin);
	if (!r && ended)
		return stk_fail(err, STK_ORIGIN_DATABASE, EALREADY, "pin-ended",
				"pin %lld was ended already; 'stoker pins --all' tells why",
				(long long)pin);
	return r;
}

int ldb_pin_end(struct ldb *db, int64_t pin, const char *why, struct stk_error *err)
{
	int r;

	if (!why || !*why)
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "no-reason",
				"the end of a pin says why: give --why TEXT");
	r = db_begin(db, err);
	if (r < 0)
		return r;
	r = check_in_force(db, pin, err);
	if (!r)
		r = end_pin(db, pin, why, err);
	if (r < 0) {
		db_rollback(db);
		return r;
	}
	return db_commit(db, err);
}
