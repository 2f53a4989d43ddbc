/* SPDX-License-Identifier: MIT */
/*
 * What programmers make of a pack where they do not follow its specification.
 *
 * pyOCD, pyocd/target/pack/cmsis_pack.py: _extract_algos() keeps one algorithm
 * for each (start, size), the last that is listed, default or not (issue 1628:
 * single bank instead of dual bank on STM32L4R5); other styles than Keil are
 * skipped. _find_matching_algo() gives a memory region the first algorithm that
 * overlaps it. One that overlaps no region is loaded only if it is a default.
 *
 * probe-rs, probe-rs/src/flashing/loader.rs, get_flash_algorithm_for_region():
 * of those whose device table holds the region, the only one, default or not;
 * else the only default; else an error (issue 3514). target-gen, generate.rs:
 * regions are memories that are default, readable, executable and not writable;
 * the processor of an algorithm is not looked at.
 */
#include "pack.h"

#include <string.h>
#include <strings.h>

/* ---- pyOCD ------------------------------------------------------------ */

static bool same_range(struct stk_range a, struct stk_range b)
{
	return a.addr == b.addr && a.len == b.len;
}

/* The last of the range of number @i; NULL: that one stood before already. */
static const struct stk_pack_algorithm *last_of(const struct stk_pack_device *device,
						size_t i)
{
	const struct stk_pack_algorithm *a = device->algorithms[i], *last = a;

	for (size_t k = 0; k < device->n_algorithms; k++) {
		const struct stk_pack_algorithm *other = device->algorithms[k];

		if (strcasecmp(other->style, "Keil") || !same_range(other->range, a->range))
			continue;
		if (k < i)
			return NULL;
		last = other;
	}
	return last;
}

static const struct stk_pack_memory *memory_at(const struct stk_pack_device *device,
					       struct stk_range at)
{
	for (size_t i = 0; i < device->n_memories; i++)
		if (stk_range_overlaps(device->memories[i]->range, at))
			return device->memories[i];
	return NULL;
}

static void pyocd(const struct stk_pack_device *device,
		  const struct stk_pack_place *place, struct stk_pack_host_option *ret)
{
	const struct stk_pack_memory *m = memory_at(device, place->range);
	const struct stk_range where = m ? m->range : place->range;

	ret->host = "pyocd";
	for (size_t i = 0; i < device->n_algorithms; i++) {
		const struct stk_pack_algorithm *a = device->algorithms[i];

		if (strcasecmp(a->style, "Keil") || !stk_range_overlaps(a->range, where))
			continue;
		a = last_of(device, i);
		if (!a || (!m && !a->is_default))
			continue;
		ret->algorithm = a;
		ret->why = !m ? "no memory is there, but it is a default"
			      : "the last that is listed of the first range that "
				"overlaps the memory";
		return;
	}
	ret->why = m ? "nothing in style Keil overlaps the memory"
		     : "no memory is there, and no default";
}

/* ---- probe-rs --------------------------------------------------------- */

static const struct stk_pack_memory *region_at(const struct stk_pack_device *device,
					       struct stk_range at)
{
	for (size_t i = 0; i < device->n_memories; i++) {
		const struct stk_pack_memory *m = device->memories[i];

		if (m->is_default && m->read && m->execute && !m->write &&
		    stk_range_overlaps(m->range, at))
			return m;
	}
	return NULL;
}

static bool declares(const struct stk_pack *pack, const struct stk_pack_algorithm *a,
		     struct stk_range region)
{
	const struct pack_facts *f = a->file == STK_PACK_NO_FILE ? NULL
								 : &pack->facts[a->file];

	return f && f->known && stk_range_contains(f->device, region);
}

static void probe_rs(const struct stk_pack *pack, const struct stk_pack_device *device,
		     const struct stk_pack_place *place, struct stk_pack_host_option *ret)
{
	const struct stk_pack_memory *m = region_at(device, place->range);
	const struct stk_pack_algorithm *only = NULL, *the_default = NULL;
	size_t n = 0, n_default = 0;

	ret->host = "probe-rs";
	for (size_t i = 0; m && i < device->n_algorithms; i++) {
		const struct stk_pack_algorithm *a = device->algorithms[i];

		if (!declares(pack, a, m->range))
			continue;
		only = a;
		n++;
		if (a->is_default) {
			the_default = a;
			n_default++;
		}
	}
	ret->algorithm = n == 1 ? only : n_default == 1 ? the_default : NULL;
	if (!m)
		ret->why = "no memory is there that is default, readable, executable and "
			   "not writable";
	else if (!n)
		ret->why = "no device table holds the whole memory: it gives up";
	else if (n == 1)
		ret->why = "the only one whose device table holds the whole memory";
	else if (n_default == 1)
		ret->why = "the only default whose device table holds the whole memory";
	else
		ret->why = n_default ? "several defaults: it gives up"
				     : "several, and no default: it gives up";
}

int pack_hosts(struct stk_pack *pack, const struct stk_pack_device *device,
	       struct stk_pack_place *place, struct stk_error *err)
{
	const size_t n = pack->facts ? 2 : 1;
	struct stk_pack_host_option *hosts = arena_alloc(&pack->arena, n * sizeof(*hosts));

	if (!hosts)
		return stk_fail_nomem(err);
	pyocd(device, place, &hosts[0]);
	/* It goes by the device tables, which stk_pack_check() reads. */
	if (pack->facts)
		probe_rs(pack, device, place, &hosts[1]);
	place->hosts = hosts;
	place->n_hosts = n;
	return 0;
}
