/* SPDX-License-Identifier: MIT */
/* What changed between two builds of a loader: facts, findings, the verdict. */
#include "diff.h"

#include <errno.h>
#include <string.h>

#include "loader.h"

/* ---- facts ------------------------------------------------------------ */

enum fact {
	FACT_ERROR,
	FACT_FORMAT,
	FACT_MACHINE,
	FACT_NAME,
	FACT_TYPE,
	FACT_TYPE_NAME,
	FACT_START,
	FACT_SIZE,
	FACT_PAGE_SIZE,
	FACT_ERASED,
	FACT_PROGRAM_MS,
	FACT_ERASE_MS,
	FACT_POSITION_INDEPENDENT,
	FACT_LINK_ADDRESS,
	FACT_RAM_SIZE,
	FACT_STATIC_BASE,
	FACT_CPU,
	FACT_FP,
	FACT_COMPILER,
	FACT_COUNT
};

static const struct {
	const char *name;
	bool device, counts;
	enum stk_diff_kind kind;
} rows[FACT_COUNT] = {
	[FACT_ERROR] = { "error", false, true, STK_DIFF_TEXT },
	[FACT_FORMAT] = { "format", false, true, STK_DIFF_TEXT },
	[FACT_MACHINE] = { "machine", false, true, STK_DIFF_TEXT },
	[FACT_NAME] = { "name", true, true, STK_DIFF_TEXT },
	[FACT_TYPE] = { "type", true, true, STK_DIFF_NUMBER },
	[FACT_TYPE_NAME] = { "type_name", true, true, STK_DIFF_TEXT },
	[FACT_START] = { "start", true, true, STK_DIFF_ADDRESS },
	[FACT_SIZE] = { "size", true, true, STK_DIFF_SIZE },
	[FACT_PAGE_SIZE] = { "page_size", true, true, STK_DIFF_SIZE },
	[FACT_ERASED] = { "erased", true, true, STK_DIFF_BYTE },
	[FACT_PROGRAM_MS] = { "program_ms", true, true, STK_DIFF_MS },
	[FACT_ERASE_MS] = { "erase_ms", true, true, STK_DIFF_MS },
	[FACT_POSITION_INDEPENDENT] = { "position_independent", false, true, STK_DIFF_FLAG },
	[FACT_LINK_ADDRESS] = { "link_address", false, true, STK_DIFF_ADDRESS },
	[FACT_RAM_SIZE] = { "ram_size", false, true, STK_DIFF_SIZE },
	[FACT_STATIC_BASE] = { "static_base", false, true, STK_DIFF_OFFSET },
	[FACT_CPU] = { "cpu", false, false, STK_DIFF_TEXT },
	[FACT_FP] = { "fp", false, false, STK_DIFF_TEXT },
	[FACT_COMPILER] = { "compiler", false, false, STK_DIFF_TEXT },
};

static struct stk_diff_value text(const char *s)
{
	return (struct stk_diff_value){ .known = s, .text = s };
}

static struct stk_diff_value number(bool known, uint64_t n)
{
	return (struct stk_diff_value){ .known = known, .number = known ? n : 0 };
}

/* The device table, also where it is of no use to a host. */
static const struct stk_device *device_of(const struct stk_loader_info *l)
{
	return l->device ? l->device : l->recovered;
}

static void device_values(const struct stk_device *d, struct stk_diff_value *v)
{
	v[FACT_NAME] = text(d->name);
	v[FACT_TYPE] = number(true, d->type);
	v[FACT_TYPE_NAME] = text(d->type_name);
	v[FACT_START] = number(true, d->start);
	v[FACT_SIZE] = number(true, d->size);
	v[FACT_PAGE_SIZE] = number(true, d->page_size);
	v[FACT_ERASED] = number(true, d->erased);
	/* 0: the format has none */
	v[FACT_PROGRAM_MS] = number(d->program_ms, d->program_ms);
	v[FACT_ERASE_MS] = number(d->erase_ms, d->erase_ms);
}

