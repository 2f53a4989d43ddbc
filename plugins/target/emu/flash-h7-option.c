/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-h7-option.c - option bytes and the protections they give (RM0399 4.4, 4.5) */
#include "flash-h7.h"

#define RDP_LEVEL0 0xaau
#define RDP_LEVEL2 0xccu

const struct emu_rule h7_rule_rdp = {
	"h7-rdp", "manual", "RM0399 4.5.3",
	"readout protection: the flash is closed while a debugger is attached"
};
const struct emu_rule h7_rule_wrp = {
	"h7-wrp", "manual", "RM0399 4.5.2, 4.7.2 WRPERR",
	"the sector is write protected: WRPERR, nothing is done"
};
const struct emu_rule h7_rule_pcrop = {
	"h7-pcrop", "manual", "RM0399 4.5.4",
	"proprietary code area: loads read 0 with RDPERR, changes are refused with WRPERR"
};
static const struct emu_rule rule_locked = {
	"h7-option-locked", "manual", "RM0399 4.4.3, 4.5.1",
	"an option register was written while OPTLOCK is set: ignored"
};
static const struct emu_rule rule_rdp2 = {
	"h7-rdp2-options", "manual", "RM0399 4.5.3",
	"at readout protection level 2 the option bytes cannot be changed"
};

enum {
	I_OPTSR, I_BOOT, I_PRAR1, I_SCAR1, I_WPSN1, I_PRAR2, I_SCAR2, I_WPSN2,
	/* Of some lines: those whose facts have the register. */
	I_BOOT4, I_OTPBL, I_OPTSR2,
};

/* The register that shows it; the one to program it is the next word. */
static const uint32_t shown_at[H7_OPTIONS] = {
	[I_OPTSR] = OPTSR_CUR,	      [I_BOOT] = BOOT_CUR,
	[I_PRAR1] = PRAR_CUR,	      [I_SCAR1] = SCAR_CUR,
	[I_WPSN1] = WPSN_CUR,	      [I_PRAR2] = BANK2 + PRAR_CUR,
	[I_SCAR2] = BANK2 + SCAR_CUR, [I_WPSN2] = BANK2 + WPSN_CUR,
	[I_BOOT4] = BOOT4_CUR,	      [I_OTPBL] = OTPBL_CUR,
	[I_OPTSR2] = OPTSR2_CUR,
};

/* Factory: nothing protected, an area that ends before it starts is none. */
static const struct flash_option option[H7_OPTIONS] = {
	[I_OPTSR] = { "OPTSR_CUR", 0x0016aaf0 }, [I_BOOT] = { "BOOT_CUR", 0x1ff00800 },
	[I_PRAR1] = { "PRAR_CUR1", 0x000000ff }, [I_SCAR1] = { "SCAR_CUR1", 0x000000ff },
	[I_WPSN1] = { "WPSN_CUR1", 0x000000ff }, [I_PRAR2] = { "PRAR_CUR2", 0x000000ff },
	[I_SCAR2] = { "SCAR_CUR2", 0x000000ff }, [I_WPSN2] = { "WPSN_CUR2", 0x000000ff },
	[I_BOOT4] = { "BOOT4_CUR", 0x10000810 }, [I_OTPBL] = { "OTPBL_CUR", 0 },
	[I_OPTSR2] = { "OPTSR2_CUR", 0 },
};

static bool has_option(const struct flash_h7 *f, size_t i)
{
	return i <= I_WPSN2 || stk_peripheral_register(f->dev->facts, option[i].name);
}

/*
 * Swapped banks swap their registers: what protects bank 1 goes to 0x100 with
 * it (RM0399 4.3.13).
 */
static uint32_t place(const struct flash_h7 *f, size_t i)
{
	bool of_bank = i >= I_PRAR1 && i <= I_WPSN2;

	return of_bank && h7_swapped(f) ? shown_at[i] ^ BANK2 : shown_at[i];
}

bool h7_is_option(const struct flash_h7 *f, uint32_t offset)
{
	size_t i;

	for (i = I_BOOT4; i < H7_OPTIONS; i++)
		if (shown_at[i] + 4 == offset && has_option(f, i))
			return true;
	return offset == OPTSR_PRG || offset == OPTCCR || offset == BOOT_PRG;
}

static unsigned int rdp(uint32_t optsr)
{
	return emu_bits(optsr, OPTSR_RDP, 8);
}

static void show(struct flash_h7 *f, size_t i)
{
	f->regs[place(f, i) / 4] = f->active[i];
}

void h7_options_load(struct flash_h7 *f)
{
	size_t i;

	emu_cancel(f->emu, &f->option_end);
	f->committing = f->regressing = false;
	for (i = 0; i < H7_OPTIONS; i++) {
		if (!has_option(f, i))
			continue;
		f->active[i] = flash_option_get(&f->options, i);
		if (i == I_OPTSR)
			f->active[i] &= ~OPTSR_OPT_BUSY;
		show(f, i);
		f->regs[place(f, i) / 4 + 1] = f->active[i];
	}
	f->regs[OPTCR / 4] = OPTCR_OPTLOCK | (h7_swapped(f) ? OPTCR_SWAP : 0);
}

