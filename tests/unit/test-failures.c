/* SPDX-License-Identifier: GPL-2.0-only */
/* Chips that are made to fail: what they do then, and that resets do not heal them. */
#include <stdio.h>

#include "shipped.h"

#undef fail	/* Check has a macro of that name */

#define KEYR	(REGS + 0x08)
#define SR	(REGS + 0x10)
#define CR	(REGS + 0x14)
#define OPTR	(REGS + 0x20)
#define PAGE	2048u
#define MS	1000000ull
#define PG	1u
#define ERASE(page) (1u << 1 | (page) << 3 | 1u << 16)
#define BSY	(1u << 16)
#define WRPERR	(1u << 4)
#define LOCK	(1u << 31)

static struct emu *emu;

static void setup(void)
{
	emu = shipped_open(shipped_chip("STM32G431CB"), NULL);
}

static void teardown(void)
{
	shipped_close(emu);
}

static int try_fail(const char *name, uint64_t addr, uint64_t len, struct stk_error *err)
{
	memset(err, 0, sizeof(*err));
	return emu_target.fail(emu, name, (struct stk_range){ addr, len }, err);
}

static void make_fail(const char *name, uint64_t addr, uint64_t len)
{
	struct stk_error err;

	ck_assert_msg(!try_fail(name, addr, len, &err), "%s", err.msg);
}

static void unlock(void)
{
	if (!(rig_get(emu, CR) & LOCK))
		return;
	rig_put(emu, KEYR, 0x45670123);
	rig_put(emu, KEYR, 0xcdef89ab);
}

static uint32_t erase(unsigned int page)
{
	unlock();
	rig_put(emu, CR, ERASE(page));
	rig_pass(emu, 30 * MS);
	return rig_get(emu, SR);
}

static void fill(uint8_t value)
{
	struct emu_array *a = store_find(emu, "FLASH");

	memset(a->bytes, value, a->size);
}

static uint8_t cell(uint64_t addr)
{
	struct stk_error err;
	uint8_t byte;

	ck_assert(!emu_target.cells(emu, false, addr, &byte, 1, &err));
	return byte;
}

static bool knows(struct emu *chip, const char *name)
{
	size_t n, i;
	const struct stk_failure *f = emu_target.failures(chip, &n);

	for (i = 0; i < n; i++)
		if (!strcmp(f[i].name, name))
			return true;
	return false;
}

/* ---- which there are -------------------------------------------------- */

START_TEST(listed)
{
	static const char *const here[] = { "stuck-sector", "stuck-bit", "stuck-bit-erased",
		"busy-never-ends", "locked", "rdp", "write-protected", "watchdog" };
	const struct stk_failure *f;
	size_t n, i, k;

	for (i = 0; i < ARRAY_SIZE(here); i++)
		ck_assert_msg(knows(emu, here[i]), "%s", here[i]);
	f = emu_target.failures(emu, &n);
	ck_assert_uint_eq(n, ARRAY_SIZE(here));
	for (i = 0; i < n; i++) {
		ck_assert(f[i].summary && f[i].summary[0] && !f[i].external);
		for (k = 0; k < i; k++)
			ck_assert_str_ne(f[i].name, f[k].name);
	}
}
END_TEST

START_TEST(refused)
{
	struct stk_error err;

	ck_assert_int_eq(try_fail("nonsense", 0, 0, &err), -EINVAL);
	ck_assert_str_eq(err.cause, "unknown-failure");
	ck_assert(strstr(err.msg, "stuck-sector"));
	ck_assert_int_eq(try_fail("stuck-sector", 0, 0, &err), -EINVAL);
	ck_assert_str_eq(err.cause, "place-needed");
	ck_assert_int_eq(try_fail("stuck-sector", RAM, 4, &err), -EINVAL);
	ck_assert_str_eq(err.cause, "no-cells");
	ck_assert_int_eq(try_fail("stuck-sector", FLASH + FLASH_SIZE - 4, 8, &err), -EINVAL);
	ck_assert(!emu_fails(emu, "stuck-sector"));
}
END_TEST

/* ---- cells ------------------------------------------------------------ */

