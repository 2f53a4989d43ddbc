/* SPDX-License-Identifier: MIT */
/* Chip lookup and the helpers over chip facts, on the tables as shipped. */
#include <errno.h>
#include <string.h>

#include "chip.h"
#include "unit.h"

extern const struct stk_chip_driver stm32_chips;

static const struct stk_chip_driver *const drivers[] = { &stm32_chips };

static const struct {
	const char *what, *name, *found;
} find_case[] = {
	{ "a part number", "STM32G431CB", "STM32G431CB" },
	{ "lower case", "stm32g431cb", "STM32G431CB" },
	{ "mixed case", "Stm32G431cB", "STM32G431CB" },
	{ "package and temperature", "STM32G431CBT6", "STM32G431CB" },
	{ "tape and reel", "stm32g431cbu6tr", "STM32G431CB" },
	{ "package, any temperature", "STM32G431CBTx", "STM32G431CB" },
	{ "package only", "STM32G431CBT", "STM32G431CB" },
	{ "pins do not matter", "stm32g431xb", "STM32G431CB" },
	{ "pins and package do not matter", "STM32G431xBxx", "STM32G431CB" },
	{ "other pins", "stm32g431rb", "STM32G431RB" },
	{ "a prefix that leaves no choice", "stm32g441", "STM32G441CB" },
	{ "a short prefix that leaves no choice", "stm32g44", "STM32G441CB" },
	{ "F4 with package", "STM32F407VGT6", "STM32F407VG" },
	{ "F4 of the first revision letter", "stm32f407vet6w", "STM32F407VE" },
	{ "F2 with package and reel", "STM32F207ZGT6TR", "STM32F207ZG" },
	{ "F4 with QUADSPI, pins do not matter", "stm32f412xg", "STM32F412CG" },
	{ "F4 with two banks", "STM32F469NIH6", "STM32F469NI" },
	{ "F7 as its board has it", "STM32F746NGH6", "STM32F746NG" },
	{ "F7 of one size", "stm32f777", "STM32F777VI" },
	{ "H7 as issue trackers write it", "stm32h743iitx", "STM32H743II" },
	{ "X is a pin count", "STM32H743XI", "STM32H743XI" },
	{ "X is a pin count, with package", "STM32H743XIH6", "STM32H743XI" },
	{ "x is any pin count", "stm32h750x", "STM32H750XB" },
	{ "one size only", "stm32h750", "STM32H750VB" },
	{ "one size only, all wild", "STM32H753xx", "STM32H753VI" },
	{ "dual core", "stm32h747xihx", "STM32H747XI" },
	{ "H7A3 with SMPS", "STM32H7A3ZIT6Q", "STM32H7A3ZI" },
	{ "H7B0 has one size", "stm32h7b0vbt6", "STM32H7B0VB" },
	{ "H735 as on the kit", "STM32H735IGK6", "STM32H735IG" },
};

static const struct {
	const char *what, *name, *cause;
	const char *said; /* what the sentence must hold */
} refuse_case[] = {
	{ "sizes differ", "stm32g431",
	  "chip-ambiguous", "can be STM32G431C6, STM32G431C8, STM32G431CB; character 11 (6, 8, B) decides" },
	{ "sizes differ, pins given", "STM32G431R", "chip-ambiguous", "STM32G431RB" },
	{ "sizes differ, all wild", "stm32g431xx", "chip-ambiguous", "character 11" },
	{ "two flash sizes", "stm32f407", "chip-ambiguous",
	  "can be STM32F407VE, STM32F407VG; character 11 (E, G) decides" },
	{ "everything", "stm32", "chip-ambiguous", " more; character " },
	{ "a neighbour", "stm32h756", "chip-unknown", "STM32H75" },
	{ "a family", "stm32g4", "chip-ambiguous", "character 8 (3, 4, 7, 8, 9, A)" },
	{ "one letter off", "stm32g432cb", "chip-unknown", "the nearest are STM32G431CB" },
	{ "one letter off, with package", "STM32G432KBT6", "chip-unknown", "STM32G4" },
	{ "a bad temperature", "STM32G431CBT9", "chip-unknown", "STM32G431CB" },
	{ "a bad package", "STM32G431CB66", "chip-unknown", "STM32G431CB" },
	{ "no STM32", "g431c8", "chip-unknown", "the nearest are STM32G431C8" },
	{ "something else", "nrf52840", "chip-unknown", "the nearest are" },
	{ "punctuation", "stm32g431cb-t6", "chip-unknown", "STM32G431CB" },
	{ "a word too long", "stm32g431cbt6xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
	  "chip-unknown", "STM32G431CB" },
	{ "empty", "", "chip-unknown", "the nearest are" },
};

