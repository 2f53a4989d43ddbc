/* SPDX-License-Identifier: MIT */
/* Causes that the way a call ended tells. */
#include "core.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "diagnose-priv.h"

#define SYST_CSR	0xE000E010u
#define SYST_ENABLE	(1u << 0)
#define SYST_TICKINT	(1u << 1)
#define DHCSR		0xE000EDF0u
#define C_MASKINTS	(1u << 3)

bool rule_stack_overflow(struct report *r, const struct symptom_case *c)
{
	const struct session *s = c->session;

	if (!s->traces.overflow)
		return false;
	evidence(r, "stack", "more than %" PRIu64 " bytes used, from 0x%08x down",
		 s->layout.stack.len, s->layout.sp);
	return found(r, "stack-overflow",
		     "the loader needs more stack than the host gives; rebuild it with less",
		     "the loader overflowed its stack of %" PRIu64 " bytes",
		     s->layout.stack.len);
}

bool rule_wild_write(struct report *r, const struct symptom_case *c)
{
	const struct session *s = c->session;

	if (!s->traces.wild)
		return false;
	evidence(r, "store", "0x%08" PRIx64 " at PC 0x%08" PRIx64,
		 s->traces.wild_access.addr, s->traces.wild_access.pc);
	return found(r, "wild-write",
		     "the loader corrupts memory that is not its own; do not use it",
		     "the loader wrote to 0x%08" PRIx64
		     ", outside its image, stack and buffer",
		     s->traces.wild_access.addr);
}

/* It waits for a tick: SysTick is on, and its exception was never taken. */
static bool waits_for_tick(const struct symptom_case *c, uint32_t *ret_csr)
{
	const struct session *s = c->session;

	if (c->symptom != SYMPTOM_CALL || !endless_call(&s->last) ||
	    !read32(s->target, SYST_CSR, ret_csr) ||
	    (*ret_csr & (SYST_ENABLE | SYST_TICKINT)) != (SYST_ENABLE | SYST_TICKINT))
		return false;
	/* Where exceptions are seen, one that was taken clears the suspicion. */
	return s->witness.works ? !s->witness.exceptions :
				  s->last.regs.r[STK_REG_PRIMASK] & 1;
}

static bool primask(const struct session *s)
{
	return s->last.regs.r[STK_REG_PRIMASK] & 1;
}

static void tell_tick(struct report *r, const struct session *s, uint32_t csr)
{
	uint32_t dhcsr;

	evidence(r, "SYST_CSR", "0x%08x (ENABLE TICKINT)", csr);
	evidence(r, "PRIMASK", "%u", primask(s));
	if (read32(s->target, DHCSR, &dhcsr))
		evidence(r, "DHCSR.C_MASKINTS", "%u", dhcsr / C_MASKINTS & 1);
}

/*
 * The host holds the tick back, not the loader: "failed to download Segment[0]"
 * since STM32CubeIDE 1.8, which brought a CubeProgrammer that does so.
 */
bool rule_ticks_masked(struct report *r, const struct symptom_case *c)
{
	const struct session *s = c->session;
	const struct stk_host_change *change;
	const struct stk_host_info *whose;
	uint32_t csr, dhcsr = 0;
	bool by_debugger, by_primask;

	if (!waits_for_tick(c, &csr))
		return false;
	by_primask = s->host->primask && primask(s);
	by_debugger = s->host->mask_ints && read32(s->target, DHCSR, &dhcsr) &&
		      (dhcsr & C_MASKINTS) && (s->host->primask || !primask(s));
	if (!by_primask && !by_debugger)
		return false;
	tell_tick(r, s, csr);
	change = host_change_find("no-interrupts", &whose);
	if (change && !strcmp(whose->name, s->host->info.name))
		evidence(r, "host", "%s since %s: %s (%s)", whose->name, change->since,
			 change->summary, change->source);
	if (!r->d.basis)
		r->d.basis = "manual";
	return found(r, "ticks-masked",
		     "build the loader with HAL_InitTick() and HAL_GetTick() that need no "
		     "interrupt (ST community ta-p/49307), or use a host that allows them: "
		     "CubeProgrammer before 2.7.0, STM32CubeIDE before 1.8",
		     "%s waits for a SysTick interrupt, and '%s' runs loaders with interrupts "
		     "masked (%s)", s->last.call.function->name, s->host->info.name,
		     by_debugger ? "C_MASKINTS" : "PRIMASK");
}

bool rule_waits_for_interrupt(struct report *r, const struct symptom_case *c)
{
	const struct session *s = c->session;
	uint32_t csr;

	if (!waits_for_tick(c, &csr))
		return false;
	tell_tick(r, s, csr);
	return found(r, "waits-for-interrupt",
		     "build the loader without HAL ticks, or give HAL_GetTick() a counter of "
		     "its own: programmers run loaders with interrupts masked",
		     "%s waits for a SysTick interrupt that never comes%s",
		     s->last.call.function->name,
		     primask(s) ? ": the loader masks interrupts itself (PRIMASK)" : "");
}

bool rule_endless_poll(struct report *r, const struct symptom_case *c)
{
	const struct outcome *o = &c->session->last;

	if (c->symptom != SYMPTOM_CALL || o->end != STK_END_STUCK ||
	    !strstr(o->stop, "poll"))
		return false;
	return found(r, "endless-poll",
		     "the register never gets the value the loader waits for: wrong chip, wrong "
		     "pins, or a missing time-out in the loader",
		     "%s never returns: %s", o->call.function->name, o->stop);
}

bool rule_never_returns(struct report *r, const struct symptom_case *c)
{
	const struct outcome *o = &c->session->last;

	if (c->symptom != SYMPTOM_CALL || !endless_call(o))
		return false;
	return found(r, "never-returns",
		     "the loader hangs at the PC shown; try another build of it",
		     "%s did not return within %.0f ms; it was at PC 0x%08x",
		     o->call.function->name, (double)o->budget_ns / 1e6,
		     o->regs.r[STK_REG_PC]);
}

bool rule_fault(struct report *r, const struct symptom_case *c)
{
	const struct outcome *o = &c->session->last;

	if (c->symptom != SYMPTOM_CALL || o->end != STK_END_FAULT)
		return false;
	return found(r, "fault", "the loader is for another chip, or broken",
		     "%s ended in a fault at PC 0x%08x%s%s", o->call.function->name,
		     o->regs.r[STK_REG_PC], o->stop[0] ? ": " : "", o->stop);
}

bool rule_lost(struct report *r, const struct symptom_case *c)
{
	const struct outcome *o = &c->session->last;

	if (c->symptom != SYMPTOM_CALL || o->end != STK_END_LOST)
		return false;
	return found(r, "target-reset",
		     "look for a watchdog, a brown-out or an option reload",
		     "the chip was reset while %s ran%s%s", o->call.function->name,
		     o->stop[0] ? ": " : "", o->stop);
}