static void values_of(const struct stk_loader_info *l, struct stk_diff_value *v)
{
	const bool image = l->ram_size;

	memset(v, 0, FACT_COUNT * sizeof(*v));
	v[FACT_ERROR] = text(l->error.code ? l->error.cause : NULL);
	v[FACT_FORMAT] = text(l->format);
	v[FACT_MACHINE] = text(l->machine);
	if (device_of(l))
		device_values(device_of(l), v);
	v[FACT_POSITION_INDEPENDENT] = number(image, l->position_independent);
	v[FACT_LINK_ADDRESS] = number(image, l->link_address);
	v[FACT_RAM_SIZE] = number(image, l->ram_size);
	v[FACT_STATIC_BASE] = number(l->has_static_base, l->static_base - l->link_address);
	v[FACT_CPU] = text(l->cpu);
	v[FACT_FP] = text(l->fp);
	v[FACT_COMPILER] = text(l->compiler);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_value(const struct stk_diff_value *a, const struct stk_diff_value *b)
{
	return a->known == b->known && a->number == b->number &&
	       same_text(a->text, b->text);
}

/* Where code runs anywhere, it does not matter where it was linked. */
static bool counts(const struct stk_diff_info *i, enum fact fact)
{
	if (fact == FACT_LINK_ADDRESS)
		return !i->a->position_independent || !i->b->position_independent;
	return rows[fact].counts;
}

static int compare_facts(struct stk_diff *d)
{
	struct stk_diff_value a[FACT_COUNT], b[FACT_COUNT];
	struct stk_diff_fact *facts = arena_alloc(&d->arena, FACT_COUNT * sizeof(*facts));
	struct stk_diff_info *info = &d->info;

	if (!facts)
		return -ENOMEM;
	values_of(info->a, a);
	values_of(info->b, b);
	for (enum fact i = 0; i < FACT_COUNT; i++) {
		if (same_value(&a[i], &b[i]))
			continue;
		facts[info->n_facts++] = (struct stk_diff_fact){
			rows[i].name,	 rows[i].device, rows[i].kind,
			counts(info, i), a[i],		 b[i],
		};
	}
	info->facts = facts;
	return 0;
}

static bool compare_regions(const struct stk_device *a, const struct stk_device *b)
{
	if (!a || !b)
		return a == b;
	if (a->n_regions != b->n_regions)
		return false;
	for (size_t i = 0; i < a->n_regions; i++) {
		const struct stk_region *x = &a->regions[i], *y = &b->regions[i];

		if (x->start != y->start || x->count != y->count || x->size != y->size)
			return false;
	}
	return true;
}

/* ---- findings --------------------------------------------------------- */

static bool same_finding(const struct stk_finding *a, const struct stk_finding *b)
{
	return !strcmp(a->id, b->id) && a->level == b->level &&
	       same_text(a->host, b->host) && same_text(a->since, b->since) &&
	       same_text(a->effect, b->effect);
}

static bool has_finding(const struct stk_loader_info *l, const struct stk_finding *f)
{
	for (size_t i = 0; i < l->n_findings; i++) {
		if (same_finding(&l->findings[i], f))
			return true;
	}
	return false;
}

/* What @l has and @other has not; what it says of the file may differ. */
static void missing_findings(const struct stk_loader_info *l,
			     const struct stk_loader_info *other, bool gained,
			     struct stk_diff_finding *ret, size_t *count)
{
	for (size_t i = 0; i < l->n_findings; i++) {
		if (!has_finding(other, &l->findings[i]))
			ret[(*count)++] = (struct stk_diff_finding){ gained,
								     &l->findings[i] };
	}
}

static int compare_findings(struct stk_diff *d)
{
	struct stk_diff_info *info = &d->info;
	size_t n = info->a->n_findings + info->b->n_findings + 1;
	struct stk_diff_finding *f = arena_alloc(&d->arena, n * sizeof(*f));

	if (!f)
		return -ENOMEM;
	missing_findings(info->a, info->b, false, f, &info->n_findings);
	missing_findings(info->b, info->a, true, f, &info->n_findings);
	info->findings = f;
	return 0;
}

/* ---- the verdict ------------------------------------------------------ */

/* The functions that hosts call, at the same place in the image. */
static bool has_functions(const struct stk_loader_info *l,
			  const struct stk_loader_info *other)
{
	for (size_t i = 0; i < l->n_functions; i++) {
		const struct stk_function *f = &l->functions[i];
		bool found = f->op == STK_OP_OTHER;

		for (size_t k = 0; k < other->n_functions && !found; k++) {
			const struct stk_function *g = &other->functions[k];

			found = f->op == g->op && !strcmp(f->name, g->name) &&
				f->address - l->link_address ==
					g->address - other->link_address;
		}
		if (!found)
			return false;
	}
	return true;
}

static bool is_equal(const struct stk_diff_info *i)
{
	if (i->same_file)
		return true;
	for (size_t k = 0; k < i->n_facts; k++) {
		if (i->facts[k].counts)
			return false;
	}
	for (size_t k = 0; k < i->n_findings; k++) {
		if (i->findings[k].finding->host)
			return false;
	}
	return i->same_code && i->same_regions && has_functions(i->a, i->b) &&
	       has_functions(i->b, i->a);
}

/* ---- the object ------------------------------------------------------- */

static int compare(struct stk_ctx *ctx, struct stk_diff *d,
		   const struct stk_diff_options *opt, struct stk_error *err)
{
	struct stk_diff_info *info = &d->info;
	const struct stk_loader_info *a = info->a, *b = info->b;
	int r;

	info->same_file = same_text(a->sha256, b->sha256);
	info->same_code = a->code_sha256 && same_text(a->code_sha256, b->code_sha256);
	info->same_table = a->table_sha256 && same_text(a->table_sha256, b->table_sha256);
	info->same_regions = compare_regions(device_of(a), device_of(b));
	if (compare_facts(d) || compare_findings(d))
		return stk_fail_nomem(err);
	r = diff_code(ctx, d, opt, err);
	if (r)
		return r;
	info->equal = is_equal(info);
	return 0;
}

static void diff_freep(struct stk_diff **d)
{
	stk_diff_free(*d);
}

int stk_diff_new(struct stk_ctx *ctx, struct stk_loader *a, struct stk_loader *b,
		 const struct stk_diff_options *opt, struct stk_diff **ret,
		 struct stk_error *err)
{
	const struct stk_diff_options none = { .size = sizeof(none) };
	stk_cleanup(diff_freep) struct stk_diff *d = NULL;
	const struct stk_loader_info *ia = stk_loader_info(a), *ib = stk_loader_info(b);
	int r;

	if (ia->error.code && ib->error.code) {
		if (err)
			*err = ia->error;
		return -ia->error.code;
	}
	d = calloc(1, sizeof(*d));
	if (!d)
		return stk_fail_nomem(err);
	d->info.a = ia;
	d->info.b = ib;
	d->a = (struct diff_side){ .loader = a, .info = ia };
	d->b = (struct diff_side){ .loader = b, .info = ib };
	r = compare(ctx, d, opt ? opt : &none, err);
	if (r)
		return r;
	*ret = take_ptr(d);
	return 0;
}

void stk_diff_free(struct stk_diff *d)
{
	if (!d)
		return;
	diff_pairs_free(&d->pairs);
	arena_free(&d->arena);
	free(d);
}

const struct stk_diff_info *stk_diff_info(const struct stk_diff *d)
{
	return &d->info;
}
