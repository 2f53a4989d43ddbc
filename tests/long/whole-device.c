/* SPDX-License-Identifier: MIT */
/*
 * Random images of the whole device, over random contents; then a part of it:
 * erased, programmed, verified, and every other byte untouched. Compared
 * through the virtual chip's own store, never through the loader's Read.
 *
 *	whole-device LOADER CHIP ARRAY SEED...
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rig.h"

static int same(const struct rig *r, struct stk_target *t, const uint8_t *want,
		uint8_t *after, const char *what)
{
	rig_dump(r, t, after);
	for (uint64_t i = 0; i < r->device->size; i++) {
		if (after[i] == want[i])
			continue;
		printf("%s: 0x%08llx holds 0x%02x, 0x%02x is wanted\n", what,
		       (unsigned long long)(r->device->start + i), after[i], want[i]);
		return 1;
	}
	return 0;
}

static int job(const struct rig *r, struct stk_target *t, struct stk_plan_options opt,
	       const char *what)
{
	struct stk_error err = { 0 };

	if (!rig_run(r, t, &opt, &err))
		return 0;
	printf("%s: %s (%s)\n", what, err.msg, err.cause);
	return 1;
}

static int program(const struct rig *r, struct stk_target *t, uint64_t offset, size_t len,
		   uint8_t *want, const char *what)
{
	struct stk_image *image = rig_image(r, r->device->start + offset, want + offset,
					    len);
	struct stk_plan_options opt = {
		.size = sizeof(opt), .action = STK_ACTION_PROGRAM, .image = image,
	};
	int failed = job(r, t, opt, what);

	stk_image_close(image);
	return failed;
}

/* The second sector of the device if it has two, and the one in its middle. */
static int erase_some(const struct rig *r, struct stk_target *t, uint8_t *want)
{
	uint64_t at[2], len[2], half = r->device->size / 2;
	int failed = 0;

	at[0] = len[0] = r->device->regions[0].size;
	at[1] = half;
	len[1] = 0;
	for (size_t i = 0; i < r->device->n_regions; i++) {
		const struct stk_region *g = &r->device->regions[i];
		uint64_t start = g->start - r->device->start;

		if (i && start == at[0])
			len[0] = g->size;
		if (half >= start && half < start + g->count * g->size) {
			at[1] = start + (half - start) / g->size * g->size;
			len[1] = g->size;
		}
	}
	for (int i = at[0] < r->device->size ? 0 : 1; i < 2 && !failed; i++) {
		struct stk_range range = { r->device->start + at[i], len[i] };
		struct stk_plan_options opt = {
			.size = sizeof(opt), .action = STK_ACTION_ERASE, .ranges = &range,
			.n_ranges = 1,
		};

		failed = job(r, t, opt, "erase");
		memset(want + at[i], r->device->erased, len[i]);
	}
	return failed;
}

static int device(const struct rig *r, uint32_t seed)
{
	uint8_t *want = malloc(r->device->size), *after = malloc(r->device->size);
	uint64_t part = r->device->size / 3 + 77, len = r->device->size / 5 + 13;
	struct stk_target *t = rig_target(r, NULL);
	char fill[64];
	int failed;

	snprintf(fill, sizeof(fill), "fill %s random %u", r->array, seed + 1000);
	rig_monitor(t, fill, NULL);
	rig_random(want, r->device->size, seed);
	failed = program(r, t, 0, r->device->size, want, "whole device") ||
		 same(r, t, want, after, "whole device") || erase_some(r, t, want) ||
		 same(r, t, want, after, "erase");
	if (!failed) {
		rig_random(want + part, len, seed + 1);
		failed = program(r, t, part, len, want, "part") ||
			 same(r, t, want, after, "part");
	}
	stk_target_close(t);
	free(want);
	free(after);
	return failed;
}

int main(int argc, char **argv)
{
	struct rig r;
	int failed = 0;

	if (argc < 5)
		return 2;
	rig_open(&r, argv[1], argv[2], argv[3]);
	for (int i = 4; i < argc && !failed; i++)
		failed = device(&r, (uint32_t)strtoul(argv[i], NULL, 10));
	if (!failed)
		printf("%s on %s: %d seeds, %llu KiB each\n",
		       stk_loader_info(r.loader)->name, r.chip, argc - 4,
		       (unsigned long long)r.device->size >> 10);
	rig_close(&r);
	return failed;
}
