/* SPDX-License-Identifier: MIT */
/* The steps of a plan, in the order in which a job walks them. */
#include "core.h"

#include "plan.h"

static int add_step(struct stk_plan *plan, enum stk_step_kind kind, unsigned int loader,
		    struct stk_range range, uint64_t preserved, struct stk_error *err)
{
	if (plan->info.n_steps == plan->steps_room) {
		size_t room = plan->steps_room ? plan->steps_room * 2 : 64;
		struct stk_step *grown = reallocarray(plan->steps, room, sizeof(*grown));

		if (!grown)
			return stk_fail_nomem(err);
		plan->steps = grown;
		plan->steps_room = room;
	}
	plan->steps[plan->info.n_steps++] = (struct stk_step){
		.kind = kind, .loader = loader, .range = range, .preserved = preserved,
	};
	return 0;
}

/* A mass erase takes sectors along in which the image has nothing: it is looked at all. */
static bool wanted(const struct stk_plan *plan, enum stk_step_kind kind,
		   const struct plan_sector *s)
{
	return !plan->image || s->image_bytes ||
	       (kind == STK_STEP_BLANK_CHECK && plan->erase == STK_ERASE_CHIP);
}

/* One step of @kind for each run of adjacent sectors of @loader that are wanted. */
static int add_runs(struct stk_plan *plan, enum stk_step_kind kind, unsigned int loader,
		    struct stk_error *err)
{
	size_t first, n = plan_sectors_of(plan, loader, &first);
	struct stk_range run = { 0, 0 };
	int r = 0;

	for (size_t i = 0; i < n && !r; i++) {
		const struct plan_sector *s = &plan->sectors[first + i];

		if (!wanted(plan, kind, s))
			continue;
		if (run.len && s->range.addr == stk_range_end(run)) {
			run.len += s->range.len;
			continue;
		}
		if (run.len)
			r = add_step(plan, kind, loader, run, 0, err);
		run = s->range;
	}
	return r || !run.len ? r : add_step(plan, kind, loader, run, 0, err);
}

static int add_erases(struct stk_plan *plan, unsigned int loader, struct stk_error *err)
{
	size_t first, n = plan_sectors_of(plan, loader, &first);

	for (size_t i = 0; i < n; i++) {
		const struct plan_sector *s = &plan->sectors[first + i];
		uint64_t kept = plan->image ? s->range.len - s->image_bytes : 0;
		int r = add_step(plan, STK_STEP_ERASE, loader, s->range, kept, err);

		if (r)
			return r;
		plan->info.preserved_bytes += kept;
	}
	return 0;
}

/* The parts of the plan's ranges that lie in the device of @loader. */
static int add_pieces(struct stk_plan *plan, enum stk_step_kind kind, unsigned int loader,
		      struct stk_error *err)
{
	struct stk_range device = plan_device_range(plan, loader);
	int r = 0;

	for (size_t i = 0; i < plan->n_ranges && !r; i++) {
		struct stk_range a = plan->ranges[i];
		uint64_t from = a.addr > device.addr ? a.addr : device.addr;
		uint64_t upto = stk_range_end(a) < stk_range_end(device)
					? stk_range_end(a)
					: stk_range_end(device);

		if (from < upto)
			r = add_step(plan, kind, loader,
				     (struct stk_range){ from, upto - from }, 0, err);
	}
	return r;
}

/*
 * Three passes over the loaders: look at everything, change it, look again.
 * So nothing is erased before everything could be read, and everything is
 * verified after the last write of all.
 */
static int add_look(struct stk_plan *plan, unsigned int l, struct stk_error *err)
{
	if (plan->action == STK_ACTION_PROGRAM)
		return add_runs(plan, STK_STEP_COMPARE, l, err);
	if (plan->action == STK_ACTION_READ)
		return add_pieces(plan, STK_STEP_READ, l, err);
	if (plan->action == STK_ACTION_ERASE && plan->erase == STK_ERASE_SECTORS)
		return add_runs(plan, STK_STEP_COMPARE, l, err);
	return 0;
}

static int add_change(struct stk_plan *plan, unsigned int l, struct stk_error *err)
{
	int r = 0;

	if (plan->action != STK_ACTION_PROGRAM && plan->action != STK_ACTION_ERASE)
		return 0;
	if (plan->erase == STK_ERASE_CHIP)
		r = add_step(plan, STK_STEP_ERASE_CHIP, l, plan_device_range(plan, l), 0,
			     err);
	else if (plan->erase == STK_ERASE_SECTORS)
		r = add_erases(plan, l, err);
	if (r || plan->action == STK_ACTION_ERASE)
		return r;
	if (plan->erase != STK_ERASE_NONE)
		r = add_runs(plan, STK_STEP_BLANK_CHECK, l, err);
	return r ? r : add_runs(plan, STK_STEP_PROGRAM, l, err);
}

static int add_look_again(struct stk_plan *plan, unsigned int l, struct stk_error *err)
{
	if (plan->action == STK_ACTION_PROGRAM || plan->action == STK_ACTION_VERIFY)
		return add_runs(plan, STK_STEP_VERIFY, l, err);
	if (plan->action == STK_ACTION_BLANK_CHECK)
		return add_pieces(plan, STK_STEP_BLANK_CHECK, l, err);
	if (plan->action == STK_ACTION_ERASE)
		return add_runs(plan, STK_STEP_BLANK_CHECK, l, err);
	return 0;
}

bool plan_uses(const struct stk_plan *plan, unsigned int loader)
{
	size_t first;

	return plan_sectors_of(plan, loader, &first) ||
	       (plan->action == STK_ACTION_ERASE && plan->erase == STK_ERASE_CHIP);
}

static int add_load(struct stk_plan *plan, unsigned int l, struct stk_error *err)
{
	const struct stk_range none = { 0, 0 };
	int r = plan->no_reset ? 0 : add_step(plan, STK_STEP_RESET, l, none, 0, err);

	return r ? r : add_step(plan, STK_STEP_LOAD, l, none, 0, err);
}

int plan_add_steps(struct stk_plan *plan, struct stk_error *err)
{
	int (*const pass[])(struct stk_plan *, unsigned int, struct stk_error *) = {
		add_look, add_change, add_look_again,
	};
	size_t current = SIZE_MAX;

	for (size_t p = 0; p < ARRAY_SIZE(pass); p++) {
		for (unsigned int l = 0; l < plan->info.n_loaders; l++) {
			size_t before = plan->info.n_steps, loaded;
			int r = 0;

			if (!plan_uses(plan, l))
				continue;
			if (current != l)
				r = add_load(plan, l, err);
			loaded = plan->info.n_steps;
			if (!r)
				r = pass[p](plan, l, err);
			if (r)
				return r;
			/* A pass with nothing to do for this loader needs it not. */
			if (current != l && plan->info.n_steps == loaded)
				plan->info.n_steps = before;
			else
				current = l;
		}
	}
	return 0;
}
