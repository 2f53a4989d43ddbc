/* SPDX-License-Identifier: MIT */
/* What a loader is: facts, findings, segments, digests. */
#include <inttypes.h>

#include "html.h"

/* ---- facts ------------------------------------------------------------ */

static void fact_begin(FILE *out, const char *name)
{
	fprintf(out, "<div><dt>%s</dt><dd>", name);
}

static void fact_end(FILE *out)
{
	fputs("</dd></div>\n", out);
}

/* NULL: the file does not say, so nor do we. */
static void fact(FILE *out, const char *name, const char *value)
{
	if (!value)
		return;
	fact_begin(out, name);
	html_name(out, value);
	fact_end(out);
}

static void fact_range(FILE *out, const char *name, struct stk_range r)
{
	char size[32];

	fact_begin(out, name);
	fprintf(out,
		"<span class=\"mono\">0x%08" PRIX64 "..<wbr>0x%08" PRIX64 "</span><br>%s",
		r.addr, stk_range_end(r), text_size(r.len, size, sizeof(size)));
	fact_end(out);
}

static void device_facts(FILE *out, const struct stk_device *d)
{
	char size[32];

	fact(out, "device", d->name);
	fact_begin(out, "type");
	html_text(out, d->type_name);
	fprintf(out, " (%" PRIu32 ")", d->type);
	fact_end(out);
	fact_range(out, "address range", (struct stk_range){ d->start, d->size });
	fact(out, "page", text_size(d->page_size, size, sizeof(size)));
	fact_begin(out, "erased value");
	fprintf(out, "<span class=\"mono\">0x%02X</span>", d->erased);
	fact_end(out);
	if (d->program_ms || d->erase_ms) {
		fact_begin(out, "declared limits");
		fprintf(out, "program %" PRIu32 " ms, erase %" PRIu32 " ms",
			d->program_ms, d->erase_ms);
		fact_end(out);
	}
}

static void place_facts(FILE *out, const struct stk_loader_info *info)
{
	char size[32];

	if (!info->n_segments)
		return;
	fact_begin(out, "runs");
	if (info->position_independent)
		fputs("anywhere", out);
	else
		fprintf(out, "at <span class=\"mono\">0x%08" PRIX64 "</span>",
			info->link_address);
	if (info->has_static_base)
		fprintf(out, ", R9 at +0x%" PRIX64, info->static_base - info->link_address);
	fact_end(out);
	fact_begin(out, "RAM for its image");
	fputs(text_size(info->ram_size, size, sizeof(size)), out);
	fact_end(out);
}

void html_facts(const struct html *h, const struct mapped *m)
{
	const struct stk_loader_info *info = m->file.info;

	html_card(h, "facts", "What it is");
	fputs("<dl class=\"facts\">\n", h->out);
	if (info->device || info->recovered)
		device_facts(h->out, info->device ? info->device : info->recovered);
	if (!info->device)
		fact(h->out, "how the table was found", info->recovered_how);
	place_facts(h->out, info);
	fact(h->out, "machine", info->machine);
	fact(h->out, "CPU", info->cpu);
	fact(h->out, "floating point", info->fp);
	fact(h->out, "compiler", info->compiler);
	if (m->chip) {
		fact_begin(h->out, "chip");
		fprintf(h->out, "%s (", m->chip->name);
		html_text(h->out, m->chip_how);
		putc(')', h->out);
		fact_end(h->out);
	}
	fputs("</dl>\n", h->out);
	html_card_end(h);
}

/* ---- findings --------------------------------------------------------- */

static void finding_id(FILE *out, const char *id)
{
	bool link = html_explained(id);

	fputs(link ? "<a class=\"mono\" href=\"#" : "<span class=\"mono soft", out);
	html_text(out, link ? id : "");
	fputs("\">", out);
	html_text(out, id);
	fputs(link ? "</a>" : "</span>", out);
}

/* "cubeprogrammer refuses it since 2.18.0". */
static void host_words(FILE *out, const char *host, const char *effect, const char *since)
{
	html_text(out, host);
	putc(' ', out);
	html_text(out, text_effect(effect));
	if (since) {
		fputs(" since ", out);
		html_text(out, since);
	}
}

