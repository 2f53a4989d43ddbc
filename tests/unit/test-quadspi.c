/* SPDX-License-Identifier: GPL-2.0-only */
/* The QUADSPI controller, register by register, with real parts behind it. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "fake-emu.h"
#include "models.h"

#define QSPI	0x52005000u
#define DLYB	0x52006000u
#define WINDOW	0x90000000u
#define HZ	100000000u	/* 10 ns a clock with PRESCALER 0 */
#define MS	1000000ull
#define US	1000ull

enum { CR = 0x00, DCR = 0x04, SR = 0x08, FCR = 0x0c, DLR = 0x10, CCR = 0x14, AR = 0x18,
       ABR = 0x1c, DR = 0x20, PSMKR = 0x24, PSMAR = 0x28, PIR = 0x2c, LPTR = 0x30 };
enum { TEF = 1, TCF = 2, FTF = 4, SMF = 8, TOF = 16, BUSY = 32 };

/* CCR: modes of instruction, address, alternate and data phase; FMODE. */
#define I1	(1u << 8)
#define A1	(1u << 10 | 2u << 12)
#define A4	(3u << 10 | 2u << 12)
#define B4	(3u << 14)
#define DUMMY(n) ((uint32_t)(n) << 18)
#define D1	(1u << 24)
#define D4	(3u << 24)
#define WRITE	0u
#define READ	(1u << 26)
#define POLL	(2u << 26)
#define MAPPED	(3u << 26)
#define SIOO	(1u << 28)

static const struct stk_fact quadspi_fact[] = {
	{ "kernel_hz", HZ, "test" }, { "irq", 7, "test" },
};
static const struct stk_fact dlyb_fact[] = { { "kernel_hz", HZ, "test" } };
static const struct stk_peripheral peripheral[] = {
	{ .name = "QUADSPI", .model = "quadspi", .base = QSPI, .length = 0x400,
	  .facts = quadspi_fact, .n_facts = 2 },
	{ .name = "DLYB_QUADSPI", .model = "dlyb", .base = DLYB, .length = 0x400,
	  .facts = dlyb_fact, .n_facts = 1 },
};
static const struct stk_memory memory[] = {
	{ .name = "FMC", .kind = STK_MEM_EXTERNAL, .start = 0x60000000, .size = 0x10000000 },
	{ .name = "QUADSPI", .kind = STK_MEM_EXTERNAL, .start = WINDOW, .size = 0x10000000 },
};
static const struct stk_chip chip = {
	.size = sizeof(struct stk_chip), .name = "TEST", .clock_hz = HZ,
	.default_nor = "w25q128jv",
	.memories = memory, .n_memories = 2, .peripherals = peripheral, .n_peripherals = 2,
};
static const struct emu_model *const models[] = { &emu_model_quadspi, &emu_model_dlyb,
						  NULL };

static struct emu emu;
static uint8_t *array;
static const uint8_t pattern[4] = { 0x12, 0x34, 0x56, 0x78 };

static uint32_t rd(uint32_t reg)
{
	return fake_read(&emu, QSPI + reg, 4);
}

static void wr(uint32_t reg, uint32_t value)
{
	fake_write(&emu, QSPI + reg, 4, value);
}

static void set_up_with(const char *const *options)
{
	fake_open_with(&emu, &chip, models, options);
	array = emu.store[0].bytes;
	wr(CR, 1);		/* EN; FTHRES 0: one byte */
	wr(DCR, 23u << 16);	/* 16 MiB */
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
	wr(CCR, I1 | opcode);
	fake_pass(&emu, US);
	wr(FCR, TCF);
}

static uint8_t nor_status(uint8_t opcode)
{
	wr(DLR, 0);
	wr(CCR, READ | I1 | D1 | opcode);
	fake_pass(&emu, US);
	wr(FCR, TCF);
	return (uint8_t)fake_read(&emu, QSPI + DR, 1);
}

