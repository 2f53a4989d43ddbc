/* SPDX-License-Identifier: MIT */
/* Host profiles: lookup, and that each decision names its source. */
#include <errno.h>
#include <string.h>

#include "host.h"
#include "unit.h"

static const struct {
	const char *what, *name, *found; /* found NULL: unknown */
} find_case[] = {
	{ "no name is ours", NULL, "stoker" },
	{ "ours", "stoker", "stoker" },
	{ "ST's", "cubeprogrammer", "cubeprogrammer" },
	{ "another case", "Stoker", NULL },
	{ "a prefix", "cube", NULL },
	{ "empty", "", NULL },
};

START_TEST(find)
{
	const __typeof__(*find_case) *c = &find_case[_i];
	const struct stk_host *host = NULL;
	struct stk_error err = { 0 };
	int r = stk_host_find(c->name, &host, &err);

	if (c->found) {
		ck_assert_msg(r == 0, "%s: %s", c->what, err.msg);
		ck_assert_str_eq(host->info.name, c->found);
		return;
	}
	ck_assert_msg(r == -ENOENT && !host, "%s", c->what);
	ck_assert_str_eq(err.cause, "host-unknown");
	ck_assert_ptr_nonnull(strstr(err.msg, "'stoker', 'cubeprogrammer'"));
}
END_TEST

START_TEST(sources)
{
	const struct stk_host *host = host_table[_i];

	ck_assert_uint_ge(host->n_sources, 20);
	for (size_t i = 0; i < host->n_sources; i++) {
		const struct host_source *s = &host->sources[i];

		ck_assert_msg(strlen(s->source) > 10, "%s: %s", host->info.name, s->key);
		ck_assert_msg(!strcmp(s->basis, "manual") || !strcmp(s->basis, "observed") ||
				      !strcmp(s->basis, "assumed") ||
				      !strcmp(s->basis, "chosen"),
			      "%s: %s: %s", host->info.name, s->key, s->basis);
	}
	ck_assert_uint_ge(host->stack_bytes, host->stack_min);
	ck_assert_uint_gt(host->init_ms, 0);
	ck_assert_uint_gt(host->erase_sector_ms, 0);
	ck_assert_uint_gt(host->erase_chip_ms, 0);
	ck_assert_uint_gt(host->program_ms, 0);
}
END_TEST

/* What a program outside of the library sees. */
START_TEST(list)
{
	size_t n;
	const struct stk_host *const *hosts = stk_host_list(&n);
	const struct stk_host *found;

	ck_assert_uint_eq(n, 2);
	ck_assert_str_eq(stk_host_info(hosts[0])->name, "stoker");
	for (size_t i = 0; i < n; i++) {
		const struct stk_host_info *info = stk_host_info(hosts[i]);

		ck_assert_int_eq(stk_host_find(info->name, &found, NULL), 0);
		ck_assert_ptr_eq(found, hosts[i]);
		ck_assert_uint_gt(strlen(info->summary), 10);
		for (size_t k = 0; k < info->n_changes; k++)
			ck_assert_uint_gt(strlen(info->changes[k].effect), 3);
	}
}
END_TEST

/* What loaders were seen to depend on: the two hosts must keep differing. */
START_TEST(policies)
{
	const struct stk_host *ours, *st;

	ck_assert_int_eq(stk_host_find("stoker", &ours, NULL), 0);
	ck_assert_int_eq(stk_host_find("cubeprogrammer", &st, NULL), 0);
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

int main(void)
{
	Suite *suite = suite_create("host");
	TCase *tc = tcase_create("host");
	int hosts = 0;

	while (host_table[hosts])
		hosts++;
	tcase_add_loop_test(tc, find, 0, ARRAY_SIZE(find_case));
	tcase_add_loop_test(tc, sources, 0, hosts);
	tcase_add_test(tc, list);
	tcase_add_test(tc, policies);
	suite_add_tcase(suite, tc);
	return unit_run(suite);
}