START_TEST(find)
{
	const __typeof__(*find_case) *c = &find_case[_i];
	const struct stk_chip *chip = NULL;
	struct stk_error err = { 0 };

	ck_assert_msg(chip_find(drivers, 1, c->name, &chip, &err) == 0, "%s: %s", c->what,
		      err.msg);
	ck_assert_msg(!strcmp(chip->name, c->found), "%s: %s", c->what, chip->name);
}
END_TEST

START_TEST(refuse)
{
	const __typeof__(*refuse_case) *c = &refuse_case[_i];
	const struct stk_chip *chip = NULL;
	struct stk_error err = { 0 };

	ck_assert_msg(chip_find(drivers, 1, c->name, &chip, &err) == -ENOENT && !chip,
		      "%s: found %s", c->what, chip ? chip->name : "-");
	ck_assert_msg(!strcmp(err.cause, c->cause), "%s: %s: %s", c->what, err.cause,
		      err.msg);
	ck_assert_msg(strstr(err.msg, c->said) != NULL, "%s: %s", c->what, err.msg);
	ck_assert_int_eq(err.origin, STK_ORIGIN_USAGE);
}
END_TEST

/* Each part is found by its own name, in both cases, and nothing else is. */
START_TEST(find_each)
{
	const struct stk_chip *chip;

	for (size_t i = 0; i < stm32_chips.n_chips; i++) {
		ck_assert_int_eq(
			chip_find(drivers, 1, stm32_chips.chips[i]->name, &chip, NULL), 0);
		ck_assert_ptr_eq(chip, stm32_chips.chips[i]);
	}
}
END_TEST

START_TEST(find_without_drivers)
{
	const struct stk_chip *chip;
	struct stk_error err = { 0 };

	ck_assert_int_eq(chip_find(drivers, 0, "stm32g431cb", &chip, &err), -ENOENT);
	ck_assert_str_eq(err.cause, "chip-unknown");
}
END_TEST

static const struct stk_chip *chip_named(const char *name)
{
	const struct stk_chip *chip = NULL;

	ck_assert_int_eq(chip_find(drivers, 1, name, &chip, NULL), 0);
	return chip;
}

START_TEST(lookups)
{
	const struct stk_chip *chip = chip_named("stm32g431cb");
	const struct stk_peripheral *flash = stk_chip_peripheral(chip, "FLASH");

	ck_assert_ptr_nonnull(flash);
	ck_assert_ptr_eq(stk_chip_peripheral_at(chip, 0x40022000), flash);
	ck_assert_ptr_eq(stk_chip_peripheral_at(chip, 0x400223FF), flash);
	ck_assert_ptr_ne(stk_chip_peripheral_at(chip, 0x40022400), flash);
	ck_assert_ptr_ne(stk_chip_peripheral_at(chip, 0x40021FFF), flash);
	ck_assert_ptr_null(stk_chip_peripheral(chip, "flash"));
	ck_assert_uint_eq(stk_peripheral_register(flash, "OPTR")->offset, 0x20);
	ck_assert_ptr_null(stk_peripheral_register(flash, "OPTR2"));
	ck_assert_uint_eq(stk_peripheral_fact(flash, "page_size", 7), 2048);
	ck_assert_uint_eq(stk_peripheral_fact(flash, "no_such_fact", 7), 7);
	ck_assert_str_eq(stk_chip_memory_at(chip, 0x0801FFFF)->name, "FLASH");
	ck_assert_ptr_null(stk_chip_memory_at(chip, 0x08020000));
	ck_assert_str_eq(stk_chip_memory_at(chip, 0x20004000)->name, "SRAM2");
	ck_assert_ptr_null(stk_chip_memory_at(chip, 0x20008000));
}
END_TEST