/* ---- indirect mode ---------------------------------------------------- */

START_TEST(instruction_only)
{
	ck_assert_uint_eq(rd(SR), 0);
	wr(CCR, I1 | 0x06);
	ck_assert_uint_eq(rd(SR), BUSY);
	fake_pass(&emu, 79);
	ck_assert_uint_eq(rd(SR), BUSY);
	fake_pass(&emu, 1);	/* 8 clocks */
	ck_assert_uint_eq(rd(SR), TCF);
	wr(FCR, TCF);
	ck_assert_uint_eq(rd(SR), 0);
	ck_assert_uint_eq(nor_status(0x05), 0x02);
	ck_quiet();
}
END_TEST

START_TEST(read_mode_without_data_is_an_instruction)
{
	wr(CCR, READ | I1 | 0x06);
	fake_pass(&emu, 80);
	ck_assert_uint_eq(rd(SR), TCF);
	ck_assert_uint_eq(nor_status(0x05), 0x02);
}
END_TEST

START_TEST(prescaler_stretches)
{
	wr(CR, 1 | 3u << 24);
	wr(CCR, I1 | 0x06);
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
	wr(CCR, I1 | A1 | 0x20);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(rd(SR), 0);
	wr(AR, 0x1234);
	ck_assert_uint_eq(rd(SR), BUSY);
	fake_pass(&emu, 320);
	ck_assert_uint_eq(rd(SR), TCF);
	ck_assert_uint_eq(nor_status(0x05), 0x03);
	fake_pass(&emu, 45 * MS);
	ck_assert_uint_eq(nor_status(0x05), 0x00);
	ck_assert_uint_eq(array[0x1234], 0xff);
}
END_TEST

/* HAL: the command as an indirect write first, then as what it is. */
START_TEST(prepared_write_starts_nothing)
{
	wr(DLR, 3);
	wr(CCR, WRITE | I1 | A1 | D1 | 0x03);
	wr(AR, 0x100);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(rd(SR), FTF);
	memcpy(array + 0x100, pattern, 4);
	wr(CCR, READ | I1 | A1 | D1 | 0x03);
	wr(AR, 0x100);
	fake_pass(&emu, 10 * US);
	ck_assert_uint_eq(rd(SR), BUSY | FTF | TCF | 4 << 8);
	ck_assert_uint_eq(rd(DR), 0x78563412);
	ck_assert_uint_eq(rd(SR), TCF);
	ck_quiet();
}
END_TEST

static const unsigned int dr_width[] = { 1, 2, 4 };

START_TEST(data_width_is_the_access_width)
{
	unsigned int width = dr_width[_i];

	memcpy(array, pattern, 4);
	wr(DLR, 3);
	wr(CCR, READ | I1 | A1 | D4 | DUMMY(8) | 0x6b);
	wr(AR, 0);
	fake_pass(&emu, 10 * US);
	for (unsigned int at = 0; at < 4; at += width) {
		uint32_t want = 0;

		memcpy(&want, pattern + at, width);
		ck_assert_uint_eq(fake_read(&emu, QSPI + DR, width), want);
	}
	ck_assert_uint_eq(rd(SR), TCF);
}
END_TEST

START_TEST(reading_waits_for_data)
{
	memcpy(array, pattern, 4);
	wr(DLR, 3);
	wr(CCR, READ | I1 | A1 | D1 | 0x03);
	wr(AR, 0);
	ck_assert_uint_eq(rd(DR), 0x78563412);
	ck_assert_uint_eq(emu.now, (8 + 24 + 32) * 10);
}
END_TEST

