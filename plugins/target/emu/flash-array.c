/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-array.c - cells, operations and locks of internal flash */
#include <errno.h>
#include <string.h>

#include "flash-array.h"

#define BUSY	"busy-never-ends"

/* ---- cells -------------------------------------------------------------- */

static int offer_failures(struct emu *emu, uint8_t erased, struct stk_error *err)
{
	static const struct emu_failure busy = {
		{ BUSY, "an erase or program that was started never ends: BSY stays set",
		  false, false }, NULL, NULL, false,
	};
	int r = emu_offer(emu, &busy, err);

	return r ? r : emu_offer_bad_cells(emu, erased, 1, err);
}

/* emu_store() has filled @err where it fails. */
int flash_array_init(struct flash_array *a, struct emu *emu, const char *store,
		     uint64_t base, uint64_t size, uint8_t erased, struct stk_error *err)
{
	a->emu = emu;
	a->base = base;
	a->size = size;
	a->erased = erased;
	a->bytes = emu_store(emu, store, size, erased, err);
	return a->bytes ? offer_failures(emu, erased, err) : -EIO;
}

int flash_array_add_ecc(struct flash_array *a, const char *store, unsigned int data_bits,
			unsigned int check_bits, struct stk_error *err)
{
	flash_ecc_init(&a->ecc, data_bits, check_bits);
	a->wrong = emu_store(a->emu, store, a->size / (data_bits / 8) * 2, 0x00, err);
	/* A single wrong bit of a word would be corrected. */
	return a->wrong ? emu_offer_bad_cells(a->emu, a->erased, 2, err) : -EIO;
}

static size_t word_size(const struct flash_array *a)
{
	return a->ecc.data_bits / 8;
}

static uint32_t get_le(const uint8_t *p, unsigned int width)
{
	uint32_t v = 0;
	unsigned int i;

	for (i = 0; i < width; i++)
		v |= (uint32_t)p[i] << 8 * i;
	return v;
}

void flash_array_slice(struct flash_array *a, const struct flash_array *whole,
		       uint64_t offset, uint64_t size, uint64_t base)
{
	*a = *whole;
	a->bytes += offset;
	a->size = size;
	a->base = base;
	if (a->wrong)
		a->wrong += offset / word_size(a) * 2;
}

/* The check bits of the word at @offset, as its cells are. */
static uint16_t get_check(const struct flash_array *a, uint64_t offset)
{
	const uint8_t *wrong = a->wrong + offset / word_size(a) * 2;

	return flash_ecc_code(&a->ecc, a->bytes + offset) ^ (uint16_t)get_le(wrong, 2);
}

static void put_check(struct flash_array *a, uint64_t offset, uint16_t check)
{
	uint8_t *wrong = a->wrong + offset / word_size(a) * 2;
	uint16_t diff = check ^ flash_ecc_code(&a->ecc, a->bytes + offset);

	wrong[0] = diff & 0xff;
	wrong[1] = diff >> 8;
}

uint32_t flash_array_load(const struct flash_array *a, uint64_t offset, unsigned int width)
{
	return get_le(a->bytes + offset, width);
}

uint32_t flash_array_fetch(const struct flash_array *a, uint64_t offset,
			   unsigned int width, enum flash_ecc_result *ret)
{
	size_t size = word_size(a);
	uint64_t start = offset - offset % size;
	uint8_t word[FLASH_WORD_MAX];

	memcpy(word, a->bytes + start, size);
	*ret = flash_ecc_correct(&a->ecc, word, get_check(a, start));
	return get_le(word + offset % size, width);
}

bool flash_array_is_erased(const struct flash_array *a, uint64_t offset, uint64_t len)
{
	for (; len; offset++, len--)
		if (a->bytes[offset] != a->erased)
			return false;
	return true;
}

uint8_t *flash_array_cells(struct flash_array *a, bool write, uint64_t offset, size_t *len)
{
	uint64_t first, last;

	if (offset >= a->size)
		return NULL;
	if (*len > a->size - offset)
		*len = (size_t)(a->size - offset);
	if (write && a->wrong && *len) {
		first = offset / word_size(a);
		last = (offset + *len - 1) / word_size(a);
		memset(a->wrong + first * 2, 0, (size_t)(last - first + 1) * 2);
	}
	return a->bytes + offset;
}

/* Cells that are still erased take the new bit, the others keep theirs. */
static uint8_t programmed(uint8_t old, uint8_t data, uint8_t erased)
{
	return old ^ ((old ^ data) & ~(old ^ erased));
}

/* What @data makes of the @len cells at @offset and of their check bits. */
static void result_of(const struct flash_array *a, uint64_t offset, const uint8_t *data,
		      size_t len, uint8_t *ret, uint16_t *ret_check)
{
	size_t i;

	for (i = 0; i < len; i++)
		ret[i] = programmed(a->bytes[offset + i], data[i], a->erased);
	*ret_check = a->wrong ? get_check(a, offset) & flash_ecc_code(&a->ecc, data) : 0;
}

/* Cells changed, their check bits are to be @check; some may not have. */
static void settle(struct flash_array *a, uint64_t offset, size_t len, uint16_t check)
{
	emu_restore_stuck(a->emu, a->bytes + offset, len);
	if (a->wrong)
		put_check(a, offset, check);
}

static void put_word(struct flash_array *a, uint64_t offset, const uint8_t *word,
		     size_t len, uint16_t check)
{
	memcpy(a->bytes + offset, word, len);
	settle(a, offset, len, check);
	emu_flash_changed(a->emu, "program", a->base + offset, len);
}

