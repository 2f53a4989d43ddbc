/* SPDX-License-Identifier: MIT */
/* A pack for people. */
#include "render.h"

#include <inttypes.h>
#include <string.h>

#define LABEL	    "  %-13s"
#define FEW_DEVICES 2

static void label(FILE *out, const char *name)
{
	fprintf(out, LABEL, name);
}

/* @text, and blanks up to @width. */
static void column(FILE *out, const char *text, size_t width)
{
	size_t n = strlen(text);

	text_safe(out, text);
	fprintf(out, "%*s", (int)(n < width ? width - n : 0), "");
}

static size_t widest(size_t width, const char *text)
{
	size_t n = strlen(text);

	return n > width ? n : width;
}

static void text_identity(FILE *out, const struct stk_pack_info *info)
{
	static const struct {
		const char *kind, *words;
	} kinds[] = {
		{ "pack", "in a .pack file" },
		{ "folder", "in a folder" },
		{ "pdsc", "alone" },
	};

	label(out, "pack");
	text_safe(out, info->vendor ? info->vendor : "?");
	fputs("::", out);
	text_safe(out, info->name ? info->name : "?");
	putc(' ', out);
	text_safe(out, info->version ? info->version : "without a version");
	putc('\n', out);
	label(out, "described by");
	text_safe(out, info->pdsc);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].kind, info->kind))
			fprintf(out, ", %s", kinds[i].words);
	putc('\n', out);
}

/* ---- the whole pack --------------------------------------------------- */

static const char *ram_text(const struct stk_pack_algorithm *a, char *buf, size_t len)
{
	if (!a->has_ram_start)
		return "default";
	if (!a->has_ram_size) {
		snprintf(buf, len, "0x%08" PRIX64 "..", a->ram.addr);
		return buf;
	}
	return text_range(a->ram, buf, len);
}

static void text_devices_of(FILE *out, const struct stk_pack_use *use)
{
	if (!use->n_devices) {
		fputs("a board", out);
		return;
	}
	for (size_t i = 0; i < use->n_devices && i < FEW_DEVICES; i++) {
		fputs(i ? ", " : "", out);
		text_safe(out, use->devices[i]->name);
	}
	if (use->n_devices > FEW_DEVICES)
		fprintf(out, " and %zu more", use->n_devices - FEW_DEVICES);
}

static void text_use(FILE *out, const struct stk_pack_use *use, size_t width)
{
	const struct stk_pack_algorithm *a = use->algorithm;
	char range[48], ram[48];

	fputs("  ", out);
	column(out, a->name, width);
	fprintf(out, "  %-22s  %-22s  %-7s  ", text_range(a->range, range, sizeof(range)),
		ram_text(a, ram, sizeof(ram)), a->is_default ? "yes" : "no");
	text_devices_of(out, use);
	if (a->processor) {
		fputs(", for ", out);
		text_safe(out, a->processor);
	}
	if (strcmp(a->style, "Keil")) {
		fputs(", style ", out);
		text_safe(out, a->style);
	}
	putc('\n', out);
}

static void text_uses(FILE *out, const struct stk_pack_info *info)
{
	size_t width = strlen("algorithm");

	if (!info->n_uses)
		return;
	for (size_t i = 0; i < info->n_uses; i++)
		width = widest(width, info->uses[i].algorithm->name);
	fprintf(out, "\n  %s", colour_on(out, COLOUR_BOLD));
	column(out, "algorithm", width);
	fprintf(out, "  %-22s  %-22s  %-7s  %s%s\n", "range", "RAM", "default", "devices",
		colour_off(out));
	for (size_t i = 0; i < info->n_uses; i++)
		text_use(out, &info->uses[i], width);
}

/* ---- loaders ---------------------------------------------------------- */

static void text_file(FILE *out, const struct inspected_pack *p, size_t i)
{
	const struct inspected *file = &p->files[i];
	const struct stk_loader_info *info = file->info;
	char range[48], page[32], ram[32];

	putc('\n', out);
	label(out, "loader");
	text_safe(out, p->info->files[i].path);
	putc('\n', out);
	if (info && info->device) {
		const struct stk_device *d = info->device;
		const struct stk_range whole = { d->start, d->size };

		label(out, "");
		putc('"', out);
		text_safe(out, d->name);
		fprintf(out, "\", %s, %s, page %s, takes %s of RAM\n", info->format,
			text_range(whole, range, sizeof(range)),
			text_size(d->page_size, page, sizeof(page)),
			text_size(info->ram_size, ram, sizeof(ram)));
	}
	text_loader_error(out, file);
	if (info)
		text_finding_list(out, info->findings, info->n_findings);
}

