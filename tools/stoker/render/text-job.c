/* SPDX-License-Identifier: MIT */
/* Plans and job reports for people. */
#include "render.h"

#include <inttypes.h>

/* ---- plans ------------------------------------------------------------ */

static bool adjacent(const struct stk_step *a, const struct stk_step *b)
{
	return a->kind == b->kind && a->loader == b->loader &&
	       a->range.len == b->range.len && a->preserved == b->preserved &&
	       stk_range_end(a->range) == b->range.addr;
}

static void text_plan_step(FILE *out, const struct stk_step *s, size_t count)
{
	struct stk_range all = { s->range.addr, s->range.len * count };
	char range[64], size[32];

	fprintf(out, "  %-11s", text_step(s->kind));
	if (s->range.len)
		fprintf(out, " %s", text_range(all, range, sizeof(range)));
	if (count > 1)
		fprintf(out, "  %zu x %s", count,
			text_size(s->range.len, size, sizeof(size)));
	else if (s->range.len)
		fprintf(out, "  %s", text_size(s->range.len, size, sizeof(size)));
	if (s->preserved)
		fprintf(out, ", %" PRIu64 " bytes%s preserved", s->preserved,
			count > 1 ? " each" : "");
	putc('\n', out);
}

static const char *text_after(enum stk_after after)
{
	switch (after) {
	case STK_AFTER_RESET:
		return "reset, and halted";
	case STK_AFTER_RUN:
		return "reset, and running";
	default:
		return "registers and RAM as they were, halted";
	}
}

void text_plan(FILE *out, const struct stk_plan_info *plan)
{
	unsigned int loader = UINT32_MAX;

	for (size_t i = 0; i < plan->n_steps;) {
		const struct stk_step *s = &plan->steps[i];
		size_t count = 1;

		while (i + count < plan->n_steps && s->range.len &&
		       adjacent(&plan->steps[i + count - 1], &plan->steps[i + count]))
			count++;
		if (s->loader != loader) {
			loader = s->loader;
			text_safe(out, stk_loader_info(plan->loaders[loader])->path);
			fputs(":\n", out);
		}
		text_plan_step(out, s, count);
		i += count;
	}
	fprintf(out, "afterwards: %s\n", text_after(plan->after));
	fprintf(out,
		"%" PRIu64 " image bytes, %" PRIu64 " sectors, %" PRIu64
		" bytes preserved; nothing was done\n",
		plan->image_bytes, plan->sectors, plan->preserved_bytes);
}

/* ---- reports ---------------------------------------------------------- */

static bool same_run(const struct stk_sector *a, const struct stk_sector *b)
{
	return a->state == b->state && a->loader == b->loader &&
	       stk_range_end(a->range) == b->range.addr;
}

/* Neighbours in the same state are one line. */
static void text_sectors(FILE *out, const struct stk_report *r)
{
	for (size_t i = 0; i < r->n_sectors;) {
		const struct stk_sector *s = &r->sectors[i];
		struct stk_range run = s->range;
		size_t count = 1;
		char range[64];

		while (i + count < r->n_sectors &&
		       same_run(&r->sectors[i + count - 1], &r->sectors[i + count]))
			run.len += r->sectors[i + count++].range.len;
		fprintf(out, "  %s  %4zu sector%s %s\n",
			text_range(run, range, sizeof(range)), count,
			count == 1 ? " " : "s", stk_sector_state_name(s->state));
		i += count;
	}
}

void text_tainted(FILE *out, const struct stk_module_info *const *modules, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct stk_module_info *m = modules[i];

		if (!m->ours)
			fprintf(out, "tainted by %s/%s %s (%s)\n",
				stk_class_name(m->class_id), m->name, m->version, m->path);
	}
}

static void text_counts(FILE *out, enum stk_action action, const struct stk_report *r)
{
	if (action == STK_ACTION_PROGRAM)
		fprintf(out,
			"sectors: erased %" PRIu64 ", programmed %" PRIu64
			", unchanged %" PRIu64 "; bytes: programmed %" PRIu64
			", preserved %" PRIu64 "\n",
			r->sectors_erased, r->sectors_programmed, r->sectors_unchanged,
			r->bytes_programmed, r->bytes_preserved);
	else if (action == STK_ACTION_ERASE)
		fprintf(out, "sectors: erased %" PRIu64 ", blank before %" PRIu64 "\n",
			r->sectors_erased, r->sectors_unchanged);
}