static const struct {
	const char *what, *chip;
	uint64_t addr;
	const char *memory; /* NULL: nothing is there */
	enum stk_memory_kind kind;
	uint8_t preference;
} memory_case[] = {
	{ "F4 code RAM", "stm32f407vg", 0x20000000, "SRAM1", STK_MEM_RAM, 1 },
	{ "F4 CCM runs no code", "stm32f407vg", 0x10000000, "CCM", STK_MEM_RAM, 0 },
	{ "F4 cut to 512 KiB", "stm32f407ve", 0x0807FFFF, "FLASH", STK_MEM_FLASH, 0 },
	{ "F4 beyond 512 KiB", "stm32f407ve", 0x08080000, NULL, STK_MEM_RAM, 0 },
	{ "H7 loaders go to AXI", "stm32h743ii", 0x24000000, "AXI-SRAM", STK_MEM_RAM, 1 },
	{ "H7 DTCM comes after it", "stm32h743ii", 0x20000000, "DTCM", STK_MEM_RAM, 2 },
	{ "H742 has less", "stm32h742ii", 0x2407FFFF, NULL, STK_MEM_RAM, 0 },
	{ "H7 at null", "stm32h743ii", 0, "ITCM", STK_MEM_RAM, 0 },
	{ "H7 flash is one", "stm32h743ii", 0x081FFFFF, "FLASH", STK_MEM_FLASH, 0 },
	{ "H7 1 MiB, first half", "stm32h743ig", 0x0807FFFF, "FLASH1", STK_MEM_FLASH, 0 },
	{ "H7 1 MiB, the gap", "stm32h743ig", 0x08080000, NULL, STK_MEM_RAM, 0 },
	{ "H7 1 MiB, second half", "stm32h743ig", 0x08100000, "FLASH2", STK_MEM_FLASH, 0 },
	{ "H750 has one sector", "stm32h750vb", 0x08020000, NULL, STK_MEM_RAM, 0 },
	{ "H7 external window", "stm32h750vb", 0x9FFFFFFF, "QUADSPI", STK_MEM_EXTERNAL, 0 },
	{ "H755 has both banks", "stm32h755zi", 0x081FFFFF, "FLASH", STK_MEM_FLASH, 0 },
	{ "H7A3 1 MiB, the gap", "stm32h7a3zg", 0x08080000, NULL, STK_MEM_RAM, 0 },
	{ "H7A3 1 MiB, second half", "stm32h7a3zg", 0x0817FFFF, "FLASH2", STK_MEM_FLASH, 0 },
	{ "H7B0 AXI SRAM", "stm32h7b0vb", 0x240FFFFF, "AXI-SRAM", STK_MEM_RAM, 1 },
	{ "H7B0 has 16 sectors", "stm32h7b0vb", 0x08020000, NULL, STK_MEM_RAM, 0 },
	{ "H723 AXI SRAM", "stm32h723vg", 0x2404FFFF, "AXI-SRAM", STK_MEM_RAM, 1 },
	{ "H723 has less of it", "stm32h723vg", 0x24050000, NULL, STK_MEM_RAM, 0 },
	{ "H723 has one bank", "stm32h723vg", 0x08100000, NULL, STK_MEM_RAM, 0 },
	{ "H735 external window", "stm32h735ig", 0x70000000, "OCTOSPI2", STK_MEM_EXTERNAL, 0 },
	{ "H743 has no other one", "stm32h743ii", 0x70000000, NULL, STK_MEM_RAM, 0 },
};

