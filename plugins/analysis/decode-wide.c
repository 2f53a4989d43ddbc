/* SPDX-License-Identifier: MIT */
/* Thumb instructions of 32 bits, on registers: Armv7-M ARM, A5.3. */
#include "decode.h"

static struct insn dsp(uint32_t code, uint16_t writes)
{
	struct insn i = wide_other(code, writes);

	i.level = LEVEL_V7EM;
	return i;
}

static uint16_t rd_of(uint32_t code)
{
	return reg_bit(bits(code, 8, 4));
}

static struct insn alu(uint32_t code, enum insn_alu op, unsigned int rn, uint32_t imm)
{
	struct insn i = insn_blank(code, 4, INSN_ALU);

	i.alu = (uint8_t)op;
	i.rd = (uint8_t)bits(code, 8, 4);
	i.rn = (uint8_t)rn;
	i.imm = imm;
	i.writes = reg_bit(i.rd);
	return i;
}

/* ThumbExpandImm, A5.3.2. */
static uint32_t expand_immediate(uint32_t code)
{
	uint32_t imm12 = bits(code, 26, 1) << 11 | bits(code, 12, 3) << 8 |
			 bits(code, 0, 8);
	uint32_t low = imm12 & 0xff;
	unsigned int turn = imm12 >> 7;

	switch (imm12 >> 8) {
	case 0:
		return low;
	case 1:
		return low << 16 | low;
	case 2:
		return low << 24 | low << 8;
	case 3:
		return low * 0x01010101u;
	default:
		low = 0x80 | (low & 0x7f);
		return low >> turn | low << (32 - turn);
	}
}

/*
 * AND to RSB, with an immediate or a shifted register: the caller fills in
 * which. Without a destination they are TST, TEQ, CMN and CMP.
 */
static struct insn data_processing(uint32_t code)
{
	static const uint8_t op_of[16] = {
		[0] = ALU_AND, [1] = ALU_BIC, [2] = ALU_ORR, [3] = ALU_ORN, [4] = ALU_EOR,
		[8] = ALU_ADD, [13] = ALU_SUB, [14] = ALU_RSB,
	};
	unsigned int op = bits(code, 21, 4), rn = bits(code, 16, 4),
		     rd = bits(code, 8, 4);
	bool compares = op == 0 || op == 4 || op == 8 || op == 13;

	if (op == 10 || op == 11)	/* ADC, SBC: the carry is not followed */
		return wide_other(code, rd_of(code));
	if (!op_of[op])
		return wide_undefined(code);
	if (rd == REG_PC)
		return compares && bits(code, 20, 1) ? wide_other(code, 0)
						     : wide_undefined(code);
	if (rn == REG_PC && op == 2)
		return alu(code, ALU_MOV, REG_NONE, 0);
	if (rn == REG_PC && op == 3)
		return alu(code, ALU_MVN, REG_NONE, 0);
	return alu(code, op_of[op], rn, 0);
}

/*
 * CSEL and its kin, and the long shifts of Armv8.1-M, where ORRS would not be
 * predictable.
 */
static bool is_v81m(uint32_t code, struct insn *ret)
{
	unsigned int rn = bits(code, 16, 4), rd = bits(code, 8, 4), rm = bits(code, 0, 4);
	uint16_t both = reg_bit(rn) | reg_bit(rn & 14) | reg_bit(rd) | reg_bit(rd | 1);

	if (bits(code, 20, 12) != 0xea5 ||
	    (!bits(code, 15, 1) && rm != REG_PC && rm != REG_SP))
		return false;
	if (bits(code, 15, 1) && rm != REG_SP)
		*ret = wide_other(code, rd_of(code));
	else
		*ret = wide_other(code,
				  both & (uint16_t) ~(reg_bit(REG_PC) | reg_bit(REG_SP)));
	return true;
}

static struct insn shifted_register(uint32_t code)
{
	struct insn i;

	if (is_v81m(code, &i))
		return i;
	if (bits(code, 21, 4) == 6)	/* PKHBT, PKHTB */
		return dsp(code, rd_of(code));
	i = data_processing(code);
	if (i.op != INSN_ALU)
		return i;
	i.rm = (uint8_t)bits(code, 0, 4);
	i.shift = (uint8_t)bits(code, 4, 2);
	i.shift_by = (uint8_t)(bits(code, 12, 3) << 2 | bits(code, 6, 2));
	if (i.shift_by || i.shift == SHIFT_LSL)
		return i;
	if (i.shift == SHIFT_ROR)	/* RRX: the carry is not followed */
		return wide_other(code, i.writes);
	i.shift_by = 32;
	return i;
}

static struct insn modified_immediate(uint32_t code)
{
	struct insn i = data_processing(code);

	if (i.op == INSN_ALU)
		i.imm = expand_immediate(code);
	return i;
}

static struct insn adr(uint32_t addr, uint32_t code, uint32_t imm, bool down)
{
	uint32_t base = word_aligned_pc(addr);
	struct insn i = alu(code, ALU_MOV, REG_NONE, down ? base - imm : base + imm);

	i.absolute = true;
	i.place = 0x04a070ff;
	return i;
}

static struct insn plain_immediate(uint32_t addr, uint32_t code)
{
	unsigned int rn = bits(code, 16, 4), op = bits(code, 20, 5);
	uint32_t imm = bits(code, 26, 1) << 11 | bits(code, 12, 3) << 8 |
		       bits(code, 0, 8);

