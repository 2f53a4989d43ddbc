/* SPDX-License-Identifier: MIT */
/* What plans of swap and restore have in common. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "replace.h"
#include "swap.h"

struct ldb_swap *swap_new(struct ldb *db)
{
	struct ldb_swap *s = calloc(1, sizeof(*s));

	if (s)
		s->db = db;
	return s;
}

void ldb_swap_free(struct ldb_swap *swap)
{
	if (!swap)
		return;
	arena_free(&swap->arena);
	free(swap);
}

const struct ldb_swap_info *ldb_swap_info(const struct ldb_swap *swap)
{
	return &swap->info;
}

struct ldb_change *swap_add(struct ldb_swap *s, enum ldb_swap_kind kind, const char *path,
			    const struct todo *todo)
{
	struct todo *t = answer_grow(&s->arena, &s->todos, &s->n_todos, sizeof(*t));
	struct ldb_change *c = !t ? NULL :
		answer_grow(&s->arena, &s->changes, &s->info.n_changes, sizeof(*c));

	if (!c)
		return NULL;
	*t = *todo;
	c->kind = kind;
	c->path = path;
	c->swap = todo->restores;
	s->info.changes = s->changes;
	return c;
}

struct ldb_change *swap_find(struct ldb_swap *s, const char *path)
{
	for (size_t i = 0; i < s->info.n_changes; i++)
		if (!strcmp(s->changes[i].path, path))
			return &s->changes[i];
	return NULL;
}

const char *swap_say(struct ldb_swap *s, const char *fmt, ...)
{
	const char *text;
	va_list args;

	va_start(args, fmt);
	text = arena_vprintf(&s->arena, fmt, args);
	va_end(args);
	return text;
}

int swap_caution(struct ldb_swap *s, struct ldb_change *c, const char *text,
		 struct stk_error *err)
{
	if (text && c->caution)
		text = swap_say(s, "%s; %s", c->caution, text);
	if (!text)
		return stk_fail_nomem(err);
	c->caution = text;
	return 0;
}

int swap_refuse(struct ldb_swap *s, struct ldb_change *c, int r, struct stk_error *why,
		struct stk_error *err)
{
	if (r == -ENOMEM || !(c->refused = arena_strdup(&s->arena, why->msg)) ||
	    !(c->refused_cause = arena_strdup(&s->arena, why->cause)))
		return stk_fail_nomem(err);
	return 0;
}

int swap_deny(struct ldb_change *c, const char *cause, const char *text,
	      struct stk_error *err)
{
	c->refused = text;
	c->refused_cause = cause;
	return text ? 0 : stk_fail_nomem(err);
}

void swap_count(struct ldb_swap *s)
{
	struct ldb_swap_info *info = &s->info;

	info->n_refused = info->n_todo = info->n_cautions = 0;
	for (size_t i = 0; i < info->n_changes; i++) {
		const struct ldb_change *c = &info->changes[i];

		info->n_refused += c->refused != NULL;
		info->n_todo += !c->refused && !c->done;
		info->n_cautions += !c->refused && !c->done && c->caution;
	}
}

/* ---- paths ------------------------------------------------------------ */

/* What is there, or its folder and then its name. */
static bool resolve_path(const char *path, char ret[PATH_MAX])
{
	char folder[PATH_MAX];
	const char *name = place_name(path);
	size_t n;

	if (realpath(path, ret))
		return true;
	/* A link to nowhere is no free name. */
	if (errno != ENOENT || (size_t)(name - path) >= sizeof(folder))
		return false;
	snprintf(folder, sizeof(folder), "%.*s", (int)(name - path), path);
	if (!realpath(folder, ret))
		return false;
	n = strlen(ret);
	return (size_t)snprintf(ret + n, PATH_MAX - n, "/%s", name) < PATH_MAX - n;
}

int swap_real_path(struct ldb_swap *s, const char *install, const char *path,
		   const char **ret, struct stk_error *err)
{
	char root[PATH_MAX], real[PATH_MAX];

	if (!realpath(install, root))
		return place_fail(err, "find", install);
	if (!resolve_path(path, real))
		return place_fail(err, "find", path);
	if (!place_is_in(root, real))
		return stk_fail(err, STK_ORIGIN_DATABASE, ELOOP, "leads-out",
				"'%s' is a symbolic link that leads out of the install, to '%s': what"
				" is there belongs to something else; it is left alone", path, real);
	*ret = arena_strdup(&s->arena, real);
	return *ret ? 0 : stk_fail_nomem(err);
}

/* ---- files ------------------------------------------------------------ */

/* Its bytes are another swap's: say which. */
static int note_swaps(struct ldb_swap *s, struct ldb_change *c, struct stk_error *err)
{
	struct arena arena = { NULL };
	struct swap_rows rows;
	int r = journal_holding(s->db, &arena, &rows, err);

	for (size_t i = rows.count; !r && i-- > 0;) {
		const struct swap_row *row = &rows.item[i];

		if (strcmp(row->path, c->path) || !row->after_sha256 || !c->before_sha256 ||
		    strcmp(row->after_sha256, c->before_sha256))
			continue;
		r = swap_caution(s, c, swap_say(s, "swap %lld put these bytes there", (long long)
						row->id), err);
		break;
	}
	arena_free(&arena);
	return r;
}

static int note_there(struct ldb_swap *s, struct ldb_change *c, const struct held *h,
		      struct stk_error *err)
{
	c->before_sha256 = h->exists ? arena_strdup(&s->arena, h->sha256) : NULL;
	if (h->exists && !c->before_sha256)
		return stk_fail_nomem(err);
	c->done = c->before_sha256 && c->after_sha256 ?
			  !strcmp(c->before_sha256, c->after_sha256) :
			  c->before_sha256 == c->after_sha256;
	if (c->done || h->links < 2)
		return 0;
	return swap_caution(s, c, swap_say(s, "the file has %lu names (hard links): the others"
					   " keep the bytes it has now", (unsigned long)
					   h->links), err);
}

static int look(struct ldb_swap *s, const struct place *p, struct ldb_change *c,
		struct held *h, struct stk_error *err)
{
	int r = held_read(p, p->name, h, err);

	if (!r)
		r = place_check(p, h->exists, err);
	if (!r)
		r = place_check_room(p, s->bytes, err);
	return r;
}

int swap_look(struct ldb_swap *s, struct ldb_change *c, uint64_t size,
	      struct stk_error *err)
{
	struct held h = { 0 };
	struct stk_error why;
	struct place p;
	int r = place_open(c->path, &p, &why);

	if (r < 0)
		return swap_refuse(s, c, r, &why, err);
	s->bytes += size;
	r = look(s, &p, c, &h, &why);
	if (h.exists || !r) {
		int noted = note_there(s, c, &h, err);

		if (noted < 0)
			r = noted;
	}
	held_free(&h);
	place_close(&p);
	if (r < 0 && !c->done)
		return swap_refuse(s, c, r, &why, err);
	return c->done || c->swap ? 0 : note_swaps(s, c, err);
}
