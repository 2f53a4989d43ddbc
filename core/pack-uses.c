/* SPDX-License-Identifier: MIT */
/*
 * Packs repeat the same algorithm for each device. Here they are one, with the
 * devices that have it.
 */
#include "pack.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* One algorithm of one device; of a board: no device. */
struct pair {
	const struct stk_pack_algorithm *a;
	const struct stk_pack_device *device;
};

static int by_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

static int by_number(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_value(const struct stk_pack_algorithm *a, const struct stk_pack_algorithm *b)
{
	int order = strcmp(a->name, b->name);

	order = order ? order : by_number(a->range.addr, b->range.addr);
	order = order ? order : by_number(a->range.len, b->range.len);
	order = order ? order : by_text(a->processor, b->processor);
	order = order ? order : by_number(b->is_default, a->is_default);
	order = order ? order : by_number(a->has_ram_start, b->has_ram_start);
	order = order ? order : by_number(a->ram.addr, b->ram.addr);
	order = order ? order : by_number(a->has_ram_size, b->has_ram_size);
	order = order ? order : by_number(a->ram.len, b->ram.len);
	return order ? order : strcasecmp(a->style, b->style);
}

bool pack_same_algorithm(const struct stk_pack_algorithm *a,
			 const struct stk_pack_algorithm *b)
{
	return !by_value(a, b);
}

/* Devices in the order of the .pdsc; boards' algorithms stay one by one. */
static int by_use(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = by_value(x->a, y->a);

	order = order ? order : by_number(!x->device, !y->device);
	if (order || !x->device)
		return order ? order : by_number(x->a->line, y->a->line);
	return by_number((uintptr_t)x->device, (uintptr_t)y->device);
}

static bool same_use(const struct pair *a, const struct pair *b)
{
	return a->device && b->device && !by_value(a->a, b->a);
}

static size_t collect(const struct stk_pack *pack, struct pair *pairs)
{
	const struct stk_pack_info *info = &pack->info;
	size_t n = 0;

	for (size_t i = 0; i < info->n_devices; i++) {
		const struct stk_pack_device *d = &info->devices[i];

		for (size_t k = 0; k < d->n_algorithms; k++)
			pairs[n++] = (struct pair){ d->algorithms[k], d };
	}
	for (size_t i = 0; i < info->n_algorithms; i++)
		if (info->algorithms[i]->level == STK_PACK_BOARD)
			pairs[n++] = (struct pair){ info->algorithms[i], NULL };
	return n;
}

static int group(struct stk_pack *pack, const struct pair *pairs, size_t n,
		 struct stk_error *err)
{
	const struct stk_pack_device **devices = arena_alloc(&pack->arena,
							     (n + 1) * sizeof(*devices));
	struct stk_pack_use *uses = arena_alloc(&pack->arena, (n + 1) * sizeof(*uses));
	struct stk_pack_use *use = NULL;

	if (!devices || !uses)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < n; i++) {
		devices[i] = pairs[i].device;
		if (!use || !same_use(&pairs[i - 1], &pairs[i])) {
			use = &uses[pack->info.n_uses++];
			use->algorithm = pairs[i].a;
			use->devices = &devices[i];
		}
		use->n_devices += pairs[i].device != NULL;
	}
	pack->info.uses = uses;
	return 0;
}

int pack_uses(struct stk_pack *pack, struct stk_error *err)
{
	size_t most = pack->inherited + pack->algorithms.count;
	stk_cleanup(freep) struct pair *pairs = calloc(most + 1, sizeof(*pairs));
	size_t n;

	if (!pairs)
		return stk_fail_nomem(err);
	n = collect(pack, pairs);
	qsort(pairs, n, sizeof(*pairs), by_use);
	return group(pack, pairs, n, err);
}
