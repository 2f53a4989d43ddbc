/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cpu.c - the core, executed by Unicorn; the only file that knows Unicorn
 *
 * A code hook before each instruction counts it, and looks closer where the
 * clock has an event, wait() ends, a breakpoint or a possible loop is, or an
 * exception may be taken. What Unicorn 2.0.1 does, found by experiment:
 *  - UC_MODE_THUMB and then the model; with UC_MODE_MCLASS it is a Cortex-M33.
 *  - uc_emu_stop() from the hook stops before the instruction, but inside an
 *    IT block only after the block: the hook is then called again.
 *  - BKPT is interrupt 7, SVC 2 with PC after it; a jump to where nothing is
 *    mapped (EXC_RETURN) is 3, one to where data is mapped UC_ERR_FETCH_PROT;
 *    UDF, and a jump to an even address with xPSR.T clear, UC_ERR_EXCEPTION;
 *    WFI ends uc_emu_start() with PC after it, WFE and YIELD the same with an
 *    error.
 *  - Memory written from outside keeps its old translation until told so.
 *  - uc_close() loses a bitmap per page that the core both executed and often
 *    wrote, as where code and its data share one, unless its code was forgotten.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "priv.h"

/* Above the PPB nothing is mapped, so that EXC_RETURN is seen as a jump there. */
#define IO_END		0xf0000000u

static const int reg_id[STK_REG_COUNT] = {
	UC_ARM_REG_R0, UC_ARM_REG_R1, UC_ARM_REG_R2, UC_ARM_REG_R3, UC_ARM_REG_R4,
	UC_ARM_REG_R5, UC_ARM_REG_R6, UC_ARM_REG_R7, UC_ARM_REG_R8, UC_ARM_REG_R9,
	UC_ARM_REG_R10, UC_ARM_REG_R11, UC_ARM_REG_R12, UC_ARM_REG_SP, UC_ARM_REG_LR,
	UC_ARM_REG_PC, UC_ARM_REG_XPSR, UC_ARM_REG_PRIMASK, UC_ARM_REG_CONTROL,
};

static uint32_t get(const struct emu *emu, int id)
{
	uint32_t value = 0;

	uc_reg_read(emu->cpu.uc, id, &value);
	return value;
}

static void set(struct emu *emu, int id, uint32_t value)
{
	uc_reg_write(emu->cpu.uc, id, &value);
}

uint32_t cpu_reg(const struct emu *emu, unsigned int reg)
{
	return get(emu, reg_id[reg]);
}

void cpu_set_reg(struct emu *emu, unsigned int reg, uint32_t value)
{
	/* With bit 0 clear Unicorn would leave Thumb state. */
	set(emu, reg_id[reg], reg == STK_REG_PC ? value | 1 : value);
}

uint32_t cpu_basepri(const struct emu *emu)
{
	return emu->cpu.v6m ? 0 : get(emu, UC_ARM_REG_BASEPRI);
}

bool cpu_faultmask(const struct emu *emu)
{
	return emu->cpu.v6m ? false : get(emu, UC_ARM_REG_FAULTMASK) & 1;
}

void cpu_clear_masks(struct emu *emu)
{
	set(emu, UC_ARM_REG_PRIMASK, 0);
	set(emu, UC_ARM_REG_CONTROL, 0);
	if (emu->cpu.v6m)
		return;
	set(emu, UC_ARM_REG_BASEPRI, 0);
	set(emu, UC_ARM_REG_FAULTMASK, 0);
}

void cpu_get_fp(const struct emu *emu, struct emu_fp *fp)
{
	int i;

	if (!emu->cpu.has_fp)
		return;
	for (i = 0; i < 16; i++)
		uc_reg_read(emu->cpu.uc, UC_ARM_REG_D0 + i, &fp->d[i]);
	fp->fpscr = get(emu, UC_ARM_REG_FPSCR);
}

void cpu_set_fp(struct emu *emu, const struct emu_fp *fp)
{
	int i;

	if (!emu->cpu.has_fp)
		return;
	for (i = 0; i < 16; i++)
		uc_reg_write(emu->cpu.uc, UC_ARM_REG_D0 + i, &fp->d[i]);
	set(emu, UC_ARM_REG_FPSCR, fp->fpscr);
}

