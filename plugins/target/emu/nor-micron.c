/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-micron.c - N25Q and MT25Q: instruction set and registers
 *
 * There is no Quad Enable bit: quad instructions always work, and the enhanced
 * volatile configuration register moves all phases to two or four lines. Dummy
 * clocks come from the volatile configuration register.
 *
 * NOR_IS_A: MT25Q. NOR_IS_B: N25Q, where 12h programs by 1-4-4 with the address
 * mode's bytes, and where no instruction of its own enters quad protocol.
 *
 * Read: N25Q256A data sheet rev. W, tables 3, 4 and 18 and its text on registers
 * and on the 4-byte address mode; MT25QL256ABA rev. K, status register; what
 * MT25QL128ABA's rev. K, tables 3 to 18, was seen to do on an STM32F469 board.
 * Lock-down bits, the password and the OTP area are not modelled.
 */
#include <errno.h>
#include <string.h>

#include "nor-core.h"

enum { WIP = 1 << 0, WEL = 1 << 1, TB = 1 << 5, SRWD = 1 << 7 };	/* status */
/* Flag status. */
enum { ADDRESSING = 1 << 0, PROTECTION = 1 << 1, PROGRAM_SUSPEND = 1 << 2,
       PROGRAM_ERROR = 1 << 4, ERASE_ERROR = 1 << 5, ERASE_SUSPEND = 1 << 6,
       READY = 1 << 7 };
enum { NO_XIP = 1 << 3 };	/* volatile configuration */
enum { NO_QUAD = 1 << 7, NO_DUAL = 1 << 6 };	/* enhanced volatile configuration */

/* Which of nor->sr[]. */
enum { SR, VCR, EVCR, NVCR_LOW, NVCR_HIGH };

static const struct emu_rule rule_status_locked = {
	"nor-status-locked", "manual", "Micron MT25QL256ABA data sheet rev. K, table 3",
	"The flash ignored a status register write because SRWD is set and W# is low.",
};
static const struct emu_rule rule_xip = {
	"nor-xip", "assumed", "Micron N25Q data sheets, XIP mode",
	"The flash stays in XIP: the next frame is taken as an address, not an opcode.",
};

/* ---- registers -------------------------------------------------------- */

static uint8_t read_status(struct nor *nor)
{
	return nor->sr[SR] | (nor_busy(nor) ? WIP : 0) | (nor->wel ? WEL : 0);
}

static uint8_t read_flags(struct nor *nor)
{
	uint8_t flags = nor->flags | (nor_busy(nor) ? 0 : READY);

	if (nor->suspended.kind == NOR_JOB_ERASE)
		flags |= ERASE_SUSPEND;
	if (nor->suspended.kind == NOR_JOB_PROGRAM)
		flags |= PROGRAM_SUSPEND;
	return flags | (nor->four_byte ? ADDRESSING : 0);
}

static void clear_flags(struct nor *nor)
{
	nor->flags = 0;
}

static void failed(struct nor *nor, enum nor_job_kind kind, bool is_protected)
{
	nor->flags |= kind == NOR_JOB_ERASE ? ERASE_ERROR : PROGRAM_ERROR;
	if (is_protected)
		nor->flags |= PROTECTION;
}

static uint8_t read_vcr(struct nor *nor)
{
	return nor->sr[VCR];
}

static uint8_t read_evcr(struct nor *nor)
{
	return nor->sr[EVCR];
}

/* The least significant byte comes first. */
static uint8_t read_nvcr(struct nor *nor)
{
	return nor->sr[nor->n_data ? NVCR_HIGH : NVCR_LOW];
}

static void follow_evcr(struct nor *nor)
{
	nor->bus = !(nor->sr[EVCR] & NO_QUAD) ? 4 : !(nor->sr[EVCR] & NO_DUAL) ? 2 : 1;
}

static void write_vcr(struct nor *nor)
{
	nor->sr[VCR] = nor->frame[0];
	nor->wel = false;
}

static void write_evcr(struct nor *nor)
{
	nor->sr[EVCR] = nor->frame[0];
	nor->wel = false;
	follow_evcr(nor);
}

