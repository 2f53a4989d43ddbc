/* SPDX-License-Identifier: MIT */
/*
 * One thread serves clients and core: it waits for the descriptors of the
 * servers, and while the core runs it does so in slices, so that whoever asks
 * for a halt is heard at once. With the core halted it sleeps in poll().
 */
#include "core.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "board.h"

#define MS		1000000ull
/* Of now()'s time: a virtual chip needs about as long for it, or much less. */
#define SLICE_VIRTUAL	(5 * MS)
#define SLICE_REAL	(10 * MS)
/*
 * Loaders that wait for their flash shall not wait for our clock. But what has
 * run this long without a stop is no loader's function.
 */
#define PACE_AFTER	(1000 * MS)
#define PACE_MOST_MS	20

static uint64_t our_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- the core --------------------------------------------------------- */

bool stk_board_running(const struct stk_board *b)
{
	return b->running;
}

int stk_board_resume(struct stk_board *b, struct stk_error *err)
{
	int r;

	if (b->running)
		return 0;
	board_leave_staged(b);
	r = b->target->ops.resume(b->target->priv, err);
	if (r)
		return r;
	b->running = true;
	b->untold = false;
	b->pace = (struct board_pace){ .since = our_now() };
	return 0;
}

/* All but the one whose request did it. */
static int tell_stopped(struct stk_board *b, const struct stk_stop *stop,
			struct stk_error *err)
{
	struct stk_error own = { 0 };
	int ret = 0;

	board_note_return(b, stop);
	for (size_t i = 0; i < b->n_servers; i++) {
		struct board_server *s = b->servers[i];
		int r = s == b->active ? 0 : s->driver->stopped(s->priv, stop, &own);

		if (!r || ret)
			continue;
		ret = r;
		if (err)
			*err = own;
	}
	return ret;
}

/* Where it stands, for a stop that the target tells nothing of. */
static int halted_at(struct stk_board *b, struct stk_stop *ret, struct stk_error *err)
{
	struct stk_regs regs = { .valid = 0 };
	int r = b->target->ops.get_regs(b->target->priv, &regs, err);

	if (r)
		return r;
	*ret = (struct stk_stop){ .reason = STK_STOP_HALTED, .pc = regs.r[STK_REG_PC] };
	return 0;
}

/* It may have stopped by itself since it was looked at: then that is how it did. */
static int halt_running(struct stk_board *b, struct stk_stop *ret, struct stk_error *err)
{
	struct stk_target *t = b->target;
	int r = t->ops.wait(t->priv, 0, ret, err);

	if (r != -ETIMEDOUT)
		return r;
	r = t->ops.halt(t->priv, err);
	return r ? r : halted_at(b, ret, err);
}

int stk_board_halt(struct stk_board *b, struct stk_stop *ret, struct stk_error *err)
{
	struct stk_stop stop;
	int r;

	if (!b->running) {
		/* It may have been reset: then a staged call is so no more. */
		board_leave_staged(b);
		return halted_at(b, ret, err);
	}
	r = halt_running(b, &stop, err);
	if (r)
		return r;
	b->running = false;
	/* Who halts it for a moment (to clear a breakpoint) disturbs nobody. */
	b->untold = b->active && stop.reason == STK_STOP_HALTED;
	b->halted = stop;
	r = b->untold ? 0 : tell_stopped(b, &stop, err);
	if (r)
		return r;
	*ret = stop;
	return 0;
}

int board_stop(struct stk_board *b, struct stk_error *err)
{
	struct stk_stop stop;

	return b->running ? stk_board_halt(b, &stop, err) : 0;
}

/* A server halted it, and let it be. */
static int tell_halted(struct stk_board *b, struct stk_error *err)
{
	if (!b->untold)
		return 0;
	b->untold = false;
	return tell_stopped(b, &b->halted, err);
}

/*
 * How long to sleep before the next slice: a chip that waits for interrupts
 * passes hours in no time, and would do so at the cost of a whole processor.
 */
