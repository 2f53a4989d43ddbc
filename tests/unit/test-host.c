/* SPDX-License-Identifier: MIT */
/* Host profiles: lookup, and that each decision names its source. */
#include <errno.h>
#include <string.h>

#include "host.h"
#include "unit.h"

static const struct {
	const char *what, *name, *found; /* found NULL: unknown */
	const char *since, *until;
	const char *cause;
} find_case[] = {
	{ "no name is ours", NULL, "stoker", NULL, NULL, NULL },
	{ "ours", "stoker", "stoker", NULL, NULL, NULL },
	{ "ours is one for all versions", "stoker@7.1", "stoker", NULL, NULL, NULL },
	{ "ST's newest", "cubeprogrammer", "cubeprogrammer", "2.20.1", NULL, NULL },
	{ "before interrupts were masked", "cubeprogrammer@2.6.0", "cubeprogrammer", NULL,
	  "2.6.x", NULL },
	{ "the last of them", "cubeprogrammer@2.6.99", "cubeprogrammer", NULL, "2.6.x", NULL },
	{ "the first after it", "cubeprogrammer@2.7.0", "cubeprogrammer", "2.7.0", "2.11.0",
	  NULL },
	{ "two numbers", "cubeprogrammer@2.7", "cubeprogrammer", "2.7.0", "2.11.0", NULL },
	{ "as it calls itself", "cubeprogrammer@2.9.0-RC01", "cubeprogrammer", "2.7.0",
	  "2.11.0", NULL },
	{ "the last that a source knows", "cubeprogrammer@2.11.0", "cubeprogrammer", "2.7.0",
	  "2.11.0", NULL },
	{ "between two sources", "cubeprogrammer@2.11.1", "cubeprogrammer", "2.11.1", "2.11.x",
	  NULL },
	{ "ten is more than nine", "cubeprogrammer@2.12.0", "cubeprogrammer", "2.12.0",
	  "2.17.x", NULL },
	{ "one version alone", "cubeprogrammer@2.20.0", "cubeprogrammer", "2.20.0", "2.20.0",
	  NULL },
	{ "one to come", "cubeprogrammer@3.1.0", "cubeprogrammer", "2.20.1", NULL, NULL },
	{ "an IDE", "cubeide@1.8.0", "cubeprogrammer", "2.7.0", "2.11.0", NULL },
	{ "command line tools", "cubeclt@1.18.0", "cubeprogrammer", "2.18.0", "2.19.0", NULL },
	{ "a bundle of an editor", "cube-vscode@2.22.0+st.1", "cubeprogrammer", "2.20.1", NULL,
	  NULL },
	{ "pyOCD long ago", "pyocd@0.30", "pyocd", NULL, "0.33.x", NULL },
	{ "a name with a dash", "probe-rs@0.24.0", "probe-rs", NULL, NULL, NULL },
	{ "another case", "Stoker", NULL, NULL, NULL, "host-unknown" },
	{ "a prefix", "cube", NULL, NULL, NULL, "host-unknown" },
	{ "empty", "", NULL, NULL, NULL, "host-unknown" },
	{ "no name before the version", "@2.9.0", NULL, NULL, NULL, "host-unknown" },
	{ "an unknown one with a version", "openocd@0.12.0", NULL, NULL, NULL, "host-unknown" },
	{ "an IDE nobody looked into", "cubeide@1.5.0", NULL, NULL, NULL,
	  "host-version-unknown" },
	{ "an IDE without version", "cubeide", NULL, NULL, NULL, "host-version-unknown" },
	{ "no version", "cubeprogrammer@new", NULL, NULL, NULL, "host-version-bad" },
	{ "an empty version", "cubeprogrammer@", NULL, NULL, NULL, "host-version-bad" },
	{ "half a version", "cubeprogrammer@2.", NULL, NULL, NULL, "host-version-bad" },
	{ "too much of it", "cubeprogrammer@2.9.0.1", NULL, NULL, NULL, "host-version-bad" },
};

static void same_text(const char *what, const char *got, const char *want)
{
	ck_assert_msg((!got && !want) || (got && want && !strcmp(got, want)), "%s: %s, not %s",
		      what, got ? got : "none", want ? want : "none");
}

