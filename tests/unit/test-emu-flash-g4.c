/* SPDX-License-Identifier: GPL-2.0-only */
/* The G4 flash controller: what works, and what it refuses, rule by rule. */
#include <stdio.h>

#include "emu-rig.h"
#include "../../plugins/target/emu/flash-g4.h"

#define R(reg)		(REGS + (reg))
#define MS		1000000ull
#define KEY1		0x45670123u
#define KEY2		0xcdef89abu
#define OPTKEY1		0x08192a3bu
#define OPTKEY2		0x4c5d6e7fu
#define PAGE		2048u

static struct emu *emu;
static uint8_t *flash;
static struct {
	char rule[48];
	unsigned int rules, erases, programs;
	uint64_t addr, len;
} seen;

static void see(void *data, const struct stk_observation *obs)
{
	if (obs->kind == STK_OBS_RULE) {
		snprintf(seen.rule, sizeof(seen.rule), "%s", obs->rule);
		seen.rules++;
		ck_assert(obs->basis && obs->source && obs->text);
		return;
	}
	seen.erases += !strcmp(obs->text, "erase");
	seen.programs += !strcmp(obs->text, "program");
	seen.addr = obs->addr;
	seen.len = obs->len;
}

static void open_with(const char *const *options)
{
	struct stk_error err;

	emu = rig_open(NULL, options);
	flash = store_find(emu, "FLASH")->bytes;
	memset(&seen, 0, sizeof(seen));
	ck_assert(!emu_target.observe(emu, 1u << STK_OBS_RULE | 1u << STK_OBS_FLASH, see,
				      NULL, &err));
}

static void setup(void)
{
	open_with(NULL);
}

static void teardown(void)
{
	rig_close(emu);
}

static void reopen(const char *const *options)
{
	teardown();
	open_with(options);
}

static int poke(uint32_t addr, uint32_t value, unsigned int width)
{
	struct stk_error err;

	return emu_target.write(emu, addr, &value, width, &err);
}

static void unlock(void)
{
	rig_put(emu, R(KEYR), KEY1);
	rig_put(emu, R(KEYR), KEY2);
}

static void unlock_options(void)
{
	unlock();
	rig_put(emu, R(OPTKEYR), OPTKEY1);
	rig_put(emu, R(OPTKEYR), OPTKEY2);
}

static uint32_t flags(void)
{
	return rig_get(emu, R(SR)) & ~SR_BSY;
}

static bool busy(void)
{
	return rig_get(emu, R(SR)) & SR_BSY;
}

static void settle(void)
{
	rig_pass(emu, 100 * MS);
	ck_assert(!busy());
}

static void expect_rule(const char *id)
{
	ck_assert_msg(!strcmp(seen.rule, id), "rule %s, expected %s", seen.rule, id);
	memset(&seen, 0, sizeof(seen));
}

static bool all(const uint8_t *p, size_t n, uint8_t value)
{
	while (n && *p == value)
		p++, n--;
	return !n;
}

static void program(uint32_t addr, uint32_t first, uint32_t second)
{
	rig_put(emu, addr, first);
	rig_put(emu, addr + 4, second);
}

/* ---- lock ---- */

START_TEST(starts_locked)
{
	ck_assert_uint_eq(rig_get(emu, R(CR)), CR_LOCK | CR_OPTLOCK);
	rig_put(emu, R(CR), CR_PER | CR_STRT);
	expect_rule("g4-cr-locked");
	ck_assert_uint_eq(rig_get(emu, R(CR)), CR_LOCK | CR_OPTLOCK);
	ck_assert(!busy());
	unlock();
	ck_assert_uint_eq(rig_get(emu, R(CR)), CR_OPTLOCK);
	rig_put(emu, R(CR), CR_LOCK);
	ck_assert_uint_eq(rig_get(emu, R(CR)), CR_LOCK | CR_OPTLOCK);
	unlock();
	ck_assert_uint_eq(rig_get(emu, R(CR)), CR_OPTLOCK);
}
END_TEST

