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
const struct emu_rule f4_rule_pcrop = {
	"f4-pcrop", "manual",
	"RM0090 3.7.5, SR.RDERR; RM0431 3.4.4; what the load gives is assumed",
	"the sector is for execution only: the load gives 0, RDERR where the chip has it"
};
static const struct emu_rule rule_locked = {
	"f4-option-locked", "manual", "RM0090 3.7.2, 3.9.6 OPTLOCK",
	"an option register was written while OPTLOCK is set: ignored"
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
	struct flash_option option[F4_OPTIONS] = { { "OPTCR", 0 }, { "OPTCR1", 0 },
						   { "OPTCR2", 0 } };
	const struct stk_register *reg;
	const struct stk_field *nwrp;
	unsigned int i;

	for (i = 0; i < F4_OPTIONS; i++) {
		reg = stk_peripheral_register(f->dev->facts, option[i].name);
		if (!reg)
			break;
		f->option_mask[i] = flash_register_bits(reg);
	}
	f->n_options = i;
	f->option_mask[0] &= ~(OPTCR_OPTLOCK | OPTCR_OPTSTRT);
	nwrp = emu_field(f->dev, "OPTCR", "nWRP");
	f->nwrp_bits = nwrp ? nwrp->width : 12;
	f->nwrp_each = emu_field(f->dev, "OPTCR1", "nWRP");
	f->has_sprmod = emu_field(f->dev, "OPTCR", "SPRMOD");
	return flash_options_init(&f->options, f->dev, option, f->n_options, err);
}

void f4_options_load(struct flash_f4 *f)
{
	unsigned int i;

	for (i = 0; i < f->n_options; i++) {
		f->active[i] = flash_option_get(&f->options, i) & f->option_mask[i];
		f->regs[OPTCR / 4 + i] = f->active[i];
	}
	f->regs[OPTCR / 4] |= OPTCR_OPTLOCK;
	f4_load_banks(f);
}

/* RDP level 1 to 0 erases the main flash first (RM0090 3.7.3). */
static void start(struct flash_f4 *f)
{
	uint32_t old = rdp(f->active[0]), new = rdp(f->regs[OPTCR / 4]);
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
	unsigned int i;

	f->committing = false;
	f->regs[OPTCR / 4] &= ~OPTCR_OPTSTRT;
	for (i = 0; i < f->n_options; i++) {
		f->active[i] = f->regs[OPTCR / 4 + i] & f->option_mask[i];
		flash_option_put(&f->options, i, f->active[i]);
	}
	f4_load_banks(f);
}

bool f4_is_option(const struct flash_f4 *f, uint32_t offset)
{
	return offset >= OPTCR && (offset - OPTCR) / 4 < f->n_options;
}

void f4_write_option(struct flash_f4 *f, uint32_t offset, uint32_t value)
{
	uint32_t *reg = &f->regs[offset / 4];
	uint32_t mask = f->option_mask[(offset - OPTCR) / 4];

	if (!flash_lock_open(&f->optlock)) {
		if ((value ^ *reg) & mask)
			emu_rule_fired(f->emu, &rule_locked, f->dev->facts->base + offset);
		return;
	}
	if (offset != OPTCR) {
		*reg = value & mask;
		return;
	}
	*reg = value & (mask | OPTCR_OPTLOCK | OPTCR_OPTSTRT);
	if (value & OPTCR_OPTLOCK)
		flash_lock_close(&f->optlock);
	if (value & OPTCR_OPTSTRT)
		start(f);
}

/* ---- what they protect --------------------------------------------------- */

/* A bank has nWRP of its own, or two sectors share a bit; the last bit has the rest. */
static uint32_t nwrp_bit(const struct flash_f4 *f, const struct f4_sector *s,
			 unsigned int *ret_word)
{
	unsigned int bit = s->n;

	if (!f->nwrp_each && f->n_banks == F4_BANKS)
		bit = s->bank * (f->nwrp_bits / F4_BANKS) + s->n / 2;
	if (bit >= f->nwrp_bits)
		bit = f->nwrp_bits - 1;
	*ret_word = f->nwrp_each ? s->bank : 0;
	return 1u << (OPTCR_NWRP + bit);
}

static bool nwrp(const struct flash_f4 *f, const struct f4_sector *s)
{
	unsigned int word;
	uint32_t bit = nwrp_bit(f, s, &word);

	return f->active[word] & bit;
}

void f4_option_put(struct flash_f4 *f, unsigned int i, uint32_t value)
{
	uint32_t control = f->regs[OPTCR / 4 + i] & ~f->option_mask[i];

	f->active[i] = value & f->option_mask[i];
	f->regs[OPTCR / 4 + i] = f->active[i] | control;
	flash_option_put(&f->options, i, f->active[i]);
}

void f4_protect(struct flash_f4 *f, const struct f4_sector *s)
{
	unsigned int word;
	uint32_t bit = nwrp_bit(f, s, &word);

	f4_option_put(f, word, f->active[word] & ~bit);
}

static bool is_pcrop(const struct flash_f4 *f)
{
	return f->has_sprmod && f->active[0] & OPTCR_SPRMOD;
}

bool f4_proprietary(const struct flash_f4 *f, const struct f4_sector *s)
{
	if (f->n_options == F4_OPTIONS)
		return f->active[2] >> s->n & 1;
	return is_pcrop(f) && nwrp(f, s);
}

bool f4_protected(const struct flash_f4 *f, const struct f4_sector *s)
{
	return f4_proprietary(f, s) || (!is_pcrop(f) && !nwrp(f, s));
}

bool f4_closed(const struct flash_f4 *f)
{
	return rdp(f->active[0]) != RDP_LEVEL0 && emu_debugger(f->emu);
}
