/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-spansion-l.c - S25FL064L, S25FL128L, S25FL256L: instruction set and registers
 *
 * 4-byte instructions on every size. Individual block locks, OTP, password, AutoBoot
 * and DDR reads are not modelled.
 */
#include <string.h>

#include "nor-core.h"

/* Status register 1. */
enum { WIP = 1 << 0, WEL = 1 << 1, BP = 7 << 2, TBPROT = 1 << 5, SEC = 1 << 6,
       SRP0 = 1 << 7 };
enum { PROGRAM_SUSPENDED = 1 << 0, ERASE_SUSPENDED = 1 << 1, P_ERR = 1 << 5,
       E_ERR = 1 << 6 };	/* status register 2 */
enum { SRP1 = 1 << 0, QUAD = 1 << 1, CMP = 1 << 6, SUSPENDED = 1 << 7 };	/* CR1 */
enum { ADS = 1 << 0, ADP = 1 << 1, QPI = 1 << 3 };	/* CR2 */

/* Which of nor->sr[]: in the order in which Write Registers (01h) takes them. */
enum { SR1, CR1, CR2, CR3, N_REGISTERS };

static const struct emu_rule rule_status_locked = {
	"nor-status-locked", "assumed", "Cypress S25FL256L/128L data sheet (002-00124), "
	"status register protection",
	"The flash ignored a register write because SRP1 or SRP0 protects the registers.",
};

/* ---- registers -------------------------------------------------------- */

static uint8_t value_of(const struct nor *nor, unsigned int i)
{
	switch (i) {
	case SR1:
		return nor->sr[SR1] | (nor_busy(nor) ? WIP : 0) | (nor->wel ? WEL : 0);
	case CR1:
		return nor->sr[CR1] | (nor_is_suspended(nor) ? SUSPENDED : 0);
	case CR2:
		return nor->sr[CR2] | (nor->four_byte ? ADS : 0);
	default:
		return nor->sr[i];
	}
}

static uint8_t read_sr1(struct nor *nor)
{
	return value_of(nor, SR1);
}

static uint8_t read_sr2(struct nor *nor)
{
	return nor->flags | (nor->suspended.kind == NOR_JOB_ERASE   ? ERASE_SUSPENDED :
			     nor->suspended.kind == NOR_JOB_PROGRAM ? PROGRAM_SUSPENDED : 0);
}

static uint8_t read_cr1(struct nor *nor)
{
	return value_of(nor, CR1);
}

static uint8_t read_cr2(struct nor *nor)
{
	return value_of(nor, CR2);
}

static uint8_t read_cr3(struct nor *nor)
{
	return value_of(nor, CR3);
}

/*
 * Registers by address, for Read and Write Any Register: 0 to 4 the non-volatile
 * ones, from 800000h the volatile; 1 is status register 2.
 */
static int register_at(uint32_t addr)
{
	switch (addr & 0xff) {
	case 0:
		return SR1;
	case 2:
		return CR1;
	case 3:
		return CR2;
	case 4:
		return CR3;
	default:
		return -1;
	}
}

static uint8_t read_any(struct nor *nor)
{
	int i = register_at(nor->address);

	if ((nor->address & 0xff) == 1)
		return read_sr2(nor);
	return i < 0 ? 0 : value_of(nor, (unsigned int)i);
}

static bool quad_enabled(const struct nor *nor)
{
	return nor->sr[CR1] & QUAD;
}

static void follow_registers(struct nor *nor)
{
	nor->bus = nor->sr[CR2] & QPI ? 4 : 1;
}

static bool locked(struct nor *nor)
{
	bool wp_low = !quad_enabled(nor) && nor->bus == 1 &&
		      !(nor->place.idle_levels & 1 << 2);

	if (!(nor->sr[CR1] & SRP1) && !(nor->sr[SR1] & SRP0 && wp_low))
		return false;
	nor_rule(nor, &rule_status_locked);
	return true;
}

static uint8_t writable(unsigned int i)
{
	static const uint8_t mask[N_REGISTERS] = { 0xfc, 0x7f, 0xfe, 0xff };

	return mask[i];
}

/* The job is in job.data; without WEL (50h came before) it is volatile. */
static void write_job(struct nor *nor, bool lasting)
{
	nor->volatile_wel = false;
	if (lasting) {
		nor_write_registers(nor);
		return;
	}
	memcpy(nor->sr, nor->job.data, sizeof(nor->sr));
	nor->wel = false;
	follow_registers(nor);
}

