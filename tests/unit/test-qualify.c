/* SPDX-License-Identifier: MIT */
/*
 * What each check is for: a loader that is wrong in this way, and does not pass
 * it; the same loader without the mistake, and does. On whole virtual chips.
 */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <stoker/stoker.h>

#define G431	"emu:stm32g431cb"
#define H743	"emu:stm32h743ii"
#define FLM	"g431.FLM"
#define STLDR	"h743-w25q128.stldr"

static struct stk_ctx *ctx;

static void open_ctx(void)
{
	struct stk_error err = { 0 };

	ck_assert_msg(!stk_ctx_new(NULL, &ctx, &err), "%s", err.msg);
}

static void close_ctx(void)
{
	stk_ctx_free(ctx);
}

static struct stk_loader *open_loader(const char *file)
{
	struct stk_error err = { 0 };
	struct stk_loader *loader;
	char path[512];

	snprintf(path, sizeof(path), "%s/tests/loaders/out/%s", getenv("top_builddir"),
		 file);
	ck_assert_msg(!stk_loader_open(ctx, path, 0, &loader, &err), "%s", err.msg);
	return loader;
}

static struct stk_qualify *run(struct stk_loader *loader, const char *target,
			       const char *only)
{
	const char *const list[] = { only, NULL };
	struct stk_qualify_options opt = {
		.size = sizeof(opt), .target = target, .seed = 7, .only = only ? list : NULL,
	};
	struct stk_error err = { 0 };
	struct stk_qualify *q;

	ck_assert_msg(!stk_qualify_run(ctx, loader, &opt, &q, &err), "%s", err.msg);
	return q;
}

/* ---- a wrong loader, and the check meant for it -------------------------------- */

