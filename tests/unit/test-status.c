/* SPDX-License-Identifier: MIT */
/* What drifted from swaps and pins. */
#include "swap-rig.h"

#define LOADER "ide/tools/bin/ExternalLoader/a.stldr"

static const struct ldb_drifts *drifts;

/* Over the rig's install, as a scan would find it. */
static void look(const struct ldb_install *installs, size_t n, bool everywhere)
{
	const char *looked = rig.paths[0];
	const struct ldb_scan scan = {
		.installs = installs,
		.n_installs = n,
		.looked = &looked,
		.n_looked = !everywhere,
		.everywhere = everywhere,
	};

	ldb_free(drifts);
	drifts = NULL;
	rig_ok(ldb_status(rig.db, rig.ctx, &scan, &drifts, &rig_err));
}

static void setup(void)
{
	rig_setup();
	drifts = NULL;
}

static void clean(void)
{
	ldb_free(drifts);
	rig_clean();
}

static const struct ldb_drift *only(enum ldb_drift_kind kind)
{
	look(&rig.install, 1, false);
	ck_assert_uint_eq(drifts->count, 1);
	ck_assert_str_eq(ldb_drift_name(drifts->item->kind), ldb_drift_name(kind));
	return drifts->item;
}

#define next_is(d, ...)                                    \
	do {                                               \
		char line[4 * PATH_MAX];                   \
                                                           \
		snprintf(line, sizeof(line), __VA_ARGS__); \
		ck_assert_str_eq((d)->next, line);         \
	} while (0)

#define has(text, what) ck_assert_msg(strstr(text, what) != NULL, "%s", text)

static void swap_good(void)
{
	rig_pin("", rig_build("good build", "a.stldr"), NULL);
	rig_ok(rig_run(rig_plan()));
}

/* The programmer of another folder takes the place of this one. */
static void swap_tree(void)
{
	static const struct ldb_component other = { .kind = LDB_PROGRAMMER };
	struct ldb_component from = other;
	struct ldb_swap_options opt = { .size = sizeof(opt),
					.install = &rig.install,
					.programmer_from = &from,
					.programmer_from_name = "cubeide@1.7.0" };
	struct ldb_swap *plan;
	char path[PATH_MAX];

	mkdir(temp_path("other"), 0755);
	mkdir(temp_path("other/tools"), 0755);
	mkdir(temp_path("other/tools/bin"), 0755);
	temp_write("other/tools/bin/b.stldr", "older", 0644);
	strcpy(path, temp_path("other/tools"));
	from.path = path;
	rig_ok(ldb_swap_plan(rig.db, rig.ctx, &opt, &plan, &rig_err));
	rig_ok(rig_run(plan));
}

START_TEST(nothing_was_done)
{
	look(&rig.install, 1, false);
	ck_assert_uint_eq(drifts->count, 0);
}
END_TEST

START_TEST(a_file)
{
	const struct ldb_drift *d;

	swap_good();
	d = only(LDB_IN_PLACE);
	ck_assert_str_eq(d->path, temp_path(LOADER));
	ck_assert_int_eq(d->swap, 1);
	temp_write(LOADER, "original", 0640);
	d = only(LDB_BACK);
	has(d->text, "it works");
	next_is(d, "stoker swap --all %s", rig.paths[0]);
	temp_write(LOADER, "updated", 0640);
	has(only(LDB_CHANGED)->text, "something else is there");
	unlink(temp_path(LOADER));
	has(only(LDB_GONE)->text, "it is gone");
	symlink("/nowhere", temp_path(LOADER));
	only(LDB_GONE);
	unlink(temp_path(LOADER));
	mkdir(temp_path(LOADER), 0755);
	only(LDB_CHANGED);
}
END_TEST

START_TEST(after_a_restore)
{
	int64_t pin = rig_pin("", rig_build("good build", "a.stldr"), NULL);
	const struct ldb_drift *d;

	rig_ok(rig_run(rig_plan()));
	rig_ok(ldb_pin_end(rig.db, pin, "not needed", &rig_err));
	d = only(LDB_IN_PLACE);
	temp_write(LOADER, "updated", 0640);
	d = only(LDB_CHANGED);
	has(d->text, "pin was ended");
	ck_assert_str_eq(d->next, "stoker restore --swap 1");
	/* What was there before, and nothing is pinned: that is how it shall be. */
	temp_write(LOADER, "original", 0640);
	look(&rig.install, 1, false);
	ck_assert_uint_eq(drifts->count, 0);
	temp_write(LOADER, "good build", 0640);
	rig_ok(rig_run(rig_restore_plan(NULL, 0)));
	look(&rig.install, 1, false);
	ck_assert_uint_eq(drifts->count, 0);
}
END_TEST

START_TEST(the_last_of_two_counts)
{
	int64_t pin = rig_pin("", rig_build("good build", "a.stldr"), NULL);

	rig_ok(rig_run(rig_plan()));
	rig_ok(ldb_pin_end(rig.db, pin, "a better one", &rig_err));
	rig_pin("", rig_build("better build", "a.stldr"), NULL);
	rig_ok(rig_run(rig_plan()));
	ck_assert_int_eq(only(LDB_IN_PLACE)->swap, 2);
	temp_write(LOADER, "good build", 0640);
	only(LDB_BACK);
}
END_TEST

START_TEST(a_pin_not_yet_swapped)
{
	const struct ldb_drift *d;

	rig_pin("", rig_build("good build", "a.stldr"), NULL);
	d = only(LDB_NEW_INSTALL);
	ck_assert_str_eq(d->path, temp_path(LOADER));
	next_is(d, "stoker swap --all %s", rig.paths[0]);
	/* The same bytes by another way are as good. */
	temp_write(LOADER, "good build", 0640);
	look(&rig.install, 1, false);
	ck_assert_uint_eq(drifts->count, 0);
}
END_TEST

