/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * poll.c - exact fast-forward of loops that wait
 *
 * When the core is back at an address with the same registers, and neither
 * memory nor a peripheral changed in between, then everything up to the next
 * event repeats: whole turns are skipped, and no bit of the result differs
 * from executing them. Without a next event the loop can never end.
 *
 * A second read of the same register with the same value from the same
 * address arms the check at once; loops that read nothing are found by
 * Brent's method: an anchor that is moved forward with growing lifetime.
 */
#include <stdio.h>
#include <string.h>

#include "priv.h"

#define FIRST_LIFETIME	4096

void poll_reset(struct emu *emu)
{
	struct emu_poll *p = &emu->poll;

	p->armed = false;
	p->stuck = false;
	p->last_pc = 1;		/* no instruction is there */
	p->lifetime = FIRST_LIFETIME;
	p->check_at = p->enabled ? emu->clock.cycles + p->lifetime : EMU_NEVER;
	cpu_update_hot(emu);
}

static void arm(struct emu *emu, uint32_t pc, uint64_t cycle, bool by_read)
{
	struct emu_poll *p = &emu->poll;

	p->armed = true;
	p->by_read = by_read;
	p->pc = pc;
	p->cycle = cycle;
	p->number = timing_number(emu) - (by_read ? 1 : 0);
	p->changes = emu->changes;
	cpu_get_context(emu, &p->context);
	p->after_load = by_read ? emu->timing.after_load : timing_after_load(emu);
	p->check_at = cycle + p->lifetime;
	p->looks_left = p->lifetime / 64;
	cpu_update_hot(emu);
}

void poll_read(struct emu *emu, uint32_t addr, uint32_t value)
{
	struct emu_poll *p = &emu->poll;
	uint32_t pc = emu->cpu.pc;

	if (!p->enabled)
		return;
	if (p->last_pc == pc && p->last_addr == addr && p->last_value == value &&
	    p->last_changes == emu->changes) {
		if ((!p->armed || !p->by_read || p->changes != emu->changes) &&
		    emu->clock.cycles >= p->rearm_at)
			arm(emu, pc, timing_began(emu), true);
		return;
	}
	p->last_pc = pc;
	p->last_addr = addr;
	p->last_value = value;
	p->last_changes = emu->changes;
}

void poll_arm(struct emu *emu, uint32_t pc)
{
	struct emu_poll *p = &emu->poll;

	if (p->changes == emu->changes && p->lifetime < UINT32_MAX)
		p->lifetime *= 2;
	else
		p->lifetime = FIRST_LIFETIME;
	arm(emu, pc, emu->clock.cycles, false);
}

static void disarm(struct emu *emu)
{
	struct emu_poll *p = &emu->poll;

	p->armed = false;
	p->check_at = emu->clock.cycles + p->lifetime;
	cpu_update_hot(emu);
}

/* A loop that counts its turns: looking each time costs more than it gives. */
static void miss(struct emu *emu)
{
	struct emu_poll *p = &emu->poll;

	if (!p->by_read) {
		/* The next anchor, at check_at, lives longer. */
		if (!p->looks_left--) {
			p->armed = false;
			cpu_update_hot(emu);
		}
		return;
	}
	p->rearm_at = emu->clock.cycles + p->misses * 512;
	if (p->misses < 64)
		p->misses++;
	disarm(emu);
}

/* The registers are what they were at the anchor. */
static bool same_context(struct emu *emu)
{
	struct emu_poll *p = &emu->poll;
	struct emu_context context;
	unsigned int i;

	/* A counter that differed last time differs again: no need to look further. */
	if (p->differs < STK_REG_COUNT &&
	    cpu_reg(emu, p->differs) != p->context.r[p->differs])
		return false;
	/* Else the turns would not be of the same length. */
	if (timing_after_load(emu) != p->after_load)
		return false;
	cpu_get_context(emu, &context);
	if (!memcmp(&context, &p->context, sizeof(context)))
		return true;
	for (i = 0; i < STK_REG_COUNT && context.r[i] == p->context.r[i]; i++)
		;
	p->differs = i;
	return false;
}

bool poll_check(struct emu *emu)
{
	struct emu_poll *p = &emu->poll;
	uint64_t now = emu->clock.cycles, period = now - p->cycle, end = emu->clock.next;

	if (!period)
		return false;
	if (p->changes != emu->changes) {
		disarm(emu);
		return false;
	}
	if (!same_context(emu)) {
		miss(emu);
		return false;
	}
	p->misses = 0;
	if (end == EMU_NEVER) {
		p->stuck = true;
		p->stuck_turn = timing_number(emu) - p->number;
		return true;
	}
	if (end > emu->cpu.deadline)
		end = emu->cpu.deadline;
	if (end > now) {
		p->forwarded += (end - now) / period;
		clock_skip_to(emu, now + (end - now) / period * period);
	}
	disarm(emu);
	return false;
}

void poll_text(struct emu *emu, char *buf, size_t len)
{
	struct emu_poll *p = &emu->poll;
	const struct stk_peripheral *per = stk_chip_peripheral_at(emu->chip, p->last_addr);
	const char *reg = "";
	size_t i;

	if (p->last_changes != emu->changes || p->last_pc == 1) {
		snprintf(buf, len,
			 "the loop of %llu instructions at PC 0x%08x can never end",
			 (unsigned long long)p->stuck_turn, p->pc);
		return;
	}
	for (i = 0; per && i < per->n_registers; i++)
		if (per->base + per->registers[i].offset == (p->last_addr & ~3u))
			reg = per->registers[i].name;
	snprintf(buf, len, "poll of %s%s%s (0x%08x) = 0x%08x at PC 0x%08x can never end",
		 per ? per->name : "memory", *reg ? "_" : "", reg, p->last_addr,
		 p->last_value, p->last_pc);
}