START_TEST(stuck_sector)
{
	fill(0x35);
	make_fail("stuck-sector", FLASH + 2 * PAGE, PAGE);
	ck_assert_uint_eq(erase(2), 0);
	ck_assert_uint_eq(cell(FLASH + 2 * PAGE), 0x35);
	ck_assert_uint_eq(cell(FLASH + 3 * PAGE - 1), 0x35);
	ck_assert_uint_eq(erase(3), 0);
	ck_assert_uint_eq(cell(FLASH + 3 * PAGE), 0xff);
	/* A mass erase reaches the others; a power cut during it too. */
	rig_put(emu, CR, 1u << 2 | 1u << 16);
	emu_chip_reset(emu, true);
	ck_assert_uint_eq(cell(FLASH + 2 * PAGE), 0x35);
	unlock();
	rig_put(emu, CR, 1u << 2 | 1u << 16);
	rig_pass(emu, 30 * MS);
	ck_assert_uint_eq(cell(FLASH), 0xff);
	ck_assert_uint_eq(cell(FLASH + 2 * PAGE), 0x35);
	ck_assert_uint_eq(cell(FLASH + FLASH_SIZE - 1), 0xff);
}
END_TEST

START_TEST(stuck_bits)
{
	uint8_t byte = 0xff;
	struct stk_error err;

	make_fail("stuck-bit", FLASH + 8, 1);
	make_fail("stuck-bit-erased", FLASH + 17, 1);
	ck_assert_uint_eq(cell(FLASH + 8), 0xfe);
	ck_assert_uint_eq(erase(0), 0);
	ck_assert_uint_eq(cell(FLASH + 8), 0xfe);
	ck_assert_uint_eq(cell(FLASH + 9), 0xff);
	rig_put(emu, CR, PG);
	rig_put(emu, FLASH + 16, 0);
	rig_put(emu, FLASH + 20, 0);
	rig_pass(emu, MS);
	ck_assert_uint_eq(rig_get(emu, FLASH + 16), 0x00000100);
	ck_assert_uint_eq(rig_get(emu, SR), 0);
	ck_assert(!emu_target.cells(emu, true, FLASH + 8, &byte, 1, &err));
	ck_assert_uint_eq(cell(FLASH + 8), 0xfe);
}
END_TEST

/* More cells of a word than the check bits correct: a load finds it. */
START_TEST(stuck_bit_with_ecc)
{
	uint8_t bytes[32] = { 0 };
	struct stk_error err;

	shipped_close(emu);
	emu = shipped_open(shipped_chip("STM32H743ZI"), NULL);
	ck_assert(!emu_target.cells(emu, true, 0x08000020, bytes, 32, &err));
	make_fail("stuck-bit", 0x08000020, 1);
	make_fail("stuck-sector", 0x08020000, 0x20000);
	ck_assert(!emu_target.cells(emu, true, 0x08020040, bytes, 32, &err));
	ck_assert(!emu_target.read(emu, 0x08000020, bytes, 4, &err));
	rig_put(emu, 0x52002004, 0x45670123);
	rig_put(emu, 0x52002004, 0xcdef89ab);
	rig_put(emu, 0x5200200c, 0x4 | 0x80);
	rig_pass(emu, 5000 * MS);
	ck_assert_uint_eq(rig_get(emu, 0x52002010), 0x10000);
	ck_assert_uint_eq(cell(0x08000020), 0xfc);
	ck_assert_int_eq(emu_target.read(emu, 0x08000020, bytes, 4, &err), -EIO);
	ck_assert(!emu_target.read(emu, 0x08000040, bytes, 4, &err));
	/* What was not erased is still the word it was. */
	rig_put(emu, 0x5200200c, 0x4 | 0x80 | 1u << 8);
	rig_pass(emu, 5000 * MS);
	ck_assert_uint_eq(cell(0x08020040), 0);
	ck_assert(!emu_target.read(emu, 0x08020040, bytes, 4, &err));
	ck_assert_uint_eq(bytes[0], 0);
}
END_TEST

/* ---- the controller --------------------------------------------------- */

