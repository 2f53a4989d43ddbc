/* SPDX-License-Identifier: MIT */
/*
 * Causes that an external SPI-NOR tells when it is asked for its JEDEC ID, on
 * one line and on four: after a failed call the controller is still set up by
 * the loader, so asking works on a board as on a virtual chip.
 *
 * The order of the questions matters. What a part takes for another
 * instruction must do no harm: four-line questions are six clocks, which is no
 * whole instruction for a part that listens on one line; one-line questions
 * make opcodes C8h to DFh for a part that listens on four, of which those that
 * change the array need Write Enable, which such a part never got.
 */
#include "core.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "diagnose-priv.h"
#include "script.h"

#define CR_EN		(1u << 0)
#define CR_ABORT	(1u << 1)
#define SR_TCF		(1u << 1)
#define ALL_FLAGS	0x1Fu
#define CCR_READ	(1u << 26)		/* FMODE: indirect read */
#define CCR_OPCODE(n)	((n) << 8)		/* IMODE: 1 on one line, 3 on four */
#define CCR_DATA(n)	((n) << 24)
#define CCR_MODE(v)	((v) >> 26 & 3)
#define MODE_POLL	2u			/* FMODE: automatic status polling */
#define CCR_ADDRESS(v)	((v) >> 10 & 3)
#define CCR_ADDRESS_BYTES(v) (((v) >> 12 & 3) + 1)
#define LINES_1		1u
#define LINES_4		3u

#define READ_ID		0x9Fu
#define READ_ID_QPI	0xAFu	/* Micron, Macronix: on all lines of the mode in use */
#define WAKE		0xABu
#define LEAVE_READ	0xFFu	/* eight clocks of ones end a continuous read */
#define READ_STATUS	0x05u
#define STATUS_WIP	0x01u

/* A command takes microseconds; without an answer this is some milliseconds. */
#define TURNS		20000u
/* tRES1 of the parts we know is up to 45 us, tRST up to 30. */
#define WAKE_TURNS	10000u

/* Offsets of QUADSPI, the same on all chips that have one (RM0433, RM0440). */
struct nor_probe {
	struct session *s;
	uint32_t cr, cr_value, sr, fcr, dlr, ccr, dr, mask, match;
	uint32_t last_command;	/* CCR as the loader left it */
};

static bool register_address(const struct stk_peripheral *p, const char *name, uint32_t *ret)
{
	const struct stk_register *r = stk_peripheral_register(p, name);

	if (!r)
		return false;
	*ret = (uint32_t)p->base + r->offset;
	return true;
}

/* The controller whose window holds the loader's device, set up and enabled. */
static bool probe_open(struct nor_probe *n, struct session *s)
{
	const struct stk_chip *chip = s->target->facts.chip;
	const struct stk_device *d = s->info->device;
	const struct stk_memory *m = chip && d ? stk_chip_memory_at(chip, d->start) : NULL;
	const struct stk_peripheral *p;

	if (!m || m->kind != STK_MEM_EXTERNAL || s->last.end == STK_END_FAULT ||
	    s->last.end == STK_END_LOST)
		return false;
	p = stk_chip_peripheral(chip, m->name);
	*n = (struct nor_probe){ .s = s };
	return p && !strcmp(p->name, "QUADSPI") && register_address(p, "CR", &n->cr) &&
	       register_address(p, "SR", &n->sr) && register_address(p, "FCR", &n->fcr) &&
	       register_address(p, "DLR", &n->dlr) && register_address(p, "CCR", &n->ccr) &&
	       register_address(p, "DR", &n->dr) &&
	       register_address(p, "PSMKR", &n->mask) &&
	       register_address(p, "PSMAR", &n->match) &&
	       read32(s->target, n->cr, &n->cr_value) && n->cr_value & CR_EN &&
	       read32(s->target, n->ccr, &n->last_command);
}

