/* SPDX-License-Identifier: MIT */
/* Where control goes after an instruction. */
#include "thumb.h"

/* What no compiler writes as one switch. */
#define MAX_ENTRIES	1024u
/* Instructions between the check of an index and its use. */
#define LOOK_BACK	8u

static bool loads_pc(const struct insn *i)
{
	return (i->op == INSN_LOAD || i->op == INSN_LOAD_MANY) && !i->no_core &&
	       (i->writes & reg_bit(REG_PC));
}

bool thumb_falls_through(const struct insn *i, bool conditional)
{
	if (conditional)
		return true;
	switch (i->op) {
	case INSN_UNDEFINED: case INSN_JUMP_REGISTER: case INSN_TABLE_BRANCH:
		return false;
	case INSN_BRANCH:
		return i->conditional;
	default:
		return !loads_pc(i);
	}
}

bool thumb_jump_target(const struct thumb *t, const struct insn *i, uint32_t *ret)
{
	if (i->op == INSN_BRANCH) {
		*ret = i->imm;
		return true;
	}
	if (i->op != INSN_LOAD || !loads_pc(i) || !i->absolute ||
	    !thumb_read(t, i->imm, 4, ret))
		return false;
	*ret &= ~1u;
	return true;
}

bool thumb_is_blind_jump(const struct insn *i)
{
	if (i->op == INSN_JUMP_REGISTER)
		return i->rm != REG_LR;
	if (i->op == INSN_TABLE_BRANCH)
		return true;
	return loads_pc(i) && !i->absolute && i->rn != REG_SP;
}

/* ---- table branches ---------------------------------------------------- */

/* The instruction before @addr, in the same run of code. */
static bool before(const struct thumb *t, uint32_t addr, uint32_t *ret, struct insn *insn)
{
	for (unsigned int size = 2; size <= 4; size += 2) {
		uint32_t slot = addr >= size ? thumb_slot(t, addr - size) : SLOT_NONE;

		if (slot == SLOT_NONE || !(t->mark[slot] & MARK_CODE))
			continue;
		*insn = thumb_insn(t, addr - size);
		*ret = addr - size;
		return insn->size == size;
	}
	return false;
}

/* CMP @rm, #number. */
static bool compares(const struct insn *i, unsigned int rm, uint32_t *ret)
{
	if (i->size == 2 && i->code >> 11 == 5 && bits(i->code, 8, 3) == rm) {
		*ret = bits(i->code, 0, 8);
		return true;
	}
	/* Only numbers up to 255, which need no expansion */
	if (i->size == 4 && (i->code & 0xfff0ff00) == 0xf1b00f00 &&
	    bits(i->code, 16, 4) == rm) {
		*ret = bits(i->code, 0, 8);
		return true;
	}
	return false;
}

/* Is it the branch for an index that is too large or just as large? */
static bool excludes_equal(const struct insn *i)
{
	unsigned int condition = i->size == 2 ? bits(i->code, 8, 4)
					      : bits(i->code, 22, 4);

	return i->op == INSN_BRANCH && (condition == 2 || condition == 3);
}

/* How many entries the code lets the index reach; 0: not told. */
static uint32_t bound(const struct thumb *t, uint32_t pc, unsigned int rm)
{
	bool exclusive = false;
	struct insn i;
	uint32_t n;

	for (unsigned int k = 0; k < LOOK_BACK && before(t, pc, &pc, &i); k++) {
		if (compares(&i, rm, &n))
			return n + !exclusive;
		if (i.writes & reg_bit(rm))
			return 0;
		exclusive |= excludes_equal(&i);
	}
	return 0;
}

/* The address that an ADR before @pc left in @rn. */
static bool base_of(const struct thumb *t, uint32_t pc, unsigned int rn, uint32_t *ret)
{
	struct insn i;

	for (unsigned int k = 0; k < LOOK_BACK && before(t, pc, &pc, &i); k++) {
		if (!(i.writes & reg_bit(rn)))
			continue;
		*ret = i.imm;
		return i.op == INSN_ALU && i.alu == ALU_MOV && i.absolute;
	}
	return false;
}

/* The table lies before all that it leads to: the nearest target ends it. */
static uint32_t distances(const struct thumb *t, struct thumb_table *table, uint32_t most)
{
	uint32_t end = UINT32_MAX, target, n;

	for (n = 0; n < most && table->base + (n + 1) * table->width <= end; n++) {
		if (thumb_table_entry(t, table, n, &target) && target < end &&
		    target > table->base)
			end = target;
	}
	return n;
}

bool thumb_find_table(const struct thumb *t, uint32_t pc, const struct insn *i,
		      struct thumb_table *ret)
{
	uint32_t most = i->rm == REG_NONE ? 0 : bound(t, pc, i->rm);

	*ret = (struct thumb_table){ .pc = pc, .base = pc + 4, .width = i->width };
	if (most > MAX_ENTRIES)
		return false;
	ret->count = most ? most : MAX_ENTRIES;
	if (i->op == INSN_TABLE_BRANCH) {
		if (i->rn != REG_PC)
			return false;
		ret->count = distances(t, ret, ret->count);
		return true;
	}
	/* LDR pc, [rn, rm, LSL #2] */
	ret->count = most;
	return i->op == INSN_LOAD && i->rm != REG_NONE && i->shift_by == 2 && most &&
	       base_of(t, pc, i->rn, &ret->base);
}

static int by_pc(const void *key, const void *element)
{
	uint32_t pc = *(const uint32_t *)key;
	const struct thumb_table *table = element;

	return (pc > table->pc) - (pc < table->pc);
}

const struct thumb_table *thumb_table_at(const struct thumb *t, uint32_t pc)
{
	return t->n_tables
		       ? bsearch(&pc, t->tables, t->n_tables, sizeof(*t->tables), by_pc)
		       : NULL;
}

bool thumb_table_entry(const struct thumb *t, const struct thumb_table *table, uint32_t n,
		       uint32_t *ret)
{
	uint32_t entry;

	if (!thumb_read(t, table->base + n * table->width, table->width, &entry))
		return false;
	*ret = table->width == 4 ? entry & ~1u : table->base + 2 * entry;
	return thumb_slot(t, *ret) != SLOT_NONE;
}
