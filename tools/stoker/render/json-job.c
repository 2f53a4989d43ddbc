/* SPDX-License-Identifier: MIT */
/* Plans, job reports and calls as JSON. */
#include <jansson.h>

#include "json.h"

static json_t *json_steps(const struct stk_plan_info *plan)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < plan->n_steps; i++) {
		const struct stk_step *s = &plan->steps[i];
		json_t *o = json_new();

		put_text(o, "step", text_step(s->kind));
		put_u64(o, "loader", s->loader);
		if (s->range.len)
			put_range(o, s->range);
		if (s->preserved)
			put_u64(o, "preserved", s->preserved);
		put_last(array, o);
	}
	return array;
}

json_t *json_loader_id(const struct stk_loader_info *info)
{
	json_t *o = json_new();

	put_text(o, "path", info->path);
	put_text(o, "format", info->format);
	put_text(o, "sha256", info->sha256);
	return o;
}

static json_t *json_plan_loaders(const struct stk_plan_info *plan,
				 const char *const *chosen)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < plan->n_loaders; i++) {
		json_t *o = json_loader_id(stk_loader_info(plan->loaders[i]));

		if (chosen)
			put_text(o, "chosen", chosen[i]);
		put_last(array, o);
	}
	return array;
}

void json_plan(FILE *out, const struct stk_plan_info *plan, const char *const *chosen)
{
	json_t *o = json_document();

	put_bool(o, "ok", true);
	put(o, "loaders", json_plan_loaders(plan, chosen));
	put_u64(o, "image_bytes", plan->image_bytes);
	put_u64(o, "sectors", plan->sectors);
	put_u64(o, "bytes_preserved", plan->preserved_bytes);
	put(o, "steps", json_steps(plan));
	put_text(o, "after", stk_after_name(plan->after));
	json_finish(out, o);
}

static json_t *json_sectors(const struct stk_report *r)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < r->n_sectors; i++) {
		json_t *o = json_new();

		put_range(o, r->sectors[i].range);
		put_u64(o, "loader", r->sectors[i].loader);
		put_text(o, "state", stk_sector_state_name(r->sectors[i].state));
		put_last(array, o);
	}
	return array;
}

static json_t *json_chunks(const struct stk_report *r, bool data)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < r->n_read; i++) {
		json_t *o = json_new();

		put_u64(o, "start", r->read[i].addr);
		put_u64(o, "size", r->read[i].len);
		if (data)
			put(o, "data", json_hex(r->read[i].data, r->read[i].len));
		put_last(array, o);
	}
	return array;
}

static json_t *json_warnings(const struct stk_report *r)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < r->n_warnings; i++)
		put_last(array, json_text(r->warnings[i]));
	return array;
}

void put_diagnosis(json_t *error, const struct stk_diagnosis *d)
{
	json_t *array = json_new_array();

	put_text(error, "cause", d->cause);
	put_text(error, "message", d->message);
	put_text(error, "remedy", d->remedy);
	put_text(error, "basis", d->basis);
	for (size_t i = 0; i < d->n_evidence; i++) {
		json_t *o = json_new();

		put_text(o, "what", d->evidence[i].what);
		put_text(o, "value", d->evidence[i].value);
		put_last(array, o);
	}
	put(error, "evidence", array);
}

json_t *json_diagnosis(const struct stk_diagnosis *d)
{
	json_t *o;

	if (!d)
		return json_null();
	o = json_new();
	put_diagnosis(o, d);
	return o;
}

/*
 * The diagnosis explains the error it belongs to. An interruption, or an
 * output file that could not be written, is not explained by it.
 */
static json_t *json_job_error(const struct stk_error *err, const struct stk_diagnosis *d)
{
	json_t *o = json_error(err);

	if (d && err->origin == STK_ORIGIN_LOADER)
		put_diagnosis(o, d);
	return o;
}

