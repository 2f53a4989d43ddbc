/* SPDX-License-Identifier: MIT */
/* What registers hold, one instruction at a time. */
#include "thumb.h"

static const struct value unknown = { VALUE_UNKNOWN, 0 };

static struct value constant(uint32_t v)
{
	return (struct value){ VALUE_CONST, v };
}

/* ---- joining paths ------------------------------------------------------ */

bool value_join(struct value *to, struct value from)
{
	if (from.kind == VALUE_NONE || to->kind == VALUE_UNKNOWN)
		return false;
	if (to->kind == VALUE_NONE) {
		*to = from;
		return true;
	}
	if (to->kind == from.kind && to->v == from.v)
		return false;
	*to = unknown;
	return true;
}

bool state_join(struct state *to, const struct state *from)
{
	bool changed = false;

	for (unsigned int r = 0; r < 16; r++)
		changed |= value_join(&to->r[r], from->r[r]);
	return changed;
}

void state_unknown(struct state *s)
{
	for (unsigned int r = 0; r < 16; r++)
		s->r[r] = unknown;
}

/* ---- arithmetic --------------------------------------------------------- */

static uint32_t shifted(uint32_t v, unsigned int shift, unsigned int by)
{
	if (!by)
		return v;
	switch (shift) {
	case SHIFT_LSL:
		return by > 31 ? 0 : v << by;
	case SHIFT_LSR:
		return by > 31 ? 0 : v >> by;
	case SHIFT_ASR:
		return (uint32_t)((int32_t)v >> (by > 31 ? 31 : by));
	default:
		return v >> by % 32 | v << (32 - by) % 32;
	}
}

struct value state_operand(const struct state *s, const struct insn *i)
{
	struct value v;

	if (i->rm == REG_NONE)
		return constant(i->imm);
	v = s->r[i->rm];
	if (v.kind == VALUE_CONST)
		v.v = shifted(v.v, i->shift, i->shift_by);
	else if (i->shift_by)
		v = unknown;
	return v;
}

static uint32_t compute(enum insn_alu op, uint32_t a, uint32_t b)
{
	switch (op) {
	case ALU_MOV:
		return b;
	case ALU_MOVT:
		return (a & 0xffff) | b << 16;
	case ALU_MVN:
		return ~b;
	case ALU_ADD:
		return a + b;
	case ALU_SUB:
		return a - b;
	case ALU_RSB:
		return b - a;
	case ALU_AND:
		return a & b;
	case ALU_BIC:
		return a & ~b;
	case ALU_ORR:
		return a | b;
	case ALU_ORN:
		return a | ~b;
	case ALU_EOR:
		return a ^ b;
	case ALU_LSL:
		return shifted(a, SHIFT_LSL, b & 0xff);
	case ALU_LSR:
		return shifted(a, SHIFT_LSR, b & 0xff);
	case ALU_ASR:
		return shifted(a, SHIFT_ASR, b & 0xff);
	case ALU_MUL:
		return a * b;
	case ALU_UXTB:
		return b & 0xff;
	case ALU_UXTH:
		return b & 0xffff;
	case ALU_SXTB:
		return (uint32_t)sign_extend(b & 0xff, 8);
	default:
		return (uint32_t)sign_extend(b & 0xffff, 16);
	}
}

/* Sum and difference of a place on the stack and a number are such a place. */
static struct value on_stack(enum insn_alu op, struct value a, struct value b)
{
	if (op == ALU_MOV)
		return b;
	if (op == ALU_ADD && a.kind == VALUE_STACK && b.kind == VALUE_CONST)
		return (struct value){ VALUE_STACK, a.v + b.v };
	if (op == ALU_ADD && a.kind == VALUE_CONST && b.kind == VALUE_STACK)
		return (struct value){ VALUE_STACK, a.v + b.v };
	if (op == ALU_SUB && a.kind == VALUE_STACK && b.kind == VALUE_CONST)
		return (struct value){ VALUE_STACK, a.v - b.v };
	return unknown;
}

static struct value alu(const struct state *s, const struct insn *i)
{
	struct value a = i->rn == REG_NONE ? constant(0) : s->r[i->rn];
	struct value b = state_operand(s, i);

	if (a.kind == VALUE_CONST && b.kind == VALUE_CONST)
		return constant(compute(i->alu, a.v, b.v));
	return on_stack(i->alu, a, b);
}

/* ---- memory ------------------------------------------------------------- */

uint32_t insn_many_bytes(const struct insn *i)
{
	return 4 * (i->no_core ? i->imm : (uint32_t)__builtin_popcount(i->list));
}

static struct value plus(struct value base, uint32_t distance)
{
	base.v += distance;
	return base.kind == VALUE_CONST || base.kind == VALUE_STACK ? base : unknown;
}

static bool is_many(const struct insn *i)
{
	return i->op == INSN_LOAD_MANY || i->op == INSN_STORE_MANY;
}

/* How far the base is from its value before, with the offset counted. */
static struct value indexed(const struct state *s, const struct insn *i)
{
	struct value offset = is_many(i) ? constant(insn_many_bytes(i))
					 : state_operand(s, i);

	if (offset.kind != VALUE_CONST)
		return unknown;
	return plus(s->r[i->rn], i->down ? 0 - offset.v : offset.v);
}

struct value state_address(const struct state *s, const struct insn *i)
{
	if (i->absolute)
		return constant(i->imm);
	if (i->rn == REG_NONE)
		return unknown;
	if (i->post || (is_many(i) && !i->down))
		return plus(s->r[i->rn], 0);
	return indexed(s, i);
}

struct value state_load(const struct thumb *t, const struct state *s,
			const struct insn *i)
{
	struct value a = state_address(s, i);
	uint32_t v;

	if (a.kind != VALUE_CONST || i->no_core || i->rd2 != REG_NONE || i->width > 4 ||
	    !(i->absolute || thumb_read_only(t, a.v)) ||
	    !thumb_read(t, a.v, i->width, &v))
		return unknown;
	return constant(i->sign ? (uint32_t)sign_extend(v, 8u * i->width) : v);
}

/* ---- one instruction ---------------------------------------------------- */

static void step(const struct thumb *t, struct state *s, const struct insn *i,
		 uint16_t writes)
{
	bool base_loaded = i->op == INSN_LOAD ? i->rd == i->rn || i->rd2 == i->rn :
			   i->op == INSN_LOAD_MANY && i->list & reg_bit(i->rn);
	struct value result = unknown, base = unknown;

	if (i->op == INSN_ALU)
		result = alu(s, i);
	else if (i->op == INSN_LOAD)
		result = state_load(t, s, i);
	if (i->writeback)
		base = indexed(s, i);
	for (unsigned int r = 0; r < REG_PC; r++)
		if (writes & reg_bit(r))
			s->r[r] = unknown;
	if (i->rd < REG_PC && writes & reg_bit(i->rd))
		s->r[i->rd] = result;
	if (i->writeback && (i->no_core || !base_loaded))
		s->r[i->rn] = base;
}

void state_step(const struct thumb *t, struct state *s, const struct insn *i,
		bool conditional, uint16_t clobbers)
{
	const struct state old = *s;

	step(t, s, i, thumb_is_call(i) ? clobbers | i->writes : i->writes);
	if (!conditional)
		return;
	if (thumb_falls_through(i, false))
		state_join(s, &old);
	else
		*s = old;	/* it was not executed, or it does not come back */
}
