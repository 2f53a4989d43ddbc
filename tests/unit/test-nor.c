/* SPDX-License-Identifier: GPL-2.0-only */
/* Winbond parts, and what all parts have in common, on their wires. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "nor-rig.h"

static void set_up(void)
{
	rig_open("w25q128jv", NULL);
}

/* ---- identification and reads ----------------------------------------- */

START_TEST(identification)
{
	static const uint8_t want[3] = { 0xef, 0x40, 0x18 };
	uint8_t id[3];

	nor_select(nor);
	nor_put(nor, 1, 0x9f);
	for (int i = 0; i < 3; i++)
		id[i] = nor_get(nor, 1);
	nor_deselect(nor);
	ck_assert_mem_eq(id, want, 3);
	ck_assert_uint_eq(read_word(0x90, 0, 1, -1, 0, 1), 0xef17ef17);
	ck_assert_uint_eq(read_word(0xab, 0, 1, -1, 0, 1), 0x17171717);
	rig_change("W25Q64JV", "nor.qe=0");
	nor_select(nor);
	nor_put(nor, 1, 0x9f);
	ck_assert_uint_eq(nor_get(nor, 1), 0xef);
	ck_assert_uint_eq(nor_get(nor, 1), 0x70);
	ck_assert_uint_eq(nor_get(nor, 1), 0x17);
	nor_deselect(nor);
	ck_quiet();
}
END_TEST

START_TEST(sfdp)
{
	ck_assert_uint_eq(read_word(0x5a, 0, 1, -1, 8, 1), 0x53464450);
	ck_assert_uint_eq(read_word(0x5a, 0x80, 1, -1, 8, 1), 0xe520f9ff);
	ck_assert_uint_eq(read_word(0x5a, 0x84, 1, -1, 8, 1), 0xffffff07);
	ck_assert_uint_eq(read_word(0x5a, 0xc0, 1, -1, 8, 1), 0xffffffff);
	rig_change("w25q256jv", NULL);
	ck_assert_uint_eq(read_word(0x5a, 0x80, 1, -1, 8, 1), 0xe520fbff);
	ck_assert_uint_eq(read_word(0x5a, 0x84, 1, -1, 8, 1), 0xffffff0f);
	/* 80 s are 20 units of 4 s, as the byte d3 of a 256 Mbit part says. */
	ck_assert_uint_eq(read_word(0x5a, 0xa8, 1, -1, 8, 1), 0x82ea14d3);
}
END_TEST

static const struct {
	const char *what;
	uint8_t opcode;
	unsigned int address_lines;
	int mode;
	unsigned int dummy, data_lines;
	uint32_t want;
} read_case[] = {
	{ "03h", 0x03, 1, -1, 0, 1, 0x12345678 },
	{ "0Bh", 0x0b, 1, -1, 8, 1, 0x12345678 },
	{ "3Bh", 0x3b, 1, -1, 8, 2, 0x12345678 },
	{ "BBh", 0xbb, 2, 0xff, 0, 2, 0x12345678 },
	{ "6Bh", 0x6b, 1, -1, 8, 4, 0x12345678 },
	{ "EBh", 0xeb, 4, 0xff, 4, 4, 0x12345678 },
	{ "EBh, mode as dummy clocks", 0xeb, 4, -1, 6, 4, 0x12345678 },
	{ "6Bh, one dummy clock more", 0x6b, 1, -1, 9, 4, 0x2345678f },
	{ "0Bh, one dummy clock more", 0x0b, 1, -1, 9, 1, 0x2468acf1 },
	{ "0Bh, one dummy clock less", 0x0b, 1, -1, 7, 1, 0x091a2b3c },
	{ "6Bh read on one line: IO1 of each clock", 0x6b, 1, -1, 8, 1, 0x66ffffff },
	{ "03h read on four lines: IO1 only", 0x03, 1, -1, 0, 4, 0x00020020 },
};