/* NULL where nothing counts what goes over the link. */
static json_t *json_link(bool has, const struct stk_link_stats *link)
{
	json_t *o;

	if (!has)
		return json_null();
	o = json_new();
	put_u64(o, "round_trips", link->round_trips);
	put_u64(o, "bytes_out", link->bytes_out);
	put_u64(o, "bytes_in", link->bytes_in);
	put_u64(o, "repeated", link->repeated);
	return o;
}

static void put_counts(json_t *o, const struct stk_report *r, bool failed)
{
	/* What one sector was read back for is no word about the others. */
	put_bool(o, "verified", r->verified && !failed);
	put_text(o, "verify_method", stk_verify_name(r->method));
	put_u64(o, "sectors_erased", r->sectors_erased);
	put_u64(o, "sectors_programmed", r->sectors_programmed);
	put_u64(o, "sectors_unchanged", r->sectors_unchanged);
	put_u64(o, "bytes_programmed", r->bytes_programmed);
	put_u64(o, "bytes_verified", r->bytes_verified);
	put_u64(o, "bytes_preserved", r->bytes_preserved);
	put_u64(o, "calls", r->calls);
	put_u64(o, "target_ns", r->target_ns);
	put_bool(o, "virtual_time", r->virtual_time);
	put(o, "link", json_link(r->has_link, &r->link));
	put(o, "modules", json_module_array(r->modules, r->n_modules));
	put_bool(o, "tainted", r->tainted);
	put(o, "warnings", json_warnings(r));
}

static void put_answers(json_t *o, const struct job_outcome *outcome)
{
	const struct stk_report *r = outcome->report;

	/* What is not known is not there: a check that broke off has no answer. */
	if (outcome->action == STK_ACTION_BLANK_CHECK && !outcome->err)
		put_bool(o, "blank", r->blank);
	if (outcome->action == STK_ACTION_READ && !outcome->err)
		put(o, "read", json_chunks(r, !outcome->data_elsewhere));
	if (r->mismatch.len) {
		json_t *where = json_new();

		put_range(where, r->mismatch);
		put(o, "mismatch", where);
	}
}

void json_job(FILE *out, const struct job_outcome *outcome)
{
	const struct stk_report *r = outcome->report;
	json_t *o = json_document();

	put_bool(o, "ok", !outcome->err);
	put(o, "loaders", json_plan_loaders(outcome->plan, outcome->chosen));
	if (r) {
		put_counts(o, r, outcome->err != NULL);
		put_answers(o, outcome);
	}
	if (outcome->err) {
		put(o, "error", json_job_error(outcome->err, r ? r->diagnosis : NULL));
		if (r)
			put(o, "sectors", json_sectors(r));
		put_text(o, "rescue_file", outcome->rescue_path);
	}
	json_finish(out, o);
}

static json_t *json_registers(const struct stk_call_report *c)
{
	json_t *o = json_new();

	put_u64(o, "r0", c->r0);
	put_u64(o, "r1", c->r1);
	put_u64(o, "sp", c->sp);
	put_u64(o, "lr", c->lr);
	put_u64(o, "pc", c->pc);
	return o;
}

static void put_call(json_t *o, const struct stk_call_report *c)
{
	json_t *args = json_new_array();

	for (unsigned int i = 0; i < c->n_args; i++)
		put_last(args, json_integer(c->args[i]));
	put_text(o, "function", c->function);
	put(o, "args", args);
	put_text(o, "end", stk_end_name(c->end));
	put_text(o, "meaning", c->meaning);
	put(o, "registers", json_registers(c));
	put_u64(o, "target_ns", c->ns);
	put_u64(o, "budget_ns", c->budget_ns);
	put_u64(o, "stack_used", c->stack_used);
	put_u64(o, "stack_size", c->stack_size);
	put(o, "link", json_link(c->has_link, &c->link));
	put_text(o, "warning", c->warning);
}

void json_call(FILE *out, const struct stk_call_report *call, const struct stk_error *err)
{
	json_t *o = json_document();

	put_bool(o, "ok", !err);
	if (call)
		put_call(o, call);
	if (err)
		put(o, "error", json_job_error(err, call ? call->diagnosis : NULL));
	json_finish(out, o);
}
