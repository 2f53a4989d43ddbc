/* SPDX-License-Identifier: MIT */
/* Units over a link: acknowledged, asked for again, and when it is given up. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "exchange-priv.h"

/* How often one packet is sent, or asked for, before the link is given up. */
#define TRIES 3

/* ---- its end ------------------------------------------------------------ */

int exchange_error(const struct gdb_exchange *x, struct stk_error *err)
{
	if (err)
		*err = x->lost;
	return -x->lost.code;
}

int exchange_give_up(struct gdb_exchange *x, const char *cause, struct stk_error *err,
		     const char *fmt, ...)
{
	char text[200];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	stk_fail(&x->lost, STK_ORIGIN_TARGET, ENOTCONN, cause, "%s %s",
		 gdb_stream_peer(x->stream), text);
	return exchange_error(x, err);
}

bool exchange_foreign(const struct gdb_exchange *x)
{
	return !x->spoke && x->stats.bytes_in - (x->in_len - x->in_at) > x->acks;
}

int exchange_not_gdb(struct gdb_exchange *x, struct stk_error *err)
{
	return exchange_give_up(
		x, "not-a-gdb-server", err,
		"sent %llu bytes and no packet: is that the port for GDB?",
		(unsigned long long)x->stats.bytes_in);
}

/* The stream has said why, in x->lost. */
static int lost(struct gdb_exchange *x, struct stk_error *err)
{
	x->lost.code = ENOTCONN;
	return exchange_foreign(x) ? exchange_not_gdb(x, err) : exchange_error(x, err);
}

int exchange_silent(struct gdb_exchange *x, struct stk_error *err)
{
	if (exchange_foreign(x))
		return exchange_not_gdb(x, err);
	return exchange_give_up(x, "link-timeout", err, "did not answer '%s' in %d ms",
				x->what, x->timeout_ms);
}

/* ---- bytes -------------------------------------------------------------- */

int exchange_put(struct gdb_exchange *x, const void *bytes, size_t len,
		 struct stk_error *err)
{
	if (x->lost.code)
		return exchange_error(x, err);
	if (gdb_stream_write(x->stream, bytes, len, x->timeout_ms, &x->lost))
		return lost(x, err);
	x->stats.bytes_out += len;
	return 0;
}

int exchange_fill(struct gdb_exchange *x, int timeout_ms, struct stk_error *err)
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

enum gdb_unit exchange_take(struct gdb_exchange *x)
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
		return exchange_give_up(
			x, "link-damaged", err,
			"answered '%s' with a damaged packet, and sends none again",
			x->what);
	if (++x->damaged >= TRIES)
		return exchange_give_up(x, "link-damaged", err,
					"answered '%s' with a damaged packet %d times",
					x->what, TRIES);
	x->stats.repeated++;
	return exchange_put(x, "-", 1, err);
}

static int repeat(struct gdb_exchange *x, struct stk_error *err)
{
	if (x->no_ack || !x->out.len)
		return 0;
	if (++x->refused >= TRIES)
		return exchange_give_up(x, "link-damaged", err,
					"said %d times that '%s' reached it damaged",
					TRIES, x->what);
	x->stats.repeated++;
	return exchange_put(x, x->out.bytes, x->out.len, err);
}

static int too_long(struct gdb_exchange *x, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_TARGET, EMSGSIZE, "reply-too-long",
			"%s answered '%s' with more than the %zu bytes that it may",
			gdb_stream_peer(x->stream), x->what, x->framer.most);
}

/* 1: @unit is a packet or a notification; 0: look for the next. */
static int handle(struct gdb_exchange *x, enum gdb_unit unit, struct stk_error *err)
{
	int r = 0;

	switch (unit) {
	case GDB_UNIT_PACKET:
	case GDB_UNIT_TOO_LONG:
		x->spoke = true;
		if (!x->no_ack)
			r = exchange_put(x, "+", 1, err);
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

int exchange_next(struct gdb_exchange *x, int64_t deadline, enum gdb_unit *ret,
		  struct stk_error *err)
{
	bool looked = false;
	int r = 0;

	if (x->lost.code)
		return exchange_error(x, err);
	while (!r) {
		enum gdb_unit unit = exchange_take(x);
		int left = gdb_left(deadline);

		if (unit != GDB_UNIT_NONE)
			r = handle(x, unit, err);
		else if (looked && !left)
			r = -ETIMEDOUT;
		else
			r = exchange_fill(x, left, err);
		looked |= unit == GDB_UNIT_NONE;
		if (r == 1)
			*ret = unit;
	}
	return r == 1 ? 0 : r;
}
