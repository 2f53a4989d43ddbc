/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the chips of the G4 flash generation differ in, on their facts as shipped:
 * banks by option state, the gap, CFGBSY, swapped banks, protection of each bank.
 */
#include <stdio.h>

#include "emu-rig.h"
#include "../../plugins/target/emu/flash-g4.h"

extern const struct stk_chip_driver stm32_chips;

#define R(reg)		(REGS + (reg))
#define MS		1000000ull
#define MER2		CR_MER2
#define BKER_G0		(1u << 13)

static struct emu *emu;
static char rule[48];

static void see(void *data, const struct stk_observation *obs)
{
	snprintf(rule, sizeof(rule), "%s", obs->rule);
}

static void open_chip(const char *name, const char *option)
{
	const char *const options[] = { option, NULL };
	struct stk_error err = { 0 };
	size_t i;

	for (i = 0; strcmp(stm32_chips.chips[i]->name, name); i++)
		ck_assert_uint_lt(i + 1, stm32_chips.n_chips);
	emu = calloc(1, sizeof(*emu));
	ck_assert(emu != NULL);
	ck_assert_msg(!emu_open_chip(emu, NULL, stm32_chips.chips[i], options, &err), "%s",
		      err.msg);
	ck_assert(!emu_target.observe(emu, 1u << STK_OBS_RULE, see, NULL, &err));
	rule[0] = '\0';
}

static void teardown(void)
{
	if (emu)
		emu_close(emu);
	free(emu);
	emu = NULL;
}

static void again(const char *name, const char *option)
{
	teardown();
	open_chip(name, option);
}

static int poke(uint32_t addr, uint32_t value)
{
	struct stk_error err;

	return emu_target.write(emu, addr, &value, 4, &err);
}

static int peek(uint32_t addr, uint32_t *ret)
{
	struct stk_error err;

	return emu_target.read(emu, addr, ret, 4, &err);
}

/* Every cell of the main flash programmed; the options are left alone. */
static void fill(void)
{
	struct emu_array *flash = store_find(emu, "FLASH");

	memset(flash->bytes, 0x5a, flash->size);
}

static void unlock(void)
{
	rig_put(emu, R(KEYR), 0x45670123);
	rig_put(emu, R(KEYR), 0xcdef89ab);
}

static void settle(void)
{
	rig_pass(emu, 100 * MS);
	ck_assert_uint_eq(rig_get(emu, R(SR)) & (SR_BSY | SR_BSY2 | SR_CFGBSY), 0);
}

/* As a loader does it: the bits, then STRT. */
static void erase(uint32_t cr)
{
	rig_put(emu, R(CR), cr);
	rig_put(emu, R(CR), cr | CR_STRT);
}

/* Bytes that are erased in [addr, addr + len), from its start on. */
static uint32_t erased(uint32_t addr, uint32_t len)
{
	uint32_t at, word;

	for (at = 0; at < len; at += 4)
		if (peek(addr + at, &word) || word != 0xffffffff)
			break;
	return at;
}

/* ---- which page an erase takes ---- */

#define PAGE(n)		(CR_PER | (n) << CR_PNB)
#define SINGLE		"opt.OPTR=0xffaff8aa"	/* DBANK clear */
#define L4_SINGLE	"opt.OPTR=0xffcff8aa"	/* DUALBANK, DB1M clear */
#define G0_SINGLE	"opt.OPTR=0xffdffeaa"	/* DUAL_BANK clear */
#define G0_SWAPPED	"opt.OPTR=0xffeffeaa"	/* nSWAP_BANK clear */

