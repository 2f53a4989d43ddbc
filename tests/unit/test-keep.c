/* SPDX-License-Identifier: MIT */
/* What a job leaves behind on a target, and what it says of its link. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../long/rig.h"
#include "target.h"

#define FLASH	0x08000000u
#define PAGE	0x800u
#define RAM	0x20000000u	/* RM0440 2.4.1: SRAM1, SRAM2, CCM seen behind them */
#define RAM_LEN	0x8000u

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

/* ---- what is left ------------------------------------------------------ */

static uint8_t ram[RAM_LEN], now[RAM_LEN];
static struct stk_regs regs;

/* RAM and registers as a firmware that was halted would have them. */
static void prepare(struct stk_target *t)
{
	rig_random(ram, sizeof(ram), 3);
	ck_assert_int_eq(t->ops.write(t->priv, RAM, ram, sizeof(ram), NULL), 0);
	ck_assert_int_eq(t->ops.get_regs(t->priv, &regs, NULL), 0);
	for (int i = 0; i <= 12; i++)
		regs.r[i] = 0x1000u + (uint32_t)i;
	regs.r[STK_REG_SP] = RAM + 0x4000;
	regs.r[STK_REG_PC] = FLASH + 0x100;
	regs.valid = 1u << STK_REG_PC | 1u << STK_REG_SP | 0x1FFF;
	ck_assert_int_eq(t->ops.set_regs(t->priv, &regs, NULL), 0);
	ck_assert_int_eq(t->ops.get_regs(t->priv, &regs, NULL), 0);
}

static void check_ram(struct stk_target *t)
{
	size_t i = 0;

	ck_assert_int_eq(t->ops.read(t->priv, RAM, now, sizeof(now), NULL), 0);
	while (i < RAM_LEN && ram[i] == now[i])
		i++;
	ck_assert_msg(i == RAM_LEN, "0x%08zx holds 0x%02x, not 0x%02x", RAM + i, now[i],
		      ram[i]);
}

static void check_registers(struct stk_target *t)
{
	struct stk_regs is;

	ck_assert_int_eq(t->ops.get_regs(t->priv, &is, NULL), 0);
	for (int i = 0; i < STK_REG_COUNT; i++)
		ck_assert_msg(is.r[i] == regs.r[i], "register %d is 0x%08x, was 0x%08x", i,
			      is.r[i], regs.r[i]);
}

static const struct {
	const char *loader;
	enum stk_action action;
	const char *host;
	bool no_reset;
	bool fails;
} jobs[] = {
	{ "g431.FLM", STK_ACTION_PROGRAM, NULL, true, false },
	{ "g431.FLM", STK_ACTION_PROGRAM, NULL, false, false },
	{ "g431.FLM", STK_ACTION_PROGRAM, "pyocd", true, false },
	{ "g431.FLM", STK_ACTION_VERIFY, NULL, true, true },
	{ "g431-never-returns.FLM", STK_ACTION_PROGRAM, NULL, true, true },
	{ "g431-no-effect.FLM", STK_ACTION_PROGRAM, NULL, true, true },
};

START_TEST(ram_is_put_back)
{
	struct stk_loader *l = rig_own(&g4, jobs[_i].loader, 0, 0);
	struct stk_image *image = rig_image(&g4, FLASH + 8, bytes, 2 * PAGE);
	struct stk_plan_options opt = {
		.size = sizeof(opt), .image = image, .action = jobs[_i].action,
		.no_reset = jobs[_i].no_reset,
	};
	struct stk_error err = { 0 };
	struct stk_plan *plan;
	struct stk_job *j;
	int r;

	rig_monitor(chip, "fill FLASH random 7", NULL);
	if (jobs[_i].host)
		ck_assert_int_eq(stk_host_find(jobs[_i].host, &opt.host, &err), 0);
	prepare(chip);
	ck_assert_msg(!stk_plan_new(chip, &l, 1, &opt, &plan, &err), "%s", err.msg);
	r = stk_job_run(plan, NULL, &j, &err);
	ck_assert_msg((r < 0) == jobs[_i].fails, "%s", err.msg);
	ck_assert_uint_eq(stk_job_report(j)->n_warnings, 0);
	check_ram(chip);
	if (jobs[_i].no_reset)
		check_registers(chip);
	stk_job_free(j);
	stk_plan_free(plan);
	stk_image_close(image);
	stk_loader_close(l);
}
END_TEST

