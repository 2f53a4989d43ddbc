/* SPDX-License-Identifier: MIT */
/* Names of memory parts and constants in code, on the tables as shipped. */
#include <errno.h>
#include <string.h>

#include "part.h"
#include "unit.h"

extern const struct stk_chip_driver stm32_chips;

static const struct stk_chip_driver *const drivers[] = { &stm32_chips };

/* Names as loaders carry them, and their neighbours. */
static const struct {
	const char *what, *text, *part;
	uint64_t size;
	unsigned int copies;
	const char *named; /* what of the text names it */
} find_case[] = {
	{ "a loader's file name", "W25Q128_STM32F412ZG.stldr",
	  "W25Q128", 16u << 20, 1, "W25Q128" },
	{ "an ordering code", "W25Q128JVSIQ", "W25Q128", 16u << 20, 1, "W25Q128JVSIQ" },
	{ "small letters", "w25q64jv", "W25Q64", 8u << 20, 1, "w25q64jv" },
	{ "in the middle", "STM32H755ZI_S25FL128L",
	  "S25FL128L", 16u << 20, 1, "S25FL128L" },
	{ "behind a digit", "h743w25q64", "W25Q64", 8u << 20, 1, "w25q64" },
	{ "behind a small letter", "FlashW25Q256FV",
	  "W25Q256", 32u << 20, 1, "W25Q256FV" },
	{ "a copy of a file", "W25Q64_2.stldr", "W25Q64", 8u << 20, 1, "W25Q64" },
	{ "two of them", "ART-Pi_H750VB_W25Q64JVx2",
	  "W25Q64", 8u << 20, 2, "W25Q64JVx2" },
	{ "two of them, apart", "W25Q64JV_x2_H750",
	  "W25Q64", 8u << 20, 2, "W25Q64JV_x2" },
	{ "two of them, before", "2xW25Q64JV", "W25Q64", 8u << 20, 2, "2xW25Q64JV" },
	{ "two of them, small", "h7_2xw25q64", "W25Q64", 8u << 20, 2, "2xw25q64" },
	{ "x before other digits", "W25Q64_x25", "W25Q64", 8u << 20, 1, "W25Q64" },
	{ "a five-fold is none", "W25Q64x5", "W25Q64", 8u << 20, 1, "W25Q64x5" },
	{ "a short size", "W25Q01JVZEIQ", "W25Q01", 128u << 20, 1, "W25Q01JVZEIQ" },
	{ "longest name wins", "MX25L51245G_STM32F723E-DISCO",
	  "MX25L51245", 64u << 20, 1, "MX25L51245G" },
	{ "octal, not quad", "MX25LM51245G_STM32U575I-EVAL",
	  "MX25LM51245", 64u << 20, 1, "MX25LM51245G" },
	{ "short for a part", "f7_mx25l512g", "MX25L512G", 64u << 20, 1, "mx25l512g" },
	{ "letter and digits behind", "N25Q128A13_STM32F7",
	  "N25Q128", 16u << 20, 1, "N25Q128A13" },
	{ "Micron's megabit", "MT25QL512A_STM32769IG-EVAL",
	  "MT25QL512", 64u << 20, 1, "MT25QL512A" },
	{ "two dies", "STM32H7xx_MT25TL01G", "MT25TL01G", 128u << 20, 1, "MT25TL01G" },
	{ "Eon, not Numonyx", "EN25Q128", "EN25Q128", 16u << 20, 1, "EN25Q128" },
	{ "letter behind decides", "S25FL512S", "S25FL512S", 64u << 20, 1, "S25FL512S" },
	{ "letter behind is left away", "S25FL128_F4",
	  "S25FL128", 16u << 20, 1, "S25FL128" },
	{ "parallel NOR", "PC28F128M29EWxx_STM32756G-EVAL",
	  "PC28F128M29EW", 16u << 20, 1, "PC28F128M29EWxx" },
	{ "one part twice", "W25Q64_on_W25Q64JV", "W25Q64", 8u << 20, 1, "W25Q64" },
	{ "a discovery kit", "32F469IDISCOVERY  N25Q128A",
	  "N25Q128", 16u << 20, 1, "N25Q128A" },
};

