/* SPDX-License-Identifier: MIT */
/* Jobs on a virtual chip, whose flash is looked at from outside. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "../long/rig.h"

#define FLASH		0x08000000u
#define FLASH_CR	0x40022014u	/* RM0440 3.7.5 */
#define CR_LOCK		(1u << 31)
#define PAGE		0x800u

static struct rig g4;
static struct stk_target *chip;
static uint8_t bytes[3 * PAGE], flash[128 << 10];

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

/* The plan is gone when the report is read. */
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

/* ---- erase the chip --------------------------------------------------- */

/* The same image again: what was equal before the mass erase is not after it. */
START_TEST(chip_erase_again)
{
	struct stk_image *image = rig_image(&g4, FLASH + 8, bytes, 2 * PAGE);
	struct stk_plan_options opt = {
		.size = sizeof(opt), .image = image, .erase = STK_ERASE_CHIP,
	};
	uint8_t want[sizeof(flash)];

	memset(want, 0xFF, sizeof(want));
	memcpy(want + 8, bytes, 2 * PAGE);
	rig_monitor(chip, "fill FLASH random 7", NULL);
	for (int i = 0; i < 2; i++) {
		struct stk_error err = { 0 };
		struct stk_job *j;
		const struct stk_report *r;

		ck_assert_msg(!job(&opt, NULL, &j, &err), "%s", err.msg);
		r = stk_job_report(j);
		ck_assert(r->ok && r->verified);
		ck_assert_uint_eq(r->sectors_erased, 64);
		ck_assert_uint_eq(r->sectors_programmed, 3);
		ck_assert_uint_eq(r->sectors_unchanged, 0);
		stk_job_free(j);
		rig_dump(&g4, chip, flash);
		ck_assert(!memcmp(flash, want, sizeof(want)));
	}
	stk_image_close(image);
}
END_TEST

/* The loader returns success, and not all of what the image leaves out was erased. */
START_TEST(chip_erase_beside_the_image)
{
	struct stk_image *image = rig_image(&g4, FLASH, bytes, PAGE);
	struct stk_plan_options opt = {
		.size = sizeof(opt), .image = image, .erase = STK_ERASE_CHIP,
	};
	const struct stk_report *r;
	struct stk_error err;
	struct stk_job *j;

	rig_monitor(chip, "fill FLASH random 7", NULL);
	rig_monitor(chip, "fail stuck-sector 0x08010000 0x800", NULL);
	ck_assert_int_lt(job(&opt, NULL, &j, &err), 0);
	r = stk_job_report(j);
	ck_assert(!r->ok && !r->verified && r->diagnosis);
	ck_assert_uint_eq(r->mismatch.addr, 0x08010000);
	rig_dump(&g4, chip, flash);
	for (size_t i = 0; i < r->n_sectors; i++) {
		const uint8_t *at = flash + (r->sectors[i].range.addr - FLASH);

		if (r->sectors[i].state == STK_SECTOR_ERASED)
			ck_assert(at[0] == 0xFF && !memcmp(at, at + 1, PAGE - 1));
	}
	stk_job_free(j);
	stk_image_close(image);
}
END_TEST

/* A loader for a larger chip of the family: what this chip has is blank. */
START_TEST(chip_erase_of_a_smaller_chip)
{
	struct stk_plan_options opt = {
		.size = sizeof(opt), .action = STK_ACTION_ERASE, .erase = STK_ERASE_CHIP,
	};
	struct stk_loader *large = rig_own(&g4, "g431.FLM", RIG_SIZE, 512 << 10);
	struct stk_loader *const loaders[] = { large };
	struct stk_error err = { 0 };
	const struct stk_report *r;
	struct stk_plan *plan;
	struct stk_job *j;

	rig_monitor(chip, "fill FLASH random 7", NULL);
	ck_assert_int_eq(stk_plan_new(chip, loaders, 1, &opt, &plan, &err), 0);
	ck_assert_msg(!stk_job_run(plan, NULL, &j, &err), "%s", err.msg);
	r = stk_job_report(j);
	ck_assert(r->verified);
	ck_assert_uint_eq(r->sectors_erased, 64);
	ck_assert_uint_eq(r->n_sectors, 64);
	for (size_t i = 0; i < r->n_sectors; i++)
		ck_assert_int_eq(r->sectors[i].state, STK_SECTOR_VERIFIED);
	rig_dump(&g4, chip, flash);
	ck_assert(flash[0] == 0xFF && !memcmp(flash, flash + 1, sizeof(flash) - 1));
	stk_job_free(j);
	stk_plan_free(plan);
	stk_loader_close(large);
}
END_TEST

/* ---- stop it ---------------------------------------------------------- */

struct stopper {
	volatile int cancel;
	enum stk_event_kind event;
	enum stk_step_kind step;
	bool wake;
};

