/* SPDX-License-Identifier: GPL-2.0-only */
/* Macronix parts with eight lines. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "nor-rig.h"

#define BLOCK	0x20000u
#define SOPI	"\x01"
#define DOPI	"\x02"

static void set_up(void)
{
	rig_open("mx25lm51245g", NULL);
}

static void wait_idle(void)
{
	fake_pass(&emu, 1000 * MS);
}

static uint32_t receive(const char *how, uint32_t addr)
{
	uint8_t got[4];

	rig_receive(how, addr, got, sizeof(got));
	return (uint32_t)got[0] << 24 | got[1] << 16 | got[2] << 8 | got[3];
}

/* Configuration register 2 on one line: dummy clocks as @dc says, then the mode. */
static void enter_octal(const char *mode, const char *dc)
{
	command(0x06);
	rig_send("72 1-1-1 a32", 0x300, dc, 1);
	command(0x06);
	rig_send("72 1-1-1 a32", 0x000, mode, 1);
	ck_quiet();
}

START_TEST(on_one_line)
{
	fill(0x40);
	ck_assert_uint_eq(receive("9F 1-0-1", 0), 0xc2853a00);
	ck_assert_uint_eq(receive("03 1-1-1 a24", 0x40), 0x12345678);
	ck_assert_uint_eq(receive("0C 1-1-1 a32 dummy 8", 0x40), 0x12345678);
	command(0x06);
	rig_send("DC 1-1-0 a32", 0, NULL, 0);
	wait_idle();
	command(0x06);
	rig_send("12 1-1-1 a32", 0x100, pattern, 4);
	wait_idle();
	ck_assert_mem_eq(array + 0x100, pattern, 4);
	ck_quiet();
	receive("6B 1-1-4 a24 dummy 8", 0x40);
	ck_fired("nor-unknown-opcode");
	rig_send("72 1-1-1 a32", 0, SOPI, 1);
	ck_fired("nor-no-write-enable");
	receive("EC 1-4-4 a32 dummy 6", 0);
	ck_fired("nor-only-in-qpi");
}
END_TEST

START_TEST(single_rate)
{
	fill(0x40);
	enter_octal(SOPI, "");
	ck_assert_uint_eq(receive("9F60 8-8-8 a32 dummy 4", 0), 0xc2853a00);
	ck_assert_uint_eq(receive("EC13 8-8-8 a32 dummy 20", 0x40), 0x12345678);
	ck_assert_uint_ne(receive("EC13 8-8-8 a32 dummy 6", 0x40), 0x12345678);
	ck_assert_uint_eq(receive("718E 8-8-8 a32 dummy 4", 0) >> 24, 1);
	rig_send("06F9 8-0-0", 0, NULL, 0);
	ck_assert_uint_eq(receive("05FA 8-8-8 a32 dummy 4", 0) >> 24, 2);
	rig_send("728D 8-8-8 a32", 0x300, "\x07", 1);
	ck_assert_uint_eq(receive("EC13 8-8-8 a32 dummy 6", 0x40), 0x12345678);
	ck_quiet();
	receive("EC12 8-8-8 a32 dummy 6", 0x40);
	ck_fired("nor-complement");
	receive("03FC 8-8-8 a32", 0x40);
	ck_fired("nor-not-in-qpi");
}
END_TEST

START_TEST(double_rate)
{
	uint8_t id[6];

	memcpy(array + 0x40, "\x34\x12\x78\x56", 4);
	enter_octal(DOPI, "\x07");
	rig_receive("9F60 8-8-8D a32 dummy 4", 0, id, 6);
	ck_assert_mem_eq(id, "\xc2\xc2\x85\x85\x3a\x3a", 6);
	rig_receive("9F60 8-8-8D a32 dummy 5", 0, id, 6);	/* the strobe tells */
	ck_assert_mem_eq(id, "\xc2\xc2\x85\x85\x3a\x3a", 6);
	/* The two bytes of a word change places. */
	ck_assert_uint_eq(receive("EE11 8-8-8D a32 dummy 6", 0x40), 0x12345678);
	rig_send("06F9 8-0-0D", 0, NULL, 0);
	rig_send("12ED 8-8-8D a32", 0x100, "\x01\x02\x03\x04", 4);
	ck_assert_uint_eq(receive("05FA 8-8-8D a32 dummy 4", 0) >> 16, 0x0303);
	wait_idle();
	ck_assert_mem_eq(array + 0x100, "\x02\x01\x04\x03", 4);
	ck_assert_uint_eq(receive("EE11 8-8-8D a32 dummy 6", 0x100), 0x01020304);
	ck_quiet();
	rig_commands("9F", 1);	/* a host on one line */
	ck_assert_uint_ne(receive("9F 1-0-1", 0), 0xc2853a00);
	fake_forget(&emu);
	rig_send("6699 8-0-0D", 0, NULL, 0);
	rig_send("9966 8-0-0D", 0, NULL, 0);
	ck_assert_uint_eq(receive("9F 1-0-1", 0), 0xc2853a00);
	ck_quiet();
}
END_TEST

