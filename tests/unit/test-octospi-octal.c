/* SPDX-License-Identifier: GPL-2.0-only */
/* OCTOSPI with an octal part: eight lines, on one edge of the clock and on both. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "fake-emu.h"
#include "models.h"

#define OCTOSPI 0x52005000u
#define WINDOW	0x90000000u
#define HZ	100000000u
#define MS	1000000ull
#define US	1000ull

enum { CR = 0x00, DCR1 = 0x08, SR = 0x20, FCR = 0x24, DLR = 0x40, AR = 0x48, DR = 0x50,
       PSMKR = 0x80, PSMAR = 0x88, PIR = 0x90, CCR = 0x100, TCR = 0x108, IR = 0x110,
       WCCR = 0x180, WIR = 0x190 };
enum { TCF = 2, SMF = 8 };

#define WRITE	 1u
#define READ	 (1u | 1u << 28)
#define POLL	 (1u | 2u << 28 | 1u << 22)
#define MAPPED	 (1u | 3u << 28)
#define SIZE	 (25u << 16) /* 64 MiB */
#define MACRONIX (1u << 24)

/* CCR: instruction of two bytes, address of four, data; on both edges with DTR. */
#define I1   1u
#define A1   (1u << 8 | 3u << 12)
#define D1   (1u << 24)
#define I8   (4u | 1u << 4)
#define A8   (4u << 8 | 3u << 12)
#define D8   (4u << 24)
#define IDTR (1u << 3)
#define ADTR (1u << 11)
#define DDTR (1u << 27)
#define DQSE (1u << 29)

static const struct stk_fact facts[] = {
	{ "kernel_hz", HZ, "test" }, { "irq", 7, "test" }, { "flashes", 1, "test" },
};
static const struct stk_peripheral peripheral[] = {
	{ .name = "OCTOSPI1", .model = "octospi", .base = OCTOSPI, .length = 0x400,
	  .facts = facts, .n_facts = 3 },
};
static const struct stk_memory memory[] = {
	{ .name = "OCTOSPI1", .kind = STK_MEM_EXTERNAL, .start = WINDOW, .size = 0x10000000 },
};
static const struct stk_chip chip = {
	.size = sizeof(struct stk_chip), .name = "TEST", .clock_hz = HZ,
	.default_nor = "mx25lm51245g",
	.memories = memory, .n_memories = 1, .peripherals = peripheral, .n_peripherals = 1,
};
static const struct emu_model *const models[] = { &emu_model_octospi, NULL };

static struct emu emu;
static uint8_t *array;
static bool dtr; /* of the part, and of what the helpers send */

static uint32_t rd(uint32_t reg)
{
	return fake_read(&emu, OCTOSPI + reg, 4);
}

static void wr(uint32_t reg, uint32_t value)
{
	fake_write(&emu, OCTOSPI + reg, 4, value);
}

static void set_up(void)
{
	fake_open(&emu, &chip, models);
	array = emu.store[0].bytes;
	dtr = false;
	wr(CR, WRITE);
	wr(DCR1, SIZE | MACRONIX);
}

static void tear_down(void)
{
	fake_close(&emu);
}

/* ---- frames on eight lines -------------------------------------------- */

static uint32_t edges(uint32_t ccr)
{
	if (!dtr)
		return ccr;
	return ccr | IDTR | (ccr & A8 ? ADTR : 0) | (ccr & D8 ? DDTR | DQSE : 0);
}

static void prepare(uint32_t mode, uint32_t ccr, uint32_t dummy, uint32_t opcode)
{
	wr(CR, mode);
	wr(TCR, dummy);
	wr(CCR, edges(ccr));
	wr(IR, opcode);
}

static void done(void)
{
	fake_pass(&emu, 20 * US);
	ck_assert_uint_eq(rd(SR) & TCF, TCF);
	wr(FCR, TCF);
}

static void command(uint32_t opcode)
{
	prepare(WRITE, I8, 0, opcode);
	done();
}

static void command_at(uint32_t opcode, uint32_t addr)
{
	prepare(WRITE, I8 | A8, 0, opcode);
	wr(AR, addr);
	done();
}

static uint8_t status(void)
{
	prepare(READ, I8 | A8 | D8, 4, 0x05fa);
	wr(DLR, dtr);
	wr(AR, 0);
	done();
	return (uint8_t)fake_read(&emu, OCTOSPI + DR, 1 + dtr);
}