static void write_registers(struct nor *nor)
{
	bool lasting = nor->wel;

	if (locked(nor))
		return;
	memcpy(nor->job.data, nor->sr, sizeof(nor->sr));
	nor->job.registers = (1u << (nor->n_data < N_REGISTERS ? nor->n_data : N_REGISTERS)) - 1;
	for (uint32_t i = 0; i < nor->n_data && i < N_REGISTERS; i++)
		nor->job.data[i] = nor->frame[i] & writable(i);
	write_job(nor, lasting);
}

static void write_any(struct nor *nor)
{
	int i = register_at(nor->address);

	if (i < 0 || locked(nor)) {
		nor->wel = false;
		return;
	}
	memcpy(nor->job.data, nor->sr, sizeof(nor->sr));
	nor->job.registers = 1u << i;
	nor->job.data[i] = nor->frame[nor->address % nor->part->page] &
			   writable((unsigned int)i);
	write_job(nor, !(nor->address & 0x800000));
}

static uint8_t factory(const struct nor *nor, unsigned int i)
{
	if (i == CR3)
		return 0x78;	/* 8 clocks of read latency, no wrap */
	if (i == CR2)
		return 0x60;	/* drive strength */
	return i == CR1 && nor->qe_set ? QUAD : 0;
}

static void status_written(struct nor *nor)
{
	memcpy(nor->sr, nor->job.data, sizeof(nor->sr));
	/* Those that were written: a volatile value of another does not last. */
	for (unsigned int i = 0; i < N_REGISTERS; i++)
		if (nor->job.registers >> i & 1)
			nor_store_register(nor, i, factory(nor, i), nor->sr[i]);
	follow_registers(nor);
}

static void failed(struct nor *nor, enum nor_job_kind kind, bool is_protected)
{
	nor->flags |= kind == NOR_JOB_ERASE ? E_ERR : P_ERR;
}

static void clear_status(struct nor *nor)
{
	nor->flags = 0;
	nor->wel = false;
}

/* ---- protection ------------------------------------------------------- */

static bool is_protected(const struct nor *nor, uint32_t addr, uint32_t len)
{
	unsigned int bp = (nor->sr[SR1] & BP) >> 2;
	uint32_t unit = nor->sr[SR1] & SEC ? NOR_4K : nor->part->size / 64;
	bool in = nor_in_bp_span(nor, bp, unit, nor->sr[SR1] & TBPROT, addr, len);

	/* CMP: what was protected is not, and what was not is. */
	return nor->sr[CR1] & CMP ? !in : in;
}

/* ---- modes ------------------------------------------------------------ */

static void reset(struct nor *nor, bool power)
{
	nor_reset_modes(nor);
	for (unsigned int i = 0; i < N_REGISTERS; i++)
		nor->sr[i] = nor_load_register(nor, i, factory(nor, i));
	follow_registers(nor);
	nor->four_byte = nor->sr[CR2] & ADP;
}

/* Read latency, beside the clocks of a mode byte. */
static unsigned int dummy(const struct nor *nor, const struct nor_op *op)
{
	unsigned int lines = nor->bus > 1 ? nor->bus : op->addr_lines;
	unsigned int latency = nor->sr[CR3] & 0xf;

	return (op->mode ? 8 / lines : 0) + (latency ? latency : 8);
}

static bool continues(uint8_t mode)
{
	return mode >> 4 == 0xa;
}

static void set_qpi(struct nor *nor)
{
	if (nor->op->opcode == 0x38)
		nor->sr[CR2] |= QPI;
	else
		nor->sr[CR2] &= (uint8_t)~QPI;
	follow_registers(nor);
}

static void set_volatile_wel(struct nor *nor)
{
	nor->volatile_wel = true;
}

static int leave(struct nor *nor, const char *state)
{
	if (!strcmp(state, "qpi")) {
		nor->sr[CR2] |= QPI;
		follow_registers(nor);
		return 0;
	}
	if (!strcmp(state, "protected"))
		return nor_leave_protected(nor, BP, factory(nor, SR1));
	if (!strcmp(state, "continuous"))
		nor->sr[CR1] |= QUAD;
	return nor_leave_common(nor, state, 0xeb, 0x75);
}

/* ---- the instruction set ---------------------------------------------- */

#define ANY	NOR_ADDR_MODE
#define SET	NOR_OP_QPI
#define STATUS	(NOR_OP_QPI | NOR_OP_BUSY)
#define WRITE	(NOR_OP_QPI | NOR_OP_WEL)
#define FAST	NOR_OP_CONFIG
#define FOUR	NOR_OP_QUAD
#define GOES_ON	(NOR_OP_CONFIG | NOR_OP_CONTINUES)

