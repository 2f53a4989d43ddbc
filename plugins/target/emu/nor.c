/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor.c - the wires of a SPI-NOR part: clocks become bits, bits become bytes,
 * bytes become an instruction
 */
#include "nor-core.h"

/* The text of a part of the family that was read; the rules are the same on all. */
#define WINBOND "Winbond W25Q257FV data sheet "

static const struct emu_rule rule_busy = {
	"nor-busy", "manual", WINBOND "7.1.1 BUSY",
	"The flash ignored an instruction because an erase, program or register write runs.",
};
static const struct emu_rule rule_settling = {
	"nor-settling", "manual", WINBOND "8.2.34 tRES1, 8.2.53 tRST",
	"The flash ignored an instruction that came too soon after a reset or a wake-up.",
};
static const struct emu_rule rule_powered_down = {
	"nor-power-down", "manual", WINBOND "8.2.33 Power-down",
	"The flash ignored an instruction because it is in power-down.",
};
static const struct emu_rule rule_no_wel = {
	"nor-no-write-enable", "manual", WINBOND "7.1.2 WEL",
	"The flash ignored an erase, program or register write because WEL is not set.",
};
static const struct emu_rule rule_quad_disabled = {
	"nor-quad-disabled", "manual", WINBOND "7.1.9 QE",
	"The flash ignored a quad instruction because QE is not set.",
};
static const struct emu_rule rule_not_in_qpi = {
	"nor-not-in-qpi", "manual", WINBOND "8.2.46, instruction set tables 4-6",
	"The flash ignored an instruction that it does not take in QPI mode.",
};
static const struct emu_rule rule_suspended = {
	"nor-suspended", "manual", WINBOND "8.2.31 Erase / Program Suspend",
	"The flash ignored an instruction because an operation is suspended.",
};
static const struct emu_rule rule_unknown = {
	"nor-unknown-opcode", "manual", WINBOND "instruction set tables",
	"The flash ignored an opcode that it does not have.",
};
static const struct emu_rule rule_unmodelled = {
	"nor-unmodelled", "assumed", "this model",
	"The flash has this instruction but the model does not; it was ignored.",
};
static const struct emu_rule rule_incomplete = {
	"nor-incomplete", "manual", WINBOND "8.2.29 and others: when /CS must rise",
	"The flash ignored an instruction because chip select rose too early or too late.",
};

void nor_rule(struct nor *nor, const struct emu_rule *rule)
{
	emu_rule_fired(nor->emu, rule, nor->place.base + nor->address % nor->part->size);
}

const struct nor_op *nor_find_op(const struct nor *nor, uint8_t opcode)
{
	for (size_t i = 0; i < nor->vendor->n_ops; i++) {
		const struct nor_op *op = &nor->vendor->ops[i];

		if (op->opcode != opcode)
			continue;
		if (op->flags & NOR_OP_BIG && nor->part->size <= NOR_16M)
			return NULL;
		if (op->flags & NOR_OP_QE0 && nor->qe_fixed)
			return NULL;
		return op;
	}
	return NULL;
}

uint32_t nor_array_address(const struct nor *nor)
{
	uint32_t addr = nor->address;

	if (nor->op->addr_bytes == NOR_ADDR_MODE && !nor->four_byte)
		addr |= (uint32_t)nor->extended_address << 24;
	return addr & (nor->part->size - 1);
}

/* ---- decoding --------------------------------------------------------- */

static const struct emu_rule *refuse(const struct nor *nor, const struct nor_op *op)
{
	bool wel = nor->wel || (op->flags & NOR_OP_STATUS && nor->volatile_wel);

	if (op->flags & NOR_OP_UNMODELLED)
		return &rule_unmodelled;
	if (nor->qpi && !(op->flags & NOR_OP_QPI))
		return &rule_not_in_qpi;
	if (nor_busy(nor) && !(op->flags & NOR_OP_BUSY))
		return &rule_busy;
	if (nor->suspended.kind != NOR_JOB_NONE && op->flags & NOR_OP_STATUS)
		return &rule_suspended;
	if (nor->suspended.kind == NOR_JOB_PROGRAM && op->done == nor_program)
		return &rule_suspended;
	if (nor->suspended.kind == NOR_JOB_ERASE && op->done == nor_erase)
		return &rule_suspended;
	if (op->flags & NOR_OP_QUAD && !nor->vendor->quad_enabled(nor))
		return &rule_quad_disabled;
	if (op->flags & (NOR_OP_WEL | NOR_OP_STATUS) && !wel)
		return &rule_no_wel;
	return NULL;
}