static const struct {
	const char *file, *check;
	enum stk_check_result result;
	const char *cause;		/* NULL: not a matter of diagnosis */
} wrong[] = {
	{ "g431-never-returns.FLM", "calls-return", STK_CHECK_FAIL, "never-returns" },
	{ "g431-waits-for-interrupt.FLM", "calls-return", STK_CHECK_FAIL,
	  "waits-for-interrupt" },
	{ "g431-stack-overflow.FLM", "stack", STK_CHECK_FAIL, "stack-overflow" },
	{ "g431-wild-write.FLM", "ram-writes", STK_CHECK_FAIL, "wild-write" },
	{ "g431-no-effect.FLM", "erase-sector", STK_CHECK_FAIL, "no-effect" },
	{ "g431-no-effect.FLM", "erase-chip", STK_CHECK_FAIL, "no-effect" },
	{ "g431-no-effect.FLM", "program-pages", STK_CHECK_FAIL, "no-effect" },
	{ "g431-dual-bank.FLM", "erase-sector", STK_CHECK_FAIL, "bank-mode-mismatch" },
	{ "g431-dual-bank.FLM", "erase-erased", STK_CHECK_FAIL, "bank-mode-mismatch" },
	{ "g431-erase-too-many.FLM", "erase-only-that-sector", STK_CHECK_FAIL,
	  "neighbour-erased" },
	{ "g431-error-ignored.FLM", "honesty-write-protected", STK_CHECK_WEAK,
	  "error-ignored" },
	{ "b/g431-never-returns.FLM", "calls-return", STK_CHECK_FAIL, "never-returns" },
	{ "b/g431-waits-for-interrupt.FLM", "calls-return", STK_CHECK_FAIL,
	  "waits-for-interrupt" },
	{ "b/g431-stack-overflow.FLM", "stack", STK_CHECK_FAIL, "stack-overflow" },
	{ "b/g431-wild-write.FLM", "ram-writes", STK_CHECK_FAIL, "wild-write" },
	{ "b/g431-no-effect.FLM", "erase-sector", STK_CHECK_FAIL, "no-effect" },
	{ "b/g431-dual-bank.FLM", "erase-sector", STK_CHECK_FAIL, "bank-mode-mismatch" },
	{ "b/g431-erase-too-many.FLM", "erase-only-that-sector", STK_CHECK_FAIL,
	  "neighbour-erased" },
	{ "b/g431-error-ignored.FLM", "honesty-write-protected", STK_CHECK_WEAK,
	  "error-ignored" },
	{ "h743-w25q128-never-returns.stldr", "calls-return", STK_CHECK_FAIL,
	  "never-returns" },
	{ "h743-w25q128-waits-for-interrupt.stldr", "calls-return", STK_CHECK_FAIL,
	  "waits-for-interrupt" },
	{ "h743-w25q128-stack-overflow.stldr", "stack", STK_CHECK_FAIL, "stack-overflow" },
	{ "h743-w25q128-wild-write.stldr", "ram-writes", STK_CHECK_FAIL, "wild-write" },
	{ "h743-w25q128-no-effect.stldr", "erase-sector", STK_CHECK_FAIL, "no-effect" },
	{ "h743-w25q128-erase-too-many.stldr", "erase-only-that-sector", STK_CHECK_FAIL,
	  "neighbour-erased" },
	{ "h743-w25q128-trusts-memory.stldr", "honesty-wrong-jedec-id", STK_CHECK_WEAK,
	  NULL },
	{ "h743-w25q128-trusts-memory.stldr", "honesty-nor-deep-power-down", STK_CHECK_WEAK,
	  NULL },
	{ "b/h743-w25q128-never-returns.stldr", "calls-return", STK_CHECK_FAIL,
	  "never-returns" },
	{ "b/h743-w25q128-waits-for-interrupt.stldr", "calls-return", STK_CHECK_FAIL,
	  "waits-for-interrupt" },
	{ "b/h743-w25q128-stack-overflow.stldr", "stack", STK_CHECK_FAIL,
	  "stack-overflow" },
	{ "b/h743-w25q128-wild-write.stldr", "ram-writes", STK_CHECK_FAIL, "wild-write" },
	{ "b/h743-w25q128-no-effect.stldr", "erase-sector", STK_CHECK_FAIL, "no-effect" },
	{ "b/h743-w25q128-erase-too-many.stldr", "erase-only-that-sector", STK_CHECK_FAIL,
	  "neighbour-erased" },
	{ "q/g431-hasty.FLM", "returns-when-done", STK_CHECK_WEAK, NULL },
	{ "q/g431-forgets-watchdog.FLM", "honesty-watchdog", STK_CHECK_WEAK,
	  "target-reset" },
	{ "q/g431-time-limit.FLM", "time-declared", STK_CHECK_FAIL, NULL },
	{ "q/g431-last-page.FLM", "program-pages", STK_CHECK_FAIL, NULL },
	{ "q/g431-last-page.FLM", "program-last-byte", STK_CHECK_FAIL, NULL },
	{ "q/g431-whole-pages.FLM", "program-short-page", STK_CHECK_WEAK, NULL },
	{ "q/g431-blind.FLM", "verify-different", STK_CHECK_FAIL, NULL },
	{ "q/g431-blind.FLM", "blank-check-other", STK_CHECK_FAIL, NULL },
	{ "q/g431-contrary.FLM", "verify-equal", STK_CHECK_FAIL, NULL },
	{ "q/g431-contrary.FLM", "verify-address", STK_CHECK_WEAK, NULL },
	{ "q/g431-contrary.FLM", "blank-check-blank", STK_CHECK_WEAK, NULL },
	{ "q/g431-one-phase.FLM", "init-phases", STK_CHECK_FAIL, NULL },
	{ "q/g431-init-once.FLM", "init-repeated", STK_CHECK_WEAK, NULL },
	{ "q/g431-stale-flags.FLM", "after-failed-call", STK_CHECK_WEAK, NULL },
	{ "q/g431-one-place.FLM", "other-address", STK_CHECK_FAIL, NULL },
	{ "q/g431-aligned-buffer.FLM", "odd-buffer", STK_CHECK_WEAK, NULL },
	{ "q/g431-options.FLM", "leaves-options", STK_CHECK_FAIL, NULL },
	{ "q/g431-untidy.FLM", "leaves-flash-locked", STK_CHECK_WEAK, NULL },
	{ "q/g431-untidy.FLM", "leaves-clocks", STK_CHECK_WEAK, NULL },
	{ "q/g431-untidy.FLM", "leaves-interrupts", STK_CHECK_WEAK, NULL },
	{ "q/g431-untidy.FLM", "leaves-watchdog", STK_CHECK_WEAK, NULL },
	{ "q/h743-w25q128-end-exclusive.stldr", "erase-range-end", STK_CHECK_FAIL, NULL },
	{ "q/h743-w25q128-no-bounds.stldr", "erase-beyond-device", STK_CHECK_WEAK, NULL },
	{ "q/h743-w25q128-words-only.stldr", "program-any-length", STK_CHECK_FAIL, NULL },
	{ "q/h743-w25q128-page-wrap.stldr", "program-borders", STK_CHECK_FAIL, NULL },
	{ "q/h743-w25q128-blind.stldr", "verify-different", STK_CHECK_WEAK, NULL },
	{ "q/h743-w25q128-contrary.stldr", "verify-equal", STK_CHECK_FAIL, NULL },
	{ "q/h743-w25q128-contrary.stldr", "checksum", STK_CHECK_WEAK, NULL },
	{ "q/h743-w25q128-contrary.stldr", "read", STK_CHECK_FAIL, NULL },
};

