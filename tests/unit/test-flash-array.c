/* SPDX-License-Identifier: GPL-2.0-only */
/* Cells, check bits, interrupted operations and locks of internal flash. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "fake-emu.h"
#include "flash-array.h"

static const struct stk_chip no_chip = { .clock_hz = 1000000 };
static const struct emu_model *const no_models[] = { NULL };

static struct emu emu;
static struct flash_array array;
static struct flash_op op;
static unsigned int ended;

static void end(void *data)
{
	ended++;
}

static void setup(void)
{
	fake_open(&emu, &no_chip, no_models);
	memset(&array, 0, sizeof(array));
	memset(&op, 0, sizeof(op));
	ended = 0;
	ck_assert_int_eq(
		flash_array_init(&array, &emu, "cells", 0x08000000, 1024, 0xff, NULL), 0);
	flash_op_init(&op, &emu, end, NULL);
}

static void setup_ecc(void)
{
	setup();
	ck_assert_int_eq(flash_array_add_ecc(&array, "check", 256, 10, NULL), 0);
}

static void teardown(void)
{
	fake_close(&emu);
}

START_TEST(bits_fall_until_erased)
{
	flash_array_program(&array, 4, (const uint8_t[]){ 0xf0, 0x5a }, 2);
	ck_assert_uint_eq(flash_array_load(&array, 4, 4), 0xffff5af0);
	flash_array_program(&array, 4, (const uint8_t[]){ 0x0f, 0xff }, 2);
	ck_assert_uint_eq(flash_array_load(&array, 4, 2), 0x5a00);
	ck_assert(!flash_array_is_erased(&array, 0, 8));
	flash_array_erase(&array, 0, 8);
	ck_assert(flash_array_is_erased(&array, 0, 1024));
	ck_assert_uint_eq(emu.programs, 2);
	ck_assert_uint_eq(emu.erases, 1);
}
END_TEST

START_TEST(bits_rise_where_erased_is_zero)
{
	struct flash_array low = { 0 };

	ck_assert_int_eq(flash_array_init(&low, &emu, "low", 0, 16, 0x00, NULL), 0);
	flash_array_program(&low, 0, (const uint8_t[]){ 0x0f }, 1);
	flash_array_program(&low, 0, (const uint8_t[]){ 0x30 }, 1);
	ck_assert_uint_eq(flash_array_load(&low, 0, 1), 0x3f);
}
END_TEST

START_TEST(operation_takes_its_time)
{
	flash_op_program(&op, &array, 8, (const uint8_t[]){ 1, 2, 3, 4 }, 4, 1000);
	fake_pass(&emu, 999);
	ck_assert(op.busy);
	ck_assert_uint_ne(flash_array_load(&array, 8, 4), 0x04030201);
	fake_pass(&emu, 1);
	ck_assert(!op.busy);
	ck_assert_uint_eq(ended, 1);
	ck_assert_uint_eq(flash_array_load(&array, 8, 4), 0x04030201);
	flash_op_erase(&op, &array, 0, 1024, 5000);
	flash_op_wait(&op);
	ck_assert_uint_eq(emu_now(&emu), 6000);
	ck_assert(flash_array_is_erased(&array, 0, 1024));
}
END_TEST

START_TEST(interrupted_erase_mixes_bits)
{
	uint8_t zero[32] = { 0 };
	uint64_t i;
	unsigned int set = 0;

	for (i = 0; i < 1024; i += 32)
		flash_array_program(&array, i, zero, 32);
	flash_op_erase(&op, &array, 0, 512, 5000);
	flash_op_interrupt(&op);
	for (i = 0; i < 512; i++)
		set += (unsigned int)__builtin_popcount(flash_array_load(&array, i, 1));
	ck_assert_uint_gt(set, 512);
	ck_assert_uint_lt(set, 7 * 512);
	for (i = 512; i < 1024; i++)
		ck_assert_uint_eq(flash_array_load(&array, i, 1), 0);
	fake_pass(&emu, 10000);
	ck_assert_uint_eq(ended, 0);
}
END_TEST

START_TEST(interrupted_program_mixes_bits)
{
	uint8_t zero[32] = { 0 };
	unsigned int i, set = 0;

	flash_op_program(&op, &array, 32, zero, 32, 1000);
	flash_op_interrupt(&op);
	for (i = 0; i < 32; i++)
		set += (unsigned int)__builtin_popcount(flash_array_load(&array, 32 + i, 1));
	ck_assert_uint_gt(set, 0);
	ck_assert_uint_lt(set, 256);
	ck_assert(flash_array_is_erased(&array, 64, 512));
}
END_TEST

START_TEST(ecc_corrects_one_bit_and_sees_two)
{
	struct flash_ecc ecc;
	uint8_t word[32], bad[32];
	unsigned int i, k;
	uint16_t code;

	flash_ecc_init(&ecc, 256, 10);
	for (i = 0; i < 32; i++)
		word[i] = (uint8_t)(i * 37 + 11);
	code = flash_ecc_code(&ecc, word);
	for (i = 0; i < 256; i++) {
		memcpy(bad, word, 32);
		bad[i / 8] ^= 1u << i % 8;
		ck_assert_int_eq(flash_ecc_correct(&ecc, bad, code), FLASH_ECC_SINGLE);
		ck_assert_mem_eq(bad, word, 32);
		for (k = 0; k < i; k++) {
			memcpy(bad, word, 32);
			bad[i / 8] ^= 1u << i % 8;
			bad[k / 8] ^= 1u << k % 8;
			ck_assert_int_eq(flash_ecc_correct(&ecc, bad, code),
					 FLASH_ECC_DOUBLE);
		}
	}
	for (i = 0; i < 10; i++)
		ck_assert_int_eq(flash_ecc_correct(&ecc, word, code ^ 1u << i),
				 FLASH_ECC_SINGLE);
	memset(word, 0xff, 32);
	ck_assert_int_eq(flash_ecc_correct(&ecc, word, 0x3ff), FLASH_ECC_GOOD);
}
END_TEST

START_TEST(ecc_holds_for_contents_from_elsewhere)
{
	enum flash_ecc_result ecc;

	memset(array.bytes, 0x5a, 64);
	ck_assert_uint_eq(flash_array_fetch(&array, 36, 4, &ecc), 0x5a5a5a5a);
	ck_assert_int_eq(ecc, FLASH_ECC_GOOD);
}
END_TEST

/* The same bits twice are the same check bits; other bits break the word. */
START_TEST(ecc_word_programmed_twice)
{
	enum flash_ecc_result ecc;
	uint8_t a[32], b[32];

	memset(a, 0xa5, sizeof(a));
	memset(b, 0x5a, sizeof(b));
	flash_array_program(&array, 0, a, 32);
	flash_array_program(&array, 0, a, 32);
	ck_assert_uint_eq(flash_array_fetch(&array, 0, 4, &ecc), 0xa5a5a5a5);
	ck_assert_int_eq(ecc, FLASH_ECC_GOOD);
	b[0] = 0x00;
	flash_array_program(&array, 0, b, 32);
	flash_array_fetch(&array, 0, 4, &ecc);
	ck_assert_int_ne(ecc, FLASH_ECC_GOOD);
	flash_array_erase(&array, 0, 32);
	flash_array_fetch(&array, 0, 4, &ecc);
	ck_assert_int_eq(ecc, FLASH_ECC_GOOD);
}
END_TEST