START_TEST(fifo_holds_the_clock)
{
	for (unsigned int i = 0; i < 100; i++)
		array[i] = (uint8_t)i;
	wr(CR, 1 | 31u << 8);
	wr(DLR, 99);
	wr(CCR, READ | I1 | A1 | D1 | 0x03);
	wr(AR, 0);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(rd(SR), BUSY | FTF | 32 << 8);
	for (unsigned int i = 0; i < 100; i++) {
		ck_assert_uint_eq(fake_read(&emu, QSPI + DR, 1), i);
		fake_pass(&emu, 80);
	}
	ck_assert_uint_eq(rd(SR), TCF);
}
END_TEST

START_TEST(write_goes_through_the_fifo)
{
	instruction(0x06);
	wr(CR, 1 | 3u << 8);	/* FTF: four bytes free */
	wr(DLR, 255);
	wr(CCR, WRITE | I1 | A1 | D4 | 0x32);
	wr(AR, 0x500);
	for (unsigned int i = 0; i < 29; i++) {
		ck_assert_uint_eq(rd(SR) & (FTF | TCF), FTF);
		fake_write(&emu, QSPI + DR, 1, i);
	}
	ck_assert_uint_eq(rd(SR), BUSY | 29 << 8);
	for (unsigned int i = 29; i < 256; i++)
		fake_write(&emu, QSPI + DR, 1, i);	/* the bus waits for room */
	ck_assert_uint_eq(rd(SR) & TCF, 0);
	fake_pass(&emu, US);
	ck_assert_uint_eq(rd(SR) & (TCF | BUSY), TCF);
	fake_pass(&emu, MS);
	for (unsigned int i = 0; i < 256; i++)
		ck_assert_uint_eq(array[0x500 + i], i);
	ck_assert_uint_eq(array[0x600], 0xff);
	ck_quiet();
}
END_TEST

START_TEST(write_beyond_the_length)
{
	instruction(0x06);
	wr(DLR, 0);
	wr(CCR, WRITE | I1 | A1 | D1 | 0x02);
	wr(AR, 0);
	wr(DR, 0x44332211);
	ck_fired("qspi-extra-data");
	fake_pass(&emu, MS);
	ck_assert_uint_eq(array[0], 0x11);
	ck_assert_uint_eq(array[1], 0xff);
}
END_TEST

START_TEST(endless_read_is_live)
{
	instruction(0x06);
	wr(CCR, I1 | A1 | 0x20);
	wr(AR, 0);
	fake_pass(&emu, US);
	wr(FCR, TCF);
	wr(DLR, 0xffffffff);
	wr(CCR, READ | I1 | D1 | 0x05);
	ck_assert_uint_eq(fake_read(&emu, QSPI + DR, 1), 0x03);
	fake_pass(&emu, 46 * MS);
	for (int i = 0; i < 33; i++)	/* the FIFO holds stale bytes */
		fake_read(&emu, QSPI + DR, 1);
	ck_assert_uint_eq(fake_read(&emu, QSPI + DR, 1), 0x00);
	ck_assert_uint_eq(rd(SR) & (TCF | BUSY), BUSY);
	wr(CR, 1 | 2);
	ck_assert_uint_eq(rd(SR), TCF);
	ck_assert_uint_eq(rd(CR), 1);
}
END_TEST

START_TEST(abort_when_idle)
{
	wr(CR, 1 | 2);
	ck_assert_uint_eq(rd(SR), TCF);
}
END_TEST

/* HAL_QSPI_Receive writes AR again after CCR has started the read. */
START_TEST(busy_protects)
{
	wr(DLR, 0);
	wr(CCR, READ | I1 | D1 | 0x05);
	wr(AR, 0);
	ck_quiet();
	wr(CCR, MAPPED | I1 | A1 | D1 | 0x03);
	ck_fired("qspi-busy-write");
	wr(CR, 1 | 8u << 24);
	ck_fired("qspi-busy-write");
	ck_assert_uint_eq(rd(CR), 1);
	ck_assert_uint_eq(rd(CCR), READ | I1 | D1 | 0x05);
	wr(CR, 1 | 4u << 8);
	ck_assert_uint_eq(rd(CR), 1 | 4u << 8);
	ck_quiet();
}
END_TEST

