/* SPDX-License-Identifier: MIT */
/*
 * Functions and their instructions: from the symbols along branches and calls.
 * Each instruction belongs to one function. A call to the middle of what was
 * walked before begins a function there, and the walk begins anew.
 */
#include <errno.h>
#include <string.h>

#include "thumb.h"

/* More do not help: what is left is damage. */
#define MAX_WALKS	8u
#define MAX_TABLES	4096u
/* Data behind a call: a word, a table of a switch. */
#define MAX_INLINE	512u

/* ---- functions ---------------------------------------------------------- */

uint32_t thumb_function_at(const struct thumb *t, uint32_t addr)
{
	uint32_t slot = thumb_slot(t, addr);

	if (slot == SLOT_NONE || !(t->mark[slot] & MARK_START))
		return FUNCTION_NONE;
	return t->owner[slot] - 1;
}

static int add_function(struct thumb *t, uint32_t addr,
			const struct stk_code_symbol *symbol, struct stk_error *err)
{
	uint32_t slot = thumb_slot(t, addr);

	if (slot == SLOT_NONE || t->mark[slot] & MARK_START ||
	    t->n_functions == MAX_STARTS)
		return 0;
	if (!thumb_grow(&t->functions, &t->function_room, t->n_functions,
			sizeof(*t->functions)))
		return stk_fail_nomem(err);
	t->functions[t->n_functions++] = (struct thumb_function){
		.start = addr, .end = addr, .symbol = symbol,
	};
	t->mark[slot] |= MARK_START | MARK_LEADER;
	t->owner[slot] = (uint32_t)t->n_functions;
	return 0;
}

int thumb_late_start(struct thumb *t, uint32_t addr, struct stk_error *err)
{
	uint32_t slot = thumb_slot(t, addr);

	if (slot == SLOT_NONE || t->mark[slot] & (MARK_START | MARK_DATA) ||
	    t->home[slot] || t->n_starts == MAX_STARTS)
		return 0;
	if (!thumb_grow(&t->starts, &t->start_room, t->n_starts, sizeof(*t->starts)))
		return stk_fail_nomem(err);
	t->starts[t->n_starts++] = addr;
	t->again = true;
	return 0;
}

/* A call goes there: it begins a function, from the next walk on if need be. */
static int add_callee(struct thumb *t, uint32_t addr, struct stk_error *err)
{
	uint32_t slot = thumb_slot(t, addr);

	if (slot == SLOT_NONE || t->mark[slot] & (MARK_START | MARK_DATA))
		return 0;
	if (t->home[slot]) {		/* inside a function that a symbol spans */
		t->mark[slot] |= MARK_FOREIGN | MARK_LEADER;
		return 0;
	}
	if (t->mark[slot] & (MARK_CODE | MARK_TAIL))
		return thumb_late_start(t, addr, err);
	return add_function(t, addr, NULL, err);
}

/* ---- what the symbols say ----------------------------------------------- */

static void mark_data(struct thumb *t, uint32_t addr, uint32_t end)
{
	for (uint32_t a = addr & ~1u; a < end; a += 2) {
		uint32_t slot = thumb_slot(t, a);

		if (slot == SLOT_NONE)
			return;
		if (!(t->mark[slot] & (MARK_CODE | MARK_TAIL)))
			t->mark[slot] |= MARK_DATA;
		if (a > UINT32_MAX - 2)
			return;
	}
}

/* Where both kinds of mapping symbol stand, one of them has no extent. */
static bool begins_data(const struct stk_code_input *in, size_t n)
{
	const struct stk_code_symbol *s = &in->symbols[n];

	return s->kind == STK_CODE_SYMBOL_DATA_FROM &&
	       (!n || s[-1].address != s->address ||
		s[-1].kind == STK_CODE_SYMBOL_OBJECT);
}

/* Up to the next symbol that begins code. */
static void map_data(struct thumb *t)
{
	const struct stk_code_symbol *from = NULL;

	for (size_t n = 0; n < t->in->n_symbols; n++) {
		const struct stk_code_symbol *s = &t->in->symbols[n];
		bool code = s->kind == STK_CODE_SYMBOL_CODE_FROM ||
			    s->kind == STK_CODE_SYMBOL_FUNCTION;

		if (from && code) {
			mark_data(t, (uint32_t)from->address, (uint32_t)s->address);
			from = NULL;
		}
		if (!from && begins_data(t->in, n))
			from = s;
	}
	if (from)
		mark_data(t, (uint32_t)from->address, UINT32_MAX);
}

/* Of two symbols at one address, the one that a host calls, or that has a size. */
static bool is_better(const struct stk_code_symbol *s, const struct stk_code_symbol *than)
{
	return s->entry != than->entry ? s->entry : s->size && !than->size;
}

