/* SPDX-License-Identifier: MIT */
/*
 * breakpoint.c - Z0, Z1, z0, z1
 *
 * Both kinds are one to the target, which knows what fits where; it has a
 * breakpoint as long as the client has one of either. What a client set is remembered: a job of ours runs without, and a client that goes leaves
 * none behind. The trap of a staged call is the board's: a client may think it
 * sets and clears one there.
 */
#include <errno.h>

#include "server.h"

static bool is_trap(const struct server *s, uint64_t addr)
{
	return s->staged[0] && addr == s->trap;
}

static int put_in(struct server *s, uint64_t addr, struct stk_error *err)
{
	if (is_trap(s, addr))
		return 0;
	return target_result(s, s->ops->break_set(s->target, addr, err), err);
}

static int take_out(struct server *s, uint64_t addr, struct stk_error *err)
{
	if (is_trap(s, addr))
		return 0;
	return target_result(s, s->ops->break_clear(s->target, addr, err), err);
}

const struct breakpoint *break_at(const struct server *s, uint64_t addr)
{
	size_t i;

	for (i = 0; i < s->n_breaks; i++)
		if (s->breaks[i].addr == addr)
			return &s->breaks[i];
	return NULL;
}

/* n_breaks: it is not set. */
static size_t find(const struct server *s, struct breakpoint b)
{
	size_t i = 0;

	while (i < s->n_breaks &&
	       (s->breaks[i].addr != b.addr || s->breaks[i].hardware != b.hardware))
		i++;
	return i;
}

/* One of the other kind is there, too. */
static bool shared(const struct server *s, struct breakpoint b)
{
	b.hardware = !b.hardware;
	return find(s, b) < s->n_breaks;
}

/* "TYPE,ADDR,KIND": false: it was replied. Watchpoints are not offered. */
static bool which(struct server *s, struct args *a, struct breakpoint *ret)
{
	uint64_t type, addr, kind;

	if (!args_number(a, &type) || !args_char(a, ',') || !args_number(a, &addr) ||
	    !args_char(a, ',') || !args_number(a, &kind)) {
		reply_malformed(s);
		return false;
	}
	if (type > 1) {
		reply(s, "");
		return false;
	}
	if (addr > UINT32_MAX) {
		reply_error(s, "0x%llx is no address of this core", (unsigned long long)addr);
		return false;
	}
	*ret = (struct breakpoint){ addr & ~1ull, type == 1 };
	return true;
}

void break_set(struct server *s, struct args *a)
{
	struct stk_error err = { 0 };
	struct breakpoint b;

	if (!which(s, a, &b))
		return;
	if (find(s, b) < s->n_breaks) {
		reply(s, "OK");
	} else if (s->n_breaks == BREAKS_MOST) {
		reply_refused(s, "all %d breakpoints of this server are set", BREAKS_MOST);
	} else if (!shared(s, b) && put_in(s, b.addr, &err)) {
		reply_failed(s, &err);
	} else {
		s->breaks[s->n_breaks++] = b;
		reply(s, "OK");
	}
}

void break_clear(struct server *s, struct args *a)
{
	struct stk_error err = { 0 };
	struct breakpoint b;
	size_t i;

	if (!which(s, a, &b))
		return;
	i = find(s, b);
	if (i < s->n_breaks && !shared(s, b) && take_out(s, b.addr, &err)) {
		reply_failed(s, &err);
		return;
	}
	if (i < s->n_breaks)
		s->breaks[i] = s->breaks[--s->n_breaks];
	reply(s, "OK");
}

void breaks_out(struct server *s)
{
	struct stk_error err = { 0 };
	size_t i;

	for (i = 0; i < s->n_breaks && !s->lost; i++)
		if (break_at(s, s->breaks[i].addr) == &s->breaks[i] &&
		    take_out(s, s->breaks[i].addr, &err))
			note_failure(s, &err);
}

/* One that cannot be set again is told, and forgotten. */
void breaks_in(struct server *s)
{
	struct stk_error err = { 0 };
	size_t i, n = 0;

	for (i = 0; i < s->n_breaks && !s->lost; i++) {
		if (put_in(s, s->breaks[i].addr, &err))
			note_failure(s, &err);
		else
			s->breaks[n++] = s->breaks[i];
	}
	s->n_breaks = n;
}

/* A core that runs is halted for it, and goes on: nobody else is told of that. */
void breaks_forget(struct server *s)
{
	struct stk_error err = { 0 };
	struct stk_stop stop = { .reason = STK_STOP_HALTED };
	bool runs = stk_board_running(s->board);

	if (!s->n_breaks || s->lost)
		return;
	if (runs && target_result(s, stk_board_halt(s->board, &stop, &err), &err)) {
		note_failure(s, &err);
		return;
	}
	breaks_out(s);
	s->n_breaks = 0;
	if (runs && stop.reason == STK_STOP_HALTED && !s->lost &&
	    target_result(s, stk_board_resume(s->board, &err), &err))
		note_failure(s, &err);
}
