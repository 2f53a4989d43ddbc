/* SPDX-License-Identifier: MIT */
/*
 * decode.h - what a Thumb instruction does, as far as an analysis minds
 *
 * Read from the encodings themselves (Armv7-M and Armv8-M Architecture
 * Reference Manuals, chapters A5/C2), so that the facts found do not depend on
 * the disassembler's version: that one only writes the text (text.h). What is
 * not told apart still says which registers it may write.
 */
#ifndef DECODE_H
#define DECODE_H

#include <stdbool.h>
#include <stdint.h>

enum {
	REG_SP = 13, REG_LR = 14, REG_PC = 15,
	REG_NONE = 16,
};

enum insn_op {
	INSN_UNDEFINED,		/* no Cortex-M executes it */
	INSN_OTHER,		/* registers in @writes become unknown */
	INSN_ALU,		/* rd = rn <alu> operand */
	INSN_LOAD,		/* rd (and rd2) from rn + offset */
	INSN_STORE,
	INSN_LOAD_MANY,		/* the registers in @list from rn on */
	INSN_STORE_MANY,
	INSN_BRANCH,		/* to imm; maybe conditional */
	INSN_CALL,		/* BL: to imm */
	INSN_CALL_REGISTER,	/* BLX rm */
	INSN_JUMP_REGISTER,	/* BX rm, MOV pc, rm */
	INSN_TABLE_BRANCH,	/* TBB, TBH [rn, rm] */
	INSN_IF_THEN,
	INSN_SET_PRIMASK,	/* MSR PRIMASK, rn */
};

/* The operand is @rm shifted, or where that is REG_NONE, @imm. */
enum insn_alu {
	ALU_MOV,		/* rd = operand */
	ALU_MOVT,		/* rd = rd & 0xffff | imm << 16 */
	ALU_MVN, ALU_ADD, ALU_SUB, ALU_RSB, ALU_AND, ALU_BIC, ALU_ORR, ALU_ORN, ALU_EOR,
	ALU_LSL, ALU_LSR, ALU_ASR, ALU_MUL,
	ALU_UXTB, ALU_UXTH, ALU_SXTB, ALU_SXTH,
};

enum insn_shift { SHIFT_LSL, SHIFT_LSR, SHIFT_ASR, SHIFT_ROR };

/* The first core that has it. */
enum insn_level { LEVEL_V6M, LEVEL_V7M, LEVEL_V7EM, LEVEL_FPU, LEVEL_FPU_DOUBLE };

enum insn_effect {
	EFFECT_NONE, EFFECT_WAIT, EFFECT_ENABLE_IRQ, EFFECT_DISABLE_IRQ, EFFECT_SVC,
	EFFECT_BREAKPOINT, EFFECT_SYSTEM,
};

struct insn {
	uint32_t code;		/* the halfword, or first << 16 | second */
	uint32_t place;		/* bits of @code that hold a distance */
	uint32_t imm;		/* operand, offset or absolute address */
	uint16_t writes;	/* core registers that change: bit n is Rn */
	uint16_t list;
	uint8_t size;		/* 2 or 4 */
	uint8_t op, alu, level, effect;
	uint8_t rd, rd2, rn, rm;
	uint8_t shift, shift_by;
	uint8_t width;		/* bytes that each register loads or stores */
	uint8_t conditional;	/* IF_THEN: how many instructions */
	bool sign;		/* sign-extended load */
	bool down, post, writeback;
	bool absolute;		/* @imm came from the place of the instruction */
	bool no_core;		/* loads or stores no core register */
};

/* 2 or 4 bytes, told by the first halfword. */
unsigned int insn_size(uint16_t first);

/* The instruction at @addr; @second counts only where it has four bytes. */
struct insn insn_decode(uint32_t addr, uint16_t first, uint16_t second);

/* The halves of insn_decode(). */
struct insn insn_decode_narrow(uint32_t addr, uint16_t code);
struct insn insn_decode_wide(uint32_t addr, uint32_t code);
/* decode-control.c: branches and what is not about data. */
struct insn insn_decode_control(uint32_t addr, uint32_t code);
/* Coprocessor space: floating point and what else is there. */
struct insn insn_decode_coprocessor(uint32_t addr, uint32_t code);
/* decode-memory.c: 32-bit loads and stores. */
struct insn insn_decode_memory(uint32_t addr, uint32_t code);

/* ---- for those halves ------------------------------------------------- */

static inline uint32_t bits(uint32_t code, unsigned int low, unsigned int count)
{
	return code >> low & ((1u << count) - 1);
}

static inline int32_t sign_extend(uint32_t value, unsigned int width)
{
	return (int32_t)(value << (32 - width)) >> (32 - width);
}

static inline uint32_t word_aligned_pc(uint32_t addr)
{
	return (addr + 4) & ~3u;
}

static inline uint16_t reg_bit(unsigned int r)
{
	return r < 16 ? (uint16_t)(1u << r) : 0;
}

/* An instruction that is nothing yet: all registers none. */
struct insn insn_blank(uint32_t code, unsigned int size, enum insn_op op);

static inline struct insn wide_undefined(uint32_t code)
{
	return insn_blank(code, 4, INSN_UNDEFINED);
}

static inline struct insn wide_other(uint32_t code, uint16_t writes)
{
	struct insn i = insn_blank(code, 4, INSN_OTHER);

	i.writes = writes;
	return i;
}

#endif