static void write_status(struct nor *nor)
{
	bool w_low = nor->bus == 1 && !(nor->place.idle_levels & 1 << 2);

	if (nor->sr[SR] & SRWD && w_low) {
		nor_rule(nor, &rule_status_locked);
		return;
	}
	memcpy(nor->job.data, nor->sr, sizeof(nor->sr));
	nor->job.data[SR] = nor->frame[0] & (uint8_t)~(WIP | WEL);
	nor_write_registers(nor);
}

static void write_nvcr(struct nor *nor)
{
	memcpy(nor->job.data, nor->sr, sizeof(nor->sr));
	nor->job.data[NVCR_LOW] = nor->frame[0];
	if (nor->n_data > 1)
		nor->job.data[NVCR_HIGH] = nor->frame[1];
	nor_write_registers(nor);
}

static const struct {
	unsigned int reg;
	uint8_t factory;
} lasting[] = { { SR, 0 }, { NVCR_LOW, 0xff }, { NVCR_HIGH, 0xff } };

static void status_written(struct nor *nor)
{
	memcpy(nor->sr, nor->job.data, sizeof(nor->sr));
	for (unsigned int i = 0; i < 3; i++)
		nor_store_register(nor, i, lasting[i].factory, nor->sr[lasting[i].reg]);
}

/* The volatile registers start as the non-volatile one says. */
static void reset(struct nor *nor, bool power)
{
	uint8_t low, high;

	nor_reset_modes(nor);
	for (unsigned int i = 0; i < 3; i++)
		nor->sr[lasting[i].reg] = nor_load_register(nor, i, lasting[i].factory);
	low = nor->sr[NVCR_LOW];
	high = nor->sr[NVCR_HIGH];
	nor->sr[VCR] = (high & 0xf0) | (high >> 1 & 7 ? NO_XIP : 0) | 3;
	nor->sr[EVCR] = (low & 1 << 3 ? NO_QUAD : 0) | (low & 1 << 2 ? NO_DUAL : 0) |
			(nor_has(nor, NOR_IS_A) ? 1 << 5 : 0) | (low & 1 << 4) | 1 << 3 |
			(high & 1) << 2 | low >> 6;
	follow_evcr(nor);
	nor->four_byte = nor_has(nor, NOR_HAS_4BYTE) && !(low & 1);
	nor_lock(nor, 0, nor->part->size, false);
}

/* ---- protection ------------------------------------------------------- */

static bool is_protected(const struct nor *nor, uint32_t addr, uint32_t len)
{
	uint8_t sr = nor->sr[SR];
	unsigned int bp = (sr >> 2 & 7) | (sr >> 6 & 1) << 3;

	return nor_in_bp_span(nor, bp, 0x10000, sr & TB, addr, len) ||
	       nor_any_locked(nor, addr, len);
}

static uint8_t read_lock(struct nor *nor)
{
	return nor_any_locked(nor, nor_array_address(nor), 1);
}

static void write_lock(struct nor *nor)
{
	uint8_t value = nor->frame[nor->address % nor->part->page];

	nor_lock(nor, nor_array_address(nor) & ~0xffffu, 0x10000, value & 1);
	nor->wel = false;
}

/* ---- modes ------------------------------------------------------------ */

static unsigned int dummy(const struct nor *nor, const struct nor_op *op)
{
	unsigned int clocks = nor->sr[VCR] >> 4;

	if (clocks && clocks < 15)
		return clocks;
	if (nor->bus == 4)	/* table 18, notes 5 to 10 */
		return op->flags & NOR_OP_DTR ? 8 : 10;
	return op->dummy;
}

/* The XIP confirmation bit. Leaving XIP also turns it off in the register. */
static void first_dummy(struct nor *nor, bool level)
{
	bool was = nor->continuous;

	if (nor->sr[VCR] & NO_XIP || !(nor->op->flags & NOR_OP_CONFIG))
		return;
	nor->continuous = level ? NULL : nor->op;
	if (was && level)
		nor->sr[VCR] |= NO_XIP;
	if (!was && !level)
		nor_rule(nor, &rule_xip);
}

