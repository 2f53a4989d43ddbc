/* SPDX-License-Identifier: MIT */
/* reply.c - what is said to the client: replies, and sentences for its console */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "server.h"

/* Text of an O packet: two digits a byte, within PacketSize. */
#define TELL_MOST	1024

static void send_frame(struct server *s, const void *payload, size_t len)
{
	struct client *c = &s->client;

	gdb_buf_clear(&c->last);
	gdb_frame(&c->last, '$', payload, len, true);
	gdb_buf_put(&c->out, c->last.bytes, c->last.len);
	s->stats.replies++;
}

void reply_bytes(struct server *s, const void *bytes, size_t len)
{
	send_frame(s, bytes, len);
}

void reply(struct server *s, const char *text)
{
	send_frame(s, text, strlen(text));
}

void reply_notification(struct server *s, const void *bytes, size_t len)
{
	gdb_frame(&s->client.out, '%', bytes, len, true);
}

void reply_hex(struct server *s, const void *bytes, size_t len)
{
	struct gdb_buf hex = { 0 };

	gdb_buf_hex(&hex, bytes, len);
	send_frame(s, len ? hex.bytes : "", hex.len);
	gdb_buf_free(&hex);
}

/* What would need an escape, which readers of errors do not undo, is replaced. */
static void send_error(struct server *s, const char *text)
{
	char line[600];
	size_t i;

	snprintf(line, sizeof(line), "E.%s", text);
	for (i = 0; line[i]; i++)
		if (strchr("#$}*", line[i]))
			line[i] = '_';
	reply(s, line);
}

void reply_error(struct server *s, const char *fmt, ...)
{
	char text[480];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	send_error(s, text);
}

void reply_malformed(struct server *s)
{
	send_error(s, "the packet is malformed");
}

void untold(struct server *s, const char *fmt, ...)
{
	char text[600];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (s->untold.len < UNTOLD_MOST)
		gdb_buf_put(&s->untold, text, strlen(text));
}

void note_failure(struct server *s, const struct stk_error *err)
{
	s->why = *err;
	stk_board_say(s->board, "%s", err->msg);
	untold(s, "%s\n", err->msg);
}

int target_result(struct server *s, int r, const struct stk_error *err)
{
	if (r == -ENOTCONN && !s->lost) {
		s->lost = true;
		s->why = *err;
	}
	return r;
}

void reply_job_failed(struct server *s, const struct stk_error *err)
{
	s->why = *err;
	untold(s, "%s\n", err->msg);
	send_error(s, err->msg);
}

void reply_failed(struct server *s, const struct stk_error *err)
{
	note_failure(s, err);
	send_error(s, err->msg);
}

void reply_refused(struct server *s, const char *fmt, ...)
{
	struct stk_error err = { 0 };
	va_list args;

	va_start(args, fmt);
	vsnprintf(err.msg, sizeof(err.msg), fmt, args);
	va_end(args);
	reply_failed(s, &err);
}

void tell(struct server *s)
{
	const char *text = s->untold.bytes;
	size_t left = s->untold.len;

	while (left) {
		size_t n = left < TELL_MOST ? left : TELL_MOST;
		struct gdb_buf o = { 0 };

		gdb_buf_put(&o, "O", 1);
		gdb_buf_hex(&o, text, n);
		send_frame(s, o.bytes ? o.bytes : "O", o.len);
		gdb_buf_free(&o);
		text += n;
		left -= n;
	}
	gdb_buf_clear(&s->untold);
}
