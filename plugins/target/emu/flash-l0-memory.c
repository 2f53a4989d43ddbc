/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-l0-memory.c - loads and stores: program flash and data EEPROM (RM0377 3.3) */
#include <string.h>

#include "flash-l0.h"

#define MANUAL "RM0377 3.3.4, "

static const struct emu_rule rule_locked = {
	"l0-store-locked", "manual", MANUAL "3.7.7 WRPERR",
	"a store to memory that is not unlocked: WRPERR, nothing is done"
};
static const struct emu_rule rule_protected = {
	"l0-wrp", "manual", "RM0377 3.4.3, 3.7.7 WRPERR",
	"the sector is write protected: WRPERR, nothing is done"
};
static const struct emu_rule rule_width = {
	"l0-store-width", "manual", MANUAL "3.7.7 SIZERR",
	"program flash takes words alone: SIZERR, nothing is done"
};
static const struct emu_rule rule_row = {
	"l0-half-page", "manual", MANUAL "half-page, 3.7.7 PGAERR",
	"a word that is not the next one of an aligned half-page: PGAERR, nothing is done"
};
static const struct emu_rule rule_zero = {
	"l0-not-zero", "assumed",
	"RM0377 3.7.7 NOTZEROERR; that the old word stays is what a report of an L073 says",
	"a word that is not erased is programmed: NOTZEROERR, the old word stays"
};
static const struct emu_rule rule_or = {
	"l0-not-erased", "assumed", "RM0038 3.3.4 has words erased before: bits add up",
	"a word that is not erased is programmed: bits that are 1 stay 1"
};

static uint64_t us(const struct flash_l0 *f, const char *key)
{
	return emu_fact(f->dev, key, 3280) * 1000;
}

