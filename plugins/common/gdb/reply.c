/* SPDX-License-Identifier: MIT */
/* What replies have in common. Source: GDB's manual, "Standard Replies". */
#include <stdio.h>
#include <string.h>

#include "exchange.h"

bool gdb_reply_ok(const struct gdb_reply *r)
{
	return r->len == 2 && !memcmp(r->bytes, "OK", 2);
}

bool gdb_reply_unknown(const struct gdb_reply *r)
{
	return r->len == 0;
}

/*
 * One line: whatever cannot be printed is a space, and none is at the ends. Beyond
 * ASCII there are bytes that some terminals obey (0x9b), so none of them stays.
 */
void gdb_printable(char *buf, size_t size, const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < size; i++) {
		char c = text[i];

		if (c < ' ' || c > '~')
			c = ' ';
		if (c != ' ' || (n && buf[n - 1] != ' '))
			buf[n++] = c;
	}
	while (n && buf[n - 1] == ' ')
		n--;
	if (size)
		buf[n] = '\0';
}

bool gdb_reply_error(const struct gdb_reply *r, char *buf, size_t len)
{
	if (r->len >= 2 && !memcmp(r->bytes, "E.", 2)) {
		gdb_printable(buf, len, r->bytes + 2, r->len - 2);
		return true;
	}
	if (r->len != 3 || r->bytes[0] != 'E' || gdb_digit(r->bytes[1]) < 0 ||
	    gdb_digit(r->bytes[2]) < 0)
		return false;
	snprintf(buf, len, "error %.2s", r->bytes + 1);
	return true;
}
