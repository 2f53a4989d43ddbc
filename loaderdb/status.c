/* SPDX-License-Identifier: MIT */
/*
 * What drifted since the last swaps and pins. An update of STM32CubeIDE does it
 * in two ways: it writes the programmer's folder again, or it brings a newer one
 * and uses that, while what was swapped stays where nobody looks any more.
 */
#include <errno.h>
#include <string.h>

#include "core/file.h"
#include "swap.h"

#define MAX_LOADER (64u << 20)

const char *ldb_drift_name(enum ldb_drift_kind kind)
{
	switch (kind) {
	case LDB_IN_PLACE:
		return "in-place";
	case LDB_CHANGED:
		return "changed";
	case LDB_BACK:
		return "back";
	case LDB_GONE:
		return "gone";
	case LDB_NEW_INSTALL:
		return "new-install";
	}
	return "unknown";
}

struct watch {
	struct ldb *db;
	struct stk_ctx *ctx;
	const struct ldb_scan *scan;
	struct arena *arena;
	struct swap_rows rows;	/* of the swaps that hold */
	const struct ldb_pins *pins;
	struct ldb_drifts *ret;
	struct stk_error *err;
};

/* Where a swap was done, as the scan found it. */
struct spot {
	const struct ldb_install *install;	/* NULL: it is not there any more */
	const struct ldb_component *component;
};

static int add_drift(struct watch *w, enum ldb_drift_kind kind, const char *path,
		     int64_t swap, const char *text)
{
	struct ldb_drift *d;

	path = arena_strdup(w->arena, path);
	if (!path || !text)
		return stk_fail_nomem(w->err);
	d = answer_grow(w->arena, &w->ret->item, &w->ret->count, sizeof(*d));
	if (!d)
		return stk_fail_nomem(w->err);
	*d = (struct ldb_drift){ .kind = kind, .path = path, .text = text, .swap = swap };
	return 0;
}

/* ---- where it was ----------------------------------------------------- */

static bool is_at(const char *folder, const char *path)
{
	size_t len = strlen(folder);

	return !strncmp(folder, path, len) &&
	       (!path[len] || path[len] == '/' || !strcmp(folder, "/"));
}

static struct spot find_spot(const struct ldb_scan *scan, const char *path)
{
	struct spot spot = { NULL };

	for (size_t i = 0; i < scan->n_installs; i++) {
		const struct ldb_install *install = &scan->installs[i];

		if (!is_at(install->path, path))
			continue;
		spot = (struct spot){ .install = install };
		for (size_t j = 0; j < install->n_components; j++)
			if (is_at(install->components[j].path, path))
				spot.component = &install->components[j];
	}
	return spot;
}

static bool was_looked_at(const struct ldb_scan *scan, const char *path)
{
	if (scan->everywhere)
		return true;
	for (size_t i = 0; i < scan->n_looked; i++)
		if (is_at(scan->looked[i], path))
			return true;
	return false;
}

/* ---- what mends it ---------------------------------------------------- */

static bool pin_holds(const struct watch *w, int64_t pin)
{
	for (size_t i = 0; i < w->pins->count; i++)
		if (w->pins->item[i].id == pin)
			return true;
	return false;
}

/* "cubeide@1.8.0" */
static const char *toolchain(struct watch *w, const struct swap_row *row,
			     const struct ldb_install *install)
{
	const char *version = install ? install->version : row->version;

	return arena_printf(w->arena, "%s%s%s", install ? install->tool->name : row->tool,
			    version ? "@" : "", version ? version : "");
}

/* The one whose programmer was put there. */
static const char *donor(struct watch *w, const struct swap_row *row)
{
	const struct spot from = find_spot(w->scan, row->from_tree ? row->from_tree : "");

	return from.install ? toolchain(w, row, from.install) : "TOOLCHAIN@VERSION";
}

static const char *mend(struct watch *w, const struct swap_row *row,
			const struct ldb_install *install)
{
	const char *tool = toolchain(w, row, install);

	if (!tool)
		return NULL;
	if (row->tree)
		return arena_printf(w->arena, "'stoker restore --swap %lld', then 'stoker swap"
				    " %s --programmer-from %s', puts it there again",
				    (long long)row->id, tool, donor(w, row));
	if (row->pin && !pin_holds(w, row->pin))
		return arena_printf(w->arena, "its pin was ended: 'stoker pin' and 'stoker swap"
				    " %s --all' put it there again", tool);
	return arena_printf(w->arena, "'stoker swap %s --all' puts it there again", tool);
}

