/* SPDX-License-Identifier: MIT */
/*
 * The sector table as cells in rows, to scale. A cell is one sector, or with
 * very many of them a power of two: data-n says how many.
 */
#include "../cmd.h"

#include <inttypes.h>
#include <limits.h>

#include "html.h"

#define SINGLE_MOST 1024 /* sectors that get a cell each */
#define CELLS_MOST  512	 /* else so many cells in all, if runs allow */
#define WIDTH_MOST  16	 /* of a cell, in cells of the smallest */
#define ROW	    26
#define ROW_DENSE   18

/* The drawing: cells flow from left to right and from row to row. */
struct flow {
	FILE *out;
	uint64_t unit;	      /* bytes of the smallest cell */
	unsigned int columns; /* units of a row */
	double x;	      /* in units */
	unsigned int y, height;
	bool measure;	     /* nothing is written */
	bool narrow_run;     /* a sector's cell is narrower than its bytes */
	bool narrow_hole;    /* a hole is */
	uint64_t *row_start; /* address of each row; NULL: not wanted */
	size_t rows;
};

/* Stretches that are drawn: of a run, or a hole where run is NULL. */
struct cell {
	const struct sector_run *run;
	uint64_t first, count; /* sectors of the run */
	struct stk_range range;
};

static uint64_t cells_of(const struct sector_map *m, uint64_t each)
{
	uint64_t cells = 0;

	for (size_t i = 0; i < m->n_runs; i++)
		cells += m->runs[i].count / each + (m->runs[i].count % each != 0);
	return cells;
}

/* Sectors a cell. */
static uint64_t grouping(const struct sector_map *m)
{
	uint64_t each = 1;

	if (m->sectors <= SINGLE_MOST)
		return 1;
	while (cells_of(m, each) > CELLS_MOST && each < UINT64_MAX / 2 && each < m->sectors)
		each *= 2;
	return each;
}

static double width(struct flow *f, const struct cell *c)
{
	double w = (double)c->range.len / (double)f->unit;

	if (w > WIDTH_MOST) {
		f->narrow_run |= c->run != NULL;
		f->narrow_hole |= !c->run;
		return WIDTH_MOST;
	}
	return w < 1 ? 1 : w;
}

static void tooltip(FILE *out, const struct cell *c)
{
	char range[64], size[32];

	text_range(c->range, range, sizeof(range));
	if (!c->run)
		fprintf(out, "no sector: %s, %s", range,
			text_size(c->range.len, size, sizeof(size)));
	else if (c->count == 1)
		fprintf(out, "sector %" PRIu64 ": %s, %s", c->run->first + c->first,
			range, text_size(c->run->size, size, sizeof(size)));
	else
		fprintf(out, "sectors %" PRIu64 " to %" PRIu64 ": %s, %" PRIu64 " x %s",
			c->run->first + c->first, c->run->first + c->first + c->count - 1,
			range, c->count, text_size(c->run->size, size, sizeof(size)));
}

static void put_cell(struct flow *f, const struct cell *c)
{
	double w = width(f, c), columns = f->columns;

	if (f->x + w > columns + 0.001) {
		f->x = 0;
		f->y += f->height;
	}
	if (f->x == 0) {
		if (f->row_start)
			f->row_start[f->rows] = c->range.addr;
		f->rows++;
	}
	if (!f->measure) {
		fprintf(f->out,
			"<rect x=\"%.4g%%\" y=\"%u\" width=\"%.4g%%\" height=\"%u\" rx=\"3\"",
			100 * f->x / columns, f->y, 100 * w / columns, f->height - 2);
		if (c->run)
			fprintf(f->out, " data-n=\"%" PRIu64 "\"", c->count);
		fputs("><title>", f->out);
		tooltip(f->out, c);
		fputs("</title></rect>\n", f->out);
	}
	f->x += w;
}

static void put_hole(struct flow *f, uint64_t from, uint64_t to)
{
	const struct cell c = { .range = { from, to - from } };

	if (from >= to)
		return;
	if (!f->measure)
		fputs("<g class=\"hole\">\n", f->out);
	put_cell(f, &c);
	if (!f->measure)
		fputs("</g>\n", f->out);
}

static void put_run(struct flow *f, const struct sector_run *run, uint64_t each)
{
	if (!f->measure)
		fprintf(f->out, "<g class=\"c%u\">\n", run->shade);
	for (uint64_t i = 0; i < run->count; i += each) {
		uint64_t n = run->count - i < each ? run->count - i : each;
		const struct cell c = {
			.run = run,
			.first = i,
			.count = n,
			.range = { run->start + i * run->size, n * run->size },
		};

		put_cell(f, &c);
	}
	if (!f->measure)
		fputs("</g>\n", f->out);
}

static void put_cells(struct flow *f, const struct sector_map *m, uint64_t each)
{
	uint64_t at = m->extent.addr;

	f->x = 0;
	f->y = 0;
	f->rows = 0;
	for (size_t i = 0; i < m->n_runs; i++) {
		struct stk_range r = sector_run_range(&m->runs[i]);

		put_hole(f, at, r.addr);
		put_run(f, &m->runs[i], each);
		at = stk_range_end(r) > at ? stk_range_end(r) : at;
	}
	put_hole(f, at, stk_range_end(m->extent));
}

