/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * quadspi-command.c - a command on its way: what starts it, how its bytes go
 * through the FIFO, what ends it
 */
#include "quadspi.h"

#define MANUAL "RM0433 QUADSPI, RM0468 OCTOSPI, "

static const struct emu_rule rule_disabled = {
	"qspi-disabled", "assumed", MANUAL "CR.EN",
	"A write that would start a command had no effect: the controller is disabled.",
};
static const struct emu_rule rule_address = {
	"qspi-address", "manual", MANUAL "error management (TEF)",
	"The controller refused a command that reaches beyond the flash size it was told.",
};

/* ---- FIFO ------------------------------------------------------------- */

void qspi_push(struct quadspi *q, uint8_t byte)
{
	q->fifo[(q->head + q->level++) % QSPI_FIFO] = byte;
}

uint8_t qspi_pop(struct quadspi *q)
{
	uint8_t byte = q->fifo[q->head];

	q->head = (q->head + 1) % QSPI_FIFO;
	q->level--;
	return byte;
}

/* ---- a command on its way --------------------------------------------- */

static void after(struct quadspi *q, uint64_t ns)
{
	emu_schedule(q->dev->emu, &q->event, emu_now(q->dev->emu) + (ns ? ns : 1));
}

static void finish(struct quadspi *q)
{
	qspi_close_frame(q);
	q->state = QSPI_IDLE;
	qspi_raise(q, QSPI_SR_TCF);
}

void qspi_stop(struct quadspi *q)
{
	emu_cancel(q->dev->emu, &q->event);
	if (q->state != QSPI_IDLE)
		qspi_close_frame(q);
	qspi_map_stop(q);
	q->state = QSPI_IDLE;
	q->level = 0;
}

static bool is_last(const struct quadspi *q)
{
	uint32_t dlr = qspi_reg(q, QSPI_DLR);

	if (dlr != QSPI_ENDLESS)
		return q->moved > dlr;
	return qspi_has_address(q) &&
	       qspi_reg(q, QSPI_AR) + (uint64_t)q->moved >= qspi_flash_size(q);
}

void qspi_next_byte(struct quadspi *q)
{
	bool can = qspi_is_writing(q) ? q->level > 0 : q->level < QSPI_FIFO;

	if (q->state == QSPI_DATA && can && !q->event.when)
		after(q, qspi_data_ns(q, q->moved + 1) - qspi_data_ns(q, q->moved));
}

static void move_byte(struct quadspi *q)
{
	if (qspi_is_writing(q))
		qspi_send(q, q->moved, qspi_pop(q));
	else
		qspi_push(q, qspi_receive(q, q->moved));
	q->moved++;
	if (is_last(q))
		finish(q);
	else
		qspi_next_byte(q);
	qspi_update_irq(q);
}

/* ---- automatic status polling ----------------------------------------- */

static uint32_t poll_bytes(const struct quadspi *q)
{
	uint32_t dlr = qspi_reg(q, QSPI_DLR);

	return dlr < 4 ? dlr + 1 : 4;
}

static uint64_t poll_frame_ns(const struct quadspi *q)
{
	return qspi_header_ns(q) + qspi_data_ns(q, poll_bytes(q));
}

static bool poll_matches(const struct quadspi *q, uint32_t value)
{
	uint32_t mask = qspi_reg(q, QSPI_PSMKR);
	uint32_t differs = (value ^ qspi_reg(q, QSPI_PSMAR)) & mask;

	if (qspi_reg(q, QSPI_CR) & QSPI_CR_PMM)
		return differs != mask;
	return differs == 0;
}

/*
 * Polls that will read the same again are not worth an event each: go on with
 * the first one after the flash changes. If it never will, neither will the
 * status. A match without automatic stop is seen again every time.
 */
static void next_poll(struct quadspi *q, bool matched)
{
	uint64_t period = poll_frame_ns(q) +
			  qspi_clocks_ns(q, qspi_reg(q, QSPI_PIR) & 0xffff);
	uint64_t change = qspi_next_change(q), now = emu_now(q->dev->emu);

	if (matched || (change && change <= now))
		after(q, period);
	else if (change)
		after(q, (change - now) / period * period + period);
}

static void poll(struct quadspi *q)
{
	uint32_t value = 0;
	bool matched;

	qspi_open_frame(q, qspi_reg(q, QSPI_AR));
	for (uint32_t i = 0; i < poll_bytes(q); i++)
		value |= (uint32_t)qspi_receive(q, i) << 8 * i;
	qspi_close_frame(q);
	*qspi_word(q, QSPI_DR) = value;
	matched = poll_matches(q, value);
	if (matched && qspi_reg(q, QSPI_CR) & QSPI_CR_APMS)
		q->state = QSPI_IDLE;
	if (matched)
		qspi_raise(q, QSPI_SR_SMF);
	if (q->state == QSPI_POLLING)
		next_poll(q, matched);
}

void qspi_timer(void *data)
{
	struct quadspi *q = data;

	switch (q->state) {
	case QSPI_HEADER:
		qspi_open_frame(q, qspi_reg(q, QSPI_AR));
		q->state = QSPI_DATA;
		if (qspi_has_data(q))
			qspi_next_byte(q);
		else
			finish(q);
		break;
	case QSPI_DATA:
		move_byte(q);
		break;
	case QSPI_POLLING:
		poll(q);
		break;
	default:
		break;
	}
}

/* ---- what starts a command -------------------------------------------- */

static bool reaches_beyond(const struct quadspi *q)
{
	uint64_t end = qspi_reg(q, QSPI_AR);
	uint32_t dlr = qspi_reg(q, QSPI_DLR);

	if (!qspi_has_address(q))
		return false;
	if (qspi_has_data(q) && qspi_mode(q) != QSPI_POLL && dlr != QSPI_ENDLESS)
		end += dlr;
	return end >= qspi_flash_size(q);
}

bool qspi_start(struct quadspi *q)
{
	if (!qspi_enabled(q)) {
		emu_rule_fired(q->dev->emu, &rule_disabled, q->dev->facts->base);
		return false;
	}
	if (reaches_beyond(q)) {
		emu_rule_fired(q->dev->emu, &rule_address, q->window_base +
			       (qspi_reg(q, QSPI_AR) & (q->window_size - 1)));
		qspi_raise(q, QSPI_SR_TEF);
		return false;
	}
	q->level = 0;
	q->moved = 0;
	q->accepted = 0;
	if (qspi_mode(q) == QSPI_POLL && qspi_has_data(q)) {
		q->state = QSPI_POLLING;
		after(q, poll_frame_ns(q));
	} else {
		q->state = QSPI_HEADER;
		after(q, qspi_header_ns(q));
	}
	return true;
}

void qspi_trigger(struct quadspi *q, bool address)
{
	bool nothing = !q->frame.instruction.lines && !qspi_has_address(q) &&
		       !q->frame.alternate.lines && !qspi_has_data(q);

	if (qspi_mode(q) == QSPI_MAPPED || qspi_is_writing(q) || nothing)
		return;
	if (qspi_has_address(q) == address)
		qspi_start(q);
}
