/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * quadspi.h - inside the QUADSPI and OCTOSPI controllers
 *
 * The two are one machine with two sets of registers: quadspi.c and octospi.c
 * say where those are and what a frame looks like (struct qspi_kind, struct
 * qspi_frame). quadspi-access.c has what CR, SR and DR do alike; quadspi-command.c
 * the FIFO and the rules that start and end a command; quadspi-wire.c puts frames
 * on the wires and knows how many clocks they take; quadspi-map.c is the window
 * that shows the flash as memory.
 */
#ifndef QUADSPI_H
#define QUADSPI_H

#include "emu.h"
#include "nor.h"

/* Registers that both have, by their offset in QUADSPI. */
enum {
	QSPI_CR = 0x00, QSPI_DCR = 0x04, QSPI_SR = 0x08, QSPI_FCR = 0x0c,
	QSPI_DLR = 0x10, QSPI_CCR = 0x14, QSPI_AR = 0x18, QSPI_ABR = 0x1c,
	QSPI_DR = 0x20, QSPI_PSMKR = 0x24, QSPI_PSMAR = 0x28, QSPI_PIR = 0x2c,
	QSPI_LPTR = 0x30, QSPI_LAST = QSPI_LPTR,
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

enum qspi_mode { QSPI_WRITE, QSPI_READ, QSPI_POLL, QSPI_MAPPED };	/* FMODE */

struct qspi_kind {
	uint16_t at[QSPI_LAST / 4 + 1];		/* offset of each register above */
	uint16_t mode_at, prescaler_at;		/* offsets, and places in the word: */
	uint8_t mode_lsb, prescaler_lsb;
	uint32_t cr_mask;	/* bits that CR has */
	uint32_t cr_fixed;	/* those that stay as they are while busy */
	bool can_store;		/* the window can be written */
};

/* What goes over the wires, before and with the data. */
struct qspi_phase {
	uint8_t lines;		/* 0: no such phase */
	uint8_t bytes;
	bool both_edges;
};

struct qspi_frame {
	struct qspi_phase instruction, address, alternate, data;
	uint32_t opcode, alternates;
	uint8_t dummy;		/* clocks */
	bool once;		/* the instruction goes out in the first frame only */
	bool swapped;		/* data bytes go in pairs, the second one first */
};

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
	const struct qspi_kind *kind;
	struct qspi_frame frame;	/* as the registers are: of commands and loads */
	struct qspi_frame store;	/* of stores to the window */
	bool storing;			/* the open frame is such a store's */
	uint8_t held;			/* the first byte of a swapped pair */
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

static inline uint32_t *qspi_word(const struct quadspi *q, unsigned int reg)
{
	return &q->dev->regs[q->kind->at[reg / 4] / 4];
}

static inline uint32_t qspi_reg(const struct quadspi *q, unsigned int reg)
{
	return *qspi_word(q, reg);
}

/* Where the core sees it. */
static inline uint64_t qspi_address(const struct quadspi *q, unsigned int reg)
{
	return q->dev->facts->base + q->kind->at[reg / 4];
}

static inline enum qspi_mode qspi_mode(const struct quadspi *q)
{
	return emu_bits(q->dev->regs[q->kind->mode_at / 4], q->kind->mode_lsb, 2);
}

static inline bool qspi_dual(const struct quadspi *q)
{
	return qspi_reg(q, QSPI_CR) & QSPI_CR_DFM;
}

/* The frame that is, or would be, on the wires. */
static inline const struct qspi_frame *qspi_current(const struct quadspi *q)
{
	return q->storing ? &q->store : &q->frame;
}

/* What DCR.FSIZE, DCR1.DEVSIZE says the flash holds. */
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
	return q->frame.data.lines != 0;
}

static inline bool qspi_has_address(const struct quadspi *q)
{
	return q->frame.address.lines != 0;
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
/* CCR, OCTOSPI: IR (@address false), or AR was written: does that start the command? */
void qspi_trigger(struct quadspi *q, bool address);

/* ---- quadspi-access.c ------------------------------------------------- */

int qspi_init(struct emu_dev *dev, const struct qspi_kind *kind, struct stk_error *err);
void qspi_fini(struct emu_dev *dev);
void qspi_reset(struct quadspi *q, bool power);

uint32_t qspi_status(const struct quadspi *q);
void qspi_update_irq(struct quadspi *q);
/* Set SR flags and drive the interrupt line. */
void qspi_raise(struct quadspi *q, uint32_t flags);
void qspi_clear(struct quadspi *q, uint32_t flags);

/* The register at @offset, which is to get @value, stays as it is now. */
bool qspi_locked(struct quadspi *q, uint32_t offset, uint32_t value);
void qspi_write_cr(struct quadspi *q, uint32_t value);
void qspi_write_data(struct quadspi *q, uint32_t value, unsigned int width);
uint32_t qspi_read_data(struct quadspi *q, unsigned int width, bool debug);
/* AR takes @value. */
void qspi_write_address(struct quadspi *q, uint32_t value);
/* The frame's registers were written. */
void qspi_new_frame(struct quadspi *q);

#endif
