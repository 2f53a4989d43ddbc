/* SPDX-License-Identifier: MIT */
/* The first words with a server: what it can do, and that the core is halted. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "gdb.h"

#define PACKET_LEAST	64u
#define OBJECT_MOST	(1024u * 1024u)
#define PIECES_MOST	0x4000u

/* The value of "NAME=value", "NAME+" as "+"; NULL: it is not in the list. */
static const char *feature(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = list; at && *at; at = strchr(at, ';')) {
		at += *at == ';';
		if (!strncmp(at, name, len) && strchr("=+-?", at[len]) && at[len])
			return at[len] == '=' ? at + len + 1 : at + len;
		if (!*at)
			break;
	}
	return NULL;
}

static bool has(const char *list, const char *name)
{
	const char *value = feature(list, name);

	return value && *value == '+';
}

static size_t packet_size(const struct gdb *g, const char *list)
{
	const char *text = feature(list, "PacketSize");
	uint64_t n = 0;

	if (!text || !gdb_number(&text, text + strcspn(text, ";"), &n) || n < PACKET_LEAST)
		n = GDB_PACKET;
	if (g->packet_most && n > g->packet_most)
		n = g->packet_most;
	return n < GDB_PACKET_MOST ? n : GDB_PACKET_MOST;
}

static int no_ack(struct gdb *g, struct stk_error *err)
{
	struct gdb_reply reply;
	int r = gdb_query(g, &reply, err, "QStartNoAckMode");

	if (!r && gdb_reply_ok(&reply))
		gdb_exchange_no_ack(g->x);
	return r;
}

static int ask_vcont(struct gdb *g, struct stk_error *err)
{
	struct gdb_reply reply;
	int r = gdb_query(g, &reply, err, "vCont?");

	if (r)
		return r;
	g->peer.vcont = reply.len > 5 && !strncmp(reply.bytes, "vCont", 5) &&
			strstr(reply.bytes, ";c");
	g->peer.vcont_step = g->peer.vcont && strstr(reply.bytes, ";s");
	return 0;
}

/*
 * Features of GDB's own that make servers say more; xmlRegisters is what some
 * (QEMU up to 8) wait for before they describe their registers.
 */
static int ask_supported(struct gdb *g, char *list, size_t size, struct stk_error *err)
{
	struct gdb_reply reply;
	char why[64];
	int r = gdb_query(g, &reply, err,
			  "qSupported:swbreak+;hwbreak+;vContSupported+;error-message+;"
			  "xmlRegisters=arm");

	if (r)
		return r;
	snprintf(list, size, "%s",
		 gdb_reply_error(&reply, why, sizeof(why)) ? "" : reply.bytes);
	g->peer.packet = packet_size(g, list);
	gdb_exchange_most(g->x, 2 * g->peer.packet + 64 < GDB_PACKET_MOST ?
				GDB_PACKET_MOST : 2 * g->peer.packet + 64);
	g->peer.has_map = has(list, "qXfer:memory-map:read");
	g->peer.has_features = has(list, "qXfer:features:read");
	g->peer.binary_read = has(list, "binary-upload");
	return has(list, "QStartNoAckMode") ? no_ack(g, err) : 0;
}

int gdb_ask_why(struct gdb *g, struct gdb_reply *ret, struct stk_error *err)
{
	int r = gdb_send_only(g, "?", err);

	if (r)
		return r;
	do {
		r = gdb_next(g, g->timeout_ms, ret, err);
	} while (!r && gdb_took_output(g, ret));
	if (!r)
		gdb_exchange_settled(g->x);
	return r;
}

/* What the server says of it. */
static int hear_halted(struct gdb *g, struct stk_error *err)
{
	struct gdb_reply reply;
	int r = gdb_ask_why(g, &reply, err);

	/* It waits for the core to stop by itself, or answers that nothing has stopped. */
	if (r == -ETIMEDOUT || (!r && reply.len >= 2 && !strncmp(reply.bytes, "OK", 2))) {
		g->running = true;
		return gdb_stop_core(g, &g->stop, err);
	}
	if (r)
		return r;
	if (gdb_reply_unknown(&reply))
		return 0;
	return gdb_stopped(g, &reply, true, &g->stop, err);
}

/*
 * Connecting halts the core, with every server that we know of. Some answer "?"
 * by a signal whatever the core does: we look, and halt one that runs.
 */
static int see_halted(struct gdb *g, struct stk_error *err)
{
	bool runs = false;
	int r = hear_halted(g, err);

	if (!r)
		r = gdb_sees_running(g, &runs, err);
	if (r || !runs)
		return r;
	g->running = true;
	r = gdb_stop_core(g, &g->stop, err);
	if (!r)
		r = gdb_sees_running(g, &runs, err);
	if (r || !runs)
		return r;
	return stk_fail(err, STK_ORIGIN_TARGET, EIO, "halt-refused",
			"%s says that the core is halted, and it runs", gdb_who(g));
}

int gdb_link(struct gdb *g, struct stk_error *err)
{
	struct gdb_stream *stream;
	int r = gdb_stream_open(g->address, g->timeout_ms, &stream, err);

	if (!r)
		r = gdb_exchange_open(stream, g->timeout_ms, &g->x, err);
	if (r)
		return r;
	g->lost = false;
	g->why_lost.code = 0;
	gdb_forget(g);
	return 0;
}

int gdb_attach(struct gdb *g, struct stk_error *err)
{
	char list[1024];
	int r = gdb_link(g, err);

	if (r)
		return r;
	memset(&g->peer, 0, sizeof(g->peer));
	g->relearn = false;
	r = ask_supported(g, list, sizeof(list), err);
	if (!r)
		r = ask_vcont(g, err);
	if (!r)
		r = gdb_learn_registers(g, err);
	if (!r)
		r = see_halted(g, err);
	if (!r)
		r = gdb_recognise(g, list, err);
	if (r)
		gdb_leave(g);
	return r;
}

void gdb_leave(struct gdb *g)
{
	gdb_exchange_close(g->x);
	g->x = NULL;
	g->running = false;
}

void gdb_forget(struct gdb *g)
{
	g->g_fresh = false;
	g->g_len = 0;
	g->masks.valid = 0;
}

/* ---- qXfer ------------------------------------------------------------ */

int gdb_xfer(struct gdb *g, const char *object, const char *annex, struct gdb_buf *out,
	     struct stk_error *err)
{
	size_t most = g->peer.packet - 8, start = out->len;
	unsigned int pieces = 0;
	struct gdb_reply reply;
	char last = 'm';

	while (last == 'm') {
		int r = gdb_query(g, &reply, err, "qXfer:%s:read:%s:%zx,%zx", object,
				  annex, out->len - start, most);

		if (r)
			return r;
		last = reply.len ? reply.bytes[0] : 'E';
		if (last != 'm' && last != 'l')
			return -ENOENT;
		/* An empty piece that is not the last would be asked for again for ever. */
		if ((last == 'm' && reply.len == 1) ||
		    out->len - start + reply.len > OBJECT_MOST || out->failed ||
		    ++pieces > PIECES_MOST)
			return stk_fail(err, STK_ORIGIN_TARGET, EPROTO, "gdb-nonsense",
					"%s gives '%s' without an end", gdb_who(g), object);
		gdb_buf_put(out, reply.bytes + 1, reply.len - 1);
	}
	return out->failed ? stk_fail_nomem(err) : 0;
}
