/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-g4.c - registers, lock, erase; see flash-g4.h */
#include <errno.h>
#include <string.h>

#include "flash-g4.h"

static const struct emu_rule rule_key = {
	"g4-wrong-key", "manual",
	"RM0440 3.3.5", "a wrong key sequence locks the register until the next system reset, with a bus error"
};
static const struct emu_rule rule_twice = {
	"g4-unlock-twice", "assumed", "RM0440 3.3.5 does not say; F1 and H7 manuals do",
	"keys written while already unlocked count as a wrong sequence"
};
static const struct emu_rule rule_locked = {
	"g4-cr-locked", "assumed", "RM0440 3.3.5: not accessible in write mode",
	"FLASH_CR was written while LOCK is set: ignored"
};
static const struct emu_rule rule_optlocked = {
	"g4-option-locked", "manual", "RM0440 3.4.2",
	"an option register or bit was written while OPTLOCK is set: ignored"
};
static const struct emu_rule rule_optkey_locked = {
	"g4-optkey-locked", "observed", "ST community, STM32G071 and STM32L471",
	"FLASH_OPTKEYR was written while LOCK is set: bus error"
};
const struct emu_rule g4_rule_stale = {
	"g4-stale-flags", "manual", "RM0440 3.7.5 PGSERR",
	"an error flag of an earlier operation is still set: PGSERR, nothing is done"
};
const struct emu_rule g4_rule_mixed = {
	"g4-mixed-bits", "manual", "RM0440 3.7.5 PGSERR",
	"bits of PG, FSTPG, PER and MER1 are set together: PGSERR, nothing is done"
};

static const struct emu_rule rule_cfgbsy = {
	"g4-cfgbsy", "manual", "RM0490 4.7.4 SR.CFGBSY, RM0444 3.7.4",
	"FLASH_CR was written while CFGBSY is set: bus error"
};
static const struct emu_rule rule_mode = {
	"g4-bank-mode", "assumed",
	"RM0440 3.3.1: a word is as wide as both banks; not which cell goes where",
	"the bank mode changed over programmed cells: here they keep their order"
};

/* ---- one operation at a time ---- */

void g4_wait(struct flash_g4 *f)
{
	flash_op_wait(&f->bank[0].op);
	flash_op_wait(&f->bank[1].op);
	flash_op_wait(&f->otp.op);
	if (f->other.when)
		emu_stall_until(f->emu, f->other.when);
}

static void update_irq(struct flash_g4 *f)
{
	uint32_t sr = f->regs[SR / 4], cr = f->regs[CR / 4];
	bool on = (sr & SR_EOP && cr & CR_EOPIE) || (sr & SR_OPERR && cr & CR_ERRIE);

	emu_irq(f->emu, (unsigned int)emu_fact(f->dev, "irq", 4), on);
}

void g4_error(struct flash_g4 *f, uint32_t flag, const struct emu_rule *rule, uint64_t addr)
{
	f->regs[SR / 4] |= flag;
	if (f->regs[CR / 4] & CR_ERRIE)
		f->regs[SR / 4] |= SR_OPERR;
	f->half = false;
	if (!g4_busy(f))
		f->regs[SR / 4] &= ~f->fields.cfgbsy;
	emu_rule_fired(f->emu, rule, addr);
	update_irq(f);
}

void g4_begin(struct flash_g4 *f, const struct g4_area *a)
{
	f->regs[SR / 4] |= a->busy_flag | f->fields.cfgbsy;
}

/* BSY2 and BSY end with their bank's operation, all else with the last one. */
static void finish(void *data)
{
	struct flash_g4 *f = data;

	if (!f->bank[1].op.busy)
		f->regs[SR / 4] &= ~f->fields.bsy2;
	if (g4_busy(f))
		return;
	f->regs[SR / 4] &= ~(SR_BSY | f->fields.cfgbsy);
	f->regs[CR / 4] &= ~(CR_STRT | CR_OPTSTRT);
	if (f->programs_options)
		g4_option_done(f);
	f->programs_options = false;
	if (f->regs[CR / 4] & CR_EOPIE)
		f->regs[SR / 4] |= SR_EOP;
	update_irq(f);
}

void g4_begin_other(struct flash_g4 *f, uint64_t ns)
{
	f->regs[SR / 4] |= SR_BSY | f->fields.cfgbsy;
	emu_schedule(f->emu, &f->other, emu_now(f->emu) + ns);
}

/* ---- registers ---- */

/*
 * What software can set. Reserved bits of siblings are tolerated: vendor
 * algorithms write MER2 on parts with a single bank.
 */
