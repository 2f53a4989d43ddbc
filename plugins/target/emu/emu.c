/* SPDX-License-Identifier: GPL-2.0-only */
/* emu.c - the target driver: a virtual chip behind the plugin ABI */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "priv.h"

static int emu_open(void *priv, struct stk_ctx *ctx, const char *address,
		    const char *const *options, struct stk_error *err)
{
	const struct stk_chip *chip;
	int r;

	r = stk_chip_find(ctx, address, &chip, err);
	return r ? r : emu_open_chip(priv, ctx, chip, options, err);
}

static int emu_describe(void *priv, struct stk_target_facts *ret, struct stk_error *err)
{
	const struct emu *emu = priv;

	ret->chip = emu->chip;
	snprintf(ret->description, sizeof(ret->description),
		 "virtual %s, its cycles counted by the core's manual, not exact", emu->chip->name);
	ret->virtual_time = true;
	ret->code_in_ram_breaks = true;
	return 0;
}

static int emu_read(void *priv, uint64_t addr, void *buf, size_t len, struct stk_error *err)
{
	return bus_debug_read(priv, addr, buf, len, err);
}

static int emu_write(void *priv, uint64_t addr, const void *buf, size_t len,
		     struct stk_error *err)
{
	return bus_debug_write(priv, addr, buf, len, err);
}

static int emu_get_regs(void *priv, struct stk_regs *ret, struct stk_error *err)
{
	struct emu *emu = priv;
	unsigned int i;

	for (i = 0; i < STK_REG_COUNT; i++)
		ret->r[i] = cpu_reg(emu, i);
	ret->valid = (1u << STK_REG_COUNT) - 1;
	return 0;
}

static int emu_set_regs(void *priv, const struct stk_regs *regs, struct stk_error *err)
{
	struct emu *emu = priv;
	unsigned int i;

	/* CONTROL and xPSR choose which stack pointer SP is. */
	if (regs->valid >> STK_REG_CONTROL & 1)
		cpu_set_reg(emu, STK_REG_CONTROL, regs->r[STK_REG_CONTROL]);
	/* A debugger cannot end an exception (ARMv7-M ARM C1.6.3): IPSR stays. */
	if (regs->valid >> STK_REG_XPSR & 1)
		cpu_set_reg(emu, STK_REG_XPSR, (regs->r[STK_REG_XPSR] & ~0x1ffu) |
			    (cpu_reg(emu, STK_REG_XPSR) & 0x1ff));
	for (i = 0; i < STK_REG_XPSR; i++)
		if (regs->valid >> i & 1)
			cpu_set_reg(emu, i, regs->r[i]);
	if (regs->valid >> STK_REG_PRIMASK & 1)
		cpu_set_reg(emu, STK_REG_PRIMASK, regs->r[STK_REG_PRIMASK]);
	if (regs->valid >> STK_REG_PC & 1) {
		emu->cpu.at_break = false;
		emu->cpu.sleeping = false;
	}
	return 0;
}

static int emu_break_set(void *priv, uint64_t addr, struct stk_error *err)
{
	struct emu *emu = priv;
	struct emu_cpu *cpu = &emu->cpu;
	unsigned int i;

	for (i = 0; i < cpu->n_breaks; i++)
		if (cpu->breaks[i] == (addr & ~1ull))
			return 0;
	if (cpu->n_breaks == EMU_MAX_BREAK)
		return stk_fail(err, STK_ORIGIN_TARGET, ENOSPC, "too-many-breakpoints",
				"all %d breakpoints of the virtual chip are set",
				EMU_MAX_BREAK);
	cpu->breaks[cpu->n_breaks++] = (uint32_t)addr & ~1u;
	cpu_update_hot(emu);
	return 0;
}

static int emu_break_clear(void *priv, uint64_t addr, struct stk_error *err)
{
	struct emu *emu = priv;
	struct emu_cpu *cpu = &emu->cpu;
	unsigned int i;

	for (i = 0; i < cpu->n_breaks; i++) {
		if (cpu->breaks[i] != (addr & ~1ull))
			continue;
		cpu->breaks[i] = cpu->breaks[--cpu->n_breaks];
		break;
	}
	cpu_update_hot(emu);
	return 0;
}

static int emu_resume(void *priv, struct stk_error *err)
{
	struct emu *emu = priv;

	emu->running = true;
	poll_reset(emu);
	return 0;
}

static int emu_wait(void *priv, uint64_t budget_ns, struct stk_stop *ret,
		    struct stk_error *err)
{
	struct emu *emu = priv;
	uint64_t now = emu_now(emu);
	int r;

