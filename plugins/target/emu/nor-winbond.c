/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-winbond.c - W25QxxxJV and the parts that copy it (GigaDevice, Puya,
 * Adesto): instruction set and status registers
 *
 * Two ways to order a Winbond: with QE set for good (suffix -IQ/-JQ: no QPI), or
 * with a changeable QE that is 0 from the factory (-IM/-JM: another device ID,
 * and QPI). nor.qe=0 chooses the latter. Its DTR reads are not modelled. The older
 * W25QxxxFV is one part, with a changeable QE and QPI.
 *
 * NOR_IS_A: Adesto, with an instruction of its own for programming by 1-4-4.
 * NOR_IS_B: individual block locks (WPS), which only Winbond has.
 */
#include <errno.h>
#include <string.h>

#include "nor-winbond.h"

#define SHEET "Winbond W25Q257FV data sheet "

enum { WIP = 1 << 0, WEL = 1 << 1, BP0 = 1 << 2, SRP = 1 << 7 };	/* status register 1 */
enum { SRL = 1 << 0, QE = 1 << 1, LB = 7 << 3, CMP = 1 << 6, SUS = 1 << 7 };	/* 2 */
#define LOCK_BLOCK	0x10000u

enum { ADS = 1 << 0, ADP = 1 << 1, WPS = 1 << 2, DRV = 3 << 5 };	/* 3 */

static const struct emu_rule rule_status_locked = {
	"nor-status-locked", "manual", SHEET "7.1.6 SRP1, SRP0",
	"The flash ignored a status register write because SRP or SRL protects the registers.",
};
static const struct emu_rule rule_qe_fixed = {
	"nor-qe-fixed", "manual", "W25Q128JV data sheet rev. H, Quad Enable: fixed on IQ, IN, JQ",
	"The flash kept QE at 1: on this ordering option it cannot be cleared.",
};

/* ---- status registers ------------------------------------------------- */

static uint8_t factory(const struct nor *nor, int i)
{
	if (i == 1)
		return nor->qe_set ? QE : 0;
	return i == 2 && nor_has(nor, NOR_HAS_SR3) ? DRV : 0;
}

static void load_registers(struct nor *nor)
{
	for (int i = 0; i < 3; i++)
		nor->sr[i] = nor_load_register(nor, i, factory(nor, i));
	if (nor->qe_fixed)
		nor->sr[1] |= QE;
}

/* Those that were written: a volatile value of another does not last. */
static void store_registers(struct nor *nor)
{
	for (int i = 0; i < 3; i++)
		if (nor->job.registers >> i & 1)
			nor_store_register(nor, i, factory(nor, i), nor->sr[i]);
}

static bool quad_enabled(const struct nor *nor)
{
	return nor->sr[1] & QE;
}

static uint8_t read_sr1(struct nor *nor)
{
	return nor->sr[0] | (nor_busy(nor) ? WIP : 0) | (nor->wel ? WEL : 0);
}

static uint8_t read_sr2(struct nor *nor)
{
	return nor->sr[1] | (nor_is_suspended(nor) ? SUS : 0);
}

static uint8_t read_sr3(struct nor *nor)
{
	return nor->sr[2] | (nor->four_byte ? ADS : 0);
}

static bool registers_locked(const struct nor *nor)
{
	bool wp_low = !(nor->sr[1] & QE) && !(nor->place.idle_levels & 1 << 2);

	return nor->sr[1] & SRL || (nor->sr[0] & SRP && wp_low);
}

/* What writing @value makes of register @i; ADP has no volatile form. */
static uint8_t written(struct nor *nor, int i, uint8_t value)
{
	bool adp = nor_has(nor, NOR_HAS_4BYTE) && nor->wel;
	uint8_t old = nor->sr[i], keep_qe = nor->qe_fixed || nor->bus > 1 ? QE : 0;
	uint8_t wps = nor_has(nor, NOR_IS_B) ? WPS : 0;

	if (i == 0)
		return value & (uint8_t)~(WIP | WEL);
	if (i == 2)
		return (value & (wps | DRV)) | ((adp ? value : old) & ADP);
	if (nor->qe_fixed && !(value & QE))
		nor_rule(nor, &rule_qe_fixed);
	/* The lock bits of the security registers can only be set. */
	return (value & (SRL | QE | CMP)) | ((value | old) & LB) | keep_qe;
}