START_TEST(reads)
{
	const __typeof__(*read_case) *c = &read_case[_i];
	uint32_t got;

	memset(array, 0xff, 0x1000);
	fill(0x123);
	got = read_word(c->opcode, 0x123, c->address_lines, c->mode, c->dummy,
			c->data_lines);
	/* Clocks beyond the pattern read erased cells. */
	ck_assert_msg(got == c->want, "%s: %08x", c->what, got);
	ck_quiet();
}
END_TEST

START_TEST(read_wraps_at_the_end)
{
	array[0xffffff] = 0xaa;
	array[0] = 0x55;
	ck_assert_uint_eq(read_word(0x03, 0xffffff, 1, -1, 0, 1), 0xaa55ffff);
}
END_TEST

START_TEST(unknown_and_unmodelled)
{
	ck_assert_uint_eq(status(0x70), 0);
	ck_fired("nor-unknown-opcode");
	command(0x94);
	ck_fired("nor-unmodelled");
	command(0xff);
	ck_quiet();
	command(0xb7);	/* 16 MiB: no 4-byte mode */
	ck_fired("nor-unknown-opcode");
}
END_TEST

/* ---- continuous read -------------------------------------------------- */

static uint32_t continue_read(uint32_t addr, uint8_t mode)
{
	uint32_t value = 0;

	nor_select(nor);
	put_address(4, addr);
	nor_put(nor, 4, mode);
	nor_idle(nor, 4);
	for (int i = 0; i < 4; i++)
		value = value << 8 | nor_get(nor, 4);
	nor_deselect(nor);
	return value;
}

START_TEST(continuous_read)
{
	fill(0x200);
	read_word(0xeb, 0, 4, 0xa0, 4, 4);
	ck_assert_uint_eq(continue_read(0x200, 0xa0), 0x12345678);
	ck_assert_uint_eq(continue_read(0x200, 0xff), 0x12345678);
	ck_assert_uint_eq(status(0x35), 0x02);
	ck_quiet();
}
END_TEST

static const uint8_t exit_opcode[] = { 0xff, 0x66 };

/* Eight clocks of one line make M4 = 1: the part is back at opcodes. */
START_TEST(continuous_read_ends)
{
	read_word(0xeb, 0, 4, 0x20, 4, 4);
	command(exit_opcode[_i]);
	ck_assert_uint_eq(status(0x35), 0x02);
}
END_TEST

START_TEST(left_in_continuous_read)
{
	rig_change("w25q128jv", "nor.state=continuous");
	fill(0x300);
	ck_assert_uint_eq(continue_read(0x300, 0xff), 0x12345678);
	ck_assert_uint_eq(status(0x35), 0x02);
}
END_TEST

/* ---- erase and program ------------------------------------------------ */

START_TEST(needs_write_enable)
{
	program(0, pattern, 4);
	ck_fired("nor-no-write-enable");
	command_at(0x20, 0);
	ck_fired("nor-no-write-enable");
	command(0x06);
	ck_assert_uint_eq(status(0x05), 0x02);
	command(0x04);
	ck_assert_uint_eq(status(0x05), 0x00);
	program(0, pattern, 4);
	ck_fired("nor-no-write-enable");
	fake_pass(&emu, 10 * MS);
	ck_assert_uint_eq(array[0], 0xff);
}
END_TEST

START_TEST(program_takes_its_time)
{
	command(0x06);
	program(0x1002, pattern, 4);
	ck_assert_uint_eq(status(0x05), 0x03);
	ck_assert_uint_eq(array[0x1002], 0xff);
	fake_pass(&emu, 400 * US - 1);
	ck_assert_uint_eq(status(0x05), 0x03);
	ck_quiet();
	ck_assert_uint_eq(read_word(0x03, 0x1002, 1, -1, 0, 1), 0);
	ck_fired("nor-busy");
	fake_pass(&emu, 1);
	ck_assert_uint_eq(status(0x05), 0x00);
	ck_assert_mem_eq(array + 0x1002, pattern, 4);
	ck_assert_uint_eq(emu.programs, 1);
	ck_assert_uint_eq(array[0x1001] & array[0x1006], 0xff);
}
END_TEST