static const struct {
	const char *what;
	uint32_t ccr, dlr, addr;
	bool refused;
} size_case[] = {
	{ "last byte", READ | I1 | A1 | D1 | 0x03, 0, 0xffffff, false },
	{ "one beyond", READ | I1 | A1 | D1 | 0x03, 0, 0x1000000, true },
	{ "ends beyond", READ | I1 | A1 | D1 | 0x03, 1, 0xffffff, true },
	{ "ends at the end", READ | I1 | A1 | D1 | 0x03, 15, 0xfffff0, false },
	{ "erase beyond", I1 | A1 | 0x20, 0, 0x1000000, true },
	{ "endless", READ | I1 | A1 | D1 | 0x03, 0xffffffff, 0xffffff, false },
};

START_TEST(address_beyond_the_flash)
{
	const __typeof__(*size_case) *c = &size_case[_i];

	wr(DLR, c->dlr);
	wr(CCR, c->ccr);
	wr(AR, c->addr);
	ck_assert_msg(rd(SR) == (c->refused ? TEF : BUSY), "%s: %08x", c->what, rd(SR));
	ck_assert_int_eq(fake_fired(&emu, "qspi-address"), c->refused);
	fake_pass(&emu, 10 * US);	/* an endless read ends with the flash */
	ck_assert_uint_eq(rd(SR) & TCF, c->refused ? 0 : TCF);
	wr(FCR, TEF | TCF);
	ck_assert_uint_eq(rd(SR) & (TEF | TCF), 0);
}
END_TEST

START_TEST(free_running_clock_starts_nothing)
{
	wr(CR, 0xff000001);
	wr(CCR, 0x20000000);
	wr(CCR, 0x20000000);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(rd(SR), 0);
	ck_assert_uint_eq(rd(CCR), 0x20000000);
	ck_quiet();
}
END_TEST

START_TEST(instruction_once)
{
	memcpy(array + 8, pattern, 4);
	/* The first goes out with mode byte A0h: the flash keeps reading. */
	wr(DLR, 3);
	wr(ABR, 0xa0);
	wr(CCR, SIOO | READ | I1 | A4 | B4 | DUMMY(4) | D4 | 0xeb);
	wr(AR, 0);
	fake_pass(&emu, US);
	rd(DR);
	wr(AR, 8);
	fake_pass(&emu, US);
	ck_assert_uint_eq(rd(DR), 0x78563412);
}
END_TEST

START_TEST(disabled)
{
	wr(CR, 0);
	wr(CCR, I1 | 0x06);
	ck_fired("qspi-disabled");
	ck_assert_uint_eq(rd(SR), 0);
	wr(CR, 1);
	wr(CCR, READ | I1 | D1 | 0x05);
	ck_assert_uint_eq(rd(SR), BUSY);
	wr(CR, 0);
	ck_assert_uint_eq(rd(SR), 0);
}
END_TEST

START_TEST(interrupt_line)
{
	wr(CR, 1 | 1u << 17);	/* TCIE */
	wr(CCR, I1 | 0x06);
	ck_assert(!emu.irq[7]);
	fake_pass(&emu, US);
	ck_assert(emu.irq[7]);
	wr(FCR, TCF);
	ck_assert(!emu.irq[7]);
}
END_TEST

/* ---- automatic polling ------------------------------------------------ */

static void start_erase(uint8_t opcode)
{
	instruction(0x06);
	wr(CCR, I1 | (opcode == 0xc7 ? 0 : A1) | opcode);
	if (opcode != 0xc7)
		wr(AR, 0);
	fake_pass(&emu, US);
	wr(FCR, TCF);
}

