/* SPDX-License-Identifier: MIT */
/*
 * Coprocessor space: floating point (Armv7-M ARM, A6; Armv8-M, C2.4), and the
 * vectors of Armv8.1-M, which are told from nothing else that a Cortex-M has.
 */
#include "decode.h"

static struct insn floating(uint32_t code, enum insn_op op)
{
	struct insn i = insn_blank(code, 4, op);

	i.level = LEVEL_FPU;
	i.no_core = true;
	return i;
}

static struct insn with_writes(uint32_t code, uint16_t writes)
{
	struct insn i = floating(code, INSN_OTHER);

	i.writes = writes & (uint16_t)~reg_bit(REG_PC);
	return i;
}

/* VLDR, VSTR. */
static struct insn one(uint32_t addr, uint32_t code)
{
	bool load = bits(code, 20, 1), up = bits(code, 23, 1);
	unsigned int cp = bits(code, 8, 4);
	uint32_t offset = bits(code, 0, 8) * (cp == 9 ? 2 : 4);
	struct insn i = floating(code, load ? INSN_LOAD : INSN_STORE);

	i.width = cp == 9 ? 2 : cp == 10 ? 4 : 8;
	i.rn = (uint8_t)bits(code, 16, 4);
	i.imm = offset;
	i.down = !up;
	if (i.rn != REG_PC)
		return i;
	i.imm = word_aligned_pc(addr) + (up ? offset : 0 - offset);
	i.down = false;
	i.rn = REG_NONE;
	i.absolute = true;
	i.place = 0x008000ff;
	return i;
}

/* VLDM, VSTM, VPUSH, VPOP: imm is the number of words. */
static struct insn many(uint32_t code)
{
	struct insn i = floating(code,
				 bits(code, 20, 1) ? INSN_LOAD_MANY : INSN_STORE_MANY);

	i.rn = (uint8_t)bits(code, 16, 4);
	i.width = 4;
	i.imm = bits(code, 0, 8);
	i.down = !bits(code, 23, 1);
	i.writeback = bits(code, 21, 1);
	i.writes = i.writeback ? reg_bit(i.rn) : 0;
	if (i.rn == REG_PC)		/* VSCCLRM */
		return with_writes(code, 0);
	if (!i.imm || (i.down && !i.writeback))
		i.op = INSN_UNDEFINED;
	return i;
}

static struct insn transfer(uint32_t addr, uint32_t code)
{
	if (bits(code, 21, 4) == 2)	/* VMOV of two core registers */
		return with_writes(code, bits(code, 20, 1)
						 ? reg_bit(bits(code, 12, 4)) |
							   reg_bit(bits(code, 16, 4))
						 : 0);
	if (bits(code, 24, 1) && !bits(code, 21, 1))
		return one(addr, code);
	if (!bits(code, 24, 1) && !bits(code, 23, 1))	/* VLLDM, VLSTM */
		return bits(code, 21, 1) ? with_writes(code, 0) :
					   wide_undefined(code);
	return many(code);
}

/* Double precision: by its size bit, and VCVT.F64.F32. */
static struct insn compute(uint32_t code)
{
	struct insn i = floating(code, INSN_OTHER);

	if (bits(code, 8, 4) == 11 || (code & 0xffbf0fd0) == 0xeeb70ac0)
		i.level = LEVEL_FPU_DOUBLE;
	return i;
}

/* VMOV between a core register and one of these, VMRS, VMSR, VDUP. */
static struct insn move(uint32_t code)
{
	return with_writes(code, bits(code, 20, 1) ? reg_bit(bits(code, 12, 4)) : 0);
}

/*
 * Vectors: which core registers some of them write is not told apart, so all
 * that could be named are taken for written.
 */
static struct insn vector(uint32_t code)
{
	unsigned int a = bits(code, 16, 4), b = bits(code, 12, 4);
	uint16_t writes = reg_bit(a) | reg_bit(b) | reg_bit(a & 14) | reg_bit(b & 14) |
			  reg_bit(a & 7) | reg_bit(bits(code, 0, 4));

	if (code == UINT32_MAX)		/* erased flash */
		return wide_undefined(code);
	return with_writes(code, writes & (uint16_t)~reg_bit(REG_SP));
}

/* MCR, MRC, MCRR, MRRC: other profiles' way to their system registers. */
static bool is_system_control(uint32_t code)
{
	return (bits(code, 24, 2) == 2 && bits(code, 4, 1)) ||
	       (code & 0xefe00000) == 0xec400000;
}

struct insn insn_decode_coprocessor(uint32_t addr, uint32_t code)
{
	unsigned int cp = bits(code, 8, 4), group = bits(code, 24, 2);
	bool second = bits(code, 28, 1);

	if (cp >= 14 && is_system_control(code))
		return wide_undefined(code);
	if (group == 3 || cp >= 14 || (second && cp == 8))
		return vector(code);
	if (cp < 9 || cp > 11)		/* no STM32 has a coprocessor */
		return wide_undefined(code);
	if (second)			/* VSEL, VMAXNM, VRINT, vectors */
		return group == 2 && !bits(code, 4, 1) ? compute(code) : vector(code);
	if (group < 2)
		return transfer(addr, code);
	return bits(code, 4, 1) ? move(code) : compute(code);
}