/* One register, or two from status register 1 on. */
static void write_status(struct nor *nor)
{
	int first = nor->op->opcode == 0x01 ? 0 : nor->op->opcode == 0x31 ? 1 : 2;
	int count = nor->n_data > 1 && first == 0 ? 2 : 1;
	bool lasting = nor->wel;

	nor->volatile_wel = false;
	if (registers_locked(nor)) {
		nor_rule(nor, &rule_status_locked);
		return;
	}
	memcpy(nor->job.data, nor->sr, sizeof(nor->sr));
	for (int i = 0; i < count; i++)
		nor->job.data[first + i] = written(nor, first + i, nor->frame[i]);
	nor->job.registers = (count == 2 ? 3u : 1u) << first;
	if (lasting)
		nor_write_registers(nor);
	else
		memcpy(nor->sr, nor->job.data, sizeof(nor->sr));
}

static void status_written(struct nor *nor)
{
	memcpy(nor->sr, nor->job.data, sizeof(nor->sr));
	store_registers(nor);
}

/* ---- block protection ------------------------------------------------- */

struct span {
	uint32_t start, len;
};

static uint32_t protected_len(const struct nor *nor, unsigned int bp)
{
	uint32_t size = nor->part->size, len;

	if (bp == 0)
		return 0;
	if (nor->part->bp_bits == 4)	/* 64 KiB, doubled, from 10 on all */
		return bp > 9 ? size : 0x10000u << (bp - 1);
	if (bp == 7)
		return size;
	if (nor->sr[0] & 1 << 6) {	/* SEC: 4 to 32 KiB */
		len = 0x1000u << (bp - 1);
		return len > 0x8000 ? 0x8000 : len;
	}
	return size >> (7 - bp);	/* a 64th to a half */
}

static struct span protected_span(const struct nor *nor)
{
	unsigned int bp = nor->sr[0] / BP0 & ((1u << nor->part->bp_bits) - 1);
	bool bottom = nor->sr[0] & BP0 << nor->part->bp_bits;
	uint32_t size = nor->part->size, len = protected_len(nor, bp);
	struct span span = { bottom ? 0 : size - len, len };

	if (nor->sr[1] & CMP) {
		span.start = bottom ? len : 0;
		span.len = size - len;
	}
	return span;
}

static bool is_protected(const struct nor *nor, uint32_t addr, uint32_t len)
{
	struct span span = protected_span(nor);

	if (nor->sr[2] & WPS)
		return nor_any_locked(nor, addr, len);
	return span.len && addr < span.start + span.len && span.start < addr + len;
}

/* What one lock covers: 4 KiB in the first and last block, 64 KiB between. */
static struct span lock_unit(const struct nor *nor, uint32_t addr)
{
	uint32_t len = addr < LOCK_BLOCK || addr >= nor->part->size - LOCK_BLOCK ?
			       NOR_4K : LOCK_BLOCK;

	return (struct span){ addr & ~(len - 1), len };
}

static void lock(struct nor *nor)
{
	bool all = nor->op->addr_bytes == 0;
	bool value = nor->op->opcode == 0x36 || nor->op->opcode == 0x7e;
	struct span unit = { 0, nor->part->size };

	if (!all)
		unit = lock_unit(nor, nor_array_address(nor));
	nor_lock(nor, unit.start, unit.len, value);
	nor->wel = false;
}

static uint8_t read_lock(struct nor *nor)
{
	return nor_any_locked(nor, nor_array_address(nor), 1);
}

/* ---- modes ------------------------------------------------------------ */

static void reset(struct nor *nor, bool power)
{
	nor_reset_modes(nor);
	load_registers(nor);
	if (power)	/* SRL holds until the next power-down */
		nor->sr[1] &= (uint8_t)~SRL;
	nor->four_byte = nor->sr[2] & ADP;
	nor_lock(nor, 0, nor->part->size, true);
}

static unsigned int qpi_dummy(const struct nor *nor, const struct nor_op *op)
{
	if (nor->bus == 1)
		return op->dummy + (op->mode ? 8 / op->addr_lines : 0);
	return 2 * (nor->read_parameters >> 4 & 3) + 2;
}

