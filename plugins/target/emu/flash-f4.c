/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-f4.c - registers, locks, erase; see flash-f4.h */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "flash-f4.h"

static const struct emu_rule rule_key = {
	"f4-wrong-key", "manual", "RM0090 3.6.1",
	"a wrong key sequence locks the register until the next reset, with a bus error"
};
static const struct emu_rule rule_twice = {
	"f4-unlock-twice", "assumed", "RM0090 3.6.1 does not say; F1 and H7 manuals do",
	"keys written while already unlocked count as a wrong sequence"
};
static const struct emu_rule rule_locked = {
	"f4-cr-locked", "assumed", "RM0090 3.6.1: FLASH_CR is locked",
	"FLASH_CR was written while LOCK is set: ignored"
};
static const struct emu_rule rule_stall = {
	"f4-cr-stall", "manual",
	"RM0090 3.6.1", "FLASH_CR was written while BSY is set: the bus stalls until the operation is over"
};
static const struct emu_rule rule_both = {
	"f4-ser-mer", "assumed", "RM0090 SR.WRPERR (Rev 4: neither, Rev 21: mass erase)",
	"SER and MER are both set"
};
static const struct emu_rule rule_alone = {
	"f4-strt-alone", "assumed", "RM0090 3.9.5 STRT: unpredictable, no error flag",
	"STRT without SER or MER: nothing is erased, no flag"
};
static const struct emu_rule rule_sector = {
	"f4-no-such-sector", "manual", "RM0090 3.9.4 WRPERR",
	"SNB names no user sector: WRPERR, nothing is erased"
};
static const struct emu_rule rule_vpp = {
	"f4-erase-vpp", "assumed", "RM0090 3.6.2: x64 needs external VPP",
	"erase with PSIZE x64 and no external VPP: PGPERR, nothing is erased"
};
static const struct emu_rule rule_cache = {
	"f4-cache-reset", "manual", "RM0090 3.9.1 ICRST, DCRST",
	"a cache can be reset only while it is disabled: the bit is ignored"
};

/* ---- operations --------------------------------------------------------- */

static void update_irq(struct flash_f4 *f)
{
	uint32_t sr = f->regs[SR / 4], cr = f->regs[CR / 4];
	bool on = (sr & SR_EOP && cr & CR_EOPIE) || (sr & SR_OPERR && cr & CR_ERRIE);

	emu_irq(f->emu, (unsigned int)emu_fact(f->dev, "irq", 4), on);
}

void f4_error(struct flash_f4 *f, uint32_t flags, const struct emu_rule *rule, uint64_t addr)
{
	f->regs[SR / 4] |= flags;
	if (f->regs[CR / 4] & CR_ERRIE)
		f->regs[SR / 4] |= SR_OPERR;
	emu_rule_fired(f->emu, rule, addr);
	update_irq(f);
}

void f4_begin(struct flash_f4 *f)
{
	f->regs[SR / 4] |= SR_BSY;
}

/* EOP comes only to those who enabled its interrupt (RM0090 3.9.4). */
static void done(void *data)
{
	struct flash_f4 *f = data;

	f->regs[SR / 4] &= ~SR_BSY;
	f->regs[CR / 4] &= ~CR_STRT;
	if (f->committing)
		f4_options_done(f);
	if (f->regs[CR / 4] & CR_EOPIE)
		f->regs[SR / 4] |= SR_EOP;
	update_irq(f);
}

/* ---- sectors ------------------------------------------------------------ */

bool f4_sector(const struct flash_f4 *f, unsigned int n, uint64_t *offset, uint64_t *len)
{
	const struct stk_region *r = f->bank->regions;
	size_t i;

	for (i = 0; i < f->bank->n_regions; n -= r->count, r++, i++) {
		if (n >= r->count)
			continue;
		*offset = r->start - f->main.array.base + n * r->size;
		*len = r->size;
		return true;
	}
	return false;
}

unsigned int f4_sector_at(const struct flash_f4 *f, uint64_t offset)
{
	uint64_t start, len;
	unsigned int n = 0;

	while (f4_sector(f, n, &start, &len) && offset - start >= len)
		n++;
	return n;
}

/* ---- erase -------------------------------------------------------------- */

