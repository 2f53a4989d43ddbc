/* SPDX-License-Identifier: MIT */
/* Thumb instructions of 16 bits: Armv7-M ARM, A5.2. */
#include "decode.h"

unsigned int insn_size(uint16_t first)
{
	return first >> 11 >= 0x1d ? 4 : 2;
}

struct insn insn_blank(uint32_t code, unsigned int size, enum insn_op op)
{
	return (struct insn){
		.code = code, .size = (uint8_t)size, .op = (uint8_t)op,
		.rd = REG_NONE, .rd2 = REG_NONE, .rn = REG_NONE, .rm = REG_NONE,
		.level = size == 4 ? LEVEL_V7M : LEVEL_V6M,
	};
}

struct insn insn_decode(uint32_t addr, uint16_t first, uint16_t second)
{
	return insn_size(first) == 2 ?
		insn_decode_narrow(addr, first) :
		insn_decode_wide(addr, (uint32_t)first << 16 | second);
}

static struct insn alu(uint32_t code, enum insn_alu op, unsigned int rd, unsigned int rn,
		       unsigned int rm, uint32_t imm)
{
	struct insn i = insn_blank(code, 2, INSN_ALU);

	i.alu = (uint8_t)op;
	i.rd = (uint8_t)rd;
	i.rn = (uint8_t)rn;
	i.rm = (uint8_t)rm;
	i.imm = imm;
	i.writes = reg_bit(rd);
	return i;
}

static struct insn other(uint32_t code, uint16_t writes)
{
	struct insn i = insn_blank(code, 2, INSN_OTHER);

	i.writes = writes;
	return i;
}

static struct insn effect(uint32_t code, enum insn_effect e)
{
	struct insn i = insn_blank(code, 2, INSN_OTHER);

	i.effect = (uint8_t)e;
	return i;
}

/* LSL, LSR, ASR by a number; LSL by 0 is MOV. */
static struct insn shift_immediate(uint32_t code)
{
	struct insn i = alu(code, ALU_MOV, bits(code, 0, 3), REG_NONE, bits(code, 3, 3),
			    0);

	i.shift = (uint8_t)bits(code, 11, 2);
	i.shift_by = (uint8_t)bits(code, 6, 5);
	if (!i.shift_by && i.shift != SHIFT_LSL)
		i.shift_by = 32;
	return i;
}

static struct insn add_subtract(uint32_t code)
{
	enum insn_alu op = bits(code, 9, 1) ? ALU_SUB : ALU_ADD;
	bool immediate = bits(code, 10, 1);

	return alu(code, op, bits(code, 0, 3), bits(code, 3, 3),
		   immediate ? REG_NONE : bits(code, 6, 3), bits(code, 6, 3));
}

/* MOV, CMP, ADD, SUB with eight bits. */
static struct insn immediate8(uint32_t code)
{
	unsigned int rd = bits(code, 8, 3);
	uint32_t imm = bits(code, 0, 8);

	switch (bits(code, 11, 2)) {
	case 0:
		return alu(code, ALU_MOV, rd, REG_NONE, REG_NONE, imm);
	case 1:
		return other(code, 0);
	case 2:
		return alu(code, ALU_ADD, rd, rd, REG_NONE, imm);
	default:
		return alu(code, ALU_SUB, rd, rd, REG_NONE, imm);
	}
}

static struct insn data_processing(uint32_t code)
{
	unsigned int rd = bits(code, 0, 3), rm = bits(code, 3, 3);

	switch (bits(code, 6, 4)) {
	case 0x0:
		return alu(code, ALU_AND, rd, rd, rm, 0);
	case 0x1:
		return alu(code, ALU_EOR, rd, rd, rm, 0);
	case 0x2:
		return alu(code, ALU_LSL, rd, rd, rm, 0);
	case 0x3:
		return alu(code, ALU_LSR, rd, rd, rm, 0);
	case 0x4:
		return alu(code, ALU_ASR, rd, rd, rm, 0);
	case 0x8: case 0xa: case 0xb:	/* TST, CMP, CMN */
		return other(code, 0);
	case 0x9:			/* RSB rd, rm, #0 */
		return alu(code, ALU_RSB, rd, rm, REG_NONE, 0);
	case 0xc:
		return alu(code, ALU_ORR, rd, rd, rm, 0);
	case 0xd:
		return alu(code, ALU_MUL, rd, rd, rm, 0);
	case 0xe:
		return alu(code, ALU_BIC, rd, rd, rm, 0);
	case 0xf:
		return alu(code, ALU_MVN, rd, REG_NONE, rm, 0);
	default:			/* ADC, SBC, ROR */
		return other(code, reg_bit(rd));
	}
}

static struct insn jump(uint32_t code, unsigned int rm, bool link)
{
	struct insn i = insn_blank(code, 2,
				   link ? INSN_CALL_REGISTER : INSN_JUMP_REGISTER);

