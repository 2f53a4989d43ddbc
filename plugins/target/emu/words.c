/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * words.c - read-only words: device identity, flash size, unique id
 *
 * The values are the registers' reset values in the facts. Stores are
 * ignored. A 64-bit part has no more to say here.
 */
#include "models.h"

static void words_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
			uint32_t value, bool debug)
{
	emu_unchanged(dev->emu);
}

const struct emu_model emu_model_words = {
	.name = "words",
	.write = words_write,
};
