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
};

static const struct {
	const char *what, *name, *cause;
	const char *said;	/* what the sentence must hold */
} refuse_case[] = {
	{ "sizes differ", "stm32g431", "chip-ambiguous",
	  "can be STM32G431C6, STM32G431C8, STM32G431CB; character 11 (6, 8, B) decides" },
	{ "sizes differ, pins given", "STM32G431R", "chip-ambiguous", "STM32G431RB" },
	{ "sizes differ, all wild", "stm32g431xx", "chip-ambiguous", "character 11" },
	{ "a family", "stm32g4", "chip-ambiguous", "character 8 (3, 4)" },
	{ "one letter off", "stm32g432cb", "chip-unknown", "the nearest are STM32G431CB" },
	{ "one letter off, with package", "STM32G432KBT6", "chip-unknown", "STM32G4" },
	{ "a bad temperature", "STM32G431CBT9", "chip-unknown", "STM32G431CB" },
	{ "a bad package", "STM32G431CB66", "chip-unknown", "STM32G431CB" },
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
	ck_assert_msg(!strcmp(err.cause, c->cause), "%s: %s: %s", c->what, err.cause, err.msg);
	ck_assert_msg(strstr(err.msg, c->said) != NULL, "%s: %s", c->what, err.msg);
	ck_assert_int_eq(err.origin, STK_ORIGIN_USAGE);
}
END_TEST

/* Each part is found by its own name, in both cases, and nothing else is. */
START_TEST(find_each)
{
	const struct stk_chip *chip;

	for (size_t i = 0; i < stm32_chips.n_chips; i++) {
		ck_assert_int_eq(chip_find(drivers, 1, stm32_chips.chips[i]->name, &chip, NULL), 0);
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

static const struct stk_field text_fields[] = {
	{ "LOW", 0, 1 }, { "NUMBER", 4, 8 }, { "TOP", 31, 1 },
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
	{ "a field of 32 bits", &wide_register, 0x80000000, 80, "0x80000000 (ALL=2147483648)" },
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

int main(void)
{
	Suite *suite = suite_create("chip");
	TCase *tc = tcase_create("chip");

	tcase_add_loop_test(tc, find, 0, ARRAY_SIZE(find_case));
	tcase_add_loop_test(tc, refuse, 0, ARRAY_SIZE(refuse_case));
	tcase_add_test(tc, find_each);
	tcase_add_test(tc, find_without_drivers);
	tcase_add_test(tc, lookups);
	tcase_add_loop_test(tc, text, 0, ARRAY_SIZE(text_case));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