	i.rm = (uint8_t)rm;
	i.writes = link ? reg_bit(REG_LR) : 0;
	return i;
}

/* ADD, CMP, MOV of any register, BX, BLX (and BXNS, BLXNS). */
static struct insn high_registers(uint32_t code)
{
	unsigned int rd = bits(code, 0, 3) | bits(code, 7, 1) << 3, rm = bits(code, 3, 4);
	struct insn i;

	switch (bits(code, 8, 2)) {
	case 0:
		if (rd == REG_PC)	/* a computed jump */
			return jump(code, REG_NONE, false);
		i = alu(code, ALU_ADD, rd, rd, rm, 0);
		i.place = 0;
		return i;
	case 1:
		return other(code, 0);
	case 2:
		if (rd == REG_PC)
			return jump(code, rm, false);
		return alu(code, ALU_MOV, rd, REG_NONE, rm, 0);
	default:
		if (bits(code, 0, 2) || (bits(code, 7, 1) && rm == REG_PC))
			return insn_blank(code, 2, INSN_UNDEFINED);
		return jump(code, rm, bits(code, 7, 1));
	}
}

static struct insn memory(uint32_t code, bool load, unsigned int width)
{
	struct insn i = insn_blank(code, 2, load ? INSN_LOAD : INSN_STORE);

	i.width = (uint8_t)width;
	i.rd = (uint8_t)bits(code, 0, 3);
	i.rn = (uint8_t)bits(code, 3, 3);
	i.writes = load ? reg_bit(i.rd) : 0;
	return i;
}

static struct insn memory_register(uint32_t code)
{
	static const struct { uint8_t width; bool load, sign;
	} form[8] = {
		{ 4, false, false }, { 2, false, false }, { 1, false, false },
		{ 1, true, true },   { 4, true, false },  { 2, true, false },
		{ 1, true, false },  { 2, true, true },
	};
	unsigned int f = bits(code, 9, 3);
	struct insn i = memory(code, form[f].load, form[f].width);

	i.rm = (uint8_t)bits(code, 6, 3);
	i.sign = form[f].sign;
	return i;
}

static struct insn memory_immediate(uint32_t code, unsigned int width)
{
	struct insn i = memory(code, bits(code, 11, 1), width);

	i.imm = bits(code, 6, 5) * width;
	return i;
}

static struct insn memory_sp(uint32_t code)
{
	struct insn i = memory(code, bits(code, 11, 1), 4);

	i.rd = (uint8_t)bits(code, 8, 3);
	i.rn = REG_SP;
	i.imm = bits(code, 0, 8) * 4;
	i.writes = bits(code, 11, 1) ? reg_bit(i.rd) : 0;
	return i;
}

static struct insn load_literal(uint32_t addr, uint32_t code)
{
	struct insn i = memory(code, true, 4);

	i.rd = (uint8_t)bits(code, 8, 3);
	i.rn = REG_NONE;
	i.imm = word_aligned_pc(addr) + bits(code, 0, 8) * 4;
	i.absolute = true;
	i.place = 0xff;
	i.writes = reg_bit(i.rd);
	return i;
}

/* ADR, ADD rd, sp. */
static struct insn address(uint32_t addr, uint32_t code)
{
	unsigned int rd = bits(code, 8, 3);
	uint32_t imm = bits(code, 0, 8) * 4;
	struct insn i;

	if (bits(code, 11, 1))
		return alu(code, ALU_ADD, rd, REG_SP, REG_NONE, imm);
	i = alu(code, ALU_MOV, rd, REG_NONE, REG_NONE, word_aligned_pc(addr) + imm);
	i.absolute = true;
	i.place = 0xff;
	return i;
}

static struct insn branch(uint32_t code, uint32_t target, uint32_t place,
			  bool conditional)
{
	struct insn i = insn_blank(code, 2, INSN_BRANCH);

	i.imm = target;
	i.absolute = true;
	i.place = place;
	i.conditional = conditional;
	return i;
}

static struct insn compare_branch(uint32_t addr, uint32_t code)
{
	uint32_t offset = bits(code, 3, 5) << 1 | bits(code, 9, 1) << 6;
	struct insn i = branch(code, addr + 4 + offset, 0x2f8, true);

	i.level = LEVEL_V7M;
	i.rn = (uint8_t)bits(code, 0, 3);
	return i;
}

static struct insn many(uint32_t code, bool load, unsigned int rn, uint16_t list)
{
	struct insn i = insn_blank(code, 2, load ? INSN_LOAD_MANY : INSN_STORE_MANY);

	i.rn = (uint8_t)rn;
	i.list = list;
	i.width = 4;
	i.writeback = !load || !(list & reg_bit(rn));
	i.writes = (load ? list : 0) | (i.writeback ? reg_bit(rn) : 0);
	if (!list)
		i.op = INSN_UNDEFINED;
	return i;
}

