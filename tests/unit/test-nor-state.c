/* SPDX-License-Identifier: GPL-2.0-only */
/* Flash parts as an application left them, after power, and broken ones. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "nor-rig.h"

static void open_in(const char *part, const char *state, const char *other)
{
	char option[40] = "nor.state=";

	strcat(option, state);
	rig_open(part, (const char *const[]){ option, other, NULL });
}

/* ---- states ----------------------------------------------------------- */

/*
 * What the part does not answer as usual, and what brings it back: opcodes on so many
 * lines, as loaders send them.
 */
static const struct {
	const char *part, *state, *other;
	const char *cure;
	unsigned int lines;
} deaf_case[] = {
	{ "w25q128jv", "powerdown", NULL, "AB", 1 },
	{ "w25q128jv", "qpi", "nor.qe=0", "66 99", 4 },
	{ "w25q128jv", "continuous", NULL, "FF", 1 },
	{ "w25q128fv", "qpi", NULL, "FF", 4 },
	{ "gd25q64c", "powerdown", NULL, "AB", 1 },
	{ "n25q128a", "qpi", NULL, "66 99", 4 },
	{ "n25q128a", "dual", NULL, "66 99", 2 },
	{ "n25q128a", "continuous", NULL, "FF", 1 },
	{ "mt25ql512", "qpi", NULL, "F5", 4 },
	{ "mt25ql512", "powerdown", NULL, "AB", 1 },
	{ "mx25l51245g", "qpi", NULL, "F5", 4 },
	{ "mx25l51245g", "powerdown", NULL, "AB", 1 },
	{ "mx25l51245g", "continuous", NULL, "FF", 1 },
	{ "mx25r6435f", "powerdown", NULL, "AB", 1 },
	{ "s25fl128l", "qpi", NULL, "66 99", 4 },
	{ "s25fl128s-64k", "continuous", NULL, "FF", 1 },
	{ "is25lp128", "qpi", NULL, "F5", 4 },
	{ "is25lp128", "continuous", NULL, "FF", 1 },
	{ "m25p64", "powerdown", NULL, "AB", 1 },
};

static uint32_t read_id(void)
{
	uint8_t id[3];

	rig_receive("9F 1-0-1", 0, id, sizeof(id));
	return (uint32_t)id[0] << 16 | id[1] << 8 | id[2];
}

static bool answers(void)
{
	uint32_t id = read_id();

	return id != 0 && id != 0xffffff;
}

START_TEST(left_deaf)
{
	const __typeof__(*deaf_case) *c = &deaf_case[_i];
	uint32_t id;

	rig_open(c->part, (const char *const[]){ c->other, NULL });
	id = read_id();
	rig_close();
	open_in(c->part, c->state, c->other);
	ck_assert_msg(read_id() != id, "%s in %s answers", c->part, c->state);
	rig_close();
	open_in(c->part, c->state, c->other);
	rig_commands(c->cure, c->lines);
	fake_pass(&emu, 10 * MS);
	ck_assert_msg(read_id() == id, "%s in %s does not answer after %s", c->part,
		      c->state, c->cure);
	rig_close();
	open_in(c->part, c->state, c->other);
	nor_power(nor);	/* power helps always, and is not left so again */
	fake_pass(&emu, 10 * MS);
	ck_assert_uint_eq(read_id(), id);
	rig_close();
}
END_TEST

static const char *const four_byte_part[] = { "w25q256jv", "n25q256a", "mt25ql256aba",
					      "mx25l25645g", "s25fl256l", "is25lp256" };

START_TEST(left_in_four_byte_mode)
{
	uint8_t got[4];

	open_in(four_byte_part[_i], "4byte", NULL);
	fill(0x1000040);
	rig_receive("03 1-1-1 a32", 0x1000040, got, 4);
	ck_assert_mem_eq(got, pattern, 4);
	rig_receive("03 1-1-1 a24", 0x40, got, 4);	/* a byte short */
	ck_assert_mem_ne(got, pattern, 4);
	rig_close();
}
END_TEST

START_TEST(left_protected)
{
	static const char *const parts[] = { "w25q128jv", "n25q128a", "mx25l6433f", "s25fl128l",
					     "is25lp128", "m25p64", "s25fl128s-64k" };

	open_in(parts[_i], "protected", NULL);
	ck_assert(!can_program(0x1000));
	ck_fired("nor-protected");
	command(0xf0);
	command(0x30);
	rig_commands("66 99", 1);
	fake_pass(&emu, 10 * MS);
	ck_assert(!can_program(0x1000));	/* a reset does not help: it lasts */
	command(0x30);
	command(0x06);
	write_bytes(0x01, "", 1);
	fake_pass(&emu, 1000 * MS);
	ck_assert(can_program(0x1000));
	rig_close();
}
END_TEST

