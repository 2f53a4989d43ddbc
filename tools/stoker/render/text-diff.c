/* SPDX-License-Identifier: MIT */
/* What changed between two loaders, for people. */
#include "text-diff.h"

#include <inttypes.h>
#include <string.h>

#define LABEL "  %-13s"

void diff_label(FILE *out, const char *name)
{
	fprintf(out, LABEL, name);
}

/* ---- facts ------------------------------------------------------------ */

static void text_value(FILE *out, enum stk_diff_kind kind, const struct stk_diff_value *v)
{
	char buf[32];

	if (!v->known) {
		fputs("none", out);
		return;
	}
	switch (kind) {
	case STK_DIFF_TEXT:
		putc('"', out);
		text_safe(out, v->text);
		putc('"', out);
		break;
	case STK_DIFF_NUMBER:
		fprintf(out, "%" PRIu64, v->number);
		break;
	case STK_DIFF_SIZE:
		fputs(text_size(v->number, buf, sizeof(buf)), out);
		break;
	case STK_DIFF_ADDRESS:
		fprintf(out, "0x%08" PRIX64, v->number);
		break;
	case STK_DIFF_OFFSET:
		fprintf(out, "+0x%" PRIX64, v->number);
		break;
	case STK_DIFF_BYTE:
		fprintf(out, "0x%02" PRIX64, v->number);
		break;
	case STK_DIFF_MS:
		fprintf(out, "%" PRIu64 " ms", v->number);
		break;
	case STK_DIFF_FLAG:
		fputs(v->number ? "yes" : "no", out);
		break;
	}
}

static void text_fact(FILE *out, const char *heading, const struct stk_diff_fact *f)
{
	char name[32];

	snprintf(name, sizeof(name), "%s", f->name);
	for (char *p = name; *p; p++)
		if (*p == '_')
			*p = ' ';
	diff_label(out, heading);
	fprintf(out, "%s ", name);
	text_value(out, f->kind, &f->a);
	fputs(" -> ", out);
	text_value(out, f->kind, &f->b);
	putc('\n', out);
}

/* A region that goes on where the one before ends, with sectors as large. */
static bool goes_on(const struct stk_region *r)
{
	return r[1].size == r[0].size && r[1].start == r[0].start + r[0].count * r[0].size;
}

static void text_regions(FILE *out, const struct stk_device *d)
{
	char size[32];

	if (!d || !d->n_regions)
		fputs("none", out);
	for (size_t i = 0; d && i < d->n_regions; i++) {
		uint64_t count = d->regions[i].count;
		const char *before = i ? ", " : "";

		while (i + 1 < d->n_regions && goes_on(&d->regions[i]))
			count += d->regions[++i].count;
		fprintf(out, "%s%" PRIu64 " x %s", before, count,
			text_size(d->regions[i].size, size, sizeof(size)));
	}
}

static const struct stk_device *device_of(const struct stk_loader_info *l)
{
	return l->device ? l->device : l->recovered;
}

static void text_sectors(FILE *out, const char *heading, const struct stk_diff_info *info)
{
	const struct stk_device *a = device_of(info->a), *b = device_of(info->b);

	diff_label(out, heading);
	fputs("sectors ", out);
	text_regions(out, a);
	fputs(" -> ", out);
	text_regions(out, b);
	if (a && b && a->n_regions != b->n_regions)
		fprintf(out, " (%zu -> %zu table entries)", a->n_regions, b->n_regions);
	putc('\n', out);
}

/* The facts of one kind under one heading. */
static void text_facts(FILE *out, const char *heading, const struct stk_diff_info *info,
		       bool device, bool counts)
{
	for (size_t i = 0; i < info->n_facts; i++) {
		const struct stk_diff_fact *f = &info->facts[i];

		if (f->device != device || f->counts != counts)
			continue;
		text_fact(out, heading, f);
		heading = "";
	}
	if (device && counts && !info->same_regions)
		text_sectors(out, heading, info);
}

/* ---- the verdict ------------------------------------------------------ */

static bool has_fact(const struct stk_diff_info *info, bool device)
{
	for (size_t i = 0; i < info->n_facts; i++)
		if (info->facts[i].device == device && info->facts[i].counts)
			return true;
	return device && !info->same_regions;
}

static const char *table_verdict(const struct stk_diff_info *info)
{
	if (has_fact(info, true))
		return "another device table";
	return info->same_table ? "the same device table"
				: "device tables that say the same";
}

static void text_verdict(FILE *out, const struct stk_diff_info *info)
{
	const char *name = info->same_file ? "the same file"
			   : info->equal   ? "equal in what counts"
					   : "different";

	fprintf(out, "%s%s%s", colour_on(out, info->equal ? COLOUR_GREEN : COLOUR_YELLOW),
		name, colour_off(out));
	if (!info->same_file)
		fprintf(out, ": %s, %s%s", table_verdict(info),
			info->same_code ? "the same code" : "other code",
			info->equal || !info->same_code || has_fact(info, true)
				? ""
				: ", used in another way");
	putc('\n', out);
}

static void text_path(FILE *out, const char *side, const struct stk_loader_info *l)
{
	fprintf(out, "%s  %s", side, colour_on(out, COLOUR_BOLD));
	text_safe(out, l->path);
	fprintf(out, "%s\n", colour_off(out));
	if (!l->error.code)
		return;
	diff_label(out, "unusable");
	text_safe(out, l->error.msg);
	putc('\n', out);
}

/* ---- the rest --------------------------------------------------------- */

static void text_stack(FILE *out, const struct stk_diff_info *info)
{
	if (!info->analysis || (info->stack_a == info->stack_b &&
				info->stack_a_bounded == info->stack_b_bounded))
		return;
	diff_label(out, "stack");
	fprintf(out, "%s%" PRIu32 " -> %s%" PRIu32 " bytes, as far as the code tells\n",
		info->stack_a_bounded ? "" : "at least ", info->stack_a,
		info->stack_b_bounded ? "" : "at least ", info->stack_b);
}

static void text_findings(FILE *out, const struct stk_diff_info *info)
{
	for (size_t i = 0; i < info->n_findings; i++) {
		const struct stk_diff_finding *d = &info->findings[i];
		const struct stk_finding *f = d->finding;

		diff_label(out, i ? "" : "findings");
		fprintf(out, "%s%c %s %s ",
			colour_on(out, d->gained ? COLOUR_GREEN : COLOUR_RED),
			d->gained ? '+' : '-', stk_level_name(f->level), f->id);
		text_safe(out, f->text);
		if (f->host)
			fprintf(out, " (%s %s%s%s)", f->host, text_effect(f->effect),
				f->since ? " since " : "", f->since ? f->since : "");
		fprintf(out, "%s\n", colour_off(out));
	}
}

int text_diff(FILE *out, const struct compared *c, struct stk_error *err)
{
	const struct stk_diff_info *info = c->info;

	text_path(out, "a", info->a);
	text_path(out, "b", info->b);
	text_verdict(out, info);
	text_facts(out, "device", info, true, true);
	text_facts(out, "loader", info, false, true);
	text_stack(out, info);
	if (!info->same_file)
		text_diff_functions(out, info);
	text_findings(out, info);
	text_facts(out, "not counted", info, false, false);
	return c->code ? text_diff_listings(out, c, err) : 0;
}
