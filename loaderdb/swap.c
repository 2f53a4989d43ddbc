/* SPDX-License-Identifier: MIT */
/* The plan of a swap: which files of an install the pins change. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "swap.h"

/* Why NAME is no file for hosts that read folders of a programmer. */
#define STLDR ".stldr"

static bool ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n >= m && !strcasecmp(name + n - m, suffix);
}

const char *component_file(const struct ldb_component *c, const char *name)
{
	for (size_t i = 0; i < c->n_files; i++)
		if (!strcmp(place_name(c->files[i].path), name))
			return c->files[i].path;
	for (size_t i = 0; i < c->n_files; i++)
		if (!strcasecmp(place_name(c->files[i].path), name))
			return c->files[i].path;
	return NULL;
}

/* ---- one file --------------------------------------------------------- */

/* Two pins may mean the same file: once, or not at all. */
static struct ldb_change *find_change(struct ldb_swap *s, const char *path)
{
	for (size_t i = 0; i < s->info.n_changes; i++)
		if (!strcmp(s->changes[i].path, path))
			return &s->changes[i];
	return NULL;
}

static int merge(struct planner *p, struct ldb_change *c, const struct ldb_candidate *pick)
{
	struct ldb_swap *s = p->swap;

	if (c->refused || !strcmp(c->after_sha256, pick->build->sha256))
		return 0;
	c->refused = swap_say(s, "pins want different builds in this one file: %s; and %s:"
			      " name one device", c->why, pick->why);
	return c->refused ? 0 : stk_fail_nomem(p->err);
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

	if (find_change(p->swap, path))
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
	c = find_change(p->swap, real);
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
	int r = ldb_resolve(p->swap->db, &q, ret, &why);

	if (r == -ENOENT && !strcmp(why.cause, "no-pin")) {
		*ret = NULL;
		return 0;
	}
	if (r < 0 && p->err)
		*p->err = why;
	return r;
}

int plan_devices(struct planner *p, int (*each)(struct planner *p, const void *data,
						const char *device),
		 const void *data)
{
	const struct ldb_pins *pins;
	int r;

	if (p->opt->device)
		return each(p, data, p->opt->device);
	r = ldb_pins(p->swap->db, false, &pins, p->err);
	for (size_t i = 0; !r && i < pins->count; i++)
		r = each(p, data, pins->item[i].device);
	if (r <= 0 && pins)
		ldb_free(pins);
	return r;
}

/* ---- a programmer ----------------------------------------------------- */

/* What hosts of this kind mind about the build under this name. */
static int add_findings(struct planner *p, struct ldb_change *c,
			const struct stk_loader_info *info)
{
	int r = 0;

	for (size_t i = 0; !r && i < info->n_findings; i++) {
		const struct stk_finding *f = &info->findings[i];

		if (!f->host || strcmp(f->host, "cubeprogrammer") || f->level < STK_WARNING)
			continue;
		r = swap_caution(p->swap, c,
				 swap_say(p->swap, "%s: %s (cubeprogrammer %s it%s%s)", f->id,
					  f->text, f->effect, f->since ? " since " : "",
					  f->since ? f->since : ""), p->err);
	}
	return r;
}

static int check_name(struct planner *p, struct ldb_change *c)
{
	struct stk_loader *loader;
	struct stk_error ignored;
	size_t len;
	void *bytes;
	int r = ldb_build_bytes(p->swap->db, c->after_sha256, &bytes, &len, p->err);

	if (r < 0)
		return r;
	r = stk_loader_from_memory(p->ctx, place_name(c->path), bytes, len,
				   STK_LOADER_DESCRIBE, &loader, &ignored);
	free(bytes);
	/* That it is no loader is the pin's affair, and was told there. */
	if (r < 0)
		return 0;
	r = add_findings(p, c, stk_loader_info(loader));
	stk_loader_close(loader);
	return r;
}

