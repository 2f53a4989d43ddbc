/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * iwdg.c - the independent watchdog (RM0440 chapter 41; the same on F4, F7, H7)
 *
 * Started by 0xCCCC in KR or by the option bytes ("hardware watchdog"); then
 * 0xAAAA must come in time. PR and RLR open with 0x5555.
 */
#include "models.h"

#define KR	0x00
#define PR	0x04
#define RLR	0x08
#define WINR	0x10

struct iwdg {
	struct emu_dev *dev;
	struct emu_event timeout;
	bool running;
	bool open;		/* PR and RLR can be written */
};

static void expire(void *data)
{
	struct iwdg *w = data;

	emu_system_reset(w->dev->emu, "the independent watchdog was not refreshed");
}

static void refresh(struct iwdg *w)
{
	const uint32_t *regs = w->dev->regs;
	uint64_t lsi = emu_fact(w->dev, "lsi_hz", 32000);
	uint64_t ticks = (uint64_t)(regs[RLR / 4] & 0xfff) + 1;
	unsigned int shift = 2 + (regs[PR / 4] & 7);

	if (shift > 8)
		shift = 8;
	if (w->running)
		emu_schedule(w->dev->emu, &w->timeout, emu_now(w->dev->emu) +
			     (ticks << shift) * 1000000000 / lsi);
	else
		emu_unchanged(w->dev->emu);
}

/* The option bytes start it; PR and RLR are as after a reset. */
static int set_watchdog(void *priv, struct stk_range where, struct stk_error *err)
{
	struct iwdg *w = priv;

	w->running = true;
	refresh(w);
	return 0;
}

static int iwdg_init(struct emu_dev *dev, struct stk_error *err)
{
	struct iwdg *w = dev->priv;

	w->dev = dev;
	w->timeout.fire = expire;
	w->timeout.data = w;
	return emu_offer(dev->emu, &(struct emu_failure){ EMU_FAILS_WATCHDOG, set_watchdog,
							  w, true }, err);
}

static void iwdg_reset(struct emu_dev *dev, bool power)
{
	struct iwdg *w = dev->priv;

	emu_cancel(dev->emu, &w->timeout);
	w->running = false;
	w->open = false;
	dev->regs[RLR / 4] = 0xfff;
	dev->regs[WINR / 4] = 0xfff;
}

static void write_key(struct iwdg *w, uint32_t key)
{
	w->open = key == 0x5555;
	switch (key) {
	case 0xaaaa:
		refresh(w);
		break;
	case 0xcccc:
		w->running = true;
		refresh(w);
		break;
	}
}

static void iwdg_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
		       uint32_t value, bool debug)
{
	struct iwdg *w = dev->priv;

	if (offset == KR)
		write_key(w, value & 0xffff);
	else if ((offset == PR || offset == RLR || offset == WINR) && w->open)
		emu_reg_write(dev, offset, width, value & (offset == PR ? 7 : 0xfff));
	else
		emu_unchanged(dev->emu);
}

static uint32_t iwdg_read(struct emu_dev *dev, uint32_t offset, unsigned int width,
			  bool debug)
{
	/* PVU and RVU in SR are over at once: no loader waits for them. */
	return offset == PR || offset == RLR || offset == WINR
		? emu_reg_read(dev, offset, width) : 0;
}

const struct emu_model emu_model_iwdg = {
	.name = "iwdg",
	.priv_size = sizeof(struct iwdg),
	.init = iwdg_init,
	.reset = iwdg_reset,
	.read = iwdg_read,
	.write = iwdg_write,
};