static uint32_t cr_writable(const struct flash_g4 *f)
{
	uint32_t pnb = ((1u << f->fields.pnb_width) - 1) << f->fields.pnb_lsb;
	uint32_t bker = 1u << emu_fact(f->dev, "reserved_bker_bit", 11);

	return CR_PG | CR_PER | CR_MER1 | pnb | (f->fields.bker ? f->fields.bker : bker) |
	       CR_MER2 | CR_FSTPG | CR_EOPIE | CR_ERRIE | 1u << 26 | 1u << 28;
}

static void launch_options(struct flash_g4 *f)
{
	g4_options_load(f);
	if (f->two_modes && !flash_array_is_erased(&f->whole, 0, f->whole.size))
		emu_rule_fired(f->emu, &rule_mode, f->dev->facts->base + OPTR);
	emu_system_reset(f->emu, "the option bytes were reloaded (OBL_LAUNCH)");
}

void g4_write_cr(struct flash_g4 *f, uint32_t value)
{
	uint32_t old = f->regs[CR / 4], mask = cr_writable(f);
	const uint32_t optional = CR_OPTSTRT | CR_OBL_LAUNCH;

	if (f->regs[SR / 4] & f->fields.cfgbsy) {
		emu_rule_fired(f->emu, &rule_cfgbsy, f->dev->facts->base + CR);
		emu_bus_fault(f->emu, f->dev->facts->base + CR, true, rule_cfgbsy.text);
		return;
	}
	if (old & CR_LOCK) {
		if ((value ^ old) & ~CR_LOCK)
			emu_rule_fired(f->emu, &rule_locked, f->dev->facts->base + CR);
		return;
	}
	if ((old & CR_OPTLOCK) && (value & optional)) {
		emu_rule_fired(f->emu, &rule_optlocked, f->dev->facts->base + CR);
		value &= ~optional;
	}
	f->regs[CR / 4] = (value & mask) | ((old | value) & (CR_LOCK | CR_OPTLOCK));
	if (value & CR_LOCK) {
		flash_lock_close(&f->lock);
		f->regs[CR / 4] |= CR_OPTLOCK;
	}
	if (f->regs[CR / 4] & CR_OPTLOCK)
		flash_lock_close(&f->optlock);
	if ((old ^ value) & (CR_PG | CR_FSTPG))
		g4_program_mode_changed(f);
	update_irq(f);
	if (value & CR_STRT)
		g4_start_erase(f, value);
	if ((value & CR_OPTSTRT) && !g4_busy(f))
		g4_option_start(f);
	if (value & CR_OBL_LAUNCH)
		launch_options(f);
}

static void wrong_key(struct flash_g4 *f, const struct emu_rule *rule, uint32_t offset)
{
	emu_rule_fired(f->emu, rule, f->dev->facts->base + offset);
	emu_bus_fault(f->emu, f->dev->facts->base + offset, true, rule->text);
}

static void write_key(struct flash_g4 *f, uint32_t value)
{
	bool open = flash_lock_open(&f->lock);

	if (f->lock.state == FLASH_DEAD || (open && f->twice.now != G4_TWICE_FAULT))
		return;
	if (!flash_lock_key(&f->lock, value)) {
		f->regs[CR / 4] |= CR_LOCK | CR_OPTLOCK;
		wrong_key(f, open ? &rule_twice : &rule_key, KEYR);
	} else if (flash_lock_open(&f->lock)) {
		f->regs[CR / 4] &= ~CR_LOCK;
	}
}

static void write_optkey(struct flash_g4 *f, uint32_t value)
{
	if (f->optlock.state == FLASH_DEAD)
		return;
	if (!flash_lock_open(&f->lock)) {
		wrong_key(f, &rule_optkey_locked, OPTKEYR);
	} else if (!flash_lock_key(&f->optlock, value)) {
		f->regs[CR / 4] |= CR_OPTLOCK;
		wrong_key(f, &rule_key, OPTKEYR);
	} else if (flash_lock_open(&f->optlock)) {
		f->regs[CR / 4] &= ~CR_OPTLOCK;
	}
}

static void write_option(struct flash_g4 *f, uint32_t offset, unsigned int width,
			 uint32_t value)
{
	g4_wait(f);
	if (f->regs[CR / 4] & CR_OPTLOCK)
		emu_rule_fired(f->emu, &rule_optlocked, f->dev->facts->base + offset);
	else
		emu_reg_write(f->dev, offset, width, value);
}

