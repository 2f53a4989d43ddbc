/* SPDX-License-Identifier: MIT */
/*
 * Constants through all functions: along each one's paths until nothing
 * changes, and from direct calls into the arguments of what they call. A
 * function that could be called from where we do not see starts with nothing
 * known. What is known only ever becomes less, so it ends; to end soon, what
 * was joined often becomes unknown.
 */
#include "thumb.h"

#define MAX_VISITS	6u
#define MAX_ROUNDS	6u

/* ---- who calls from outside --------------------------------------------- */

static void set_arguments_unknown(struct thumb_function *f)
{
	for (unsigned int n = 0; n < 4; n++)
		f->args[n].kind = VALUE_UNKNOWN;
}

static void queue_function(struct thumb *t, uint32_t f)
{
	if (t->functions[f].queued)
		return;
	t->functions[f].queued = true;
	t->queue[(t->queue_head + t->queue_len++) % t->n_functions] = f;
}

/* Its address is somewhere in the image: it may be called through it. */
static void find_pointers(struct thumb *t)
{
	for (size_t p = 0; p < t->n_pieces; p++) {
		const struct thumb_piece *piece = &t->pieces[p];

		for (uint32_t k = (4 - piece->addr % 4) % 4; k + 4 <= piece->len;
		     k += 4) {
			uint32_t v, f;

			if (!thumb_read(t, piece->addr + k, 4, &v) || !(v & 1))
				continue;
			f = thumb_function_at(t, v - 1);
			if (f != FUNCTION_NONE)
				t->functions[f].root = true;
		}
	}
}

static void find_roots(struct thumb *t)
{
	const struct stk_loader_info *l = t->in->loader;
	uint32_t f;

	for (f = 0; f < t->n_functions; f++)
		t->functions[f].root = true;
	for (size_t i = 0; i < t->n_edges; i++)
		if (t->edges[i].to != FUNCTION_NONE)
			t->functions[t->edges[i].to].root = false;
	for (size_t i = 0; i < l->n_functions; i++) {
		f = thumb_function_at(t, (uint32_t)l->functions[i].address & ~1u);
		if (f != FUNCTION_NONE)
			t->functions[f].root = true;
	}
	find_pointers(t);
}

/* ---- one function ------------------------------------------------------- */

static int state_of(struct thumb *t, uint32_t slot, struct state **ret,
		    struct stk_error *err)
{
	if (!t->leader[slot]) {
		if (!thumb_grow(&t->states, &t->state_room, t->n_states,
				sizeof(*t->states)) ||
		    !thumb_grow(&t->visits, &t->visit_room, t->n_states,
				sizeof(*t->visits)))
			return stk_fail_nomem(err);
		t->states[t->n_states] = (struct state){ 0 };
		t->visits[t->n_states++] = 0;
		t->leader[slot] = (uint32_t)t->n_states;
	}
	*ret = &t->states[t->leader[slot] - 1];
	return 0;
}

/* Control comes to @addr of the same function with @s. */
static int arrive(struct thumb *t, uint32_t addr, const struct state *s,
		  struct stk_error *err)
{
	uint32_t slot = thumb_slot(t, addr);
	struct state *at = NULL;
	int r;

	if (slot == SLOT_NONE || !(t->mark[slot] & MARK_CODE))
		return 0;
	r = state_of(t, slot, &at, err);
	if (r || !state_join(at, s))
		return r;
	if (++t->visits[t->leader[slot] - 1] > MAX_VISITS) {
		t->visits[t->leader[slot] - 1] = MAX_VISITS;
		state_unknown(at);
	}
	if (!thumb_grow(&t->work, &t->work_room, t->n_work, sizeof(*t->work)))
		return stk_fail_nomem(err);
	t->work[t->n_work++] = addr;
	return 0;
}

static bool owned(const struct thumb *t, uint32_t f, uint32_t addr)
{
	uint32_t slot = thumb_slot(t, addr);

	return slot != SLOT_NONE && t->mark[slot] & MARK_CODE && t->owner[slot] == f + 1;
}