START_TEST(left_locked)
{
	open_in("w25q128jv", "locked", NULL);
	ck_assert(!can_program(0x1000));
	command(0x06);
	command(0x98);
	ck_assert(can_program(0x1000));
	rig_close();
	open_in("mt25ql128", "locked", NULL);
	ck_assert(!can_program(0x1000));
	ck_assert_uint_eq(status(0x70), 0x92);
	rig_commands("66 99", 1);
	fake_pass(&emu, MS);
	ck_assert(can_program(0x1000));
	rig_close();
}
END_TEST

START_TEST(left_busy)
{
	open_in("w25q128jv", "busy", NULL);
	memset(array, 0, 0x10000);
	ck_assert_uint_eq(status(0x05), 0x01);
	command(0x06);
	ck_fired("nor-busy");
	fake_pass(&emu, 150 * MS);
	ck_assert_uint_eq(status(0x05), 0x00);
	ck_assert_uint_eq(array[0] & array[0xffff], 0xff);
	rig_close();
}
END_TEST

START_TEST(left_suspended)
{
	static const struct {
		const char *part;
		uint8_t where, value, resume;
	} cases[] = { { "w25q128jv", 0x35, 0x82, 0x7a }, { "n25q128a", 0x70, 0xc0, 0x7a },
		      { "mx25l6433f", 0x2b, 0x08, 0x30 } };

	open_in(cases[_i].part, "suspended", NULL);
	memset(array, 0, 0x10000);
	ck_assert_uint_eq(status(cases[_i].where), cases[_i].value);
	command(0x06);
	command_at(0xd8, 0x20000);
	ck_fired("nor-suspended");
	command(cases[_i].resume);
	ck_assert_uint_eq(status(0x05) & 1, 1);
	fake_pass(&emu, 1000 * MS);
	ck_assert_uint_eq(array[0] & array[0xffff], 0xff);
	rig_close();
}
END_TEST

START_TEST(left_in_several)
{
	open_in("w25q256jv", "4byte+powerdown", NULL);
	ck_assert(!answers());
	command(0xab);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(status(0x15) & 1, 1);
	rig_close();
}
END_TEST

static const struct {
	const char *part, *option;
} refused[] = {
	{ "n25q128a", "nor.state=4byte" },   { "n25q128a", "nor.state=powerdown" },
	{ "m25p64", "nor.state=qpi" },	     { "mx25l6433f", "nor.state=qpi" },
	{ "m25p64", "nor.state=suspended" }, { "gd25q64c", "nor.state=locked" },
	{ "n25q128a", "nor.qe=1" },	     { "w25q128jv", "nor.state=busy+nothing" },
};

START_TEST(states_that_are_not)
{
	static const struct stk_chip chip = { .size = sizeof(chip) };
	static const struct nor_place place = { "NOR", RIG_BASE, 0x8 };
	const char *const options[] = { refused[_i].option, NULL };
	struct stk_error err = { 0 };

	fake_open_with(&emu, &chip, NULL, options);
	ck_assert_int_eq(nor_open(&emu, refused[_i].part, &place, &nor, &err), -EINVAL);
	ck_assert_str_eq(err.cause, "bad-option");
	fake_close(&emu);
}
END_TEST

START_TEST(names)
{
	static const struct stk_chip chip = { .size = sizeof(chip) };
	static const struct nor_place place = { "NOR", RIG_BASE, 0x8 };
	struct stk_error err = { 0 };

	fake_open_with(&emu, &chip, NULL, NULL);
	/* Generations of one part: the first is meant. Sizes that differ: none is. */
	ck_assert_int_eq(nor_open(&emu, "w25q128", &place, &nor, &err), 0);
	nor_close(nor);
	ck_assert_int_eq(nor_open(&emu, "w25q", &place, &nor, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.msg, "w25q128jv, w25q"));
	ck_assert_int_eq(nor_open(&emu, "MT25QL128", &place, &nor, &err), 0);
	nor_close(nor);
	fake_close(&emu);
}
END_TEST

/* ---- power ------------------------------------------------------------ */

START_TEST(deaf_while_power_comes_up)
{
	rig_open("mx25l51245g", NULL);
	ck_assert(answers());	/* a board has had power for long */
	fake_pass(&emu, MS);
	nor_power(nor);
	ck_assert(!answers());
	ck_fired("nor-settling");
	fake_pass(&emu, 800 * US);
	ck_assert(answers());
	rig_close();
}
END_TEST

/* ---- failures --------------------------------------------------------- */

START_TEST(absent)
{
	rig_open("w25q128jv", NULL);
	nor_fail(nor, NOR_FAIL_ABSENT, 0, 0);
	ck_assert(!answers());
	ck_assert_uint_eq(read_word(0x03, 0, 1, -1, 0, 1), 0);
	ck_quiet();
	nor_fail(nor, NOR_FAIL_NONE, 0, 0);
	ck_assert(answers());
	rig_close();
}
END_TEST