/* What the first loader left is not what was there. */
START_TEST(two_loaders)
{
	struct stk_loader *const loaders[] = {
		rig_own(&g4, "g431.FLM", RIG_SIZE, 64 << 10),
		rig_own(&g4, "g431.FLM", RIG_START, FLASH + (64 << 10)),
	};
	struct stk_image *image = rig_image(&g4, FLASH + (64 << 10) - PAGE, bytes,
					    2 * PAGE);
	struct stk_plan_options opt = {
		.size = sizeof(opt), .image = image, .no_reset = true,
	};
	struct stk_error err = { 0 };
	struct stk_plan *plan;
	struct stk_job *j;

	prepare(chip);
	ck_assert_msg(!stk_plan_new(chip, loaders, 2, &opt, &plan, &err), "%s", err.msg);
	ck_assert_msg(!stk_job_run(plan, NULL, &j, &err), "%s", err.msg);
	check_ram(chip);
	check_registers(chip);
	stk_job_free(j);
	stk_plan_free(plan);
	stk_image_close(image);
	stk_loader_close(loaders[0]);
	stk_loader_close(loaders[1]);
}
END_TEST

/* A thread on its own stack: the other one is a call's, and comes back too. */
START_TEST(two_stacks)
{
	struct stk_image *image = rig_image(&g4, FLASH, bytes, PAGE);
	struct stk_plan_options opt = {
		.size = sizeof(opt), .image = image, .no_reset = true,
	};
	struct stk_regs thread = { .valid = 1u << STK_REG_CONTROL };
	struct stk_job *j;

	prepare(chip);
	thread.r[STK_REG_CONTROL] = 2;
	ck_assert_int_eq(chip->ops.set_regs(chip->priv, &thread, NULL), 0);
	thread.valid = 1u << STK_REG_SP;
	thread.r[STK_REG_SP] = RAM + 0x1230;
	ck_assert_int_eq(chip->ops.set_regs(chip->priv, &thread, NULL), 0);
	ck_assert_int_eq(job(&opt, NULL, &j, NULL), 0);
	stk_job_free(j);
	ck_assert_int_eq(chip->ops.get_regs(chip->priv, &thread, NULL), 0);
	ck_assert_uint_eq(thread.r[STK_REG_CONTROL], 2);
	ck_assert_uint_eq(thread.r[STK_REG_SP], RAM + 0x1230);
	thread.valid = 1u << STK_REG_CONTROL;
	thread.r[STK_REG_CONTROL] = 0;
	ck_assert_int_eq(chip->ops.set_regs(chip->priv, &thread, NULL), 0);
	check_registers(chip);
	stk_image_close(image);
}
END_TEST

/* The stack pointer of the two that is not in use cannot be read. */
START_TEST(control_is_set_back)
{
	struct stk_loader *const loaders[] = { g4.loader };
	struct stk_image *image = rig_image(&g4, FLASH, bytes, PAGE);
	struct stk_plan_options opt = {
		.size = sizeof(opt), .image = image, .no_reset = true,
	};
	struct stk_target *t = rig_target(&g4, "fault:kind=get-regs,op=2,mode=fail");
	struct stk_regs thread = { .valid = 1u << STK_REG_CONTROL };
	struct stk_plan *plan;
	struct stk_job *j;

	prepare(t->inner);
	thread.r[STK_REG_CONTROL] = 2;
	ck_assert_int_eq(t->ops.set_regs(t->priv, &thread, NULL), 0);
	ck_assert_int_eq(t->inner->ops.get_regs(t->inner->priv, &regs, NULL), 0);
	ck_assert_int_eq(stk_plan_new(t, loaders, 1, &opt, &plan, NULL), 0);
	ck_assert_int_lt(stk_job_run(plan, NULL, &j, NULL), 0);
	check_registers(t->inner);
	stk_job_free(j);
	stk_plan_free(plan);
	stk_image_close(image);
	stk_target_close(t);
}
END_TEST