static bool resets_at_single_rate(void)
{
	enter_octal(DOPI, "");
	rig_commands("66 99", 8);	/* each byte, held for both edges, comes twice */
	return receive("9F 1-0-1", 0) == 0xc2853a00;
}

/* Nobody has said that it does: the rule tells when it lets that through. */
START_TEST(single_rate_reset)
{
	ck_assert(resets_at_single_rate());
	ck_fired("nor-single-rate-reset");
	rig_change("mx25lm51245g", "rule.nor-single-rate-reset=ignores");
	ck_assert(!resets_at_single_rate());
	ck_assert_ptr_null(strstr(emu.rules, "nor-single-rate-reset"));
	ck_fired("nor-complement");
}
END_TEST

/* Near misses: no other instruction counts so, and a reset at the right rate is sure. */
START_TEST(single_rate_else)
{
	enter_octal(DOPI, "");
	rig_commands("06", 8);
	ck_fired("nor-complement");
	rig_send("6699 8-0-0D", 0, NULL, 0);
	rig_send("9966 8-0-0D", 0, NULL, 0);
	ck_assert_uint_eq(receive("9F 1-0-1", 0), 0xc2853a00);
	ck_quiet();
}
END_TEST

/* What public loaders for OCTOSPI send: erase, program, read. */
static const struct {
	const char *mode, *dc, *enable, *erase;
	uint32_t len;
	const char *program, *read;
} seen[] = {
	{ NULL, NULL, "06", "DC/1-1-0/a32", 0x10000, "12/1-1-1/a32", "0C 1-1-1 a32 dummy 8" },
	{ SOPI, "\x07", "06F9/8-0-0", "DC23/8-8-0/a32", 0x10000, "12ED/8-8-8/a32",
	  "EC13 8-8-8 a32 dummy 6" },
	{ SOPI, "", "06F9/8-0-0", "21DE/8-8-0/a32", 0x1000, "12ED/8-8-8/a32",
	  "EC13 8-8-8 a32 dummy 20" },
	{ DOPI, "\x07", "06F9/8-0-0D", "DC23/8-8-0D/a32", 0x10000, "12ED/8-8-8D/a32",
	  "EE11 8-8-8D a32 dummy 6" },
};

START_TEST(as_loaders_send_it)
{
	const __typeof__(*seen) *c = &seen[_i];
	uint8_t page[256], got[256];

	for (unsigned int i = 0; i < sizeof(page); i++)
		page[i] = (uint8_t)(i * 7 + 3);
	memset(array + BLOCK - 1, 0, c->len + 2);
	if (c->mode)
		enter_octal(c->mode, c->dc);
	rig_send(c->enable, 0, NULL, 0);
	rig_send(c->erase, BLOCK, NULL, 0);
	wait_idle();
	ck_assert_uint_eq(array[BLOCK] & array[BLOCK + c->len - 1], 0xff);
	ck_assert_uint_eq(array[BLOCK - 1] | array[BLOCK + c->len], 0);
	rig_send(c->enable, 0, NULL, 0);
	rig_send(c->program, BLOCK + 0x200, page, sizeof(page));
	wait_idle();
	rig_receive(c->read, BLOCK + 0x200, got, sizeof(got));
	ck_assert_mem_eq(got, page, sizeof(page));
	ck_quiet();
}
END_TEST

START_TEST(left_octal)
{
	static const char *const state[] = { "nor.state=octal", "nor.state=dtr" };
	static const char *const how[] = { "9F60 8-8-8 a32 dummy 4", "9F60 8-8-8D a32 dummy 4" };
	static const uint32_t id[] = { 0xc2853a00, 0xc2c28585 };

	rig_change("mx25lm51245g", state[_i]);
	ck_assert_uint_ne(receive("9F 1-0-1", 0), 0xc2853a00);
	ck_assert_uint_eq(receive(how[_i], 0), id[_i]);
	rig_commands("66 99", 1);	/* not heard on one line */
	fake_pass(&emu, MS);
	ck_assert_uint_eq(receive(how[_i], 0), id[_i]);
	nor_power(nor);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(receive("9F 1-0-1", 0), 0xc2853a00);
}
END_TEST

START_TEST(fail_bits)
{
	command(0x06);
	write_bytes(0x01, "\x04", 1);
	wait_idle();
	enter_octal(SOPI, "");
	rig_send("06F9 8-0-0", 0, NULL, 0);
	rig_send("12ED 8-8-8 a32", 0x3ff0000, pattern, 4);
	ck_fired("nor-protected");
	ck_assert_uint_eq(receive("2BD4 8-8-8 a32 dummy 4", 0) >> 24, 0x20);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("nor-octal");
	TCase *tc = tcase_create("part");

	tcase_add_checked_fixture(tc, set_up, rig_close);
	tcase_add_test(tc, on_one_line);
	tcase_add_test(tc, single_rate);
	tcase_add_test(tc, single_rate_reset);
	tcase_add_test(tc, single_rate_else);
	tcase_add_test(tc, double_rate);
	tcase_add_loop_test(tc, as_loaders_send_it, 0, sizeof(seen) / sizeof(seen[0]));
	tcase_add_loop_test(tc, left_octal, 0, 2);
	tcase_add_test(tc, fail_bits);
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