static const struct {
	const char *what;
	uint32_t first, second;
	bool fault_at_first;
} key_case[] = {
	{ "wrong first key", KEY2, KEY2, true },
	{ "wrong second key", KEY1, KEY1, false },
	{ "option keys", OPTKEY1, OPTKEY2, true },
};

START_TEST(wrong_key_kills_until_reset)
{
	const __typeof__(*key_case) *c = &key_case[_i];
	struct stk_error err;

	ck_assert_int_eq(poke(R(KEYR), c->first, 4), c->fault_at_first ? -EIO : 0);
	if (!c->fault_at_first)
		ck_assert_int_eq(poke(R(KEYR), c->second, 4), -EIO);
	expect_rule("g4-wrong-key");
	unlock();
	ck_assert_uint_eq(rig_get(emu, R(CR)), CR_LOCK | CR_OPTLOCK);
	ck_assert(!emu_target.reset(emu, &err));
	unlock();
	ck_assert_uint_eq(rig_get(emu, R(CR)), CR_OPTLOCK);
}
END_TEST

START_TEST(second_unlock_counts_as_wrong)
{
	static const char *const ignored[] = { "rule.g4-unlock-twice=ignored", NULL };

	unlock();
	ck_assert_int_eq(poke(R(KEYR), KEY1, 4), -EIO);
	expect_rule("g4-unlock-twice");
	ck_assert_uint_eq(rig_get(emu, R(CR)) & CR_LOCK, CR_LOCK);
	reopen(ignored);
	unlock();
	unlock();
	ck_assert_uint_eq(rig_get(emu, R(CR)), CR_OPTLOCK);
}
END_TEST

/* ---- erase ---- */

START_TEST(page_erase)
{
	memset(flash, 0x5a, FLASH_SIZE);
	unlock();
	rig_put(emu, R(CR), CR_PER | 5u << CR_PNB | CR_STRT);
	ck_assert(busy());
	ck_assert(rig_get(emu, R(CR)) & CR_STRT);
	rig_pass(emu, 22 * MS);
	ck_assert(busy());
	rig_pass(emu, MS);
	ck_assert(!busy());
	ck_assert_uint_eq(rig_get(emu, R(CR)), CR_PER | 5u << CR_PNB | CR_OPTLOCK);
	ck_assert(all(flash, 5 * PAGE, 0x5a) && all(flash + 6 * PAGE, 58 * PAGE, 0x5a));
	ck_assert(all(flash + 5 * PAGE, PAGE, 0xff));
	ck_assert_uint_eq(flags(), 0);
	ck_assert_uint_eq(seen.erases, 1);
	ck_assert_uint_eq(seen.addr, FLASH + 5 * PAGE);
	ck_assert_uint_eq(seen.len, PAGE);
	ck_assert_uint_eq(seen.rules, 0);
}
END_TEST

START_TEST(mass_erase)
{
	memset(flash, 0x5a, FLASH_SIZE);
	unlock();
	/* Vendor algorithms write MER2 as well. */
	rig_put(emu, R(CR), CR_MER1 | (_i ? CR_MER2 : 0));
	rig_put(emu, R(CR), CR_MER1 | (_i ? CR_MER2 : 0) | CR_STRT);
	settle();
	ck_assert(all(flash, FLASH_SIZE, 0xff));
	ck_assert_uint_eq(flags(), 0);
}
END_TEST

/* CR values that must not erase, with the flag and the rule. */
static const struct {
	const char *what;
	uint32_t cr, flag;
	const char *rule;
} no_erase_case[] = {
	{ "STRT alone", CR_STRT, 0, "g4-strt-alone" },
	{ "PER and MER1", CR_PER | CR_MER1 | CR_STRT, SR_PGSERR, "g4-mixed-bits" },
	{ "PER and PG", CR_PER | CR_PG | CR_STRT, SR_PGSERR, "g4-mixed-bits" },
	{ "MER1 and PG", CR_MER1 | CR_PG | CR_STRT, SR_PGSERR, "g4-mixed-bits" },
	{ "MER1 and FSTPG", CR_MER1 | CR_FSTPG | CR_STRT, SR_PGSERR, "g4-mixed-bits" },
	{ "BKER", CR_PER | CR_BKER | CR_STRT, SR_PGSERR, "g4-bker-single-bank" },
};

