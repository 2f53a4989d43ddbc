/* SPDX-License-Identifier: MIT */
/* Text and frames of the page: what all its parts are made of. */
#include <string.h>

#include "html.h"

/* ---- text ------------------------------------------------------------- */

/* One character of UTF-8 at @s; 0 and *ret_len 0: none that is well-formed. */
static uint32_t utf8_next(const unsigned char *s, size_t *ret_len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = *s < 0x80 ? 1 : *s >= 0xF0 ? 4 : *s >= 0xE0 ? 3 : *s >= 0xC0 ? 2 : 0;
	uint32_t c = len == 1 ? *s : len ? *s & (0x7Fu >> len) : 0;

	*ret_len = 0;
	if (!len || *s >= 0xF8)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3Fu);
	}
	if (len > 1 && (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)))
		return 0;
	*ret_len = len;
	return c;
}

static bool is_utf8(const char *s)
{
	size_t len;

	for (; *s; s += len) {
		utf8_next((const unsigned char *)s, &len);
		if (!len)
			return false;
	}
	return true;
}

/* Characters that nobody sees, that reorder others, or that HTML does not allow. */
static bool hidden(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} range[] = {
		{ 0x00AD, 0x00AD },   { 0x034F, 0x034F }, { 0x061C, 0x061C },
		{ 0x115F, 0x1160 },   { 0x17B4, 0x17B5 }, { 0x180B, 0x180F },
		{ 0x200B, 0x200F },   { 0x2028, 0x202E }, { 0x2060, 0x206F },
		{ 0x3164, 0x3164 },   { 0xFDD0, 0xFDEF }, { 0xFE00, 0xFE0F },
		{ 0xFEFF, 0xFEFF },   { 0xFFA0, 0xFFA0 }, { 0xFFF0, 0xFFFB },
		{ 0xE0000, 0xE0FFF },
	};

	for (size_t i = 0; i < sizeof(range) / sizeof(range[0]); i++)
		if (c >= range[i].first && c <= range[i].last)
			return true;
	return (c & 0xFFFE) == 0xFFFE;
}

static void put_code_point(FILE *out, uint32_t c)
{
	if (c < 0x80) {
		putc((int)c, out);
		return;
	}
	if (c >= 0x10000) {
		putc((int)(0xF0 | c >> 18), out);
		putc((int)(0x80 | (c >> 12 & 0x3F)), out);
	} else if (c >= 0x800) {
		putc((int)(0xE0 | c >> 12), out);
	}
	if (c >= 0x800)
		putc((int)(0x80 | (c >> 6 & 0x3F)), out);
	else
		putc((int)(0xC0 | c >> 6), out);
	putc((int)(0x80 | (c & 0x3F)), out);
}

static void put_character(FILE *out, uint32_t c)
{
	if (c == '&')
		fputs("&amp;", out);
	else if (c == '<')
		fputs("&lt;", out);
	else if (c == '>')
		fputs("&gt;", out);
	else if (c == '"')
		fputs("&quot;", out);
	else if (c == '\'')
		fputs("&#39;", out);
	else if (c < 0x20 || (c >= 0x7F && c < 0xA0))
		fprintf(out, "\\x%02X", (unsigned int)c);
	else if (hidden(c))
		fprintf(out, "\\u{%04X}", (unsigned int)c);
	else
		put_code_point(out, c);
}

void html_text(FILE *out, const char *s)
{
	bool utf8 = is_utf8(s);
	size_t len = 1;

	for (; *s; s += len) {
		const unsigned char *p = (const unsigned char *)s;

		put_character(out, utf8 ? utf8_next(p, &len) : *p);
	}
}

void html_name(FILE *out, const char *s)
{
	fputs("<bdi>", out);
	html_text(out, s);
	fputs("</bdi>", out);
}

/* ---- frames ----------------------------------------------------------- */

/* With several files the page itself has the first heading. */
unsigned int html_level(const struct html *h, unsigned int depth)
{
	return 1 + (h->files > 1) + depth;
}

void html_heading(const struct html *h, unsigned int depth, const char *text)
{
	fprintf(h->out, "<h%u class=\"%s\">", html_level(h, depth),
		depth == 1   ? "part"
		: depth == 2 ? "small"
			     : "minor");
	html_text(h->out, text);
	fprintf(h->out, "</h%u>\n", html_level(h, depth));
}

void html_card(const struct html *h, const char *id, const char *heading)
{
	fprintf(h->out,
		"<section class=\"card card-%s\" aria-labelledby=\"%s-%zu\">\n"
		"<h%u class=\"part\" id=\"%s-%zu\">%s</h%u>\n",
		id, id, h->file + 1, html_level(h, 1), id, h->file + 1, heading,
		html_level(h, 1));
}

void html_card_end(const struct html *h)
{
	fputs("</section>\n", h->out);
}

void html_table(const struct html *h, const char *label)
{
	fprintf(h->out,
		"<div class=\"scroll\" role=\"region\" tabindex=\"0\" "
		"aria-label=\"%s\">\n"
		"<table class=\"list\">\n",
		label);
}

void html_table_end(const struct html *h)
{
	fputs("</table>\n</div>\n", h->out);
}