START_TEST(wrong_id)
{
	uint8_t id[3];

	rig_open("n25q128a", NULL);
	nor_fail(nor, NOR_FAIL_ID, 0, 0);
	rig_receive("9F 1-0-1", 0, id, 3);
	ck_assert_mem_ne(id, "\x20\xba\x18", 3);
	ck_assert(can_program(0));	/* the rest works */
	rig_close();
}
END_TEST

static const struct {
	const char *part;
	uint8_t where, after_erase, after_program;
} stuck_case[] = {
	{ "w25q128jv", 0x05, 0x00, 0x00 },	/* has no way to say so */
	{ "n25q128a", 0x70, 0xa0, 0xb0 },
	{ "mx25l6433f", 0x2b, 0x40, 0x60 },
	{ "s25fl128l", 0x07, 0x40, 0x60 },
};

START_TEST(stuck_sector)
{
	const __typeof__(*stuck_case) *c = &stuck_case[_i];

	rig_open(c->part, NULL);
	memset(array + 0x20000, 0x55, 0x1000);
	ck_assert_int_eq(nor_fail(nor, NOR_FAIL_STUCK_RANGE, 0x20000, 0x1000), 0);
	command(0x06);
	command_at(0xd8, 0x20000);
	fake_pass(&emu, 1000 * MS);
	ck_fired("nor-broken");
	ck_assert_uint_eq(array[0x20000], 0x55);
	ck_assert_uint_eq(status(c->where), c->after_erase);
	command(0x06);
	program(0x20000, pattern, 4);
	fake_pass(&emu, 10 * MS);
	ck_assert_uint_eq(array[0x20000], 0x55);
	ck_assert_uint_eq(status(c->where), c->after_program);
	ck_assert(can_program(0x30000));
	rig_close();
}
END_TEST

START_TEST(stuck_bit)
{
	const uint8_t odd = 0x03;

	rig_open("w25q128jv", NULL);
	ck_assert_int_eq(nor_fail(nor, NOR_FAIL_STUCK_BIT, 0x40, 1), 0);
	ck_assert_uint_eq(array[0x40], 0xfe);
	command(0x06);
	command_at(0x20, 0);
	fake_pass(&emu, 50 * MS);
	ck_assert_uint_eq(array[0x40], 0xfe);
	ck_assert_uint_eq(array[0x41], 0xff);
	command(0x06);
	program(0x40, &odd, 1);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(array[0x40], 0x02);
	rig_close();
}
END_TEST

START_TEST(busy_for_ever)
{
	rig_open("w25q128jv", NULL);
	ck_assert_int_eq(nor_fail(nor, NOR_FAIL_BUSY, 0, 0x1000), 0);
	ck_assert(can_program(0x20000));
	command(0x06);
	command_at(0x20, 0);
	ck_assert_uint_eq(nor_next_change(nor), 0);
	fake_pass(&emu, 100000 * MS);
	ck_assert_uint_eq(status(0x05), 0x03);
	nor_fail(nor, NOR_FAIL_NONE, 0, 0);
	rig_commands("66 99", 1);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(status(0x05), 0);
	ck_assert_int_eq(nor_fail(nor, NOR_FAIL_BUSY, 0x1000000, 1), -EINVAL);
	ck_assert_int_eq(nor_fail(nor, NOR_FAIL_BUSY, 0xffffff, 2), -EINVAL);
	rig_close();
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("nor-state");
	TCase *tc = tcase_create("part");

	tcase_add_loop_test(tc, left_deaf, 0, sizeof(deaf_case) / sizeof(deaf_case[0]));
	tcase_add_loop_test(tc, left_in_four_byte_mode, 0,
			    sizeof(four_byte_part) / sizeof(four_byte_part[0]));
	tcase_add_loop_test(tc, left_protected, 0, 7);
	tcase_add_test(tc, left_locked);
	tcase_add_test(tc, left_busy);
	tcase_add_loop_test(tc, left_suspended, 0, 3);
	tcase_add_test(tc, left_in_several);
	tcase_add_loop_test(tc, states_that_are_not, 0, sizeof(refused) / sizeof(refused[0]));
	tcase_add_test(tc, names);
	tcase_add_test(tc, deaf_while_power_comes_up);
	tcase_add_test(tc, absent);
	tcase_add_test(tc, wrong_id);
	tcase_add_loop_test(tc, stuck_sector, 0, sizeof(stuck_case) / sizeof(stuck_case[0]));
	tcase_add_test(tc, stuck_bit);
	tcase_add_test(tc, busy_for_ever);
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
