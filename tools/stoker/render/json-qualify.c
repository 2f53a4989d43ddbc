/* SPDX-License-Identifier: MIT */
/* Reports of qualify as one document, whose loaders are printed as they come. */
#include "../cmd.h"

#include <inttypes.h>
#include <jansson.h>

#include "json.h"

static json_t *json_access(const struct stk_access *a)
{
	json_t *o = json_new();

	put_u64(o, "ns", a->ns);
	put_u64(o, "pc", a->pc);
	put_text(o, "access", a->write ? "write" : "read");
	put_u64(o, "address", a->address);
	put_u64(o, "value", a->value);
	put_u64(o, "repeats", a->repeats);
	put_text(o, "name", a->name);
	put_text(o, "text", a->text);
	return o;
}

json_t *json_trial_call(const struct stk_trial_call *c)
{
	json_t *o, *array;

	if (!c)
		return json_null();
	o = json_new();
	array = json_new_array();
	for (size_t i = 0; i < c->n_traffic; i++)
		put_last(array, json_access(&c->traffic[i]));
	put_text(o, "call", c->text);
	put_text(o, "end", stk_end_name(c->end));
	put_bool(o, "ok", c->ok);
	put_text(o, "meaning", c->meaning);
	put_u64(o, "target_ns", c->ns);
	put(o, "traffic", array);
	put_u64(o, "traffic_before", c->n_dropped);
	return o;
}

static json_t *json_check(const struct stk_check *c)
{
	json_t *o = json_new();

	put_text(o, "id", c->id);
	put_text(o, "group", c->group);
	put_text(o, "title", c->title);
	put_text(o, "result", stk_check_result_name(c->result));
	put_text(o, "text", c->text);
	put_u64(o, "cases", c->cases);
	put_u64(o, "failed", c->failed);
	put_u64(o, "target_ns", c->ns);
	put_text(o, "basis", c->basis);
	put_text(o, "failure", c->failure);
	put(o, "diagnosis", json_diagnosis(c->diagnosis));
	put(o, "call", json_trial_call(c->call));
	return o;
}

static json_t *json_checks(const struct stk_qualify_report *r)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < r->n_checks; i++)
		put_last(array, json_check(&r->checks[i]));
	return array;
}

/* null: not tried. */
static json_t *json_trial(bool tried, bool good, uint64_t ns)
{
	json_t *o;

	if (!tried)
		return json_null();
	o = json_new();
	put_bool(o, "good", good);
	put_u64(o, "target_ns", ns);
	return o;
}

/* Of a large device most are not tried: they are left out. */
static json_t *json_sectors(const struct stk_qualify_report *r)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < r->n_sectors; i++) {
		const struct stk_sector_trial *s = &r->sectors[i];
		json_t *o;

		if (!s->erase_tried && !s->program_tried)
			continue;
		o = json_new();
		put_range(o, s->range);
		put(o, "erase", json_trial(s->erase_tried, s->erase_good, s->erase_ns));
		put(o, "program",
		    json_trial(s->program_tried, s->program_good, s->program_ns));
		put_last(array, o);
	}
	return array;
}

static json_t *json_hosts(const struct stk_qualify_report *r)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < r->n_hosts; i++) {
		const struct stk_host_trial *t = &r->hosts[i];
		json_t *o = json_new();

		put_text(o, "host", t->host);
		put_text(o, "since", t->since);
		put_text(o, "until", t->until);
		put_text(o, "result", stk_host_result_name(t->result));
		put_bool(o, "sure", t->sure);
		put_text(o, "text", t->text);
		put_text(o, "rule", t->rule);
		put_text(o, "source", t->source);
		put_text(o, "basis", t->basis);
		put(o, "diagnosis", json_diagnosis(t->diagnosis));
		put_u64(o, "target_ns", t->ns);
		put_last(array, o);
	}
	return array;
}

static json_t *json_hypotheses(const struct stk_qualify_report *r)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < r->n_hypotheses; i++) {
		const struct stk_hypothesis *h = &r->hypotheses[i];
		json_t *o = json_new();

		put_text(o, "what", h->what);
		put_bool(o, "fits", h->fits);
		put_text(o, "text", h->text);
		if (h->rule) {
			put_text(o, "rule", h->rule);
			put_text(o, "variant", h->variant);
		} else {
			put_u64(o, "address", h->address);
			put_u64(o, "value", h->value);
			put_text(o, "how", h->how);
		}
		put(o, "call", json_trial_call(h->call));
		put_last(array, o);
	}
	return array;
}