static const struct {
	const char *what;
	uint32_t written[4];
	unsigned int n;
	enum flash_lock_state end;
} lock_case[] = {
	{ "both keys", { 1, 2 }, 2, FLASH_OPEN },
	{ "first key only", { 1 }, 1, FLASH_HALF_OPEN },
	{ "wrong first key", { 2 }, 1, FLASH_DEAD },
	{ "wrong second key", { 1, 1 }, 2, FLASH_DEAD },
	{ "third key", { 1, 2, 1 }, 3, FLASH_DEAD },
	{ "dead stays dead", { 3, 1, 2 }, 3, FLASH_DEAD },
};

START_TEST(locks)
{
	struct flash_lock lock = { .key = { 1, 2 } };
	unsigned int i;

	for (i = 0; i < lock_case[_i].n; i++)
		flash_lock_key(&lock, lock_case[_i].written[i]);
	ck_assert_msg(lock.state == lock_case[_i].end, "%s", lock_case[_i].what);
	flash_lock_close(&lock);
	ck_assert(!flash_lock_open(&lock));
	ck_assert_int_eq(flash_lock_key(&lock, 1), lock_case[_i].end != FLASH_DEAD);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("flash-array");
	TCase *cells = tcase_create("cells"), *ecc = tcase_create("ecc");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(cells, setup, teardown);
	tcase_add_test(cells, bits_fall_until_erased);
	tcase_add_test(cells, bits_rise_where_erased_is_zero);
	tcase_add_test(cells, operation_takes_its_time);
	tcase_add_test(cells, interrupted_erase_mixes_bits);
	tcase_add_test(cells, interrupted_program_mixes_bits);
	tcase_add_loop_test(cells, locks, 0, sizeof(lock_case) / sizeof(lock_case[0]));
	suite_add_tcase(s, cells);
	tcase_add_checked_fixture(ecc, setup_ecc, teardown);
	tcase_add_test(ecc, ecc_corrects_one_bit_and_sees_two);
	tcase_add_test(ecc, ecc_holds_for_contents_from_elsewhere);
	tcase_add_test(ecc, ecc_word_programmed_twice);
	suite_add_tcase(s, ecc);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
