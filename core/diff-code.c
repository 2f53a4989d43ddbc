/* SPDX-License-Identifier: MIT */
/*
 * The functions of two loaders beside each other, as an analysis module sees
 * them, or as bare bytes where there is none.
 */
#include "diff.h"

#include <errno.h>
#include <string.h>

#include "loader-priv.h"

/* Instructions that are walked through for listings, in all. */
#define MAX_WALKED UINT64_C(20000000)

/* ---- functions as bytes ----------------------------------------------- */

const uint8_t *diff_bytes_at(const struct stk_loader *l, uint64_t address, uint64_t *ret)
{
	for (size_t i = 0; i < l->n_chunks; i++) {
		const struct loader_chunk *c = &l->chunks[i];

		if (address >= c->addr && address - c->addr < c->len) {
			*ret = c->len - (address - c->addr);
			return c->data + (address - c->addr);
		}
	}
	return NULL;
}

/* A symbol without a size ends at the next function. */
static uint64_t size_of(const struct stk_loader_info *info, const struct stk_function *f)
{
	uint64_t size = UINT64_MAX;

	for (size_t i = 0; !f->size && i < info->n_functions; i++) {
		uint64_t next = info->functions[i].address;

		if (next > f->address && next - f->address < size)
			size = next - f->address;
	}
	return f->size ? f->size : size;
}

