/* SPDX-License-Identifier: MIT */
/* What an analysis found, gathered by function, register and value. */
#include "code-view.h"

#include <inttypes.h>

static void *grow(void *array, size_t count, size_t size)
{
	/* Room doubles: 1, 2, 4, ... */
	if (count & (count - 1))
		return array;
	array = reallocarray(array, count ? 2 * count : 1, size);
	if (!array)
		out_of_memory();
	return array;
}

/* ---- registers -------------------------------------------------------- */

static int by_address(const void *a, const void *b)
{
	const struct touched *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

static struct touched *touched_at(const struct code_view *v, struct code_function *f,
				  uint64_t address)
{
	struct stk_register_place place;
	struct touched *t;

	for (size_t i = 0; i < f->n_touched; i++)
		if (f->touched[i].address == address)
			return &f->touched[i];
	f->touched = grow(f->touched, f->n_touched, sizeof(*f->touched));
	t = &f->touched[f->n_touched++];
	*t = (struct touched){ .address = address };
	t->name = code_name_address(&v->names, address);
	if (stk_register_at(v->names.ctx, v->names.chip, address, &place) && !place.offset)
		t->reg = place.reg;
	return t;
}

static void add_value(const struct code_view *v, struct touched *t,
		      const struct stk_code_access *a)
{
	if (!a->has_value) {
		t->more_values = true;
		return;
	}
	for (size_t i = 0; i < t->n_values; i++)
		if (t->values[i].value == a->value)
			return;
	if (t->n_values == TOLD_VALUES) {
		t->more_values = true;
		return;
	}
	t->values[t->n_values].value = a->value;
	t->values[t->n_values++].text = code_name_value(&v->names, t->reg, a->value);
}

static void gather_accesses(const struct code_view *v, struct code_function *f)
{
	for (size_t i = 0; i < f->facts->n_accesses; i++) {
		const struct stk_code_access *a = &f->facts->accesses[i];
		struct touched *t;

		if (code_is_own(v->file.info, a->address))
			continue;
		t = touched_at(v, f, a->address);
		if (!a->write) {
			t->reads++;
			continue;
		}
		t->writes++;
		add_value(v, t, a);
	}
	if (f->n_touched)
		qsort(f->touched, f->n_touched, sizeof(*f->touched), by_address);
}

/* ---- the rest --------------------------------------------------------- */

static void gather_constants(const struct code_view *v, struct code_function *f)
{
	for (size_t i = 0; i < f->facts->n_constants; i++) {
		uint32_t value = f->facts->constants[i].value;
		bool known = false;
		char *text;

		for (size_t k = 0; k < f->n_constants && !known; k++)
			known = f->constants[k].value == value;
		text = known ? NULL : code_name_value(&v->names, NULL, value);
		if (!text)
			continue;
		f->constants = grow(f->constants, f->n_constants, sizeof(*f->constants));
		f->constants[f->n_constants++] = (struct told_value){ value, text };
	}
}

static void gather_calls(const struct stk_code_info *code, struct code_function *f)
{
	for (size_t i = 0; i < f->facts->n_calls; i++) {
		uint64_t target = f->facts->calls[i].target;
		bool known = false;

		if (!target) {
			f->blind_calls++;
			continue;
		}
		for (size_t k = 0; k < f->n_calls && !known; k++)
			known = f->calls[k].address == target;
		if (known)
			continue;
		f->calls = grow(f->calls, f->n_calls, sizeof(*f->calls));
		f->calls[f->n_calls++] =
			(struct callee){ code_function_name(code, target), target };
	}
}

static void gather_specials(struct code_function *f)
{
	for (size_t i = 0; i < f->facts->n_specials; i++) {
		const struct stk_code_special *s = &f->facts->specials[i];
		size_t k = 0;

		while (k < f->n_specials && f->specials[k].kind != s->kind)
			k++;
		if (k == STK_SPECIAL_COUNT)
			continue;
		if (k == f->n_specials)
			f->specials[f->n_specials++] =
				(struct special_count){ s->kind, s->text, s->pc, 0 };
		f->specials[k].count++;
	}
}

static void gather(struct code_view *v, const struct stk_code_info *code,
		   const struct stk_code_function *facts)
{
	struct code_function *f;

	v->functions = grow(v->functions, v->n_functions, sizeof(*v->functions));
	f = &v->functions[v->n_functions++];
	*f = (struct code_function){ .facts = facts };
	gather_accesses(v, f);
	gather_constants(v, f);
	gather_calls(code, f);
	gather_specials(f);
}

/* ---- the listing of one ----------------------------------------------- */

struct listing {
	const struct code_view *view;
	const struct stk_code_info *code;
	struct code_function *f;
};

static void add_line(void *data, const struct stk_code_line *line)
{
	struct listing *l = data;
	struct code_function *f = l->f;
	struct code_line *copy;

	f->lines = grow(f->lines, f->n_lines, sizeof(*f->lines));
	copy = &f->lines[f->n_lines++];
	*copy = (struct code_line){ .line = *line, .text = strdup(line->text) };
	if (!copy->text)
		out_of_memory();
	copy->line.text = copy->text;
	copy->comment = code_comment(l->view, l->code, line);
}

/* "Init", or an address with or without Thumb bit. */
static const struct stk_code_function *find(const struct stk_code_info *code,
					    const char *only)
{
	uint64_t address;
	bool number = !stk_parse_u64(only, &address);

	for (size_t i = 0; i < code->n_functions; i++) {
		const struct stk_code_function *f = &code->functions[i];

		if (f->name && !strcmp(f->name, only))
			return f;
	}
	for (size_t i = 0; number && i < code->n_functions; i++)
		if (code->functions[i].address == (address & ~UINT64_C(1)))
			return &code->functions[i];
	return NULL;
}

static int no_such_function(struct code_view *v, const struct stk_code_info *code,
			    const char *only)
{
	char names[200] = "";
	size_t used = 0;

	for (size_t i = 0; i < code->n_functions && used < sizeof(names) - 1; i++)
		if (code->functions[i].name && code->functions[i].entry)
			used += (size_t)snprintf(names + used, sizeof(names) - used,
						 "%s%.40s", used ? ", " : "",
						 code->functions[i].name);
	return stk_fail(&v->err, STK_ORIGIN_USAGE, ENOENT, "function-unknown",
			"'%.100s' has no function '%.40s'%s%s", v->file.path, only,
			names[0] ? "; hosts call " : "", names);
}

int code_view_fill(struct code_view *v, const char *only)
{
	const struct stk_code_info *code;
	const struct stk_code_function *one;
	struct listing l;
	int r = stk_loader_code(v->names.ctx, v->loader, &code, &v->err);

	if (r)
		return r;
	if (!only) {
		v->analysis = code->analysis;
		for (size_t i = 0; i < code->n_functions; i++)
			gather(v, code, &code->functions[i]);
		return 0;
	}
	one = find(code, only);
	if (!one)
		return no_such_function(v, code, only);
	v->analysis = code->analysis;
	gather(v, code, one);
	l = (struct listing){ v, code, &v->functions[0] };
	return stk_loader_listing(v->names.ctx, v->loader, one->address, add_line, &l,
				  &v->err);
}

static void free_function(struct code_function *f)
{
	for (size_t i = 0; i < f->n_touched; i++) {
		free(f->touched[i].name);
		for (size_t k = 0; k < f->touched[i].n_values; k++)
			free(f->touched[i].values[k].text);
	}
	for (size_t i = 0; i < f->n_constants; i++)
		free(f->constants[i].text);
	for (size_t i = 0; i < f->n_lines; i++) {
		free(f->lines[i].text);
		free(f->lines[i].comment);
	}
	free(f->touched);
	free(f->constants);
	free(f->calls);
	free(f->lines);
}

void code_view_free(struct code_view *v)
{
	for (size_t i = 0; i < v->n_functions; i++)
		free_function(&v->functions[i]);
	free(v->functions);
}