static void text_whole(FILE *out, const struct inspected_pack *p)
{
	const struct stk_pack_info *info = p->info;

	text_identity(out, info);
	label(out, "holds");
	fprintf(out, "%zu loader%s for %zu device%s\n", info->n_files,
		info->n_files == 1 ? "" : "s", info->n_devices,
		info->n_devices == 1 ? "" : "s");
	text_uses(out, info);
	for (size_t i = 0; i < info->n_files; i++)
		text_file(out, p, i);
	if (info->n_findings)
		putc('\n', out);
	text_finding_list(out, info->findings, info->n_findings);
}

/* ---- one device ------------------------------------------------------- */

static void text_device(FILE *out, const struct stk_pack_choice *c)
{
	const struct stk_pack_device *d = c->device;
	const char *const groups[] = { d->vendor, d->family, d->sub_family };
	char range[48];

	label(out, "device");
	text_safe(out, d->name);
	for (size_t i = 0; i < 3; i++) {
		if (!groups[i])
			continue;
		fputs(", ", out);
		text_safe(out, groups[i]);
	}
	if (c->n_alike > 1)
		fprintf(out, ", the first of %zu that have the same", c->n_alike);
	putc('\n', out);
	for (size_t i = 0; i < d->n_memories; i++) {
		const struct stk_pack_memory *m = d->memories[i];

		label(out, i ? "" : "memories");
		fprintf(out, "%s  %c%c%c  ", text_range(m->range, range, sizeof(range)),
			m->read ? 'r' : '-', m->write ? 'w' : '-', m->execute ? 'x' : '-');
		text_safe(out, m->name ? m->name : "");
		fprintf(out, "%s\n", m->is_default ? ", default" : "");
	}
}

static void text_option(FILE *out, const struct stk_pack_option *o, size_t width)
{
	char ram[48];

	fprintf(out, "  %c ", o->chosen ? '*' : ' ');
	column(out, o->algorithm->name, width);
	fputs("  ", out);
	text_safe(out, o->why);
	if (o->ram.len)
		fprintf(out, ", RAM %s%s", text_range(o->ram, ram, sizeof(ram)),
			o->ram_clamped ? " (it asks for more)" : "");
	if (o->algorithm->file == STK_PACK_NO_FILE)
		fputs(", not in the pack", out);
	putc('\n', out);
}

static void text_host(FILE *out, const struct stk_pack_host_option *h)
{
	fprintf(out, "    %-9s ", h->host);
	text_safe(out, h->algorithm ? h->algorithm->name : "none");
	fprintf(out, ": %s\n", h->why);
}

static void text_place(FILE *out, const struct stk_pack_place *place)
{
	char range[48];
	size_t width = 0;

	fprintf(out, "\n  %s%s%s", colour_on(out, COLOUR_BOLD),
		text_range(place->range, range, sizeof(range)), colour_off(out));
	if (place->memory) {
		fputs(", ", out);
		text_safe(out, place->memory);
	}
	fputs(": ", out);
	text_safe(out, place->why);
	putc('\n', out);
	for (size_t i = 0; i < place->n_options; i++)
		width = widest(width, place->options[i].algorithm->name);
	for (size_t i = 0; i < place->n_options; i++)
		text_option(out, &place->options[i], width);
	for (size_t i = 0; i < place->n_hosts; i++)
		text_host(out, &place->hosts[i]);
}

static bool uses(const struct stk_pack_device *d, size_t file)
{
	for (size_t i = 0; i < d->n_algorithms; i++)
		if (d->algorithms[i]->file == file)
			return true;
	return false;
}

static void text_choice(FILE *out, const struct inspected_pack *p)
{
	const struct stk_pack_choice *c = p->choice;
	bool first = true;

	text_identity(out, p->info);
	text_device(out, c);
	for (size_t i = 0; i < c->n_places; i++)
		text_place(out, &c->places[i]);
	if (!c->n_places)
		fputs("\n  no algorithm is for this device\n", out);
	for (size_t i = 0; i < p->info->n_files; i++)
		if (uses(c->device, i))
			text_file(out, p, i);
	if (c->n_findings)
		putc('\n', out);
	text_finding_list(out, c->findings, c->n_findings);
	for (size_t i = 0; i < p->info->n_files; i++) {
		const struct stk_pack_file *f = &p->info->files[i];

		if (f->n_devices || f->n_boards)
			continue;
		if (first)
			putc('\n', out);
		label(out, first ? "serve nobody" : "");
		text_safe(out, f->path);
		putc('\n', out);
		first = false;
	}
}

void text_inspected_pack(FILE *out, const struct inspected_pack *p, size_t index)
{
	const struct inspected head = { .path = p->path };

	text_loader_head(out, &head, index);
	if (p->choice)
		text_choice(out, p);
	else
		text_whole(out, p);
}
