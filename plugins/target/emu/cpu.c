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
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unicorn/unicorn.h>

#include "priv.h"

/* Above the PPB nothing is mapped, so that EXC_RETURN is seen as a jump there. */
#define IO_END		0xf0000000u
/* Cycles after which a wake() is noticed at the latest. */
#define WAKE_CYCLES	1000000u
/* xPSR: what is left of an IT block. */
#define XPSR_IT		0x0600fc00u

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

static void update_limit(struct emu *emu)
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

static inline uint64_t hot_bit(uint32_t pc)
{
	return 1ull << (pc >> 1 & 63);
}

void cpu_update_hot(struct emu *emu)
{
	struct emu_cpu *cpu = &emu->cpu;
	unsigned int i;

	cpu->hot = emu->poll.armed ? hot_bit(emu->poll.pc) : 0;
	for (i = 0; i < cpu->n_breaks; i++)
		cpu->hot |= hot_bit(cpu->breaks[i]);
}

static bool at_breakpoint(struct emu *emu, uint32_t pc)
{
	struct emu_cpu *cpu = &emu->cpu;
	unsigned int i;

	for (i = 0; i < cpu->n_breaks; i++)
		if (cpu->breaks[i] == pc)
			return !(cpu->at_break && cpu->skip_break == pc);
	return false;
}

static uint16_t opcode(struct emu *emu, uint32_t pc)
{
	struct emu_ram *ram = bus_ram(emu, pc);

	return ram ? (uint16_t)(ram->bytes[pc - ram->start] |
				ram->bytes[pc - ram->start + 1] << 8) : 0;
}

/* CPS or MSR: PRIMASK, BASEPRI or FAULTMASK may be another one after it. */
static bool changes_masks(uint16_t op)
{
	return (op & 0xffe8) == 0xb660 || (op & 0xffe0) == 0xf380;
}

/* Coprocessors 10 and 11: floating point (ARMv7-M ARM A6, 1110 11xx 1111 11xx). */
static bool is_fp(uint16_t first, uint16_t second)
{
	return (first & 0xec00) == 0xec00 && (second & 0x0e00) == 0x0a00;
}

/* Unicorn does not look at CPACR. True: stop, it is a fault. */
static bool fp_refused(struct emu *emu, uint32_t pc)
{
	if (!is_fp(opcode(emu, pc), opcode(emu, pc + 2)))
		return false;
	emu_fault(emu, CFSR_NOCP, pc, "floating-point instruction at PC 0x%08x while CPACR "
		  "keeps the FPU off", pc);
	cpu_get_context(emu, &emu->cpu.at_fault);
	return true;
}

/* May an exception be taken before this instruction? */
static bool exception_due(struct emu *emu, uint32_t pc)
{
	bool look = emu->cpu.sensitive;

	emu->cpu.sensitive = emu->scs.masked && changes_masks(opcode(emu, pc));
	return look && nvic_next(emu);
}

/* True: stop before the instruction at @pc. */
static bool look_closer(struct emu *emu, uint32_t pc)
{
	struct emu_cpu *cpu = &emu->cpu;

	if (emu->clock.cycles >= emu->clock.next)
		clock_fire(emu);
	if (emu->reset_pending || emu->wake || emu->clock.cycles >= cpu->deadline)
		return true;
	if (exception_due(emu, pc) || at_breakpoint(emu, pc))
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
		return look_closer(emu, pc);
	if (emu->clock.cycles >= emu->poll.check_at)
		poll_arm(emu, pc);
	update_limit(emu);
	return false;
}

static void on_code(uc_engine *uc, uint64_t address, uint32_t size, void *data)
{
	struct emu *emu = data;
	struct emu_cpu *cpu = &emu->cpu;
	uint32_t pc = (uint32_t)address;

	cpu->pc = pc;
	cpu->size = size;
	if (__builtin_expect(cpu->stopping, 0)) {
		/* In an IT block: the one we wanted to stop at was executed. */
		if (!emu->fault.pending)
			emu->clock.cycles++;
		return;
	}
	if (__builtin_expect(emu->clock.cycles >= cpu->limit || (cpu->hot & hot_bit(pc)), 0)) {
		if (look_closer(emu, pc)) {
			stop(emu);
			return;
		}
	}
	if (__builtin_expect(size == 4 && cpu->fp_off, 0) && fp_refused(emu, pc)) {
		stop(emu);
		return;
	}
	emu->clock.cycles++;
}

/* ---- memory ---- */

/*
 * Which unaligned accesses fault: on ARMv6-M all, on ARMv7-M those of LDRD,
 * STRD, LDM, STM, PUSH, POP, LDREX, STREX and the like (ARMv7-M ARM A3.2.1),
 * and any to a peripheral, which Unicorn would split.
 */
static bool may_be_unaligned(struct emu *emu, uint32_t addr)
{
	uint16_t op = opcode(emu, emu->cpu.pc);

	if (emu->cpu.v6m || (emu->scs.ccr & CCR_UNALIGN_TRP))
		return false;
	if ((addr >= 0x40000000 && addr < 0x60000000) || addr >= 0xa0000000)
		return false;
	if (emu->cpu.size == 2)
		return (op & 0xf000) != 0xc000 && (op & 0xf600) != 0xb400;
	/* 1110 100x: LDM, STM, LDRD, STRD, exclusives; 1110 110x: VLDR, VLDM. */
	return (op & 0xfe00) != 0xe800 && (op & 0xfe00) != 0xec00;
}