static bool is_stldr(const char *file)
{
	return strstr(file, ".stldr") != NULL;
}

START_TEST(wrong_one_is_caught)
{
	struct stk_loader *loader = open_loader(wrong[_i].file);
	struct stk_qualify *q = run(loader, is_stldr(wrong[_i].file) ? H743 : G431,
				    wrong[_i].check);
	const struct stk_qualify_report *r = stk_qualify_report(q);
	const struct stk_check *c = r->checks;

	ck_assert_uint_eq(r->n_checks, 1);
	ck_assert_msg(c->result == wrong[_i].result, "%s, %s: %s: %s", wrong[_i].file, c->id,
		      stk_check_result_name(c->result), c->text);
	ck_assert_uint_gt(c->failed, 0);
	ck_assert(c->text[0]);
	ck_assert_int_eq(r->good, c->result != STK_CHECK_FAIL);
	if (wrong[_i].cause) {
		ck_assert_ptr_nonnull(c->call);
		ck_assert_str_ne(c->call->text, "");
		ck_assert_ptr_nonnull(c->diagnosis);
		ck_assert_msg(!strcmp(c->diagnosis->cause, wrong[_i].cause), "%s, %s: %s: %s",
			      wrong[_i].file, c->id, c->diagnosis->cause, c->text);
	}
	stk_qualify_free(q);
	stk_loader_close(loader);
}
END_TEST

/* The near miss of each of them: the same source without the mistake. */
static bool asked_before(int row)
{
	for (int i = 0; i < row; i++) {
		if (!strcmp(wrong[i].check, wrong[row].check) &&
		    is_stldr(wrong[i].file) == is_stldr(wrong[row].file))
			return true;
	}
	return false;
}

START_TEST(right_one_passes)
{
	bool stldr = is_stldr(wrong[_i].file);
	struct stk_loader *loader = open_loader(stldr ? "b/" STLDR : "b/" FLM);
	struct stk_qualify *q;
	const struct stk_check *c;

	if (asked_before(_i)) {
		stk_loader_close(loader);
		return;
	}
	q = run(loader, stldr ? H743 : G431, wrong[_i].check);
	c = stk_qualify_report(q)->checks;
	ck_assert_msg(c->result == STK_CHECK_PASS, "%s: %s: %s", c->id,
		      stk_check_result_name(c->result), c->text);
	ck_assert_uint_eq(c->failed, 0);
	ck_assert_uint_gt(c->cases, 0);
	ck_assert_ptr_null(c->diagnosis);
	stk_qualify_free(q);
	stk_loader_close(loader);
}
END_TEST

/* ---- whole runs ------------------------------------------------------------------ */

/* All that may be said against our own, and no more. */
static const struct {
	const char *file, *target, *weak;
} good[] = {
	{ FLM, G431, "honesty-rdp honesty-busy-never-ends honesty-stuck-sector "
	  "honesty-stuck-bit honesty-stuck-bit-erased " },
	{ STLDR, H743, "program-over-unerased without-init honesty-watchdog "
	  "honesty-nor-busy-never-ends honesty-nor-stuck-sector honesty-nor-stuck-bit "
	  "honesty-nor-protected " },
	{ "b/" FLM, G431, "honesty-rdp honesty-busy-never-ends honesty-stuck-sector "
	  "honesty-stuck-bit honesty-stuck-bit-erased " },
	{ "c/" FLM, G431, "honesty-rdp honesty-busy-never-ends honesty-stuck-sector "
	  "honesty-stuck-bit honesty-stuck-bit-erased " },
};

