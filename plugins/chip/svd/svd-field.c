/* SPDX-License-Identifier: MIT */
/* The fields of a register. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "svd.h"

#define MAX_FIELDS 64 /* of one register, arrays taken apart */
#define WORD	   32 /* bits that struct stk_register has */

struct fields {
	struct stk_field field[MAX_FIELDS];
	size_t count;
};

/* "[7:4]" */
static bool parse_range(const char *text, uint64_t *lsb, uint64_t *width)
{
	char *end;
	unsigned long msb, low;

	if (text[0] != '[')
		return false;
	msb = strtoul(text + 1, &end, 10);
	if (*end != ':')
		return false;
	low = strtoul(end + 1, &end, 10);
	if (strcmp(end, "]") || low > msb || msb > 63)
		return false;
	*lsb = low;
	*width = msb - low + 1;
	return true;
}

/* Bits are given as bitRange, as lsb and msb, or as bitOffset and bitWidth. */
static int read_bits(struct svd *s, const struct svd_chain *chain, uint64_t *lsb,
		     uint64_t *width)
{
	const struct svd_node *range = svd_get(s, chain, "bitRange");
	uint64_t msb;
	int r;

	if (range) {
		if (parse_range(range->text, lsb, width))
			return 0;
		return svd_fail(s, range, EINVAL, "svd-bits",
				"<bitRange> '%.40s' is not of the form [msb:lsb]",
				range->text);
	}
	if (svd_get(s, chain, "lsb")) {
		r = svd_number(s, chain, "lsb", 0, lsb);
		if (!r)
			r = svd_number(s, chain, "msb", *lsb, &msb);
		if (!r && (msb < *lsb || msb > 63))
			r = svd_fail(s, chain->node[0], EINVAL, "svd-bits",
				     "<msb> is before <lsb> or beyond 63");
		*width = r ? 0 : msb - *lsb + 1;
		return r;
	}
	if (!svd_get(s, chain, "bitOffset"))
		return svd_fail(s, chain->node[0], EINVAL, "svd-bits",
				"<field> has no bitRange, no lsb and no bitOffset");
	r = svd_number(s, chain, "bitOffset", 0, lsb);
	return r ? r : svd_number(s, chain, "bitWidth", 1, width);
}

static bool is_known(struct svd *s, const struct fields *f, const char *name)
{
	for (size_t i = 0; i < f->count; i++) {
		s->n_steps++;
		if (!strcmp(f->field[i].name, name))
			return true;
	}
	return false;
}

static bool fits(uint64_t lsb, uint64_t width)
{
	return lsb < WORD && width && width <= WORD - lsb;
}

/* Names that are there already are passed over. */
static int add_field(struct svd *s, const struct svd_node *at, struct fields *f,
		     const char *name, uint64_t lsb, uint64_t width)
{
	if (is_known(s, f, name))
		return 0;
	if (f->count == MAX_FIELDS || ++s->n_fields > SVD_MAX_FIELDS)
		return svd_fail(s, at, E2BIG, "svd-fields",
				"more than %d fields in a register, or %u in all",
				MAX_FIELDS, SVD_MAX_FIELDS);
	f->field[f->count].name = svd_strdup(&s->made, name);
	if (!f->field[f->count].name)
		return stk_fail_nomem(s->err);
	f->field[f->count].lsb = (uint8_t)lsb;
	f->field[f->count++].width = (uint8_t)width;
	return 0;
}

static int read_field(struct svd *s, const struct svd_node *node, struct fields *f)
{
	char name[SVD_NAME + 1], one[SVD_NAME + 1];
	uint64_t lsb = 0, width = 0;
	struct svd_chain chain;
	struct svd_dim dim;
	int r = svd_derive(s, node, &chain);

	if (!r)
		r = svd_name(s, &chain, name);
	if (!r)
		r = read_bits(s, &chain, &lsb, &width);
	if (!r)
		r = svd_dim(s, &chain, &dim);
	/* Bits beyond the word are passed over; all that follow are there, too. */
	for (uint64_t i = 0; !r && i < dim.count && fits(lsb, width); i++) {
		svd_dim_name(&dim, name, i, one);
		r = add_field(s, node, f, one, lsb, width);
		lsb += dim.increment;
	}
	return r;
}

static int by_lsb(const void *a, const void *b)
{
	const struct stk_field *x = a, *y = b;

	return (x->lsb > y->lsb) - (x->lsb < y->lsb);
}

int svd_fields(struct svd *s, const struct svd_chain *chain, struct stk_register *ret)
{
	struct fields f = { .count = 0 };
	struct stk_field *copy;
	int r = 0;

	for (size_t i = 0; i < chain->count; i++) {
		const struct svd_node *all = svd_child(s, chain->node[i], "fields", NULL);
		const struct svd_node *node = svd_child(s, all, "field", NULL);

		for (; !r && node; node = svd_child(s, all, "field", node))
			r = read_field(s, node, &f);
	}
	if (r || !f.count)
		return r;
	qsort(f.field, f.count, sizeof(f.field[0]), by_lsb);
	copy = svd_alloc(&s->made, f.count * sizeof(*copy));
	if (!copy)
		return stk_fail_nomem(s->err);
	memcpy(copy, f.field, f.count * sizeof(*copy));
	ret->fields = copy;
	ret->n_fields = f.count;
	return 0;
}
