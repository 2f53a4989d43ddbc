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
		  "bus fault: %s 0x%08x at PC 0x%08x: %s", write ? "store to" : "load from",
		  (uint32_t)addr, emu->cpu.pc, why);
	cpu_stop_at_fault(emu);
}

void emu_system_reset(struct emu *emu, const char *why)
{
	emu->reset_pending = true;
	snprintf(emu->reset_why, sizeof(emu->reset_why), "%s", why);
	cpu_attention(emu);
}