/* Where a loader of this name is, or is to be; NULL: nowhere. */
static int programmer_path(struct planner *p, const struct ldb_component *c,
			   const struct ldb_candidate *pick, const char **ret)
{
	const char *name = pick->pin->name ? pick->pin->name : pick->build->name;

	*ret = component_file(c, name);
	if (*ret || c->kind != LDB_PROGRAMMER || !ends_with(name, STLDR) || strchr(name, '/'))
		return 0;
	*ret = swap_say(p->swap, "%s/bin/ExternalLoader/%s", c->path, name);
	return *ret ? 0 : stk_fail_nomem(p->err);
}

static int refuse_tree_pin(struct planner *p, const struct ldb_component *c,
			   const struct ldb_pin *pin)
{
	const struct todo todo = { .tool = p->opt->install->tool->name, .pin = pin->id };
	const char *path = swap_say(p->swap, "%s", c->path);
	struct ldb_change *change;

	if (!path)
		return stk_fail_nomem(p->err);
	if (find_change(p->swap, path))
		return 0;
	change = swap_add(p->swap, LDB_SWAP_TREE, path, &todo);
	if (!change)
		return stk_fail_nomem(p->err);
	change->from = swap_say(p->swap, "%s", pin->from);
	change->why = swap_say(p->swap, "pin %lld: %s", (long long)pin->id, pin->why);
	change->refused = swap_say(p->swap, "pin %lld names the whole programmer of %s: swap it"
				   " with --programmer-from %s", (long long)pin->id, pin->from,
				   pin->from);
	return change->refused && change->why ? 0 : stk_fail_nomem(p->err);
}

static int plan_place(struct planner *p, const struct ldb_component *c,
		      const struct ldb_place *place)
{
	const struct ldb_candidate *pick = &place->candidates[0];
	const struct ldb_install *install = p->opt->install;
	struct ldb_change *change;
	const char *path;
	int r;

	if (!pick->build)
		return c->kind == LDB_PROGRAMMER ? refuse_tree_pin(p, c, pick->pin) : 0;
	r = programmer_path(p, c, pick, &path);
	if (r < 0 || !path)
		return r;
	r = plan_file(p, path, pick, install->tool->name, install->version, &change);
	if (r < 0 || !change || change->done || change->refused)
		return r;
	return c->kind == LDB_PROGRAMMER ? check_name(p, change) : 0;
}

static int plan_programmer(struct planner *p, const void *data, const char *device)
{
	const struct ldb_component *c = data;
	const struct ldb_install *install = p->opt->install;
	const struct ldb_answer *answer;
	int r = plan_resolve(p, install->tool->name, install->version, device, &answer);

	for (size_t i = 0; !r && answer && i < answer->n_places; i++)
		r = plan_place(p, c, &answer->places[i]);
	if (r <= 0 && answer)
		ldb_free(answer);
	return r;
}

/* ---- a pack archive --------------------------------------------------- */

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
	if (path && find_change(p->swap, path))
		return 0;
	c = path ? swap_add(p->swap, LDB_SWAP_FILE, path, &todo) : NULL;
	if (!c)
		return stk_fail_nomem(p->err);
	c->why = swap_say(p->swap, "pins hold for %s %s", a->pack, a->version ? a->version : "");
	c->refused = swap_say(p->swap, "it is an archive, which is left alone: pyOCD and cpackget"
			      " unpack or index it as its vendor made it, and fetch it again;"
			      " unpack it and swap in the folder, give stoker -l FILE, or give"
			      " pyOCD that folder's .pack (--pack, or pack: in pyocd.yaml)");
	return c->refused && c->why ? 0 : stk_fail_nomem(p->err);
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

	if (p->opt->programmer_from)
		return c->kind == LDB_PROGRAMMER && in_use ? plan_tree(p, c) : 0;
	switch (c->kind) {
	case LDB_PROGRAMMER:
		return in_use ? plan_devices(p, plan_programmer, c) : 0;
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
	struct planner p = { .swap = swap_new(db), .ctx = ctx, .opt = opt, .err = err };
	int r = p.swap ? 0 : stk_fail_nomem(err);

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
