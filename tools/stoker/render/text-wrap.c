/* SPDX-License-Identifier: MIT */
/* Sentences in lines of a terminal's width. */
#include "../cmd.h"

#include <ctype.h>

#include "render.h"

#define COLUMNS 80

/* As text_safe() prints it: continuation bytes of UTF-8 take no column. */
static unsigned int columns_of(const char *s, size_t len)
{
	unsigned int n = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		n += c < 0x20 || c == 0x7F ? 4 : (c & 0xC0) != 0x80;
	}
	return n;
}

static void put_word(FILE *out, const char *s, size_t len)
{
	char word[512];

	snprintf(word, sizeof(word), "%.*s", (int)len, s);
	text_safe(out, word);
}

void text_wrapped(FILE *out, unsigned int at, unsigned int indent, const char *s)
{
	bool first = true;

	while (*s) {
		size_t len = strcspn(s, " ");
		unsigned int width = columns_of(s, len);

		if (!first && at + 1 + width > COLUMNS) {
			fprintf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (!first) {
			putc(' ', out);
			at++;
		}
		put_word(out, s, len);
		at += width;
		first = false;
		s += len + (s[len] == ' ');
	}
	putc('\n', out);
}