	if (!emu->running)
		return stk_fail(err, STK_ORIGIN_TARGET, EINVAL, "not-running",
				"wait() without resume(): the core is halted");
	if (budget_ns > UINT64_MAX - now)
		budget_ns = UINT64_MAX - now;
	r = cpu_run(emu, clock_cycle_at(emu, now + budget_ns), ret);
	if (!r)
		emu->running = false;
	return r;
}

static int emu_halt(void *priv, struct stk_error *err)
{
	struct emu *emu = priv;

	emu->running = false;
	return 0;
}

static int emu_reset(void *priv, struct stk_error *err)
{
	struct emu *emu = priv;

	emu->running = false;
	emu_chip_reset(emu, false);
	return 0;
}

static uint64_t emu_driver_now(void *priv)
{
	return emu_now(priv);
}

static int emu_step(void *priv, struct stk_stop *ret, struct stk_error *err)
{
	struct emu *emu = priv;
	int r;

	r = emu_resume(priv, err);
	emu->cpu.at_break = true;
	emu->cpu.skip_break = cpu_reg(emu, STK_REG_PC);
	if (!r)
		r = cpu_run(emu, emu->clock.cycles + 1, ret);
	emu->running = false;
	if (r != -ETIMEDOUT)
		return r;
	ret->reason = STK_STOP_HALTED;
	ret->pc = cpu_reg(emu, STK_REG_PC);
	ret->text[0] = '\0';
	return 0;
}

static int emu_call(void *priv, const struct stk_regs *regs, struct stk_error *err)
{
	int r = emu_set_regs(priv, regs, err);

	return r ? r : emu_resume(priv, err);
}

static int emu_monitor(void *priv, const char *command,
		       void (*print)(void *out, const char *text), void *out,
		       struct stk_error *err)
{
	return monitor_run(priv, command, print, out, err);
}

static int emu_observe(void *priv, unsigned int mask, stk_observer fn, void *data,
		       struct stk_error *err)
{
	struct emu *emu = priv;

	emu->observe.mask = fn ? mask : 0;
	emu->observe.fn = fn;
	emu->observe.data = data;
	return 0;
}

static int emu_watch(void *priv, const struct stk_watch *watch, struct stk_error *err)
{
	return watch_set(priv, watch, err);
}

static void emu_wake(void *priv)
{
	struct emu *emu = priv;

	emu->wake = 1;
}

static int emu_cells(void *priv, bool write, uint64_t addr, void *buf, size_t len,
		     struct stk_error *err)
{
	return cells_access(priv, write, addr, buf, len, err);
}

static const struct stk_failure *emu_list_failures(void *priv, size_t *ret_count)
{
	const struct emu *emu = priv;

	*ret_count = emu->failures.n;
	return emu->failures.list;
}

static int emu_fail(void *priv, const char *name, struct stk_range where,
		    struct stk_error *err)
{
	return failures_set(priv, name, where, err);
}

static const struct stk_variant *emu_variants(void *priv, size_t *ret_count)
{
	return choices_list(priv, ret_count);
}

static int emu_vary(void *priv, const char *rule, const char *variant,
		    struct stk_error *err)
{
	return choices_set(priv, rule, variant, err);
}

static int emu_perturb(void *priv, uint64_t addr, uint32_t mask, uint32_t value,
		       struct stk_error *err)
{
	return perturb_set(priv, addr, mask, value, err);
}

const struct stk_target_driver emu_target = {
	.size		= sizeof(struct stk_target_driver),
	.name		= "emu",
	.priv_size	= sizeof(struct emu),
	.open		= emu_open,
	.close		= emu_close,
	.describe	= emu_describe,
	.read		= emu_read,
	.write		= emu_write,
	.get_regs	= emu_get_regs,
	.set_regs	= emu_set_regs,
	.break_set	= emu_break_set,
	.break_clear	= emu_break_clear,
	.resume		= emu_resume,
	.wait		= emu_wait,
	.halt		= emu_halt,
	.reset		= emu_reset,
	.now		= emu_driver_now,
	.step		= emu_step,
	.call		= emu_call,
	.mem_while_running = NULL,
	.monitor	= emu_monitor,
	.observe	= emu_observe,
	.watch		= emu_watch,
	.wake		= emu_wake,
	.cells		= emu_cells,
	.failures	= emu_list_failures,
	.fail		= emu_fail,
	.variants	= emu_variants,
	.vary		= emu_vary,
	.perturb	= emu_perturb,
};

static const struct stk_param_info trace_param = {
	.size = sizeof(trace_param),
	.name = "trace",
	.summary = "1: each register access to the log",
};
static const struct stk_param_info *const emu_params[] = { &trace_param, NULL };

STK_MODULE(target, emu, PACKAGE_VERSION, "GPL-2.0-only",
	   .description = "virtual Cortex-M chips on Unicorn",
	   .params = emu_params,
	   .target = &emu_target);