static const struct {
	const char *chip, *option;
	uint32_t cr, addr, len;		/* len 0: nothing is erased */
	uint32_t flags;
	const char *rule;		/* "": none */
} page_case[] = {
	{ "STM32G474RE", NULL, PAGE(0), 0x08000000, 2048, 0, "" },
	{ "STM32G474RE", NULL, PAGE(127), 0x0803f800, 2048, 0, "" },
	{ "STM32G474RE", NULL, PAGE(0) | CR_BKER, 0x08040000, 2048, 0, "" },
	{ "STM32G474RE", NULL, PAGE(127) | CR_BKER, 0x0807f800, 2048, 0, "" },
	{ "STM32G474RE", SINGLE, PAGE(3), 0x08003000, 4096, 0, "" },
	{ "STM32G474RE", SINGLE, PAGE(127), 0x0807f000, 4096, 0, "" },
	{ "STM32G474RE", SINGLE, PAGE(3) | CR_BKER, 0x08003000, 0, SR_PGSERR,
	  "g4-bker-single-bank" },
	/* Half the size: bank 2 stays where it is. */
	{ "STM32G474RC", NULL, PAGE(0) | CR_BKER, 0x08040000, 2048, 0, "" },
	{ "STM32G474RC", NULL, PAGE(63) | CR_BKER, 0x0805f800, 2048, 0, "" },
	{ "STM32G474RC", NULL, PAGE(64) | CR_BKER, 0x08040000, 0, 0, "g4-page-beyond" },
	{ "STM32G474RC", NULL, PAGE(64), 0x08000000, 0, 0, "g4-page-beyond" },
	{ "STM32G474RC", SINGLE, PAGE(63), 0x0803f000, 4096, 0, "" },
	{ "STM32G473CB", NULL, PAGE(63), 0x0801f800, 2048, 0, "" },
	{ "STM32G473CB", NULL, PAGE(0) | CR_BKER, 0x08010000, 0, 0, "g4-no-second-bank" },
	{ "STM32G473CB", SINGLE, PAGE(31), 0x0801f000, 4096, 0, "" },
	{ "STM32G491RE", NULL, PAGE(255), 0x0807f800, 2048, 0, "" },
	{ "STM32G491RE", NULL, PAGE(127) | CR_BKER, 0x0803f800, 0, SR_PGSERR,
	  "g4-bker-single-bank" },
	{ "STM32G431CB", NULL, PAGE(63), 0x0801f800, 2048, 0, "" },
	/* L4: DUALBANK decides below 1 MiB, and bank 2 follows bank 1. */
	{ "STM32L476RG", NULL, PAGE(255) | CR_BKER, 0x080ff800, 2048, 0, "" },
	{ "STM32L476RG", L4_SINGLE, PAGE(255) | CR_BKER, 0x080ff800, 2048, 0, "" },
	{ "STM32L476RE", NULL, PAGE(0) | CR_BKER, 0x08040000, 2048, 0, "" },
	{ "STM32L476RE", NULL, PAGE(128), 0x08040000, 0, 0, "g4-page-beyond" },
	{ "STM32L476RE", L4_SINGLE, PAGE(128), 0x08040000, 2048, 0, "" },
	{ "STM32L452CE", NULL, PAGE(255), 0x0807f800, 2048, 0, "" },
	{ "STM32L4R5ZI", NULL, PAGE(1) | CR_BKER, 0x08101000, 4096, 0, "" },
	{ "STM32L4R5ZI", SINGLE, PAGE(255), 0x081fe000, 8192, 0, "" },
	{ "STM32L4R5ZG", NULL, PAGE(0) | CR_BKER, 0x08080000, 4096, 0, "" },
	{ "STM32L4R5ZG", L4_SINGLE, PAGE(127), 0x080fe000, 8192, 0, "" },
	/* G0: BKER elsewhere, two numberings of bank 2, banks that swap. */
	{ "STM32G0B1RE", NULL, PAGE(3) | BKER_G0, 0x08041800, 2048, 0, "" },
	{ "STM32G0B1RE", NULL, PAGE(256 + 3) | BKER_G0, 0x08041800, 2048, 0, "" },
	{ "STM32G0B1RE", NULL, PAGE(256 + 3), 0x08041800, 0, 0, "g4-page-beyond" },
	{ "STM32G0B1RE", G0_SINGLE, PAGE(131), 0x08041800, 2048, 0, "" },
	{ "STM32G0B1RE", G0_SWAPPED, PAGE(3), 0x08041800, 2048, 0, "" },
	{ "STM32G0B1RE", G0_SWAPPED, PAGE(3) | BKER_G0, 0x08001800, 2048, 0, "" },
	{ "STM32G0B1CC", NULL, PAGE(0) | BKER_G0, 0x08020000, 2048, 0, "" },
	{ "STM32G071CB", NULL, PAGE(63), 0x0801f800, 2048, 0, "" },
	{ "STM32G071CB", NULL, PAGE(63) | BKER_G0, 0x0801f800, 0, SR_PGSERR,
	  "g4-bker-single-bank" },
	{ "STM32C092RC", NULL, PAGE(127), 0x0803f800, 2048, 0, "" },
};

