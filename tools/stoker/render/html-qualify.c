/* SPDX-License-Identifier: MIT */
/* The report of qualify as a page: verdict, checks, the failing call, hosts. */
#include "../cmd.h"

#include <inttypes.h>

#include "html.h"

/* ---- words ------------------------------------------------------------ */

static const char *check_class(enum stk_check_result r)
{
	switch (r) {
	case STK_CHECK_PASS:
		return "good";
	case STK_CHECK_FAIL:
		return "error";
	case STK_CHECK_WEAK:
		return "warning";
	case STK_CHECK_SKIP:
		break;
	}
	return "note";
}

static const char *host_class(enum stk_host_result r)
{
	switch (r) {
	case STK_HOST_WORKS:
		return "good";
	case STK_HOST_REFUSED:
		return "warning";
	case STK_HOST_FORMAT:
		return "note";
	case STK_HOST_FAILS:
	case STK_HOST_HANGS:
	case STK_HOST_CORRUPTS:
		break;
	}
	return "error";
}

/* People publish these pages: of a path, the file's name is enough. */
static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

static void paragraph(FILE *out, const char *before, const char *text)
{
	if (!text || !*text)
		return;
	fprintf(out, "<p>%s", before);
	html_text(out, text);
	fputs("</p>\n", out);
}

static void fact(FILE *out, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	fprintf(out, "<div><dt>%s</dt><dd>", name);
	html_name(out, value);
	fputs("</dd></div>\n", out);
}

/* ---- head ------------------------------------------------------------- */

static void pill(FILE *out, const char *class, size_t n, const char *what)
{
	if (n)
		fprintf(out, "<li class=\"pill %s\">%zu %s</li>\n", class, n, what);
}

/* Where no check applies there is nothing to be green about. */
static const char *verdict_class(const struct qualified *q)
{
	return q->state == QUALIFIED_GOOD ? "good" :
	       q->state == QUALIFIED_BAD ? "error" : "note";
}

static void pills(FILE *out, const struct qualified *q)
{
	const struct stk_qualify_report *r = q->report;

	fprintf(out,
		"<ul class=\"pills\" aria-label=\"Verdict\">\n"
		"<li class=\"pill %s\">%s</li>\n", verdict_class(q),
		q->state == QUALIFIED_NOT_JUDGED ? "not judged" :
		qualified_state_name(q->state));
	pill(out, "error", r->n_fail, "failed");
	pill(out, "warning", r->n_weak, "weak");
	pill(out, "good", r->n_pass, "passed");
	pill(out, "note", r->n_skip, "skipped");
	fputs("</ul>\n", out);
}

static void facts(const struct html *h, const struct qualified *q)
{
	const struct stk_qualify_report *r = q->report;
	char text[64], time[32];

	html_card(h, "facts", "What was tried");
	fputs("<dl class=\"facts\">\n", h->out);
	fact(h->out, "device", r->loader->device ? r->loader->device->name : NULL);
	fact(h->out, "chip", r->chip);
	fact(h->out, "why this chip", q->how);
	fact(h->out, "target", r->target);
	fact(h->out, "called as by", r->host);
	snprintf(text, sizeof(text), "%" PRIu32, r->seed);
	fact(h->out, "seed", text);
	snprintf(text, sizeof(text), "%" PRIu64, r->calls);
	fact(h->out, "calls", text);
	fact(h->out, "virtual time", text_time(r->target_ns, time, sizeof(time)));
	fputs("<div class=\"all\"><dt>SHA-256 of the loader</dt><dd class=\"mono\">",
	      h->out);
	html_text(h->out, r->loader->sha256);
	fputs("</dd></div>\n</dl>\n", h->out);
	for (size_t i = 0; i < r->n_modules; i++) {
		if (r->modules[i]->ours)
			continue;
		fputs("<p><span class=\"level warning\">tainted</span> ", h->out);
		html_text(h->out, r->modules[i]->name);
		fputs(" took part, a module from elsewhere</p>\n", h->out);
	}
	html_card_end(h);
}

/* ---- traffic ---------------------------------------------------------- */

static void access_row(FILE *out, const struct stk_access *a)
{
	char time[32];

	fprintf(out,
		"<tr><td class=\"num\">%s</td><td class=\"mono\">0x%08" PRIX64 "</td>"
		"<td>%s</td><th scope=\"row\" class=\"mono\">",
		text_time(a->ns, time, sizeof(time)), a->pc, a->write ? "write" : "read");
	if (a->name)
		html_text(out, a->name);
	else
		fprintf(out, "0x%08" PRIX64, a->address);
	fputs("</th><td class=\"value\">", out);
	if (a->text)
		html_text(out, a->text);
	else
		fprintf(out, "0x%08" PRIX32, a->value);
	if (a->repeats)
		fprintf(out, " <span class=\"soft\">and %" PRIu32 " more</span>",
			a->repeats);
	fputs("</td></tr>\n", out);
}

