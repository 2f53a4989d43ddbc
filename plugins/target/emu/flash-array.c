/* SPDX-License-Identifier: GPL-2.0-only */
/* flash-array.c - cells, operations and locks of internal flash */
#include <errno.h>
#include <string.h>

#include "flash-array.h"

/* ---- cells -------------------------------------------------------------- */

/* emu_store() has filled @err where it fails. */
int flash_array_init(struct flash_array *a, struct emu *emu, const char *store,
		     uint64_t base, uint64_t size, uint8_t erased, struct stk_error *err)
{
	a->emu = emu;
	a->base = base;
	a->size = size;
	a->erased = erased;
	a->bytes = emu_store(emu, store, size, erased, err);
	return a->bytes ? 0 : -EIO;
}

int flash_array_add_ecc(struct flash_array *a, const char *store, unsigned int data_bits,
			unsigned int check_bits, struct stk_error *err)
{
	flash_ecc_init(&a->ecc, data_bits, check_bits);
	a->check = emu_store(a->emu, store, a->size / (data_bits / 8) * 2, 0xff, err);
	return a->check ? 0 : -EIO;
}

static size_t word_size(const struct flash_array *a)
{
	return a->ecc.data_bits / 8;
}

static uint8_t *check_of(const struct flash_array *a, uint64_t offset)
{
	return a->check + offset / word_size(a) * 2;
}

static uint32_t get_le(const uint8_t *p, unsigned int width)
{
	uint32_t v = 0;
	unsigned int i;

	for (i = 0; i < width; i++)
		v |= (uint32_t)p[i] << 8 * i;
	return v;
}

uint32_t flash_array_load(const struct flash_array *a, uint64_t offset, unsigned int width)
{
	return get_le(a->bytes + offset, width);
}

uint32_t flash_array_fetch(const struct flash_array *a, uint64_t offset, unsigned int width,
			   enum flash_ecc_result *ret)
{
	size_t size = word_size(a);
	uint64_t start = offset - offset % size;
	uint8_t word[FLASH_WORD_MAX];

	memcpy(word, a->bytes + start, size);
	*ret = flash_ecc_correct(&a->ecc, word, get_le(check_of(a, start), 2));
	return get_le(word + offset % size, width);
}

bool flash_array_is_erased(const struct flash_array *a, uint64_t offset, uint64_t len)
{
	for (; len; offset++, len--)
		if (a->bytes[offset] != a->erased)
			return false;
	return true;
}

/* Cells that are still erased take the new bit, the others keep theirs. */
static uint8_t programmed(uint8_t old, uint8_t data, uint8_t erased)
{
	return old ^ ((old ^ data) & ~(old ^ erased));
}

/* What @data makes of the @len cells at @offset and of their check bits. */
static void result_of(const struct flash_array *a, uint64_t offset, const uint8_t *data,
		      size_t len, uint8_t *ret, uint8_t *ret_check)
{
	const uint8_t *check;
	uint16_t code;
	size_t i;

	for (i = 0; i < len; i++)
		ret[i] = programmed(a->bytes[offset + i], data[i], a->erased);
	if (!a->check)
		return;
	code = flash_ecc_code(&a->ecc, data);
	check = check_of(a, offset);
	ret_check[0] = check[0] & (code & 0xff);
	ret_check[1] = check[1] & (code >> 8);
}

static void put_word(struct flash_array *a, uint64_t offset, const uint8_t *word, size_t len,
		     const uint8_t *check)
{
	memcpy(a->bytes + offset, word, len);
	if (a->check)
		memcpy(check_of(a, offset), check, 2);
	emu_flash_changed(a->emu, "program", a->base + offset, len);
}

void flash_array_program(struct flash_array *a, uint64_t offset, const uint8_t *data,
			 size_t len)
{
	uint8_t word[FLASH_WORD_MAX], check[2];

	result_of(a, offset, data, len, word, check);
	put_word(a, offset, word, len, check);
}

void flash_array_erase(struct flash_array *a, uint64_t offset, uint64_t len)
{
	memset(a->bytes + offset, a->erased, len);
	if (a->check)
		memset(check_of(a, offset), 0xff, len / word_size(a) * 2);
	if (len)
		emu_flash_changed(a->emu, "erase", a->base + offset, len);
}

/* ---- one operation in progress ----------------------------------------- */

static void op_end(void *data)
{
	struct flash_op *op = data;

	op->busy = false;
	if (op->erase)
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
	op->offset = offset;
	op->len = len;
	emu_schedule(op->emu, &op->event, emu_now(op->emu) + ns);
}

/* On their way: each bit old or new by chance. */
static void mix(struct emu *emu, uint8_t *cell, const uint8_t *next, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		cell[i] ^= (cell[i] ^ next[i]) & (uint8_t)emu_random(emu);
}

static void mix_erased(struct emu *emu, uint8_t *cell, uint8_t erased, uint64_t len)
{
	for (; len; cell++, len--)
		*cell ^= (*cell ^ erased) & (uint8_t)emu_random(emu);
}

void flash_op_program(struct flash_op *op, struct flash_array *a, uint64_t offset,
		      const uint8_t *data, size_t len, uint64_t ns)
{
	result_of(a, offset, data, len, op->word, op->check);
	mix(a->emu, a->bytes + offset, op->word, len);
	if (a->check)
		mix(a->emu, check_of(a, offset), op->check, 2);
	op->erase = false;
	op_start(op, a, offset, len, ns);
}

void flash_op_erase(struct flash_op *op, struct flash_array *a, uint64_t offset, uint64_t len,
		    uint64_t ns)
{
	mix_erased(a->emu, a->bytes + offset, a->erased, len);
	if (a->check)
		mix_erased(a->emu, check_of(a, offset), 0xff, len / word_size(a) * 2);
	op->erase = true;
	op_start(op, a, offset, len, ns);
}

void flash_op_wait(struct flash_op *op)
{
	if (op->busy)
		emu_stall_until(op->emu, op->event.when);
}

void flash_op_interrupt(struct flash_op *op)
{
	if (!op->busy)
		return;
	emu_cancel(op->emu, &op->event);
	op->busy = false;
	if (op->len)
		emu_flash_changed(op->emu, op->erase ? "erase" : "program",
				  op->array->base + op->offset, op->len);
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
