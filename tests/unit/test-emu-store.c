/* SPDX-License-Identifier: GPL-2.0-only */
/* store=FILE: kept, locked, checked, never overwritten when foreign; monitor commands. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emu-rig.h"

static char dir[64], path[128], option[160];
static const char *const options[] = { option, NULL };

static void setup(void)
{
	snprintf(dir, sizeof(dir), "%s/stoker-XXXXXX",
		 getenv("TMPDIR") && strlen(getenv("TMPDIR")) < 40 ? getenv("TMPDIR")
								   : "/tmp");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/chip", dir);
	snprintf(option, sizeof(option), "store=%s", path);
}

static void teardown(void)
{
	char other[160];

	unlink(path);
	snprintf(other, sizeof(other), "%s/dump", dir);
	unlink(other);
	rmdir(dir);
}

static uint8_t *array(struct emu *emu, const char *name)
{
	return store_find(emu, name)->bytes;
}

START_TEST(contents_are_kept)
{
	struct emu *emu = rig_open(NULL, options);

	ck_assert_uint_eq(array(emu, "FLASH")[0x1000], 0xff);
	array(emu, "FLASH")[0x1000] = 0x12;
	array(emu, "OTP")[3] = 0x34;
	rig_close(emu);
	emu = rig_open(NULL, options);
	ck_assert_uint_eq(array(emu, "FLASH")[0x1000], 0x12);
	ck_assert_uint_eq(array(emu, "OTP")[3], 0x34);
	ck_assert_uint_eq(rig_get(emu, FLASH + 0x1000), 0xffffff12);
	rig_close(emu);
}
END_TEST

START_TEST(new_flash_can_be_filled)
{
	const char *const fill[] = { option, "fill=3", NULL };
	struct emu *emu = rig_open(NULL, fill);
	uint8_t first[64];

	memcpy(first, array(emu, "FLASH"), sizeof(first));
	ck_assert_uint_ne(first[0], first[1]);
	ck_assert_uint_eq(array(emu, "OTP")[0], 0xff);
	array(emu, "FLASH")[0] = 0x55;
	rig_close(emu);
	/* Only when it is new. */
	emu = rig_open(NULL, fill);
	ck_assert_uint_eq(array(emu, "FLASH")[0], 0x55);
	ck_assert(!memcmp(first + 1, array(emu, "FLASH") + 1, sizeof(first) - 1));
	rig_close(emu);
}
END_TEST

START_TEST(in_use_is_refused)
{
	struct emu *emu = rig_open(NULL, options);
	struct stk_error err;

	rig_refuse(options, &err);
	ck_assert_int_eq(err.code, EBUSY);
	ck_assert_str_eq(err.cause, "store-busy");
	ck_assert_ptr_nonnull(strstr(err.msg, path));
	/* The loser has not hurt the winner. */
	array(emu, "FLASH")[0] = 0x77;
	rig_close(emu);
	emu = rig_open(NULL, options);
	ck_assert_uint_eq(array(emu, "FLASH")[0], 0x77);
	rig_close(emu);
}
END_TEST

START_TEST(a_killed_process_leaves_its_work)
{
	pid_t child = fork();
	struct emu *emu;
	int status;

	ck_assert_int_ge(child, 0);
	if (!child) {
		emu = rig_open(NULL, options);
		array(emu, "FLASH")[5] = 0x42;
		kill(getpid(), SIGKILL);
	}
	ck_assert_int_eq(waitpid(child, &status, 0), child);
	ck_assert(WIFSIGNALED(status));
	emu = rig_open(NULL, options);
	ck_assert_uint_eq(array(emu, "FLASH")[5], 0x42);
	rig_close(emu);
}
END_TEST

