/* SPDX-License-Identifier: MIT */
/* Our own loaders under every host: each kind of answer, and what is next to it. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <stoker/stoker.h>

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

static struct stk_loader *open_file(const char *path)
{
	struct stk_loader *loader;
	struct stk_error err = { 0 };

	ck_assert_msg(!stk_loader_open(ctx, path, 0, &loader, &err), "%s", err.msg);
	return loader;
}

static struct stk_loader *open_own(const char *file)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/tests/loaders/out/%s", getenv("top_builddir"),
		 file);
	return open_file(path);
}

#define G4	"emu:stm32g431cb"
#define H7	"emu:stm32h743zi,nor=w25q128jv"

struct row {
	const char *host;		/* NULL: no more */
	enum stk_host_result result;
	bool sure;
	const char *said;		/* in the text; NULL: whatever it is */
	const char *rule, *cause;	/* NULL: none */
};

#define WORKS		STK_HOST_WORKS, true, NULL, NULL, NULL
#define NOT_TAKEN	STK_HOST_FORMAT, true, "format", NULL, NULL

static const struct {
	const char *file, *target;
	struct row row[9];
} cases[] = {
	{ "host-hal-tick.stldr", H7, {
		{ "stoker", WORKS },
		{ "cubeprogrammer@2.6.0", WORKS },
		{ "stlink-utility", WORKS },
		{ "cubeprogrammer@2.7.0", STK_HOST_HANGS, true, "in tick_delay", NULL,
		  "ticks-masked" },
		{ "cubeide@1.8.0", STK_HOST_HANGS, true, "in tick_delay", NULL,
		  "ticks-masked" },
		{ "cubeide@1.7.0", WORKS },
		{ "pyocd", NOT_TAKEN },
	} },
	{ "host-long-table.stldr", H7, {
		{ "cubeprogrammer@2.11.0", WORKS },
		{ "cubeprogrammer@2.11.1", STK_HOST_WORKS, false, "no source says", "STK-S008",
		  NULL },
		{ "cubeprogrammer@2.12.0", STK_HOST_REFUSED, false, "StorageInfo", "STK-S008",
		  NULL },
	} },
	{ "host-other-name.stldr", H7, {
		{ "cubeprogrammer@2.17.0", WORKS },
		{ "cubeprogrammer@2.18.0", STK_HOST_REFUSED, false, "name", "STK-S006", NULL },
	} },
	{ "h743-w25q128.stldr", H7, {
		{ "cubeprogrammer@2.18.0", WORKS },
		{ "cubeprogrammer@2.19.0", WORKS },
		{ "cubeprogrammer@2.19.1", STK_HOST_WORKS, false, "otherwise it fails", NULL,
		  NULL },
		{ "cubeprogrammer@2.20.0", STK_HOST_FAILS, false, "otherwise it works", NULL,
		  "fault" },
		{ "cubeprogrammer", WORKS },
		{ "openocd-st", STK_HOST_FAILS, true, "Init", "STK-L016", "fault" },
	} },
	/* It finds what it needs wherever it is. */
	{ "host-any-address.stldr", H7, {
		{ "cubeprogrammer@2.19.1", WORKS },
		{ "cubeprogrammer@2.20.0", WORKS },
	} },
	{ "g431.FLM", G4, {
		{ "stoker", WORKS },
		{ "cubeprogrammer", NOT_TAKEN },
		{ "pyocd@0.33.1", WORKS },
		{ "pyocd@0.34.0", WORKS },
		{ "pyocd@0.36.0", WORKS },
		{ "pyocd", WORKS },
		{ "probe-rs", WORKS },
		{ "keil", WORKS },
	} },
	{ "b/g431.FLM", G4, {
		{ "pyocd@0.33.1", WORKS },
		{ "pyocd", WORKS },
		{ "probe-rs", WORKS },
		{ "keil", WORKS },
	} },
	{ "g431-erase-too-many.FLM", G4, {
		{ "stoker", STK_HOST_CORRUPTS, true, "nobody asked for", NULL,
		  "neighbour-erased" },
		{ "probe-rs", STK_HOST_CORRUPTS, true, "nobody asked for", NULL,
		  "neighbour-erased" },
	} },
	{ "g431-no-effect.FLM", G4, {
		{ "pyocd", STK_HOST_CORRUPTS, true, "0x08000000", NULL, "not-blank" },
	} },
	{ "g431-never-returns.FLM", G4, {
		{ "keil", STK_HOST_HANGS, true, "EraseSector(0x08000000) never returns", NULL,
		  "never-returns" },
	} },
	/* Masks interrupts itself: no host helps. */
	{ "h743-w25q128-waits-for-interrupt.stldr", H7, {
		{ "cubeprogrammer@2.6.0", STK_HOST_HANGS, true, "never returns", NULL,
		  "waits-for-interrupt" },
		{ "cubeprogrammer@2.9.0", STK_HOST_HANGS, true, "never returns", NULL,
		  "waits-for-interrupt" },
	} },
	{ "g431-waits-for-interrupt.FLM", G4, {
		{ "stoker", STK_HOST_HANGS, true, "never returns", NULL,
		  "waits-for-interrupt" },
	} },
	{ "g431-dual-bank.FLM", G4, {
		{ "probe-rs", STK_HOST_FAILS, true, "EraseSector", NULL,
		  "bank-mode-mismatch" },
	} },
};

