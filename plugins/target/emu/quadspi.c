/* SPDX-License-Identifier: GPL-2.0-only */
/* quadspi.c - the registers of QUADSPI */
#include "models.h"
#include "quadspi.h"

#define DCR_MASK	0x001f0701u

static const struct qspi_kind quadspi = {
	.at = { QSPI_CR, QSPI_DCR, QSPI_SR, QSPI_FCR, QSPI_DLR, QSPI_CCR, QSPI_AR,
		QSPI_ABR, QSPI_DR, QSPI_PSMKR, QSPI_PSMAR, QSPI_PIR, QSPI_LPTR },
	.mode_at = QSPI_CCR,
	.mode_lsb = 26,
	.prescaler_at = QSPI_CR,
	.prescaler_lsb = 24,
	.cr_mask = 0xffdf1fdf,
	.cr_fixed = 0xffc000d8,	/* PRESCALER PMM APMS FSEL DFM SSHIFT TCEN */
};

/* ---- CCR -------------------------------------------------------------- */

/* A phase whose mode is at @lsb and whose size, less one, at @size of CCR. */
static struct qspi_phase phase(uint32_t ccr, unsigned int lsb, unsigned int bytes)
{
	static const uint8_t lines[] = { 0, 1, 2, 4 };

	return (struct qspi_phase){ .lines = lines[emu_bits(ccr, lsb, 2)],
				    .bytes = (uint8_t)bytes,
				    .both_edges = ccr >> 31 };
}

static void decode(struct quadspi *q)
{
	uint32_t ccr = qspi_reg(q, QSPI_CCR);
	struct qspi_frame *frame = &q->frame;

	frame->instruction = phase(ccr, 8, 1);
	frame->instruction.both_edges = false;
	frame->address = phase(ccr, 10, emu_bits(ccr, 12, 2) + 1);
	frame->alternate = phase(ccr, 14, emu_bits(ccr, 16, 2) + 1);
	frame->data = phase(ccr, 24, 1);
	frame->opcode = emu_bits(ccr, 0, 8);
	frame->alternates = qspi_reg(q, QSPI_ABR);
	frame->dummy = (uint8_t)emu_bits(ccr, 18, 5);
	frame->once = ccr >> 28 & 1;
}

static void write_ccr(struct quadspi *q, uint32_t value)
{
	*qspi_word(q, QSPI_CCR) = value;
	decode(q);
	qspi_new_frame(q);
	qspi_trigger(q, false);
	qspi_update_irq(q);
}

/* ---- registers -------------------------------------------------------- */

static uint32_t quadspi_read(struct emu_dev *dev, uint32_t offset, unsigned int width,
			     bool debug)
{
	struct quadspi *q = dev->priv;

	switch (offset & ~3u) {
	case QSPI_SR:
		return qspi_status(q) >> offset % 4 * 8 &
		       (uint32_t)((1ull << 8 * width) - 1);
	case QSPI_DR:
		return qspi_read_data(q, width, debug);
	default:
		return emu_reg_read(dev, offset, width);
	}
}

static uint32_t mask_of(uint32_t offset)
{
	switch (offset) {
	case QSPI_DCR:
		return DCR_MASK;
	case QSPI_PIR:
	case QSPI_LPTR:
		return 0xffff;
	default:
		return UINT32_MAX;
	}
}

/* A register that stays as it is while busy. */
static void write_setting(struct quadspi *q, uint32_t offset, uint32_t value)
{
	value &= mask_of(offset);
	if (offset > QSPI_LAST) {
		q->dev->regs[offset / 4] = value;
		return;
	}
	if (qspi_locked(q, offset, value))
		return;
	if (offset == QSPI_CCR) {
		write_ccr(q, value);
	} else if (offset == QSPI_AR) {
		qspi_write_address(q, value);
	} else {
		*qspi_word(q, offset) = value;
		decode(q);
	}
}

static void quadspi_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
			  uint32_t value, bool debug)
{
	struct quadspi *q = dev->priv;
	uint32_t word = offset & ~3u;

	if (word == QSPI_DR) {
		qspi_write_data(q, value, width);
		return;
	}
	value = emu_merge(word == QSPI_FCR ? 0 : dev->regs[word / 4], offset, width, value);
	switch (word) {
	case QSPI_CR:
		qspi_write_cr(q, value);
		break;
	case QSPI_SR:
		break;
	case QSPI_FCR:
		qspi_clear(q, value);
		break;
	default:
		write_setting(q, word, value);
	}
}

/* ---- life ------------------------------------------------------------- */

static int quadspi_init(struct emu_dev *dev, struct stk_error *err)
{
	return qspi_init(dev, &quadspi, err);
}

static void quadspi_reset(struct emu_dev *dev, bool power)
{
	qspi_reset(dev->priv, power);
	decode(dev->priv);
}

const struct emu_model emu_model_quadspi = {
	.name = "quadspi",
	.priv_size = sizeof(struct quadspi),
	.init = quadspi_init,
	.fini = qspi_fini,
	.reset = quadspi_reset,
	.read = quadspi_read,
	.write = quadspi_write,
};
