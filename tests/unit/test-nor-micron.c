/* SPDX-License-Identifier: GPL-2.0-only */
/* N25Q and MT25Q parts on their wires. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "nor-rig.h"

enum { SR = 0x05, FSR = 0x70, VCR = 0x85, EVCR = 0x65, BULK_S = 1000 };

static void set_up(void)
{
	rig_open("n25q128a", NULL);
}

static void ck_status(uint8_t opcode, uint8_t want)
{
	uint8_t got = status(opcode);

	ck_assert_msg(got == want, "%02Xh reads %02x, not %02x", opcode, got, want);
}

static void write_register(uint8_t opcode, uint8_t value)
{
	command(0x06);
	write_bytes(opcode, &value, 1);
}

static uint32_t receive(const char *how, uint32_t addr)
{
	uint8_t got[4];

	rig_receive(how, addr, got, sizeof(got));
	return (uint32_t)got[0] << 24 | got[1] << 16 | got[2] << 8 | got[3];
}

/* ---- identity --------------------------------------------------------- */

static const struct {
	const char *part;
	uint8_t id[6];
	uint32_t size;
} id_case[] = {
	{ "n25q064a", { 0x20, 0xba, 0x17, 0x10, 0x00 }, 0x800000 },
	{ "n25q128a", { 0x20, 0xba, 0x18, 0x10, 0x00 }, 0x1000000 },
	{ "n25q256a", { 0x20, 0xba, 0x19, 0x10, 0x00 }, 0x2000000 },
	{ "mt25ql128aba", { 0x20, 0xba, 0x18, 0x10, 0x44 }, 0x1000000 },
	{ "mt25ql512", { 0x20, 0xba, 0x20, 0x10, 0x44 }, 0x4000000 },
};

START_TEST(identity)
{
	uint8_t got[6];

	rig_change(id_case[_i].part, NULL);
	rig_receive("9F 1-0-1", 0, got, sizeof(got));
	ck_assert_mem_eq(got, id_case[_i].id, sizeof(got));
	rig_receive("9E 1-0-1", 0, got, sizeof(got));
	ck_assert_mem_eq(got, id_case[_i].id, sizeof(got));
	ck_assert_uint_eq(nor_size(nor), id_case[_i].size);
	ck_quiet();
	rig_receive("AF 1-0-1", 0, got, 1);	/* on several lines only */
	ck_fired("nor-only-in-qpi");
}
END_TEST

/* ---- registers -------------------------------------------------------- */

START_TEST(registers_as_delivered)
{
	uint8_t nvcr[2];

	ck_status(SR, 0);
	ck_status(FSR, 0x80);
	ck_status(VCR, 0xfb);
	ck_status(EVCR, 0xdf);
	rig_receive("B5 1-0-1", 0, nvcr, 2);
	ck_assert_uint_eq(nvcr[0] & nvcr[1], 0xff);
	rig_change("mt25ql128", NULL);
	ck_status(VCR, 0xfb);
	ck_status(EVCR, 0xff);
	ck_quiet();
}
END_TEST

START_TEST(flag_status)
{
	command(0x06);
	program(0x100, pattern, 4);
	ck_status(SR, 0x03);
	ck_status(FSR, 0x00);
	fake_pass(&emu, 500 * US);
	ck_status(FSR, 0x80);
	ck_status(SR, 0x00);
	ck_quiet();
	write_register(0x01, 0x04);	/* BP0: the last 64 KiB */
	fake_pass(&emu, 10 * MS);
	command(0x06);
	program(0xff0000, pattern, 4);
	ck_fired("nor-protected");
	ck_status(FSR, 0x92);
	ck_status(SR, 0x06);	/* refused: WEL stays */
	command_at(0xd8, 0xffffff);
	ck_status(FSR, 0xb2);
	command(0x06);
	program(0x200, pattern, 4);	/* another one does not clear them */
	fake_pass(&emu, MS);
	ck_status(FSR, 0xb2);
	command(0x50);
	ck_status(FSR, 0x80);
	command(0x06);
	program(0xfeff00, pattern, 4);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(array[0xfeff00], 0x12);
}
END_TEST

