/* SPDX-License-Identifier: MIT */
/* Which loaders are refused on a chip that is not virtual. */
#include "unit.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>

#include "../long/rig.h"
#include "target.h"

static struct rig g4;
static struct stk_target *chip;

/* Whatever is not refused is stopped at the first operation on the chip. */
static void open_rig(void)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/tests/loaders/out/g431.FLM",
		 getenv("top_builddir"));
	rig_open(&g4, path, "stm32g431cb", "FLASH");
	chip = rig_target(&g4, "fault:op=1,mode=cut,real=1");
}

static void close_rig(void)
{
	stk_target_close(chip);
	rig_close(&g4);
}

/* The cause with which a call of its first function ends. */
static const char *cause_of(struct stk_loader *l, struct stk_error *err)
{
	const struct stk_loader_info *info = stk_loader_info(l);
	struct stk_call_options opt = { .size = sizeof(opt) };
	struct stk_call *c = NULL;

	ck_assert_uint_gt(info->n_functions, 0);
	memset(err, 0, sizeof(*err));
	ck_assert_int_lt(stk_call_run(chip, l, info->functions[0].name, &opt, &c, err), 0);
	stk_call_free(c);
	return err->cause;
}

/* Built for a Cortex-M4: what the chip's core lacks, the code alone tells. */
START_TEST(instructions_that_the_chip_lacks)
{
	struct stk_call_options opt = { .size = sizeof(opt), .force = true };
	struct stk_call *c = NULL;
	struct stk_error err;

	ck_assert_str_eq(cause_of(g4.loader, &err), "link-cut");
	ck_assert_int_eq(stk_chip_find(g4.ctx, "STM32G031K8", &chip->facts.chip, &err), 0);
	ck_assert_str_eq(cause_of(g4.loader, &err), "lint-error");
	ck_assert_ptr_nonnull(strstr(err.msg, "--explain STK-L208"));
	ck_assert_int_lt(stk_call_run(chip, g4.loader, "Init", &opt, &c, &err), 0);
	ck_assert_str_eq(err.cause, "link-cut");
	stk_call_free(c);
	/* Nothing was added to what the caller sees, nor is it in the caller's way. */
	for (size_t i = 0; i < stk_loader_info(g4.loader)->n_findings; i++)
		ck_assert_int_ne(stk_loader_info(g4.loader)->findings[i].level, STK_ERROR);
	ck_assert_int_eq(stk_loader_check(g4.ctx, g4.loader, NULL, &err), 0);
}
END_TEST

/* ---- the loaders of vendors --------------------------------------------- */

/* Their Init lifts read-out protection: docs/findings/STK-L205.md. */
static const char *const lift_protection[] = {
	"STM32G4x1_256", "STM32G4x1_512", "STM32G4xx_32", "STM32G4xx_64",
	"STM32G4xx_128", "STM32G4xx_256", "STM32G4xx_512",
	"STM32U5Fx_2M_0C00", "STM32U5Fx_4M_0C00",
};

/*
 * Drivers of ST's, linked as a whole: they call back through pointers, which might
 * be to HAL_FLASH_OB_Unlock as well.
 */
static const char *const all_linked[] = { "MX25LM51245G_STM32U575I-EVAL" };

static unsigned int seen, options, lifting, errors;

static bool has_error(const struct stk_loader_info *info)
{
	for (size_t i = 0; i < info->n_findings; i++) {
		if (info->findings[i].level == STK_ERROR && !info->findings[i].host)
			return true;
	}
	return false;
}

/* Also "STM32G4xx_128.strip-debug.FLM", derived from it. */
static bool is_one_of(const char *const *names, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(names[i]);

		if (!strncmp(names[i], name, len) && name[len] == '.')
			return true;
	}
	return false;
}

static bool lifts(const char *name)
{
	return is_one_of(lift_protection,
			 sizeof(lift_protection) / sizeof(lift_protection[0]), name);
}

static bool may_lift(const char *name)
{
	return is_one_of(all_linked, sizeof(all_linked) / sizeof(all_linked[0]), name);
}

static void judge(struct stk_loader *l)
{
	const struct stk_loader_info *info = stk_loader_info(l);
	bool option = strstr(info->name, "_OPT") || strstr(info->name, "_OTP");
	bool expected = option || lifts(info->name) || may_lift(info->name);
	struct stk_error err;
	const char *cause = cause_of(l, &err);
	bool touches = !strcmp(cause, "touches-option-bytes");

	seen++;
	ck_assert_msg(touches == expected, "%s: %s", info->path, err.msg);
	ck_assert_msg(!strcmp(cause, "lint-error") == has_error(info), "%s", err.msg);
	options += option;
	lifting += lifts(info->name);
	errors += has_error(info);
}

static int look(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	struct stk_loader *l;
	const char *dot = strrchr(path, '.');

	if (type != FTW_F || !dot ||
	    (strcasecmp(dot, ".FLM") && strcasecmp(dot, ".stldr")) ||
	    stk_loader_open(g4.ctx, path, 0, &l, NULL))
		return 0;
	judge(l);
	stk_loader_close(l);
	return 0;
}

/* No loader of main or external flash is refused for what it does not do. */
START_TEST(vendor_loaders)
{
	/* Which chip it is, the loaders' own names have to tell. */
	chip->facts.chip = NULL;
	nftw(getenv("STOKER_CORPUS"), look, 16, FTW_PHYS);
	ck_assert_uint_gt(seen, 100);
	ck_assert_uint_gt(options, 10);
	ck_assert_uint_gt(lifting, 0);
	ck_assert_uint_gt(errors, 0);
}
END_TEST

int main(void)
{
	const char *corpus = getenv("STOKER_CORPUS");
	Suite *s = suite_create("care");
	TCase *tc = tcase_create("care");
	int r;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, open_rig, close_rig);
	tcase_add_test(tc, instructions_that_the_chip_lacks);
	if (corpus && *corpus)
		tcase_add_test(tc, vendor_loaders);
	suite_add_tcase(s, tc);
	r = unit_run(s);
	if (r || (corpus && *corpus))
		return r;
	puts("SKIP: no corpus of vendor loaders (STOKER_CORPUS)");
	return 77;
}
