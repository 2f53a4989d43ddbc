/* SPDX-License-Identifier: GPL-2.0-only */
/* Spansion, ISSI, GigaDevice, Adesto and M25P parts, small and old Winbond ones. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "nor-rig.h"

#define SR	0x05

static uint32_t receive(const char *how, uint32_t addr)
{
	uint8_t got[4];

	rig_receive(how, addr, got, sizeof(got));
	return (uint32_t)got[0] << 24 | got[1] << 16 | got[2] << 8 | got[3];
}

static void wait_idle(void)
{
	fake_pass(&emu, 3000 * MS);
}

static const struct {
	const char *part;
	uint8_t id[6];
	uint32_t size;
} id_case[] = {
	{ "s25fl128s-64k", { 0x01, 0x20, 0x18, 0x4d, 0x01, 0x80 }, 0x1000000 },
	{ "s25fl256s-256k", { 0x01, 0x02, 0x19, 0x4d, 0x00, 0x80 }, 0x2000000 },
	{ "s25fl128l", { 0x01, 0x60, 0x18 }, 0x1000000 },
	{ "is25lp256", { 0x9d, 0x60, 0x19 }, 0x2000000 },
	{ "gd25q128", { 0xc8, 0x40, 0x18 }, 0x1000000 },
	{ "at25sf641b", { 0x1f, 0x88, 0x01 }, 0x800000 },
	{ "m25p64", { 0x20, 0x20, 0x17 }, 0x800000 },
	{ "w25q80", { 0xef, 0x40, 0x14 }, 0x100000 },
	{ "w25q512", { 0xef, 0x40, 0x20 }, 0x4000000 },
};

START_TEST(identity)
{
	uint8_t got[6];

	rig_open(id_case[_i].part, NULL);
	rig_receive("9F 1-0-1", 0, got, sizeof(got));
	ck_assert_mem_eq(got, id_case[_i].id, sizeof(got));
	ck_assert_uint_eq(nor_size(nor), id_case[_i].size);
	rig_close();
}
END_TEST

/* ---- erase sizes ------------------------------------------------------ */

static const struct {
	const char *part, *how;
	uint32_t len;
} erase_case[] = {
	{ "s25fl128s-64k", "20 1-1-0 a24", 0x1000 },
	{ "s25fl128s-64k", "D8 1-1-0 a24", 0x10000 },
	{ "s25fl256s-256k", "DC 1-1-0 a32", 0x40000 },
	{ "s25fl128l", "52 1-1-0 a24", 0x8000 },
	{ "s25fl128l", "53 1-1-0 a32", 0x8000 },
	{ "s25fl256l", "DC 1-1-0 a32", 0x10000 },
	{ "is25lp128", "D7 1-1-0 a24", 0x1000 },
	{ "is25lp128", "52 1-1-0 a24", 0x8000 },
	{ "is25lp256", "5C 1-1-0 a32", 0x8000 },
	{ "gd25q64", "20 1-1-0 a24", 0x1000 },
	{ "gd25q64", "52 1-1-0 a24", 0x8000 },
	{ "at25sf641", "D8 1-1-0 a24", 0x10000 },
	{ "m25p64", "D8 1-1-0 a24", 0x10000 },
	{ "n25q128a", "20 1-1-0 a24", 0x1000 },
	{ "mt25ql128", "52 1-1-0 a24", 0x8000 },
	{ "mx25l12833f", "52 1-1-0 a24", 0x8000 },
};

START_TEST(erase_sizes)
{
	const __typeof__(*erase_case) *c = &erase_case[_i];

	rig_open(c->part, NULL);
	memset(array, 0, 0x90000);
	rig_send(c->how, c->len + 5, NULL, 0);
	ck_fired("nor-no-write-enable");
	command(0x06);
	rig_send(c->how, c->len + 5, NULL, 0);
	ck_assert_uint_eq(status(SR) & 3, 3);
	ck_assert_uint_eq(array[c->len], 0);
	wait_idle();
	ck_assert_uint_eq(status(SR) & 3, 0);
	for (uint32_t i = 0; i < c->len; i++)
		ck_assert_uint_eq(array[c->len + i], 0xff);
	ck_assert_uint_eq(array[c->len - 1] | array[2 * c->len], 0);
	ck_quiet();
	rig_close();
}
END_TEST

/* ---- S25FL-S ---------------------------------------------------------- */

START_TEST(s_error_holds_the_part)
{
	rig_open("s25fl128s-64k", NULL);
	command(0x06);
	write_bytes(0x01, "\x04", 1);	/* the upper 64th */
	wait_idle();
	command(0x06);
	rig_send("12 1-1-1 a32", 0xfc0000, pattern, 4);
	ck_fired("nor-error-held");
	wait_idle();
	ck_assert_uint_eq(status(SR), 0x47);	/* P_ERR, and busy for ever */
	command(0x06);
	ck_fired("nor-busy");
	rig_commands("66 99", 1);
	ck_fired("nor-unknown-opcode");
	command(0x30);
	ck_assert_uint_eq(status(SR), 0x04);
	command(0x06);
	rig_send("DC 1-1-0 a32", 0xffffff, NULL, 0);
	ck_assert_uint_eq(status(SR), 0x27);
	command(0xf0);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(status(SR), 0x04);
	rig_close();
}
END_TEST

