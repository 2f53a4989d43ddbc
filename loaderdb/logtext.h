/* SPDX-License-Identifier: MIT */
/*
 * logtext.h - the lines of a pasted log, whatever bytes it is made of
 *
 * UTF-8, or UTF-16 with its mark as Windows writes; CRLF; the carriage returns
 * of progress bars; colours and other escape sequences; NULs. What comes out is
 * UTF-8 without anything that a terminal would obey.
 */
#ifndef LOGTEXT_H
#define LOGTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * A longer line is given in pieces, cut at a space if there is one: regular
 * expressions take their time.
 */
#define LOGTEXT_LINE_MAX	2048

enum logtext_coding { LOGTEXT_UTF8, LOGTEXT_UTF16LE, LOGTEXT_UTF16BE };

struct logtext {
	const uint8_t *at, *end;
	enum logtext_coding coding;
	unsigned int number;	/* of the line given last, from 1 */
	bool same_line;		/* what comes next has that number too */
	size_t len;		/* of what is in line */
	char line[LOGTEXT_LINE_MAX];
	char small[LOGTEXT_LINE_MAX];	/* the same, letters A to Z small */
};

void logtext_start(struct logtext *t, const void *log, size_t len);
/* The next line is in t->line, without its end; false: that was all. */
bool logtext_next(struct logtext *t);

#endif
