/* SPDX-License-Identifier: MIT */
/* The pages of the findings on this page, each once, at its end. */
#include <string.h>

#include "html.h"
#include "tools/stoker/pages.h"

static bool has_id(const struct stk_loader_info *info, const char *id)
{
	for (size_t i = 0; info && i < info->n_findings; i++)
		if (!strcmp(info->findings[i].id, id))
			return true;
	return false;
}

static bool is_found(const struct mapped *const *m, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (has_id(m[i]->file.info, id))
			return true;
	return false;
}

bool html_explained(const char *id)
{
	for (const struct finding_page *p = finding_pages; p->id; p++)
		if (!strcmp(p->id, id))
			return true;
	return false;
}

/* ---- the little of Markdown that the pages use ------------------------ */

enum block { BLOCK_NONE, BLOCK_TEXT, BLOCK_EXAMPLE };

struct writer {
	const struct html *h;
	enum block block;
};

static void end_block(struct writer *w)
{
	if (w->block == BLOCK_TEXT)
		fputs("</p>\n", w->h->out);
	else if (w->block == BLOCK_EXAMPLE)
		fputs("</pre>\n", w->h->out);
	w->block = BLOCK_NONE;
}

static void put_line(struct writer *w, enum block block, const char *line)
{
	FILE *out = w->h->out;

	if (w->block != block) {
		end_block(w);
		fputs(block == BLOCK_TEXT ? "<p>" : "<pre>", out);
	} else {
		putc('\n', out);
	}
	w->block = block;
	html_text(out, line);
}

/* Headings, paragraphs, and examples, which are indented; no more. */
static void write_line(struct writer *w, const char *line)
{
	if (!strncmp(line, "# ", 2) || !strncmp(line, "Level: ", 7))
		return;
	if (!*line) {
		/* An empty line ends a paragraph; examples go on after one. */
		if (w->block == BLOCK_TEXT)
			end_block(w);
	} else if (!strncmp(line, "## ", 3)) {
		end_block(w);
		html_heading(w->h, 3, line + 3);
	} else if (!strncmp(line, "    ", 4)) {
		put_line(w, BLOCK_EXAMPLE, line + 4);
	} else {
		put_line(w, BLOCK_TEXT, line);
	}
}

static void write_page(const struct html *h, const struct finding_page *page)
{
	struct writer w = { .h = h };
	char line[256];

	fprintf(h->out, "<section id=\"%s\">\n", page->id);
	fprintf(h->out, "<h%u class=\"small\"><span class=\"level %s\">%s</span> %s ",
		html_level(h, 2), page->level, page->level, page->id);
	html_text(h->out, page->title);
	fprintf(h->out, "</h%u>\n", html_level(h, 2));
	for (const char *p = page->text; *p;) {
		size_t len = strcspn(p, "\n");

		snprintf(line, sizeof(line), "%.*s", (int)len, p);
		write_line(&w, line);
		p += len + (p[len] == '\n');
	}
	end_block(&w);
	fputs("</section>\n", h->out);
}

void html_explain(const struct html *h, const struct mapped *const *m, size_t count)
{
	/* A part of the page, not of the last file: headings as with one file. */
	const struct html part = { .out = h->out, .files = 1 };
	bool any = false;

	for (const struct finding_page *p = finding_pages; p->id; p++) {
		if (!is_found(m, count, p->id))
			continue;
		if (!any)
			html_card(&part, "explain", "What the findings mean");
		any = true;
		write_page(&part, p);
	}
	if (any)
		html_card_end(&part);
}
