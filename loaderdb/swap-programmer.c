/* SPDX-License-Identifier: MIT */
/*
 * What pins change in a programmer: the folder as a whole, or files in it. The
 * folder comes first, for it decides which files are there.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <strings.h>

#include "swap.h"

/* What the programmer's external loaders are called. */
#define STLDR ".stldr"

struct programmer {
	const struct ldb_component *c;
	struct ldb_change *tree; /* NULL: no pin wants another one */
};

/* ---- the whole folder ------------------------------------------------- */

static int fail_tie(struct planner *p, struct ldb_change *c, const struct ldb_pin *pin)
{
	return swap_deny(c, "tie", swap_say(p->swap, "pins want different programmers in this one"
					    " folder: %s; and pin %lld, %s: name one device",
					    c->why, (long long)pin->id, pin->from), p->err);
}

/* What @pin names cannot be had. */
static int refuse_tree(struct planner *p, const struct ldb_component *c,
		       const struct ldb_pin *pin, int r, struct stk_error *why)
{
	const struct ldb_install *install = p->opt->install;
	const struct todo todo = { .tool = install->tool->name, .version = install->version,
				   .install = install->path, .pin = pin->id };
	const char *path = swap_say(p->swap, "%s", c->path);
	struct ldb_change *change = path ? swap_add(p->swap, LDB_SWAP_TREE, path, &todo) : NULL;

	if (!change)
		return stk_fail_nomem(p->err);
	change->from = swap_say(p->swap, "%s", pin->from);
	change->why = swap_say(p->swap, "pin %lld: %s", (long long)pin->id, pin->why);
	return swap_refuse(p->swap, change, change->from && change->why ? r : -ENOMEM, why, p->err);
}

static int find_programmer(struct planner *p, const struct ldb_pin *pin,
			   const struct ldb_component **ret, struct stk_error *why)
{
	if (p->opt->find_programmer)
		return p->opt->find_programmer(p->opt->find_data, pin->from, ret, why);
	return stk_fail(why, STK_ORIGIN_DATABASE, EOPNOTSUPP, "whole-programmer",
			"pin %lld names the whole programmer of %s: 'stoker swap' puts it there",
			(long long)pin->id, pin->from);
}

static int plan_pinned_tree(struct planner *p, const struct ldb_component *c,
			    const struct ldb_candidate *pick)
{
	const struct ldb_component *from;
	char real[PATH_MAX];
	struct ldb_change *change = realpath(c->path, real) ? swap_find(p->swap, real) : NULL;
	struct stk_error why;
	const char *text;
	int r;

	r = find_programmer(p, pick->pin, &from, &why);
	if (r < 0)
		return change ? 0 : refuse_tree(p, c, pick->pin, r, &why);
	if (change)
		return change->refused || (realpath(from->path, real) &&
					   !strcmp(real, change->from)) ?
			       0 : fail_tie(p, change, pick->pin);
	text = swap_say(p->swap, "%s", pick->why);
	return text ? plan_tree(p, c, from->path, text, pick->pin->id, &change) :
		      stk_fail_nomem(p->err);
}

static int plan_trees(struct planner *p, const void *data, const char *device)
{
	const struct ldb_component *c = data;
	const struct ldb_install *install = p->opt->install;
	const struct ldb_answer *answer;
	int r = plan_resolve(p, install->tool->name, install->version, device, &answer);

	for (size_t i = 0; !r && answer && i < answer->n_places; i++)
		if (!answer->places[i].candidates[0].build)
			r = plan_pinned_tree(p, c, &answer->places[i].candidates[0]);
	ldb_free(answer);
	return r;
}

/* ---- files in it ------------------------------------------------------ */

static bool ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n >= m && !strcasecmp(name + n - m, suffix);
}

/* As it is called there, in any case; NULL: there is none. */
static const char *find_file(const struct ldb_component *c, const char *name)
{
	for (size_t i = 0; i < c->n_files; i++)
		if (!strcmp(place_name(c->files[i].path), name))
			return c->files[i].path;
	for (size_t i = 0; i < c->n_files; i++)
		if (!strcasecmp(place_name(c->files[i].path), name))
			return c->files[i].path;
	return NULL;
}

/* What hosts of this kind mind about the build under this name. */
static int note_findings(struct planner *p, const void *data, struct ldb_change *c,
			 const struct stk_loader_info *info)
{
	int r = 0;

	(void)data;
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

/* Where a loader of this name is, or is to be; NULL: nowhere. */
static int file_path(struct planner *p, const struct ldb_component *c,
		     const struct ldb_candidate *pick, const char **ret)
{
	const char *name = pick->pin->name ? pick->pin->name : pick->build->name;

	*ret = find_file(c, name);
	if (*ret || !ends_with(name, STLDR) || strchr(name, '/'))
		return 0;
	*ret = swap_say(p->swap, "%s/bin/ExternalLoader/%s", c->path, name);
	return *ret ? 0 : stk_fail_nomem(p->err);
}

/* Which files are there is known when the other folder is in its place. */
static int put_off(struct planner *p, struct ldb_change *tree, const struct ldb_candidate *pick)
{
	const char *name = pick->pin->name ? pick->pin->name : pick->build->name;

	tree->why = swap_say(p->swap, "%s; then run this again for '%s' in it (pin %lld)",
			     tree->why, name, (long long)pick->pin->id);
	return tree->why ? 0 : stk_fail_nomem(p->err);
}

static int plan_place(struct planner *p, const struct programmer *prog,
		      const struct ldb_candidate *pick)
{
	const struct ldb_install *install = p->opt->install;
	struct ldb_change *change;
	const char *path;
	int r;

	if (!pick->build)
		return 0;
	if (prog->tree && !prog->tree->done)
		return put_off(p, prog->tree, pick);
	r = file_path(p, prog->c, pick, &path);
	if (r < 0 || !path)
		return r;
	r = plan_file(p, path, pick, install->tool->name, install->version, &change);
	return r < 0 || !change ? r : plan_fit(p, change, note_findings, NULL);
}

static int plan_files(struct planner *p, const void *data, const char *device)
{
	const struct programmer *prog = data;
	const struct ldb_install *install = p->opt->install;
	const struct ldb_answer *answer;
	int r = plan_resolve(p, install->tool->name, install->version, device, &answer);

	for (size_t i = 0; !r && answer && i < answer->n_places; i++)
		r = plan_place(p, prog, &answer->places[i].candidates[0]);
	ldb_free(answer);
	return r;
}

/* ---- both ------------------------------------------------------------- */

static struct ldb_change *find_tree(struct planner *p, const struct ldb_component *c)
{
	char real[PATH_MAX];
	struct ldb_change *found = realpath(c->path, real) ? swap_find(p->swap, real) : NULL;

	return found ? found : swap_find(p->swap, c->path);
}

int plan_programmer(struct planner *p, const struct ldb_component *c)
{
	const struct ldb_swap_options *opt = p->opt;
	struct programmer prog = { .c = c };
	const char *why;
	int r;

	if (opt->programmer_from) {
		why = swap_say(p->swap, "the whole programmer of %s", opt->programmer_from_name ?
			       opt->programmer_from_name : opt->programmer_from->path);
		return why ? plan_tree(p, c, opt->programmer_from->path, why, 0, &prog.tree) :
			     stk_fail_nomem(p->err);
	}
	r = plan_devices(p, plan_trees, c);
	if (r < 0)
		return r;
	prog.tree = find_tree(p, c);
	return plan_devices(p, plan_files, &prog);
}
