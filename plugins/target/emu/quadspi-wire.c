/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * quadspi-wire.c - frames of QUADSPI and OCTOSPI on the wires
 *
 * In double data rate the address, alternate and data phases move bits on both
 * edges. Whether the part does so too is its instruction's affair.
 */
#include "quadspi.h"

#define PS_PER_S	1000000000000ull
#define PS_PER_NS	1000u

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
	const struct qspi_kind *kind = q->kind;
	uint64_t prescaler = emu_bits(q->dev->regs[kind->prescaler_at / 4],
				      kind->prescaler_lsb, 8) + 1;
	uint64_t ps = clocks * prescaler * (PS_PER_S / kernel_hz(q));

	return (ps + PS_PER_NS - 1) / PS_PER_NS;
}

static unsigned int phase_clocks(const struct qspi_phase *phase)
{
	unsigned int per_clock = phase->lines * (phase->both_edges ? 2 : 1);

	return per_clock ? 8 * phase->bytes / per_clock : 0;
}

static bool has_instruction(const struct quadspi *q, const struct qspi_frame *frame)
{
	return !q->instruction_sent || !frame->once;
}

uint64_t qspi_header_ns(const struct quadspi *q)
{
	const struct qspi_frame *frame = qspi_current(q);
	unsigned int clocks = frame->dummy;

	if (has_instruction(q, frame))
		clocks += phase_clocks(&frame->instruction);
	clocks += phase_clocks(&frame->address) + phase_clocks(&frame->alternate);
	return qspi_clocks_ns(q, clocks);
}

uint64_t qspi_data_ns(const struct quadspi *q, uint32_t n)
{
	const struct qspi_phase *data = &qspi_current(q)->data;
	/* Two chips side by side move two bytes at once. */
	unsigned int edges = (data->both_edges ? 2 : 1) * (qspi_dual(q) ? 2 : 1);

	return data->lines ?
	       qspi_clocks_ns(q, (8ull * n / data->lines + edges - 1) / edges) : 0;
}

/* ---- one chip --------------------------------------------------------- */

/* The lines of a phase as nor_put() and nor_get() take them. */
static unsigned int how(const struct qspi_phase *phase)
{
	return phase->lines | (phase->both_edges ? NOR_DTR : 0);
}

static void put_phase(struct nor *nor, const struct qspi_phase *phase, uint32_t word)
{
	unsigned int bytes = phase->bytes;

	while (phase->lines && bytes--)
		nor_put(nor, how(phase), (uint8_t)(word >> 8 * bytes));
}

static void open_chip(struct quadspi *q, struct nor *nor, uint32_t address)
{
	const struct qspi_frame *frame = qspi_current(q);

	nor_select(nor);
	if (has_instruction(q, frame))
		put_phase(nor, &frame->instruction, frame->opcode);
	put_phase(nor, &frame->address, address);
	put_phase(nor, &frame->alternate, frame->alternates);
	nor_idle(nor, frame->dummy);
}

/* ---- both ------------------------------------------------------------- */

static const struct emu_rule rule_no_flash = {
	"qspi-no-flash", "assumed", "undriven data lines",
	"No flash is on the bank that the controller selected; its data lines read 0.",
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
	const struct qspi_frame *frame = qspi_current(q);
	const struct qspi_phase *data = &frame->data;
	struct nor *nor = chip_of(q, index);

	if (!nor)
		return;
	if (frame->swapped && index % 2 == 0) {
		q->held = byte;
		return;
	}
	nor_put(nor, how(data), byte);
	if (frame->swapped)
		nor_put(nor, how(data), q->held);
}

uint8_t qspi_receive(struct quadspi *q, uint32_t index)
{
	const struct qspi_frame *frame = qspi_current(q);
	const struct qspi_phase *data = &frame->data;
	struct nor *nor = chip_of(q, index);

	if (!nor || !data->lines)
		return 0;
	if (frame->swapped && index % 2)
		return q->held;
	if (frame->swapped)
		q->held = nor_get(nor, how(data));
	return nor_get(nor, how(data));
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