static const struct stk_qualify_report *run(struct stk_loader *loader, const char *target,
					    const struct stk_host *const *hosts, size_t n,
					    struct stk_qualify **q)
{
	const struct stk_qualify_options opt = {
		.size = sizeof(opt), .target = target, .no_checks = true,
		.all_hosts = !n, .hosts = hosts, .n_hosts = n,
	};
	struct stk_error err = { 0 };

	ck_assert_msg(!stk_qualify_run(ctx, loader, &opt, q, &err), "%s", err.msg);
	return stk_qualify_report(*q);
}

static void check_row(const struct row *c, const struct stk_host_trial *t)
{
	ck_assert_msg(t->result == c->result, "%s: %s: %s", c->host,
		      stk_host_result_name(t->result), t->text);
	ck_assert_msg(t->sure == c->sure, "%s: %s: %s", c->host,
		      t->sure ? "sure" : "not sure", t->text);
	ck_assert_msg(!c->said || strstr(t->text, c->said), "%s: %s", c->host, t->text);
	ck_assert_msg(c->said || !*t->text, "%s: %s", c->host, t->text);
	if (c->rule)
		ck_assert_msg(t->rule && !strcmp(t->rule, c->rule) && t->source && t->basis,
			      "%s: %s", c->host, t->rule ? t->rule : "no rule");
	if (c->cause)
		ck_assert_msg(t->diagnosis && !strcmp(t->diagnosis->cause, c->cause), "%s: %s",
			      c->host, t->diagnosis ? t->diagnosis->cause : "none");
	else
		ck_assert_ptr_null(t->diagnosis);
	/* What was not executed took no time. */
	ck_assert((t->result == STK_HOST_REFUSED || t->result == STK_HOST_FORMAT) == !t->ns);
}

START_TEST(rows)
{
	const __typeof__(*cases) *c = &cases[_i];
	struct stk_loader *loader = open_own(c->file);
	const struct stk_qualify_report *report;
	const struct stk_host *hosts[9];
	struct stk_qualify *q;
	size_t n = 0;

	for (; c->row[n].host; n++)
		ck_assert_int_eq(stk_host_find(c->row[n].host, &hosts[n], NULL), 0);
	report = run(loader, c->target, hosts, n, &q);
	ck_assert_uint_eq(report->n_hosts, n);
	for (size_t i = 0; i < n; i++)
		check_row(&c->row[i], &report->hosts[i]);
	stk_qualify_free(q);
	stk_loader_close(loader);
}
END_TEST

/* All versions of all hosts, in ranges: what is the same is one row. */
START_TEST(all_hosts)
{
	static const char *const names[] = {
		"stoker", "cubeprogrammer", "stlink-utility", "openocd-st", "pyocd", "probe-rs",
		"keil",
	};
	struct stk_loader *loader = open_own("g431.FLM");
	struct stk_qualify *q;
	const struct stk_qualify_report *r = run(loader, G4, NULL, 0, &q);

	ck_assert_uint_eq(r->n_hosts, 7);
	for (size_t i = 0; i < r->n_hosts; i++) {
		ck_assert_str_eq(r->hosts[i].host, names[i]);
		ck_assert(!r->hosts[i].since && !r->hosts[i].until && r->hosts[i].sure);
	}
	stk_qualify_free(q);
	stk_loader_close(loader);
}
END_TEST

