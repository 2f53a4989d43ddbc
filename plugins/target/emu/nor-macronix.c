/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-macronix.c - MX25L and MX25R: instruction set and registers
 *
 * NOR_IS_A: MX25R, with a second configuration register (low power, high
 * performance) and one bit that chooses dummy clocks. NOR_IS_B: one such bit
 * too, on MX25L up to 128 Mbit. The rest has two: DC1, DC0.
 *
 * OTP areas, advanced sector protection (WPSEL), fast boot and DTR reads are not
 * modelled.
 */
#include <string.h>

#include "nor-core.h"

enum { WIP = 1 << 0, WEL = 1 << 1, BP = 0xf << 2, QE = 1 << 6, SRWD = 1 << 7 };
enum { TB = 1 << 3, FOUR_BYTE = 1 << 5 };	/* configuration register */
enum { PROGRAM_SUSPENDED = 1 << 2, ERASE_SUSPENDED = 1 << 3, P_FAIL = 1 << 5,
       E_FAIL = 1 << 6 };	/* security register */

/* Which of nor->sr[]. */
enum { SR, CR1, CR2 };

static const struct emu_rule rule_status_locked = {
	"nor-status-locked", "assumed", "Macronix MX25L data sheets, SRWD bit and hardware "
	"protection mode",
	"The flash ignored a status register write because SRWD is set and WP# is low.",
};
static const struct emu_rule rule_burst = {
	"nor-unmodelled", "assumed", "this model",
	"The flash has wrap-around reads but the model does not.",
};

static const struct emu_rule rule_1_1_4_program = {
	"nor-1-1-4-program", "assumed",
	"not in data sheets; sent by ST's loaders for MX25L51245G",
	"The flash took a program with its address on one line and data on four (32h).",
};

/* ---- registers -------------------------------------------------------- */

static uint8_t read_status(struct nor *nor)
{
	return nor->sr[SR] | (nor_busy(nor) ? WIP : 0) | (nor->wel ? WEL : 0);
}

static uint8_t read_configuration(struct nor *nor)
{
	uint8_t first = nor->sr[CR1] | (nor->four_byte ? FOUR_BYTE : 0);

	return nor_has(nor, NOR_IS_A) && nor->n_data & 1 ? nor->sr[CR2] : first;
}

static uint8_t read_security(struct nor *nor)
{
	uint8_t suspended = nor->suspended.kind == NOR_JOB_ERASE   ? ERASE_SUSPENDED :
			    nor->suspended.kind == NOR_JOB_PROGRAM ? PROGRAM_SUSPENDED : 0;

	return nor->flags | suspended;
}

/* An error bit stays until the next operation of its kind. */
static void failed(struct nor *nor, enum nor_job_kind kind, bool is_protected)
{
	nor->flags |= kind == NOR_JOB_ERASE ? E_FAIL : P_FAIL;
}

static void begins(struct nor *nor, enum nor_job_kind kind)
{
	nor->flags &= (uint8_t)~(kind == NOR_JOB_ERASE ? E_FAIL : P_FAIL);
}

static bool quad_enabled(const struct nor *nor)
{
	return nor->sr[SR] & QE;
}

/* Status register, configuration register; MX25R: a second one. */
static void write_status(struct nor *nor)
{
	bool wp_low = nor->bus == 1 && !quad_enabled(nor) &&
		      !(nor->place.idle_levels & 1 << 2);
	uint32_t most = nor_has(nor, NOR_IS_A) ? 3 : 2;

	if (nor->sr[SR] & SRWD && wp_low) {
		nor_rule(nor, &rule_status_locked);
		return;
	}
	memcpy(nor->job.data, nor->sr, sizeof(nor->sr));
	for (uint32_t i = 0; i < nor->n_data && i < most; i++)
		nor->job.data[i] = nor->frame[i];
	nor->job.data[SR] &= (uint8_t)~(WIP | WEL);
	/* TB can only be set, once. */
	nor->job.data[CR1] = (nor->job.data[CR1] | (nor->sr[CR1] & TB)) & (uint8_t)~FOUR_BYTE;
	nor_write_registers(nor);
}

static uint8_t factory_status(const struct nor *nor)
{
	return nor->qe_set ? QE : 0;
}