static int add_bytes(struct stk_diff *d, const struct diff_side *s,
		     const struct stk_function *f, struct stk_code_function *ret)
{
	const uint64_t address = f->address & ~UINT64_C(1);
	uint64_t size = size_of(s->info, f), there = 0;
	const uint8_t *p = diff_bytes_at(s->loader, address, &there);
	uint32_t *shape;

	size = size < there ? size : there;
	shape = arena_alloc(&d->arena, (size_t)(size / 2 + 1) * sizeof(*shape));
	if (!shape)
		return -ENOMEM;
	for (size_t i = 0; i < size / 2; i++)
		shape[i] = get_le16(p + 2 * i);
	*ret = (struct stk_code_function){
		.name = f->name,
		.address = address,
		.size = size,
		.op = f->op,
		.entry = f->op != STK_OP_OTHER,
		.shape = shape,
		.n_shape = (size_t)(size / 2),
	};
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct stk_code_function *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

static int as_bytes(struct stk_diff *d, struct diff_side *s)
{
	const size_t n = s->info->n_functions;
	struct stk_code_function *f = arena_alloc(&d->arena, (n + 1) * sizeof(*f));

	for (size_t i = 0; i < n; i++) {
		if (!f || add_bytes(d, s, &s->info->functions[i], &f[i]))
			return -ENOMEM;
	}
	if (n)
		qsort(f, n, sizeof(*f), by_address);
	s->functions = f;
	s->n_functions = n;
	return f ? 0 : -ENOMEM;
}

/* ---- functions as code ------------------------------------------------ */

static int analyse(struct stk_ctx *ctx, struct diff_side *s, const char **ret,
		   struct stk_error *err)
{
	const struct stk_code_info *code;
	int r = stk_loader_code(ctx, s->loader, &code, err);

	if (r)
		return r;
	s->functions = code->functions;
	s->n_functions = code->n_functions;
	*ret = code->analysis;
	return 0;
}

/* Both by analysis or both as bytes; -ENOMEM is the only failure. */
static int find_functions(struct stk_ctx *ctx, struct stk_diff *d, struct stk_error *err)
{
	struct stk_diff_info *info = &d->info;
	const char *name;
	int r = analyse(ctx, &d->a, &name, &info->why_bytes);

	if (!r)
		r = analyse(ctx, &d->b, &name, &info->why_bytes);
	if (!r) {
		info->analysis = name;
		return 0;
	}
	if (r == -ENOMEM || as_bytes(d, &d->a) || as_bytes(d, &d->b))
		return stk_fail_nomem(err);
	return 0;
}

/* ---- one pair --------------------------------------------------------- */

/* Literals, pointers aside. */
static bool same_constants(const struct stk_diff *d, const struct stk_code_function *a,
			   const struct stk_code_function *b)
{
	if (a->n_constants != b->n_constants)
		return false;
	for (size_t i = 0; i < a->n_constants; i++) {
		uint32_t x = a->constants[i].value, y = b->constants[i].value;

		if (x != y && !(diff_is_pointer(&d->a, x) && diff_is_pointer(&d->b, y)))
			return false;
	}
	return true;
}

size_t diff_function_at(const struct diff_side *s, uint64_t address)
{
	const struct stk_code_function key = { .address = address };
	const struct stk_code_function *f = s->n_functions
						    ? bsearch(&key, s->functions,
							      s->n_functions, sizeof(key),
							      by_address)
						    : NULL;

	return f ? (size_t)(f - s->functions) : DIFF_NONE;
}

static bool same_name(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

/* Alike ones without a telling name may have been paired crosswise. */
static bool same_callee(const struct stk_diff *d, size_t a, size_t b)
{
	const struct stk_code_function *x, *y;

	if (a == DIFF_NONE || b == DIFF_NONE)
		return a == b;
	x = &d->a.functions[a];
	y = &d->b.functions[b];
	return d->pairs.b_of[a] == b || same_name(x->name, y->name) ||
	       (x->n_shape == y->n_shape &&
		!memcmp(x->shape, y->shape, x->n_shape * sizeof(*x->shape)));
}

static bool same_calls(const struct stk_diff *d, const struct stk_code_function *a,
		       const struct stk_code_function *b)
{
	if (a->n_calls != b->n_calls)
		return false;
	for (size_t i = 0; i < a->n_calls; i++) {
		if (!same_callee(d, diff_function_at(&d->a, a->calls[i].target),
				 diff_function_at(&d->b, b->calls[i].target)))
			return false;
	}
	return true;
}

/* Linked elsewhere at most: no need to look at the instructions. */
static bool same_code(const struct stk_diff *d, const struct stk_code_function *a,
		      const struct stk_code_function *b)
{
	return a->n_shape == b->n_shape &&
	       !memcmp(a->shape, b->shape, a->n_shape * sizeof(*a->shape)) &&
	       same_constants(d, a, b) && same_calls(d, a, b);
}

static int count_shapes(struct stk_diff_function *f)
{
	struct diff_edit e;
	int r = diff_edit(f->a->shape, f->a->n_shape, f->b->shape, f->b->n_shape, &e);

	if (r)
		return r;
	f->removed = e.removed;
	f->added = e.added;
	diff_edit_free(&e);
	return 0;
}

/*
 * What is the same in a listing is the same; a listing costs a walk through
 * all of the code, so a hostile file gets only so many.
 */
static int compare_pair(struct stk_ctx *ctx, struct stk_diff *d,
			struct stk_diff_function *f, uint64_t *budget)
{
	const uint64_t cost = d->a.n_instructions + d->b.n_instructions;
	int r;

	f->same = same_code(d, f->a, f->b);
	if (f->same)
		return 0;
	if (!d->info.analysis || cost > *budget) {
		r = count_shapes(f);
	} else {
		*budget -= cost;
		r = diff_list_count(ctx, d, f, NULL);
	}
	f->same = !r && !f->removed && !f->added;
	return r;
}

/* What all comparisons of one run share. */
struct run {
	struct diff_names names;
	uint64_t budget;
};

static int compare_function(struct stk_diff *d, struct run *run,
			    struct stk_diff_function *f)
{
	const struct diff_set a = { .side = &d->a, .code = f->a, .count = 1 };
	const struct diff_set b = { .side = &d->b, .code = f->b, .count = 1 };
	int r;

	if (!f->a || !f->b) {
		f->removed = f->a ? f->a->n_shape : 0;
		f->added = f->b ? f->b->n_shape : 0;
		return 0;
	}
	r = compare_pair(run->names.ctx, d, f, &run->budget);
	if (r || f->same)
		return r;
	return diff_touches(&a, &b, &run->names, &d->arena, &f->touches, &f->n_touches);
}

static void count_instructions(struct diff_side *s)
{
	for (size_t i = 0; i < s->n_functions; i++)
		s->n_instructions += s->functions[i].n_shape;
}

/* ---- all of them ------------------------------------------------------ */

static void deepest_stack(const struct diff_side *s, uint32_t *ret, bool *ret_bounded)
{
	*ret_bounded = true;
	for (size_t i = 0; i < s->n_functions; i++) {
		const struct stk_code_function *f = &s->functions[i];

		if (!f->entry)
			continue;
		if (f->stack > *ret)
			*ret = f->stack;
		*ret_bounded &= f->stack_bounded;
	}
}

static int list_functions(struct stk_diff *d, struct run *run)
{
	const size_t na = d->a.n_functions, nb = d->b.n_functions;
	struct stk_diff_function *f = arena_alloc(&d->arena, (na + nb + 1) * sizeof(*f));
	size_t n = 0;
	int r = f ? 0 : -ENOMEM;

	for (size_t i = 0; !r && i < na; i++) {
		size_t k = d->pairs.b_of[i];

		f[n].a = &d->a.functions[i];
		f[n].b = k == DIFF_NONE ? NULL : &d->b.functions[k];
		f[n].match = d->pairs.how[i];
		r = compare_function(d, run, &f[n++]);
	}
	for (size_t k = 0; !r && k < nb; k++) {
		if (d->pairs.a_of[k] != DIFF_NONE)
			continue;
		f[n].b = &d->b.functions[k];
		r = compare_function(d, run, &f[n++]);
	}
	d->info.functions = f;
	d->info.n_functions = n;
	return r;
}

/* What the loaders touch as a whole. */
static int compare_touches(struct stk_diff *d, const struct run *run)
{
	stk_cleanup(freep) bool *in_a = NULL;
	stk_cleanup(freep) bool *in_b = NULL;
	int r = diff_reach(&d->a, &in_a);

	if (!r)
		r = diff_reach(&d->b, &in_b);
	if (r)
		return r;
	return diff_touches(
		&(struct diff_set){ &d->a, d->a.functions, d->a.n_functions, true, in_a },
		&(struct diff_set){ &d->b, d->b.functions, d->b.n_functions, true, in_b },
		&run->names, &d->arena, &d->info.touches, &d->info.n_touches);
}

int diff_code(struct stk_ctx *ctx, struct stk_diff *d, const struct stk_diff_options *opt,
	      struct stk_error *err)
{
	struct run run = { { ctx, opt->chip }, MAX_WALKED };
	struct stk_diff_info *info = &d->info;
	int r = find_functions(ctx, d, err);

	if (r)
		return r;
	count_instructions(&d->a);
	count_instructions(&d->b);
	r = diff_match(&d->a, &d->b, &d->pairs);
	if (!r)
		r = list_functions(d, &run);
	if (!r && info->analysis)
		r = compare_touches(d, &run);
	deepest_stack(&d->a, &info->stack_a, &info->stack_a_bounded);
	deepest_stack(&d->b, &info->stack_b, &info->stack_b_bounded);
	return r ? stk_fail_nomem(err) : 0;
}
