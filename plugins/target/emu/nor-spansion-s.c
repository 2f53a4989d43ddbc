/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-spansion-s.c - S25FL128S, S25FL256S, S25FL512S: instruction set and registers
 *
 * NOR_IS_A: the hybrid sector option: 32 parameter sectors of 4 KiB at the bottom,
 * which 20h and 21h erase; all else is 64 KiB. Without it sectors are 256 KiB.
 *
 * An error keeps the part busy, with WEL set, until Clear Status Register (30h). The
 * family has no Enable Reset: F0h resets at once. Advanced sector protection, OTP,
 * AutoBoot and DDR reads are not modelled; TBPARM stays at bottom.
 */
#include <string.h>

#include "nor-core.h"

enum { WIP = 1 << 0, WEL = 1 << 1, BP = 7 << 2, E_ERR = 1 << 5, P_ERR = 1 << 6,
       SRWD = 1 << 7 };	/* status register 1 */
enum { PROGRAM_SUSPENDED = 1 << 0, ERASE_SUSPENDED = 1 << 1 };	/* 2 */
enum { QUAD = 1 << 1, TBPROT = 1 << 5, LC = 3 << 6 };	/* configuration */
#define EXTADD	0x80	/* bank address register */

/* Which of nor->sr[]. */
enum { SR1, CR1 };

#define PARAMETERS	0x20000u	/* bytes in parameter sectors */

static const struct emu_rule rule_error = {
	"nor-error-held", "assumed", "Spansion S25FL128S/256S data sheet, status register 1: "
	"P_ERR, E_ERR",
	"An error keeps the flash busy until Clear Status Register (30h).",
};
static const struct emu_rule rule_not_parameter = {
	"nor-not-4k", "assumed", "Spansion S25FL128S data sheet, Parameter 4 kB-sector Erase",
	"The flash ignored a 4 KiB erase outside its parameter sectors.",
};
static const struct emu_rule rule_status_locked = {
	"nor-status-locked", "assumed", "Spansion S25FL128S/256S data sheet, SRWD",
	"The flash ignored a register write because SRWD is set and WP# is low.",
};

/* ---- registers -------------------------------------------------------- */

static uint8_t read_sr1(struct nor *nor)
{
	return nor->sr[SR1] | nor->flags | (nor_busy(nor) ? WIP : 0) | (nor->wel ? WEL : 0);
}

static uint8_t read_sr2(struct nor *nor)
{
	return nor->suspended.kind == NOR_JOB_ERASE   ? ERASE_SUSPENDED :
	       nor->suspended.kind == NOR_JOB_PROGRAM ? PROGRAM_SUSPENDED : 0;
}

static uint8_t read_cr1(struct nor *nor)
{
	return nor->sr[CR1];
}

static bool quad_enabled(const struct nor *nor)
{
	return nor->sr[CR1] & QUAD;
}

static void failed(struct nor *nor, enum nor_job_kind kind, bool is_protected)
{
	nor->flags |= kind == NOR_JOB_ERASE ? E_ERR : P_ERR;
	nor->job.kind = NOR_JOB_ERROR;
	nor->wel = true;
	nor_rule(nor, &rule_error);
}

static void clear_status(struct nor *nor)
{
	nor->flags = 0;
	nor->wel = false;
	if (nor->job.kind == NOR_JOB_ERROR)
		nor->job.kind = NOR_JOB_NONE;
}

/* Status register, configuration register. */
static void write_registers(struct nor *nor)
{
	bool wp_low = !quad_enabled(nor) && !(nor->place.idle_levels & 1 << 2);

	if (nor->sr[SR1] & SRWD && wp_low) {
		nor_rule(nor, &rule_status_locked);
		return;
	}
	memcpy(nor->job.data, nor->sr, sizeof(nor->sr));
	nor->job.data[SR1] = nor->frame[0] & (SRWD | BP);
	if (nor->n_data > 1)
		nor->job.data[CR1] = (nor->frame[1] & (QUAD | LC)) |
				     ((nor->frame[1] | nor->sr[CR1]) & TBPROT);
	nor_write_registers(nor);
}

static uint8_t factory(const struct nor *nor, unsigned int i)
{
	return i == CR1 && nor->qe_set ? QUAD : 0;
}

static void status_written(struct nor *nor)
{
	memcpy(nor->sr, nor->job.data, sizeof(nor->sr));
	for (unsigned int i = SR1; i <= CR1; i++)
		nor_store_register(nor, i, factory(nor, i), nor->sr[i]);
}

/* ---- addresses -------------------------------------------------------- */

static uint8_t read_bank(struct nor *nor)
{
	return nor->extended_address | (nor->four_byte ? EXTADD : 0);
}

static void write_bank(struct nor *nor)
{
	nor->extended_address = nor->frame[0] & (uint8_t)~EXTADD;
	nor->four_byte = nor->frame[0] & EXTADD;
}

/* ---- array ------------------------------------------------------------ */

static bool is_protected(const struct nor *nor, uint32_t addr, uint32_t len)
{
	return nor_in_bp_span(nor, (nor->sr[SR1] & BP) >> 2, nor->part->size / 64,
			      nor->sr[CR1] & TBPROT, addr, len);
}

static void erase_parameter(struct nor *nor)
{
	if (nor_array_address(nor) >= PARAMETERS)
		nor_rule(nor, &rule_not_parameter);
	else
		nor_erase(nor);
}

/* ---- modes ------------------------------------------------------------ */

