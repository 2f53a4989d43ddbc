/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The OCTOSPI controller, register by register, with real parts behind it: what
 * starts a frame, what it looks like, and the window. What it does as QUADSPI
 * does is tested there.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "fake-emu.h"
#include "models.h"

#define OCTOSPI1 0x52005000u
#define OCTOSPI2 0x5200a000u
#define WINDOW	 0x90000000u
#define WINDOW2	 0x70000000u
#define HZ	 100000000u /* 10 ns a clock with PRESCALER 0 */
#define MS	 1000000ull
#define US	 1000ull

enum { CR = 0x00, DCR1 = 0x08, DCR2 = 0x0c, SR = 0x20, FCR = 0x24, DLR = 0x40, AR = 0x48,
       DR = 0x50, PSMKR = 0x80, PSMAR = 0x88, PIR = 0x90, CCR = 0x100, TCR = 0x108,
       IR = 0x110, ABR = 0x120, LPTR = 0x130, WCCR = 0x180, WIR = 0x190 };
enum { TEF = 1, TCF = 2, FTF = 4, SMF = 8, TOF = 16, BUSY = 32 };

/* CR */
#define WRITE  1u
#define READ   (1u | 1u << 28)
#define POLL   (1u | 2u << 28)
#define MAPPED (1u | 3u << 28)
#define FSEL   (1u << 7)
#define DMM    (1u << 6)
#define APMS   (1u << 22)
#define ABORT  2u
/* CCR: lines of instruction, address of 24 bits, alternate byte, data. */
#define I1   1u
#define I4   3u
#define I1_2 (1u | 1u << 4) /* two bytes of instruction */
#define A1   (1u << 8 | 2u << 12)
#define A4   (3u << 8 | 2u << 12)
#define B4   (3u << 16)
#define D1   (1u << 24)
#define D4   (3u << 24)
#define SIOO (1u << 31)

static const struct stk_fact one_fact[] = {
	{ "kernel_hz", HZ, "test" }, { "irq", 7, "test" }, { "flashes", 2, "test" },
};
static const struct stk_fact two_fact[] = {
	{ "kernel_hz", HZ, "test" }, { "irq", 8, "test" }, { "flashes", 0, "test" },
};
static const struct stk_peripheral peripheral[] = {
	{ .name = "OCTOSPI1", .model = "octospi", .base = OCTOSPI1, .length = 0x400,
	  .facts = one_fact, .n_facts = 3 },
	{ .name = "OCTOSPI2", .model = "octospi", .base = OCTOSPI2, .length = 0x400,
	  .facts = two_fact, .n_facts = 3 },
};
static const struct stk_memory memory[] = {
	{ .name = "OCTOSPI1", .kind = STK_MEM_EXTERNAL, .start = WINDOW, .size = 0x10000000 },
	{ .name = "OCTOSPI2", .kind = STK_MEM_EXTERNAL, .start = WINDOW2,
	  .size = 0x10000000 },
};
static const struct stk_chip chip = {
	.size = sizeof(struct stk_chip), .name = "TEST", .clock_hz = HZ,
	.default_nor = "w25q128jv",
	.memories = memory, .n_memories = 2, .peripherals = peripheral, .n_peripherals = 2,
};
static const struct emu_model *const models[] = { &emu_model_octospi, NULL };

static struct emu emu;
static uint8_t *array;
static const uint8_t pattern[4] = { 0x12, 0x34, 0x56, 0x78 };

static uint32_t rd(uint32_t reg)
{
	return fake_read(&emu, OCTOSPI1 + reg, 4);
}

static void wr(uint32_t reg, uint32_t value)
{
	fake_write(&emu, OCTOSPI1 + reg, 4, value);
}

static void set_up_with(const char *const *options)
{
	fake_open_with(&emu, &chip, models, options);
	array = emu.store[0].bytes;
	wr(CR, WRITE);
	wr(DCR1, 23u << 16); /* 16 MiB */
}

static void set_up(void)
{
	set_up_with(NULL);
}

static void tear_down(void)
{
	fake_close(&emu);
}

static void instruction(uint8_t opcode)
{
	wr(CR, WRITE);
	wr(CCR, I1);
	wr(IR, opcode);
	fake_pass(&emu, US);
	wr(FCR, TCF);
}