/* An opcode of all ones only brings a part out of continuous read or QPI. */
#define MODE_RESET 0xff

static const struct emu_rule *decode(struct nor *nor, uint8_t opcode)
{
	const struct nor_op *op = nor_find_op(nor, opcode);

	if (nor->settling)
		return &rule_settling;
	if (nor->powered_down && !(op && op->flags & NOR_OP_WAKE))
		return &rule_powered_down;
	if (!op)
		return opcode == MODE_RESET ? NULL : &rule_unknown;
	nor->op = op;
	return refuse(nor, op);
}

static unsigned int address_bytes(const struct nor *nor)
{
	if (nor->op->addr_bytes != NOR_ADDR_MODE)
		return nor->op->addr_bytes;
	return nor->four_byte ? 4 : 3;
}

static unsigned int dummy_clocks(const struct nor *nor)
{
	unsigned int clocks;

	if (!nor->qpi || !(nor->op->flags & NOR_OP_QPI_READ))
		return nor->op->dummy;
	/* The two clocks of the mode byte count as dummy clocks. */
	clocks = nor->vendor->qpi_dummy(nor);
	return nor->op->mode ? clocks - 2 : clocks;
}

static void enter(struct nor *nor, enum nor_phase phase, unsigned int lines,
		  unsigned int left)
{
	nor->phase = phase;
	nor->lines = nor->qpi ? 4 : lines;
	nor->left = left;
	nor->shift = 0;
	nor->bits = 0;
}

/* The phase is over: go to the next one that this instruction has. */
static void advance(struct nor *nor)
{
	const struct nor_op *op = nor->op;

	if (nor->phase < NOR_ADDRESS) {
		enter(nor, NOR_ADDRESS, op->addr_lines, address_bytes(nor));
		if (nor->left)
			return;
	}
	if (nor->phase < NOR_MODE) {
		enter(nor, NOR_MODE, op->addr_lines, op->mode);
		if (nor->left)
			return;
	}
	if (nor->phase < NOR_DUMMY) {
		enter(nor, NOR_DUMMY, 1, dummy_clocks(nor));
		if (nor->left)
			return;
	}
	enter(nor, NOR_DATA, op->data_lines ? op->data_lines : 1, 0);
}

static void take_opcode(struct nor *nor, uint8_t opcode)
{
	const struct emu_rule *rule = decode(nor, opcode);

	if (rule || !nor->op) {
		if (rule)
			nor_rule(nor, rule);
		nor->op = NULL;
		enter(nor, NOR_DEAF, 1, 0);
		return;
	}
	advance(nor);
}

static void take_mode(struct nor *nor, uint8_t mode)
{
	/* M5-4 = 1,0: the next frame starts with the address. */
	nor->continuous = (mode & 0x30) == 0x20 ? nor->op : NULL;
}

static void take_byte(struct nor *nor, uint8_t byte)
{
	nor->shift = 0;
	nor->bits = 0;
	switch (nor->phase) {
	case NOR_OPCODE:
		take_opcode(nor, byte);
		return;
	case NOR_ADDRESS:
		nor->address = nor->address << 8 | byte;
		break;
	case NOR_MODE:
		take_mode(nor, byte);
		break;
	default:
		if (nor->op->in)
			nor->op->in(nor, byte);
		nor->n_data++;
		return;
	}
	if (--nor->left == 0)
		advance(nor);
}

/* ---- wires ------------------------------------------------------------ */

static bool is_output(const struct nor *nor)
{
	return nor->phase == NOR_DATA && nor->op->out;
}