static void reset(struct nor *nor, bool power)
{
	nor_reset_modes(nor);
	for (unsigned int i = SR1; i <= CR1; i++)
		nor->sr[i] = nor_load_register(nor, i, factory(nor, i));
}

/* Latency code 11: no dummy clocks, one for quad I/O beside its mode byte. */
static unsigned int dummy(const struct nor *nor, const struct nor_op *op)
{
	bool least = (nor->sr[CR1] & LC) == LC;
	unsigned int mode = op->mode ? 8 / op->addr_lines : 0;

	if (!least)
		return mode + op->dummy;
	return mode + (op->addr_lines == 4 ? 1 : 0);
}

static bool continues(uint8_t mode)
{
	return mode >> 4 == 0xa;
}

static int leave(struct nor *nor, const char *state)
{
	if (!strcmp(state, "protected"))
		return nor_leave_protected(nor, BP, factory(nor, SR1));
	if (!strcmp(state, "continuous"))
		nor->sr[CR1] |= QUAD;
	return nor_leave_common(nor, state, 0xeb, 0x75);
}

/* ---- the instruction set ---------------------------------------------- */

#define ANY	NOR_ADDR_MODE
#define WRITE	NOR_OP_WEL
#define FAST	NOR_OP_CONFIG
#define FOUR	NOR_OP_QUAD
#define GOES_ON	(NOR_OP_CONFIG | NOR_OP_CONTINUES)

static const struct nor_op ops[] = {
	NOR_BARE(0x06, 0, nor_set_wel),
	NOR_BARE(0x04, 0, nor_set_wel),
	NOR_GET(0x05, NOR_OP_BUSY, read_sr1),
	NOR_GET(0x07, NOR_OP_BUSY, read_sr2),
	NOR_GET(0x35, 0, read_cr1),
	NOR_SET(0x01, WRITE | NOR_OP_STATUS, write_registers),
	NOR_BARE(0x30, NOR_OP_BUSY, clear_status),
	NOR_GET(0x16, 0, read_bank),
	NOR_SET(0x17, 0, write_bank),

	NOR_GET(0x9f, 0, nor_read_id),
	{ 0x90, 3, 1, 1, 0, 0, 0, 0, nor_read_ids, NULL, NULL },
	{ 0xab, 3, 1, 1, 0, 0, 0, 0, nor_read_device_id, NULL, NULL },

	NOR_READ(0x03, ANY, 1, 1, 0, 0, 0),
	NOR_READ(0x0b, ANY, 1, 1, 0, 8, FAST),
	NOR_READ(0x3b, ANY, 1, 2, 0, 8, FAST),
	NOR_READ(0xbb, ANY, 2, 2, 1, 0, GOES_ON),
	NOR_READ(0x6b, ANY, 1, 4, 0, 8, FAST | FOUR),
	NOR_READ(0xeb, ANY, 4, 4, 1, 4, GOES_ON | FOUR),
	NOR_READ(0x13, 4, 1, 1, 0, 0, 0),
	NOR_READ(0x0c, 4, 1, 1, 0, 8, FAST),
	NOR_READ(0x3c, 4, 1, 2, 0, 8, FAST),
	NOR_READ(0xbc, 4, 2, 2, 1, 0, GOES_ON),
	NOR_READ(0x6c, 4, 1, 4, 0, 8, FAST | FOUR),
	NOR_READ(0xec, 4, 4, 4, 1, 4, GOES_ON | FOUR),

	NOR_PROGRAM(0x02, ANY, 1, 1, 0),
	NOR_PROGRAM(0x32, ANY, 1, 4, FOUR),
	NOR_PROGRAM(0x38, ANY, 1, 4, FOUR),
	NOR_PROGRAM(0x12, 4, 1, 1, 0),
	NOR_PROGRAM(0x34, 4, 1, 4, FOUR),
	{ .opcode = 0x20, .addr_bytes = ANY, .addr_lines = 1, .len = NOR_4K,
	  .flags = WRITE | NOR_IS_A, .done = erase_parameter },
	{ .opcode = 0x21, .addr_bytes = 4, .addr_lines = 1, .len = NOR_4K,
	  .flags = WRITE | NOR_IS_A, .done = erase_parameter },
	NOR_ERASE(0xd8, ANY, NOR_BLOCK, 0),
	NOR_ERASE(0xdc, 4, NOR_BLOCK, 0),
	NOR_ERASE_CHIP(0xc7, 0),
	NOR_ERASE_CHIP(0x60, 0),
	NOR_BARE(0x75, NOR_OP_BUSY, nor_suspend),
	NOR_BARE(0x7a, 0, nor_resume),
	NOR_BARE(0x85, NOR_OP_BUSY, nor_suspend),
	NOR_BARE(0x8a, 0, nor_resume),
	NOR_BARE(0xf0, NOR_OP_BUSY, nor_reset),

	/* SFDP and CFI, OTP, bank register access, DDR reads. */
	NOR_UNMODELLED(0x5a),
	NOR_UNMODELLED(0x42),
	NOR_UNMODELLED(0x4b),
	NOR_UNMODELLED(0xb9),
	NOR_UNMODELLED(0xed),
	NOR_UNMODELLED(0xee),
};

const struct nor_vendor nor_spansion_s = {
	.name = "spansion-s",
	.ops = ops,
	.n_ops = sizeof(ops) / sizeof(ops[0]),
	.reset = reset,
	.quad_enabled = quad_enabled,
	.is_protected = is_protected,
	.dummy = dummy,
	.continues = continues,
	.status_written = status_written,
	.failed = failed,
	.leave = leave,
};
