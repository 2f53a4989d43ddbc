/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What public loaders for QUADSPI send: each distinct erase, program and mapped
 * read that was seen on the wires of F4, F7, G4, H7 and L4 chips, on its part.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "nor-rig.h"

#define BLOCK	0x20000u	/* where, in each part */

/*
 * @first: opcodes on one line that bring the part into the state the loader has it
 * in, each with bytes to write after '='. 06 before erase and program is implied, on
 * the lines of their opcodes.
 */
static const struct {
	const char *part, *option, *first, *erase;
	uint32_t len;
	const char *program, *read;
} seen[] = {
	/* Winbond */
	{ "w25q64jv", NULL, "", "D8/1-1-0/a24", 0x10000, "02/1-1-1/a24", "03 1-1-1 a24" },
	{ "w25q64jv", NULL, "", "20/1-1-0/a24", 0x1000, "32/1-1-4/a24", "6B 1-1-4 a24 dummy 8" },
	{ "w25q64jv", NULL, "", "20/1-1-0/a24", 0x1000, "32/1-1-4/a24", "EB 1-4-4 a24 altff dummy 4" },
	{ "w25q64fv", NULL, "06 31=02 wait 38", "20/4-4-0/a24", 0x1000, "02/4-4-4/a24", "EB 4-4-4 a24 altff" },
	{ "w25q80dv", "nor.qe=1", "", "D8/1-1-0/a24", 0x10000, "32/1-1-4/a24", "6B 1-1-4 a24 dummy 8" },
	{ "w25q16jv", NULL, "", "D8/1-1-0/a24", 0x10000, "02/1-1-1/a24", "03 1-1-1 a24" },
	{ "w25q128jv", NULL, "", "D8/1-1-0/a24", 0x10000, "02/1-1-1/a24", "03 1-1-1 a24" },
	{ "w25q128jv", NULL, "", "D8/1-1-0/a24", 0x10000, "32/1-1-4/a24", "EB 1-4-4 a24 alt0 dummy 4" },
	{ "w25q128jv", NULL, "", "20/1-1-0/a24", 0x1000, "32/1-1-4/a24", "EB 1-4-4 a24 altff dummy 4" },
	{ "w25q128jv", "nor.qe=0", "06 31=02 wait 38", "D8/4-4-0/a24", 0x10000, "02/4-4-4/a24", "EB 4-4-4 a24 altff" },
	{ "w25q128fv", NULL, "06 31=02 wait 38", "20/4-4-0/a24", 0x1000, "02/4-4-4/a24", "0B 4-4-4 a24 dummy 2" },
	{ "w25q256jv", NULL, "B7", "D8/1-1-0/a32", 0x10000, "32/1-1-4/a32", "EB 1-4-4 a32 altff dummy 4" },
	{ "w25q256jv", NULL, "B7", "20/1-1-0/a32", 0x1000, "32/1-1-4/a32", "EC 1-4-4 a32 dummy 6" },
	{ "w25q256jv", NULL, "", "DC/1-1-0/a32", 0x10000, "34/1-1-4/a32", "EC 1-4-4 a32 dummy 6" },
	{ "w25q256fv", NULL, "06 31=02 wait B7 38", "20/4-4-0/a32", 0x1000, "02/4-4-4/a32", "EB 4-4-4 a32 altff" },
	{ "w25q512jv", NULL, "B7", "D8/1-1-0/a32", 0x10000, "32/1-1-4/a32", "6C 1-1-4 a32 dummy 8" },
	{ "w25q01jv", NULL, "B7", "D8/1-1-0/a32", 0x10000, "32/1-1-4/a32", "6B 1-1-4 a32 dummy 8" },
	{ "at25sf641", "nor.qe=1", "", "20/1-1-0/a24", 0x1000, "33/1-4-4/a24", "6B 1-1-4 a24 dummy 8" },
	/* Micron */
	{ "n25q064a", NULL, "", "D8/1-1-0/a24", 0x10000, "32/1-1-4/a24", "03 1-1-1 a24" },
	{ "n25q128a", NULL, "", "D8/1-1-0/a24", 0x10000, "12/1-4-4/a24", "EB 1-4-4 a24 dummy 10" },
	{ "n25q128a", NULL, "", "D8/1-1-0/a24", 0x10000, "02/1-1-1/a24", "3B 1-1-2 a24 dummy 8" },
	{ "n25q128a", NULL, "", "D8/1-1-0/a24", 0x10000, "32/1-1-4/a24", "6B 1-1-4 a24 dummy 8" },
	{ "n25q256a", NULL, "06 B7", "D8/1-1-0/a32", 0x10000, "02/1-1-1/a32", "3B 1-1-2 a32 dummy 8" },
	{ "n25q256a", NULL, "", "D8/1-1-0/a24", 0x10000, "02/1-1-1/a24", "3B 1-1-2 a24 dummy 8" },
	{ "n25q256a", NULL, "06 B7", "D8/1-1-0/a32", 0x10000, "32/1-1-4/a32", "ED 1-4-4 a32 dummy 8 DDR" },
	{ "n25q256a", NULL, "06 B7", "D8/1-1-0/a32", 0x10000, "32/1-1-4/a32", "EB 1-4-4 a32 dummy 10" },
	{ "mt25ql128aba", NULL, "", "D8/1-1-0/a24", 0x10000, "32/1-1-4/a24", "6B 1-1-4 a24 dummy 8" },
	{ "mt25ql256aba", NULL, "06 B7", "D8/1-1-0/a32", 0x10000, "32/1-1-4/a32", "6B 1-1-4 a32 dummy 8" },
	{ "mt25ql256aba", NULL, "", "DC/1-1-0/a32", 0x10000, "34/1-1-4/a32", "EC 1-4-4 a32 dummy 10" },
	{ "mt25ql512abb", NULL, "06 B7", "D8/1-1-0/a32", 0x10000, "02/1-1-1/a32", "3B 1-1-2 a32 dummy 8" },
	{ "mt25ql512abb", NULL, "06 B7 06 81=AB", "D8/1-1-0/a32", 0x10000, "32/1-1-4/a32", "6B 1-1-4 a32 dummy 10" },
	{ "mt25ql512abb", NULL, "06 B7", "52/1-1-0/a32", 0x8000, "32/1-1-4/a32", "6B 1-1-4 a32 dummy 8" },
	{ "mt25ql512abb", NULL, "35", "DC/4-4-0/a32", 0x10000, "34/4-4-4/a32", "EE 4-4-4 a32 dummy 8 DDR" },
	{ "mt25ql512abb", NULL, "06 B7 06 81=5B 35", "DC/4-4-0/a32", 0x10000, "34/4-4-4/a32", "ED 4-4-4 a32 dummy 5 DDR" },
	{ "mt25ql512abb", NULL, "06 B7 06 61=7F", "D8/4-4-0/a32", 0x10000, "34/4-4-4/a32", "EB 4-4-4 a32 dummy 10" },
	/* Macronix */
	{ "mx25l3233f", NULL, "", "D8/1-1-0/a24", 0x10000, "02/1-1-1/a24", "03 1-1-1 a24" },
	{ "mx25l6433f", NULL, "", "20/1-1-0/a24", 0x1000, "02/1-1-1/a24", "0B 1-1-1 a24 dummy 8" },
	{ "mx25l51245g", NULL, "B7", "D8/1-1-0/a32", 0x10000, "02/1-1-1/a32", "0C 1-1-1 a32 dummy 8" },
	{ "mx25l51245g", NULL, "B7 35", "D8/4-4-0/a32", 0x10000, "02/4-4-4/a32", "EB 4-4-4 a32 altff dummy 4" },
	{ "mx25r6435f", "nor.qe=1", "", "20/1-1-0/a24", 0x1000, "38/1-4-4/a24", "EB 1-4-4 a24 altff dummy 4" },
	/* Spansion, ISSI */
	{ "s25fl128l", NULL, "", "21/1-1-0/a32", 0x1000, "12/1-1-1/a32", "0C 1-1-1 a32 dummy 8" },
	{ "s25fl512s", NULL, "", "DC/1-1-0/a32", 0x40000, "12/1-1-1/a32", "13 1-1-1 a32" },
	{ "s25fl256s-64k", NULL, "", "DC/1-1-0/a32", 0x10000, "12/1-1-1/a32", "13 1-1-1 a32" },
	{ "is25lp128", NULL, "35", "D7/4-4-0/a24", 0x1000, "02/4-4-4/a24", "EB 4-4-4 a24 altff dummy 4" },
	{ "is25lp128", "nor.qe=1", "", "D8/1-1-0/a24", 0x10000, "32/1-1-4/a24", "6B 1-1-4 a24 dummy 8" },
};

