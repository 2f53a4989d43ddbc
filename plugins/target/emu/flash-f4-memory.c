/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-f4-memory.c - loads and stores: main flash and OTP (RM0090 3.6, 3.8) */
#include <errno.h>

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

static bool otp_locked(const struct f4_area *a, uint64_t offset)
{
	uint64_t block = offset / F4_OTP_BLOCK;

	return a->otp && block < F4_OTP_BLOCKS &&
	       a->array.bytes[F4_OTP_BLOCK * F4_OTP_BLOCKS + block] == 0x00;
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
	else if (!a->otp && f4_protected(f, f4_sector_at(f, offset)))
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

	flash_op_wait(&f->op);
	if (refused(f, a, offset, width))
		return;
	if (value & ~flash_array_load(&a->array, offset, width))
		emu_rule_fired(f->emu, &rule_and, a->array.base + offset);
	f4_begin(f);
	flash_op_program(&f->op, &a->array, offset, data, width,
			 emu_fact(f->dev, "program_ns", 16000));
}

/* A load waits for the operation in progress (RM0090 3.6). */
static uint32_t area_load(void *priv, uint64_t offset, unsigned int width, bool debug)
{
	struct f4_area *a = priv;
	struct flash_f4 *f = a->flash;
	uint64_t addr = a->array.base + offset;

	flash_op_wait(&f->op);
	if (f4_closed(f) && !a->otp) {
		emu_rule_fired(f->emu, &f4_rule_rdp, addr);
		emu_bus_fault(f->emu, addr, false, f4_rule_rdp.text);
		return 0;
	}
	return flash_array_load(&a->array, offset, width);
}

static uint8_t *area_cells(void *priv, bool write, uint64_t offset, size_t *len)
{
	struct f4_area *a = priv;

	return flash_array_cells(&a->array, write, offset, len);
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

int f4_memory_init(struct flash_f4 *f, struct stk_error *err)
{
	const struct stk_region *last = &f->bank->regions[f->bank->n_regions - 1];
	uint64_t start = f->bank->regions[0].start;
	int r;

	f->main.flash = f->otp.flash = f;
	f->otp.otp = true;
	r = add_area(&f->main, "FLASH", start,
		     last->start + last->count * last->size - start, err);
	if (r)
		return r;
	return add_area(&f->otp, "OTP", emu_fact(f->dev, "otp_start", 0x1fff7800),
			F4_OTP_BLOCK * F4_OTP_BLOCKS + F4_OTP_BLOCKS, err);
}
