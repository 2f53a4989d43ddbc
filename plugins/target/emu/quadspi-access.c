/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * quadspi-access.c - what QUADSPI and OCTOSPI do alike behind their registers:
 * CR, SR and DR, and their place in a chip
 */
#include <errno.h>
#include <string.h>

#include "quadspi.h"

#define MANUAL "RM0433 QUADSPI, RM0468 OCTOSPI, "

static const struct emu_rule rule_busy_write = {
	"qspi-busy-write", "manual", MANUAL "register descriptions; RM0402 12.5.6: CCR, BUSY = 0",
	"The controller ignored a write to a register that can change only while it is not busy.",
};
static const struct emu_rule rule_extra_data = {
	"qspi-extra-data", "assumed", MANUAL "DLR",
	"Bytes beyond the data length in DLR were written to DR and dropped.",
};
static const struct emu_rule rule_not_written = {
	"qspi-data-not-written", "assumed", MANUAL "DR",
	"A write to DR had no effect: no indirect write with data is set up.",
};

/* ---- status ----------------------------------------------------------- */

static bool fifo_flag(const struct quadspi *q)
{
	unsigned int threshold = emu_bits(qspi_reg(q, QSPI_CR), 8, 5) + 1;

	if (!qspi_enabled(q) || qspi_mode(q) > QSPI_READ || !qspi_has_data(q))
		return false;
	if (qspi_is_writing(q))
		return QSPI_FIFO - q->level >= threshold;
	return q->level >= threshold || (q->state == QSPI_IDLE && q->level > 0);
}

uint32_t qspi_status(const struct quadspi *q)
{
	return q->flags | (fifo_flag(q) ? QSPI_SR_FTF : 0) |
	       (qspi_is_busy(q) ? QSPI_SR_BUSY : 0) | q->level << 8;
}

/* Interrupt enables stand in CR in the order of the flags in SR. */
void qspi_update_irq(struct quadspi *q)
{
	uint64_t line = emu_fact(q->dev, "irq", UINT64_MAX);
	uint32_t enables = emu_bits(qspi_reg(q, QSPI_CR), 16, 5);

	if (line != UINT64_MAX)
		emu_irq(q->dev->emu, (unsigned int)line, qspi_status(q) & enables);
}

void qspi_raise(struct quadspi *q, uint32_t flags)
{
	q->flags |= flags;
	qspi_update_irq(q);
}

void qspi_clear(struct quadspi *q, uint32_t flags)
{
	q->flags &= ~flags;
	qspi_update_irq(q);
}

/* ---- registers -------------------------------------------------------- */

/*
 * While busy, registers other than CR, FCR and DR do not change. That says
 * nothing where the value is no other, or is an address that nobody uses: HAL
 * clears AR after commands without one.
 */
bool qspi_locked(struct quadspi *q, uint32_t offset, uint32_t value)
{
	bool mapped = qspi_mode(q) == QSPI_MAPPED;
	bool is_address = offset == q->kind->at[QSPI_AR / 4];

	if (!qspi_is_busy(q) && !(is_address && mapped))
		return false;
	if (q->dev->regs[offset / 4] != value && (!is_address || qspi_has_address(q)))
		emu_rule_fired(q->dev->emu, &rule_busy_write, q->dev->facts->base + offset);
	return true;
}

void qspi_write_cr(struct quadspi *q, uint32_t value)
{
	uint32_t old = qspi_reg(q, QSPI_CR), changed = (old ^ value) & q->kind->cr_fixed;
	bool abort = value & QSPI_CR_ABORT && value & QSPI_CR_EN;

	if (changed && qspi_is_busy(q) && value & QSPI_CR_EN) {
		emu_rule_fired(q->dev->emu, &rule_busy_write, qspi_address(q, QSPI_CR));
		value ^= changed;
	}
	if (!(value & QSPI_CR_EN) || abort)
		qspi_stop(q);
	*qspi_word(q, QSPI_CR) = value & q->kind->cr_mask & ~(uint32_t)QSPI_CR_ABORT;
	if (abort)
		q->flags |= QSPI_SR_TCF;
	qspi_update_irq(q);
}

void qspi_write_address(struct quadspi *q, uint32_t value)
{
	*qspi_word(q, QSPI_AR) = value;
	if (qspi_has_address(q))
		qspi_trigger(q, true);
}

void qspi_new_frame(struct quadspi *q)
{
	q->instruction_sent = false;
	q->level = 0;
}