static json_t *json_count(const struct stk_qualify_report *r)
{
	json_t *o = json_new();

	put_u64(o, "pass", r->n_pass);
	put_u64(o, "fail", r->n_fail);
	put_u64(o, "weak", r->n_weak);
	put_u64(o, "skip", r->n_skip);
	return o;
}

/* As digits: it is no number that anybody counts with. */
static void put_digest(json_t *o, uint64_t digest)
{
	char text[24];

	snprintf(text, sizeof(text), "%016" PRIx64, digest);
	put_text(o, "traffic_digest", text);
}

static void put_report(json_t *o, const struct qualified *q)
{
	const struct stk_qualify_report *r = q->report;

	put_text(o, "verdict", r->verdict);
	put_text(o, "format", r->loader->format);
	put_text(o, "sha256", r->loader->sha256);
	put_text(o, "chip", r->chip);
	put_text(o, "chip_how", q->how);
	put_text(o, "target", r->target);
	put_text(o, "option_state", r->option_state);
	put_text(o, "host", r->host);
	put_u64(o, "seed", r->seed);
	put(o, "counts", json_count(r));
	put(o, "checks", json_checks(r));
	put(o, "sectors", json_sectors(r));
	if (r->n_hosts)
		put(o, "hosts", json_hosts(r));
	if (r->symptom) {
		put_text(o, "symptom", r->symptom);
		put(o, "hypotheses", json_hypotheses(r));
	}
	put_u64(o, "calls", r->calls);
	put_u64(o, "target_ns", r->target_ns);
	put_digest(o, r->traffic_digest);
	put(o, "modules", json_module_array(r->modules, r->n_modules));
	put_bool(o, "tainted", r->tainted);
}

char *json_qualify_text(const struct qualified *q)
{
	json_t *o = json_new();

	put_text(o, "path", q->path);
	put_text(o, "result", qualified_state_name(q->state));
	if (q->report)
		put_report(o, q);
	else if (q->state == QUALIFIED_NOT_RUN)
		put_text(o, "why", q->err->msg);
	else
		put(o, "error", json_error(q->err));
	return json_item_text(o);
}

void json_qualify_begin(FILE *out)
{
	fprintf(out, "{\n\"stoker_json\": %d,\n\"loaders\": [", JSON_VERSION);
}

void json_qualify_item(FILE *out, const char *text, size_t index)
{
	json_embedded_item(out, text, index);
}

static json_t *json_recorded(const struct recorded_list *list)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < list->count; i++) {
		const struct recorded *r = &list->item[i];
		json_t *o = json_verdict(&r->verdict);

		put_text(o, "path", r->path);
		put_text(o, "sha256", r->sha256);
		put_bool(o, "new", r->is_new);
		put_last(array, o);
	}
	return array;
}

void json_qualify_end(FILE *out, const size_t count[QUALIFIED_FAILED + 1],
		      const struct recorded_list *recorded, const struct stk_error *err)
{
	json_t *rest = json_new(), *counts = json_new();

	put_u64(counts, "good", count[QUALIFIED_GOOD]);
	put_u64(counts, "bad", count[QUALIFIED_BAD]);
	put_u64(counts, "not_judged", count[QUALIFIED_NOT_JUDGED]);
	put_u64(counts, "not_run", count[QUALIFIED_NOT_RUN]);
	put_u64(counts, "failed", count[QUALIFIED_FAILED]);
	put(rest, "counts", counts);
	if (recorded) {
		put_text(rest, "database", recorded->database);
		put(rest, "recorded", json_recorded(recorded));
	}
	json_embedded_end(out, rest, err);
}

void json_check_list(FILE *out, const struct stk_check_info *checks, size_t count)
{
	json_t *o = json_document(), *array = json_new_array();

	for (size_t i = 0; i < count; i++) {
		json_t *c = json_new();

		put_text(c, "id", checks[i].id);
		put_text(c, "group", checks[i].group);
		put_text(c, "title", checks[i].title);
		put_text(c, "failure", checks[i].failure);
		put_last(array, c);
	}
	put_bool(o, "ok", true);
	put(o, "checks", array);
	json_finish(out, o);
}
