/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * quadspi-map.c - the window that shows the flash as memory
 *
 * A read that goes on where the last one ended continues the open frame; any
 * other closes it and sends a new header. The core waits for its data, less
 * what the controller had time to prefetch.
 */
#include "quadspi.h"

static const struct emu_rule rule_not_mapped = {
	"qspi-not-mapped", "manual", "RM0433 QUADSPI, error management; RM0468 OCTOSPI",
	"The window was accessed while the controller is not in memory-mapped mode: bus error.",
};
static const struct emu_rule rule_beyond = {
	"qspi-mapped-beyond", "manual", "RM0433 QUADSPI, error management; RM0468 OCTOSPI",
	"The window was accessed beyond the flash size that the controller was told: bus error.",
};
static const struct emu_rule rule_store = {
	"qspi-mapped-store", "manual", "RM0433 QUADSPI, memory-mapped mode: read only",
	"A store went to the window, which can only be read: bus error.",
};

static void fault(struct quadspi *q, uint64_t offset, bool write,
		  const struct emu_rule *rule)
{
	emu_rule_fired(q->dev->emu, rule, q->window_base + offset);
	emu_bus_fault(q->dev->emu, q->window_base + offset, write, rule->text);
}

void qspi_map_stop(struct quadspi *q)
{
	emu_cancel(q->dev->emu, &q->timeout);
	if (q->mapped_busy)
		qspi_close_frame(q);
	q->mapped_busy = false;
	q->storing = false;
}

static void timed_out(void *data)
{
	struct quadspi *q = data;

	qspi_map_stop(q);
	qspi_raise(q, QSPI_SR_TOF);
}

static void arm_timeout(struct quadspi *q)
{
	uint64_t clocks = qspi_reg(q, QSPI_LPTR) & 0xffff;

	if (qspi_reg(q, QSPI_CR) & QSPI_CR_TCEN)
		emu_schedule(q->dev->emu, &q->timeout,
			     emu_now(q->dev->emu) + qspi_clocks_ns(q, clocks) + 1);
}

/* Where bytes go in pairs, a frame begins with a pair. */
static void open_at(struct quadspi *q, uint64_t offset)
{
	bool second = qspi_current(q)->swapped && offset % 2;

	qspi_open_frame(q, (uint32_t)(offset - second));
	if (second && !q->storing)
		qspi_receive(q, (uint32_t)(offset - second));
}

/* The frame stands at @offset, and mapped_time says when its data begins. */
static void seek(struct quadspi *q, uint64_t offset, bool storing)
{
	uint64_t now = emu_now(q->dev->emu), prefetch = qspi_data_ns(q, QSPI_FIFO);

	if (q->mapped_busy && q->mapped_next == offset && q->storing == storing) {
		if (q->mapped_time + prefetch < now)
			q->mapped_time = now - prefetch;
		return;
	}
	if (q->mapped_busy)
		qspi_close_frame(q);
	else
		emu_changed(q->dev->emu);	/* BUSY */
	q->storing = storing;
	q->mapped_time = now + qspi_header_ns(q);
	open_at(q, offset);
	q->mapped_busy = true;
	q->mapped_next = offset;
}

/* The window can be accessed at @offset; else a bus fault is on its way. */
static bool accessible(struct quadspi *q, uint64_t offset, unsigned int width, bool write)
{
	bool mapped = qspi_enabled(q) && qspi_mode(q) == QSPI_MAPPED &&
		      q->state == QSPI_IDLE;

	if (write && !q->kind->can_store)
		fault(q, offset, write, &rule_store);
	else if (!mapped)
		fault(q, offset, write, &rule_not_mapped);
	else if (offset + width > qspi_flash_size(q))
		fault(q, offset, write, &rule_beyond);
	else
		return true;
	return false;
}

/* The bytes are over; the bus waits for those that are no prefetch. */
static void pass(struct quadspi *q, unsigned int width, bool debug)
{
	q->mapped_next += width;
	q->mapped_time += qspi_data_ns(q, width);
	if (debug)
		q->mapped_time = emu_now(q->dev->emu);
	else if (q->mapped_time > emu_now(q->dev->emu))
		emu_stall_until(q->dev->emu, q->mapped_time);
	arm_timeout(q);
}

static uint32_t window_read(void *priv, uint64_t offset, unsigned int width, bool debug)
{
	struct quadspi *q = priv;
	uint32_t value = 0;

	if (!accessible(q, offset, width, false))
		return 0;
	seek(q, offset, false);
	for (unsigned int i = 0; i < width; i++)
		value |= (uint32_t)qspi_receive(q, (uint32_t)(offset + i)) << 8 * i;
	pass(q, width, debug);
	return value;
}

static void window_write(void *priv, uint64_t offset, unsigned int width, uint32_t value,
			 bool debug)
{
	struct quadspi *q = priv;

	if (!accessible(q, offset, width, true))
		return;
	seek(q, offset, true);
	for (unsigned int i = 0; i < width; i++)
		qspi_send(q, (uint32_t)(offset + i), (uint8_t)(value >> 8 * i));
	pass(q, width, debug);
}

/*
 * Two flashes are meant to be used side by side: so the window shows them, unless
 * an enabled controller is set up to use one alone.
 */
static bool side_by_side(const struct quadspi *q)
{
	return qspi_enabled(q) ? qspi_dual(q) : q->chip[0] && q->chip[1];
}

static uint8_t *window_cells(void *priv, bool write, uint64_t offset, size_t *len)
{
	struct quadspi *q = priv;
	bool both = side_by_side(q);
	unsigned int second = both ? offset & 1 : qspi_reg(q, QSPI_CR) & QSPI_CR_FSEL ? 1 : 0;
	struct nor *nor = q->chip[second];

	if (both)
		offset /= 2;
	if (!nor || offset >= nor_size(nor))
		return NULL;
	if (both)
		*len = 1;
	else if (*len > nor_size(nor) - offset)
		*len = (size_t)(nor_size(nor) - offset);
	return nor_cells(nor) + offset;
}

int qspi_map_init(struct quadspi *q, struct stk_error *err)
{
	const struct emu_window window = {
		.name = q->dev->facts->name,
		.start = q->window_base,
		.size = q->window_size,
		.read = window_read,
		.write = window_write,
		.priv = q,
		.cells = window_cells,
	};

	q->timeout.fire = timed_out;
	q->timeout.data = q;
	return emu_add_window(q->dev->emu, &window, err);
}
