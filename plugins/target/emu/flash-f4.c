/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-f4.c - registers and locks; see flash-f4.h */
#include <errno.h>
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
	f->regs[CR / 4] = value & f->cr_mask;
	if (value & CR_LOCK)
		flash_lock_close(&f->lock);
	if (value & CR_STRT)
		f4_start_erase(f);
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

	if (lock->state == FLASH_DEAD || (was_open && f->twice.now != F4_TWICE_FAULT))
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

	if (new & (old & (ACR_ICEN | ACR_DCEN)) << 2) {
		emu_rule_fired(f->emu, &rule_cache, f->dev->facts->base + ACR);
		new &= ~((old & (ACR_ICEN | ACR_DCEN)) << 2);
	}
	f->regs[ACR / 4] = new & f->acr_mask;
	if (f->regs[ACR / 4] == old)
		emu_unchanged(f->emu);
}

static void clear_flags(struct flash_f4 *f, uint32_t flags)
{
	flags &= f->sr_mask & ~SR_BSY;
	if (!(f->regs[SR / 4] & flags))
		emu_unchanged(f->emu);
	f->regs[SR / 4] &= ~flags;
	update_irq(f);
}

static void write_other(struct flash_f4 *f, uint32_t offset, unsigned int width,
			uint32_t value)
{
	uint32_t at = offset & ~3u;

	if (!f4_is_option(f, at)) {
		emu_unchanged(f->emu);
		return;
	}
	flash_op_wait(&f->op);
	f4_write_option(f, at, emu_merge(f->regs[at / 4], offset, width, value));
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
	default:
		write_other(f, offset, width, value);
	}
}

/* ---- set-up ------------------------------------------------------------- */

static int read_facts(struct flash_f4 *f, struct stk_error *err)
{
	const struct stk_field *snb;
	uint32_t option;
	int r = flash_register_mask(f->dev, "ACR", &f->acr_mask, err);

	if (!r)
		r = flash_register_mask(f->dev, "SR", &f->sr_mask, err);
	if (!r)
		r = flash_register_mask(f->dev, "CR", &f->cr_mask, err);
	if (!r)
		r = flash_register_mask(f->dev, "OPTCR", &option, err);
	if (r)
		return r;
	snb = emu_field(f->dev, "CR", "SNB");
	f->snb_bits = (unsigned int)emu_fact(f->dev, "snb_bits", snb ? snb->width : 4);
	return 0;
}

static int add_choices(struct flash_f4 *f, struct stk_error *err)
{
	static const char *const twice[] = { [F4_TWICE_FAULT] = "fault", "ignored", NULL };
	static const char *const both[] = { [F4_BOTH_REFUSED] = "refuse", "mass", NULL };
	int r;

	f->twice = (struct emu_choice){ &rule_twice, twice, F4_TWICE_FAULT };
	f->both = (struct emu_choice){ &f4_rule_ser_mer, both, F4_BOTH_REFUSED };
	r = emu_add_choice(f->emu, &f->twice, err);
	return r ? r : emu_add_choice(f->emu, &f->both, err);
}

static int flash_init(struct emu_dev *dev, struct stk_error *err)
{
	struct flash_f4 *f = dev->priv;
	int r;

	f->dev = dev;
	f->emu = dev->emu;
	f->regs = dev->regs;
	f->lock = (struct flash_lock){ .key = { 0x45670123, 0xcdef89ab } };
	f->optlock = (struct flash_lock){ .key = { 0x08192a3b, 0x4c5d6e7f } };
	flash_op_init(&f->op, f->emu, done, f);
	r = read_facts(f, err);
	if (!r)
		r = add_choices(f, err);
	if (!r)
		r = f4_supply_init(f, err);
	if (!r)
		r = f4_failures_init(f, err);
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