/* As Ctrl-C does, but always at the same place, between two calls. */
static void stop(void *data, const struct stk_event *event)
{
	struct stopper *s = data;

	if (s->cancel || event->kind != s->event || event->step->kind != s->step)
		return;
	s->cancel = 1;
	if (s->wake)
		stk_target_wake(chip);
}

static const struct stopper stops[] = {
	{ 0, STK_EVENT_STEP, STK_STEP_COMPARE, true },
	{ 0, STK_EVENT_STEP, STK_STEP_ERASE, true },
	{ 0, STK_EVENT_PROGRESS, STK_STEP_ERASE, true },
	{ 0, STK_EVENT_PROGRESS, STK_STEP_ERASE, false },
	{ 0, STK_EVENT_STEP, STK_STEP_PROGRAM, true },
	{ 0, STK_EVENT_STEP, STK_STEP_PROGRAM, false },
	{ 0, STK_EVENT_PROGRESS, STK_STEP_PROGRAM, true },
	{ 0, STK_EVENT_PROGRESS, STK_STEP_PROGRAM, false },
	{ 0, STK_EVENT_STEP, STK_STEP_VERIFY, true },
};

static bool flash_locked(void)
{
	uint8_t cr[4] = { 0 };

	ck_assert_int_eq(stk_target_read(chip, FLASH_CR, cr, sizeof(cr), NULL), 0);
	return cr[3] & CR_LOCK >> 24;
}

START_TEST(cancelled)
{
	struct stopper s = stops[_i];
	struct stk_image *image = rig_image(&g4, FLASH, bytes, sizeof(bytes));
	struct stk_plan_options opt = { .size = sizeof(opt), .image = image };
	struct stk_job_options how = {
		.size = sizeof(how), .data = &s, .event = stop, .cancel = &s.cancel,
	};
	struct stk_error err = { 0 };
	struct stk_job *j;
	const struct stk_report *r;

	rig_monitor(chip, "fill FLASH random 7", NULL);
	ck_assert_int_lt(job(&opt, &how, &j, &err), 0);
	ck_assert_int_eq(err.origin, STK_ORIGIN_INTERRUPTED);
	r = stk_job_report(j);
	ck_assert(!r->ok && !r->verified && !r->diagnosis);
	ck_assert_msg(flash_locked(), "the flash was left unlocked");
	rig_dump(&g4, chip, flash);
	/* What a state says is so. */
	for (size_t i = 0; i < r->n_sectors; i++) {
		const uint8_t *at = flash + (r->sectors[i].range.addr - FLASH);

		if (r->sectors[i].state == STK_SECTOR_ERASED)
			ck_assert(at[0] == 0xFF && !memcmp(at, at + 1, PAGE - 1));
		if (r->sectors[i].state == STK_SECTOR_WRITTEN)
			ck_assert(!memcmp(at, bytes + i * PAGE, PAGE));
	}
	stk_job_free(j);
	stk_image_close(image);
}
END_TEST

/* ---- two loaders ------------------------------------------------------ */

/* Another loader is run before the first one's bytes are found wrong. */
START_TEST(evidence_survives_another_loader)
{
	struct stk_loader *const loaders[] = {
		rig_own(&g4, "g431-error-ignored.FLM", RIG_SIZE, 64 << 10),
		rig_own(&g4, "g431.FLM", RIG_START, FLASH + (64 << 10)),
	};
	struct stk_image *image = rig_image(&g4, FLASH + (64 << 10) - PAGE, bytes,
					    2 * PAGE);
	struct stk_plan_options opt = { .size = sizeof(opt), .image = image };
	struct stk_error err = { 0 };
	struct stk_target *t;
	struct stk_plan *plan;
	struct stk_job *j;

	/* RM0440 FLASH_WRP1AR: page 31 alone. All is blank, so no erase has to work. */
	ck_assert_int_eq(stk_target_open(g4.ctx, "emu:stm32g431cb,opt.WRP1AR=0x001F001F",
					 NULL, &t, &err),
			 0);
	ck_assert_msg(!stk_plan_new(t, loaders, 2, &opt, &plan, &err), "%s", err.msg);
	ck_assert_int_lt(stk_job_run(plan, NULL, &j, &err), 0);
	ck_assert_msg(!strcmp(err.cause, "error-ignored"), "%s", err.msg);
	ck_assert_int_eq(stk_job_report(j)->sectors[0].state, STK_SECTOR_UNKNOWN);
	ck_assert_int_eq(stk_job_report(j)->sectors[1].state, STK_SECTOR_WRITTEN);
	stk_job_free(j);
	stk_plan_free(plan);
	stk_target_close(t);
	stk_image_close(image);
	stk_loader_close(loaders[0]);
	stk_loader_close(loaders[1]);
}
END_TEST

/* ---- what is counted -------------------------------------------------- */

