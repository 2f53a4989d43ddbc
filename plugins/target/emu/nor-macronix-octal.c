/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-macronix-octal.c - MX25LM, MX25UM, MX25UW and MX66: instruction set and registers
 *
 * One line after power-on. Bits of configuration register 2 move all phases to eight
 * lines, on one edge (SOPI) or both (DOPI); then an opcode is followed by its
 * complement, addresses have four bytes, registers are read at an address too, and in
 * DOPI each byte of a register comes twice and the two bytes of a word of the array
 * change places.
 *
 * From ST's component header mx25lm51245g.h and public loaders; what neither says is
 * assumed. Advanced sector protection, OTP, ECC and preamble bits are not modelled, nor
 * the limits of DQS.
 */
#include <string.h>

#include "nor-core.h"

enum { WIP = 1 << 0, WEL = 1 << 1, BP = 0xf << 2 };	/* status */
enum { TB = 1 << 3 };					/* configuration */
enum { SOPI = 1 << 0, DOPI = 1 << 1 };			/* configuration 2, at 0 */
enum { PROGRAM_SUSPENDED = 1 << 2, ERASE_SUSPENDED = 1 << 3, P_FAIL = 1 << 5,
       E_FAIL = 1 << 6 };				/* security */

/* Which of nor->sr[]; the last three are at 0, 200h and 300h of register 2. */
enum { SR, CR, MODE, STROBE, DUMMY, NONE };

static const struct emu_rule rule_single_rate = {
	"nor-single-rate-reset", "assumed",
	"no text seen; sent by ST's loader for STM32L4R9I-DISCO",
	"The flash, on both edges of the clock, took a reset from a host on one edge.",
};

/* ---- registers -------------------------------------------------------- */

/* Which byte of a register this is: in DOPI each comes twice. */
static uint32_t index_of(const struct nor *nor)
{
	return nor->n_data / (nor->bus_both_edges ? 2 : 1);
}

static uint8_t read_status(struct nor *nor)
{
	return nor->sr[SR] | (nor_busy(nor) ? WIP : 0) | (nor->wel ? WEL : 0);
}

static uint8_t read_configuration(struct nor *nor)
{
	return nor->sr[CR];
}

static uint8_t read_security(struct nor *nor)
{
	return nor->flags | (nor->suspended.kind == NOR_JOB_ERASE   ? ERASE_SUSPENDED :
			     nor->suspended.kind == NOR_JOB_PROGRAM ? PROGRAM_SUSPENDED : 0);
}

static unsigned int register_2(const struct nor *nor)
{
	switch (nor->address) {
	case 0x000:
		return MODE;
	case 0x200:
		return STROBE;
	case 0x300:
		return DUMMY;
	default:
		return NONE;
	}
}

static uint8_t read_register_2(struct nor *nor)
{
	return nor->sr[register_2(nor)];
}

static void follow_mode(struct nor *nor)
{
	nor->bus = nor->sr[MODE] & (SOPI | DOPI) ? 8 : 1;
	nor->bus_both_edges = nor->sr[MODE] & DOPI;
}

static void write_register_2(struct nor *nor)
{
	unsigned int i = register_2(nor);

	if (i != NONE)
		nor->sr[i] = nor->frame[nor->address % nor->part->page];
	nor->wel = false;
	follow_mode(nor);
}

static void write_status(struct nor *nor)
{
	memcpy(nor->job.data, nor->sr, sizeof(nor->sr));
	nor->job.data[SR] = nor->frame[0] & BP;
	if (nor->n_data > 1 && !nor->bus_both_edges)
		nor->job.data[CR] = nor->frame[1] | (nor->sr[CR] & TB);
	nor_write_registers(nor);
}

static void status_written(struct nor *nor)
{
	memcpy(nor->sr, nor->job.data, sizeof(nor->sr));
	nor_store_register(nor, 0, 0, nor->sr[SR]);
	nor_store_register(nor, 1, 0, nor->sr[CR] & TB);
}

static void begins(struct nor *nor, enum nor_job_kind kind)
{
	nor->flags &= (uint8_t)~(kind == NOR_JOB_ERASE ? E_FAIL : P_FAIL);
}

static void failed(struct nor *nor, enum nor_job_kind kind, bool is_protected)
{
	nor->flags |= kind == NOR_JOB_ERASE ? E_FAIL : P_FAIL;
}

static uint8_t read_id(struct nor *nor)
{
	uint32_t n = nor->n_data;
	uint8_t byte;

	nor->n_data = index_of(nor);
	byte = nor_read_id(nor);
	nor->n_data = n;
	return byte;
}

static bool is_protected(const struct nor *nor, uint32_t addr, uint32_t len)
{
	return nor_in_bp_span(nor, (nor->sr[SR] & BP) >> 2, 0x10000, nor->sr[CR] & TB, addr,
			      len);
}

/* ---- the array in DOPI ------------------------------------------------ */

/* Words begin at even addresses; the second byte comes first. */
static uint8_t read_words(struct nor *nor)
{
	uint32_t n = nor->n_data;
	uint8_t byte;

	nor->address &= ~1u;
	nor->n_data = n ^ 1;
	byte = nor_read_array(nor);
	nor->n_data = n;
	return byte;
}

static void take_words(struct nor *nor, uint8_t byte)
{
	uint32_t n = nor->n_data;

	if (!nor->bus_both_edges) {
		nor_take_data(nor, byte);
		return;
	}
	nor->address &= ~1u;
	if (n == 0)
		memset(nor->frame, 0xff, sizeof(nor->frame));
	nor->frame[(nor->address + (n ^ 1)) % nor->part->page] = byte;
}

