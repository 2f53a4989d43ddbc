/* SPDX-License-Identifier: MIT */
/* Chips by the names that loaders carry, on the tables as shipped. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "kin.h"
#include "unit.h"

extern const struct stk_chip_driver stm32_chips;

static const struct stk_chip_driver *const drivers[] = { &stm32_chips };
static const struct kin_list list = { drivers, 1 };

/* @kin: the names of the kin that is meant, all of it. */
static const struct {
	const char *what, *text, *family, *kin;
	enum stk_fit fit;
	const char *chip, *named;
} guess_case[] = {
	{ "a line and its twin", "STM32G43x-4x_128.FLM", "STM32G4", "G431 G441",
	  STK_FIT_LINE, "STM32G4", "STM32G43x-4x" },
	{ "behind a part", "W25Q128_STM32F412ZG", "STM32F4", "F412", STK_FIT_CHIP,
	  "STM32F412ZG", "STM32F412ZG" },
	{ "a full part number", "W25Q128JV_STM32H743IITX", "STM32H7",
	  "H742 H743 H750 H753", STK_FIT_CHIP, "STM32H743II", "STM32H743IITX" },
	{ "one size only", "STM32H750xx", "STM32H7", "H742 H743 H750 H753",
	  STK_FIT_CHIP, "STM32H750", "STM32H750xx" },
	{ "a DEV_ID", "0x468.stldr", "STM32G4", "G431 G441", STK_FIT_LINE,
	  "STM32G4", "0x468" },
	{ "a DEV_ID of two rows", "0x450", "STM32H7",
	  "H742 H743 H750 H753|H745 H747 H755 H757", STK_FIT_LINE, "STM32H7", "0x450" },
	{ "a DEV_ID of one line", "0x483.stldr", "STM32H7",
	  "H723 H725 H730 H733 H735", STK_FIT_LINE, "STM32H7", "0x483" },
	{ "x for either", "STM32G4x1_256.FLM", "STM32G4", "G431 G441|G471|G491 G4A1",
	  STK_FIT_LINE, "STM32G4", "STM32G4x1" },
	{ "letters for digits", "STM32G49x-Ax 512 KB Flash", "STM32G4", "G491 G4A1",
	  STK_FIT_LINE, "STM32G4", "STM32G49x-Ax" },
	{ "a tail of three", "STM32F410xx/412xx Flash Options", "STM32F4", "F410|F412",
	  STK_FIT_LINE, "STM32F412", "STM32F410xx/412xx" },
	{ "a tail of two", "STM32F42xxx_43xxx_OPT.FLM", "STM32F4",
	  "F413 F423|F427 F429 F437 F439",
	  STK_FIT_LINE, "STM32F4", "STM32F42xxx_43xxx" },
	{ "a tail of one", "STM32F72x/3x 512KB Flash", "STM32F7", "F722 F723", STK_FIT_LINE,
	  "STM32F7", "STM32F72x/3x" },
	{ "two letters in front", "STM32WB55x_35x_M4_OPT.FLM", "STM32WB",
	  "WB30 WB35|WB50 WB55", STK_FIT_LINE, "STM32WB", "STM32WB55x_35x" },
	{ "a tail without x", "STM32H7A-B3_Flash_1M", "STM32H7", "H7A3 H7B0 H7B3",
	  STK_FIT_LINE, "STM32H7", "STM32H7A-B3" },
	{ "a size is no tail", "STM32L4Rx_1024_Dual.FLM", "STM32L4", "L4R5", STK_FIT_LINE,
	  "STM32L4", "STM32L4Rx" },
	{ "a size is no tail", "STM32F0xx_32.FLM", "STM32F0",
	  "F030|F031|F042|F070|F051|F071|F091", STK_FIT_NONE, NULL, "STM32F0xx" },
	{ "a digit behind x", "STM32F7x2TCM_512.FLM", "STM32F7", "F722 F723", STK_FIT_FAMILY,
	  "STM32F7", "STM32F7x2TCM" },
	{ "letters behind x", "STM32F7xTCM_1024.FLM", "STM32F7", "F722 F723|F745 F746|F765",
	  STK_FIT_LINE, "STM32F7", "STM32F7x" },
	{ "L01 and L02", "STM32L01_2x_EEPROM.FLM", "STM32L0", "L010|L011 L021", STK_FIT_LINE,
	  "STM32L0", "STM32L01_2x" },
	{ "a family", "STM32H7x_2048.FLM", "STM32H7", "H723|H742|H745|H7A3", STK_FIT_LINE,
	  "STM32H7", "STM32H7x" },
	{ "a family within another", "STM32WB_M4.FLM", "STM32WB", "WB10|WB30|WB50",
	  STK_FIT_LINE, "STM32WB", "STM32WB" },
	{ "a family with another inside", "STM32WBAx_1M_0C00.FLM", "STM32WBA",
	  "WBA23|WBA50|WBA62", STK_FIT_NONE, NULL, "STM32WBAx" },
	{ "H7RS by its models", "STM32H7Rx_64k.FLM", "STM32H7RS", "H7R3", STK_FIT_NONE, NULL,
	  "STM32H7Rx" },
	{ "H7RS by its name", "MX66UW1G45G_STM32H7RSx", "STM32H7RS", "H7R3", STK_FIT_NONE,
	  NULL, "STM32H7RSx" },
	{ "WL without FPU", "STM32WLE5x Flash", "STM32WL", "WL54", STK_FIT_LINE, "STM32WLE",
	  "STM32WLE5x" },
	{ "a board", "MT25QL512A_STM32769IG-EVAL", "STM32F7", "F765", STK_FIT_LINE, "STM32F769",
	  "STM32769" },
	{ "an old board", "IS61WV51216BLL_STM3210E-EVAL", "STM32F1",
	  "F100|F101|F102|F103|F105", STK_FIT_NONE, NULL, "STM3210" },
	{ "a kit", "32F469IDISCOVERY  N25Q128A", "STM32F4", "F469", STK_FIT_FAMILY, "STM32F4",
	  "32F469IDISCOVERY" },
	{ "a nucleo", "W25Q128JV_NUCLEO-H563ZI.stldr", "STM32H5", "H562", STK_FIT_NONE, NULL,
	  "H563ZI" },
	{ "a model alone", "h743_flash.stldr", "STM32H7", "H742", STK_FIT_LINE, "STM32H743",
	  "h743" },
	{ "one chip twice", "STM32G431_STM32G441", "STM32G4", "G431", STK_FIT_LINE,
	  "STM32G4", "STM32G431_STM32G441" },
};

