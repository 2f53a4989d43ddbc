/* SPDX-License-Identifier: MIT */
/*
 * 32-bit branches, loops, special registers, hints and barriers: Armv7-M ARM,
 * A5.3.4; Armv8.1-M ARM, C2.4.
 */
#include "decode.h"

static struct insn branch(uint32_t code, enum insn_op op, uint32_t target, uint32_t place)
{
	struct insn i = insn_blank(code, 4, op);

	i.imm = target;
	i.absolute = true;
	i.place = place;
	return i;
}

static struct insn conditional_branch(uint32_t addr, uint32_t code)
{
	uint32_t offset = bits(code, 26, 1) << 20 | bits(code, 11, 1) << 19 |
			  bits(code, 13, 1) << 18 | bits(code, 16, 6) << 12 |
			  bits(code, 0, 11) << 1;
	struct insn i = branch(code, INSN_BRANCH,
			       addr + 4 + (uint32_t)sign_extend(offset, 21), 0x043f2fff);

	i.conditional = 1;
	return i;
}

static struct insn far_branch(uint32_t addr, uint32_t code, enum insn_op op)
{
	uint32_t s = bits(code, 26, 1), i1 = !(bits(code, 13, 1) ^ s),
		 i2 = !(bits(code, 11, 1) ^ s);
	uint32_t offset = s << 24 | i1 << 23 | i2 << 22 | bits(code, 16, 10) << 12 |
			  bits(code, 0, 11) << 1;
	struct insn i = branch(code, op, addr + 4 + (uint32_t)sign_extend(offset, 25),
			       0x07ff2fff);

	if (op == INSN_CALL) {
		i.writes = reg_bit(REG_LR);
		i.level = LEVEL_V6M;
	}
	return i;
}

/* DLS, WLS, LE, LCTP: Armv8.1-M ARM, C2.4. */
static struct insn loop(uint32_t addr, uint32_t code)
{
	uint32_t offset = bits(code, 1, 10) << 2 | bits(code, 11, 1) << 1;
	bool end = bits(code, 16, 4) == REG_PC;
	struct insn i;

	if (bits(code, 23, 9) != 0x1e0 || !bits(code, 0, 1))
		return wide_undefined(code);
	if (bits(code, 12, 4) == 0xe)
		return wide_other(code, end ? 0 : reg_bit(REG_LR));
	i = branch(code, INSN_BRANCH, end ? addr + 4 - offset : addr + 4 + offset, 0xffe);
	i.conditional = 1;
	i.writes = reg_bit(REG_LR);
	return i;
}

/* MSR, MRS: the special register is SYSm. */
static struct insn special_register(uint32_t code, bool write)
{
	unsigned int sysm = bits(code, 0, 8);
	struct insn i = wide_other(code, write ? 0 : reg_bit(bits(code, 8, 4)));

	if (sysm < 17 || sysm == 20)
		i.level = LEVEL_V6M;
	if (!write || sysm < 4)		/* the flags alone */
		return i;
	if (sysm != 16) {
		i.effect = EFFECT_SYSTEM;
		return i;
	}
	i.op = INSN_SET_PRIMASK;
	i.rn = (uint8_t)bits(code, 16, 4);
	return i;
}

static struct insn hint(uint32_t code)
{
	unsigned int n = bits(code, 0, 8);
	struct insn i = wide_other(code, 0);

	if (bits(code, 8, 3))		/* CPS of other profiles */
		return wide_undefined(code);
	if (n == 2 || n == 3)
		i.effect = EFFECT_WAIT;
	if (n == 0x0d || n == 0x1d)	/* PACBTI, PAC */
		i.writes = reg_bit(12);
	return i;
}

static struct insn barrier(uint32_t code)
{
	unsigned int op = bits(code, 4, 4);
	struct insn i = wide_other(code, 0);

	if (op != 2 && (op < 4 || op > 7))
		return wide_undefined(code);
	if (op >= 4 && op <= 6)
		i.level = LEVEL_V6M;
	return i;
}

static struct insn control(uint32_t addr, uint32_t code)
{
	unsigned int op = bits(code, 20, 7);

	if ((op & 0x38) != 0x38)
		return conditional_branch(addr, code);
	switch (op) {
	case 0x38:
		return special_register(code, true);
	case 0x3a:
		return hint(code);
	case 0x3b:
		return barrier(code);
	case 0x3e:
		return special_register(code, false);
	default:			/* SMC, UDF, BXJ, ERET, ... */
		return wide_undefined(code);
	}
}

struct insn insn_decode_control(uint32_t addr, uint32_t code)
{
	switch (code >> 12 & 5) {
	case 0:
		return control(addr, code);
	case 1:
		return far_branch(addr, code, INSN_BRANCH);
	case 4:
		return loop(addr, code);
	default:
		return far_branch(addr, code, INSN_CALL);
	}
}