static int add_symbols(struct thumb *t, struct stk_error *err)
{
	int r = 0;

	for (size_t i = 0; i < t->in->n_symbols && !r; i++) {
		const struct stk_code_symbol *s = &t->in->symbols[i];
		uint32_t f;

		if (s->kind != STK_CODE_SYMBOL_FUNCTION || s->address > UINT32_MAX)
			continue;
		f = thumb_function_at(t, (uint32_t)s->address);
		if (f == FUNCTION_NONE)
			r = add_function(t, (uint32_t)s->address, s, err);
		else if (is_better(s, t->functions[f].symbol))
			t->functions[f].symbol = s;
	}
	return r;
}

/* The extents of the symbols, each up to the next function. */
static void set_homes(struct thumb *t)
{
	for (size_t i = 0; i < t->n_functions; i++) {
		const struct thumb_function *f = &t->functions[i];
		uint64_t end = f->start + f->symbol->size;

		if (i + 1 < t->n_functions && end > t->functions[i + 1].start)
			end = t->functions[i + 1].start;
		for (uint64_t a = f->start; a < end; a += 2) {
			uint32_t slot = thumb_slot(t, (uint32_t)a);

			if (slot == SLOT_NONE)
				break;
			t->home[slot] = (uint32_t)i + 1;
		}
	}
}

/* ---- one function ------------------------------------------------------- */

static int push(struct thumb *t, uint32_t addr, struct stk_error *err)
{
	uint32_t slot = thumb_slot(t, addr);

	if (slot == SLOT_NONE)
		return 0;
	t->mark[slot] |= MARK_LEADER;
	if (!thumb_grow(&t->work, &t->work_room, t->n_work, sizeof(*t->work)))
		return stk_fail_nomem(err);
	t->work[t->n_work++] = addr;
	return 0;
}

static int push_table(struct thumb *t, uint32_t pc, const struct insn *i,
		      struct stk_error *err)
{
	struct thumb_table table;
	uint32_t target;
	int r = 0;

	if (t->n_tables == MAX_TABLES || !thumb_find_table(t, pc, i, &table) ||
	    !table.count)
		return 0;
	if (!thumb_grow(&t->tables, &t->table_room, t->n_tables, sizeof(table)))
		return stk_fail_nomem(err);
	t->tables[t->n_tables++] = table;
	mark_data(t, table.base, table.base + table.count * table.width);
	for (uint32_t n = 0; n < table.count && !r; n++)
		if (thumb_table_entry(t, &table, n, &target))
			r = push(t, target, err);
	return r;
}

/*
 * A call with data behind it, which the function called reads and steps over:
 * where control comes back to is behind the data, with nothing known.
 */
static int skip_inline_data(struct thumb *t, uint32_t f, uint32_t addr,
			    struct stk_error *err)
{
	uint32_t slot = thumb_slot(t, addr);

	if (slot == SLOT_NONE || !(t->mark[slot] & MARK_DATA))
		return 0;
	for (unsigned int n = 0; n < MAX_INLINE / 2; n++, addr += 2) {
		slot = thumb_slot(t, addr);
		if (slot == SLOT_NONE || t->home[slot] != f + 1)
			return 0;
		if (!(t->mark[slot] & MARK_DATA))
			break;
	}
	if (t->mark[slot] & MARK_DATA)
		return 0;
	t->mark[slot] |= MARK_FOREIGN;
	return push(t, addr, err);
}

static int follow_call(struct thumb *t, uint32_t f, uint32_t pc, const struct insn *i,
		       struct stk_error *err)
{
	int r = add_callee(t, i->imm, err);

	return r ? r : skip_inline_data(t, f, pc + i->size, err);
}

/* Where else than to the next instruction it goes, and the data that it reads. */
static int follow(struct thumb *t, uint32_t f, uint32_t pc, const struct insn *i,
		  struct stk_error *err)
{
	uint32_t target;

	if (i->op == INSN_CALL)
		return follow_call(t, f, pc, i, err);
	if (i->op == INSN_LOAD && i->absolute)
		mark_data(t, i->imm, i->imm + (i->rd2 == REG_NONE ? i->width : 8));
	if (thumb_jump_target(t, i, &target))
		return push(t, target, err);
	if (thumb_is_blind_jump(i))
		return push_table(t, pc, i, err);
	return 0;
}

/* May @f take the instruction at @slot? */
static bool may_take(struct thumb *t, uint32_t f, uint32_t slot)
{
	if (slot == SLOT_NONE || t->mark[slot] & (MARK_DATA | MARK_TAIL))
		return false;
	if (t->mark[slot] & MARK_START)
		return t->owner[slot] == f + 1 && !(t->mark[slot] & MARK_CODE);
	if ((t->mark[slot] & MARK_CODE && t->owner[slot] != f + 1) ||
	    (t->home[slot] && t->home[slot] != f + 1)) {
		t->mark[slot] |= MARK_FOREIGN | MARK_LEADER;
		return false;
	}
	return !(t->mark[slot] & MARK_CODE);
}