static unsigned int opcode_lines(const char *how)
{
	return (unsigned int)strtoul(strpbrk(how, "/ ") + 1, NULL, 10);
}

static void pass_until_idle(void)
{
	fake_pass(&emu, 2000 * MS);
}

static void prepare(const char *words)
{
	char text[64], *word, *state;

	strcpy(text, words);
	for (word = strtok_r(text, " ", &state); word; word = strtok_r(NULL, " ", &state)) {
		char *value = strchr(word, '=');
		uint8_t byte = value ? (uint8_t)strtoul(value + 1, NULL, 16) : 0;

		if (!strcmp(word, "wait"))
			pass_until_idle();
		else
			write_bytes((uint8_t)strtoul(word, NULL, 16), &byte, value ? 1 : 0);
	}
}

START_TEST(as_loaders_send_it)
{
	const __typeof__(*seen) *c = &seen[_i];
	uint32_t at = BLOCK / c->len * c->len + (c->len > BLOCK ? c->len : 0);
	uint8_t page[256], got[256];

	for (unsigned int i = 0; i < sizeof(page); i++)
		page[i] = (uint8_t)(i * 7 + 3);
	rig_open(c->part, (const char *const[]){ c->option, NULL });
	memset(array + at - 1, 0, c->len + 2);
	prepare(c->first);
	rig_commands("06", opcode_lines(c->erase));
	rig_send(c->erase, at, NULL, 0);
	pass_until_idle();
	ck_assert_msg(array[at] == 0xff && array[at + c->len - 1] == 0xff,
		      "%s %s erased nothing: %s", c->part, c->erase, emu.rules);
	ck_assert_uint_eq(array[at - 1] | array[at + c->len], 0);
	rig_commands("06", opcode_lines(c->program));
	rig_send(c->program, at + 0x300 - 0x100, page, sizeof(page));
	pass_until_idle();
	ck_assert_msg(!memcmp(array + at + 0x200, page, sizeof(page)),
		      "%s %s programmed something else: %s", c->part, c->program, emu.rules);
	rig_receive(c->read, at + 0x200, got, sizeof(got));
	ck_assert_msg(!memcmp(got, page, sizeof(page)), "%s %s: %02x %02x %02x: %s", c->part,
		      c->read, got[0], got[1], got[2], emu.rules);
	ck_quiet();
	rig_close();
}
END_TEST

