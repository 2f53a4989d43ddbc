/* SPDX-License-Identifier: MIT */
/*
 * exchange.h - the client's side: a request, its reply, and what can go wrong between
 *
 * Acknowledgements (until gdb_exchange_no_ack()), retransmission of what came
 * damaged, deadlines, and counting. Replies are valid until the next call.
 */
#ifndef GDB_EXCHANGE_H
#define GDB_EXCHANGE_H

#include "packet.h"
#include "stream.h"

struct gdb_exchange;

struct gdb_reply {
	const char *bytes;	/* NUL after the last one; may hold NULs: use len */
	size_t len;
};

/* Takes the stream over, also on failure. @timeout_ms: the most a reply may take. */
int gdb_exchange_open(struct gdb_stream *stream, int timeout_ms,
		      struct gdb_exchange **ret, struct stk_error *err) stk_must_check;
void gdb_exchange_close(struct gdb_exchange *x);
struct gdb_stream *gdb_exchange_stream(struct gdb_exchange *x);

/*
 * Send, wait for the reply. -ENOTCONN: the link is gone, or the other end did
 * not answer in time, or answered nothing but damaged packets three times; the
 * sentence says which, to what request, and who the other end is. Nothing is
 * usable after that. -EINTR (no error filled): woken; the reply, when it comes,
 * is dropped. -EMSGSIZE: the reply was longer than it may be, and is dropped.
 */
int gdb_request(struct gdb_exchange *x, const void *packet, size_t len,
		struct gdb_reply *ret, struct stk_error *err) stk_must_check;
/* The same of text. */
int gdb_ask(struct gdb_exchange *x, struct gdb_reply *ret, struct stk_error *err,
	    const char *fmt, ...) stk_must_check stk_printf(4, 5);
/*
 * The two halves: for packets that are answered late (vCont) or several times
 * (qRcmd), and, without acknowledgements, for several requests at once.
 */
int gdb_send(struct gdb_exchange *x, const void *packet, size_t len,
	     struct stk_error *err) stk_must_check;
/* -ETIMEDOUT and -EINTR: no error filled, the exchange is as it was. */
int gdb_receive(struct gdb_exchange *x, int timeout_ms, struct gdb_reply *ret,
		struct stk_error *err) stk_must_check;
/* The same, and notifications ('%') too, which gdb_receive() passes over. */
int gdb_receive_any(struct gdb_exchange *x, int timeout_ms, struct gdb_reply *ret,
		    bool *ret_notification, struct stk_error *err) stk_must_check;
/*
 * After the last reply to what gdb_send() sent (gdb_request() knows by itself): a
 * packet that comes before the next request answers nothing, and is dropped.
 */
void gdb_exchange_settled(struct gdb_exchange *x);
/* The lone 0x03. */
int gdb_interrupt(struct gdb_exchange *x, struct stk_error *err) stk_must_check;

void gdb_exchange_no_ack(struct gdb_exchange *x);
/* The longest reply that is taken; 64 KiB to begin with. */
void gdb_exchange_most(struct gdb_exchange *x, size_t most);
void gdb_exchange_stats(const struct gdb_exchange *x, struct stk_link_stats *ret);

/* "OK"; "": the request is not known; "E01", "E.text". */
bool gdb_reply_ok(const struct gdb_reply *r);
bool gdb_reply_unknown(const struct gdb_reply *r);
/* @text as one line that a terminal can show: ASCII, no blanks at its ends. */
void gdb_printable(char *buf, size_t size, const char *text, size_t len);
/*
 * Is it an error? Its text without what cannot be printed goes to @buf ("error 14",
 * the text after "E."); "E14" is only taken for one if it is three characters long.
 */
bool gdb_reply_error(const struct gdb_reply *r, char *buf, size_t len);

#endif
