/* SPDX-License-Identifier: MIT */
/*
 * libFuzzer target: requests to a server that answers with any bytes. The input is
 * steps: a byte that says what is done, one that says how many bytes the server
 * sends first, and those.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugins/common/gdb/exchange.h"

#define MOST 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What an operation may end in; once the link is gone it stays so. */
static void check(int r, bool silent, const struct stk_error *err, bool *gone)
{
	if (silent && (r == -ETIMEDOUT || r == -EINTR) && !*gone)
		return;
	if (r && (err->code != -r || !err->msg[0] || !err->cause[0]))
		abort();
	if (r && r != -ENOTCONN && r != -EMSGSIZE)
		abort();
	if (*gone && r != -ENOTCONN)
		abort();
	*gone |= r == -ENOTCONN;
}

static void check_reply(const struct gdb_reply *reply)
{
	char text[40];

	if (reply->len > MOST || reply->bytes[reply->len])
		abort();
	if (gdb_reply_error(reply, text, sizeof(text)) && strlen(text) >= sizeof(text))
		abort();
}

static void step(struct gdb_exchange *x, unsigned int what, bool *gone)
{
	struct gdb_reply reply = { "", 0 };
	struct stk_error err = { .code = 0 };
	bool notification;
	int r;

	switch (what % 8) {
	case 0:
	case 1:
		r = gdb_send(x, "m20000000,40", 12, &err);
		check(r, false, &err, gone);
		break;
	case 2:
		gdb_stream_wake(gdb_exchange_stream(x));
		r = gdb_request(x, "g", 1, &reply, &err);
		check(r, true, &err, gone);
		break;
	case 3:
		gdb_exchange_settled(x);
		break;
	case 4:
		gdb_exchange_no_ack(x);
		break;
	default:
		r = gdb_receive_any(x, 0, &reply, &notification, &err);
		check(r, true, &err, gone);
	}
	check_reply(&reply);
}

/* Take what it was sent, so that it is never full. */
static void swallow(int peer)
{
	char buf[4096];

	while (recv(peer, buf, sizeof(buf), MSG_DONTWAIT) > 0)
		;
}

static void talk(struct gdb_exchange *x, int peer, const uint8_t *data, size_t size)
{
	bool gone = false;

	while (size >= 2) {
		size_t n = data[1] < size - 2 ? data[1] : size - 2;

		if (send(peer, data + 2, n, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 && !gone)
			abort();
		step(x, data[0], &gone);
		swallow(peer);
		data += 2 + n;
		size -= 2 + n;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct gdb_exchange *x;
	struct gdb_stream *s;
	struct gdb_reply reply;
	struct stk_error err;
	int fds[2], r;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) ||
	    gdb_stream_of(fds[0], "fuzz", &s, &err) || gdb_exchange_open(s, 2, &x, &err))
		abort();
	gdb_exchange_most(x, MOST);
	talk(x, fds[1], data, size < 4096 ? size : 4096);
	close(fds[1]);
	/* It answers no more; a wake that is left over comes first. */
	do
		r = gdb_request(x, "?", 1, &reply, &err);
	while (r == -EINTR);
	if (r != -ENOTCONN)
		abort();
	gdb_exchange_close(x);
	return 0;
}
