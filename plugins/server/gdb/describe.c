/* SPDX-License-Identifier: MIT */
/* describe.c - what a client is told of the board: registers and memory, as XML */
#include <stdlib.h>
#include <string.h>

#include "server.h"

#define ADDRESS_SPACE	(1ull << 32)
/* Where nothing can be erased a client still asks, and is told why not. */
#define NO_SECTOR	1024

/* GDB's manual, G.5.2: m-profile has these names; numbers as enum stk_reg. */
const char *const register_names[STK_REG_COUNT] = {
	"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12",
	"sp", "lr", "pc", "xpsr", "primask", "control",
};

static const char *type_of(unsigned int n)
{
	switch (n) {
	case STK_REG_SP:
		return "data_ptr";
	case STK_REG_PC:
		return "code_ptr";
	default:
		return "uint32";
	}
}

/*
 * GDB's own feature for system registers, org.gnu.gdb.arm.m-system, must have MSP
 * and PSP, which targets do not give; it takes registers of any other name too.
 */
bool describe_features(struct server *s)
{
	struct gdb_buf *out = &s->features;
	unsigned int i;

	if (out->len)
		return !out->failed;
	gdb_buf_printf(out, "<?xml version=\"1.0\"?>\n"
		       "<!DOCTYPE target SYSTEM \"gdb-target.dtd\">\n"
		       "<target version=\"1.0\">\n<architecture>arm</architecture>\n"
		       "<feature name=\"org.gnu.gdb.arm.m-profile\">\n");
	for (i = 0; i < STK_REG_COUNT; i++) {
		if (i == STK_REG_PRIMASK)
			gdb_buf_printf(out, "</feature>\n<feature name=\"stoker.m-control\">\n");
		gdb_buf_printf(out, "<reg name=\"%s\" bitsize=\"32\" regnum=\"%u\" "
			       "type=\"%s\"%s/>\n", register_names[i], i, type_of(i),
			       i < STK_REG_PRIMASK ? "" : " group=\"system\"");
	}
	gdb_buf_printf(out, "</feature>\n</target>\n");
	return !out->failed;
}

/* ---- memory ---- */

static void insert(struct memory_map *m, const struct gdb_memory *what)
{
	struct gdb_memory *p = realloc(m->item, (m->count + 1) * sizeof(*p));
	size_t i = 0;

	if (!p) {
		m->failed = true;
		return;
	}
	m->item = p;
	while (i < m->count && p[i].range.addr < what->range.addr)
		i++;
	memmove(&p[i + 1], &p[i], (m->count - i) * sizeof(*p));
	p[i] = *what;
	m->count++;
}

void map_fill(struct memory_map *m, struct gdb_memory what)
{
	uint64_t at = what.range.addr, end = stk_range_end(what.range), stop;
	size_t i;

	while (at < end && !m->failed) {
		for (i = 0; i < m->count && stk_range_end(m->item[i].range) <= at; i++)
			;
		stop = i < m->count && m->item[i].range.addr < end ? m->item[i].range.addr : end;
		if (stop > at) {
			what.range = (struct stk_range){ at, stop - at };
			insert(m, &what);
		}
		at = i < m->count && stop < end ? stk_range_end(m->item[i].range) : end;
	}
}

static bool in_space(struct stk_range r)
{
	return stk_range_valid(r) && r.addr < ADDRESS_SPACE && r.len <= ADDRESS_SPACE - r.addr;
}

static void fill_chip(struct memory_map *m, const struct stk_chip *chip)
{
	size_t i;

	for (i = 0; chip && i < chip->n_memories; i++) {
		const struct stk_memory *mem = &chip->memories[i];
		struct gdb_memory what = { .range = { mem->start, mem->size },
					   .block = NO_SECTOR };

		if (!in_space(what.range) || mem->kind == STK_MEM_RAM)
			continue;
		what.kind = mem->kind == STK_MEM_ROM || mem->alias ? GDB_MEMORY_ROM :
								     GDB_MEMORY_FLASH;
		map_fill(m, what);
	}
}

void map_regions(struct memory_map *m, struct stk_board *board)
{
	size_t i, n;
	const struct stk_board_region *r = stk_board_regions(board, &n);

	for (i = 0; i < n; i++)
		if (in_space(r[i].range))
			map_fill(m, (struct gdb_memory){ GDB_MEMORY_FLASH, r[i].range,
							 r[i].sector });
}

/* A client takes what is not in the map for nothing: registers are, as RAM. */
bool describe_memory(struct server *s)
{
	struct gdb_buf *out = &s->memory_map;
	struct memory_map m = { 0 };
	size_t i, n;
	const struct stk_range *ram = stk_board_ram(s->board, &n);

	if (out->len)
		return !out->failed;
	map_regions(&m, s->board);
	for (i = 0; i < n; i++)
		if (in_space(ram[i]))
			map_fill(&m, (struct gdb_memory){ GDB_MEMORY_RAM, ram[i], 0 });
	fill_chip(&m, stk_board_facts(s->board)->chip);
	map_fill(&m, (struct gdb_memory){ GDB_MEMORY_RAM, { 0, ADDRESS_SPACE }, 0 });
	gdb_memory_map_write(out, m.item, m.count);
	free(m.item);
	return !m.failed && !out->failed;
}
