/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-st.c - M25P: one line, 64 KiB sectors and nothing smaller
 *
 * As Linux and QEMU know the family: m25p64, no 4 KiB erase, no quad.
 */
#include <string.h>

#include "nor-core.h"

enum { WIP = 1 << 0, WEL = 1 << 1, BP = 7 << 2, SRWD = 1 << 7 };

static const struct emu_rule rule_status_locked = {
	"nor-status-locked", "assumed", "M25P data sheets, Write Status Register: SRWD",
	"The flash ignored a status register write because SRWD is set and W is low.",
};

static uint8_t read_status(struct nor *nor)
{
	return nor->sr[0] | (nor_busy(nor) ? WIP : 0) | (nor->wel ? WEL : 0);
}

static void write_status(struct nor *nor)
{
	if (nor->sr[0] & SRWD && !(nor->place.idle_levels & 1 << 2)) {
		nor_rule(nor, &rule_status_locked);
		return;
	}
	nor->job.data[0] = nor->frame[0] & (SRWD | BP);
	nor_write_registers(nor);
}

static void status_written(struct nor *nor)
{
	nor->sr[0] = nor->job.data[0];
	nor_store_register(nor, 0, 0, nor->sr[0]);
}

static void reset(struct nor *nor, bool power)
{
	nor_reset_modes(nor);
	nor->sr[0] = nor_load_register(nor, 0, 0);
}

/* From a 64th at the top on, doubled with each step. */
static bool is_protected(const struct nor *nor, uint32_t addr, uint32_t len)
{
	return nor_in_bp_span(nor, nor->sr[0] >> 2 & 7, nor->part->size / 64, false, addr,
			      len);
}

static int leave(struct nor *nor, const char *state)
{
	if (strcmp(state, "protected"))
		return nor_leave_common(nor, state, 0, 0);
	return nor_leave_protected(nor, BP, 0);
}

static const struct nor_op ops[] = {
	NOR_BARE(0x06, 0, nor_set_wel),
	NOR_BARE(0x04, 0, nor_set_wel),
	NOR_GET(0x05, NOR_OP_BUSY, read_status),
	NOR_SET(0x01, NOR_OP_WEL, write_status),
	NOR_GET(0x9f, 0, nor_read_id),
	{ 0xab, 3, 1, 1, 0, 0, NOR_OP_WAKE, 0, nor_read_device_id, NULL, nor_wake },
	NOR_BARE(0xb9, 0, nor_power_down),
	NOR_READ(0x03, 3, 1, 1, 0, 0, 0),
	NOR_READ(0x0b, 3, 1, 1, 0, 8, 0),
	NOR_PROGRAM(0x02, 3, 1, 1, 0),
	NOR_ERASE(0xd8, 3, NOR_BLOCK, 0),
	NOR_ERASE_CHIP(0xc7, 0),
};

const struct nor_vendor nor_st = {
	.name = "st",
	.ops = ops,
	.n_ops = sizeof(ops) / sizeof(ops[0]),
	.reset = reset,
	.is_protected = is_protected,
	.status_written = status_written,
	.leave = leave,
};