static const struct {
	const char *what, *text, *cause;
	int code;
} refuse_case[] = {
	{ "nothing", "", "part-unknown", ENOENT },
	{ "a chip", "STM32G43x-4x 128 KB Flash", "part-unknown", ENOENT },
	{ "digits that make it another", "W25Q1280", "part-unknown", ENOENT },
	{ "digits missing", "W25Q", "part-unknown", ENOENT },
	{ "cut short", "W25Q6", "part-unknown", ENOENT },
	{ "512 Kbit or 512 Mbit", "MX25L512", "part-unknown", ENOENT },
	{ "512 Kbit or 512 Mbit", "GD25Q512", "part-unknown", ENOENT },
	{ "another maker's", "EN25Q256", "part-unknown", ENOENT },
	{ "inside a word", "XW25Q64", "part-unknown", ENOENT },
	{ "x alone at the end", "QSPI_x", "part-unknown", ENOENT },
	{ "two that differ", "W25Q64_or_W25Q128", "part-ambiguous", ENOTUNIQ },
	{ "two makers", "N25Q128A_MT25QL128", "part-ambiguous", ENOTUNIQ },
};

START_TEST(find)
{
	const __typeof__(*find_case) *c = &find_case[_i];
	struct stk_part_match m = { .part = NULL };
	struct stk_error err = { 0 };
	int r = part_find(drivers, 1, c->text, &m, &err);

	ck_assert_msg(!r, "%s: %s", c->what, err.msg);
	ck_assert_msg(!strcmp(m.part->name, c->part) && m.part->size == c->size,
		      "%s: %s", c->what, m.part->name);
	ck_assert_msg(m.copies == c->copies, "%s: %u copies", c->what, m.copies);
	ck_assert_msg(m.length == strlen(c->named) &&
			      !strncmp(c->text + m.offset, c->named, m.length),
		      "%s: %zu characters from %zu", c->what, m.length, m.offset);
}
END_TEST

START_TEST(refuse)
{
	const __typeof__(*refuse_case) *c = &refuse_case[_i];
	struct stk_part_match m = { .part = NULL };
	struct stk_error err = { 0 };
	int r = part_find(drivers, 1, c->text, &m, &err);

	ck_assert_msg(r == -c->code && !m.part, "%s: %d %s", c->what, r,
		      m.part ? m.part->name : "");
	ck_assert_str_eq(err.cause, c->cause);
}
END_TEST

/* Every row is found by its own name, divides, and says where it is from. */
START_TEST(each_part)
{
	const struct stk_part *p = &stm32_chips.parts[_i];
	struct stk_part_match m;
	uint64_t last = 0;

	ck_assert_int_eq(part_find(drivers, 1, p->name, &m, NULL), 0);
	ck_assert_msg(m.part == p, "%s found as %s", p->name, m.part->name);
	ck_assert_msg(p->source && *p->source && p->n_erase_sizes, "%s", p->name);
	ck_assert_msg(p->size && !(p->size & (p->size - 1)), "%s", p->name);
	ck_assert_msg(p->dies && p->page_size && p->size % p->page_size == 0, "%s",
		      p->name);
	for (size_t i = 0; i < p->n_erase_sizes; i++) {
		ck_assert_msg(p->erase_sizes[i] > last, "%s", p->name);
		ck_assert_msg(p->size % p->erase_sizes[i] == 0, "%s", p->name);
		last = p->erase_sizes[i];
	}
}
END_TEST

START_TEST(two_dies)
{
	struct stk_part_match m;

	ck_assert_int_eq(part_find(drivers, 1, "MT25TL01G", &m, NULL), 0);
	ck_assert_uint_eq(m.part->dies, 2);
	ck_assert_uint_eq(m.part->erase_sizes[0], 8192);
	ck_assert_uint_eq(m.part->page_size, 512);
}
END_TEST

