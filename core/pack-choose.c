/* SPDX-License-Identifier: MIT */
/*
 * Which algorithm programs which range of a device.
 *
 * Open-CMSIS-Pack-Spec, element algorithm: "An algorithm with default set to
 * true gets configured automatically to the download options of the project";
 * others a project must name. Several may cover the same bytes, as single-bank
 * and dual-bank builds do. uVision follows this (reported with screenshots in
 * github.com/ARM-software/vscode-embedded-debug/issues/8); where other hosts do
 * not, pack-hosts.c says so.
 */
#include "pack.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool pack_is_ours(const struct stk_pack_algorithm *a)
{
	return !strcasecmp(a->style, "Keil") || !strcasecmp(a->style, "CMSIS");
}

bool pack_same_processor(const struct stk_pack_algorithm *a,
			 const struct stk_pack_algorithm *b)
{
	return !a->processor || !b->processor || !strcmp(a->processor, b->processor);
}

/* ---- RAM -------------------------------------------------------------- */

static bool may_use(const struct stk_pack_memory *m, const struct stk_pack_algorithm *a)
{
	return m->write && m->read &&
	       (!m->processor || !a->processor || !strcmp(m->processor, a->processor));
}

static int by_start(const void *a, const void *b)
{
	const struct stk_pack_memory *const *x = a, *const *y = b;

	return ((*x)->range.addr > (*y)->range.addr) -
	       ((*x)->range.addr < (*y)->range.addr);
}

/* Sorted once for all algorithms of a device. */
static const struct stk_pack_memory *const *sorted(struct stk_pack *pack,
						   const struct stk_pack_device *device)
{
	struct pack_memories *m = &pack->by_address;

	if (m->device != device) {
		memcpy(m->item, device->memories,
		       device->n_memories * sizeof(*m->item));
		qsort(m->item, device->n_memories, sizeof(*m->item), by_start);
		m->device = device;
	}
	return m->item;
}

/* RAM from @addr on, as far as memories touch each other; len 0: there is none. */
static struct stk_range ram_at(struct stk_pack *pack, const struct stk_pack_device *device,
			       const struct stk_pack_algorithm *a, uint64_t addr)
{
	const struct stk_pack_memory *const *m = sorted(pack, device);
	uint64_t end = addr;

	for (size_t i = 0; i < device->n_memories && m[i]->range.addr <= end; i++)
		if (stk_range_end(m[i]->range) > end && may_use(m[i], a))
			end = stk_range_end(m[i]->range);
	return (struct stk_range){ addr, end > addr ? end - addr : 0 };
}

/*
 * Element memory: "the first listed IRAM region with default=1 will also be
 * used for executing the flash programming algorithm".
 */
static struct stk_range default_ram(const struct stk_pack_device *device,
				    const struct stk_pack_algorithm *a)
{
	for (size_t i = 0; i < device->n_memories; i++)
		if (device->memories[i]->is_default && may_use(device->memories[i], a))
			return device->memories[i]->range;
	return (struct stk_range){ 0 };
}

struct stk_range pack_ram(struct stk_pack *pack, const struct stk_pack_device *device,
			  const struct stk_pack_algorithm *a, bool *ret_clamped)
{
	struct stk_range ram = default_ram(device, a);
	bool clamped = false;

	if (a->has_ram_start)
		ram = ram_at(pack, device, a, a->ram.addr);
	if (a->has_ram_size) {
		clamped = ram.len && a->ram.len > ram.len;
		if (a->ram.len < ram.len)
			ram.len = a->ram.len;
	}
	if (ret_clamped)
		*ret_clamped = clamped;
	return ram;
}

/* ---- places ----------------------------------------------------------- */

/* Every option of one place, while it grows. */
struct place {
	struct stk_range range;
	size_t n;
	const struct stk_pack_algorithm *a[PACK_MAX_ELEMENTS];
};

static struct stk_range joined(struct stk_range a, struct stk_range b)
{
	uint64_t start = a.addr < b.addr ? a.addr : b.addr;
	uint64_t end_a = stk_range_end(a), end_b = stk_range_end(b);

	return (struct stk_range){ start, (end_a > end_b ? end_a : end_b) - start };
}

/* The algorithms that overlap @place, directly or through others. */
static void grow(const struct stk_pack_device *device, struct place *p, bool *used)
{
	bool grown = true;

	while (grown) {
		grown = false;
		for (size_t i = 0; i < device->n_algorithms; i++) {
			const struct stk_pack_algorithm *a = device->algorithms[i];

			if (used[i] || !pack_is_ours(a) ||
			    !stk_range_overlaps(a->range, p->range))
				continue;
			p->range = joined(p->range, a->range);
			used[i] = grown = true;
		}
	}
}

/* In the order of the .pdsc, whatever the order was in which they were found. */
static void collect(const struct stk_pack_device *device, struct place *p)
{
	p->n = 0;
	for (size_t i = 0; i < device->n_algorithms; i++) {
		const struct stk_pack_algorithm *a = device->algorithms[i];

		if (pack_is_ours(a) && stk_range_overlaps(a->range, p->range))
			p->a[p->n++] = a;
	}
}

