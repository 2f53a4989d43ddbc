/* SPDX-License-Identifier: MIT */
/* plan.h - what a job works through */
#ifndef PLAN_H
#define PLAN_H

#include "host.h"
#include "loader.h"
#include "target.h"

/* A sector that the job erases, programs, verifies or reads. */
struct plan_sector {
	struct stk_range range;
	unsigned int loader;
	uint64_t image_bytes;	/* of the image in it */
};

struct stk_plan {
	struct stk_target *target;
	const struct stk_host *host;
	enum stk_action action;
	enum stk_erase erase;
	enum stk_after after;
	bool no_reset;
	const struct stk_image *image;		/* NULL: none */
	struct stk_loader **loaders;
	struct stk_range *ranges;		/* ERASE, BLANK_CHECK, READ */
	size_t n_ranges;
	struct plan_sector *sectors;		/* ascending within a loader */
	size_t n_sectors;
	struct stk_step *steps;
	size_t steps_room;
	struct stk_plan_info info;
};

/* First sector index of @loader and how many follow; 0: none. */
size_t plan_sectors_of(const struct stk_plan *plan, unsigned int loader, size_t *ret_first);
/* Copy the image's bytes in @range over @buf; returns how many. */
uint64_t plan_overlay(const struct stk_image *image, struct stk_range range, uint8_t *buf);
/* The sector of these regions that holds @addr; false: none does. */
bool plan_sector_at(const struct stk_region *regions, size_t n, uint64_t addr,
		    struct stk_range *ret);

static inline bool plan_device_sector(const struct stk_device *device, uint64_t addr,
				      struct stk_range *ret)
{
	return plan_sector_at(device->regions, device->n_regions, addr, ret);
}

/* Is there memory at all, as far as the chip is known? */
bool plan_chip_has(const struct stk_plan *plan, struct stk_range range);
struct stk_range plan_device_range(const struct stk_plan *plan, size_t loader);
/* What a mass erase erases: each sector of the device that the chip @has. */
int plan_add_device(struct stk_plan *plan, unsigned int loader,
		    bool (*has)(const struct stk_plan *plan, struct stk_range range),
		    struct stk_error *err) stk_must_check;
/* Does the job need this loader at all? */
bool plan_uses(const struct stk_plan *plan, unsigned int loader);
/* All sectors are assigned: can it be done? (plan-check.c) */
int plan_check(const struct stk_plan *plan, struct stk_error *err) stk_must_check;
/* Without a job: are the sectors of @loader's device the chip's? (plan-check.c) */
int plan_check_loader(struct stk_target *target, struct stk_loader *loader,
		      struct stk_error *err) stk_must_check;
/* All sectors are assigned: are the loaders fit for a chip that is real? */
int plan_care(struct stk_plan *plan, const struct stk_plan_options *opt,
	      struct stk_error *err) stk_must_check;
/* All sectors are assigned: list what happens to them (plan-steps.c). */
int plan_add_steps(struct stk_plan *plan, struct stk_error *err) stk_must_check;

#endif
