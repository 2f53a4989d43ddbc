/* SPDX-License-Identifier: MIT */
/*
 * The device and RAM of a loader as rows of characters. One column is a power
 * of two bytes, one row a power of two columns, so that addresses are round.
 */
#include "../cmd.h"

#include <inttypes.h>

#include "maps.h"

#define LABEL	      "  %-13s"
#define MARGIN	      16 /* two blanks, an address, two blanks */
#define ROWS_MOST     8
#define COLUMNS_LEAST 16
#define COLUMNS_MOST  128

/* A column: this in UTF-8, that elsewhere. */
struct glyph {
	const char *utf8;
	char ascii;
};

static const struct glyph sector_glyph[] = { { "\u2588", '#' }, { "\u2593", '=' } };
static const struct glyph several_glyph[] = { { "\u2592", ':' }, { "\u2591", '-' } };
static const struct glyph empty_glyph = { "\u00b7", '.' };
static const struct glyph part_glyph[STK_LAYOUT_PART_COUNT] = {
	[STK_LAYOUT_IMAGE] = { "\u2588", '#' },	  [STK_LAYOUT_TRAP] = { "\u25bc", '!' },
	[STK_LAYOUT_SCRATCH] = { "\u25c6", 'r' }, [STK_LAYOUT_GUARD] = { "\u2573", 'x' },
	[STK_LAYOUT_STACK] = { "\u2593", 's' },	  [STK_LAYOUT_BUFFER] = { "\u2592", 'b' },
};

static void put_glyph(FILE *out, const struct glyph *g)
{
	if (text_utf8())
		fputs(g->utf8, out);
	else
		putc(g->ascii, out);
}

/* ---- sectors ---------------------------------------------------------- */

struct scale {
	uint64_t bytes;	      /* of a column */
	unsigned int columns; /* of a row */
	uint64_t rows;
};

static uint64_t rows_of(uint64_t len, const struct scale *s)
{
	uint64_t columns = len / s->bytes + (len % s->bytes != 0);

	return columns / s->columns + (columns % s->columns != 0);
}

/* Each sector a column or more, unless that takes too many rows. */
static struct scale find_scale(const struct sector_map *m, FILE *out)
{
	unsigned int room = text_columns(out);
	struct scale s = { .bytes = 1, .columns = COLUMNS_LEAST };
	uint64_t least = m->extent.len;

	while (s.columns < COLUMNS_MOST && 2 * s.columns + MARGIN <= room)
		s.columns *= 2;
	for (size_t i = 0; i < m->n_runs; i++)
		if (m->runs[i].size < least)
			least = m->runs[i].size;
	while (s.bytes <= least / 2)
		s.bytes *= 2;
	while (rows_of(m->extent.len, &s) > ROWS_MOST)
		s.bytes *= 2;
	s.rows = rows_of(m->extent.len, &s);
	return s;
}

/* The run that holds most of the first bytes of a column; NULL: none does. */
static const struct sector_run *run_at(const struct sector_map *m, struct stk_range column)
{
	for (size_t i = m->n_runs; i--;)
		if (stk_range_overlaps(sector_run_range(&m->runs[i]), column))
			return &m->runs[i];
	return NULL;
}

static const struct glyph *column_glyph(const struct sector_map *m, struct stk_range column)
{
	const struct sector_run *run = run_at(m, column);
	uint64_t at;

	if (!run)
		return &empty_glyph;
	if (run->size < column.len)
		return &several_glyph[(run - m->runs) & 1];
	at = column.addr > run->start ? column.addr - run->start : 0;
	return &sector_glyph[(run->first + at / run->size) & 1];
}

static void print_rows(FILE *out, const struct sector_map *m, const struct scale *s)
{
	uint64_t left = m->extent.len, addr = m->extent.addr;

	for (uint64_t row = 0; row < s->rows; row++) {
		fprintf(out, "  0x%08" PRIX64 "  ", addr);
		for (unsigned int i = 0; i < s->columns && left; i++) {
			uint64_t len = left < s->bytes ? left : s->bytes;

			put_glyph(out, column_glyph(m, (struct stk_range){ addr, len }));
			addr += len;
			left -= len;
		}
		putc('\n', out);
	}
}

static void print_scale(FILE *out, const struct sector_map *m, const struct scale *s)
{
	char size[32];
	uint64_t most = 0;

	for (size_t i = 0; i < m->n_runs; i++)
		if (s->bytes / m->runs[i].size > most)
			most = s->bytes / m->runs[i].size;
	fprintf(out, LABEL "%" PRIu64 " sector%s; one column is %s", "map", m->sectors,
		m->sectors == 1 ? "" : "s", text_size(s->bytes, size, sizeof(size)));
	if (most > 1)
		fprintf(out, ", up to %" PRIu64 " sectors", most);
	putc('\n', out);
}