static bool take(struct thumb *t, uint32_t f, uint32_t addr, uint32_t slot,
		 const struct insn *i, bool conditional)
{
	if (!i->size || (i->size == 4 && t->mark[slot + 1] & (MARK_CODE | MARK_START)))
		return false;
	t->mark[slot] |= MARK_CODE | (conditional ? MARK_CONDITIONAL : 0);
	t->owner[slot] = f + 1;
	if (i->size == 4)
		t->mark[slot + 1] |= MARK_TAIL;
	if (addr + i->size > t->functions[f].end)
		t->functions[f].end = addr + i->size;
	return true;
}

static int run(struct thumb *t, uint32_t f, uint32_t addr, struct stk_error *err)
{
	unsigned int conditional = 0;
	int r = 0;

	while (!r) {
		uint32_t slot = thumb_slot(t, addr);
		struct insn i = thumb_insn(t, addr);
		bool in_block = conditional > 0;

		if (!may_take(t, f, slot) || !take(t, f, addr, slot, &i, in_block))
			return 0;
		if (in_block)
			conditional--;
		if (i.op == INSN_IF_THEN)
			conditional = i.conditional;
		r = follow(t, f, addr, &i, err);
		if (!thumb_falls_through(&i, in_block))
			return r;
		addr += i.size;
	}
	return r;
}

static int walk_from(struct thumb *t, uint32_t f, uint32_t addr, struct stk_error *err)
{
	int r = push(t, addr, err);

	while (!r && t->n_work)
		r = run(t, f, t->work[--t->n_work], err);
	return r;
}

/* ---- all of them -------------------------------------------------------- */

/* Parts of a function that only others jump to. */
static int walk_foreign(struct thumb *t, struct stk_error *err)
{
	int r = 0;

	for (size_t p = 0; p < t->n_pieces; p++)
		for (uint32_t k = 0; k < t->pieces[p].slots && !r; k++) {
			uint32_t slot = t->pieces[p].first + k;

			if (t->mark[slot] & MARK_FOREIGN &&
			    !(t->mark[slot] & MARK_CODE) && t->home[slot])
				r = walk_from(t, t->home[slot] - 1,
					      t->pieces[p].addr + 2 * k, err);
		}
	return r;
}

static int table_by_pc(const void *a, const void *b)
{
	const struct thumb_table *x = a, *y = b;

	return (x->pc > y->pc) - (x->pc < y->pc);
}

static int walk_once(struct thumb *t, struct stk_error *err)
{
	int r;

	t->again = false;
	t->n_functions = t->n_tables = 0;
	memset(t->mark, 0, t->n_slots);
	memset(t->owner, 0, t->n_slots * sizeof(*t->owner));
	memset(t->home, 0, t->n_slots * sizeof(*t->home));
	r = add_symbols(t, err);
	if (r)
		return r;
	set_homes(t);
	map_data(t);
	for (size_t i = 0; i < t->n_starts && !r; i++)
		r = add_function(t, t->starts[i], NULL, err);
	/* Grows meanwhile */
	for (uint32_t f = 0; !r && f < t->n_functions; f++)
		r = walk_from(t, f, t->functions[f].start, err);
	if (!r)
		r = walk_foreign(t, err);
	if (t->n_tables)
		qsort(t->tables, t->n_tables, sizeof(*t->tables), table_by_pc);
	return r;
}

/* List the instructions of each function, all in one array. */
static int list_instructions(struct thumb *t, struct stk_error *err)
{
	uint32_t n = 0;

	for (uint32_t s = 0; s < t->n_slots; s++)
		if (t->mark[s] & MARK_CODE)
			t->functions[t->owner[s] - 1].n_insns++;
	for (size_t f = 0; f < t->n_functions; f++) {
		t->functions[f].first_insn = n;
		n += t->functions[f].n_insns;
		t->functions[f].n_insns = 0;
	}
	free(t->insns);
	t->insns = calloc((size_t)n + 1, sizeof(*t->insns));
	if (!t->insns)
		return stk_fail_nomem(err);
	for (size_t p = 0; p < t->n_pieces; p++)
		for (uint32_t k = 0; k < t->pieces[p].slots; k++) {
			uint32_t slot = t->pieces[p].first + k;
			struct thumb_function *f;

			if (!(t->mark[slot] & MARK_CODE))
				continue;
			f = &t->functions[t->owner[slot] - 1];
			t->insns[f->first_insn + f->n_insns++] = t->pieces[p].addr +
								 2 * k;
		}
	return 0;
}

int thumb_walk(struct thumb *t, struct stk_error *err)
{
	int r = 0;

	t->again = true;
	for (unsigned int n = 0; n < MAX_WALKS && t->again && !r; n++)
		r = walk_once(t, err);
	return r ? r : list_instructions(t, err);
}
