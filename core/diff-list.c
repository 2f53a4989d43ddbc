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

/* What is written where an address of the loader's own image stands. */
#define OWN_IMAGE "<own image>"
/* Lines between the two halves of an address. */
#define LOOK_BACK 4

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

static bool ends(const char *s, const char *with)
{
	size_t n = strlen(s), m = strlen(with);

	return n >= m && !strcmp(s + n - m, with);
}

/* ---- one line --------------------------------------------------------- */

/* A function of both has one name in both: that of A. */
static const char *label(struct listing *l, size_t index)
{
	const struct stk_code_function *f = &l->side->functions[index];
	const bool in_b = l->side == &l->diff->b;
	size_t a = in_b ? l->diff->pairs.a_of[index] : index;

	if (a != DIFF_NONE && l->diff->a.functions[a].name)
		return l->diff->a.functions[a].name;
	if (f->name)
		return f->name;
	if (a == DIFF_NONE)
		return arena_printf(&l->arena, "new function at 0x%08" PRIx64, f->address);
	return arena_printf(&l->arena, "function at 0x%08" PRIx64,
			    l->diff->a.functions[a].address);
}

/* Where a branch goes, in words. */
static const char *place(struct listing *l, const struct stk_code_line *line)
{
	const struct stk_code_function *f = l->function;
	size_t index = diff_function_at(l->side, line->target);

	if (index != DIFF_NONE && line->target != f->address)
		return label(l, index);
	if (line->target >= f->address && line->target - f->address < f->size)
		return line->target > line->address ? "ahead" : "back";
	return "elsewhere";
}

static bool is_branch(const struct stk_code_line *line)
{
	const char *const t = line->text;

	return line->has_address && (t[0] == 'b' || starts(t, "cb")) && strchr(t, '#') &&
	       !starts(t, "bic") && !starts(t, "bf") && !starts(t, "bkpt");
}

/* How many bytes of data a load takes. */
static size_t loads(const char *text)
{
	if (starts(text, "ldrd") || (starts(text, "vldr") && strstr(text, " d")))
		return 8;
	if (starts(text, "ldrb") || starts(text, "ldrsb"))
		return 1;
	return starts(text, "ldrh") || starts(text, "ldrsh") ? 2 : 4;
}

/* The literal that a load takes, or that it is a place. NULL: out of memory. */
static char *literal(struct listing *l, const struct stk_code_line *line, int operand)
{
	const size_t len = loads(line->text);
	const uint8_t *p = NULL;
	uint64_t there = 0, value = 0;

	if (line->has_address)
		p = diff_bytes_at(l->side->loader, line->target, &there);
	if (!p || there < len)
		return arena_printf(&l->arena, "%.*s%s", operand, line->text, OWN_IMAGE);
	for (size_t i = len; i--;)
		value = value << 8 | p[i];
	if (len == 4 && diff_is_pointer(l->side, (uint32_t)value))
		return arena_printf(&l->arena, "%.*s%s", operand, line->text, OWN_IMAGE);
	return arena_printf(&l->arena, "%.*s=0x%0*" PRIx64, operand, line->text,
			    (int)(2 * len), value);
}

static char *normal(struct listing *l, const struct stk_code_line *line)
{
	const char *const text = line->text, *pc = strstr(text, "[pc");
	struct arena *a = &l->arena;

	if (is_branch(line))
		return arena_printf(a, "%.*s<%s>", (int)(strrchr(text, '#') - text), text,
				    place(l, line));
	if (pc)
		return literal(l, line, (int)(pc - text));
	if (starts(text, "adr"))
		return arena_printf(a, "%.*s%s", (int)strcspn(text, "#"), text, OWN_IMAGE);
	return arena_strdup(a, text);
}

/* ---- pairs of lines that make one address ------------------------------ */