static uint8_t nor_status(uint8_t opcode)
{
	wr(CR, READ);
	wr(DLR, 0);
	wr(TCR, 0);
	wr(CCR, I1 | D1);
	wr(IR, opcode);
	fake_pass(&emu, US);
	wr(FCR, TCF);
	return (uint8_t)fake_read(&emu, OCTOSPI1 + DR, 1);
}

/* ---- what starts a frame ---------------------------------------------- */

START_TEST(instruction_starts)
{
	wr(CCR, I1);
	ck_assert_uint_eq(rd(SR), 0);
	wr(IR, 0x06);
	ck_assert_uint_eq(rd(SR), BUSY);
	fake_pass(&emu, 79);
	ck_assert_uint_eq(rd(SR), BUSY);
	fake_pass(&emu, 1); /* 8 clocks */
	ck_assert_uint_eq(rd(SR), TCF);
	wr(FCR, TCF);
	ck_assert_uint_eq(nor_status(0x05), 0x02);
	ck_quiet();
}
END_TEST

START_TEST(prescaler_is_in_dcr2)
{
	wr(DCR2, 3);
	wr(CCR, I1);
	wr(IR, 0x06);
	fake_pass(&emu, 319);
	ck_assert_uint_eq(rd(SR), BUSY);
	fake_pass(&emu, 1);
	ck_assert_uint_eq(rd(SR), TCF);
}
END_TEST

START_TEST(address_starts)
{
	array[0x1234] = 0;
	instruction(0x06);
	wr(CCR, I1 | A1);
	wr(IR, 0x20);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(rd(SR), 0);
	wr(AR, 0x1234);
	ck_assert_uint_eq(rd(SR), BUSY);
	fake_pass(&emu, 320);
	ck_assert_uint_eq(rd(SR), TCF);
	fake_pass(&emu, 46 * MS);
	ck_assert_uint_eq(nor_status(0x05), 0x00);
	ck_assert_uint_eq(array[0x1234], 0xff);
}
END_TEST

/* HAL: prepared as a write, then FMODE says what it is and AR or IR starts it. */
START_TEST(mode_alone_starts_nothing)
{
	memcpy(array + 0x100, pattern, 4);
	wr(DLR, 3);
	wr(CCR, I1 | A1 | D1);
	wr(IR, 0x03);
	wr(AR, 0x100);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(rd(SR), FTF);
	wr(CR, READ);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(rd(SR), 0);
	wr(AR, 0x100);
	fake_pass(&emu, 10 * US);
	ck_assert_uint_eq(rd(SR), BUSY | FTF | TCF | 4 << 8);
	ck_assert_uint_eq(rd(DR), 0x78563412);
	ck_assert_uint_eq(rd(SR), TCF);
	ck_quiet();
}
END_TEST

START_TEST(data_starts_a_write)
{
	instruction(0x06);
	wr(DLR, 3);
	wr(CCR, I1 | A1 | D4);
	wr(IR, 0x32);
	wr(AR, 0x500);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(rd(SR), FTF);
	wr(DR, 0x78563412);
	ck_assert_uint_eq(rd(SR) & BUSY, BUSY);
	fake_pass(&emu, MS);
	ck_assert_mem_eq(array + 0x500, pattern, 4);
	ck_assert_uint_eq(rd(SR) & (TCF | BUSY), TCF);
	ck_quiet();
}
END_TEST

START_TEST(disabled)
{
	wr(CR, 0);
	wr(CCR, I1);
	wr(IR, 0x06);
	ck_fired("qspi-disabled");
	ck_assert_uint_eq(rd(SR), 0);
}
END_TEST

START_TEST(busy_protects)
{
	wr(CR, READ);
	wr(DLR, 0);
	wr(CCR, I1 | D1);
	wr(IR, 0x05);
	wr(CCR, I1 | A1 | D1);
	ck_fired("qspi-busy-write");
	ck_assert_uint_eq(rd(CCR), I1 | D1);
	wr(CR, WRITE); /* FMODE */
	ck_fired("qspi-busy-write");
	ck_assert_uint_eq(rd(CR), READ);
	wr(CR, READ | 3u << 8);
	ck_assert_uint_eq(rd(CR), READ | 3u << 8);
	ck_quiet();
}
END_TEST

START_TEST(address_beyond_the_flash)
{
	wr(CCR, I1 | A1);
	wr(IR, 0x20);
	wr(AR, 0x1000000);
	ck_assert_uint_eq(rd(SR), TEF);
	ck_fired("qspi-address");
	wr(FCR, TEF);
	wr(AR, 0xffffff);
	ck_assert_uint_eq(rd(SR), BUSY);
}
END_TEST

