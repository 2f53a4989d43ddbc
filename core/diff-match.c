/* SPDX-License-Identifier: MIT */
/*
 * Which function of one loader is which of the other: by name, by what hosts
 * call it for, by the same code, and at last by most of the code.
 */
#include "diff.h"

#include <errno.h>
#include <string.h>

/* Shorter ones, "return 0", are alike by chance. */
#define SHORT	      4
#define SHORT_SIMILAR 8
/* Of 100 instructions that both have together, this many must be in both. */
#define ALIKE_PERCENT 70
/* Functions left over that are compared with each other, and work for it. */
#define MAX_LEFT 400
#define MAX_WORK (UINT64_C(1) << 28)

struct match {
	const struct diff_side *a, *b;
	struct diff_pairs *pairs;
};

/* One function in an order that brings those of a kind together. */
struct item {
	const struct stk_code_function *f;
	size_t index;
	uint32_t hash;
};

static void pair(struct match *m, size_t a, size_t b, enum stk_diff_match how)
{
	m->pairs->b_of[a] = b;
	m->pairs->a_of[b] = a;
	m->pairs->how[a] = how;
}

/* FNV-1a over the shapes. */
static uint32_t hash_shape(const struct stk_code_function *f)
{
	uint32_t h = 2166136261u;

	for (size_t i = 0; i < f->n_shape; i++) {
		for (unsigned int byte = 0; byte < 4; byte++)
			h = (h ^ (f->shape[i] >> 8 * byte & 0xFF)) * 16777619u;
	}
	return h;
}

/* The functions not paired yet; @taken is a_of or b_of. NULL: out of memory. */
static struct item *left_over(const struct diff_side *s, const size_t *taken, size_t *ret)
{
	struct item *items = calloc(s->n_functions + 1, sizeof(*items));
	size_t n = 0;

	for (size_t i = 0; items && i < s->n_functions; i++) {
		if (taken[i] == DIFF_NONE)
			items[n++] = (struct item){ &s->functions[i], i, 0 };
	}
	*ret = n;
	return items;
}

/* ---- the same name ---------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (!x->f->name || !y->f->name)
		return !x->f->name - !y->f->name;
	return strcmp(x->f->name, y->f->name);
}

/* Length of the run of items that are the same to @compare as the first. */
static size_t run_of(const struct item *items, size_t n,
		     int (*compare)(const void *a, const void *b))
{
	size_t len = 1;

	while (len < n && !compare(&items[0], &items[len]))
		len++;
	return len;
}

/* Walk two sorted lists; a group that is as large on both sides goes to @take. */
static void join_groups(struct match *m, const struct item *a, size_t na,
			const struct item *b, size_t nb,
			int (*compare)(const void *a, const void *b),
			void (*take)(struct match *m, const struct item *a, size_t na,
				     const struct item *b, size_t nb))
{
	while (na && nb) {
		int order = compare(a, b);
		/* Only of what is passed now: so each item is looked at once. */
		size_t ra = order <= 0 ? run_of(a, na, compare) : 0;
		size_t rb = order >= 0 ? run_of(b, nb, compare) : 0;

		if (!order)
			take(m, a, ra, b, rb);
		if (order <= 0) {
			a += ra;
			na -= ra;
		}
		if (order >= 0) {
			b += rb;
			nb -= rb;
		}
	}
}

/* A name that is there twice, as static functions may, tells nothing. */
static void take_names(struct match *m, const struct item *a, size_t na,
		       const struct item *b, size_t nb)
{
	if (a->f->name && na == 1 && nb == 1)
		pair(m, a->index, b->index, STK_MATCH_NAME);
}

static void match_names(struct match *m, struct item *a, size_t na, struct item *b,
			size_t nb)
{
	qsort(a, na, sizeof(*a), by_name);
	qsort(b, nb, sizeof(*b), by_name);
	join_groups(m, a, na, b, nb, by_name, take_names);
}

/* ---- the same purpose -------------------------------------------------- */

static void match_ops(struct match *m, struct item *a, size_t na, struct item *b, size_t nb)
{
	for (size_t i = 0; i < na; i++) {
		if (!a[i].f->entry || a[i].f->op == STK_OP_OTHER)
			continue;
		for (size_t k = 0; k < nb; k++) {
			if (b[k].f->op != a[i].f->op || !b[k].f->entry ||
			    m->pairs->a_of[b[k].index] != DIFF_NONE)
				continue;
			pair(m, a[i].index, b[k].index, STK_MATCH_OP);
			break;
		}
	}
}

/* ---- the same code ---------------------------------------------------- */

static int by_shape(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->f->n_shape != y->f->n_shape)
		return x->f->n_shape < y->f->n_shape ? -1 : 1;
	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	if (!x->f->n_shape)
		return 0;
	return memcmp(x->f->shape, y->f->shape, x->f->n_shape * sizeof(*x->f->shape));
}

