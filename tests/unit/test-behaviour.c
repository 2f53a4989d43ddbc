/* SPDX-License-Identifier: MIT */
/* Two loaders at work: the same, and where they part. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include <stoker/stoker.h>

static struct stk_ctx *ctx;
static struct stk_loader *loaders[2];
static struct stk_behaviour *diff;
static const struct stk_behaviour_report *report;

static void setup(void)
{
	struct stk_error err = { 0 };

	ck_assert_msg(!stk_ctx_new(NULL, &ctx, &err), "%s", err.msg);
}

static void teardown(void)
{
	stk_behaviour_free(diff);
	for (int i = 0; i < 2; i++)
		stk_loader_close(loaders[i]);
	stk_ctx_free(ctx);
}

static void compare(const char *target, const char *a, const char *b)
{
	const struct stk_qualify_options opt = { .size = sizeof(opt), .target = target,
						 .seed = 1 };
	const char *const name[] = { a, b };
	struct stk_error err = { 0 };
	char path[512];

	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "%s/tests/loaders/out/%s",
			 getenv("top_builddir"), name[i]);
		ck_assert_msg(!stk_loader_open(ctx, path, 0, &loaders[i], &err), "%s",
			      err.msg);
	}
	ck_assert_msg(!stk_behaviour_diff(ctx, loaders[0], loaders[1], &opt, &diff, &err),
		      "%s", err.msg);
	report = stk_behaviour_report(diff);
	ck_assert_str_eq(report->chip, "STM32G431CB");
	ck_assert_str_eq(report->host, "stoker");
}

static const struct stk_behaviour_call *call_of(const char *text)
{
	for (size_t i = 0; i < report->n_calls; i++)
		if (!strcmp(report->calls[i].text, text))
			return &report->calls[i];
	ck_abort_msg("no %s", text);
}

START_TEST(same)
{
	compare("emu:stm32g431cb", "g431.FLM", "g431.FLM");
	ck_assert(report->equal);
	/* Each sector erased and programmed, the chip erased, each phase begun and ended. */
	ck_assert_uint_eq(report->n_calls, 64 + 64 + 1 + 3 * 2);
	for (size_t i = 0; i < report->n_calls; i++)
		ck_assert(report->calls[i].equal && !report->calls[i].difference[0]);
}
END_TEST

/* Page 32 of the one bank is page 0 of a second bank for the other. */
START_TEST(another_bank)
{
	const struct stk_behaviour_call *c;

	compare("emu:stm32g431cb,rule.g4-bker-single-bank=ignored", "g431.FLM",
		"g431-dual-bank.FLM");
	ck_assert(!report->equal);
	ck_assert(call_of("EraseSector(0x0800f800)")->equal);
	c = call_of("EraseSector(0x08010000)");
	ck_assert(!c->equal && c->a.ok && c->b.ok);
	ck_assert_msg(strstr(c->difference, "FLASH_CR: ") && strstr(c->difference, "PNB=32") &&
		      strstr(c->difference, " against ") && strstr(c->difference, "0x00000802"),
		      "%s", c->difference);
	ck_assert_uint_lt(c->differs, c->a.n_traffic);
	ck_assert_uint_ne(c->a.traffic[c->differs].value, c->b.traffic[c->differs].value);
	for (size_t i = 0; i < c->differs; i++)
		ck_assert_uint_eq(c->a.traffic[i].address, c->b.traffic[i].address);
}
END_TEST

/* What does nothing parts from what does something; one that hangs ends it all. */
START_TEST(no_effect)
{
	compare("emu:stm32g431cb", "g431.FLM", "g431-no-effect.FLM");
	ck_assert(!report->equal);
}
END_TEST

START_TEST(hangs)
{
	const struct stk_behaviour_call *last;

	compare("emu:stm32g431cb", "g431.FLM", "g431-never-returns.FLM");
	last = &report->calls[report->n_calls - 1];
	ck_assert(!report->equal && !last->equal);
	ck_assert(last->a.end == STK_END_RETURNED && last->b.end != STK_END_RETURNED);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("behaviour");
	TCase *t = tcase_create("behaviour");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, same);
	tcase_add_test(t, another_bank);
	tcase_add_test(t, no_effect);
	tcase_add_test(t, hangs);
	suite_add_tcase(s, t);
	return unit_run(s);
}