/* ---- what a frame looks like ------------------------------------------ */

static const struct {
	const char *what;
	uint32_t ccr, tcr, ir, abr;
} read_case[] = {
	{ "1-1-1", I1 | A1 | D1, 0, 0x03, 0 },
	{ "1-1-4", I1 | A1 | D4, 8, 0x6b, 0 },
	{ "1-4-4", I1 | A4 | B4 | D4, 4, 0xeb, 0xff },
	{ "the dummy clocks with the mode byte", I1 | A4 | D4, 6, 0xeb, 0 },
};

START_TEST(reads)
{
	const __typeof__(*read_case) *c = &read_case[_i];

	memcpy(array + 0x100, pattern, 4);
	wr(CR, READ);
	wr(DLR, 3);
	wr(TCR, c->tcr);
	wr(CCR, c->ccr);
	wr(IR, c->ir);
	wr(ABR, c->abr);
	wr(AR, 0x100);
	ck_assert_msg(rd(DR) == 0x78563412, "%s", c->what);
	ck_quiet();
}
END_TEST

/* One clock too few: the bits are shifted. */
START_TEST(wrong_dummy_clocks)
{
	memcpy(array + 0x100, pattern, 4);
	wr(CR, READ);
	wr(DLR, 3);
	wr(TCR, 7);
	wr(CCR, I1 | A1 | D4);
	wr(IR, 0x6b);
	wr(AR, 0x100);
	ck_assert_uint_ne(rd(DR), 0x78563412);
}
END_TEST

/* Of two instruction bytes the first is the more significant one. */
START_TEST(instruction_of_two_bytes)
{
	wr(CCR, I1_2);
	wr(IR, 0x0699);
	fake_pass(&emu, 159);
	ck_assert_uint_eq(rd(SR), BUSY);
	fake_pass(&emu, 1);
	wr(FCR, TCF);
	/* This part has opcodes of one byte: 06h may not be followed by another. */
	ck_fired("nor-incomplete");
	ck_assert_uint_eq(nor_status(0x05), 0);
}
END_TEST

START_TEST(instruction_once)
{
	memcpy(array + 8, pattern, 4);
	/* The first goes out with mode byte A0h: the flash keeps reading. */
	wr(CR, READ);
	wr(DLR, 3);
	wr(TCR, 4);
	wr(ABR, 0xa0);
	wr(CCR, SIOO | I1 | A4 | B4 | D4);
	wr(IR, 0xeb);
	wr(AR, 0);
	fake_pass(&emu, US);
	rd(DR);
	wr(AR, 8);
	fake_pass(&emu, US);
	ck_assert_uint_eq(rd(DR), 0x78563412);
}
END_TEST

START_TEST(polls)
{
	instruction(0x06);
	wr(CCR, I1 | A1);
	wr(IR, 0x20);
	wr(AR, 0);
	fake_pass(&emu, US);
	wr(FCR, TCF);
	wr(PSMKR, 1);
	wr(PSMAR, 0);
	wr(PIR, 16);
	wr(DLR, 0);
	wr(CR, POLL | APMS);
	wr(CCR, I1 | D1);
	wr(IR, 0x05);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(rd(SR), BUSY);
	fake_pass(&emu, 45 * MS);
	ck_assert_uint_eq(rd(SR), SMF);
	ck_quiet();
}
END_TEST

/* ---- the window ------------------------------------------------------- */

static void map(void)
{
	wr(TCR, 8);
	wr(CCR, I1 | A1 | D4);
	wr(IR, 0x6b);
	wr(CR, MAPPED);
}

START_TEST(window_shows_the_flash)
{
	memcpy(array + 0x100, pattern, 4);
	map();
	ck_assert_uint_eq(rd(SR), 0);
	ck_assert_uint_eq(fake_read(&emu, WINDOW + 0x100, 4), 0x78563412);
	ck_assert_uint_eq(fake_read(&emu, WINDOW + 0x101, 1), 0x34);
	ck_assert_uint_eq(rd(SR), BUSY);
	wr(CR, MAPPED | ABORT);
	ck_assert_uint_eq(rd(SR), TCF);
	ck_assert_uint_eq(emu.faults, 0);
}
END_TEST

