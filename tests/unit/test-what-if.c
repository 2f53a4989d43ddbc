/* SPDX-License-Identifier: MIT */
/* What would give a symptom: the G431 thread, our own loaders, and symptoms as people write them. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../long/rig.h"

#define VENDOR	"/loaders/Open-CMSIS-Pack+STM32G4xx_DFP/CMSIS/Flash/"

static struct rig rig;
static struct stk_qualify *run;
static const struct stk_qualify_report *report;

static void open_rig(const char *folder, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s%s", folder, name);
	rig_open(&rig, path, "stm32g431cb", "FLASH");
}

static void open_own(const char *name)
{
	char folder[400];

	snprintf(folder, sizeof(folder), "%s/tests/loaders/out/", getenv("top_builddir"));
	open_rig(folder, name);
}

static void open_vendor(const char *name)
{
	char folder[400];

	snprintf(folder, sizeof(folder), "%s" VENDOR, getenv("STOKER_CORPUS"));
	open_rig(folder, name);
}

static void close_rig(void)
{
	stk_qualify_free(run);
	run = NULL;
	rig_close(&rig);
}

static int ask(const char *target, const char *symptom, struct stk_error *err)
{
	const struct stk_qualify_options opt = {
		.size = sizeof(opt), .target = target, .what_if = true, .symptom = symptom,
		.no_checks = true, .seed = 1,
	};
	int r;

	memset(err, 0, sizeof(*err));
	r = stk_qualify_run(rig.ctx, rig.loader, &opt, &run, err);
	report = r ? NULL : stk_qualify_report(run);
	return r;
}

static void explain(const char *target, const char *symptom)
{
	struct stk_error err;

	ck_assert_msg(!ask(target, symptom, &err), "%s", err.msg);
	ck_assert_str_eq(report->symptom, symptom);
}

static size_t fitting(void)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n_hypotheses; i++) {
		const struct stk_hypothesis *h = &report->hypotheses[i];

		n += h->fits;
		ck_assert(h->what && h->how && h->text && !h->fits == !h->call);
	}
	return n;
}

static const struct stk_hypothesis *fit_of(const char *name, const char *how)
{
	for (size_t i = 0; i < report->n_hypotheses; i++) {
		const struct stk_hypothesis *h = &report->hypotheses[i];

		if (h->fits && strstr(h->what, name) && !strcmp(h->how, how))
			return h;
	}
	ck_abort_msg("%s (%s) is not among the hypotheses", name, how);
}

/* ---- the G431 thread ---------------------------------------------------- */

#define THREAD	"EraseSector 0x08010000 returns 1"

/* It takes a chip that it does not know for one with two banks. */
START_TEST(identity)
{
	static const char *const how[] = { "zero", "ones" };

	open_vendor("STM32G43x-4x_128.FLM");
	explain("emu:stm32g431cb", THREAD);
	for (size_t i = 0; i < 2; i++) {
		const struct stk_hypothesis *h = fit_of("DBGMCU_IDCODE", how[i]);

		ck_assert_uint_eq(h->address, 0xe0042000);
		ck_assert_uint_eq(h->value, i ? UINT32_MAX : 0);
		ck_assert_str_eq(h->rule, "g4-bker-single-bank");
		ck_assert_str_eq(h->variant, "pgserr");
		ck_assert(strstr(h->text, "returned 1") && h->call->n_traffic);
	}
	/* All that fit are readings of that one register. */
	for (size_t i = 0; i < report->n_hypotheses; i++)
		ck_assert(!report->hypotheses[i].fits ||
			  strstr(report->hypotheses[i].what, "DBGMCU_IDCODE"));
	close_rig();
}
END_TEST

/* On a chip that ignores BKER it takes both to be otherwise. */
START_TEST(identity_and_rule)
{
	const struct stk_hypothesis *h;

	open_vendor("STM32G43x-4x_128.FLM");
	explain("emu:stm32g431cb,rule.g4-bker-single-bank=ignored", THREAD);
	h = fit_of("DBGMCU_IDCODE", "zero");
	ck_assert_str_eq(h->rule, "g4-bker-single-bank");
	ck_assert_str_eq(h->variant, "pgserr");
	close_rig();
}
END_TEST

START_TEST(does_not_ask)
{
	open_vendor("STM32G4xx_128.FLM");
	explain("emu:stm32g431cb", THREAD);
	ck_assert_uint_eq(fitting(), 0);
	ck_assert_uint_gt(report->n_hypotheses, 0);
	close_rig();
}
END_TEST

/* ---- our own loaders ------------------------------------------------------ */

