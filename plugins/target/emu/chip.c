/* SPDX-License-Identifier: GPL-2.0-only */
/* chip.c - a virtual chip is put together, reset, and taken apart */
#include <string.h>

#include "priv.h"

const struct stk_chip *emu_chip(const struct emu *emu)
{
	return emu->chip;
}

struct stk_ctx *emu_ctx(const struct emu *emu)
{
	return emu->ctx;
}

bool emu_debugger(const struct emu *emu)
{
	return emu->debugger;
}

uint32_t emu_random(struct emu *emu)
{
	/* xorshift64*, Vigna 2016 */
	emu->random ^= emu->random >> 12;
	emu->random ^= emu->random << 25;
	emu->random ^= emu->random >> 27;
	return (uint32_t)(emu->random * 0x2545f4914f6cdd1dull >> 32);
}

/* The core as it is after a reset, with SP and PC from the boot memory. */
static void reset_core(struct emu *emu)
{
	uint32_t sp = 0, pc = 0, boot = emu->bus.boot;
	unsigned int i;

	cpu_clear_masks(emu);
	if (!bus_peek(emu, boot, &sp) || !bus_peek(emu, boot + 4, &pc))
		sp = pc = 0;
	for (i = 0; i <= STK_REG_R0 + 12; i++)
		cpu_set_reg(emu, i, 0);
	cpu_set_reg(emu, STK_REG_XPSR, 1u << 24);
	cpu_set_reg(emu, STK_REG_SP, sp & ~3u);
	cpu_set_reg(emu, STK_REG_LR, UINT32_MAX);
	cpu_set_reg(emu, STK_REG_PC, pc);
	emu->cpu.sleeping = false;
	emu->cpu.at_break = false;
	emu->fault.pending = false;
}

void emu_chip_reset(struct emu *emu, bool power)
{
	emu->reset_pending = false;
	scs_reset(emu, power);
	emu_set_clock(emu, emu->chip->clock_hz);
	bus_reset(emu, power);
	failures_after_reset(emu);
	reset_core(emu);
	poll_reset(emu);
	emu->changes++;
}

static int read_options(struct emu *emu, struct stk_error *err)
{
	uint64_t seed = 1;
	int r;

	r = options_u64(emu, "seed", 1, &seed, err);
	if (!r)
		r = options_bool(emu, "debugger", true, &emu->debugger, err);
	if (!r)
		r = options_bool(emu, "fastforward", true, &emu->poll.enabled, err);
	/* The generator must not start at 0. */
	emu->random = seed * 0x9e3779b97f4a7c15ull | 1;
	return r;
}

static int build(struct emu *emu, const char *const *options, struct stk_error *err)
{
	const char *trace = emu->ctx ? stk_param(emu->ctx, "emu", "trace") : NULL;
	int r;

	emu->store.fd = -1;
	emu->observe.trace = trace && !strcmp(trace, "1");
	clock_init(emu, emu->chip->clock_hz);
	r = options_parse(emu, options, err);
	if (!r)
		r = read_options(emu, err);
	if (!r)
		r = store_open(emu, err);
	if (!r)
		r = bus_open(emu, err);
	if (!r)
		r = cpu_open(emu, err);
	if (!r)
		r = timing_init(emu, err);
	if (!r)
		r = bus_init_devs(emu, err);
	emu_option(emu, "fail");
	if (!r)
		r = options_check(emu, err);
	if (!r)
		r = store_seal(emu, err);
	return r;
}

int emu_open_chip(struct emu *emu, struct stk_ctx *ctx, const struct stk_chip *chip,
		  const char *const *options, struct stk_error *err)
{
	int r;

	emu->ctx = ctx;
	emu->chip = chip;
	r = build(emu, options, err);
	if (r) {
		emu_close(emu);
		/* What a model returns when emu_store() failed is not the cause. */
		return err && err->code ? -err->code : r;
	}
	emu_chip_reset(emu, true);
	r = failures_from_options(emu, err);
	if (r)
		emu_close(emu);
	return r;
}

void emu_close(void *priv)
{
	struct emu *emu = priv;

	cpu_close(emu);
	bus_close(emu);
	store_close(emu);
	options_free(emu);
	free(emu->watch.writable);
}