START_TEST(window_outside_mapped_mode)
{
	fake_read(&emu, WINDOW, 4);
	ck_assert_uint_eq(emu.faults, 1);
	ck_fired("qspi-not-mapped");
	map();
	fake_read(&emu, WINDOW + 0x1000000, 4);
	ck_assert_uint_eq(emu.faults, 1);
	ck_fired("qspi-mapped-beyond");
}
END_TEST

/* Stores go out with WCCR and WIR; without a write enable the part ignores them. */
START_TEST(window_takes_stores)
{
	instruction(0x06);
	wr(WCCR, I1 | A1 | D1);
	wr(WIR, 0x02);
	map();
	fake_write(&emu, WINDOW + 0x200, 4, 0x78563412);
	fake_write(&emu, WINDOW + 0x204, 1, 0x9a);
	ck_assert_uint_eq(rd(SR), BUSY);
	wr(CR, MAPPED | ABORT);
	fake_pass(&emu, MS);
	ck_assert_mem_eq(array + 0x200, pattern, 4);
	ck_assert_uint_eq(array[0x204], 0x9a);
	ck_assert_uint_eq(fake_read(&emu, WINDOW + 0x204, 1), 0x9a);
	ck_quiet();
	fake_write(&emu, WINDOW + 0x300, 4, 0);
	fake_read(&emu, WINDOW, 4); /* ends the store's frame */
	ck_fired("nor-no-write-enable");
	ck_assert_uint_eq(array[0x300], 0xff);
	ck_assert_uint_eq(emu.faults, 0);
}
END_TEST

/* ---- which part ------------------------------------------------------- */

static const char *const two[] = { "nor=w25q128jv", "nor2=w25q128jv", NULL };

START_TEST(two_parts)
{
	fake_close(&emu);
	set_up_with(two);
	instruction(0x06);
	ck_assert_uint_eq(nor_status(0x05), 0x02);
	wr(CR, READ | FSEL);
	wr(CCR, I1 | D1);
	wr(IR, 0x05);
	fake_pass(&emu, US);
	ck_assert_uint_eq(fake_read(&emu, OCTOSPI1 + DR, 1), 0);
	wr(CR, READ | DMM);
	wr(DLR, 1);
	wr(IR, 0x05);
	fake_pass(&emu, US);
	ck_assert_uint_eq(fake_read(&emu, OCTOSPI1 + DR, 2), 0x0002);
	ck_quiet();
}
END_TEST

START_TEST(the_other_controller_has_none)
{
	fake_write(&emu, OCTOSPI2 + CR, 4, READ);
	fake_write(&emu, OCTOSPI2 + DCR1, 4, 23u << 16);
	fake_write(&emu, OCTOSPI2 + CCR, 4, I1 | D1);
	fake_write(&emu, OCTOSPI2 + IR, 4, 0x9f);
	fake_pass(&emu, US);
	ck_assert_uint_eq(fake_read(&emu, OCTOSPI2 + DR, 1), 0);
	ck_fired("qspi-no-flash");
}
END_TEST

START_TEST(hyperbus_is_not_modelled)
{
	wr(DCR1, 23u << 16 | 1u << 24);
	ck_quiet();
	wr(DCR1, 23u << 16 | 4u << 24);
	ck_fired("octospi-hyperbus");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("octospi");
	TCase *t = tcase_create("octospi");

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, instruction_starts);
	tcase_add_test(t, prescaler_is_in_dcr2);
	tcase_add_test(t, address_starts);
	tcase_add_test(t, mode_alone_starts_nothing);
	tcase_add_test(t, data_starts_a_write);
	tcase_add_test(t, disabled);
	tcase_add_test(t, busy_protects);
	tcase_add_test(t, address_beyond_the_flash);
	tcase_add_loop_test(t, reads, 0, sizeof(read_case) / sizeof(read_case[0]));
	tcase_add_test(t, wrong_dummy_clocks);
	tcase_add_test(t, instruction_of_two_bytes);
	tcase_add_test(t, instruction_once);
	tcase_add_test(t, polls);
	tcase_add_test(t, window_shows_the_flash);
	tcase_add_test(t, window_outside_mapped_mode);
	tcase_add_test(t, window_takes_stores);
	tcase_add_test(t, two_parts);
	tcase_add_test(t, the_other_controller_has_none);
	tcase_add_test(t, hyperbus_is_not_modelled);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	SRunner *runner = srunner_create(suite());
	int failed;

	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
