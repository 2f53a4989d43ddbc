/* SPDX-License-Identifier: MIT */
/* Requests, and what may come between them and their replies. */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gdb.h"

#define MS	1000000ull
/* Lines of output between a request and its reply; each has a time-out of its own. */
#define CHATTER_MOST	2000u

uint64_t gdb_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 * MS + (uint64_t)t.tv_nsec;
}

const char *gdb_who(const struct gdb *g)
{
	return g->x ? gdb_stream_peer(gdb_exchange_stream(g->x)) : g->address;
}

int gdb_lose(struct gdb *g, int code, struct stk_error *err)
{
	if (code == -ENOTCONN && !g->lost) {
		g->lost = true;
		g->running = false;
		if (err)
			g->why_lost = *err;
	}
	return code;
}

int gdb_give_up(struct gdb *g, int code, const struct stk_error *why,
		struct stk_error *err)
{
	struct stk_error local = *why;

	if (err)
		*err = local;
	return gdb_lose(g, code, &local);
}

int gdb_still_there(struct gdb *g, struct stk_error *err)
{
	if (g->x && !g->lost)
		return 0;
	if (g->why_lost.code) {
		if (err)
			*err = g->why_lost;
		return -ENOTCONN;
	}
	return stk_fail(err, STK_ORIGIN_TARGET, ENOTCONN, "link-lost",
			"the connection to %s is closed", gdb_who(g));
}

bool gdb_is_stop(const struct gdb_reply *r)
{
	return r->len >= 3 && strchr("STWX", r->bytes[0]) &&
	       isxdigit((unsigned char)r->bytes[1]) &&
	       isxdigit((unsigned char)r->bytes[2]);
}

/*
 * "O48656c6c6f0a": also of a program that writes by semihosting. Nothing at all
 * is what OpenOCD prints to show that it is alive.
 */
static bool is_output(const struct gdb_reply *r)
{
	return r->len % 2 && r->bytes[0] == 'O' &&
	       (r->len == 1 || isxdigit((unsigned char)r->bytes[1]));
}

static void output_text(const struct gdb_reply *r, size_t skip, char *buf, size_t size)
{
	size_t most = (r->len - skip) / 2;
	int n = gdb_unhex(r->bytes + skip, 2 * (most < size - 1 ? most : size - 1),
			  (uint8_t *)buf, size - 1);

	buf[n < 0 ? 0 : n] = '\0';
}

bool gdb_took_output(struct gdb *g, const struct gdb_reply *r)
{
	char text[512];

	if (!is_output(r))
		return false;
	output_text(r, 1, text, sizeof(text));
	text[strcspn(text, "\r\n")] = '\0';
	if (*text)
		stk_log(g->ctx, "gdb: %s", text);
	return true;
}

/* A server that talks and talks shall not keep us for ever. */
static int too_much(struct gdb *g, struct stk_error *err)
{
	struct stk_error local = { 0 };

	if (g->chatter++ < CHATTER_MOST)
		return 0;
	stk_fail(&local, STK_ORIGIN_TARGET, ENOTCONN, "gdb-nonsense",
		 "%s sent %u packets that nobody asked for in place of an answer",
		 gdb_who(g), CHATTER_MOST);
	return gdb_give_up(g, -ENOTCONN, &local, err);
}

int gdb_next(struct gdb *g, int ms, struct gdb_reply *ret, struct stk_error *err)
{
	uint64_t end = gdb_clock() + (uint64_t)ms * MS;
	struct stk_error local = { 0 };
	int r = gdb_still_there(g, err);

	if (!r)
		r = too_much(g, err);
	while (!r) {
		uint64_t now = gdb_clock();
		int left = now < end ? (int)((end - now + MS - 1) / MS) : 0;

		r = gdb_receive(g->x, left, ret, &local);
		if (r != -EINTR)
			break;
		g->woken = 1;
		r = 0;
	}
	return r && r != -ETIMEDOUT && local.code ? gdb_give_up(g, r, &local, err) : r;
}

static int no_answer(struct gdb *g, const char *packet, size_t len, int ms,
		     struct stk_error *err)
{
	struct stk_error local = { 0 };
	char shown[24];
	size_t n = 0;

	while (n < len && n < sizeof(shown) - 1 && isprint((unsigned char)packet[n])) {
		shown[n] = packet[n];
		n++;
	}
	shown[n] = '\0';
	stk_fail(
		&local, STK_ORIGIN_TARGET, ENOTCONN, "link-timeout",
		"%s did not answer '%s' within %d ms; if it is only slow, give more with "
		"-p gdb.timeout=",
		gdb_who(g), shown, ms);
	return gdb_give_up(g, -ENOTCONN, &local, err);
}