START_TEST(good_one_is_good)
{
	struct stk_loader *loader = open_loader(good[_i].file);
	struct stk_qualify *q = run(loader, good[_i].target, NULL);
	const struct stk_qualify_report *r = stk_qualify_report(q);
	char weak[1000] = "";

	ck_assert_msg(r->good, "%s: %s", good[_i].file, r->verdict);
	ck_assert(!strncmp(r->verdict, "good", 4));
	for (size_t i = 0; i < r->n_checks; i++) {
		if (r->checks[i].result != STK_CHECK_WEAK)
			continue;
		strcat(weak, r->checks[i].id);
		strcat(weak, " ");
	}
	ck_assert_str_eq(weak, good[_i].weak);
	ck_assert_uint_eq(r->n_pass + r->n_weak + r->n_skip, r->n_checks);
	ck_assert_uint_gt(r->n_modules, 2);
	stk_qualify_free(q);
	stk_loader_close(loader);
}
END_TEST

START_TEST(sectors_are_told)
{
	struct stk_loader *loader = open_loader(FLM);
	struct stk_qualify *q = run(loader, G431, NULL);
	const struct stk_qualify_report *r = stk_qualify_report(q);

	ck_assert_uint_eq(r->n_sectors, 64);
	for (size_t i = 0; i < r->n_sectors; i++) {
		const struct stk_sector_trial *s = &r->sectors[i];

		ck_assert_uint_eq(s->range.addr, 0x08000000 + i * 2048);
		ck_assert(s->erase_tried && s->erase_good && s->program_tried &&
			  s->program_good);
		ck_assert_uint_gt(s->erase_ns, 20000000);
		ck_assert_uint_gt(s->program_ns, 0);
	}
	stk_qualify_free(q);
	stk_loader_close(loader);
}
END_TEST

/* Bank 2 is not there: 32 sectors of which each is told. */
START_TEST(bad_sectors_are_told)
{
	struct stk_loader *loader = open_loader("g431-dual-bank.FLM");
	struct stk_qualify *q = run(loader, G431, "erase-sector");
	const struct stk_qualify_report *r = stk_qualify_report(q);

	ck_assert_uint_eq(r->checks[0].cases, 64);
	ck_assert_uint_eq(r->checks[0].failed, 32);
	ck_assert_str_eq(r->checks[0].call->text, "EraseSector(0x08010000)");
	ck_assert_uint_gt(r->checks[0].call->n_traffic, 3);
	ck_assert_str_eq(r->checks[0].basis, "assumed");
	for (size_t i = 0; i < r->n_sectors; i++)
		ck_assert_int_eq(r->sectors[i].erase_good, i < 32);
	stk_qualify_free(q);
	stk_loader_close(loader);
}
END_TEST

static void compare(const struct stk_qualify_report *a, const struct stk_qualify_report *b)
{
	ck_assert_uint_eq(a->n_checks, b->n_checks);
	ck_assert_str_eq(a->verdict, b->verdict);
	ck_assert_uint_eq(a->calls, b->calls);
	ck_assert_uint_eq(a->target_ns, b->target_ns);
	for (size_t i = 0; i < a->n_checks; i++) {
		ck_assert_int_eq(a->checks[i].result, b->checks[i].result);
		ck_assert_str_eq(a->checks[i].text, b->checks[i].text);
		ck_assert_uint_eq(a->checks[i].ns, b->checks[i].ns);
		ck_assert_uint_eq(a->checks[i].cases, b->checks[i].cases);
	}
}

START_TEST(same_seed_same_report)
{
	struct stk_loader *loader = open_loader("g431-no-effect.FLM");
	struct stk_qualify *a = run(loader, G431, NULL), *b = run(loader, G431, NULL);

	compare(stk_qualify_report(a), stk_qualify_report(b));
	stk_qualify_free(a);
	stk_qualify_free(b);
	stk_loader_close(loader);
}
END_TEST

/* ---- what is asked for --------------------------------------------------------------- */

START_TEST(a_group_can_be_asked_for)
{
	struct stk_loader *loader = open_loader(FLM);
	struct stk_qualify *q = run(loader, G431, "answers");
	const struct stk_qualify_report *r = stk_qualify_report(q);

	ck_assert_uint_gt(r->n_checks, 3);
	for (size_t i = 0; i < r->n_checks; i++)
		ck_assert_str_eq(r->checks[i].group, "answers");
	/* Neither of them: each says why. */
	for (size_t i = 0; i < r->n_checks; i++) {
		const struct stk_check *c = &r->checks[i];

		if (!strcmp(c->id, "checksum") || !strcmp(c->id, "read")) {
			ck_assert_int_eq(c->result, STK_CHECK_SKIP);
			ck_assert(c->text[0]);
		}
	}
	stk_qualify_free(q);
	stk_loader_close(loader);
}
END_TEST

