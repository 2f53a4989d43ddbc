/* SPDX-License-Identifier: MIT */
/*
 * html.h - the parts of the page that inspect and qualify write with --html
 *
 * One page, nothing outside of it: style inline, figures as SVG, no script.
 * Whatever comes from a file goes through html_text(), in attributes as well.
 */
#ifndef HTML_H
#define HTML_H

#include "maps.h"

/* A page while it is written: one section a file. */
struct html {
	FILE *out;
	size_t files; /* on this page */
	size_t file;  /* the one that is written, from 0 */
};

/*
 * @s as text or as the value of an attribute in double quotes. UTF-8 as it is,
 * anything else byte by byte as Latin-1; control characters and those that
 * change the direction or are invisible as \xNN or \u{NNNN}.
 */
void html_text(FILE *out, const char *s);
/* The same, kept apart from the direction of the text around it. */
void html_name(FILE *out, const char *s);

/* The sentence of @err, with the name of @file where it has its whole path. */
void html_error(FILE *out, const struct inspected *file, const struct stk_error *err);
/* The name alone: people publish these pages. */
const char *html_file_name(const struct inspected *file);

/* Head and foot of a page; @first names what it shows first, @how how it was made. */
void html_begin(const struct html *h, const char *first, const char *command);
void html_end(const struct html *h, const char *how);

/* Of a heading: 1 to 6. */
unsigned int html_level(const struct html *h, unsigned int depth);
/* <h1> to <h6>: @depth counts below the heading of a file, which is 0. */
void html_heading(const struct html *h, unsigned int depth, const char *text);
/* A card with a heading that names it; html_card_end() ends it. */
void html_card(const struct html *h, const char *id, const char *heading);
void html_card_end(const struct html *h);
/* A table that scrolls sideways where it must; @label says what it shows. */
void html_table(const struct html *h, const char *label);
void html_table_end(const struct html *h);

/* Of each card: nothing is written where there is nothing to show. */
void html_facts(const struct html *h, const struct mapped *m);
void html_findings(const struct html *h, const struct stk_loader_info *info);
void html_sectors(const struct html *h, const struct stk_device *d);
void html_ram(const struct html *h, const struct mapped *m);
void html_functions(const struct html *h, const struct mapped *m);
void html_segments(const struct html *h, const struct stk_loader_info *info);
void html_digests(const struct html *h, const struct stk_loader_info *info);

/* Of qualify: the sectors by the time they take. */
void html_heat(const struct html *h, const struct stk_qualify_report *r);
void html_traffic(const struct html *h, const struct stk_trial_call *c);

/* For the whole page: the pages of all that was found. */
void html_explain(const struct html *h, const struct mapped *const *m, size_t count);
/* Is there one for @id? Then it can be linked to. */
bool html_explained(const char *id);

/* page.css */
extern const char page_css[];

#endif