/* Wait until @bytes fit, as the bus does while the FIFO is full. */
static void wait_for_room(struct quadspi *q, unsigned int bytes)
{
	while (QSPI_FIFO - q->level < bytes && q->event.when)
		emu_stall_until(q->dev->emu, q->event.when);
}

void qspi_write_data(struct quadspi *q, uint32_t value, unsigned int width)
{
	uint32_t dlr = qspi_reg(q, QSPI_DLR);

	if (!qspi_is_writing(q)) {
		emu_rule_fired(q->dev->emu, &rule_not_written, qspi_address(q, QSPI_DR));
		return;
	}
	if (q->state == QSPI_IDLE && !qspi_start(q))
		return;
	wait_for_room(q, width);
	for (unsigned int i = 0; i < width; i++) {
		if (q->level == QSPI_FIFO || (dlr != QSPI_ENDLESS && q->accepted > dlr)) {
			emu_rule_fired(q->dev->emu, &rule_extra_data,
				       qspi_address(q, QSPI_DR));
			break;
		}
		qspi_push(q, (uint8_t)(value >> 8 * i));
		q->accepted++;
	}
	qspi_next_byte(q);
	qspi_update_irq(q);
}

uint32_t qspi_read_data(struct quadspi *q, unsigned int width, bool debug)
{
	uint32_t value = 0;

	if (qspi_mode(q) != QSPI_READ)
		return emu_reg_read(q->dev, q->kind->at[QSPI_DR / 4], width);
	if (debug) {
		for (unsigned int i = 0; i < width && i < q->level; i++)
			value |= (uint32_t)q->fifo[(q->head + i) % QSPI_FIFO] << 8 * i;
		return value;
	}
	while (q->level < width && q->state != QSPI_IDLE && q->event.when)
		emu_stall_until(q->dev->emu, q->event.when);
	if (q->level)
		emu_changed(q->dev->emu);
	for (unsigned int i = 0; i < width && q->level > 0; i++)
		value |= (uint32_t)qspi_pop(q) << 8 * i;
	qspi_next_byte(q);
	qspi_update_irq(q);
	return value;
}

/* ---- life ------------------------------------------------------------- */

static int open_chips(struct quadspi *q, struct stk_error *err)
{
	static const char *const options[] = { "nor", "nor2" };
	static const char *const stores[] = { "NOR", "NOR2" };
	struct emu *emu = q->dev->emu;
	int n = (int)emu_fact(q->dev, "flashes", 2);

	for (int i = 0; i < n && i < 2; i++) {
		const char *name = emu_option(emu, options[i]);
		struct nor_place place = { stores[i], q->window_base, 0x8 };
		int r;

		if (!name && i == 0)
			name = emu_chip(emu)->default_nor;
		if (!name)
			continue;
		r = nor_open(emu, name, &place, &q->chip[i], err);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The memory that the chip's facts call by the controller's name. */
static const struct stk_memory *find_window(const struct emu_dev *dev)
{
	const struct stk_chip *chip = emu_chip(dev->emu);

	for (size_t i = 0; i < chip->n_memories; i++)
		if (chip->memories[i].kind == STK_MEM_EXTERNAL &&
		    !strcmp(chip->memories[i].name, dev->facts->name))
			return &chip->memories[i];
	return NULL;
}

void qspi_fini(struct emu_dev *dev)
{
	struct quadspi *q = dev->priv;

	nor_close(q->chip[0]);
	nor_close(q->chip[1]);
}

int qspi_init(struct emu_dev *dev, const struct qspi_kind *kind, struct stk_error *err)
{
	const struct stk_memory *window = find_window(dev);
	struct quadspi *q = dev->priv;
	int r;

	q->dev = dev;
	q->kind = kind;
	q->event.fire = qspi_timer;
	q->event.data = q;
	if (!window)
		return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
				"The facts of %s have %s but no window for it.",
				emu_chip(dev->emu)->name, dev->facts->name);
	q->window_base = window->start;
	q->window_size = window->size;
	r = open_chips(q, err);
	if (r < 0)
		return r;
	return qspi_map_init(q, err);
}

void qspi_reset(struct quadspi *q, bool power)
{
	qspi_stop(q);
	q->flags = 0;
	q->instruction_sent = false;
	for (int i = 0; power && i < 2; i++)
		if (q->chip[i])
			nor_power(q->chip[i]);
}