START_TEST(busy_never_ends)
{
	static const uint16_t poll[] = { LDR(1, 0, 0), LSLS(1, 1, 15), BMI(-4), BKPT };
	static const uint16_t load[] = { LDR(1, 0, 0), BKPT };
	struct stk_error err;
	struct stk_stop stop;
	uint32_t word;

	make_fail("busy-never-ends", 0, 0);
	ck_assert_uint_eq(erase(0), BSY);
	RUN(emu, poll, SR, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_STUCK);
	ck_assert_msg(strstr(stop.text, "FLASH_SR"), "%s", stop.text);
	/* The bus waits for the flash: for ever. */
	RUN(emu, load, FLASH, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_STUCK);
	ck_assert_msg(strstr(stop.text, "never answered"), "%s", stop.text);
	ck_assert_uint_eq(stop.pc, CODE);
	ck_assert_int_eq(emu_target.read(emu, FLASH, &word, 4, &err), -EIO);
	ck_assert(!emu_target.reset(emu, &err));
	ck_assert_uint_eq(rig_get(emu, SR), 0);
	ck_assert_uint_eq(erase(0), BSY);
}
END_TEST

START_TEST(locked)
{
	struct stk_error err;

	fill(0);
	make_fail("locked", 0, 0);
	ck_assert_uint_eq(erase(0), 0);
	ck_assert_uint_eq(rig_get(emu, CR), 0xc0000000);
	ck_assert(!emu_target.reset(emu, &err));
	ck_assert_uint_eq(erase(0), 0);
	ck_assert_uint_eq(cell(FLASH), 0);
}
END_TEST

START_TEST(rdp)
{
	struct stk_error err;
	uint32_t word;

	make_fail("rdp", 0, 0);
	ck_assert_uint_eq(rig_get(emu, OPTR) & 0xff, 0xbb);
	ck_assert_int_eq(emu_target.read(emu, FLASH, &word, 4, &err), -EIO);
	emu_chip_reset(emu, true);
	ck_assert_int_eq(emu_target.read(emu, FLASH, &word, 4, &err), -EIO);
	ck_assert_uint_eq(erase(0), WRPERR);
}
END_TEST

START_TEST(write_protected)
{
	struct stk_error err;

	fill(0);
	make_fail("write-protected", FLASH + PAGE, PAGE + 8);
	make_fail("write-protected", FLASH + FLASH_SIZE - 8, 8);
	ck_assert_uint_eq(erase(0), 0);
	ck_assert_uint_eq(erase(1), WRPERR);
	emu_chip_reset(emu, true);
	ck_assert_uint_eq(erase(2), WRPERR);
	emu_chip_reset(emu, false);
	ck_assert_uint_eq(erase(3), 0);
	ck_assert_uint_eq(erase(63), WRPERR);
	ck_assert_uint_eq(cell(FLASH), 0xff);
	ck_assert_uint_eq(cell(FLASH + PAGE), 0);
	ck_assert_uint_eq(cell(FLASH + FLASH_SIZE - PAGE), 0);
	ck_assert_int_eq(try_fail("write-protected", FLASH, 8, &err), -ENOSPC);
}
END_TEST

START_TEST(watchdog)
{
	static const uint16_t forever[] = { B(-2) };
	struct stk_error err;
	struct stk_stop stop;
	int i;

	make_fail("watchdog", 0, 0);
	ck_assert_uint_eq(rig_get(emu, OPTR) & 1u << 16, 0);
	for (i = 0; i < 2; i++) {
		RUN(emu, forever, 0, 0, &stop);
		ck_assert_int_eq(stop.reason, STK_STOP_RESET);
		ck_assert_msg(strstr(stop.text, "watchdog"), "%s", stop.text);
	}
	ck_assert(!emu_target.reset(emu, &err));
	RUN(emu, forever, 0, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_RESET);
}
END_TEST

/* ---- other controllers ------------------------------------------------ */

#define F4	0x40023c00u
#define H7	0x52002000u

static void open_other(const char *name, const char *const *options)
{
	shipped_close(emu);
	emu = shipped_open(shipped_chip(name), options);
	fill(0);
}

static uint32_t erase_f4(unsigned int sector, unsigned int psize)
{
	if (rig_get(emu, F4 + 0x10) & LOCK) {
		rig_put(emu, F4 + 0x04, 0x45670123);
		rig_put(emu, F4 + 0x04, 0xcdef89ab);
	}
	rig_put(emu, F4 + 0x10, 1u << 1 | sector << 3 | psize << 8 | 1u << 16);
	rig_pass(emu, 4000 * MS);
	return rig_get(emu, F4 + 0x0c);
}