START_TEST(program_only_clears_bits)
{
	const uint8_t first = 0xf0, second = 0x3c;

	command(0x06);
	program(0, &first, 1);
	fake_pass(&emu, MS);
	ck_quiet();
	command(0x06);
	program(0, &second, 1);
	fake_pass(&emu, MS);
	ck_assert_uint_eq(array[0], 0x30);
	ck_fired("nor-no-set");
}
END_TEST

START_TEST(program_wraps_in_its_page)
{
	uint8_t bytes[300];

	for (unsigned int i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i < 256 ? i : 0x80 + i - 256);
	command(0x06);
	program(0x2010, bytes, sizeof(bytes));
	fake_pass(&emu, MS);
	ck_fired("nor-page-wrap");
	/* The last 256 of the 300 bytes stand. */
	for (unsigned int i = 44; i < 300; i++)
		ck_assert_uint_eq(array[0x2000 + (0x10 + i) % 256], bytes[i]);
	ck_assert_uint_eq(array[0x2100], 0xff);
}
END_TEST

static const struct {
	uint8_t opcode;
	uint32_t len;
	unsigned int ms;
} erase_case[] = {
	{ 0x20, 0x1000, 45 }, { 0x52, 0x8000, 120 }, { 0xd8, 0x10000, 150 },
};

START_TEST(erase_aligns_down)
{
	uint32_t len = erase_case[_i].len, start = 0x30000;

	memset(array + start - 1, 0, len + 2);
	command(0x06);
	command_at(erase_case[_i].opcode, start + len - 3);
	fake_pass(&emu, erase_case[_i].ms * MS - 1);
	ck_assert_uint_eq(status(0x05), 0x03);
	ck_assert_uint_eq(array[start], 0);
	fake_pass(&emu, 1);
	ck_assert_uint_eq(status(0x05), 0);
	for (uint32_t i = 0; i < len; i++)
		ck_assert_uint_eq(array[start + i], 0xff);
	ck_assert_uint_eq(array[start - 1], 0);
	ck_assert_uint_eq(array[start + len], 0);
	ck_quiet();
}
END_TEST

START_TEST(chip_erase)
{
	array[0] = array[0xffffff] = 0;
	command(0x06);
	command(0xc7);
	fake_pass(&emu, 40000 * MS - 1);
	ck_assert_uint_eq(status(0x05), 0x03);
	fake_pass(&emu, 1);
	ck_assert_uint_eq(array[0] & array[0xffffff], 0xff);
	ck_assert_uint_eq(status(0x05), 0);
}
END_TEST

START_TEST(must_end_on_a_byte)
{
	command(0x06);
	nor_select(nor);
	nor_put(nor, 1, 0x20);
	put_address(1, 0);
	nor_clock(nor, 1, 0);
	nor_deselect(nor);
	ck_fired("nor-incomplete");
	nor_select(nor);
	nor_put(nor, 1, 0x20);
	nor_put(nor, 1, 0);
	nor_deselect(nor);
	ck_fired("nor-incomplete");
	program(0, NULL, 0);
	ck_fired("nor-incomplete");
	ck_assert_uint_eq(status(0x05), 0x02);
}
END_TEST

START_TEST(power_loss_mixes_bits)
{
	unsigned int same = 0;

	memset(array, 0, 0x2000);
	command(0x06);
	command_at(0x20, 0);
	fake_pass(&emu, MS);
	nor_power(nor);
	ck_fired("nor-cut");
	for (unsigned int i = 0; i < 0x1000; i++)
		same += array[i] == 0 || array[i] == 0xff;
	ck_assert_uint_lt(same, 0x400);
	ck_assert_uint_eq(array[0x1000], 0);
	ck_assert_uint_eq(status(0x05), 0);
	fake_pass(&emu, 100 * MS);
	ck_assert_uint_eq(emu.erases, 0);
}
END_TEST

