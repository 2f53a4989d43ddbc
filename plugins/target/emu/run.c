/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run.c - from resume to stop: exceptions, sleep, faults, and why it stopped
 */
#include <errno.h>
#include <stdio.h>

#include "priv.h"

/* At and above it nothing is mapped: EXC_RETURN is a jump there. */
#define EXC_RETURN	0xf0000000u
/* xPSR: what is left of an IT block. */
#define XPSR_IT		0x0600fc00u

static void restore_at_fault(struct emu *emu)
{
	const struct emu_context *c = &emu->cpu.at_fault;
	unsigned int i;

	for (i = 0; i < STK_REG_PC; i++)
		cpu_set_reg(emu, i, c->r[i]);
	cpu_set_reg(emu, STK_REG_XPSR, c->r[STK_REG_XPSR] & ~XPSR_IT);
	cpu_set_reg(emu, STK_REG_PC, emu->fault.pc);
}

static bool is_hint(struct emu *emu, uint16_t narrow, uint16_t wide)
{
	uint32_t pc = emu->cpu.pc;
	uint16_t op = bus_opcode(emu, pc);

	return op == narrow || (op == 0xf3af && bus_opcode(emu, pc + 2) == wide);
}

/* Execution ended and nobody stopped it: why? */
static void explain_end(struct emu *emu, enum cpu_end end)
{
	uint32_t pc = cpu_reg(emu, STK_REG_PC), last = emu->cpu.pc;
	bool after = pc == last + emu->cpu.size;

	if (after && is_hint(emu, 0xbf30, 0x8003)) {
		emu->cpu.sleeping = true;
	} else if (after && is_hint(emu, 0xbf20, 0x8002)) {
		emu->cpu.sleeping = !emu->cpu.event;
		emu->cpu.event = false;
	} else if (after && is_hint(emu, 0xbf10, 0x8001)) {
		return;		/* YIELD */
	} else if (end == CPU_NO_CODE && stk_chip_memory_at(emu->chip, pc)) {
		emu_fault(emu, CFSR_IBUSERR, pc,
			  "jump to 0x%08x from 0x%08x: a virtual chip runs code in RAM only",
			  pc, last);
	} else if (end == CPU_NO_CODE) {
		emu_fault(emu, CFSR_IBUSERR, pc,
			  "jump to 0x%08x, where no code can be, from 0x%08x", pc, last);
	} else if (!(cpu_reg(emu, STK_REG_XPSR) & 1u << 24)) {
		emu_fault(emu, CFSR_INVSTATE, pc,
			  "jump to the even address 0x%08x from 0x%08x", pc, last);
	} else {
		emu_fault(emu, CFSR_UNDEFINSTR, pc,
			  "undefined instruction 0x%04x at 0x%08x", bus_opcode(emu, pc),
			  pc);
	}
}

static void fill_stop(struct emu *emu, struct stk_stop *ret, enum stk_stop_reason reason,
		      const char *text)
{
	ret->reason = reason;
	ret->pc = cpu_reg(emu, STK_REG_PC);
	snprintf(ret->text, sizeof(ret->text), "%s", text);
}

/* BKPT, SVC, EXC_RETURN, and jumps to nowhere. True: *ret is filled. */
static bool handle_interrupt(struct emu *emu, struct stk_stop *ret)
{
	uint32_t pc = cpu_reg(emu, STK_REG_PC);

	switch (emu->cpu.interrupt) {
	case 2:
		nvic_pend(emu, EXC_SVCALL, true);
		if (nvic_next(emu) != EXC_SVCALL)
			emu_fault(emu, 0, emu->cpu.pc, "SVC at 0x%08x while it is masked",
				  emu->cpu.pc);
		return false;
	case 3:
		if (pc >= EXC_RETURN && emu->scs.depth)
			exception_return(emu, pc | 1);
		else
			emu_fault(emu, CFSR_IBUSERR, pc,
				  "jump to 0x%08x, where nothing is, from 0x%08x",
				  pc, emu->cpu.pc);
		return false;
	case 7:
		fill_stop(emu, ret, STK_STOP_BREAK, "BKPT");
		return true;
	default:
		emu_fault(emu, CFSR_UNDEFINSTR, emu->cpu.pc,
			  "the instruction 0x%04x at 0x%08x "
			  "is not possible (exception %d)",
			  bus_opcode(emu, emu->cpu.pc), emu->cpu.pc, emu->cpu.interrupt);
		return false;
	}
}