/* ---- modes ------------------------------------------------------------ */

static void reset(struct nor *nor, bool power)
{
	nor_reset_modes(nor);
	memset(nor->sr, 0, sizeof(nor->sr));
	nor->sr[SR] = nor_load_register(nor, 0, 0);
	nor->sr[CR] = nor_load_register(nor, 1, 0) | 7;
}

/* DC2-0 of configuration register 2 at 300h. */
static unsigned int dummy(const struct nor *nor, const struct nor_op *op)
{
	return 20 - 2 * (nor->sr[DUMMY] & 7u);
}

static int leave(struct nor *nor, const char *state)
{
	if (!strcmp(state, "octal")) {
		nor->sr[MODE] = SOPI;
	} else if (!strcmp(state, "dtr")) {
		nor->sr[MODE] = DOPI;
	} else if (!strcmp(state, "protected")) {
		return nor_leave_protected(nor, BP, 0);
	} else {
		return nor_leave_common(nor, state, 0, 0xb0);
	}
	follow_mode(nor);
	return 0;
}

/* ---- the instruction set ---------------------------------------------- */

#define ANY	NOR_ADDR_MODE
#define SET	NOR_OP_QPI
#define STATUS	(NOR_OP_QPI | NOR_OP_BUSY)
#define WRITE	(NOR_OP_QPI | NOR_OP_WEL)
#define OCTAL	(NOR_OP_QPI | NOR_OP_ONLY_QPI)

/* A register on eight lines: at an address, after four clocks. */
#define REGISTER(code, what, from) \
	{ code, 4, 8, 8, 0, 4, OCTAL | NOR_OP_STROBE | (what), 0, from, NULL, NULL }

static const struct nor_op ops[] = {
	NOR_BARE(0x06, SET, nor_set_wel),
	NOR_BARE(0x04, SET, nor_set_wel),
	NOR_GET(0x05, NOR_OP_BUSY, read_status),
	REGISTER(0x05, NOR_OP_BUSY, read_status),
	NOR_GET(0x15, NOR_OP_BUSY, read_configuration),
	REGISTER(0x15, NOR_OP_BUSY, read_configuration),
	NOR_GET(0x2b, NOR_OP_BUSY, read_security),
	REGISTER(0x2b, NOR_OP_BUSY, read_security),
	NOR_SET(0x01, NOR_OP_WEL, write_status),
	{ 0x01, 4, 8, 8, 0, 0, OCTAL | NOR_OP_WEL, 0, NULL, nor_take_data, write_status },
	{ 0x71, 4, 1, 1, 0, 0, 0, 0, read_register_2, NULL, NULL },
	REGISTER(0x71, 0, read_register_2),
	{ 0x72, 4, 1, 1, 0, 0, WRITE, 0, NULL, nor_take_data, write_register_2 },
	NOR_GET(0x9f, 0, read_id),
	REGISTER(0x9f, 0, read_id),

	NOR_READ(0x03, ANY, 1, 1, 0, 0, 0),
	NOR_READ(0x0b, ANY, 1, 1, 0, 8, 0),
	NOR_READ(0x13, 4, 1, 1, 0, 0, 0),
	NOR_READ(0x0c, 4, 1, 1, 0, 8, 0),
	NOR_READ(0xec, 4, 8, 8, 0, 20, OCTAL | NOR_OP_CONFIG),
	{ 0xee, 4, 8, 8, 0, 20, OCTAL | NOR_OP_CONFIG, 0, read_words, NULL, NULL },

	NOR_PROGRAM(0x02, ANY, 1, 1, 0),
	{ 0x12, 4, 1, 1, 0, 0, WRITE, 0, NULL, take_words, nor_program },
	NOR_ERASE(0x20, ANY, NOR_4K, 0),
	NOR_ERASE(0xd8, ANY, NOR_BLOCK, 0),
	NOR_ERASE(0x21, 4, NOR_4K, SET),
	NOR_ERASE(0xdc, 4, NOR_BLOCK, SET),
	NOR_ERASE_CHIP(0xc7, SET),
	NOR_ERASE_CHIP(0x60, SET),
	NOR_BARE(0xb0, STATUS, nor_suspend),
	NOR_BARE(0x30, SET, nor_resume),

	NOR_BARE(0x66, STATUS | NOR_OP_ANY_RATE, nor_arm_reset),
	NOR_BARE(0x99, STATUS | NOR_OP_ANY_RATE, nor_do_reset),
	NOR_BARE(0xb9, SET, nor_power_down),
	NOR_BARE(0xab, SET | NOR_OP_WAKE, nor_wake),
	NOR_BARE(0xb7, 0, nor_set_four_byte),
	NOR_BARE(0xe9, 0, nor_set_four_byte),
	NOR_BARE(0x00, SET, NULL),

	/* SFDP, OTP, security register, write protection select, burst length. */
	NOR_UNMODELLED(0x5a),
	NOR_UNMODELLED(0xb1),
	NOR_UNMODELLED(0xc1),
	NOR_UNMODELLED(0x2f),
	NOR_UNMODELLED(0x68),
	NOR_UNMODELLED(0xc0),
};

const struct nor_vendor nor_macronix_octal = {
	.name = "macronix-octal",
	.ops = ops,
	.n_ops = sizeof(ops) / sizeof(ops[0]),
	.reset = reset,
	.is_protected = is_protected,
	.dummy = dummy,
	.status_written = status_written,
	.assumed = &rule_single_rate,
	.begins = begins,
	.failed = failed,
	.leave = leave,
};
