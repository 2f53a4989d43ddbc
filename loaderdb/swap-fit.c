/* SPDX-License-Identifier: MIT */
/* Does a pinned build fit what it replaces? */
#include <errno.h>
#include <string.h>

#include "swap.h"

/* A misfit is refused, or with force only told. */
static int misfit(struct planner *p, struct ldb_change *c, const char *text)
{
	if (p->opt->force)
		return swap_caution(p->swap, c, text, p->err);
	if (text)
		text = swap_say(p->swap, "the pinned build does not fit '%s': %s", c->path, text);
	return swap_deny(c, "does-not-fit", text, p->err);
}

static struct stk_range range_of(const struct stk_device *d)
{
	return (struct stk_range){ d->start, d->size };
}

static const char *say_ranges(struct planner *p, const struct stk_device *build,
			      const struct stk_device *there)
{
	return swap_say(p->swap, "it is for 0x%08llX to 0x%08llX, what is there for 0x%08llX to"
			" 0x%08llX", (unsigned long long)build->start,
			(unsigned long long)(build->start + build->size - 1),
			(unsigned long long)there->start,
			(unsigned long long)(there->start + there->size - 1));
}

static int compare(struct planner *p, struct ldb_change *c,
		   const struct stk_loader_info *build, const struct stk_loader_info *there)
{
	if (!build->format || !there->format)
		return 0;
	if (strcmp(build->format, there->format))
		return misfit(p, c, swap_say(p->swap, "it is of the format %s, what is there of %s",
					     build->format, there->format));
	if (!build->device || !there->device || !build->device->size || !there->device->size)
		return 0;
	if (!stk_range_overlaps(range_of(build->device), range_of(there->device)))
		return misfit(p, c, say_ranges(p, build->device, there->device));
	if (build->device->start == there->device->start &&
	    build->device->size == there->device->size)
		return 0;
	return swap_caution(p->swap, c, say_ranges(p, build->device, there->device), p->err);
}

static int compare_there(struct planner *p, struct ldb_change *c,
			 const struct stk_loader_info *build)
{
	struct stk_loader *there;
	struct stk_error ignored;
	int r;

	if (!c->before_sha256)
		return 0;
	/* Whatever takes the place of what cannot be read as a loader fits. */
	if (stk_loader_open(p->ctx, c->path, STK_LOADER_DESCRIBE, &there, &ignored) < 0)
		return 0;
	r = compare(p, c, build, stk_loader_info(there));
	stk_loader_close(there);
	return r;
}

/* The build under the name that it gets; NULL: it is no loader, as the pin told. */
static int open_build(struct planner *p, const struct ldb_change *c, struct stk_loader **ret)
{
	struct stk_error ignored;
	size_t len;
	void *bytes;
	int r = ldb_build_bytes(p->swap->db, c->after_sha256, &bytes, &len, p->err);

	if (r < 0)
		return r;
	if (stk_loader_from_memory(p->ctx, place_name(c->path), bytes, len,
				   STK_LOADER_DESCRIBE, ret, &ignored) < 0)
		*ret = NULL;
	free(bytes);
	return 0;
}

int plan_fit(struct planner *p, struct ldb_change *c,
	     int (*more)(struct planner *p, const void *data, struct ldb_change *c,
			 const struct stk_loader_info *build),
	     const void *data)
{
	struct stk_loader *build;
	int r;

	if (c->done || c->refused)
		return 0;
	r = open_build(p, c, &build);
	if (r < 0 || !build)
		return r;
	r = compare_there(p, c, stk_loader_info(build));
	if (!r && more)
		r = more(p, data, c, stk_loader_info(build));
	stk_loader_close(build);
	return r;
}
