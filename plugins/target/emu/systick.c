/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * systick.c - the system timer (ARMv7-M ARM B3.3)
 *
 * Nothing ticks: the cycle of the next wrap is known, an event waits there,
 * and the current value is computed when somebody reads it. A wrap that would
 * change nothing has no event: the flag is up, and the exception is pending
 * already, because it is masked. So a loop that waits for it is seen to be
 * endless at once.
 */
#include "priv.h"

#define CSR		0xe000e010u
#define RVR		0xe000e014u
#define CVR		0xe000e018u

#define ENABLE		(1u << 0)
#define TICKINT		(1u << 1)
#define CLKSOURCE	(1u << 2)
#define COUNTFLAG	(1u << 16)

/* STM32: the external reference is HCLK / 8 (PM0214 4.5). */
static unsigned int divider(const struct emu_scs *s)
{
	return s->syst_csr & CLKSOURCE ? 1 : 8;
}

static bool counts(const struct emu_scs *s)
{
	return (s->syst_csr & ENABLE) && s->syst_rvr;
}

/* The wraps that nobody looked at. */
static void catch_up(struct emu *emu)
{
	struct emu_scs *s = &emu->scs;
	uint64_t turn = (uint64_t)(s->syst_rvr + 1) * divider(s);

	if (counts(s) && s->syst_zero <= emu->clock.cycles)
		s->syst_zero += ((emu->clock.cycles - s->syst_zero) / turn + 1) * turn;
}

static bool wrap_matters(const struct emu *emu)
{
	const struct emu_scs *s = &emu->scs;

	return !s->countflag ||
	       ((s->syst_csr & TICKINT) && !nvic_is_pending(emu, EXC_SYSTICK));
}

static void plan_event(struct emu *emu)
{
	struct emu_scs *s = &emu->scs;

	if (counts(s) && wrap_matters(emu))
		emu_schedule(emu, &s->syst_event, clock_ns_of(emu, s->syst_zero));
	else
		emu_cancel(emu, &s->syst_event);
}

static void wrap(void *data)
{
	struct emu *emu = data;
	struct emu_scs *s = &emu->scs;

	if (emu->clock.cycles < s->syst_zero) {
		plan_event(emu);
		return;
	}
	s->countflag = true;
	if (s->syst_csr & TICKINT)
		nvic_pend(emu, EXC_SYSTICK, true);
	catch_up(emu);
	plan_event(emu);
}

static uint32_t current(struct emu *emu)
{
	const struct emu_scs *s = &emu->scs;
	uint64_t left;

	if (!counts(s))
		return s->syst_value;
	catch_up(emu);
	left = s->syst_zero > emu->clock.cycles ? s->syst_zero - emu->clock.cycles : 0;
	return (uint32_t)(left / divider(s)) % (s->syst_rvr + 1);
}

/* Start from @value, which reaches 0 after so many ticks; 0 means a reload first. */
static void start(struct emu *emu, uint32_t value)
{
	struct emu_scs *s = &emu->scs;
	uint64_t ticks = value ? value : (uint64_t)s->syst_rvr + 1;

	s->syst_value = value;
	s->syst_zero = emu->clock.cycles + ticks * divider(s);
	plan_event(emu);
}

void systick_clock_changed(struct emu *emu)
{
	plan_event(emu);
}

void systick_taken(struct emu *emu)
{
	catch_up(emu);
	plan_event(emu);
}

uint32_t systick_read(struct emu *emu, uint32_t addr, bool debug)
{
	struct emu_scs *s = &emu->scs;
	uint32_t value;

	switch (addr) {
	case CSR:
		value = s->syst_csr | (s->countflag ? COUNTFLAG : 0);
		if (s->countflag && !debug) {
			s->countflag = false;
			emu_changed(emu);
			catch_up(emu);
			plan_event(emu);
		}
		return value;
	case RVR:
		return s->syst_rvr;
	case CVR:
		if (counts(s))
			emu_changed(emu);
		return current(emu);
	default:
		return 0;
	}
}

void systick_write(struct emu *emu, uint32_t addr, uint32_t value)
{
	struct emu_scs *s = &emu->scs;
	uint32_t now = current(emu);

	switch (addr) {
	case CSR:
		s->syst_csr = value & (ENABLE | TICKINT | CLKSOURCE);
		start(emu, now);
		break;
	case RVR:
		s->syst_rvr = value & 0xffffff;
		if (!counts(s) || now == 0)
			start(emu, now);
		break;
	case CVR:
		s->countflag = false;
		start(emu, 0);
		break;
	}
}

void systick_reset(struct emu *emu)
{
	emu->scs.syst_event.fire = wrap;
	emu->scs.syst_event.data = emu;
}