static uint32_t read_word(uint32_t dummy, uint32_t opcode, uint32_t addr)
{
	wr(DLR, 3);
	prepare(READ, I8 | A8 | D8, dummy, opcode);
	wr(AR, addr);
	done();
	return rd(DR);
}

static void program_word(uint32_t addr, uint32_t value)
{
	command(0x06f9);
	wr(DLR, 3);
	prepare(WRITE, I8 | A8 | D8, 0, 0x12ed);
	wr(AR, addr);
	wr(DR, value);
	done();
}

/* ---- configuration register 2 ----------------------------------------- */

static void write_cr2_on_one_line(uint32_t addr, uint8_t value)
{
	wr(CR, WRITE);
	wr(CCR, I1);
	wr(IR, 0x06);
	done();
	wr(DLR, 0);
	wr(CCR, I1 | A1 | D1);
	wr(IR, 0x72);
	wr(AR, addr);
	fake_write(&emu, OCTOSPI + DR, 1, value);
	done();
}

static void octal(bool both)
{
	write_cr2_on_one_line(0x300, 7); /* 6 dummy clocks */
	write_cr2_on_one_line(0x000, both ? 2 : 1);
	dtr = both;
}

static void one_line_id(uint32_t want)
{
	wr(CR, READ);
	wr(DLR, 2);
	wr(TCR, 0);
	wr(CCR, I1 | D1);
	wr(IR, 0x9f);
	done();
	ck_assert_uint_eq(rd(DR) & 0xffffff, want);
}

/* ---- tests ------------------------------------------------------------ */

START_TEST(one_line_after_power_on)
{
	one_line_id(0x3a85c2);
	octal(false);
	one_line_id(0);
	ck_fired("nor-complement");
}
END_TEST

static const char *const left[] = { "nor.state=octal", "nor.state=dtr" };

START_TEST(as_an_application_left_it)
{
	const char *const options[] = { left[_i], NULL };

	fake_close(&emu);
	fake_open_with(&emu, &chip, models, options);
	wr(CR, WRITE);
	wr(DCR1, SIZE | MACRONIX);
	one_line_id(0);
	dtr = _i;
	command(0x06f9);
	ck_assert_uint_eq(status(), 2);
}
END_TEST

START_TEST(reads_programs_erases)
{
	octal(_i);
	memset(array + 0x1000, 0, 0x2000);
	command(0x06f9);
	ck_assert_uint_eq(status(), 2);
	command_at(0x21de, 0x1000);
	ck_assert_uint_eq(status(), 3);
	fake_pass(&emu, 26 * MS);
	ck_assert_uint_eq(status(), 0);
	ck_assert_uint_eq(array[0x1000], 0xff);
	ck_assert_uint_eq(array[0x2000], 0);
	program_word(0x1010, 0x44332211);
	fake_pass(&emu, MS);
	ck_assert_mem_eq(array + 0x1010, "\x11\x22\x33\x44\xff", 5);
	ck_assert_uint_eq(read_word(6, _i ? 0xee11 : 0xec13, 0x1010), 0x44332211);
}
END_TEST

START_TEST(id_on_eight_lines)
{
	octal(_i);
	ck_assert_uint_eq(read_word(4, 0x9f60, 0), _i ? 0x8585c2c2 : 0x003a85c2);
}
END_TEST

START_TEST(second_byte_is_the_complement)
{
	octal(_i);
	prepare(WRITE, I8, 0, 0x0606);
	done();
	ck_fired("nor-complement");
	ck_assert_uint_eq(status(), 0);
	command(0x06f9);
	ck_assert_uint_eq(status(), 2);
}
END_TEST