START_TEST(page)
{
	const __typeof__(*page_case) *c = &page_case[_i];

	open_chip(c->chip, c->option);
	fill();
	unlock();
	erase(c->cr);
	settle();
	ck_assert_msg(rig_get(emu, R(SR)) == c->flags, "%s: SR 0x%x", c->chip,
		      rig_get(emu, R(SR)));
	ck_assert_msg(!strcmp(rule, c->rule), "%s: rule %s", c->chip, rule);
	ck_assert_msg(erased(c->addr, c->len + 4) == c->len, "%s: %u bytes of CR=0x%x",
		      c->chip, erased(c->addr, c->len + 4), c->cr);
	if (c->len && c->addr & 0xffff)
		ck_assert_uint_eq(erased(c->addr - 4, 4), 0);
}
END_TEST

/* ---- mass erase ---- */

static const struct {
	const char *chip, *option;
	uint32_t cr;
	bool low, high;			/* halves that are erased */
	const char *rule;
	uint32_t upper;			/* where the second half begins */
} mass_case[] = {
	{ "STM32G474RE", NULL, CR_MER1, true, false, "", 0x08040000 },
	{ "STM32G474RE", NULL, MER2, false, true, "", 0x08040000 },
	{ "STM32G474RE", NULL, CR_MER1 | MER2, true, true, "", 0x08040000 },
	{ "STM32G474RC", NULL, CR_MER1 | MER2, true, true, "", 0x08040000 },
	{ "STM32G474RE", SINGLE, CR_MER1 | MER2, true, true, "", 0x08040000 },
	{ "STM32G474RE", SINGLE, CR_MER1, false, false, "g4-mer-single-bank", 0x08040000 },
	{ "STM32G474RE", SINGLE, MER2, false, false, "g4-mer-single-bank", 0x08040000 },
	{ "STM32G473CB", NULL, CR_MER1, true, true, "", 0x08010000 },
	{ "STM32G473CB", NULL, MER2, false, false, "g4-no-second-bank", 0x08010000 },
	/* MER2 does not exist here, and vendor algorithms write it. */
	{ "STM32G491RE", NULL, CR_MER1 | MER2, true, true, "", 0x08040000 },
	{ "STM32G491RE", NULL, MER2, false, false, "g4-strt-alone", 0x08040000 },
	{ "STM32L476RG", NULL, MER2, false, true, "", 0x08080000 },
	{ "STM32L476RE", L4_SINGLE, CR_MER1, true, true, "", 0x08040000 },
	{ "STM32G0B1RE", NULL, MER2, false, true, "", 0x08040000 },
	{ "STM32C031C6", NULL, CR_MER1 | MER2, true, true, "", 0x08004000 },
};

START_TEST(mass)
{
	const __typeof__(*mass_case) *c = &mass_case[_i];

	open_chip(c->chip, c->option);
	fill();
	unlock();
	erase(c->cr);
	settle();
	ck_assert_msg(erased(0x08000000, 4) == (c->low ? 4 : 0), "%s: CR=0x%x, low half",
		      c->chip, c->cr);
	ck_assert_msg(erased(c->upper, 4) == (c->high ? 4 : 0), "%s: CR=0x%x, high half",
		      c->chip, c->cr);
	ck_assert_msg(!strcmp(rule, c->rule), "%s: rule %s", c->chip, rule);
}
END_TEST

/* ---- the gap ---- */

static const struct {
	const char *option;
	uint32_t addr;
	bool there;
} gap_case[] = {
	{ NULL, 0x0801fffc, true },   { NULL, 0x08020000, false },
	{ NULL, 0x0803fffc, false },  { NULL, 0x08040000, true },
	{ NULL, 0x0805fffc, true },   { SINGLE, 0x08020000, true },
	{ SINGLE, 0x0803fffc, true }, { SINGLE, 0x08040000, false },
};

START_TEST(gap)
{
	const __typeof__(*gap_case) *c = &gap_case[_i];
	uint32_t word;

	open_chip("STM32G474RC", c->option);
	ck_assert_int_eq(peek(c->addr, &word), c->there ? 0 : -EIO);
	ck_assert_str_eq(rule, c->there ? "" : "g4-gap");
	rule[0] = '\0';
	unlock();
	rig_put(emu, R(CR), CR_PG);
	ck_assert_int_eq(poke(c->addr & ~7u, 1), c->there ? 0 : -EIO);
	ck_assert_str_eq(rule, c->there ? "" : "g4-gap");
}
END_TEST

