/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-l0.c - registers and locks; see flash-l0.h */
#include <errno.h>
#include <string.h>

#include "flash-l0.h"

static const struct emu_rule rule_key = {
	"l0-wrong-key", "manual", "RM0377 3.3.4 Unlocking/locking operations",
	"a wrong key sequence locks the register until the next reset"
};
static const struct emu_rule rule_order = {
	"l0-key-order", "manual", "RM0377 3.3.4: PELOCK must be cleared before",
	"PRGKEYR or OPTKEYR was written while PELOCK is set: ignored"
};
static const struct emu_rule rule_twice = {
	"l0-unlock-twice", "assumed", "RM0377 3.3.4 does not say; F1 and H7 manuals do",
	"keys written while already unlocked count as a wrong sequence"
};
static const struct emu_rule rule_locked = {
	"l0-pecr-locked", "manual", "RM0377 3.7.2 PELOCK",
	"FLASH_PECR was written while PELOCK is set: ignored"
};

static void update_irq(struct flash_l0 *f)
{
	uint32_t sr = f->regs[SR / 4], pecr = f->regs[PECR / 4];
	bool on = (sr & SR_EOP && pecr & PECR_EOPIE) ||
		  (sr & f->sr_mask & ~SR_STATE & ~SR_EOP && pecr & PECR_ERRIE);

	emu_irq(f->emu, (unsigned int)emu_fact(f->dev, "irq", 3), on);
}

void l0_error(struct flash_l0 *f, uint32_t flags, const struct emu_rule *rule, uint64_t addr)
{
	f->regs[SR / 4] |= flags & f->sr_mask;
	emu_rule_fired(f->emu, rule, addr);
	update_irq(f);
}

void l0_begin(struct flash_l0 *f)
{
	f->regs[SR / 4] |= SR_BSY;
	f->regs[SR / 4] &= ~(SR_ENDHV & f->sr_mask);
}

/* EOP comes with every end, interrupt or not (RM0377 3.7.7). */
static void done(void *data)
{
	struct flash_l0 *f = data;

	if (l0_continue(f))
		return;
	f->regs[SR / 4] &= ~SR_BSY;
	f->regs[SR / 4] |= SR_EOP | (SR_ENDHV & f->sr_mask);
	update_irq(f);
}

static void show_locks(struct flash_l0 *f)
{
	uint32_t *pecr = &f->regs[PECR / 4];

	*pecr &= ~PECR_LOCKS;
	*pecr |= flash_lock_open(&f->pelock) ? 0 : PECR_PELOCK;
	*pecr |= flash_lock_open(&f->prglock) ? 0 : PECR_PRGLOCK;
	*pecr |= flash_lock_open(&f->optlock) ? 0 : PECR_OPTLOCK;
}

/* PELOCK closes the other two as well (RM0377 3.7.2). */
static void close_locks(struct flash_l0 *f, uint32_t bits)
{
	if (bits & (PECR_PELOCK | PECR_PRGLOCK))
		flash_lock_close(&f->prglock);
	if (bits & (PECR_PELOCK | PECR_OPTLOCK))
		flash_lock_close(&f->optlock);
	if (bits & PECR_PELOCK)
		flash_lock_close(&f->pelock);
}

static void write_pecr(struct flash_l0 *f, uint32_t offset, unsigned int width,
		       uint32_t value)
{
	uint32_t old = f->regs[PECR / 4];
	uint64_t addr = f->dev->facts->base + PECR;

	flash_op_wait(&f->op);
	value = emu_merge(old, offset, width, value);
	if (!flash_lock_open(&f->pelock)) {
		if ((value ^ old) & f->pecr_mask)
			emu_rule_fired(f->emu, &rule_locked, addr);
		return;
	}
	if ((value ^ old) & PECR_FPRG)
		f->row_bytes = 0;
	f->regs[PECR / 4] = value & f->pecr_mask & ~PECR_OBL_LAUNCH;
	close_locks(f, value);
	show_locks(f);
	if (value & PECR_OBL_LAUNCH && flash_lock_open(&f->optlock))
		emu_system_reset(f->emu, "FLASH_PECR.OBL_LAUNCH: option bytes are loaded");
	update_irq(f);
}

