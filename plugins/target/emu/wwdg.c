/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wwdg.c - the window watchdog (RM0440 chapter 43; the same on F4 and H7)
 *
 * Once WDGA is set, the counter T runs down, one step each 4096 * 2^WDGTB bus
 * clocks, and resets the chip when it leaves 0x40. A refresh while T is above
 * the window W resets too. The bus clock is taken as the core clock.
 */
#include <string.h>

#include "models.h"

#define CR   0x00
#define CFR  0x04
#define SR   0x08
#define WDGA (1u << 7)
#define T    0x7fu
#define T6   0x40u

struct wwdg {
	struct emu_dev *dev;
	struct emu_event end;
	uint64_t loaded; /* when T was written */
	uint32_t value;	 /* what was written */
};

/* WDGTB: two bits at 7 on F4, three at 11 later; the facts know. */
static uint32_t prescaler(const struct wwdg *w)
{
	const struct stk_register *cfr = stk_peripheral_register(w->dev->facts, "CFR");
	size_t i;

	for (i = 0; cfr && i < cfr->n_fields; i++)
		if (!strcmp(cfr->fields[i].name, "WDGTB"))
			return emu_bits(w->dev->regs[CFR / 4], cfr->fields[i].lsb,
					cfr->fields[i].width);
	return 0;
}

static uint64_t step_ns(const struct wwdg *w)
{
	return (4096ull << prescaler(w)) * 1000000000 / emu_clock(w->dev->emu);
}

static uint32_t counter(const struct wwdg *w)
{
	uint64_t steps;

	if (!(w->dev->regs[CR / 4] & WDGA))
		return w->value;
	steps = (emu_now(w->dev->emu) - w->loaded) / step_ns(w);
	return steps < w->value ? w->value - (uint32_t)steps : 0;
}

static void expire(void *data)
{
	struct wwdg *w = data;

	emu_system_reset(w->dev->emu, "the window watchdog was not refreshed");
}

static void load(struct wwdg *w, uint32_t value)
{
	struct emu *emu = w->dev->emu;
	bool running = w->dev->regs[CR / 4] & WDGA;

	if (running && counter(w) > (w->dev->regs[CFR / 4] & T)) {
		emu_system_reset(emu, "the window watchdog was refreshed too early");
		return;
	}
	if (!(value & WDGA) && !running) {
		w->value = value & T;
		return;
	}
	w->dev->regs[CR / 4] |= WDGA;
	w->value = value & T;
	w->loaded = emu_now(emu);
	if (!(value & T6))
		emu_system_reset(
			emu, "the window watchdog was loaded with a value below 0x40");
	else
		emu_schedule(emu, &w->end, w->loaded + (w->value - 0x3f) * step_ns(w));
}

static int wwdg_init(struct emu_dev *dev, struct stk_error *err)
{
	struct wwdg *w = dev->priv;

	w->dev = dev;
	w->end.fire = expire;
	w->end.data = w;
	return 0;
}

static void wwdg_reset(struct emu_dev *dev, bool power)
{
	struct wwdg *w = dev->priv;

	emu_cancel(dev->emu, &w->end);
	w->value = T;
}

static uint32_t wwdg_read(struct emu_dev *dev, uint32_t offset, unsigned int width,
			  bool debug)
{
	struct wwdg *w = dev->priv;

	if ((offset & ~3u) != CR)
		return emu_reg_read(dev, offset, width);
	/* It moves without an event. */
	if (dev->regs[CR / 4] & WDGA && !debug)
		emu_changed(dev->emu);
	return ((dev->regs[CR / 4] & WDGA) | counter(w)) >> offset % 4 * 8;
}

static void wwdg_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
		       uint32_t value, bool debug)
{
	if (offset == CR)
		load(dev->priv, value);
	else if (offset == CFR || offset == SR)
		emu_reg_write(dev, offset, width, value);
}

const struct emu_model emu_model_wwdg = {
	.name = "wwdg",
	.priv_size = sizeof(struct wwdg),
	.init = wwdg_init,
	.reset = wwdg_reset,
	.read = wwdg_read,
	.write = wwdg_write,
};