/* M5-4 = 1,0. */
static bool continues(uint8_t mode)
{
	return (mode & 0x30) == 0x20;
}

static int leave(struct nor *nor, const char *state)
{
	if (!strcmp(state, "qpi") && nor_has(nor, NOR_HAS_QPI) && !nor->qe_fixed) {
		nor->sr[1] |= QE;
		nor->bus = 4;
	} else if (!strcmp(state, "protected")) {
		return nor_leave_protected(
			nor, (uint8_t)(BP0 * ((1u << nor->part->bp_bits) - 1)), 0);
	} else if (!strcmp(state, "locked") && nor_has(nor, NOR_IS_B)) {
		nor->sr[2] |= WPS;
		nor_store_register(nor, 2, factory(nor, 2), nor->sr[2]);
	} else {
		return nor_leave_common(nor, state, quad_enabled(nor) ? 0xeb : 0xbb, 0x75);
	}
	return 0;
}

static void set_volatile_wel(struct nor *nor)
{
	nor->volatile_wel = true;
}

static void set_qpi(struct nor *nor)
{
	nor->bus = nor->op->opcode == 0x38 ? 4 : 1;
}

static void set_read_parameters(struct nor *nor)
{
	nor->read_parameters = nor->frame[0];
}

/* Which of several dies the status instructions reach: they are alike here. */
static void select_die(struct nor *nor)
{
}

/* ---- identification --------------------------------------------------- */

static uint8_t read_unique_id(struct nor *nor)
{
	static const uint8_t id[8] = { 0xd1, 0x66, 0x38, 0x12, 0x83, 0x57, 0x2b, 0x2f };

	return id[nor->n_data % sizeof(id)];
}

/* ---- the instruction set ---------------------------------------------- */

#define ANY	NOR_ADDR_MODE
#define SET	NOR_OP_QPI
#define STATUS	(NOR_OP_QPI | NOR_OP_BUSY)
#define WRSR	(NOR_OP_STATUS | NOR_OP_QPI)
#define QUAD	NOR_OP_QUAD
#define BIG	NOR_HAS_4BYTE
#define BIG_WRITE NOR_HAS_4BYTE_WRITE
#define GOES_ON	NOR_OP_CONTINUES
#define LOCKS	(NOR_IS_B | NOR_OP_QPI)
#define QPI	(NOR_HAS_QPI | NOR_OP_QE0)

/*
 * As the W25QxxxJV data sheets' instruction set tables have it; QPI as those of
 * W25QxxxJV-DTR.
 */
