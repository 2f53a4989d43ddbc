/* SPDX-License-Identifier: MIT */
/*
 * Which programmers of a scan a swap put there. The folder keeps its name, and
 * with it the stamp of the plug-in that was there before: only the journal knows.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "scan.h"
#include "swap.h"

struct placing {
	struct ldb *db;
	struct ldb_facts *facts;
	struct arena *arena;
	struct ldb_placed_list *list;
	struct stk_error *err;
};

/* The release that brought the tree, by the plug-in's folder that it is in. */
static const struct ldb_release *release_of(const struct placing *s, const char *from)
{
	char plugin[PATH_MAX];
	const char *stamp;
	char *slash;

	snprintf(plugin, sizeof(plugin), "%s", from);
	slash = strrchr(plugin, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	stamp = plugin_stamp(place_name(plugin), PLUGIN_PROGRAMMER);
	return stamp ? ldb_release_of_plugin(s->facts, stamp) : NULL;
}

/* Is something else in it than was put there? */
static int is_changed(struct placing *s, const struct swap_row *row, bool *ret)
{
	struct tree put = { 0 }, now = { 0 };
	struct stk_error why;
	int r = tree_read_at(row->path, &now, &why);

	if (r == -ENOMEM)
		return stk_fail_nomem(s->err);
	/* What cannot be read is not as it was put there. */
	if (r < 0) {
		*ret = true;
		return 0;
	}
	r = journal_tree(s->db, row->id, "after", &put, s->err);
	/* Files in it that were swapped are as they are meant to be. */
	if (!r)
		r = tree_without_swaps(s->db, row->path, &now, &put, s->err);
	if (!r)
		*ret = tree_difference(&put, &now) != NULL;
	tree_free(&put);
	tree_free(&now);
	return r;
}

static int add(struct placing *s, const struct swap_row *row,
	       const struct ldb_component *component)
{
	struct ldb_placed *p = answer_grow(s->arena, &s->list->item, &s->list->count,
					   sizeof(*p));
	const struct ldb_release *release = release_of(s, row->from_tree);

	if (!p)
		return stk_fail_nomem(s->err);
	p->swap = row->id;
	p->path = arena_strdup(s->arena, component->path);
	p->from = arena_strdup(s->arena, row->from_tree);
	p->why = arena_strdup(s->arena, row->why);
	if (!p->path || !p->from || !p->why)
		return stk_fail_nomem(s->err);
	if (release && release->programmer) {
		p->version = arena_strdup(s->arena, release->programmer);
		p->basis = arena_strdup(s->arena, release->basis);
		if (!p->version || !p->basis)
			return stk_fail_nomem(s->err);
	}
	return is_changed(s, row, &p->changed);
}

/* The last tree that was put in @path and still holds. */
static const struct swap_row *last_at(const struct swap_rows *rows, const char *path)
{
	for (size_t i = rows->count; i-- > 0;)
		if (rows->item[i].tree && !strcmp(rows->item[i].path, path))
			return &rows->item[i];
	return NULL;
}

static int look_at(struct placing *s, const struct swap_rows *rows,
		   const struct ldb_component *component)
{
	const struct swap_row *row;
	char real[PATH_MAX];

	/* The journal knows paths without links. */
	if (component->kind != LDB_PROGRAMMER || !realpath(component->path, real))
		return 0;
	row = last_at(rows, real);
	return row ? add(s, row, component) : 0;
}

static int look_at_all(struct placing *s, const struct ldb_scan *scan)
{
	struct swap_rows rows;
	int r = journal_holding(s->db, s->arena, &rows, s->err);

	for (size_t i = 0; !r && i < scan->n_installs; i++) {
		const struct ldb_install *install = &scan->installs[i];

		for (size_t k = 0; !r && k < install->n_components; k++)
			r = look_at(s, &rows, &install->components[k]);
	}
	return r;
}

int ldb_placed_find(struct ldb *db, struct ldb_facts *facts, const struct ldb_scan *scan,
		    const struct ldb_placed_list **ret, struct stk_error *err)
{
	struct placing s = { .db = db, .facts = facts, .err = err };
	int r;

	s.list = answer_new(sizeof(*s.list), &s.arena);
	if (!s.list)
		return stk_fail_nomem(err);
	r = look_at_all(&s, scan);
	if (r < 0) {
		ldb_free(s.list);
		return r;
	}
	*ret = s.list;
	return 0;
}
