/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * usart.c - serial ports as loaders use them: debug output nobody reads
 *
 * Whatever is sent is gone at once, nothing is received. The status register
 * is the one the facts name: ISR (RM0440 37.8.9) or SR (RM0090 30.6.1).
 */
#include <string.h>

#include "models.h"

#define TXE	(1u << 7)
#define TC	(1u << 6)
#define TEACK	(1u << 21)
#define REACK	(1u << 22)

struct usart {
	bool has_isr;
	uint32_t status;	/* offset of the status register */
};

static int usart_init(struct emu_dev *dev, struct stk_error *err)
{
	const struct stk_register *isr = stk_peripheral_register(dev->facts, "ISR");
	struct usart *u = dev->priv;

	u->has_isr = isr != NULL;
	u->status = isr ? isr->offset : 0;
	return 0;
}

static uint32_t usart_read(struct emu_dev *dev, uint32_t offset, unsigned int width,
			   bool debug)
{
	const struct usart *u = dev->priv;

	if ((offset & ~3u) == u->status)
		dev->regs[u->status / 4] = TXE | TC | (u->has_isr ? TEACK | REACK : 0);
	return emu_reg_read(dev, offset, width);
}

static void usart_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
			uint32_t value, bool debug)
{
	if (!emu_reg_write(dev, offset, width, value))
		emu_unchanged(dev->emu);
}

const struct emu_model emu_model_usart = {
	.name = "usart",
	.priv_size = sizeof(struct usart),
	.init = usart_init,
	.read = usart_read,
	.write = usart_write,
};
