/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-issi.c - IS25LP: instruction set and registers
 *
 * D7h erases 4 KiB as 20h does. Sector unlock, information row, AutoBoot and DTR
 * reads are not modelled.
 */
#include <string.h>

#include "nor-core.h"

/* Status. */
enum { WIP = 1 << 0, WEL = 1 << 1, BP = 0xf << 2, QE = 1 << 6, SRWD = 1 << 7 };
enum { TBS = 1 << 1, PSUS = 1 << 2, ESUS = 1 << 3 };	/* function register */

/* Which of nor->sr[]. */
enum { SR, FUNCTION, READ };

static const struct emu_rule rule_status_locked = {
	"nor-status-locked", "assumed", "ISSI IS25LP128 data sheet, SRWD",
	"The flash ignored a status register write because SRWD is set and WP# is low.",
};

/* ---- registers -------------------------------------------------------- */

static uint8_t read_status(struct nor *nor)
{
	return nor->sr[SR] | (nor_busy(nor) ? WIP : 0) | (nor->wel ? WEL : 0);
}

static uint8_t read_function(struct nor *nor)
{
	return nor->sr[FUNCTION] | (nor->suspended.kind == NOR_JOB_ERASE   ? ESUS :
				    nor->suspended.kind == NOR_JOB_PROGRAM ? PSUS : 0);
}

static uint8_t read_read_register(struct nor *nor)
{
	return nor->sr[READ];
}

static bool quad_enabled(const struct nor *nor)
{
	return nor->sr[SR] & QE;
}

static void write_status(struct nor *nor)
{
	bool wp_low = !quad_enabled(nor) && nor->bus == 1 &&
		      !(nor->place.idle_levels & 1 << 2);

	if (nor->sr[SR] & SRWD && wp_low) {
		nor_rule(nor, &rule_status_locked);
		return;
	}
	memcpy(nor->job.data, nor->sr, sizeof(nor->sr));
	nor->job.data[SR] = nor->frame[0] & (uint8_t)~(WIP | WEL);
	nor_write_registers(nor);
}

/* Its bits can only be set. */
static void write_function(struct nor *nor)
{
	memcpy(nor->job.data, nor->sr, sizeof(nor->sr));
	nor->job.data[FUNCTION] |= nor->frame[0] & (0xf0 | TBS);
	nor_write_registers(nor);
}

static void set_read_register(struct nor *nor)
{
	nor->sr[READ] = nor->frame[0];
	nor->wel = false;
}

static uint8_t factory(const struct nor *nor, unsigned int i)
{
	return i == SR && nor->qe_set ? QE : i == READ ? 0xe0 /* drive strength */ : 0;
}

static void status_written(struct nor *nor)
{
	memcpy(nor->sr, nor->job.data, sizeof(nor->sr));
	for (unsigned int i = SR; i <= FUNCTION; i++)
		nor_store_register(nor, i, factory(nor, i), nor->sr[i]);
}

static void reset(struct nor *nor, bool power)
{
	nor_reset_modes(nor);
	for (unsigned int i = SR; i <= READ; i++)
		nor->sr[i] = nor_load_register(nor, i, factory(nor, i));
}

static bool is_protected(const struct nor *nor, uint32_t addr, uint32_t len)
{
	return nor_in_bp_span(nor, (nor->sr[SR] & BP) >> 2, 0x10000, nor->sr[FUNCTION] & TBS,
			      addr, len);
}

/* ---- modes ------------------------------------------------------------ */

/* P4, P3 of the read register; 0 stands for each read's default. */
static unsigned int dummy(const struct nor *nor, const struct nor_op *op)
{
	static const uint8_t clocks[4] = { 0, 4, 8, 10 };
	unsigned int code = nor->sr[READ] >> 3 & 3;
	unsigned int lines = nor->bus > 1 ? nor->bus : op->addr_lines;

	if (code)
		return clocks[code];
	if (nor->bus == 4)
		return 6;
	return op->dummy + (op->mode ? 8 / lines : 0);
}

static bool continues(uint8_t mode)
{
	return mode >> 4 == 0xa;
}

static void set_qpi(struct nor *nor)
{
	nor->bus = nor->op->opcode == 0x35 ? 4 : 1;
}

static int leave(struct nor *nor, const char *state)
{
	if (!strcmp(state, "qpi")) {
		nor->bus = 4;
		return 0;
	}
	if (!strcmp(state, "protected"))
		return nor_leave_protected(nor, BP, factory(nor, SR));
	if (!strcmp(state, "continuous"))
		nor->sr[SR] |= QE;
	return nor_leave_common(nor, state, 0xeb, 0x75);
}

/* ---- the instruction set ---------------------------------------------- */

#define ANY	NOR_ADDR_MODE
#define SET	NOR_OP_QPI
#define STATUS	(NOR_OP_QPI | NOR_OP_BUSY)
#define WRITE	(NOR_OP_QPI | NOR_OP_WEL)
#define QUAD	NOR_OP_QUAD
#define FAST	NOR_OP_CONFIG
#define GOES_ON	(NOR_OP_CONFIG | NOR_OP_CONTINUES)
#define BIG	NOR_HAS_4BYTE

