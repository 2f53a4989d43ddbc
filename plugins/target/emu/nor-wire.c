/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-wire.c - the wires of a SPI-NOR part: edges of the clock become bits, bits
 * become bytes
 *
 * A part that uses one edge samples on the rising one, and what it drives stays
 * until the next rising edge.
 */
#include "nor-core.h"

static unsigned int mask_of(unsigned int lines)
{
	return (1u << lines) - 1;
}

static bool is_output(const struct nor *nor)
{
	return nor->phase == NOR_DATA && nor->op->out;
}

static uint8_t next_byte(struct nor *nor)
{
	uint8_t byte = nor->op->out(nor);

	nor->n_data++;
	return byte;
}

static unsigned int send_group(struct nor *nor)
{
	unsigned int value;

	if (nor->bits == 0) {
		nor->shift = next_byte(nor);
		nor->bits = 8;
	}
	nor->bits -= nor->lines;
	value = nor->shift >> nor->bits & mask_of(nor->lines);
	return nor->lines == 1 ? value << 1 : value;	/* a single line is IO1 */
}

static void take_group(struct nor *nor, unsigned int level)
{
	nor->shift = nor->shift << nor->lines | (level & mask_of(nor->lines));
	nor->bits += nor->lines;
	if (nor->bits == 8)
		nor_take_byte(nor, (uint8_t)nor->shift);
}

static void pass_dummy(struct nor *nor, unsigned int level)
{
	if (nor->first_dummy && nor->vendor->first_dummy)
		nor->vendor->first_dummy(nor, level & 1);
	nor->first_dummy = false;
	if (--nor->left == 0)
		nor_advance(nor);
}

/* An edge that matters to the part; returns what it drives from then on. */
static unsigned int step(struct nor *nor, unsigned int level)
{
	if (nor->phase == NOR_DUMMY)
		pass_dummy(nor, level);
	else if (is_output(nor))
		return send_group(nor);
	else
		take_group(nor, level);
	return 0;
}

/*
 * The next edge of the clock. Dummy clocks are counted whole; a clock that began
 * in a phase of one edge stays one.
 */
static unsigned int edge(struct nor *nor, unsigned int level)
{
	bool falling = nor->falling;

	nor->falling = !falling;
	if (!falling)
		nor->clock_both_edges = nor->both_edges;
	if (!nor->selected || nor->phase == NOR_DEAF)
		return 0;
	if (falling && (!nor->clock_both_edges || nor->phase == NOR_DUMMY))
		return nor->level;
	nor->level = step(nor, level);
	return nor->level;
}

unsigned int nor_clock(struct nor *nor, unsigned int drive, unsigned int level)
{
	unsigned int first = edge(nor, level & drive);

	edge(nor, level & drive);
	return first;
}

/* ---- whole bytes ------------------------------------------------------ */

/* Both sides agree and no byte is half done: no need to go edge by edge. */
static bool whole_bytes(const struct nor *nor, unsigned int lines, bool both_edges)
{
	return nor->selected && nor->lines == lines && nor->both_edges == both_edges &&
	       nor->bits == 0 && !nor->falling && nor->phase != NOR_DUMMY &&
	       nor->phase != NOR_DEAF && !(both_edges && lines == 8);
}

/* A group of bits each way, on an edge or over a clock. */
static unsigned int group(struct nor *nor, bool both_edges, unsigned int drive,
			  unsigned int level)
{
	return both_edges ? edge(nor, level & drive) : nor_clock(nor, drive, level);
}

/* IO2 and IO3 while fewer than four lines are used. */
static unsigned int others(unsigned int lines)
{
	return lines >= 4 ? 0 : 0xc;
}

void nor_put(struct nor *nor, unsigned int lines, uint8_t byte)
{
	bool both = lines & NOR_DTR;
	unsigned int mask, idle;

	lines &= ~NOR_DTR;
	mask = mask_of(lines);
	idle = nor->place.idle_levels & others(lines);
	if (whole_bytes(nor, lines, both) && !is_output(nor)) {
		nor_take_byte(nor, byte);
		return;
	}
	for (unsigned int bits = 8; bits > 0; bits -= lines)
		group(nor, both, mask | others(lines), (byte >> (bits - lines) & mask) | idle);
}

/* A host on both edges follows the part's strobe, whatever clocks it counted. */
static void follow_strobe(struct nor *nor, bool both)
{
	if (nor->selected && nor->phase == NOR_DUMMY && both && nor->bus_both_edges &&
	    nor->op->flags & NOR_OP_STROBE)
		nor_advance(nor);
}

uint8_t nor_get(struct nor *nor, unsigned int lines)
{
	bool both = lines & NOR_DTR;
	unsigned int drive, byte = 0;

	lines &= ~NOR_DTR;
	follow_strobe(nor, both);
	drive = others(lines);
	if (whole_bytes(nor, lines, both) && is_output(nor))
		return next_byte(nor);
	for (unsigned int bits = 0; bits < 8; bits += lines) {
		unsigned int level = group(nor, both, drive, nor->place.idle_levels & drive);

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