/* ---- one swap --------------------------------------------------------- */

/* What is there now, beside what was and what came. */
struct look {
	enum ldb_drift_kind kind;
	const char *what;	/* half a sentence */
};

static int look_at_file(struct watch *w, const struct swap_row *row, struct look *ret)
{
	struct stk_error why;
	char hex[65] = "";
	uint8_t *bytes;
	size_t len;
	int r = file_read(row->path, MAX_LOADER, &bytes, &len, &why);

	if (!r) {
		stk_sha256_hex(bytes, len, hex);
		free(bytes);
	}
	if (r == -ENOMEM)
		return stk_fail_nomem(w->err);
	if (r == -ENOENT && !row->after_sha256)
		*ret = (struct look){ LDB_IN_PLACE, "nothing is there, as it was left" };
	else if (r == -ENOENT)
		*ret = (struct look){ LDB_GONE, "it is gone" };
	else if (r)
		*ret = (struct look){ LDB_CHANGED, arena_strdup(w->arena, why.msg) };
	else if (row->after_sha256 && !strcmp(hex, row->after_sha256))
		*ret = (struct look){ LDB_IN_PLACE, "it is as it was put there" };
	else if (row->before_sha256 && !strcmp(hex, row->before_sha256))
		*ret = (struct look){ LDB_BACK, "what was there before is there again, as an"
					       " update leaves it" };
	else
		*ret = (struct look){ LDB_CHANGED, arena_printf(
			w->arena, "something else is there, %.12s", hex) };
	return ret->what ? 0 : stk_fail_nomem(w->err);
}

static int judge_tree(struct watch *w, const struct swap_row *row, const struct tree *now,
		      struct look *ret)
{
	struct tree after = { 0 }, before = { 0 };
	const char *differs;
	int r = journal_tree(w->db, row->id, "after", &after, w->err);

	if (!r)
		r = journal_tree(w->db, row->id, "before", &before, w->err);
	differs = r ? NULL : tree_difference(&after, now);
	if (r)
		;
	else if (!now->count)
		*ret = (struct look){ LDB_GONE, "the folder is gone" };
	else if (!differs)
		*ret = (struct look){ LDB_IN_PLACE, "the folder is as it was put there" };
	else if (!tree_difference(&before, now))
		*ret = (struct look){ LDB_BACK, "the folder from before is there again, as an"
					       " update leaves it" };
	else
		*ret = (struct look){ LDB_CHANGED, arena_printf(
			w->arena, "the folder differs in '%s'", differs) };
	tree_free(&after);
	tree_free(&before);
	if (!r && !ret->what)
		r = stk_fail_nomem(w->err);
	return r;
}

static int look_at_tree(struct watch *w, const struct swap_row *row, struct look *ret)
{
	struct tree now = { 0 };
	struct stk_error why;
	struct place p;
	int r = place_open(row->path, &p, &why);

	if (r == -ENOMEM)
		return stk_fail_nomem(w->err);
	if (!r) {
		r = tree_read(&p, p.name, &now, &why);
		place_close(&p);
	}
	if (!r || r == -ENOENT) {
		r = judge_tree(w, row, &now, ret);
	} else {
		*ret = (struct look){ LDB_CHANGED, arena_strdup(w->arena, why.msg) };
		r = ret->what ? 0 : stk_fail_nomem(w->err);
	}
	tree_free(&now);
	return r;
}

/* It is in place, but the toolchain looks elsewhere. */
static const struct ldb_component *in_use_instead(const struct spot *spot)
{
	const struct ldb_component *c = spot->component;

	if (!c || c->current || c->kind != LDB_PROGRAMMER)
		return NULL;
	for (size_t i = 0; i < spot->install->n_components; i++) {
		const struct ldb_component *other = &spot->install->components[i];

		if (other->kind == c->kind && other->current)
			return other;
	}
	return NULL;
}

