/* SPDX-License-Identifier: MIT */
/*
 * Which chip is it, and which RAM has it? CPUID says which core, and that which
 * places may be read: where chips with that core have their DBGMCU_IDCODE. Where
 * that leaves several chips that differ, the flash size is asked too; where that
 * does not help, no chip is better than the wrong one.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gdb.h"

#define CPUID		0xE000ED00u
#define PLACES		8
/*
 * gdb leaves alone what is in no region, so servers give all that is no flash as
 * RAM, peripherals and holes too. What is larger than any microcontroller's RAM,
 * or lies among flash, is such a gap.
 */
#define RAM_MOST	(8ull << 20)
#define CODE_FIRST	0x08000000u
#define CODE_END	0x10000000u

static const char *core_of(uint32_t cpuid)
{
	static const struct {
		uint16_t part;
		const char *core;
	} known[] = {
		/* ARMv7-M ARM B3.2.3, and the cores' technical reference manuals */
		{ 0xC20, "cortex-m0" }, { 0xC60, "cortex-m0+" }, { 0xC23, "cortex-m3" },
		{ 0xC24, "cortex-m4" }, { 0xC27, "cortex-m7" }, { 0xD21, "cortex-m33" },
		{ 0xD22, "cortex-m55" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (cpuid >> 24 == 0x41 && (cpuid >> 4 & 0xfff) == known[i].part)
			return known[i].core;
	return NULL;
}

/* What was read already, so that each place is read once. */
struct places {
	uint64_t addr[PLACES];
	uint32_t value[PLACES];
	bool good[PLACES];
	size_t count;
};

/* False: it cannot be read. -ENOTCONN in *@ret_r: the link is gone. */
static bool look(struct gdb *g, struct places *p, uint64_t addr, uint32_t *ret, int *ret_r)
{
	size_t i = 0;

	while (i < p->count && p->addr[i] != addr)
		i++;
	if (i == PLACES || *ret_r)
		return false;
	if (i == p->count) {
		int r = gdb_read32(g, (uint32_t)addr, &p->value[i], NULL);

		if (r == -ENOTCONN || r == -ENOMEM)
			*ret_r = r;
		p->good[i] = !r;
		p->addr[i] = addr;
		p->count++;
	}
	*ret = p->value[i];
	return p->good[i];
}

static bool is_it(struct gdb *g, struct places *p, const struct stk_chip *chip, int *r)
{
	for (size_t i = 0; i < chip->n_identity; i++) {
		const struct stk_identity *id = &chip->identity[i];
		uint32_t value;

		if (look(g, p, id->address, &value, r) && (value & id->mask) == id->value)
			return true;
	}
	return false;
}

/* The chip's own word for its flash; true also where it has none to say. */
static bool flash_fits(struct gdb *g, struct places *p, const struct stk_chip *chip, int *r)
{
	for (size_t i = 0; i < chip->n_peripherals; i++) {
		const struct stk_peripheral *per = &chip->peripherals[i];
		const struct stk_register *reg = stk_peripheral_register(per,
									 "FLASHSIZE");
		uint32_t value;

		if (!reg || !reg->n_fields)
			continue;
		if (!look(g, p, per->base + reg->offset, &value, r))
			return true;
		value = value >> reg->fields[0].lsb & ((1u << reg->fields[0].width) - 1);
		return value == chip->flash_kib || !value || value == 0xffff;
	}
	return true;
}

/*
 * Parts of one line, with a peripheral more or less, cannot be told apart by
 * what they say; to loaders they are alike. Generated tables share the arrays.
 */
static bool alike(const struct stk_chip *a, const struct stk_chip *b)
{
	return stk_chip_same(a, b) ||
	       (!strcmp(a->family, b->family) && a->flash_kib == b->flash_kib &&
		a->memories == b->memories && a->n_memories == b->n_memories &&
		a->banks == b->banks && a->n_banks == b->n_banks);
}

/* The one chip among @all, by facts; NULL: none, or several that differ. */
static const struct stk_chip *only_one(struct gdb *g, struct places *p, const char *core,
				       const struct stk_chip *const *all, size_t n,
				       bool by_flash, bool *ret_several, int *r)
{
	const struct stk_chip *found = NULL;

	*ret_several = false;
	for (size_t i = 0; i < n; i++) {
		if (strcmp(all[i]->core, core) || !is_it(g, p, all[i], r) ||
		    (by_flash && !flash_fits(g, p, all[i], r)))
			continue;
		if (found && !alike(found, all[i])) {
			*ret_several = true;
			return NULL;
		}
		found = found ? found : all[i];
	}
	return found;
}

static int find_chip(struct gdb *g, struct stk_error *err)
{
	const struct stk_chip *const *all;
	struct places p = { .count = 0 };
	uint32_t cpuid;
	const char *core;
	bool several;
	size_t n;
	int r = gdb_read32(g, CPUID, &cpuid, err);

	core = r ? NULL : core_of(cpuid);
	if (!core)
		return r == -EIO ? 0 : r;
	r = stk_chip_list(g->ctx, &all, &n, err);
	if (r)
		return r;
	g->chip = only_one(g, &p, core, all, n, false, &several, &r);
	if (several)
		g->chip = only_one(g, &p, core, all, n, true, &several, &r);
	if (several)
		stk_log(g->ctx,
			"gdb: chips with this identity differ; say which with --chip");
	if (r)
		g->chip = NULL;
	return r == -ENOTCONN
		       ? stk_fail(err, STK_ORIGIN_TARGET, ENOTCONN, "link-lost",
				  "%s was lost while it was asked which chip it has",
				  gdb_who(g))
		       : r;
}

/* ---- RAM -------------------------------------------------------------- */

static bool can_be_ram(const struct gdb_memory *m)
{
	return m->kind == GDB_MEMORY_RAM && m->range.len <= RAM_MOST &&
	       (m->range.addr < CODE_FIRST || m->range.addr >= CODE_END);
}

static int find_ram(struct gdb *g, struct stk_error *err)
{
	struct gdb_buf text = { 0 };
	struct gdb_memory *map = NULL;
	struct stk_error local = { 0 };
	size_t n = 0;
	int r = g->peer.has_map ? gdb_xfer(g, "memory-map", "", &text, &local) : -ENOENT;

	if (!r)
		r = gdb_memory_map_read(text.bytes, text.len, &map, &n, &local);
	gdb_buf_free(&text);
	if (r == -ENOTCONN || r == -ENOMEM) {
		if (err)
			*err = local;
		return r;
	}
	if (r && local.code)
		stk_log(g->ctx, "gdb: %s", local.msg);
	if (r)
		return 0;
	g->ram = calloc(n + 1, sizeof(*g->ram));
	for (size_t i = 0; i < n && g->ram; i++)
		if (can_be_ram(&map[i]))
			g->ram[g->n_ram++] = map[i].range;
	free(map);
	return g->ram ? 0 : stk_fail_nomem(err);
}

int gdb_identify(struct gdb *g, struct stk_error *err)
{
	int r = find_chip(g, err);

	if (!r)
		r = find_ram(g, err);
	if (r)
		return r;
	snprintf(g->description, sizeof(g->description), "%s at %.60s, %s%s",
		 gdb_server_name(g), g->address, g->chip ? g->chip->name : "chip not known",
		 g->chip ? " or one with the same memories" : "");
	return 0;
}