/* ---- status registers and protection ---------------------------------- */

START_TEST(status_write_lasts)
{
	const uint8_t both[2] = { 0x1c, 0x40 };

	command(0x06);
	write_bytes(0x01, both, 2);
	ck_fired("nor-qe-fixed");
	ck_assert_uint_eq(status(0x05), 0x03);
	fake_pass(&emu, 10 * MS);
	ck_assert_uint_eq(status(0x05), 0x1c);
	ck_assert_uint_eq(status(0x35), 0x42);
	nor_power(nor);
	ck_assert_uint_eq(status(0x05), 0);
	ck_fired("nor-settling");
	fake_pass(&emu, 20 * US);
	ck_assert_uint_eq(status(0x05), 0x1c);
	ck_assert_uint_eq(status(0x35), 0x42);
	ck_assert_uint_eq(status(0x15), 0x60);
}
END_TEST

START_TEST(volatile_status_write)
{
	const uint8_t value = 0x04;

	command(0x50);
	write_bytes(0x01, &value, 1);
	ck_assert_uint_eq(status(0x05), 0x04);
	write_bytes(0x01, "", 1);	/* 50h counts for one write */
	ck_fired("nor-no-write-enable");
	ck_assert_uint_eq(status(0x05), 0x04);
	command(0x06);
	write_bytes(0x31, "\x42", 1);	/* of another register: SR1 stays volatile */
	fake_pass(&emu, 10 * MS);
	ck_assert_uint_eq(status(0x05), 0x04);
	nor_power(nor);
	fake_pass(&emu, 20 * US);
	ck_assert_uint_eq(status(0x35), 0x42);
	ck_assert_uint_eq(status(0x05), 0);
}
END_TEST

/* Bits of SR1 and CMP; first and last protected byte. */
static const struct {
	const char *part;
	uint8_t sr1, cmp;
	uint32_t first, last;
} protect_case[] = {
	{ "w25q128jv", 0x04, 0, 0xfc0000, 0xffffff },
	{ "w25q128jv", 0x18, 0, 0x800000, 0xffffff },
	{ "w25q128jv", 0x24, 0, 0x000000, 0x03ffff },
	{ "w25q128jv", 0x1c, 0, 0x000000, 0xffffff },
	{ "w25q128jv", 0x44, 0, 0xfff000, 0xffffff },
	{ "w25q128jv", 0x70, 0, 0x000000, 0x007fff },
	{ "w25q128jv", 0x04, 1, 0x000000, 0xfbffff },
	{ "w25q128jv", 0x24, 1, 0x040000, 0xffffff },
	{ "w25q128jv", 0x00, 1, 0x000000, 0xffffff },
	{ "w25q64jv", 0x04, 0, 0x7e0000, 0x7fffff },
	{ "w25q256jv", 0x04, 0, 0x1ff0000, 0x1ffffff },
	{ "w25q256jv", 0x24, 0, 0x1000000, 0x1ffffff },
	{ "w25q256jv", 0x64, 0, 0x0000000, 0x0ffffff },
	{ "w25q256jv", 0x28, 0, 0x0000000, 0x1ffffff },
};

START_TEST(block_protection)
{
	const __typeof__(*protect_case) *c = &protect_case[_i];
	const uint8_t sr[2] = { c->sr1, c->cmp ? 0x42 : 0x02 };
	uint32_t end;

	rig_change(c->part, NULL);
	end = nor_size(nor) - 1;
	command(0x50);
	write_bytes(0x01, sr, 2);
	ck_assert(!can_program(c->first));
	ck_fired("nor-protected");
	ck_assert(!can_program(c->last));
	ck_assert(c->first == 0 || can_program(c->first - 1));
	ck_assert(c->last == end || can_program(c->last + 1));
	fake_forget(&emu);
	command(0x06);
	command(0x60);
	ck_fired("nor-protected");
}
END_TEST