static void write_file(const void *bytes, size_t len, long at)
{
	FILE *f = fopen(path, at < 0 ? "wb" : "r+b");

	ck_assert_ptr_nonnull(f);
	if (at > 0)
		ck_assert_int_eq(fseek(f, at, SEEK_SET), 0);
	ck_assert_uint_eq(fwrite(bytes, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

START_TEST(a_foreign_file_is_left_alone)
{
	static const char text[] = "dear diary, nobody may overwrite this";
	char back[sizeof(text)] = "";
	struct stk_error err;
	FILE *f;

	write_file(text, sizeof(text), -1);
	rig_refuse(options, &err);
	ck_assert_str_eq(err.cause, "store-foreign");
	f = fopen(path, "rb");
	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fread(back, 1, sizeof(back), f), sizeof(back));
	fclose(f);
	ck_assert_str_eq(back, text);
}
END_TEST

/* What is broken in a good store, and where. */
static const struct {
	const char *what;
	long at;
	uint8_t bytes[8];
	size_t len;
	long truncate;
} damage_case[] = {
	{ "another magic", 0, "X", 1, 0 },
	{ "another version", 8, { 9 }, 1, 0 },
	{ "another chip", 32, "STM32F4", 8, 0 },
	{ "no arrays", 16, { 0 }, 8, 0 },
	{ "too many arrays", 16, { 0xff, 0xff }, 2, 0 },
	{ "array of another size", 96 + 16, { 0, 0, 1 }, 8, 0 },
	{ "array outside the file", 96 + 24, { 0, 0, 0, 0xff }, 8, 0 },
	{ "array not on a page", 96 + 24, { 1 }, 1, 0 },
	{ "unterminated name", 96 + 15, { 'x' }, 1, 0 },
	{ "cut short", 0, "", 0, 0x3000 },
	{ "header cut", 0, "", 0, 100 },
};

START_TEST(damaged_stores_are_refused)
{
	const __typeof__(*damage_case) *c = &damage_case[_i];
	struct stk_error err;

	rig_close(rig_open(NULL, options));
	if (c->len)
		write_file(c->bytes, c->len, c->at);
	if (c->truncate)
		ck_assert_int_eq(truncate(path, c->truncate), 0);
	rig_refuse(options, &err);
	ck_assert_msg(!strcmp(err.cause, "store-foreign"), "%s: %s", c->what, err.msg);
	ck_assert_ptr_nonnull(strstr(err.msg, path));
}
END_TEST

START_TEST(an_unfinished_store_is_made_anew)
{
	struct emu *emu = rig_open(NULL, options);

	array(emu, "FLASH")[0] = 0;
	rig_close(emu);
	write_file("\0", 1, 12);	/* the sealed flag */
	emu = rig_open(NULL, options);
	ck_assert_uint_eq(array(emu, "FLASH")[0], 0xff);
	rig_close(emu);
	rig_close(rig_open(NULL, options));
}
END_TEST

START_TEST(places_that_are_no_files)
{
	struct stk_error err;

	snprintf(option, sizeof(option), "store=%s", dir);
	rig_refuse(options, &err);
	ck_assert_ptr_nonnull(strstr(err.msg, dir));
	snprintf(option, sizeof(option), "store=%s/none/chip", dir);
	rig_refuse(options, &err);
	ck_assert_int_eq(err.code, ENOENT);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	snprintf(option, sizeof(option), "store=%s", path);
	rig_refuse(options, &err);
	ck_assert_str_eq(err.cause, "store-foreign");
}
END_TEST

START_TEST(a_full_disk_is_told_at_once)
{
	/* In a forked test: a limit on the size of files does as well. */
	struct rlimit limit = { 64 * 1024, 64 * 1024 };
	struct stk_error err;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	rig_refuse(options, &err);
	ck_assert_str_eq(err.cause, "store-io");
	ck_assert_ptr_nonnull(strstr(err.msg, "room"));
}
END_TEST

struct text {
	char all[2000];
};

static void collect(void *out, const char *line)
{
	struct text *t = out;

	strncat(t->all, line, sizeof(t->all) - strlen(t->all) - 1);
}

START_TEST(monitor_moves_contents)
{
	struct emu *emu = rig_open(NULL, NULL);
	struct text text = { "" };
	struct stk_error err;
	uint8_t copy[4096];
	char command[256];

	ck_assert(!emu_target.monitor(emu, "fill FLASH random 5", collect, &text, &err));
	memcpy(copy, array(emu, "FLASH"), sizeof(copy));
	ck_assert_uint_ne(copy[0], copy[1]);
	snprintf(command, sizeof(command), "dump FLASH %s/dump", dir);
	ck_assert(!emu_target.monitor(emu, command, collect, &text, &err));
	ck_assert(!emu_target.monitor(emu, "fill FLASH erased", collect, &text, &err));
	ck_assert_uint_eq(array(emu, "FLASH")[0], 0xff);
	snprintf(command, sizeof(command), "load FLASH %s/dump", dir);
	ck_assert(!emu_target.monitor(emu, command, collect, &text, &err));
	ck_assert(!memcmp(copy, array(emu, "FLASH"), sizeof(copy)));
	rig_close(emu);
}
END_TEST

START_TEST(monitor_answers)
{
	struct emu *emu = rig_open(NULL, NULL);
	struct text text = { "" };
	struct stk_error err;

	ck_assert(!emu_target.monitor(emu, "help", collect, &text, &err));
	ck_assert_ptr_nonnull(strstr(text.all, "power-cut"));
	ck_assert(!emu_target.monitor(emu, "stats", collect, &text, &err));
	ck_assert_ptr_nonnull(strstr(text.all, "virtual-ns"));
	ck_assert(!emu_target.monitor(emu, "arrays", collect, &text, &err));
	ck_assert_ptr_nonnull(strstr(text.all, "FLASH 131072"));
	rig_put(emu, FLASH, 0);
	ck_assert(!emu_target.monitor(emu, "rules", collect, &text, &err));
	ck_assert_ptr_nonnull(strstr(text.all, "g4-store-without-pg (manual: RM0440"));
	ck_assert_int_eq(emu_target.monitor(emu, "dance", collect, &text, &err), -EINVAL);
	ck_assert_int_eq(emu_target.monitor(emu, "", collect, &text, &err), -EINVAL);
	ck_assert_int_eq(emu_target.monitor(emu, "dump FLASH", collect, &text, &err),
			 -EINVAL);
	ck_assert_int_eq(emu_target.monitor(emu, "dump ROM x", collect, &text, &err),
			 -ENOENT);
	ck_assert_int_eq(emu_target.monitor(emu, "fill FLASH blue", collect, &text, &err),
			 -EINVAL);
	rig_close(emu);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("emu-store");
	TCase *t = tcase_create("store");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, contents_are_kept);
	tcase_add_test(t, new_flash_can_be_filled);
	tcase_add_test(t, in_use_is_refused);
	tcase_add_test(t, a_killed_process_leaves_its_work);
	tcase_add_test(t, a_foreign_file_is_left_alone);
	tcase_add_loop_test(t, damaged_stores_are_refused, 0, (int)ARRAY_SIZE(damage_case));
	tcase_add_test(t, an_unfinished_store_is_made_anew);
	tcase_add_test(t, places_that_are_no_files);
	tcase_add_test(t, a_full_disk_is_told_at_once);
	tcase_add_test(t, monitor_moves_contents);
	tcase_add_test(t, monitor_answers);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
