/* SPDX-License-Identifier: MIT */
/* Which functions run when a host calls the loader: a library brings more along. */
#include "diff.h"

#include <errno.h>
#include <string.h>

struct walk {
	const struct diff_side *side;
	bool *reached;
	size_t *todo;
	size_t n_todo;
};

static void reach(struct walk *w, size_t index)
{
	if (index == DIFF_NONE || w->reached[index])
		return;
	w->reached[index] = true;
	w->todo[w->n_todo++] = index;
}

/* False: it calls through a register, and so perhaps anything. */
static bool follow(struct walk *w, const struct stk_code_function *f)
{
	for (size_t i = 0; i < f->n_calls; i++) {
		if (!f->calls[i].target)
			return false;
		reach(w, diff_function_at(w->side, f->calls[i].target));
	}
	return true;
}

static bool walk(struct walk *w)
{
	const struct diff_side *s = w->side;

	for (size_t i = 0; i < s->n_functions; i++) {
		if (s->functions[i].entry)
			reach(w, i);
	}
	if (!w->n_todo)
		return false;
	while (w->n_todo) {
		if (!follow(w, &s->functions[w->todo[--w->n_todo]]))
			return false;
	}
	return true;
}

int diff_reach(const struct diff_side *side, bool **ret)
{
	struct walk w = {
		.side = side,
		.reached = calloc(side->n_functions + 1, sizeof(*w.reached)),
		.todo = calloc(side->n_functions + 1, sizeof(*w.todo)),
	};

	if (!w.reached || !w.todo) {
		free(w.reached);
		free(w.todo);
		return -ENOMEM;
	}
	if (!walk(&w))
		memset(w.reached, true, side->n_functions);
	free(w.todo);
	*ret = w.reached;
	return 0;
}