START_TEST(srp_needs_wp_high)
{
	const uint8_t protect = 0x80, none = 0;

	rig_change("w25q128jv", "nor.qe=0");
	command(0x50);
	write_bytes(0x01, &protect, 1);
	command(0x06);
	write_bytes(0x01, &none, 1);
	ck_fired("nor-status-locked");
	ck_assert_uint_eq(status(0x05), 0x82);
}
END_TEST

/* ---- quad, QPI -------------------------------------------------------- */

START_TEST(quad_needs_qe)
{
	const uint8_t quad = 0x02;

	rig_change("w25q128jv", "nor.qe=0");
	fill(0);
	ck_assert_uint_eq(read_word(0x6b, 0, 1, -1, 8, 4), 0);
	ck_fired("nor-quad-disabled");
	command(0x06);
	nor_select(nor);
	nor_put(nor, 1, 0x32);
	put_address(1, 0x100);
	put(4, pattern, 4);
	nor_deselect(nor);
	ck_fired("nor-quad-disabled");
	write_bytes(0x31, &quad, 1);
	fake_pass(&emu, 10 * MS);
	ck_assert_uint_eq(status(0x35), 0x02);
	ck_assert_uint_eq(read_word(0x6b, 0, 1, -1, 8, 4), 0x12345678);
	ck_quiet();
}
END_TEST

static uint8_t qpi_status(uint8_t opcode)
{
	uint8_t value;

	nor_select(nor);
	nor_put(nor, 4, opcode);
	value = nor_get(nor, 4);
	nor_deselect(nor);
	return value;
}

START_TEST(no_qpi)
{
	command(0x38);
	ck_fired("nor-unknown-opcode");	/* a part with fixed QE has no QPI */
}
END_TEST

START_TEST(qpi_mode)
{
	const char *const options[] = { "nor.qe=0", "nor.state=qpi", NULL };
	uint32_t value = 0;

	rig_close();
	rig_open("w25q128jv", options);
	fill(0x40);
	ck_assert_uint_eq(qpi_status(0x35), 0x02);
	nor_select(nor);
	nor_put(nor, 4, 0xeb);
	put_address(4, 0x40);
	nor_put(nor, 4, 0xff);	/* the default 2 dummy clocks are the mode byte */
	for (int i = 0; i < 4; i++)
		value = value << 8 | nor_get(nor, 4);
	nor_deselect(nor);
	ck_assert_uint_eq(value, 0x12345678);
	ck_quiet();
	status(0x05);	/* one line in QPI: not the opcode that was meant */
	nor_select(nor);
	nor_put(nor, 4, 0xff);
	nor_deselect(nor);
	fake_forget(&emu);
	ck_assert_uint_eq(status(0x35), 0x02);
	ck_quiet();
}
END_TEST

/* ---- reset, power-down, suspend, addresses ---------------------------- */

START_TEST(reset_needs_enable_right_before)
{
	command(0x99);
	ck_fired("nor-reset-alone");
	command(0x66);
	status(0x05);
	command(0x99);
	ck_fired("nor-reset-alone");
	command(0x06);
	command(0x66);
	command(0x99);
	ck_quiet();
	ck_assert_uint_eq(status(0x35), 0);
	ck_fired("nor-settling");
	fake_pass(&emu, 30 * US);
	ck_assert_uint_eq(status(0x05), 0);
	ck_assert_uint_eq(status(0x35), 0x02);
	ck_quiet();
}
END_TEST

START_TEST(reset_cuts_an_erase)
{
	command(0x06);
	command_at(0xd8, 0);
	command(0x66);
	command(0x99);
	ck_fired("nor-cut");
	fake_pass(&emu, 30 * US);
	ck_assert_uint_eq(status(0x05), 0);
}
END_TEST