START_TEST(without_drivers)
{
	static const struct stk_chip_driver old = {
		.size = offsetof(struct stk_chip_driver, signatures), .name = "old",
		.n_signatures = 1, .n_parts = 1, /* outside its size: not there */
	};
	const struct stk_chip_driver *const olds[] = { &old };
	struct stk_part_match m;

	ck_assert_int_eq(part_find(NULL, 0, "W25Q64", &m, NULL), -ENOENT);
	ck_assert_int_eq(part_find(olds, 1, "W25Q64", &m, NULL), -ENOENT);
	ck_assert_ptr_null(signature_find(olds, 1, 0x45670123, NULL));
}
END_TEST

static const struct {
	const char *what;
	uint32_t value;
	const char *family, *name; /* name NULL: means nothing */
	enum stk_signature_kind kind;
} signature_case[] = {
	{ "G4 key", 0x45670123, "STM32G4", "FLASH_KEYR key 1", STK_SIGNATURE_FLASH_KEY },
	{ "any family", 0xCDEF89AB, NULL, "FLASH_KEYR key 2", STK_SIGNATURE_FLASH_KEY },
	{ "option key", 0x08192A3B,
	  "STM32H7", "FLASH_OPTKEYR key 1", STK_SIGNATURE_OPTION_KEY },
	{ "option key", 0x4C5D6E7F,
	  "STM32F4", "FLASH_OPTKEYR key 2", STK_SIGNATURE_OPTION_KEY },
	{ "a family that has none", 0x08192A3B,
	  "STM32F1", NULL, STK_SIGNATURE_OPTION_KEY },
	{ "L0 uses others", 0x45670123, "STM32L0", NULL, STK_SIGNATURE_FLASH_KEY },
	{ "L0 program key", 0x8C9DAEBF,
	  "STM32L0", "FLASH_PRGKEYR key 1", STK_SIGNATURE_FLASH_KEY },
	{ "a family by its start", 0x192A083B, "STM32H", NULL, STK_SIGNATURE_OPTION_KEY },
	{ "WB is not WBA", 0x04152637, "STM32WB", NULL, STK_SIGNATURE_POWER_KEY },
	{ "WBA beside WB", 0x04152637,
	  "STM32WBA", "FLASH_PDKEYR key 1", STK_SIGNATURE_POWER_KEY },
	{ "watchdog", 0xAAAA, "STM32G4", "IWDG_KR reload", STK_SIGNATURE_WATCHDOG_KEY },
	{ "every family", 0x05FA0004,
	  "STM32G4", "AIRCR SYSRESETREQ", STK_SIGNATURE_RESET_KEY },
	{ "one off", 0x45670124, NULL, NULL, STK_SIGNATURE_FLASH_KEY },
	{ "zero", 0, NULL, NULL, STK_SIGNATURE_FLASH_KEY },
};

START_TEST(signature)
{
	const __typeof__(*signature_case) *c = &signature_case[_i];
	const struct stk_signature *s = signature_find(drivers, 1, c->value, c->family);

	ck_assert_msg(!s == !c->name, "%s", c->what);
	if (s)
		ck_assert_msg(!strcmp(s->name, c->name) && s->kind == c->kind && *s->source,
			      "%s: %s", c->what, s->name);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("part");
	TCase *tc = tcase_create("part");

	tcase_add_loop_test(tc, find, 0, ARRAY_SIZE(find_case));
	tcase_add_loop_test(tc, refuse, 0, ARRAY_SIZE(refuse_case));
	tcase_add_loop_test(tc, each_part, 0, (int)stm32_chips.n_parts);
	tcase_add_test(tc, two_dies);
	tcase_add_test(tc, without_drivers);
	tcase_add_loop_test(tc, signature, 0, ARRAY_SIZE(signature_case));
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
