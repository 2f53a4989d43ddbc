/* SPDX-License-Identifier: MIT */
/*
 * Requests and replies. What is not told by position is told by rules:
 * a packet that is here before its request was sent answers nothing, and the
 * reply to a request that was given up is waited for before the next is sent.
 */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exchange-priv.h"

#define MOST_TO_BEGIN_WITH (64u * 1024)

/* ---- a life ------------------------------------------------------------- */

int gdb_exchange_open(struct gdb_stream *stream, int timeout_ms,
		      struct gdb_exchange **ret, struct stk_error *err)
{
	struct gdb_exchange *x = calloc(1, sizeof(*x));

	if (!x) {
		gdb_stream_close(stream);
		return stk_fail_nomem(err);
	}
	x->stream = stream;
	x->timeout_ms = timeout_ms;
	x->settled = true;
	gdb_framer_init(&x->framer, MOST_TO_BEGIN_WITH, true);
	*ret = x;
	return 0;
}

void gdb_exchange_close(struct gdb_exchange *x)
{
	if (!x)
		return;
	gdb_stream_close(x->stream);
	gdb_framer_free(&x->framer);
	gdb_buf_free(&x->out);
	free(x);
}

struct gdb_stream *gdb_exchange_stream(struct gdb_exchange *x)
{
	return x->stream;
}

void gdb_exchange_no_ack(struct gdb_exchange *x)
{
	x->no_ack = true;
	x->framer.check = false;
}

void gdb_exchange_most(struct gdb_exchange *x, size_t most)
{
	x->framer.most = most;
}

void gdb_exchange_stats(const struct gdb_exchange *x, struct stk_link_stats *ret)
{
	*ret = x->stats;
}

/* ---- requests ----------------------------------------------------------- */

/*
 * The reply that is still to come, of a request that was given up. Not to be
 * woken from: the wake is for what follows.
 */
static int await_owed(struct gdb_exchange *x, struct stk_error *err)
{
	int64_t deadline = gdb_deadline(x->timeout_ms);
	enum gdb_unit unit;
	bool woken = false;
	int r = 0;

	while (!r && x->owed) {
		r = exchange_next(x, deadline, &unit, err);
		if (!r && unit != GDB_UNIT_NOTIFICATION)
			x->owed = false;
		if (r == -EINTR) {
			woken = true;
			r = 0;
		}
	}
	if (woken)
		gdb_stream_wake(x->stream);
	return r == -ETIMEDOUT ? exchange_silent(x, err) : r;
}

static int drop_stray(struct gdb_exchange *x, enum gdb_unit unit, struct stk_error *err)
{
	/* A damaged one, too: nobody wants it again, but its sender waits. */
	if (unit != GDB_UNIT_PACKET && unit != GDB_UNIT_TOO_LONG &&
	    unit != GDB_UNIT_DAMAGED)
		return 0;
	x->stats.repeated++;
	return x->no_ack ? 0 : exchange_put(x, "+", 1, err);
}

/*
 * What is here and nobody has asked for: a reply that was sent twice, or of
 * something that was given up. Where one has begun, its end is waited for.
 */
static int drop_strays(struct gdb_exchange *x, struct stk_error *err)
{
	int64_t deadline = gdb_deadline(x->timeout_ms);
	bool woken = false;
	int r = 0;

	while (!r) {
		enum gdb_unit unit = exchange_take(x);
		bool within = gdb_framer_within(&x->framer);
		int left = gdb_left(deadline);

		if (!left && exchange_foreign(x))
			r = exchange_not_gdb(x, err);
		else if (!left)
			r = exchange_give_up(x, "link-timeout", err,
					     "never stopped talking, unasked, in %d ms",
					     x->timeout_ms);
		else if (unit != GDB_UNIT_NONE)
			r = drop_stray(x, unit, err);
		else
			r = exchange_fill(x, within ? left : 0, err);
		woken |= r == -EINTR;
		if (r == -EINTR || (r == -ETIMEDOUT && within))
			r = 0;
	}
	if (woken)
		gdb_stream_wake(x->stream);
	return r == -ETIMEDOUT ? 0 : r;
}

/* The beginning of a packet, as far as it can be printed. */
static void describe(char *buf, size_t size, const char *packet, size_t len)
{
	size_t n = 0;

	while (n < len && n + 4 < size && isprint((unsigned char)packet[n])) {
		buf[n] = packet[n];
		n++;
	}
	snprintf(buf + n, size - n, "%s", n < len ? "..." : "");
}

int gdb_send(struct gdb_exchange *x, const void *packet, size_t len, struct stk_error *err)
{
	int r;

	if (x->lost.code)
		return exchange_error(x, err);
	r = x->owed ? await_owed(x, err) : 0;
	if (!r && x->settled)
		r = drop_strays(x, err);
	if (r)
		return r;
	gdb_buf_clear(&x->out);
	gdb_frame(&x->out, '$', packet, len, false);
	if (x->out.failed)
		return stk_fail_nomem(err);
	describe(x->what, sizeof(x->what), packet, len);
	x->refused = x->damaged = 0;
	x->settled = false;
	x->stats.round_trips++;
	return exchange_put(x, x->out.bytes, x->out.len, err);
}

int gdb_receive_any(struct gdb_exchange *x, int timeout_ms, struct gdb_reply *ret,
		    bool *ret_notification, struct stk_error *err)
{
	enum gdb_unit unit;
	int r = x->owed ? await_owed(x, err) : 0;

	if (!r)
		r = exchange_next(x, gdb_deadline(timeout_ms), &unit, err);
	if (r)
		return r;
	*ret_notification = unit == GDB_UNIT_NOTIFICATION;
	*ret = (struct gdb_reply){ x->framer.payload.bytes, x->framer.payload.len };
	if (!*ret_notification)
		x->damaged = 0;
	return 0;
}

int gdb_receive(struct gdb_exchange *x, int timeout_ms, struct gdb_reply *ret,
		struct stk_error *err)
{
	int64_t deadline = gdb_deadline(timeout_ms);
	struct gdb_reply reply;
	bool notification = true;
	int r = 0;

	while (!r && notification) {
		r = gdb_receive_any(x, gdb_left(deadline), &reply, &notification, err);
		/* They may come faster than they are taken. */
		if (!r && notification && !gdb_left(deadline))
			r = -ETIMEDOUT;
	}
	if (!r)
		*ret = reply;
	return r;
}

int gdb_request(struct gdb_exchange *x, const void *packet, size_t len,
		struct gdb_reply *ret, struct stk_error *err)
{
	int r = gdb_send(x, packet, len, err);

	if (r)
		return r;
	r = gdb_receive(x, x->timeout_ms, ret, err);
	if (r == -ETIMEDOUT)
		return exchange_silent(x, err);
	x->owed = r == -EINTR;
	x->settled = !r || r == -EMSGSIZE;
	return r;
}

int gdb_ask(struct gdb_exchange *x, struct gdb_reply *ret, struct stk_error *err,
	    const char *fmt, ...)
{
	char *text;
	va_list args;
	int n, r;

	va_start(args, fmt);
	n = vasprintf(&text, fmt, args);
	va_end(args);
	if (n < 0)
		return stk_fail_nomem(err);
	r = gdb_request(x, text, (size_t)n, ret, err);
	free(text);
	return r;
}

void gdb_exchange_settled(struct gdb_exchange *x)
{
	x->settled = true;
}

int gdb_interrupt(struct gdb_exchange *x, struct stk_error *err)
{
	return exchange_put(x, "\003", 1, err);
}