START_TEST(refused_erases)
{
	const __typeof__(*no_erase_case) *c = &no_erase_case[_i];

	memset(flash, 0x5a, FLASH_SIZE);
	unlock();
	rig_put(emu, R(CR), c->cr);
	ck_assert_msg(!busy(), "%s: busy", c->what);
	ck_assert_msg(flags() == c->flag, "%s: SR 0x%x", c->what, flags());
	ck_assert_uint_eq(rig_get(emu, R(CR)) & CR_STRT, 0);
	expect_rule(c->rule);
	settle();
	ck_assert_msg(all(flash, FLASH_SIZE, 0x5a), "%s: erased", c->what);
}
END_TEST

START_TEST(bker_ignored_erases_the_page)
{
	static const char *const options[] = { "rule.g4-bker-single-bank=ignored", NULL };

	reopen(options);
	memset(flash, 0x5a, FLASH_SIZE);
	unlock();
	rig_put(emu, R(CR), CR_PER | CR_BKER | 3u << CR_PNB | CR_STRT);
	expect_rule("g4-bker-single-bank");
	settle();
	ck_assert_uint_eq(flags(), 0);
	ck_assert(all(flash + 3 * PAGE, PAGE, 0xff));
	ck_assert(all(flash + 4 * PAGE, PAGE, 0x5a));
}
END_TEST

START_TEST(stale_flags_stop_an_erase)
{
	memset(flash, 0x5a, FLASH_SIZE);
	unlock();
	rig_put(emu, FLASH, 0);		/* PG is clear */
	ck_assert_uint_eq(flags(), SR_PGSERR);
	expect_rule("g4-store-without-pg");
	rig_put(emu, R(CR), CR_PER | CR_STRT);
	ck_assert(!busy());
	expect_rule("g4-stale-flags");
	rig_put(emu, R(SR), SR_PGSERR);
	ck_assert_uint_eq(flags(), 0);
	rig_put(emu, R(CR), CR_PER | CR_STRT);
	ck_assert(busy());
}
END_TEST

START_TEST(reads_wait_for_the_erase)
{
	uint64_t before;

	memset(flash, 0x5a, FLASH_SIZE);
	unlock();
	before = emu_now(emu);
	rig_put(emu, R(CR), CR_PER | CR_STRT);
	ck_assert_uint_eq(rig_get(emu, FLASH), 0xffffffff);
	ck_assert_uint_ge(emu_now(emu) - before, 22 * MS);
}
END_TEST

START_TEST(cr_write_waits_for_the_erase)
{
	uint64_t before;

	unlock();
	rig_put(emu, R(CR), CR_PER | CR_STRT);
	before = emu_now(emu);
	rig_put(emu, R(CR), CR_LOCK);
	ck_assert_uint_ge(emu_now(emu) - before, 22 * MS);
	ck_assert(!busy());
	ck_assert_uint_eq(rig_get(emu, R(CR)), CR_LOCK | CR_OPTLOCK);
}
END_TEST

static const struct {
	const char *what, *option;
	unsigned int first, last;	/* protected pages; first > last: none */
} wrp_case[] = {
	{ "none", "opt.WRP1AR=0xff00ffff", 1, 0 },
	{ "pages 0 to 3", "opt.WRP1AR=0x00030000", 0, 3 },
	{ "page 10 alone", "opt.WRP1BR=0x000a000a", 10, 10 },
	{ "start above end", "opt.WRP1AR=0x00050006", 1, 0 },
	{ "pages 32 to 63", "opt.WRP1BR=0x003f0020", 32, 63 },
};