/* The chip would stop there for whoever comes next. */
START_TEST(breakpoint_is_left)
{
	struct stk_loader *const loaders[] = { g4.loader };
	struct stk_image *image = rig_image(&g4, FLASH, bytes, PAGE);
	struct stk_plan_options opt = { .size = sizeof(opt), .image = image };
	struct stk_call_options call = { .size = sizeof(call) };
	struct stk_target *t = rig_target(&g4, "fault:kind=break-clear,op=1,mode=fail");
	struct stk_plan *plan;
	struct stk_call *c;
	struct stk_job *j;

	ck_assert_int_eq(stk_plan_new(t, loaders, 1, &opt, &plan, NULL), 0);
	ck_assert_int_eq(stk_job_run(plan, NULL, &j, NULL), 0);
	ck_assert_uint_eq(stk_job_report(j)->n_warnings, 1);
	ck_assert_ptr_nonnull(strstr(stk_job_report(j)->warnings[0],
				     "breakpoint could not be removed"));
	stk_job_free(j);
	stk_plan_free(plan);
	stk_target_close(t);
	t = rig_target(&g4, "fault:kind=break-clear,op=1,mode=fail");
	ck_assert_int_eq(stk_call_run(t, g4.loader, "Init", &call, &c, NULL), 0);
	ck_assert_ptr_nonnull(strstr(stk_call_report(c)->warning,
				     "breakpoint could not be removed"));
	stk_call_free(c);
	stk_image_close(image);
	stk_target_close(t);
}
END_TEST

/* A core that cannot be halted any more has the RAM to itself. */
START_TEST(no_halt)
{
	struct stk_loader *l = rig_own(&g4, "g431-never-returns.FLM", 0, 0);
	struct stk_image *image = rig_image(&g4, FLASH, bytes, PAGE);
	struct stk_plan_options opt = {
		.size = sizeof(opt), .image = image, .no_reset = true,
	};
	struct stk_target *t = rig_target(&g4, "fault:kind=halt,op=2,every=1,mode=fail");
	struct stk_error err = { 0 };
	const struct stk_report *r;
	struct stk_plan *plan;
	struct stk_job *j;

	prepare(t->inner);
	ck_assert_msg(!stk_plan_new(t, &l, 1, &opt, &plan, &err), "%s", err.msg);
	ck_assert_int_lt(stk_job_run(plan, NULL, &j, &err), 0);
	r = stk_job_report(j);
	ck_assert_uint_eq(r->n_warnings, 1);
	ck_assert_ptr_nonnull(strstr(r->warnings[0], "the core may be running"));
	ck_assert_int_eq(t->ops.read(t->priv, RAM, now, sizeof(now), NULL), 0);
	ck_assert(memcmp(ram, now, sizeof(ram)));
	stk_job_free(j);
	stk_plan_free(plan);
	stk_image_close(image);
	stk_target_close(t);
	stk_loader_close(l);
}
END_TEST

/* Stopped at any operation on the target, and with any of them failing. */
START_TEST(whatever_fails)
{
	struct stk_image *image = rig_image(&g4, FLASH, bytes, 700);
	struct stk_plan_options opt = {
		.size = sizeof(opt), .image = image, .no_reset = true,
	};
	unsigned long failed = 0, warned = 0, ops = 1;

	/* The first run tells how many there are. */
	for (unsigned long op = 0; op <= ops; op++) {
		struct stk_loader *const loaders[] = { g4.loader };
		struct stk_error err = { 0 };
		struct stk_plan *plan;
		struct stk_job *j;
		struct stk_target *t;
		char wrap[64], count[64] = "";

		snprintf(wrap, sizeof(wrap), "fault:op=%lu,mode=fail", op);
		t = rig_target(&g4, wrap);
		prepare(t->inner);
		ck_assert_int_eq(stk_plan_new(t, loaders, 1, &opt, &plan, NULL), 0);
		if (stk_job_run(plan, NULL, &j, &err))
			failed++;
		if (stk_job_report(j)->n_warnings) {
			const char *first = stk_job_report(j)->warnings[0];

			ck_assert(strstr(first, "could be put back") ||
				  strstr(first, "a loader's breakpoint could not be removed"));
			warned++;
		} else {
			check_ram(t->inner);
			check_registers(t->inner);
		}
		rig_monitor(t, "fault-count", count);
		ops = op ? ops : strtoul(count, NULL, 10);
		stk_job_free(j);
		stk_plan_free(plan);
		stk_target_close(t);
	}
	ck_assert_uint_gt(failed, 30);
	ck_assert_uint_gt(warned, 2);
	stk_image_close(image);
}
END_TEST

static bool is_reset(struct stk_target *t)
{
	struct stk_regs is;
	uint8_t entry[4];

	ck_assert_int_eq(t->ops.get_regs(t->priv, &is, NULL), 0);
	ck_assert_int_eq(t->ops.read(t->priv, FLASH + 4, entry, sizeof(entry), NULL), 0);
	return is.r[STK_REG_PC] == (get_le32(entry) & ~1u);
}

