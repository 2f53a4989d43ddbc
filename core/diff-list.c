/* SPDX-License-Identifier: MIT */
/*
 * Two functions as one listing. What moves with the place of the code is taken
 * out of each line, so that a mere shift does not show.
 */
#include "diff.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* One side's lines, data excepted: loads show what they take from it. */
struct listing {
	const struct stk_diff *diff;
	const struct diff_side *side;
	const struct stk_code_function *function;
	char **text;
	uint32_t *key;
	size_t count, room;
	struct arena arena;
	bool failed;
};

static uint32_t hash(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (uint8_t)*s) * 16777619u;
	return h;
}

static bool starts(const char *s, const char *with)
{
	return !strncmp(s, with, strlen(with));
}

/* ---- one line --------------------------------------------------------- */

/* The function of A that a called one is or has become; NULL: has no name. */
static const char *callee(const struct listing *l, uint64_t target)
{
	for (size_t i = 0; i < l->side->n_functions; i++) {
		const struct stk_code_function *f = &l->side->functions[i];
		size_t a = i;

		if (f->address != target)
			continue;
		if (l->side == &l->diff->b)
			a = l->diff->pairs.a_of[i];
		if (a != DIFF_NONE && l->diff->a.functions[a].name)
			return l->diff->a.functions[a].name;
		return f->name;
	}
	return NULL;
}

/* Where a branch goes, in words. */
static const char *place(const struct listing *l, const struct stk_code_line *line)
{
	const uint64_t start = l->function->address, end = start + l->function->size;
	const char *name = callee(l, line->target);

	if (name && line->target != start)
		return name;
	if (line->target < start || line->target >= end)
		return "function without a name";
	return line->target > line->address ? "ahead" : "back";
}

static bool is_branch(const struct stk_code_line *line)
{
	return line->has_address && (line->text[0] == 'b' || starts(line->text, "cb")) &&
	       !starts(line->text, "bic") && !starts(line->text, "bf") &&
	       !starts(line->text, "bkpt");
}

/* The operand that holds a place: the last one, or all from the bracket on. */
static size_t before_operand(const char *text, char mark)
{
	const char *p = strrchr(text, mark);

	return p ? (size_t)(p - text) : strlen(text);
}

static char *normal(struct listing *l, const struct stk_code_line *line)
{
	const char *const text = line->text;
	struct arena *a = &l->arena;

	if (is_branch(line))
		return arena_printf(a, "%.*s<%s>", (int)before_operand(text, '#'), text,
				    place(l, line));
	if (!strstr(text, "[pc"))
		return arena_strdup(a, text);
	if (!line->has_value || diff_is_pointer(l->side, line->value))
		return arena_printf(a, "%.*s<own image>", (int)before_operand(text, '['),
				    text);
	return arena_printf(a, "%.*s=0x%08" PRIx32, (int)before_operand(text, '['), text,
			    line->value);
}

static bool grow(struct listing *l)
{
	size_t room = l->room ? 2 * l->room : 256;
	char **text = reallocarray(l->text, room, sizeof(*text));
	uint32_t *key;

	if (!text)
		return false;
	l->text = text;
	key = reallocarray(l->key, room, sizeof(*key));
	if (!key)
		return false;
	l->key = key;
	l->room = room;
	return true;
}

static void add_line(void *data, const struct stk_code_line *line)
{
	struct listing *l = data;
	char *text;

	if (line->data || l->failed)
		return;
	text = normal(l, line);
	if (!text || (l->count == l->room && !grow(l))) {
		l->failed = true;
		return;
	}
	l->text[l->count] = text;
	l->key[l->count++] = hash(text);
}

/* ---- both ------------------------------------------------------------- */

static void listing_free(struct listing *l)
{
	free(l->text);
	free(l->key);
	arena_free(&l->arena);
}

static int list_side(struct stk_ctx *ctx, struct listing *l, struct stk_error *err)
{
	int r;

	if (!l->function)
		return 0;
	r = stk_loader_listing(ctx, l->side->loader, l->function->address, add_line, l, err);
	return r || !l->failed ? r : stk_fail_nomem(err);
}

static void show(const struct listing *a, const struct listing *b,
		 const struct diff_edit *e,
		 void (*line)(void *data, const struct stk_diff_line *line), void *data)
{
	size_t i = 0, k = 0;

	while (i < a->count || k < b->count) {
		struct stk_diff_line out = { STK_SIDE_BOTH, NULL };

		if (i < a->count && e->only_a[i])
			out = (struct stk_diff_line){ STK_SIDE_A, a->text[i++] };
		else if (k < b->count && e->only_b[k])
			out = (struct stk_diff_line){ STK_SIDE_B, b->text[k++] };
		else
			out.text = a->text[i++], k++;
		line(data, &out);
	}
}

int stk_diff_listing(struct stk_ctx *ctx, const struct stk_diff *d, size_t index,
		     void (*line)(void *data, const struct stk_diff_line *line),
		     void *data, struct stk_error *err)
{
	const struct stk_diff_function *f = &d->info.functions[index];
	struct listing a = { .diff = d, .side = &d->a, .function = f->a };
	struct listing b = { .diff = d, .side = &d->b, .function = f->b };
	struct diff_edit e;
	int r;

	if (!d->info.analysis) {
		if (err)
			*err = d->info.why_bytes;
		return -d->info.why_bytes.code;
	}
	r = list_side(ctx, &a, err);
	if (!r)
		r = list_side(ctx, &b, err);
	if (!r && diff_edit(a.key, a.count, b.key, b.count, &e))
		r = stk_fail_nomem(err);
	if (!r) {
		show(&a, &b, &e, line, data);
		diff_edit_free(&e);
	}
	listing_free(&a);
	listing_free(&b);
	return r;
}
