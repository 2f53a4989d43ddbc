/* SPDX-License-Identifier: MIT */
/* What the database knows of the loaders that a scan found. */
#include <errno.h>
#include <string.h>

#include "answer.h"
#include "db.h"

struct looker {
	struct ldb *db;
	struct stk_ctx *ctx;
	struct arena *arena;
	struct stk_error *err;
	const struct ldb_placed_list *placed;
	const struct ldb_component *component;
	struct stk_pack *pack; /* the component, where it is an archive */
};

/* ---- what the rows say ------------------------------------------------ */

/* 0 or a negative errno; *ret_build is 0 where the bytes are not known. */
static int find_build(struct looker *l, const char *sha256, int64_t *ret_build)
{
	int r = db_number(l->db, ret_build, l->err,
			  "SELECT id FROM build WHERE sha256 = ?", "s", sha256);

	if (r == -ENOENT)
		*ret_build = 0;
	return r == -ENOENT ? 0 : r;
}

/*
 * A row of origin is not written twice, so what was seen there last cannot be
 * told; but whether these bytes ever were.
 */
static int find_before(struct looker *l, struct ldb_sighting *item)
{
	db_cleanup struct db_rows *rows = NULL;
	int r = db_query(l->db, &rows, l->err,
			 "SELECT build.sha256, origin.seen FROM origin"
			 " JOIN build ON build.id = origin.build WHERE origin.path = ?"
			 " ORDER BY build.sha256 = ? DESC, origin.id DESC LIMIT 1",
			 "ss", item->file->path, item->file->sha256);

	if (!r)
		r = db_next(rows, l->err);
	if (r <= 0 || !strcmp(db_text(rows, 0), item->file->sha256))
		return r < 0 ? r : 0;
	item->before = arena_strdup(l->arena, db_text(rows, 0));
	item->before_when = db_int(rows, 1);
	return item->before ? 0 : stk_fail_nomem(l->err);
}

/* What they add up to, and the last one's own words. */
static int say_why(struct looker *l, int64_t build, const char *sum,
		   struct ldb_sighting *item)
{
	db_cleanup struct db_rows *rows = NULL;
	int r = db_query(l->db, &rows, l->err,
			 "SELECT reason FROM verdict WHERE build = ? AND kind = 'bad'"
			 " ORDER BY id DESC LIMIT 1",
			 "i", build);

	if (!r)
		r = db_next(rows, l->err);
	if (r < 0)
		return r;
	item->why = arena_printf(l->arena, "%s%s%s", sum ? sum : "bad", r ? ": " : "",
				 r ? db_text(rows, 0) : "");
	return item->why ? 0 : stk_fail_nomem(l->err);
}

static int add_verdicts(struct looker *l, int64_t build, struct ldb_sighting *item)
{
	const struct ldb_judgement *j;
	int r = ldb_judge(l->db, build, NULL, NULL, NULL, &j, l->err);

	if (r)
		return r;
	item->bad = j->known && j->kind == LDB_BAD;
	if (item->bad)
		r = say_why(l, build, j->why, item);
	ldb_free(j);
	return r;
}

/* ---- advisories ------------------------------------------------------- */

/* NULL: it cannot be read; that a scan has said already. */
static struct stk_loader *open_loader(struct looker *l, const struct ldb_found_file *file)
{
	struct stk_loader *loader = NULL;
	size_t i;

	if (!l->pack)
		return stk_loader_open(l->ctx, file->path, STK_LOADER_DESCRIBE, &loader,
				       NULL)
			       ? NULL
			       : loader;
	if (stk_pack_find_file(l->pack, file->name, &i, NULL) ||
	    stk_pack_loader(l->ctx, l->pack, i, STK_LOADER_DESCRIBE, &loader, NULL))
		return NULL;
	return loader;
}

/* Those of the toolchain alone say nothing of one of its loaders. */
static const struct ldb_hit *first_certain(const struct ldb_hits *hits)
{
	for (size_t i = 0; i < hits->count; i++)
		if (hits->item[i].certain && hits->item[i].advisory->n_marks)
			return &hits->item[i];
	return NULL;
}