/* Of the configuration only TB lasts. */
static void status_written(struct nor *nor)
{
	memcpy(nor->sr, nor->job.data, sizeof(nor->sr));
	nor_store_register(nor, 0, factory_status(nor), nor->sr[SR]);
	nor_store_register(nor, 1, 0, nor->sr[CR1] & TB);
}

static void reset(struct nor *nor, bool power)
{
	nor_reset_modes(nor);
	nor->sr[SR] = nor_load_register(nor, 0, factory_status(nor));
	nor->sr[CR1] = nor_load_register(nor, 1, 0) | (nor_has(nor, NOR_IS_A) ? 0 : 7);
	nor->sr[CR2] = 0;
}

static bool is_protected(const struct nor *nor, uint32_t addr, uint32_t len)
{
	return nor_in_bp_span(nor, (nor->sr[SR] & BP) >> 2, 0x10000, nor->sr[CR1] & TB, addr,
			      len);
}

/* ---- modes ------------------------------------------------------------ */

/* Data sheets, dummy cycle tables; by DC1, DC0. */
static unsigned int dummy(const struct nor *nor, const struct nor_op *op)
{
	static const uint8_t quad_io[4] = { 6, 4, 8, 10 }, dual_io[4] = { 4, 6, 8, 10 };
	static const uint8_t other[4] = { 8, 6, 8, 10 };
	unsigned int dc = nor->sr[CR1] >> 6;

	if (nor_has(nor, NOR_IS_A | NOR_IS_B)) {
		dc &= 1;
		return op->addr_lines == 4 ? (dc ? 10 : 6) :
		       op->addr_lines == 2 ? (dc ? 8 : 4) : 8;
	}
	return op->addr_lines == 4 ? quad_io[dc] : op->addr_lines == 2 ? dual_io[dc] : other[dc];
}

/* Each bit of P7-4 differs from its partner in P3-0. */
static bool continues(uint8_t mode)
{
	return ((mode >> 4 ^ mode) & 0xf) == 0xf;
}

static void set_qpi(struct nor *nor)
{
	nor->bus = nor->op->opcode == 0x35 ? 4 : 1;
}

static void set_burst(struct nor *nor)
{
	if (!(nor->frame[0] & 0x10))
		nor_rule(nor, &rule_burst);
}

static int leave(struct nor *nor, const char *state)
{
	if (!strcmp(state, "qpi") && nor_has(nor, NOR_HAS_QPI)) {
		nor->bus = 4;
	} else if (!strcmp(state, "protected")) {
		return nor_leave_protected(nor, BP, factory_status(nor));
	} else {
		/* No continuous read without quad: the application has set QE. */
		if (!strcmp(state, "continuous"))
			nor->sr[SR] |= QE;
		return nor_leave_common(nor, state, 0xeb, 0xb0);
	}
	return 0;
}

/* ---- the instruction set ---------------------------------------------- */

#define ANY	NOR_ADDR_MODE
#define SET	NOR_OP_QPI
#define STATUS	(NOR_OP_QPI | NOR_OP_BUSY)
#define WRITE	(NOR_OP_QPI | NOR_OP_WEL)
#define FAST	NOR_OP_CONFIG
#define QUAD	NOR_OP_QUAD
#define QUAD_IO	(NOR_OP_QUAD | NOR_OP_CONFIG | NOR_OP_QPI | NOR_OP_CONTINUES)
#define BIG	NOR_HAS_4BYTE

