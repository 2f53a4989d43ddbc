/* SPDX-License-Identifier: MIT */
/*
 * JUnit's XML as Jenkins and GitLab read it: a suite for each loader, a case for
 * each check and each host. Times are seconds on the virtual chip's clock. What
 * comes from files goes through html_text(), whose five entities XML has too,
 * and which writes control characters, that XML does not have, as \xNN.
 */
#include "../cmd.h"

#include <inttypes.h>

#include "html.h"

/* One suite while it is written; its cases first, for their number is at its head. */
struct suite {
	FILE *out;
	char *class; /* of its cases, without the group */
	const struct qualified *q;
	struct suite_counts *n;
};

static void attribute(FILE *out, const char *name, const char *value)
{
	fprintf(out, " %s=\"", name);
	html_text(out, value);
	putc('"', out);
}

static void seconds(FILE *out, uint64_t ns)
{
	fprintf(out, " time=\"%" PRIu64 ".%09" PRIu64 "\"", ns / 1000000000u,
		ns % 1000000000u);
}

/*
 * Readers tell cases apart by class and name over all suites, and take dots for
 * levels: so folder.file_FLM[CHIP].group it is.
 */
static char *class_of(const struct qualified *q)
{
	const char *path = q->path + strspn(q->path, "./");
	char *class;

	if (asprintf(&class, "%s%s%s%s", path, q->report ? "[" : "",
		     q->report ? q->report->chip : "", q->report ? "]" : "") < 0)
		out_of_memory();
	for (char *p = class; *p; p++)
		*p = *p == '.' ? '_' : *p == '/' || *p == '#' ? '.' : *p;
	return class;
}

static void case_begin(struct suite *s, const char *group, const char *name,
		       const char *more, uint64_t ns)
{
	fputs("<testcase classname=\"", s->out);
	html_text(s->out, s->class);
	putc('.', s->out);
	html_text(s->out, group);
	fputs("\" name=\"", s->out);
	html_text(s->out, name);
	html_text(s->out, more);
	putc('"', s->out);
	seconds(s->out, ns);
	fputs(">\n", s->out);
	s->n->tests++;
}

static void line(FILE *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	fprintf(out, "%s: ", name);
	html_text(out, value);
	putc('\n', out);
}

static void diagnosis(FILE *out, const struct stk_diagnosis *d)
{
	if (!d)
		return;
	line(out, "cause", d->cause);
	line(out, "because", d->message);
	line(out, "basis", d->basis);
	for (size_t i = 0; i < d->n_evidence; i++)
		line(out, d->evidence[i].what, d->evidence[i].value);
	line(out, "remedy", d->remedy);
}

static void fault_begin(struct suite *s, const char *element, const char *type,
			const char *message)
{
	fprintf(s->out, "<%s", element);
	attribute(s->out, "type", type);
	attribute(s->out, "message", message);
	fputs(">", s->out);
}

static void traffic(FILE *out, const struct stk_trial_call *c)
{
	if (!c)
		return;
	line(out, "call", c->text);
	line(out, "ended", stk_end_name(c->end));
	line(out, "meaning", c->meaning);
	for (size_t i = c->n_traffic > 12 ? c->n_traffic - 12 : 0; i < c->n_traffic; i++) {
		const struct stk_access *a = &c->traffic[i];
		char value[16];

		snprintf(value, sizeof(value), "0x%08" PRIX32, a->value);
		fprintf(out, "  0x%08" PRIX64 " %s ", a->pc, a->write ? "writes" : "reads");
		if (a->name)
			html_text(out, a->name);
		else
			fprintf(out, "0x%08" PRIX64, a->address);
		putc(' ', out);
		html_text(out, a->text ? a->text : value);
		putc('\n', out);
	}
}

static void check_details(FILE *out, const struct stk_check *c)
{
	line(out, "asked", c->title);
	line(out, "done to the chip", c->failure);
	fprintf(out, "failed: %" PRIu64 " of %" PRIu64 "\n", c->failed, c->cases);
	line(out, "rests on", c->basis);
	diagnosis(out, c->diagnosis);
	traffic(out, c->call);
}

