/* SPDX-License-Identifier: MIT */
/*
 * The sectors of the device as a heat map: a cell is one, or of very many some
 * that lie side by side, and the warmer the longer it takes. All cells are of
 * one size, so that a slow small sector is seen among large ones.
 */
#include "../cmd.h"

#include <inttypes.h>

#include "html.h"

#define CELLS_MOST 512
#define SHADES	   5
#define ROW	   22

/* What one drawing shows of a sector. */
struct aspect {
	const char *id, *title, *verb;
	bool erase;
};

/* One cell. */
struct heat {
	struct stk_range range;
	size_t sectors, tried, bad;
	uint64_t ns; /* the longest of those tried */
};

/* The range of times that the shades stand for. */
struct scale {
	uint64_t least, most;
};

static bool tried(const struct aspect *a, const struct stk_sector_trial *s)
{
	return a->erase ? s->erase_tried : s->program_tried;
}

static struct heat cell_of(const struct aspect *a, const struct stk_sector_trial *s,
			   size_t count)
{
	struct heat c = { .range = s->range, .sectors = count };

	c.range.len = stk_range_end(s[count - 1].range) - s->range.addr;
	for (size_t i = 0; i < count; i++) {
		uint64_t ns = a->erase ? s[i].erase_ns : s[i].program_ns;

		if (!tried(a, &s[i]))
			continue;
		c.tried++;
		c.bad += !(a->erase ? s[i].erase_good : s[i].program_good);
		c.ns = ns > c.ns ? ns : c.ns;
	}
	return c;
}

static struct scale scale_of(const struct aspect *a, const struct stk_qualify_report *r)
{
	struct scale s = { UINT64_MAX, 0 };

	for (size_t i = 0; i < r->n_sectors; i++) {
		uint64_t ns = a->erase ? r->sectors[i].erase_ns : r->sectors[i].program_ns;

		if (!tried(a, &r->sectors[i]))
			continue;
		s.least = ns < s.least ? ns : s.least;
		s.most = ns > s.most ? ns : s.most;
	}
	return s;
}

static unsigned int shade(struct scale s, uint64_t ns)
{
	if (s.most == s.least)
		return 0;
	return (unsigned int)((double)(ns - s.least) * (SHADES - 1) /
				      (double)(s.most - s.least) + 0.5);
}

static void tooltip(FILE *out, const struct aspect *a, const struct heat *c)
{
	char range[64], time[32];

	fputs(text_range(c->range, range, sizeof(range)), out);
	if (c->sectors > 1)
		fprintf(out, ", %zu sectors, %zu of them tried", c->sectors, c->tried);
	else if (!c->tried)
		fputs(", not tried", out);
	if (c->tried)
		fprintf(out, ": %s in %s%s", a->verb, c->sectors > 1 ? "at most " : "",
			text_time(c->ns, time, sizeof(time)));
	if (c->bad)
		fprintf(out, ", %zu wrong", c->bad);
}

static void cell(FILE *out, const struct aspect *a, struct scale scale,
		 const struct heat *c, double x, double width, unsigned int y)
{
	char class[8] = "hole";

	if (c->bad)
		strcpy(class, "bad");
	else if (c->tried)
		snprintf(class, sizeof(class), "t%u", shade(scale, c->ns) % SHADES);
	fprintf(out,
		"<rect class=\"%s\" x=\"%.4g%%\" y=\"%u\" width=\"%.4g%%\" height=\"%u\" "
		"rx=\"3\" data-n=\"%zu\"><title>",
		class, x, y, width, ROW - 2, c->sectors);
	tooltip(out, a, c);
	fputs("</title></rect>\n", out);
}

static unsigned int columns_for(size_t cells)
{
	return cells > 128 ? 32 : cells > 12 ? 16 : (unsigned int)cells;
}

