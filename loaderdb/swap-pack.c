/* SPDX-License-Identifier: MIT */
/* Which files of an unpacked pack the pins change: those that its .pdsc chooses. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "swap.h"

/* The host's own word for a loader that its RAM cannot hold. */
#define TOO_LITTLE_RAM "STK-P007"

struct pack_plan {
	struct planner *p;
	const struct ldb_component *c;
	struct stk_pack *pack;
};

/* ---- cautions --------------------------------------------------------- */

/* Whose file it is. */
struct served {
	struct pack_plan *k;
	size_t file;
	const char *device;
};

/*
 * Does the .pdsc give the pinned build enough RAM? The pack's own check says so
 * when it is shown that build in place of its file.
 */
static int check_ram(struct planner *p, const void *data, struct ldb_change *change,
		     const struct stk_loader_info *pinned)
{
	const struct served *served = data;
	const struct pack_plan *k = served->k;
	const struct stk_loader_info **loaders = NULL;
	const struct stk_pack_choice *choice;
	struct stk_error ignored;
	struct stk_pack *pack;
	int r = stk_pack_open(p->ctx, k->c->path, &pack, p->err);

	if (r < 0)
		return r;
	loaders = calloc(stk_pack_info(pack)->n_files, sizeof(*loaders));
	if (!loaders)
		r = stk_fail_nomem(p->err);
	else
		loaders[served->file] = pinned;
	if (!r)
		r = stk_pack_check(pack, loaders, p->err);
	if (!r && stk_pack_choose(pack, served->device, &choice, &ignored) == 0)
		for (size_t i = 0; !r && i < choice->n_findings; i++)
			if (!strcmp(choice->findings[i].id, TOO_LITTLE_RAM))
				r = swap_caution(p->swap, change,
						 swap_say(p->swap, "%s: %s",
							  choice->findings[i].id,
							  choice->findings[i].text),
						 p->err);
	free(loaders);
	stk_pack_close(pack);
	return r;
}

/* ---- one algorithm ---------------------------------------------------- */

/* As it is spelled on the disk, which a .pdsc need not know. */
static const char *algorithm_path(struct pack_plan *k, const struct stk_pack_file *file)
{
	const char *path = swap_say(k->p->swap, "%s/%s", k->c->path, file->path);

	for (size_t i = 0; path && i < k->c->n_files; i++)
		if (!strcasecmp(k->c->files[i].path, path))
			return k->c->files[i].path;
	return path;
}

static int plan_algorithm(struct pack_plan *k, const struct stk_pack_algorithm *a,
			  const struct ldb_candidate *pick, const char *device)
{
	const struct stk_pack_file *file;
	struct ldb_change *change;
	const char *path;
	int r;

	if (a->file == STK_PACK_NO_FILE)
		return 0;
	file = &stk_pack_info(k->pack)->files[a->file];
	path = algorithm_path(k, file);
	if (!path)
		return stk_fail_nomem(k->p->err);
	r = plan_file(k->p, path, pick, k->c->pack, k->c->version, &change);
	if (r < 0 || !change)
		return r;
	if (file->n_devices > 1)
		change->why = swap_say(k->p->swap, "%s; %zu devices of the pack use this file",
				       change->why, file->n_devices);
	if (!change->why)
		return stk_fail_nomem(k->p->err);
	return plan_fit(k->p, change, check_ram, &(struct served){ k, a->file, device });
}

/* Hosts that read packs know no other format. */
static bool concerns(const struct stk_pack_place *place, const struct ldb_candidate *pick)
{
	return pick->build && pick->build->has_range && pick->build->format &&
	       !strcmp(pick->build->format, "flm") &&
	       stk_range_overlaps(place->range, pick->build->range);
}

/* ---- one device ------------------------------------------------------- */

static int plan_choice(struct pack_plan *k, const struct stk_pack_choice *choice,
		       const struct ldb_answer *answer)
{
	int r = 0;

	for (size_t i = 0; !r && i < choice->n_places; i++) {
		const struct stk_pack_place *place = &choice->places[i];

		for (size_t j = 0; !r && j < answer->n_places; j++) {
			const struct ldb_candidate *pick = &answer->places[j].candidates[0];

			if (!concerns(place, pick))
				continue;
			for (size_t o = 0; !r && o < place->n_chosen; o++)
				r = plan_algorithm(k, place->options[o].algorithm, pick,
						   choice->device->name);
		}
	}
	return r;
}

static int plan_device(struct pack_plan *k, const char *device, const char *asked)
{
	const struct stk_pack_choice *choice;
	const struct ldb_answer *answer;
	struct stk_error why;
	int r = plan_resolve(k->p, k->c->pack, k->c->version, asked, &answer);

	if (r < 0 || !answer)
		return r;
	/* A device that the pack does not know is none of its affair. */
	if (stk_pack_choose(k->pack, device, &choice, &why) == 0)
		r = plan_choice(k, choice, answer);
	ldb_free(answer);
	return r;
}

/* Of a pin: each device of the pack that it speaks of. */
static int plan_pattern(struct planner *p, const void *data, const char *pattern)
{
	const struct pack_plan *plan = data;
	struct pack_plan k = *plan;
	const struct stk_pack_info *info = stk_pack_info(k.pack);
	int r = 0;

	if (p->opt->device)
		return plan_device(&k, pattern, pattern);
	for (size_t i = 0; !r && i < info->n_devices; i++)
		if (ldb_device_matches(pattern, info->devices[i].name))
			r = plan_device(&k, info->devices[i].name, info->devices[i].name);
	return r;
}

int plan_pack(struct planner *p, const struct ldb_component *c)
{
	struct pack_plan k = { .p = p, .c = c };
	int r;

	if (!c->pack)
		return 0;
	r = stk_pack_open(p->ctx, c->path, &k.pack, p->err);
	if (r < 0)
		return r;
	r = plan_devices(p, plan_pattern, &k);
	stk_pack_close(k.pack);
	return r;
}