START_TEST(on_f4)
{
	struct stk_error err;

	open_other("STM32F407VG", NULL);
	make_fail("write-protected", 0x08004000, 0x4004);
	ck_assert_uint_eq(erase_f4(1, 2), WRPERR);
	emu_chip_reset(emu, true);
	ck_assert_uint_eq(erase_f4(2, 2), WRPERR);
	rig_put(emu, F4 + 0x0c, WRPERR);
	ck_assert_uint_eq(erase_f4(3, 2), 0);
	ck_assert_uint_eq(cell(0x0800c000), 0xff);
	/* With x32, and with x8. */
	make_fail("low-supply", 0, 0);
	ck_assert_uint_eq(erase_f4(0, 2), 0);
	ck_assert_uint_ne(cell(FLASH) & cell(FLASH + 1) & cell(FLASH + 2) & cell(FLASH + 3),
			  0xff);
	ck_assert_uint_eq(erase_f4(0, 0), 0);
	ck_assert_uint_eq(cell(FLASH), 0xff);
	make_fail("locked", 0, 0);
	ck_assert(!emu_target.reset(emu, &err));
	ck_assert_uint_eq(erase_f4(4, 0), 0);
	ck_assert_uint_eq(cell(0x08010000), 0);
	make_fail("watchdog", 0, 0);
	ck_assert_uint_eq(rig_get(emu, F4 + 0x14) & 1u << 5, 0);
	make_fail("rdp", 0, 0);
	ck_assert_int_eq(emu_target.read(emu, FLASH, &err, 4, &err), -EIO);
}
END_TEST

static uint32_t erase_h7(unsigned int sector, uint32_t bank)
{
	if (rig_get(emu, H7 + bank + 0x0c) & 1) {
		rig_put(emu, H7 + bank + 0x04, 0x45670123);
		rig_put(emu, H7 + bank + 0x04, 0xcdef89ab);
	}
	rig_put(emu, H7 + bank + 0x0c, 0x04 | 0x80 | sector << 8);
	rig_pass(emu, 5000 * MS);
	return rig_get(emu, H7 + bank + 0x10);
}

/* The sector that has the address now, whichever bank's cells it has. */
START_TEST(on_h7)
{
	static const char *const swapped[] = { "opt.OPTSR_CUR=0x9016aaf0", NULL };
	uint32_t word;
	struct stk_error err;

	open_other("STM32H743ZI", _i ? swapped : NULL);
	make_fail("write-protected", 0x08120000, 4);
	emu_chip_reset(emu, true);
	ck_assert_uint_eq(erase_h7(1, 0x100), 1u << 17);
	ck_assert_uint_eq(erase_h7(1, 0), 1u << 16);
	ck_assert_uint_eq(cell(0x08020000), 0xff);
	ck_assert_uint_eq(cell(0x08120000), 0);
	make_fail("busy-never-ends", 0, 0);
	ck_assert_uint_eq(erase_h7(2, 0) & 5, 5);
	ck_assert(!emu_target.reset(emu, &err));
	make_fail("locked", 0, 0);
	ck_assert_uint_eq(erase_h7(3, 0), 0);
	ck_assert_uint_eq(erase_h7(3, 0x100), 0);
	ck_assert_uint_eq(cell(0x08060000) | cell(0x08160000), 0);
	make_fail("watchdog", 0, 0);
	ck_assert_uint_eq(rig_get(emu, H7 + 0x1c) & 1u << 4, 0);
	make_fail("rdp", 0, 0);
	ck_assert_int_eq(emu_target.read(emu, FLASH, &word, 4, &err), -EIO);
}
END_TEST

/* ---- the external flash ------------------------------------------------ */

#define QSPI	0x52005000u
#define NOR	0x90000000u

static void open_nor(const char *more)
{
	const char *const options[] = { "nor=w25q128jv", more, NULL };

	open_other("STM32H743ZI", options);
	rig_put(emu, 0x580244d4, 1u << 14);	/* RCC_AHB3ENR.QSPIEN */
	rig_put(emu, QSPI, 1);
	rig_put(emu, QSPI + 0x04, 23u << 16);
}

static void instruct(uint8_t opcode)
{
	rig_put(emu, QSPI + 0x14, 1u << 8 | opcode);
	rig_pass(emu, MS);
}

/* The debugger leaves in the FIFO what it reads: an abort takes it out. */
static uint32_t nor_get(uint8_t opcode, unsigned int n)
{
	uint32_t value;

	rig_put(emu, QSPI + 0x10, n - 1);
	rig_put(emu, QSPI + 0x14, 1u << 26 | 1u << 24 | 1u << 8 | opcode);
	rig_pass(emu, MS);
	value = rig_get(emu, QSPI + 0x20);
	rig_put(emu, QSPI, 3);
	return value;
}

