/* SPDX-License-Identifier: MIT */
/* 32-bit loads and stores: Armv7-M ARM, A5.3.5 to A5.3.10; Armv8-M, C2.4. */
#include "decode.h"

static struct insn memory(uint32_t code, bool load, unsigned int width)
{
	struct insn i = insn_blank(code, 4, load ? INSN_LOAD : INSN_STORE);

	i.width = (uint8_t)width;
	i.rd = (uint8_t)bits(code, 12, 4);
	i.rn = (uint8_t)bits(code, 16, 4);
	i.writes = load ? reg_bit(i.rd) : 0;
	return i;
}

/* An address relative to the program counter. */
static void make_literal(struct insn *i, uint32_t addr, uint32_t offset, uint32_t place)
{
	uint32_t base = word_aligned_pc(addr);

	i->imm = i->down ? base - offset : base + offset;
	i->down = false;
	i->rn = REG_NONE;
	i->absolute = true;
	i->place = place;
}

static void change_base(struct insn *i)
{
	i->writeback = true;
	i->writes |= reg_bit(i->rn);
}

static struct insn many(uint32_t code)
{
	bool load = bits(code, 20, 1);
	unsigned int mode = bits(code, 23, 2);
	struct insn i = insn_blank(code, 4, load ? INSN_LOAD_MANY : INSN_STORE_MANY);

	i.rn = (uint8_t)bits(code, 16, 4);
	i.list = (uint16_t)(code & 0xffff);
	i.width = 4;
	i.down = mode == 2;
	i.writes = load ? i.list : 0;
	if (i.rn == REG_PC && load && mode == 1)	/* CLRM */
		return wide_other(code, i.list & 0x5fff);
	if (mode == 0 || mode == 3 || i.rn == REG_PC || !i.list ||
	    (i.list & reg_bit(REG_SP)) || (!load && (i.list & reg_bit(REG_PC))))
		return wide_undefined(code);
	if (bits(code, 21, 1))
		change_base(&i);
	return i;
}

static struct insn table_branch(uint32_t code)
{
	struct insn i = insn_blank(code, 4, INSN_TABLE_BRANCH);

	i.rn = (uint8_t)bits(code, 16, 4);
	i.rm = (uint8_t)bits(code, 0, 4);
	i.width = bits(code, 4, 1) ? 2 : 1;
	return i;
}

/* Exclusive, acquire and release accesses, table branches. */
static struct insn exclusive(uint32_t code)
{
	static const uint8_t width_of[16] = {
		[4] = 1,  [5] = 2,  [8] = 1,  [9] = 2,
		[10] = 4, [12] = 1, [13] = 2, [14] = 4,
	};
	bool load = bits(code, 20, 1);
	unsigned int op = bits(code, 4, 4);
	struct insn i;

	if (load && op < 2)
		return table_branch(code);
	if (!width_of[op])
		return wide_undefined(code);
	i = memory(code, load, width_of[op]);
	if (!load && op != 8 && op != 9 && op != 10)
		i.writes = reg_bit(bits(code, 0, 4));
	return i;
}

static struct insn exclusive_word(uint32_t code)
{
	bool load = bits(code, 20, 1);
	struct insn i;

	if (!load && bits(code, 12, 4) == REG_PC)	/* TT and its kin */
		return wide_other(code, reg_bit(bits(code, 8, 4)));
	i = memory(code, load, 4);
	i.imm = bits(code, 0, 8) * 4;
	if (!load)
		i.writes = reg_bit(bits(code, 8, 4));
	return i;
}

/* LDRD and STRD; SG, which looks like one. */
static struct insn dual(uint32_t addr, uint32_t code)
{
	bool load = bits(code, 20, 1);
	struct insn i = memory(code, load, 4);
	uint32_t offset = bits(code, 0, 8) * 4;

	if (code == 0xe97fe97f)
		return wide_other(code, 0);
	i.rd2 = (uint8_t)bits(code, 8, 4);
	if (load)
		i.writes |= reg_bit(i.rd2);
	i.down = !bits(code, 23, 1);
	i.post = !bits(code, 24, 1);
	if (i.rd == REG_PC || i.rd2 == REG_PC ||
	    (i.rn == REG_PC && (!load || bits(code, 21, 1))))
		return wide_undefined(code);
	i.imm = offset;
	if (i.rn == REG_PC)
		make_literal(&i, addr, offset, 0x008000ff);
	else if (bits(code, 21, 1))
		change_base(&i);
	return i;
}

/* Offset of eight bits, added or taken away, before or after. */
static bool short_offset(struct insn *i, uint32_t code)
{
	bool before = bits(code, 10, 1), back = bits(code, 8, 1);

	if (!before && !back)
		return false;
	i->imm = bits(code, 0, 8);
	i->down = !bits(code, 9, 1);
	i->post = !before;
	if (back)
		change_base(i);
	return true;
}

static bool register_offset(struct insn *i, uint32_t code)
{
	if (bits(code, 6, 5))
		return false;
	i->rm = (uint8_t)bits(code, 0, 4);
	i->shift = SHIFT_LSL;
	i->shift_by = (uint8_t)bits(code, 4, 2);
	return true;
}

static struct insn single(uint32_t addr, uint32_t code)
{
	unsigned int size = bits(code, 21, 2);
	bool load = bits(code, 20, 1), sign = bits(code, 24, 1), ok = true;
	struct insn i = memory(code, load, 1u << size);

	if (size == 3 || (sign && (!load || size == 2)))
		return wide_undefined(code);
	i.sign = sign;
	if (i.rn == REG_PC) {
		i.down = !bits(code, 23, 1);
		make_literal(&i, addr, bits(code, 0, 12), 0x00800fff);
		ok = load;
	} else if (bits(code, 23, 1)) {
		i.imm = bits(code, 0, 12);
	} else if (bits(code, 11, 1)) {
		ok = short_offset(&i, code);
	} else {
		ok = register_offset(&i, code);
	}
	if (!ok || (i.rd == REG_PC && !load))
		return wide_undefined(code);
	if (i.rd == REG_PC && size < 2)		/* PLD, PLI and hints to come */
		return wide_other(code, i.writes & (uint16_t)~reg_bit(REG_PC));
	return i;
}

struct insn insn_decode_memory(uint32_t addr, uint32_t code)
{
	if (bits(code, 28, 1))
		return single(addr, code);
	if (!bits(code, 22, 1))
		return many(code);
	if (bits(code, 24, 1) || bits(code, 21, 1))
		return dual(addr, code);
	return bits(code, 23, 1) ? exclusive(code) : exclusive_word(code);
}