void html_traffic(const struct html *h, const struct stk_trial_call *c)
{
	char time[32];

	fputs("<p><code>", h->out);
	html_text(h->out, c->text);
	fprintf(h->out, "</code> %s", stk_end_name(c->end));
	if (c->meaning) {
		fputs(": ", h->out);
		html_text(h->out, c->meaning);
	}
	fprintf(h->out, "; %s.", text_time(c->ns, time, sizeof(time)));
	if (c->n_dropped)
		fprintf(h->out, " Of %" PRIu64 " accesses the last %zu.",
			c->n_dropped + c->n_traffic, c->n_traffic);
	fputs("</p>\n", h->out);
	if (!c->n_traffic)
		return;
	html_table(h, "Accesses to registers");
	fputs("<thead><tr><th scope=\"col\" class=\"num\">time</th>"
	      "<th scope=\"col\">PC</th><th scope=\"col\">access</th>"
	      "<th scope=\"col\">register</th><th scope=\"col\">value</th></tr></thead>\n"
	      "<tbody>\n",
	      h->out);
	for (size_t i = 0; i < c->n_traffic; i++)
		access_row(h->out, &c->traffic[i]);
	fputs("</tbody>\n", h->out);
	html_table_end(h);
}

/* ---- the first that failed -------------------------------------------- */

static void evidence(const struct html *h, const struct stk_diagnosis *d)
{
	fputs("<p><strong>", h->out);
	html_text(h->out, d->cause);
	fputs("</strong> ", h->out);
	html_text(h->out, d->message);
	if (d->basis) {
		fputs(" <span class=\"soft\">(basis: ", h->out);
		html_text(h->out, d->basis);
		fputs(")</span>", h->out);
	}
	fputs("</p>\n<dl class=\"facts\">\n", h->out);
	for (size_t i = 0; i < d->n_evidence; i++) {
		fputs("<div><dt>", h->out);
		html_text(h->out, d->evidence[i].what);
		fputs("</dt><dd>", h->out);
		html_text(h->out, d->evidence[i].value);
		fputs("</dd></div>\n", h->out);
	}
	fputs("</dl>\n", h->out);
	paragraph(h->out, "<strong>What to try:</strong> ", d->remedy);
}

static void failing(const struct html *h, const struct stk_check *c)
{
	if (!c)
		return;
	html_card(h, "failing", "The first check that failed");
	fputs("<p><span class=\"level error\">", h->out);
	html_text(h->out, c->id);
	fputs("</span> ", h->out);
	html_text(h->out, c->title);
	fprintf(h->out,
		"</p>\n<p class=\"soft\">%" PRIu64 " of %" PRIu64
		" tried were not as they must be.</p>\n",
		c->failed, c->cases);
	paragraph(h->out, "", c->text);
	paragraph(h->out, "Done to the chip: ", c->failure);
	paragraph(h->out, "Rests on rules of the chip whose basis is ", c->basis);
	if (c->diagnosis)
		evidence(h, c->diagnosis);
	if (c->call)
		html_traffic(h, c->call);
	html_card_end(h);
}

/* ---- checks ----------------------------------------------------------- */

static void check_row(FILE *out, const struct stk_check *c)
{
	char time[32];

	fprintf(out,
		"<tr><td><span class=\"level %s\">%s</span></td>"
		"<th scope=\"row\" class=\"mono\">",
		check_class(c->result), stk_check_result_name(c->result));
	html_text(out, c->id);
	fputs("</th><td class=\"value\">", out);
	html_text(out, c->title);
	if (*c->text) {
		fputs("<br><span class=\"soft\">", out);
		html_text(out, c->text);
		fputs("</span>", out);
	}
	fprintf(out,
		"</td><td class=\"num\">%" PRIu64 "</td><td class=\"num\">%s</td></tr>\n",
		c->cases, text_time(c->ns, time, sizeof(time)));
}

static void checks(const struct html *h, const struct stk_qualify_report *r)
{
	const char *group = "";

	if (!r->n_checks)
		return;
	html_card(h, "checks", "Checks");
	html_table(h, "Checks");
	fputs("<thead><tr><th scope=\"col\">result</th><th scope=\"col\">check</th>"
	      "<th scope=\"col\">what is asked</th><th scope=\"col\" "
	      "class=\"num\">cases</th>"
	      "<th scope=\"col\" class=\"num\">time</th></tr></thead>\n<tbody>\n",
	      h->out);
	for (size_t i = 0; i < r->n_checks; i++) {
		const struct stk_check *c = &r->checks[i];

		if (strcmp(group, c->group)) {
			group = c->group;
			fputs("<tr><td class=\"group\" colspan=\"5\">", h->out);
			html_text(h->out, group);
			fputs("</td></tr>\n", h->out);
		}
		check_row(h->out, c);
	}
	fputs("</tbody>\n", h->out);
	html_table_end(h);
	html_card_end(h);
}

