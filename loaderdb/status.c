/* SPDX-License-Identifier: MIT */
/*
 * What drifted since the last swaps and pins. An update of STM32CubeIDE does it
 * in two ways: it writes the programmer's folder again, or it brings a newer one
 * and uses that, while what was swapped stays where nobody looks any more.
 */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "status.h"

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
	case LDB_NEW_PIN:
		return "new-pin";
	case LDB_ORIGINAL_LOST:
		return "original-lost";
	case LDB_UNINSTALLED:
		return "uninstalled";
	}
	return "unknown";
}

/* Where a swap was done, as the scan found it. */
struct spot {
	const struct ldb_install *install; /* NULL: it is not there any more */
	const struct ldb_component *component;
};

/* @text NULL: no memory. @next NULL: no command mends it. */
static int add_drift(struct watch *w, enum ldb_drift_kind kind, const char *path,
		     int64_t swap, const char *text, const char *next)
{
	struct ldb_drift *d;

	path = arena_strdup(w->arena, path);
	if (!path || !text)
		return stk_fail_nomem(w->err);
	d = answer_grow(w->arena, &w->ret->item, &w->ret->count, sizeof(*d));
	if (!d)
		return stk_fail_nomem(w->err);
	*d = (struct ldb_drift){
		.kind = kind, .path = path, .text = text, .next = next, .swap = swap
	};
	return 0;
}

/* ---- where it was ----------------------------------------------------- */

static struct spot find_spot(const struct ldb_scan *scan, const char *path)
{
	struct spot spot = { NULL };

	for (size_t i = 0; i < scan->n_installs; i++) {
		const struct ldb_install *install = &scan->installs[i];

		if (!place_is_in(install->path, path))
			continue;
		spot = (struct spot){ .install = install };
		for (size_t j = 0; j < install->n_components; j++)
			if (place_is_in(install->components[j].path, path))
				spot.component = &install->components[j];
	}
	return spot;
}