/* Where it hangs is told, and what masks the interrupts. */
START_TEST(reason)
{
	struct stk_loader *loader = open_own("host-hal-tick.stldr");
	const struct stk_qualify_report *r;
	const struct stk_host *hosts[1];
	struct stk_qualify *q;

	ck_assert_int_eq(stk_host_find("cubeprogrammer@2.9.0", &hosts[0], NULL), 0);
	r = run(loader, H7, hosts, 1, &q);
	ck_assert_ptr_nonnull(strstr(r->hosts[0].diagnosis->message, "C_MASKINTS"));
	ck_assert_str_eq(r->hosts[0].since, "2.7.0");
	ck_assert_str_eq(r->hosts[0].until, "2.11.0");
	stk_qualify_free(q);
	stk_loader_close(loader);
}
END_TEST

/* The same twice: nothing depends on what ran before, or on the time of day. */
START_TEST(repeats)
{
	struct stk_loader *loader = open_own("g431-erase-too-many.FLM");
	struct stk_qualify *a, *b;
	const struct stk_qualify_report *x = run(loader, G4, NULL, 0, &a);
	const struct stk_qualify_report *y = run(loader, G4, NULL, 0, &b);

	ck_assert_uint_eq(x->n_hosts, y->n_hosts);
	for (size_t i = 0; i < x->n_hosts; i++) {
		ck_assert_str_eq(x->hosts[i].text, y->hosts[i].text);
		ck_assert_uint_eq(x->hosts[i].ns, y->hosts[i].ns);
	}
	stk_qualify_free(a);
	stk_qualify_free(b);
	stk_loader_close(loader);
}
END_TEST

static int stop;

static void stop_at_second(void *data, const char *what, size_t done, size_t total)
{
	(void)data;
	(void)what;
	ck_assert_uint_lt(done, total);
	stop = done > 0;
}

START_TEST(cancelled)
{
	struct stk_loader *loader = open_own("g431.FLM");
	const struct stk_qualify_options opt = {
		.size = sizeof(opt), .target = G4, .no_checks = true, .all_hosts = true,
		.event = stop_at_second, .cancel = &stop,
	};
	struct stk_qualify *q = NULL;
	struct stk_error err = { 0 };

	ck_assert_int_eq(stk_qualify_run(ctx, loader, &opt, &q, &err), -EINTR);
	ck_assert_int_eq(err.origin, STK_ORIGIN_INTERRUPTED);
	stk_qualify_free(q);
	stk_loader_close(loader);
}
END_TEST

/* A vendor's loader that clears both masks in Init: it works wherever it may run. */
START_TEST(undoes_the_masks)
{
	static const char *const names[] = { "stoker", "cubeprogrammer@2.6.0",
					     "cubeprogrammer@2.9.0", "stlink-utility" };
	const char *corpus = getenv("STOKER_CORPUS");
	const struct stk_qualify_report *r;
	const struct stk_host *hosts[4];
	struct stk_loader *loader;
	struct stk_qualify *q;
	char path[512];

	if (!corpus || !*corpus)
		return;
	snprintf(path, sizeof(path), "%s/loaders/MubarakshinRuslan+"
		 "w25q128jv_stm32h743iitx_external_loader/h743_flash.stldr", corpus);
	loader = open_file(path);
	for (size_t i = 0; i < 4; i++)
		ck_assert_int_eq(stk_host_find(names[i], &hosts[i], NULL), 0);
	r = run(loader, H7, hosts, 4, &q);
	for (size_t i = 0; i < 4; i++) {
		ck_assert_msg(r->hosts[i].result == STK_HOST_WORKS, "%s: %s", names[i],
			      r->hosts[i].text);
		ck_assert_msg(r->hosts[i].sure, "%s: %s", names[i], r->hosts[i].text);
	}
	stk_qualify_free(q);
	stk_loader_close(loader);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("matrix");
	TCase *tc = tcase_create("matrix");

	tcase_set_timeout(tc, 0);
	tcase_add_checked_fixture(tc, open_ctx, close_ctx);
	tcase_add_loop_test(tc, rows, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tc, all_hosts);
	tcase_add_test(tc, reason);
	tcase_add_test(tc, repeats);
	tcase_add_test(tc, cancelled);
	tcase_add_test(tc, undoes_the_masks);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