/* Told to, the gap reads as erased and takes stores without a trace. */
START_TEST(gap_may_be_silent)
{
	uint32_t word = 0;

	open_chip("STM32G474RC", "rule.g4-gap=ignored");
	ck_assert_int_eq(peek(0x08020000, &word), 0);
	ck_assert_uint_eq(word, 0xffffffff);
	unlock();
	rig_put(emu, R(CR), CR_PG);
	ck_assert_int_eq(poke(0x08020000, 1), 0);
	ck_assert_int_eq(poke(0x08020004, 1), 0);
	ck_assert_uint_eq(rig_get(emu, R(SR)), 0);
	ck_assert_uint_eq(erased(0x08020000, 8), 8);
}
END_TEST

/* ---- two operations' worth of banks ---- */

START_TEST(other_bank_is_free)
{
	uint64_t before;

	open_chip("STM32G0B1RE", NULL);
	fill();
	unlock();
	erase(PAGE(0) | BKER_G0);
	before = emu_now(emu);
	ck_assert_uint_eq(rig_get(emu, R(SR)), SR_BSY2 | SR_CFGBSY);
	ck_assert_uint_eq(rig_get(emu, 0x08000000), 0x5a5a5a5a);
	ck_assert_uint_eq(emu_now(emu), before);
	ck_assert_uint_eq(rig_get(emu, 0x08040000), 0xffffffff);
	ck_assert_uint_ge(emu_now(emu), before + 21 * MS);
	settle();
	erase(PAGE(0));
	ck_assert_uint_eq(rig_get(emu, R(SR)), SR_BSY | SR_CFGBSY);
}
END_TEST

/* ---- CFGBSY ---- */

static const struct {
	const char *chip;
	bool has;
} cfgbsy_case[] = { { "STM32C031C6", true }, { "STM32G071CB", true },
		    { "STM32G0B1RE", true }, { "STM32G431CB", false },
		    { "STM32L431CC", false } };

START_TEST(half_a_double_word_holds_cr)
{
	const __typeof__(*cfgbsy_case) *c = &cfgbsy_case[_i];
	uint32_t busy = c->has ? SR_CFGBSY : 0;

	open_chip(c->chip, NULL);
	unlock();
	rig_put(emu, R(CR), CR_PG);
	rig_put(emu, FLASH, 1);
	ck_assert_uint_eq(rig_get(emu, R(SR)), busy);
	ck_assert_int_eq(poke(R(CR), CR_PG), c->has ? -EIO : 0);
	ck_assert_str_eq(rule, c->has ? "g4-cfgbsy" : "");
	rig_put(emu, FLASH + 4, 2);
	ck_assert_uint_eq(rig_get(emu, R(SR)), busy | SR_BSY);
	settle();
	ck_assert_int_eq(poke(R(CR), 0), 0);
	ck_assert_uint_eq(rig_get(emu, FLASH), 1);
}
END_TEST

/* Too early is a bus error with CFGBSY, and only waits without. */
START_TEST(cr_during_an_erase)
{
	const __typeof__(*cfgbsy_case) *c = &cfgbsy_case[_i];

	open_chip(c->chip, NULL);
	unlock();
	erase(CR_PER);
	ck_assert_int_eq(poke(R(CR), 0), c->has ? -EIO : 0);
	settle();
	ck_assert_int_eq(poke(R(CR), 0), 0);
}
END_TEST

START_TEST(store_while_locked)
{
	const __typeof__(*cfgbsy_case) *c = &cfgbsy_case[_i];

	open_chip(c->chip, NULL);
	rig_put(emu, FLASH, 0);
	ck_assert_uint_eq(rig_get(emu, R(SR)), SR_PGSERR | (c->has ? SR_CFGBSY : 0));
	ck_assert_str_eq(rule, c->has ? "g4-store-locked-cfgbsy" : "g4-store-without-pg");
	unlock();
	rig_put(emu, R(SR), SR_PGSERR);
	ck_assert_int_eq(poke(R(CR), CR_PER), c->has ? -EIO : 0);
	if (!c->has)
		return;
	ck_assert_uint_eq(rig_get(emu, R(SR)), SR_CFGBSY);
}
END_TEST

START_TEST(second_word_frees_a_locked_flash)
{
	open_chip("STM32C031C6", NULL);
	rig_put(emu, FLASH, 0);
	rig_put(emu, FLASH + 8, 0);
	ck_assert(rig_get(emu, R(SR)) & SR_CFGBSY);
	rig_put(emu, FLASH + 12, 0);
	ck_assert_uint_eq(rig_get(emu, R(SR)), SR_PGSERR);
	unlock();
	ck_assert_int_eq(poke(R(CR), CR_PER), 0);
	ck_assert_uint_eq(rig_get(emu, FLASH + 8), 0xffffffff);
}
END_TEST

