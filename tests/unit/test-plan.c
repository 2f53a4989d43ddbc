/* SPDX-License-Identifier: MIT */
/* Plans of real loaders for virtual chips: what will happen, or why it cannot. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "../long/rig.h"

#define G4_PAGE		0x800u
#define FLASH		0x08000000u
#define NOR		0x90000000u
#define NOR_SECTOR	0x1000u

static struct rig g4, h7;
static uint8_t bytes[3 * NOR_SECTOR];

static char *loader_path(const char *name)
{
	static char path[2][512];
	static int which;

	which ^= 1;
	snprintf(path[which], sizeof(path[which]), "%s/tests/loaders/out/%s",
		 getenv("top_builddir"), name);
	return path[which];
}

static void open_rigs(void)
{
	rig_open(&g4, loader_path("g431.FLM"), "stm32g431cb", "FLASH");
	rig_open(&h7, loader_path("h743-w25q128.stldr"), "stm32h743ii", "NOR");
	rig_random(bytes, sizeof(bytes), 1);
}

static void close_rigs(void)
{
	rig_close(&g4);
	rig_close(&h7);
}

/* The steps as one word each: "reset load compare erase*2 ...". */
static void steps_text(const struct stk_plan_info *info, char *text, size_t len)
{
	static const char *const word[] = {
		"reset",   "load",   "compare", "erase-chip", "erase",
		"program", "verify", "blank",	"read",
	};
	size_t used = 0;

	text[0] = 0;
	for (size_t i = 0; i < info->n_steps; i++)
		used += (size_t)snprintf(text + used, len - used, "%s%s@%x", i ? " " : "",
					 word[info->steps[i].kind],
					 (unsigned int)info->steps[i].range.addr);
}

static struct stk_plan *plan(const struct rig *r, const struct stk_plan_options *opt,
			     const char *cause)
{
	struct stk_loader *const loaders[] = { r->loader };
	struct stk_target *t = rig_target(r, NULL);
	struct stk_plan *p = NULL;
	struct stk_error err = { 0 };
	int e = stk_plan_new(t, loaders, 1, opt, &p, &err);

	ck_assert_str_eq(err.cause, cause ? cause : "");
	ck_assert_int_eq(e == 0, cause == NULL);
	ck_assert(e ? p == NULL : p != NULL);
	/* Nothing here runs it. */
	stk_target_close(t);
	return p;
}

static void expect_steps(const struct rig *r, const struct stk_plan_options *opt,
			 const char *steps)
{
	struct stk_plan *p = plan(r, opt, NULL);
	char text[1024];

	steps_text(stk_plan_info(p), text, sizeof(text));
	ck_assert_str_eq(text, steps);
	stk_plan_free(p);
}

/* ---- what happens ----------------------------------------------------- */

START_TEST(part_of_a_page)
{
	struct stk_image *image = rig_image(&g4, FLASH + G4_PAGE + 100, bytes, G4_PAGE);
	struct stk_plan_options opt = { .size = sizeof(opt), .image = image };
	struct stk_plan *p = plan(&g4, &opt, NULL);
	const struct stk_plan_info *info = stk_plan_info(p);

	ck_assert_uint_eq(info->sectors, 2);
	ck_assert_uint_eq(info->image_bytes, G4_PAGE);
	ck_assert_uint_eq(info->preserved_bytes, G4_PAGE);
	ck_assert_uint_eq(info->steps[3].preserved, 100);
	ck_assert_uint_eq(info->steps[4].preserved, G4_PAGE - 100);
	stk_plan_free(p);
	expect_steps(&g4, &opt,
		     "reset@0 load@0 compare@8000800 erase@8000800 erase@8001000 "
		     "blank@8000800 program@8000800 verify@8000800");
	stk_image_close(image);
}
END_TEST

