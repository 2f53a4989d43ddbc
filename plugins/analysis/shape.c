/* SPDX-License-Identifier: MIT */
/*
 * What an instruction does, as one number, with all that moves with the place
 * of code and data taken out: distances, and addresses inside the image.
 */
#include "thumb.h"

/* Bits of MOVW, MOVT that hold the number. */
#define WIDE_NUMBER	0x040f70ffu
/* Instructions between a MOVW and its MOVT. */
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

uint32_t thumb_shape(const struct thumb *t, const struct thumb_step *step)
{
	const struct insn *i = &step->insn;
	uint32_t place = i->place, literal = 0;

	if (makes_address(t, step))
		place |= WIDE_NUMBER;
	if (i->op == INSN_LOAD && i->absolute && !thumb_read(t, i->imm, i->width > 4 ? 4 :
							     i->width, &literal))
		literal = 0;
	if (thumb_in_image(t, literal & ~1u))
		literal = 1;
	return mix(i->code & ~place, literal);
}
