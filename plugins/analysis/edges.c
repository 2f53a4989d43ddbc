/* SPDX-License-Identifier: MIT */
/* Who calls whom, and which registers a call may change. */
#include "thumb.h"

/* Deeper than real code calls; past it, every call changes everything. */
#define MAX_PASSES	64u

/* A function that a slot in its middle belongs to; for jumps into it. */
static uint32_t function_of(const struct thumb *t, uint32_t addr)
{
	uint32_t slot = thumb_slot(t, addr);

	return slot != SLOT_NONE && t->mark[slot] & MARK_CODE ? t->owner[slot] - 1 :
								FUNCTION_NONE;
}

static int add(struct thumb *t, uint32_t f, struct thumb_edge e, struct stk_error *err)
{
	if (!thumb_grow(&t->edges, &t->edge_room, t->n_edges, sizeof(e)))
		return stk_fail_nomem(err);
	if (e.target)
		e.to = function_of(t, e.target);
	t->edges[t->n_edges++] = e;
	t->functions[f].n_edges++;
	return 0;
}

static int add_jump(struct thumb *t, uint32_t f, uint32_t pc, uint32_t target,
		    struct stk_error *err)
{
	struct thumb_edge e = {
		.pc = pc, .target = target, .to = FUNCTION_NONE, .jump = true
	};

	if (function_of(t, target) == f)
		return 0;
	return add(t, f, e, err);
}

static int link_instruction(struct thumb *t, uint32_t f, uint32_t pc,
			    struct stk_error *err)
{
	struct insn i = thumb_insn(t, pc);
	bool conditional = t->mark[thumb_slot(t, pc)] & MARK_CONDITIONAL;
	struct thumb_edge e = { .pc = pc, .to = FUNCTION_NONE };
	uint32_t target, next = pc + i.size;
	int r = 0;

	t->functions[f].writes |= i.writes;
	if (i.rn == REG_SP && i.op == INSN_STORE_MANY && i.down)
		t->functions[f].pushed |= i.list;
	if (i.rn == REG_SP && i.op == INSN_LOAD_MANY)
		t->functions[f].popped |= i.list;
	if (thumb_is_call(&i)) {
		e.target = i.op == INSN_CALL ? i.imm : 0;
		r = add(t, f, e, err);
	} else if (thumb_jump_target(t, &i, &target)) {
		r = add_jump(t, f, pc, target, err);
	} else if (thumb_is_blind_jump(&i) && !thumb_table_at(t, pc)) {
		e.jump = true;
		r = add(t, f, e, err);
	}
	if (r || !thumb_falls_through(&i, conditional) ||
	    function_of(t, next) == FUNCTION_NONE)
		return r;
	return add_jump(t, f, pc, next, err);
}

struct thumb_edge *thumb_edges_at(const struct thumb *t, uint32_t f, uint32_t pc,
				  unsigned int *ret_count)
{
	const struct thumb_function *fn = &t->functions[f];
	uint32_t low = fn->first_edge, high = low + fn->n_edges, end = high;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (t->edges[middle].pc < pc)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_count = 0;
	while (low + *ret_count < end && t->edges[low + *ret_count].pc == pc)
		(*ret_count)++;
	return *ret_count ? &t->edges[low] : NULL;
}

uint16_t thumb_clobbers(const struct thumb *t, const struct thumb_edge *e)
{
	uint16_t more = e->to == FUNCTION_NONE ? 0 : t->functions[e->to].clobbers;

	return (CALL_CLOBBERS | more) & (uint16_t)~reg_bit(REG_SP);
}

/*
 * A function changes what it and what it calls write, but what it saves and
 * restores. Compilers' outlined pieces of functions save nothing.
 */
static bool find_clobbers(struct thumb *t, struct thumb_function *f, bool all)
{
	uint16_t c = all ? UINT16_MAX : f->writes, saved = f->pushed & f->popped;

	for (uint32_t k = 0; k < f->n_edges; k++)
		c |= thumb_clobbers(t, &t->edges[f->first_edge + k]);
	if (!all)
		c &= (uint16_t)~saved;
	if (c == f->clobbers)
		return false;
	f->clobbers |= c;
	return true;
}

int thumb_link(struct thumb *t, struct stk_error *err)
{
	bool changed = true;

	t->n_edges = 0;
	for (uint32_t f = 0; f < t->n_functions; f++) {
		struct thumb_function *fn = &t->functions[f];

		fn->first_edge = (uint32_t)t->n_edges;
		for (uint32_t k = 0; k < fn->n_insns; k++) {
			int r = link_instruction(t, f, t->insns[fn->first_insn + k], err);

			if (r)
				return r;
		}
	}
	for (unsigned int n = 0; changed; n++) {
		changed = false;
		for (size_t f = t->n_functions; f-- > 0;)
			changed |= find_clobbers(t, &t->functions[f], n >= MAX_PASSES);
	}
	return 0;
}
