/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attention.c - what the hook before each instruction looks at, and when
 *
 * Most instructions pass with two comparisons: the cycle of the next thing
 * that can happen, and a filter of addresses where something may be.
 */
#include "priv.h"

/* Cycles after which a wake() is noticed at the latest. */
#define WAKE_CYCLES	1000000u

void cpu_update_limit(struct emu *emu)
{
	struct emu_cpu *cpu = &emu->cpu;

	cpu->limit = cpu->deadline < emu->clock.next ? cpu->deadline : emu->clock.next;
	if (emu->poll.check_at < cpu->limit)
		cpu->limit = emu->poll.check_at;
	if (cpu->limit > emu->clock.cycles + WAKE_CYCLES)
		cpu->limit = emu->clock.cycles + WAKE_CYCLES;
	if (emu->scs.masked)
		cpu->limit = 0;
}

void cpu_attention(struct emu *emu)
{
	emu->cpu.limit = 0;
	emu->cpu.sensitive = true;
}

void cpu_update_hot(struct emu *emu)
{
	struct emu_cpu *cpu = &emu->cpu;
	unsigned int i;

	cpu->hot = emu->poll.armed ? cpu_hot_bit(emu->poll.pc) : 0;
	for (i = 0; i < cpu->n_breaks; i++)
		cpu->hot |= cpu_hot_bit(cpu->breaks[i]);
}

bool cpu_at_breakpoint(const struct emu *emu, uint32_t pc)
{
	const struct emu_cpu *cpu = &emu->cpu;
	unsigned int i;

	for (i = 0; i < cpu->n_breaks; i++)
		if (cpu->breaks[i] == pc)
			return !(cpu->at_break && cpu->skip_break == pc);
	return false;
}

/* CPS or MSR: PRIMASK, BASEPRI or FAULTMASK may be another one after it. */
static bool changes_masks(uint16_t op)
{
	return (op & 0xffe8) == 0xb660 || (op & 0xffe0) == 0xf380;
}

/* May an exception be taken before this instruction? */
static bool exception_due(struct emu *emu, uint32_t pc)
{
	bool look = emu->cpu.sensitive;

	emu->cpu.sensitive = emu->scs.masked && changes_masks(bus_opcode(emu, pc));
	return look && nvic_next(emu);
}

bool cpu_look_closer(struct emu *emu, uint32_t pc)
{
	struct emu_cpu *cpu = &emu->cpu;

	if (emu->clock.cycles >= emu->clock.next)
		clock_fire(emu);
	if (emu->reset_pending || emu->wake || emu->clock.cycles >= cpu->deadline)
		return true;
	if (exception_due(emu, pc) || cpu_at_breakpoint(emu, pc))
		return true;
	cpu->at_break = false;
	if (emu->poll.armed && emu->poll.pc == pc) {
		if (poll_check(emu))
			return true;
		/* Time may have passed: the same questions again. */
		if (emu->clock.cycles >= cpu->deadline)
			return true;
	}
	if (emu->clock.cycles >= emu->clock.next)
		return cpu_look_closer(emu, pc);
	if (emu->clock.cycles >= emu->poll.check_at)
		poll_arm(emu, pc);
	cpu_update_limit(emu);
	return false;
}
