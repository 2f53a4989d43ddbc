/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-h7.c - registers, locks, erase; see flash-h7.h */
#include <errno.h>
#include <stdio.h>

#include "flash-h7.h"

static const struct emu_rule rule_key = { "h7-wrong-key", "manual", "RM0399 4.5.1",
					  "a wrong key, or one that is not written as a "
					  "word, locks the register until the next "
					  "reset, with a bus error" };
static const struct emu_rule rule_third = {
	"h7-third-key", "manual", "RM0399 4.5.1",
	"a key was written to a bank that is unlocked: it locks until the next reset, "
	"with a "
	"bus error"
};
static const struct emu_rule rule_between = {
	"h7-write-between-keys", "manual", "RM0399 4.5.1",
	"another register of the bank was written between the keys: the bank locks until "
	"the "
	"next reset, with a bus error"
};
static const struct emu_rule rule_locked = {
	"h7-cr-locked", "assumed", "RM0399 4.9.4 LOCK; explicit for the same bit of H7R/S",
	"FLASH_CR was written while LOCK is set: ignored"
};
static const struct emu_rule rule_no_bank = {
	"h7-no-such-bank", "assumed", "RM0433 4.3.7: STM32H750 has bank 1 only",
	"a register of bank 2 was written on a part without bank 2: ignored"
};
static const struct emu_rule rule_crc = {
	"h7-crc-unit", "assumed", "not modelled",
	"the CRC unit of the flash interface is not modelled"
};

/* ---- flags -------------------------------------------------------------- */

void h7_update(struct h7_bank *b)
{
	struct flash_h7 *f = b->flash;
	uint32_t sr = b->regs[SR / 4] & h7_clearable(f);
	bool on = false;
	unsigned int i;

	if (b->op.busy)
		sr |= SR_BSY | SR_QW;
	if (b->written)
		sr |= SR_WBNE;
	b->regs[SR / 4] = sr;
	/* An enable bit of CR is at the place of its flag in SR. */
	for (i = 0; i < 2; i++)
		on |= h7_has(f, i) &&
		      f->bank[i].regs[SR / 4] & f->bank[i].regs[CR / 4] & h7_clearable(f);
	emu_irq(f->emu, (unsigned int)emu_fact(f->dev, "irq", 4), on);
}

void h7_error(struct h7_bank *b, uint32_t flags, const struct emu_rule *rule, uint64_t addr)
{
	b->regs[SR / 4] |= flags;
	emu_rule_fired(b->flash->emu, rule, addr);
	h7_update(b);
}

uint64_t h7_by_psize(const struct h7_bank *b, const char *what, const char *unit,
		     uint64_t fallback)
{
	unsigned int lsb = b->flash->cr.psize;
	char key[32];

	if (lsb == H7_NO_FIELD)
		snprintf(key, sizeof(key), "%s_%s", what, unit);
	else
		snprintf(key, sizeof(key), "%s_x%u_%s", what,
			 8u << emu_bits(b->regs[CR / 4], lsb, 2), unit);
	return emu_fact(b->flash->dev, key, fallback);
}

/* EOP is set whether its interrupt is enabled or not (RM0399 4.9.5). */
static void done(void *data)
{
	struct h7_bank *b = data;

	b->regs[CR / 4] &= ~(b->flash->cr.start | b->flash->cr.fw);
	b->regs[SR / 4] |= SR_EOP;
	h7_update(b);
}

/* ---- keys --------------------------------------------------------------- */

static void dead(struct flash_h7 *f, const struct emu_rule *rule, uint64_t addr)
{
	emu_rule_fired(f->emu, rule, addr);
	emu_bus_fault(f->emu, addr, true, rule->text);
}

static bool write_key(struct flash_h7 *f, struct flash_lock *lock, uint64_t addr,
		      unsigned int width, uint32_t value)
{
	bool was_open = flash_lock_open(lock);

	if (lock->state == FLASH_DEAD)
		return false;
	if (!flash_lock_key(lock, width == 4 ? value : 0))
		dead(f, was_open ? &rule_third : &rule_key, addr);
	return flash_lock_open(lock);
}

static void bank_key(struct h7_bank *b, unsigned int width, uint32_t value)
{
	if (write_key(b->flash, &b->lock, b->base + KEYR, width, value))
		b->regs[CR / 4] &= ~CR_LOCK;
	else
		b->regs[CR / 4] |= CR_LOCK;
}