START_TEST(polls_until_ready)
{
	uint64_t events = 0;

	start_erase(0xc7);
	wr(CR, 1 | 1u << 22);
	wr(PSMKR, 1);
	wr(PSMAR, 0);
	wr(PIR, 16);
	wr(DLR, 0);
	wr(CCR, POLL | I1 | D1 | 0x05);
	ck_assert_uint_eq(rd(SR), BUSY);
	for (; emu.events && rd(SR) == BUSY; events++)
		fake_pass(&emu, emu.events->when - emu.now);
	ck_assert_uint_eq(rd(SR), SMF);
	/* 40 s, but only the polls that can see something are events. */
	ck_assert_uint_ge(emu.now, 40000 * MS);
	ck_assert_uint_le(emu.now, 40000 * MS + 10 * US);
	ck_assert_uint_lt(events, 10);
	ck_assert_uint_eq(array[0xffffff], 0xff);
	wr(FCR, SMF);
	ck_assert_uint_eq(rd(SR), 0);
	ck_quiet();
}
END_TEST

START_TEST(poll_that_cannot_match_has_no_event)
{
	wr(PSMKR, 2);
	wr(PSMAR, 2);
	wr(DLR, 0);
	wr(CCR, POLL | I1 | D1 | 0x05);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(rd(SR), BUSY);
	ck_assert_ptr_null(emu.events);
	wr(CR, 1 | 2);
	ck_assert_uint_eq(rd(SR), TCF);
}
END_TEST

static const struct {
	uint32_t mode, mask, match, smf;
} match_case[] = {
	{ 0, 0x03, 0x02, SMF },
	{ 0, 0x03, 0x03, 0 },
	{ 1u << 23, 0x03, 0x03, SMF },
	{ 1u << 23, 0x01, 0x01, 0 },
};

START_TEST(match_modes)
{
	instruction(0x06);	/* status 02 */
	wr(CR, 1 | 1u << 22 | match_case[_i].mode);
	wr(PSMKR, match_case[_i].mask);
	wr(PSMAR, match_case[_i].match);
	wr(DLR, 0);
	wr(CCR, POLL | I1 | D1 | 0x05);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(rd(SR) & SMF, match_case[_i].smf);
	ck_assert_uint_eq(rd(DR), 0x02);
}
END_TEST

START_TEST(match_is_seen_again)
{
	wr(PSMKR, 1);
	wr(PSMAR, 0);
	wr(DLR, 0);
	wr(CCR, POLL | I1 | D1 | 0x05);
	fake_pass(&emu, US);
	ck_assert_uint_eq(rd(SR), SMF | BUSY);
	wr(FCR, SMF);
	ck_assert_uint_eq(rd(SR), BUSY);
	fake_pass(&emu, US);
	ck_assert_uint_eq(rd(SR), SMF | BUSY);
}
END_TEST

/* ---- the window ------------------------------------------------------- */

static void map(void)
{
	wr(ABR, 0xff);
	wr(CCR, MAPPED | I1 | A4 | B4 | DUMMY(4) | D4 | 0xeb);
}

START_TEST(mapped_reads)
{
	uint64_t start;

	memcpy(array + 0x1000, pattern, 4);
	map();
	ck_assert_uint_eq(rd(SR), 0);
	start = emu.now;
	ck_assert_uint_eq(fake_read(&emu, WINDOW + 0x1000, 4), 0x78563412);
	/* 8 + 6 + 2 + 4 clocks of header, 8 of data */
	ck_assert_uint_eq(emu.now - start, 280);
	ck_assert_uint_eq(rd(SR), BUSY);
	start = emu.now;
	ck_assert_uint_eq(fake_read(&emu, WINDOW + 0x1004, 4), 0xffffffff);
	ck_assert_uint_eq(emu.now - start, 80);
	ck_assert_uint_eq(fake_read(&emu, WINDOW + 0x1001, 1), 0x34);
	ck_assert_uint_eq(fake_read(&emu, WINDOW + 0x1002, 2), 0x7856);
	wr(CR, 1 | 2);
	ck_assert_uint_eq(rd(SR), TCF);
	ck_assert_uint_eq(emu.faults, 0);
	ck_quiet();
}
END_TEST

