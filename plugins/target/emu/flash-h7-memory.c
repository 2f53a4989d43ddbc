/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-h7-memory.c - loads, and stores through the write buffer (RM0399 4.3) */
#include <string.h>

#include "flash-h7.h"

static const struct emu_rule rule_pg = {
	"h7-store-without-pg", "manual", "RM0399 4.7.3 PGSERR",
	"a store to the flash with PG clear: PGSERR, nothing is programmed"
};
static const struct emu_rule rule_stale = {
	"h7-stale-flags", "manual",
	"RM0399 4.7.3, 4.7.5", "PGSERR or INCERR of an earlier store is still set: PGSERR, the write buffer is emptied"
};
static const struct emu_rule rule_other_word = {
	"h7-incomplete-word", "manual",
	"RM0399 4.7.5 INCERR", "a store to another flash word before the buffer was full: INCERR, the buffer is lost"
};
static const struct emu_rule rule_strobe = {
	"h7-byte-twice", "manual", "RM0399 4.7.4 STRBERR",
	"a byte of the write buffer was written twice: STRBERR, the last one counts"
};
static const struct emu_rule rule_overwrite = {
	"h7-not-erased", "manual", "RM0399 4.3.9",
	"a flash word is programmed that is not erased: its check bits will not match"
};
static const struct emu_rule rule_single = {
	"h7-ecc-single", "manual", "RM0399 4.7.8 SNECCERR",
	"a flash word has one wrong bit: corrected, SNECCERR"
};
static const struct emu_rule rule_double = {
	"h7-ecc-double", "manual", "RM0399 4.7.8 DBECCERR",
	"a flash word cannot be corrected: DBECCERR, and the load is a bus error"
};

/* ---- write buffer ------------------------------------------------------- */

void h7_buffer_drop(struct h7_bank *b)
{
	b->written = 0;
	h7_update(b);
}

static void program_word(struct h7_bank *b)
{
	uint64_t ns = h7_by_psize(b, "program", "ns", 100000);
	uint64_t addr = b->start + b->at;

	flash_op_wait(&b->op);
	b->written = 0;
	if (!flash_array_is_erased(b->array, b->at, b->flash->word_bytes))
		emu_rule_fired(b->flash->emu, &rule_overwrite, addr);
	flash_op_program(&b->op, b->array, b->at, b->word, b->flash->word_bytes, ns);
	h7_update(b);
}

/* FW: the rest is padded with ones; no effect on an empty buffer. */
void h7_buffer_force(struct h7_bank *b)
{
	if (!b->written)
		return;
	b->regs[CR / 4] |= b->flash->cr.fw;
	program_word(b);
}

static bool refused(struct h7_bank *b, uint64_t offset)
{
	uint32_t sr = b->regs[SR / 4];
	uint64_t addr = b->start + offset;

	if (!(b->regs[CR / 4] & CR_PG))
		h7_error(b, SR_PGSERR, &rule_pg, addr);
	else if (sr & (SR_PGSERR | SR_INCERR))
		h7_error(b, SR_PGSERR, &rule_stale, addr);
	else if (b->written && b->at != offset - offset % b->flash->word_bytes)
		h7_error(b, SR_INCERR, &rule_other_word, addr);
	else if (h7_closed(b->flash))
		h7_error(b, SR_WRPERR, &h7_rule_rdp, addr);
	else if (h7_protected(b, (unsigned int)(offset / b->sector)))
		h7_error(b, SR_WRPERR, &h7_rule_wrp, addr);
	else if (h7_proprietary(b, offset, 1))
		h7_error(b, SR_WRPERR, &h7_rule_pcrop, addr);
	else
		return false;
	return true;
}

static void store(void *priv, uint64_t offset, unsigned int width, uint32_t value,
		  bool debug)
{
	struct h7_bank *b = priv;
	unsigned int size = b->flash->word_bytes, at = offset % size, i;
	uint32_t bytes = ((1u << width) - 1) << at;

	if (refused(b, offset)) {
		h7_buffer_drop(b);
		return;
	}
	if (b->written & bytes)
		h7_error(b, SR_STRBERR, &rule_strobe, b->start + offset);
	if (!b->written)
		memset(b->word, 0xff, size);
	for (i = 0; i < width; i++)
		b->word[at + i] = (uint8_t)(value >> 8 * i);
	b->at = offset - at;
	b->written |= bytes;
	if (b->written == UINT32_MAX >> (H7_WORD_MAX - size))
		program_word(b);
	else
		h7_update(b);
}

/* ---- loads -------------------------------------------------------------- */

static uint32_t load_checked(struct h7_bank *b, uint64_t offset, unsigned int width)
{
	enum flash_ecc_result ecc;
	uint64_t addr = b->start + offset;
	uint32_t value = flash_array_fetch(b->array, offset, width, &ecc);

	if (ecc == FLASH_ECC_GOOD)
		return value;
	/* ECC_FA: the word's number, from the first error on. */
	if (!(b->regs[SR / 4] & (SR_SNECCERR | SR_DBECCERR)))
		b->regs[ECC_FA / 4] = (uint32_t)(offset / b->flash->word_bytes);
	emu_changed(b->flash->emu);
	if (ecc == FLASH_ECC_SINGLE) {
		h7_error(b, SR_SNECCERR, &rule_single, addr);
		return value;
	}
	h7_error(b, SR_DBECCERR, &rule_double, addr);
	emu_bus_fault(b->flash->emu, addr, false, rule_double.text);
	return 0;
}

/* A load waits for the operation in progress in its bank. */
static uint32_t load(void *priv, uint64_t offset, unsigned int width, bool debug)
{
	struct h7_bank *b = priv;
	uint64_t addr = b->start + offset;

	flash_op_wait(&b->op);
	if (h7_closed(b->flash)) {
		h7_error(b, SR_RDPERR, &h7_rule_rdp, addr);
		emu_bus_fault(b->flash->emu, addr, false, h7_rule_rdp.text);
		return 0;
	}
	if (h7_proprietary(b, offset, 1)) {
		h7_error(b, SR_RDPERR, &h7_rule_pcrop, addr);
		return 0;
	}
	return load_checked(b, offset, width);
}

/* Those that a swap put behind this bank's addresses. */
static uint8_t *cells(void *priv, bool write, uint64_t offset, size_t *len)
{
	struct h7_bank *b = priv;

	return flash_array_cells(b->array, write, offset, len);
}

int h7_memory_init(struct h7_bank *b, struct stk_error *err)
{
	struct emu_window window = {
		.name = b->index ? "FLASH2" : "FLASH1",
		.start = b->start,
		.size = b->sector * b->n_sectors,
		.read = load,
		.write = store,
		.priv = b,
		.cells = cells,
	};

	return emu_add_window(b->flash->emu, &window, err);
}
