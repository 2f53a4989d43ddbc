/* SPDX-License-Identifier: MIT */
/* A file is replaced at once, with its looks, or not at all. */
#include <errno.h>
#include <fcntl.h>
#include <sys/xattr.h>

#include "loaderdb/replace.h"
#include "temp-folder.h"
#include "unit.h"

static struct place place;
static struct held before;
static struct stk_error err;

static void open_place(const char *name)
{
	ck_assert_int_eq(place_open(temp_path(name), &place, &err), 0);
	ck_assert_int_eq(held_read(&place, place.name, &before, &err), 0);
}

static void close_place(void)
{
	held_free(&before);
	place_close(&place);
}

static int put(const char *text, const struct looks *looks)
{
	char sha256[65];
	struct wanted w = {
		.bytes = text,
		.len = text ? strlen(text) : 0,
		.sha256 = sha256,
		.looks = looks,
	};

	stk_sha256_hex(text ? text : "", w.len, sha256);
	return replace_file(&place, "x.new", &before, &w, &err);
}

/* Nothing is left beside it. */
static void is_alone(void)
{
	ck_assert_int_lt(access(temp_path("x.new"), F_OK), 0);
}

START_TEST(keeps_looks)
{
	const struct timespec then[2] = { { 1000000, 5 }, { 2000000, 7 } };
	char value[8] = "";
	struct stat st;
	bool has_attribute;

	temp_write("x", "old", 0640);
	has_attribute = setxattr(temp_path("x"), "user.mine", "yes", 3, 0) == 0;
	ck_assert_int_eq(utimensat(AT_FDCWD, temp_path("x"), then, 0), 0);
	open_place("x");
	ck_assert_msg(put("new bytes", &before.looks) == 0, "%s", err.msg);
	ck_assert_int_eq(stat(temp_path("x"), &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0640);
	ck_assert_int_eq(st.st_mtim.tv_sec, 2000000);
	ck_assert_int_eq(st.st_mtim.tv_nsec, 7);
	if (has_attribute) {
		ck_assert_int_eq(getxattr(temp_path("x"), "user.mine", value, 8), 3);
		ck_assert_str_eq(value, "yes");
	}
	ck_assert_str_eq(temp_text("x"), "new bytes");
	is_alone();
	close_place();
}
END_TEST

START_TEST(new_and_away)
{
	struct looks looks;

	open_place("x");
	ck_assert(!before.exists);
	looks_new(place.fd, &looks);
	ck_assert_int_eq(put("first", &looks), 0);
	ck_assert_str_eq(temp_text("x"), "first");
	close_place();
	open_place("x");
	ck_assert_int_eq(put(NULL, NULL), 0);
	ck_assert_str_eq(temp_text("x"), "(none)");
	is_alone();
	close_place();
}
END_TEST

START_TEST(changed_meanwhile)
{
	temp_write("x", "old", 0644);
	open_place("x");
	temp_write("x", "somebody else's", 0644);
	ck_assert_int_eq(put("new", &before.looks), -EBUSY);
	ck_assert_str_eq(err.cause, "changed-meanwhile");
	ck_assert_int_eq(put(NULL, NULL), -EBUSY);
	ck_assert_str_eq(temp_text("x"), "somebody else's");
	is_alone();
	close_place();
}
END_TEST

START_TEST(beside_is_taken)
{
	temp_write("x", "old", 0644);
	temp_write("x.new", "not ours", 0644);
	open_place("x");
	ck_assert_int_eq(put("new", &before.looks), -EEXIST);
	ck_assert_str_eq(temp_text("x"), "old");
	ck_assert_str_eq(temp_text("x.new"), "not ours");
	close_place();
}
END_TEST

START_TEST(never_follows)
{
	struct place p;
	struct held h;

	temp_write("target", "safe", 0644);
	ck_assert_int_eq(symlink(temp_path("target"), temp_path("x")), 0);
	ck_assert_int_eq(place_open(temp_path("x"), &place, &err), 0);
	ck_assert_int_eq(held_read(&place, "x", &h, &err), -ELOOP);
	close_place();
	ck_assert_int_eq(mkdir(temp_path("folder"), 0755), 0);
	ck_assert_int_eq(symlink("folder", temp_path("way")), 0);
	ck_assert_int_lt(place_open(temp_path("way/x"), &p, &err), 0);
	ck_assert_ptr_nonnull(strstr(err.msg, "symbolic link"));
	ck_assert_str_eq(temp_text("target"), "safe");
}
END_TEST

/* The folder is held: what comes in between under its path is not written to. */
START_TEST(folder_goes_away)
{
	ck_assert_int_eq(mkdir(temp_path("a"), 0755), 0);
	ck_assert_int_eq(mkdir(temp_path("b"), 0755), 0);
	temp_write("a/x", "old", 0644);
	temp_write("b/x", "trap", 0644);
	open_place("a/x");
	ck_assert_int_eq(rename(temp_path("a"), temp_path("c")), 0);
	ck_assert_int_eq(symlink("b", temp_path("a")), 0);
	ck_assert_int_eq(put("new", &before.looks), 0);
	ck_assert_str_eq(temp_text("b/x"), "trap");
	ck_assert_str_eq(temp_text("c/x"), "new");
	close_place();
}
END_TEST

START_TEST(no_room)
{
	open_place("x");
	ck_assert_int_eq(place_check_room(&place, 4096, &err), 0);
	ck_assert_int_eq(place_check_room(&place, UINT64_MAX / 2, &err), -ENOSPC);
	ck_assert_str_eq(err.cause, "disk-full");
	close_place();
}
END_TEST

START_TEST(looks_as_text)
{
	struct looks a = {
		.mode = 04755, .uid = 12, .gid = 4000000000u,
		.times = { { -1, 2 }, { 1700000000, 999999999 } },
		.attributes = strdup("757365722e61=00ff 757365722e62="),
	}, b;
	char *text = looks_json(&a);

	ck_assert(looks_parse(text, &b));
	ck_assert_int_eq(a.mode, b.mode);
	ck_assert_uint_eq(b.gid, 4000000000u);
	ck_assert_int_eq(b.times[0].tv_sec, -1);
	ck_assert_int_eq(b.times[1].tv_nsec, 999999999);
	ck_assert_str_eq(a.attributes, b.attributes);
	ck_assert(!looks_parse("{\"mode\":1}", &b));
	ck_assert(!looks_parse("", &b));
	free(text);
	looks_free(&a);
	looks_free(&b);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("replace");
	TCase *t = tcase_create("replace");

	tcase_add_checked_fixture(t, temp_make, temp_remove);
	tcase_add_test(t, keeps_looks);
	tcase_add_test(t, new_and_away);
	tcase_add_test(t, changed_meanwhile);
	tcase_add_test(t, beside_is_taken);
	tcase_add_test(t, never_follows);
	tcase_add_test(t, folder_goes_away);
	tcase_add_test(t, no_room);
	tcase_add_test(t, looks_as_text);
	suite_add_tcase(s, t);
	return unit_run(s);
}
