/* SPDX-License-Identifier: MIT */
/*
 * Rules about the chip that a loader is for: given, or told from its names,
 * which may mean several rows of chips. Then all of them must say the same.
 */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "chip.h"
#include "host.h"
#include "kin.h"
#include "layout.h"
#include "lint.h"

/* The least that a host works with: a small stack and one small buffer. */
#define LEAST_ROOM	1024u

/* ---- RAM ---------------------------------------------------------------- */

/* Does the host's layout on the chip fail that way? */
static bool fails(const struct lint *l, const struct stk_host *host, int code,
		  struct stk_error *why)
{
	stk_cleanup(freep) struct stk_range *ram = NULL;
	struct layout layout;
	size_t n;

	/* Facts out of an SVD file have no memories. */
	return !chip_ram(l->chip, !l->info->position_independent, &ram, &n, why) && n &&
	       layout_in(l->loader, ram, n, host, &layout, why) == code;
}

/* Which host cannot run it on the chip; NULL: none. */
static const struct stk_host *failing(const struct lint *l, int code, struct stk_error *why)
{
	for (size_t i = 0; l->chip && l->device && host_table[i]; i++) {
		if (host_takes(&host_table[i]->info, l->info->format) &&
		    fails(l, host_table[i], code, why))
			return host_table[i];
	}
	return NULL;
}

static bool no_room(struct lint *l)
{
	struct stk_error why;
	const struct stk_host *host = failing(l, -ENOSPC, &why);

	return host && lint_say(l, "on %s, for %s: %.220s", l->chip->name,
				host->info.name, why.msg);
}

static bool no_ram(struct lint *l)
{
	struct stk_error why;

	return failing(l, -EFAULT, &why) &&
	       lint_say(l, "0x%08" PRIx64 " to 0x%08" PRIx64 ", where %s has none",
			l->info->link_address, l->info->link_address + l->info->ram_size,
			l->chip->name);
}

/* Outside of the RAM of all chips that are meant, from its lowest address on. */
static bool below_ram(struct lint *l)
{
	const uint64_t end = l->info->link_address + l->info->ram_size;

	if (!l->guess || l->info->position_independent || !l->guess->n_kin ||
	    l->info->link_address >> 28 != 2)
		return false;
	for (size_t i = 0; i < l->guess->n_kin; i++) {
		const struct stk_kin *k = l->guess->kin[i];
		uint64_t ram_end = k->ram_start + k->ram_kib * UINT64_C(1024);

		if (l->info->link_address < k->ram_start ||
		    l->info->link_address >= ram_end || end + LEAST_ROOM <= ram_end)
			return false;
	}
	return lint_say(l, "it ends at 0x%08" PRIx64 ", their RAM at 0x%08" PRIx64
			" (%s)", end, l->guess->kin[0]->ram_start +
			l->guess->kin[0]->ram_kib * UINT64_C(1024), l->guess->why);
}

/* ---- flash -------------------------------------------------------------- */

/* Size of the largest internal flash that the names can mean; 0: not there. */
static uint64_t largest_flash(const struct lint *l)
{
	uint64_t size = 0;

	if (l->chip)
		return l->chip->flash_kib * UINT64_C(1024);
	for (size_t i = 0; i < l->guess->n_kin; i++) {
		if (l->guess->kin[i]->flash_kib * UINT64_C(1024) > size)
			size = l->guess->kin[i]->flash_kib * UINT64_C(1024);
	}
	return size;
}

/* Is the device the internal flash of one of the chips, from its beginning? */
static bool is_internal(const struct lint *l)
{
	for (size_t i = 0; i < l->guess->n_kin; i++) {
		const struct stk_kin *k = l->guess->kin[i];

		if (k->flash_kib && (l->device->start == k->flash_start ||
				     (k->flash_alias && l->device->start == k->flash_alias)))
			return true;
	}
	return false;
}

