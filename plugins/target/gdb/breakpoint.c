/* SPDX-License-Identifier: MIT */
/*
 * Breakpoints, through the server: it knows what core and probe can do, and
 * QEMU stops at no BKPT opcode of ours. In flash a comparator first (Z1), in
 * RAM an opcode that the server writes (Z0): the comparators of Cortex-M3 and
 * M4 end at 0x1FFFFFFF (ARMv7-M ARM C1.11, FPB version 1). A server with
 * neither has the opcode written by us, as GDB itself does then.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gdb.h"

#define RAM_START	0x20000000u
#define BKPT_LOW	0x00
#define BKPT_HIGH	0xBE
/* A 16-bit Thumb breakpoint (GDB manual, "ARM Breakpoint Kinds"). */
#define THUMB		2

struct gdb_break *gdb_break_at(struct gdb *g, uint32_t addr)
{
	for (size_t i = 0; i < g->n_breaks; i++)
		if (g->breaks[i].addr == addr)
			return &g->breaks[i];
	return NULL;
}

/* Z0 or Z1; -ENOSYS without an error: the server does not have that kind. */
static int ask_z(struct gdb *g, char kind, uint32_t addr, struct stk_error *err)
{
	bool *unknown = &g->peer.no_z[kind - '0'];
	struct gdb_reply reply;
	char what[48];
	int r;

	if (*unknown)
		return -ENOSYS;
	r = gdb_query(g, &reply, err, "Z%c,%x,%d", kind, addr, THUMB);
	if (r)
		return r;
	*unknown = gdb_reply_unknown(&reply);
	if (*unknown)
		return -ENOSYS;
	snprintf(what, sizeof(what), "set a breakpoint at 0x%08x", addr);
	return gdb_must_ok(g, &reply, what, err);
}

static int write_opcode(struct gdb *g, struct gdb_break *b, struct stk_error *err)
{
	static const uint8_t opcode[THUMB] = { BKPT_LOW, BKPT_HIGH };
	uint8_t back[THUMB];
	int r = gdb_read(g, b->addr, b->was, THUMB, err);

	if (!r)
		r = gdb_write(g, b->addr, opcode, THUMB, err);
	if (!r)
		r = gdb_read(g, b->addr, back, THUMB, err);
	if (!r && memcmp(opcode, back, THUMB))
		return stk_fail(
			err, STK_ORIGIN_TARGET, EIO, "break-refused",
			"%s has no breakpoints, and none can be written at 0x%08x: "
			"no RAM is there",
			gdb_who(g), b->addr);
	return r;
}

int gdb_break_insert(struct gdb *g, struct gdb_break *b, struct stk_error *err)
{
	const char *order = b->addr < RAM_START ? "10" : "01";
	int first = ask_z(g, order[0], b->addr, err), r = first;

	b->kind = order[0];
	if (r == -ENOSYS || r == -EIO) {
		b->kind = order[1];
		r = ask_z(g, order[1], b->addr, err);
	}
	/* Refused by one, unknown to the other: that refusal stands, with its error. */
	if (r == -ENOSYS && first == -ENOSYS) {
		b->kind = 'm';
		r = write_opcode(g, b, err);
	}
	return r == -ENOSYS ? first : r;
}

int gdb_break_remove(struct gdb *g, struct gdb_break *b, struct stk_error *err)
{
	struct gdb_reply reply;
	char what[48];
	int r;

	if (b->kind == 'm')
		return gdb_write(g, b->addr, b->was, THUMB, err);
	r = gdb_query(g, &reply, err, "z%c,%x,%d", b->kind, b->addr, THUMB);
	if (r)
		return r;
	snprintf(what, sizeof(what), "remove the breakpoint at 0x%08x", b->addr);
	return gdb_must_ok(g, &reply, what, err);
}

int gdb_break_set(void *priv, uint64_t addr, struct stk_error *err)
{
	struct gdb *g = priv;
	struct gdb_break b = { .addr = (uint32_t)addr & ~1u };
	int r;

	if (gdb_break_at(g, b.addr))
		return 0;
	if (g->n_breaks == GDB_BREAKS)
		return stk_fail(err, STK_ORIGIN_TARGET, ENOSPC, "too-many-breakpoints",
				"%d breakpoints are set at %s, and no more are kept",
				GDB_BREAKS, gdb_who(g));
	r = gdb_break_insert(g, &b, err);
	if (!r)
		g->breaks[g->n_breaks++] = b;
	return r;
}

int gdb_break_clear(void *priv, uint64_t addr, struct stk_error *err)
{
	struct gdb *g = priv;
	struct gdb_break *b = gdb_break_at(g, (uint32_t)addr & ~1u);
	int r;

	if (!b)
		return 0;
	/* One that the server would not remove is still there, and still ours. */
	r = gdb_break_remove(g, b, err);
	if (r)
		return r;
	*b = g->breaks[--g->n_breaks];
	return g->n_breaks ? 0 : gdb_let_faults(g, err);
}
