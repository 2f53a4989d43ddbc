/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * quadspi.h - inside the QUADSPI controller
 *
 * quadspi.c has the registers; quadspi-command.c the FIFO and the rules that
 * start and end a command; quadspi-wire.c puts frames on the wires and knows
 * how many clocks they take; quadspi-map.c is the window that shows the flash
 * as memory.
 */
#ifndef QUADSPI_H
#define QUADSPI_H

#include "emu.h"
#include "nor.h"

enum {
	QSPI_CR = 0x00, QSPI_DCR = 0x04, QSPI_SR = 0x08, QSPI_FCR = 0x0c,
	QSPI_DLR = 0x10, QSPI_CCR = 0x14, QSPI_AR = 0x18, QSPI_ABR = 0x1c,
	QSPI_DR = 0x20, QSPI_PSMKR = 0x24, QSPI_PSMAR = 0x28, QSPI_PIR = 0x2c,
	QSPI_LPTR = 0x30,
};

enum {
	QSPI_CR_EN = 1 << 0, QSPI_CR_ABORT = 1 << 1, QSPI_CR_TCEN = 1 << 3,
	QSPI_CR_DFM = 1 << 6, QSPI_CR_FSEL = 1 << 7,
	QSPI_CR_APMS = 1 << 22, QSPI_CR_PMM = 1 << 23,
};

enum {
	QSPI_SR_TEF = 1 << 0, QSPI_SR_TCF = 1 << 1, QSPI_SR_FTF = 1 << 2,
	QSPI_SR_SMF = 1 << 3, QSPI_SR_TOF = 1 << 4, QSPI_SR_BUSY = 1 << 5,
};

enum qspi_mode { QSPI_WRITE, QSPI_READ, QSPI_POLL, QSPI_MAPPED };	/* CCR.FMODE */

#define QSPI_FIFO	32u
#define QSPI_ENDLESS	0xffffffffu	/* DLR */

enum qspi_state {
	QSPI_IDLE,
	QSPI_HEADER,	/* instruction, address, alternate bytes, dummy clocks */
	QSPI_DATA,	/* bytes go through the FIFO */
	QSPI_POLLING,
};

struct quadspi {
	struct emu_dev *dev;
	struct nor *chip[2];
	uint64_t window_base, window_size;
	struct emu_event event;		/* the next thing on the wires */
	struct emu_event timeout;	/* of the mapped mode */
	enum qspi_state state;
	uint32_t flags;			/* TEF, TCF, SMF, TOF */
	bool instruction_sent;		/* since CCR was written: SIOO */
	uint8_t fifo[QSPI_FIFO];
	unsigned int head, level;
	uint32_t accepted;		/* bytes that software gave to this write */
	uint32_t moved;			/* bytes over the wires in this command */
	/* the window */
	bool mapped_busy;
	uint64_t mapped_next;		/* offset that continues the open frame */
	uint64_t mapped_time;		/* when the wires are done with it */
};

static inline uint32_t qspi_reg(const struct quadspi *q, unsigned int offset)
{
	return q->dev->regs[offset / 4];
}

static inline uint32_t qspi_ccr(const struct quadspi *q, unsigned int lsb,
				unsigned int width)
{
	return emu_bits(qspi_reg(q, QSPI_CCR), lsb, width);
}

static inline enum qspi_mode qspi_mode(const struct quadspi *q)
{
	return qspi_ccr(q, 26, 2);
}

static inline bool qspi_dual(const struct quadspi *q)
{
	return qspi_reg(q, QSPI_CR) & QSPI_CR_DFM;
}

/* Lines (0, 1, 2, 4) of the phase whose mode field is at @lsb of CCR. */
static inline unsigned int qspi_lines(const struct quadspi *q, unsigned int lsb)
{
	unsigned int mode = qspi_ccr(q, lsb, 2);

	return mode == 3 ? 4 : mode;
}

#define QSPI_IMODE	8
#define QSPI_ADMODE	10
#define QSPI_ABMODE	14
#define QSPI_DMODE	24

/* What DCR.FSIZE says the flash holds. */
static inline uint64_t qspi_flash_size(const struct quadspi *q)
{
	return 2ull << emu_bits(qspi_reg(q, QSPI_DCR), 16, 5);
}

static inline bool qspi_enabled(const struct quadspi *q)
{
	return qspi_reg(q, QSPI_CR) & QSPI_CR_EN;
}

static inline bool qspi_has_data(const struct quadspi *q)
{
	return qspi_lines(q, QSPI_DMODE) != 0;
}

static inline bool qspi_has_address(const struct quadspi *q)
{
	return qspi_lines(q, QSPI_ADMODE) != 0;
}

/* An indirect write that waits for, or sends, bytes from DR. */
static inline bool qspi_is_writing(const struct quadspi *q)
{
	return qspi_mode(q) == QSPI_WRITE && qspi_has_data(q);
}

static inline bool qspi_is_busy(const struct quadspi *q)
{
	return q->state != QSPI_IDLE || q->mapped_busy ||
	       (q->level > 0 && !qspi_is_writing(q));
}

/* ---- quadspi-wire.c --------------------------------------------------- */

/* How long the header and @n bytes of data take with the registers as they are. */
uint64_t qspi_header_ns(const struct quadspi *q);
uint64_t qspi_data_ns(const struct quadspi *q, uint32_t n);
uint64_t qspi_clocks_ns(const struct quadspi *q, uint64_t clocks);

/* Select the flash and send everything before the data, for @address. */
void qspi_open_frame(struct quadspi *q, uint32_t address);
void qspi_close_frame(struct quadspi *q);
/* The data byte that is number @index of the frame. */
void qspi_send(struct quadspi *q, uint32_t index, uint8_t byte);
uint8_t qspi_receive(struct quadspi *q, uint32_t index);
/* When a flash will next change by itself; 0: never. */
uint64_t qspi_next_change(const struct quadspi *q);

/* ---- quadspi-map.c ---------------------------------------------------- */

int qspi_map_init(struct quadspi *q, struct stk_error *err);
/* Leave mapped mode's frame: abort, disable, another mode. */
void qspi_map_stop(struct quadspi *q);

/* ---- quadspi-command.c ------------------------------------------------ */

void qspi_push(struct quadspi *q, uint8_t byte);
uint8_t qspi_pop(struct quadspi *q);
/* The next thing on the wires happens: data is a struct quadspi. */
void qspi_timer(void *data);
/* The FIFO changed: the wires may go on. */
void qspi_next_byte(struct quadspi *q);
/* Everything ends: chip select rises, the FIFO is flushed. */
void qspi_stop(struct quadspi *q);
/* The command in the registers goes out; false: it was refused. */
bool qspi_start(struct quadspi *q);
/* CCR (@address false) or AR was written: does that start the command? */
void qspi_trigger(struct quadspi *q, bool address);

/* ---- quadspi.c -------------------------------------------------------- */

void qspi_update_irq(struct quadspi *q);
/* Set SR flags and drive the interrupt line. */
void qspi_raise(struct quadspi *q, uint32_t flags);

#endif