static void print_doubts(FILE *out, const struct sector_map *m)
{
	char size[32];

	if (m->uncovered)
		fprintf(out, LABEL "%s of the device in no sector\n", "",
			text_size(m->uncovered, size, sizeof(size)));
	if (m->outside)
		fprintf(out, LABEL "%s of sectors outside of the device\n", "",
			text_size(m->outside, size, sizeof(size)));
	if (m->overlap)
		fprintf(out, LABEL "sectors overlap\n", "");
}

static void print_sectors(FILE *out, const struct stk_device *d)
{
	struct sector_map m;

	sector_map_make(d, &m);
	if (m.extent.len) {
		struct scale s = find_scale(&m, out);

		print_scale(out, &m, &s);
		print_doubts(out, &m);
		print_rows(out, &m, &s);
	}
	sector_map_free(&m);
}

/* ---- RAM -------------------------------------------------------------- */

/* Rows [from, to) are one range of RAM: a strip of them, to scale or a column. */
static void print_strip(FILE *out, const struct ram_map *m, size_t from, size_t to)
{
	struct stk_range first = m->rows[from].range;
	uint64_t end = first.addr, bytes = 1, room = text_columns(out);
	char size[32];

	for (size_t i = from; i < to; i++)
		if (stk_range_end(m->rows[i].range) > end)
			end = stk_range_end(m->rows[i].range);
	room = room > 4 + 2 * (to - from) ? room - 4 - (to - from) : to - from;
	while ((end - first.addr) / bytes > room)
		bytes *= 2;
	fprintf(out, "    one column is %s, a part has at least one\n    ",
		text_size(bytes, size, sizeof(size)));
	for (size_t i = from; i < to; i++) {
		const struct ram_row *r = &m->rows[i];
		uint64_t columns = r->on_image ? 1 : r->range.len / bytes;

		for (uint64_t k = 0; k < columns || !k; k++)
			put_glyph(out, r->used ? &part_glyph[r->kind] : &empty_glyph);
	}
	putc('\n', out);
}

static void print_row(FILE *out, const struct ram_row *r, const struct stk_layout_info *l)
{
	char size[32], end[32];

	if (l->known == STK_LAYOUT_RAM_FROM_ZERO)
		snprintf(end, sizeof(end), "+0x%06" PRIX64 "..+0x%06" PRIX64,
			 r->range.addr, stk_range_end(r->range));
	else
		text_range(r->range, end, sizeof(end));
	fprintf(out, "    %s  ", end);
	put_glyph(out, r->used ? &part_glyph[r->kind] : &empty_glyph);
	fprintf(out, "  %-7s %10s  %s\n", r->used ? stk_layout_part_name(r->kind) : "",
		text_size(r->range.len, size, sizeof(size)), ram_row_note(r, l));
}

static void print_ram(FILE *out, const struct stk_layout_info *l)
{
	struct ram_map m;

	ram_map_make(l, &m);
	for (size_t i = 0, next; i < m.n_rows; i = next) {
		bool used = false;

		for (next = i; next == i || (next < m.n_rows && !m.rows[next].first); next++)
			used |= m.rows[next].used;
		if (used && next - i > 1)
			print_strip(out, &m, i, next);
		for (size_t k = i; k < next; k++)
			print_row(out, &m.rows[k], l);
	}
	fprintf(out, "    SP 0x%08" PRIX32, l->sp);
	if (l->static_base)
		fprintf(out, ", R9 0x%08" PRIX32, l->static_base);
	putc('\n', out);
	ram_map_free(&m);
}

static void print_whose(FILE *out, const struct mapped *m, const struct mapped_host *h)
{
	const struct stk_host_info *host = h->host;

	fprintf(out, LABEL "%s", "RAM", host->name);
	if (host->until)
		fprintf(out, ", %s to %s", host->since ? host->since : "the oldest",
			host->until);
	if (h->layout && h->layout->known == STK_LAYOUT_RAM_FROM_LINK)
		fputs(", chip not known: RAM begins there, its end is not known", out);
	else if (h->layout && h->layout->known == STK_LAYOUT_RAM_FROM_ZERO)
		fputs(", chip not known: counted from the start of its RAM", out);
	else if (m->chip)
		fprintf(out, ", %s (%s)", m->chip->name, m->chip_how);
	putc('\n', out);
}

static void print_host(FILE *out, const struct mapped *m, const struct mapped_host *h)
{
	print_whose(out, m, h);
	if (h->layout) {
		print_ram(out, h->layout);
		return;
	}
	fprintf(out, "    %s%s%s: ", colour_on(out, COLOUR_RED), h->err.cause,
		colour_off(out));
	text_safe(out, h->err.msg);
	putc('\n', out);
}

void text_map(FILE *out, const struct mapped *m, size_t index)
{
	const struct stk_loader_info *info = m->file.info;
	const struct stk_device *d = NULL;

	text_loader_head(out, &m->file, index);
	if (info)
		d = info->device ? info->device : info->recovered;
	if (d) {
		text_loader_device(out, info);
		print_sectors(out, d);
	}
	if (info)
		text_loader_segments(out, info);
	for (size_t i = 0; i < m->n_hosts; i++)
		print_host(out, m, &m->hosts[i]);
	text_loader_error(out, &m->file);
}