START_TEST(as_it_is)
{
	open_own("g431-dual-bank.FLM");
	explain("emu:stm32g431cb", THREAD);
	ck_assert_uint_eq(fitting(), 1);
	ck_assert_str_eq(report->hypotheses[0].how, "as it is");
	close_rig();
}
END_TEST

START_TEST(a_rule_alone)
{
	const struct stk_hypothesis *h;

	open_own("g431-dual-bank.FLM");
	explain("emu:stm32g431cb", "EraseSector 0x08010000 corrupts");
	h = fit_of("g4-bker-single-bank", "rule");
	ck_assert_str_eq(h->variant, "ignored");
	ck_assert_uint_eq(h->address, 0);
	close_rig();
}
END_TEST

static const struct {
	const char *symptom, *name;
} own_case[] = {
	{ "Init hangs", "FLASH_SR" },
	{ "EraseSector 0x08000000 hangs", "FLASH_SR" },
	{ "EraseChip hangs", "FLASH_SR" },
	{ "ProgramPage 0x08000800 hangs", "FLASH_SR" },
};

START_TEST(own)
{
	open_own("g431.FLM");
	explain("emu:stm32g431cb", own_case[_i].symptom);
	fit_of(own_case[_i].name, "ones");
	close_rig();
}
END_TEST

/* Without one it is that of the first check that fails; where none does, there is none. */
START_TEST(of_the_first_failure)
{
	static const char *const checks[] = { "erase-sector", NULL };
	struct stk_qualify_options opt = {
		.size = sizeof(opt), .target = "emu:stm32g431cb", .what_if = true,
		.only = checks, .seed = 1,
	};
	struct stk_error err = { 0 };

	open_own("g431-dual-bank.FLM");
	ck_assert_msg(!stk_qualify_run(rig.ctx, rig.loader, &opt, &run, &err), "%s", err.msg);
	report = stk_qualify_report(run);
	ck_assert_ptr_nonnull(report->symptom);
	ck_assert_uint_eq(fitting(), 1);
	close_rig();
	open_own("g431.FLM");
	ck_assert_msg(!stk_qualify_run(rig.ctx, rig.loader, &opt, &run, &err), "%s", err.msg);
	report = stk_qualify_report(run);
	ck_assert(!report->symptom && !report->n_hypotheses);
	close_rig();
}
END_TEST

/* ---- symptoms that are none ------------------------------------------------ */

static const struct {
	const char *symptom, *says;
} bad_case[] = {
	{ "", "too few" },
	{ "EraseSector", "too few" },
	{ "EraseSector 0x08010000", "how the call ends" },
	{ "EraseSector 0x08010000 dies", "how the call ends" },
	{ "EraseSector 0x0801zzzz hangs", "is no number" },
	{ "EraseSector 0x08010000 returns", "too few" },
	{ "EraseSector 0x08010000 returns x", "no 32-bit number" },
	{ "EraseSector 0x08010000 returns 0x100000000", "no 32-bit number" },
	{ "EraseSector 0x08010000 hangs 3", "too many" },
	{ "EraseSector 0x08010000 returns 1 always", "too many" },
	{ "EraseSector 0x20000000 hangs", "not in the loader's device" },
	{ "SectorErase 0x08010000 hangs", "EraseSector" },
	{ NULL, "give a symptom" },
};

START_TEST(refused)
{
	struct stk_error err;

	open_own("g431.FLM");
	ck_assert_int_eq(ask("emu:stm32g431cb", bad_case[_i].symptom, &err), -EINVAL);
	ck_assert_int_eq(err.origin, STK_ORIGIN_USAGE);
	ck_assert_msg(strstr(err.msg, bad_case[_i].says), "%s", err.msg);
	close_rig();
}
END_TEST

int main(void)
{
	const char *corpus = getenv("STOKER_CORPUS");
	Suite *s = suite_create("what-if");
	TCase *t = tcase_create("own"), *vendor = tcase_create("vendor");
	int r;

	tcase_set_timeout(t, 60);
	tcase_set_timeout(vendor, 60);
	tcase_add_test(vendor, identity);
	tcase_add_test(vendor, identity_and_rule);
	tcase_add_test(vendor, does_not_ask);
	tcase_add_test(t, as_it_is);
	tcase_add_test(t, a_rule_alone);
	tcase_add_loop_test(t, own, 0, sizeof(own_case) / sizeof(own_case[0]));
	tcase_add_test(t, of_the_first_failure);
	tcase_add_loop_test(t, refused, 0, sizeof(bad_case) / sizeof(bad_case[0]));
	suite_add_tcase(s, t);
	if (corpus && *corpus)
		suite_add_tcase(s, vendor);
	r = unit_run(s);
	if (r || (corpus && *corpus))
		return r;
	puts("SKIP: no corpus of vendor loaders (STOKER_CORPUS)");
	return 77;
}
