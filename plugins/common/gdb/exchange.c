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

#include "exchange.h"
#include "stream-priv.h"

#define MOST_TO_BEGIN_WITH	(64u * 1024)
/* How often one packet is sent, or asked for, before the link is given up. */
#define TRIES			3

struct gdb_exchange {
	struct gdb_stream *stream;
	struct gdb_framer framer;
	int timeout_ms;
	bool no_ack;
	bool settled;		/* every request so far has its reply */
	bool owed;		/* the reply to a request that was given up */
	bool spoke;		/* at least one packet came: it is a GDB server */
	uint64_t acks;		/* bytes that were acknowledgements, or asked for more */
	unsigned int refused, damaged;	/* of the request that is on its way */
	struct gdb_buf out;	/* as it was sent: it may be asked for again */
	char what[40];		/* and for sentences */
	char in[16 * 1024];
	size_t in_at, in_len;
	struct stk_link_stats stats;
	struct stk_error lost;	/* code 0: the link is usable */
};

/* ---- a life ------------------------------------------------------------- */

int gdb_exchange_open(struct gdb_stream *stream, int timeout_ms, struct gdb_exchange **ret,
		      struct stk_error *err)
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

/* ---- the link ----------------------------------------------------------- */

static int give_error(const struct gdb_exchange *x, struct stk_error *err)
{
	if (err)
		*err = x->lost;
	return -x->lost.code;
}

/* From here on nothing is usable, whatever is tried. */
static int give_up(struct gdb_exchange *x, const char *cause, struct stk_error *err,
		   const char *fmt, ...) stk_printf(4, 5);
static int give_up(struct gdb_exchange *x, const char *cause, struct stk_error *err,
		   const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	stk_fail(&x->lost, STK_ORIGIN_TARGET, ENOTCONN, cause, "%s %s",
		 gdb_stream_peer(x->stream), text);
	return give_error(x, err);
}

/* OpenOCD's telnet port, say. */
static bool speaks_otherwise(const struct gdb_exchange *x)
{
	return !x->spoke && x->stats.bytes_in > x->acks;
}

static int not_gdb(struct gdb_exchange *x, struct stk_error *err)
{
	return give_up(x, "not-a-gdb-server", err,
		       "sent %llu bytes and no packet: is that the port for GDB?",
		       (unsigned long long)x->stats.bytes_in);
}

/* The stream has said why, in x->lost. */
static int lost(struct gdb_exchange *x, struct stk_error *err)
{
	x->lost.code = ENOTCONN;
	return speaks_otherwise(x) ? not_gdb(x, err) : give_error(x, err);
}

static int put(struct gdb_exchange *x, const void *bytes, size_t len, struct stk_error *err)
{
	if (x->lost.code)
		return give_error(x, err);
	if (gdb_stream_write(x->stream, bytes, len, x->timeout_ms, &x->lost))
		return lost(x, err);
	x->stats.bytes_out += len;
	return 0;
}

/* Bytes to take units from. -ETIMEDOUT and -EINTR as gdb_stream_read() has them. */
static int fill(struct gdb_exchange *x, int timeout_ms, struct stk_error *err)
{
	int r = gdb_stream_read(x->stream, x->in, sizeof(x->in), timeout_ms, &x->in_len,
				&x->lost);

	x->in_at = 0;
	if (r) {
		x->in_len = 0;
		return r == -ETIMEDOUT || r == -EINTR ? r : lost(x, err);
	}
	x->stats.bytes_in += x->in_len;
	return 0;
}

static enum gdb_unit take(struct gdb_exchange *x)
{
	enum gdb_unit unit = GDB_UNIT_NONE;
	size_t used;

	while (unit == GDB_UNIT_NONE && x->in_at < x->in_len) {
		unit = gdb_framer_take(&x->framer, x->in + x->in_at, x->in_len - x->in_at,
				       &used);
		x->in_at += used;
	}
	x->acks += unit == GDB_UNIT_ACK || unit == GDB_UNIT_NACK;
	return unit;
}

/* ---- units -------------------------------------------------------------- */

static int refuse(struct gdb_exchange *x, struct stk_error *err)
{
	if (x->no_ack)
		return give_up(x, "link-damaged", err,
			       "answered '%s' with a damaged packet, and was told not to "
			       "send any again",
			       x->what);
	if (++x->damaged >= TRIES)
		return give_up(x, "link-damaged", err,
			       "answered '%s' with a damaged packet %d times", x->what,
			       TRIES);
	x->stats.repeated++;
	return put(x, "-", 1, err);
}