void cpu_get_context(const struct emu *emu, struct emu_context *ctx)
{
	int id[ARRAY_SIZE(ctx->r) + ARRAY_SIZE(ctx->d)], n = 0, i;
	void *to[ARRAY_SIZE(id)];

	memset(ctx, 0, sizeof(*ctx));
	for (i = 0; i < STK_REG_COUNT; i++) {
		id[n] = reg_id[i];
		to[n++] = &ctx->r[i];
	}
	if (!emu->cpu.v6m) {
		id[n] = UC_ARM_REG_BASEPRI;
		to[n++] = &ctx->r[19];
		id[n] = UC_ARM_REG_FAULTMASK;
		to[n++] = &ctx->r[20];
	}
	if (emu->cpu.has_fp) {
		id[n] = UC_ARM_REG_FPSCR;
		to[n++] = &ctx->r[21];
		for (i = 0; i < 16; i++) {
			id[n] = UC_ARM_REG_D0 + i;
			to[n++] = &ctx->d[i];
		}
	}
	uc_reg_read_batch(emu->cpu.uc, id, to, n);
}

/* ---- the hook before each instruction ---- */

static void stop(struct emu *emu)
{
	emu->cpu.stopping = true;
	uc_emu_stop(emu->cpu.uc);
}

static void on_code(uc_engine *uc, uint64_t address, uint32_t size, void *data)
{
	struct emu *emu = data;
	struct emu_cpu *cpu = &emu->cpu;
	uint32_t pc = (uint32_t)address;

	if (pc != cpu->next && !cpu->stopping)
		timing_branch(emu, cpu->size);
	cpu->pc = pc;
	cpu->size = size;
	cpu->next = pc + size;
	if (__builtin_expect(cpu->stopping, 0)) {
		/* In an IT block: the one we wanted to stop at was executed. */
		if (!emu->fault.pending)
			emu->clock.cycles++;
		return;
	}
	if (__builtin_expect(
		    emu->clock.cycles >= cpu->limit || (cpu->hot & cpu_hot_bit(pc)), 0)) {
		if (cpu_look_closer(emu, pc)) {
			stop(emu);
			return;
		}
	}
	if (__builtin_expect(size == 4 && cpu->fp_off, 0) && fault_fp_off(emu, pc))
		return;
	emu->clock.cycles++;
}

/* ---- memory ---- */

static void on_load(uc_engine *uc, uc_mem_type type, uint64_t address, int size,
		    int64_t value, void *data)
{
	timing_access(data, true);
	if (address & (uint64_t)(size - 1))
		fault_unaligned(data, (uint32_t)address, "load from");
}

static void on_store(uc_engine *uc, uc_mem_type type, uint64_t address, int size,
		     int64_t value, void *data)
{
	timing_access(data, false);
	if (address & (uint64_t)(size - 1))
		fault_unaligned(data, (uint32_t)address, "store to");
}

static void on_ram_write(uc_engine *uc, uc_mem_type type, uint64_t address, int size,
			 int64_t value, void *data)
{
	struct emu_ram *ram = data;

	watch_store(ram->emu, (uint32_t)address, (unsigned int)size, (uint64_t)value);
}

static uint64_t on_io_read(uc_engine *uc, uint64_t offset, unsigned int size, void *data)
{
	struct emu_io *io = data;
	struct emu *emu = io->emu;
	uint32_t addr = io->start + (uint32_t)offset;

	if (emu->fault.pending)
		return 0;
	return bus_read(emu, addr, size, false);
}

static void on_io_write(uc_engine *uc, uint64_t offset, unsigned int size, uint64_t value,
			void *data)
{
	struct emu_io *io = data;
	struct emu *emu = io->emu;
	uint32_t addr = io->start + (uint32_t)offset;

	if (!emu->fault.pending)
		bus_write(emu, addr, size, (uint32_t)value, false);
}

static void on_interrupt(uc_engine *uc, uint32_t number, void *data)
{
	struct emu *emu = data;

	emu->cpu.interrupt = (int)number;
	stop(emu);
}

void cpu_forget_code(struct emu *emu, uint32_t start, uint32_t len)
{
	if (len)
		uc_ctl_remove_cache(emu->cpu.uc, start, (uint64_t)start + len);
}

static int uc_fail(struct stk_error *err, const char *what, uc_err e)
{
	return stk_fail(err, STK_ORIGIN_INTERNAL, EIO, "unicorn", "Unicorn cannot %s: %s",
			what, uc_strerror(e));
}

static int map_io(struct emu *emu, uint32_t start, uint64_t end, struct stk_error *err)
{
	struct emu_cpu *cpu = &emu->cpu;
	struct emu_io *io = &cpu->io[cpu->n_io];
	uc_err e;

	if (start >= end)
		return 0;
	cpu->n_io++;
	io->emu = emu;
	io->start = start;
	e = uc_mmio_map(cpu->uc, start, end - start, on_io_read, io, on_io_write, io);
	return e ? uc_fail(err, "map the bus", e) : 0;
}