int gdb_query_bytes(struct gdb *g, const void *packet, size_t len, struct gdb_reply *ret,
		    struct stk_error *err)
{
	struct stk_error local = { 0 };
	int r = gdb_still_there(g, err);

	if (r)
		return r;
	g->chatter = 0;
	do {
		r = gdb_request(g->x, packet, len, ret, &local);
		/* A wake() is for wait(); asking again does no harm. */
		if (r == -EINTR)
			g->woken = 1;
	} while (r == -EINTR);
	if (r)
		return gdb_give_up(g, r, &local, err);
	while (!r && (gdb_is_stop(ret) || gdb_took_output(g, ret)))
		r = gdb_next(g, g->timeout_ms, ret, err);
	return r == -ETIMEDOUT ? no_answer(g, packet, len, g->timeout_ms, err) : r;
}

int gdb_query(struct gdb *g, struct gdb_reply *ret, struct stk_error *err,
	      const char *fmt, ...)
{
	char packet[256];
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(packet, sizeof(packet), fmt, args);
	va_end(args);
	return gdb_query_bytes(g, packet, (size_t)n < sizeof(packet) ? (size_t)n :
						 sizeof(packet) - 1, ret, err);
}

int gdb_send_only(struct gdb *g, const char *packet, struct stk_error *err)
{
	struct stk_error local = { 0 };
	int r = gdb_still_there(g, err);

	if (r)
		return r;
	g->chatter = 0;
	r = gdb_send(g->x, packet, strlen(packet), &local);
	return r ? gdb_give_up(g, r, &local, err) : 0;
}

int gdb_must_ok(struct gdb *g, const struct gdb_reply *r, const char *what,
		struct stk_error *err)
{
	char text[128];

	if (gdb_reply_ok(r))
		return 0;
	if (gdb_reply_unknown(r))
		return stk_fail(err, STK_ORIGIN_TARGET, ENOSYS, "gdb-unknown",
				"%s does not know how to %s", gdb_who(g), what);
	if (!gdb_reply_error(r, text, sizeof(text)))
		snprintf(text, sizeof(text), "an answer that makes no sense");
	return stk_fail(err, STK_ORIGIN_TARGET, EIO, "gdb-refused",
			"%s refused to %s: %s", gdb_who(g), what, text);
}

static void keep(char *said, size_t size, const char *text)
{
	size_t used = said ? strlen(said) : 0;

	if (said)
		snprintf(said + used, size - used, "%s", text);
}

/* What a command prints comes in O packets, or as hexadecimal text in place of OK. */
static bool take_said(const struct gdb_reply *r, void (*print)(void *, const char *),
		      void *out, char *said, size_t size)
{
	char text[GDB_SAID];
	size_t skip = r->bytes[0] == 'O';

	if (!is_output(r) && (r->len < 2 || r->len % 2))
		return false;
	for (size_t i = skip; i < r->len; i++)
		if (!isxdigit((unsigned char)r->bytes[i]))
			return false;
	output_text(r, skip, text, sizeof(text));
	keep(said, size, text);
	if (print)
		print(out, text);
	return true;
}

int gdb_command(struct gdb *g, const char *command, int timeout_ms,
		void (*print)(void *out, const char *text), void *out, char *said,
		size_t size, struct stk_error *err)
{
	struct gdb_buf packet = { 0 };
	struct gdb_reply reply;
	char what[96];
	int r;

	gdb_buf_printf(&packet, "qRcmd,");
	gdb_buf_hex(&packet, command, strlen(command));
	if (packet.failed)
		r = stk_fail_nomem(err);
	else
		r = gdb_still_there(g, err);
	if (!r)
		r = gdb_send_only(g, packet.bytes, err);
	gdb_buf_free(&packet);
	if (said && size)
		*said = '\0';
	while (!r) {
		bool last;

		r = gdb_next(g, timeout_ms, &reply, err);
		if (r == -ETIMEDOUT)
			return no_answer(g, command, strlen(command), timeout_ms, err);
		if (r || gdb_is_stop(&reply))
			continue;
		last = !is_output(&reply);
		if (take_said(&reply, print, out, said, size)) {
			if (!last)
				continue;
			gdb_exchange_settled(g->x);
			return 0;
		}
		gdb_exchange_settled(g->x);
		snprintf(what, sizeof(what), "do '%.80s'", command);
		return gdb_must_ok(g, &reply, what, err);
	}
	return r;
}