static void put_word(uint8_t *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

/* ---- program flash ------------------------------------------------------ */

/* Not erased: the L0 refuses, the L1 adds bits up. True: refused. */
static bool not_zero(struct flash_l0 *f, uint64_t offset, uint64_t len)
{
	struct l0_area *a = &f->program;

	if (flash_array_is_erased(&a->array, offset, len))
		return false;
	if (f->sr_mask & SR_NOTZEROERR && f->zero.now == L0_ZERO_KEEP) {
		l0_error(f, SR_NOTZEROERR, &rule_zero, a->array.base + offset);
		return true;
	}
	emu_rule_fired(f->emu, &rule_or, a->array.base + offset);
	return false;
}

static void program(struct flash_l0 *f, uint64_t offset, const uint8_t *data, size_t len)
{
	if (not_zero(f, offset, len))
		return;
	l0_begin(f);
	flash_op_program(&f->op, &f->program.array, offset, data, len, us(f, "program_us"));
}

static void add_to_row(struct flash_l0 *f, uint64_t offset, uint32_t value)
{
	uint64_t size = emu_fact(f->dev, "half_page_words", 16) * 4;
	bool first = !f->row_bytes;

	if (first ? offset % size != 0 : offset != f->row_offset + f->row_bytes) {
		f->row_bytes = 0;
		l0_error(f, SR_PGAERR, &rule_row, f->program.array.base + offset);
		return;
	}
	if (first)
		f->row_offset = offset;
	put_word(f->row + f->row_bytes, value);
	f->row_bytes += 4;
	if (f->row_bytes < size)
		return;
	f->row_bytes = 0;
	program(f, f->row_offset, f->row, size);
}

static void erase_page(struct flash_l0 *f, uint64_t offset)
{
	uint64_t page = emu_fact(f->dev, "page_bytes", 128);

	l0_begin(f);
	flash_op_erase(&f->op, &f->program.array, offset - offset % page, page,
		       us(f, "erase_us"));
}

static bool refused(struct flash_l0 *f, uint64_t offset, unsigned int width)
{
	uint64_t addr = f->program.array.base + offset;

	if (f->regs[PECR / 4] & (PECR_PELOCK | PECR_PRGLOCK))
		l0_error(f, SR_WRPERR, &rule_locked, addr);
	else if (l0_closed(f))
		l0_error(f, SR_WRPERR, &l0_rule_rdp, addr);
	else if (l0_protected(f, offset))
		l0_error(f, SR_WRPERR, &rule_protected, addr);
	else if (width != 4)
		l0_error(f, SR_SIZERR, &rule_width, addr);
	else
		return false;
	return true;
}

static void program_store(void *priv, uint64_t offset, unsigned int width, uint32_t value,
			  bool debug)
{
	struct l0_area *a = priv;
	struct flash_l0 *f = a->flash;
	uint32_t pecr;
	uint8_t data[4];

	flash_op_wait(&f->op);
	if (refused(f, offset, width)) {
		f->row_bytes = 0;
		return;
	}
	pecr = f->regs[PECR / 4];
	put_word(data, value);
	if ((pecr & (PECR_ERASE | PECR_PROG)) == (PECR_ERASE | PECR_PROG))
		erase_page(f, offset);
	else if ((pecr & (PECR_FPRG | PECR_PROG)) == (PECR_FPRG | PECR_PROG))
		add_to_row(f, offset, value);
	else
		program(f, offset, data, 4);
}

/* ---- data EEPROM -------------------------------------------------------- */

bool l0_continue(struct flash_l0 *f)
{
	unsigned int len = f->after_len;

	f->after_len = 0;
	if (!len)
		return false;
	flash_op_program(&f->op, f->op.array, f->op.offset, f->after, len,
			 us(f, "program_us"));
	return true;
}

/* What is not erased is erased before (RM0377 3.3.4, FIX clear). */
static void rewrite(struct flash_l0 *f, struct l0_area *a, uint64_t offset,
		    const uint8_t *data, unsigned int len)
{
	l0_begin(f);
	if (flash_array_is_erased(&a->array, offset, len)) {
		flash_op_program(&f->op, &a->array, offset, data, len, us(f, "program_us"));
		return;
	}
	memcpy(f->after, data, len);
	f->after_len = len;
	flash_op_erase(&f->op, &a->array, offset, len, us(f, "erase_us"));
}

static void eeprom_store(void *priv, uint64_t offset, unsigned int width, uint32_t value,
			 bool debug)
{
	struct l0_area *a = priv;
	struct flash_l0 *f = a->flash;
	uint32_t pecr = f->regs[PECR / 4];
	uint8_t data[4];

	flash_op_wait(&f->op);
	if (pecr & PECR_PELOCK || l0_closed(f)) {
		l0_error(f, SR_WRPERR, pecr & PECR_PELOCK ? &rule_locked : &l0_rule_rdp,
			 a->array.base + offset);
		return;
	}
	put_word(data, value);
	if ((pecr & (PECR_ERASE | PECR_DATA)) != (PECR_ERASE | PECR_DATA)) {
		rewrite(f, a, offset, data, width);
		return;
	}
	l0_begin(f);
	flash_op_erase(&f->op, &a->array, offset & ~3ull, 4, us(f, "erase_us"));
}

/* ---- option words ------------------------------------------------------- */

static void option_store(void *priv, uint64_t offset, unsigned int width, uint32_t value,
			 bool debug)
{
	struct l0_area *a = priv;
	struct flash_l0 *f = a->flash;
	uint64_t addr = a->array.base + offset;
	uint8_t data[4];

	flash_op_wait(&f->op);
	put_word(data, value);
	if (f->regs[PECR / 4] & (PECR_PELOCK | PECR_OPTLOCK))
		l0_error(f, SR_WRPERR, &rule_locked, addr);
	else if (width != 4)
		l0_error(f, SR_SIZERR, &rule_width, addr);
	else
		rewrite(f, a, offset, data, 4);
}

/* ---- loads, and where it all lies ---------------------------------------- */

/* A load waits for the operation in progress (RM0377 3.3.4). */
static uint32_t area_load(void *priv, uint64_t offset, unsigned int width, bool debug)
{
	struct l0_area *a = priv;
	struct flash_l0 *f = a->flash;
	uint64_t addr = a->array.base + offset;

	flash_op_wait(&f->op);
	if (a != &f->option && l0_closed(f)) {
		emu_rule_fired(f->emu, &l0_rule_rdp, addr);
		emu_bus_fault(f->emu, addr, false, l0_rule_rdp.text);
		return 0;
	}
	return flash_array_load(&a->array, offset, width);
}

static uint8_t *area_cells(void *priv, bool write, uint64_t offset, size_t *len)
{
	struct l0_area *a = priv;

	return flash_array_cells(&a->array, write, offset, len);
}

typedef void store_fn(void *priv, uint64_t offset, unsigned int width, uint32_t value,
		      bool debug);

static int add_area(struct flash_l0 *f, struct l0_area *a, const char *name, uint64_t start,
		    uint64_t size, store_fn *store, struct stk_error *err)
{
	struct emu_window window = {
		.name = name,
		.start = start,
		.size = size,
		.read = area_load,
		.write = store,
		.priv = a,
		.cells = area_cells,
	};
	int r;

	a->flash = f;
	if (!size)
		return 0;
	r = flash_array_init(&a->array, f->emu, name, start, size, 0x00, err);
	return r ? r : emu_add_window(f->emu, &window, err);
}

int l0_memory_init(struct flash_l0 *f, struct stk_error *err)
{
	static const char *const zero[] = { [L0_ZERO_KEEP] = "keep", "or", NULL };
	const struct stk_chip *chip = emu_chip(f->emu);
	int r;

	f->zero = (struct emu_choice){ &rule_zero, zero, L0_ZERO_KEEP };
	r = emu_add_choice(f->emu, &f->zero, err);
	if (r)
		return r;
	r = add_area(f, &f->program, "FLASH", chip->banks[0].regions[0].start,
		     chip->flash_kib * 1024ull, program_store, err);
	if (!r)
		r = add_area(f, &f->eeprom, "EEPROM",
			     emu_fact(f->dev, "eeprom_start", 0x08080000),
			     emu_fact(f->dev, "eeprom_bytes", 0), eeprom_store, err);
	if (!r)
		r = add_area(f, &f->option, "OPTION",
			     emu_fact(f->dev, "option_start", 0x1ff80000),
			     4 * L0_OPTION_WORDS, option_store, err);
	return r;
}