/* What it is called with, as far as all calls agree. */
static void pass_arguments(struct thumb *t, uint32_t to, const struct state *s)
{
	struct thumb_function *f = &t->functions[to];
	bool changed = false;

	if (f->root)
		return;
	for (unsigned int n = 0; n < 4; n++) {
		struct value v = s->r[n];

		if (v.kind != VALUE_CONST)
			v.kind = VALUE_UNKNOWN;
		changed |= value_join(&f->args[n], v);
	}
	if (!changed)
		return;
	if (f->rounds > MAX_ROUNDS)
		set_arguments_unknown(f);
	queue_function(t, to);
}

/* A call through a register that holds a known address. */
static int resolve(struct thumb *t, const struct insn *i, const struct state *s,
		   struct thumb_edge *e, struct stk_error *err)
{
	struct value v = i->rm < REG_PC ? s->r[i->rm] : (struct value){ 0 };

	if (e->target || v.kind != VALUE_CONST || !(v.v & 1))
		return 0;
	e->target = v.v & ~1u;
	e->to = thumb_function_at(t, e->target);
	return e->to == FUNCTION_NONE ? thumb_late_start(t, e->target, err) : 0;
}

/* Calls and jumps to other functions; returns what the calls may change. */
static int leave(struct thumb *t, uint32_t f, uint32_t pc, const struct insn *i,
		 const struct state *s, uint16_t *ret_clobbers, struct stk_error *err)
{
	unsigned int n;
	struct thumb_edge *e = thumb_edges_at(t, f, pc, &n);
	int r = 0;

	*ret_clobbers = CALL_CLOBBERS;
	for (unsigned int k = 0; k < n && !r; k++) {
		if (i->op == INSN_CALL_REGISTER || i->op == INSN_JUMP_REGISTER)
			r = resolve(t, i, s, &e[k], err);
		*ret_clobbers |= thumb_clobbers(t, &e[k]);
		if (e[k].to != FUNCTION_NONE &&
		    t->functions[e[k].to].start == e[k].target)
			pass_arguments(t, e[k].to, s);
	}
	return r;
}

/* An odd address of a function in a register: it may be called through it. */
static void watch_pointer(struct thumb *t, const struct insn *i, const struct state *s)
{
	struct value v = i->op == INSN_ALU && i->rd < 16 ? s->r[i->rd]
							 : (struct value){ 0 };
	uint32_t f;

	if (v.kind != VALUE_CONST || !(v.v & 1))
		return;
	f = thumb_function_at(t, v.v - 1);
	if (f == FUNCTION_NONE || t->functions[f].root)
		return;
	t->functions[f].root = true;
	set_arguments_unknown(&t->functions[f]);
	queue_function(t, f);
}

static int spread(struct thumb *t, uint32_t f, uint32_t pc, const struct insn *i,
		  const struct state *s, struct stk_error *err)
{
	const struct thumb_table *table = thumb_is_blind_jump(i) ? thumb_table_at(t, pc)
								 : NULL;
	uint32_t target;
	int r = 0;

	if (thumb_jump_target(t, i, &target) && owned(t, f, target))
		return arrive(t, target, s, err);
	for (uint32_t n = 0; table && n < table->count && !r; n++)
		if (thumb_table_entry(t, table, n, &target) && owned(t, f, target))
			r = arrive(t, target, s, err);
	return r;
}

/* From @addr to the next place where paths join. */
static int run(struct thumb *t, uint32_t f, uint32_t addr, struct stk_error *err)
{
	struct state s = t->states[t->leader[thumb_slot(t, addr)] - 1];
	uint16_t clobbers;
	int r;

	for (;;) {
		struct insn i = thumb_insn(t, addr);
		bool conditional = t->mark[thumb_slot(t, addr)] & MARK_CONDITIONAL;

		s.r[REG_PC] = (struct value){ VALUE_CONST, addr + 4 };
		r = leave(t, f, addr, &i, &s, &clobbers, err);
		if (!r)
			r = spread(t, f, addr, &i, &s, err);
		if (r)
			return r;
		state_step(t, &s, &i, conditional, clobbers);
		watch_pointer(t, &i, &s);
		addr += i.size;
		if (!thumb_falls_through(&i, conditional) || !owned(t, f, addr))
			return 0;
		if (t->mark[thumb_slot(t, addr)] & MARK_LEADER)
			return arrive(t, addr, &s, err);
	}
}