START_TEST(window_faults)
{
	fake_read(&emu, WINDOW, 4);
	ck_assert_uint_eq(emu.faults, 1);
	ck_fired("qspi-not-mapped");
	map();
	fake_read(&emu, WINDOW + 0xfffffc, 4);
	ck_assert_uint_eq(emu.faults, 0);
	fake_read(&emu, WINDOW + 0x1000000, 1);
	ck_assert_uint_eq(emu.faults, 1);
	ck_fired("qspi-mapped-beyond");
	fake_write(&emu, WINDOW, 4, 0);
	ck_assert_uint_eq(emu.faults, 1);
	ck_fired("qspi-mapped-store");
	wr(CR, 0);
	fake_read(&emu, WINDOW, 4);
	ck_fired("qspi-not-mapped");
}
END_TEST

START_TEST(mapped_with_wrong_dummies)
{
	memcpy(array, pattern, 4);
	wr(ABR, 0xff);
	wr(CCR, MAPPED | I1 | A4 | B4 | DUMMY(5) | D4 | 0xeb);
	ck_assert_uint_eq(fake_read(&emu, WINDOW, 4), 0x8f674523);
}
END_TEST

START_TEST(mapped_timeout)
{
	wr(CR, 1 | 1u << 3);
	wr(LPTR, 100);
	map();
	fake_read(&emu, WINDOW, 4);
	fake_pass(&emu, 900);
	ck_assert_uint_eq(rd(SR), BUSY);
	fake_pass(&emu, 200);
	ck_assert_uint_eq(rd(SR), TOF);
	wr(FCR, TOF);
	ck_assert_uint_eq(fake_read(&emu, WINDOW, 1), 0xff);
}
END_TEST

START_TEST(mapped_address_is_read_only)
{
	map();
	wr(AR, 0x1234);
	ck_fired("qspi-busy-write");
	ck_assert_uint_eq(rd(AR), 0);
}
END_TEST

START_TEST(flash_twice_as_large)
{
	wr(DCR, 24u << 16);	/* some families need one more than log2(size) - 1 */
	array[0] = 0x42;
	map();
	ck_assert_uint_eq(fake_read(&emu, WINDOW + 0x1000000, 1), 0x42);
	ck_assert_uint_eq(emu.faults, 0);
}
END_TEST

/* ---- two parts, none, resets ------------------------------------------ */

START_TEST(dual_flash)
{
	const char *const options[] = { "nor=w25q64jv", "nor2=w25q64jv", NULL };
	uint8_t *second;

	tear_down();
	set_up_with(options);
	second = emu.store[2].bytes;
	wr(CR, 1 | 1u << 6);
	instruction(0x06);
	wr(DLR, 1);
	wr(CCR, READ | I1 | D1 | 0x05);
	fake_pass(&emu, US);
	ck_assert_uint_eq(fake_read(&emu, QSPI + DR, 2), 0x0202);
	wr(DLR, 7);
	wr(CCR, WRITE | I1 | A1 | D4 | 0x32);
	wr(AR, 0x200);
	wr(DR, 0x33221100);
	wr(DR, 0x77665544);
	fake_pass(&emu, MS);
	wr(FCR, TCF);
	ck_assert_mem_eq(array + 0x100, "\x00\x22\x44\x66", 4);
	ck_assert_mem_eq(second + 0x100, "\x11\x33\x55\x77", 4);
	map();
	ck_assert_uint_eq(fake_read(&emu, WINDOW + 0x202, 4), 0x55443322);
	ck_quiet();
}
END_TEST

START_TEST(empty_bank)
{
	wr(CR, 1 | 1u << 7);	/* FSEL: nothing there */
	ck_assert_uint_eq(nor_status(0x35), 0);
	ck_fired("qspi-no-flash");
	wr(CR, 1);
	ck_assert_uint_eq(nor_status(0x35), 0x02);
}
END_TEST

