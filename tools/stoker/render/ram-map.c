/* SPDX-License-Identifier: MIT */
/* A layout as rows of RAM by address: what each serves, and what stays free. */
#include "../cmd.h"

#include "maps.h"

static void add_row(struct ram_map *m, const struct ram_row *row)
{
	m->rows[m->n_rows++] = *row;
}

static int by_address(const void *a, const void *b)
{
	const struct stk_range *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* Parts of one range, with the free bytes between them. */
static void add_range(struct ram_map *m, const struct stk_layout_info *l,
		      struct stk_range ram, bool *done)
{
	uint64_t at = ram.addr, end = stk_range_end(ram);
	bool open = l->known != STK_LAYOUT_RAM, first = true;

	for (size_t i = 0; i < l->n_parts; i++) {
		const struct stk_layout_part *p = &l->parts[i];
		struct ram_row row = { .range = p->range, .used = true, .kind = p->kind };

		if (!stk_range_contains(ram, p->range))
			continue;
		done[i] = true;
		if (p->range.addr > at) {
			add_row(m, &(struct ram_row){ .range = { at, p->range.addr - at },
						      .first = first });
			first = false;
		}
		row.first = first;
		row.on_image = p->range.addr < at;
		first = false;
		add_row(m, &row);
		if (stk_range_end(p->range) > at)
			at = stk_range_end(p->range);
	}
	if (at < end && !open)
		add_row(m, &(struct ram_row){ .range = { at, end - at }, .first = first });
}

static int rows_by_address(const void *a, const void *b)
{
	const struct ram_row *x = a, *y = b;

	if (x->range.addr != y->range.addr)
		return x->range.addr < y->range.addr ? -1 : 1;
	/* What lies on something else comes after it. */
	return (x->range.len < y->range.len) - (x->range.len > y->range.len);
}

void ram_map_make(const struct stk_layout_info *l, struct ram_map *ret)
{
	struct ram_map m = { .n_rows = 0 };
	stk_cleanup(freep) struct stk_range *ram = calloc(l->n_ram + 1, sizeof(*ram));
	stk_cleanup(freep) bool *done = calloc(l->n_parts + 1, sizeof(*done));

	/* Each part has at most one free row before it, each range one after. */
	m.rows = calloc(2 * l->n_parts + l->n_ram + 1, sizeof(*m.rows));
	if (!ram || !done || !m.rows)
		out_of_memory();
	memcpy(ram, l->ram, l->n_ram * sizeof(*ram));
	qsort(ram, l->n_ram, sizeof(*ram), by_address);
	for (size_t i = 0; i < l->n_ram; i++)
		add_range(&m, l, ram[i], done);
	for (size_t i = 0; i < l->n_parts; i++)
		if (!done[i])
			add_row(&m, &(struct ram_row){ .range = l->parts[i].range,
						       .used = true,
						       .kind = l->parts[i].kind,
						       .outside = true,
						       .first = true });
	qsort(m.rows, m.n_rows, sizeof(*m.rows), rows_by_address);
	*ret = m;
}

void ram_map_free(struct ram_map *m)
{
	free(m->rows);
	m->rows = NULL;
}

const char *ram_row_note(const struct ram_row *row, const struct stk_layout_info *l)
{
	static const char *const note[STK_LAYOUT_PART_COUNT] = {
		[STK_LAYOUT_IMAGE] = "the loader",
		[STK_LAYOUT_TRAP] = "breakpoint that functions return to",
		[STK_LAYOUT_SCRATCH] = "behind R9, as the loader brings no data section",
		[STK_LAYOUT_GUARD] = "pattern that shows when the stack overflows",
		[STK_LAYOUT_STACK] = "grows down from its end",
		[STK_LAYOUT_BUFFER] = "data for and from the loader",
	};

	if (!row->used)
		return "free";
	if (row->outside)
		return "breakpoint where the chip has no RAM: the host writes it anyway";
	if (row->on_image)
		return "breakpoint inside the image: the host overwrites the loader";
	if (l->known == STK_LAYOUT_RAM)
		return note[row->kind];
	if (row->kind == STK_LAYOUT_BUFFER)
		return "data for and from the loader; as large as RAM allows, at most "
		       "this";
	if (row->kind == STK_LAYOUT_STACK)
		return "grows down from its end; less where RAM is short";
	return note[row->kind];
}