static int map_ram(struct emu *emu, struct emu_ram *ram, struct stk_error *err)
{
	uc_hook hook;
	uc_err e;

	e = uc_mem_map_ptr(emu->cpu.uc, ram->start, ram->size, UC_PROT_ALL, ram->bytes);
	if (!e)
		e = uc_hook_add(emu->cpu.uc, &hook, UC_HOOK_MEM_WRITE, on_ram_write, ram,
				(uint64_t)ram->start, (uint64_t)ram->start + ram->size - 1);
	return e ? uc_fail(err, "map the RAM", e) : 0;
}

/* RAM as it is, everything between goes to the bus. bus.ram is sorted. */
static int map_all(struct emu *emu, struct stk_error *err)
{
	uint32_t next = 0;
	unsigned int i;
	int r;

	for (i = 0; i < emu->bus.n_ram; i++) {
		struct emu_ram *ram = &emu->bus.ram[i];

		r = map_io(emu, next, ram->start, err);
		if (!r)
			r = map_ram(emu, ram, err);
		if (r)
			return r;
		next = ram->start + ram->size;
	}
	return map_io(emu, next, IO_END, err);
}

static const struct {
	const char *name;
	int model;
	bool fp, v6m;
} core_model[] = {
	{ "cortex-m0", UC_CPU_ARM_CORTEX_M0, false, true },
	{ "cortex-m0+", UC_CPU_ARM_CORTEX_M0, false, true },
	{ "cortex-m3", UC_CPU_ARM_CORTEX_M3, false, false },
	{ "cortex-m4", UC_CPU_ARM_CORTEX_M4, true, false },
	{ "cortex-m7", UC_CPU_ARM_CORTEX_M7, true, false },
	{ "cortex-m33", UC_CPU_ARM_CORTEX_M33, true, false },
};

int cpu_open(struct emu *emu, struct stk_error *err)
{
	struct emu_cpu *cpu = &emu->cpu;
	uc_hook hook;
	size_t i;
	uc_err e;

	for (i = 0; i < ARRAY_SIZE(core_model); i++)
		if (!strcmp(core_model[i].name, emu->chip->core))
			break;
	if (i == ARRAY_SIZE(core_model))
		return stk_fail(err, STK_ORIGIN_TARGET, ENOTSUP, "unknown-core",
				"the core %s of %s cannot be emulated", emu->chip->core,
				emu->chip->name);
	cpu->interrupt = -1;
	cpu->has_fp = core_model[i].fp;
	cpu->v6m = core_model[i].v6m;
	e = uc_open(UC_ARCH_ARM, UC_MODE_THUMB, &cpu->uc);
	if (e)
		return uc_fail(err, "start", e);
	e = uc_ctl_set_cpu_model(cpu->uc, core_model[i].model);
	if (!e)
		e = uc_hook_add(cpu->uc, &hook, UC_HOOK_CODE, on_code, emu, (uint64_t)1,
				(uint64_t)0);
	if (!e)
		e = uc_hook_add(cpu->uc, &hook, UC_HOOK_INTR, on_interrupt, emu,
				(uint64_t)1, (uint64_t)0);
	if (!e)
		e = uc_hook_add(cpu->uc, &hook, UC_HOOK_MEM_READ, on_load, emu,
				(uint64_t)1, (uint64_t)0);
	if (!e)
		e = uc_hook_add(cpu->uc, &hook, UC_HOOK_MEM_WRITE, on_store, emu,
				(uint64_t)1, (uint64_t)0);
	if (e)
		return uc_fail(err, "be set up", e);
	return map_all(emu, err);
}

void cpu_close(struct emu *emu)
{
	unsigned int i;

	if (!emu->cpu.uc)
		return;
	for (i = 0; i < emu->bus.n_ram; i++)
		cpu_forget_code(emu, emu->bus.ram[i].start, emu->bus.ram[i].size);
	uc_close(emu->cpu.uc);
	emu->cpu.uc = NULL;
}

/* ---- running ---- */

void cpu_stop_at_fault(struct emu *emu)
{
	/* In an IT block more instructions run: keep what a fault must keep. */
	cpu_get_context(emu, &emu->cpu.at_fault);
	stop(emu);
}

enum cpu_end cpu_execute(struct emu *emu)
{
	struct emu_cpu *cpu = &emu->cpu;
	bool stopped;
	uc_err e;

	cpu->interrupt = -1;
	cpu->next = cpu_reg(emu, STK_REG_PC);
	e = uc_emu_start(cpu->uc, cpu->next | 1, UINT64_MAX, 0, 0);
	stopped = cpu->stopping;
	cpu->stopping = false;
	if (cpu->interrupt >= 0)
		return CPU_INTERRUPT;
	if (stopped)
		return CPU_STOPPED;
	return e == UC_ERR_FETCH_PROT || e == UC_ERR_FETCH_UNMAPPED ? CPU_NO_CODE
								    : CPU_OTHER;
}
