/* SPDX-License-Identifier: MIT */
/* Run, wait, halt, step; the clock is the host's. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gdb.h"

#define MS		1000000ull
#define HALT_TRIES	3
#define SLICE_MS	3600000u
#define DEMCR		0xE000EDFCu
#define VC_HARDERR	(1u << 10)
#define TRCENA		(1u << 24)

/*
 * Have the core stop where it enters HardFault (DEMCR.VC_HARDERR, ARMv7-M ARM
 * C1.6.5), not where a program's handler loops. Where the register is not, as
 * in QEMU, nothing is lost: the call ends by its time limit.
 */
static int catch_faults(struct gdb *g, struct stk_error *err)
{
	uint32_t demcr;
	int r;

	if (g->catches == GDB_CATCHES || g->catches == GDB_CANNOT_CATCH)
		return 0;
	r = gdb_read32(g, DEMCR, &demcr, err);
	if (!r && g->catches == GDB_CATCH_UNTRIED && !(g->left && demcr & VC_HARDERR))
		g->demcr = demcr;
	g->left = false;
	g->catches = r ? GDB_CANNOT_CATCH : GDB_CATCHES;
	if (!r && !(demcr & VC_HARDERR))
		r = gdb_write32(g, DEMCR, demcr | VC_HARDERR | TRCENA, err);
	return r == -EIO ? 0 : r;
}

int gdb_let_faults(struct gdb *g, struct stk_error *err)
{
	int r = 0;

	if (g->catches == GDB_CATCHES || g->catches == GDB_CATCH_LOST)
		r = gdb_write32(g, DEMCR, g->demcr, err);
	if (g->catches != GDB_CANNOT_CATCH)
		g->catches = GDB_CATCH_UNTRIED;
	return r == -EIO ? 0 : r;
}

/* From a breakpoint on: one instruction without it. */
static int step_off(struct gdb *g, struct stk_error *err)
{
	struct gdb_break *b;
	struct stk_stop stop;
	uint32_t pc, xpsr;
	int r, e;

	if (!g->n_breaks)
		return 0;
	r = gdb_get_pc(g, &pc, &xpsr, err);
	b = r ? NULL : gdb_break_at(g, pc & ~1u);
	if (!b)
		return r;
	r = gdb_break_remove(g, b, err);
	if (r)
		return r;
	r = gdb_step(g, &stop, err);
	e = gdb_break_insert(g, b, r ? NULL : err);
	return r ? r : e;
}

int gdb_resume(void *priv, struct stk_error *err)
{
	struct gdb *g = priv;
	/* Without a breakpoint it is to run by itself, as if nobody watched. */
	int r = g->n_breaks ? catch_faults(g, err) : gdb_let_faults(g, err);

	if (!r)
		r = step_off(g, err);
	if (!r)
		r = gdb_send_only(g, g->peer.vcont ? "vCont;c" : "c", err);
	if (r)
		return r;
	gdb_forget(g);
	g->running = true;
	return 0;
}

/* One packet from a running core: 1 and *@ret: it stopped; 0: it did not. */
static int take(struct gdb *g, const struct gdb_reply *reply, bool asked,
		struct stk_stop *ret, struct stk_error *err)
{
	const unsigned int chatter = g->chatter;
	char text[96];
	int r;

	if (gdb_took_output(g, reply))
		return 0;
	/* A program asks for a file on the host (semihosting): there is none for it. */
	if (reply->len && reply->bytes[0] == 'F') {
		r = gdb_send_only(g, "F-1,58", err);
		g->chatter = chatter;
		return r;
	}
	if (gdb_is_stop(reply)) {
		r = gdb_stopped(g, reply, asked, ret, err);
		return r ? r : 1;
	}
	/* To 0x03 only a stop is an answer: whatever else it says, the core may run. */
	if (asked)
		return 0;
	if (!gdb_reply_error(reply, text, sizeof(text)))
		snprintf(text, sizeof(text), "%s",
			 reply->len ? "an answer that makes no sense"
				    : "it does not know how to");
	g->running = false;
	return stk_fail(err, STK_ORIGIN_TARGET, EIO, "gdb-refused",
			"%s refused to let the core run: %s", gdb_who(g), text);
}