static unsigned int mask_of(unsigned int lines)
{
	return (1u << lines) - 1;
}

static unsigned int clock_out(struct nor *nor)
{
	unsigned int value;

	if (nor->bits == 0) {
		nor->shift = nor->op->out(nor);
		nor->n_data++;
		nor->bits = 8;
	}
	nor->bits -= nor->lines;
	value = nor->shift >> nor->bits & mask_of(nor->lines);
	return nor->lines == 1 ? value << 1 : value;	/* a single line is IO1 */
}

unsigned int nor_clock(struct nor *nor, unsigned int drive, unsigned int level)
{
	if (!nor->selected || nor->phase == NOR_DEAF)
		return 0;
	if (nor->phase == NOR_DUMMY) {
		if (--nor->left == 0)
			advance(nor);
		return 0;
	}
	if (is_output(nor))
		return clock_out(nor);
	nor->shift = nor->shift << nor->lines | (level & drive & mask_of(nor->lines));
	nor->bits += nor->lines;
	if (nor->bits == 8)
		take_byte(nor, (uint8_t)nor->shift);
	return 0;
}

/* Both sides agree and no byte is half done: no need to go clock by clock. */
static bool whole_bytes(const struct nor *nor, unsigned int lines)
{
	return nor->selected && nor->lines == lines && nor->bits == 0 &&
	       nor->phase != NOR_DUMMY && nor->phase != NOR_DEAF;
}

void nor_put(struct nor *nor, unsigned int lines, uint8_t byte)
{
	unsigned int mask = mask_of(lines);
	unsigned int idle = lines == 4 ? 0 : nor->place.idle_levels;
	unsigned int drive = lines == 4 ? mask : mask | 0xc;

	if (whole_bytes(nor, lines) && !is_output(nor)) {
		take_byte(nor, byte);
		return;
	}
	for (unsigned int bits = 8; bits > 0; bits -= lines)
		nor_clock(nor, drive, (byte >> (bits - lines) & mask) | idle);
}

uint8_t nor_get(struct nor *nor, unsigned int lines)
{
	unsigned int drive = lines == 4 ? 0 : 0xc, byte = 0;

	if (whole_bytes(nor, lines) && is_output(nor)) {
		byte = nor->op->out(nor);
		nor->n_data++;
		return (uint8_t)byte;
	}
	for (unsigned int bits = 0; bits < 8; bits += lines) {
		unsigned int level = nor_clock(nor, drive, nor->place.idle_levels & drive);

		byte = byte << lines |
		       (lines == 1 ? level >> 1 & 1 : level & mask_of(lines));
	}
	return (uint8_t)byte;
}

void nor_idle(struct nor *nor, unsigned int clocks)
{
	while (clocks--)
		nor_clock(nor, 0, 0);
}

void nor_select(struct nor *nor)
{
	nor->selected = true;
	nor->op = nor->continuous;
	nor->address = 0;
	nor->n_data = 0;
	enter(nor, NOR_OPCODE, 1, 1);
	if (nor->op)
		advance(nor);
}

static bool is_complete(const struct nor *nor)
{
	const struct nor_op *op = nor->op;

	if (op->flags & NOR_OP_WAKE)
		return true;
	if (nor->phase != NOR_DATA)
		return false;
	if (op->out)
		return true;
	return nor->bits == 0 && (op->in ? nor->n_data > 0 : nor->n_data == 0);
}

void nor_deselect(struct nor *nor)
{
	const struct nor_op *op = nor->op;

	if (!nor->selected)
		return;
	nor->selected = false;
	if (op && op->done && nor->phase != NOR_DEAF) {
		if (is_complete(nor))
			op->done(nor);
		else
			nor_rule(nor, &rule_incomplete);
	}
	if (nor->reset_armed)
		nor->reset_armed--;
}

uint64_t nor_next_change(const struct nor *nor)
{
	return nor->event.when;
}

uint8_t *nor_cells(struct nor *nor)
{
	return nor->array;
}

uint32_t nor_size(const struct nor *nor)
{
	return nor->part->size;
}