START_TEST(memory_at)
{
	const __typeof__(*memory_case) *c = &memory_case[_i];
	const struct stk_memory *m = stk_chip_memory_at(chip_named(c->chip), c->addr);

	if (!c->memory) {
		ck_assert_msg(!m, "%s: %s", c->what, m ? m->name : "");
		return;
	}
	ck_assert_msg(m && !strcmp(m->name, c->memory), "%s: %s", c->what,
		      m ? m->name : "-");
	ck_assert_msg(m->kind == c->kind && m->preference == c->preference, "%s", c->what);
}
END_TEST

/* The bits that vendor code polls and sets, by the names diagnosis shows. */
static const struct {
	const char *chip, *peripheral, *reg;
	uint32_t value;
	const char *text;
} name_case[] = {
	{ "stm32g431cb", "FLASH", "SR", 0x000100C2,
	  "0x000100c2 (OPERR, SIZERR, PGSERR, BSY)" },
	{ "stm32g431cb", "FLASH", "CR", 0x800101FA, "0x800101fa (PER, PNB=63, STRT, LOCK)" },
	{ "stm32f407vg", "FLASH", "SR", 0x000000C0, "0x000000c0 (PGPERR, PGSERR)" },
	{ "stm32f407vg", "FLASH", "CR", 0x0001025A,
	  "0x0001025a (SER, SNB=11, PSIZE=2, STRT)" },
	{ "stm32h743ii", "FLASH", "SR1", 0x06000005,
	  "0x06000005 (BSY1, QW1, SNECCERR1, DBECCERR1)" },
	{ "stm32h743ii", "QUADSPI", "SR", 0x00002027,
	  "0x00002027 (TEF, TCF, FTF, BUSY, FLEVEL=32)" },
	{ "stm32h743ii", "SCS", "CFSR", 0x00008200, "0x00008200 (PRECISERR, BFARVALID)" },
	{ "stm32h743ii", "FLASH", "CR2", 0x000002B4, "0x000002b4 (SER2, PSIZE2=3, START2, SNB2=2)" },
	{ "stm32h7a3zi", "FLASH", "CR2", 0x000002A4, "0x000002a4 (SER2, START2, SNB2=10)" },
	{ "stm32h735ig", "OCTOSPI1", "CR", 0x30400301,
	  "0x30400301 (EN, FTHRES=3, APMS, FMODE=3)" },
};

START_TEST(names)
{
	const __typeof__(*name_case) *c = &name_case[_i];
	const struct stk_peripheral *p = stk_chip_peripheral(chip_named(c->chip),
							     c->peripheral);
	char buf[120];

	ck_assert_str_eq(stk_register_text(stk_peripheral_register(p, c->reg), c->value,
					   buf, sizeof(buf)),
			 c->text);
}
END_TEST

static const struct stk_field text_fields[] = {
	{ "LOW", 0, 1 },
	{ "NUMBER", 4, 8 },
	{ "TOP", 31, 1 },
};
static const struct stk_register text_register = { "TEST", 0, 0, text_fields, 3 };
static const struct stk_field wide_field[] = { { "ALL", 0, 32 } };
static const struct stk_register wide_register = { "WIDE", 0, 0, wide_field, 1 };

static const struct {
	const char *what;
	const struct stk_register *r;
	uint32_t value;
	size_t len;
	const char *text;
} text_case[] = {
	{ "nothing set", &text_register, 0, 80, "0x00000000" },
	{ "one bit", &text_register, 1, 80, "0x00000001 (LOW)" },
	{ "a number", &text_register, 0x30, 80, "0x00000030 (NUMBER=3)" },
	{ "all", &text_register, 0xFFFFFFFF, 80, "0xffffffff (LOW, NUMBER=255, TOP)" },
	{ "bits without a name", &text_register, 0x2, 80, "0x00000002" },
	{ "a field of 32 bits", &wide_register, 0x80000000, 80,
	  "0x80000000 (ALL=2147483648)" },
	{ "no register", NULL, 0x12, 80, "0x00000012" },
	{ "cut off", &text_register, 0x80000001, 15, "0x80000001 (LO" },
	{ "no room", &text_register, 1, 1, "" },
	{ "no buffer", &text_register, 1, 0, "" },
};