START_TEST(write_protection)
{
	const __typeof__(*wrp_case) *c = &wrp_case[_i];
	const char *const options[] = { c->option, NULL };
	unsigned int i;

	reopen(options);
	unlock();
	for (i = 0; i < 64; i++) {
		bool protect = i >= c->first && i <= c->last;

		memset(flash + i * PAGE, 0x5a, PAGE);
		rig_put(emu, R(CR), CR_PER | i << CR_PNB | CR_STRT);
		settle();
		ck_assert_msg(flags() == (protect ? SR_WRPERR : 0), "%s: page %u",
			      c->what, i);
		ck_assert(all(flash + i * PAGE, PAGE, protect ? 0x5a : 0xff));
		rig_put(emu, R(SR), SR_WRPERR);
		memset(flash + i * PAGE, 0xff, PAGE);
		rig_put(emu, R(CR), CR_PG);
		program(FLASH + i * PAGE, 1, 2);
		settle();
		ck_assert_uint_eq(flags() & SR_WRPERR, protect ? SR_WRPERR : 0);
		ck_assert_uint_eq(flash[i * PAGE], protect ? 0xff : 1);
		rig_put(emu, R(SR), SR_STALE);
	}
	rig_put(emu, R(CR), CR_MER1);
	rig_put(emu, R(CR), CR_MER1 | CR_STRT);
	ck_assert_uint_eq(flags(), c->first <= c->last ? SR_WRPERR : 0);
}
END_TEST

/* ---- program ---- */

START_TEST(double_word)
{
	unlock();
	rig_put(emu, R(CR), CR_PG);
	rig_put(emu, FLASH + 0x100, 0x11223344);
	ck_assert(!busy());
	rig_put(emu, FLASH + 0x104, 0x55667788);
	ck_assert(busy());
	rig_pass(emu, 81000);
	ck_assert(busy());
	rig_pass(emu, 1000);
	ck_assert(!busy());
	ck_assert_uint_eq(rig_get(emu, FLASH + 0x100), 0x11223344);
	ck_assert_uint_eq(rig_get(emu, FLASH + 0x104), 0x55667788);
	ck_assert_uint_eq(flags(), 0);
	ck_assert_uint_eq(seen.programs, 1);
	ck_assert_uint_eq(seen.rules, 0);
	/* PG may stay for the next one. */
	program(FLASH + 0x108, 1, 2);
	settle();
	ck_assert_uint_eq(rig_get(emu, FLASH + 0x108), 1);
}
END_TEST

/* Stores that must fail, after @cr; the flag, the rule; contents unchanged. */
static const struct {
	const char *what;
	uint32_t cr, addr, width, addr2, flag;
	const char *rule;
} bad_store_case[] = {
	{ "PG clear", 0, FLASH, 4, 0, SR_PGSERR, "g4-store-without-pg" },
	{ "a byte", CR_PG, FLASH, 1, 0, SR_SIZERR, "g4-store-size" },
	{ "a half-word", CR_PG, FLASH + 4, 2, 0, SR_SIZERR, "g4-store-size" },
	{ "second word first", CR_PG, FLASH + 4, 4, 0, SR_PGAERR, "g4-store-alignment" },
	{ "first word twice", CR_PG, FLASH, 4, FLASH, SR_PGAERR, "g4-store-alignment" },
	{ "another double word", CR_PG, FLASH, 4, FLASH + 12, SR_PGAERR,
	  "g4-store-alignment" },
	{ "PG with PER", CR_PG | CR_PER, FLASH, 4, 0, SR_PGSERR, "g4-mixed-bits" },
	{ "fast without mass erase", CR_FSTPG, FLASH, 4, 0, SR_PGSERR,
	  "g4-fast-without-mass-erase" },
};

START_TEST(refused_stores)
{
	const __typeof__(*bad_store_case) *c = &bad_store_case[_i];

	unlock();
	rig_put(emu, R(CR), c->cr);
	ck_assert_int_eq(poke(c->addr, 0, c->width), 0);
	if (c->addr2)
		ck_assert_int_eq(poke(c->addr2, 0, 4), 0);
	ck_assert_msg(flags() == c->flag, "%s: SR 0x%x", c->what, flags());
	expect_rule(c->rule);
	ck_assert(!busy());
	ck_assert(all(flash, 64, 0xff));
}
END_TEST

