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

static void program_check(struct flash_array *a, uint64_t offset, const uint8_t *word,
			  uint8_t *ret)
{
	uint16_t code = flash_ecc_code(&a->ecc, word);
	const uint8_t *check = check_of(a, offset);

	ret[0] = check[0] & (code & 0xff);
	ret[1] = check[1] & (code >> 8);
}

void flash_array_program(struct flash_array *a, uint64_t offset, const uint8_t *data,
			 size_t len)
{
	uint8_t *cell = a->bytes + offset;
	size_t i;

	if (a->check)
		program_check(a, offset, data, check_of(a, offset));
	for (i = 0; i < len; i++)
		cell[i] = programmed(cell[i], data[i], a->erased);
	emu_flash_changed(a->emu, "program", a->base + offset, len);
}

void flash_array_erase(struct flash_array *a, uint64_t offset, uint64_t len)
{
	memset(a->bytes + offset, a->erased, len);
	if (a->check)
		memset(check_of(a, offset), 0xff, len / word_size(a) * 2);
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
		flash_array_program(op->array, op->offset, op->word, op->len);
	op->done(op->data);
}

void flash_op_init(struct flash_op *op, struct flash_array *a, void (*done)(void *data),
		   void *data)
{
	op->array = a;
	op->event.fire = op_end;
	op->event.data = op;
	op->done = done;
	op->data = data;
}

static void op_start(struct flash_op *op, bool erase, uint64_t offset, uint64_t len,
		     uint64_t ns)
{
	struct emu *emu = op->array->emu;

	op->busy = true;
	op->erase = erase;
	op->offset = offset;
	op->len = len;
	emu_schedule(emu, &op->event, emu_now(emu) + ns);
}

void flash_op_program(struct flash_op *op, uint64_t offset, const uint8_t *word, size_t len,
		      uint64_t ns)
{
	memcpy(op->word, word, len);
	op_start(op, false, offset, len, ns);
}

void flash_op_erase(struct flash_op *op, uint64_t offset, uint64_t len, uint64_t ns)
{
	op_start(op, true, offset, len, ns);
}

void flash_op_wait(struct flash_op *op)
{
	if (op->busy)
		emu_stall_until(op->array->emu, op->event.when);
}

static uint8_t mixed(struct emu *emu, uint8_t old, uint8_t new)
{
	return old ^ ((old ^ new) & (uint8_t)emu_random(emu));
}

static void mix_program(struct flash_op *op)
{
	struct flash_array *a = op->array;
	uint8_t *cell = a->bytes + op->offset, *check, next[2];
	size_t i;

	if (a->check) {
		program_check(a, op->offset, op->word, next);
		check = check_of(a, op->offset);
		check[0] = mixed(a->emu, check[0], next[0]);
		check[1] = mixed(a->emu, check[1], next[1]);
	}
	for (i = 0; i < op->len; i++)
		cell[i] = mixed(a->emu, cell[i],
				programmed(cell[i], op->word[i], a->erased));
}

static void mix_erase(struct flash_op *op)
{
	struct flash_array *a = op->array;
	uint8_t *cell = a->bytes + op->offset, *check;
	uint64_t i;

	for (i = 0; i < op->len; i++)
		cell[i] = mixed(a->emu, cell[i], a->erased);
	if (!a->check)
		return;
	check = check_of(a, op->offset);
	for (i = 0; i < op->len / word_size(a) * 2; i++)
		check[i] = mixed(a->emu, check[i], 0xff);
}

void flash_op_interrupt(struct flash_op *op)
{
	struct flash_array *a = op->array;

	if (!op->busy)
		return;
	emu_cancel(a->emu, &op->event);
	op->busy = false;
	if (op->erase)
		mix_erase(op);
	else
		mix_program(op);
	emu_flash_changed(a->emu, op->erase ? "erase" : "program", a->base + op->offset,
			  op->len);
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