START_TEST(dummy_clocks_are_configured)
{
	octal(_i);
	memcpy(array + 0x100, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
	ck_assert_uint_eq(read_word(6, _i ? 0xee11 : 0xec13, 0x100), 0x44332211);
	ck_assert_uint_eq(read_word(7, _i ? 0xee11 : 0xec13, 0x100),
			  _i ? 0x66554433 : 0x55443322);
}
END_TEST

/* A controller on one edge before a part on both, and the reverse. */
START_TEST(edges_must_agree)
{
	octal(_i);
	dtr = !_i;
	prepare(WRITE, I8, 0, 0x06f9);
	done();
	dtr = _i;
	/* On one edge the part still waits for the second byte. */
	ck_assert_int_eq(fake_fired(&emu, "nor-complement"), _i);
	ck_assert_uint_eq(status(), 0);
}
END_TEST

START_TEST(pairs_are_swapped_by_the_memory_type)
{
	octal(true);
	memcpy(array + 0x100, "\x11\x22\x33\x44", 4);
	wr(CR, WRITE);
	wr(DCR1, SIZE);
	ck_assert_uint_eq(read_word(6, 0xee11, 0x100), 0x33441122);
	wr(CR, WRITE);
	wr(DCR1, SIZE | MACRONIX);
	ck_assert_uint_eq(read_word(6, 0xee11, 0x100), 0x44332211);
}
END_TEST

START_TEST(odd_address_on_both_edges)
{
	octal(true);
	memcpy(array + 0x100, "\x11\x22\x33\x44", 4);
	ck_assert_uint_eq(read_word(6, 0xee11, 0x101), 0x44332211);
}
END_TEST

START_TEST(polls)
{
	octal(_i);
	command(0x06f9);
	command_at(0xdc23, 0);
	wr(PSMKR, 1);
	wr(PSMAR, 0);
	wr(PIR, 16);
	wr(DLR, _i);
	prepare(POLL, I8 | A8 | D8, _i ? 5 : 4, 0x05fa);
	wr(AR, 0);
	fake_pass(&emu, 200 * MS);
	ck_assert_uint_eq(rd(SR) & SMF, 0);
	fake_pass(&emu, 21 * MS);
	ck_assert_uint_eq(rd(SR) & SMF, SMF);
}
END_TEST

START_TEST(window)
{
	unsigned int i;

	octal(_i);
	for (i = 0; i < 64; i++)
		array[i] = (uint8_t)(i * 7);
	prepare(WRITE, I8 | A8 | D8, 6, _i ? 0xee11 : 0xec13);
	wr(CR, MAPPED);
	for (i = 0; i < 64; i++)
		ck_assert_uint_eq(fake_read(&emu, WINDOW + i, 1), i * 7 % 256);
	ck_assert_uint_eq(fake_read(&emu, WINDOW + 9, 1), 63);
	ck_assert_uint_eq(fake_read(&emu, WINDOW + 11, 1), 77);
	ck_assert_uint_eq(fake_read(&emu, WINDOW + 0x10, 4), 0x857e7770);
	ck_quiet();
}
END_TEST

START_TEST(reset_returns_to_one_line)
{
	octal(_i);
	command(0x6699);
	command(0x9966);
	fake_pass(&emu, MS);
	one_line_id(0x3a85c2);
	ck_quiet();
}
END_TEST

/* To a part on both edges as well, from a host on one. */
START_TEST(reset_on_one_edge)
{
	octal(true);
	dtr = false;
	command(0x6699);
	command(0x9966);
	fake_pass(&emu, MS);
	one_line_id(0x3a85c2);
	ck_assert_str_eq(emu.rules, "nor-single-rate-reset nor-single-rate-reset ");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("octospi-octal");
	TCase *t = tcase_create("octal");
	SRunner *sr;
	int failed;

	tcase_add_checked_fixture(t, set_up, tear_down);
	tcase_add_test(t, one_line_after_power_on);
	tcase_add_loop_test(t, as_an_application_left_it, 0, 2);
	tcase_add_loop_test(t, reads_programs_erases, 0, 2);
	tcase_add_loop_test(t, id_on_eight_lines, 0, 2);
	tcase_add_loop_test(t, second_byte_is_the_complement, 0, 2);
	tcase_add_loop_test(t, dummy_clocks_are_configured, 0, 2);
	tcase_add_loop_test(t, edges_must_agree, 0, 2);
	tcase_add_test(t, pairs_are_swapped_by_the_memory_type);
	tcase_add_test(t, odd_address_on_both_edges);
	tcase_add_loop_test(t, polls, 0, 2);
	tcase_add_loop_test(t, window, 0, 2);
	tcase_add_loop_test(t, reset_returns_to_one_line, 0, 2);
	tcase_add_test(t, reset_on_one_edge);
	suite_add_tcase(s, t);
	sr = srunner_create(s);
	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
