/* SPDX-License-Identifier: MIT */
/*
 * What the code of one loader does and that of another does not: registers it
 * reads and writes, constants, special instructions.
 */
#include "diff.h"

#include <errno.h>
#include <string.h>

/* A base address in a core register serves all registers this near to it. */
#define BLOCK_BYTES 1024u

/* What one side does: sorted, each once. */
struct facts {
	struct stk_diff_touch *item;
	size_t count;
};

/* What needs no telling as a constant, for it is told as an access. */
struct told {
	uint64_t *block, *value;
	size_t n_blocks, n_values;
};

static int order(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int by_number(const void *a, const void *b)
{
	return order(*(const uint64_t *)a, *(const uint64_t *)b);
}

/* Kind, then the place, then the value; an unknown value first. */
static int by_what(const void *a, const void *b)
{
	const struct stk_diff_touch *x = a, *y = b;
	int r = order(x->kind, y->kind);

	if (!r)
		r = order(x->special, y->special);
	if (!r)
		r = order(x->address, y->address);
	if (!r)
		r = order(x->has_value, y->has_value);
	return r ? r : order(x->value, y->value);
}

static void sort_once(struct facts *f)
{
	size_t n = 0;

	if (f->count)
		qsort(f->item, f->count, sizeof(*f->item), by_what);
	for (size_t i = 0; i < f->count; i++) {
		if (!i || by_what(&f->item[i], &f->item[n - 1]))
			f->item[n++] = f->item[i];
	}
	f->count = n;
}

/* ---- what one side does ----------------------------------------------- */

static bool inside(const struct diff_side *s, uint64_t addr)
{
	const struct stk_range image = { s->info->link_address, s->info->ram_size };

	return stk_range_contains(image, (struct stk_range){ addr, 1 });
}

bool diff_is_pointer(const struct diff_side *s, uint32_t value)
{
	return !s->info->position_independent && inside(s, value);
}

static void add_accesses(struct facts *f, const struct diff_side *s,
			 const struct stk_code_function *code)
{
	for (size_t i = 0; i < code->n_accesses; i++) {
		const struct stk_code_access *a = &code->accesses[i];
		const bool valued = a->write && a->has_value;

		if (inside(s, a->address))
			continue;
		f->item[f->count++] = (struct stk_diff_touch){
			.kind = a->write ? STK_TOUCH_WRITE : STK_TOUCH_READ,
			.address = a->address,
			.has_value = valued,
			.value = valued ? a->value : 0,
		};
	}
}

static int told_by(const struct facts *f, struct told *ret)
{
	struct told t = { calloc(f->count + 1, sizeof(*t.block)),
			  calloc(f->count + 1, sizeof(*t.value)), 0, 0 };

	if (!t.block || !t.value) {
		free(t.block);
		free(t.value);
		return -ENOMEM;
	}
	for (size_t i = 0; i < f->count; i++) {
		t.block[t.n_blocks++] = f->item[i].address / BLOCK_BYTES;
		if (f->item[i].has_value)
			t.value[t.n_values++] = f->item[i].value;
	}
	qsort(t.block, t.n_blocks, sizeof(*t.block), by_number);
	qsort(t.value, t.n_values, sizeof(*t.value), by_number);
	*ret = t;
	return 0;
}

static bool is_told(const struct told *t, uint64_t value)
{
	const uint64_t block = value / BLOCK_BYTES;

	return bsearch(&block, t->block, t->n_blocks, sizeof(block), by_number) ||
	       bsearch(&value, t->value, t->n_values, sizeof(value), by_number);
}

/* What core the code needs is a matter of the whole loader. */
static bool is_core_need(enum stk_special_kind kind)
{
	return kind >= STK_SPECIAL_FPU && kind <= STK_SPECIAL_V7EM;
}

static void add_others(struct facts *f, const struct diff_set *set,
		       const struct told *told, const struct stk_code_function *code)
{
	const struct diff_side *s = set->side;

	for (size_t i = 0; i < code->n_constants; i++) {
		uint32_t value = code->constants[i].value;

		if (!diff_is_pointer(s, value) && !is_told(told, value))
			f->item[f->count++] = (struct stk_diff_touch){
				.kind = STK_TOUCH_CONSTANT,
				.value = value,
			};
	}
	for (size_t i = 0; i < code->n_specials; i++) {
		if (set->whole || !is_core_need(code->specials[i].kind))
			f->item[f->count++] = (struct stk_diff_touch){
				.kind = STK_TOUCH_SPECIAL,
				.special = code->specials[i].kind,
			};
	}
}

static bool counts(const struct diff_set *set, size_t index)
{
	return !set->counted || set->counted[index];
}

static int collect(const struct diff_set *set, struct facts *ret)
{
	struct facts f = { NULL, 0 };
	struct told told;
	size_t room = 1;

	for (size_t i = 0; i < set->count; i++)
		room += set->code[i].n_accesses + set->code[i].n_constants +
			set->code[i].n_specials;
	f.item = calloc(room, sizeof(*f.item));
	if (!f.item)
		return -ENOMEM;
	for (size_t i = 0; i < set->count; i++) {
		if (counts(set, i))
			add_accesses(&f, set->side, &set->code[i]);
	}
	if (told_by(&f, &told)) {
		free(f.item);
		return -ENOMEM;
	}
	for (size_t i = 0; i < set->count; i++) {
		if (counts(set, i))
			add_others(&f, set, &told, &set->code[i]);
	}
	free(told.block);
	free(told.value);
	sort_once(&f);
	*ret = f;
	return 0;
}

/* ---- both sides ------------------------------------------------------- */

/* The facts that only the value of a write tells apart from @t. */
static size_t same_place(const struct facts *f, const struct stk_diff_touch *t,
			 const struct stk_diff_touch **ret)
{
	size_t low = 0, high = f->count, n = 0;
	struct stk_diff_touch key = *t;

	if (t->kind == STK_TOUCH_WRITE) {
		key.has_value = false;
		key.value = 0;
	}
	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (by_what(&f->item[mid], &key) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	while (low + n < f->count && f->item[low + n].kind == t->kind &&
	       f->item[low + n].special == t->special &&
	       f->item[low + n].address == t->address &&
	       (t->kind == STK_TOUCH_WRITE || f->item[low + n].value == t->value))
		n++;
	*ret = &f->item[low];
	return n;
}

/*
 * Does the other side not do that? A write whose value could not be told may
 * be of any value, so then a value is not missed.
 */
static bool is_missing(const struct stk_diff_touch *t, const struct facts *other,
		       bool *place_too)
{
	const struct stk_diff_touch *same;
	size_t n = same_place(other, t, &same);

	*place_too = !n;
	if (!n)
		return true;
	if (t->kind != STK_TOUCH_WRITE || !t->has_value || !same[0].has_value)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (same[i].value == t->value)
			return false;
	}
	return true;
}

/* "FLASH_OPTKEYR key 1"; NULL: not known. */
static const char *constant_name(const struct diff_names *names, uint32_t value)
{
	const char *family = names->chip ? names->chip->family : NULL;
	const struct stk_signature *s = NULL;

	if (stk_signature_find(names->ctx, value, family, &s, NULL) || !s)
		return NULL;
	return s->name;
}

static int name_one(struct stk_diff_touch *t, const struct diff_names *names,
		    struct arena *arena)
{
	const char *name = NULL;
	char buf[80];

	if (!names->ctx)
		return 0;
	if (t->kind == STK_TOUCH_READ || t->kind == STK_TOUCH_WRITE)
		name = stk_register_name(names->ctx, names->chip, t->address, buf,
					 sizeof(buf));
	else if (t->kind == STK_TOUCH_CONSTANT)
		name = constant_name(names, t->value);
	if (!name)
		return 0;
	t->name = arena_strdup(arena, name);
	return t->name ? 0 : -ENOMEM;
}

static bool is_last(const struct facts *f, const struct stk_diff_touch *t)
{
	const struct stk_diff_touch *last;

	if (!f->count)
		return false;
	last = &f->item[f->count - 1];
	return last->gained == t->gained && !by_what(last, t);
}

static void add_missing(const struct facts *mine, const struct facts *other, bool gained,
			struct facts *ret)
{
	for (size_t i = 0; i < mine->count; i++) {
		struct stk_diff_touch t = mine->item[i];
		bool place_too;

		if (!is_missing(&t, other, &place_too))
			continue;
		t.gained = gained;
		/* A register that the other side leaves alone is told once. */
		if (t.kind == STK_TOUCH_WRITE && place_too) {
			t.has_value = false;
			t.value = 0;
			if (is_last(ret, &t))
				continue;
		}
		ret->item[ret->count++] = t;
	}
}

int diff_touches(const struct diff_set *a, const struct diff_set *b,
		 const struct diff_names *names, struct arena *arena,
		 const struct stk_diff_touch **ret, size_t *ret_count)
{
	struct facts fa = { NULL, 0 }, fb = { NULL, 0 }, out = { NULL, 0 };
	int r = collect(a, &fa);

	if (!r)
		r = collect(b, &fb);
	if (!r)
		out.item = arena_alloc(arena,
				       (fa.count + fb.count + 1) * sizeof(*out.item));
	if (!r && !out.item)
		r = -ENOMEM;
	if (!r) {
		add_missing(&fa, &fb, false, &out);
		add_missing(&fb, &fa, true, &out);
		*ret = out.item;
		*ret_count = out.count;
	}
	for (size_t i = 0; !r && i < out.count; i++)
		r = name_one(&out.item[i], names, arena);
	free(fa.item);
	free(fb.item);
	return r;
}