static void check_alignment(struct emu *emu, uint32_t addr, int size, const char *what)
{
	if (!(addr & (uint32_t)(size - 1)) || emu->fault.pending || may_be_unaligned(emu, addr))
		return;
	emu_fault(emu, CFSR_UNALIGNED, emu->cpu.pc, "unaligned %s 0x%08x at PC 0x%08x: this "
		  "instruction or place needs an aligned address", what, addr, emu->cpu.pc);
	cpu_stop_at_fault(emu);
}

static void on_load(uc_engine *uc, uc_mem_type type, uint64_t address, int size, int64_t value,
		    void *data)
{
	check_alignment(data, (uint32_t)address, size, "load from");
}

static void on_store(uc_engine *uc, uc_mem_type type, uint64_t address, int size, int64_t value,
		     void *data)
{
	check_alignment(data, (uint32_t)address, size, "store to");
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
	return stk_fail(err, STK_ORIGIN_INTERNAL, EIO, "unicorn", "Unicorn cannot %s: %s", what,
			uc_strerror(e));
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
	{ "cortex-m0plus", UC_CPU_ARM_CORTEX_M0, false, true },
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
		e = uc_hook_add(cpu->uc, &hook, UC_HOOK_INTR, on_interrupt, emu, (uint64_t)1,
				(uint64_t)0);
	if (!e)
		e = uc_hook_add(cpu->uc, &hook, UC_HOOK_MEM_READ, on_load, emu, (uint64_t)1,
				(uint64_t)0);
	if (!e)
		e = uc_hook_add(cpu->uc, &hook, UC_HOOK_MEM_WRITE, on_store, emu, (uint64_t)1,
				(uint64_t)0);
	if (e)
		return uc_fail(err, "be set up", e);
	return map_all(emu, err);
}

void cpu_close(struct emu *emu)
{
	if (emu->cpu.uc)
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
	uint16_t op = opcode(emu, pc);

	return op == narrow || (op == 0xf3af && opcode(emu, pc + 2) == wide);
}

/* uc_emu_start() ended and nobody stopped it: why? */
static void execution_ended(struct emu *emu, uc_err e)
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
	} else if (e == UC_ERR_FETCH_PROT || e == UC_ERR_FETCH_UNMAPPED) {
		emu_fault(emu, CFSR_IBUSERR, pc, "jump to 0x%08x, where no code can be, "
			  "from 0x%08x", pc, last);
	} else if (!(cpu_reg(emu, STK_REG_XPSR) & 1u << 24)) {
		emu_fault(emu, CFSR_INVSTATE, pc, "jump to the even address 0x%08x from "
			  "0x%08x", pc, last);
	} else {
		emu_fault(emu, CFSR_UNDEFINSTR, pc, "undefined instruction 0x%04x at 0x%08x",
			  opcode(emu, pc), pc);
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
	int number = emu->cpu.interrupt;

	emu->cpu.interrupt = -1;
	switch (number) {
	case -1:
		return false;
	case 2:
		nvic_pend(emu, EXC_SVCALL, true);
		if (nvic_next(emu) != EXC_SVCALL)
			emu_fault(emu, 0, emu->cpu.pc, "SVC at 0x%08x while it is masked",
				  emu->cpu.pc);
		return false;
	case 3:
		if (pc >= IO_END && emu->scs.depth)
			exception_return(emu, pc | 1);
		else
			emu_fault(emu, CFSR_IBUSERR, pc, "jump to 0x%08x, where nothing is, "
				  "from 0x%08x", pc, emu->cpu.pc);
		return false;
	case 7:
		fill_stop(emu, ret, STK_STOP_BREAK, "BKPT");
		return true;
	default:
		emu_fault(emu, CFSR_UNDEFINSTR, emu->cpu.pc, "the instruction 0x%04x at 0x%08x "
			  "is not possible (exception %d)", opcode(emu, emu->cpu.pc),
			  emu->cpu.pc, number);
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
	clock_skip_to(emu, emu->clock.next < cpu->deadline ? emu->clock.next : cpu->deadline);
	clock_fire(emu);
	return false;
}

static void execute(struct emu *emu)
{
	struct emu_cpu *cpu = &emu->cpu;
	uc_err e;

	cpu->stopping = false;
	cpu->interrupt = -1;
	update_limit(emu);
	cpu->sensitive = true;
	e = uc_emu_start(cpu->uc, cpu_reg(emu, STK_REG_PC) | 1, UINT64_MAX, 0, 0);
	if (emu->fault.pending)
		restore_at_fault(emu);
	else if (!cpu->stopping)
		execution_ended(emu, e);
	cpu->stopping = false;
}

/* Why the core may not go on; true: *ret is filled. */
static bool must_stop(struct emu *emu, struct stk_stop *ret)
{
	char text[160];

	if (emu->fault.pending) {
		emu->fault.pending = false;
		fill_stop(emu, ret, STK_STOP_FAULT, emu->fault.text);
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

	if (!at_breakpoint(emu, pc))
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
		if (handle_interrupt(emu, ret) || must_stop(emu, ret))
			return 0;
		exc = nvic_next(emu);
		if (exc) {
			cpu->sleeping = false;
			exception_enter(emu, exc);
			continue;
		}
		if (emu->clock.cycles >= deadline)
			return -ETIMEDOUT;
		if (cpu->sleeping) {
			if (doze(emu, ret))
				return 0;
			continue;
		}
		if (stop_at_breakpoint(emu, ret))
			return 0;
		execute(emu);
	}
}