static int by_shape_and_place(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int order = by_shape(a, b);

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static bool names_differ(const struct item *a, const struct item *b)
{
	return a->f->name && b->f->name && strcmp(a->f->name, b->f->name);
}

/* Alike ones with several names cannot be told apart, short ones are by chance. */
static void take_same(struct match *m, const struct item *a, size_t na,
		      const struct item *b, size_t nb)
{
	const bool telling = na == 1 && nb == 1 && a->f->n_shape >= SHORT;

	for (size_t i = 0; a->f->n_shape && i < na && i < nb; i++) {
		if (telling || !names_differ(&a[i], &b[i]))
			pair(m, a[i].index, b[i].index, STK_MATCH_CODE);
	}
}

static void match_same(struct match *m, struct item *a, size_t na, struct item *b, size_t nb)
{
	for (size_t i = 0; i < na; i++)
		a[i].hash = hash_shape(a[i].f);
	for (size_t i = 0; i < nb; i++)
		b[i].hash = hash_shape(b[i].f);
	qsort(a, na, sizeof(*a), by_shape_and_place);
	qsort(b, nb, sizeof(*b), by_shape_and_place);
	join_groups(m, a, na, b, nb, by_shape, take_same);
}

/* ---- most of the code -------------------------------------------------- */

struct candidate {
	size_t a, b;
	uint32_t alike; /* percent */
};

static int by_likeness(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->alike != y->alike)
		return x->alike > y->alike ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

/* Nobody needs to look when the shorter one is too short. */
static bool may_be_alike(const struct stk_code_function *a,
			 const struct stk_code_function *b)
{
	size_t less = a->n_shape < b->n_shape ? a->n_shape : b->n_shape;

	return less >= SHORT_SIMILAR &&
	       200 * less >= ALIKE_PERCENT * (a->n_shape + b->n_shape);
}

static int likeness(const struct stk_code_function *a, const struct stk_code_function *b,
		    uint32_t *ret)
{
	const size_t sum = a->n_shape + b->n_shape;
	struct diff_edit e;
	int r = diff_edit(a->shape, a->n_shape, b->shape, b->n_shape, &e);

	if (r)
		return r;
	*ret = (uint32_t)(100 * (sum - e.removed - e.added) / sum);
	diff_edit_free(&e);
	return 0;
}

static int find_candidates(const struct item *a, size_t na, const struct item *b,
			   size_t nb, struct candidate *ret, size_t *ret_count)
{
	uint64_t work = 0;
	size_t n = 0;

	for (size_t i = 0; i < na; i++) {
		for (size_t k = 0; k < nb; k++) {
			uint32_t alike;
			int r;

			if (!may_be_alike(a[i].f, b[k].f))
				continue;
			work += (uint64_t)a[i].f->n_shape * b[k].f->n_shape;
			if (work > MAX_WORK)
				break;
			r = likeness(a[i].f, b[k].f, &alike);
			if (r)
				return r;
			if (alike >= ALIKE_PERCENT)
				ret[n++] = (struct candidate){ a[i].index, b[k].index,
							       alike };
		}
	}
	*ret_count = n;
	return 0;
}

static int match_similar(struct match *m, const struct item *a, size_t na,
			 const struct item *b, size_t nb)
{
	stk_cleanup(freep) struct candidate *c = NULL;
	size_t n;
	int r;

	na = na < MAX_LEFT ? na : MAX_LEFT;
	nb = nb < MAX_LEFT ? nb : MAX_LEFT;
	c = calloc(na * nb + 1, sizeof(*c));
	if (!c)
		return -ENOMEM;
	r = find_candidates(a, na, b, nb, c, &n);
	if (r)
		return r;
	if (n)
		qsort(c, n, sizeof(*c), by_likeness);
	for (size_t i = 0; i < n; i++) {
		if (m->pairs->b_of[c[i].a] == DIFF_NONE &&
		    m->pairs->a_of[c[i].b] == DIFF_NONE)
			pair(m, c[i].a, c[i].b, STK_MATCH_SIMILAR);
	}
	return 0;
}

/* ---- all of it -------------------------------------------------------- */

enum step { NAMES, OPS, SAME, SIMILAR, STEPS };

static int match_step(struct match *m, enum step step)
{
	size_t na, nb;
	stk_cleanup(freep) struct item *a = left_over(m->a, m->pairs->b_of, &na);
	stk_cleanup(freep) struct item *b = left_over(m->b, m->pairs->a_of, &nb);

	if (!a || !b)
		return -ENOMEM;
	switch (step) {
	case NAMES:
		match_names(m, a, na, b, nb);
		return 0;
	case OPS:
		match_ops(m, a, na, b, nb);
		return 0;
	case SAME:
		match_same(m, a, na, b, nb);
		return 0;
	default:
		return match_similar(m, a, na, b, nb);
	}
}

void diff_pairs_free(struct diff_pairs *p)
{
	free(p->b_of);
	free(p->a_of);
	free(p->how);
}

int diff_match(const struct diff_side *a, const struct diff_side *b, struct diff_pairs *ret)
{
	struct diff_pairs p = {
		.b_of = malloc((a->n_functions + 1) * sizeof(*p.b_of)),
		.a_of = malloc((b->n_functions + 1) * sizeof(*p.a_of)),
		.how = calloc(a->n_functions + 1, sizeof(*p.how)),
	};
	struct match m = { a, b, &p };
	int r = p.b_of && p.a_of && p.how ? 0 : -ENOMEM;

	for (size_t i = 0; !r && i < a->n_functions; i++)
		p.b_of[i] = DIFF_NONE;
	for (size_t i = 0; !r && i < b->n_functions; i++)
		p.a_of[i] = DIFF_NONE;
	for (enum step s = NAMES; !r && s < STEPS; s++)
		r = match_step(&m, s);
	if (r) {
		diff_pairs_free(&p);
		return r;
	}
	*ret = p;
	return 0;
}