START_TEST(bytes_that_were_compared)
{
	struct stk_image *image = rig_image(&g4, FLASH + 8, bytes, 100);
	static const struct {
		enum stk_action action;
		enum stk_erase erase;
		unsigned int bytes;
	} want[] = {
		{ STK_ACTION_PROGRAM, STK_ERASE_SECTORS, PAGE },	/* the rest was kept */
		{ STK_ACTION_VERIFY, STK_ERASE_SECTORS, 100 },
		{ STK_ACTION_PROGRAM, STK_ERASE_NONE, 100 },
	};

	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		struct stk_plan_options opt = {
			.size = sizeof(opt), .image = image, .action = want[i].action,
			.erase = want[i].erase,
		};
		struct stk_error err = { 0 };
		struct stk_job *j;

		ck_assert_msg(!job(&opt, NULL, &j, &err), "%s", err.msg);
		ck_assert_uint_eq(stk_job_report(j)->bytes_verified, want[i].bytes);
		stk_job_free(j);
	}
	stk_image_close(image);
}
END_TEST

/* A range that was read in part is not handed out. */
START_TEST(read_cancelled)
{
	static const struct stk_range all = { FLASH, sizeof(flash) };
	struct stopper s = { 0, STK_EVENT_PROGRESS, STK_STEP_READ, true };
	struct stk_plan_options opt = {
		.size = sizeof(opt), .action = STK_ACTION_READ, .ranges = &all, .n_ranges = 1,
	};
	struct stk_job_options how = {
		.size = sizeof(how), .data = &s, .event = stop, .cancel = &s.cancel,
	};
	struct stk_error err = { 0 };
	struct stk_job *j;

	ck_assert_int_lt(job(&opt, &how, &j, &err), 0);
	ck_assert_int_eq(err.origin, STK_ORIGIN_INTERRUPTED);
	ck_assert_uint_eq(stk_job_report(j)->n_read, 0);
	stk_job_free(j);
	ck_assert_int_eq(job(&opt, NULL, &j, &err), 0);
	ck_assert_uint_eq(stk_job_report(j)->n_read, 1);
	rig_dump(&g4, chip, flash);
	ck_assert(!memcmp(stk_job_report(j)->read[0].data, flash, sizeof(flash)));
	stk_job_free(j);
}
END_TEST

/* ---- one call --------------------------------------------------------- */

static const struct {
	uint32_t declared, ms;
} limits[] = {
	{ 400, 10000 },		/* never less than the host's */
	{ 20000, 20000 },
	{ UINT32_MAX, 3600000 },
};

START_TEST(call_limit)
{
	struct stk_loader *l = rig_own(&g4, "g431.FLM", RIG_ERASE_MS, limits[_i].declared);
	const uint32_t page = FLASH;
	struct stk_call_options opt = {
		.size = sizeof(opt), .args = &page, .n_args = 1, .init = true,
	};
	struct stk_call *c = NULL;

	ck_assert_int_eq(stk_call_run(chip, l, "EraseSector", &opt, &c, NULL), 0);
	ck_assert_uint_eq(stk_call_report(c)->budget_ns, limits[_i].ms * 1000000ull);
	ck_assert(flash_locked());
	stk_call_free(c);
	stk_loader_close(l);
}
END_TEST

/* UnInit comes after a call that failed, too. */
START_TEST(call_that_failed)
{
	struct stk_loader *l = rig_own(&g4, "g431-never-returns.FLM", 0, 0);
	const uint32_t page = FLASH;
	struct stk_call_options opt = {
		.size = sizeof(opt), .args = &page, .n_args = 1, .init = true,
	};
	struct stk_error err = { 0 };
	struct stk_call *c = NULL;

	ck_assert_int_lt(stk_call_run(chip, l, "EraseSector", &opt, &c, &err), 0);
	ck_assert_str_eq(err.cause, "never-returns");
	ck_assert_str_eq(stk_call_report(c)->function, "EraseSector");
	ck_assert(flash_locked());
	stk_call_free(c);
	stk_loader_close(l);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("job");
	TCase *tc = tcase_create("job");

	tcase_add_checked_fixture(tc, open_rig, close_rig);
	tcase_add_test(tc, chip_erase_again);
	tcase_add_test(tc, chip_erase_beside_the_image);
	tcase_add_test(tc, chip_erase_of_a_smaller_chip);
	tcase_add_loop_test(tc, cancelled, 0, sizeof(stops) / sizeof(stops[0]));
	tcase_add_test(tc, evidence_survives_another_loader);
	tcase_add_test(tc, bytes_that_were_compared);
	tcase_add_test(tc, read_cancelled);
	tcase_add_loop_test(tc, call_limit, 0, sizeof(limits) / sizeof(limits[0]));
	tcase_add_test(tc, call_that_failed);
	suite_add_tcase(s, tc);
	return unit_run(s);
}