START_TEST(system_reset_spares_the_flash)
{
	instruction(0x06);
	fake_reset(&emu, false);
	ck_assert_uint_eq(rd(CR), 0);
	wr(CR, 1);
	ck_assert_uint_eq(nor_status(0x05), 0x02);
	fake_reset(&emu, true);
	wr(CR, 1);
	ck_assert_uint_eq(nor_status(0x05), 0x00);
}
END_TEST

/* The search that HAL does: the first UNIT for which the line holds a period. */
START_TEST(delay_block_tunes)
{
	uint32_t lng = 0;
	int unit;

	fake_write(&emu, DLYB, 4, 3);
	for (unit = 0; unit < 128; unit++) {
		uint32_t cfgr;

		fake_write(&emu, DLYB + 4, 4, 12u | (uint32_t)unit << 8);
		cfgr = fake_read(&emu, DLYB + 4, 4);
		ck_assert_uint_eq(cfgr >> 31, 1);
		lng = cfgr >> 16 & 0xfff;
		if ((lng & 0x7ff) && (lng & 0xc00) != 0xc00)
			break;
	}
	ck_assert_int_lt(unit, 128);
	ck_assert_uint_ne(lng, 0);
	fake_write(&emu, DLYB, 4, 1);
	fake_write(&emu, DLYB + 4, 4, 0);
	ck_assert_uint_eq(fake_read(&emu, DLYB + 4, 4), 12u | (uint32_t)unit << 8);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("quadspi");
	TCase *tc = tcase_create("controller");

	tcase_add_checked_fixture(tc, set_up, tear_down);
	tcase_add_test(tc, instruction_only);
	tcase_add_test(tc, read_mode_without_data_is_an_instruction);
	tcase_add_test(tc, prescaler_stretches);
	tcase_add_test(tc, address_starts);
	tcase_add_test(tc, prepared_write_starts_nothing);
	tcase_add_loop_test(tc, data_width_is_the_access_width, 0, 3);
	tcase_add_test(tc, reading_waits_for_data);
	tcase_add_test(tc, fifo_holds_the_clock);
	tcase_add_test(tc, write_goes_through_the_fifo);
	tcase_add_test(tc, write_beyond_the_length);
	tcase_add_test(tc, endless_read_is_live);
	tcase_add_test(tc, abort_when_idle);
	tcase_add_test(tc, busy_protects);
	tcase_add_loop_test(tc, address_beyond_the_flash, 0,
			    sizeof(size_case) / sizeof(size_case[0]));
	tcase_add_test(tc, free_running_clock_starts_nothing);
	tcase_add_test(tc, instruction_once);
	tcase_add_test(tc, disabled);
	tcase_add_test(tc, interrupt_line);
	tcase_add_test(tc, polls_until_ready);
	tcase_add_test(tc, poll_that_cannot_match_has_no_event);
	tcase_add_loop_test(tc, match_modes, 0, sizeof(match_case) / sizeof(match_case[0]));
	tcase_add_test(tc, match_is_seen_again);
	tcase_add_test(tc, mapped_reads);
	tcase_add_test(tc, window_faults);
	tcase_add_test(tc, mapped_with_wrong_dummies);
	tcase_add_test(tc, mapped_timeout);
	tcase_add_test(tc, mapped_address_is_read_only);
	tcase_add_test(tc, flash_twice_as_large);
	tcase_add_test(tc, dual_flash);
	tcase_add_test(tc, empty_bank);
	tcase_add_test(tc, system_reset_spares_the_flash);
	tcase_add_test(tc, delay_block_tunes);
	suite_add_tcase(s, tc);
	return s;
}

int main(void)
{
	SRunner *sr = srunner_create(suite());
	int failed;

	srunner_run_all(sr, CK_NORMAL);
	failed = srunner_ntests_failed(sr);
	srunner_free(sr);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
