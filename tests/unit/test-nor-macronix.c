/* SPDX-License-Identifier: GPL-2.0-only */
/* MX25L and MX25R parts on their wires. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "nor-rig.h"

enum { SR = 0x05, CR = 0x15, SCUR = 0x2b };

static void set_up(void)
{
	rig_open("mx25l51245g", NULL);
}

static uint32_t receive(const char *how, uint32_t addr)
{
	uint8_t got[4];

	rig_receive(how, addr, got, sizeof(got));
	return (uint32_t)got[0] << 24 | got[1] << 16 | got[2] << 8 | got[3];
}

static void write_status(const void *bytes, size_t n)
{
	command(0x06);
	write_bytes(0x01, bytes, n);
	fake_pass(&emu, 100 * MS);
}

static const struct {
	const char *part;
	uint32_t id, size;
} id_case[] = {
	{ "mx25l6433f", 0xc2201700, 0x800000 },   { "mx25l25645g", 0xc2201900, 0x2000000 },
	{ "mx25l51245g", 0xc2201a00, 0x4000000 }, { "mx25r6435f", 0xc2281700, 0x800000 },
};

START_TEST(identity)
{
	rig_change(id_case[_i].part, NULL);
	ck_assert_uint_eq(receive("9F 1-0-1", 0), id_case[_i].id);
	ck_assert_uint_eq(nor_size(nor), id_case[_i].size);
	ck_quiet();
}
END_TEST

START_TEST(quad_enable)
{
	fill(0);
	ck_assert_uint_eq(receive("6B 1-1-4 a24 dummy 8", 0), 0);
	ck_fired("nor-quad-disabled");
	command(0x06);
	rig_send("38 1-4-4 a24", 0x100, pattern, 4);
	ck_fired("nor-quad-disabled");
	write_status("\x40", 1);
	ck_assert_uint_eq(status(SR), 0x40);
	ck_assert_uint_eq(receive("6B 1-1-4 a24 dummy 8", 0), 0x12345678);
	command(0x06);
	rig_send("38 1-4-4 a24", 0x100, pattern, 4);
	fake_pass(&emu, MS);
	ck_assert_mem_eq(array + 0x100, pattern, 4);
	nor_power(nor);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(status(SR), 0x40);	/* it lasts */
	ck_quiet();
}
END_TEST

static const struct {
	const char *part, *cr, *how;
	bool good;
} dummy_case[] = {
	{ "mx25l51245g", "\x07", "EB 1-4-4 a24 altff dummy 4", true },
	{ "mx25l51245g", "\x47", "EB 1-4-4 a24 altff dummy 2", true },
	{ "mx25l51245g", "\x47", "EB 1-4-4 a24 altff dummy 4", false },
	{ "mx25l51245g", "\xc7", "EB 1-4-4 a24 altff dummy 8", true },
	{ "mx25l51245g", "\xc7", "6B 1-1-4 a24 dummy 10", true },
	{ "mx25l51245g", "\x87", "BB 1-2-2 a24 dummy 8", true },
	{ "mx25l51245g", "\x07", "BB 1-2-2 a24 dummy 4", true },
	{ "mx25l6433f", "\x40", "EB 1-4-4 a24 altff dummy 8", true },
	{ "mx25l6433f", "\x40", "6B 1-1-4 a24 dummy 8", true },
	{ "mx25r6435f", "\x40", "BB 1-2-2 a24 dummy 8", true },
};

START_TEST(dummy_clocks)
{
	const __typeof__(*dummy_case) *c = &dummy_case[_i];
	bool good;

	rig_change(c->part, "nor.qe=1");
	fill(0x100);
	write_status((const char[]){ 0x40, c->cr[0] }, 2);
	good = receive(c->how, 0x100) == 0x12345678;
	ck_assert_msg(good == c->good, "%s, CR %02x, %s", c->part, (uint8_t)c->cr[0], c->how);
	ck_quiet();
}
END_TEST

START_TEST(configuration_does_not_last)
{
	ck_assert_uint_eq(status(CR), 0x07);
	write_status("\x40\xc7", 2);
	ck_assert_uint_eq(status(CR), 0xc7);
	write_status("\x00", 1);	/* one byte: the other stays */
	ck_assert_uint_eq(status(CR), 0xc7);
	command(0xb7);
	ck_assert_uint_eq(status(CR), 0xe7);
	rig_commands("66 99", 1);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(status(CR), 0x07);
	ck_quiet();
}
END_TEST

START_TEST(top_or_bottom_once)
{
	write_status("\x04\x0f", 2);
	ck_assert(!can_program(0xffff));
	ck_fired("nor-protected");
	write_status("\x04\x07", 2);
	ck_assert_uint_eq(status(CR), 0x0f);
	ck_assert(can_program(0x10000));
}
END_TEST

START_TEST(fail_bits)
{
	write_status("\x04", 1);
	command(0x06);
	rig_send("12 1-1-1 a32", 0x3ff0000, pattern, 4);
	ck_fired("nor-protected");
	ck_assert_uint_eq(status(SCUR), 0x20);
	ck_assert_uint_eq(status(SR), 0x06);	/* WEL is not affected */
	rig_send("DC 1-1-0 a32", 0x3ff0000, NULL, 0);
	ck_assert_uint_eq(status(SCUR), 0x60);
	rig_send("12 1-1-1 a32", 0x3feff00, pattern, 4);
	ck_assert_uint_eq(status(SCUR), 0x40);	/* at any time, and P_FAIL is new */
	fake_pass(&emu, MS);
	ck_assert_uint_eq(status(SCUR), 0x40);
}
END_TEST