static void finding(const struct html *h, const struct stk_finding *f)
{
	FILE *out = h->out;

	fprintf(out, "<li><span class=\"level %s\">%s</span><p>",
		stk_level_name(f->level), stk_level_name(f->level));
	html_text(out, f->text);
	putc(' ', out);
	finding_id(out, f->id);
	fputs("</p>", out);
	if (f->host) {
		fputs("<p class=\"soft\">", out);
		host_words(out, f->host, f->effect, f->since);
		fputs("</p>", out);
	}
	fputs("</li>\n", out);
}

/* Who refuses it or hangs, and since when: what people ask in forums. */
static void verdicts(const struct html *h, const struct stk_loader_info *info)
{
	struct host_verdict verdict[HOST_VERDICTS];
	size_t n = host_verdicts(info, verdict, HOST_VERDICTS);

	for (size_t i = 0; i < n; i++) {
		const struct host_verdict *v = &verdict[i];
		const struct stk_finding *f;

		fputs("<p><strong>", h->out);
		host_words(h->out, v->host, v->effect, v->since);
		fputs("</strong>", h->out);
		for (size_t k = 0; (f = host_finding(info, v, k)); k++) {
			fputs(k ? ", " : " ", h->out);
			finding_id(h->out, f->id);
		}
		fputs("</p>\n", h->out);
	}
}

void html_findings(const struct html *h, const struct stk_loader_info *info)
{
	if (!info->n_findings)
		return;
	html_card(h, "findings", "Findings");
	verdicts(h, info);
	fputs("<ul class=\"findings\">\n", h->out);
	for (int level = STK_ERROR; level >= STK_NOTE; level--)
		for (size_t i = 0; i < info->n_findings; i++)
			if ((int)info->findings[i].level == level)
				finding(h, &info->findings[i]);
	fputs("</ul>\n", h->out);
	html_card_end(h);
}

/* ---- segments and digests --------------------------------------------- */

void html_segments(const struct html *h, const struct stk_loader_info *info)
{
	FILE *out = h->out;
	char file[32], memory[32];

	if (!info->n_segments)
		return;
	html_card(h, "segments", "Segments");
	html_table(h, "Segments");
	fputs("<thead><tr><th scope=\"col\">linked to</th>"
	      "<th scope=\"col\" class=\"num\">in the file</th>"
	      "<th scope=\"col\" class=\"num\">in memory</th><th scope=\"col\">flags</th>"
	      "<th scope=\"col\">role</th></tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < info->n_segments; i++) {
		const struct stk_segment *s = &info->segments[i];

		fprintf(out,
			"<tr><th scope=\"row\" class=\"mono\">0x%08" PRIX64 "</th>"
			"<td class=\"num\">%s</td><td class=\"num\">%s</td>"
			"<td class=\"mono\">%c%c%c</td><td>%s</td></tr>\n",
			s->vaddr, text_size(s->file_size, file, sizeof(file)),
			text_size(s->mem_size, memory, sizeof(memory)), s->r ? 'r' : '-',
			s->w ? 'w' : '-', s->x ? 'x' : '-', text_role(s->role));
	}
	fputs("</tbody>\n", out);
	html_table_end(h);
	html_card_end(h);
}

static void digest(FILE *out, const char *name, const char *hex)
{
	if (hex)
		fprintf(out,
			"<div class=\"all\"><dt>%s</dt><dd class=\"mono\">%s</dd></div>\n",
			name, hex);
}

void html_digests(const struct html *h, const struct stk_loader_info *info)
{
	html_card(h, "digests", "SHA-256");
	fputs("<dl class=\"facts\">\n", h->out);
	digest(h->out, "of the file", info->sha256);
	digest(h->out, "of the code that goes to the target", info->code_sha256);
	digest(h->out, "of the device table", info->table_sha256);
	fputs("</dl>\n", h->out);
	html_card_end(h);
}
