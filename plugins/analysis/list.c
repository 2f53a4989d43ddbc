/* SPDX-License-Identifier: MIT */
/* A function as lines: its instructions, and the data between and after them. */
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "thumb.h"

#define TEXT_MAX	96
/* Bytes between parts of a function that are shown as data. */
#define MAX_GAP		4096u

/* ---- one instruction in words ------------------------------------------- */

/* Where the IT block of @addr begins, and how many instructions lie between. */
static uint32_t block_of(const struct thumb *t, uint32_t addr, unsigned int *ret_nth)
{
	uint32_t a = addr;

	*ret_nth = 0;
	for (unsigned int n = 1; n <= 4; n++) {
		uint32_t slot = thumb_slot(t, a - 2);

		if (slot != SLOT_NONE && t->mark[slot] & MARK_TAIL)
			slot = thumb_slot(t, a -= 4);
		else
			a -= 2;
		if (slot == SLOT_NONE || !(t->mark[slot] & MARK_CODE))
			return addr;
		if (thumb_insn(t, a).op == INSN_IF_THEN) {
			*ret_nth = n;
			return a;
		}
	}
	return addr;
}

static bool is_udf(const struct insn *i)
{
	return i->size == 2 ? i->code >> 8 == 0xde : (i->code & 0xfff0f000) == 0xf7f0a000;
}

void thumb_text(const struct thumb *t, struct text *text, const struct insn *i,
		uint32_t addr, bool conditional, char *ret, size_t size)
{
	unsigned int nth = 0;
	uint32_t from = conditional ? block_of(t, addr, &nth) : addr, v;
	uint8_t code[20];	/* IT and four instructions */
	size_t len = 0;

	while (len < sizeof(code) && len < addr - from + i->size &&
	       thumb_read(t, from + (uint32_t)len, 1, &v))
		code[len++] = (uint8_t)v;
	if ((i->op != INSN_UNDEFINED || is_udf(i)) &&
	    text_insn(text, code, len, from, nth, ret, size))
		return;
	if (i->size == 2)
		snprintf(ret, size, ".inst.n 0x%04x", i->code);
	else
		snprintf(ret, size, ".inst.w 0x%08x", i->code);
}

/* ---- the lines ---------------------------------------------------------- */

struct listing {
	struct thumb *t;
	struct text *text;
	void (*line)(void *data, const struct stk_code_line *line);
	void *data;
	uint32_t next;		/* the address after the last line */
	bool begun;
};

static void fill_bytes(const struct thumb *t, struct stk_code_line *l)
{
	for (unsigned int k = 0; k < l->size; k++) {
		uint32_t v = 0;

		if (thumb_read(t, (uint32_t)l->address + k, 1, &v))
			l->bytes[k] = (uint8_t)v;
	}
}

static void data_line(struct listing *l, uint32_t addr, unsigned int size)
{
	static const char *const names[5] = {
		[1] = ".byte", [2] = ".short", [4] = ".word"
	};
	struct stk_code_line line = { .address = addr,
				      .size = (uint8_t)size,
				      .data = true };
	char text[TEXT_MAX];
	uint32_t v;

	if (!thumb_read(l->t, addr, size, &v))
		return;
	snprintf(text, sizeof(text), "%s 0x%0*x", names[size], 2 * (int)size, v);
	line.text = text;
	line.has_value = true;
	line.value = v;
	fill_bytes(l->t, &line);
	l->line(l->data, &line);
}

/* Literals and tables as words, the rest as halfwords. */
static void data_lines(struct listing *l, uint32_t end)
{
	uint32_t addr = l->next, slot;

	while (addr < end) {
		unsigned int size = addr % 4 == 0 && end - addr >= 4 ? 4
				    : end - addr >= 2		     ? 2
								     : 1;

		slot = thumb_slot(l->t, addr);
		if (slot == SLOT_NONE || l->t->mark[slot] & MARK_CODE)
			return;
		data_line(l, addr, size);
		addr += size;
	}
}

static void annotate(const struct listing *l, const struct thumb_step *step,
		     struct stk_code_line *line)
{
	const struct insn *i = &step->insn;
	struct value a = { 0 }, v = { 0 };
	uint32_t target;

	line->write = i->op == INSN_STORE || i->op == INSN_STORE_MANY;
	if (i->op >= INSN_LOAD && i->op <= INSN_STORE_MANY)
		a = state_address(&step->before, i);
	if (i->op == INSN_STORE && !i->no_core)
		v = step->before.r[i->rd];
	else if (i->op == INSN_LOAD && !i->no_core && i->rd < REG_PC)
		v = step->after.r[i->rd];
	else if (i->op == INSN_ALU && (i->size == 4 || i->absolute))
		v = step->after.r[i->rd];
	line->has_value = v.kind == VALUE_CONST;
	line->value = line->has_value ? v.v : 0;
	line->has_address = true;
	if (thumb_jump_target(l->t, i, &target))
		line->target = target;
	else if (step->n_edges && step->edges[0].target)
		line->target = step->edges[0].target;
	else if (a.kind == VALUE_CONST)
		line->target = a.v;
	else
		line->has_address = false;
}

static int code_line(void *data, const struct thumb_step *step)
{
	struct listing *l = data;
	struct stk_code_line line = { .address = step->addr, .size = step->insn.size };
	char text[TEXT_MAX];

	if (l->begun && step->addr > l->next && step->addr - l->next <= MAX_GAP)
		data_lines(l, step->addr);
	thumb_text(l->t, l->text, &step->insn, step->addr, step->conditional, text,
		   sizeof(text));
	line.text = text;
	fill_bytes(l->t, &line);
	annotate(l, step, &line);
	l->line(l->data, &line);
	l->next = step->addr + step->insn.size;
	l->begun = true;
	return 0;
}

/* The last literal or table that an instruction of the function names. */
static int last_data(void *data, const struct thumb_step *step)
{
	struct listing *l = data;
	const struct insn *i = &step->insn;
	const struct thumb_table *table =
		thumb_is_blind_jump(i) ? thumb_table_at(l->t, step->addr) : NULL;
	uint32_t end = 0;

	if (i->op == INSN_LOAD && i->absolute)
		end = i->imm + (i->rd2 == REG_NONE ? i->width : 8);
	if (table)
		end = table->base + table->count * table->width;
	if (end > l->next)
		l->next = end;
	return 0;
}

int thumb_list(struct thumb *t, struct text *text, uint32_t f,
	       void (*line)(void *data, const struct stk_code_line *line), void *data,
	       struct stk_error *err)
{
	struct listing l = { .t = t, .text = text, .line = line, .data = data };
	struct listing end = { .t = t };
	int r = thumb_each_step(t, f, code_line, &l);

	if (r)
		return r;
	r = thumb_each_step(t, f, last_data, &end);
	if (!r && l.begun && end.next > l.next && end.next - l.next <= MAX_GAP)
		data_lines(&l, end.next);
	return r;
}
