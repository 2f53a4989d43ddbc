/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-h7.c - registers, locks, erase; see flash-h7.h */
#include <errno.h>
#include <stdio.h>

#include "flash-h7.h"

static const struct emu_rule rule_key = {
	"h7-wrong-key", "manual", "RM0399 4.5.1",
	"a wrong key, or one that is not written as a word, locks the register until the next "
	"reset, with a bus error"
};
static const struct emu_rule rule_third = {
	"h7-third-key", "manual", "RM0399 4.5.1",
	"a key was written to a bank that is unlocked: it locks until the next reset, with a "
	"bus error"
};
static const struct emu_rule rule_between = {
	"h7-write-between-keys", "manual", "RM0399 4.5.1",
	"another register of the bank was written between the keys: the bank locks until the "
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
static const struct emu_rule rule_alone = {
	"h7-start-alone", "assumed", "RM0399 4.9.4 START does not say",
	"START without SER or BER: nothing is erased, no flag"
};
static const struct emu_rule rule_sector = {
	"h7-no-such-sector", "assumed", "RM0399 4.9.5 WRPERR: reserved area",
	"SNB names no sector of the bank: WRPERR, nothing is erased"
};
static const struct emu_rule rule_mer = {
	"h7-mass-erase-locked", "manual", "RM0399 4.3.10",
	"OPTCR.MER while FLASH_CR1, FLASH_CR2 or FLASH_OPTCR is locked: nothing is erased"
};
static const struct emu_rule rule_crc = {
	"h7-crc-unit", "assumed", "not modelled",
	"the CRC unit of the flash interface is not modelled"
};

/* ---- flags -------------------------------------------------------------- */

void h7_update(struct h7_bank *b)
{
	struct flash_h7 *f = b->flash;
	uint32_t sr = b->regs[SR / 4] & SR_CLEARABLE;
	bool on = false;
	unsigned int i;

	if (b->op.busy)
		sr |= SR_BSY | SR_QW;
	if (b->written)
		sr |= SR_WBNE;
	b->regs[SR / 4] = sr;
	/* An enable bit of CR is at the place of its flag in SR. */
	for (i = 0; i < 2; i++)
		on |= h7_has(f, i) && f->bank[i].regs[SR / 4] & f->bank[i].regs[CR / 4] &
				      SR_CLEARABLE;
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
	unsigned int psize = emu_bits(b->regs[CR / 4], CR_PSIZE, 2);
	char key[32];

	snprintf(key, sizeof(key), "%s_x%u_%s", what, 8u << psize, unit);
	return emu_fact(b->flash->dev, key, fallback);
}

/* EOP is set whether its interrupt is enabled or not (RM0399 4.9.5). */
static void done(void *data)
{
	struct h7_bank *b = data;

	b->regs[CR / 4] &= ~(CR_START | CR_FW);
	b->regs[SR / 4] |= SR_EOP;
	h7_update(b);
}

/* ---- erase -------------------------------------------------------------- */

static void begin_erase(struct h7_bank *b, uint64_t offset, uint64_t len, uint64_t ms)
{
	flash_op_wait(&b->op);
	flash_op_erase(&b->op, b->array, offset, len, ms * 1000000);
	h7_update(b);
}

static bool erase_refused(struct h7_bank *b, unsigned int sector)
{
	uint64_t offset = sector * b->sector;

	if (h7_closed(b->flash))
		h7_error(b, SR_WRPERR, &h7_rule_rdp, b->start + offset);
	else if (h7_protected(b, sector))
		h7_error(b, SR_WRPERR, &h7_rule_wrp, b->start + offset);
	else if (h7_proprietary(b, offset, b->sector))
		h7_error(b, SR_WRPERR, &h7_rule_pcrop, b->start + offset);
	else
		return false;
	return true;
}

void h7_erase_bank(struct h7_bank *b)
{
	unsigned int i;

	for (i = 0; i < b->n_sectors; i++)
		if (erase_refused(b, i))
			return;
	begin_erase(b, 0, b->array->size, h7_by_psize(b, "bank_erase", "ms", 8000));
}

static void erase_sector(struct h7_bank *b)
{
	unsigned int n = emu_bits(b->regs[CR / 4], CR_SNB, CR_SNB_BITS);

	if (n >= b->n_sectors)
		h7_error(b, SR_WRPERR, &rule_sector, b->base + CR);
	else if (!erase_refused(b, n))
		begin_erase(b, n * b->sector, b->sector,
			    h7_by_psize(b, "sector_erase", "ms", 1000));
}

/* BER goes before SER (RM0399 4.9.4). */
static void start_erase(struct h7_bank *b)
{
	uint32_t cr = b->regs[CR / 4];

	if (cr & CR_BER)
		h7_erase_bank(b);
	else if (cr & CR_SER)
		erase_sector(b);
	else
		emu_rule_fired(b->flash->emu, &rule_alone, b->base + CR);
	if (!b->op.busy)
		b->regs[CR / 4] &= ~CR_START;
}

/* OPTCR.MER sets BER and START of both banks (RM0399 4.3.10). */
static void mass_erase(struct flash_h7 *f)
{
	unsigned int i;

	f->regs[OPTCR / 4] &= ~OPTCR_MER;
	for (i = 0; i < 2; i++) {
		if (!h7_has(f, i) || flash_lock_open(&f->bank[i].lock))
			continue;
		emu_rule_fired(f->emu, &rule_mer, f->dev->facts->base + OPTCR);
		return;
	}
	for (i = 0; i < 2; i++) {
		if (!h7_has(f, i))
			continue;
		f->bank[i].regs[CR / 4] |= CR_BER | CR_START;
		start_erase(&f->bank[i]);
	}
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
	uint32_t old = b->regs[CR / 4];

	value = emu_merge(old, offset, width, value);
	if (!flash_lock_open(&b->lock)) {
		if ((value ^ old) & CR_WRITABLE)
			emu_rule_fired(b->flash->emu, &rule_locked, b->base + CR);
		return;
	}
	if (value & ~old & CR_CRC_EN)
		emu_rule_fired(b->flash->emu, &rule_crc, b->base + CR);
	b->regs[CR / 4] = (value & (CR_WRITABLE | CR_LOCK) & ~CR_FW) | (old & CR_FW);
	if (value & CR_LOCK)
		flash_lock_close(&b->lock);
	if (!(value & CR_PG))
		h7_buffer_drop(b);
	else if (value & CR_FW)
		h7_buffer_force(b);
	if (value & CR_START)
		start_erase(b);
	h7_update(b);
}

static void clear_flags(struct h7_bank *b, uint32_t flags)
{
	if (!(b->regs[SR / 4] & flags & SR_CLEARABLE))
		emu_unchanged(b->flash->emu);
	b->regs[SR / 4] &= ~(flags & SR_CLEARABLE);
	h7_update(b);
}

static void bank_write(struct h7_bank *b, uint32_t offset, unsigned int width, uint32_t value)
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
			b->regs[word / 4] = emu_merge(b->regs[word / 4], offset, width, value);
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
		mass_erase(f);
}