START_TEST(s_pages_of_512)
{
	uint8_t bytes[600];

	rig_open("s25fl512s", NULL);
	for (unsigned int i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i / 3);
	command(0x06);
	rig_send("12 1-1-1 a32", 0x200, bytes, 512);
	wait_idle();
	ck_assert_mem_eq(array + 0x200, bytes, 512);
	ck_quiet();
	command(0x06);
	rig_send("12 1-1-1 a32", 0x400, bytes, 600);
	ck_fired("nor-page-wrap");
	wait_idle();
	ck_assert_mem_eq(array + 0x400, bytes + 512, 88);
	rig_close();
}
END_TEST

START_TEST(s_bank_and_latency)
{
	rig_open("s25fl256s-64k", NULL);
	fill(0x1000000);
	write_bytes(0x17, "\x01", 1);	/* needs no write enable */
	ck_assert_uint_eq(receive("03 1-1-1 a24", 0), 0x12345678);
	write_bytes(0x17, "\x80", 1);
	ck_assert_uint_eq(receive("03 1-1-1 a32", 0x1000000), 0x12345678);
	ck_assert_uint_eq(receive("6C 1-1-4 a32 dummy 8", 0x1000000), 0);
	ck_fired("nor-quad-disabled");
	command(0x06);
	write_bytes(0x01, "\x00\x02", 2);
	wait_idle();
	ck_assert_uint_eq(status(0x35), 0x02);
	ck_assert_uint_eq(receive("6C 1-1-4 a32 dummy 8", 0x1000000), 0x12345678);
	ck_assert_uint_eq(receive("EC 1-4-4 a32 alt0 dummy 4", 0x1000000), 0x12345678);
	command(0x06);
	write_bytes(0x01, "\x00\xc2", 2);
	wait_idle();
	ck_assert_uint_eq(receive("6C 1-1-4 a32", 0x1000000), 0x12345678);
	ck_assert_uint_eq(receive("EC 1-4-4 a32 alt0 dummy 1", 0x1000000), 0x12345678);
	rig_close();
}
END_TEST

/* ---- S25FL-L ---------------------------------------------------------- */

START_TEST(l_registers)
{
	rig_open("s25fl128l", NULL);
	fill(0x40);
	ck_assert_uint_eq(receive("65 1-1-1 a24 dummy 8", 0x800004) >> 24, 0x78);
	rig_send("71 1-1-1 a24", 0x800004, "\x74", 1);
	ck_fired("nor-no-write-enable");
	command(0x06);
	rig_send("71 1-1-1 a24", 0x800004, "\x74", 1);	/* volatile: at once */
	ck_assert_uint_eq(status(0x33), 0x74);
	ck_assert_uint_eq(receive("0B 1-1-1 a24 dummy 4", 0x40), 0x12345678);
	command(0x06);
	rig_send("71 1-1-1 a24", 0x000002, "\x02", 1);
	ck_assert_uint_eq(status(SR) & 1, 1);
	wait_idle();
	ck_assert_uint_eq(status(0x35), 0x02);
	ck_assert_uint_eq(receive("EB 1-4-4 a24 alt0 dummy 4", 0x40), 0x12345678);
	rig_commands("66 99", 1);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(status(0x33), 0x78);
	ck_assert_uint_eq(status(0x35), 0x02);
	ck_quiet();
	rig_close();
}
END_TEST

START_TEST(l_qpi_and_errors)
{
	rig_open("s25fl128l", (const char *const[]){ "nor.qe=1", NULL });
	fill(0x40);
	command(0x38);
	ck_assert_uint_eq(receive("EB 4-4-4 a24 alt0 dummy 8", 0x40), 0x12345678);
	rig_commands("F5", 4);
	command(0x06);
	write_bytes(0x01, "\x1c", 1);
	wait_idle();
	ck_assert(!can_program(0));
	ck_fired("nor-protected");
	ck_assert_uint_eq(status(0x07), 0x20);
	command(0x30);
	ck_assert_uint_eq(status(0x07), 0);
	ck_assert_uint_eq(status(SR), 0x1c);
	rig_close();
}
END_TEST

/* ---- ISSI, GigaDevice, Adesto, M25P, Winbond -------------------------- */

