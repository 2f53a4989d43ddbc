/* SPDX-License-Identifier: MIT */
/* Head and foot of a page, whatever it shows; and names of files on it. */
#include <string.h>

#include "html.h"

/* Nothing is fetched, run or sent, whatever a file's names contain. */
#define POLICY                                                                    \
	"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri " \
	"'none'; "                                                                \
	"form-action 'none'"

const char *html_file_name(const struct inspected *file)
{
	const char *slash = strrchr(file->path, '/');

	if (file->info)
		return file->info->name;
	return slash && slash[1] ? slash + 1 : file->path;
}

void html_error(FILE *out, const struct inspected *file, const struct stk_error *err)
{
	const char *found = strstr(err->msg, file->path);
	char before[sizeof(err->msg)];

	if (!found || !*file->path) {
		html_text(out, err->msg);
		return;
	}
	snprintf(before, sizeof(before), "%.*s", (int)(found - err->msg), err->msg);
	html_text(out, before);
	html_text(out, html_file_name(file));
	html_text(out, found + strlen(file->path));
}

void html_begin(const struct html *h, const char *first, const char *command)
{
	FILE *out = h->out;

	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"" POLICY "\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n",
	      out);
	fprintf(out, "<meta name=\"generator\" content=\"stoker %s\">\n<title>",
		stk_version());
	html_text(out, first);
	if (h->files > 1)
		fprintf(out, " and %zu more", h->files - 1);
	fprintf(out,
		" - stoker %s</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>\n",
		command);
	fputs(page_css, out);
	fprintf(out,
		"</style>\n</head>\n<body>\n<div class=\"wide\">\n"
		"<header class=\"top\">\n<p class=\"brand\">stoker %s</p>\n"
		"</header>\n<main>\n",
		command);
}

void html_end(const struct html *h, const char *how)
{
	fprintf(h->out,
		"</main>\n<footer>\n<p>Made by stoker %s %s</p>\n</footer>\n</div>\n"
		"</body>\n</html>\n",
		stk_version(), how);
}