static const struct nor_op ops[] = {
	NOR_BARE(0x06, SET, nor_set_wel),
	NOR_BARE(0x04, SET, nor_set_wel),
	NOR_GET(0x05, STATUS, read_status),
	NOR_GET(0x15, STATUS, read_configuration),
	NOR_GET(0x2b, STATUS, read_security),
	NOR_SET(0x01, WRITE | NOR_OP_STATUS, write_status),

	NOR_GET(0x9f, 0, nor_read_id),
	NOR_GET(0xaf, SET | NOR_OP_ONLY_QPI | NOR_HAS_QPI, nor_read_id),
	{ 0x90, 3, 1, 1, 0, 0, 0, 0, nor_read_ids, NULL, NULL },
	{ 0xab, 3, 1, 1, 0, 0, SET | NOR_OP_WAKE, 0, nor_read_device_id, NULL, nor_wake },

	NOR_READ(0x03, ANY, 1, 1, 0, 0, 0),
	NOR_READ(0x0b, ANY, 1, 1, 0, 8, FAST),
	NOR_READ(0x3b, ANY, 1, 2, 0, 8, FAST),
	NOR_READ(0xbb, ANY, 2, 2, 0, 4, FAST),
	NOR_READ(0x6b, ANY, 1, 4, 0, 8, FAST | QUAD),
	NOR_READ(0xeb, ANY, 4, 4, 1, 4, QUAD_IO),
	NOR_READ(0x13, 4, 1, 1, 0, 0, BIG),
	NOR_READ(0x0c, 4, 1, 1, 0, 8, BIG | FAST),
	NOR_READ(0x3c, 4, 1, 2, 0, 8, BIG | FAST),
	NOR_READ(0xbc, 4, 2, 2, 0, 4, BIG | FAST),
	NOR_READ(0x6c, 4, 1, 4, 0, 8, BIG | FAST | QUAD),
	NOR_READ(0xec, 4, 4, 4, 1, 4, BIG | QUAD_IO),

	NOR_PROGRAM(0x02, ANY, 1, 1, SET),
	NOR_PROGRAM(0x38, ANY, 4, 4, QUAD),
	NOR_PROGRAM(0x32, ANY, 1, 4, QUAD | BIG | NOR_OP_ASSUMED),
	NOR_PROGRAM(0x12, 4, 1, 1, SET | BIG),
	NOR_PROGRAM(0x3e, 4, 4, 4, QUAD | BIG),
	NOR_ERASE(0x20, ANY, NOR_4K, SET),
	NOR_ERASE(0x52, ANY, NOR_32K, SET),
	NOR_ERASE(0xd8, ANY, NOR_BLOCK, SET),
	NOR_ERASE(0x21, 4, NOR_4K, SET | BIG),
	NOR_ERASE(0x5c, 4, NOR_32K, SET | BIG),
	NOR_ERASE(0xdc, 4, NOR_BLOCK, SET | BIG),
	NOR_ERASE_CHIP(0xc7, SET),
	NOR_ERASE_CHIP(0x60, SET),
	NOR_BARE(0xb0, STATUS, nor_suspend),
	NOR_BARE(0x30, SET, nor_resume),

	NOR_BARE(0x66, STATUS, nor_arm_reset),
	NOR_BARE(0x99, STATUS, nor_do_reset),
	NOR_BARE(0xb9, SET, nor_power_down),
	NOR_BARE(0xb7, SET | BIG, nor_set_four_byte),
	NOR_BARE(0xe9, SET | BIG, nor_set_four_byte),
	NOR_GET(0xc8, SET | NOR_HAS_EAR, nor_read_extended_address),
	NOR_SET(0xc5, WRITE | NOR_HAS_EAR, nor_set_extended_address),
	NOR_BARE(0x35, NOR_HAS_QPI, set_qpi),
	NOR_BARE(0xf5, NOR_HAS_QPI | SET, set_qpi),
	NOR_SET(0xc0, SET, set_burst),
	NOR_BARE(0x00, SET, NULL),

	/* SFDP, OTP, security register, write protection select, DTR reads. */
	NOR_UNMODELLED(0x5a),
	NOR_UNMODELLED(0xb1),
	NOR_UNMODELLED(0xc1),
	NOR_UNMODELLED(0x2f),
	NOR_UNMODELLED(0x68),
	NOR_UNMODELLED(0x0d),
	NOR_UNMODELLED(0xbd),
	NOR_UNMODELLED(0xed),
	NOR_UNMODELLED(0xee),
};

const struct nor_vendor nor_macronix = {
	.name = "macronix",
	.ops = ops,
	.n_ops = sizeof(ops) / sizeof(ops[0]),
	.reset = reset,
	.quad_enabled = quad_enabled,
	.is_protected = is_protected,
	.dummy = dummy,
	.continues = continues,
	.status_written = status_written,
	.assumed = &rule_1_1_4_program,
	.begins = begins,
	.failed = failed,
	.leave = leave,
};