/* ---- protection ---- */

static const struct {
	const char *chip, *option;
	uint32_t cr;
	bool protect;
} wrp_case[] = {
	{ "STM32G474RE", "opt.WRP2AR=0x00050005", PAGE(5) | CR_BKER, true },
	{ "STM32G474RE", "opt.WRP2AR=0x00050005", PAGE(5), false },
	{ "STM32G474RE", "opt.WRP2AR=0x00050005", PAGE(6) | CR_BKER, false },
	{ "STM32G474RE", "opt.WRP2AR=0x00050005", MER2, true },
	{ "STM32G474RE", "opt.WRP2AR=0x00050005", CR_MER1, false },
	{ "STM32G474RE", "opt.WRP1AR=0x00050005", PAGE(5), true },
	{ "STM32G474RE", "opt.WRP1AR=0x00050005", PAGE(5) | CR_BKER, false },
	/* Double words 0x100 to 0x1ff: page 1. */
	{ "STM32G431CB", "opt.PCROP1SR=0x00000100", PAGE(1), false },
	{ "STM32G0B1RE", "opt.WRP2BR=0x00000000", PAGE(0) | BKER_G0, true },
	{ "STM32G0B1RE", "opt.WRP2BR=0x00000000", PAGE(1) | BKER_G0, false },
	{ "STM32L476RG", "opt.WRP2AR=0x00ff00ff", PAGE(255) | CR_BKER, true },
	{ "STM32L476RG", "opt.WRP2AR=0x00ff00ff", PAGE(255), false },
	{ "STM32G0B1RE", NULL, CR_MER1 | MER2, false },
	{ "STM32L4R5ZI", NULL, CR_MER1 | MER2, false },
	{ "STM32G491RE", NULL, CR_MER1, false },
	{ "STM32C011D4", NULL, CR_MER1, false },
};

START_TEST(protection)
{
	const __typeof__(*wrp_case) *c = &wrp_case[_i];

	open_chip(c->chip, c->option);
	unlock();
	erase(c->cr);
	settle();
	ck_assert_msg(rig_get(emu, R(SR)) == (c->protect ? SR_WRPERR : 0),
		      "%s %s: CR=0x%x SR 0x%x", c->chip, c->option, c->cr,
		      rig_get(emu, R(SR)));
}
END_TEST

/* Both registers of an area, and with one bank those of both banks. */
START_TEST(areas)
{
	static const char *const pcrop[] = { "opt.PCROP1SR=0x00000100",
					     "opt.PCROP1ER=0x000001ff", NULL };
	static const char *const single[] = { SINGLE, "opt.WRP2AR=0x00050005", NULL };
	const char *const *options = _i ? single : pcrop;
	struct stk_error err = { 0 };
	uint32_t bad = _i ? 5 : 1, i;

	for (i = 0; strcmp(stm32_chips.chips[i]->name, "STM32G474RE"); i++)
		;
	emu = calloc(1, sizeof(*emu));
	ck_assert(!emu_open_chip(emu, NULL, stm32_chips.chips[i], options, &err));
	unlock();
	for (i = 0; i < 8; i++) {
		erase(PAGE(i));
		settle();
		ck_assert_msg(rig_get(emu, R(SR)) == (i == bad ? SR_WRPERR : 0), "page %u",
			      i);
		rig_put(emu, R(SR), SR_WRPERR);
	}
}
END_TEST

/* On C0 the store, or the write of STRT, ends in a bus error as well. */
START_TEST(protected_page_and_bus_error)
{
	bool c0 = _i == 0;

	open_chip(c0 ? "STM32C031C6" : "STM32G071CB", "opt.WRP1AR=0x00000000");
	unlock();
	rig_put(emu, R(CR), CR_PG);
	ck_assert_int_eq(poke(FLASH, 0), c0 ? -EIO : 0);
	ck_assert_uint_eq(rig_get(emu, R(SR)), SR_WRPERR);
	ck_assert_str_eq(rule, c0 ? "g4-wrp-bus-error" : "g4-wrp");
	rig_put(emu, R(SR), SR_WRPERR);
	ck_assert_int_eq(poke(FLASH + 2048, 0), 0);
	ck_assert_int_eq(poke(FLASH + 2052, 0), 0);
	settle();
	ck_assert_uint_eq(rig_get(emu, R(SR)), 0);
}
END_TEST