static int repeat(struct gdb_exchange *x, struct stk_error *err)
{
	if (x->no_ack || !x->out.len)
		return 0;
	if (++x->refused >= TRIES)
		return give_up(x, "link-damaged", err,
			       "said %d times that '%s' reached it damaged", TRIES,
			       x->what);
	x->stats.repeated++;
	return put(x, x->out.bytes, x->out.len, err);
}

static int too_long(struct gdb_exchange *x, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_TARGET, EMSGSIZE, "reply-too-long",
			"%s answered '%s' with more than the %zu bytes that it may",
			gdb_stream_peer(x->stream), x->what, x->framer.most);
}

/* One unit. 1: *ret_unit is a packet or a notification; 0: look for the next. */
static int handle(struct gdb_exchange *x, enum gdb_unit unit, struct stk_error *err)
{
	int r = 0;

	switch (unit) {
	case GDB_UNIT_PACKET:
	case GDB_UNIT_TOO_LONG:
		x->spoke = true;
		if (!x->no_ack)
			r = put(x, "+", 1, err);
		if (!r && unit == GDB_UNIT_TOO_LONG && !x->owed)
			r = too_long(x, err);
		return r ? r : 1;
	case GDB_UNIT_NOTIFICATION:
		return 1;
	case GDB_UNIT_DAMAGED:
		return refuse(x, err);
	case GDB_UNIT_NACK:
		return repeat(x, err);
	default:
		return 0;
	}
}

/*
 * The next packet or notification, whatever it belongs to. Looks once at least,
 * and no longer than to the deadline: who never stops talking has not answered.
 */
static int next(struct gdb_exchange *x, int64_t deadline, enum gdb_unit *ret,
		struct stk_error *err)
{
	bool looked = false;
	int r = 0;

	if (x->lost.code)
		return give_error(x, err);
	while (!r) {
		enum gdb_unit unit = take(x);
		int left = gdb_left(deadline);

		if (unit != GDB_UNIT_NONE)
			r = handle(x, unit, err);
		else if (looked && !left)
			r = -ETIMEDOUT;
		else
			r = fill(x, left, err);
		looked |= unit == GDB_UNIT_NONE;
		if (r == 1)
			*ret = unit;
	}
	return r == 1 ? 0 : r;
}

/* ---- requests ----------------------------------------------------------- */

static int silent(struct gdb_exchange *x, struct stk_error *err)
{
	if (speaks_otherwise(x))
		return not_gdb(x, err);
	return give_up(x, "link-timeout", err, "did not answer '%s' in %d ms", x->what,
		       x->timeout_ms);
}

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
		r = next(x, deadline, &unit, err);
		if (!r && unit != GDB_UNIT_NOTIFICATION)
			x->owed = false;
		if (r == -EINTR) {
			woken = true;
			r = 0;
		}
	}
	if (woken)
		gdb_stream_wake(x->stream);
	return r == -ETIMEDOUT ? silent(x, err) : r;
}

static int drop_stray(struct gdb_exchange *x, enum gdb_unit unit, struct stk_error *err)
{
	if (unit != GDB_UNIT_PACKET && unit != GDB_UNIT_TOO_LONG)
		return 0;
	x->stats.repeated++;
	return x->no_ack ? 0 : put(x, "+", 1, err);
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
		enum gdb_unit unit = take(x);
		bool within = gdb_framer_within(&x->framer);
		int left = gdb_left(deadline);

		if (!left && speaks_otherwise(x))
			r = not_gdb(x, err);
		else if (!left)
			r = give_up(x, "link-timeout", err,
				    "never stopped talking, unasked, in %d ms",
				    x->timeout_ms);
		else if (unit != GDB_UNIT_NONE)
			r = drop_stray(x, unit, err);
		else
			r = fill(x, within ? left : 0, err);
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
		return give_error(x, err);
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
	return put(x, x->out.bytes, x->out.len, err);
}

int gdb_receive_any(struct gdb_exchange *x, int timeout_ms, struct gdb_reply *ret,
		    bool *ret_notification, struct stk_error *err)
{
	enum gdb_unit unit;
	int r = x->owed ? await_owed(x, err) : 0;

	if (!r)
		r = next(x, gdb_deadline(timeout_ms), &unit, err);
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

	while (!r && notification)
		r = gdb_receive_any(x, gdb_left(deadline), &reply, &notification, err);
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
		return silent(x, err);
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
	return put(x, "\003", 1, err);
}