static int ms_until(uint64_t deadline)
{
	uint64_t now = gdb_clock(),
		 left = now < deadline ? (deadline - now + MS - 1) / MS : 0;

	return (int)(left < SLICE_MS ? left : SLICE_MS);
}

/* Until it stops; -ETIMEDOUT: not within @ms, whatever came instead. */
static int await_stop(struct gdb *g, int ms, struct stk_stop *ret, struct stk_error *err)
{
	const uint64_t deadline = gdb_clock() + (uint64_t)ms * MS;
	struct gdb_reply reply;
	int r = 0;

	while (!r) {
		int left = ms_until(deadline);

		r = left ? gdb_next(g, left, &reply, err) : -ETIMEDOUT;
		if (!r)
			r = take(g, &reply, true, ret, err);
	}
	return r;
}

int gdb_stop_core(struct gdb *g, struct stk_stop *ret, struct stk_error *err)
{
	struct stk_error local = { 0 };
	int r, ms = g->timeout_ms / HALT_TRIES + 1;

	for (int i = 0; i < HALT_TRIES; i++) {
		r = gdb_interrupt(g->x, &local);
		if (r)
			return gdb_give_up(g, r, &local, err);
		r = await_stop(g, ms, ret, err);
		if (r != -ETIMEDOUT)
			return r < 0 ? r : 0;
	}
	stk_fail(&local, STK_ORIGIN_TARGET, ENOTCONN, "halt-refused",
		 "%s did not halt the core: it was asked %d times in %d ms", gdb_who(g),
		 HALT_TRIES, ms * HALT_TRIES);
	return gdb_give_up(g, -ENOTCONN, &local, err);
}

/* A wake() while it runs: stop it, and say so. */
static int woken(struct gdb *g, struct stk_stop *ret, struct stk_error *err)
{
	int r;

	g->woken = 0;
	r = g->running ? gdb_stop_core(g, ret, err) : 0;
	if (!r)
		ret->reason = STK_STOP_HALTED;
	return r;
}

int gdb_wait(void *priv, uint64_t budget_ns, struct stk_stop *ret, struct stk_error *err)
{
	struct gdb *g = priv;
	uint64_t start = gdb_clock(), deadline = start + budget_ns;
	struct stk_error local = { 0 };
	struct gdb_reply reply;
	int r = 0;

	if (deadline < start)
		deadline = UINT64_MAX;
	*ret = g->stop;
	while (!r) {
		int ms;

		if (g->woken)
			return woken(g, ret, err);
		if (!g->running)
			return 0;
		ms = ms_until(deadline);
		r = gdb_receive(g->x, ms, &reply, &local);
		if (r == -EINTR) {
			g->woken = 1;
			r = 0;
		} else if (r == -ETIMEDOUT && ms_until(deadline)) {
			r = 0;
		} else if (!r) {
			r = take(g, &reply, false, ret, err);
			if (!r && !ms_until(deadline))
				r = -ETIMEDOUT;
		} else if (r != -ETIMEDOUT) {
			r = gdb_give_up(g, r, &local, err);
		}
	}
	return r < 0 ? r : 0;
}

int gdb_halt(void *priv, struct stk_error *err)
{
	struct gdb *g = priv;
	struct stk_stop stop;

	return g->running ? gdb_stop_core(g, &stop, err) : 0;
}

int gdb_step(void *priv, struct stk_stop *ret, struct stk_error *err)
{
	struct gdb *g = priv;
	struct gdb_reply reply;
	int r = gdb_send_only(g, g->peer.vcont_step ? "vCont;s" : "s", err);

	if (r)
		return r;
	gdb_forget(g);
	g->running = true;
	do {
		r = gdb_next(g, g->timeout_ms, &reply, err);
		if (!r)
			r = take(g, &reply, false, ret, err);
	} while (!r);
	/* An instruction that does not end: an access that is never answered. */
	if (r == -ETIMEDOUT)
		r = gdb_stop_core(g, ret, err);
	return r < 0 ? r : 0;
}

void gdb_wake(void *priv)
{
	struct gdb *g = priv;

	g->woken = 1;
	/* Only what waits for the core to stop is to be woken, no request. */
	if (g->running && g->x)
		gdb_stream_wake(gdb_exchange_stream(g->x));
}
