/* SPDX-License-Identifier: MIT */
/* What a pin changes in an install, and back. */
#include <errno.h>
#include <fcntl.h>

#include "swap-rig.h"

#define LOADER "ide/tools/bin/ExternalLoader/a.stldr"

static void pin_good(void)
{
	rig_pin("", rig_build("good build", "a.stldr"), NULL);
}

static size_t names_in(const char *folder)
{
	char command[PATH_MAX + 32], count[16] = "";
	FILE *f;

	snprintf(command, sizeof(command), "ls -A '%s' | wc -l", temp_path(folder));
	f = popen(command, "r");
	ck_assert_ptr_nonnull(f);
	ck_assert_ptr_nonnull(fgets(count, sizeof(count), f));
	pclose(f);
	return strtoul(count, NULL, 10);
}

START_TEST(there_and_back)
{
	const struct timespec then[2] = { { 1000000, 0 }, { 1600000000, 123 } };
	const struct ldb_swap_info *info;
	struct ldb_swap *plan;
	struct stat st;

	utimensat(AT_FDCWD, temp_path(LOADER), then, 0);
	pin_good();
	plan = rig_plan();
	info = ldb_swap_info(plan);
	ck_assert_uint_eq(info->n_changes, 1);
	ck_assert_uint_eq(info->n_todo, 1);
	ck_assert_str_eq(info->changes[0].path, temp_path(LOADER));
	ck_assert_ptr_nonnull(strstr(info->changes[0].why, "it works"));
	/* A plan changes nothing. */
	ck_assert_str_eq(temp_text(LOADER), "original");
	rig_ok(rig_run(plan));
	ck_assert_str_eq(temp_text(LOADER), "good build");
	plan = rig_plan();
	ck_assert(ldb_swap_info(plan)->changes[0].done);
	ldb_swap_free(plan);
	rig_ok(rig_run(rig_restore_plan(NULL, 0)));
	ck_assert_str_eq(temp_text(LOADER), "original");
	ck_assert_int_eq(stat(temp_path(LOADER), &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0640);
	ck_assert_int_eq(st.st_mtim.tv_sec, 1600000000);
	ck_assert_int_eq(st.st_mtim.tv_nsec, 123);
	ck_assert_uint_eq(names_in("ide/tools/bin/ExternalLoader"), 1);
	plan = rig_restore_plan(NULL, 0);
	ck_assert_uint_eq(ldb_swap_info(plan)->n_changes, 0);
	ldb_swap_free(plan);
}
END_TEST

START_TEST(nothing_was_there)
{
	rig_pin("", rig_build("good build", "b.stldr"), NULL);
	rig_ok(rig_run(rig_plan()));
	ck_assert_str_eq(temp_text("ide/tools/bin/ExternalLoader/b.stldr"), "good build");
	rig_ok(rig_run(rig_restore_plan(rig.paths[0], 0)));
	ck_assert_str_eq(temp_text("ide/tools/bin/ExternalLoader/b.stldr"), "(none)");
	ck_assert_uint_eq(names_in("ide/tools/bin/ExternalLoader"), 1);
}
END_TEST

START_TEST(ide_changed_it)
{
	const struct ldb_swap_info *info;
	struct ldb_swap *plan;
	int64_t kept;

	pin_good();
	rig_ok(rig_run(rig_plan()));
	temp_write(LOADER, "updated", 0644);
	plan = rig_restore_plan(NULL, 0);
	info = ldb_swap_info(plan);
	ck_assert_uint_eq(info->n_cautions, 1);
	ck_assert_ptr_nonnull(strstr(info->changes[0].caution, "another program changed it"));
	/* Not asked for: it stays. */
	rig_ok(ldb_swap_run(plan, false, NULL, NULL, &rig_err));
	ck_assert_str_eq(temp_text(LOADER), "updated");
	rig_ok(rig_run(plan));
	ck_assert_str_eq(temp_text(LOADER), "original");
	rig_ok(db_number(rig.db, &kept, &rig_err,
			 "SELECT count(*) FROM bytes WHERE data = CAST('updated' AS BLOB)", ""));
	ck_assert_int_eq(kept, 1);
	/* Those bytes can be had again: by the number of the restore. */
	rig_ok(rig_run(rig_restore_plan(NULL, 2)));
	ck_assert_str_eq(temp_text(LOADER), "updated");
}
END_TEST

/* After an update of the IDE its file is the original. */
START_TEST(swap_again_after_update)
{
	pin_good();
	rig_ok(rig_run(rig_plan()));
	temp_write(LOADER, "updated", 0600);
	rig_ok(rig_run(rig_plan()));
	ck_assert_str_eq(temp_text(LOADER), "good build");
	rig_ok(rig_run(rig_restore_plan(NULL, 0)));
	ck_assert_str_eq(temp_text(LOADER), "updated");
	/* The first one can be had by its number. */
	rig_ok(rig_run(rig_restore_plan(NULL, 1)));
	ck_assert_str_eq(temp_text(LOADER), "original");
}
END_TEST

START_TEST(swap_over_swap)
{
	const char *caution;
	struct ldb_swap *plan;
	int64_t pin;

	pin = rig_pin("", rig_build("good build", "a.stldr"), NULL);
	rig_ok(rig_run(rig_plan()));
	rig_ok(ldb_pin_end(rig.db, pin, "a better one", &rig_err));
	rig_pin("", rig_build("better build", "a.stldr"), NULL);
	plan = rig_plan();
	caution = ldb_swap_info(plan)->changes[0].caution;
	ck_assert_ptr_nonnull(strstr(caution, "swap 1 put these bytes there"));
	rig_ok(rig_run(plan));
	ck_assert_str_eq(temp_text(LOADER), "better build");
	rig_ok(rig_run(rig_restore_plan(NULL, 2)));
	ck_assert_str_eq(temp_text(LOADER), "good build");
	rig_ok(rig_run(rig_restore_plan(NULL, 0)));
	ck_assert_str_eq(temp_text(LOADER), "original");
}
END_TEST

START_TEST(refuses_before_anything)
{
	const struct ldb_swap_info *info;
	struct ldb_swap *plan;

	/* A second pin wants a file outside: then the first one's is left too. */
	temp_write("outside", "not theirs", 0644);
	ck_assert_int_eq(symlink("../../../../outside",
				 temp_path("ide/tools/bin/ExternalLoader/b.stldr")), 0);
	pin_good();
	rig_pin("1.8.0", rig_build_at("b", "b.stldr", 0x70000000), NULL);
	plan = rig_plan();
	info = ldb_swap_info(plan);
	ck_assert_uint_eq(info->n_refused, 1);
	ck_assert_uint_eq(info->n_todo, 1);
	ck_assert_int_eq(ldb_swap_run(plan, true, NULL, NULL, &rig_err), -EPERM);
	ck_assert_ptr_nonnull(strstr(rig_err.msg, "leads out of the install"));
	ldb_swap_free(plan);
	ck_assert_str_eq(temp_text(LOADER), "original");
	ck_assert_str_eq(temp_text("outside"), "not theirs");
}
END_TEST

START_TEST(changed_after_the_plan)
{
	struct ldb_swap *plan;

	pin_good();
	plan = rig_plan();
	temp_write(LOADER, "updated", 0644);
	ck_assert_int_eq(rig_run(plan), -EBUSY);
	ck_assert_str_eq(rig_err.cause, "changed-meanwhile");
	ck_assert_str_eq(temp_text(LOADER), "updated");
}
END_TEST

/* Another process that swaps is waited for; what it did is not done again. */
START_TEST(already_there_by_now)
{
	struct ldb_swap *plan, *faster;
	int64_t swaps;

	pin_good();
	plan = rig_plan();
	faster = rig_plan();
	rig_ok(rig_run(faster));
	rig_ok(rig_run(plan));
	ck_assert_str_eq(temp_text(LOADER), "good build");
	rig_ok(db_number(rig.db, &swaps, &rig_err, "SELECT count(*) FROM swap", ""));
	ck_assert_int_eq(swaps, 1);
}
END_TEST

/* Two devices' pins are about one name. */
START_TEST(two_builds_for_one_file)
{
	const struct ldb_swap_info *info;
	struct ldb_swap *plan;

	pin_good();
	rig_pin("1.8.0", rig_build_at("b", "a.stldr", 0x70000000), NULL);
	plan = rig_plan();
	info = ldb_swap_info(plan);
	ck_assert_uint_eq(info->n_changes, 1);
	ck_assert_str_eq(info->changes[0].refused_cause, "tie");
	ldb_swap_free(plan);
}
END_TEST

/* ---- trees ------------------------------------------------------------ */

static struct ldb_component other;
static char other_path[PATH_MAX];

static void make_other(void)
{
	mkdir(temp_path("old"), 0755);
	mkdir(temp_path("old/tools"), 0755);
	mkdir(temp_path("old/tools/bin"), 0755);
	temp_write("old/tools/bin/cli", "1.7", 0755);
	strcpy(other_path, temp_path("old/tools"));
	other = (struct ldb_component){ .kind = LDB_PROGRAMMER, .path = other_path };
}

static struct ldb_swap *plan_tree_swap(void)
{
	const struct ldb_swap_options opt = {
		.size = sizeof(opt), .install = &rig.install,
		.programmer_from = &other, .programmer_from_name = "cubeide@1.7.0",
	};
	struct ldb_swap *plan = NULL;

	rig_ok(ldb_swap_plan(rig.db, rig.ctx, &opt, &plan, &rig_err));
	return plan;
}

START_TEST(tree_there_and_back)
{
	struct ldb_swap *plan;

	make_other();
	rig_ok(rig_run(plan_tree_swap()));
	ck_assert_str_eq(temp_text("ide/tools/bin/cli"), "1.7");
	ck_assert_str_eq(temp_text(LOADER), "(none)");
	ck_assert_uint_eq(names_in("ide"), 2);
	plan = plan_tree_swap();
	ck_assert_uint_eq(ldb_swap_info(plan)->n_todo, 0);
	ldb_swap_free(plan);
	rig_ok(rig_run(rig_restore_plan(NULL, 0)));
	ck_assert_str_eq(temp_text(LOADER), "original");
	ck_assert_uint_eq(names_in("ide"), 1);
}
END_TEST

START_TEST(tree_changed_meanwhile)
{
	struct ldb_swap *plan;

	make_other();
	rig_ok(rig_run(plan_tree_swap()));
	temp_write("ide/tools/bin/cli", "updated", 0755);
	plan = rig_restore_plan(NULL, 0);
	ck_assert_ptr_nonnull(strstr(ldb_swap_info(plan)->changes[0].caution, "bin/cli"));
	rig_ok(rig_run(plan));
	ck_assert_str_eq(temp_text(LOADER), "original");
	ck_assert_str_eq(temp_text("ide/tools.stoker-found-2/bin/cli"), "updated");
}
END_TEST

START_TEST(tree_over_tree)
{
	struct ldb_swap *plan;

	make_other();
	rig_ok(rig_run(plan_tree_swap()));
	temp_write("old/tools/bin/cli", "1.6", 0755);
	plan = plan_tree_swap();
	ck_assert_ptr_nonnull(strstr(ldb_swap_info(plan)->changes[0].refused, "--swap 1"));
	ldb_swap_free(plan);
}
END_TEST

START_TEST(tree_is_gone)
{
	struct ldb_swap *plan;

	make_other();
	rig_ok(rig_run(plan_tree_swap()));
	ck_assert_int_eq(rename(temp_path("ide/tools"), temp_path("ide/away")), 0);
	plan = rig_restore_plan(NULL, 0);
	ck_assert_uint_eq(ldb_swap_info(plan)->n_cautions, 1);
	rig_ok(rig_run(plan));
	ck_assert_str_eq(temp_text(LOADER), "original");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("swap");
	TCase *t = tcase_create("swap");

	tcase_add_checked_fixture(t, rig_setup, rig_clean);
	tcase_add_test(t, there_and_back);
	tcase_add_test(t, nothing_was_there);
	tcase_add_test(t, ide_changed_it);
	tcase_add_test(t, swap_again_after_update);
	tcase_add_test(t, swap_over_swap);
	tcase_add_test(t, refuses_before_anything);
	tcase_add_test(t, changed_after_the_plan);
	tcase_add_test(t, already_there_by_now);
	tcase_add_test(t, two_builds_for_one_file);
	tcase_add_test(t, tree_there_and_back);
	tcase_add_test(t, tree_changed_meanwhile);
	tcase_add_test(t, tree_over_tree);
	tcase_add_test(t, tree_is_gone);
	suite_add_tcase(s, t);
	return unit_run(s);
}
