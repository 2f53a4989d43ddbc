/* SPDX-License-Identifier: GPL-2.0-only */
/* observe.c - what happened, told to whoever asked */
#include <stdio.h>

#include "priv.h"

void observe(struct emu *emu, struct stk_observation *obs)
{
	struct emu_observe *o = &emu->observe;

	if (!o->fn || !observed(o, obs->kind))
		return;
	obs->size = sizeof(*obs);
	obs->ns = emu_now(emu);
	o->fn(o->data, obs);
}

static const char *register_name(const struct stk_peripheral *p, uint32_t addr)
{
	size_t i;

	for (i = 0; i < p->n_registers; i++)
		if (p->base + p->registers[i].offset == (addr & ~3u))
			return p->registers[i].name;
	return NULL;
}

void observe_bus(struct emu *emu, const struct emu_dev *dev, uint32_t addr,
		 unsigned int width, uint32_t value, bool write)
{
	struct stk_observation obs = {
		.kind = STK_OBS_BUS,
		.pc = emu->cpu.pc,
		.addr = addr,
		.len = width,
		.value = value,
		.write = write,
	};

	if (!emu->observe.trace && !observed(&emu->observe, STK_OBS_BUS))
		return;
	obs.peripheral = dev ? dev->facts->name : "PPB";
	obs.reg = dev ? register_name(dev->facts, addr) : NULL;
	if (emu->observe.trace)
		stk_log(emu->ctx, "%12llu ns pc %08x %s %s_%s (%08x) = %08x",
			(unsigned long long)emu_now(emu), emu->cpu.pc, write ? "w" : "r",
			obs.peripheral, obs.reg ? obs.reg : "?", addr, value);
	observe(emu, &obs);
}

void observe_no_effect(struct emu *emu, uint32_t addr)
{
	struct stk_observation obs = {
		.kind = STK_OBS_NO_EFFECT, .pc = emu->cpu.pc, .addr = addr, .write = true,
	};

	observe(emu, &obs);
}

static void remember_rule(struct emu_observe *o, const struct emu_rule *rule)
{
	unsigned int i;

	for (i = 0; i < o->n_fired; i++)
		if (o->fired[i] == rule)
			return;
	if (o->n_fired < ARRAY_SIZE(o->fired))
		o->fired[o->n_fired++] = rule;
}

void emu_rule_fired(struct emu *emu, const struct emu_rule *rule, uint64_t addr)
{
	struct stk_observation obs = {
		.kind = STK_OBS_RULE,
		.pc = emu->cpu.pc,
		.addr = addr,
		.rule = rule->id,
		.basis = rule->basis,
		.source = rule->source,
		.text = rule->text,
	};

	remember_rule(&emu->observe, rule);
	if (emu->observe.trace)
		stk_log(emu->ctx, "%12llu ns pc %08x rule %s: %s",
			(unsigned long long)emu_now(emu), emu->cpu.pc, rule->id,
			rule->text);
	observe(emu, &obs);
}

/* FNV-1a over what the cells hold now; 0 where no window shows them. */
static uint32_t digest_of(struct emu *emu, uint64_t addr, uint64_t len)
{
	uint32_t digest = 0x811c9dc5;

	while (len) {
		size_t run = (size_t)len, i;
		const uint8_t *cells = emu_cells_at(emu, false, addr, &run);

		if (!cells)
			return 0;
		for (i = 0; i < run; i++)
			digest = (digest ^ cells[i]) * 0x01000193;
		addr += run;
		len -= run;
	}
	return digest;
}

void emu_flash_changed(struct emu *emu, const char *what, uint64_t addr, uint64_t len)
{
	struct stk_observation obs = {
		.kind = STK_OBS_FLASH,
		.pc = emu->cpu.pc,
		.addr = addr,
		.len = len,
		.write = true,
		.text = what,
	};

	if (observed(&emu->observe, STK_OBS_FLASH))
		obs.value = digest_of(emu, addr, len);
	observe(emu, &obs);
}