	if (bits(code, 8, 4) == REG_PC)
		return wide_undefined(code);
	switch (op) {
	case 0x00:
		return rn == REG_PC ? adr(addr, code, imm, false)
				    : alu(code, ALU_ADD, rn, imm);
	case 0x0a:
		return rn == REG_PC ? adr(addr, code, imm, true)
				    : alu(code, ALU_SUB, rn, imm);
	case 0x04:
		return alu(code, ALU_MOV, REG_NONE, rn << 12 | imm);
	case 0x0c:
		return alu(code, ALU_MOVT, bits(code, 8, 4), rn << 12 | imm);
	case 0x12: case 0x1a:		/* SSAT, USAT; without a shift for halfwords */
		return bits(code, 12, 3) || bits(code, 6, 2)
			       ? wide_other(code, rd_of(code))
			       : dsp(code, rd_of(code));
	case 0x10: case 0x14: case 0x16: case 0x18: case 0x1c:
		return wide_other(code, rd_of(code));
	default:
		return wide_undefined(code);
	}
}

/* ---- registers only --------------------------------------------------- */

static struct insn shift_by_register(uint32_t code)
{
	static const enum insn_alu op[3] = { ALU_LSL, ALU_LSR, ALU_ASR };
	unsigned int which = bits(code, 21, 2);
	struct insn i;

	if (which == 3)
		return wide_other(code, rd_of(code));
	i = alu(code, op[which], bits(code, 16, 4), 0);
	i.rm = (uint8_t)bits(code, 0, 4);
	return i;
}

static struct insn extend(uint32_t code)
{
	static const uint8_t op[6] = { ALU_SXTH, ALU_UXTH, 0, 0, ALU_SXTB, ALU_UXTB };
	unsigned int which = bits(code, 20, 3);
	struct insn i;

	if (which > 5)
		return wide_undefined(code);
	if (bits(code, 16, 4) != REG_PC || !op[which])
		return dsp(code, rd_of(code));
	if (bits(code, 4, 2))		/* turned first */
		return wide_other(code, rd_of(code));
	i = alu(code, op[which], REG_NONE, 0);
	i.rm = (uint8_t)bits(code, 0, 4);
	return i;
}

static struct insn count_or_reverse(uint32_t code)
{
	switch (bits(code, 20, 3)) {
	case 0:				/* QADD and its kin */
		return dsp(code, rd_of(code));
	case 1:				/* REV, REV16, RBIT, REVSH */
		return wide_other(code, rd_of(code));
	case 2:				/* SEL */
		return bits(code, 4, 4) == 8 ? dsp(code, rd_of(code))
					     : wide_undefined(code);
	case 3:				/* CLZ */
		return bits(code, 4, 4) == 8 ? wide_other(code, rd_of(code))
					     : wide_undefined(code);
	default:
		return wide_undefined(code);
	}
}

static struct insn registers(uint32_t code)
{
	unsigned int op2 = bits(code, 4, 4), op1 = bits(code, 20, 3);

	if (bits(code, 12, 4) != 15 || bits(code, 8, 4) == REG_PC)
		return wide_undefined(code);
	if (!bits(code, 23, 1)) {
		if (op2 & 8)
			return extend(code);
		return op2 ? wide_undefined(code) : shift_by_register(code);
	}
	if ((op2 & 0xc) == 8)
		return count_or_reverse(code);
	if ((op2 & 8) || (op2 & 3) == 3 || op1 == 3 || op1 == 7)
		return wide_undefined(code);
	return dsp(code, rd_of(code));	/* parallel addition and subtraction */
}

static struct insn multiply(uint32_t code)
{
	unsigned int op2 = bits(code, 4, 2);
	struct insn i;

	if (bits(code, 6, 2) || bits(code, 8, 4) == REG_PC)
		return wide_undefined(code);
	if (bits(code, 20, 3))
		return dsp(code, rd_of(code));
	if (op2 > 1)
		return wide_undefined(code);
	if (op2 || bits(code, 12, 4) != REG_PC)	/* MLS, MLA */
		return wide_other(code, rd_of(code));
	i = alu(code, ALU_MUL, bits(code, 16, 4), 0);
	i.rm = (uint8_t)bits(code, 0, 4);
	return i;
}

static struct insn long_multiply(uint32_t code)
{
	uint16_t both = rd_of(code) | reg_bit(bits(code, 12, 4));
	unsigned int op1 = bits(code, 20, 3), op2 = bits(code, 4, 4);

	if (both & reg_bit(REG_PC) && op1 != 1 && op1 != 3)
		return wide_undefined(code);
	switch (op1 << 4 | op2) {
	case 0x00: case 0x20: case 0x40: case 0x60:
		return wide_other(code, both);
	case 0x1f: case 0x3f:		/* SDIV, UDIV */
		return wide_other(code, rd_of(code));
	case 0x48: case 0x49: case 0x4a: case 0x4b: case 0x4c: case 0x4d:
	case 0x5c: case 0x5d: case 0x66:
		return dsp(code, both);
	default:
		return wide_undefined(code);
	}
}

struct insn insn_decode_wide(uint32_t addr, uint32_t code)
{
	if (bits(code, 27, 2) == 2) {
		if (bits(code, 15, 1))
			return insn_decode_control(addr, code);
		return bits(code, 25, 1) ? plain_immediate(addr, code) :
					   modified_immediate(code);
	}
	if (bits(code, 26, 1))
		return insn_decode_coprocessor(addr, code);
	if (bits(code, 27, 2) == 1)
		return bits(code, 25, 1) ? shifted_register(code) :
					   insn_decode_memory(addr, code);
	if (!bits(code, 25, 1))
		return insn_decode_memory(addr, code);
	if (!bits(code, 24, 1))
		return registers(code);
	return bits(code, 23, 1) ? long_multiply(code) : multiply(code);
}