static const struct nor_op ops[] = {
	NOR_BARE(0x06, SET, nor_set_wel),
	NOR_BARE(0x04, SET, nor_set_wel),
	NOR_GET(0x05, STATUS, read_status),
	NOR_SET(0x01, WRITE | NOR_OP_STATUS, write_status),
	NOR_GET(0x48, SET, read_function),
	NOR_SET(0x42, WRITE, write_function),
	NOR_GET(0x61, SET, read_read_register),
	NOR_SET(0xc0, SET, set_read_register),
	NOR_SET(0x63, SET, set_read_register),

	NOR_GET(0x9f, 0, nor_read_id),
	NOR_GET(0xaf, SET | NOR_OP_ONLY_QPI, nor_read_id),
	{ 0x90, 3, 1, 1, 0, 0, 0, 0, nor_read_ids, NULL, NULL },
	{ 0xab, 3, 1, 1, 0, 0, SET | NOR_OP_WAKE, 0, nor_read_device_id, NULL, nor_wake },
	NOR_BARE(0xb9, SET, nor_power_down),

	NOR_READ(0x03, ANY, 1, 1, 0, 0, 0),
	NOR_READ(0x0b, ANY, 1, 1, 0, 8, SET | FAST),
	NOR_READ(0x3b, ANY, 1, 2, 0, 8, FAST),
	NOR_READ(0xbb, ANY, 2, 2, 1, 0, GOES_ON),
	NOR_READ(0x6b, ANY, 1, 4, 0, 8, FAST | QUAD),
	NOR_READ(0xeb, ANY, 4, 4, 1, 4, SET | GOES_ON | QUAD),
	NOR_READ(0x13, 4, 1, 1, 0, 0, BIG),
	NOR_READ(0x0c, 4, 1, 1, 0, 8, BIG | FAST),
	NOR_READ(0x3c, 4, 1, 2, 0, 8, BIG | FAST),
	NOR_READ(0xbc, 4, 2, 2, 1, 0, BIG | GOES_ON),
	NOR_READ(0x6c, 4, 1, 4, 0, 8, BIG | FAST | QUAD),
	NOR_READ(0xec, 4, 4, 4, 1, 4, BIG | SET | GOES_ON | QUAD),

	NOR_PROGRAM(0x02, ANY, 1, 1, SET),
	NOR_PROGRAM(0x32, ANY, 1, 4, QUAD),
	NOR_PROGRAM(0x38, ANY, 1, 4, QUAD),
	NOR_PROGRAM(0x12, 4, 1, 1, BIG | SET),
	NOR_PROGRAM(0x34, 4, 1, 4, BIG | QUAD),
	NOR_PROGRAM(0x3e, 4, 1, 4, BIG | QUAD),
	NOR_ERASE(0x20, ANY, NOR_4K, SET),
	NOR_ERASE(0xd7, ANY, NOR_4K, SET),
	NOR_ERASE(0x52, ANY, NOR_32K, SET),
	NOR_ERASE(0xd8, ANY, NOR_BLOCK, SET),
	NOR_ERASE(0x21, 4, NOR_4K, BIG | SET),
	NOR_ERASE(0x5c, 4, NOR_32K, BIG | SET),
	NOR_ERASE(0xdc, 4, NOR_BLOCK, BIG | SET),
	NOR_ERASE_CHIP(0xc7, SET),
	NOR_ERASE_CHIP(0x60, SET),
	NOR_BARE(0x75, STATUS, nor_suspend),
	NOR_BARE(0xb0, STATUS, nor_suspend),
	NOR_BARE(0x7a, SET, nor_resume),
	NOR_BARE(0x30, SET, nor_resume),

	NOR_BARE(0x66, STATUS, nor_arm_reset),
	NOR_BARE(0x99, STATUS, nor_do_reset),
	NOR_BARE(0xb7, SET | BIG, nor_set_four_byte),
	NOR_BARE(0xe9, SET | BIG, nor_set_four_byte),
	NOR_BARE(0x29, SET | BIG, nor_set_four_byte),
	NOR_GET(0xc8, SET | NOR_HAS_EAR, nor_read_extended_address),
	NOR_SET(0xc5, SET | NOR_HAS_EAR, nor_set_extended_address),
	NOR_BARE(0x35, 0, set_qpi),
	NOR_BARE(0xf5, SET, set_qpi),

	/* SFDP, lasting read register, sector unlock, information row, DTR reads. */
	NOR_UNMODELLED(0x5a),
	NOR_UNMODELLED(0x65),
	NOR_UNMODELLED(0x26),
	NOR_UNMODELLED(0x24),
	NOR_UNMODELLED(0x62),
	NOR_UNMODELLED(0x68),
	NOR_UNMODELLED(0xed),
	NOR_UNMODELLED(0xee),
};

const struct nor_vendor nor_issi = {
	.name = "issi",
	.ops = ops,
	.n_ops = sizeof(ops) / sizeof(ops[0]),
	.reset = reset,
	.quad_enabled = quad_enabled,
	.is_protected = is_protected,
	.dummy = dummy,
	.continues = continues,
	.status_written = status_written,
	.leave = leave,
};