/* Near misses: what loaders send and real parts ignore. */
static const struct {
	const char *part, *option, *first, *erase, *program, *rule;
} ignored[] = {
	{ "n25q128a", NULL, "06 B7", NULL, NULL, "nor-unknown-opcode" },
	{ "n25q256a", NULL, "B7", NULL, NULL, "nor-no-write-enable" },
	{ "n25q256a", NULL, "", "DC/1-1-0/a32", NULL, "nor-unknown-opcode" },
	{ "n25q128a", NULL, "", "52/1-1-0/a24", NULL, "nor-unknown-opcode" },
	{ "mt25ql128aba", NULL, "35", NULL, "34/4-4-4/a24", "nor-unknown-opcode" },
	{ "mt25ql512abb", NULL, "", NULL, "12/1-4-4/a24", "nor-incomplete" },
	{ "mx25l51245g", NULL, "B7", NULL, "32/1-1-4/a32", "nor-quad-disabled" },
	{ "mx25l51245g", "rule.nor-1-1-4-program=ignores", "B7 06 01=40 wait", NULL,
	  "32/1-1-4/a32", "nor-unknown-opcode" },
	{ "mx25l6433f", "nor.qe=1", "", NULL, "32/1-1-4/a24", "nor-unknown-opcode" },
	{ "at25sf641", NULL, "", NULL, "33/1-4-4/a24", "nor-quad-disabled" },
	{ "w25q64jv", NULL, "38", NULL, NULL, "nor-unknown-opcode" },
	{ "w25q256fv", NULL, "", "DC/1-1-0/a32", NULL, "nor-unknown-opcode" },
	{ "s25fl256s-256k", NULL, "", "21/1-1-0/a32", NULL, "nor-unknown-opcode" },
	{ "s25fl256s-64k", NULL, "", "21/1-1-0/a32", NULL, "nor-not-4k" },
	{ "m25p64", NULL, "", "20/1-1-0/a24", NULL, "nor-unknown-opcode" },
};

START_TEST(as_parts_ignore_it)
{
	const __typeof__(*ignored) *c = &ignored[_i];

	rig_open(c->part, (const char *const[]){ c->option, NULL });
	memset(array + BLOCK, 0xaa, 0x10000);
	prepare(c->first);
	if (c->erase) {
		rig_commands("06", opcode_lines(c->erase));
		rig_send(c->erase, BLOCK, NULL, 0);
	}
	if (c->program) {
		rig_commands("06", opcode_lines(c->program));
		rig_send(c->program, BLOCK, "", 1);
	}
	ck_assert_msg(strstr(emu.rules, c->rule), "%s: %s, not %s", c->part, emu.rules, c->rule);
	pass_until_idle();
	ck_assert_uint_eq(array[BLOCK], 0xaa);
	rig_close();
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("nor-loaders");
	TCase *tc = tcase_create("wires");

	tcase_add_loop_test(tc, as_loaders_send_it, 0, sizeof(seen) / sizeof(seen[0]));
	tcase_add_loop_test(tc, as_parts_ignore_it, 0, sizeof(ignored) / sizeof(ignored[0]));
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
