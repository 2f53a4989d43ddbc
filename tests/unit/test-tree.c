/* SPDX-License-Identifier: MIT */
/* A tree is copied whole, as it is, or nothing is left of the copy. */
#include <errno.h>
#include <fcntl.h>

#include "loaderdb/tree.h"
#include "temp-folder.h"
#include "unit.h"

static struct place place;
static struct stk_error err;

static void make(void)
{
	const struct timespec then[2] = { { 1000000, 1 }, { 2000000, 2 } };

	temp_make();
	ck_assert_int_eq(mkdir(temp_path("from"), 0755), 0);
	ck_assert_int_eq(mkdir(temp_path("from/bin"), 0755), 0);
	ck_assert_int_eq(mkdir(temp_path("from/bin-x"), 0700), 0);
	temp_write("from/bin/tool", "program", 0755);
	temp_write("from/bin/empty", "", 0444);
	ck_assert_int_eq(symlink("tool", temp_path("from/bin/alias")), 0);
	ck_assert_int_eq(symlink("/nowhere", temp_path("from/broken")), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, temp_path("from/bin/tool"), then, 0), 0);
	ck_assert_int_eq(chmod(temp_path("from/bin"), 0555), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, temp_path("from/bin"), then, 0), 0);
	ck_assert_int_eq(place_open(temp_path("from"), &place, &err), 0);
}

static void clean(void)
{
	chmod(temp_path("from/bin"), 0755);
	place_close(&place);
	temp_remove();
}

static void read_tree(const char *name, struct tree *ret)
{
	ck_assert_msg(tree_read(&place, name, ret, &err) == 0, "%s", err.msg);
}

START_TEST(lists)
{
	static const char *const path[] = { "", "bin", "bin-x", "bin/alias", "bin/empty",
					    "bin/tool", "broken" };
	struct tree t;

	read_tree("from", &t);
	ck_assert_uint_eq(t.count, sizeof(path) / sizeof(path[0]));
	for (size_t i = 0; i < t.count; i++)
		ck_assert_str_eq(t.entries[i].path, path[i]);
	ck_assert_str_eq(t.entries[3].link, "tool");
	ck_assert_uint_eq(t.entries[5].size, 7);
	ck_assert_uint_eq(t.files, 4);
	tree_free(&t);
	read_tree("none", &t);
	ck_assert_uint_eq(t.count, 0);
}
END_TEST

START_TEST(copies)
{
	struct tree a, b;
	struct stat st;

	read_tree("from", &a);
	ck_assert_msg(tree_copy(&place, &place, "copy", &a, &err) == 0, "%s", err.msg);
	read_tree("copy", &b);
	ck_assert_ptr_null(tree_difference(&a, &b));
	ck_assert_str_eq(a.sha256, b.sha256);
	ck_assert_int_eq(lstat(temp_path("copy/bin"), &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0555);
	ck_assert_int_eq(st.st_mtim.tv_sec, 2000000);
	ck_assert_int_eq(lstat(temp_path("copy/bin/tool"), &st), 0);
	ck_assert_int_eq(st.st_mtim.tv_nsec, 2);
	ck_assert_int_eq(tree_remove(&place, "copy", &err), 0);
	ck_assert_int_lt(lstat(temp_path("copy"), &st), 0);
	ck_assert_str_eq(temp_text("from/bin/tool"), "program");
	tree_free(&a);
	tree_free(&b);
}
END_TEST

START_TEST(copy_of_what_changed)
{
	struct tree a;

	read_tree("from", &a);
	temp_write("from/bin/tool", "program!", 0755);
	ck_assert_int_eq(tree_copy(&place, &place, "copy", &a, &err), -EBUSY);
	ck_assert_str_eq(err.cause, "changed-meanwhile");
	ck_assert_ptr_nonnull(strstr(err.msg, "bin/tool"));
	ck_assert_int_lt(access(temp_path("copy"), F_OK), 0);
	/* Nor over what is there. */
	temp_write("copy", "mine", 0644);
	ck_assert_int_eq(tree_copy(&place, &place, "copy", &a, &err), -EEXIST);
	ck_assert_str_eq(temp_text("copy"), "mine");
	tree_free(&a);
}
END_TEST

static void change_bytes(void)
{
	temp_write("from/bin/tool", "Program", 0755);
}

static void change_mode(void)
{
	chmod(temp_path("from/bin/empty"), 0644);
}

static void change_link(void)
{
	unlink(temp_path("from/broken"));
	ck_assert_int_eq(symlink("/elsewhere", temp_path("from/broken")), 0);
}

static void change_more(void)
{
	temp_write("from/new", "", 0644);
}

static void change_less(void)
{
	ck_assert_int_eq(rmdir(temp_path("from/bin-x")), 0);
}

static const struct {
	const char *what, *path;
	void (*change)(void);
} difference_case[] = {
	{ "bytes", "bin/tool", change_bytes },
	{ "mode", "bin/empty", change_mode },
	{ "link", "broken", change_link },
	{ "one more, the last", "new", change_more },
	{ "one less", "bin-x", change_less },
};

START_TEST(tells_differences)
{
	struct tree a, b;

	chmod(temp_path("from/bin"), 0755);
	read_tree("from", &a);
	difference_case[_i].change();
	read_tree("from", &b);
	ck_assert_msg(tree_difference(&a, &b), "%s", difference_case[_i].what);
	ck_assert_str_eq(tree_difference(&a, &b), difference_case[_i].path);
	ck_assert_str_eq(tree_difference(&b, &a), difference_case[_i].path);
	ck_assert_str_ne(a.sha256, b.sha256);
	tree_free(&a);
	tree_free(&b);
}
END_TEST

START_TEST(refuses_odd_files)
{
	struct tree t;

	ck_assert_int_eq(mkfifo(temp_path("from/pipe"), 0644), 0);
	ck_assert_int_eq(tree_read(&place, "from", &t, &err), -EINVAL);
	ck_assert_str_eq(err.cause, "odd-file");
	unlink(temp_path("from/pipe"));
	ck_assert_int_eq(symlink("from", temp_path("way")), 0);
	ck_assert_int_lt(tree_read(&place, "way", &t, &err), 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tree");
	TCase *t = tcase_create("tree");

	tcase_add_checked_fixture(t, make, clean);
	tcase_add_test(t, lists);
	tcase_add_test(t, copies);
	tcase_add_test(t, copy_of_what_changed);
	tcase_add_loop_test(t, tells_differences, 0,
			    sizeof(difference_case) / sizeof(difference_case[0]));
	tcase_add_test(t, refuses_odd_files);
	suite_add_tcase(s, t);
	return unit_run(s);
}