START_TEST(two_runs)
{
	struct stk_image *one[] = {
		rig_image(&g4, FLASH, bytes, 16),
		rig_image(&g4, FLASH + 0x2000, bytes, 16),
	};
	struct stk_plan_options opt = { .size = sizeof(opt), .action = STK_ACTION_VERIFY };
	struct stk_image *both;

	ck_assert_int_eq(
		stk_image_merge((const struct stk_image *const *)one, 2, &both, NULL), 0);
	opt.image = both;
	expect_steps(&g4, &opt, "reset@0 load@0 verify@8000000 verify@8002000");
	opt.action = STK_ACTION_PROGRAM;
	opt.erase = STK_ERASE_NONE;
	expect_steps(&g4, &opt,
		     "reset@0 load@0 compare@8000000 compare@8002000 program@8000000 "
		     "program@8002000 verify@8000000 verify@8002000");
	opt.erase = STK_ERASE_CHIP;
	expect_steps(&g4, &opt,
		     "reset@0 load@0 compare@8000000 compare@8002000 erase-chip@8000000 "
		     "blank@8000000 program@8000000 program@8002000 "
		     "verify@8000000 verify@8002000");
	stk_image_close(both);
	stk_image_close(one[0]);
	stk_image_close(one[1]);
}
END_TEST

/* Any order, twice, in pieces: the same sectors once, in order. */
START_TEST(ranges_in_any_order)
{
	const struct stk_range ranges[] = {
		{ FLASH + 4 * G4_PAGE, G4_PAGE },
		{ FLASH + G4_PAGE / 2, G4_PAGE / 2 },
		{ FLASH + 4 * G4_PAGE, G4_PAGE },
		{ FLASH, G4_PAGE / 2 },
		{ FLASH + 3 * G4_PAGE, 2 * G4_PAGE },
	};
	struct stk_plan_options opt = {
		.size = sizeof(opt), .action = STK_ACTION_ERASE, .ranges = ranges,
		.n_ranges = sizeof(ranges) / sizeof(ranges[0]),
	};

	expect_steps(&g4, &opt,
		     "reset@0 load@0 compare@8000000 compare@8001800 erase@8000000 "
		     "erase@8001800 erase@8002000 blank@8000000 blank@8001800");
	opt.action = STK_ACTION_READ;
	expect_steps(&g4, &opt, "reset@0 load@0 read@8000000 read@8001800");
	opt.action = STK_ACTION_BLANK_CHECK;
	expect_steps(&g4, &opt, "reset@0 load@0 blank@8000000 blank@8001800");
}
END_TEST

/* ---- two loaders ------------------------------------------------------ */

START_TEST(two_loaders)
{
	static const struct stk_range both[] = {
		{ NOR, NOR_SECTOR }, { NOR + 4 * NOR_SECTOR, NOR_SECTOR },
	};
	struct stk_loader *twice[] = { h7.loader, h7.loader },
			  *with[2] = { g4.loader, h7.loader };
	struct stk_plan_options opt = {
		.size = sizeof(opt), .action = STK_ACTION_ERASE, .ranges = both, .n_ranges = 2,
	};
	struct stk_target *t = rig_target(&h7, NULL);
	struct stk_error err = { 0 };
	struct stk_plan *p = NULL;
	char text[512];

	ck_assert_int_lt(stk_plan_new(t, twice, 2, &opt, &p, &err), 0);
	ck_assert_str_eq(err.cause, "two-loaders");
	ck_assert_ptr_null(p);
	/* One that has nothing to do is not even loaded. */
	ck_assert_int_eq(stk_plan_new(t, with, 2, &opt, &p, &err), 0);
	steps_text(stk_plan_info(p), text, sizeof(text));
	ck_assert_str_eq(text,
			 "reset@0 load@0 compare@90000000 compare@90004000 erase@90000000 "
			 "erase@90004000 blank@90000000 blank@90004000");
	for (size_t i = 0; i < stk_plan_info(p)->n_steps; i++)
		ck_assert_uint_eq(stk_plan_info(p)->steps[i].loader, 1);
	stk_plan_free(p);
	stk_target_close(t);
}
END_TEST

/* ---- what cannot be planned ------------------------------------------- */