static struct insn push(uint32_t code)
{
	uint16_t lr = bits(code, 8, 1) ? reg_bit(REG_LR) : 0;
	struct insn i = many(code, false, REG_SP, (uint16_t)bits(code, 0, 8) | lr);

	i.down = true;
	return i;
}

static struct insn pop(uint32_t code)
{
	uint16_t pc = bits(code, 8, 1) ? reg_bit(REG_PC) : 0;

	return many(code, true, REG_SP, (uint16_t)bits(code, 0, 8) | pc);
}

/* CPS: PRIMASK is I, FAULTMASK F. */
static struct insn change_state(uint32_t code)
{
	if ((code & 0x0c) || !(code & 3))
		return insn_blank(code, 2, INSN_UNDEFINED);
	if (!(code & 2))
		return effect(code, EFFECT_SYSTEM);
	return effect(code, code & 0x10 ? EFFECT_DISABLE_IRQ : EFFECT_ENABLE_IRQ);
}

/* IT and the hints. */
static struct insn if_then(uint32_t code)
{
	struct insn i = insn_blank(code, 2, INSN_IF_THEN);
	uint32_t mask = bits(code, 0, 4);

	if (!mask)
		return effect(code, bits(code, 4, 4) == 2 || bits(code, 4, 4) == 3 ?
			      EFFECT_WAIT : EFFECT_NONE);
	i.level = LEVEL_V7M;
	i.conditional = (uint8_t)(4 - __builtin_ctz(mask));
	return i;
}

static struct insn extend(uint32_t code)
{
	static const enum insn_alu op[4] = { ALU_SXTH, ALU_SXTB, ALU_UXTH, ALU_UXTB };

	return alu(code, op[bits(code, 6, 2)], bits(code, 0, 3), REG_NONE,
		   bits(code, 3, 3), 0);
}

static struct insn miscellaneous(uint32_t addr, uint32_t code)
{
	uint32_t imm = bits(code, 0, 7) * 4;

	if ((code & 0x0500) == 0x0100)
		return compare_branch(addr, code);
	switch (bits(code, 8, 4)) {
	case 0x0:
		return alu(code, bits(code, 7, 1) ? ALU_SUB : ALU_ADD, REG_SP, REG_SP,
			   REG_NONE, imm);
	case 0x2:
		return extend(code);
	case 0x4: case 0x5:
		return push(code);
	case 0x6:
		if ((code & 0xe0) == 0x60)
			return change_state(code);
		break;
	case 0xa:
		if (bits(code, 6, 2) != 2)	/* REV, REV16, REVSH */
			return other(code, reg_bit(bits(code, 0, 3)));
		break;
	case 0xc: case 0xd:
		return pop(code);
	case 0xe:
		return effect(code, EFFECT_BREAKPOINT);
	case 0xf:
		return if_then(code);
	}
	return insn_blank(code, 2, INSN_UNDEFINED);
}

static struct insn conditional_branch(uint32_t addr, uint32_t code)
{
	switch (bits(code, 8, 4)) {
	case 14:			/* UDF */
		return insn_blank(code, 2, INSN_UNDEFINED);
	case 15:
		return effect(code, EFFECT_SVC);
	default:
		return branch(code,
			      addr + 4 + (uint32_t)sign_extend(bits(code, 0, 8), 8) * 2,
			      0xff, true);
	}
}

struct insn insn_decode_narrow(uint32_t addr, uint16_t code)
{
	switch (code >> 11) {
	case 0x00: case 0x01: case 0x02:
		return shift_immediate(code);
	case 0x03:
		return add_subtract(code);
	case 0x04: case 0x05: case 0x06: case 0x07:
		return immediate8(code);
	case 0x08:
		return bits(code, 10, 1) ? high_registers(code) : data_processing(code);
	case 0x09:
		return load_literal(addr, code);
	case 0x0a: case 0x0b:
		return memory_register(code);
	case 0x0c: case 0x0d:
		return memory_immediate(code, 4);
	case 0x0e: case 0x0f:
		return memory_immediate(code, 1);
	case 0x10: case 0x11:
		return memory_immediate(code, 2);
	case 0x12: case 0x13:
		return memory_sp(code);
	case 0x14: case 0x15:
		return address(addr, code);
	case 0x16: case 0x17:
		return miscellaneous(addr, code);
	case 0x18:
		return many(code, false, bits(code, 8, 3), (uint16_t)bits(code, 0, 8));
	case 0x19:
		return many(code, true, bits(code, 8, 3), (uint16_t)bits(code, 0, 8));
	case 0x1a: case 0x1b:
		return conditional_branch(addr, code);
	default:
		return branch(code,
			      addr + 4 + (uint32_t)sign_extend(bits(code, 0, 11), 11) * 2,
			      0x7ff, false);
	}
}
