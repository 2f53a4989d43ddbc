/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-f4-memory.c - loads and stores: main flash and OTP (RM0090 3.6, 3.8) */
#include <string.h>

#include "flash-f4.h"

static const struct emu_rule rule_pg = {
	"f4-store-without-pg", "manual", "RM0090 3.9.4 PGSERR",
	"a store to the flash with PG clear: PGSERR, nothing is programmed"
};
static const struct emu_rule rule_width = {
	"f4-store-width", "manual", "RM0090 3.6.2, 3.9.4 PGPERR",
	"the store's width is not PSIZE: PGPERR, nothing is programmed"
};
static const struct emu_rule rule_row = {
	"f4-store-row", "manual", "RM0090 3.6.4, 3.9.4 PGAERR",
	"the store crosses a 128-bit row: PGAERR, nothing is programmed"
};
static const struct emu_rule rule_vpp = {
	"f4-store-vpp", "assumed", "RM0090 3.6.2: x64 needs external VPP",
	"PSIZE x64 without external VPP: PGPERR, nothing is programmed"
};
static const struct emu_rule rule_otp = {
	"f4-otp-locked", "manual", "RM0090 3.8, 3.9.4 WRPERR",
	"the OTP block is locked: WRPERR, nothing is programmed"
};
static const struct emu_rule rule_and = {
	"f4-not-erased", "manual", "RM0090 3.6.4",
	"a location is programmed that is not erased: bits that are 0 stay 0"
};

static const struct emu_rule rule_itcm = {
	"f7-itcm-store", "assumed", "AN4667: the flash is read over ITCM, and written over AXI",
	"a store to the flash at its ITCM address: bus error, nothing is programmed"
};

/* Blocks first, then a byte for each that locks it. */
static bool otp_locked(const struct f4_area *a, uint64_t offset)
{
	uint64_t bytes = emu_fact(a->flash->dev, "otp_bytes", 512);
	uint64_t locks = emu_fact(a->flash->dev, "otp_lock_bytes", 16);

	return a->otp && offset < bytes &&
	       a->array.bytes[bytes + offset / (bytes / locks)] == 0x00;
}

static bool write_protected(const struct f4_area *a, uint64_t offset)
{
	struct f4_sector s;

	if (a->otp)
		return false;
	s = f4_sector_at(a->flash, offset);
	return f4_protected(a->flash, &s);
}

/* True: the store is refused and a flag set. */
static bool refused(struct flash_f4 *f, const struct f4_area *a, uint64_t offset,
		    unsigned int width)
{
	uint32_t cr = f->regs[CR / 4], psize = emu_bits(cr, CR_PSIZE, 2);
	uint32_t size_flag = width != 1u << psize ? SR_PGPERR : 0;
	uint64_t addr = a->array.base + offset;

	/* Stores before any set-up leave PGSERR and PGPERR (seen on F4). */
	if (!(cr & CR_PG))
		f4_error(f, SR_PGSERR | size_flag, &rule_pg, addr);
	else if (f4_closed(f))
		f4_error(f, SR_WRPERR, &f4_rule_rdp, addr);
	else if (psize == PSIZE_X64)
		f4_error(f, SR_PGPERR, &rule_vpp, addr);
	else if (size_flag)
		f4_error(f, SR_PGPERR, &rule_width, addr);
	else if (offset % 16 + width > 16)
		f4_error(f, SR_PGAERR, &rule_row, addr);
	else if (otp_locked(a, offset))
		f4_error(f, SR_WRPERR, &rule_otp, addr);
	else if (write_protected(a, offset))
		f4_error(f, SR_WRPERR, &f4_rule_wrp, addr);
	else
		return false;
	return true;
}

static void area_store(void *priv, uint64_t offset, unsigned int width, uint32_t value,
		       bool debug)
{
	struct f4_area *a = priv;
	struct flash_f4 *f = a->flash;
	uint8_t data[4] = { (uint8_t)value, (uint8_t)(value >> 8), (uint8_t)(value >> 16),
			    (uint8_t)(value >> 24) };
	enum f4_effect effect;

	flash_op_wait(&f->op);
	if (refused(f, a, offset, width))
		return;
	effect = f4_supply_effect(f, a->array.base + offset);
	if (effect == F4_KEPT)
		memset(data, a->array.erased, sizeof(data));
	if (value & ~flash_array_load(&a->array, offset, width))
		emu_rule_fired(f->emu, &rule_and, a->array.base + offset);
	f4_begin(f);
	flash_op_program(&f->op, &a->array, offset, data, width,
			 emu_fact(f->dev, "program_ns", 16000));
	if (effect == F4_MIXED)
		flash_op_spoil(&f->op);
}