START_TEST(find)
{
	const __typeof__(*find_case) *c = &find_case[_i];
	const struct stk_host *host = NULL;
	struct stk_error err = { 0 };
	int r = stk_host_find(c->name, &host, &err);

	if (c->found) {
		ck_assert_msg(r == 0, "%s: %s", c->what, err.msg);
		ck_assert_str_eq(host->info.name, c->found);
		same_text(c->what, host->info.since, c->since);
		same_text(c->what, host->info.until, c->until);
		return;
	}
	ck_assert_msg(r < 0 && !host, "%s", c->what);
	ck_assert_str_eq(err.cause, c->cause);
	if (!strcmp(c->cause, "host-unknown"))
		ck_assert_ptr_nonnull(strstr(err.msg, "'stoker', 'cubeprogrammer'"));
	if (!strcmp(c->cause, "host-version-unknown"))
		ck_assert_ptr_nonnull(strstr(err.msg, "1.8.0"));
}
END_TEST

START_TEST(sources)
{
	const struct stk_host *host = host_profiles[_i];

	ck_assert_uint_ge(host->n_sources, 20);
	for (size_t i = 0; i < host->n_sources; i++) {
		const struct host_source *s = &host->sources[i];

		ck_assert_msg(strlen(s->source) > 10, "%s: %s", host->info.name, s->key);
		ck_assert_msg(!strcmp(s->basis, "manual") || !strcmp(s->basis, "observed") ||
				      !strcmp(s->basis, "assumed") ||
				      !strcmp(s->basis, "chosen"),
			      "%s: %s: %s", host->info.name, s->key, s->basis);
		ck_assert_ptr_eq(host_source_of(host, s->key), s);
	}
	ck_assert_uint_ge(host->stack_bytes, host->stack_min);
	ck_assert_uint_gt(host->init_ms, 0);
	ck_assert_uint_gt(host->erase_chip_ms, 0);
	ck_assert(host->declared_limits || host->erase_sector_ms);
	ck_assert(host->declared_limits || host->program_ms);
	ck_assert_uint_lt(host->act, host_n_acts);
}
END_TEST

/* What a twin of a profile is asked about is the only thing that differs. */
START_TEST(doubts)
{
	const struct stk_host *host = host_profiles[_i];

	for (size_t i = 0; i < host->n_doubts; i++) {
		const struct host_doubt *d = &host->doubts[i];

		ck_assert_ptr_nonnull(host_source_of(host, d->key));
		ck_assert_int_eq(strncmp(d->question, "whether ", 8), 0);
		ck_assert_str_eq(d->otherwise->info.name, host->info.name);
		ck_assert_uint_ne(d->otherwise->act, host->act);
		ck_assert_uint_eq(d->otherwise->n_doubts, 0);
	}
}
END_TEST

/* What a program outside of the library sees. */
START_TEST(list)
{
	size_t n, n_all, found_newest = 0;
	const struct stk_host *const *hosts = stk_host_list(&n);
	const struct stk_host *const *all = stk_host_profiles(&n_all);
	const struct stk_host *found;

	ck_assert_uint_eq(n, 7);
	ck_assert_uint_gt(n_all, n);
	ck_assert_str_eq(stk_host_info(hosts[0])->name, "stoker");
	for (size_t i = 0; i < n; i++) {
		const struct stk_host_info *info = stk_host_info(hosts[i]);

		ck_assert_int_eq(stk_host_find(info->name, &found, NULL), 0);
		ck_assert_ptr_eq(found, hosts[i]);
		ck_assert_uint_gt(strlen(info->summary), 10);
		ck_assert_ptr_null(info->until);
		for (size_t k = 0; k < info->n_changes; k++)
			ck_assert_uint_gt(strlen(info->changes[k].effect), 3);
	}
	for (size_t i = 0; i < n_all; i++) {
		const struct stk_host_info *info = stk_host_info(all[i]);
		bool last = i + 1 == n_all ||
			    strcmp(info->name, stk_host_info(all[i + 1])->name) != 0;
		bool first = !i || strcmp(info->name, stk_host_info(all[i - 1])->name) != 0;

		/* Nothing is before the first of a host, nothing after the last. */
		ck_assert(first == !info->since && last == !info->until);
		found_newest += last && all[i] == hosts[found_newest];
	}
	ck_assert_uint_eq(found_newest, n);
}
END_TEST

