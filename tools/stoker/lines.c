/* SPDX-License-Identifier: MIT */
/*
 * Lines on standard output, as far as it takes them without waiting. It is not
 * made non-blocking: that would hold for whoever else writes to it.
 */
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#include "lines.h"

/* What poll() says can be written; a pipe takes 4 KiB then, a terminal less. */
#define PIECE	512u

static bool takes(int wait_ms)
{
	struct pollfd fd = { .fd = STDOUT_FILENO, .events = POLLOUT };

	return poll(&fd, 1, wait_ms) > 0;
}

/* False: some of it is left. */
static bool put(struct lines *l, int wait_ms)
{
	while (l->sent < l->len && takes(wait_ms)) {
		size_t left = l->len - l->sent, n = left < PIECE ? left : PIECE;

		l->sent += n;
		/* The failure is found by whoever flushes it at the end. */
		if (fwrite(l->text + l->sent - n, 1, n, stdout) != n || fflush(stdout))
			l->sent = l->len;
	}
	if (l->sent < l->len)
		return false;
	free(l->text);
	l->text = NULL;
	l->len = l->sent = 0;
	return true;
}

FILE *lines_begin(struct lines *l, int wait_ms)
{
	if (put(l, wait_ms) && takes(wait_ms))
		l->made = open_memstream(&l->text, &l->len);
	if (!l->made)
		l->dropped++;
	return l->made;
}

void lines_end(struct lines *l, int wait_ms)
{
	if (fclose(l->made)) {
		l->len = 0;
		l->dropped++;
	}
	l->made = NULL;
	put(l, wait_ms);
}

void lines_free(struct lines *l)
{
	free(l->text);
	l->text = NULL;
}