/* One instruction with @n_data bytes of answer; false: the controller does not answer. */
static bool ask(const struct nor_probe *n, uint32_t opcode, uint32_t lines, uint8_t *data,
		size_t n_data)
{
	uint32_t read = n_data ? CCR_READ | CCR_DATA(lines) : 0;
	struct script_step steps[SCRIPT_MOST] = {
		{ SCRIPT_WRITE, n->cr, n->cr_value | CR_ABORT, 0 },
		{ SCRIPT_WAIT, n->sr, SR_TCF, TURNS },
		{ SCRIPT_WRITE, n->fcr, ALL_FLAGS, 0 },
		{ SCRIPT_WRITE, n->dlr, n_data ? (uint32_t)n_data - 1 : 0, 0 },
		{ SCRIPT_WRITE, n->ccr, read | CCR_OPCODE(lines) | opcode, 0 },
		{ SCRIPT_WAIT, n->sr, SR_TCF, TURNS },
	};
	size_t fixed = 6;

	for (size_t i = 0; i < n_data; i++)
		steps[fixed + i] = (struct script_step){ SCRIPT_READ, n->dr, 0, 0 };
	if (script_run(n->s, steps, fixed + n_data, NULL))
		return false;
	for (size_t i = 0; i < n_data; i++)
		data[i] = (uint8_t)steps[fixed + i].value;
	return steps[fixed - 1].turns != SCRIPT_NEVER;
}

/* Floating or pulled lines give all zeros or all ones. */
static bool answers(const struct nor_probe *n, uint32_t opcode, uint32_t lines, uint8_t id[2])
{
	return ask(n, opcode, lines, id, 2) && (id[0] || id[1]) &&
	       !(id[0] == 0xFF && id[1] == 0xFF);
}

static void pause_core(const struct nor_probe *n)
{
	struct script_step wait = { SCRIPT_WAIT, n->dlr, 0, WAKE_TURNS };

	(void)!script_run(n->s, &wait, 1, NULL);
}

static void tell_id(struct report *r, const char *how, const uint8_t id[2])
{
	evidence(r, "external memory says", "JEDEC ID %02X %02X %s", id[0], id[1], how);
}

/* ---- what it says when it answers as it should ------------------------- */

struct status_place {
	uint8_t maker, opcode, mask;
	const char *name;	/* of the register; its data sheet has it so */
};

/* "4-byte addresses are in force", by JEDEC maker. */
static const struct status_place long_address[] = {
	{ 0xEF, 0x15, 1 << 0, "status register 3, ADS" },	/* Winbond W25Q256JV 7.1 */
	{ 0x20, 0x70, 1 << 0, "flag status, bit 0" },		/* Micron MT25Q, table 7 */
	{ 0xC2, 0x15, 1 << 5, "configuration register, bit 5" }, /* Macronix MX25L512 */
};

static bool long_addresses(struct report *r, const struct nor_probe *n, const uint8_t id[2])
{
	uint8_t status;

	if (!CCR_ADDRESS(n->last_command) || CCR_ADDRESS_BYTES(n->last_command) != 3)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(long_address); i++) {
		const struct status_place *p = &long_address[i];

		if (p->maker != id[0] || !ask(n, p->opcode, LINES_1, &status, 1) ||
		    !(status & p->mask))
			continue;
		evidence(r, "external memory says", "0x%02x (%s)", status, p->name);
		return found(r, "nor-4-byte-addresses",
			     "switch the power of the board off and on, or use a loader whose "
			     "Init resets the memory (66h, 99h) or leaves that mode (E9h)",
			     "the external memory was left with 4-byte addresses, and the "
			     "loader sends 3");
	}
	return false;
}