static const struct nor_op ops[] = {
	NOR_BARE(0x06, SET, nor_set_wel),
	NOR_BARE(0x04, SET, nor_set_wel),
	NOR_BARE(0x50, SET, set_volatile_wel),
	NOR_GET(0x05, STATUS, read_sr1),
	NOR_GET(0x35, STATUS, read_sr2),
	NOR_GET(0x15, STATUS | NOR_HAS_SR3, read_sr3),
	NOR_SET(0x01, WRSR, write_status),
	NOR_SET(0x31, WRSR, write_status),
	NOR_SET(0x11, WRSR | NOR_HAS_SR3, write_status),

	NOR_GET(0x9f, SET, nor_read_id),
	{ 0x90, 3, 1, 1, 0, 0, SET, 0, nor_read_ids, NULL, NULL },
	{ 0xab, 3, 1, 1, 0, 0, SET | NOR_OP_WAKE, 0, nor_read_device_id, NULL, nor_wake },
	{ 0x4b, 0, 0, 1, 0, 32, 0, 0, read_unique_id, NULL, NULL },
	{ 0x5a, 3, 1, 1, 0, 8, 0, 0, nor_read_sfdp, NULL, NULL },

	NOR_READ(0x03, ANY, 1, 1, 0, 0, 0),
	NOR_READ(0x0b, ANY, 1, 1, 0, 8, SET | NOR_OP_CONFIG),
	NOR_READ(0x3b, ANY, 1, 2, 0, 8, 0),
	NOR_READ(0xbb, ANY, 2, 2, 1, 0, GOES_ON),
	NOR_READ(0x6b, ANY, 1, 4, 0, 8, QUAD),
	NOR_READ(0xeb, ANY, 4, 4, 1, 4, QUAD | SET | NOR_OP_CONFIG | GOES_ON),
	NOR_READ(0x13, 4, 1, 1, 0, 0, BIG),
	NOR_READ(0x0c, 4, 1, 1, 0, 8, BIG),
	NOR_READ(0x3c, 4, 1, 2, 0, 8, BIG),
	NOR_READ(0xbc, 4, 2, 2, 1, 0, BIG | GOES_ON),
	NOR_READ(0x6c, 4, 1, 4, 0, 8, BIG | QUAD),
	NOR_READ(0xec, 4, 4, 4, 1, 4, BIG | QUAD | GOES_ON),

	NOR_PROGRAM(0x02, ANY, 1, 1, SET),
	NOR_PROGRAM(0x32, ANY, 1, 4, QUAD),
	NOR_PROGRAM(0x33, ANY, 4, 4, QUAD | NOR_IS_A),
	NOR_PROGRAM(0x12, 4, 1, 1, BIG_WRITE),
	NOR_PROGRAM(0x34, 4, 1, 4, BIG_WRITE | QUAD),
	NOR_ERASE(0x20, ANY, NOR_4K, SET),
	NOR_ERASE(0x52, ANY, NOR_32K, SET),
	NOR_ERASE(0xd8, ANY, NOR_BLOCK, SET),
	NOR_ERASE(0x21, 4, NOR_4K, BIG_WRITE),
	NOR_ERASE(0xdc, 4, NOR_BLOCK, BIG_WRITE),
	NOR_ERASE_CHIP(0xc7, SET),
	NOR_ERASE_CHIP(0x60, SET),
	NOR_BARE(0x75, STATUS, nor_suspend),
	NOR_BARE(0x7a, SET, nor_resume),

	NOR_BARE(0x66, STATUS, nor_arm_reset),
	NOR_BARE(0x99, STATUS, nor_do_reset),
	NOR_BARE(0xb9, SET, nor_power_down),
	NOR_BARE(0xb7, BIG | SET, nor_set_four_byte),
	NOR_BARE(0xe9, BIG | SET, nor_set_four_byte),
	NOR_GET(0xc8, NOR_HAS_EAR | SET, nor_read_extended_address),
	NOR_SET(0xc5, NOR_HAS_EAR | SET | NOR_OP_WEL, nor_set_extended_address),
	NOR_SET(0xc2, NOR_HAS_DIE_SELECT | STATUS, select_die),
	NOR_BARE(0x38, QPI | QUAD, set_qpi),
	NOR_BARE(0xff, QPI | SET, set_qpi),
	NOR_SET(0xc0, QPI | SET, set_read_parameters),

	{ .opcode = 0x36, .addr_bytes = ANY, .addr_lines = 1, .flags = LOCKS | NOR_OP_WEL,
	  .done = lock },
	{ .opcode = 0x39, .addr_bytes = ANY, .addr_lines = 1, .flags = LOCKS | NOR_OP_WEL,
	  .done = lock },
	{ 0x3d, ANY, 1, 1, 0, 0, LOCKS, 0, read_lock, NULL, NULL },
	NOR_BARE(0x7e, LOCKS | NOR_OP_WEL, lock),
	NOR_BARE(0x98, LOCKS | NOR_OP_WEL, lock),

	/* Security registers, burst wrap, 92h and 94h. */
	NOR_UNMODELLED(0x42),
	NOR_UNMODELLED(0x44),
	NOR_UNMODELLED(0x48),
	NOR_UNMODELLED(0x77),
	NOR_UNMODELLED(0x92),
	NOR_UNMODELLED(0x94),
};

const struct nor_vendor nor_winbond = {
	.name = "winbond",
	.ops = ops,
	.n_ops = sizeof(ops) / sizeof(ops[0]),
	.reset = reset,
	.quad_enabled = quad_enabled,
	.is_protected = is_protected,
	.dummy = qpi_dummy,
	.continues = continues,
	.status_written = status_written,
	.leave = leave,
	.sfdp = nor_winbond_sfdp,
};
