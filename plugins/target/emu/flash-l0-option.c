/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flash-l0-option.c - option bytes and the protections they give (RM0377 3.4)
 *
 * Each half of a register is a word of option memory: the half below, its
 * complement above.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "flash-l0.h"

#define RDP_LEVEL0   0xaau
#define WPRMOD	     (1u << 8)
#define SECTORS_EACH 32u

const struct emu_rule l0_rule_rdp = {
	"l0-rdp", "manual", "RM0377 3.4.1",
	"readout protection: memory is closed while a debugger is attached"
};
static const struct emu_rule rule_mismatch = {
	"l0-option-mismatch", "manual", "RM0377 3.4.4, 3.7.7 OPTVERR",
	"an option word and its complement do not match: OPTVERR"
};

static uint32_t get_half(const struct flash_l0 *f, unsigned int n, bool *ret_good)
{
	uint32_t word = flash_array_load(&f->option.array, 4 * n, 4);

	*ret_good = (word >> 16) == (~word & 0xffff);
	return word & 0xffff;
}

static void put_half(struct flash_l0 *f, unsigned int n, uint32_t half)
{
	uint8_t *at = f->option.array.bytes + 4 * n;

	at[0] = half & 0xff;
	at[1] = half >> 8 & 0xff;
	at[2] = (uint8_t)~at[0];
	at[3] = (uint8_t)~at[1];
}

static void put(struct flash_l0 *f, unsigned int n, uint32_t value)
{
	put_half(f, n, value & 0xffff);
	put_half(f, n + 1, value >> 16);
}

/* The factory's values into a new chip; what the user gives into any. */
static int choose(struct flash_l0 *f, const struct stk_register *reg, unsigned int n,
		  bool virgin, struct stk_error *err)
{
	bool good, given;
	uint32_t value = virgin ? reg->reset :
				  get_half(f, n, &good) | get_half(f, n + 1, &good) << 16;
	int r = flash_option_choose(f->dev, reg, &value, &given, err);

	if (!r && (given || virgin))
		put(f, n, value);
	return r;
}

int l0_options_init(struct flash_l0 *f, struct stk_error *err)
{
	static const char *const names[L0_PROTECTS] = { "WRPR1", "WRPR2", "WRPR3" };
	bool virgin = flash_array_is_erased(&f->option.array, 0, f->option.array.size);
	int r;

	f->option_reg = stk_peripheral_register(f->dev->facts, "OPTR");
	if (!f->option_reg)
		return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
				"%s: the NVM interface has no register OPTR",
				emu_chip(f->emu)->name);
	r = choose(f, f->option_reg, 0, virgin, err);
	for (unsigned int i = 0; i < L0_PROTECTS && !r; i++) {
		f->protect_reg[i] = stk_peripheral_register(f->dev->facts, names[i]);
		if (f->protect_reg[i])
			r = choose(f, f->protect_reg[i], 2 + 2 * i, virgin, err);
	}
	return r;
}

static uint32_t load(struct flash_l0 *f, const struct stk_register *reg, unsigned int n)
{
	bool low_good, high_good;
	uint32_t value = get_half(f, n, &low_good);

	value |= get_half(f, n + 1, &high_good) << 16;
	if (!low_good || !high_good)
		l0_error(f, SR_OPTVERR, &rule_mismatch,
			 f->option.array.base + 4 * n);
	f->regs[reg->offset / 4] = value;
	return value;
}

/* Level 1 to 0 erases program flash and EEPROM (RM0377 3.4.1). */
static void regress(struct flash_l0 *f)
{
	flash_array_erase(&f->program.array, 0, f->program.array.size);
	if (f->eeprom.array.size)
		flash_array_erase(&f->eeprom.array, 0, f->eeprom.array.size);
}

void l0_options_load(struct flash_l0 *f)
{
	bool was_closed = f->options && (f->options & 0xff) != RDP_LEVEL0;

	f->options = load(f, f->option_reg, 0);
	if (was_closed && (f->options & 0xff) == RDP_LEVEL0)
		regress(f);
	for (unsigned int i = 0; i < L0_PROTECTS; i++)
		if (f->protect_reg[i])
			f->protect[i] = load(f, f->protect_reg[i], 2 + 2 * i);
}

void l0_option_put(struct flash_l0 *f, const struct stk_register *reg, unsigned int n,
		   uint32_t value)
{
	put(f, n, value);
	f->regs[reg->offset / 4] = value;
	if (reg == f->option_reg)
		f->options = value;
	else
		f->protect[(n - 2) / 2] = value;
}

/* WPRMOD set: the bits mean proprietary code, and 0 protects (RM0377 3.4.2). */
bool l0_protected(const struct flash_l0 *f, uint64_t offset)
{
	unsigned int sector = (unsigned int)(offset / L0_WRP_SECTOR);
	unsigned int word = sector / SECTORS_EACH;

	if (word >= L0_PROTECTS || !f->protect_reg[word])
		return false;
	return (f->protect[word] >> sector % SECTORS_EACH & 1) != !!(f->options & WPRMOD);
}

bool l0_closed(const struct flash_l0 *f)
{
	return (f->options & 0xff) != RDP_LEVEL0 && emu_debugger(f->emu);
}
