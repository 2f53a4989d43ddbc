/* SPDX-License-Identifier: MIT */
/* run.c - continue, step, interrupt, detach, kill; and what a stop is told as */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "server.h"

/* As GDB numbers signals (include/gdb/signals.def). */
enum { SIGNAL_INT = 2, SIGNAL_KILL = 9, SIGNAL_TRAP = 5, SIGNAL_SEGV = 11 };

/* ---- stop replies ---- */

static unsigned int signal_of(const struct server *s, const struct stk_stop *stop)
{
	switch (stop->reason) {
	case STK_STOP_FAULT:
		return SIGNAL_SEGV;
	case STK_STOP_HALTED:
		return s->client.interrupted ? SIGNAL_INT : SIGNAL_TRAP;
	case STK_STOP_LOST:
		return SIGNAL_KILL;
	default:
		return SIGNAL_TRAP;
	}
}

/* SP, LR and PC go along: a debugger asks for them next. */
static void put_registers(struct server *s, struct gdb_buf *out)
{
	struct stk_regs regs = { .valid = 0 };
	struct stk_error err = { 0 };
	unsigned int i;

	if (target_result(s, s->ops->get_regs(s->target, &regs, &err), &err))
		return;
	for (i = STK_REG_SP; i <= STK_REG_PC; i++)
		if (regs.valid >> i & 1)
			gdb_buf_printf(out, "%02x:%08x;", i, __builtin_bswap32(regs.r[i]));
}

/*
 * Why the core stopped, where a signal cannot say it: for our own client, and
 * who does not know the word passes over it (GDB's manual, "Stop Reply Packets").
 */
static void put_reason(const struct stk_stop *stop, struct gdb_buf *out)
{
	const char *word = stop->reason == STK_STOP_STUCK ? "stuck" :
			   stop->reason == STK_STOP_FAULT ? "fault" : NULL;

	if (!word)
		return;
	gdb_buf_printf(out, "stoker.%s:", word);
	gdb_buf_hex(out, stop->text, strlen(stop->text));
	gdb_buf_printf(out, ";");
}

static void reply_stop(struct server *s, const struct stk_stop *stop)
{
	const struct breakpoint *b = stop && stop->reason == STK_STOP_BREAK ?
					     break_at(s, stop->pc & ~1ull) : NULL;
	struct gdb_buf out = { 0 };

	if (stop && stop->reason == STK_STOP_LOST) {
		reply(s, "X09");
		return;
	}
	gdb_buf_printf(&out, "T%02x", s->signal);
	if (b && b->hardware && s->client.hwbreak)
		gdb_buf_printf(&out, "hwbreak:;");
	if (b && !b->hardware && s->client.swbreak)
		gdb_buf_printf(&out, "swbreak:;");
	gdb_buf_printf(&out, "thread:1;");
	put_registers(s, &out);
	if (stop)
		put_reason(stop, &out);
	reply_bytes(s, out.bytes ? out.bytes : "", out.len);
	gdb_buf_free(&out);
}

/* The function that was staged came back: what it returned. */
static void tell_return(struct server *s)
{
	struct stk_regs regs = { .valid = 0 };
	struct stk_error err = { 0 };

	if (target_result(s, s->ops->get_regs(s->target, &regs, &err), &err))
		note_failure(s, &err);
	else
		untold(s, "%s returned %u (0x%08x)\n", s->staged, regs.r[STK_REG_R0],
		       regs.r[STK_REG_R0]);
	s->staged[0] = '\0';
}

/* By running into it, or by a step. */
static bool at_trap(const struct server *s, const struct stk_stop *stop)
{
	return s->staged[0] && (stop->pc & ~1ull) == s->trap &&
	       (stop->reason == STK_STOP_BREAK || stop->reason == STK_STOP_HALTED);
}

/* What a person should know that the number of a signal does not tell. */
static void note_stop(struct server *s, const struct stk_stop *stop)
{
	struct stk_error err = { 0 };

	if (at_trap(s, stop)) {
		tell_return(s);
		return;
	}
	if (stop->reason == STK_STOP_RESET)
		s->staged[0] = '\0';
	if (stop->reason == STK_STOP_BREAK || !stop->text[0])
		return;
	snprintf(err.msg, sizeof(err.msg), "%s", stop->text);
	note_failure(s, &err);
}

void run_stopped(struct server *s, const struct stk_stop *stop)
{
	note_stop(s, stop);
	s->signal = signal_of(s, stop);
	s->client.interrupted = false;
	if (s->client.fd < 0 || !s->client.waiting)
		return;
	tell(s);
	reply_stop(s, stop);
	s->client.waiting = false;
}

int run_halt(struct server *s, struct stk_error *err)
{
	struct stk_stop stop;
	int r;

	if (!stk_board_running(s->board))
		return 0;
	r = target_result(s, stk_board_halt(s->board, &stop, err), err);
	if (!r)
		run_stopped(s, &stop);
	return r;
}

void run_interrupt(struct server *s)
{
	struct stk_error err = { 0 };

	s->client.interrupted = stk_board_running(s->board);
	if (run_halt(s, &err))
		note_failure(s, &err);
}

/* ---- requests ---- */

