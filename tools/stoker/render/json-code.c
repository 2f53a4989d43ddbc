/* SPDX-License-Identifier: MIT */
/* The code of a loader by function, beside what inspect says of the file. */
#include <jansson.h>

#include "../code-view.h"
#include "json.h"

static const char *const from_names[] = {
	[NAMES_CORE] = "core", [NAMES_SVD] = "svd",   [NAMES_GIVEN] = "given",
	[NAMES_CHIP] = "chip", [NAMES_LINE] = "line", [NAMES_FAMILY] = "family",
};

static json_t *json_names(const struct code_names *n)
{
	json_t *o = json_new();

	put_text(o, "from", from_names[n->from]);
	put_text(o, "chip", n->chip ? n->chip->name : NULL);
	put_text(o, "family", n->family);
	put_text(o, "why", n->why[0] ? n->why : NULL);
	return o;
}

static json_t *json_values(const struct told_value *values, size_t count)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < count; i++) {
		json_t *o = json_new();

		put_u64(o, "value", values[i].value);
		put_text(o, "text", values[i].text);
		put_last(array, o);
	}
	return array;
}

static json_t *json_touched(const struct code_function *f)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < f->n_touched; i++) {
		const struct touched *t = &f->touched[i];
		json_t *o = json_new();

		put_u64(o, "address", t->address);
		put_text(o, "name", t->name);
		put_u64(o, "reads", t->reads);
		put_u64(o, "writes", t->writes);
		put(o, "values", json_values(t->values, t->n_values));
		put_bool(o, "more_values", t->more_values);
		put_last(array, o);
	}
	return array;
}

static json_t *json_calls(const struct code_function *f)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < f->n_calls; i++) {
		json_t *o = json_new();

		put_text(o, "name", f->calls[i].name);
		put_u64(o, "address", f->calls[i].address);
		put_last(array, o);
	}
	return array;
}

static json_t *json_specials(const struct code_function *f)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < f->n_specials; i++) {
		const struct special_count *s = &f->specials[i];
		json_t *o = json_new();

		put_text(o, "special", stk_special_name(s->kind));
		put_text(o, "text", s->text);
		put_u64(o, "address", s->pc);
		put_u64(o, "count", s->count);
		put_last(array, o);
	}
	return array;
}

static json_t *json_lines(const struct code_function *f)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < f->n_lines; i++) {
		const struct code_line *l = &f->lines[i];
		json_t *o = json_new();

		put_u64(o, "address", l->line.address);
		put(o, "bytes", json_hex(l->line.bytes, l->line.size));
		put_bool(o, "data", l->line.data);
		put_text(o, "text", l->text);
		put_text(o, "comment", l->comment);
		put_last(array, o);
	}
	return array;
}

static json_t *json_function(const struct code_function *f)
{
	const struct stk_code_function *c = f->facts;
	json_t *o = json_new();

	put_text(o, "name", c->name);
	put_u64(o, "address", c->address);
	put_u64(o, "size", c->size);
	put_text(o, "operation", c->entry ? stk_op_name(c->op) : NULL);
	put_u64(o, "stack", c->stack);
	put_u64(o, "stack_own", c->stack_own);
	put_bool(o, "stack_bounded", c->stack_bounded);
	put(o, "calls", json_calls(f));
	put_u64(o, "blind_calls", f->blind_calls);
	put(o, "registers", json_touched(f));
	put(o, "constants", json_values(f->constants, f->n_constants));
	put(o, "specials", json_specials(f));
	if (f->n_lines)
		put(o, "listing", json_lines(f));
	return o;
}

void json_code_view(FILE *out, const struct code_view *v, size_t index)
{
	json_t *o = json_loader_object(&v->file), *code, *functions;

	if (!v->analysis) {
		if (v->file.info && v->err.code)
			put(o, "code_error", json_error(&v->err));
		json_array_item(out, o, index);
		return;
	}
	functions = json_new_array();
	for (size_t i = 0; i < v->n_functions; i++)
		put_last(functions, json_function(&v->functions[i]));
	code = json_new();
	put_text(code, "analysis", v->analysis);
	put(code, "names", json_names(&v->names));
	put(code, "functions", functions);
	put(o, "code", code);
	json_array_item(out, o, index);
}
