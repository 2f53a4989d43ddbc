/* SPDX-License-Identifier: MIT */
/* Pages of findings for people. */
#include "render.h"

#include <string.h>

#include "tools/stoker/pages.h"

static enum colour colour_of(const char *level)
{
	if (!strcmp(level, "error"))
		return COLOUR_RED;
	return !strcmp(level, "warning") ? COLOUR_YELLOW : COLOUR_BOLD;
}

/* Each line as it stands; headings stand out on a terminal. */
static void text_page(FILE *out, const struct finding_page *page)
{
	for (const char *line = page->text; *line;) {
		int len = (int)strcspn(line, "\n");
		bool heading = *line == '#';

		fprintf(out, "%s%.*s%s\n", heading ? colour_on(out, COLOUR_BOLD) : "",
			len, line, heading ? colour_off(out) : "");
		line += len + (line[len] == '\n');
	}
}

void text_pages(FILE *out, const struct finding_page *const *pages, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			putc('\n', out);
		text_page(out, pages[i]);
	}
	for (const struct finding_page *p = finding_pages; !count && p->id; p++)
		fprintf(out, "%s  %s%-7s%s  %s\n", p->id,
			colour_on(out, colour_of(p->level)), p->level, colour_off(out),
			p->title);
}