static uint64_t erase_ns(const struct flash_f4 *f, const char *what, uint64_t fallback_ms)
{
	unsigned int psize = emu_bits(f->regs[CR / 4], CR_PSIZE, 2);
	char key[32];

	snprintf(key, sizeof(key), "%s_x%u_ms", what, 8u << psize);
	return emu_fact(f->dev, key, fallback_ms) * 1000000;
}

static void erase_sector(struct flash_f4 *f)
{
	unsigned int n = emu_bits(f->regs[CR / 4], CR_SNB, CR_SNB_BITS);
	uint64_t offset, len;
	char key[24];

	if (!f4_sector(f, n, &offset, &len)) {
		f4_error(f, SR_WRPERR, &rule_sector, f->dev->facts->base + CR);
		return;
	}
	if (f4_protected(f, n)) {
		f4_error(f, SR_WRPERR, &f4_rule_wrp, f->main.array.base + offset);
		return;
	}
	snprintf(key, sizeof(key), "erase_%uk", (unsigned int)(len / 1024));
	f4_begin(f);
	flash_op_erase(&f->op, &f->main.array, offset, len, erase_ns(f, key, 1000));
}

static void erase_all(struct flash_f4 *f)
{
	uint64_t offset, len;
	unsigned int n;

	for (n = 0; f4_sector(f, n, &offset, &len); n++) {
		if (!f4_protected(f, n))
			continue;
		f4_error(f, SR_WRPERR, &f4_rule_wrp, f->main.array.base + offset);
		return;
	}
	f4_begin(f);
	flash_op_erase(&f->op, &f->main.array, 0, f->main.array.size,
		       erase_ns(f, "mass_erase", 8000));
}

static void start_erase(struct flash_f4 *f)
{
	uint32_t cr = f->regs[CR / 4];
	bool ser = cr & CR_SER, mer = cr & CR_MER;
	uint64_t addr = f->dev->facts->base + CR;

	if (ser && mer && !f->both_mass)
		f4_error(f, SR_WRPERR, &rule_both, addr);
	else if (!ser && !mer)
		emu_rule_fired(f->emu, &rule_alone, addr);
	else if (f4_closed(f))
		f4_error(f, SR_WRPERR, &f4_rule_rdp, addr);
	else if (emu_bits(cr, CR_PSIZE, 2) == PSIZE_X64)
		f4_error(f, SR_PGPERR, &rule_vpp, addr);
	else if (mer)
		erase_all(f);
	else
		erase_sector(f);
}

/* ---- registers ---------------------------------------------------------- */

static void write_cr(struct flash_f4 *f, uint32_t offset, unsigned int width, uint32_t value)
{
	uint64_t addr = f->dev->facts->base + CR;

	if (f->op.busy)
		emu_rule_fired(f->emu, &rule_stall, addr);
	flash_op_wait(&f->op);
	value = emu_merge(f->regs[CR / 4], offset, width, value);
	if (!flash_lock_open(&f->lock)) {
		if ((value ^ f->regs[CR / 4]) & ~CR_LOCK)
			emu_rule_fired(f->emu, &rule_locked, addr);
		return;
	}
	f->regs[CR / 4] = value & (CR_WRITABLE | CR_LOCK | CR_STRT);
	if (value & CR_LOCK)
		flash_lock_close(&f->lock);
	if (value & CR_STRT)
		start_erase(f);
	if (!f->op.busy)
		f->regs[CR / 4] &= ~CR_STRT;
	update_irq(f);
}

static void wrong_key(struct flash_f4 *f, const struct emu_rule *rule, uint32_t offset)
{
	emu_rule_fired(f->emu, rule, f->dev->facts->base + offset);
	emu_bus_fault(f->emu, f->dev->facts->base + offset, true, rule->text);
}

static void write_key(struct flash_f4 *f, struct flash_lock *lock, uint32_t offset,
		      uint32_t value)
{
	bool was_open = flash_lock_open(lock);

	if (lock->state == FLASH_DEAD || (was_open && f->second_ignored))
		return;
	if (!flash_lock_key(lock, value))
		wrong_key(f, was_open ? &rule_twice : &rule_key, offset);
	if (flash_lock_open(&f->lock))
		f->regs[CR / 4] &= ~CR_LOCK;
	else
		f->regs[CR / 4] |= CR_LOCK;
	if (flash_lock_open(&f->optlock))
		f->regs[OPTCR / 4] &= ~OPTCR_OPTLOCK;
	else
		f->regs[OPTCR / 4] |= OPTCR_OPTLOCK;
}