START_TEST(powered_down)
{
	command(0xb9);
	ck_assert_uint_eq(status(0x35), 0);
	ck_fired("nor-power-down");
	command(0xab);
	status(0x35);
	ck_fired("nor-settling");
	fake_pass(&emu, 3 * US);
	ck_assert_uint_eq(status(0x35), 0x02);
	rig_change("w25q128jv", "nor.state=powerdown");
	ck_assert_uint_eq(status(0x35), 0);
	command(0x66);
	command(0x99);
	ck_fired("nor-power-down");
}
END_TEST

START_TEST(suspend_and_resume)
{
	memset(array, 0, 0x10000);
	fill(0x20000);
	command(0x06);
	command_at(0xd8, 0);
	fake_pass(&emu, 50 * MS);
	command(0x75);
	ck_assert_uint_eq(status(0x05) & 1, 1);
	ck_assert_uint_eq(status(0x35), 0x82);	/* SUS at once, BUSY until tSUS */
	fake_pass(&emu, 20 * US);
	ck_assert_uint_eq(status(0x05) & 1, 0);
	ck_assert_uint_eq(status(0x35), 0x82);
	ck_assert_uint_eq(read_word(0x03, 0x20000, 1, -1, 0, 1), 0x12345678);
	ck_quiet();
	command(0x06);
	command_at(0x20, 0x30000);
	ck_fired("nor-suspended");
	program(0x30000, pattern, 4);
	fake_pass(&emu, 400 * US);
	ck_assert_mem_eq(array + 0x30000, pattern, 4);
	command(0x7a);
	ck_assert_uint_eq(status(0x35), 0x02);
	fake_pass(&emu, 100 * MS - 1);
	ck_assert_uint_eq(status(0x05) & 1, 1);
	fake_pass(&emu, 1);
	ck_assert_uint_eq(status(0x05) & 1, 0);
	ck_assert_uint_eq(array[0] & array[0xffff], 0xff);
	command(0x75);
	ck_fired("nor-no-suspend");
}
END_TEST

START_TEST(erase_in_a_suspended_program)
{
	array[0x30000] = 0;
	command(0x06);
	program(0x100, pattern, 4);
	fake_pass(&emu, 100 * US);
	command(0x75);
	fake_pass(&emu, 20 * US);
	command(0x06);
	program(0x200, pattern, 4);
	ck_fired("nor-suspended");
	command_at(0x20, 0x123);
	ck_fired("nor-suspended-range");
	command_at(0x20, 0x30000);
	fake_pass(&emu, 45 * MS);
	ck_assert_uint_eq(array[0x30000], 0xff);
	command(0x7a);
	fake_pass(&emu, 300 * US);
	ck_assert_mem_eq(array + 0x100, pattern, 4);
	ck_assert_uint_eq(status(0x05) & 1, 0);
	ck_quiet();
}
END_TEST

static uint8_t lock_at(uint32_t addr)
{
	return (uint8_t)(read_word(0x3d, addr, 1, -1, 0, 1) >> 24);
}

START_TEST(block_locks)
{
	const uint8_t wps = 0x64;

	command(0x50);
	write_bytes(0x11, &wps, 1);
	ck_assert_uint_eq(status(0x15), 0x64);
	ck_assert(!can_program(0x20000));	/* all locked after power-on */
	ck_fired("nor-protected");
	command(0x04);
	command_at(0x39, 0x20000);
	ck_fired("nor-no-write-enable");
	command(0x06);
	command_at(0x39, 0x2abcd);
	ck_assert(can_program(0x2ffff));
	ck_assert(!can_program(0x30000));
	command(0x06);
	command_at(0x39, 0x1234);	/* 4 KiB in the first block */
	ck_assert_uint_eq(lock_at(0x1000), 0);
	ck_assert_uint_eq(lock_at(0x2000), 1);
	command(0x06);
	command(0x98);
	ck_assert(can_program(0xffffff));
	command(0x06);
	command(0x7e);
	ck_assert_uint_eq(lock_at(0x1000), 1);
}
END_TEST

