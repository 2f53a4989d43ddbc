/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * faults.c - what the core may not do
 *
 * A fault stops the run at the instruction that caused it, with the fault
 * registers filled as for a HardFault that escalated: what a host sees that
 * has vector catch on HardFault set (DEMCR.VC_HARDERR). No frame is pushed
 * and no fault handler of the loader runs.
 */
#include <stdarg.h>
#include <stdio.h>

#include "priv.h"

void emu_fault(struct emu *emu, uint32_t cfsr, uint32_t pc, const char *fmt, ...)
{
	struct emu_fault *f = &emu->fault;
	va_list args;

	if (f->pending)
		return;
	f->pending = true;
	f->pc = pc;
	emu->scs.cfsr |= cfsr;
	emu->scs.hfsr |= HFSR_FORCED;
	va_start(args, fmt);
	vsnprintf(f->text, sizeof(f->text), fmt, args);
	va_end(args);
}

void emu_bus_fault(struct emu *emu, uint64_t addr, bool write, const char *why)
{
	struct emu_access *a = &emu->access;

	if (a->debug) {
		if (a->faulted)
			return;
		a->faulted = true;
		a->fault_addr = (uint32_t)addr;
		snprintf(a->why, sizeof(a->why), "%s", why);
		return;
	}
	if (emu->fault.pending)
		return;
	emu->scs.bfar = (uint32_t)addr;
	emu_fault(emu, CFSR_PRECISERR | CFSR_BFARVALID, emu->cpu.pc,
		  "bus fault: %s 0x%08x at PC 0x%08x: %s",
		  write ? "store to" : "load from", (uint32_t)addr, emu->cpu.pc, why);
	cpu_stop_at_fault(emu);
}

void emu_bus_hang(struct emu *emu, uint64_t addr, const char *why)
{
	struct emu_fault *f = &emu->fault;

	if (emu->access.debug) {
		emu_bus_fault(emu, addr, false, why);
		return;
	}
	if (f->pending)
		return;
	f->pending = f->hang = true;
	f->pc = emu->cpu.pc;
	snprintf(f->text, sizeof(f->text),
		 "the access to 0x%08x at PC 0x%08x is never answered: %s", (uint32_t)addr,
		 f->pc, why);
	cpu_stop_at_fault(emu);
}

/*
 * Which unaligned accesses fault: on ARMv6-M all, on ARMv7-M those of LDRD,
 * STRD, LDM, STM, PUSH, POP, LDREX, STREX and the like (ARMv7-M ARM A3.2.1),
 * and any to a peripheral, which Unicorn would split.
 */
static bool may_be_unaligned(struct emu *emu, uint32_t addr)
{
	uint16_t op = bus_opcode(emu, emu->cpu.pc);

	if (emu->cpu.v6m || (emu->scs.ccr & CCR_UNALIGN_TRP))
		return false;
	if ((addr >= 0x40000000 && addr < 0x60000000) || addr >= 0xa0000000)
		return false;
	if (emu->cpu.size == 2)
		return (op & 0xf000) != 0xc000 && (op & 0xf600) != 0xb400;
	/* 1110 100x: LDM, STM, LDRD, STRD, exclusives; 1110 110x: VLDR, VLDM. */
	return (op & 0xfe00) != 0xe800 && (op & 0xfe00) != 0xec00;
}

void fault_unaligned(struct emu *emu, uint32_t addr, const char *what)
{
	if (emu->fault.pending || may_be_unaligned(emu, addr))
		return;
	emu_fault(emu, CFSR_UNALIGNED, emu->cpu.pc,
		  "unaligned %s 0x%08x at PC 0x%08x: this "
		  "instruction or place needs an aligned address",
		  what, addr, emu->cpu.pc);
	cpu_stop_at_fault(emu);
}

/* Coprocessors 10 and 11: floating point (ARMv7-M ARM A6, 1110 11xx 1111 11xx). */
static bool is_fp(uint16_t first, uint16_t second)
{
	return (first & 0xec00) == 0xec00 && (second & 0x0e00) == 0x0a00;
}

/* Unicorn does not look at CPACR. */
bool fault_fp_off(struct emu *emu, uint32_t pc)
{
	if (!is_fp(bus_opcode(emu, pc), bus_opcode(emu, pc + 2)))
		return false;
	emu_fault(emu, CFSR_NOCP, pc,
		  "floating-point instruction at PC 0x%08x while CPACR keeps the FPU off",
		  pc);
	cpu_stop_at_fault(emu);
	return true;
}

void emu_system_reset(struct emu *emu, const char *why)
{
	emu->reset_pending = true;
	snprintf(emu->reset_why, sizeof(emu->reset_why), "%s", why);
	cpu_attention(emu);
}
