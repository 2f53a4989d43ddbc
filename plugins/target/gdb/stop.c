/* SPDX-License-Identifier: MIT */
/*
 * Stop replies: "S05", "T05thread:1;", "W00", "X09". Signals say little: why a
 * core stopped is told by where it is, and by the exception it is in.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "gdb.h"

/* GDB manual, "Signals": numbers of GDB's own, not of the host. */
#define SIG_INT		2
#define SIG_ILL		4
#define SIG_TRAP	5
#define SIG_BUS		10
#define SIG_SEGV	11
#define IPSR		0x1ffu
#define DHCSR		0xE000EDF0u
#define C_DEBUGEN	(1u << 0)
#define S_HALT		(1u << 17)

static const char *exception_name(uint32_t ipsr)
{
	static const char *const name[] = {
		[2] = "NMI", [3] = "HardFault", [4] = "MemManage", [5] = "BusFault",
		[6] = "UsageFault",
	};

	return ipsr < sizeof(name) / sizeof(*name) ? name[ipsr] : NULL;
}

static bool is_fault(uint32_t ipsr)
{
	return ipsr >= 3 && ipsr <= 6;
}

static void classify(struct gdb *g, unsigned int sig, bool asked, uint32_t xpsr,
		     struct stk_stop *s)
{
	uint32_t ipsr = xpsr & IPSR;

	s->text[0] = '\0';
	if (gdb_break_at(g, (uint32_t)s->pc)) {
		s->reason = STK_STOP_BREAK;
	} else if (is_fault(ipsr) && !asked) {
		s->reason = STK_STOP_FAULT;
		snprintf(s->text, sizeof(s->text), "the core entered %s",
			 exception_name(ipsr));
	} else if (asked || sig == SIG_INT || !sig) {
		s->reason = STK_STOP_HALTED;
	} else if (sig == SIG_TRAP) {
		s->reason = STK_STOP_BREAK;
		snprintf(s->text, sizeof(s->text), "stopped where no breakpoint was set");
	} else {
		s->reason = STK_STOP_FAULT;
		snprintf(s->text, sizeof(s->text), "%s reports signal %u%s", gdb_who(g),
			 sig,
			 sig == SIG_SEGV || sig == SIG_BUS ? ", a fault"
			 : sig == SIG_ILL		   ? ", an illegal instruction"
							   : "");
	}
}

/* Our own server tells more than a signal: plugins/server/gdb/run.c, put_reason(). */
static bool take_reason(const struct gdb_reply *r, struct stk_stop *s)
{
	static const struct {
		const char *word;
		enum stk_stop_reason reason;
	} known[] = {
		{ ";stoker.stuck:", STK_STOP_STUCK }, { ";stoker.fault:", STK_STOP_FAULT },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		const char *at = strstr(r->bytes, known[i].word);
		uint8_t text[sizeof(s->text)] = { 0 };
		size_t len = at ? strcspn(at += strlen(known[i].word), ";") : 0;

		if (!at || gdb_unhex(at, len, text, sizeof(text) - 1) < 0)
			continue;
		s->reason = known[i].reason;
		gdb_printable(s->text, sizeof(s->text), (const char *)text, len / 2);
		return true;
	}
	return false;
}

static int ended(struct gdb *g, const struct gdb_reply *r, struct stk_error *err)
{
	struct stk_error local = { 0 };

	stk_fail(&local, STK_ORIGIN_TARGET, ENOTCONN, "target-gone",
		 "%s says that the target is gone (%.3s): it lost the chip, or is "
		 "attached "
		 "to none",
		 gdb_who(g), r->bytes);
	return gdb_give_up(g, -ENOTCONN, &local, err);
}

int gdb_stopped(struct gdb *g, const struct gdb_reply *r, bool asked,
		struct stk_stop *ret, struct stk_error *err)
{
	struct stk_stop stop = { .reason = STK_STOP_HALTED };
	bool told;
	uint8_t sig = 0;
	uint32_t pc, xpsr;
	int e;

	if (!gdb_is_stop(r))
		return stk_fail(
			err, STK_ORIGIN_TARGET, EPROTO, "gdb-nonsense",
			"%s says '%.20s' where it should say why the core stopped",
			gdb_who(g), r->bytes);
	gdb_exchange_settled(g->x);
	if (r->bytes[0] == 'W' || r->bytes[0] == 'X')
		return ended(g, r, err);
	g->running = false;
	gdb_forget(g);
	(void)gdb_unhex(r->bytes + 1, 2, &sig, 1);
	told = !asked && take_reason(r, &stop);
	e = gdb_get_pc(g, &pc, &xpsr, err);
	if (e)
		return e;
	stop.pc = pc & ~1u;
	if (!told)
		classify(g, sig, asked, xpsr, &stop);
	g->stop = stop;
	*ret = stop;
	return 0;
}

int gdb_sees_running(struct gdb *g, bool *ret, struct stk_error *err)
{
	uint32_t dhcsr = 0;
	int r = gdb_read32(g, DHCSR, &dhcsr, err);

	if (r && r != -EIO)
		return r;
	*ret = !r && (dhcsr & C_DEBUGEN) && !(dhcsr & S_HALT);
	return 0;
}