static void flash_write(struct emu_dev *dev, uint32_t offset, unsigned int width,
			uint32_t value, bool debug)
{
	struct flash_g4 *f = dev->priv;
	uint32_t word = offset & ~3u, whole = emu_merge(0, offset, width, value);

	switch (word) {
	case KEYR:
		write_key(f, whole);
		break;
	case OPTKEYR:
		write_optkey(f, whole);
		break;
	case SR:
		whole &= f->fields.clearable;
		if (!(f->regs[SR / 4] & whole))
			emu_unchanged(f->emu);
		f->regs[SR / 4] &= ~whole;
		update_irq(f);
		break;
	case CR:
		/* Where there is CFGBSY, a write too early is not waited for. */
		if (!f->fields.cfgbsy)
			g4_wait(f);
		g4_write_cr(f, emu_merge(f->regs[CR / 4], offset, width, value));
		break;
	case ACR:
		if (!emu_reg_write(dev, offset, width, value))
			emu_unchanged(f->emu);
		break;
	case ECCR:
		f->regs[ECCR / 4] &= ~(whole & 0xc0000000);
		break;
	default:
		if (g4_is_option(f, word))
			write_option(f, offset, width, value);
	}
}

static uint32_t flash_read(struct emu_dev *dev, uint32_t offset, unsigned int width,
			   bool debug)
{
	/* Key registers are write-only and read 0, which the file holds. */
	return emu_reg_read(dev, offset, width);
}

/* ---- set-up ---- */

static int add_choices(struct flash_g4 *f, struct stk_error *err)
{
	static const char *const bker[] = { [G4_BKER_PGSERR] = "pgserr", "ignored", NULL };
	static const char *const twice[] = { [G4_TWICE_FAULT] = "fault", "ignored", NULL };
	int r;

	f->bker = (struct emu_choice){ &g4_rule_bker, bker, G4_BKER_PGSERR };
	f->twice = (struct emu_choice){ &rule_twice, twice, G4_TWICE_FAULT };
	r = emu_add_choice(f->emu, &f->bker, err);
	return r ? r : emu_add_choice(f->emu, &f->twice, err);
}

static int flash_init(struct emu_dev *dev, struct stk_error *err)
{
	struct flash_g4 *f = dev->priv;
	struct g4_area *areas[] = { &f->bank[0], &f->bank[1], &f->otp };
	size_t i;
	int r;

	f->dev = dev;
	f->emu = dev->emu;
	f->regs = dev->regs;
	f->lock = (struct flash_lock){ .key = { 0x45670123, 0xcdef89ab } };
	f->optlock = (struct flash_lock){ .key = { 0x08192a3b, 0x4c5d6e7f } };
	f->other.fire = finish;
	f->other.data = f;
	for (i = 0; i < sizeof(areas) / sizeof(areas[0]); i++) {
		areas[i]->flash = f;
		flash_op_init(&areas[i]->op, f->emu, finish, f);
	}
	r = g4_banks_init(f, err);
	if (!r)
		r = add_choices(f, err);
	if (!r)
		r = g4_memory_init(f, err);
	if (!r)
		r = g4_failures_init(f, err);
	return r ? r : g4_options_init(f, err);
}

/* EMPTY: the first word was erased when the options were loaded (RM0490 4.7.1). */
static void show_empty(struct flash_g4 *f)
{
	if (f->fields.empty && flash_array_is_erased(&f->whole, 0, 4))
		f->regs[ACR / 4] |= f->fields.empty;
}

static void flash_reset(struct emu_dev *dev, bool power)
{
	struct flash_g4 *f = dev->priv;

	flash_op_interrupt(&f->bank[0].op);
	flash_op_interrupt(&f->bank[1].op);
	flash_op_interrupt(&f->otp.op);
	emu_cancel(f->emu, &f->other);
	f->lock.state = f->optlock.state = FLASH_LOCKED;
	f->half = f->half_refused = f->programs_options = false;
	f->bank[0].mass_erased = f->bank[1].mass_erased = false;
	f->row_fill = 0;
	f->regs[SR / 4] = 0;
	f->regs[CR / 4] = CR_LOCK | CR_OPTLOCK;
	if (power)
		g4_options_load(f);
	g4_options_show(f);
	g4_banks_load(f);
	g4_protection_load(f);
	show_empty(f);
}

const struct emu_model emu_model_flash_g4 = {
	.name = "flash-g4",
	.priv_size = sizeof(struct flash_g4),
	.init = flash_init,
	.reset = flash_reset,
	.read = flash_read,
	.write = flash_write,
};