static void write_key(struct flash_l0 *f, struct flash_lock *lock, uint32_t offset,
		      uint32_t value)
{
	bool open = flash_lock_open(lock);
	uint64_t addr = f->dev->facts->base + offset;

	if (lock != &f->pelock && !flash_lock_open(&f->pelock)) {
		emu_rule_fired(f->emu, &rule_order, addr);
		return;
	}
	if (lock->state == FLASH_DEAD || (open && f->twice.now == L0_TWICE_IGNORED))
		return;
	if (!flash_lock_key(lock, value))
		emu_rule_fired(f->emu, open ? &rule_twice : &rule_key, addr);
	if (!flash_lock_open(&f->pelock))
		close_locks(f, PECR_PRGLOCK | PECR_OPTLOCK);
	show_locks(f);
}

static void clear_flags(struct flash_l0 *f, uint32_t flags)
{
	flags &= f->sr_mask & ~SR_STATE;
	if (!(f->regs[SR / 4] & flags))
		emu_unchanged(f->emu);
	f->regs[SR / 4] &= ~flags;
	update_irq(f);
}

static void flash_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
			uint32_t value, bool debug)
{
	struct flash_l0 *f = dev->priv;
	uint32_t word = emu_merge(0, offset, width, value);

	switch (offset & ~3u) {
	case PECR:
		write_pecr(f, offset, width, value);
		break;
	case PEKEYR:
		write_key(f, &f->pelock, PEKEYR, word);
		break;
	case PRGKEYR:
		write_key(f, &f->prglock, PRGKEYR, word);
		break;
	case OPTKEYR:
		write_key(f, &f->optlock, OPTKEYR, word);
		break;
	case SR:
		clear_flags(f, word);
		break;
	case ACR:
		if (!emu_reg_write(dev, offset, width, value))
			emu_unchanged(f->emu);
		break;
	default:
		emu_unchanged(f->emu);
	}
}

/* ---- set-up ------------------------------------------------------------- */

static int flash_init(struct emu_dev *dev, struct stk_error *err)
{
	static const char *const twice[] = { [L0_TWICE_DEAD] = "dead", "ignored", NULL };
	struct flash_l0 *f = dev->priv;
	int r;

	f->dev = dev;
	f->emu = dev->emu;
	f->regs = dev->regs;
	f->pelock = (struct flash_lock){ .key = { 0x89abcdef, 0x02030405 } };
	f->prglock = (struct flash_lock){ .key = { 0x8c9daebf, 0x13141516 } };
	f->optlock = (struct flash_lock){ .key = { 0xfbead9c8, 0x24252627 } };
	f->twice = (struct emu_choice){ &rule_twice, twice, L0_TWICE_DEAD };
	flash_op_init(&f->op, f->emu, done, f);
	r = emu_add_choice(f->emu, &f->twice, err);
	if (!r)
		r = flash_register_mask(f->dev, "SR", &f->sr_mask, err);
	if (!r)
		r = flash_register_mask(f->dev, "PECR", &f->pecr_mask, err);
	if (!r)
		r = l0_memory_init(f, err);
	if (!r)
		r = l0_options_init(f, err);
	return r ? r : l0_failures_init(f, err);
}

static void flash_reset(struct emu_dev *dev, bool power)
{
	struct flash_l0 *f = dev->priv;

	flash_op_interrupt(&f->op);
	f->after_len = 0;
	f->row_bytes = 0;
	f->pelock.state = f->prglock.state = f->optlock.state = FLASH_LOCKED;
	f->regs[SR / 4] = (SR_READY | SR_ENDHV) & f->sr_mask;
	show_locks(f);
	l0_options_load(f);
}

const struct emu_model emu_model_flash_l0 = {
	.name = "flash-l0",
	.priv_size = sizeof(struct flash_l0),
	.init = flash_init,
	.reset = flash_reset,
	.write = flash_write,
};