/* The smallest cell, and as many of them a row as look well. */
static void find_columns(struct flow *f, const struct sector_map *m, uint64_t each)
{
	f->measure = true;
	f->unit = m->extent.len;
	for (size_t i = 0; i < m->n_runs; i++) {
		const struct sector_run *r = &m->runs[i];
		uint64_t bytes = r->size * (r->count < each ? r->count : each);

		if (bytes < f->unit)
			f->unit = bytes;
	}
	/* All in one row, to see how many units that takes. */
	f->columns = UINT_MAX;
	put_cells(f, m, each);
	f->height = f->x > 512 ? ROW_DENSE : ROW;
	f->columns = f->x > 128 ? 32 : f->x > 16 ? 16 : (unsigned int)(f->x + 0.999);
}

static void describe(FILE *out, const struct sector_map *m)
{
	char size[32], range[64];

	fprintf(out, "%" PRIu64 " sector%s in %s", m->sectors, m->sectors == 1 ? "" : "s",
		text_range(m->extent, range, sizeof(range)));
	for (size_t i = 0; i < m->n_runs && i < 8; i++)
		fprintf(out, "%s%" PRIu64 " x %s", i ? ", " : ": ", m->runs[i].count,
			text_size(m->runs[i].size, size, sizeof(size)));
	if (m->n_runs > 8)
		fputs(", and more", out);
}

static void drawing(const struct html *h, const struct sector_map *m)
{
	uint64_t each = grouping(m);
	struct flow f = { .out = h->out };
	stk_cleanup(freep) uint64_t *rows = NULL;

	find_columns(&f, m, each);
	put_cells(&f, m, each);
	rows = calloc(f.rows + 1, sizeof(*rows));
	if (!rows)
		out_of_memory();
	f.row_start = rows;
	put_cells(&f, m, each);
	fprintf(h->out, "<p class=\"soft\">%" PRIu64 " sector%s", m->sectors,
		m->sectors == 1 ? "" : "s");
	if (each > 1)
		fprintf(h->out, "; a cell is up to %" PRIu64 " of them", each);
	fprintf(h->out,
		"%s.</p>\n<div class=\"map%s\">\n<div class=\"rows mono\" "
		"aria-hidden=\"true\">",
		f.narrow_run	? "; large ones are drawn too narrow"
		: f.narrow_hole ? ", to scale but for what is no sector"
				: ", to scale",
		f.height == ROW_DENSE ? " dense" : "");
	for (size_t i = 0; i < f.rows; i++)
		fprintf(h->out, "<span>0x%08" PRIX64 "</span>", rows[i]);
	fprintf(h->out,
		"</div>\n<svg class=\"sectors\" role=\"img\" height=\"%zu\" "
		"data-sectors=\"%" PRIu64 "\" aria-label=\"",
		f.rows * f.height, m->sectors);
	describe(h->out, m);
	fputs("\">\n", h->out);
	f.measure = false;
	put_cells(&f, m, each);
	fputs("</svg>\n</div>\n", h->out);
}

/* ---- the same in words ------------------------------------------------ */

static void run_row(FILE *out, const struct sector_run *run)
{
	char size[32], all[32], range[64];
	struct stk_range r = sector_run_range(run);

	fprintf(out, "<tr><th scope=\"row\"><span class=\"key c%u\"></span>", run->shade);
	if (run->count == 1)
		fprintf(out, "%" PRIu64, run->first);
	else
		fprintf(out, "%" PRIu64 " to %" PRIu64, run->first,
			run->first + run->count - 1);
	fprintf(out,
		"</th><td class=\"num\">%" PRIu64 " x %s</td><td class=\"num\">%s</td>"
		"<td class=\"mono\">%s</td></tr>\n",
		run->count, text_size(run->size, size, sizeof(size)),
		text_size(r.len, all, sizeof(all)), text_range(r, range, sizeof(range)));
}

static void doubt(FILE *out, uint64_t bytes, const char *what)
{
	char size[32];

	if (bytes)
		fprintf(out, "<p><span class=\"level warning\">%s %s</span></p>\n",
			text_size(bytes, size, sizeof(size)), what);
}

static void table(const struct html *h, const struct sector_map *m)
{
	html_table(h, "Runs of equal sectors");
	fputs("<thead><tr><th scope=\"col\">sectors</th>"
	      "<th scope=\"col\" class=\"num\">number and size</th>"
	      "<th scope=\"col\" class=\"num\">together</th>"
	      "<th scope=\"col\">addresses</th></tr></thead>\n<tbody>\n",
	      h->out);
	for (size_t i = 0; i < m->n_runs; i++)
		run_row(h->out, &m->runs[i]);
	fputs("</tbody>\n", h->out);
	html_table_end(h);
}

void html_sectors(const struct html *h, const struct stk_device *d)
{
	struct sector_map m;

	sector_map_make(d, &m);
	html_card(h, "sectors", "Sectors");
	doubt(h->out, m.uncovered, "of the device in no sector");
	doubt(h->out, m.outside, "of sectors outside of the device");
	if (m.overlap)
		fputs("<p><span class=\"level warning\">sectors overlap</span></p>\n",
		      h->out);
	if (m.extent.len)
		drawing(h, &m);
	else
		fputs("<p>The table has no sectors and no size.</p>\n", h->out);
	if (m.n_runs)
		table(h, &m);
	html_card_end(h);
	sector_map_free(&m);
}
