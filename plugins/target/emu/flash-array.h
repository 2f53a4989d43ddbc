/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flash-array.h - what the internal flash controllers have in common
 *
 * The cells (bits leave the erased state one by one and come back only with
 * an erase), their error correction, one operation in progress and what is
 * left of it when it is interrupted, and the two-key locks.
 */
#ifndef EMU_FLASH_ARRAY_H
#define EMU_FLASH_ARRAY_H

#include "emu.h"

/* ---- error correction -------------------------------------------------- */

/*
 * Single error correction, double error detection over one flash word, with
 * the manufacturer's number of check bits but a code of our own (ST does not
 * publish its codes): odd-weight columns, inverted so that an erased word is
 * valid. Check bits are cells too: programming a word twice ANDs both.
 */
struct flash_ecc {
	unsigned int data_bits;	 /* 64, 128 or 256 */
	unsigned int check_bits; /* 8 to 10 */
	uint16_t column[256];
};

enum flash_ecc_result {
	FLASH_ECC_GOOD,
	FLASH_ECC_SINGLE, /* one bit was wrong and is corrected */
	FLASH_ECC_DOUBLE, /* more is wrong than can be corrected */
};

void flash_ecc_init(struct flash_ecc *ecc, unsigned int data_bits, unsigned int check_bits);
uint16_t flash_ecc_code(const struct flash_ecc *ecc, const uint8_t *word);
/* Check @word against @stored and correct it in place where that is possible. */
enum flash_ecc_result flash_ecc_correct(const struct flash_ecc *ecc, uint8_t *word,
					uint16_t stored);

/* ---- cells -------------------------------------------------------------- */

#define FLASH_WORD_MAX 32
#define FLASH_ROW_MAX  512 /* fast programming on arrays that keep no check bits */

struct flash_array {
	struct emu *emu;
	uint64_t base; /* where the core sees it: for observers */
	uint64_t size;
	uint8_t erased; /* 0xFF, or 0x00 on L0 and L1 */
	uint8_t *bytes;
	struct flash_ecc ecc; /* data_bits 0: none kept */
	/*
	 * Two bytes for each flash word: in which check bits its cells differ
	 * from what the data need. So contents that come from elsewhere (a
	 * file, fill=) are valid words.
	 */
	uint8_t *wrong;
};

/* Cells kept under the stable name @store. */
int flash_array_init(struct flash_array *a, struct emu *emu, const char *store,
		     uint64_t base, uint64_t size, uint8_t erased, struct stk_error *err);
/* Keep check bits for words of @data_bits under @store as well. */
int flash_array_add_ecc(struct flash_array *a, const char *store, unsigned int data_bits,
			unsigned int check_bits, struct stk_error *err);
/* @a becomes @size bytes of @whole from @offset on, seen at @base. */
void flash_array_slice(struct flash_array *a, const struct flash_array *whole,
		       uint64_t offset, uint64_t size, uint64_t base);
/* @width 1, 2 or 4 raw bytes at @offset, which is inside. */
uint32_t flash_array_load(const struct flash_array *a, uint64_t offset, unsigned int width);
/* The same as the core gets them: corrected, with what the check bits say. */
uint32_t flash_array_fetch(const struct flash_array *a, uint64_t offset,
			   unsigned int width, enum flash_ecc_result *ret);
bool flash_array_is_erased(const struct flash_array *a, uint64_t offset, uint64_t len);
/* What a window's cells() answers, @offset being inside @a; see emu.h. */
uint8_t *flash_array_cells(struct flash_array *a, bool write, uint64_t offset, size_t *len);
/* Program at once; with ECC @offset and @len are whole words. */
void flash_array_program(struct flash_array *a, uint64_t offset, const uint8_t *data,
			 size_t len);
void flash_array_erase(struct flash_array *a, uint64_t offset, uint64_t len);

/* ---- one operation in progress ----------------------------------------- */

/*
 * From the start each affected bit is old or new by chance; it is new when the
 * operation ends. So a reset or a power cut leaves mixed bits.
 */
struct flash_op {
	struct emu *emu;
	struct flash_array *array;
	struct emu_event event;
	bool busy, erase;
	bool spoilt; /* the cells stay as they are on their way */
	uint64_t offset, len;
	uint8_t word[FLASH_ROW_MAX]; /* program: as the cells will be */
	uint16_t check;
	void (*done)(void *data); /* after the cells changed */
	void *data;
};

void flash_op_init(struct flash_op *op, struct emu *emu, void (*done)(void *data),
		   void *data);
/*
 * Begin; the operation takes @ns. While one that never ends is under way nothing
 * begins. @len: one flash word, or a row of FLASH_ROW_MAX.
 */
void flash_op_program(struct flash_op *op, struct flash_array *a, uint64_t offset,
		      const uint8_t *data, size_t len, uint64_t ns);
/* @len 0 takes the time and changes no cell. */
void flash_op_erase(struct flash_op *op, struct flash_array *a, uint64_t offset,
		    uint64_t len, uint64_t ns);
/* The operation in progress will end in time, and leave its cells mixed. */
void flash_op_spoil(struct flash_op *op);
/*
 * Stall the bus until the operation, if there is one, is over. One that never ends
 * hangs the bus (emu_bus_hang()), and is still under way on return.
 */
void flash_op_wait(struct flash_op *op);
/* Reset: it never ends. */
void flash_op_interrupt(struct flash_op *op);

/* ---- locks with two keys ------------------------------------------------ */

enum flash_lock_state {
	FLASH_LOCKED,
	FLASH_HALF_OPEN, /* the first key was right */
	FLASH_OPEN,
	FLASH_DEAD, /* locked until the next reset */
};

struct flash_lock {
	uint32_t key[2];
	enum flash_lock_state state;
};

static inline bool flash_lock_open(const struct flash_lock *lock)
{
	return lock->state == FLASH_OPEN;
}

/*
 * A key register was written. Returns false where the sequence is broken (a
 * wrong key, or any key while open): the lock is dead until reset.
 */
bool flash_lock_key(struct flash_lock *lock, uint32_t value);
/* Software set the LOCK bit. */
void flash_lock_close(struct flash_lock *lock);

#endif
