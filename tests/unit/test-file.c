/* SPDX-License-Identifier: MIT */
/* Reading input files: what is refused, and that all bytes arrive. */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

static char dir[64], path[96];

static void setup(void)
{
	snprintf(dir, sizeof(dir), "./test-file-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/x", dir);
}

static void teardown(void)
{
	remove(path);
	rmdir(dir);
}

static void make_file(size_t len)
{
	FILE *f = fopen(path, "wb");

	ck_assert_ptr_nonnull(f);
	for (size_t i = 0; i < len; i++)
		putc((int)(i * 7 & 0xff), f);
	ck_assert_int_eq(fclose(f), 0);
}

static void check_bytes(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		ck_assert_uint_eq(bytes[i], (uint8_t)(i * 7));
}

static const struct {
	const char *what;
	size_t len;
	uint64_t max;
	int r;
} size_case[] = {
	{ "empty",			0,		0,		0 },
	{ "one byte",			1,		1,		0 },
	{ "exactly the cap",		65536,		65536,		0 },
	{ "one over the cap",		65537,		65536,		-EFBIG },
	{ "something, cap is nothing",	1,		0,		-EFBIG },
	{ "several buffers",		300001,		1 << 20,	0 },
	{ "no cap",			4096,		UINT64_MAX,	0 },
};

static void check_size(int r, int i, uint8_t *bytes, size_t len,
		       const struct stk_error *err)
{
	const __typeof__(*size_case) *c = &size_case[i];

	ck_assert_msg(r == c->r, "%s: %d", c->what, r);
	if (r) {
		ck_assert_str_eq(err->cause, "file-too-large");
		ck_assert_ptr_null(bytes);
		return;
	}
	ck_assert_uint_eq(len, c->len);
	ck_assert_ptr_nonnull(bytes);
	check_bytes(bytes, len);
	free(bytes);
}

START_TEST(size_of_file)
{
	struct stk_error err = { 0 };
	uint8_t *bytes = NULL;
	size_t len = 0;
	int r;

	make_file(size_case[_i].len);
	r = file_read(path, size_case[_i].max, &bytes, &len, &err);
	check_size(r, _i, bytes, len, &err);
}
END_TEST

/* A pipe has no size to begin with, and gives what it has in pieces. */
START_TEST(size_of_pipe)
{
	struct stk_error err = { 0 };
	uint8_t *bytes = NULL;
	char command[160];
	size_t len = 0;
	FILE *p;
	int r;

	make_file(size_case[_i].len);
	snprintf(command, sizeof(command), "cat %s 2>/dev/null", path);
	p = popen(command, "r");
	ck_assert_ptr_nonnull(p);
	r = file_read_fd(fileno(p), "a pipe", size_case[_i].max, &bytes, &len, &err);
	check_size(r, _i, bytes, len, &err);
	pclose(p);
}
END_TEST

START_TEST(not_there)
{
	struct stk_error err = { 0 };
	uint8_t *bytes = NULL;
	size_t len;

	ck_assert_int_eq(file_read(path, 1, &bytes, &len, &err), -ENOENT);
	ck_assert_str_eq(err.cause, "cannot-open");
	ck_assert_int_eq(err.origin, STK_ORIGIN_INPUT);
	ck_assert_ptr_nonnull(strstr(err.msg, path));
	ck_assert_ptr_nonnull(strstr(err.msg, "No such file"));
}
END_TEST

START_TEST(directory)
{
	struct stk_error err = { 0 };
	uint8_t *bytes = NULL;
	size_t len;

	ck_assert_int_eq(file_read(dir, 1, &bytes, &len, &err), -EISDIR);
	ck_assert_str_eq(err.cause, "not-a-file");
	ck_assert_ptr_nonnull(strstr(err.msg, "is a directory"));
}
END_TEST

/* Must not wait for a writer either. */
START_TEST(fifo)
{
	struct stk_error err = { 0 };
	uint8_t *bytes = NULL;
	size_t len;

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_eq(file_read(path, 1, &bytes, &len, &err), -EINVAL);
	ck_assert_str_eq(err.cause, "not-a-file");
	ck_assert_ptr_nonnull(strstr(err.msg, "FIFO"));
}
END_TEST

START_TEST(device)
{
	struct stk_error err = { 0 };
	uint8_t *bytes = NULL;
	size_t len;

	ck_assert_int_eq(file_read("/dev/zero", 1, &bytes, &len, &err), -EINVAL);
	ck_assert_str_eq(err.cause, "not-a-file");
}
END_TEST

int main(void)
{
	Suite *s = suite_create("file");
	TCase *t = tcase_create("file");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, size_of_file, 0, ARRAY_SIZE(size_case));
	tcase_add_loop_test(t, size_of_pipe, 0, ARRAY_SIZE(size_case));
	tcase_add_test(t, not_there);
	tcase_add_test(t, directory);
	tcase_add_test(t, fifo);
	tcase_add_test(t, device);
	suite_add_tcase(s, t);
	return unit_run(s);
}