static void write_acr(struct flash_f4 *f, uint32_t offset, unsigned int width,
		      uint32_t value)
{
	uint32_t old = f->regs[ACR / 4], new = emu_merge(old, offset, width, value);

	if ((new &ACR_ICRST &&old &ACR_ICEN) || (new &ACR_DCRST &&old &ACR_DCEN)) {
		emu_rule_fired(f->emu, &rule_cache, f->dev->facts->base + ACR);
		new &= ~((old & (ACR_ICEN | ACR_DCEN)) << 2);
	}
	f->regs[ACR / 4] = new &ACR_WRITABLE;
	if (f->regs[ACR / 4] == old)
		emu_unchanged(f->emu);
}

static void clear_flags(struct flash_f4 *f, uint32_t flags)
{
	if (!(f->regs[SR / 4] & flags & SR_CLEARABLE))
		emu_unchanged(f->emu);
	f->regs[SR / 4] &= ~(flags & SR_CLEARABLE);
	update_irq(f);
}

static void flash_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
			uint32_t value, bool debug)
{
	struct flash_f4 *f = dev->priv;
	uint32_t word = emu_merge(0, offset, width, value);

	switch (offset & ~3u) {
	case ACR:
		write_acr(f, offset, width, value);
		break;
	case KEYR:
		write_key(f, &f->lock, KEYR, word);
		break;
	case OPTKEYR:
		write_key(f, &f->optlock, OPTKEYR, word);
		break;
	case SR:
		clear_flags(f, word);
		break;
	case CR:
		write_cr(f, offset, width, value);
		break;
	case OPTCR:
		flash_op_wait(&f->op);
		f4_write_optcr(f, emu_merge(f->regs[OPTCR / 4], offset, width, value));
		break;
	default:
		emu_unchanged(f->emu);
	}
}

/* ---- set-up ------------------------------------------------------------- */

static int choose_variant(struct flash_f4 *f, const struct emu_rule *rule,
			  const char *normal, const char *other, bool *ret_other,
			  struct stk_error *err)
{
	const char *chosen = emu_rule_variant(f->emu, rule->id, normal);

	*ret_other = !strcmp(chosen, other);
	if (*ret_other || !strcmp(chosen, normal))
		return 0;
	return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
			"rule.%s=%s: the variants are %s and %s", rule->id, chosen,
			normal, other);
}

static int flash_init(struct emu_dev *dev, struct stk_error *err)
{
	const struct stk_chip *chip = emu_chip(dev->emu);
	struct flash_f4 *f = dev->priv;
	int r;

	if (chip->n_banks != 1)
		return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
				"%s: the model flash-f4 is for chips with one bank",
				chip->name);
	f->dev = dev;
	f->emu = dev->emu;
	f->regs = dev->regs;
	f->bank = &chip->banks[0];
	f->lock = (struct flash_lock){ .key = { 0x45670123, 0xcdef89ab } };
	f->optlock = (struct flash_lock){ .key = { 0x08192a3b, 0x4c5d6e7f } };
	flash_op_init(&f->op, f->emu, done, f);
	r = choose_variant(f, &rule_twice, "fault", "ignored", &f->second_ignored, err);
	if (!r)
		r = choose_variant(f, &rule_both, "refuse", "mass", &f->both_mass, err);
	if (!r)
		r = f4_options_init(f, err);
	return r ? r : f4_memory_init(f, err);
}

static void flash_reset(struct emu_dev *dev, bool power)
{
	struct flash_f4 *f = dev->priv;

	flash_op_interrupt(&f->op);
	f->committing = false;
	f->lock.state = f->optlock.state = FLASH_LOCKED;
	f->regs[SR / 4] = 0;
	f->regs[CR / 4] = CR_LOCK;
	f4_options_load(f);
}

const struct emu_model emu_model_flash_f4 = {
	.name = "flash-f4",
	.priv_size = sizeof(struct flash_f4),
	.init = flash_init,
	.reset = flash_reset,
	.write = flash_write,
};