static const struct {
	const char *what, *text, *cause;
	int code;
} refuse_case[] = {
	{ "nothing", "", "chip-not-told", ENOENT },
	{ "a memory part", "W25Q128JV", "chip-not-told", ENOENT },
	{ "another maker", "LPC18xx/43xx IAP 256kB", "chip-not-told", ENOENT },
	{ "the maker alone", "STM32 Flash", "chip-not-told", ENOENT },
	{ "no such model", "STM32F999", "chip-not-told", ENOENT },
	{ "no such DEV_ID", "0x999.stldr", "chip-not-told", ENOENT },
	{ "an address", "0x46800000", "chip-not-told", ENOENT },
	{ "too short a DEV_ID", "0x46", "chip-not-told", ENOENT },
	{ "a model inside a word", "WITH743", "chip-not-told", ENOENT },
	{ "a designator", "U5_flash", "chip-not-told", ENOENT },
	{ "two families", "STM32F407_STM32H743", "chips-differ", ENOTUNIQ },
};

/* Does the guess hold exactly one kin for each part of @kin between bars? */
static void check_kin(const char *what, const struct stk_chip_guess *g, const char *kin)
{
	size_t n = 0;

	for (const char *at = kin; at; at = strchr(at, '|')) {
		size_t len = strcspn(at += *at == '|', "|");
		bool found = false;

		for (size_t i = 0; i < g->n_kin; i++)
			found = found || memmem(g->kin[i]->names,
						strlen(g->kin[i]->names), at, len);
		ck_assert_msg(found, "%s: %.*s is not among them", what, (int)len, at);
		n++;
	}
	ck_assert_msg(g->n_kin == n, "%s: %zu kin, the last %s", what, g->n_kin,
		      g->kin[g->n_kin - 1]->names);
}

START_TEST(guess)
{
	const __typeof__(*guess_case) *c = &guess_case[_i];
	struct stk_chip_guess g;
	struct stk_error err = { 0 };
	char why[120];

	ck_assert_msg(!chip_guess_text(&list, c->text, "file name", &g, &err), "%s: %s",
		      c->what, err.msg);
	ck_assert_msg(!strcmp(g.family, c->family), "%s: %s", c->what, g.family);
	check_kin(c->what, &g, c->kin);
	ck_assert_msg(g.fit == c->fit, "%s: fit %d", c->what, g.fit);
	ck_assert_msg(!g.chip == !c->chip, "%s", c->what);
	if (g.chip)
		ck_assert_msg(!strncmp(g.chip->name, c->chip, strlen(c->chip)), "%s: %s",
			      c->what, g.chip->name);
	snprintf(why, sizeof(why), "'%s' in the file name", c->named);
	ck_assert_msg(!strcmp(g.why, why), "%s: %s", c->what, g.why);
}
END_TEST