static const struct {
	const char *host, *change;
	enum host_does does;
} does_case[] = {
	{ "cubeprogrammer@2.6.0", "no-interrupts", HOST_DOES_NOT },
	{ "cubeprogrammer@2.7.0", "no-interrupts", HOST_DOES },
	{ "cubeprogrammer", "no-interrupts", HOST_DOES },
	{ "cubeprogrammer@2.11.0", "long-storage-info", HOST_DOES_NOT },
	{ "cubeprogrammer@2.11.1", "long-storage-info", HOST_MAY },
	{ "cubeprogrammer@2.12.0", "long-storage-info", HOST_DOES },
	{ "cubeprogrammer@2.17.9", "name-is-file-name", HOST_DOES_NOT },
	{ "cubeprogrammer@2.18.0", "name-is-file-name", HOST_DOES },
	{ "cubeprogrammer@2.19.0", "moved-base", HOST_DOES_NOT },
	{ "cubeprogrammer@2.19.5", "moved-base", HOST_MAY },
	{ "cubeprogrammer@2.20.0", "moved-base", HOST_DOES },
	{ "cubeprogrammer@2.21.0", "moved-base", HOST_MAY },
	{ "cubeprogrammer@2.0.0", "own-segment", HOST_DOES },
	{ "cubeide@1.8.0", "no-interrupts", HOST_DOES },
	{ "cubeide@1.3.0", "no-interrupts", HOST_DOES_NOT },
};

START_TEST(does)
{
	const __typeof__(*does_case) *c = &does_case[_i];
	const struct stk_host_change *change;
	const struct stk_host_info *whose;
	const struct stk_host *host;

	ck_assert_int_eq(stk_host_find(c->host, &host, NULL), 0);
	change = host_change_find(c->change, &whose);
	ck_assert_ptr_nonnull(change);
	ck_assert_str_eq(whose->name, host->info.name);
	ck_assert_msg(host_does(host, change) == c->does, "%s %s", c->host, c->change);
}
END_TEST

static const struct stk_host *get(const char *name)
{
	const struct stk_host *host = NULL;

	ck_assert_int_eq(stk_host_find(name, &host, NULL), 0);
	return host;
}

/* What loaders were seen to depend on: the hosts must keep differing. */
START_TEST(policies)
{
	const struct stk_host *ours = get("stoker"), *st = get("cubeprogrammer");

	ck_assert(!ours->primask && !ours->mask_ints);
	ck_assert(st->primask || st->mask_ints);
	ck_assert(ours->zero_bss && ours->static_base && ours->stack_aligned);
	ck_assert(!st->static_base && !st->stack_aligned);
	ck_assert_int_eq(ours->init, HOST_INIT_PER_PHASE);
	ck_assert_int_eq(st->init, HOST_INIT_PER_CALL);
	ck_assert_int_eq(st->trap, HOST_TRAP_LINK_PAGE);
	ck_assert_uint_eq(st->stack_bytes, 0x400);
	ck_assert_uint_eq(st->init_r0, 1);
}
END_TEST

/* Two facts, and each has its versions. */
START_TEST(interrupts)
{
	const struct stk_host *before = get("cubeprogrammer@2.6.0");
	const struct stk_host *since = get("cubeide@1.8.0"), *st_openocd = get("openocd-st");

	ck_assert(!before->primask && !before->mask_ints);
	ck_assert(!since->primask && since->mask_ints);
	ck_assert(st_openocd->primask && !st_openocd->mask_ints);
	for (size_t i = 0; i < before->n_doubts; i++)
		ck_assert_str_ne(before->doubts[i].key, "mask_ints");
}
END_TEST

/* Profiles of different versions that act alike are run once. */
START_TEST(acts)
{
	const struct stk_host *a = get("cubeprogrammer@2.9.0");

	ck_assert_uint_eq(a->act, get("cubeprogrammer@2.18.0")->act);
	ck_assert_uint_ne(a->act, get("cubeprogrammer@2.6.0")->act);
	ck_assert_uint_ne(a->act, get("cubeprogrammer@2.20.0")->act);
	/* Whoever doubts that 2.20.0 moves all loaders takes it for 2.19.0. */
	for (size_t i = 0; i < get("cubeprogrammer@2.20.0")->n_doubts; i++) {
		const struct host_doubt *d = &get("cubeprogrammer@2.20.0")->doubts[i];

		if (!strcmp(d->key, "load_offset"))
			ck_assert_uint_eq(d->otherwise->act, a->act);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("host");
	TCase *tc = tcase_create("host");
	int hosts = 0;

	while (host_profiles[hosts])
		hosts++;
	tcase_add_loop_test(tc, find, 0, ARRAY_SIZE(find_case));
	tcase_add_loop_test(tc, sources, 0, hosts);
	tcase_add_loop_test(tc, doubts, 0, hosts);
	tcase_add_loop_test(tc, does, 0, ARRAY_SIZE(does_case));
	tcase_add_test(tc, list);
	tcase_add_test(tc, policies);
	tcase_add_test(tc, interrupts);
	tcase_add_test(tc, acts);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
