/* SPDX-License-Identifier: MIT */
/* What is told of each function. */
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "thumb.h"

#define TEXT_MAX	64

struct facts {
	struct thumb *t;
	struct text *text;
	struct stk_error *err;
	uint32_t size;
	unsigned int levels;	/* told already: bit n is level n */
	struct stk_code_access *accesses;
	size_t n_accesses, access_room;
	struct stk_code_constant *constants;
	size_t n_constants, constant_room;
	struct stk_code_special *specials;
	size_t n_specials, special_room;
	struct stk_code_call *calls;
	size_t n_calls, call_room;
	uint32_t *shape;
	size_t n_shape, shape_room;
};

#define ADD(facts, what, room, ...)						\
	(thumb_grow(&(facts)->what, &(facts)->room, (facts)->n_##what,		\
		    sizeof(*(facts)->what)) ?					\
	 ((facts)->what[(facts)->n_##what++] = __VA_ARGS__, 0) :		\
	 stk_fail_nomem((facts)->err))

/* ---- loads, stores, constants ------------------------------------------- */

/* The value of register @r as stored: as many bytes as are written. */
static void stored(const struct thumb_step *step, unsigned int r,
		   struct stk_code_access *a)
{
	struct value v = r < 16 ? step->before.r[r] : (struct value){ 0 };

	if (!a->write || step->insn.no_core || v.kind != VALUE_CONST)
		return;
	a->has_value = true;
	a->value = a->size < 4 ? v.v & ((1u << 8 * a->size) - 1) : v.v;
}

static int access_one(struct facts *f, const struct thumb_step *step, uint32_t address)
{
	const struct insn *i = &step->insn;
	struct stk_code_access a = {
		.pc = step->addr, .address = address, .size = i->width,
		.write = i->op == INSN_STORE,
	};
	int r;

	stored(step, i->rd, &a);
	r = ADD(f, accesses, access_room, a);
	if (r || i->rd2 == REG_NONE)
		return r;
	a.address = (uint32_t)(address + 4);
	a.has_value = false;
	stored(step, i->rd2, &a);
	return ADD(f, accesses, access_room, a);
}

static int access_many(struct facts *f, const struct thumb_step *step, uint32_t address)
{
	const struct insn *i = &step->insn;
	unsigned int words = insn_many_bytes(i) / 4, reg = 0;
	int r = 0;

	for (unsigned int n = 0; n < words && !r; n++, reg++) {
		struct stk_code_access a = {
			.pc = step->addr,
			.address = (uint32_t)(address + 4 * n),
			.size = 4,
			.write = i->op == INSN_STORE_MANY,
		};

		while (!i->no_core && !(i->list & reg_bit(reg)))
			reg++;
		stored(step, reg, &a);
		r = ADD(f, accesses, access_room, a);
	}
	return r;
}

static int add_accesses(struct facts *f, const struct thumb_step *step)
{
	const struct insn *i = &step->insn;
	struct value a;

	if (i->op < INSN_LOAD || i->op > INSN_STORE_MANY || i->absolute)
		return 0;
	a = state_address(&step->before, i);
	if (a.kind != VALUE_CONST)
		return 0;
	return i->op == INSN_LOAD || i->op == INSN_STORE ? access_one(f, step, a.v) :
							   access_many(f, step, a.v);
}

static int constant(struct facts *f, const struct thumb_step *step, uint32_t v)
{
	return ADD(f, constants, constant_room,
		   (struct stk_code_constant){ .pc = step->addr, .value = v });
}

/* The word or the two that a load takes from a literal pool. */
static int add_literals(struct facts *f, const struct thumb_step *step)
{
	const struct insn *i = &step->insn;
	uint32_t v;
	int r = 0;

	if (!i->absolute || i->width != 4 || i->no_core || i->rd == REG_PC ||
	    thumb_loads_distance(f->t, step))
		return 0;
	if (thumb_read(f->t, i->imm, 4, &v))
		r = constant(f, step, v);
	if (!r && i->rd2 != REG_NONE && thumb_read(f->t, i->imm + 4, 4, &v))
		r = constant(f, step, v);
	return r;
}

/* MOVT after MOVW, or one immediate that fills more than a half. */
static int add_immediate(struct facts *f, const struct thumb_step *step)
{
	const struct insn *i = &step->insn;
	struct value v = i->rd < REG_PC ? step->after.r[i->rd] : (struct value){ 0 };
	bool one = (i->alu == ALU_MOV || i->alu == ALU_MVN) && i->size == 4;

	if (i->absolute || i->rm != REG_NONE || step->conditional ||
	    !(one || i->alu == ALU_MOVT))
		return 0;
	if (v.kind != VALUE_CONST || v.v <= UINT16_MAX)
		return 0;
	return constant(f, step, v.v);
}

static int add_constants(struct facts *f, const struct thumb_step *step)
{
	if (step->insn.op == INSN_LOAD)
		return add_literals(f, step);
	return step->insn.op == INSN_ALU ? add_immediate(f, step) : 0;
}

/* ---- special instructions ----------------------------------------------- */

static int add_special(struct facts *f, const struct thumb_step *step,
		       enum stk_special_kind kind)
{
	char text[TEXT_MAX];
	char *copy;

	thumb_text(f->t, f->text, &step->insn, step->addr, step->conditional, text,
		   sizeof(text));
	copy = strdup(text);
	if (!copy)
		return stk_fail_nomem(f->err);
	if (ADD(f, specials, special_room, (struct stk_code_special){
			.pc = step->addr, .kind = kind, .text = copy })) {
		free(copy);
		return -f->err->code;
	}
	return 0;
}

static enum stk_special_kind kind_of(const struct thumb_step *step)
{
	static const enum stk_special_kind kinds[] = {
		[EFFECT_NONE] = STK_SPECIAL_COUNT,
		[EFFECT_WAIT] = STK_SPECIAL_WAIT,
		[EFFECT_ENABLE_IRQ] = STK_SPECIAL_ENABLE_IRQ,
		[EFFECT_DISABLE_IRQ] = STK_SPECIAL_DISABLE_IRQ,
		[EFFECT_SVC] = STK_SPECIAL_SVC,
		[EFFECT_BREAKPOINT] = STK_SPECIAL_BREAKPOINT,
		[EFFECT_SYSTEM] = STK_SPECIAL_SYSTEM,
	};
	const struct insn *i = &step->insn;

	if (i->op == INSN_UNDEFINED)
		return STK_SPECIAL_UNDEFINED;
	if (i->op != INSN_SET_PRIMASK)
		return kinds[i->effect];
	if (step->before.r[i->rn].kind != VALUE_CONST)
		return STK_SPECIAL_SET_IRQ;
	return step->before.r[i->rn].v & 1 ? STK_SPECIAL_DISABLE_IRQ : STK_SPECIAL_ENABLE_IRQ;
}

/* What a smaller core lacks: the first of each level tells enough. */
static int add_level(struct facts *f, const struct thumb_step *step)
{
	static const enum stk_special_kind kinds[] = {
		[LEVEL_V7M] = STK_SPECIAL_V7M,
		[LEVEL_V7EM] = STK_SPECIAL_V7EM,
		[LEVEL_FPU] = STK_SPECIAL_FPU,
		[LEVEL_FPU_DOUBLE] = STK_SPECIAL_FPU_DOUBLE,
	};
	unsigned int level = step->insn.level;

	if (level == LEVEL_V6M || step->insn.op == INSN_UNDEFINED ||
	    f->levels & 1u << level)
		return 0;
	f->levels |= 1u << level;
	return add_special(f, step, kinds[level]);
}

static int add_specials(struct facts *f, const struct thumb_step *step)
{
	enum stk_special_kind kind = kind_of(step);
	int r = 0;

	if (kind != STK_SPECIAL_COUNT)
		r = add_special(f, step, kind);
	return r ? r : add_level(f, step);
}

/* ---- one function ------------------------------------------------------- */

static int add_calls(struct facts *f, const struct thumb_step *step)
{
	int r = 0;

	for (unsigned int n = 0; n < step->n_edges && !r; n++)
		r = ADD(f, calls, call_room, (struct stk_code_call){
				.pc = step->addr, .target = step->edges[n].target });
	return r;
}

static int add_step(void *data, const struct thumb_step *step)
{
	struct facts *f = data;
	int r = add_accesses(f, step);

	f->size += step->insn.size;
	if (!r)
		r = add_constants(f, step);
	if (!r)
		r = add_specials(f, step);
	if (!r)
		r = add_calls(f, step);
	if (!r)
		r = ADD(f, shape, shape_room, thumb_shape(f->t, step));
	return r;
}

static void forget(struct facts *f)
{
	for (size_t i = 0; i < f->n_specials; i++)
		free((char *)f->specials[i].text);
	f->n_accesses = f->n_constants = f->n_specials = f->n_calls = f->n_shape = 0;
	f->size = f->levels = 0;
}

static int build(const struct facts *f, const struct thumb_function *fn,
		 struct stk_code_builder *b)
{
	const struct stk_code_symbol *s = fn->symbol;
	struct stk_code_function out = {
		.name = s ? s->name : NULL, .address = fn->start, .size = f->size,
		.op = s ? s->op : STK_OP_OTHER, .entry = s && s->entry,
		.stack_own = fn->stack_own, .stack = fn->stack,
		.stack_bounded = fn->stack_bounded,
		.accesses = f->accesses, .n_accesses = f->n_accesses,
		.constants = f->constants, .n_constants = f->n_constants,
		.specials = f->specials, .n_specials = f->n_specials,
		.calls = f->calls, .n_calls = f->n_calls,
		.shape = f->shape, .n_shape = f->n_shape,
	};

	return stk_build_code_function(b, &out, f->err);
}

int thumb_facts(struct thumb *t, struct text *text, struct stk_code_builder *b,
		struct stk_error *err)
{
	struct stk_error own;
	struct facts f = { .t = t, .text = text, .err = err ? err : &own };
	int r = 0;

	for (uint32_t n = 0; n < t->n_functions && !r; n++) {
		if (!t->functions[n].n_insns)
			continue;	/* a symbol on data */
		r = thumb_each_step(t, n, add_step, &f);
		if (!r)
			r = build(&f, &t->functions[n], b);
		forget(&f);
	}
	free(f.accesses);
	free(f.constants);
	free(f.specials);
	free(f.calls);
	free(f.shape);
	return r;
}
