/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor.h - a SPI-NOR part, as the controller on the other end of the wires
 * sees it
 *
 * The part is a state machine driven clock by clock: it counts clocks, samples
 * the lines that its instruction uses and drives those it answers on. A wrong
 * number of lines or of dummy clocks needs no rule: it shifts the bits, as it
 * does on a board. Lines that nobody drives read 0 (basis: assumed).
 *
 * Both sides choose for themselves whether a phase uses one edge of the clock or
 * both (NOR_DTR): a controller on both edges before a part on one loses every
 * second group of bits, and reads each of the part's groups twice.
 *
 * A part lives outside the MCU: a system reset does not reach it, only
 * nor_power() does.
 */
#ifndef NOR_H
#define NOR_H

#include "emu.h"

struct nor;

/* Where a part is soldered, and how its contents show in the memory map. */
struct nor_place {
	const char *store;	/* name of its backing store */
	uint64_t base;		/* address of its first byte */
	/*
	 * Level of IO2 and IO3 (bits 2 and 3) while the controller uses fewer
	 * than four lines.
	 */
	unsigned int idle_levels;
};

/*
 * The part called @name, contents from the emulator's store. Options of the
 * target address: nor.qe=0|1 (the Quad Enable bit as the board's maker left it;
 * Winbond, 0: a part ordered with a changeable one) and nor.state=STATE[+STATE...]
 * (as an application left it). Close with nor_close().
 */
int nor_open(struct emu *emu, const char *name, const struct nor_place *place,
	     struct nor **ret, struct stk_error *err);
void nor_close(struct nor *nor);

/* Power comes up: contents stay, the rest is as after power-on. */
void nor_power(struct nor *nor);

/* Chip select falls, rises. */
void nor_select(struct nor *nor);
void nor_deselect(struct nor *nor);

/*
 * One clock. The host drives the lines in @drive with @level (bit n: IOn) over
 * both edges; returns the levels that it samples on the first.
 */
unsigned int nor_clock(struct nor *nor, unsigned int drive, unsigned int level);

/* Added to a number of lines: the host moves bits on both edges of the clock. */
#define NOR_DTR	0x10u

/* A byte to or from the part on 1, 2, 4 or 8 lines, most significant bit first. */
void nor_put(struct nor *nor, unsigned int lines, uint8_t byte);
uint8_t nor_get(struct nor *nor, unsigned int lines);
/* Clocks during which the host drives nothing. */
void nor_idle(struct nor *nor, unsigned int clocks);

/*
 * Ways in which a part can be broken. @first and @len, bytes of the array, for
 * those that have a place. The part stays broken until NOR_FAIL_NONE.
 */
enum nor_failure {
	NOR_FAIL_NONE,
	NOR_FAIL_ABSENT,	/* no part is soldered in: nobody drives the lines */
	NOR_FAIL_ID,		/* answers as another part would: its ID is wrong */
	NOR_FAIL_STUCK_RANGE,	/* erase and program change nothing there */
	NOR_FAIL_STUCK_BIT,	/* bit 0 of the byte at @first stays 0 */
	NOR_FAIL_BUSY,		/* an erase or program in the range never ends */
};

/* -EINVAL: the range is not in the array. */
int nor_fail(struct nor *nor, enum nor_failure kind, uint32_t first, uint32_t len);

/* As an application left it, one of nor.state=; -EINVAL: the part has no such state. */
int nor_leave(struct nor *nor, const char *state);
/* Offer all that as failures of the chip (nor-fail.c); nor_open() does. */
int nor_offer_failures(struct nor *nor, struct stk_error *err);

/* When the part will next change by itself (virtual ns); 0: never. */
uint64_t nor_next_change(const struct nor *nor);
uint32_t nor_size(const struct nor *nor);
/* Its nor_size() cells, as they are, for a window's cells() (emu.h). */
uint8_t *nor_cells(struct nor *nor);

#endif
