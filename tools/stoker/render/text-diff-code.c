/* SPDX-License-Identifier: MIT */
/* The code of two loaders beside each other, for people. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "../cmd.h"
#include "text-diff.h"

/* Lines that are in both, before and after one that is not. */
#define CONTEXT 3
#define WIDTH	88
/* Names that are told of many. */
#define MAX_NAMES  16
#define MAX_OTHERS 8

/* ---- names ------------------------------------------------------------ */

static void text_name(FILE *out, const struct stk_code_function *f)
{
	if (f->name)
		text_safe(out, f->name);
	else
		fprintf(out, "function at 0x%08" PRIX64, f->address);
}

static bool renamed(const struct stk_diff_function *f)
{
	return f->a && f->b && f->a->name && f->b->name && strcmp(f->a->name, f->b->name);
}

static void text_names(FILE *out, const struct stk_diff_function *f)
{
	text_name(out, f->a ? f->a : f->b);
	if (!renamed(f))
		return;
	fputs(" -> ", out);
	text_name(out, f->b);
}

/* ---- lists that fill lines -------------------------------------------- */

/* Items with commas, folded below the first. */
struct fold {
	FILE *out;
	size_t indent, column, count;
};

static void fold_begin(struct fold *f, FILE *out, size_t indent, size_t column)
{
	*f = (struct fold){ out, indent, column, 0 };
}

static void fold_add(struct fold *f, const char *item)
{
	const size_t len = strlen(item);

	if (f->count++) {
		putc(',', f->out);
		f->column++;
		if (f->column + 1 + len > WIDTH) {
			fprintf(f->out, "\n%*s", (int)f->indent, "");
			f->column = f->indent;
		} else {
			putc(' ', f->out);
			f->column++;
		}
	}
	text_safe(f->out, item);
	f->column += len;
}

/* ---- what the code touches -------------------------------------------- */

static const char *const touch_words[] = {
	[STK_TOUCH_READ] = "reads",
	[STK_TOUCH_WRITE] = "writes",
	[STK_TOUCH_CONSTANT] = "constants",
	[STK_TOUCH_SPECIAL] = "uses",
};

static const char *touch_text(const struct stk_diff_touch *t, char *buf, size_t len)
{
	if (t->kind == STK_TOUCH_SPECIAL)
		return stk_special_name(t->special);
	if (t->kind == STK_TOUCH_CONSTANT && t->name)
		snprintf(buf, len, "0x%08" PRIX32 " (%s)", t->value, t->name);
	else if (t->kind == STK_TOUCH_CONSTANT)
		snprintf(buf, len, "0x%08" PRIX32, t->value);
	else if (t->name && t->has_value)
		snprintf(buf, len, "%s = 0x%08" PRIX32, t->name, t->value);
	else if (t->name)
		snprintf(buf, len, "%s", t->name);
	else if (t->has_value)
		snprintf(buf, len, "0x%08" PRIX64 " = 0x%08" PRIX32, t->address, t->value);
	else
		snprintf(buf, len, "0x%08" PRIX64, t->address);
	return buf;
}

/* One line for each kind that was lost, then for each that was gained. */
static void text_touches(FILE *out, const char *heading, const char *indent,
			 const struct stk_diff_touch *t, size_t n)
{
	char buf[128];

	for (size_t i = 0; i < n;) {
		const bool gained = t[i].gained;
		const enum stk_touch_kind kind = t[i].kind;
		struct fold fold;

		diff_label(out, heading);
		heading = "";
		fprintf(out, "%s%s%c %-9s ", indent,
			colour_on(out, gained ? COLOUR_GREEN : COLOUR_RED),
			gained ? '+' : '-', touch_words[kind]);
		fold_begin(&fold, out, 27 + strlen(indent), 27 + strlen(indent));
		for (; i < n && t[i].gained == gained && t[i].kind == kind; i++)
			fold_add(&fold, touch_text(&t[i], buf, sizeof(buf)));
		fprintf(out, "%s\n", colour_off(out));
	}
}

/* ---- functions -------------------------------------------------------- */

/* Instructions, or bytes where the code was not taken apart. */
struct unit {
	const char *name;
	size_t size;
};

static void text_stack_change(FILE *out, const struct stk_diff_function *f)
{
	if (f->a->stack != f->b->stack)
		fprintf(out, "; stack %" PRIu32 " -> %" PRIu32, f->a->stack, f->b->stack);
}