/* True: *ret is filled. */
static bool doze(struct emu *emu, struct stk_stop *ret)
{
	struct emu_cpu *cpu = &emu->cpu;

	if (nvic_pending(emu, true)) {
		cpu->sleeping = false;
		return false;
	}
	if (emu->clock.next == EMU_NEVER) {
		fill_stop(emu, ret, STK_STOP_STUCK,
			  "WFI or WFE, and no interrupt can ever come");
		return true;
	}
	clock_skip_to(emu,
		      emu->clock.next < cpu->deadline ? emu->clock.next : cpu->deadline);
	clock_fire(emu);
	return false;
}

/* True: *ret is filled. */
static bool execute(struct emu *emu, struct stk_stop *ret)
{
	enum cpu_end end;

	cpu_update_limit(emu);
	emu->cpu.sensitive = true;
	end = cpu_execute(emu);
	if (emu->fault.pending)
		restore_at_fault(emu);
	else if (end == CPU_INTERRUPT)
		return handle_interrupt(emu, ret);
	else if (end != CPU_STOPPED)
		explain_end(emu, end);
	return false;
}

/* Why the core may not go on; true: *ret is filled. */
static bool must_stop(struct emu *emu, struct stk_stop *ret)
{
	char text[160];

	if (emu->fault.pending) {
		fill_stop(emu, ret, emu->fault.hang ? STK_STOP_STUCK : STK_STOP_FAULT,
			  emu->fault.text);
		emu->fault.pending = emu->fault.hang = false;
		ret->pc = emu->fault.pc;
		return true;
	}
	if (emu->reset_pending) {
		snprintf(text, sizeof(text), "the chip was reset: %s", emu->reset_why);
		emu_chip_reset(emu, false);
		fill_stop(emu, ret, STK_STOP_RESET, text);
		return true;
	}
	if (emu->poll.stuck) {
		poll_text(emu, text, sizeof(text));
		poll_reset(emu);
		fill_stop(emu, ret, STK_STOP_STUCK, text);
		return true;
	}
	if (emu->wake) {
		emu->wake = 0;
		fill_stop(emu, ret, STK_STOP_HALTED, "");
		return true;
	}
	return false;
}

static bool stop_at_breakpoint(struct emu *emu, struct stk_stop *ret)
{
	uint32_t pc = cpu_reg(emu, STK_REG_PC);

	if (!cpu_at_breakpoint(emu, pc))
		return false;
	emu->cpu.at_break = true;
	emu->cpu.skip_break = pc;
	fill_stop(emu, ret, STK_STOP_BREAK, "");
	return true;
}

int cpu_run(struct emu *emu, uint64_t deadline, struct stk_stop *ret)
{
	struct emu_cpu *cpu = &emu->cpu;
	unsigned int exc;

	cpu->deadline = deadline;
	for (;;) {
		clock_fire(emu);
		if (must_stop(emu, ret))
			return 0;
		exc = nvic_next(emu);
		if (exc) {
			cpu->sleeping = false;
			exception_enter(emu, exc);
			continue;
		}
		if (emu->clock.cycles >= cpu->deadline)
			return -ETIMEDOUT;
		if (cpu->sleeping) {
			if (doze(emu, ret))
				return 0;
			continue;
		}
		if (stop_at_breakpoint(emu, ret))
			return 0;
		if (execute(emu, ret))
			return 0;
	}
}