void flash_array_program(struct flash_array *a, uint64_t offset, const uint8_t *data,
			 size_t len)
{
	uint8_t word[FLASH_WORD_MAX];
	uint16_t check;

	result_of(a, offset, data, len, word, &check);
	put_word(a, offset, word, len, check);
}

/* What is erased at once: a word with its check bits. */
static size_t unit_of(const struct flash_array *a)
{
	return a->wrong ? word_size(a) : FLASH_WORD_MAX;
}

static void erase_cells(struct flash_array *a, uint64_t offset, uint64_t len)
{
	memset(a->bytes + offset, a->erased, len);
	if (a->wrong)
		memset(a->wrong + offset / word_size(a) * 2, 0, len / word_size(a) * 2);
}

static void erase_bad_cells(struct flash_array *a, uint64_t offset, uint64_t len)
{
	size_t unit = unit_of(a);
	uint64_t at;

	for (at = offset; at < offset + len; at += unit) {
		if (unit > offset + len - at)
			unit = (size_t)(offset + len - at);
		if (emu_is_stuck(a->emu, a->bytes + at))
			continue;
		erase_cells(a, at, unit);
		settle(a, at, unit, UINT16_MAX);
	}
}

void flash_array_erase(struct flash_array *a, uint64_t offset, uint64_t len)
{
	if (emu_has_bad_cells(a->emu))
		erase_bad_cells(a, offset, len);
	else
		erase_cells(a, offset, len);
	if (len)
		emu_flash_changed(a->emu, "erase", a->base + offset, len);
}

/* ---- one operation in progress ----------------------------------------- */

/* As the operation left the cells, short of its end. */
static void op_abandon(struct flash_op *op)
{
	if (op->len)
		emu_flash_changed(op->emu, op->erase ? "erase" : "program",
				  op->array->base + op->offset, op->len);
}

static void op_end(void *data)
{
	struct flash_op *op = data;

	op->busy = false;
	if (op->spoilt)
		op_abandon(op);
	else if (op->erase)
		flash_array_erase(op->array, op->offset, op->len);
	else
		put_word(op->array, op->offset, op->word, op->len, op->check);
	op->done(op->data);
}

void flash_op_init(struct flash_op *op, struct emu *emu, void (*done)(void *data),
		   void *data)
{
	op->emu = emu;
	op->event.fire = op_end;
	op->event.data = op;
	op->done = done;
	op->data = data;
}

static void op_start(struct flash_op *op, struct flash_array *a, uint64_t offset,
		     uint64_t len, uint64_t ns)
{
	op->array = a;
	op->busy = true;
	op->spoilt = false;
	op->offset = offset;
	op->len = len;
	if (!emu_fails(op->emu, BUSY))
		emu_schedule(op->emu, &op->event, emu_now(op->emu) + ns);
}

static uint16_t mixed(struct emu *emu, uint16_t old, uint16_t next)
{
	return old ^ ((old ^ next) & (uint16_t)emu_random(emu));
}

/* On their way: each bit old or new by chance. @next NULL: erased. */
static void mix(struct flash_array *a, uint64_t offset, const uint8_t *next, size_t len,
		uint16_t next_check)
{
	uint16_t check = a->wrong ? mixed(a->emu, get_check(a, offset), next_check) : 0;
	uint8_t *cell = a->bytes + offset;
	size_t i;

	for (i = 0; i < len; i++)
		cell[i] = (uint8_t)mixed(a->emu, cell[i], next ? next[i] : a->erased);
	settle(a, offset, len, check);
}

void flash_op_program(struct flash_op *op, struct flash_array *a, uint64_t offset,
		      const uint8_t *data, size_t len, uint64_t ns)
{
	if (op->busy)
		return;
	result_of(a, offset, data, len, op->word, &op->check);
	mix(a, offset, op->word, len, op->check);
	op->erase = false;
	op_start(op, a, offset, len, ns);
}

void flash_op_erase(struct flash_op *op, struct flash_array *a, uint64_t offset,
		    uint64_t len, uint64_t ns)
{
	size_t unit = unit_of(a);
	uint64_t at;

	if (op->busy)
		return;
	for (at = 0; at < len; at += unit)
		if (!emu_is_stuck(op->emu, a->bytes + offset + at))
			mix(a, offset + at, NULL,
			    len - at < unit ? (size_t)(len - at) : unit, UINT16_MAX);
	op->erase = true;
	op_start(op, a, offset, len, ns);
}

void flash_op_spoil(struct flash_op *op)
{
	op->spoilt = true;
}

void flash_op_wait(struct flash_op *op)
{
	if (op->busy && !op->event.when)
		emu_bus_hang(op->emu, op->array->base + op->offset,
			     "it waits for a flash operation that never ends");
	else if (op->busy)
		emu_stall_until(op->emu, op->event.when);
}

void flash_op_interrupt(struct flash_op *op)
{
	if (!op->busy)
		return;
	emu_cancel(op->emu, &op->event);
	op->busy = false;
	op_abandon(op);
}

/* ---- locks with two keys ------------------------------------------------ */

bool flash_lock_key(struct flash_lock *lock, uint32_t value)
{
	if (lock->state == FLASH_LOCKED && value == lock->key[0])
		lock->state = FLASH_HALF_OPEN;
	else if (lock->state == FLASH_HALF_OPEN && value == lock->key[1])
		lock->state = FLASH_OPEN;
	else
		lock->state = FLASH_DEAD;
	return lock->state != FLASH_DEAD;
}

void flash_lock_close(struct flash_lock *lock)
{
	if (lock->state != FLASH_DEAD)
		lock->state = FLASH_LOCKED;
}