/* The register that an instruction is about: "r3" in "movt r3, #8192". */
static size_t register_of(const char *text, const char **ret)
{
	const char *space = strchr(text, ' ');

	*ret = space ? space + 1 : "";
	return strcspn(*ret, ",");
}

/* Does line @at load or move a number into the register of @text? */
static bool begins(const struct listing *l, size_t at, const char *verb, const char *text)
{
	const char *mine, *other;
	size_t n = register_of(text, &mine);

	return starts(l->text[at], verb) && register_of(l->text[at], &other) == n &&
	       !strncmp(mine, other, n);
}

/* The line before that began it says "own image" in place of its number. */
static bool blank_begin(struct listing *l, const char *verb, const char *text)
{
	for (size_t k = 1; k <= LOOK_BACK && k <= l->count; k++) {
		char **line = &l->text[l->count - k];

		if (!begins(l, l->count - k, verb, text))
			continue;
		*line = arena_printf(&l->arena, "%.*s, %s", (int)strcspn(*line, ","),
				     *line, OWN_IMAGE);
		l->key[l->count - k] = *line ? hash(*line) : 0;
		return *line;
	}
	return true;
}

/* MOVW and MOVT of an address; the way from the program counter to one. */
static bool blank_addresses(struct listing *l, const struct stk_code_line *line, char **text)
{
	const char *const t = line->text;
	const char *operands = strchr(t, ' ');

	if (starts(t, "movt") && line->has_value && diff_is_pointer(l->side, line->value)) {
		*text = arena_printf(&l->arena, "%.*s, %s", (int)strcspn(t, ","), t,
				     OWN_IMAGE);
		return *text && blank_begin(l, "mov", t);
	}
	if (starts(t, "add") && operands && ends(t, ", pc"))
		return blank_begin(l, "ldr", t);
	return true;
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
	if (!text || !blank_addresses(l, line, &text) || (l->count == l->room && !grow(l))) {
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
	r = stk_loader_listing(ctx, l->side->loader, l->function->address, add_line, l,
			       err);
	return r || !l->failed ? r : stk_fail_nomem(err);
}

static int list_both(struct stk_ctx *ctx, struct listing *a, struct listing *b,
		     struct diff_edit *ret, struct stk_error *err)
{
	int r = list_side(ctx, a, err);

	if (!r)
		r = list_side(ctx, b, err);
	if (!r && diff_edit(a->key, a->count, b->key, b->count, ret))
		r = stk_fail_nomem(err);
	return r;
}

int diff_list_count(struct stk_ctx *ctx, const struct stk_diff *d,
		    struct stk_diff_function *f, struct stk_error *err)
{
	struct listing a = { .diff = d, .side = &d->a, .function = f->a };
	struct listing b = { .diff = d, .side = &d->b, .function = f->b };
	struct diff_edit e;
	int r = list_both(ctx, &a, &b, &e, err);

	if (!r) {
		f->removed = e.removed;
		f->added = e.added;
		diff_edit_free(&e);
	}
	listing_free(&a);
	listing_free(&b);
	return r;
}

static void show(const struct listing *a, const struct listing *b,
		 const struct diff_edit *e,
		 void (*line)(void *data, const struct stk_diff_line *line), void *data)
{
	size_t i = 0, k = 0;

	while (i < a->count || k < b->count) {
		struct stk_diff_line out = { STK_SIDE_BOTH, NULL };

		if (i < a->count && e->only_a[i]) {
			out = (struct stk_diff_line){ STK_SIDE_A, a->text[i++] };
		} else if (k < b->count && e->only_b[k]) {
			out = (struct stk_diff_line){ STK_SIDE_B, b->text[k++] };
		} else {
			out.text = a->text[i++];
			k++;
		}
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
	r = list_both(ctx, &a, &b, &e, err);
	if (!r) {
		show(&a, &b, &e, line, data);
		diff_edit_free(&e);
	}
	listing_free(&a);
	listing_free(&b);
	return r;
}
