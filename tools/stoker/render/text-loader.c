/* SPDX-License-Identifier: MIT */
/* A loader file for people. */
#include "render.h"

#include <inttypes.h>
#include <string.h>

#define LABEL "  %-13s"

static void label(FILE *out, const char *name)
{
	fprintf(out, LABEL, name);
}

/* NULL: the file does not say, so nor do we. */
static void text_field(FILE *out, const char *name, const char *value)
{
	if (!value)
		return;
	label(out, name);
	text_safe(out, value);
	putc('\n', out);
}

static void text_device(FILE *out, const char *title, const struct stk_device *d)
{
	const struct stk_range whole = { d->start, d->size };
	char range[64], size[32], page[32];

	label(out, title);
	putc('"', out);
	text_safe(out, d->name);
	fprintf(out, "\", %s (type %" PRIu32 ")\n", d->type_name, d->type);
	label(out, "");
	fprintf(out, "%s, %s, page %s, erased value 0x%02X\n",
		text_range(whole, range, sizeof(range)),
		text_size(d->size, size, sizeof(size)),
		text_size(d->page_size, page, sizeof(page)), d->erased);
	if (d->program_ms || d->erase_ms) {
		label(out, "limits");
		fprintf(out, "program %" PRIu32 " ms, erase %" PRIu32 " ms\n",
			d->program_ms, d->erase_ms);
	}
	for (size_t i = 0; i < d->n_regions; i++) {
		const struct stk_region *r = &d->regions[i];

		label(out, i ? "" : "sectors");
		fprintf(out, "%6" PRIu64 " x %-9s from 0x%08" PRIX64 "\n", r->count,
			text_size(r->size, size, sizeof(size)), r->start);
	}
}

static void text_functions(FILE *out, const struct stk_loader_info *info)
{
	for (size_t i = 0; i < info->n_functions; i++) {
		const struct stk_function *f = &info->functions[i];

		label(out, i ? "" : "functions");
		fprintf(out, "0x%08" PRIX64 "  ", f->address);
		text_safe(out, f->name);
		putc('\n', out);
	}
}

void text_loader_segments(FILE *out, const struct stk_loader_info *info)
{
	for (size_t i = 0; i < info->n_segments; i++) {
		const struct stk_segment *s = &info->segments[i];

		label(out, i ? "" : "segments");
		fprintf(out,
			"0x%08" PRIX64 "  file 0x%06" PRIX64 "  memory 0x%06" PRIX64
			"  %c%c%c  %s\n",
			s->vaddr, s->file_size, s->mem_size, s->r ? 'r' : '-',
			s->w ? 'w' : '-', s->x ? 'x' : '-', text_role(s->role));
	}
}

static void text_placement(FILE *out, const struct stk_loader_info *info)
{
	char size[32];

	if (!info->machine)
		return;
	text_field(out, "machine", info->machine);
	text_field(out, "cpu", info->cpu);
	text_field(out, "fp", info->fp);
	text_field(out, "compiler", info->compiler);
	if (!info->n_segments)
		return;
	label(out, "runs");
	if (info->position_independent)
		fputs("anywhere", out);
	else
		fprintf(out, "at 0x%08" PRIX64, info->link_address);
	fprintf(out, ", needs %s of RAM and a stack",
		text_size(info->ram_size, size, sizeof(size)));
	if (info->has_static_base)
		fprintf(out, ", static base R9 at +0x%" PRIX64,
			info->static_base - info->link_address);
	putc('\n', out);
}

static void text_finding(FILE *out, const struct stk_finding *f)
{
	static const enum colour colours[] = {
		[STK_NOTE] = COLOUR_BOLD,
		[STK_WARNING] = COLOUR_YELLOW,
		[STK_ERROR] = COLOUR_RED,
	};

	fprintf(out, "  %s%-8s%s %s ", colour_on(out, colours[f->level]),
		stk_level_name(f->level), colour_off(out), f->id);
	text_safe(out, f->text);
	if (f->host && !strcmp(f->basis, "assumed"))
		fprintf(out, " [%s, assumed]", f->host);
	else if (f->host)
		fprintf(out, " [%s]", f->host);
	putc('\n', out);
}

void text_finding_list(FILE *out, const struct stk_finding *findings, size_t count)
{
	for (int level = STK_ERROR; level >= STK_NOTE; level--)
		for (size_t i = 0; i < count; i++)
			if ((int)findings[i].level == level)
				text_finding(out, &findings[i]);
}

/* What findings were looked for with: absence of others proves nothing. */
static void text_checked(FILE *out, const struct stk_loader_info *info)
{
	if (info->error.code)
		return;
	label(out, "checked");
	fprintf(out, "%s%s, %s\n", info->checked_chip ? "for " : "",
		info->checked_chip ? info->checked_chip : "for no chip, none is told",
		info->checked_code ? "with its code" : "without its code");
}

/* Who refuses it or hangs, and since when: what people ask in forums. */
static void text_hosts(FILE *out, const struct stk_loader_info *info)
{
	struct host_verdict verdicts[HOST_VERDICTS];
	size_t n = host_verdicts(info, verdicts, HOST_VERDICTS);

	for (size_t i = 0; i < n; i++) {
		const struct host_verdict *v = &verdicts[i];
		const struct stk_finding *f;

		label(out, i ? "" : "hosts");
		fprintf(out, "%s %s", v->host, text_effect(v->effect));
		if (v->since)
			fprintf(out, " since %s", v->since);
		for (size_t k = 0; (f = host_finding(info, v, k)); k++)
			fprintf(out, "%s%s%s", k ? ", " : " (", f->id,
				strcmp(f->basis, "assumed") ? "" : " assumed");
		fputs(")\n", out);
	}
}

void text_loader_device(FILE *out, const struct stk_loader_info *info)
{
	if (info->device)
		text_device(out, "device", info->device);
	if (info->recovered) {
		text_device(out, "recovered", info->recovered);
		text_field(out, "", info->recovered_how);
	}
}

static void text_info(FILE *out, const struct stk_loader_info *info)
{
	char size[32];

	label(out, "format");
	fprintf(out, "%s, %s\n", info->format ? info->format : "not recognised",
		text_size(info->file_size, size, sizeof(size)));
	text_loader_device(out, info);
	text_functions(out, info);
	text_loader_segments(out, info);
	text_placement(out, info);
	text_field(out, "sha256", info->sha256);
	text_field(out, "  of code", info->code_sha256);
	text_field(out, "  of table", info->table_sha256);
	text_checked(out, info);
	text_hosts(out, info);
	text_finding_list(out, info->findings, info->n_findings);
}

void text_loader_head(FILE *out, const struct inspected *file, size_t index)
{
	if (index)
		putc('\n', out);
	fputs(colour_on(out, COLOUR_BOLD), out);
	text_safe(out, file->path);
	fprintf(out, "%s\n", colour_off(out));
}

void text_loader_error(FILE *out, const struct inspected *file)
{
	const struct stk_error *err = file->info ? &file->info->error : file->err;

	if (!err->code)
		return;
	label(out, "unusable");
	fprintf(out, "%s: ", err->cause);
	text_safe(out, err->msg);
	putc('\n', out);
}

void text_loader(FILE *out, const struct inspected *file, size_t index)
{
	text_loader_head(out, file, index);
	if (file->info)
		text_info(out, file->info);
	text_loader_error(out, file);
}
