/* SPDX-License-Identifier: MIT */
/* How deep the stack goes: each function's own part, then along the calls. */
#include "thumb.h"

/* More than any RAM that loaders run in: not a depth but an error of ours. */
#define MAX_DEPTH	(1u << 20)

enum { WHITE, GREY, BLACK };

/* ---- one function ------------------------------------------------------- */

static bool depth_of(const struct state *s, uint32_t *ret)
{
	uint32_t depth = 0 - s->r[REG_SP].v;

	if (s->r[REG_SP].kind != VALUE_STACK)
		return false;
	if (depth > UINT32_MAX - MAX_DEPTH)	/* above where it was at entry */
		depth = 0;
	*ret = depth;
	return depth <= MAX_DEPTH;
}

static int measure(void *data, const struct thumb_step *step)
{
	struct thumb_function *f = data;
	uint32_t depth;

	if (!depth_of(&step->after, &depth))
		f->stack_bounded = false;
	else if (depth > f->stack_own)
		f->stack_own = depth;
	if (!depth_of(&step->before, &depth))
		return 0;
	for (unsigned int n = 0; n < step->n_edges; n++)
		step->edges[n].depth = depth;
	return 0;
}

/* ---- along the calls ---------------------------------------------------- */

/* All that @f calls is known by now, but where it calls itself in a circle. */
static void sum_up(struct thumb *t, struct thumb_function *f)
{
	f->stack = f->stack_own;
	for (uint32_t k = 0; k < f->n_edges; k++) {
		const struct thumb_edge *e = &t->edges[f->first_edge + k];
		const struct thumb_function *to = NULL;

		if (e->to != FUNCTION_NONE)
			to = &t->functions[e->to];
		if (!to || to->colour != BLACK || !to->stack_bounded)
			f->stack_bounded = false;
		if (to && to->colour == BLACK && e->depth + to->stack > f->stack &&
		    to->stack <= MAX_DEPTH)
			f->stack = e->depth + to->stack;
	}
	f->colour = BLACK;
}

struct frame {
	uint32_t function, next;
};

/* Depth first, without recursion of ours: damaged code may nest deeply. */
static void descend(struct thumb *t, struct frame *stack, uint32_t from)
{
	size_t n = 1;

	stack[0] = (struct frame){ .function = from };
	t->functions[from].colour = GREY;
	while (n) {
		struct frame *top = &stack[n - 1];
		struct thumb_function *f = &t->functions[top->function];
		uint32_t to;

		if (top->next == f->n_edges) {
			sum_up(t, f);
			n--;
			continue;
		}
		to = t->edges[f->first_edge + top->next++].to;
		if (to == FUNCTION_NONE || t->functions[to].colour != WHITE)
			continue;
		t->functions[to].colour = GREY;
		stack[n++] = (struct frame){ .function = to };
	}
}

int thumb_depths(struct thumb *t, struct stk_error *err)
{
	struct frame *stack = calloc(t->n_functions + 1, sizeof(*stack));

	if (!stack)
		return stk_fail_nomem(err);
	for (uint32_t f = 0; f < t->n_functions; f++) {
		t->functions[f].stack_bounded = true;
		thumb_each_step(t, f, measure, &t->functions[f]);
	}
	for (uint32_t f = 0; f < t->n_functions; f++)
		if (t->functions[f].colour == WHITE)
			descend(t, stack, f);
	free(stack);
	return 0;
}
