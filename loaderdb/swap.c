/* SPDX-License-Identifier: MIT */
/* The plan of a swap: which files of an install the pins change. */
#include <errno.h>
#include <string.h>

#include "swap.h"

/* ---- one file --------------------------------------------------------- */

static int merge(struct planner *p, struct ldb_change *c, const struct ldb_candidate *pick)
{
	struct ldb_swap *s = p->swap;

	if (c->refused || !strcmp(c->after_sha256, pick->build->sha256))
		return 0;
	return swap_deny(c, "tie", swap_say(s, "pins want different builds in this one file:"
					       " %s; and %s: name one device", c->why,
					       pick->why), p->err);
}

/* The plan outlives the answer that the pin comes from. */
static int keep(struct planner *p, struct ldb_change *c, const struct ldb_candidate *pick)
{
	c->after_sha256 = swap_say(p->swap, "%s", pick->build->sha256);
	c->why = swap_say(p->swap, "%s", pick->why);
	return c->after_sha256 && c->why ? 0 : stk_fail_nomem(p->err);
}

static int add_refused(struct planner *p, const char *path, const struct todo *todo,
		       const struct ldb_candidate *pick, int r, struct stk_error *why)
{
	struct ldb_change *c;

	if (swap_find(p->swap, path))
		return 0;
	path = swap_say(p->swap, "%s", path);
	c = path ? swap_add(p->swap, LDB_SWAP_FILE, path, todo) : NULL;
	if (!c)
		return stk_fail_nomem(p->err);
	r = swap_refuse(p->swap, c, r, why, p->err);
	return r ? r : keep(p, c, pick);
}

int plan_file(struct planner *p, const char *path, const struct ldb_candidate *pick,
	      const char *tool, const char *version, struct ldb_change **ret)
{
	const struct ldb_install *install = p->opt->install;
	const struct todo todo = { .tool = tool, .version = version, .install = install->path,
				   .pin = pick->pin->id };
	struct stk_error why;
	struct ldb_change *c;
	const char *real;
	int r = swap_real_path(p->swap, install->path, path, &real, &why);

	*ret = NULL;
	if (r < 0)
		return add_refused(p, path, &todo, pick, r, &why);
	c = swap_find(p->swap, real);
	if (c)
		return merge(p, c, pick);
	c = swap_add(p->swap, LDB_SWAP_FILE, real, &todo);
	if (!c)
		return stk_fail_nomem(p->err);
	r = keep(p, c, pick);
	if (!r)
		r = swap_look(p->swap, c, pick->build->size, p->err);
	*ret = c;
	return r;
}

/* ---- pins ------------------------------------------------------------- */

int plan_resolve(struct planner *p, const char *tool, const char *version,
		 const char *device, const struct ldb_answer **ret)
{
	const struct ldb_question q = {
		.size = sizeof(q),
		.tool = tool,
		.version = version,
		.device = device,
	};
	struct stk_error why;
	int r;

	*ret = NULL;
	r = ldb_resolve(p->swap->db, &q, ret, &why);
	if (r == -ENOENT && !strcmp(why.cause, "no-pin"))
		return 0;
	if (r < 0 && p->err)
		*p->err = why;
	return r;
}

int plan_devices(struct planner *p, int (*each)(struct planner *p, const void *data,
						const char *device),
		 const void *data)
{
	const struct ldb_pins *pins = NULL;
	int r;

	if (p->opt->device)
		return each(p, data, p->opt->device);
	r = ldb_pins(p->swap->db, false, &pins, p->err);
	for (size_t i = 0; !r && i < pins->count; i++)
		r = each(p, data, pins->item[i].device);
	ldb_free(pins);
	return r;
}

/* ---- a pack archive --------------------------------------------------- */

static const char archive_advice[] =
	"it is an archive, which is left alone: pyOCD and cpackget unpack or index it as its"
	" vendor made it, and fetch it again; unpack it and swap in the folder, give stoker -l"
	" FILE, or give pyOCD that folder's .pack (--pack, or pack: in pyocd.yaml)";

static int refuse_archive(struct planner *p, const void *data, const char *device)
{
	const struct ldb_component *a = data;
	const struct todo todo = { .tool = a->pack, .version = a->version };
	const struct ldb_answer *answer;
	const char *path;
	struct ldb_change *c;
	int r = plan_resolve(p, a->pack, a->version, device, &answer);

	if (r < 0 || !answer)
		return r;
	ldb_free(answer);
	path = swap_say(p->swap, "%s", a->path);
	if (path && swap_find(p->swap, path))
		return 0;
	c = path ? swap_add(p->swap, LDB_SWAP_FILE, path, &todo) : NULL;
	if (!c)
		return stk_fail_nomem(p->err);
	c->why = swap_say(p->swap, "pins hold for %s %s", a->pack, a->version ? a->version : "");
	if (!c->why)
		return stk_fail_nomem(p->err);
	return swap_deny(c, "archive", archive_advice, p->err);
}

/* ---- the whole -------------------------------------------------------- */

static bool is_only(const struct ldb_install *install, const struct ldb_component *c)
{
	for (size_t i = 0; i < install->n_components; i++)
		if (&install->components[i] != c && install->components[i].kind == c->kind)
			return false;
	return true;
}

static int plan_component(struct planner *p, const struct ldb_component *c)
{
	/* Of several programmers the toolchain uses one. */
	const bool in_use = c->current || is_only(p->opt->install, c);

	if (p->opt->programmer_from && c->kind != LDB_PROGRAMMER)
		return 0;
	switch (c->kind) {
	case LDB_PROGRAMMER:
		return in_use ? plan_programmer(p, c) : 0;
	case LDB_PACK_FOLDER:
		return plan_pack(p, c);
	case LDB_PACK_ARCHIVE:
		return c->pack ? plan_devices(p, refuse_archive, c) : 0;
	default:
		return 0;
	}
}

static int fail_nothing(const struct planner *p)
{
	const struct ldb_install *install = p->opt->install;

	if (p->opt->programmer_from)
		return stk_fail(p->err, STK_ORIGIN_DATABASE, ENOENT, "no-programmer",
				"'%s' has no programmer in use that could be replaced",
				install->path);
	return stk_fail(p->err, STK_ORIGIN_DATABASE, ENOENT, "no-pin",
			"no pin changes anything in '%s'%s%s: 'stoker pin' makes one, 'stoker"
			" resolve' tells which hold", install->path,
			p->opt->device ? " for " : "", p->opt->device ? p->opt->device : "");
}

int ldb_swap_plan(struct ldb *db, struct stk_ctx *ctx, const struct ldb_swap_options *opt,
		  struct ldb_swap **ret, struct stk_error *err)
{
	struct ldb_swap_options known = { 0 };
	struct planner p = { .swap = swap_new(db), .ctx = ctx, .opt = &known, .err = err };
	int r = p.swap ? 0 : stk_fail_nomem(err);

	/* What an older header does not have stays zero. */
	memcpy(&known, opt, opt->size < sizeof(known) ? opt->size : sizeof(known));
	for (size_t i = 0; !r && i < opt->install->n_components; i++)
		r = plan_component(&p, &opt->install->components[i]);
	if (!r && !p.swap->info.n_changes)
		r = fail_nothing(&p);
	if (r < 0) {
		ldb_swap_free(p.swap);
		return r;
	}
	swap_count(p.swap);
	*ret = p.swap;
	return 0;
}
