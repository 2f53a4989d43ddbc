/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gpio.c - general-purpose I/O ports
 *
 * BSRR and BRR set and clear ODR; IDR shows ODR on pins that are outputs, and
 * 0 elsewhere (nothing is connected). LCKR freezes MODER and the like once
 * its key sequence was written: no loader does, so it only reads back.
 */
#include "models.h"

#define MODER	0x00
#define IDR	0x10
#define ODR	0x14
#define BSRR	0x18
#define BRR	0x28
#define OUTPUT	1u

struct gpio {
	bool has_brr;
};

static int gpio_init(struct emu_dev *dev, struct stk_error *err)
{
	struct gpio *g = dev->priv;

	g->has_brr = stk_peripheral_register(dev->facts, "BRR") != NULL;
	return 0;
}

static uint32_t input(const struct emu_dev *dev)
{
	uint32_t value = 0;
	unsigned int pin;

	for (pin = 0; pin < 16; pin++)
		if (emu_bits(dev->regs[MODER / 4], 2 * pin, 2) == OUTPUT)
			value |= dev->regs[ODR / 4] & 1u << pin;
	return value;
}

static uint32_t gpio_read(struct emu_dev *dev, uint32_t offset, unsigned int width,
			  bool debug)
{
	uint32_t word = offset & ~3u;

	if (word == BSRR || word == BRR)
		return 0;
	if (word == IDR)
		dev->regs[IDR / 4] = input(dev);
	return emu_reg_read(dev, offset, width);
}

static void gpio_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
		       uint32_t value, bool debug)
{
	const struct gpio *g = dev->priv;
	uint32_t *odr = &dev->regs[ODR / 4], old = *odr;
	uint32_t whole = emu_merge(0, offset, width, value);
	bool changed = false;

	switch (offset & ~3u) {
	case BSRR:
		/* Setting wins over clearing (RM0440 9.4.7). */
		*odr = (old & ~(whole >> 16)) | (whole & 0xffff);
		changed = *odr != old;
		break;
	case BRR:
		*odr = g->has_brr ? old & ~(whole & 0xffff) : old;
		changed = *odr != old;
		break;
	case IDR:
		break;
	default:
		changed = emu_reg_write(dev, offset, width, value);
	}
	if (!changed)
		emu_unchanged(dev->emu);
}

const struct emu_model emu_model_gpio = {
	.name = "gpio",
	.priv_size = sizeof(struct gpio),
	.init = gpio_init,
	.read = gpio_read,
	.write = gpio_write,
};
