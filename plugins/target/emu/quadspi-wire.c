/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * quadspi-wire.c - QUADSPI frames on the wires
 *
 * In double data rate the address, alternate and data phases move bits on both
 * edges. Whether the part does so too is its instruction's affair.
 */
#include "quadspi.h"

#define PS_PER_S	1000000000000ull
#define PS_PER_NS	1000u

static bool ddr(const struct quadspi *q)
{
	return qspi_ccr(q, 31, 1);
}

/* ---- time ------------------------------------------------------------- */

/* The kernel clock: a fact where it is fixed, else the core clock divided. */
static uint64_t kernel_hz(const struct quadspi *q)
{
	uint64_t hz = emu_fact(q->dev, "kernel_hz", 0);

	if (!hz)
		hz = emu_clock(q->dev->emu) / emu_fact(q->dev, "kernel_divider", 1);
	return hz ? hz : 1;
}

uint64_t qspi_clocks_ns(const struct quadspi *q, uint64_t clocks)
{
	uint64_t prescaler = emu_bits(qspi_reg(q, QSPI_CR), 24, 8) + 1;
	uint64_t ps = clocks * prescaler * (PS_PER_S / kernel_hz(q));

	return (ps + PS_PER_NS - 1) / PS_PER_NS;
}

static unsigned int phase_clocks(unsigned int lines, unsigned int bytes, unsigned int edges)
{
	return lines ? 8 * bytes / lines / edges : 0;
}

static unsigned int header_clocks(const struct quadspi *q)
{
	unsigned int edges = ddr(q) ? 2 : 1, clocks = qspi_ccr(q, 18, 5);

	if (!q->instruction_sent || !qspi_ccr(q, 28, 1))
		clocks += phase_clocks(qspi_lines(q, QSPI_IMODE), 1, 1);
	clocks += phase_clocks(qspi_lines(q, QSPI_ADMODE), qspi_ccr(q, 12, 2) + 1, edges);
	clocks += phase_clocks(qspi_lines(q, QSPI_ABMODE), qspi_ccr(q, 16, 2) + 1, edges);
	return clocks;
}

uint64_t qspi_header_ns(const struct quadspi *q)
{
	return qspi_clocks_ns(q, header_clocks(q));
}

uint64_t qspi_data_ns(const struct quadspi *q, uint32_t n)
{
	/* Two chips side by side move two bytes at once. */
	unsigned int edges = (ddr(q) ? 2 : 1) * (qspi_dual(q) ? 2 : 1);
	unsigned int lines = qspi_lines(q, QSPI_DMODE);

	return lines ? qspi_clocks_ns(q, (8ull * n / lines + edges - 1) / edges) : 0;
}

/* ---- one chip --------------------------------------------------------- */

static void put(struct nor *nor, unsigned int lines, bool both_edges, uint8_t byte)
{
	nor_put(nor, lines | (both_edges ? NOR_DTR : 0), byte);
}

static void put_word(struct nor *nor, unsigned int lines, bool both_edges, uint32_t word,
		     unsigned int bytes)
{
	while (lines && bytes--)
		put(nor, lines, both_edges, (uint8_t)(word >> 8 * bytes));
}

static void open_chip(struct quadspi *q, struct nor *nor, uint32_t address)
{
	nor_select(nor);
	if (!q->instruction_sent || !qspi_ccr(q, 28, 1))
		put_word(nor, qspi_lines(q, QSPI_IMODE), false, qspi_ccr(q, 0, 8), 1);
	put_word(nor, qspi_lines(q, QSPI_ADMODE), ddr(q), address, qspi_ccr(q, 12, 2) + 1);
	put_word(nor, qspi_lines(q, QSPI_ABMODE), ddr(q), qspi_reg(q, QSPI_ABR),
		 qspi_ccr(q, 16, 2) + 1);
	nor_idle(nor, qspi_ccr(q, 18, 5));
}

/* ---- both ------------------------------------------------------------- */

static const struct emu_rule rule_no_flash = {
	"qspi-no-flash", "assumed", "undriven data lines",
	"No flash is on the bank that QUADSPI selected; its data lines read 0.",
};

static bool takes_part(const struct quadspi *q, unsigned int i)
{
	return qspi_dual(q) || (qspi_reg(q, QSPI_CR) & QSPI_CR_FSEL ? 1u : 0u) == i;
}

void qspi_open_frame(struct quadspi *q, uint32_t address)
{
	for (unsigned int i = 0; i < 2; i++) {
		if (!takes_part(q, i))
			continue;
		if (q->chip[i])
			open_chip(q, q->chip[i], qspi_dual(q) ? address / 2 : address);
		else
			emu_rule_fired(q->dev->emu, &rule_no_flash,
				       q->window_base + address);
	}
	q->instruction_sent = true;
}

void qspi_close_frame(struct quadspi *q)
{
	for (unsigned int i = 0; i < 2; i++)
		if (q->chip[i])
			nor_deselect(q->chip[i]);
}

/* With two chips, even bytes are the first one's. */
static struct nor *chip_of(const struct quadspi *q, uint32_t index)
{
	return q->chip[qspi_dual(q) ? index & 1 : takes_part(q, 1)];
}

void qspi_send(struct quadspi *q, uint32_t index, uint8_t byte)
{
	struct nor *nor = chip_of(q, index);

	if (nor)
		put(nor, qspi_lines(q, QSPI_DMODE), ddr(q), byte);
}

uint8_t qspi_receive(struct quadspi *q, uint32_t index)
{
	struct nor *nor = chip_of(q, index);
	unsigned int lines = qspi_lines(q, QSPI_DMODE);

	if (!nor || !lines)
		return 0;
	return nor_get(nor, lines | (ddr(q) ? NOR_DTR : 0));
}

uint64_t qspi_next_change(const struct quadspi *q)
{
	uint64_t next = 0;

	for (unsigned int i = 0; i < 2; i++) {
		uint64_t when = q->chip[i] ? nor_next_change(q->chip[i]) : 0;

		if (when && (!next || when < next))
			next = when;
	}
	return next;
}
