/* SPDX-License-Identifier: MIT */
/*
 * What an instruction does, as one number, with all that moves with the place
 * of code and data taken out: distances, and addresses inside the image.
 */
#include "thumb.h"

/* Bits of MOVW, MOVT that hold the number. */
#define WIDE_NUMBER	0x040f70ffu
/* Instructions between a MOVW and its MOVT, a load of a distance and its use. */
#define LOOK_AHEAD	4u

/* FNV-1a over words, finished with the mixer of MurmurHash3. */
static uint32_t mix(uint32_t a, uint32_t b)
{
	uint32_t h = (2166136261u ^ a) * 16777619u;

	h = (h ^ b) * 16777619u;
	h ^= h >> 16;
	h *= 0x85ebca6bu;
	h ^= h >> 13;
	h *= 0xc2b2ae35u;
	return h ^ h >> 16;
}

static bool is_movw(const struct insn *i)
{
	return i->size == 4 && (i->code & 0xfbf08000) == 0xf2400000;
}

/* The address that a MOVW is the lower half of. */
static bool half_of_address(const struct thumb *t, const struct thumb_step *step)
{
	uint32_t addr = step->addr + step->insn.size;

	for (unsigned int k = 0; k < LOOK_AHEAD; k++) {
		struct insn i = thumb_insn(t, addr);

		if (i.op == INSN_ALU && i.alu == ALU_MOVT && i.rd == step->insn.rd)
			return thumb_in_image(t, i.imm << 16 | step->insn.imm);
		if (!i.size || i.writes & reg_bit(step->insn.rd))
			return false;
		addr += i.size;
	}
	return false;
}

/* Does it make an address of the image out of numbers in the code? */
static bool makes_address(const struct thumb *t, const struct thumb_step *step)
{
	const struct insn *i = &step->insn;

	if (i->op != INSN_ALU || i->rm != REG_NONE || i->absolute)
		return false;
	if (is_movw(i) && half_of_address(t, step))
		return true;
	return i->alu == ALU_MOVT && step->after.r[i->rd].kind == VALUE_CONST &&
	       thumb_in_image(t, step->after.r[i->rd].v);
}

/* ADD rd, pc: the 16-bit one, which alone takes the program counter. */
static bool adds_pc(const struct insn *i, unsigned int rd)
{
	return i->size == 2 && (i->code & 0xff78) == 0x4478 &&
	       (bits(i->code, 0, 3) | bits(i->code, 7, 1) << 3) == rd;
}

bool thumb_loads_distance(const struct thumb *t, const struct thumb_step *step)
{
	const struct stk_loader_info *l = t->in->loader;
	const struct insn *load = &step->insn;
	uint32_t addr = step->addr + load->size, literal;

	if (load->op != INSN_LOAD || !load->absolute || load->width != 4 ||
	    load->no_core || load->rd >= REG_PC || !thumb_read(t, load->imm, 4, &literal))
		return false;
	for (unsigned int k = 0; k < LOOK_AHEAD; k++) {
		struct insn i = thumb_insn(t, addr);

		if (adds_pc(&i, load->rd))
			return literal + addr + 4 - l->link_address <= l->ram_size;
		if (!i.size || i.writes & reg_bit(load->rd))
			return false;
		addr += i.size;
	}
	return false;
}

uint32_t thumb_shape(const struct thumb *t, const struct thumb_step *step)
{
	const struct insn *i = &step->insn;
	uint32_t place = i->place, literal = 0;

	if (makes_address(t, step))
		place |= WIDE_NUMBER;
	if (i->op == INSN_LOAD && i->absolute && !thumb_read(t, i->imm, i->width > 4 ? 4 :
							     i->width, &literal))
		literal = 0;
	if (thumb_in_image(t, literal & ~1u) || thumb_loads_distance(t, step))
		literal = 1;
	return mix(i->code & ~place, literal);
}