START_TEST(text)
{
	const __typeof__(*text_case) *c = &text_case[_i];
	char buf[80] = "untouched";
	const char *s = stk_register_text(c->r, c->value, buf, c->len);

	ck_assert_msg(!strcmp(s, c->text), "%s: '%s'", c->what, s);
	if (!c->len)
		ck_assert_str_eq(buf, "untouched");
}
END_TEST

static const struct {
	const char *what, *chip; /* NULL: none is known */
	uint64_t addr;
	const char *name; /* NULL: nothing */
} place_case[] = {
	{ "a register", "stm32g431cb", 0x40022014, "FLASH_CR" },
	{ "a byte of one", "stm32h743ii", 0x52005021, "QUADSPI_DR+1" },
	{ "the same address on another line", "stm32h7b0vb", 0x52005021, "OCTOSPI1_SR+1" },
	{ "RCC in the core's view", "stm32h743ii", 0x58024534, "RCC_C1_AHB3ENR" },
	{ "RCC where it is alone", "stm32h7a3zi", 0x58024534, "RCC_AHB3ENR" },
	{ "the last byte of one", "stm32g431cb", 0x40022017, "FLASH_CR+3" },
	{ "between registers", "stm32g431cb", 0x4002200C + 0x40, "FLASH+0x4c" },
	{ "a block without registers", "stm32g431cb", 0x40002410, "TAMP+0x10" },
	{ "memory", "stm32g431cb", 0x20000000, NULL },
	{ "a gap", "stm32g431cb", 0x5FFFFFF0, NULL },
	{ "the chip's before the core's", "stm32g431cb", 0xE0042008, "DBGMCU_APB1FZR1" },
	{ "SysTick of any chip", NULL, 0xE000E010, "SCS_SYST_CSR" },
	{ "AIRCR of any chip", NULL, 0xE000ED0C, "SCS_AIRCR" },
	{ "the cycle counter of any chip", NULL, 0xE0001004, "DWT_CYCCNT" },
	{ "the debug MCU of any chip", NULL, 0xE0042000, "DBGMCU_IDCODE" },
	{ "a chip's register without chip", NULL, 0x40022014, NULL },
};

START_TEST(place)
{
	const __typeof__(*place_case) *c = &place_case[_i];
	const struct stk_chip *chip = c->chip ? chip_named(c->chip) : NULL;
	struct stk_register_place p;
	char name[64];

	if (!chip_register_at(drivers, 1, chip, c->addr, &p)) {
		ck_assert_msg(!c->name, "%s: nothing", c->what);
		return;
	}
	chip_place_text(&p, name, sizeof(name));
	ck_assert_msg(c->name && !strcmp(name, c->name), "%s: %s", c->what, name);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("chip");
	TCase *tc = tcase_create("chip");

	tcase_add_loop_test(tc, find, 0, ARRAY_SIZE(find_case));
	tcase_add_loop_test(tc, refuse, 0, ARRAY_SIZE(refuse_case));
	tcase_add_test(tc, find_each);
	tcase_add_test(tc, find_without_drivers);
	tcase_add_test(tc, lookups);
	tcase_add_loop_test(tc, memory_at, 0, ARRAY_SIZE(memory_case));
	tcase_add_loop_test(tc, place, 0, ARRAY_SIZE(place_case));
	tcase_add_loop_test(tc, names, 0, ARRAY_SIZE(name_case));
	tcase_add_loop_test(tc, text, 0, ARRAY_SIZE(text_case));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
