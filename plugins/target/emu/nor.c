/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor.c - a SPI-NOR part takes bytes as instructions: which it has, which it
 * refuses, and what follows the opcode
 */
#include "nor-core.h"

/* The texts that were read; the rules are the same on all parts. */
#define WINBOND "Winbond W25Q257FV data sheet "
#define MICRON "; N25Q256A rev. W "

static const struct emu_rule rule_busy = {
	"nor-busy", "manual", WINBOND "7.1.1 BUSY" MICRON "register reads",
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
	"nor-no-write-enable", "manual", WINBOND "7.1.2 WEL" MICRON "table 3",
	"The flash ignored an erase, program or register write because WEL is not set.",
};
static const struct emu_rule rule_quad_disabled = {
	"nor-quad-disabled", "manual", WINBOND "7.1.9 QE; MX25L: QE, 0 when new",
	"The flash ignored a quad instruction as QE is not set (boards' makers may: nor.qe=1).",
};
static const struct emu_rule rule_not_in_qpi = {
	"nor-not-in-qpi", "manual", WINBOND "8.2.46, instruction set tables 4-6",
	"The flash ignored an instruction that it does not take in QPI mode.",
};
static const struct emu_rule rule_only_in_qpi = {
	"nor-only-in-qpi", "manual", "Micron N25Q256A data sheet rev. W table 18, READ ID",
	"The flash ignored an instruction that it takes on several lines only.",
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
static const struct emu_rule rule_complement = {
	"nor-complement", "assumed", "Macronix MX25LM51245G data sheet, octal instructions",
	"The flash ignored an instruction whose second byte is not its first one's complement.",
};
static const struct emu_rule rule_incomplete = {
	"nor-incomplete", "manual", WINBOND "8.2.29" MICRON "table 3",
	"The flash ignored an instruction because chip select rose too early or too late.",
};

void nor_rule(struct nor *nor, const struct emu_rule *rule)
{
	emu_rule_fired(nor->emu, rule, nor->place.base + nor->address % nor->part->size);
}

/* All phases on several lines. */
static bool wide(const struct nor *nor)
{
	return nor->bus > 1;
}

static bool fits_bus(const struct nor *nor, const struct nor_op *op)
{
	return wide(nor) ? op->flags & NOR_OP_QPI : !(op->flags & NOR_OP_ONLY_QPI);
}

/* An erase of a size that this part has not. */
static bool no_such_erase(const struct nor_part *part, const struct nor_op *op)
{
	if (op->done != nor_erase)
		return false;
	if (op->len == NOR_CHIP)
		return part->traits & NOR_HAS_DIES;
	return (op->len == NOR_4K && !part->erase_4k_us) ||
	       (op->len == NOR_32K && !part->erase_32k_us);
}

bool nor_part_has(const struct nor *nor, const struct nor_op *op)
{
	if (op->flags & NOR_TRAITS & ~nor->part->traits)
		return false;
	if (op->flags & NOR_OP_QE0 && nor->qe_fixed)
		return false;
	return !no_such_erase(nor->part, op);
}

/* The row for the lines in use; else one that is refused on them. */
const struct nor_op *nor_find_op(const struct nor *nor, uint8_t opcode)
{
	const struct nor_op *other = NULL;

	for (size_t i = 0; i < nor->vendor->n_ops; i++) {
		const struct nor_op *op = &nor->vendor->ops[i];

		if (op->opcode != opcode || !nor_part_has(nor, op))
			continue;
		if (op->flags & NOR_OP_ASSUMED && !nor_assumes(nor))
			continue;
		if (fits_bus(nor, op))
			return op;
		other = other ? other : op;
	}
	return other;
}

uint32_t nor_array_address(const struct nor *nor)
{
	uint32_t addr = nor->address;

	if (nor->op->addr_bytes == NOR_ADDR_MODE && !nor->four_byte)
		addr |= (uint32_t)nor->extended_address << 24;
	return addr & (nor->part->size - 1);
}

/* ---- decoding --------------------------------------------------------- */

/* What a suspended operation keeps the part from. */
static bool clashes(const struct nor *nor, const struct nor_op *op)
{
	switch (nor->suspended.kind) {
	case NOR_JOB_PROGRAM:
		return op->flags & NOR_OP_STATUS || op->done == nor_program;
	case NOR_JOB_ERASE:
		return op->flags & NOR_OP_STATUS || op->done == nor_erase;
	default:
		return false;
	}
}

static const struct emu_rule *refuse(const struct nor *nor, const struct nor_op *op)
{
	bool wel = nor->wel || (op->flags & NOR_OP_STATUS && nor->volatile_wel);
	bool quad = !nor->vendor->quad_enabled || nor->vendor->quad_enabled(nor);

	if (op->flags & NOR_OP_UNMODELLED)
		return &rule_unmodelled;
	if (wide(nor) && !(op->flags & NOR_OP_QPI))
		return &rule_not_in_qpi;
	if (!wide(nor) && op->flags & NOR_OP_ONLY_QPI)
		return &rule_only_in_qpi;
	if (nor_busy(nor) && !(op->flags & NOR_OP_BUSY))
		return &rule_busy;
	if (clashes(nor, op))
		return &rule_suspended;
	if (op->flags & NOR_OP_QUAD && !wide(nor) && !quad)
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

/*
 * With a strobe the host knows where the data begin: loaders count 4 or 5 clocks
 * before registers of the same part (basis: assumed).
 */
#define UNTIL_READ	1000u

static unsigned int dummy_clocks(const struct nor *nor)
{
	const struct nor_op *op = nor->op;
	unsigned int lines = wide(nor) ? nor->bus : op->addr_lines, all, mode;

	if (op->flags & NOR_OP_STROBE && nor->bus_both_edges)
		return UNTIL_READ;
	if (!(op->flags & NOR_OP_CONFIG) || !nor->vendor->dummy)
		return op->dummy;
	/* The clocks of the mode byte count as dummy clocks. */
	mode = op->mode ? 8 / lines / (op->flags & NOR_OP_DTR ? 2 : 1) : 0;
	all = nor->vendor->dummy(nor, op);
	return all > mode ? all - mode : 0;
}

static void enter(struct nor *nor, enum nor_phase phase, unsigned int lines,
		  unsigned int left)
{
	nor->phase = phase;
	nor->lines = wide(nor) ? nor->bus : lines;
	nor->both_edges = phase != NOR_DUMMY &&
			  (nor->bus_both_edges || (phase != NOR_OPCODE && nor->op &&
						   nor->op->flags & NOR_OP_DTR));
	nor->left = left;
	nor->shift = 0;
	nor->bits = 0;
}

/* The phase is over: go to the next one that this instruction has. */
void nor_advance(struct nor *nor)
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
		nor->first_dummy = true;
		if (nor->left)
			return;
	}
	enter(nor, NOR_DATA, op->data_lines ? op->data_lines : 1, 0);
}