START_TEST(four_byte_addresses)
{
	const uint8_t head[4] = { 0x01, 0x00, 0x00, 0x10 };
	const uint8_t upper = 1;
	uint8_t got[4];

	rig_change("w25q256jv", NULL);
	fill(0x1000010);
	for (int way = 0; way < 2; way++) {
		if (way)
			command(0xb7);
		nor_select(nor);
		nor_put(nor, 1, way ? 0x03 : 0x13);
		put(1, head, 4);
		for (int i = 0; i < 4; i++)
			got[i] = nor_get(nor, 1);
		nor_deselect(nor);
		ck_assert_mem_eq(got, pattern, 4);
	}
	ck_assert_uint_eq(status(0x15), 0x61);
	command(0xe9);
	ck_assert_uint_eq(read_word(0x03, 0x10, 1, -1, 0, 1), 0xffffffff);
	command(0x06);
	write_bytes(0xc5, &upper, 1);
	ck_assert_uint_eq(read_word(0x03, 0x10, 1, -1, 0, 1), 0x12345678);
	ck_quiet();
}
END_TEST

static const char *const bad_option[] = {
	"nor.qe=2", "nor.state=qpi", "nor.state=4byte", "nor.state=asleep",
};

START_TEST(bad_options)
{
	static const struct nor_place place = { "NOR9", RIG_BASE, 0x8 };
	const char *const options[] = { bad_option[_i], NULL };
	struct stk_error err = { 0 };
	struct nor *other;

	emu.options = options;
	ck_assert_int_lt(nor_open(&emu, "w25q128jv", &place, &other, &err), 0);
	ck_assert_str_eq(err.cause, "bad-option");
	emu.options = NULL;
	ck_assert_int_lt(nor_open(&emu, "w25q999", &place, &other, &err), 0);
	ck_assert_str_eq(err.cause, "unknown-nor");
	ck_assert_ptr_nonnull(strstr(err.msg, "w25q64jv, w25q128jv"));
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("nor");
	TCase *tc = tcase_create("part");

	tcase_add_checked_fixture(tc, set_up, rig_close);
	tcase_add_test(tc, identification);
	tcase_add_test(tc, sfdp);
	tcase_add_loop_test(tc, reads, 0, sizeof(read_case) / sizeof(read_case[0]));
	tcase_add_test(tc, read_wraps_at_the_end);
	tcase_add_test(tc, unknown_and_unmodelled);
	tcase_add_test(tc, continuous_read);
	tcase_add_loop_test(tc, continuous_read_ends, 0, sizeof(exit_opcode));
	tcase_add_test(tc, left_in_continuous_read);
	tcase_add_test(tc, needs_write_enable);
	tcase_add_test(tc, program_takes_its_time);
	tcase_add_test(tc, program_only_clears_bits);
	tcase_add_test(tc, program_wraps_in_its_page);
	tcase_add_loop_test(tc, erase_aligns_down, 0,
			    sizeof(erase_case) / sizeof(erase_case[0]));
	tcase_add_test(tc, chip_erase);
	tcase_add_test(tc, must_end_on_a_byte);
	tcase_add_test(tc, power_loss_mixes_bits);
	tcase_add_test(tc, status_write_lasts);
	tcase_add_test(tc, volatile_status_write);
	tcase_add_loop_test(tc, block_protection, 0,
			    sizeof(protect_case) / sizeof(protect_case[0]));
	tcase_add_test(tc, srp_needs_wp_high);
	tcase_add_test(tc, quad_needs_qe);
	tcase_add_test(tc, no_qpi);
	tcase_add_test(tc, qpi_mode);
	tcase_add_test(tc, reset_needs_enable_right_before);
	tcase_add_test(tc, reset_cuts_an_erase);
	tcase_add_test(tc, powered_down);
	tcase_add_test(tc, suspend_and_resume);
	tcase_add_test(tc, erase_in_a_suspended_program);
	tcase_add_test(tc, block_locks);
	tcase_add_test(tc, four_byte_addresses);
	tcase_add_loop_test(tc, bad_options, 0, sizeof(bad_option) / sizeof(bad_option[0]));
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
