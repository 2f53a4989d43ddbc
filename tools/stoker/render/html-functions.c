/* SPDX-License-Identifier: MIT */
/* What the functions of a loader take and touch, as far as their code tells. */
#include <inttypes.h>

#include "../code-view.h"
#include "html.h"

#define COLUMNS "7"

static void head(const struct html *h, bool code)
{
	fputs("<thead><tr><th scope=\"col\">name</th><th scope=\"col\">what for</th>"
	      "<th scope=\"col\">address</th><th scope=\"col\" class=\"num\">size</th>",
	      h->out);
	if (code)
		fputs("<th scope=\"col\" class=\"num\">stack</th><th "
		      "scope=\"col\">reads</th>"
		      "<th scope=\"col\">writes</th>",
		      h->out);
	fputs("</tr></thead>\n", h->out);
}

/* ---- without their code ----------------------------------------------- */

static void plain_row(FILE *out, const struct stk_function *f)
{
	char size[32];

	fputs("<tr><th scope=\"row\">", out);
	html_name(out, f->name);
	fprintf(out,
		"</th><td>%s</td><td class=\"mono\">0x%08" PRIX64
		"</td><td class=\"num\">%s</td></tr>\n",
		f->op == STK_OP_OTHER ? "" : stk_op_name(f->op), f->address,
		f->size ? text_size(f->size, size, sizeof(size)) : "");
}

static void plain_rows(const struct html *h, const struct stk_loader_info *info)
{
	head(h, false);
	fputs("<tbody>\n", h->out);
	for (size_t i = 0; i < info->n_functions; i++)
		plain_row(h->out, &info->functions[i]);
	fputs("</tbody>\n", h->out);
}

/* ---- with it ---------------------------------------------------------- */

static void place(FILE *out, const struct touched *t)
{
	fputs("<span class=\"mono\">", out);
	if (t->name)
		html_text(out, t->name);
	else
		fprintf(out, "0x%08" PRIX64, t->address);
	fputs("</span>", out);
}

static void reads(FILE *out, const struct code_function *f)
{
	bool begun = false;

	fputs("<td class=\"list-of\">", out);
	for (size_t i = 0; i < f->n_touched; i++) {
		if (!f->touched[i].reads)
			continue;
		fputs(begun ? ", " : "", out);
		begun = true;
		place(out, &f->touched[i]);
	}
	fputs("</td>", out);
}

static void values(FILE *out, const struct touched *t)
{
	for (size_t i = 0; i < t->n_values; i++) {
		fprintf(out, "%s<span class=\"mono\">0x%08" PRIX32 "</span>",
			i ? ", " : " = ", t->values[i].value);
		if (!t->values[i].text)
			continue;
		fputs(" (", out);
		html_text(out, t->values[i].text);
		putc(')', out);
	}
	if (t->more_values && t->n_values)
		fputs(", others", out);
}

static void writes(FILE *out, const struct code_function *f)
{
	fputs("<td class=\"list-of\">", out);
	for (size_t i = 0; i < f->n_touched; i++) {
		if (!f->touched[i].writes)
			continue;
		fputs("<div>", out);
		place(out, &f->touched[i]);
		values(out, &f->touched[i]);
		fputs("</div>", out);
	}
	fputs("</td>", out);
}

/* "wfi", "cpsid i": what hosts mind; not that Thumb-2 is used. */
static void specials(FILE *out, const struct code_function *f)
{
	for (size_t i = 0; i < f->n_specials; i++) {
		const struct special_count *s = &f->specials[i];

		if (s->kind == STK_SPECIAL_V7M || s->kind == STK_SPECIAL_V7EM)
			continue;
		fputs("<div><span class=\"level note mono\">", out);
		html_text(out, s->text);
		fprintf(out, "</span> <span class=\"soft\">%s</span></div>",
			stk_special_name(s->kind));
	}
}

static void code_row(FILE *out, const struct code_function *f)
{
	const struct stk_code_function *facts = f->facts;
	char size[32], stack[32];

	fputs("<tr><th scope=\"row\">", out);
	if (facts->name)
		html_name(out, facts->name);
	else
		fputs("<span class=\"soft\">no name</span>", out);
	specials(out, f);
	fprintf(out,
		"</th><td>%s</td><td class=\"mono\">0x%08" PRIX64
		"</td><td class=\"num\">%s</td><td class=\"num\">%s%s</td>",
		facts->op == STK_OP_OTHER ? "" : stk_op_name(facts->op), facts->address,
		text_size(facts->size, size, sizeof(size)),
		text_size(facts->stack, stack, sizeof(stack)),
		facts->stack_bounded ? "" : " or more");
	reads(out, f);
	writes(out, f);
	fputs("</tr>\n", out);
}

/* Those that hosts call, or the others. */
static void code_rows(const struct html *h, const struct code_view *v, bool entry)
{
	bool begun = false;

	for (size_t i = 0; i < v->n_functions; i++) {
		if (v->functions[i].facts->entry != entry)
			continue;
		if (!begun)
			fprintf(h->out,
				"<tbody>\n<tr><th scope=\"rowgroup\" colspan=\"" COLUMNS
				"\" class=\"group\">%s</th></tr>\n",
				entry ? "called by hosts" : "called by those");
		begun = true;
		code_row(h->out, &v->functions[i]);
	}
	if (begun)
		fputs("</tbody>\n", h->out);
}

static void whose_registers(FILE *out, const struct code_names *n)
{
	if (n->chip)
		fprintf(out, " Registers are named as those of the %s.", n->chip->name);
	else
		fputs(" No chip is known that would give registers their names.", out);
}

void html_functions(const struct html *h, const struct mapped *m)
{
	const struct stk_loader_info *info = m->file.info;
	bool code = m->code && m->code->analysis && m->code->n_functions;

	if (!info->n_functions && !code)
		return;
	html_card(h, "functions", "Functions");
	if (code) {
		fputs("<p class=\"soft\">Stack with the deepest of what a function "
		      "calls; what"
		      " only a run would show is not here.",
		      h->out);
		whose_registers(h->out, &m->code->names);
		fputs("</p>\n", h->out);
	}
	html_table(h, "Functions");
	if (code) {
		head(h, true);
		code_rows(h, m->code, true);
		code_rows(h, m->code, false);
	} else {
		plain_rows(h, info);
	}
	html_table_end(h);
	html_card_end(h);
}