START_TEST(refuse)
{
	const __typeof__(*refuse_case) *c = &refuse_case[_i];
	struct stk_chip_guess g;
	struct stk_error err = { 0 };
	int r = chip_guess_text(&list, c->text, "file name", &g, &err);

	ck_assert_msg(r == -c->code, "%s: %d", c->what, r);
	ck_assert_str_eq(err.cause, c->cause);
}
END_TEST

static const struct {
	const char *what, *device, *file, *why; /* why NULL: refused */
} loader_case[] = {
	{ "both alike", "STM32C0x_128", "STM32C0x_128.FLM", "'STM32C0x' in the device name" },
	{ "the file says more", "STM32H7x_2048", "STM32H743.FLM",
	  "'STM32H743' in the file name" },
	{ "the device says more", "STM32H750xx", "STM32H7x_128k.FLM",
	  "'STM32H750xx' in the device name" },
	{ "they differ", "STM32H750xx", "STM32G431.FLM", "'STM32H750xx' in the device name" },
	{ "only the file", "QSPI flash", "0x468.stldr", "'0x468' in the file name" },
	{ "only the device", "STM32G431", "flash.FLM", "'STM32G431' in the device name" },
	{ "no device", NULL, "STM32G431.FLM", "'STM32G431' in the file name" },
	{ "neither", "QSPI", "flash.FLM", NULL },
	{ "no device and no name", NULL, "flash.FLM", NULL },
	{ "a device of two", "STM32G431 STM32F407", "STM32G431.FLM", NULL },
};

START_TEST(loader)
{
	const __typeof__(*loader_case) *c = &loader_case[_i];
	const struct stk_device device = { .name = c->device };
	const struct stk_loader_info info = {
		.name = c->file, .device = c->device ? &device : NULL,
	};
	struct stk_chip_guess g = { .why = "" };
	struct stk_error err = { 0 };
	int r = chip_guess(&list, &info, &g, &err);

	ck_assert_msg(!r == !!c->why, "%s: %d %s", c->what, r, g.why);
	if (c->why)
		ck_assert_msg(!strcmp(g.why, c->why), "%s: %s", c->what, g.why);
	else
		ck_assert_msg(err.code, "%s", c->what);
}
END_TEST

static bool has_id(const struct stk_kin *kin, uint32_t id)
{
	for (size_t i = 0; i < kin->n_dev_ids; i++)
		if (kin->dev_ids[i] == id)
			return true;
	return false;
}

/* Each chip with facts is of one kin, whose numbers hold for it. */
START_TEST(chips)
{
	const struct stk_chip *chip = stm32_chips.chips[_i];
	const struct stk_kin *kin;
	struct stk_chip_guess g;
	const struct stk_memory *ram;

	ck_assert_int_eq(chip_guess_text(&list, chip->name, "name", &g, NULL), 0);
	ck_assert_int_eq(g.fit, STK_FIT_CHIP);
	ck_assert_uint_eq(g.n_kin, 1);
	kin = g.kin[0];
	ck_assert_str_eq(kin->family, chip->family);
	ck_assert_str_eq(kin->core, chip->core);
	ck_assert_uint_le(chip->flash_kib, kin->flash_kib);
	ck_assert_uint_eq(stk_chip_memory_at(chip, kin->flash_start)->kind, STK_MEM_FLASH);
	ck_assert_msg(has_id(kin, chip->identity[0].value), "%s", chip->name);
	for (uint64_t at = 0; at < kin->ram_kib * UINT64_C(1024); at += 1024) {
		ram = stk_chip_memory_at(chip, kin->ram_start + at);
		ck_assert_msg(ram && ram->kind == STK_MEM_RAM, "%s at %llx", chip->name,
			      (unsigned long long)(kin->ram_start + at));
	}
}
END_TEST

START_TEST(rows)
{
	const struct stk_kin *kin = &stm32_chips.kin[_i];

	ck_assert_msg(!strncmp(kin->family, "STM32", 5) && *kin->source, "%s", kin->names);
	ck_assert_msg(kin->ram_kib && !strncmp(kin->core, "cortex-m", 8), "%s", kin->names);
	ck_assert_msg(kin_has(kin, kin->names), "%s", kin->names);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kin");
	TCase *tc = tcase_create("kin");

	tcase_add_loop_test(tc, guess, 0, ARRAY_SIZE(guess_case));
	tcase_add_loop_test(tc, refuse, 0, ARRAY_SIZE(refuse_case));
	tcase_add_loop_test(tc, loader, 0, ARRAY_SIZE(loader_case));
	tcase_add_loop_test(tc, chips, 0, (int)stm32_chips.n_chips);
	tcase_add_loop_test(tc, rows, 0, (int)stm32_chips.n_kin);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