START_TEST(bulk_erase_needs_no_protection)
{
	array[0] = 0;
	write_register(0x01, 0x24);	/* BP0 at the bottom */
	fake_pass(&emu, 10 * MS);
	command(0x06);
	command(0xc7);
	ck_fired("nor-protected");
	write_register(0x01, 0);
	fake_pass(&emu, 10 * MS);
	command(0x06);
	command(0xc7);
	fake_pass(&emu, BULK_S * 1000 * MS);
	ck_assert_uint_eq(array[0], 0xff);
	command(0x06);
	command(0x60);	/* MT25Q's other opcode for it */
	ck_fired("nor-unknown-opcode");
}
END_TEST

START_TEST(configuration_needs_write_enable)
{
	const uint8_t value = 0x8b;

	write_bytes(0x81, &value, 1);
	ck_fired("nor-no-write-enable");
	ck_status(VCR, 0xfb);
	write_register(0x81, value);
	ck_status(VCR, 0x8b);
	ck_status(SR, 0);	/* at once, and WEL is used up */
	write_bytes(0x61, &value, 1);
	ck_fired("nor-no-write-enable");
	rig_commands("66 99", 1);
	fake_pass(&emu, 30 * US);
	ck_status(VCR, 0xfb);
}
END_TEST

START_TEST(lasting_configuration)
{
	const uint8_t nvcr[2] = { 0xff, 0x6f };

	command(0x06);
	write_bytes(0xb1, nvcr, 2);
	ck_status(SR, 0x03);
	fake_pass(&emu, 1000 * MS);
	ck_status(VCR, 0xfb);	/* takes effect with the next reset */
	rig_commands("66 99", 1);
	fake_pass(&emu, 30 * US);
	ck_status(VCR, 0x6b);
	fill(0);
	ck_assert_uint_eq(receive("6B 1-1-4 a24 dummy 6", 0), 0x12345678);
}
END_TEST

/* ---- dummy clocks and protocols --------------------------------------- */

static const struct {
	uint8_t vcr;
	const char *how;
	bool good;
} dummy_case[] = {
	{ 0xfb, "0B 1-1-1 a24 dummy 8", true },
	{ 0xfb, "BB 1-2-2 a24 dummy 8", true },
	{ 0xfb, "EB 1-4-4 a24 dummy 10", true },
	{ 0xfb, "EB 1-4-4 a24 dummy 8", false },
	{ 0x0b, "6B 1-1-4 a24 dummy 8", true },
	{ 0xab, "6B 1-1-4 a24 dummy 10", true },
	{ 0xab, "6B 1-1-4 a24 dummy 8", false },
	{ 0x4b, "EB 1-4-4 a24 dummy 4", true },
	{ 0x1b, "3B 1-1-2 a24 dummy 1", true },
	{ 0x4b, "03 1-1-1 a24", true },
};

START_TEST(dummy_clocks)
{
	const __typeof__(*dummy_case) *c = &dummy_case[_i];
	bool good;

	fill(0x1230);
	write_register(0x81, c->vcr);
	good = receive(c->how, 0x1230) == 0x12345678;
	ck_assert_msg(good == c->good, "VCR %02x, %s", c->vcr, c->how);
	ck_quiet();
}
END_TEST

START_TEST(quad_protocol)
{
	uint8_t got[3];

	fill(0x40);
	write_register(0x61, 0x5f);
	ck_assert_uint_eq(receive("0B 4-4-4 a24 dummy 10", 0x40), 0x12345678);
	ck_assert_uint_eq(receive("EB 4-4-4 a24 dummy 10", 0x40), 0x12345678);
	rig_receive("AF 4-0-4", 0, got, 3);
	ck_assert_uint_eq(got[0] << 16 | got[1] << 8 | got[2], 0x20ba18);
	ck_quiet();
	rig_receive("9F 4-0-4", 0, got, 3);
	ck_fired("nor-not-in-qpi");
	rig_commands("06", 4);
	rig_send("12 4-4-4 a24", 0x100, pattern, 4);
	fake_pass(&emu, MS);
	ck_assert_mem_eq(array + 0x100, pattern, 4);
	rig_commands("06", 4);
	rig_send("61 4-0-4", 0, "\xdf", 1);
	ck_status(EVCR, 0xdf);
	ck_quiet();
}
END_TEST

