/* SPDX-License-Identifier: MIT */
/* Which functions a host's calls get to. */
#include "core.h"

#include "lint.h"

static size_t function_at(const struct stk_code_info *code, uint64_t address)
{
	size_t low = 0, high = code->n_functions;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (code->functions[mid].address < address)
			low = mid + 1;
		else
			high = mid;
	}
	return low < code->n_functions && code->functions[low].address == address ?
		       low : code->n_functions;
}

bool *lint_reach(const struct stk_code_info *code)
{
	bool *reach = calloc(code->n_functions + 1, sizeof(*reach));
	size_t *todo = calloc(code->n_functions + 1, sizeof(*todo));
	size_t n = 0;

	for (size_t i = 0; reach && todo && i < code->n_functions; i++) {
		reach[i] = code->functions[i].entry;
		if (reach[i])
			todo[n++] = i;
	}
	while (reach && todo && n) {
		const struct stk_code_function *f = &code->functions[todo[--n]];

		for (size_t k = 0; k < f->n_calls; k++) {
			size_t at = function_at(code, f->calls[k].target);

			if (at < code->n_functions && !reach[at]) {
				reach[at] = true;
				todo[n++] = at;
			}
		}
	}
	if (!todo) {
		free(reach);
		reach = NULL;
	}
	free(todo);
	return reach;
}

bool lint_calls_blindly(const struct stk_code_function *f)
{
	for (size_t i = 0; i < f->n_calls; i++) {
		if (!f->calls[i].target)
			return true;
	}
	return false;
}

/* Into the midst of a function, or to where none was found. */
static bool leaves_functions(const struct stk_code_info *code,
			     const struct stk_code_function *f)
{
	for (size_t i = 0; i < f->n_calls; i++) {
		if (function_at(code, f->calls[i].target) == code->n_functions)
			return true;
	}
	return false;
}

bool lint_reach_blindly(const struct stk_code_info *code, bool *reach)
{
	bool blind = false;

	for (size_t i = 0; i < code->n_functions && !blind; i++) {
		const struct stk_code_function *f = &code->functions[i];

		blind = reach[i] && (lint_calls_blindly(f) || leaves_functions(code, f));
	}
	for (size_t i = 0; blind && i < code->n_functions; i++)
		reach[i] = true;
	return blind;
}