static void text_changed(FILE *out, const struct stk_diff_function *f,
			 const struct unit *unit)
{
	const size_t n = f->a->n_shape * unit->size;
	const size_t removed = f->removed * unit->size, added = f->added * unit->size;

	text_names(out, f);
	if (removed == added)
		fprintf(out, " changed: %zu of %zu %s", removed, n, unit->name);
	else if (!removed)
		fprintf(out, " changed: %zu added to %zu %s", added, n, unit->name);
	else
		fprintf(out, " changed: %zu of %zu %s removed", removed, n, unit->name);
	if (removed && added && removed != added)
		fprintf(out, ", %zu added", added);
	text_stack_change(out, f);
	putc('\n', out);
	text_touches(out, "", "  ", f->touches, f->n_touches);
}

/* What hosts do not call, in one sentence. */
static void text_others(FILE *out, const char *heading, const struct stk_diff_info *info,
			bool added, size_t count, size_t size, const struct unit *unit)
{
	char rest[48];
	struct fold fold;
	size_t told = 0;

	diff_label(out, heading);
	fold_begin(&fold, out, 17,
		   15 + (size_t)fprintf(out, "%s, %zu %s: ", added ? "added" : "removed",
					size, unit->name));
	for (size_t i = 0; i < info->n_functions && told < MAX_NAMES; i++) {
		const struct stk_diff_function *f = &info->functions[i];
		const struct stk_code_function *c = f->a ? f->a : f->b;

		if ((added ? f->a : f->b) || c->entry || !c->name)
			continue;
		fold_add(&fold, c->name);
		told++;
	}
	snprintf(rest, sizeof(rest), "%zu %s", count - told,
		 told ? "others" : "without a name");
	if (count > told)
		fold_add(&fold, rest);
	putc('\n', out);
}

/* Those that only one side has; hosts' own functions one by one. */
static bool text_alone(FILE *out, const char *heading, const struct stk_diff_info *info,
		       bool added, const struct unit *unit)
{
	size_t others = 0, size = 0;

	for (size_t i = 0; i < info->n_functions; i++) {
		const struct stk_diff_function *f = &info->functions[i];
		const struct stk_code_function *c = f->a ? f->a : f->b;

		if (added ? f->a : f->b)
			continue;
		if (!c->entry) {
			others++;
			size += c->n_shape * unit->size;
			continue;
		}
		diff_label(out, heading);
		heading = "";
		text_name(out, c);
		fprintf(out, " %s: %zu %s\n", added ? "added" : "removed",
			c->n_shape * unit->size, unit->name);
	}
	if (others)
		text_others(out, heading, info, added, others, size, unit);
	return others || !*heading;
}

static bool is_unchanged(const struct stk_diff_function *f)
{
	return f->same && !renamed(f);
}

/* Those that hosts call first, then some of the others. */
static size_t add_same_names(struct fold *fold, const struct stk_diff_info *info,
			     bool entry, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < info->n_functions && n < room; i++) {
		const struct stk_diff_function *f = &info->functions[i];
		const char *name = f->a && f->b && !f->a->name ? f->b->name
				   : f->a		       ? f->a->name
							       : NULL;

		if (!is_unchanged(f) || !name || f->a->entry != entry)
			continue;
		fold_add(fold, name);
		n++;
	}
	return n;
}

/* One line for all whose code is the same; returns whether there are any. */
static bool text_same(FILE *out, const char *heading, const struct stk_diff_info *info)
{
	size_t n = 0, named;
	struct fold fold;
	char rest[48];

	for (size_t i = 0; i < info->n_functions; i++)
		n += is_unchanged(&info->functions[i]);
	if (!n)
		return false;
	diff_label(out, heading);
	fold_begin(&fold, out, 17,
		   15 + (size_t)fprintf(
				out, "the same %s: ", info->analysis ? "code" : "bytes"));
	named = add_same_names(&fold, info, true, MAX_NAMES);
	if (n - named <= MAX_OTHERS)
		named += add_same_names(&fold, info, false, MAX_OTHERS);
	snprintf(rest, sizeof(rest), "%zu %s", n - named, named ? "others" : "functions");
	if (n > named)
		fold_add(&fold, rest);
	putc('\n', out);
	return true;
}

