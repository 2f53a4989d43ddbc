/* SPDX-License-Identifier: GPL-2.0-only */
/* emu-rig.h - a virtual chip on the bench: facts, Thumb opcodes, short cuts */
#ifndef EMU_RIG_H
#define EMU_RIG_H

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../plugins/target/emu/priv.h"

#define RAM		0x20000000u
#define RAM_SIZE	(22u * 1024)
#define TRAP		(RAM + 0x100)
#define CODE		(RAM + 0x200)
#define STACK		(RAM + 0x4000)
#define FLASH		0x08000000u
#define FLASH_SIZE	(128u * 1024)
#define REGS		0x40022000u
#define GATED		0x40010000u
#define PLAIN		0x40020000u	/* a peripheral without a model */
#define RCC		0x40021000u
#define GPIO		0x48000000u
#define USART		0x40013800u

/* A G431 in short; @core NULL: the Cortex-M4 it has. */
struct emu *rig_open(const char *core, const char *const *options);
/* The error of an open that must fail. */
void rig_refuse(const char *const *options, struct stk_error *err);
void rig_close(struct emu *emu);

/* Debugger accesses that must work. */
uint32_t rig_get(struct emu *emu, uint32_t addr);
void rig_put(struct emu *emu, uint32_t addr, uint32_t value);
/* Put @words at @addr and start there with @r0 to @r3, LR at TRAP; then stop. */
void rig_load(struct emu *emu, uint32_t addr, const uint16_t *words, size_t count);
void rig_start(struct emu *emu, uint32_t addr, uint32_t r0, uint32_t r1, uint32_t r2);
int rig_wait(struct emu *emu, uint64_t ns, struct stk_stop *stop);
void rig_run(struct emu *emu, const uint16_t *words, size_t count, uint32_t r0,
	     uint32_t r1, struct stk_stop *stop);
uint32_t rig_reg(struct emu *emu, unsigned int reg);
/* Time passes without the core. */
void rig_pass(struct emu *emu, uint64_t ns);

#define RUN(emu, code, r0, r1, stop) \
	rig_run(emu, code, sizeof(code) / sizeof((code)[0]), r0, r1, stop)

/* Thumb opcodes the tests are made of. */
#define MOVS(d, imm)		(uint16_t)(0x2000 | (d) << 8 | (imm))
#define ADDS(d, imm)		(uint16_t)(0x3000 | (d) << 8 | (imm))
#define SUBS(d, imm)		(uint16_t)(0x3800 | (d) << 8 | (imm))
#define CMP(d, imm)		(uint16_t)(0x2800 | (d) << 8 | (imm))
#define MOV(d, m)		(uint16_t)(0x4600 | ((d) & 8) << 4 | (m) << 3 | ((d) & 7))
#define LSLS(d, m, imm)		(uint16_t)(0x0000 | (imm) << 6 | (m) << 3 | (d))
#define LDR(t, n, off)		(uint16_t)(0x6800 | (off) / 4 << 6 | (n) << 3 | (t))
#define STR(t, n, off)		(uint16_t)(0x6000 | (off) / 4 << 6 | (n) << 3 | (t))
#define STRH(t, n)		(uint16_t)(0x8000 | (n) << 3 | (t))
#define PUSH(list)		(uint16_t)(0xb400 | (list))
#define POP(list)		(uint16_t)(0xbc00 | (list))
#define BX(m)			(uint16_t)(0x4700 | (m) << 3)
/* Offsets in instructions from the next but one, as the opcode has them. */
#define B(off)			(uint16_t)(0xe000 | ((off) & 0x7ff))
#define BEQ(off)		(uint16_t)(0xd000 | ((off) & 0xff))
#define BNE(off)		(uint16_t)(0xd100 | ((off) & 0xff))
#define BMI(off)		(uint16_t)(0xd400 | ((off) & 0xff))
#define ITTT_EQ			(uint16_t)0xbf02
#define NOP			(uint16_t)0xbf00
#define WFI			(uint16_t)0xbf30
#define WFE			(uint16_t)0xbf20
#define CPSID			(uint16_t)0xb672
#define CPSIE			(uint16_t)0xb662
#define UDF			(uint16_t)0xde00
#define BKPT			(uint16_t)0xbe00
#define SVC			(uint16_t)0xdf00
#define RET			BX(14)

#endif
