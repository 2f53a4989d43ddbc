/* SPDX-License-Identifier: MIT */
/*
 * client.c - bytes from and to the one client, never waiting for it
 *
 * What a client sends is taken in pieces of PACKET_MOST, and none while its
 * replies pile up: a peer that floods or does not read slows only itself.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.h"

#define HEAR_OUT_MOST	1024	/* reads of PACKET_MOST */

void client_begin(struct server *s, int fd, const char *peer)
{
	struct client *c = &s->client;

	*c = (struct client){ .fd = fd };
	snprintf(c->peer, sizeof(c->peer), "%s", peer);
	gdb_framer_init(&c->framer, PACKET_MOST, false);
	/* What another client was not told is of no use to this one. */
	gdb_buf_clear(&s->untold);
	s->stats.clients++;
	stk_board_client(s->board, c->peer, true);
	if (stk_offers(s->ops, relay_begin) && !proxy_begin(s))
		client_end(s, s->why.msg);
}

void client_end(struct server *s, const char *why)
{
	struct client *c = &s->client;
	struct stk_error err = { 0 };

	if (c->fd < 0)
		return;
	close(c->fd);
	c->fd = -1;
	gdb_framer_free(&c->framer);
	gdb_buf_free(&c->out);
	gdb_buf_free(&c->last);
	if (why)
		stk_board_say(s->board, "%s: %s", c->peer, why);
	flash_abandon(s);
	stk_board_client(s->board, c->peer, false);
	if (!s->proxy.open)
		breaks_forget(s);
	if (run_drop_staged(s, &err))
		note_failure(s, &err);
	if (s->proxy.open)
		proxy_end(s);
}

bool client_backlog(const struct server *s)
{
	const struct client *c = &s->client;

	return c->out.len - c->sent >= OUT_MOST;
}

short client_events(const struct server *s)
{
	const struct client *c = &s->client;

	bool due = c->out.len > c->sent || c->in_at < c->in_len;

	return (short)((client_backlog(s) ? 0 : POLLIN) | (due ? POLLOUT : 0));
}

void client_flush(struct server *s)
{
	struct client *c = &s->client;
	ssize_t n;

	while (c->fd >= 0 && c->sent < c->out.len) {
		n = send(c->fd, c->out.bytes + c->sent, c->out.len - c->sent,
			 MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return;
		if (n <= 0) {
			client_end(s, strerror(errno));
			return;
		}
		c->sent += (size_t)n;
		s->stats.bytes_out += (uint64_t)n;
	}
	gdb_buf_clear(&c->out);
	c->sent = 0;
}

/* Acknowledge, and serve. */
static void serve(struct server *s)
{
	struct client *c = &s->client;

	if (!c->no_ack)
		gdb_buf_put(&c->out, "+", 1);
	s->stats.packets++;
	packet_serve(s, c->framer.payload.bytes ? c->framer.payload.bytes : "",
		     c->framer.payload.len);
}

static void take(struct server *s, enum gdb_unit unit)
{
	struct client *c = &s->client;

	switch (unit) {
	case GDB_UNIT_PACKET:
		s->client.debugger = true;
		serve(s);
		break;
	case GDB_UNIT_INTERRUPT:
		if (s->proxy.open)
			proxy_interrupt(s);
		else
			run_interrupt(s);
		break;
	case GDB_UNIT_NACK:
		gdb_buf_put(&c->out, c->last.bytes, c->last.len);
		break;
	case GDB_UNIT_DAMAGED:
		s->stats.damaged++;
		if (!c->no_ack)
			gdb_buf_put(&c->out, "-", 1);
		break;
	case GDB_UNIT_TOO_LONG:
		s->stats.damaged++;
		if (!c->no_ack)
			gdb_buf_put(&c->out, "+", 1);
		reply_error(s, "the packet is longer than the %u bytes of PacketSize",
			    PACKET_MOST);
		break;
	default:
		break;
	}
}

/* There are packets to serve, and there is room for replies. */
static bool more(const struct server *s)
{
	const struct client *c = &s->client;

	return c->fd >= 0 && !s->lost && c->in_at < c->in_len && !client_backlog(s);
}

/*
 * A web page can have a browser connect to its own machine, and send packets in
 * the body of a POST. Its first bytes are "POST": not those of a debugger.
 */
static bool no_debugger(const struct client *c)
{
	return !c->debugger && !gdb_framer_within(&c->framer) &&
	       !memchr("+-$\x03", c->in[c->in_at], 4);
}

/* What was read, up to where the replies pile up. */
static void serve_all(struct server *s)
{
	struct client *c = &s->client;

	while (more(s)) {
		enum gdb_unit unit;
		size_t used = 0;

		if (no_debugger(c)) {
			client_end(s, "that is no debugger");
			return;
		}
		unit = gdb_framer_take(&c->framer, c->in + c->in_at, c->in_len - c->in_at,
				       &used);
		c->in_at += used;
		take(s, unit);
		if (c->out.failed || c->framer.payload.failed)
			client_end(s, "out of memory");
	}
}

/* False: there is no client any more. */
static bool fill(struct server *s)
{
	struct client *c = &s->client;
	ssize_t n;

	if (c->in_at < c->in_len)
		return true;
	n = recv(c->fd, c->in, sizeof(c->in), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
		return true;
	if (n <= 0) {
		client_end(s, n ? strerror(errno) : NULL);
		return false;
	}
	c->in_at = 0;
	c->in_len = (size_t)n;
	s->stats.bytes_in += (uint64_t)n;
	return true;
}

void client_ready(struct server *s, short revents)
{
	client_flush(s);
	if (s->client.fd < 0)
		return;
	if ((revents & (POLLIN | POLLHUP | POLLERR)) && !client_backlog(s) && !fill(s))
		return;
	do {
		serve_all(s);
		client_flush(s);
	} while (more(s));
}

void client_hear_out(struct server *s)
{
	int turns;

	/* What a socket holds. A peer that keeps us from taking it is not gone. */
	for (turns = 0; turns < HEAR_OUT_MOST && s->client.fd >= 0 && !s->lost; turns++) {
		struct pollfd fd = { .fd = s->client.fd, .events = POLLRDHUP };

		if (poll(&fd, 1, 0) != 1)
			return;
		client_ready(s, POLLIN);
	}
}