/* What was found out, of how many bytes; the counts of the report where it has some. */
static void text_answer(FILE *out, enum stk_action action, const struct stk_report *r)
{
	uint64_t bytes = r->bytes_verified;
	bool no = action == STK_ACTION_BLANK_CHECK && !r->blank;
	const char *word = "verified";
	char size[32], addr[32] = "";

	if (action == STK_ACTION_READ)
		word = "read";
	else if (action == STK_ACTION_ERASE)
		word = "verified blank";
	else if (action == STK_ACTION_BLANK_CHECK)
		word = no ? "not blank" : "blank";
	for (size_t i = 0; i < r->n_read; i++)
		bytes += r->read[i].len;
	if (no && r->mismatch.len)
		snprintf(addr, sizeof(addr), " at 0x%08" PRIX64, r->mismatch.addr);
	fprintf(out, "%s%s%s%s %s%sby %s", colour_on(out, no ? COLOUR_RED : COLOUR_GREEN),
		word, colour_off(out), addr,
		bytes ? text_size(bytes, size, sizeof(size)) : "", bytes ? " " : "",
		stk_verify_name(r->method));
}

static void text_verdict(FILE *out, enum stk_action action, const struct stk_report *r)
{
	char time[32];

	text_answer(out, action, r);
	fprintf(out, "; %" PRIu64 " loader calls, %s of %s time\n", r->calls,
		text_time(r->target_ns, time, sizeof(time)),
		r->virtual_time ? "virtual" : "real");
}

void text_diagnosis(FILE *out, const struct stk_diagnosis *d)
{
	fprintf(out, "  %-10s %s%s%s\n", "cause", d->cause, d->basis ? ", basis " : "",
		d->basis ? d->basis : "");
	for (size_t i = 0; i < d->n_evidence; i++) {
		fprintf(out, "  %-10s %s: ", i ? "" : "evidence", d->evidence[i].what);
		text_safe(out, d->evidence[i].value);
		putc('\n', out);
	}
	if (d->remedy) {
		fprintf(out, "  %-10s ", "remedy");
		text_safe(out, d->remedy);
		putc('\n', out);
	}
}

void text_link(FILE *out, const struct stk_link_stats *link)
{
	char size[32];

	fprintf(out, "link: %" PRIu64 " round trips, %s", link->round_trips,
		text_size(link->bytes_out + link->bytes_in, size, sizeof(size)));
	if (link->repeated)
		fprintf(out, ", %" PRIu64 " packets repeated", link->repeated);
	putc('\n', out);
}

static bool any_sector_touched(const struct stk_report *r)
{
	for (size_t i = 0; i < r->n_sectors; i++)
		if (r->sectors[i].state != STK_SECTOR_UNTOUCHED)
			return true;
	return false;
}

/* The sentence itself has been said. */
static void text_failure(const struct job_outcome *o)
{
	const struct stk_report *r = o->report;

	if (r && r->diagnosis)
		text_diagnosis(stderr, r->diagnosis);
	if (r && (o->action == STK_ACTION_PROGRAM || o->action == STK_ACTION_ERASE)) {
		fprintf(stderr,
			any_sector_touched(r) ? "sectors:\n" : "no sector was touched\n");
		if (any_sector_touched(r))
			text_sectors(stderr, r);
	}
	if (o->rescue_path)
		fprintf(stderr, "bytes that the image does not hold are kept in '%s'\n",
			o->rescue_path);
}

static void text_dump_line(FILE *out, uint64_t addr, const uint8_t *data, size_t len)
{
	fprintf(out, "%08" PRIX64 " ", addr);
	for (size_t i = 0; i < 16; i++) {
		if (i < len)
			fprintf(out, "%s %02X", i == 8 ? " " : "", data[i]);
		else
			fprintf(out, "%s   ", i == 8 ? " " : "");
	}
	fputs("  |", out);
	for (size_t i = 0; i < len; i++)
		putc(data[i] >= 0x20 && data[i] < 0x7F ? data[i] : '.', out);
	fputs("|\n", out);
}

static void text_dump(FILE *out, const struct stk_report *r)
{
	for (size_t i = 0; i < r->n_read; i++) {
		const struct stk_chunk *c = &r->read[i];

		for (size_t at = 0; at < c->len; at += 16)
			text_dump_line(out, c->addr + at, c->data + at,
				       c->len - at < 16 ? c->len - at : 16);
	}
}

void text_job(const struct job_outcome *o)
{
	if (o->err) {
		text_failure(o);
	} else if (o->action == STK_ACTION_READ && !o->data_elsewhere) {
		text_dump(stdout, o->report);
		if (o->report->has_link)
			text_link(stderr, &o->report->link);
	} else {
		text_counts(stdout, o->action, o->report);
		text_verdict(stdout, o->action, o->report);
		if (o->report->has_link)
			text_link(stdout, &o->report->link);
	}
	if (o->report)
		text_tainted(stderr, o->report->modules, o->report->n_modules);
}
