/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-h7-layout.c - what the facts say of the flash word and of CR */
#include <errno.h>
#include <string.h>

#include "flash-h7.h"

/* The field @name of CR1; those of CR2 are at the same places. */
static const struct stk_field *field(const struct flash_h7 *f, const char *name)
{
	const struct stk_register *cr = stk_peripheral_register(f->dev->facts, "CR1");
	size_t i;

	for (i = 0; cr && i < cr->n_fields; i++)
		if (!strcmp(cr->fields[i].name, name))
			return &cr->fields[i];
	return NULL;
}

static uint32_t writable(const struct flash_h7 *f)
{
	const struct stk_register *cr = stk_peripheral_register(f->dev->facts, "CR1");
	uint32_t mask = 0;
	size_t i;

	for (i = 0; i < cr->n_fields; i++)
		mask |= (uint32_t)(((1ull << cr->fields[i].width) - 1) << cr->fields[i].lsb);
	return mask & ~CR_LOCK;
}

static int missing(const struct flash_h7 *f, const char *what, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
			"%s: the model flash-h7 needs %s", emu_chip(f->emu)->name, what);
}

static int word_init(struct flash_h7 *f, struct stk_error *err)
{
	f->word_bytes = (unsigned int)emu_fact(f->dev, "word_bytes", 0);
	f->wp_sectors = (unsigned int)emu_fact(f->dev, "wp_sectors", 1);
	if (f->word_bytes != 16 && f->word_bytes != H7_WORD_MAX)
		return missing(f, "word_bytes of 16 or 32", err);
	if (!f->wp_sectors)
		return missing(f, "wp_sectors of at least 1", err);
	return 0;
}

int h7_layout_init(struct flash_h7 *f, struct stk_error *err)
{
	const struct stk_field *fw = field(f, "FW1"), *start = field(f, "START1");
	const struct stk_field *snb = field(f, "SNB1"), *psize = field(f, "PSIZE1");

	if (!fw || !start || !snb)
		return missing(f, "the fields FW1, START1 and SNB1 of CR1", err);
	f->cr.fw = 1u << fw->lsb;
	f->cr.start = 1u << start->lsb;
	f->cr.snb = snb->lsb;
	f->cr.snb_bits = snb->width;
	f->cr.psize = psize ? psize->lsb : H7_NO_FIELD;
	f->cr.writable = writable(f);
	return word_init(f, err);
}
