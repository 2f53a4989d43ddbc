/* SPDX-License-Identifier: MIT */
/* What changed between two loaders, as one document. */
#include <jansson.h>

#include "json.h"

static json_t *json_side(const struct stk_loader_info *l)
{
	json_t *o = json_new();

	put_text(o, "path", l->path);
	put_text(o, "format", l->format);
	put_text(o, "sha256", l->sha256);
	put_text(o, "code_sha256", l->code_sha256);
	put_text(o, "table_sha256", l->table_sha256);
	if (l->error.code)
		put(o, "error", json_error(&l->error));
	return o;
}

static void put_value(json_t *o, const char *key, enum stk_diff_kind kind,
		      const struct stk_diff_value *v)
{
	if (!v->known || kind == STK_DIFF_TEXT)
		put_text(o, key, v->text);
	else if (kind == STK_DIFF_FLAG)
		put_bool(o, key, v->number);
	else
		put_u64(o, key, v->number);
}

static json_t *json_facts(const struct stk_diff_info *info)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < info->n_facts; i++) {
		const struct stk_diff_fact *f = &info->facts[i];
		json_t *o = json_new();

		put_text(o, "name", f->name);
		put_text(o, "of", f->device ? "device" : "loader");
		put_bool(o, "counts", f->counts);
		put_value(o, "a", f->kind, &f->a);
		put_value(o, "b", f->kind, &f->b);
		put_last(array, o);
	}
	return array;
}

static json_t *json_regions(const struct stk_loader_info *l)
{
	const struct stk_device *d = l->device ? l->device : l->recovered;

	return d ? json_region_array(d->regions, d->n_regions) : json_null();
}

static json_t *json_both_regions(const struct stk_diff_info *info)
{
	json_t *o;

	if (info->same_regions)
		return json_null();
	o = json_new();
	put(o, "a", json_regions(info->a));
	put(o, "b", json_regions(info->b));
	return o;
}

static json_t *json_touch(const struct stk_diff_touch *t)
{
	static const char *const kind[] = {
		[STK_TOUCH_READ] = "read",
		[STK_TOUCH_WRITE] = "write",
		[STK_TOUCH_CONSTANT] = "constant",
		[STK_TOUCH_SPECIAL] = "special",
	};
	json_t *o = json_new();

	put_text(o, "change", t->gained ? "gained" : "lost");
	put_text(o, "kind", kind[t->kind]);
	if (t->kind == STK_TOUCH_READ || t->kind == STK_TOUCH_WRITE)
		put_u64(o, "address", t->address);
	if (t->kind == STK_TOUCH_CONSTANT || t->has_value)
		put_u64(o, "value", t->value);
	if (t->kind == STK_TOUCH_SPECIAL)
		put_text(o, "special", stk_special_name(t->special));
	else
		put_text(o, "name", t->name);
	return o;
}

static json_t *json_touches(const struct stk_diff_touch *t, size_t n)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < n; i++)
		put_last(array, json_touch(&t[i]));
	return array;
}

static json_t *json_function_side(const struct stk_code_function *f, bool analysed)
{
	json_t *o;

	if (!f)
		return json_null();
	o = json_new();
	put_text(o, "name", f->name);
	put_u64(o, "address", f->address);
	put_u64(o, "size", f->size);
	if (!analysed)
		return o;
	put_u64(o, "instructions", f->n_shape);
	put_u64(o, "stack", f->stack);
	put_bool(o, "stack_bounded", f->stack_bounded);
	return o;
}

static const char *change_of(const struct stk_diff_function *f)
{
	if (!f->a)
		return "added";
	if (!f->b)
		return "removed";
	return f->same ? "same" : "changed";
}

static const char *match_of(const struct stk_diff_function *f)
{
	static const char *const match[] = {
		[STK_MATCH_NONE] = NULL,
		[STK_MATCH_NAME] = "name",
		[STK_MATCH_OP] = "operation",
		[STK_MATCH_CODE] = "code",
		[STK_MATCH_SIMILAR] = "similarity",
	};

	return match[f->match];
}

static void keep_line(void *data, const struct stk_diff_line *line)
{
	static const char *const side[] = { "both", "a", "b" };
	json_t *o = json_new();

	put_text(o, "in", side[line->side]);
	put_text(o, "text", line->text);
	put_last(data, o);
}

static int put_code(json_t *o, const struct compared *c, size_t index, struct stk_error *err)
{
	json_t *lines = json_new_array();
	int r = stk_diff_listing(c->ctx, c->diff, index, keep_line, lines, err);

	put(o, "code", lines);
	return r;
}

static int put_functions(json_t *document, const struct compared *c, struct stk_error *err)
{
	const struct stk_diff_info *info = c->info;
	json_t *array = json_new_array();
	int r = 0;

	for (size_t i = 0; !r && i < info->n_functions; i++) {
		const struct stk_diff_function *f = &info->functions[i];
		json_t *o = json_new();

		put_text(o, "change", change_of(f));
		put_text(o, "matched_by", match_of(f));
		put(o, "a", json_function_side(f->a, info->analysis));
		put(o, "b", json_function_side(f->b, info->analysis));
		put_u64(o, "removed", f->removed);
		put_u64(o, "added", f->added);
		put(o, "touches", json_touches(f->touches, f->n_touches));
		if (compared_lists(c, f))
			r = put_code(o, c, i, err);
		put_last(array, o);
	}
	put(document, "functions", array);
	return r;
}

static json_t *json_stack(uint32_t stack, bool bounded)
{
	json_t *o = json_new();

	put_u64(o, "bytes", stack);
	put_bool(o, "bounded", bounded);
	return o;
}

static json_t *json_stacks(const struct stk_diff_info *info)
{
	json_t *o;

	if (!info->analysis)
		return json_null();
	o = json_new();
	put(o, "a", json_stack(info->stack_a, info->stack_a_bounded));
	put(o, "b", json_stack(info->stack_b, info->stack_b_bounded));
	return o;
}

static json_t *json_findings(const struct stk_diff_info *info)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < info->n_findings; i++) {
		const struct stk_finding *f = info->findings[i].finding;
		json_t *o = json_new();

		put_text(o, "change", info->findings[i].gained ? "gained" : "lost");
		put(o, "finding", json_finding(f));
		put_last(array, o);
	}
	return array;
}

int json_diff(FILE *out, const struct compared *c, struct stk_error *err)
{
	const struct stk_diff_info *info = c->info;
	json_t *o = json_document();
	int r;

	put_bool(o, "ok", true);
	put_bool(o, "equal", info->equal);
	put_bool(o, "same_file", info->same_file);
	put_bool(o, "same_code", info->same_code);
	put_bool(o, "same_table", info->same_table);
	put(o, "a", json_side(info->a));
	put(o, "b", json_side(info->b));
	put(o, "facts", json_facts(info));
	put(o, "regions", json_both_regions(info));
	put_text(o, "analysis", info->analysis);
	put(o, "stack", json_stacks(info));
	put(o, "touches", json_touches(info->touches, info->n_touches));
	put(o, "findings", json_findings(info));
	r = put_functions(o, c, err);
	if (r)
		json_decref(o);
	else
		json_finish(out, o);
	return r;
}
