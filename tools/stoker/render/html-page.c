/* SPDX-License-Identifier: MIT */
/* The whole page: head, a section for each file, foot. */
#include <inttypes.h>
#include <string.h>

#include "html.h"

static const struct stk_error *file_error(const struct inspected *file)
{
	return file->info ? &file->info->error : file->err;
}

/* ---- a file in short -------------------------------------------------- */

static size_t count_level(const struct stk_loader_info *info, enum stk_level level)
{
	size_t n = 0;

	for (size_t i = 0; i < info->n_findings; i++)
		n += info->findings[i].level == level;
	return n;
}

static void pill(FILE *out, const char *class, size_t n, const char *what)
{
	if (n)
		fprintf(out, "<li class=\"pill %s\">%zu %s%s</li>\n", class, n, what,
			n == 1 ? "" : "s");
}

static void pills(FILE *out, const struct inspected *file)
{
	const struct stk_loader_info *info = file->info;

	fputs("<ul class=\"pills\" aria-label=\"Verdict\">\n", out);
	if (file_error(file)->code)
		fputs("<li class=\"pill error\">no host can use it</li>\n", out);
	else if (!info->n_findings)
		fputs("<li class=\"pill good\">no findings</li>\n", out);
	if (info) {
		pill(out, "error", count_level(info, STK_ERROR), "error");
		pill(out, "warning", count_level(info, STK_WARNING), "warning");
		pill(out, "note", count_level(info, STK_NOTE), "note");
	}
	fputs("</ul>\n", out);
}

static const char *format_words(const struct stk_loader_info *info)
{
	if (!info || !info->format)
		return "not a loader of a known format";
	if (!strcmp(info->format, "flm"))
		return "CMSIS-Pack flash algorithm (FLM)";
	if (!strcmp(info->format, "stldr"))
		return "STM32CubeProgrammer external loader (stldr)";
	return info->format;
}

static void about(FILE *out, const struct stk_loader_info *info)
{
	char size[32];

	fputs("<p class=\"about\">", out);
	html_text(out, format_words(info));
	if (info)
		fprintf(out, ", %s", text_size(info->file_size, size, sizeof(size)));
	if (info && info->device) {
		fputs(", for ", out);
		html_name(out, info->device->name);
	}
	fputs("</p>\n", out);
}

static void alert(FILE *out, const struct inspected *file)
{
	const struct stk_error *err = file_error(file);

	if (!err->code)
		return;
	fputs("<div class=\"alert error\">\n<p><strong>No host can use it</strong> "
	      "(<code>",
	      out);
	html_text(out, err->cause);
	fputs("</code>): ", out);
	html_error(out, file, err);
	fputs("</p>\n</div>\n", out);
}

/* ---- a file in full --------------------------------------------------- */

static void file_section(struct html *h, const struct mapped *m)
{
	const struct stk_loader_info *info = m->file.info;
	FILE *out = h->out;
	unsigned int level = h->files > 1 ? 2 : 1;

	fprintf(out,
		"<article id=\"file-%zu\" aria-labelledby=\"name-%zu\">\n"
		"<h%u class=\"title\" id=\"name-%zu\">",
		h->file + 1, h->file + 1, level, h->file + 1);
	html_name(out, html_file_name(&m->file));
	fprintf(out, "</h%u>\n", level);
	about(out, info);
	pills(out, &m->file);
	alert(out, &m->file);
	if (info) {
		const struct stk_device *d = info->device ? info->device : info->recovered;

		html_findings(h, info);
		html_facts(h, m);
		if (d)
			html_sectors(h, d);
		html_ram(h, m);
		html_functions(h, m);
		html_segments(h, info);
		html_digests(h, info);
	}
	fputs("</article>\n", out);
}

static void error_cause(FILE *out, const struct stk_error *err)
{
	fputs("<span class=\"level error\">", out);
	html_text(out, err->cause);
	fputs("</span>", out);
}

/* Several files: which is where, and how each fares. */
static void contents(const struct html *h, const struct mapped *const *m)
{
	FILE *out = h->out;

	fprintf(out,
		"<h1 class=\"title\">%zu loaders</h1>\n"
		"<nav class=\"card\" aria-label=\"Loaders on this page\">\n",
		h->files);
	html_table(h, "Loaders on this page");
	fputs("<thead><tr><th scope=\"col\">file</th><th scope=\"col\">device</th>"
	      "<th scope=\"col\" class=\"num\">errors</th>"
	      "<th scope=\"col\" class=\"num\">warnings</th>"
	      "<th scope=\"col\" class=\"num\">notes</th></tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < h->files; i++) {
		const struct stk_loader_info *info = m[i]->file.info;

		fprintf(out, "<tr><th scope=\"row\"><a href=\"#file-%zu\">", i + 1);
		html_name(out, html_file_name(&m[i]->file));
		fputs("</a></th><td>", out);
		if (info && info->device)
			html_name(out, info->device->name);
		else if (file_error(&m[i]->file)->code)
			error_cause(out, file_error(&m[i]->file));
		fputs("</td>", out);
		for (int level = STK_ERROR; level >= STK_NOTE; level--)
			fprintf(out, "<td class=\"num\">%zu</td>",
				info ? count_level(info, (enum stk_level)level) : 0);
		fputs("</tr>\n", out);
	}
	fputs("</tbody>\n", out);
	html_table_end(h);
	fputs("</nav>\n", out);
}

void html_page(FILE *out, const struct mapped *const *m, size_t count)
{
	struct html h = { .out = out, .files = count };

	html_begin(&h, html_file_name(&m[0]->file), "inspect");
	if (count > 1)
		contents(&h, m);
	for (; h.file < count; h.file++)
		file_section(&h, m[h.file]);
	html_explain(&h, m, count);
	html_end(&h, "from the files alone; no code of a loader was run.");
}