START_TEST(dual_protocol)
{
	fill(0x40);
	write_register(0x61, 0x9f);
	ck_assert_uint_eq(receive("BB 2-2-2 a24 dummy 8", 0x40), 0x12345678);
	rig_commands("06", 2);
	rig_send("A2 2-2-2 a24", 0x100, pattern, 4);
	fake_pass(&emu, MS);
	ck_assert_mem_eq(array + 0x100, pattern, 4);
	ck_quiet();
}
END_TEST

START_TEST(enter_quad_is_of_mt25q)
{
	command(0x35);
	ck_fired("nor-unknown-opcode");
	rig_change("mt25ql128aba", NULL);
	fill(0);
	command(0x35);
	ck_assert_uint_eq(receive("EB 4-4-4 a24 dummy 10", 0), 0x12345678);
	rig_commands("F5", 4);
	ck_status(EVCR, 0xff);
	ck_quiet();
	command(0xb7);	/* 128 Mbit */
	ck_fired("nor-unknown-opcode");
}
END_TEST

START_TEST(double_rate)
{
	rig_change("mt25ql256", NULL);
	fill(0x1000000);
	fill(0);
	ck_assert_uint_eq(receive("0D 1-1-1 a24 dummy 6 DDR", 0), 0x12345678);
	ck_assert_uint_eq(receive("ED 1-4-4 a24 dummy 8 DDR", 0), 0x12345678);
	ck_assert_uint_eq(receive("EE 1-4-4 a32 dummy 8 DDR", 0x1000000), 0x12345678);
	/*
	 * A host on one edge: the part has its address after three clocks, and two
	 * bytes are gone when the host looks, at every second nibble. One on both
	 * edges sees each nibble twice.
	 */
	ck_assert_uint_eq(receive("ED 1-4-4 a24 dummy 7", 0), 0x57ffffff);
	ck_assert_uint_eq(receive("EB 1-4-4 a24 dummy 13 DDR", 0), 0x11223344);
	ck_quiet();
}
END_TEST

/* ---- XIP -------------------------------------------------------------- */

/* A read with the XIP confirmation bit @level in its first dummy clock. */
static uint32_t xip_read(bool opcode, uint32_t addr, unsigned int level)
{
	uint32_t value = 0;

	nor_select(nor);
	if (opcode)
		nor_put(nor, 1, 0xeb);
	put_address(4, addr);
	nor_clock(nor, 1, level);
	nor_idle(nor, 9);
	for (int i = 0; i < 4; i++)
		value = value << 8 | nor_get(nor, 4);
	nor_deselect(nor);
	return value;
}

START_TEST(xip)
{
	fill(0x80);
	ck_assert_uint_eq(xip_read(true, 0x80, 0), 0x12345678);
	ck_assert_uint_eq(status(SR), 0);	/* not enabled: the bit means nothing */
	write_register(0x81, 0xf3);
	ck_assert_uint_eq(xip_read(true, 0x80, 0), 0x12345678);
	ck_fired("nor-xip");
	ck_assert_uint_eq(xip_read(false, 0x80, 0), 0x12345678);
	ck_assert_uint_eq(xip_read(false, 0x80, 1), 0x12345678);
	ck_status(VCR, 0xfb);
	ck_quiet();
}
END_TEST

/* ---- addresses and dies ----------------------------------------------- */

START_TEST(four_byte_mode)
{
	const uint8_t upper = 1;

	rig_change("n25q256a", NULL);
	fill(0x1000040);
	command(0xb7);
	ck_fired("nor-no-write-enable");
	ck_assert_uint_eq(receive("13 1-1-1 a32", 0x1000040), 0x12345678);
	command(0x06);
	command(0xb7);
	ck_status(FSR, 0x81);
	ck_status(SR, 0);
	ck_assert_uint_eq(receive("03 1-1-1 a32", 0x1000040), 0x12345678);
	command(0x06);
	command(0xe9);
	command(0x06);
	write_bytes(0xc5, &upper, 1);
	ck_status(0xc8, 1);
	ck_assert_uint_eq(receive("03 1-1-1 a24", 0x40), 0x12345678);
	ck_quiet();
	rig_change("mt25ql512", NULL);
	command(0xb7);
	ck_status(FSR, 0x81);
	ck_quiet();
}
END_TEST