static void option_key(struct flash_h7 *f, unsigned int width, uint32_t value)
{
	if (write_key(f, &f->optlock, f->dev->facts->base + OPTKEYR, width, value))
		f->regs[OPTCR / 4] &= ~OPTCR_OPTLOCK;
	else
		f->regs[OPTCR / 4] |= OPTCR_OPTLOCK;
}

/* ---- registers of a bank ------------------------------------------------ */

static void write_cr(struct h7_bank *b, uint32_t offset, unsigned int width, uint32_t value)
{
	const struct h7_layout *cr = &b->flash->cr;
	uint32_t old = b->regs[CR / 4];

	value = emu_merge(old, offset, width, value);
	if (!flash_lock_open(&b->lock)) {
		if ((value ^ old) & cr->writable)
			emu_rule_fired(b->flash->emu, &rule_locked, b->base + CR);
		return;
	}
	if (value & ~old & CR_CRC_EN)
		emu_rule_fired(b->flash->emu, &rule_crc, b->base + CR);
	b->regs[CR / 4] = (value & (cr->writable | CR_LOCK) & ~cr->fw) | (old & cr->fw);
	if (value & CR_LOCK)
		flash_lock_close(&b->lock);
	if (!(value & CR_PG))
		h7_buffer_drop(b);
	else if (value & cr->fw)
		h7_buffer_force(b);
	if (value & cr->start)
		h7_start_erase(b);
	h7_update(b);
}

static void clear_flags(struct h7_bank *b, uint32_t flags)
{
	if (!(b->regs[SR / 4] & flags & h7_clearable(b->flash)))
		emu_unchanged(b->flash->emu);
	b->regs[SR / 4] &= ~(flags & h7_clearable(b->flash));
	h7_update(b);
}

static void bank_write(struct h7_bank *b, uint32_t offset, unsigned int width,
		       uint32_t value)
{
	uint32_t word = offset & ~3u;

	if (word != KEYR && b->lock.state == FLASH_HALF_OPEN) {
		b->lock.state = FLASH_DEAD;
		dead(b->flash, &rule_between, b->base + word);
		return;
	}
	switch (word) {
	case KEYR:
		bank_key(b, width, value);
		break;
	case CR:
		write_cr(b, offset, width, value);
		break;
	case CCR:
		clear_flags(b, emu_merge(0, offset, width, value));
		break;
	case PRAR_PRG:
	case SCAR_PRG:
	case WPSN_PRG:
		h7_option_write(b->flash, offset + b->index * BANK2, width, value);
		break;
	default:
		if (word >= CRCCR && word < ECC_FA)
			b->regs[word / 4] = emu_merge(b->regs[word / 4], offset, width,
						      value);
	}
}

/* ---- all registers ------------------------------------------------------ */

/* Seen again at 0x100: ACR, OPTKEYR, OPTCR to OPTCCR, BOOT. */
static uint32_t unmirror(uint32_t offset)
{
	uint32_t low = offset - BANK2;

	if (offset < BANK2)
		return offset;
	if (low / 4 == ACR / 4 || low / 4 == OPTKEYR / 4 ||
	    (low >= OPTCR && low < OPTCCR + 4) || (low >= BOOT_CUR && low < CRCCR))
		return low;
	return offset;
}

static void write_optcr(struct flash_h7 *f, uint32_t offset, unsigned int width,
			uint32_t value)
{
	h7_option_write(f, offset, width, value);
	if (f->regs[OPTCR / 4] & OPTCR_MER)
		h7_mass_erase(f);
}

static void flash_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
			uint32_t value, bool debug)
{
	struct flash_h7 *f = dev->priv;
	unsigned int bank;

	offset = unmirror(offset);
	bank = offset >= BANK2;
	if (h7_is_option(f, offset & ~3u)) {
		h7_option_write(f, offset, width, value);
		return;
	}
	switch (offset & ~3u) {
	case ACR:
		if (!emu_reg_write(dev, offset, width, value))
			emu_unchanged(f->emu);
		break;
	case OPTKEYR:
		option_key(f, width, value);
		break;
	case OPTCR:
		write_optcr(f, offset, width, value);
		break;
	default:
		if (h7_has(f, bank))
			bank_write(&f->bank[bank], offset - bank * BANK2, width, value);
		else
			emu_rule_fired(f->emu, &rule_no_bank, dev->facts->base + offset);
	}
}