static void count_event(void *data, const char *what, size_t done, size_t total)
{
	ck_assert(what[0] && done < total);
	++*(int *)data;
}

START_TEST(honesty_can_be_left_out)
{
	struct stk_loader *loader = open_loader(FLM);
	int events = 0;
	struct stk_qualify_options opt = {
		.size = sizeof(opt), .target = G431, .no_honesty = true,
		.event = count_event, .data = &events,
	};
	struct stk_error err = { 0 };
	struct stk_qualify *q;

	ck_assert_msg(!stk_qualify_run(ctx, loader, &opt, &q, &err), "%s", err.msg);
	ck_assert_int_eq(events, (int)stk_qualify_report(q)->n_checks);
	for (size_t i = 0; i < stk_qualify_report(q)->n_checks; i++)
		ck_assert_ptr_null(stk_qualify_report(q)->checks[i].failure);
	stk_qualify_free(q);
	stk_loader_close(loader);
}
END_TEST

static void cancel_now(void *data, const char *what, size_t done, size_t total)
{
	(void)what;
	(void)total;
	if (done == 3)
		*(volatile int *)data = 1;
}

START_TEST(cancel_is_heard)
{
	struct stk_loader *loader = open_loader(FLM);
	volatile int cancel = 0;
	struct stk_qualify_options opt = {
		.size = sizeof(opt), .target = G431, .event = cancel_now,
		.data = (void *)(uintptr_t)&cancel, .cancel = &cancel,
	};
	struct stk_error err = { 0 };
	struct stk_qualify *q;

	ck_assert_int_eq(stk_qualify_run(ctx, loader, &opt, &q, &err), -EINTR);
	ck_assert_int_eq(err.origin, STK_ORIGIN_INTERRUPTED);
	stk_loader_close(loader);
}
END_TEST

static const struct {
	const char *file, *target, *cause;
} cannot[] = {
	{ STLDR, G431, "ram-wrong-place" },
	{ FLM, "emu:nosuchchip", "chip-unknown" },
	{ FLM, "nosuch:chip", "no-such-module" },
};

START_TEST(what_cannot_be_told_is_an_error)
{
	struct stk_loader *loader = open_loader(cannot[_i].file);
	struct stk_qualify_options opt = { .size = sizeof(opt), .target = cannot[_i].target };
	struct stk_error err = { 0 };
	struct stk_qualify *q;

	ck_assert_int_lt(stk_qualify_run(ctx, loader, &opt, &q, &err), 0);
	ck_assert_msg(!strcmp(err.cause, cannot[_i].cause), "%s: %s", err.cause, err.msg);
	stk_loader_close(loader);
}
END_TEST

/* ---- the list ------------------------------------------------------------------------ */

START_TEST(list_is_in_order)
{
	size_t n;
	const struct stk_check_info *c = stk_check_list(&n);

	ck_assert_uint_gt(n, 50);
	for (size_t i = 0; i < n; i++) {
		ck_assert(c[i].id[0] && c[i].group[0] && c[i].title[0]);
		ck_assert_int_eq(c[i].failure != NULL, !strcmp(c[i].group, "honesty"));
		for (size_t k = 0; k < i; k++) {
			ck_assert_str_ne(c[i].id, c[k].id);
			/* Those of a group follow each other. */
			if (!strcmp(c[i].group, c[k].group))
				ck_assert_str_eq(c[i].group, c[i - 1].group);
		}
	}
}
END_TEST

#define COUNT(a)	((int)(sizeof(a) / sizeof((a)[0])))

int main(void)
{
	Suite *s = suite_create("qualify");
	TCase *t = tcase_create("qualify");

	tcase_add_checked_fixture(t, open_ctx, close_ctx);
	tcase_add_loop_test(t, wrong_one_is_caught, 0, COUNT(wrong));
	tcase_add_loop_test(t, right_one_passes, 0, COUNT(wrong));
	tcase_add_loop_test(t, good_one_is_good, 0, COUNT(good));
	tcase_add_test(t, sectors_are_told);
	tcase_add_test(t, bad_sectors_are_told);
	tcase_add_test(t, same_seed_same_report);
	tcase_add_test(t, a_group_can_be_asked_for);
	tcase_add_test(t, honesty_can_be_left_out);
	tcase_add_test(t, cancel_is_heard);
	tcase_add_loop_test(t, what_cannot_be_told_is_an_error, 0, COUNT(cannot));
	tcase_add_test(t, list_is_in_order);
	suite_add_tcase(s, t);
	return unit_run(s);
}
