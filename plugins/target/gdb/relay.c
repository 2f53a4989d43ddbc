/* SPDX-License-Identifier: MIT */
/*
 * Packets that pass as they are, for a GDB server in front of this target. The
 * client behind it negotiates for itself, so it gets a connection on which
 * nothing has been said; our own operations go over the same one in between.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "gdb.h"

#define FEATURES	"qXfer:features:read:"

int gdb_relay_begin(void *priv, struct stk_error *err)
{
	struct gdb *g = priv;

	gdb_part(g);
	/* Of a connection that was lost: the client has the first word on this one. */
	g->n_breaks = 0;
	g->left |= g->catches == GDB_CATCHES || g->catches == GDB_CATCH_LOST;
	if (g->catches != GDB_CANNOT_CATCH)
		g->catches = GDB_CATCH_UNTRIED;
	g->relearn = true;
	g->client_asked = false;
	return gdb_link(g, err);
}

void gdb_relay_end(void *priv)
{
	struct gdb *g = priv;

	/*
	 * DEMCR is ours only where nothing was passed on since: the core is halted then.
	 * Else it may run by now; servers forget the breakpoints of who goes.
	 */
	if (g->x && !g->lost)
		(void)!gdb_let_faults(g, NULL);
	g->n_breaks = 0;
	gdb_leave(g);
}

static int lose(struct gdb *g, int r, const struct stk_error *why, struct stk_error *err)
{
	struct stk_error local = *why;

	if (err)
		*err = local;
	return gdb_lose(g, r, &local);
}

/* Whatever it is, what we know of the core may be wrong afterwards. */
int gdb_relay_send(void *priv, const void *packet, size_t len, struct stk_error *err)
{
	struct gdb *g = priv;
	struct stk_error local = { 0 };
	int r = gdb_still_there(g, err);

	/* After operations of ours the core is halted: what they set in it is taken back. */
	if (!r)
		r = gdb_let_faults(g, err);
	if (r)
		return r;
	gdb_forget(g);
	if (len >= strlen(FEATURES) && !memcmp(packet, FEATURES, strlen(FEATURES)))
		g->relearn = g->client_asked = true;
	r = gdb_send(g->x, packet, len, &local);
	return r ? lose(g, r, &local, err) : 0;
}

int gdb_relay_interrupt(void *priv, struct stk_error *err)
{
	struct gdb *g = priv;
	struct stk_error local = { 0 };
	int r = gdb_still_there(g, err);

	if (r)
		return r;
	r = gdb_interrupt(g->x, &local);
	return r ? lose(g, r, &local, err) : 0;
}

/*
 * A wake() ends what waits. It is not taken from one who only looks: whoever does
 * that comes by where it is asked whether to end.
 */
static int woken(struct gdb *g, int timeout_ms)
{
	if (!timeout_ms || !g->woken)
		return -ETIMEDOUT;
	g->woken = 0;
	return -EINTR;
}

int gdb_relay_receive(void *priv, int timeout_ms, const void **ret, size_t *ret_len,
		      bool *ret_notification, struct stk_error *err)
{
	struct gdb *g = priv;
	struct gdb_reply reply;
	struct stk_error local = { 0 };
	int r = gdb_still_there(g, err);

	if (r)
		return r;
	r = gdb_receive_any(g->x, timeout_ms, &reply, ret_notification, &local);
	if (r == -EINTR)
		g->woken = 1;
	if (r == -EINTR || r == -ETIMEDOUT)
		return woken(g, timeout_ms);
	if (r)
		return lose(g, r, &local, err);
	*ret = reply.bytes;
	*ret_len = reply.len;
	return 0;
}

int gdb_relay_fd(void *priv)
{
	const struct gdb *g = priv;

	return g->x ? gdb_stream_fd(gdb_exchange_stream(g->x)) : -1;
}