static void set_quad(struct nor *nor)
{
	if (nor->op->opcode == 0x35)
		nor->sr[EVCR] &= (uint8_t)~NO_QUAD;
	else
		nor->sr[EVCR] |= NO_QUAD;
	follow_evcr(nor);
}

static int leave(struct nor *nor, const char *state)
{
	if (!strcmp(state, "qpi")) {
		nor->sr[EVCR] &= (uint8_t)~NO_QUAD;
	} else if (!strcmp(state, "dual")) {
		nor->sr[EVCR] &= (uint8_t)~NO_DUAL;
	} else if (!strcmp(state, "continuous")) {
		nor->sr[VCR] &= (uint8_t)~NO_XIP;
		nor->continuous = nor_find_op(nor, 0xeb);
	} else if (!strcmp(state, "protected")) {
		return nor_leave_protected(nor, 0x5c, 0);
	} else if (!strcmp(state, "locked")) {
		nor_lock(nor, 0, nor->part->size, true);
	} else {
		return nor_leave_common(nor, state, 0, 0x75);
	}
	follow_evcr(nor);
	return 0;
}

/* ---- the instruction set ---------------------------------------------- */

#define ANY	NOR_ADDR_MODE
#define SET	NOR_OP_QPI
#define STATUS	(NOR_OP_QPI | NOR_OP_BUSY)
#define WRITE	(NOR_OP_QPI | NOR_OP_WEL)
#define FAST	(NOR_OP_QPI | NOR_OP_CONFIG)
#define DTR	(FAST | NOR_HAS_DTR | NOR_OP_DTR)
#define BIG	NOR_HAS_4BYTE
#define MT25Q	NOR_IS_A
#define N25Q	NOR_IS_B

