/* SPDX-License-Identifier: MIT */
/* exchange-priv.h - what requests (exchange.c) and the link below them (link.c) share */
#ifndef GDB_EXCHANGE_PRIV_H
#define GDB_EXCHANGE_PRIV_H

#include "exchange.h"
#include "stream-priv.h"

struct gdb_exchange {
	struct gdb_stream *stream;
	struct gdb_framer framer;
	int timeout_ms;
	bool no_ack;
	bool settled;  /* every request so far has its reply */
	bool owed;     /* the reply to a request that was given up */
	bool spoke;    /* at least one packet came: it is a GDB server */
	uint64_t acks; /* bytes that were acknowledgements, or asked for more */
	unsigned int refused, damaged; /* of the request that is on its way */
	struct gdb_buf out;	       /* as it was sent: it may be asked for again */
	char what[40];		       /* and for sentences */
	char in[16 * 1024];
	size_t in_at, in_len;
	struct stk_link_stats stats;
	struct stk_error lost; /* code 0: the link is usable */
};

/* The error that ended the link, once more. */
int exchange_error(const struct gdb_exchange *x, struct stk_error *err);
/* From here on nothing is usable, whatever is tried. */
int exchange_give_up(struct gdb_exchange *x, const char *cause, struct stk_error *err,
		     const char *fmt, ...) stk_printf(4, 5);
int exchange_silent(struct gdb_exchange *x, struct stk_error *err);
/* Bytes came, and no packet: OpenOCD's telnet port, say. */
bool exchange_foreign(const struct gdb_exchange *x);
int exchange_not_gdb(struct gdb_exchange *x, struct stk_error *err);

int exchange_put(struct gdb_exchange *x, const void *bytes, size_t len,
		 struct stk_error *err);
/* Bytes to take units from. -ETIMEDOUT and -EINTR as gdb_stream_read() has them. */
int exchange_fill(struct gdb_exchange *x, int timeout_ms, struct stk_error *err);
/* Of the bytes that are here. */
enum gdb_unit exchange_take(struct gdb_exchange *x);
/*
 * The next packet or notification, whatever it belongs to. Looks once at least,
 * and no longer than to the deadline: who never stops talking has not answered.
 */
int exchange_next(struct gdb_exchange *x, int64_t deadline, enum gdb_unit *ret,
		  struct stk_error *err);

#endif
