/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rng.c - the random number generator (RM0440 chapter 26; the same on F4, H7)
 *
 * Numbers come from the chip's seed: the same run gives the same ones. Each
 * takes a while; DR reads 0 until then.
 */
#include "models.h"

#define CR	  0x00
#define SR	  0x04
#define DR	  0x08
#define RNGEN	  (1u << 2)
#define DRDY	  (1u << 0)
#define NUMBER_NS 850 /* RM0090 24.3: 40 periods of a 48 MHz clock */

struct rng {
	struct emu_dev *dev;
	struct emu_event next;
};

static void arrive(void *data)
{
	struct rng *r = data;

	r->dev->regs[DR / 4] = emu_random(r->dev->emu);
	r->dev->regs[SR / 4] |= DRDY;
}

static void start(struct rng *r)
{
	emu_schedule(r->dev->emu, &r->next, emu_now(r->dev->emu) + NUMBER_NS);
}

static int rng_init(struct emu_dev *dev, struct stk_error *err)
{
	struct rng *r = dev->priv;

	r->dev = dev;
	r->next.fire = arrive;
	r->next.data = r;
	return 0;
}

static void rng_reset(struct emu_dev *dev, bool power)
{
	struct rng *r = dev->priv;

	emu_cancel(dev->emu, &r->next);
}

static uint32_t rng_read(struct emu_dev *dev, uint32_t offset, unsigned int width,
			 bool debug)
{
	struct rng *r = dev->priv;
	uint32_t value = emu_reg_read(dev, offset, width);

	if ((offset & ~3u) != DR || debug || !(dev->regs[SR / 4] & DRDY))
		return value;
	dev->regs[SR / 4] &= ~DRDY;
	dev->regs[DR / 4] = 0;
	start(r);
	emu_changed(dev->emu);
	return value;
}

static void rng_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
		      uint32_t value, bool debug)
{
	struct rng *r = dev->priv;
	bool was_on = dev->regs[CR / 4] & RNGEN, on;

	if ((offset & ~3u) != CR)
		return;
	emu_reg_write(dev, offset, width, value);
	on = dev->regs[CR / 4] & RNGEN;
	if (on && !was_on)
		start(r);
	if (on || !was_on)
		return;
	emu_cancel(dev->emu, &r->next);
	dev->regs[SR / 4] &= ~DRDY;
	dev->regs[DR / 4] = 0;
}

const struct emu_model emu_model_rng = {
	.name = "rng",
	.priv_size = sizeof(struct rng),
	.init = rng_init,
	.reset = rng_reset,
	.read = rng_read,
	.write = rng_write,
};