static const struct {
	const char *what;
	uint32_t old, new;
	bool allowed;
} over_case[] = {
	{ "erased", 0xffffffff, 0x12345678, true },
	{ "other data", 0x12345678, 0x00000078, false },
	{ "the same data", 0x12345678, 0x12345678, false },
	{ "zero over data", 0x12345678, 0, true },
};

START_TEST(program_over)
{
	const __typeof__(*over_case) *c = &over_case[_i];

	memcpy(flash, &c->old, 4);
	memcpy(flash + 4, &c->old, 4);
	unlock();
	rig_put(emu, R(CR), CR_PG);
	program(FLASH, c->new, c->new);
	settle();
	ck_assert_msg(flags() == (c->allowed ? 0 : SR_PROGERR), "%s", c->what);
	ck_assert_uint_eq(rig_get(emu, FLASH), c->allowed ? c->new : c->old);
	if (!c->allowed)
		expect_rule("g4-not-erased");
}
END_TEST

START_TEST(otp_is_programmed_once)
{
	unlock();
	rig_put(emu, R(CR), CR_PG);
	program(0x1fff7000, 1, 2);
	settle();
	ck_assert_uint_eq(rig_get(emu, 0x1fff7000), 1);
	program(0x1fff7000, 0, 0);
	ck_assert_uint_eq(flags(), SR_PROGERR);
	rig_put(emu, R(SR), SR_PROGERR);
	rig_put(emu, R(CR), CR_MER1);
	rig_put(emu, R(CR), CR_MER1 | CR_STRT);
	settle();
	ck_assert_uint_eq(rig_get(emu, 0x1fff7000), 1);
}
END_TEST

START_TEST(eop_and_operr_need_their_enables)
{
	unlock();
	rig_put(emu, R(CR), CR_PG);
	program(FLASH, 1, 2);
	settle();
	ck_assert_uint_eq(flags(), 0);
	rig_put(emu, R(CR), CR_PG | CR_EOPIE);
	program(FLASH + 8, 1, 2);
	settle();
	ck_assert_uint_eq(flags(), SR_EOP);
	rig_put(emu, R(SR), SR_EOP);
	rig_put(emu, R(CR), CR_PG | CR_ERRIE);
	program(FLASH, 1, 2);
	ck_assert_uint_eq(flags(), SR_PROGERR | SR_OPERR);
}
END_TEST

/* A row of 256 bytes after a mass erase, as RM0440 3.3.7 has it. */
START_TEST(fast_programming)
{
	uint32_t i;

	unlock();
	rig_put(emu, R(CR), CR_MER1 | CR_STRT);
	settle();
	rig_put(emu, R(CR), CR_FSTPG);
	for (i = 0; i < 256; i += 4)
		rig_put(emu, FLASH + 0x200 + i, i);
	ck_assert(busy());
	settle();
	ck_assert_uint_eq(flags(), 0);
	ck_assert_uint_eq(rig_get(emu, FLASH + 0x200 + 252), 252);
	/* A row that is left in the middle. */
	rig_put(emu, FLASH + 0x300, 1);
	rig_put(emu, FLASH + 0x308, 1);
	ck_assert_uint_eq(flags(), SR_PGAERR | SR_FASTERR);
	rig_put(emu, R(SR), SR_PGAERR | SR_FASTERR);
	/* A word that comes too late. */
	rig_put(emu, FLASH + 0x300, 1);
	rig_pass(emu, MS);
	rig_put(emu, FLASH + 0x304, 1);
	ck_assert_uint_eq(flags(), SR_MISERR | SR_FASTERR);
}
END_TEST

/* ---- options, readout protection ---- */