START_TEST(twelve_is_two_instructions)
{
	command(0x06);
	rig_send("12 1-4-4 a24", 0x100, pattern, 4);
	fake_pass(&emu, MS);
	ck_assert_mem_eq(array + 0x100, pattern, 4);
	rig_change("mt25ql256", NULL);
	command(0x06);
	rig_send("12 1-1-1 a32", 0x1000100, pattern, 4);
	fake_pass(&emu, MS);
	ck_assert_mem_eq(array + 0x1000100, pattern, 4);
	command(0x06);
	rig_send("38 1-4-4 a24", 0x200, pattern, 4);
	fake_pass(&emu, MS);
	ck_assert_mem_eq(array + 0x200, pattern, 4);
	ck_quiet();
}
END_TEST

START_TEST(die_erase)
{
	rig_change("mt25ql01g", NULL);
	array[0] = array[0x3ffffff] = array[0x4000000] = 0;
	command(0x06);
	command(0xc7);
	ck_fired("nor-unknown-opcode");
	command(0xb7);
	rig_send("C4 1-1-0 a32", 0x2000000, NULL, 0);
	fake_pass(&emu, BULK_S * 1000 * MS);
	ck_assert_uint_eq(array[0] & array[0x3ffffff], 0xff);
	ck_assert_uint_eq(array[0x4000000], 0);
	ck_quiet();
	rig_change("mt25ql128", NULL);
	command(0x06);
	rig_send("C4 1-1-0 a24", 0, NULL, 0);
	ck_fired("nor-unknown-opcode");
}
END_TEST

START_TEST(sector_locks)
{
	command(0x06);
	rig_send("E5 1-1-1 a24", 0x20040, "\x01", 1);
	ck_assert_uint_eq(receive("E8 1-1-1 a24", 0x2ffff) >> 24, 1);
	ck_assert(!can_program(0x2ffff));
	ck_fired("nor-protected");
	ck_assert(can_program(0x30000));
	command(0x06);
	rig_send("E5 1-1-1 a24", 0x20040, "", 1);
	ck_assert(can_program(0x2ffff));
}
END_TEST

START_TEST(suspended)
{
	memset(array, 0, 0x10000);
	command(0x06);
	command_at(0xd8, 0);
	fake_pass(&emu, 50 * MS);
	command(0x75);
	fake_pass(&emu, MS);
	ck_status(SR, 0);
	ck_status(FSR, 0xc0);
	command(0x7a);
	ck_status(FSR, 0x00);
	fake_pass(&emu, 1000 * MS);
	ck_status(FSR, 0x80);
	ck_assert_uint_eq(array[0xffff], 0xff);
	ck_quiet();
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("nor-micron");
	TCase *tc = tcase_create("part");

	tcase_add_checked_fixture(tc, set_up, rig_close);
	tcase_add_loop_test(tc, identity, 0, sizeof(id_case) / sizeof(id_case[0]));
	tcase_add_test(tc, registers_as_delivered);
	tcase_add_test(tc, flag_status);
	tcase_add_test(tc, bulk_erase_needs_no_protection);
	tcase_add_test(tc, configuration_needs_write_enable);
	tcase_add_test(tc, lasting_configuration);
	tcase_add_loop_test(tc, dummy_clocks, 0, sizeof(dummy_case) / sizeof(dummy_case[0]));
	tcase_add_test(tc, quad_protocol);
	tcase_add_test(tc, dual_protocol);
	tcase_add_test(tc, enter_quad_is_of_mt25q);
	tcase_add_test(tc, double_rate);
	tcase_add_test(tc, xip);
	tcase_add_test(tc, four_byte_mode);
	tcase_add_test(tc, twelve_is_two_instructions);
	tcase_add_test(tc, die_erase);
	tcase_add_test(tc, sector_locks);
	tcase_add_test(tc, suspended);
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
