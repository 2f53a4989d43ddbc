/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-winbond.c - W25QxxxJV: instruction set and status registers
 *
 * Two ways to order a part: with QE set for good (suffix -IQ/-JQ: no QPI), or
 * with a changeable QE that is 0 from the factory (-IM/-JM: another device ID,
 * and QPI). nor.qe=0 chooses the latter. Its DTR reads are not modelled.
 */
#include <errno.h>
#include <string.h>

#include "nor-winbond.h"

#define SHEET "Winbond W25Q257FV data sheet "

enum { WIP = 1 << 0, WEL = 1 << 1, BP0 = 1 << 2, SRP = 1 << 7 };	/* status register 1 */
enum { SRL = 1 << 0, QE = 1 << 1, LB = 7 << 3, CMP = 1 << 6, SUS = 1 << 7 };	/* 2 */
enum { ADS = 1 << 0, ADP = 1 << 1, WPS = 1 << 2, DRV = 3 << 5 };	/* 3 */

#define RESET_US	30	/* tRST */
#define WAKE_US		3	/* tRES1 */

static const struct emu_rule rule_reset_alone = {
	"nor-reset-alone", "manual", SHEET "8.2.53 Enable Reset, Reset",
	"The flash ignored Reset (99h) because Enable Reset (66h) did not come right before it.",
};
static const struct emu_rule rule_status_locked = {
	"nor-status-locked", "manual", SHEET "7.1.6 SRP1, SRP0",
	"The flash ignored a status register write because SRP or SRL protects the registers.",
};
static const struct emu_rule rule_qe_fixed = {
	"nor-qe-fixed", "manual", "W25Q128JV data sheet rev. H, Quad Enable: fixed on IQ, IN, JQ",
	"The flash kept QE at 1: on this ordering option it cannot be cleared.",
};

static const struct emu_rule rule_no_locks = {
	"nor-no-block-locks", "assumed", "this model",
	"WPS was set: the flash has individual block locks, the model does not.",
};

/* ---- status registers ------------------------------------------------- */

static void factory(const struct nor *nor, uint8_t *sr)
{
	sr[0] = 0;
	sr[1] = nor->qe_fixed ? QE : 0;
	sr[2] = DRV;
}

/* The store is all ones when new: that stands for the factory's values. */
static void load_registers(struct nor *nor)
{
	uint8_t sr[3];

	factory(nor, sr);
	for (int i = 0; i < 3; i++)
		nor->sr[i] = sr[i] ^ (uint8_t)~nor->nonvolatile[i];
	if (nor->qe_fixed)
		nor->sr[1] |= QE;
}

static void store_registers(struct nor *nor)
{
	uint8_t sr[3];

	factory(nor, sr);
	for (int i = 0; i < 3; i++)
		nor->nonvolatile[i] = (uint8_t)~(sr[i] ^ nor->sr[i]);
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
	return nor->sr[1] |
	       (nor->suspending || nor->suspended.kind != NOR_JOB_NONE ? SUS : 0);
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
	bool adp = nor->part->size > NOR_16M && nor->wel;
	uint8_t old = nor->sr[i], keep_qe = nor->qe_fixed || nor->qpi ? QE : 0;

	if (i == 0)
		return value & (uint8_t)~(WIP | WEL);
	if (i == 2 && value & WPS)
		nor_rule(nor, &rule_no_locks);
	if (i == 2)
		return (value & (WPS | DRV)) | ((adp ? value : old) & ADP);
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
	if (!lasting) {
		memcpy(nor->sr, nor->job.data, sizeof(nor->sr));
		return;
	}
	nor->job.kind = NOR_JOB_STATUS;
	nor_start_job(nor, nor->part->status_us);
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

	return span.len && addr < span.start + span.len && span.start < addr + len;
}

/* ---- modes ------------------------------------------------------------ */