START_TEST(issi)
{
	rig_open("is25lp128", NULL);
	fill(0x40);
	ck_assert_uint_eq(receive("EB 1-4-4 a24 alt0 dummy 4", 0x40), 0);
	ck_fired("nor-quad-disabled");
	command(0x06);
	write_bytes(0x01, "\x40", 1);
	wait_idle();
	ck_assert_uint_eq(receive("EB 1-4-4 a24 alt0 dummy 4", 0x40), 0x12345678);
	write_bytes(0xc0, "\xf0", 1);
	ck_assert_uint_eq(status(0x61), 0xf0);
	ck_assert_uint_eq(receive("EB 1-4-4 a24 alt0 dummy 6", 0x40), 0x12345678);
	write_bytes(0xc0, "\xe0", 1);
	command(0x35);
	ck_assert_uint_eq(receive("AF 4-0-4", 0) >> 8, 0x9d6018);
	ck_assert_uint_eq(receive("EB 4-4-4 a24 alt0 dummy 4", 0x40), 0x12345678);
	rig_commands("F5", 4);
	ck_assert_uint_eq(status(SR), 0x40);
	ck_quiet();
	command(0xb7);
	ck_fired("nor-unknown-opcode");
	rig_close();
}
END_TEST

static const struct {
	const char *part;
	bool sr3;
} qe_case[] = { { "gd25q64c", true }, { "at25sf641", false }, { "w25q80dv", false },
		{ "w25q64fv", true }, { "py25q64ha", true } };

START_TEST(quad_enable_is_zero_when_new)
{
	rig_open(qe_case[_i].part, NULL);
	fill(0);
	ck_assert_uint_eq(receive("6B 1-1-4 a24 dummy 8", 0), 0);
	ck_fired("nor-quad-disabled");
	command(0x50);
	write_bytes(0x31, "\x02", 1);
	ck_assert_uint_eq(receive("6B 1-1-4 a24 dummy 8", 0), 0x12345678);
	ck_quiet();
	status(0x15);
	ck_assert_int_eq(fake_fired(&emu, "nor-unknown-opcode"), !qe_case[_i].sr3);
	rig_close();
}
END_TEST

START_TEST(m25p_is_plain)
{
	rig_open("m25p64", NULL);
	fill(0x40);
	ck_assert_uint_eq(receive("0B 1-1-1 a24 dummy 8", 0x40), 0x12345678);
	rig_commands("3B", 1);
	ck_fired("nor-unknown-opcode");
	command(0x06);
	write_bytes(0x01, "\x04", 1);
	wait_idle();
	ck_assert(!can_program(0x7e0000));
	ck_fired("nor-protected");
	ck_assert(can_program(0x7dffff));
	rig_close();
}
END_TEST

START_TEST(winbond_fv_in_qpi)
{
	rig_open("w25q128fv", (const char *const[]){ "nor.qe=1", NULL });
	ck_assert_uint_eq(receive("9F 1-0-1", 0), 0xef401800);
	command(0x38);
	ck_assert_uint_eq(receive("9F 4-0-4", 0), 0xef601800);
	rig_send("C0 4-0-4", 0, "\x20", 1);
	fill(0x40);
	ck_assert_uint_eq(receive("EB 4-4-4 a24 altff dummy 4", 0x40), 0x12345678);
	ck_assert_uint_eq(receive("0B 4-4-4 a24 dummy 6", 0x40), 0x12345678);
	ck_quiet();
	rig_close();
}
END_TEST

START_TEST(winbond_01_selects_dies)
{
	rig_open("w25q01jv", NULL);
	write_bytes(0xc2, "\x01", 1);
	ck_quiet();
	ck_assert_uint_eq(status(SR), 0);
	array[0x7ffffff] = 0;
	fill(0x4000000);
	ck_assert_uint_eq(receive("13 1-1-1 a32", 0x4000000), 0x12345678);
	command(0x06);
	command(0xc7);
	fake_pass(&emu, 300000 * MS);
	ck_assert_uint_eq(array[0x7ffffff], 0xff);
	rig_close();
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("nor-others");
	TCase *tc = tcase_create("part");

	tcase_add_loop_test(tc, identity, 0, sizeof(id_case) / sizeof(id_case[0]));
	tcase_add_loop_test(tc, erase_sizes, 0, sizeof(erase_case) / sizeof(erase_case[0]));
	tcase_add_test(tc, s_error_holds_the_part);
	tcase_add_test(tc, s_pages_of_512);
	tcase_add_test(tc, s_bank_and_latency);
	tcase_add_test(tc, l_registers);
	tcase_add_test(tc, l_qpi_and_errors);
	tcase_add_test(tc, issi);
	tcase_add_loop_test(tc, quad_enable_is_zero_when_new, 0,
			    sizeof(qe_case) / sizeof(qe_case[0]));
	tcase_add_test(tc, m25p_is_plain);
	tcase_add_test(tc, winbond_fv_in_qpi);
	tcase_add_test(tc, winbond_01_selects_dies);
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