START_TEST(option_keys)
{
	struct stk_error err;

	ck_assert_int_eq(poke(R(OPTKEYR), OPTKEY1, 4), -EIO);
	expect_rule("g4-optkey-locked");
	unlock();
	rig_put(emu, R(WRP1AR), 0x00010000);
	expect_rule("g4-option-locked");
	ck_assert_uint_ne(rig_get(emu, R(WRP1AR)), 0x00010000);
	ck_assert_int_eq(poke(R(OPTKEYR), OPTKEY2, 4), -EIO);
	ck_assert(!emu_target.reset(emu, &err));
	unlock_options();
	ck_assert_uint_eq(rig_get(emu, R(CR)), 0);
}
END_TEST

START_TEST(options_take_effect_when_launched)
{
	struct stk_stop stop;

	unlock_options();
	rig_put(emu, R(WRP1AR), 0x00030000);
	rig_put(emu, R(CR), CR_OPTSTRT);
	ck_assert(busy());
	settle();
	ck_assert_uint_eq(rig_get(emu, R(CR)), 0);
	/* Programmed, not loaded. */
	rig_put(emu, R(CR), CR_PER | CR_STRT);
	settle();
	ck_assert_uint_eq(flags(), 0);
	/* OBL_LAUNCH resets the chip. */
	rig_put(emu, R(CR), CR_OBL_LAUNCH);
	rig_start(emu, CODE, 0, 0, 0);
	ck_assert_int_eq(rig_wait(emu, MS, &stop), 0);
	ck_assert_int_eq(stop.reason, STK_STOP_RESET);
	ck_assert_ptr_nonnull(strstr(stop.text, "OBL_LAUNCH"));
	ck_assert_uint_eq(rig_get(emu, R(WRP1AR)), 0x00030000);
	unlock();
	rig_put(emu, R(CR), CR_PER | CR_STRT);
	ck_assert_uint_eq(flags(), SR_WRPERR);
	/* Option memory holds the word and its complement. */
	ck_assert_uint_eq(rig_get(emu, 0x1fff7800), ~rig_get(emu, 0x1fff7804));
}
END_TEST

START_TEST(readout_protection_closes_the_flash)
{
	static const char *const level1[] = { "opt.OPTR=0xffeff8bb", NULL };
	static const char *const alone[] = { "opt.OPTR=0xffeff8bb", "debugger=0", NULL };
	struct stk_error err;
	uint32_t value;

	reopen(level1);
	ck_assert_int_eq(emu_target.read(emu, FLASH, &value, 4, &err), -EIO);
	expect_rule("g4-rdp");
	unlock();
	rig_put(emu, R(CR), CR_PER | CR_STRT);
	ck_assert_uint_eq(flags(), SR_WRPERR);
	reopen(alone);
	ck_assert_int_eq(emu_target.read(emu, FLASH, &value, 4, &err), 0);
}
END_TEST

START_TEST(leaving_level_1_erases)
{
	static const char *const level1[] = { "opt.OPTR=0xffeff8bb", NULL };

	reopen(level1);
	memset(flash, 0x5a, FLASH_SIZE);
	unlock_options();
	rig_put(emu, R(OPTR), 0xffeff8aa);
	rig_put(emu, R(CR), CR_OPTSTRT);
	settle();
	ck_assert(all(flash, FLASH_SIZE, 0xff));
}
END_TEST

START_TEST(level_2_cannot_be_left)
{
	static const char *const level2[] = { "opt.OPTR=0xffeff8cc", NULL };

	reopen(level2);
	unlock_options();
	rig_put(emu, R(OPTR), 0xffeff8aa);
	rig_put(emu, R(CR), CR_OPTSTRT);
	ck_assert(!busy());
	ck_assert_uint_eq(flags(), SR_WRPERR);
}
END_TEST

/* ---- interrupted ---- */

static void ignore(void *out, const char *text)
{
}

