/* SPDX-License-Identifier: GPL-2.0-only */
/* What the flash really holds: every chip's memories, aliases, swapped banks, two NORs. */
#include "shipped.h"

static void put(struct emu *emu, uint64_t addr, const void *bytes, size_t len)
{
	struct stk_error err;

	ck_assert_msg(!emu_target.cells(emu, true, addr, (void *)(uintptr_t)bytes, len,
					&err), "%s", err.msg);
}

static void get(struct emu *emu, uint64_t addr, void *bytes, size_t len)
{
	struct stk_error err;

	ck_assert_msg(!emu_target.cells(emu, false, addr, bytes, len, &err), "%s", err.msg);
}

static void no_cells(struct emu *emu, uint64_t addr, size_t len)
{
	uint8_t bytes[64] = { 0 };
	struct stk_error err = { 0 };

	ck_assert_int_eq(emu_target.cells(emu, true, addr, bytes, len, &err), -ENXIO);
	ck_assert_str_eq(err.cause, "no-cells");
}

/* Put there, they are there: for the debugger as well, at this and the other address. */
static void check_place(struct emu *emu, uint64_t addr, uint64_t other)
{
	static const uint8_t pattern[16] = { 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0,
					     1, 2, 3, 4, 5, 6, 7, 8 };
	uint8_t back[16];
	struct stk_error err;

	put(emu, addr, pattern, sizeof(pattern));
	get(emu, other, back, sizeof(back));
	ck_assert_mem_eq(back, pattern, sizeof(back));
	ck_assert_msg(!emu_target.read(emu, other, back, sizeof(back), &err), "%s",
		      err.msg);
	ck_assert_mem_eq(back, pattern, sizeof(back));
}

static bool has_cells(struct emu *emu, uint64_t addr)
{
	size_t len = 1;

	return emu_cells_at(emu, false, addr, &len) != NULL;
}

START_TEST(every_chip)
{
	const struct stk_chip *chip = stm32_chips.chips[_i];
	struct emu *emu = shipped_open(chip, NULL);
	size_t i;

	for (i = 0; i < chip->n_memories; i++) {
		const struct stk_memory *m = &chip->memories[i];

		if (m->kind == STK_MEM_RAM)
			no_cells(emu, m->start, 4);
		if (m->kind != STK_MEM_FLASH || !has_cells(emu, m->start))
			continue;
		check_place(emu, m->start, m->start);
		check_place(emu, m->start + m->size - 16, m->start + m->size - 16);
	}
	if (chip->n_banks && has_cells(emu, emu->bus.boot) &&
	    !stk_chip_memory_at(chip, 0))
		check_place(emu, 0x20, emu->bus.boot + 0x20);
	shipped_close(emu);
}
END_TEST

START_TEST(all_or_nothing)
{
	struct emu *emu = rig_open(NULL, NULL);
	uint8_t before[8], after[8];

	no_cells(emu, FLASH + FLASH_SIZE - 4, 8);
	get(emu, FLASH + FLASH_SIZE - 4, before, 4);
	ck_assert_uint_eq(before[0], 0xff);
	no_cells(emu, RAM, 4);
	no_cells(emu, REGS, 4);
	no_cells(emu, UINT64_MAX - 3, 4);
	no_cells(emu, UINT32_MAX - 3, 8);
	/* Nothing at all is everywhere. */
	get(emu, RAM, after, 0);
	rig_close(emu);
}
END_TEST

/* A lock, a protection or an operation under way do not matter. */
START_TEST(whatever_the_chip_says)
{
	static const char *const options[] = { "opt.OPTR=0xffeff8bb", NULL };
	struct emu *emu = rig_open(NULL, options);
	uint8_t byte = 0x5a;
	struct stk_error err;

	put(emu, FLASH + 0x101, &byte, 1);
	ck_assert_int_eq(emu_target.read(emu, FLASH + 0x101, &byte, 1, &err), -EIO);
	byte = 0;
	get(emu, FLASH + 0x101, &byte, 1);
	ck_assert_uint_eq(byte, 0x5a);
	rig_close(emu);
}
END_TEST

/* With SWAP_BANK_OPT the other bank's cells are behind the first addresses. */
START_TEST(swapped_banks)
{
	static const char *const swapped[] = { "opt.OPTSR_CUR=0x9016aaf0", NULL };
	struct emu *emu = shipped_open(shipped_chip("STM32H743ZI"), swapped);
	uint8_t byte = 0x11;

	check_place(emu, 0x08000100, 0x08000100);
	check_place(emu, 0x08100100, 0x08100100);
	put(emu, 0x08000000, &byte, 1);
	ck_assert_uint_eq(store_find(emu, "FLASH")->bytes[0x100000], 0x11);
	ck_assert_uint_eq(store_find(emu, "FLASH")->bytes[0], 0xff);
	shipped_close(emu);
}
END_TEST

/* A word that could not be corrected is a good one after it was put there. */
START_TEST(check_bits)
{
	struct emu *emu = shipped_open(shipped_chip("STM32H743ZI"), NULL);
	uint8_t *wrong = store_find(emu, "FLASH-ECC")->bytes, word[4] = { 1, 2, 3, 4 };
	struct stk_error err;

	wrong[2 * 3] = 3;
	wrong[2 * 4] = 3;
	ck_assert_int_eq(emu_target.read(emu, 0x08000060, word, 4, &err), -EIO);
	put(emu, 0x0800007e, word, 2);
	ck_assert(!emu_target.read(emu, 0x08000060, word, 4, &err));
	ck_assert_int_eq(emu_target.read(emu, 0x08000080, word, 4, &err), -EIO);
	put(emu, 0x0800007f, word, 2);
	ck_assert(!emu_target.read(emu, 0x08000080, word, 4, &err));
	shipped_close(emu);
}
END_TEST

/* Without any command to the controller, and one byte here, one there with two. */
START_TEST(external)
{
	static const char *const one[] = { "nor=w25q128jv", NULL };
	static const char *const two[] = { "nor=w25q128jv", "nor2=w25q128jv", NULL };
	static const uint8_t bytes[4] = { 0xa0, 0xb0, 0xa1, 0xb1 };
	const struct stk_chip *chip = shipped_chip("STM32H743ZI");
	const uint64_t base = 0x90000000;
	struct emu *emu = shipped_open(chip, one);
	uint8_t back[4];

	put(emu, base + 0xfffffc, bytes, 4);
	ck_assert_mem_eq(store_find(emu, "NOR")->bytes + 0xfffffc, bytes, 4);
	no_cells(emu, base + 0x1000000, 1);
	shipped_close(emu);

	emu = shipped_open(chip, two);
	put(emu, base + 0x1fffffc, bytes, 4);
	ck_assert_mem_eq(store_find(emu, "NOR")->bytes + 0xfffffe, "\xa0\xa1", 2);
	ck_assert_mem_eq(store_find(emu, "NOR2")->bytes + 0xfffffe, "\xb0\xb1", 2);
	get(emu, base + 0x1fffffd, back, 2);
	ck_assert_mem_eq(back, "\xb0\xa1", 2);
	no_cells(emu, base + 0x2000000, 1);
	shipped_close(emu);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cells");
	TCase *t = tcase_create("cells");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, every_chip, 0, (int)stm32_chips.n_chips);
	tcase_add_test(t, all_or_nothing);
	tcase_add_test(t, whatever_the_chip_says);
	tcase_add_test(t, swapped_banks);
	tcase_add_test(t, check_bits);
	tcase_add_test(t, external);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	/* Each chip is a case: forks would take longer than they. */
	srunner_set_fork_status(r, CK_NOFORK);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