static bool larger_than_flash(struct lint *l)
{
	uint64_t flash;
	char has[32], chip[32];

	if (!l->guess || !l->device || !is_internal(l))
		return false;
	flash = largest_flash(l);
	return flash && l->device->size > flash &&
	       lint_say(l, "%s, but the largest of them has %s (%s)",
			lint_size(l->device->size, has), lint_size(flash, chip),
			l->guess->why);
}

/* ---- CPU ---------------------------------------------------------------- */

/* Each executes the instructions of those before it. */
enum isa { ISA_UNKNOWN, ISA_V6M, ISA_V7M, ISA_V7EM, ISA_V8M };

/* Names of cores as attributes, command lines and chip facts write them. */
static enum isa isa_of(const char *cpu)
{
	static const struct {
		const char *name;
		enum isa isa;
	} known[] = {
		{ "cortex-m0", ISA_V6M },   { "cortex-m0+", ISA_V6M },
		{ "cortex-m0plus", ISA_V6M }, { "cortex-m1", ISA_V6M },
		{ "6-m", ISA_V6M },	    { "6s-m", ISA_V6M },
		{ "cortex-m3", ISA_V7M },   { "7-m", ISA_V7M },
		{ "cortex-m4", ISA_V7EM },  { "cortex-m7", ISA_V7EM },
		{ "7e-m", ISA_V7EM },	    { "cortex-m33", ISA_V8M },
		{ "cortex-m35p", ISA_V8M }, { "cortex-m55", ISA_V8M },
		{ "8-m.main", ISA_V8M },
	};

	for (size_t i = 0; cpu && i < ARRAY_SIZE(known); i++) {
		if (!strcasecmp(known[i].name, cpu))
			return known[i].isa;
	}
	return ISA_UNKNOWN;
}

static bool other_cpu(struct lint *l)
{
	enum isa wants = isa_of(l->info->cpu);
	const char *core = NULL;

	if (!l->guess || !wants)
		return false;
	for (size_t i = 0; i < l->guess->n_kin; i++) {
		enum isa has = isa_of(l->guess->kin[i]->core);

		if (!has || has >= wants)
			return false;
		core = l->guess->kin[i]->core;
	}
	return core && lint_say(l, "for a %s, on a chip with a %s (%s)", l->info->cpu,
				core, l->guess->why);
}

/* ---- names -------------------------------------------------------------- */

static bool in_common(const struct stk_chip_guess *a, const struct stk_chip_guess *b)
{
	for (size_t i = 0; i < a->n_kin * b->n_kin; i++) {
		if (a->kin[i / b->n_kin] == b->kin[i % b->n_kin])
			return true;
	}
	return false;
}

static bool two_chips(struct lint *l)
{
	const struct kin_list list = { l->facts, l->n_facts };
	struct stk_chip_guess device, file;

	/*
	 * Mostly they are the same. ST ships internal loaders under DEV_IDs of
	 * other chips, which the format tells of.
	 */
	if (!l->device || !l->guess || !strncmp(l->device->name, "0x", 2) ||
	    !strncmp(l->info->name, l->device->name, strlen(l->device->name)) ||
	    chip_guess_text(&list, l->device->name, "device name", &device, NULL) ||
	    chip_guess_text(&list, l->info->name, "file name", &file, NULL) ||
	    in_common(&device, &file))
		return false;
	return lint_say(l, "%s, but %s", file.why, device.why);
}

static const struct lint_rule rules[] = {
	{ { "STK-L101", STK_WARNING, "no room for a stack", NULL }, no_room },
	{ { "STK-L102", STK_NOTE, "too large for the smallest of its chips", NULL },
	  below_ram },
	{ { "STK-L103", STK_WARNING, "device larger than the chip's flash", NULL },
	  larger_than_flash },
	{ { "STK-L104", STK_WARNING, "built for a CPU that the chip lacks", NULL },
	  other_cpu },
	{ { "STK-L105", STK_WARNING, "two names, two chips", NULL }, two_chips },
	{ { "STK-L106", STK_WARNING, "linked outside the chip's RAM", NULL }, no_ram },
};

const struct lint_rules lint_chip = { rules, ARRAY_SIZE(rules) };