static const struct nor_op ops[] = {
	NOR_BARE(0x06, SET, nor_set_wel),
	NOR_BARE(0x04, SET, nor_set_wel),
	NOR_BARE(0x50, SET, set_volatile_wel),
	NOR_GET(0x05, STATUS, read_sr1),
	NOR_GET(0x07, STATUS, read_sr2),
	NOR_GET(0x35, SET, read_cr1),
	NOR_GET(0x15, SET, read_cr2),
	NOR_GET(0x33, SET, read_cr3),
	NOR_SET(0x01, SET | NOR_OP_STATUS, write_registers),
	{ 0x65, ANY, 1, 1, 0, 8, STATUS | FAST, 0, read_any, NULL, NULL },
	{ 0x71, ANY, 1, 1, 0, 0, WRITE, 0, NULL, nor_take_data, write_any },
	NOR_BARE(0x30, STATUS, clear_status),

	NOR_GET(0x9f, SET, nor_read_id),
	NOR_GET(0xaf, SET | NOR_OP_ONLY_QPI, nor_read_id),
	{ 0x90, 3, 1, 1, 0, 0, 0, 0, nor_read_ids, NULL, NULL },
	{ 0xab, 3, 1, 1, 0, 0, SET | NOR_OP_WAKE, 0, nor_read_device_id, NULL, nor_wake },
	NOR_BARE(0xb9, SET, nor_power_down),

	NOR_READ(0x03, ANY, 1, 1, 0, 0, 0),
	NOR_READ(0x0b, ANY, 1, 1, 0, 8, FAST),
	NOR_READ(0x3b, ANY, 1, 2, 0, 8, FAST),
	NOR_READ(0xbb, ANY, 2, 2, 1, 8, GOES_ON),
	NOR_READ(0x6b, ANY, 1, 4, 0, 8, FAST | FOUR),
	NOR_READ(0xeb, ANY, 4, 4, 1, 8, SET | GOES_ON | FOUR),
	NOR_READ(0x13, 4, 1, 1, 0, 0, 0),
	NOR_READ(0x0c, 4, 1, 1, 0, 8, FAST),
	NOR_READ(0x3c, 4, 1, 2, 0, 8, FAST),
	NOR_READ(0xbc, 4, 2, 2, 1, 8, GOES_ON),
	NOR_READ(0x6c, 4, 1, 4, 0, 8, FAST | FOUR),
	NOR_READ(0xec, 4, 4, 4, 1, 8, SET | GOES_ON | FOUR),

	NOR_PROGRAM(0x02, ANY, 1, 1, SET),
	NOR_PROGRAM(0x32, ANY, 1, 4, FOUR),
	NOR_PROGRAM(0x12, 4, 1, 1, SET),
	NOR_PROGRAM(0x34, 4, 1, 4, FOUR),
	NOR_ERASE(0x20, ANY, NOR_4K, SET),
	NOR_ERASE(0x52, ANY, NOR_32K, SET),
	NOR_ERASE(0xd8, ANY, NOR_BLOCK, SET),
	NOR_ERASE(0x21, 4, NOR_4K, SET),
	NOR_ERASE(0x53, 4, NOR_32K, SET),
	NOR_ERASE(0xdc, 4, NOR_BLOCK, SET),
	NOR_ERASE_CHIP(0xc7, SET),
	NOR_ERASE_CHIP(0x60, SET),
	NOR_BARE(0x75, STATUS, nor_suspend),
	NOR_BARE(0x7a, SET, nor_resume),

	NOR_BARE(0x66, STATUS, nor_arm_reset),
	NOR_BARE(0x99, STATUS, nor_do_reset),
	NOR_BARE(0xb7, SET, nor_set_four_byte),
	NOR_BARE(0xe9, SET, nor_set_four_byte),
	NOR_BARE(0x38, FOUR, set_qpi),
	NOR_BARE(0xf5, SET, set_qpi),

	/* SFDP, unique ID, security regions, block locks, burst length, DDR reads. */
	NOR_UNMODELLED(0x5a),
	NOR_UNMODELLED(0x4b),
	NOR_UNMODELLED(0x42),
	NOR_UNMODELLED(0x44),
	NOR_UNMODELLED(0x48),
	NOR_UNMODELLED(0x36),
	NOR_UNMODELLED(0x39),
	NOR_UNMODELLED(0x3d),
	NOR_UNMODELLED(0x77),
	NOR_UNMODELLED(0xed),
	NOR_UNMODELLED(0xee),
};

const struct nor_vendor nor_spansion_l = {
	.name = "spansion-l",
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