/* ---- options ---- */

START_TEST(mode_changes_when_launched)
{
	struct stk_error err;
	struct stk_stop stop;

	open_chip("STM32G474RC", NULL);
	unlock();
	rig_put(emu, R(OPTKEYR), 0x08192a3b);
	rig_put(emu, R(OPTKEYR), 0x4c5d6e7f);
	rig_put(emu, R(OPTR), 0xffaff8aa);
	rig_put(emu, R(0x4c), 0x00070003);
	rig_put(emu, R(CR), CR_OPTSTRT);
	settle();
	/* Bank 2 has option memory of its own; nothing is loaded yet. */
	ck_assert_uint_eq(rig_get(emu, 0x1ffff818), 0x00070003);
	ck_assert_uint_eq(rig_get(emu, 0x1ffff81c), ~0x00070003u);
	ck_assert_uint_eq(erased(0x08040000, 4), 4);
	rig_put(emu, R(CR), CR_OBL_LAUNCH);
	rig_load(emu, CODE, (const uint16_t[]){ NOP, NOP }, 2);
	rig_start(emu, CODE, 0, 0, 0);
	ck_assert_int_eq(emu_target.wait(emu, MS, &stop, &err), 0);
	ck_assert_int_eq(stop.reason, STK_STOP_RESET);
	ck_assert_uint_eq(rig_get(emu, R(OPTR)), 0xffaff8aa);
	ck_assert_uint_eq(erased(0x08020000, 4), 4);
	ck_assert_int_eq(peek(0x08040000, &(uint32_t){ 0 }), -EIO);
}
END_TEST

/* ACR.EMPTY tells whether the first word was erased when the options were loaded. */
START_TEST(empty_flag)
{
	struct stk_error err;

	open_chip("STM32C031C6", NULL);
	ck_assert(rig_get(emu, R(ACR)) & ACR_EMPTY);
	fill();
	ck_assert(!emu_target.reset(emu, &err));
	ck_assert(!(rig_get(emu, R(ACR)) & ACR_EMPTY));
	again("STM32G431CB", NULL);
	ck_assert(!(rig_get(emu, R(ACR)) & ACR_EMPTY));
}
END_TEST

/* G0's DBG_IDCODE needs a clock, unless a debugger is there. */
START_TEST(idcode_behind_a_gate)
{
	open_chip("STM32G071CB", "debugger=0");
	ck_assert_uint_eq(rig_get(emu, 0x40015800), 0);
	rig_put(emu, RCC + 0x3c, 1u << 27);
	ck_assert_uint_eq(rig_get(emu, 0x40015800) & 0xfff, 0x460);
	again("STM32G071CB", NULL);
	ck_assert_uint_eq(rig_get(emu, 0x40015800) & 0xfff, 0x460);
}
END_TEST

static TCase *cases(void)
{
	TCase *t = tcase_create("flash-banks");

	tcase_add_checked_fixture(t, NULL, teardown);
	tcase_add_loop_test(t, page, 0, (int)ARRAY_SIZE(page_case));
	tcase_add_loop_test(t, mass, 0, (int)ARRAY_SIZE(mass_case));
	tcase_add_loop_test(t, gap, 0, (int)ARRAY_SIZE(gap_case));
	tcase_add_test(t, gap_may_be_silent);
	tcase_add_test(t, other_bank_is_free);
	tcase_add_loop_test(t, half_a_double_word_holds_cr, 0, (int)ARRAY_SIZE(cfgbsy_case));
	tcase_add_loop_test(t, cr_during_an_erase, 0, (int)ARRAY_SIZE(cfgbsy_case));
	tcase_add_loop_test(t, store_while_locked, 0, (int)ARRAY_SIZE(cfgbsy_case));
	tcase_add_test(t, second_word_frees_a_locked_flash);
	tcase_add_loop_test(t, protection, 0, (int)ARRAY_SIZE(wrp_case));
	tcase_add_loop_test(t, areas, 0, 2);
	tcase_add_loop_test(t, protected_page_and_bus_error, 0, 2);
	tcase_add_test(t, mode_changes_when_launched);
	tcase_add_test(t, empty_flag);
	tcase_add_test(t, idcode_behind_a_gate);
	return t;
}

int main(void)
{
	Suite *s = suite_create("emu-flash-banks");
	SRunner *r;
	int failed;

	suite_add_tcase(s, cases());
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