static bool all_unchanged(const struct stk_diff_info *info)
{
	for (size_t i = 0; i < info->n_functions; i++)
		if (!info->functions[i].same)
			return false;
	return info->n_functions;
}

void text_diff_functions(FILE *out, const struct stk_diff_info *info)
{
	const struct unit unit = info->analysis ? (struct unit){ "instructions", 1 }
						: (struct unit){ "bytes", 2 };
	const char *heading = "functions";

	if (!info->analysis) {
		diff_label(out, heading);
		heading = "";
		fputs("compared as bytes: ", out);
		text_safe(out, info->why_bytes.msg);
		putc('\n', out);
	}
	if (text_same(out, heading, info))
		heading = "";
	for (size_t i = 0; i < info->n_functions; i++) {
		const struct stk_diff_function *f = &info->functions[i];

		if (!f->a || !f->b || is_unchanged(f))
			continue;
		diff_label(out, heading);
		heading = "";
		if (f->same) {
			text_names(out, f);
			fputs(": the same code\n", out);
		} else {
			text_changed(out, f, &unit);
		}
	}
	if (text_alone(out, heading, info, false, &unit))
		heading = "";
	text_alone(out, heading, info, true, &unit);
	if (!info->same_code && info->analysis && all_unchanged(info)) {
		diff_label(out, "");
		fputs("what differs is addresses in it, or data beside it\n", out);
	}
	text_touches(out, "in all", "", info->touches, info->n_touches);
}

/* ---- instructions ------------------------------------------------------ */

struct kept {
	enum stk_diff_side side;
	char *text;
};

struct keep {
	struct kept *line;
	size_t count, room;
};

static void keep_line(void *data, const struct stk_diff_line *line)
{
	struct keep *k = data;

	if (k->count == k->room) {
		k->room = k->room ? 2 * k->room : 256;
		k->line = reallocarray(k->line, k->room, sizeof(*k->line));
		if (!k->line)
			out_of_memory();
	}
	k->line[k->count] = (struct kept){ line->side, strdup(line->text) };
	if (!k->line[k->count++].text)
		out_of_memory();
}

static void keep_free(struct keep *k)
{
	for (size_t i = 0; i < k->count; i++)
		free(k->line[i].text);
	free(k->line);
}

/* Is a line that is not in both at most CONTEXT lines away? */
static bool is_near(const struct keep *k, size_t at)
{
	size_t from = at > CONTEXT ? at - CONTEXT : 0;

	for (size_t i = from; i < k->count && i <= at + CONTEXT; i++)
		if (k->line[i].side != STK_SIDE_BOTH)
			return true;
	return false;
}

static void text_hunks(FILE *out, const struct keep *k)
{
	static const char mark[] = { ' ', '-', '+' };
	static const enum colour colours[] = { COLOUR_NONE, COLOUR_RED, COLOUR_GREEN };
	bool shown = true;

	for (size_t i = 0; i < k->count; i++) {
		bool near = is_near(k, i);

		if (near && !shown)
			fputs("  ...\n", out);
		shown = near;
		if (!near)
			continue;
		fprintf(out, "%s%c ", colour_on(out, colours[k->line[i].side]),
			mark[k->line[i].side]);
		text_safe(out, k->line[i].text);
		fprintf(out, "%s\n", colour_off(out));
	}
}

bool compared_lists(const struct compared *c, const struct stk_diff_function *f)
{
	if (!c->code || !c->info->analysis)
		return false;
	if (!c->function)
		return f->a && f->b && !f->same;
	return (f->a && f->a->name && !strcmp(f->a->name, c->function)) ||
	       (f->b && f->b->name && !strcmp(f->b->name, c->function));
}

int text_diff_listings(FILE *out, const struct compared *c, struct stk_error *err)
{
	for (size_t i = 0; i < c->info->n_functions; i++) {
		const struct stk_diff_function *f = &c->info->functions[i];
		struct keep k = { 0 };
		int r;

		if (!compared_lists(c, f))
			continue;
		fprintf(out, "\n%s", colour_on(out, COLOUR_BOLD));
		text_names(out, f);
		fprintf(out, "%s\n", colour_off(out));
		r = stk_diff_listing(c->ctx, c->diff, i, keep_line, &k, err);
		if (!r)
			text_hunks(out, &k);
		keep_free(&k);
		if (r)
			return r;
	}
	return 0;
}