START_TEST(qpi)
{
	fill(0x40);
	command(0x35);	/* whatever QE says */
	ck_assert_uint_eq(receive("AF 4-0-4", 0), 0xc2201a00);
	ck_assert_uint_eq(receive("EB 4-4-4 a24 altff dummy 4", 0x40), 0x12345678);
	ck_quiet();
	receive("9F 4-0-4", 0);
	ck_fired("nor-not-in-qpi");
	rig_commands("06", 4);
	rig_send("02 4-4-4 a24", 0x100, pattern, 4);
	fake_pass(&emu, MS);
	ck_assert_mem_eq(array + 0x100, pattern, 4);
	rig_commands("F5", 4);
	ck_assert_uint_eq(receive("9F 1-0-1", 0), 0xc2201a00);
	ck_quiet();
	rig_change("mx25l6433f", NULL);
	command(0x35);
	ck_fired("nor-unknown-opcode");
}
END_TEST

START_TEST(performance_enhance)
{
	static const struct {
		const char *mode;
		bool goes_on;
	} cases[] = { { "a5", true }, { "0f", true }, { "a0", false }, { "ff", false } };
	char how[40];

	rig_change("mx25l51245g", "nor.qe=1");
	fill(0x40);
	for (size_t i = 0; i < 4; i++) {
		strcpy(how, "EB 1-4-4 a24 alt?? dummy 4");
		memcpy(strchr(how, '?'), cases[i].mode, 2);
		ck_assert_uint_eq(receive(how, 0x40), 0x12345678);
		/* FFh on one line is an opcode, or ends the read. */
		ck_assert_int_eq(status(0x05) != 0x40, cases[i].goes_on);
		rig_commands("FF FF", 1);
		fake_forget(&emu);
		ck_assert_uint_eq(status(0x05), 0x40);
	}
}
END_TEST

START_TEST(four_byte)
{
	fill(0x3000000);
	ck_assert_uint_eq(receive("0C 1-1-1 a32 dummy 8", 0x3000000), 0x12345678);
	command(0xb7);
	ck_assert_uint_eq(receive("03 1-1-1 a32", 0x3000000), 0x12345678);
	command(0xe9);
	command(0x06);
	write_bytes(0xc5, "\x03", 1);
	ck_assert_uint_eq(receive("03 1-1-1 a24", 0), 0x12345678);
	ck_quiet();
	rig_change("mx25l12833f", NULL);
	command(0xb7);
	ck_fired("nor-unknown-opcode");
}
END_TEST

START_TEST(mx25r_has_three_bytes)
{
	rig_change("mx25r6435f", NULL);
	write_status("\x40\x40\x02", 3);
	ck_assert_uint_eq(receive("15 1-0-1", 0) >> 16, 0x4002);
	command(0xb9);
	status(SR);
	ck_fired("nor-power-down");
	command(0xab);
	fake_pass(&emu, 45 * US);
	ck_assert_uint_eq(status(SR), 0x40);
	ck_quiet();
}
END_TEST

START_TEST(suspended)
{
	command(0x06);
	command_at(0xd8, 0);
	fake_pass(&emu, 10 * MS);
	command(0x75);	/* other vendors' opcode */
	ck_fired("nor-unknown-opcode");
	command(0xb0);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(status(SCUR), 0x08);
	command(0x30);
	fake_pass(&emu, 1000 * MS);
	ck_assert_uint_eq(status(SCUR), 0);
	ck_quiet();
}
END_TEST

/* Not in the data sheet, yet sent by loaders: the rule tells that it was taken. */
START_TEST(one_one_four_program)
{
	rig_change("mx25l51245g", "nor.qe=1");
	command(0x06);
	rig_send("38 1-4-4 a24", 0x100, pattern, 4);
	fake_pass(&emu, MS);
	ck_quiet();	/* the data sheet's own */
	command(0x06);
	rig_send("32 1-1-4 a24", 0x200, pattern, 4);
	fake_pass(&emu, MS);
	ck_assert_mem_eq(array + 0x200, pattern, 4);
	ck_fired("nor-1-1-4-program");
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("nor-macronix");
	TCase *tc = tcase_create("part");

	tcase_add_checked_fixture(tc, set_up, rig_close);
	tcase_add_loop_test(tc, identity, 0, sizeof(id_case) / sizeof(id_case[0]));
	tcase_add_test(tc, quad_enable);
	tcase_add_loop_test(tc, dummy_clocks, 0, sizeof(dummy_case) / sizeof(dummy_case[0]));
	tcase_add_test(tc, configuration_does_not_last);
	tcase_add_test(tc, top_or_bottom_once);
	tcase_add_test(tc, fail_bits);
	tcase_add_test(tc, qpi);
	tcase_add_test(tc, performance_enhance);
	tcase_add_test(tc, four_byte);
	tcase_add_test(tc, mx25r_has_three_bytes);
	tcase_add_test(tc, suspended);
	tcase_add_test(tc, one_one_four_program);
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