/* What is known where others enter it: nothing, but the stack of the owner. */
static int enter_elsewhere(struct thumb *t, const struct thumb_function *f,
			   struct stk_error *err)
{
	struct state s;
	int r = 0;

	state_unknown(&s);
	s.r[REG_SP].kind = VALUE_NONE;
	for (uint32_t k = 0; k < f->n_insns && !r; k++) {
		uint32_t addr = t->insns[f->first_insn + k];

		if (t->mark[thumb_slot(t, addr)] & MARK_FOREIGN)
			r = arrive(t, addr, &s, err);
	}
	return r;
}

static int work_through(struct thumb *t, uint32_t f, struct stk_error *err)
{
	struct thumb_function *fn = &t->functions[f];
	struct state s;
	int r;

	state_unknown(&s);
	for (unsigned int n = 0; n < 4; n++)
		s.r[n] = fn->args[n];
	s.r[REG_SP] = (struct value){ VALUE_STACK, 0 };
	fn->queued = false;
	if (fn->rounds < UINT8_MAX)
		fn->rounds++;
	r = arrive(t, fn->start, &s, err);
	if (!r && fn->rounds == 1)
		r = enter_elsewhere(t, fn, err);
	while (!r && t->n_work)
		r = run(t, f, t->work[--t->n_work], err);
	return r;
}

/* ---- all of them -------------------------------------------------------- */

static int empty_queue(struct thumb *t, struct stk_error *err)
{
	int r = 0;

	while (t->queue_len && !r) {
		uint32_t f = t->queue[t->queue_head];

		t->queue_head = (t->queue_head + 1) % t->n_functions;
		t->queue_len--;
		r = work_through(t, f, err);
	}
	return r;
}

int thumb_propagate(struct thumb *t, struct stk_error *err)
{
	int r = 0;

	for (uint32_t s = 0; s < t->n_slots; s++)
		t->leader[s] = 0;
	t->n_states = t->queue_head = t->queue_len = 0;
	free(t->queue);
	t->queue = calloc(t->n_functions + 1, sizeof(*t->queue));
	if (!t->queue)
		return stk_fail_nomem(err);
	find_roots(t);
	/* What is only called in circles comes last. */
	for (unsigned int pass = 0; pass < 2 && !r; pass++)
		for (uint32_t f = 0; f < t->n_functions && !r; f++) {
			if (t->functions[f].rounds || !(pass || t->functions[f].root))
				continue;
			set_arguments_unknown(&t->functions[f]);
			queue_function(t, f);
			r = empty_queue(t, err);
		}
	return r;
}

/* ---- looking at what was found ------------------------------------------ */

static void before_step(struct thumb *t, struct thumb_step *step, bool first)
{
	uint32_t slot = thumb_slot(t, step->addr);

	if (t->leader[slot])
		step->before = t->states[t->leader[slot] - 1];
	else if (first || t->mark[slot] & MARK_LEADER)
		state_unknown(&step->before);
	else
		step->before = step->after;
	step->before.r[REG_PC] = (struct value){ VALUE_CONST, step->addr + 4 };
	step->conditional = t->mark[slot] & MARK_CONDITIONAL;
	step->insn = thumb_insn(t, step->addr);
}

int thumb_each_step(struct thumb *t, uint32_t f,
		    int (*fn)(void *data, const struct thumb_step *step), void *data)
{
	const struct thumb_function *func = &t->functions[f];
	struct thumb_step step = { 0 };
	int r = 0;

	for (uint32_t k = 0; k < func->n_insns && !r; k++) {
		uint16_t clobbers = CALL_CLOBBERS;

		step.addr = t->insns[func->first_insn + k];
		before_step(t, &step, !k);
		step.edges = thumb_edges_at(t, f, step.addr, &step.n_edges);
		for (unsigned int n = 0; n < step.n_edges; n++)
			clobbers |= thumb_clobbers(t, &step.edges[n]);
		step.after = step.before;
		state_step(t, &step.after, &step.insn, step.conditional, clobbers);
		r = fn(data, &step);
	}
	return r;
}
