/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch.c - each store of the core into RAM: does it change anything, is it
 * where the loader may write, did the stack run out
 */
#include <string.h>

#include "priv.h"

/* A stack that ran out is seen by stores this far below its limit. */
#define STACK_REACH	4096

static bool is_writable(struct emu_watch *w, uint32_t addr, unsigned int size)
{
	struct stk_range store = { addr, size };
	size_t i;

	if (stk_range_contains(w->recent, store))
		return true;
	for (i = 0; i < w->n_writable; i++) {
		if (!stk_range_contains(w->writable[i], store))
			continue;
		w->recent = w->writable[i];
		return true;
	}
	return false;
}

static void report_store(struct emu *emu, uint32_t addr, unsigned int size, uint64_t value)
{
	struct stk_observation obs = {
		.kind = STK_OBS_RAM_WRITE,
		.pc = emu->cpu.pc,
		.addr = addr,
		.len = size,
		.value = value,
		.write = true,
	};

	observe(emu, &obs);
}

static void check_stack(struct emu *emu, uint32_t addr)
{
	struct emu_watch *w = &emu->watch;
	struct stk_observation obs = {
		.kind = STK_OBS_STACK,
		.pc = emu->cpu.pc,
		.addr = w->stack_limit,
		.write = true,
	};
	uint32_t sp;

	if (w->stack_reported || addr >= w->stack_limit ||
	    w->stack_limit - addr > STACK_REACH)
		return;
	sp = cpu_reg(emu, STK_REG_SP);
	/* A push stores before SP moves: at most 16 words at a time. */
	if (sp >= w->stack_limit && sp - addr > 64)
		return;
	w->stack_reported = true;
	obs.value = sp < addr ? sp : addr;
	observe(emu, &obs);
}

void watch_store(struct emu *emu, uint32_t addr, unsigned int size, uint64_t value)
{
	struct emu_ram *ram = bus_ram(emu, addr);
	struct emu_watch *w = &emu->watch;

	if (ram && addr - ram->start + size <= ram->size &&
	    memcmp(ram->bytes + (addr - ram->start), &value, size))
		emu->changes++;
	if (!w->on)
		return;
	if (observed(&emu->observe, STK_OBS_RAM_WRITE) && !is_writable(w, addr, size))
		report_store(emu, addr, size, value);
	if (w->stack_limit && observed(&emu->observe, STK_OBS_STACK))
		check_stack(emu, addr);
}

int watch_set(struct emu *emu, const struct stk_watch *watch, struct stk_error *err)
{
	struct emu_watch *w = &emu->watch;
	struct stk_range *copy = NULL;

	if (watch && watch->n_writable) {
		copy = calloc(watch->n_writable, sizeof(*copy));
		if (!copy)
			return stk_fail_nomem(err);
		memcpy(copy, watch->writable, watch->n_writable * sizeof(*copy));
	}
	free(w->writable);
	memset(w, 0, sizeof(*w));
	w->writable = copy;
	w->on = watch != NULL;
	w->n_writable = watch ? watch->n_writable : 0;
	w->stack_limit = watch ? watch->stack_limit : 0;
	return 0;
}