/* On eight lines the opcode's complement follows. */
static bool is_first_of_two(struct nor *nor, uint8_t byte)
{
	if (nor->bus != 8 || --nor->left == 0)
		return false;
	nor->opcode = byte;
	return true;
}

/*
 * A host on one edge: a part on both sees each byte twice. No manual was seen that
 * says whether a reset counts so too, and no report of a board on which it does.
 */
static bool came_twice(const struct nor *nor, uint8_t byte)
{
	const struct nor_op *op = nor_find_op(nor, byte);

	return nor->bus_both_edges && nor->opcode == byte && nor_assumes(nor) && op &&
	       op->flags & NOR_OP_ANY_RATE;
}

static void take_opcode(struct nor *nor, uint8_t byte)
{
	uint8_t opcode = nor->bus == 8 ? nor->opcode : byte;
	const struct emu_rule *rule;

	if (is_first_of_two(nor, byte))
		return;
	nor->twice = nor->bus == 8 && came_twice(nor, byte);
	rule = nor->bus == 8 && (opcode ^ byte) != 0xff && !nor->twice ?
		       &rule_complement : decode(nor, opcode);

	if (rule || !nor->op) {
		if (rule)
			nor_rule(nor, rule);
		nor->op = NULL;
		enter(nor, NOR_DEAF, 1, 0);
		return;
	}
	if (nor->twice || nor->op->flags & NOR_OP_ASSUMED)
		nor_rule(nor, nor->vendor->assumed);
	nor_advance(nor);
}

static void take_mode(struct nor *nor, uint8_t mode)
{
	bool goes_on = nor->op->flags & NOR_OP_CONTINUES && nor->vendor->continues &&
		       nor->vendor->continues(mode);

	nor->continuous = goes_on ? nor->op : NULL;
}

void nor_take_byte(struct nor *nor, uint8_t byte)
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
		nor_advance(nor);
}

/* ---- chip select ------------------------------------------------------ */

void nor_select(struct nor *nor)
{
	if (nor->fault.kind == NOR_FAIL_ABSENT)
		return;
	nor->selected = true;
	nor->falling = false;
	nor->twice = false;
	nor->level = 0;
	nor->op = nor->continuous;
	nor->address = 0;
	nor->n_data = 0;
	enter(nor, NOR_OPCODE, 1, nor->bus == 8 ? 2 : 1);
	if (nor->op)
		nor_advance(nor);
}

static bool is_complete(const struct nor *nor)
{
	const struct nor_op *op = nor->op;

	if (op->flags & NOR_OP_WAKE || nor->twice)
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