START_TEST(power_cut_leaves_mixed_bits)
{
	struct stk_error err;
	unsigned int i, changed = 0;

	memset(flash, 0x5a, FLASH_SIZE);
	unlock();
	rig_put(emu, R(CR), CR_PER | 2u << CR_PNB | CR_STRT);
	rig_pass(emu, 10 * MS);
	ck_assert(!emu_target.monitor(emu, "power-cut", ignore, NULL, &err));
	ck_assert(!busy());
	for (i = 2 * PAGE; i < 3 * PAGE; i++) {
		/* Erasing only gives bits back. */
		ck_assert_uint_eq(flash[i] & 0x5a, 0x5a);
		changed += flash[i] != 0x5a && flash[i] != 0xff;
	}
	ck_assert_uint_gt(changed, PAGE / 4);
	ck_assert(all(flash + 3 * PAGE, PAGE, 0x5a));
	rig_pass(emu, 100 * MS);
	ck_assert(!all(flash + 2 * PAGE, PAGE, 0xff));
}
END_TEST

START_TEST(same_seed_same_chip)
{
	static const char *const seed[] = { "seed=7", NULL };
	uint8_t first[2 * PAGE];
	int i;

	for (i = 0; i < 2; i++) {
		reopen(seed);
		memset(flash, 0x5a, FLASH_SIZE);
		unlock();
		rig_put(emu, R(CR), CR_PER | CR_STRT);
		if (i)
			ck_assert(!memcmp(first, flash, PAGE));
		memcpy(first, flash, PAGE);
	}
}
END_TEST

START_TEST(unknown_options_are_refused)
{
	static const char *const options[][2] = {
		{ "colour=red" },
		{ "opt.NOSUCH=1" },
		{ "rule.g4-bker-single-bank=maybe" },
		{ "opt.WRP1AR=green" },
		{ "seed=x" },
		{ "debugger=2" },
	};
	struct stk_error err;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		rig_refuse(options[i], &err);
		ck_assert_int_eq(err.code, EINVAL);
		ck_assert_str_eq(err.cause, "bad-option");
	}
	rig_refuse(options[0], &err);
	ck_assert_ptr_nonnull(strstr(err.msg, "seed"));
	ck_assert_ptr_nonnull(strstr(err.msg, "store"));
}
END_TEST

static TCase *cases(void)
{
	TCase *t = tcase_create("flash-g4");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, starts_locked);
	tcase_add_loop_test(t, wrong_key_kills_until_reset, 0, (int)ARRAY_SIZE(key_case));
	tcase_add_test(t, second_unlock_counts_as_wrong);
	tcase_add_test(t, page_erase);
	tcase_add_loop_test(t, mass_erase, 0, 2);
	tcase_add_loop_test(t, refused_erases, 0, (int)ARRAY_SIZE(no_erase_case));
	tcase_add_test(t, bker_ignored_erases_the_page);
	tcase_add_test(t, stale_flags_stop_an_erase);
	tcase_add_test(t, reads_wait_for_the_erase);
	tcase_add_test(t, cr_write_waits_for_the_erase);
	tcase_add_loop_test(t, write_protection, 0, (int)ARRAY_SIZE(wrp_case));
	tcase_add_test(t, double_word);
	tcase_add_loop_test(t, refused_stores, 0, (int)ARRAY_SIZE(bad_store_case));
	tcase_add_loop_test(t, program_over, 0, (int)ARRAY_SIZE(over_case));
	tcase_add_test(t, otp_is_programmed_once);
	tcase_add_test(t, eop_and_operr_need_their_enables);
	tcase_add_test(t, fast_programming);
	tcase_add_test(t, option_keys);
	tcase_add_test(t, options_take_effect_when_launched);
	tcase_add_test(t, readout_protection_closes_the_flash);
	tcase_add_test(t, leaving_level_1_erases);
	tcase_add_test(t, level_2_cannot_be_left);
	tcase_add_test(t, power_cut_leaves_mixed_bits);
	tcase_add_test(t, same_seed_same_chip);
	tcase_add_test(t, unknown_options_are_refused);
	return t;
}

int main(void)
{
	Suite *s = suite_create("emu-flash-g4");
	SRunner *r;
	int failed;

	suite_add_tcase(s, cases());
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