static void check(struct suite *s, const struct stk_check *c)
{
	case_begin(s, c->group, c->id, "", c->ns);
	if (check_fails(s->q->fail_on, c)) {
		s->n->failures++;
		fault_begin(s, "failure",
			    c->diagnosis ? c->diagnosis->cause
					 : stk_check_result_name(c->result),
			    c->text);
		check_details(s->out, c);
		fputs("</failure>\n", s->out);
	} else if (c->result == STK_CHECK_SKIP) {
		s->n->skipped++;
		fputs("<skipped", s->out);
		attribute(s->out, "message", c->text);
		fputs("/>\n", s->out);
	} else if (c->result == STK_CHECK_WEAK) {
		fputs("<system-out>weak: ", s->out);
		html_text(s->out, c->text);
		putc('\n', s->out);
		check_details(s->out, c);
		fputs("</system-out>\n", s->out);
	}
	fputs("</testcase>\n", s->out);
}

static void host(struct suite *s, const struct stk_host_trial *t)
{
	bool fails = host_fails(s->q->fail_on, t);
	char name[96], versions[64], result[32];

	snprintf(name, sizeof(name), " %s", text_versions(t, versions, sizeof(versions)));
	text_host_result(t, result, sizeof(result));
	case_begin(s, "hosts", t->host, name, t->ns);
	if (fails) {
		s->n->failures++;
		fault_begin(s, "failure", result, *t->text ? t->text : result);
	} else {
		fputs("<system-out>", s->out);
	}
	line(s->out, "result", result);
	line(s->out, "text", t->text);
	line(s->out, "rule", t->rule);
	line(s->out, "source", t->source);
	line(s->out, "basis", t->basis);
	diagnosis(s->out, t->diagnosis);
	fputs(fails ? "</failure>\n" : "</system-out>\n", s->out);
	fputs("</testcase>\n", s->out);
}

/* What there is no verdict on is one case, that is skipped or in error. */
static void untold(struct suite *s)
{
	const struct qualified *q = s->q;

	case_begin(s, "qualify", "run", "", 0);
	if (q->state == QUALIFIED_FAILED) {
		s->n->errors++;
		fault_begin(s, "error", q->err->cause, q->err->msg);
		fputs("</error>\n", s->out);
	} else if (qualified_fails(q)) {
		s->n->failures++;
		fault_begin(s, "failure", q->err->cause, q->err->msg);
		fputs("</failure>\n", s->out);
	} else {
		s->n->skipped++;
		fputs("<skipped", s->out);
		attribute(s->out, "message", q->err->msg);
		fputs("/>\n", s->out);
	}
	fputs("</testcase>\n", s->out);
}

static void counts(FILE *out, const struct suite_counts *n)
{
	fprintf(out,
		" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
		n->tests, n->failures, n->errors, n->skipped);
	seconds(out, n->ns);
}

static void cases(struct suite *s)
{
	const struct stk_qualify_report *r = s->q->report;

	if (!r || s->q->state == QUALIFIED_NOT_JUDGED)
		untold(s);
	if (!r)
		return;
	for (size_t i = 0; i < r->n_checks; i++)
		check(s, &r->checks[i]);
	for (size_t i = 0; i < r->n_hosts; i++)
		host(s, &r->hosts[i]);
	s->n->ns = r->target_ns;
}

void junit_suite(FILE *out, const struct qualified *q, struct suite_counts *ret)
{
	const struct stk_qualify_report *r = q->report;
	stk_cleanup(freep) char *body = NULL;
	struct suite s = { .q = q, .n = ret, .class = class_of(q) };
	size_t len;

	*ret = (struct suite_counts){ .tests = 0 };
	s.out = open_memstream(&body, &len);
	if (!s.out)
		out_of_memory();
	cases(&s);
	if (ferror(s.out) || fclose(s.out))
		out_of_memory();
	fputs("<testsuite", out);
	attribute(out, "name", q->path);
	counts(out, ret);
	fputs(">\n", out);
	if (r) {
		fputs("<properties>\n<property name=\"chip\"", out);
		attribute(out, "value", r->chip);
		fputs("/>\n<property name=\"verdict\"", out);
		attribute(out, "value", r->verdict);
		fprintf(out, "/>\n<property name=\"seed\" value=\"%" PRIu32 "\"/>\n"
			     "</properties>\n", r->seed);
	}
	fputs(body, out);
	free(s.class);
	fputs("</testsuite>\n", out);
}

void junit_begin(FILE *out, const struct suite_counts *all)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	      "<testsuites name=\"stoker qualify\"", out);
	counts(out, all);
	fputs(">\n", out);
}

void junit_end(FILE *out)
{
	fputs("</testsuites>\n", out);
}
