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
static const struct emu_rule rule_alone = {
	"g4-strt-alone", "manual", "RM0440 3.7.6 STRT",
	"STRT without PER or MER1: no erase, no flag"
};
static const struct emu_rule rule_bker = {
	"g4-bker-single-bank", "assumed", "RM0440 3.7.6: BKER does not exist on category 2",
	"BKER is set on a single-bank part"
};
static const struct emu_rule rule_beyond = {
	"g4-page-beyond", "assumed", "RM0440 does not say",
	"PNB names no page of this part: nothing is erased, no flag"
};

/* ---- one operation at a time ---- */

void g4_wait(struct flash_g4 *f)
{
	flash_op_wait(&f->main.op);
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
	emu_rule_fired(f->emu, rule, addr);
	update_irq(f);
}

static void finish(void *data)
{
	struct flash_g4 *f = data;

	f->regs[SR / 4] &= ~SR_BSY;
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
	f->regs[SR / 4] |= SR_BSY;
	emu_schedule(f->emu, &f->other, emu_now(f->emu) + ns);
}

/* ---- erase ---- */

static bool any_page_protected(const struct flash_g4 *f)
{
	uint32_t i;

	for (i = 0; i < f->main.array.size / f->page; i++)
		if (g4_page_protected(f, i))
			return true;
	return false;
}

static void erase_all(struct flash_g4 *f)
{
	if (any_page_protected(f)) {
		g4_error(f, SR_WRPERR, &g4_rule_wrp, f->main.array.base);
		return;
	}
	f->mass_erased = true;
	f->regs[SR / 4] |= SR_BSY;
	flash_op_erase(&f->main.op, &f->main.array, 0, f->main.array.size,
		       emu_fact(f->dev, "mass_erase_us", 22130) * 1000);
}

static void erase_page(struct flash_g4 *f, uint32_t cr)
{
	uint32_t page = emu_bits(cr, CR_PNB, f->pnb_bits), at = page * f->page;
	uint64_t ns = emu_fact(f->dev, "page_erase_us", 22020) * 1000;

	if (cr & CR_BKER) {
		if (!strcmp(f->bker, "pgserr")) {
			g4_error(f, SR_PGSERR, &rule_bker, f->main.array.base + at);
			return;
		}
		emu_rule_fired(f->emu, &rule_bker, f->main.array.base + at);
	}
	if (at >= f->main.array.size) {
		emu_rule_fired(f->emu, &rule_beyond, f->main.array.base + at);
		g4_begin_other(f, ns);
		return;
	}
	if (g4_page_protected(f, page)) {
		g4_error(f, SR_WRPERR, &g4_rule_wrp, f->main.array.base + at);
		return;
	}
	f->regs[SR / 4] |= SR_BSY;
	flash_op_erase(&f->main.op, &f->main.array, at, f->page, ns);
}

static void start_erase(struct flash_g4 *f, uint32_t cr)
{
	uint64_t addr = f->dev->facts->base + CR;
	bool per = cr & CR_PER, mer = cr & CR_MER1;

	f->regs[CR / 4] &= ~CR_STRT;
	if (f->regs[SR / 4] & SR_STALE) {
		g4_error(f, SR_PGSERR, &g4_rule_stale, addr);
	} else if ((per && mer) || ((per || mer) && (cr & (CR_PG | CR_FSTPG)))) {
		g4_error(f, SR_PGSERR, &g4_rule_mixed, addr);
	} else if (!per && !mer) {
		emu_rule_fired(f->emu, &rule_alone, addr);
	} else if (g4_closed(f)) {
		g4_error(f, SR_WRPERR, &g4_rule_rdp, addr);
	} else {
		f->regs[CR / 4] |= CR_STRT;
		if (mer)
			erase_all(f);
		else
			erase_page(f, cr);
		if (!g4_busy(f))
			f->regs[CR / 4] &= ~CR_STRT;
	}
}

/* ---- registers ---- */

/* What software can set; MER2 is tolerated: vendor algorithms write it. */
static uint32_t cr_writable(const struct flash_g4 *f)
{
	return CR_PG | CR_PER | CR_MER1 | ((1u << f->pnb_bits) - 1) << CR_PNB | CR_BKER |
	       CR_MER2 | CR_FSTPG | CR_EOPIE | CR_ERRIE | 1u << 26 | 1u << 28;
}

static void launch_options(struct flash_g4 *f)
{
	g4_options_load(f);
	emu_system_reset(f->emu, "the option bytes were reloaded (OBL_LAUNCH)");
}