static void erase_nor(uint32_t addr)
{
	instruct(0x06);
	rig_put(emu, QSPI + 0x14, 2u << 12 | 1u << 10 | 1u << 8 | 0x20);
	rig_put(emu, QSPI + 0x18, addr);
	rig_pass(emu, 1000 * MS);
}

#define ID	0x1840efu

static const struct {
	const char *name;
	bool answers;		/* Read ID gives something, but not its ID */
} dumb_case[] = {
	{ "no-nor", false }, { "wrong-jedec-id", true }, { "nor-deep-power-down", false },
	{ "nor-qpi", false }, { "nor-continuous-read", false },
};

START_TEST(nor_that_is_another)
{
	open_nor("nor.qe=0");
	ck_assert_uint_eq(nor_get(0x9f, 3), 0x1870ef);
	make_fail(dumb_case[_i].name, 0, 0);
	ck_assert_uint_ne(nor_get(0x9f, 3), 0x1870ef);
	if (dumb_case[_i].answers)
		ck_assert_uint_ne(nor_get(0x9f, 3) & 0xff, 0);
}
END_TEST

START_TEST(nor_that_is_worn)
{
	uint8_t zero = 0;
	struct stk_error err;

	open_nor(NULL);
	ck_assert_uint_eq(nor_get(0x9f, 3), ID);
	ck_assert(!emu_target.cells(emu, true, NOR + 0x1010, &zero, 1, &err));
	make_fail("nor-stuck-sector", NOR + 0x1000, 0x1000);
	erase_nor(0x1000);
	ck_assert_uint_eq(cell(NOR + 0x1010), 0);
	ck_assert_uint_eq(nor_get(0x05, 1) & 1, 0);
	/* One at a time. */
	ck_assert_int_eq(try_fail("nor-stuck-bit", NOR, 1, &err), -EINVAL);
	ck_assert_str_eq(err.cause, "too-many-failures");
}
END_TEST

START_TEST(nor_that_says_no)
{
	uint8_t zero = 0;
	struct stk_error err;

	open_nor(NULL);
	ck_assert(!emu_target.cells(emu, true, NOR, &zero, 1, &err));
	make_fail(_i ? "nor-protected" : "nor-busy-never-ends", 0, 0);
	erase_nor(0);
	ck_assert_uint_eq(cell(NOR), 0);
	ck_assert_uint_eq(nor_get(0x05, 1) & 1, !_i);
}
END_TEST

START_TEST(nor_states_it_has)
{
	open_nor(NULL);
	/* Fixed QE: no QPI; 16 MiB: no 4-byte mode. */
	ck_assert(!knows(emu, "nor-qpi") && !knows(emu, "nor-4-byte"));
	ck_assert(knows(emu, "nor-deep-power-down") && knows(emu, "nor-continuous-read"));
	/* To see which there are has left no trace. */
	ck_assert_uint_eq(nor_get(0x9f, 3), ID);
	ck_assert_uint_eq(nor_get(0x05, 1), 0);
	open_nor("nor.qe=0");
	ck_assert(knows(emu, "nor-qpi"));
}
END_TEST

START_TEST(one_of_two_nors)
{
	struct stk_error err;
	uint8_t pair[2] = { 0, 0 };

	open_nor("nor2=w25q128jv");
	rig_put(emu, QSPI, 0);
	ck_assert(!emu_target.cells(emu, true, NOR + 0x2000, pair, 2, &err));
	make_fail("nor-stuck-sector", NOR + 0x2000, 0x2000);
	rig_put(emu, QSPI, 1u << 6 | 1);
	erase_nor(0x2000);
	ck_assert(!emu_target.cells(emu, false, NOR + 0x2000, pair, 2, &err));
	ck_assert_uint_eq(pair[0] | pair[1], 0);
	ck_assert(!emu_target.cells(emu, true, NOR + 0x4000, pair, 2, &err));
	erase_nor(0x4000);
	ck_assert_uint_eq(cell(NOR + 0x4000) & cell(NOR + 0x4001), 0xff);
}
END_TEST