static int tell(struct watch *w, const struct swap_row *row, const struct look *look)
{
	const struct spot spot = find_spot(w->scan, row->path);
	const struct ldb_component *instead = in_use_instead(&spot);
	const char *how = mend(w, row, spot.install);

	if (!how)
		return stk_fail_nomem(w->err);
	if (look->kind == LDB_IN_PLACE && !instead)
		return add_drift(w, look->kind, row->path, row->id, arena_printf(
			w->arena, "swap %lld: %s", (long long)row->id, look->what));
	if (look->kind == LDB_IN_PLACE)
		return add_drift(w, LDB_CHANGED, row->path, row->id, arena_printf(
			w->arena, "swap %lld: %s, but %s uses '%s' now, as after an update"
			" (%s): what is pinned is to be swapped there too",
			(long long)row->id, look->what, spot.install->tool->title,
			instead->path, instead->why_current));
	return add_drift(w, look->kind, row->path, row->id, arena_printf(
		w->arena, "swap %lld (%s): %s; %s", (long long)row->id, row->why, look->what,
		how));
}

static int check_row(struct watch *w, const struct swap_row *row)
{
	struct look look = { .what = NULL };
	int r = row->tree ? look_at_tree(w, row, &look) : look_at_file(w, row, &look);

	return r ? r : tell(w, row, &look);
}

/* Of several in one place, the last one counts. */
static int check_swaps(struct watch *w)
{
	int r = 0;

	for (size_t i = 0; i < w->rows.count && !r; i++) {
		const struct swap_row *row = &w->rows.item[i];

		if (i + 1 < w->rows.count && !strcmp(row[1].path, row->path))
			continue;
		if (was_looked_at(w->scan, row->path))
			r = check_row(w, row);
	}
	return r;
}

/* ---- pins ------------------------------------------------------------- */

static bool was_swapped(const struct watch *w, const char *path)
{
	for (size_t i = 0; i < w->rows.count; i++)
		if (!strcmp(w->rows.item[i].path, path))
			return true;
	return false;
}

static int tell_change(struct watch *w, const struct ldb_install *install,
		       const struct ldb_change *c)
{
	/* An archive is never swapped, whatever is pinned. */
	if (c->done || was_swapped(w, c->path) || (c->refused && !c->after_sha256 && !c->from))
		return 0;
	if (c->refused)
		return add_drift(w, LDB_NEW_INSTALL, c->path, 0, arena_printf(
			w->arena, "%s: %s", c->why, c->refused));
	return add_drift(w, LDB_NEW_INSTALL, c->path, 0, arena_printf(
		w->arena, "%s: other bytes are there; 'stoker swap %s%s%s --all' puts it there",
		c->why, install->tool->name, install->version ? "@" : "",
		install->version ? install->version : ""));
}

static int check_pins_of(struct watch *w, const struct ldb_install *install)
{
	const struct ldb_swap_options opt = { .size = sizeof(opt), .install = install };
	const struct ldb_swap_info *info;
	struct stk_error why;
	struct ldb_swap *plan;
	int r = ldb_swap_plan(w->db, w->ctx, &opt, &plan, &why);

	if (r == -ENOENT && !strcmp(why.cause, "no-pin"))
		return 0;
	/* Two pins of equal right: the others are worth telling all the same. */
	if (r == -ENOTUNIQ)
		return add_drift(w, LDB_NEW_INSTALL, install->path, 0,
				 arena_strdup(w->arena, why.msg));
	if (r) {
		if (w->err)
			*w->err = why;
		return r;
	}
	info = ldb_swap_info(plan);
	for (size_t i = 0; i < info->n_changes && !r; i++)
		r = tell_change(w, install, &info->changes[i]);
	ldb_swap_free(plan);
	return r;
}

int ldb_status(struct ldb *db, struct stk_ctx *ctx, const struct ldb_scan *scan,
	       const struct ldb_drifts **ret, struct stk_error *err)
{
	struct watch w = { .db = db, .ctx = ctx, .scan = scan, .err = err };
	int r;

	w.ret = answer_new(sizeof(*w.ret), &w.arena);
	if (!w.ret)
		return stk_fail_nomem(err);
	r = journal_holding(db, w.arena, &w.rows, err);
	if (!r)
		r = ldb_pins(db, false, &w.pins, err);
	if (!r)
		r = check_swaps(&w);
	for (size_t i = 0; i < scan->n_installs && !r; i++)
		r = check_pins_of(&w, &scan->installs[i]);
	ldb_free(w.pins);
	if (r)
		ldb_free(w.ret);
	else
		*ret = w.ret;
	return r;
}