static bool was_looked_at(const struct ldb_scan *scan, const char *path)
{
	if (scan->everywhere)
		return true;
	for (size_t i = 0; i < scan->n_looked; i++)
		if (place_is_in(scan->looked[i], path))
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

static bool is_there(const char *path)
{
	struct stat st;

	return path && !lstat(path, &st);
}

/* By its path: of one toolchain and version there may be several. */
static const char *swap_command(struct watch *w, const char *install)
{
	const char *word = answer_word(w->arena, install);

	return word ? arena_printf(w->arena, "stoker swap --all %s", word) : NULL;
}

/* @from: the path of a tree, or "cubeide@1.7.0". */
static const char *tree_command(struct watch *w, const char *from, const char *install)
{
	from = answer_word(w->arena, from);
	install = answer_word(w->arena, install);
	if (!from || !install)
		return NULL;
	return arena_printf(w->arena, "stoker swap --programmer-from %s %s", from, install);
}

/* The original that lies beside it is to be put back first. */
static const char *tree_again(struct watch *w, const struct swap_row *row,
			      const char *install)
{
	const char *swap = tree_command(w, row->from_tree, install);

	if (!swap || !is_there(row->kept_path))
		return swap;
	return arena_printf(w->arena, "stoker restore --swap %lld && %s",
			    (long long)row->id, swap);
}

/* *ret: the command, or NULL where none helps. */
static int mend(struct watch *w, const struct swap_row *row,
		const struct ldb_install *install, const char **ret)
{
	const bool again = row->tree ? is_there(row->from_tree)
				     : !row->pin || pin_holds(w, row->pin);
	const bool kept = row->tree ? is_there(row->kept_path) : true;

	*ret = NULL;
	if (!install || (!again && !kept))
		return 0;
	if (!again)
		*ret = arena_printf(w->arena, "stoker restore --swap %lld",
				    (long long)row->id);
	else if (!row->tree)
		*ret = swap_command(w, install->path);
	else if (kept || is_there(row->path))
		*ret = tree_again(w, row, install->path);
	else
		return 0;
	return *ret ? 0 : stk_fail_nomem(w->err);
}

/* ---- one swap --------------------------------------------------------- */

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

static int tell_elsewhere(struct watch *w, const struct swap_row *row, const char *what,
			  const struct spot *spot, const struct ldb_component *instead)
{
	const char *next = row->tree ? tree_command(w, row->from_tree, spot->install->path)
				     : swap_command(w, spot->install->path);

	if (!next)
		return stk_fail_nomem(w->err);
	return add_drift(
		w, LDB_CHANGED, row->path, row->id,
		arena_printf(
			w->arena,
			"swap %lld: %s, but %s uses '%s' now, as after an update (%s)",
			(long long)row->id, what, spot->install->tool->title, instead->path,
			instead->why_current ? instead->why_current : "why is not told"),
		next);
}

static int tell_drift(struct watch *w, const struct swap_row *row,
		      const struct look *look, const struct ldb_install *install)
{
	const bool ended = row->pin && !pin_holds(w, row->pin);
	const char *next;
	int r = mend(w, row, install, &next);

	if (r < 0)
		return r;
	return add_drift(w, look->kind, row->path, row->id,
			 arena_printf(w->arena, "swap %lld (%s): %s%s%s",
				      (long long)row->id, row->why, look->what,
				      ended ? "; its pin was ended" : "",
				      row->tree && !is_there(row->from_tree)
					      ? "; the tree that it came from is gone"
					      : ""),
			 next);
}

static int tell_lost(struct watch *w, const struct swap_row *row, const char *lost)
{
	return add_drift(w, LDB_ORIGINAL_LOST, row->kept_path, row->id,
			 arena_printf(w->arena,
				      "swap %lld: the original of '%s' %s: 'stoker "
				      "restore' cannot put it"
				      " back, only %s%s%s installed again brings it",
				      (long long)row->id, row->path, lost, row->tool,
				      row->version ? " " : "",
				      row->version ? row->version : ""),
			 NULL);
}

static int tell(struct watch *w, const struct swap_row *row, const struct look *look)
{
	const struct spot spot = find_spot(w->scan, row->path);
	const struct ldb_component *instead = in_use_instead(&spot);
	int r;

	/* Taken away, or on a disk that is not mounted: that is no drift. */
	if (look->kind == LDB_GONE && row->install && !is_there(row->install))
		return add_drift(w, LDB_UNINSTALLED, row->path, row->id,
				 arena_printf(w->arena,
					      "swap %lld (%s): the whole of '%s' is gone",
					      (long long)row->id, row->why, row->install),
				 NULL);
	/* The original is there, and no pin wants anything else any more. */
	if (look->kind == LDB_BACK && !row->tree && row->pin && !pin_holds(w, row->pin))
		return 0;
	if (look->kind != LDB_IN_PLACE)
		r = tell_drift(w, row, look, spot.install);
	else if (instead)
		r = tell_elsewhere(w, row, look->what, &spot, instead);
	else
		r = add_drift(w, LDB_IN_PLACE, row->path, row->id,
			      arena_printf(w->arena, "swap %lld: %s", (long long)row->id,
					   look->what),
			      NULL);
	return !r && look->lost ? tell_lost(w, row, look->lost) : r;
}

static int check_row(struct watch *w, const struct swap_row *row)
{
	struct look look = { .what = NULL };
	int r = status_look(w, row, &look);

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

/* What was said of the swap that holds at @path; NULL: none was looked at. */
static const struct ldb_drift *told_of(const struct watch *w, const char *path)
{
	for (size_t i = 0; i < w->ret->count; i++)
		if (!strcmp(w->ret->item[i].path, path))
			return &w->ret->item[i];
	return NULL;
}

/* Where the install is that @name means, "cubeide@1.7.0"; not found: @name itself. */
static const char *path_of(const struct watch *w, const char *name)
{
	const char *version = strchr(name, '@');

	for (size_t i = 0; version && i < w->scan->n_installs; i++) {
		const struct ldb_install *install = &w->scan->installs[i];
		size_t len = strlen(install->tool->name);

		if (len == (size_t)(version - name) && install->version &&
		    !strncasecmp(name, install->tool->name, len) &&
		    ldb_version_valid(install->tool->order, version + 1) &&
		    ldb_version_valid(install->tool->order, install->version) &&
		    !ldb_version_compare(install->tool->order, version + 1,
					 install->version))
			return install->path;
	}
	return name;
}

/* What is pinned is not there: no swap was done for it, or it was for another pin. */
static int tell_change(struct watch *w, const struct ldb_install *install,
		       const struct ldb_change *c)
{
	const struct ldb_drift *told = told_of(w, c->path);
	const enum ldb_drift_kind kind = told ? LDB_NEW_PIN : LDB_NEW_INSTALL;
	const char *next;

	/* An archive is never swapped, whatever is pinned; a tree was, by whichever pin. */
	if (c->done || (c->refused && !c->after_sha256 && !c->from) ||
	    (told && (told->kind != LDB_IN_PLACE || c->kind == LDB_SWAP_TREE)))
		return 0;
	/* A pin of a tree: --all does not do it, and says so. */
	next = c->from ? tree_command(w, path_of(w, c->from), install->path)
		       : swap_command(w, install->path);
	if (!next)
		return stk_fail_nomem(w->err);
	return add_drift(w, kind, c->path, 0,
			 arena_printf(w->arena, "%s: %s", c->why,
				      c->refused ? c->refused : "other bytes are there"),
			 c->refused && !c->from ? NULL : next);
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
				 arena_strdup(w->arena, why.msg), "stoker pins");
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