void run_why(struct server *s, struct args *a)
{
	struct stk_error err = { 0 };

	s->client.waiting = false;
	if (run_halt(s, &err))
		reply_failed(s, &err);
	else
		reply_stop(s, NULL);
}

static void go(struct server *s)
{
	struct stk_error err = { 0 };

	if (target_result(s, stk_board_resume(s->board, &err), &err)) {
		reply_failed(s, &err);
		return;
	}
	s->client.waiting = true;
	tell(s);
}

static void step(struct server *s)
{
	struct stk_error err = { 0 };
	struct stk_stop stop = { 0 };

	if (!stk_offers(s->ops, step)) {
		reply(s, "");
		return;
	}
	if (target_result(s, s->ops->step(s->target, &stop, &err), &err)) {
		reply_failed(s, &err);
		return;
	}
	s->client.waiting = true;
	run_stopped(s, &stop);
}

/* "[ADDR]" of c and s; false: it was replied. */
static bool move(struct server *s, struct args *a)
{
	struct stk_regs regs = { .valid = 1u << STK_REG_PC };
	struct stk_error err = { 0 };
	uint64_t pc;

	if (a->at == a->end)
		return true;
	if (!args_number(a, &pc) || a->at != a->end) {
		reply_malformed(s);
		return false;
	}
	regs.r[STK_REG_PC] = (uint32_t)pc;
	if (!target_result(s, s->ops->set_regs(s->target, &regs, &err), &err))
		return true;
	reply_failed(s, &err);
	return false;
}

/* "SIGNAL[;ADDR]": a core takes no signals. */
static bool pass_signal(struct server *s, struct args *a)
{
	uint64_t number;

	if (args_number(a, &number) && (a->at == a->end || args_char(a, ';')))
		return true;
	reply_malformed(s);
	return false;
}

void run_continue(struct server *s, struct args *a)
{
	if (move(s, a))
		go(s);
}

void run_continue_signal(struct server *s, struct args *a)
{
	if (pass_signal(s, a))
		run_continue(s, a);
}

void run_step(struct server *s, struct args *a)
{
	if (move(s, a))
		step(s);
}

void run_step_signal(struct server *s, struct args *a)
{
	if (pass_signal(s, a))
		run_step(s, a);
}

void run_vcont_query(struct server *s, struct args *a)
{
	reply(s, stk_offers(s->ops, step) ? "vCont;c;C;s;S" : "");
}

/* The leftmost action that fits a thread counts, and there is one thread. */
void run_vcont(struct server *s, struct args *a)
{
	char action = a->at < a->end ? *a->at : '\0';

	if (action == 'c' || action == 'C')
		go(s);
	else if (action == 's' || action == 'S')
		step(s);
	else
		reply_malformed(s);
}

/* A staged call has returned: nothing comes after it. */
static bool at_its_end(struct server *s)
{
	struct stk_regs regs = { .valid = 0 };
	struct stk_error err = { 0 };

	return s->trap && !s->staged[0] &&
	       !target_result(s, s->ops->get_regs(s->target, &regs, &err), &err) &&
	       (regs.r[STK_REG_PC] & ~1u) == s->trap;
}

/* The board looks where it stands then, and takes back what it had set for a call. */
static int reset_halted(struct server *s, struct stk_error *err)
{
	struct stk_stop stop;
	int r = target_result(s, s->ops->reset(s->target, err), err);

	return r ? r : target_result(s, stk_board_halt(s->board, &stop, err), err);
}

int run_drop_staged(struct server *s, struct stk_error *err)
{
	const struct proxy *p = &s->proxy;
	int r;

	if (!s->staged[0] || s->lost || stk_board_running(s->board) || p->running ||
	    p->awaiting)
		return 0;
	r = reset_halted(s, err);
	if (r)
		return r;
	stk_board_say(s->board, "%s was to be called and did not return: the chip was reset",
		      s->staged);
	s->staged[0] = '\0';
	return 0;
}

/* The board goes on without the client. */
void run_detach(struct server *s, struct args *a)
{
	struct stk_error err = { 0 };

	s->client.waiting = false;
	breaks_forget(s);
	flash_abandon(s);
	if (run_drop_staged(s, &err) ||
	    (!stk_board_running(s->board) && !at_its_end(s) &&
	     target_result(s, stk_board_resume(s->board, &err), &err)))
		reply_failed(s, &err);
	else
		reply(s, "OK");
}

int run_reset_chip(struct server *s, struct stk_error *err)
{
	int r = run_halt(s, err);

	if (!r)
		r = reset_halted(s, err);
	if (r)
		return r;
	s->staged[0] = '\0';
	flash_abandon(s);
	return 0;
}

static int reset(struct server *s, struct stk_error *err)
{
	int r;

	s->client.waiting = false;
	r = run_reset_chip(s, err);
	if (!r)
		s->signal = SIGNAL_TRAP;
	return r;
}

/* A chip cannot be killed: it is reset, halted, and there for the next client. */
void run_vkill(struct server *s, struct args *a)
{
	struct stk_error err = { 0 };

	if (reset(s, &err))
		reply_failed(s, &err);
	else
		reply(s, "OK");
}

/* k and R have no reply. */
void run_kill(struct server *s, struct args *a)
{
	struct stk_error err = { 0 };

	if (reset(s, &err))
		note_failure(s, &err);
}
