/* SPDX-License-Identifier: MIT */
/* What a job leaves behind on a target, and what it says of its link. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "../long/rig.h"
#include "target.h"

#define FLASH	0x08000000u
#define PAGE	0x800u

static struct rig g4;
static struct stk_target *chip;
static uint8_t bytes[3 * PAGE];

static void open_rig(void)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/tests/loaders/out/g431.FLM",
		 getenv("top_builddir"));
	rig_open(&g4, path, "stm32g431cb", "FLASH");
	chip = rig_target(&g4, NULL);
	rig_random(bytes, sizeof(bytes), 1);
}

static void close_rig(void)
{
	stk_target_close(chip);
	rig_close(&g4);
}

static int job(const struct stk_plan_options *opt, const struct stk_job_options *how,
	       struct stk_job **ret, struct stk_error *err)
{
	struct stk_loader *const loaders[] = { g4.loader };
	struct stk_plan *plan;
	int r;

	ck_assert_int_eq(stk_plan_new(chip, loaders, 1, opt, &plan, err), 0);
	r = stk_job_run(plan, how, ret, err);
	stk_plan_free(plan);
	return r;
}

/* ---- the link --------------------------------------------------------- */

static void count_link(void *priv, struct stk_link_stats *ret)
{
	static uint64_t n = 100;

	*ret = (struct stk_link_stats){ n, 2 * n, 3 * n, 1 };
	n += 7;
}

START_TEST(link_of_a_job)
{
	struct stk_image *image = rig_image(&g4, FLASH, bytes, PAGE);
	struct stk_plan_options opt = { .size = sizeof(opt), .image = image };
	const struct stk_report *r;
	struct stk_job *j;

	ck_assert_int_eq(job(&opt, NULL, &j, NULL), 0);
	ck_assert(!stk_job_report(j)->has_link);
	stk_job_free(j);
	chip->ops.link_stats = count_link;
	ck_assert_int_eq(job(&opt, NULL, &j, NULL), 0);
	r = stk_job_report(j);
	ck_assert(r->has_link);
	ck_assert_uint_eq(r->link.round_trips, 7);
	ck_assert_uint_eq(r->link.bytes_out, 14);
	ck_assert_uint_eq(r->link.bytes_in, 21);
	ck_assert_uint_eq(r->link.repeated, 0);
	stk_job_free(j);
	stk_image_close(image);
}
END_TEST

START_TEST(link_of_a_call)
{
	struct stk_call_options opt = { .size = sizeof(opt) };
	struct stk_call *c = NULL;

	chip->ops.link_stats = count_link;
	ck_assert_int_eq(stk_call_run(chip, g4.loader, "Init", &opt, &c, NULL), 0);
	ck_assert(stk_call_report(c)->has_link);
	ck_assert_uint_eq(stk_call_report(c)->link.round_trips, 7);
	stk_call_free(c);
}
END_TEST

/* Through wrappers that do not count themselves. */
START_TEST(link_through_wrappers)
{
	struct stk_target *outer = rig_target(&g4, "fault:");
	struct stk_link_stats link;

	ck_assert(!stk_target_link(outer, &link));
	outer->inner->ops.link_stats = count_link;
	ck_assert(stk_target_link(outer, &link));
	ck_assert_uint_eq(link.bytes_out, 2 * link.round_trips);
	stk_target_close(outer);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("keep");
	TCase *tc = tcase_create("keep");

	tcase_add_checked_fixture(tc, open_rig, close_rig);
	tcase_add_test(tc, link_of_a_job);
	tcase_add_test(tc, link_of_a_call);
	tcase_add_test(tc, link_through_wrappers);
	suite_add_tcase(s, tc);
	return unit_run(s);
}