static void reset(struct nor *nor, bool power)
{
	load_registers(nor);
	if (power)	/* SRL holds until the next power-down */
		nor->sr[1] &= (uint8_t)~SRL;
	nor->wel = false;
	nor->volatile_wel = false;
	nor->qpi = false;
	nor->powered_down = false;
	nor->continuous = NULL;
	nor->reset_armed = 0;
	nor->extended_address = 0;
	nor->read_parameters = 0;
	nor->four_byte = nor->sr[2] & ADP;
}

static unsigned int qpi_dummy(const struct nor *nor)
{
	return 2 * (nor->read_parameters >> 4 & 3) + 2;
}

static int leave(struct nor *nor, const char *state)
{
	if (!strcmp(state, "powerdown")) {
		nor->powered_down = true;
	} else if (!strcmp(state, "continuous")) {
		nor->continuous = nor_find_op(nor, 0xeb);
	} else if (!strcmp(state, "4byte") && nor->part->size > NOR_16M) {
		nor->four_byte = true;
	} else if (!strcmp(state, "qpi") && !nor->qe_fixed) {
		nor->sr[1] |= QE;
		nor->qpi = true;
	} else {
		return -EINVAL;
	}
	return 0;
}

static void set_wel(struct nor *nor)
{
	nor->wel = nor->op->opcode == 0x06;
}

static void set_volatile_wel(struct nor *nor)
{
	nor->volatile_wel = true;
}

static void set_four_byte(struct nor *nor)
{
	nor->four_byte = nor->op->opcode == 0xb7;
}

static void set_qpi(struct nor *nor)
{
	nor->qpi = nor->op->opcode == 0x38;
}

static void set_read_parameters(struct nor *nor)
{
	nor->read_parameters = nor->frame[0];
}

static void set_extended_address(struct nor *nor)
{
	nor->extended_address = nor->frame[0];
	nor->wel = false;
}

static void power_down(struct nor *nor)
{
	nor->powered_down = true;
}

static void wake(struct nor *nor)
{
	if (!nor->powered_down)
		return;
	nor->powered_down = false;
	nor_settle(nor, WAKE_US);
}

static void arm_reset(struct nor *nor)
{
	nor->reset_armed = 2;	/* this frame and the next */
}

static void do_reset(struct nor *nor)
{
	if (!nor->reset_armed) {
		nor_rule(nor, &rule_reset_alone);
		return;
	}
	nor_cut_job(nor);
	reset(nor, false);
	nor_settle(nor, RESET_US);
}

/* ---- identification --------------------------------------------------- */

static uint8_t read_id(struct nor *nor)
{
	const uint8_t *id = nor->qe_fixed ? nor->part->id : nor->part->id_qe0;

	return nor->n_data < 3 ? id[nor->n_data] : 0;
}

static uint8_t read_device_id(struct nor *nor)
{
	return nor->part->device_id;
}

static uint8_t read_ids(struct nor *nor)
{
	return (nor->address + nor->n_data) & 1 ? nor->part->device_id : nor->part->id[0];
}

static uint8_t read_unique_id(struct nor *nor)
{
	static const uint8_t id[8] = { 0xd1, 0x66, 0x38, 0x12, 0x83, 0x57, 0x2b, 0x2f };

	return id[nor->n_data % sizeof(id)];
}

static uint8_t read_extended_address(struct nor *nor)
{
	return nor->extended_address;
}

static uint8_t read_sfdp(struct nor *nor)
{
	return nor_winbond_sfdp(nor->part, nor->address + nor->n_data);
}

/* ---- the instruction set ---------------------------------------------- */

#define ANY	NOR_ADDR_MODE
#define SET	NOR_OP_QPI
#define STATUS	(NOR_OP_QPI | NOR_OP_BUSY)
#define WRSR	(NOR_OP_STATUS | NOR_OP_QPI)
#define PROGRAM	NOR_OP_WEL
#define ERASE	NOR_OP_WEL
#define QUAD	NOR_OP_QUAD
#define BIG	NOR_OP_BIG