void g4_write_cr(struct flash_g4 *f, uint32_t value)
{
	uint32_t old = f->regs[CR / 4], mask = cr_writable(f);
	const uint32_t optional = CR_OPTSTRT | CR_OBL_LAUNCH;

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
		start_erase(f, value);
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

	if (f->lock.state == FLASH_DEAD || (open && !strcmp(f->twice, "ignored")))
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
		g4_option_write(f, offset, width, value);
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
		if (!(f->regs[SR / 4] & whole & SR_CLEARABLE))
			emu_unchanged(f->emu);
		f->regs[SR / 4] &= ~(whole & SR_CLEARABLE);
		update_irq(f);
		break;
	case CR:
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
		if (g4_is_option(word))
			write_option(f, offset, width, value);
	}
}

static uint32_t flash_read(struct emu_dev *dev, uint32_t offset, unsigned int width,
			   bool debug)
{
	/* Key registers are write-only and read 0, which the file holds. */
	return emu_reg_read(dev, offset, width);
}

/* ---- the memories ---- */

static uint32_t area_read(void *priv, uint64_t offset, unsigned int width, bool debug)
{
	struct g4_area *a = priv;
	struct flash_g4 *f = a->flash;

	g4_wait(f);
	if (g4_closed(f)) {
		emu_rule_fired(f->emu, &g4_rule_rdp, a->array.base + offset);
		emu_bus_fault(f->emu, a->array.base + offset, false, g4_rule_rdp.text);
		return 0;
	}
	return flash_array_load(&a->array, offset, width);
}

static int add_area(struct flash_g4 *f, struct g4_area *a, const char *name,
		    uint64_t start, uint64_t size, struct stk_error *err)
{
	struct emu_window window = {
		.name = name,
		.start = start,
		.size = size,
		.read = area_read,
		.write = g4_store,
		.priv = a,
	};
	int r;

	a->flash = f;
	r = flash_array_init(&a->array, f->emu, name, start, size, 0xff, err);
	if (r)
		return r;
	flash_op_init(&a->op, f->emu, finish, f);
	return emu_add_window(f->emu, &window, err);
}

static const struct stk_memory *main_memory(const struct stk_chip *chip)
{
	size_t i;

	for (i = 0; i < chip->n_memories; i++)
		if (chip->memories[i].kind == STK_MEM_FLASH)
			return &chip->memories[i];
	return NULL;
}

static int choose_variant(struct flash_g4 *f, const struct emu_rule *rule, const char *a,
			  const char *b, const char **ret, struct stk_error *err)
{
	const char *chosen = emu_rule_variant(f->emu, rule->id, a);

	if (strcmp(chosen, a) && strcmp(chosen, b))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "bad-option",
				"rule.%s=%s: the variants are %s and %s", rule->id,
				chosen, a, b);
	*ret = chosen;
	return 0;
}

static int flash_init(struct emu_dev *dev, struct stk_error *err)
{
	struct flash_g4 *f = dev->priv;
	const struct stk_chip *chip = emu_chip(dev->emu);
	const struct stk_memory *m = main_memory(chip);
	int r;

	if (!m || !chip->n_banks || !chip->banks[0].n_regions)
		return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
				"%s has no flash memory or no bank", chip->name);
	f->dev = dev;
	f->emu = dev->emu;
	f->regs = dev->regs;
	f->page = (uint32_t)chip->banks[0].regions[0].size;
	f->pnb_bits = (unsigned int)emu_fact(dev, "pnb_bits", 6);
	f->lock = (struct flash_lock){ .key = { 0x45670123, 0xcdef89ab } };
	f->optlock = (struct flash_lock){ .key = { 0x08192a3b, 0x4c5d6e7f } };
	f->other.fire = finish;
	f->other.data = f;
	r = add_area(f, &f->main, "FLASH", m->start, m->size, err);
	if (!r)
		r = add_area(f, &f->otp, "OTP", emu_fact(dev, "otp_start", 0x1fff7000),
			     emu_fact(dev, "otp_bytes", 1024), err);
	f->otp.otp = true;
	if (!r)
		r = choose_variant(f, &rule_bker, "pgserr", "ignored", &f->bker, err);
	if (!r)
		r = choose_variant(f, &rule_twice, "fault", "ignored", &f->twice, err);
	return r ? r : g4_options_init(f, err);
}

static void flash_reset(struct emu_dev *dev, bool power)
{
	struct flash_g4 *f = dev->priv;

	flash_op_interrupt(&f->main.op);
	flash_op_interrupt(&f->otp.op);
	emu_cancel(f->emu, &f->other);
	f->lock.state = f->optlock.state = FLASH_LOCKED;
	f->half = f->mass_erased = f->programs_options = false;
	f->row_fill = 0;
	f->regs[SR / 4] = 0;
	f->regs[CR / 4] = CR_LOCK | CR_OPTLOCK;
	if (power)
		g4_options_load(f);
	g4_options_show(f);
}

const struct emu_model emu_model_flash_g4 = {
	.name = "flash-g4",
	.priv_size = sizeof(struct flash_g4),
	.init = flash_init,
	.reset = flash_reset,
	.read = flash_read,
	.write = flash_write,
};