/* ---- hosts and hypotheses --------------------------------------------- */

static void host_row(FILE *out, const struct stk_host_trial *t)
{
	char versions[64], result[32];

	fputs("<tr><th scope=\"row\">", out);
	html_text(out, t->host);
	fputs("</th><td>", out);
	html_text(out, text_versions(t, versions, sizeof(versions)));
	fprintf(out, "</td><td><span class=\"level %s\">%s</span></td><td class=\"value\">",
		host_class(t->result), text_host_result(t, result, sizeof(result)));
	html_text(out, t->text);
	if (t->rule) {
		fputs(*t->text ? "<br><span class=\"soft\">" : "<span class=\"soft\">",
		      out);
		html_text(out, t->rule);
		if (t->basis) {
			fputs(", basis ", out);
			html_text(out, t->basis);
		}
		if (t->source) {
			fputs(": ", out);
			html_text(out, t->source);
		}
		fputs("</span>", out);
	}
	fputs("</td></tr>\n", out);
}

static void hosts(const struct html *h, const struct stk_qualify_report *r)
{
	if (!r->n_hosts)
		return;
	html_card(h, "hosts", "Under other hosts");
	html_table(h, "Under other hosts");
	fputs("<thead><tr><th scope=\"col\">host</th><th scope=\"col\">versions</th>"
	      "<th scope=\"col\">result</th><th scope=\"col\">what "
	      "happens</th></tr></thead>\n"
	      "<tbody>\n",
	      h->out);
	for (size_t i = 0; i < r->n_hosts; i++)
		host_row(h->out, &r->hosts[i]);
	fputs("</tbody>\n", h->out);
	html_table_end(h);
	html_card_end(h);
}

static void hypotheses(const struct html *h, const struct stk_qualify_report *r)
{
	size_t fit = 0;

	if (!r->symptom)
		return;
	html_card(h, "hypotheses", "What would give the symptom");
	paragraph(h->out, "", r->symptom);
	fputs("<ul>\n", h->out);
	for (size_t i = 0; i < r->n_hypotheses; i++) {
		if (!r->hypotheses[i].fits)
			continue;
		fit++;
		fputs("<li>", h->out);
		html_text(h->out, r->hypotheses[i].what);
		fputs("<br><span class=\"soft\">", h->out);
		html_text(h->out, r->hypotheses[i].text);
		fputs("</span></li>\n", h->out);
	}
	fprintf(h->out,
		"</ul>\n<p class=\"soft\">%zu of %zu single changes to what the loader "
		"reads "
		"give it. These are hypotheses, not causes that are proven.</p>\n",
		fit, r->n_hypotheses);
	html_card_end(h);
}

/* ---- parts and page --------------------------------------------------- */

static void untold(FILE *out, const struct qualified *q)
{
	bool failed = q->state == QUALIFIED_FAILED;

	fprintf(out, "<div class=\"alert %s\">\n<p><strong>%s</strong> (<code>",
		failed ? "error" : "note", failed ? "It could not be told" : "Not run");
	html_text(out, q->err->cause);
	fputs("</code>): ", out);
	html_error(out, &(struct inspected){ .path = q->path }, q->err);
	fputs("</p>\n</div>\n", out);
}

void html_qualify_part(FILE *out, const struct qualified *q, size_t index, size_t count)
{
	const struct html h = { .out = out, .files = count, .file = index };
	const struct stk_qualify_report *r = q->report;
	unsigned int level = html_level(&h, 0);

	fprintf(out,
		"<article id=\"file-%zu\" aria-labelledby=\"name-%zu\">\n"
		"<h%u class=\"title\" id=\"name-%zu\">",
		index + 1, index + 1, level, index + 1);
	html_name(out, name_of(q->path));
	fprintf(out, "</h%u>\n", level);
	if (!r) {
		untold(out, q);
	} else {
		pills(out, q);
		fprintf(out, "<div class=\"alert %s\">\n<p>", verdict_class(q));
		html_text(out, r->verdict);
		fputs("</p>\n</div>\n", out);
		failing(&h, first_failing(r));
		checks(&h, r);
		html_heat(&h, r);
		hosts(&h, r);
		hypotheses(&h, r);
		facts(&h, q);
	}
	fputs("</article>\n", out);
}

void html_qualify_begin(FILE *out, const char *first_path, size_t count)
{
	const struct html h = { .out = out, .files = count };

	html_begin(&h, name_of(first_path), "qualify");
	if (count > 1)
		fprintf(out, "<h1 class=\"title\">%zu loaders</h1>\n", count);
}

void html_qualify_end(FILE *out)
{
	const struct html h = { .out = out };

	html_end(&h, "on virtual chips: times are those of their clocks, counted in "
		     "instructions, and not cycle-exact.");
}