static void drawing(const struct html *h, const struct aspect *a,
		    const struct stk_qualify_report *r, struct scale scale)
{
	size_t each = 1, cells;
	unsigned int columns, rows;

	while (r->n_sectors / each > CELLS_MOST)
		each *= 2;
	cells = (r->n_sectors + each - 1) / each;
	columns = columns_for(cells);
	rows = (unsigned int)((cells + columns - 1) / columns);
	if (each > 1)
		fprintf(h->out, "<p class=\"soft\">A cell is up to %zu sectors.</p>\n", each);
	fputs("<div class=\"map heat\">\n<div class=\"rows mono\" aria-hidden=\"true\">", h->out);
	for (unsigned int y = 0; y < rows; y++)
		fprintf(h->out, "<span>0x%08" PRIX64 "</span>",
			r->sectors[(size_t)y * columns * each].range.addr);
	fprintf(h->out,
		"</div>\n<svg class=\"heat\" role=\"img\" height=\"%u\" data-sectors=\"%zu\" "
		"aria-label=\"%s of %zu sectors\">\n",
		rows * ROW, r->n_sectors, a->title, r->n_sectors);
	for (size_t i = 0; i < cells; i++) {
		size_t first = i * each, n = r->n_sectors - first;
		struct heat c = cell_of(a, &r->sectors[first], n < each ? n : each);

		cell(h->out, a, scale, &c, 100.0 * (double)(i % columns) / columns,
		     100.0 / columns, (unsigned int)(i / columns) * ROW);
	}
	fputs("</svg>\n</div>\n", h->out);
}

/* What the colours mean, and the times in words. */
static void legend(const struct html *h, const struct aspect *a,
		   const struct stk_qualify_report *r, struct scale s)
{
	size_t n = 0, bad = 0;
	char least[32], most[32];

	for (size_t i = 0; i < r->n_sectors; i++) {
		const struct stk_sector_trial *t = &r->sectors[i];

		n += tried(a, t);
		bad += tried(a, t) && !(a->erase ? t->erase_good : t->program_good);
	}
	fputs("<p class=\"legend\">", h->out);
	for (unsigned int i = 0; i < SHADES; i++)
		fprintf(h->out, "<span class=\"key t%u\"></span>", i);
	fprintf(h->out, "%s to %s", text_time(s.least, least, sizeof(least)),
		text_time(s.most, most, sizeof(most)));
	if (bad)
		fprintf(h->out, "; <span class=\"key bad\"></span>%zu wrong", bad);
	if (n < r->n_sectors)
		fprintf(h->out, "; <span class=\"key hole\"></span>%zu not tried",
			r->n_sectors - n);
	fputs("</p>\n", h->out);
}

/* Those that are wrong, and the slowest, in words. */
static void table(const struct html *h, const struct stk_qualify_report *r)
{
	size_t listed = 0;
	char range[64], erase[32], program[32];

	for (size_t i = 0; i < r->n_sectors && listed < 16; i++) {
		const struct stk_sector_trial *s = &r->sectors[i];
		bool bad_erase = s->erase_tried && !s->erase_good;
		bool bad_program = s->program_tried && !s->program_good;

		if (!bad_erase && !bad_program)
			continue;
		if (!listed++) {
			html_table(h, "Sectors that went wrong");
			fputs("<thead><tr><th scope=\"col\">sector</th>"
			      "<th scope=\"col\">erase</th>"
			      "<th scope=\"col\">program</th></tr></thead>\n<tbody>\n",
			      h->out);
		}
		fprintf(h->out,
			"<tr><th scope=\"row\" class=\"mono\">%s</th><td>%s%s</td>"
			"<td>%s%s</td></tr>\n",
			text_range(s->range, range, sizeof(range)),
			bad_erase ? "wrong, " : "",
			s->erase_tried ? text_time(s->erase_ns, erase, sizeof(erase))
				       : "not tried",
			bad_program ? "wrong, " : "",
			s->program_tried
				? text_time(s->program_ns, program, sizeof(program))
				: "not tried");
	}
	if (!listed)
		return;
	fputs("</tbody>\n", h->out);
	html_table_end(h);
}

void html_heat(const struct html *h, const struct stk_qualify_report *r)
{
	static const struct aspect aspects[] = {
		{ "erase", "Time to erase", "erased", true },
		{ "program", "Time to program", "programmed", false },
	};
	bool begun = false;

	for (size_t i = 0; i < ARRAY_SIZE(aspects); i++) {
		const struct aspect *a = &aspects[i];
		struct scale s = scale_of(a, r);

		if (s.least > s.most)
			continue;
		if (!begun)
			html_card(h, "sectors", "Sectors");
		begun = true;
		html_heading(h, 2, a->title);
		drawing(h, a, r, s);
		legend(h, a, r, s);
	}
	if (!begun)
		return;
	table(h, r);
	html_card_end(h);
}
