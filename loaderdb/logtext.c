/* SPDX-License-Identifier: MIT */
/* Bytes of a pasted log become lines that can be looked at and printed. */
#include "logtext.h"

#include <string.h>

#define NO_CHAR		UINT32_MAX
#define BAD_CHAR	'?'
#define ESC		0x1B
#define CSI		0x9B	/* ESC [ as one character */
#define CUT_AFTER	(LOGTEXT_LINE_MAX - 256)	/* a space behind this ends a piece */

void logtext_start(struct logtext *t, const void *log, size_t len)
{
	memset(t, 0, offsetof(struct logtext, line));
	t->at = log;
	t->end = t->at + len;
	if (len >= 3 && !memcmp(log, "\xEF\xBB\xBF", 3)) {
		t->at += 3;
	} else if (len >= 2 && !memcmp(log, "\xFF\xFE", 2)) {
		t->coding = LOGTEXT_UTF16LE;
		t->at += 2;
	} else if (len >= 2 && !memcmp(log, "\xFE\xFF", 2)) {
		t->coding = LOGTEXT_UTF16BE;
		t->at += 2;
	}
}

/* ---- characters ------------------------------------------------------- */

static uint32_t unit16(const struct logtext *t, const uint8_t *at)
{
	return t->coding == LOGTEXT_UTF16LE ? at[0] | (uint32_t)at[1] << 8
					    : at[1] | (uint32_t)at[0] << 8;
}

static uint32_t next_utf16(struct logtext *t)
{
	uint32_t c, low;

	if (t->end - t->at < 2) {
		t->at = t->end;
		return NO_CHAR;
	}
	c = unit16(t, t->at);
	t->at += 2;
	if (c < 0xD800 || c > 0xDFFF)
		return c;
	if (c > 0xDBFF || t->end - t->at < 2)
		return BAD_CHAR;
	low = unit16(t, t->at);
	if (low < 0xDC00 || low > 0xDFFF)
		return BAD_CHAR;
	t->at += 2;
	return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
}

/* The bits of the first byte, how many bytes follow, and the least it may mean. */
static uint32_t next_utf8(struct logtext *t)
{
	const uint8_t first = *t->at++;
	const int more = first < 0x80 ? 0 : first < 0xC2 ? -1 : first < 0xE0 ? 1 :
			 first < 0xF0 ? 2 : first < 0xF5 ? 3 : -1;
	static const uint32_t least[] = { 0, 0x80, 0x800, 0x10000 };
	uint32_t c = first;

	if (more < 0 || t->end - t->at < more)
		return BAD_CHAR;
	if (more)
		c = first & (0x3Fu >> more);
	for (int i = 0; i < more; i++) {
		if ((t->at[i] & 0xC0) != 0x80)
			return BAD_CHAR;
		c = c << 6 | (t->at[i] & 0x3Fu);
	}
	if (c < least[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return BAD_CHAR;
	t->at += more;
	return c;
}

static uint32_t next_char(struct logtext *t)
{
	if (t->at >= t->end)
		return NO_CHAR;
	return t->coding == LOGTEXT_UTF8 ? next_utf8(t) : next_utf16(t);
}

static uint32_t peek_char(const struct logtext *t)
{
	struct logtext ahead;

	/* All but the line, which is long and not needed. */
	memcpy(&ahead, t, offsetof(struct logtext, line));
	return next_char(&ahead);
}

/*
 * Colours and the like: ESC [ ... letter, and ESC ] ... BEL or ESC \ for titles.
 * None of them goes past the end of a line.
 */
static void skip_escape(struct logtext *t, uint32_t c)
{
	const bool title = c == ESC && peek_char(t) == ']';
	const bool sequence = c == CSI || (c == ESC && peek_char(t) == '[');

	if (c == ESC && peek_char(t) != '\n' && peek_char(t) != '\r')
		(void)next_char(t);
	if (!title && !sequence)
		return;
	for (c = peek_char(t); c != NO_CHAR && c != '\n' && c != '\r'; c = peek_char(t)) {
		(void)next_char(t);
		if (sequence && c >= 0x40 && c <= 0x7E)
			return;
		if (title && c == ESC && peek_char(t) == '\\')
			(void)next_char(t);
		if (title && (c == 7 || c == ESC))
			return;
	}
}

/* What has no shape of its own, or turns text around. */
static bool is_hidden(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static void put(struct logtext *t, uint32_t c)
{
	char out[4];
	size_t n = 0;

	if (c < 0x80) {
		out[n++] = (char)c;
	} else if (c < 0x800) {
		out[n++] = (char)(0xC0 | c >> 6);
	} else if (c < 0x10000) {
		out[n++] = (char)(0xE0 | c >> 12);
		out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
	} else {
		out[n++] = (char)(0xF0 | c >> 18);
		out[n++] = (char)(0x80 | (c >> 12 & 0x3F));
		out[n++] = (char)(0x80 | (c >> 6 & 0x3F));
	}
	if (c >= 0x80)
		out[n++] = (char)(0x80 | (c & 0x3F));
	memcpy(t->line + t->len, out, n);
	t->len += n;
}

/* ---- lines ------------------------------------------------------------ */

static char to_small(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Most of a log, quickly. */
static void put_plain(struct logtext *t)
{
	while (t->coding == LOGTEXT_UTF8 && t->at < t->end && *t->at > ' ' && *t->at < 0x7F &&
	       t->len < CUT_AFTER)
		t->line[t->len++] = (char)*t->at++;
}

/* Another character may not fit, or this is a good place to end. */
static bool is_full(const struct logtext *t, uint32_t last)
{
	return t->len + 5 > sizeof(t->line) || (t->len > CUT_AFTER && last == ' ');
}

static void read_piece(struct logtext *t)
{
	uint32_t c;

	while ((put_plain(t), c = next_char(t)) != NO_CHAR && c != '\n') {
		/* What is written over what was there: a line of its own. */
		t->same_line = c == '\r' && peek_char(t) != '\n';
		if (t->same_line)
			return;
		if (c == ESC || c == CSI)
			skip_escape(t, c);
		else if (c == '\t')
			put(t, ' ');
		else if (!is_hidden(c))
			put(t, c);
		t->same_line = is_full(t, c);
		if (t->same_line)
			return;
	}
}

bool logtext_next(struct logtext *t)
{
	if (t->at >= t->end)
		return false;
	t->number += !t->same_line;
	t->same_line = false;
	t->len = 0;
	read_piece(t);
	t->line[t->len] = '\0';
	for (size_t i = 0; i <= t->len; i++)
		t->small[i] = to_small(t->line[i]);
	return true;
}