static uint32_t flash_read(struct emu_dev *dev, uint32_t offset, unsigned int width,
			   bool debug)
{
	return emu_reg_read(dev, unmirror(offset), width);
}

/* ---- set-up ------------------------------------------------------------- */

static uint64_t bank_size(const struct stk_bank *facts)
{
	return facts->regions[0].count * facts->regions[0].size;
}

/* The cells of both banks, one after the other. */
static int cells_init(struct flash_h7 *f, const struct stk_chip *chip, struct stk_error *err)
{
	uint64_t size = 0, at = 0;
	size_t i;
	int r;

	for (i = 0; i < chip->n_banks; i++)
		size += bank_size(&chip->banks[i]);
	r = flash_array_init(&f->whole, f->emu, "FLASH", chip->banks[0].regions[0].start,
			     size, 0xff, err);
	if (!r)
		r = flash_array_add_ecc(&f->whole, "FLASH-ECC", f->word_bytes * 8,
					(unsigned int)emu_fact(f->dev, "ecc_bits", 10),
					err);
	for (i = 0; !r && i < chip->n_banks; i++) {
		flash_array_slice(&f->cells[i], &f->whole, at, bank_size(&chip->banks[i]),
				  0);
		at += bank_size(&chip->banks[i]);
	}
	return r;
}

static int bank_init(struct flash_h7 *f, unsigned int i, const struct stk_bank *facts,
		     struct stk_error *err)
{
	struct h7_bank *b = &f->bank[i];

	b->flash = f;
	b->index = i;
	b->regs = f->regs + i * BANK2 / 4;
	b->base = f->dev->facts->base + i * BANK2;
	if (!facts)
		return 0;
	b->facts = facts;
	b->start = facts->regions[0].start;
	b->sector = facts->regions[0].size;
	b->n_sectors = (unsigned int)facts->regions[0].count;
	b->lock = (struct flash_lock){ .key = { 0x45670123, 0xcdef89ab } };
	flash_op_init(&b->op, f->emu, done, b);
	return h7_memory_init(b, err);
}

static int flash_init(struct emu_dev *dev, struct stk_error *err)
{
	const struct stk_chip *chip = emu_chip(dev->emu);
	struct flash_h7 *f = dev->priv;
	unsigned int i;
	int r;

	if (chip->n_banks < 1 || chip->n_banks > 2)
		return stk_fail(
			err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
			"%s: the model flash-h7 is for chips with one or two banks",
			chip->name);
	f->dev = dev;
	f->emu = dev->emu;
	f->regs = dev->regs;
	f->optlock = (struct flash_lock){ .key = { 0x08192a3b, 0x4c5d6e7f } };
	r = h7_layout_init(f, err);
	if (!r)
		r = cells_init(f, chip, err);
	for (i = 0; !r && i < 2; i++)
		r = bank_init(f, i, i < chip->n_banks ? &chip->banks[i] : NULL, err);
	if (!r)
		r = h7_failures_init(f, err);
	return r ? r : h7_options_init(f, err);
}

static void flash_reset(struct emu_dev *dev, bool power)
{
	struct flash_h7 *f = dev->priv;
	unsigned int i;

	f->optlock.state = FLASH_LOCKED;
	for (i = 0; i < 2; i++)
		if (h7_has(f, i))
			flash_op_interrupt(&f->bank[i].op);
	h7_options_load(f);
	for (i = 0; i < 2; i++) {
		struct h7_bank *b = &f->bank[i];

		if (!h7_has(f, i))
			continue;
		b->lock.state = FLASH_LOCKED;
		b->regs[CR / 4] |= CR_LOCK;
		b->regs[SR / 4] = 0;
		b->written = 0;
		b->array = &f->cells[h7_swapped(f) ? !i : i];
		b->array->base = b->start;
	}
}

const struct emu_model emu_model_flash_h7 = {
	.name = "flash-h7",
	.priv_size = sizeof(struct flash_h7),
	.init = flash_init,
	.reset = flash_reset,
	.read = flash_read,
	.write = flash_write,
};