/* A swap leaves the names from which a scan takes the version. */
static const char *programmer_version(const struct looker *l)
{
	const struct ldb_component *c = l->component;

	for (size_t i = 0; !c->version && i < l->placed->count; i++)
		if (!strcmp(l->placed->item[i].path, c->path) && !l->placed->item[i].changed)
			return l->placed->item[i].version;
	return c->version;
}

/* What uses it is the component, whichever install brought that. */
static int subject_tool(struct looker *l, struct ldb_subject *subject)
{
	const struct ldb_component *c = l->component;
	const bool programmer = c->kind == LDB_PROGRAMMER;

	if (!programmer && !c->pack)
		return 0;
	subject->version = programmer ? programmer_version(l) : c->version;
	return ldb_tool_find(l->db->facts, programmer ? "cubeprogrammer" : c->pack,
			     &subject->tool, l->err);
}

static int add_advisories(struct looker *l, struct ldb_sighting *item)
{
	struct stk_loader *loader = open_loader(l, item->file);
	struct ldb_subject subject = { .size = sizeof(subject) };
	const struct ldb_hits *hits = NULL;
	const struct ldb_hit *hit;
	int r;

	if (!loader)
		return 0;
	subject.loader = stk_loader_info(loader);
	r = subject_tool(l, &subject);
	if (!r)
		r = ldb_audit(l->db->facts, &subject, &hits, l->err);
	hit = r ? NULL : first_certain(hits);
	if (hit) {
		item->bad = true;
		item->why = arena_printf(l->arena, "%s: %s", hit->advisory->id,
					 hit->advisory->summary);
		if (!item->why)
			r = stk_fail_nomem(l->err);
	}
	ldb_free(hits);
	stk_loader_close(loader);
	return r;
}

/* ---- all of them ------------------------------------------------------ */

static int look_at(struct looker *l, struct ldb_sighting *item)
{
	int64_t build;
	int r;

	if (!item->file->sha256)
		return 0;
	r = find_build(l, item->file->sha256, &build);
	if (!r && build)
		r = add_verdicts(l, build, item);
	if (!r)
		r = find_before(l, item);
	if (!r && !item->bad && l->db->facts)
		r = add_advisories(l, item);
	item->known = !r && build;
	return r;
}

static int look_at_component(struct looker *l, struct ldb_sightings *ret)
{
	const struct ldb_component *c = l->component;
	int r = 0;

	l->pack = NULL;
	if (c->kind == LDB_PACK_ARCHIVE && c->n_files &&
	    stk_pack_open(l->ctx, c->path, &l->pack, NULL))
		l->pack = NULL;
	for (size_t i = 0; i < c->n_files && !r; i++) {
		struct ldb_sighting *item = answer_grow(l->arena, &ret->item, &ret->count,
							sizeof(*item));

		if (!item) {
			r = stk_fail_nomem(l->err);
			break;
		}
		item->file = &c->files[i];
		r = look_at(l, item);
	}
	stk_pack_close(l->pack);
	return r;
}

static int look_at_install(struct looker *l, const struct ldb_install *install,
			   struct ldb_sightings *ret)
{
	int r = 0;

	for (size_t i = 0; i < install->n_components && !r; i++) {
		l->component = &install->components[i];
		r = look_at_component(l, ret);
	}
	return r;
}

int ldb_sightings(struct ldb *db, struct stk_ctx *ctx, const struct ldb_scan *scan,
		  const struct ldb_sightings **ret, struct stk_error *err)
{
	struct looker l = { .db = db, .ctx = ctx, .err = err };
	struct ldb_sightings *all = answer_new(sizeof(*all), &l.arena);
	int r = all ? 0 : stk_fail_nomem(err);

	/* For advisories alone. */
	if (!r && db->facts)
		r = ldb_placed_find(db, db->facts, scan, &l.placed, err);
	for (size_t i = 0; i < scan->n_installs && !r; i++)
		r = look_at_install(&l, &scan->installs[i], all);
	ldb_free(l.placed);
	if (r)
		ldb_free(all);
	else
		*ret = all;
	return r;
}