/* BP bits: 2 to 4 of the status register on every maker's parts, 5 on large ones. */
static bool protected_blocks(struct report *r, const struct nor_probe *n,
			     const struct symptom_case *c)
{
	uint8_t status;

	if (c->symptom == SYMPTOM_CALL && endless_call(&c->session->last))
		return false;
	if (!ask(n, READ_STATUS, LINES_1, &status, 1) || status == 0xFF ||
	    !(status & 0x1C))
		return false;
	evidence(r, "external memory says", "status register 0x%02x (BP=%u)", status,
		 status >> 2 & 7);
	return found(r, "nor-protected",
		     "clear the block protect bits of its status register (06h, 01h)",
		     "blocks of the external memory are write-protected");
}

/*
 * The loader's poll never ended, yet what it waits for is there now: the part
 * took the poll's first clocks for something else, and the abort woke it.
 */
static bool poll_would_end(const struct nor_probe *n, const struct outcome *last)
{
	uint32_t mask, match;
	uint8_t status;

	return endless_call(last) && CCR_MODE(n->last_command) == MODE_POLL &&
	       read32(n->s->target, n->mask, &mask) &&
	       read32(n->s->target, n->match, &match) && mask && mask <= UINT8_MAX &&
	       ask(n, n->last_command & 0xFF, LINES_1, &status, 1) &&
	       (status & mask) == (match & mask);
}

/* A busy part answers to nothing but the question whether it is. */
static bool is_busy(struct report *r, const struct nor_probe *n)
{
	uint8_t status;

	if (!ask(n, READ_STATUS, LINES_1, &status, 1) || status == 0xFF ||
	    !(status & STATUS_WIP))
		return false;
	evidence(r, "external memory says", "status register 0x%02x (WIP)", status);
	return found(r, "nor-busy",
		     "wait longer, or switch its power off and on: an erase or program has "
		     "not ended, or the part is broken",
		     "the external memory is still busy");
}

/* ---- the rule --------------------------------------------------------- */

static bool other_mode(struct report *r, const uint8_t id[2], const char *cause,
		       const char *how, const char *mode)
{
	tell_id(r, how, id);
	return found(r, cause,
		     "switch the power of the board off and on; or use a loader whose Init "
		     "resets the memory in every mode (66h, 99h on one line and on four)",
		     "the external memory was left in %s and does not understand the loader",
		     mode);
}

bool rule_external_memory(struct report *r, const struct symptom_case *c)
{
	struct nor_probe n;
	uint8_t id[2];

	if (c->compared || !probe_open(&n, c->session))
		return false;
	pause_core(&n);	/* it may still be in the reset that the loader sent */
	if (answers(&n, READ_ID, LINES_1, id)) {
		if (poll_would_end(&n, &c->session->last))
			return other_mode(r, id, "nor-continuous-read",
					  "on one line, once the endless poll was aborted",
					  "a mode like continuous read");
		tell_id(r, "on one line", id);
		return long_addresses(r, &n, id) || protected_blocks(r, &n, c);
	}
	if (answers(&n, READ_ID, LINES_4, id) || answers(&n, READ_ID_QPI, LINES_4, id))
		return other_mode(r, id, "nor-in-qpi", "on four lines, none on one",
				  "QPI mode");
	if (is_busy(r, &n))
		return true;
	if (ask(&n, LEAVE_READ, LINES_1, NULL, 0) && ask(&n, LEAVE_READ, LINES_1, NULL, 0) &&
	    answers(&n, READ_ID, LINES_1, id))
		return other_mode(r, id, "nor-continuous-read",
				  "once a continuous read was ended (FFh)",
				  "continuous read mode");
	if (ask(&n, WAKE, LINES_1, NULL, 0)) {
		pause_core(&n);
		if (answers(&n, READ_ID, LINES_1, id))
			return other_mode(r, id, "nor-power-down", "once it was woken (ABh)",
					  "deep power-down");
	}
	evidence(r, "external memory says", "nothing, on one line or on four");
	return found(r, "nor-no-answer",
		     "check that the loader is made for this board's pins, and the memory's "
		     "power",
		     "the external memory does not answer");
}