static void erase_everything(struct flash_h7 *f)
{
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (h7_has(f, i))
			flash_array_erase(f->bank[i].array, 0, f->bank[i].array->size);
}

/* SWAP_BANK_OPT alone waits for the next reset (RM0399 4.4.3). */
static void commit(void *data)
{
	struct flash_h7 *f = data;
	uint32_t swap = f->active[I_OPTSR] & OPTSR_SWAP;
	size_t i;

	for (i = 0; i < H7_OPTIONS; i++) {
		if (!has_option(f, i))
			continue;
		f->active[i] = f->regs[place(f, i) / 4 + 1];
		flash_option_put(&f->options, i, f->active[i]);
		if (i == I_OPTSR)
			f->active[i] = (f->active[i] & ~OPTSR_SWAP) | swap;
		show(f, i);
	}
	if (f->regressing)
		erase_everything(f);
	f->committing = f->regressing = false;
	f->regs[OPTCR / 4] &= ~OPTCR_OPTSTART;
}

int h7_options_init(struct flash_h7 *f, struct stk_error *err)
{
	f->option_end.fire = commit;
	f->option_end.data = f;
	return flash_options_init(&f->options, f->dev, option, H7_OPTIONS, err);
}

/* RDP level 1 to 0 erases both banks (RM0399 4.5.3). */
static void start(struct flash_h7 *f)
{
	unsigned int old = rdp(f->active[I_OPTSR]), new = rdp(f->regs[OPTSR_PRG / 4]);
	uint64_t ms = emu_fact(f->dev, "option_ms", 20);

	if (old == RDP_LEVEL2) {
		emu_rule_fired(f->emu, &rule_rdp2, f->dev->facts->base + OPTCR);
		f->regs[OPTCR / 4] &= ~OPTCR_OPTSTART;
		return;
	}
	f->regressing = old != RDP_LEVEL0 && new == RDP_LEVEL0;
	if (f->regressing)
		ms += h7_by_psize(&f->bank[0], "bank_erase", "ms", 8000);
	f->committing = true;
	f->regs[OPTSR_CUR / 4] |= OPTSR_OPT_BUSY;
	emu_schedule(f->emu, &f->option_end, emu_now(f->emu) + ms * 1000000);
}

void h7_option_write(struct flash_h7 *f, uint32_t offset, unsigned int width, uint32_t value)
{
	uint32_t word = offset & ~3u, old = f->regs[word / 4];

	value = emu_merge(old, offset, width, value);
	if (!flash_lock_open(&f->optlock)) {
		if ((value ^ old) & ~(word == OPTCR ? OPTCR_OPTLOCK : 0))
			emu_rule_fired(f->emu, &rule_locked, f->dev->facts->base + word);
		return;
	}
	if (word == OPTCCR)
		return;
	if (word != OPTCR) {
		f->regs[word / 4] = value;
		return;
	}
	f->regs[OPTCR / 4] = (value & (OPTCR_OPTLOCK | OPTCR_OPTSTART | OPTCR_MER |
				       OPTCR_CHANGEERRIE)) |
			     (old & OPTCR_SWAP);
	if (value & OPTCR_OPTLOCK)
		flash_lock_close(&f->optlock);
	if (value & OPTCR_OPTSTART && !f->committing)
		start(f);
}

/* ---- what is in force --------------------------------------------------- */

bool h7_swapped(const struct flash_h7 *f)
{
	return f->active[I_OPTSR] & OPTSR_SWAP && h7_has(f, 1);
}

/* Of the cells that are behind @b now. */
static uint32_t of_bank(const struct h7_bank *b, size_t first)
{
	bool second = b->index != h7_swapped(b->flash);

	return b->flash->active[first + (second ? I_PRAR2 - I_PRAR1 : 0)];
}

static void put_option(struct flash_h7 *f, size_t i, uint32_t value)
{
	flash_option_put(&f->options, i, value);
	f->active[i] = value;
	show(f, i);
	f->regs[place(f, i) / 4 + 1] = value;
}

void h7_protect(struct h7_bank *b, unsigned int sector)
{
	bool second = b->index != h7_swapped(b->flash);
	size_t i = second ? I_WPSN2 : I_WPSN1;

	put_option(b->flash, i,
		   b->flash->active[i] & ~(1u << sector / b->flash->wp_sectors));
}

void h7_change_optsr(struct flash_h7 *f, uint32_t clear, uint32_t set)
{
	put_option(f, I_OPTSR, (f->active[I_OPTSR] & ~clear) | set);
}

bool h7_protected(const struct h7_bank *b, unsigned int sector)
{
	return !(of_bank(b, I_WPSN1) >> sector / b->flash->wp_sectors & 1);
}

/* In units of 256 bytes (RM0399 4.9.11). */
bool h7_proprietary(const struct h7_bank *b, uint64_t offset, uint64_t len)
{
	uint32_t area = of_bank(b, I_PRAR1);
	uint64_t start = emu_bits(area, 0, 12) * 256ull;
	uint64_t end = emu_bits(area, 16, 12) * 256ull + 256;

	return start < end && offset < end && offset + len > start;
}

bool h7_closed(const struct flash_h7 *f)
{
	return rdp(f->active[I_OPTSR]) != RDP_LEVEL0 && emu_debugger(f->emu);
}
