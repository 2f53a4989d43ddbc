/* SPDX-License-Identifier: MIT */
/* The code of a loader for people: by function, or one function line by line. */
#include "../code-view.h"

#include <inttypes.h>

#define LABEL "  %-13s"
#define INNER "      %-11s"
#define TEXT  34 /* columns of an instruction */

/* ---- whose registers -------------------------------------------------- */

static void text_names(FILE *out, const struct code_names *n)
{
	fprintf(out, LABEL, "registers");
	switch (n->from) {
	case NAMES_SVD:
		fputs("by the ", out);
		text_safe(out, n->chip->source);
		break;
	case NAMES_GIVEN:
		fprintf(out, "of %s, as given", n->chip->name);
		break;
	case NAMES_CHIP:
		fprintf(out, "of %s: ", n->chip->name);
		text_safe(out, n->why);
		break;
	case NAMES_LINE:
		fprintf(out, "of %s, one of those meant by ", n->chip->name);
		text_safe(out, n->why);
		break;
	case NAMES_FAMILY:
		fprintf(out, "of %s, which is only of the family of ", n->chip->name);
		text_safe(out, n->why);
		fputs("; --chip or --svd for others", out);
		break;
	case NAMES_CORE:
		fputs("of the core alone: ", out);
		if (n->why[0]) {
			fprintf(out, "no facts about %s, which ", n->family);
			text_safe(out, n->why);
			fputs(" means; give --svd FILE", out);
		} else {
			fputs("no name tells the chip; give --chip NAME or --svd FILE",
			      out);
		}
	}
	putc('\n', out);
}

/* ---- one function ----------------------------------------------------- */

static void text_address(FILE *out, const struct touched *t)
{
	if (t->name)
		text_safe(out, t->name);
	else
		fprintf(out, "0x%08" PRIx64, t->address);
}

static void text_value(FILE *out, const struct told_value *v)
{
	fprintf(out, "0x%08" PRIx32, v->value);
	if (v->text) {
		fputs(" (", out);
		text_safe(out, v->text);
		putc(')', out);
	}
}

static void text_reads(FILE *out, const struct code_function *f)
{
	bool begun = false;

	for (size_t i = 0; i < f->n_touched; i++) {
		if (!f->touched[i].reads)
			continue;
		if (begun)
			fputs(", ", out);
		else
			fprintf(out, INNER, "reads");
		begun = true;
		text_address(out, &f->touched[i]);
	}
	if (begun)
		putc('\n', out);
}

static void text_writes(FILE *out, const struct code_function *f)
{
	const char *label = "writes";

	for (size_t i = 0; i < f->n_touched; i++) {
		const struct touched *t = &f->touched[i];

		if (!t->writes)
			continue;
		fprintf(out, INNER, label);
		text_address(out, t);
		for (size_t k = 0; k < t->n_values; k++) {
			fputs(k ? ", " : " = ", out);
			text_value(out, &t->values[k]);
		}
		if (t->more_values && t->n_values)
			fputs(", others", out);
		putc('\n', out);
		label = "";
	}
}

static void text_constants(FILE *out, const struct code_function *f)
{
	for (size_t i = 0; i < f->n_constants; i++) {
		if (i)
			fputs(", ", out);
		else
			fprintf(out, INNER, "constants");
		text_value(out, &f->constants[i]);
	}
	if (f->n_constants)
		putc('\n', out);
}

static void text_calls(FILE *out, const struct code_function *f)
{
	if (!f->n_calls && !f->blind_calls)
		return;
	fprintf(out, INNER, "calls");
	for (size_t i = 0; i < f->n_calls; i++) {
		fputs(i ? ", " : "", out);
		if (f->calls[i].name)
			text_safe(out, f->calls[i].name);
		else
			fprintf(out, "0x%08" PRIx64, f->calls[i].address);
	}
	if (f->blind_calls)
		fprintf(out, "%s%zu through a register", f->n_calls ? ", " : "",
			f->blind_calls);
	putc('\n', out);
}

static void text_specials(FILE *out, const struct code_function *f)
{
	for (size_t i = 0; i < f->n_specials; i++) {
		const struct special_count *s = &f->specials[i];

		fprintf(out, INNER, i ? "" : "special");
		fprintf(out, "%s: ", stk_special_name(s->kind));
		text_safe(out, s->text);
		fprintf(out, " at 0x%08" PRIx64, s->pc);
		if (s->count > 1)
			fprintf(out, " and %zu more", s->count - 1);
		putc('\n', out);
	}
}

static void text_function(FILE *out, const struct code_function *f)
{
	const struct stk_code_function *c = f->facts;

	fprintf(out, "\n  %s", colour_on(out, COLOUR_BOLD));
	if (c->name)
		text_safe(out, c->name);
	else
		fprintf(out, "0x%08" PRIx64, c->address);
	fputs(colour_off(out), out);
	if (c->entry)
		fprintf(out, " [%s]", stk_op_name(c->op));
	if (c->name)
		fprintf(out, " at 0x%08" PRIx64, c->address);
	fprintf(out, ", %" PRIu64 " bytes, stack %s%" PRIu32, c->size,
		c->stack_bounded ? "" : "at least ", c->stack);
	if (c->stack_own != c->stack)
		fprintf(out, " (%" PRIu32 " its own)", c->stack_own);
	putc('\n', out);
	text_calls(out, f);
	text_reads(out, f);
	text_writes(out, f);
	text_constants(out, f);
	text_specials(out, f);
}

/* ---- the listing ------------------------------------------------------ */

/* Halfwords as the processor reads them, data as bytes. */
static void text_bytes(FILE *out, const struct stk_code_line *l)
{
	char text[16] = "";
	size_t used = 0;

	for (unsigned int i = 0; i < l->size && i < sizeof(l->bytes); i++) {
		bool low = !l->data && i % 2 == 0 && i + 1u < l->size;
		unsigned int at = l->data ? i : low ? i + 1 : i - 1;

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%02x%s",
					 l->bytes[at < l->size ? at : i],
					 !l->data && i == 1 ? " " : "");
	}
	fprintf(out, "%-10s", text);
}

static void text_line(FILE *out, const struct code_line *l)
{
	fprintf(out, "    0x%08" PRIx64 "  ", l->line.address);
	text_bytes(out, &l->line);
	if (l->comment) {
		fprintf(out, "%-*s ; ", TEXT, l->text);
		text_safe(out, l->comment);
	} else {
		fputs(l->text, out);
	}
	putc('\n', out);
}

void text_code_view(FILE *out, const struct code_view *v, size_t index)
{
	const struct stk_loader_info *info = v->file.info;

	text_loader_head(out, &v->file, index);
	if (!info)
		return;
	if (info->device)
		text_loader_device(out, info);
	text_loader_error(out, &v->file);
	if (!v->analysis)
		return;
	text_names(out, &v->names);
	for (size_t i = 0; i < v->n_functions; i++) {
		const struct code_function *f = &v->functions[i];

		text_function(out, f);
		if (f->n_lines)
			putc('\n', out);
		for (size_t k = 0; k < f->n_lines; k++)
			text_line(out, &f->lines[k]);
	}
}