static int pace_ms(struct stk_board *b)
{
	struct board_pace *p = &b->pace;
	uint64_t ours, theirs;

	if (!b->target->facts.virtual_time || our_now() - p->since < PACE_AFTER)
		return 0;
	ours = our_now();
	theirs = target_now(b->target);
	/* Whoever fell behind is not made to run. */
	if (!p->on || theirs - p->theirs < ours - p->ours) {
		p->on = true;
		p->ours = ours;
		p->theirs = theirs;
		return 0;
	}
	theirs = (theirs - p->theirs - (ours - p->ours)) / MS;
	return theirs < PACE_MOST_MS ? (int)theirs : PACE_MOST_MS;
}

/* The link broke: clients hear of it before they are closed. */
static int lost(struct stk_board *b, int failed, const struct stk_error *why,
		struct stk_error *err)
{
	struct stk_stop stop = { .reason = STK_STOP_LOST };

	snprintf(stop.text, sizeof(stop.text), "%.159s", why->msg);
	b->running = false;
	/* What fails here follows from it. */
	(void)!tell_stopped(b, &stop, NULL);
	if (err)
		*err = *why;
	return failed;
}

static int run_slice(struct stk_board *b, struct stk_error *err)
{
	struct stk_target *t = b->target;
	struct stk_error own = { 0 };
	struct stk_stop stop;
	int r = t->ops.wait(t->priv, t->facts.virtual_time ? SLICE_VIRTUAL : SLICE_REAL,
			    &stop, &own);

	if (r == -ETIMEDOUT)
		return 0;
	if (r)
		return lost(b, r, &own, err);
	b->running = false;
	/* The wake() that came with it. */
	if (stop.reason == STK_STOP_HALTED && board_cancelled(b))
		return 0;
	r = tell_stopped(b, &stop, err);
	if (r || stop.reason != STK_STOP_LOST)
		return r;
	return stk_fail(err, STK_ORIGIN_TARGET, ENOTCONN, "target-lost",
			"the target '%s' is gone%s%s", t->address,
			stop.text[0] ? ": " : "", stop.text);
}

/* ---- the loop --------------------------------------------------------- */

/* What everybody waits for; how many. */
static nfds_t gather(struct stk_board *b)
{
	size_t n = 1;

	b->fds[0] = (struct pollfd){ .fd = b->wake[0], .events = POLLIN };
	for (size_t i = 0; i < b->n_servers; i++) {
		struct board_server *s = b->servers[i];

		s->first = n;
		s->n_fds = s->driver->poll(s->priv, b->fds + n, BOARD_FDS_MOST);
		n += s->n_fds;
	}
	return n;
}

static bool any_ready(const struct pollfd *fds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (fds[i].revents)
			return true;
	}
	return false;
}

static int serve_ready(struct stk_board *b, struct stk_error *err)
{
	char bytes[64];
	int r = 0;

	while (b->fds[0].revents && read(b->wake[0], bytes, sizeof(bytes)) > 0)
		;
	for (size_t i = 0; i < b->n_servers && !r && !b->ended; i++) {
		struct board_server *s = b->servers[i];
		const struct pollfd *fds = b->fds + s->first;

		if (!any_ready(fds, s->n_fds))
			continue;
		b->active = s;
		r = s->driver->ready(s->priv, fds, s->n_fds, err);
		if (!r)
			r = tell_halted(b, err);
		b->active = NULL;
	}
	return r;
}

int stk_board_serve(struct stk_board *b, struct stk_error *err)
{
	int r = 0;

	while (!r && !b->ended) {
		nfds_t n = gather(b);
		int ready;

		if (board_cancelled(b))
			return stk_fail(err, STK_ORIGIN_INTERRUPTED, EINTR, "interrupted",
					"interrupted");
		ready = poll(b->fds, n, b->running ? pace_ms(b) : -1);
		if (ready < 0 && errno != EINTR)
			return stk_fail(err, STK_ORIGIN_INTERNAL, errno, "cannot-wait",
					"cannot wait for clients: %s", strerror(errno));
		if (ready > 0)
			r = serve_ready(b, err);
		if (!r && b->running && !b->ended)
			r = run_slice(b, err);
	}
	b->ended = false;
	return r;
}

void stk_board_end(struct stk_board *b)
{
	b->ended = true;
}

void stk_board_wake(struct stk_board *b)
{
	int saved = errno;
	ssize_t n = write(b->wake[1], "", 1);

	/* A full pipe wakes as well. */
	(void)n;
	stk_target_wake(b->target);
	errno = saved;
}