static const struct {
	const char *cause;
	enum stk_action action;
	struct stk_range range;
} refused_range[] = {
	{ "range-not-aligned", STK_ACTION_ERASE, { FLASH + 16, G4_PAGE } },
	{ "range-not-aligned", STK_ACTION_ERASE, { FLASH, G4_PAGE - 1 } },
	{ "bad-range", STK_ACTION_ERASE, { FLASH, 0 } },
	{ "bad-range", STK_ACTION_READ, { UINT64_MAX - 3, 8 } },
	{ "bad-range", STK_ACTION_READ, { UINT64_MAX - 3, 4 } },
	{ "no-loader", STK_ACTION_READ, { FLASH - 4, 8 } },
	{ "no-loader", STK_ACTION_BLANK_CHECK, { FLASH + 0x1FFFC, 8 } },
	{ "no-loader", STK_ACTION_ERASE, { NOR, NOR_SECTOR } },
	{ "no-image", STK_ACTION_PROGRAM, { FLASH, G4_PAGE } },
	{ "no-image", STK_ACTION_VERIFY, { FLASH, G4_PAGE } },
};

START_TEST(refused)
{
	struct stk_plan_options opt = {
		.size = sizeof(opt), .action = refused_range[_i].action,
		.ranges = &refused_range[_i].range, .n_ranges = 1,
	};

	plan(&g4, &opt, refused_range[_i].cause);
}
END_TEST

START_TEST(nothing_given)
{
	struct stk_plan_options opt = { .size = sizeof(opt), .action = STK_ACTION_ERASE };
	struct stk_target *t = rig_target(&g4, NULL);
	struct stk_error err = { 0 };
	struct stk_plan *p = NULL;

	plan(&g4, &opt, "no-range");
	ck_assert_int_lt(stk_plan_new(t, NULL, 0, &opt, &p, &err), 0);
	ck_assert_str_eq(err.cause, "no-loader");
	stk_target_close(t);
}
END_TEST

/* The loader with the symbol @name spelt differently: a function it lacks. */
static struct stk_loader *without(const char *file, const char *name)
{
	static uint8_t elf[1 << 17];
	FILE *f = fopen(loader_path(file), "rb");
	size_t len, n = strlen(name) + 2;
	char sought[32] = "";
	struct stk_loader *loader;

	ck_assert_ptr_nonnull(f);
	len = fread(elf, 1, sizeof(elf), f);
	fclose(f);
	memcpy(sought + 1, name, n - 2);	/* with the NUL before and after it */
	for (size_t i = 0; i + n <= len; i++) {
		if (!memcmp(elf + i, sought, n))
			elf[i + 1] = 'x';
	}
	ck_assert_int_eq(stk_loader_from_memory(g4.ctx, file, elf, len, 0, &loader, NULL),
			 0);
	return loader;
}

static const struct {
	const char *function;
	enum stk_erase erase;
	bool missed;
} lacking[] = {
	{ "EraseChip", STK_ERASE_CHIP, true },
	{ "EraseChip", STK_ERASE_SECTORS, false },
	{ "ProgramPage", STK_ERASE_NONE, true },
};

START_TEST(function_missing)
{
	struct rig r = g4;
	struct stk_image *image = rig_image(&g4, FLASH, bytes, 16);
	struct stk_plan_options opt = {
		.size = sizeof(opt), .image = image, .erase = lacking[_i].erase,
	};

	r.loader = without("g431.FLM", lacking[_i].function);
	stk_plan_free(plan(&r, &opt, lacking[_i].missed ? "function-missing" : NULL));
	stk_loader_close(r.loader);
	stk_image_close(image);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("plan");
	TCase *tc = tcase_create("plan");

	tcase_add_checked_fixture(tc, open_rigs, close_rigs);
	tcase_add_test(tc, part_of_a_page);
	tcase_add_test(tc, two_runs);
	tcase_add_test(tc, ranges_in_any_order);
	tcase_add_test(tc, two_loaders);
	tcase_add_loop_test(tc, refused, 0,
			    sizeof(refused_range) / sizeof(refused_range[0]));
	tcase_add_test(tc, nothing_given);
	tcase_add_loop_test(tc, function_missing, 0, sizeof(lacking) / sizeof(lacking[0]));
	suite_add_tcase(s, tc);
	return unit_run(s);
}