static const struct nor_op ops[] = {
	NOR_BARE(0x06, SET, nor_set_wel),
	NOR_BARE(0x04, SET, nor_set_wel),
	NOR_GET(0x05, STATUS, read_status),
	NOR_GET(0x70, STATUS, read_flags),
	NOR_BARE(0x50, SET, clear_flags),
	NOR_SET(0x01, WRITE | NOR_OP_STATUS, write_status),
	NOR_GET(0x85, SET, read_vcr),
	NOR_SET(0x81, WRITE, write_vcr),
	NOR_GET(0x65, SET, read_evcr),
	NOR_SET(0x61, WRITE, write_evcr),
	NOR_GET(0xb5, SET, read_nvcr),
	NOR_SET(0xb1, WRITE, write_nvcr),
	{ 0xe8, ANY, 1, 1, 0, 0, SET, 0, read_lock, NULL, NULL },
	{ 0xe5, ANY, 1, 1, 0, 0, WRITE, 0, NULL, nor_take_data, write_lock },

	NOR_GET(0x9e, 0, nor_read_id),
	NOR_GET(0x9f, 0, nor_read_id),
	NOR_GET(0xaf, SET | NOR_OP_ONLY_QPI, nor_read_id),

	NOR_READ(0x03, ANY, 1, 1, 0, 0, 0),
	NOR_READ(0x0b, ANY, 1, 1, 0, 8, FAST),
	NOR_READ(0x3b, ANY, 1, 2, 0, 8, FAST),
	NOR_READ(0xbb, ANY, 2, 2, 0, 8, FAST),
	NOR_READ(0x6b, ANY, 1, 4, 0, 8, FAST),
	NOR_READ(0xeb, ANY, 4, 4, 0, 10, FAST),
	NOR_READ(0x0d, ANY, 1, 1, 0, 6, DTR),
	NOR_READ(0x3d, ANY, 1, 2, 0, 6, DTR),
	NOR_READ(0xbd, ANY, 2, 2, 0, 6, DTR),
	NOR_READ(0x6d, ANY, 1, 4, 0, 6, DTR),
	NOR_READ(0xed, ANY, 4, 4, 0, 8, DTR),
	NOR_READ(0x13, 4, 1, 1, 0, 0, BIG),
	NOR_READ(0x0c, 4, 1, 1, 0, 8, FAST | BIG),
	NOR_READ(0x3c, 4, 1, 2, 0, 8, FAST | BIG),
	NOR_READ(0xbc, 4, 2, 2, 0, 8, FAST | BIG),
	NOR_READ(0x6c, 4, 1, 4, 0, 8, FAST | BIG),
	NOR_READ(0xec, 4, 4, 4, 0, 10, FAST | BIG),
	NOR_READ(0x0e, 4, 1, 1, 0, 6, DTR | BIG | MT25Q),
	NOR_READ(0xbe, 4, 2, 2, 0, 6, DTR | BIG | MT25Q),
	NOR_READ(0xee, 4, 4, 4, 0, 8, DTR | BIG | MT25Q),

	NOR_PROGRAM(0x02, ANY, 1, 1, SET),
	NOR_PROGRAM(0xa2, ANY, 1, 2, SET),
	NOR_PROGRAM(0xd2, ANY, 2, 2, SET),
	NOR_PROGRAM(0x32, ANY, 1, 4, SET),
	NOR_PROGRAM(0x38, ANY, 4, 4, SET),
	NOR_PROGRAM(0x12, ANY, 4, 4, SET | N25Q),
	NOR_PROGRAM(0x12, 4, 1, 1, SET | BIG | MT25Q),
	NOR_PROGRAM(0x34, 4, 1, 4, SET | BIG | MT25Q),
	NOR_PROGRAM(0x3e, 4, 4, 4, SET | BIG | MT25Q),
	NOR_ERASE(0x20, ANY, NOR_4K, SET),
	NOR_ERASE(0x52, ANY, NOR_32K, SET),
	NOR_ERASE(0xd8, ANY, NOR_BLOCK, SET),
	NOR_ERASE(0x21, 4, NOR_4K, SET | BIG | MT25Q),
	NOR_ERASE(0x5c, 4, NOR_32K, SET | BIG | MT25Q),
	NOR_ERASE(0xdc, 4, NOR_BLOCK, SET | BIG | MT25Q),
	NOR_ERASE(0xc4, ANY, NOR_DIE, SET | NOR_HAS_DIES),
	NOR_ERASE_CHIP(0xc7, SET),
	NOR_ERASE_CHIP(0x60, SET | MT25Q),
	NOR_BARE(0x75, STATUS, nor_suspend),
	NOR_BARE(0x7a, SET, nor_resume),

	NOR_BARE(0x66, STATUS, nor_arm_reset),
	NOR_BARE(0x99, STATUS, nor_do_reset),
	NOR_BARE(0xb9, SET | MT25Q, nor_power_down),
	NOR_BARE(0xab, SET | MT25Q | NOR_OP_WAKE, nor_wake),
	/* "To enter or exit the 4-byte address mode, the WRITE ENABLE command must be
	   executed": N25Q256A. An MT25Q enters without (basis: assumed). */
	NOR_BARE(0xb7, WRITE | BIG | NOR_HAS_WREN_4BYTE, nor_set_four_byte),
	NOR_BARE(0xe9, WRITE | BIG | NOR_HAS_WREN_4BYTE, nor_set_four_byte),
	NOR_BARE(0xb7, SET | BIG, nor_set_four_byte),
	NOR_BARE(0xe9, SET | BIG, nor_set_four_byte),
	NOR_GET(0xc8, SET | NOR_HAS_EAR, nor_read_extended_address),
	NOR_SET(0xc5, WRITE | NOR_HAS_EAR, nor_set_extended_address),
	NOR_BARE(0x35, SET | MT25Q, set_quad),
	NOR_BARE(0xf5, SET | MT25Q, set_quad),

	/* SFDP, OTP area. */
	NOR_UNMODELLED(0x5a),
	NOR_UNMODELLED(0x4b),
	NOR_UNMODELLED(0x42),
};

const struct nor_vendor nor_micron = {
	.name = "micron",
	.ops = ops,
	.n_ops = sizeof(ops) / sizeof(ops[0]),
	.reset = reset,
	.is_protected = is_protected,
	.dummy = dummy,
	.first_dummy = first_dummy,
	.status_written = status_written,
	.failed = failed,
	.leave = leave,
};