/*
 * As the W25QxxxJV data sheets' instruction set tables have it; QPI as those of
 * W25QxxxJV-DTR. In a line: opcode, address bytes, address lines, data
 * lines, mode byte, dummy clocks, flags, length, out, in, done.
 */
static const struct nor_op ops[] = {
	{ 0x06, 0, 0, 0, 0, 0, SET, 0, NULL, NULL, set_wel },
	{ 0x04, 0, 0, 0, 0, 0, SET, 0, NULL, NULL, set_wel },
	{ 0x50, 0, 0, 0, 0, 0, SET, 0, NULL, NULL, set_volatile_wel },
	{ 0x05, 0, 0, 1, 0, 0, STATUS, 0, read_sr1, NULL, NULL },
	{ 0x35, 0, 0, 1, 0, 0, STATUS, 0, read_sr2, NULL, NULL },
	{ 0x15, 0, 0, 1, 0, 0, STATUS, 0, read_sr3, NULL, NULL },
	{ 0x01, 0, 0, 1, 0, 0, WRSR, 0, NULL, nor_take_data, write_status },
	{ 0x31, 0, 0, 1, 0, 0, WRSR, 0, NULL, nor_take_data, write_status },
	{ 0x11, 0, 0, 1, 0, 0, WRSR, 0, NULL, nor_take_data, write_status },

	{ 0x9f, 0, 0, 1, 0, 0, SET, 0, read_id, NULL, NULL },
	{ 0x90, 3, 1, 1, 0, 0, SET, 0, read_ids, NULL, NULL },
	{ 0xab, 3, 1, 1, 0, 0, SET | NOR_OP_WAKE, 0, read_device_id, NULL, wake },
	{ 0x4b, 0, 0, 1, 0, 32, 0, 0, read_unique_id, NULL, NULL },
	{ 0x5a, 3, 1, 1, 0, 8, 0, 0, read_sfdp, NULL, NULL },

	{ 0x03, ANY, 1, 1, 0, 0, 0, 0, nor_read_array, NULL, NULL },
	{ 0x0b, ANY, 1, 1, 0, 8, SET | NOR_OP_QPI_READ, 0, nor_read_array, NULL, NULL },
	{ 0x3b, ANY, 1, 2, 0, 8, 0, 0, nor_read_array, NULL, NULL },
	{ 0xbb, ANY, 2, 2, 1, 0, 0, 0, nor_read_array, NULL, NULL },
	{ 0x6b, ANY, 1, 4, 0, 8, QUAD, 0, nor_read_array, NULL, NULL },
	{ 0xeb, ANY, 4, 4, 1, 4, QUAD | SET | NOR_OP_QPI_READ, 0, nor_read_array, NULL, NULL },
	{ 0x13, 4, 1, 1, 0, 0, BIG, 0, nor_read_array, NULL, NULL },
	{ 0x0c, 4, 1, 1, 0, 8, BIG, 0, nor_read_array, NULL, NULL },
	{ 0x3c, 4, 1, 2, 0, 8, BIG, 0, nor_read_array, NULL, NULL },
	{ 0xbc, 4, 2, 2, 1, 0, BIG, 0, nor_read_array, NULL, NULL },
	{ 0x6c, 4, 1, 4, 0, 8, BIG | QUAD, 0, nor_read_array, NULL, NULL },
	{ 0xec, 4, 4, 4, 1, 4, BIG | QUAD, 0, nor_read_array, NULL, NULL },

	{ 0x02, ANY, 1, 1, 0, 0, PROGRAM | SET, 0, NULL, nor_take_data, nor_program },
	{ 0x32, ANY, 1, 4, 0, 0, PROGRAM | QUAD, 0, NULL, nor_take_data, nor_program },
	{ 0x12, 4, 1, 1, 0, 0, PROGRAM | BIG, 0, NULL, nor_take_data, nor_program },
	{ 0x34, 4, 1, 4, 0, 0, PROGRAM | BIG | QUAD, 0, NULL, nor_take_data, nor_program },
	{ 0x20, ANY, 1, 0, 0, 0, ERASE | SET, 0x1000, NULL, NULL, nor_erase },
	{ 0x52, ANY, 1, 0, 0, 0, ERASE | SET, 0x8000, NULL, NULL, nor_erase },
	{ 0xd8, ANY, 1, 0, 0, 0, ERASE | SET, 0x10000, NULL, NULL, nor_erase },
	{ 0x21, 4, 1, 0, 0, 0, ERASE | BIG, 0x1000, NULL, NULL, nor_erase },
	{ 0xdc, 4, 1, 0, 0, 0, ERASE | BIG, 0x10000, NULL, NULL, nor_erase },
	{ 0xc7, 0, 0, 0, 0, 0, ERASE | SET, 0, NULL, NULL, nor_erase },
	{ 0x60, 0, 0, 0, 0, 0, ERASE | SET, 0, NULL, NULL, nor_erase },
	{ 0x75, 0, 0, 0, 0, 0, STATUS, 0, NULL, NULL, nor_suspend },
	{ 0x7a, 0, 0, 0, 0, 0, SET, 0, NULL, NULL, nor_resume },

	{ 0x66, 0, 0, 0, 0, 0, STATUS, 0, NULL, NULL, arm_reset },
	{ 0x99, 0, 0, 0, 0, 0, STATUS, 0, NULL, NULL, do_reset },
	{ 0xb9, 0, 0, 0, 0, 0, SET, 0, NULL, NULL, power_down },
	{ 0xb7, 0, 0, 0, 0, 0, BIG | SET, 0, NULL, NULL, set_four_byte },
	{ 0xe9, 0, 0, 0, 0, 0, BIG | SET, 0, NULL, NULL, set_four_byte },
	{ 0xc8, 0, 0, 1, 0, 0, BIG | SET, 0, read_extended_address, NULL, NULL },
	{ 0xc5, 0, 0, 1, 0, 0, BIG | SET | NOR_OP_WEL, 0, NULL, nor_take_data,
	  set_extended_address },
	{ 0x38, 0, 0, 0, 0, 0, NOR_OP_QE0 | QUAD, 0, NULL, NULL, set_qpi },
	{ 0xff, 0, 0, 0, 0, 0, NOR_OP_QE0 | SET, 0, NULL, NULL, set_qpi },
	{ 0xc0, 0, 0, 1, 0, 0, NOR_OP_QE0 | SET, 0, NULL, nor_take_data,
	  set_read_parameters },

	/* Security registers, individual block locks, burst wrap, 92h and 94h. */
	{ .opcode = 0x42, .flags = NOR_OP_UNMODELLED },
	{ .opcode = 0x44, .flags = NOR_OP_UNMODELLED },
	{ .opcode = 0x48, .flags = NOR_OP_UNMODELLED },
	{ .opcode = 0x36, .flags = NOR_OP_UNMODELLED },
	{ .opcode = 0x39, .flags = NOR_OP_UNMODELLED },
	{ .opcode = 0x3d, .flags = NOR_OP_UNMODELLED },
	{ .opcode = 0x7e, .flags = NOR_OP_UNMODELLED },
	{ .opcode = 0x98, .flags = NOR_OP_UNMODELLED },
	{ .opcode = 0x77, .flags = NOR_OP_UNMODELLED },
	{ .opcode = 0x92, .flags = NOR_OP_UNMODELLED },
	{ .opcode = 0x94, .flags = NOR_OP_UNMODELLED },
};

const struct nor_vendor nor_winbond = {
	.name = "winbond",
	.ops = ops,
	.n_ops = sizeof(ops) / sizeof(ops[0]),
	.reset = reset,
	.quad_enabled = quad_enabled,
	.is_protected = is_protected,
	.qpi_dummy = qpi_dummy,
	.status_written = status_written,
	.leave = leave,
};