/* Two defaults for the same bytes and the same processor. */
static bool contradicts(const struct place *p)
{
	for (size_t i = 0; i < p->n; i++)
		for (size_t k = 0; k < i; k++)
			if (p->a[i]->is_default && p->a[k]->is_default &&
			    stk_range_overlaps(p->a[i]->range, p->a[k]->range) &&
			    pack_same_processor(p->a[i], p->a[k]))
				return true;
	return false;
}

static const char *verdict(struct stk_pack *pack, const struct place *p, size_t chosen)
{
	if (!chosen && p->n == 1)
		return "it is the only one, but no default: a project must name it";
	if (!chosen)
		return arena_printf(
			&pack->arena,
			"none of the %zu is a default: a project must name one", p->n);
	if (contradicts(p))
		return arena_printf(
			&pack->arena,
			"%zu of %zu are defaults for the same bytes: the .pdsc "
			"leaves open which",
			chosen, p->n);
	if (p->n == 1)
		return "it is the only one, and a default";
	if (chosen == 1)
		return arena_printf(&pack->arena, "of %zu, it is the default", p->n);
	return arena_printf(&pack->arena,
			    "%zu of %zu are defaults, each for another part or processor",
			    chosen, p->n);
}

static const char *option_why(struct stk_pack *pack, const struct stk_pack_algorithm *a)
{
	if (!a->is_default)
		return "not a default";
	if (!a->processor)
		return "default";
	return arena_printf(&pack->arena, "default for %s", a->processor);
}

static const char *memory_name(const struct stk_pack_device *device, struct stk_range at)
{
	for (size_t i = 0; i < device->n_memories; i++)
		if (stk_range_overlaps(device->memories[i]->range, at) &&
		    device->memories[i]->name)
			return device->memories[i]->name;
	return NULL;
}

static int fill_place(struct stk_pack *pack, const struct stk_pack_device *device,
		      const struct place *p, struct stk_pack_place *ret,
		      struct stk_error *err)
{
	struct stk_pack_option *o = arena_alloc(&pack->arena, p->n * sizeof(*o));
	size_t n = 0;

	if (!o)
		return stk_fail_nomem(err);
	for (int pass = 1; pass >= 0; pass--) {
		for (size_t i = 0; i < p->n; i++) {
			const struct stk_pack_algorithm *a = p->a[i];

			if (a->is_default != (pass == 1))
				continue;
			o[n].algorithm = a;
			o[n].chosen = a->is_default;
			o[n].why = option_why(pack, a);
			o[n].ram = pack_ram(pack, device, a, &o[n].ram_clamped);
			if (!o[n].why)
				return stk_fail_nomem(err);
			ret->n_chosen += a->is_default;
			n++;
		}
	}
	ret->range = p->range;
	ret->options = o;
	ret->n_options = n;
	ret->memory = memory_name(device, p->range);
	ret->why = verdict(pack, p, ret->n_chosen);
	return ret->why ? pack_hosts(pack, device, ret, err) : stk_fail_nomem(err);
}

static int by_address(const void *a, const void *b)
{
	const struct stk_pack_place *x = a, *y = b;

	return (x->range.addr > y->range.addr) - (x->range.addr < y->range.addr);
}

static int choose(struct stk_pack *pack, struct stk_pack_choice *choice,
		  struct stk_error *err)
{
	const struct stk_pack_device *d = choice->device;
	struct stk_pack_place *places =
		arena_alloc(&pack->arena, (d->n_algorithms + 1) * sizeof(*places));
	bool used[PACK_MAX_ELEMENTS] = { false };
	struct place p;
	int r = 0;

	if (!places)
		return stk_fail_nomem(err);
	for (size_t i = 0; i < d->n_algorithms && !r; i++) {
		if (used[i] || !pack_is_ours(d->algorithms[i]))
			continue;
		p.range = d->algorithms[i]->range;
		grow(d, &p, used);
		collect(d, &p);
		r = fill_place(pack, d, &p, &places[choice->n_places++], err);
	}
	if (r)
		return r;
	qsort(places, choice->n_places, sizeof(*places), by_address);
	choice->places = places;
	return 0;
}

int stk_pack_choose(struct stk_pack *pack, const char *device,
		    const struct stk_pack_choice **ret, struct stk_error *err)
{
	struct stk_pack_choice *choice = arena_alloc(&pack->arena, sizeof(*choice));
	int r;

	if (!choice)
		return stk_fail_nomem(err);
	r = pack_find_device(pack, device, &choice->device, &choice->n_alike, err);
	if (!r)
		r = choose(pack, choice, err);
	if (!r)
		r = pack_check_device(pack, choice->device, &choice->findings,
				      &choice->n_findings, err);
	if (!r)
		*ret = choice;
	return r;
}
