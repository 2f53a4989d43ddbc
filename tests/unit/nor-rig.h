/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-rig.h - a SPI-NOR part on its wires, without a controller
 *
 * One part at a time. Frames are made of bytes on lines, as a controller would
 * send them; what an instruction looks like may also be said in the words of
 * "D8/1-1-0/a24" (see rig_send).
 */
#ifndef NOR_RIG_H
#define NOR_RIG_H

#include <stddef.h>

#include "fake-emu.h"
#include "nor.h"

#define RIG_BASE	0x90000000u
#define MS		1000000ull
#define US		1000ull

extern struct emu emu;
extern struct nor *nor;
extern uint8_t *array;

/* @options: of the target address, NULL-ended; NULL: none. */
void rig_open(const char *name, const char *const *options);
void rig_close(void);
/* Another part than the open one, with one option or NULL. */
void rig_change(const char *name, const char *option);

/* ---- frames on one line ----------------------------------------------- */

void put(unsigned int lines, const void *bytes, size_t n);
void put_address(unsigned int lines, uint32_t addr);	/* 3 bytes */
void command(uint8_t opcode);
void command_at(uint8_t opcode, uint32_t addr);
void write_bytes(uint8_t opcode, const void *bytes, size_t n);
void program(uint32_t addr, const void *bytes, size_t n);
uint8_t status(uint8_t opcode);
/* A read with each phase's lines given; -1 for no mode byte. */
uint32_t read_word(uint8_t opcode, uint32_t addr, unsigned int address_lines, int mode,
		   unsigned int dummy, unsigned int data_lines);

extern const uint8_t pattern[4];	/* 12 34 56 78 */
void fill(uint32_t addr);
/* Write enable, program a 0; did the byte become 0? */
bool can_program(uint32_t addr);

/* ---- frames in words -------------------------------------------------- */

/*
 * "OPCODE I-A-D [aBITS] [dummy N] [altXX] [DDR]": hexadecimal opcode, of two bytes on
 * eight lines; lines of instruction, address and data, with a D behind them all on
 * both edges; an alternate byte on the address's lines; both edges after the
 * instruction. A slash is as good as a space.
 */
void rig_send(const char *how, uint32_t addr, const void *bytes, size_t n);
void rig_receive(const char *how, uint32_t addr, void *bytes, size_t n);
/* Opcodes alone, each in a frame: "66 99". */
void rig_commands(const char *opcodes, unsigned int lines);

#endif
