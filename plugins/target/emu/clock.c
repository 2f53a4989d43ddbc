/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clock.c - virtual time
 *
 * Core cycles are the master: one per instruction and what timing.c adds, more
 * while the core is stalled, asleep or fast-forwarded. Nanoseconds follow from the core clock,
 * exactly, so that the same program takes the same time on any machine.
 */
#include "priv.h"

#define NS	1000000000ull

static void rebase(struct emu_clock *c)
{
	uint64_t seconds = (c->cycles - c->base_cycles) / c->hz;

	c->base_cycles += seconds * c->hz;
	c->base_ns += seconds * NS;
}

void clock_init(struct emu *emu, uint32_t hz)
{
	emu->clock.hz = hz;
	emu->clock.next = EMU_NEVER;
}

uint64_t clock_ns_of(const struct emu *emu, uint64_t cycle)
{
	const struct emu_clock *c = &emu->clock;
	uint64_t cycles = cycle - c->base_cycles;

	return c->base_ns + cycles / c->hz * NS + cycles % c->hz * NS / c->hz;
}

uint64_t emu_now(const struct emu *emu)
{
	return clock_ns_of(emu, emu->clock.cycles);
}

uint64_t clock_cycle_at(const struct emu *emu, uint64_t when)
{
	const struct emu_clock *c = &emu->clock;
	uint64_t ns, seconds;

	if (when <= c->base_ns)
		return c->base_cycles;
	ns = when - c->base_ns;
	seconds = ns / NS;
	if (seconds > (EMU_NEVER - c->base_cycles) / c->hz - 1)
		return EMU_NEVER;
	return c->base_cycles + seconds * c->hz + (ns % NS * c->hz + NS - 1) / NS;
}

uint32_t emu_clock(const struct emu *emu)
{
	return emu->clock.hz;
}

static void update_next(struct emu *emu)
{
	struct emu_clock *c = &emu->clock;

	c->next = c->events ? clock_cycle_at(emu, c->events->when) : EMU_NEVER;
	cpu_attention(emu);
}

void emu_set_clock(struct emu *emu, uint32_t hz)
{
	struct emu_clock *c = &emu->clock;
	uint64_t deadline = emu->cpu.deadline;

	if (!hz || hz == c->hz)
		return;
	/* wait() promised nanoseconds, not cycles. */
	if (deadline > c->cycles && deadline != EMU_NEVER)
		deadline = clock_ns_of(emu, deadline);
	else
		deadline = 0;
	c->base_ns = emu_now(emu);
	c->base_cycles = c->cycles;
	c->hz = hz;
	if (deadline)
		emu->cpu.deadline = clock_cycle_at(emu, deadline);
	systick_clock_changed(emu);
	update_next(emu);
}

static void unlink_event(struct emu_clock *c, struct emu_event *ev)
{
	struct emu_event **p = &c->events;

	while (*p && *p != ev)
		p = &(*p)->next;
	if (*p)
		*p = ev->next;
	ev->next = NULL;
}

void emu_schedule(struct emu *emu, struct emu_event *ev, uint64_t when)
{
	struct emu_clock *c = &emu->clock;
	struct emu_event **p = &c->events;

	if (ev->when)
		unlink_event(c, ev);
	ev->when = when ? when : 1;
	while (*p && (*p)->when <= ev->when)
		p = &(*p)->next;
	ev->next = *p;
	*p = ev;
	update_next(emu);
}

void emu_cancel(struct emu *emu, struct emu_event *ev)
{
	if (!ev->when)
		return;
	unlink_event(&emu->clock, ev);
	ev->when = 0;
	update_next(emu);
}

void clock_fire(struct emu *emu)
{
	struct emu_clock *c = &emu->clock;

	while (c->events && c->cycles >= c->next) {
		struct emu_event *ev = c->events;

		c->events = ev->next;
		ev->next = NULL;
		ev->when = 0;
		update_next(emu);
		emu->changes++;
		c->fired++;
		ev->fire(ev->data);
	}
	rebase(c);
}

void clock_skip_to(struct emu *emu, uint64_t cycle)
{
	struct emu_clock *c = &emu->clock;

	if (cycle <= c->cycles)
		return;
	c->skipped += cycle - c->cycles;
	c->cycles = cycle;
}

void emu_stall_until(struct emu *emu, uint64_t when)
{
	uint64_t end = clock_cycle_at(emu, when);

	while (emu->clock.events && emu->clock.next <= end) {
		clock_skip_to(emu, emu->clock.next);
		clock_fire(emu);
	}
	clock_skip_to(emu, end);
	cpu_attention(emu);
}
