/* SPDX-License-Identifier: MIT */
/* RAM as each host uses it: a table that is a picture, row by row. */
#include <inttypes.h>

#include "html.h"

static void address(FILE *out, uint64_t addr, const struct stk_layout_info *l)
{
	fprintf(out,
		l->known == STK_LAYOUT_RAM_FROM_ZERO ? "+0x%06" PRIX64 : "0x%08" PRIX64,
		addr);
}

/* 0 to 5: parts of 64 bytes and of 64 KiB must both be seen. */
static unsigned int height(uint64_t bytes)
{
	unsigned int h = 0;

	for (uint64_t least = 512; h < 5 && bytes >= least; least *= 8)
		h++;
	return h;
}

static const char *row_class(const struct ram_row *r)
{
	if (!r->used)
		return "free";
	return stk_layout_part_name(r->kind);
}

static void row(FILE *out, const struct ram_row *r, const struct stk_layout_info *l,
		unsigned int height)
{
	char size[32];

	fprintf(out, "<tr class=\"h%u\"><th scope=\"row\" class=\"mono\">", height);
	address(out, r->range.addr, l);
	fprintf(out, "</th><td class=\"block %s\">", row_class(r));
	if (r->used)
		fprintf(out, "<strong>%s</strong> ", stk_layout_part_name(r->kind));
	if (r->on_image || r->outside)
		fprintf(out, "<span class=\"level error\">%s</span>", ram_row_note(r, l));
	else
		fputs(ram_row_note(r, l), out);
	fprintf(out, "</td><td class=\"num\">%s</td></tr>\n",
		text_size(r->range.len, size, sizeof(size)));
}

/* Where a stretch of RAM ends; or that this is not known. */
static void end_row(FILE *out, uint64_t end, const struct stk_layout_info *l)
{
	if (l->known == STK_LAYOUT_RAM) {
		fputs("<tr class=\"end\"><th scope=\"row\" class=\"mono\">", out);
		address(out, end, l);
		fputs("</th><td class=\"soft\">end of RAM</td><td></td></tr>\n", out);
		return;
	}
	fputs("<tr class=\"end\"><th scope=\"row\" class=\"mono\">", out);
	address(out, end, l);
	fputs("</th><td class=\"block open\">where RAM ends is not known</td>"
	      "<td></td></tr>\n",
	      out);
}

static void rows(FILE *out, const struct stk_layout_info *l)
{
	struct ram_map m;

	ram_map_make(l, &m);
	for (size_t i = 0; i < m.n_rows; i++) {
		const struct ram_row *r = &m.rows[i];
		bool last = i + 1 == m.n_rows || m.rows[i + 1].first;

		/* RAM of which nothing is used is in the picture, but not large. */
		row(out, r, l, r->first && last && !r->used ? 0 : height(r->range.len));
		if (last && !r->outside)
			end_row(out, stk_range_end(r->range), l);
	}
	ram_map_free(&m);
}

static void picture(FILE *out, const struct mapped_host *host)
{
	const struct stk_layout_info *l = host->layout;

	fprintf(out, "<table class=\"ram\" data-host=\"%s\">\n<caption>", host->host->name);
	html_text(out, host->host->summary);
	fputs("</caption>\n<thead class=\"hide\"><tr><th scope=\"col\">address</th>"
	      "<th scope=\"col\">what for</th><th scope=\"col\">size</th></tr></thead>\n"
	      "<tbody>\n",
	      out);
	rows(out, l);
	fprintf(out, "</tbody>\n</table>\n<p class=\"soft\">SP <span class=\"mono\">");
	address(out, l->sp, l);
	fputs("</span>", out);
	if (l->static_base) {
		fputs(", R9 <span class=\"mono\">", out);
		address(out, l->static_base, l);
		fputs("</span>", out);
	}
	fputs("</p>\n", out);
}

static void refusal(FILE *out, const struct inspected *file, const struct mapped_host *host)
{
	fputs("<div class=\"alert warning\">\n<p>", out);
	html_error(out, file, &host->err);
	fputs(" (<code>", out);
	html_text(out, host->err.cause);
	fputs("</code>)</p>\n</div>\n", out);
}

static enum stk_layout_ram known(const struct mapped *m)
{
	for (size_t i = 0; i < m->n_hosts; i++)
		if (m->hosts[i].layout)
			return m->hosts[i].layout->known;
	return STK_LAYOUT_RAM;
}

static void whose(FILE *out, const struct mapped *m)
{
	fputs("<p class=\"soft\">", out);
	if (known(m) == STK_LAYOUT_RAM_FROM_LINK)
		fputs("The chip is not known: RAM is taken to begin where the loader is "
		      "linked, and to be large enough.",
		      out);
	else if (known(m) == STK_LAYOUT_RAM_FROM_ZERO)
		fputs("The chip is not known: addresses count from the start of its RAM, "
		      "which is taken to be large enough.",
		      out);
	else if (m->chip) {
		fprintf(out, "RAM of the %s (", m->chip->name);
		html_text(out, m->chip_how);
		fputs("). Heights are not to scale.", out);
	} else {
		fputs("RAM as given. Heights are not to scale.", out);
	}
	fputs("</p>\n", out);
}

void html_ram(const struct html *h, const struct mapped *m)
{
	if (!m->n_hosts)
		return;
	html_card(h, "ram", "RAM, host by host");
	whose(h->out, m);
	fputs("<div class=\"hosts\">\n", h->out);
	for (size_t i = 0; i < m->n_hosts; i++) {
		const struct mapped_host *host = &m->hosts[i];

		fputs("<section>\n", h->out);
		html_heading(h, 2, host->host->name);
		if (host->layout)
			picture(h->out, host);
		else
			refusal(h->out, &m->file, host);
		fputs("</section>\n", h->out);
	}
	fputs("</div>\n", h->out);
	html_card_end(h);
}