/* Only the bank that works blocks the bus; the other one can be read (RM0090 3.5). */
static bool in_other_bank(const struct f4_area *a, uint64_t offset)
{
	const struct flash_f4 *f = a->flash;
	struct f4_sector here, first, last;

	if (a->otp || f->op.array != &a->array || f->n_banks < F4_BANKS || !f->op.len)
		return false;
	here = f4_sector_at(f, offset);
	first = f4_sector_at(f, f->op.offset);
	last = f4_sector_at(f, f->op.offset + f->op.len - 1);
	return here.bank != first.bank && here.bank != last.bank;
}

/* A load waits for the operation in progress (RM0090 3.6). */
static uint32_t area_load(void *priv, uint64_t offset, unsigned int width, bool debug)
{
	struct f4_area *a = priv;
	struct flash_f4 *f = a->flash;
	uint64_t addr = a->array.base + offset;
	struct f4_sector s;

	if (f->op.busy && !in_other_bank(a, offset))
		flash_op_wait(&f->op);
	if (f4_closed(f) && !a->otp) {
		emu_rule_fired(f->emu, &f4_rule_rdp, addr);
		emu_bus_fault(f->emu, addr, false, f4_rule_rdp.text);
		return 0;
	}
	s = f4_sector_at(f, offset);
	if (!a->otp && f4_proprietary(f, &s)) {
		emu_rule_fired(f->emu, &f4_rule_pcrop, addr);
		f->regs[SR / 4] |= SR_RDERR & f->sr_mask;
		return 0;
	}
	return flash_array_load(&a->array, offset, width);
}

static uint8_t *area_cells(void *priv, bool write, uint64_t offset, size_t *len)
{
	struct f4_area *a = priv;

	return flash_array_cells(&a->array, write, offset, len);
}

/* The same cells where the core's instruction bus reads them. */
static void itcm_store(void *priv, uint64_t offset, unsigned int width, uint32_t value,
		       bool debug)
{
	struct f4_area *a = priv;
	uint64_t addr = emu_fact(a->flash->dev, "itcm_start", 0) + offset;

	emu_rule_fired(a->flash->emu, &rule_itcm, addr);
	emu_bus_fault(a->flash->emu, addr, true, rule_itcm.text);
}

static int add_itcm(struct flash_f4 *f, struct stk_error *err)
{
	struct emu_window window = {
		.name = "FLASH-ITCM",
		.start = emu_fact(f->dev, "itcm_start", 0),
		.size = f->main.array.size,
		.read = area_load,
		.write = itcm_store,
		.priv = &f->main,
		.cells = area_cells,
	};

	return window.start ? emu_add_window(f->emu, &window, err) : 0;
}

static int add_area(struct f4_area *a, const char *name, uint64_t start, uint64_t size,
		    struct stk_error *err)
{
	struct emu *emu = a->flash->emu;
	struct emu_window window = {
		.name = name,
		.start = start,
		.size = size,
		.read = area_load,
		.write = area_store,
		.priv = a,
		.cells = area_cells,
	};
	int r = flash_array_init(&a->array, emu, name, start, size, 0xff, err);

	return r ? r : emu_add_window(emu, &window, err);
}

/* From the first sector to the end of the last, in any option state. */
static void flash_extent(const struct stk_chip *chip, uint64_t *start, uint64_t *end)
{
	size_t i, k;

	*start = UINT64_MAX;
	*end = 0;
	for (i = 0; i < chip->n_banks; i++)
		for (k = 0; k < chip->banks[i].n_regions; k++) {
			const struct stk_region *r = &chip->banks[i].regions[k];
			uint64_t last = r->start + r->count * r->size;

			*start = r->start < *start ? r->start : *start;
			*end = last > *end ? last : *end;
		}
}

int f4_memory_init(struct flash_f4 *f, struct stk_error *err)
{
	uint64_t start, end;
	int r;

	flash_extent(emu_chip(f->emu), &start, &end);
	f->main.flash = f->otp.flash = f;
	f->otp.otp = true;
	r = add_area(&f->main, "FLASH", start, end - start, err);
	if (!r)
		r = add_area(&f->otp, "OTP", emu_fact(f->dev, "otp_start", 0x1fff7800),
			     emu_fact(f->dev, "otp_bytes", 512) +
				     emu_fact(f->dev, "otp_lock_bytes", 16), err);
	return r ? r : add_itcm(f, err);
}
