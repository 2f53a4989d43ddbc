/* SPDX-License-Identifier: MIT */
/*
 * lines.h - lines on standard output from a program that must not stop for them
 *
 * A pipe holds 64 KiB; whoever started a server may read its first line alone.
 */
#ifndef LINES_H
#define LINES_H

#include <stdint.h>
#include <stdio.h>

/* Zeroed to begin with. */
struct lines {
	char *text;		/* begun, and not all written yet */
	size_t len, sent;
	FILE *made;
	uint64_t dropped;	/* since the caller set it to 0 */
};

/* To print whole lines into; NULL: nobody reads, which is counted. */
FILE *lines_begin(struct lines *l, int wait_ms);
void lines_end(struct lines *l, int wait_ms);
void lines_free(struct lines *l);

#endif
