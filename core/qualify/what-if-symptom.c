/* SPDX-License-Identifier: MIT */
/* "EraseSector 0x08010000 returns 1": a symptom as people report it. */
#include "core.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "what-if.h"

#define WORDS	4

static const char *const endings[] = {
	[ENDING_RETURNS] = "returns",
	[ENDING_HANGS] = "hangs",
	[ENDING_FAULTS] = "faults",
	[ENDING_CORRUPTS] = "corrupts",
};

static int bad_symptom(const char *text, struct stk_error *err, const char *why)
{
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-symptom",
			"symptom '%.80s': %s; FUNCTION [ADDRESS] and one of 'returns N', "
			"'hangs', 'faults', 'corrupts' is expected, as in 'EraseSector "
			"0x08010000 returns 1'", text, why);
}

/* Calls that can be made with no more than an address given. */
static bool can_be_made(enum stk_op op)
{
	return op == STK_OP_INIT || op == STK_OP_UNINIT || op == STK_OP_ERASE_SECTOR ||
	       op == STK_OP_ERASE_CHIP || op == STK_OP_PROGRAM;
}

static int find_function(const struct stk_loader_info *info, const char *name,
			 struct wanted *w, struct stk_error *err)
{
	char known[160] = "";
	size_t len = 0;

	for (size_t i = 0; i < info->n_functions; i++) {
		const struct stk_function *f = &info->functions[i];

		if (!can_be_made(f->op))
			continue;
		if (!strcmp(f->name, name)) {
			w->function = f;
			return 0;
		}
		if (len < sizeof(known))
			len += (size_t)snprintf(known + len, sizeof(known) - len, "%s%s",
						len ? ", " : "", f->name);
	}
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-symptom",
			"a symptom of '%.60s' cannot be looked for in %s: it can be of %s",
			name, info->name, known);
}

static int take_address(const struct stk_loader_info *info, const char *text,
			const char *word, struct wanted *w, struct stk_error *err)
{
	const struct stk_device *d = info->device;

	if (stk_parse_u64(word, &w->address))
		return bad_symptom(text, err, "the address is no number");
	w->has_address = true;
	if (w->address >= d->start && w->address - d->start < d->size)
		return 0;
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-symptom",
			"symptom '%.80s': 0x%08" PRIx64 " is not in the loader's device, "
			"0x%08" PRIx64 " to 0x%08" PRIx64, text, w->address, d->start,
			d->start + d->size - 1);
}

static int take_ending(const char *text, char *const *word, size_t n, struct wanted *w,
		       struct stk_error *err)
{
	uint64_t value = 0;
	size_t i = 0;

	while (i < ARRAY_SIZE(endings) && strcmp(endings[i], word[0]))
		i++;
	if (i == ARRAY_SIZE(endings))
		return bad_symptom(text, err, "it does not say how the call ends");
	w->ending = (enum ending)i;
	if (n != (w->ending == ENDING_RETURNS ? 2 : 1))
		return bad_symptom(text, err, "it has a word too many or too few");
	if (n == 2 && (stk_parse_u64(word[1], &value) || value > UINT32_MAX))
		return bad_symptom(text, err, "what it returns is no 32-bit number");
	w->value = (uint32_t)value;
	return 0;
}

int wanted_parse(const struct stk_loader_info *info, const char *text, struct wanted *ret,
		 struct stk_error *err)
{
	stk_cleanup(freep) char *copy = strdup(text);
	char *word[WORDS], *rest = copy, *next;
	struct wanted w = { .function = NULL };
	size_t n = 0, at = 1;
	int r;

	if (!copy)
		return stk_fail_nomem(err);
	while ((next = strsep(&rest, " ")) != NULL) {
		if (*next && n == WORDS)
			return bad_symptom(text, err, "it has a word too many or too few");
		if (*next)
			word[n++] = next;
	}
	if (n < 2)
		return bad_symptom(text, err, "it has a word too many or too few");
	r = find_function(info, word[0], &w, err);
	if (!r && word[1][0] >= '0' && word[1][0] <= '9')
		r = take_address(info, text, word[at++], &w, err);
	if (!r && at == n)
		return bad_symptom(text, err, "it does not say how the call ends");
	if (!r)
		r = take_ending(text, word + at, n - at, &w, err);
	if (!r)
		*ret = w;
	return r;
}

const char *wanted_of_check(const struct stk_check *c, struct arena *arena)
{
	const struct stk_trial_call *call = c->call;
	const char *open = call ? strchr(call->text, '(') : NULL;
	unsigned int value = 0, address = 0;
	char where[16] = "", how[24];

	if (!open)
		return NULL;
	if (sscanf(open, "(0x%x", &address) == 1)
		snprintf(where, sizeof(where), " 0x%08x", address);
	if (call->end == STK_END_TIMEOUT || call->end == STK_END_STUCK)
		snprintf(how, sizeof(how), "hangs");
	else if (call->end != STK_END_RETURNED)
		snprintf(how, sizeof(how), "faults");
	else if (call->ok)
		snprintf(how, sizeof(how), "corrupts");
	else if (call->meaning && sscanf(call->meaning, "returned %u", &value) == 1)
		snprintf(how, sizeof(how), "returns %u", value);
	else
		return NULL;
	return arena_printf(arena, "%.*s%s %s", (int)(open - call->text), call->text, where,
			    how);
}