START_TEST(a_pin_of_a_tree)
{
	const struct ldb_pin pin = { .tool = "cubeide",
				     .range = "1.8.0",
				     .device = "*",
				     .from = "cubeide@1.7.0",
				     .why = "its programmer works" };
	int64_t id;

	rig_ok(ldb_pin_add(rig.db, &pin, &id, &rig_err));
	next_is(only(LDB_NEW_INSTALL), "stoker swap --programmer-from cubeide@1.7.0 %s",
		rig.paths[0]);
	swap_tree();
	only(LDB_IN_PLACE);
}
END_TEST

START_TEST(a_tree)
{
	char again[2 * PATH_MAX];

	swap_tree();
	ck_assert_str_eq(only(LDB_IN_PLACE)->path, temp_path("ide/tools"));
	snprintf(again, sizeof(again), "stoker swap --programmer-from %s/tools %s",
		 temp_path("other"), rig.paths[0]);
	temp_write("ide/tools/bin/c.stldr", "new", 0644);
	has(only(LDB_CHANGED)->text, "bin/c.stldr");
	next_is(only(LDB_CHANGED), "stoker restore --swap 1 && %s", again);
	ck_assert_int_eq(rename(temp_path("ide/tools"), temp_path("ide/away")), 0);
	next_is(only(LDB_GONE), "stoker restore --swap 1 && %s", again);
	ck_assert_int_eq(
		rename(temp_path("ide/tools.stoker-kept-1"), temp_path("ide/tools")), 0);
	next_is(only(LDB_BACK), "%s", again);
	ck_assert_int_eq(rename(temp_path("other"), temp_path("other-place")), 0);
	has(only(LDB_BACK)->text, "the tree that it came from is gone");
	ck_assert_ptr_null(only(LDB_BACK)->next);
}
END_TEST

START_TEST(an_original_is_lost)
{
	swap_tree();
	temp_write("ide/tools.stoker-kept-1/bin/more", "x", 0644);
	look(&rig.install, 1, false);
	ck_assert_uint_eq(drifts->count, 2);
	ck_assert_int_eq(drifts->item[0].kind, LDB_IN_PLACE);
	ck_assert_int_eq(drifts->item[1].kind, LDB_ORIGINAL_LOST);
	has(drifts->item[1].text, "was changed in 'bin/more'");
	ck_assert_int_eq(rename(temp_path("ide/tools.stoker-kept-1"), temp_path("away")),
			 0);
	look(&rig.install, 1, false);
	ck_assert_str_eq(drifts->item[1].path, temp_path("ide/tools.stoker-kept-1"));
	has(drifts->item[1].text, "is gone: 'stoker restore' cannot put it back");
}
END_TEST

START_TEST(another_pin)
{
	int64_t pin = rig_pin("", rig_build("good build", "a.stldr"), NULL);

	rig_ok(rig_run(rig_plan()));
	rig_ok(ldb_pin_end(rig.db, pin, "a better one", &rig_err));
	rig_pin("", rig_build("better build", "a.stldr"), NULL);
	look(&rig.install, 1, false);
	ck_assert_uint_eq(drifts->count, 2);
	ck_assert_int_eq(drifts->item[0].kind, LDB_IN_PLACE);
	ck_assert_int_eq(drifts->item[1].kind, LDB_NEW_PIN);
	next_is(&drifts->item[1], "stoker swap --all %s", rig.paths[0]);
}
END_TEST

START_TEST(the_whole_install_is_gone)
{
	swap_good();
	ck_assert_int_eq(rename(temp_path("ide"), temp_path("away")), 0);
	only(LDB_UNINSTALLED);
	ck_assert_ptr_null(drifts->item->next);
}
END_TEST

/* An update brings a newer plug-in, and leaves the old one where it is. */
START_TEST(the_toolchain_looks_elsewhere)
{
	struct ldb_component two[2] = { rig.programmer, rig.programmer };
	struct ldb_install install = rig.install;

	swap_tree();
	two[0].current = false;
	two[1].path = "/ide/new/tools";
	two[1].why_current = "bundles.info names it";
	install.components = two;
	install.n_components = 2;
	look(&install, 1, false);
	ck_assert_uint_eq(drifts->count, 1);
	ck_assert_int_eq(drifts->item->kind, LDB_CHANGED);
	has(drifts->item->text, "uses '/ide/new/tools' now");
}
END_TEST

START_TEST(where_it_was_looked)
{
	swap_good();
	unlink(temp_path(LOADER));
	look(NULL, 0, true);
	ck_assert_uint_eq(drifts->count, 1);
	/* Elsewhere: not asked for. */
	strcpy(rig.paths[0], "/somewhere/else");
	look(NULL, 0, false);
	ck_assert_uint_eq(drifts->count, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("status");
	TCase *t = tcase_create("status");

	tcase_add_checked_fixture(t, setup, clean);
	tcase_add_test(t, nothing_was_done);
	tcase_add_test(t, a_file);
	tcase_add_test(t, after_a_restore);
	tcase_add_test(t, the_last_of_two_counts);
	tcase_add_test(t, a_pin_not_yet_swapped);
	tcase_add_test(t, a_pin_of_a_tree);
	tcase_add_test(t, a_tree);
	tcase_add_test(t, an_original_is_lost);
	tcase_add_test(t, another_pin);
	tcase_add_test(t, the_whole_install_is_gone);
	tcase_add_test(t, the_toolchain_looks_elsewhere);
	tcase_add_test(t, where_it_was_looked);
	suite_add_tcase(s, t);
	return unit_run(s);
}