/* Endless loop at 0x08000100, its vectors before it. */
static void make_firmware(uint8_t *image)
{
	static const uint8_t vectors[] = { 0, 0x40, 0, 0x20, 0x01, 0x01, 0, 0x08 };
	static const uint8_t loop[] = { 0x01, 0x30, 0xFD, 0xE7 };	/* ADDS R0, 1; B . - 2 */

	memset(image, 0, 0x200);
	memcpy(image, vectors, sizeof(vectors));
	memcpy(image + 0x100, loop, sizeof(loop));
}

static const struct {
	enum stk_after after;
	const char *wrap;	/* NULL: the job goes well */
	bool runs;
} ends[] = {
	{ STK_AFTER_RESET, NULL, false },
	{ STK_AFTER_RUN, NULL, true },
	/* After Init, EraseSector and UnInit: erased, and not written. */
	{ STK_AFTER_RESET, "fault:kind=resume,op=4,mode=fail", false },
	{ STK_AFTER_RUN, "fault:kind=resume,op=4,mode=fail", false },
	/* Nothing was touched yet. */
	{ STK_AFTER_RUN, "fault:kind=read,op=3,mode=fail", true },
};

START_TEST(reset_and_run)
{
	struct stk_loader *const loaders[] = { g4.loader };
	struct stk_plan_options opt = { .size = sizeof(opt), .after = ends[_i].after };
	struct stk_target *t = rig_target(&g4, ends[_i].wrap ? ends[_i].wrap : "fault:");
	uint8_t firmware[0x200];
	struct stk_image *image;
	struct stk_error err = { 0 };
	struct stk_stop stop;
	struct stk_plan *plan;
	struct stk_job *j;
	int r;

	make_firmware(firmware);
	ck_assert_int_eq(t->ops.cells(t->priv, true, FLASH, firmware, sizeof(firmware),
				      NULL), 0);
	firmware[sizeof(firmware) - 1] ^= 1;
	opt.image = image = rig_image(&g4, FLASH, firmware, sizeof(firmware));
	ck_assert_int_eq(stk_plan_new(t, loaders, 1, &opt, &plan, NULL), 0);
	ck_assert_int_eq(stk_plan_info(plan)->after, ends[_i].after);
	r = stk_job_run(plan, NULL, &j, NULL);
	ck_assert_int_eq(r != 0, ends[_i].wrap != NULL);
	ck_assert_uint_eq(stk_job_report(j)->n_warnings,
			  ends[_i].after == STK_AFTER_RUN && !ends[_i].runs);
	/* A virtual chip does not run code in flash: it tells that it was to. */
	r = t->ops.wait(t->priv, 1000000, &stop, &err);
	ck_assert_int_eq(r == 0, ends[_i].runs);
	if (ends[_i].runs)
		ck_assert_uint_eq(stop.pc, FLASH + 0x100);
	else
		ck_assert(is_reset(t) && !strcmp(err.cause, "not-running"));
	stk_job_free(j);
	stk_plan_free(plan);
	stk_image_close(image);
	stk_target_close(t);
}
END_TEST

START_TEST(call_puts_back)
{
	const uint32_t page = FLASH;
	struct stk_call_options opt = {
		.size = sizeof(opt), .args = &page, .n_args = 1, .init = true,
		.no_reset = true,
	};
	struct stk_call *c = NULL;

	prepare(chip);
	ck_assert_int_eq(stk_call_run(chip, g4.loader, "EraseSector", &opt, &c, NULL), 0);
	ck_assert_ptr_null(stk_call_report(c)->warning);
	check_ram(chip);
	check_registers(chip);
	stk_call_free(c);
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
	tcase_add_loop_test(tc, ram_is_put_back, 0, sizeof(jobs) / sizeof(jobs[0]));
	tcase_add_test(tc, two_loaders);
	tcase_add_test(tc, two_stacks);
	tcase_add_test(tc, control_is_set_back);
	tcase_add_test(tc, breakpoint_is_left);
	tcase_add_test(tc, no_halt);
	tcase_add_test(tc, whatever_fails);
	tcase_add_loop_test(tc, reset_and_run, 0, sizeof(ends) / sizeof(ends[0]));
	tcase_add_test(tc, call_puts_back);
	suite_add_tcase(s, tc);
	return unit_run(s);
}