/* A loop that gives up after 20000 turns takes the same time with and without leaps. */
START_TEST(exact)
{
	static const uint16_t code[] = { LDR(3, 0, 0), LSLS(3, 3, 15), BEQ(1), SUBS(1, 1),
					 BNE(-6), BKPT };
	static const char *const slow[] = { "fastforward=0", NULL };
	static const char *const failures[] = { "busy-never-ends", "locked", "stuck-sector" };
	uint64_t ns[2];
	uint32_t left[2];
	struct stk_stop stop;
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(failures); k++) {
		for (i = 0; i < 2; i++) {
			shipped_close(emu);
			emu = shipped_open(shipped_chip("STM32G431CB"), i ? slow : NULL);
			make_fail(failures[k], FLASH, PAGE);
			unlock();
			rig_put(emu, CR, ERASE(0));
			RUN(emu, code, SR, 20000, &stop);
			ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
			ns[i] = emu_now(emu);
			left[i] = rig_reg(emu, 1);
		}
		ck_assert_uint_eq(ns[0], ns[1]);
		ck_assert_uint_eq(left[0], left[1]);
	}
}
END_TEST

/* ---- by option, and by monitor command --------------------------------- */

START_TEST(by_option)
{
	static const char *const two[] = { "fail=stuck-bit@0x08000008+1",
					   "fail=stuck-sector@0x08001000+2K", NULL };

	shipped_close(emu);
	emu = shipped_open(shipped_chip("STM32G431CB"), two);
	ck_assert_uint_eq(cell(FLASH + 8), 0xfe);
	fill(0);
	erase(2);
	ck_assert_uint_eq(cell(FLASH + 2 * PAGE), 0);
}
END_TEST

static const struct {
	const char *option, *cause;
} bad_option[] = {
	{ "fail=nonsense", "unknown-failure" }, { "fail=", "unknown-failure" },
	{ "fail=stuck-bit", "place-needed" },	{ "fail=stuck-bit@0x08000000", "bad-option" },
	{ "fail=stuck-bit@x+1", "bad-option" },	{ "fail=stuck-bit@0x20000000+1", "no-cells" },
};

START_TEST(by_wrong_option)
{
	const char *const options[] = { bad_option[_i].option, NULL };
	struct stk_error err;

	rig_refuse(options, &err);
	ck_assert_str_eq(err.cause, bad_option[_i].cause);
}
END_TEST

static void collect(void *out, const char *text)
{
	strncat(out, text, 1999 - strlen(out));
}

START_TEST(by_monitor)
{
	char out[2000] = "";
	struct stk_error err;

	fill(0);
	ck_assert(!emu_target.monitor(emu, "fail stuck-sector 0x08001000 2K", collect, out,
				      &err));
	ck_assert(!emu_target.monitor(emu, "fail locked", collect, out, &err));
	ck_assert_str_eq(out, "");
	ck_assert(!emu_target.monitor(emu, "failures", collect, out, &err));
	ck_assert_msg(strstr(out, "locked (now): ") && strstr(out, "rdp: "), "%s", out);
	ck_assert_int_eq(emu_target.monitor(emu, "fail rdp 1", collect, out, &err), -EINVAL);
	ck_assert_int_eq(emu_target.monitor(emu, "fail rdp x 1", collect, out, &err),
			 -EINVAL);
	ck_assert_int_eq(emu_target.monitor(emu, "fail nonsense", collect, out, &err),
			 -EINVAL);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("failures");
	TCase *t = tcase_create("failures");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, listed);
	tcase_add_test(t, refused);
	tcase_add_test(t, stuck_sector);
	tcase_add_test(t, stuck_bits);
	tcase_add_test(t, stuck_bit_with_ecc);
	tcase_add_test(t, busy_never_ends);
	tcase_add_test(t, locked);
	tcase_add_test(t, rdp);
	tcase_add_test(t, write_protected);
	tcase_add_test(t, watchdog);
	tcase_add_test(t, on_f4);
	tcase_add_loop_test(t, on_h7, 0, 2);
	tcase_add_loop_test(t, nor_that_is_another, 0, ARRAY_SIZE(dumb_case));
	tcase_add_test(t, nor_that_is_worn);
	tcase_add_loop_test(t, nor_that_says_no, 0, 2);
	tcase_add_test(t, nor_states_it_has);
	tcase_add_test(t, one_of_two_nors);
	tcase_add_test(t, exact);
	tcase_add_test(t, by_option);
	tcase_add_loop_test(t, by_wrong_option, 0, ARRAY_SIZE(bad_option));
	tcase_add_test(t, by_monitor);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
