/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * octospi.c - the registers of OCTOSPI (RM0468, RM0455; RM0456 28 has the text)
 *
 * Fact: flashes, how many parts of the board are on this one (nor=, nor2=).
 * Not modelled: the HyperBus protocol (MTYP 4, 5), wrapped reads (WPxxx read as
 * written), refresh and chip-select boundaries, which no NOR part sees.
 */
#include "models.h"
#include "quadspi.h"

#define MANUAL "RM0468 OCTOSPI, "

enum {
	CR = 0x00, DCR1 = 0x08, DCR2 = 0x0c, SR = 0x20, FCR = 0x24, DLR = 0x40, AR = 0x48,
	DR = 0x50, PSMKR = 0x80, PSMAR = 0x88, PIR = 0x90, CCR = 0x100, TCR = 0x108,
	IR = 0x110, ABR = 0x120, LPTR = 0x130, WCCR = 0x180, WTCR = 0x188, WIR = 0x190,
	WABR = 0x1a0,
};

enum { MACRONIX = 1, HYPERBUS = 4 };	/* DCR1.MTYP */

static const struct emu_rule rule_hyperbus = {
	"octospi-hyperbus", "assumed", "this model",
	"OCTOSPI has the HyperBus protocol but the model does not; a part sees a frame of "
	"regular commands.",
};

static const struct qspi_kind octospi = {
	.at = { CR, DCR1, SR, FCR, DLR, CCR, AR, ABR, DR, PSMKR, PSMAR, PIR, LPTR },
	.mode_at = CR,
	.mode_lsb = 28,
	.prescaler_at = DCR2,
	.prescaler_lsb = 0,
	.cr_mask = 0x30df1fcf,
	.cr_fixed = 0x30c000c8,	/* FMODE PMM APMS FSEL DMM TCEN */
	.can_store = true,
};

/* ---- CCR, TCR, IR, ABR and those of stores ---------------------------- */

/* A phase whose mode, DTR and size, less one, are at @lsb, @lsb + 3 and + 4. */
static struct qspi_phase phase(uint32_t ccr, unsigned int lsb)
{
	static const uint8_t lines[] = { 0, 1, 2, 4, 8, 0, 0, 0 };

	return (struct qspi_phase){ .lines = lines[emu_bits(ccr, lsb, 3)],
				    .bytes = (uint8_t)(emu_bits(ccr, lsb + 4, 2) + 1),
				    .both_edges = ccr >> (lsb + 3) & 1 };
}

/* The set of registers that begins with the one like CCR at @first. */
static void decode(struct quadspi *q, uint32_t first, struct qspi_frame *frame)
{
	const uint32_t *regs = &q->dev->regs[first / 4];
	uint32_t ccr = regs[0];

	frame->instruction = phase(ccr, 0);
	frame->address = phase(ccr, 8);
	frame->alternate = phase(ccr, 16);
	frame->data = phase(ccr, 24);
	frame->opcode = regs[(IR - CCR) / 4];
	frame->alternates = regs[(ABR - CCR) / 4];
	frame->dummy = (uint8_t)emu_bits(regs[(TCR - CCR) / 4], 0, 5);
	frame->once = ccr >> 31;
	/* "D1/D0 ordering in DTR 8-data-bit mode" (RM0468, DCR1.MTYP). */
	frame->swapped = emu_bits(q->dev->regs[DCR1 / 4], 24, 3) == MACRONIX &&
			 frame->data.lines == 8 && frame->data.both_edges;
}

static void decode_all(struct quadspi *q)
{
	decode(q, CCR, &q->frame);
	decode(q, WCCR, &q->store);
}

/* ---- registers -------------------------------------------------------- */

static uint32_t octospi_read(struct emu_dev *dev, uint32_t offset, unsigned int width,
			     bool debug)
{
	struct quadspi *q = dev->priv;

	switch (offset & ~3u) {
	case SR:
		return qspi_status(q) >> offset % 4 * 8 &
		       (uint32_t)((1ull << 8 * width) - 1);
	case DR:
		return qspi_read_data(q, width, debug);
	default:
		return emu_reg_read(dev, offset, width);
	}
}

static uint32_t mask_of(uint32_t offset)
{
	switch (offset) {
	case DCR1:
		return 0x071f3f0b;
	case DCR2:
		return 0x000700ff;
	case PIR:
	case LPTR:
		return 0xffff;
	case CCR:
		return 0xaf3f3f3f;
	case TCR:
		return 0x5000001f;
	default:
		return UINT32_MAX;
	}
}

/* A register that stays as it is while busy. */
static void write_setting(struct quadspi *q, uint32_t offset, uint32_t value)
{
	value &= mask_of(offset);
	if (qspi_locked(q, offset, value))
		return;
	if (offset == AR) {
		qspi_write_address(q, value);
		return;
	}
	if (offset == DCR1 && emu_bits(value, 24, 3) >= HYPERBUS)
		emu_rule_fired(q->dev->emu, &rule_hyperbus, q->dev->facts->base + offset);
	q->dev->regs[offset / 4] = value;
	decode_all(q);
	if (offset == CCR)
		qspi_new_frame(q);
	if (offset == IR)
		qspi_trigger(q, false);
	qspi_update_irq(q);
}

static void octospi_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
			  uint32_t value, bool debug)
{
	struct quadspi *q = dev->priv;
	uint32_t word = offset & ~3u;

	if (word == DR) {
		qspi_write_data(q, value, width);
		return;
	}
	value = emu_merge(word == FCR ? 0 : dev->regs[word / 4], offset, width, value);
	switch (word) {
	case CR:
		qspi_write_cr(q, value);
		break;
	case SR:
		break;
	case FCR:
		qspi_clear(q, value);
		break;
	default:
		write_setting(q, word, value);
	}
}

/* ---- life ------------------------------------------------------------- */

static int octospi_init(struct emu_dev *dev, struct stk_error *err)
{
	return qspi_init(dev, &octospi, err);
}

static void octospi_reset(struct emu_dev *dev, bool power)
{
	qspi_reset(dev->priv, power);
	decode_all(dev->priv);
}

const struct emu_model emu_model_octospi = {
	.name = "octospi",
	.priv_size = sizeof(struct quadspi),
	.init = octospi_init,
	.fini = qspi_fini,
	.reset = octospi_reset,
	.read = octospi_read,
	.write = octospi_write,
};