static void flash_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
			uint32_t value, bool debug)
{
	struct flash_h7 *f = dev->priv;
	unsigned int bank;

	offset = unmirror(offset);
	bank = offset >= BANK2;
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
	case OPTSR_PRG:
	case OPTCCR:
	case BOOT_PRG:
		h7_option_write(f, offset, width, value);
		break;
	default:
		if (h7_has(f, bank))
			bank_write(&f->bank[bank], offset - bank * BANK2, width, value);
		else
			emu_rule_fired(f->emu, &rule_no_bank, dev->facts->base + offset);
	}
}

static uint32_t flash_read(struct emu_dev *dev, uint32_t offset, unsigned int width, bool debug)
{
	return emu_reg_read(dev, unmirror(offset), width);
}

/* ---- set-up ------------------------------------------------------------- */

static int bank_init(struct flash_h7 *f, unsigned int i, const struct stk_bank *facts,
		     struct stk_error *err)
{
	static const char *const store[2][2] = {
		{ "FLASH1", "FLASH1-ECC" }, { "FLASH2", "FLASH2-ECC" }
	};
	struct h7_bank *b = &f->bank[i];
	uint64_t size = facts->regions[0].count * facts->regions[0].size;
	int r;

	b->facts = facts;
	b->start = facts->regions[0].start;
	b->sector = facts->regions[0].size;
	b->n_sectors = (unsigned int)facts->regions[0].count;
	b->lock = (struct flash_lock){ .key = { 0x45670123, 0xcdef89ab } };
	flash_op_init(&b->op, f->emu, done, b);
	r = flash_array_init(&f->cells[i], f->emu, store[i][0], b->start, size, 0xff, err);
	if (!r)
		r = flash_array_add_ecc(&f->cells[i], store[i][1], H7_WORD * 8, 10, err);
	return r ? r : h7_memory_init(b, err);
}

static int flash_init(struct emu_dev *dev, struct stk_error *err)
{
	const struct stk_chip *chip = emu_chip(dev->emu);
	struct flash_h7 *f = dev->priv;
	unsigned int i;
	int r;

	if (chip->n_banks < 1 || chip->n_banks > 2)
		return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
				"%s: the model flash-h7 is for chips with one or two banks",
				chip->name);
	f->dev = dev;
	f->emu = dev->emu;
	f->regs = dev->regs;
	f->optlock = (struct flash_lock){ .key = { 0x08192a3b, 0x4c5d6e7f } };
	for (i = 0; i < 2; i++) {
		f->bank[i].flash = f;
		f->bank[i].index = i;
		f->bank[i].regs = f->regs + i * BANK2 / 4;
		f->bank[i].base = dev->facts->base + i * BANK2;
		r = i < chip->n_banks ? bank_init(f, i, &chip->banks[i], err) : 0;
		if (r)
			return r;
	}
	return h7_options_init(f, err);
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
