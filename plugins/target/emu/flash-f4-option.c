/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-f4-option.c - option bytes and the protections they give (RM0090 3.7) */
#include "flash-f4.h"

#define RDP_LEVEL0 0xaau
#define RDP_LEVEL2 0xccu

const struct emu_rule f4_rule_rdp = {
	"f4-rdp", "manual", "RM0090 3.7.3",
	"readout protection: the flash is closed while a debugger is attached"
};
const struct emu_rule f4_rule_wrp = {
	"f4-wrp", "manual", "RM0090 3.7.4, 3.9.4 WRPERR",
	"the sector is write protected: WRPERR, nothing is done"
};
static const struct emu_rule rule_locked = {
	"f4-option-locked", "manual", "RM0090 3.7.2, 3.9.6 OPTLOCK",
	"FLASH_OPTCR was written while OPTLOCK is set: ignored"
};
static const struct emu_rule rule_rdp2 = {
	"f4-rdp2-options", "manual", "RM0090 3.7.3",
	"at readout protection level 2 the option bytes cannot be changed"
};

static unsigned int rdp(uint32_t optcr)
{
	return emu_bits(optcr, OPTCR_RDP, 8);
}

int f4_options_init(struct flash_f4 *f, struct stk_error *err)
{
	static const struct flash_option option = { "OPTCR", 0x0fffaaed };

	return flash_options_init(&f->options, f->dev, &option, 1, err);
}

void f4_options_load(struct flash_f4 *f)
{
	f->active = flash_option_get(&f->options, 0) & OPTCR_OPTIONS;
	f->regs[OPTCR / 4] = f->active | OPTCR_OPTLOCK;
}

/* RDP level 1 to 0 erases the main flash first (RM0090 3.7.3). */
static void start(struct flash_f4 *f)
{
	uint32_t old = rdp(f->active), new = rdp(f->regs[OPTCR / 4]);
	bool regress = old != RDP_LEVEL0 && new == RDP_LEVEL0;
	uint64_t ns = emu_fact(f->dev, "option_ms", 16) * 1000000;

	if (old == RDP_LEVEL2) {
		emu_rule_fired(f->emu, &rule_rdp2, f->dev->facts->base + OPTCR);
		f->regs[OPTCR / 4] &= ~OPTCR_OPTSTRT;
		return;
	}
	f->committing = true;
	if (regress)
		ns += emu_fact(f->dev, "mass_erase_x32_ms", 8000) * 1000000;
	f4_begin(f);
	flash_op_erase(&f->op, &f->main.array, 0, regress ? f->main.array.size : 0, ns);
}

void f4_options_done(struct flash_f4 *f)
{
	f->committing = false;
	f->regs[OPTCR / 4] &= ~OPTCR_OPTSTRT;
	f->active = f->regs[OPTCR / 4] & OPTCR_OPTIONS;
	flash_option_put(&f->options, 0, f->active);
}

void f4_write_optcr(struct flash_f4 *f, uint32_t value)
{
	if (!flash_lock_open(&f->optlock)) {
		if ((value ^ f->regs[OPTCR / 4]) & ~OPTCR_OPTLOCK)
			emu_rule_fired(f->emu, &rule_locked, f->dev->facts->base + OPTCR);
		return;
	}
	f->regs[OPTCR / 4] = value & (OPTCR_OPTIONS | OPTCR_OPTLOCK | OPTCR_OPTSTRT);
	if (value & OPTCR_OPTLOCK)
		flash_lock_close(&f->optlock);
	if (value & OPTCR_OPTSTRT)
		start(f);
}

bool f4_protected(const struct flash_f4 *f, unsigned int sector)
{
	return sector < OPTCR_NWRP_BITS && !(f->active >> (OPTCR_NWRP + sector) & 1);
}

bool f4_closed(const struct flash_f4 *f)
{
	return rdp(f->active) != RDP_LEVEL0 && emu_debugger(f->emu);
}
