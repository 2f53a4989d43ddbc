/* SPDX-License-Identifier: MIT */
/* Images as a program meets them: files and standard input, through the modules. */
#include "unit.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <stoker/stoker.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* 200,000 bytes need three 64 KiB windows of Intel HEX, at an odd place in the first. */
#define BASE		0x0800ff01u
#define BYTES		200000u

static struct stk_ctx *ctx;
static struct stk_error err;
static char dir[64];

static char *in_dir(const char *name)
{
	static char path[96];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void setup(void)
{
	err = (struct stk_error){ 0 };
	ck_assert_msg(!stk_ctx_new(NULL, &ctx, &err), "%s", err.msg);
	snprintf(dir, sizeof(dir), "./test-image-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}

static void teardown(void)
{
	char command[96];

	stk_ctx_free(ctx);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	ck_assert_int_eq(system(command), 0);
}

static void put_file(const char *name, const void *bytes, size_t len)
{
	FILE *f = fopen(in_dir(name), "wb");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_eq(fwrite(bytes, 1, len, f), len);
	ck_assert_int_eq(fclose(f), 0);
}

static uint8_t *random_bytes(void)
{
	uint8_t *bytes = malloc(BYTES);
	uint32_t x = 1;

	ck_assert_ptr_nonnull(bytes);
	for (unsigned int i = 0; i < BYTES; i++) {
		x = x * 1664525u + 1013904223u;
		bytes[i] = (uint8_t)(x >> 24);
	}
	return bytes;
}

/* objcopy wrote the file; it shares no code with us. It moves the start, too. */
static const struct {
	const char *what, *arguments, *format;
	uint64_t entry;
} written_case[] = {
	{ "Intel HEX", "-O ihex", "ihex", 0 },
	{ "Intel HEX with a start", "-O ihex --set-start 0x200", "ihex", 0x08010101 },
	{ "S-records", "-O srec", "srec", 0 },
	{ "S-records of 4 bytes a line", "-O srec --srec-len 4 --srec-forceS3", "srec",
	  0 },
	{ "S-records with a start", "-O srec --set-start 0x200", "srec", 0x08010101 },
};

START_TEST(written_by_objcopy)
{
	const __typeof__(*written_case) *c = &written_case[_i];
	uint8_t *bytes = random_bytes();
	const struct stk_image_info *info;
	struct stk_image *image;
	char command[400];

	put_file("in", bytes, BYTES);
	snprintf(command, sizeof(command),
		 "LC_ALL=C objcopy -I binary --change-addresses 0x%x %s %s/in %s/out",
		 BASE, c->arguments, dir, dir);
	ck_assert_msg(system(command) == 0, "%s", command);
	ck_assert_msg(!stk_image_open(ctx, in_dir("out"), NULL, &image, &err), "%s",
		      err.msg);
	info = stk_image_info(image);
	ck_assert_str_eq(info->format, c->format);
	ck_assert_uint_eq(info->n_chunks, 1);
	ck_assert_uint_eq(info->chunks[0].addr, BASE);
	ck_assert_uint_eq(info->chunks[0].len, BYTES);
	ck_assert(!memcmp(info->chunks[0].data, bytes, BYTES));
	if (c->entry)
		ck_assert_uint_eq(info->entry, c->entry);
	stk_image_close(image);
	free(bytes);
}
END_TEST

/* Standard input is a pipe here. */
static int open_stdin(const char *command, const struct stk_image_options *opt,
		      struct stk_image **ret)
{
	FILE *p = popen(command, "r");
	int saved = dup(STDIN_FILENO), r;

	ck_assert_ptr_nonnull(p);
	ck_assert_int_ge(dup2(fileno(p), STDIN_FILENO), 0);
	r = stk_image_open(ctx, "-", opt, ret, &err);
	dup2(saved, STDIN_FILENO);
	close(saved);
	pclose(p);
	return r;
}

START_TEST(standard_input)
{
	struct stk_image *image;

	ck_assert_msg(!open_stdin("printf ':0400100001020304E2\\n:00000001FF\\n'", NULL,
				  &image),
		      "%s", err.msg);
	ck_assert_str_eq(stk_image_info(image)->path, "-");
	ck_assert_str_eq(stk_image_info(image)->format, "ihex");
	ck_assert_uint_eq(stk_image_info(image)->bytes, 4);
	stk_image_close(image);
}
END_TEST

START_TEST(standard_input_empty)
{
	struct stk_image *image = NULL;

	ck_assert_int_lt(open_stdin("true", NULL, &image), 0);
	ck_assert_str_eq(err.cause, "file-empty");
	ck_assert_str_eq(err.msg, "'standard input' is empty");
	ck_assert_ptr_null(image);
}
END_TEST

START_TEST(standard_input_raw)
{
	struct stk_image_options opt = { .size = sizeof(opt), .has_base = true,
					 .base = 0x90000000, .max_bytes = 100000 };
	struct stk_image *image = NULL;

	ck_assert_msg(!open_stdin("head -c 100000 /dev/zero", &opt, &image), "%s",
		      err.msg);
	ck_assert_uint_eq(stk_image_info(image)->bytes, 100000);
	ck_assert_uint_eq(stk_image_info(image)->chunks[0].addr, 0x90000000);
	stk_image_close(image);
	image = NULL;
	ck_assert_int_eq(open_stdin("head -c 100001 /dev/zero", &opt, &image), -EFBIG);
	ck_assert_str_eq(err.cause, "image-too-large");
	ck_assert_ptr_null(image);
}
END_TEST

START_TEST(raw_needs_a_base)
{
	struct stk_image *image = NULL;

	put_file("raw.bin", "raw", 3);
	ck_assert_int_eq(stk_image_open(ctx, in_dir("raw.bin"), NULL, &image, &err),
			 -EINVAL);
	ck_assert_str_eq(err.cause, "base-needed");
	ck_assert_int_eq(err.origin, STK_ORIGIN_USAGE);
	ck_assert_ptr_nonnull(strstr(err.msg, "raw.bin"));
	ck_assert_ptr_nonnull(strstr(err.msg, "--base ADDRESS"));
}
END_TEST

/* The content tells the format, not the name; and a damaged file stays what it is. */
START_TEST(name_means_nothing)
{
	struct stk_image_options opt = { .size = sizeof(opt), .has_base = true };
	struct stk_image *image = NULL;
	const char *text = ":0400100001020304E3\n:00000001FF\n";

	put_file("image.bin", text, strlen(text));
	ck_assert_int_eq(stk_image_open(ctx, in_dir("image.bin"), &opt, &image, &err),
			 -ENOEXEC);
	ck_assert_str_eq(err.cause, "record-checksum");
	opt.format = "bin";
	ck_assert_int_eq(stk_image_open(ctx, in_dir("image.bin"), &opt, &image, &err), 0);
	ck_assert_uint_eq(stk_image_info(image)->bytes, strlen(text));
	stk_image_close(image);
}
END_TEST

START_TEST(unknown_format)
{
	struct stk_image_options opt = { .size = sizeof(opt), .format = "uf2" };
	struct stk_image *image = NULL;

	ck_assert_int_eq(stk_image_from_memory(ctx, "x", "x", 1, &opt, &image, &err),
			 -EINVAL);
	ck_assert_str_eq(err.cause, "unknown-format");
	ck_assert_ptr_nonnull(strstr(err.msg, "'uf2'"));
	ck_assert_ptr_nonnull(strstr(err.msg, "bin, elf, ihex, srec"));
}
END_TEST

START_TEST(directory)
{
	struct stk_image *image = NULL;

	ck_assert_int_eq(stk_image_open(ctx, dir, NULL, &image, &err), -EISDIR);
	ck_assert_str_eq(err.cause, "not-a-file");
	ck_assert_int_eq(err.origin, STK_ORIGIN_INPUT);
}
END_TEST

START_TEST(fifo)
{
	struct stk_image *image = NULL;

	ck_assert_int_eq(mkfifo(in_dir("fifo"), 0600), 0);
	ck_assert_int_eq(stk_image_open(ctx, in_dir("fifo"), NULL, &image, &err),
			 -EINVAL);
	ck_assert_str_eq(err.cause, "not-a-file");
}
END_TEST

START_TEST(not_there)
{
	struct stk_image *image = NULL;

	ck_assert_int_eq(stk_image_open(ctx, in_dir("x"), NULL, &image, &err), -ENOENT);
	ck_assert_str_eq(err.cause, "cannot-open");
}
END_TEST

START_TEST(empty_file)
{
	struct stk_image *image = NULL;

	put_file("empty", "", 0);
	ck_assert_int_eq(stk_image_open(ctx, in_dir("empty"), NULL, &image, &err),
			 -ENOEXEC);
	ck_assert_str_eq(err.cause, "file-empty");
}
END_TEST

/* Sparse: seen by its size, not by reading it. */
START_TEST(enormous_file)
{
	struct stk_image *image = NULL;

	put_file("enormous", "", 0);
	ck_assert_int_eq(truncate(in_dir("enormous"), (off_t)1 << 40), 0);
	ck_assert_int_eq(stk_image_open(ctx, in_dir("enormous"), NULL, &image, &err),
			 -EFBIG);
	ck_assert_str_eq(err.cause, "file-too-large");
	ck_assert_ptr_nonnull(strstr(err.msg, "1073741824 bytes"));
}
END_TEST

START_TEST(cap_is_256_mib)
{
	struct stk_image_options opt = { .size = sizeof(opt), .has_base = true };
	struct stk_image *image = NULL;

	put_file("large", "", 0);
	ck_assert_int_eq(truncate(in_dir("large"), (256 << 20) + 1), 0);
	ck_assert_int_eq(stk_image_open(ctx, in_dir("large"), &opt, &image, &err),
			 -EFBIG);
	ck_assert_str_eq(err.cause, "image-too-large");
	ck_assert_ptr_nonnull(strstr(err.msg, "268435456 bytes"));
}
END_TEST

/* The cap is on the image: the file may have comments, headers, hexadecimal. */
START_TEST(small_cap)
{
	struct stk_image_options opt = { .size = sizeof(opt), .max_bytes = 4 };
	const char *text = ":0400100001020304E2\n:00000001FF\n";
	struct stk_image *image;

	put_file("small", text, strlen(text));
	ck_assert_msg(!stk_image_open(ctx, in_dir("small"), &opt, &image, &err), "%s",
		      err.msg);
	stk_image_close(image);
	opt.max_bytes = 3;
	ck_assert_int_eq(stk_image_open(ctx, in_dir("small"), &opt, &image, &err),
			 -EFBIG);
	ck_assert_str_eq(err.cause, "image-too-large");
}
END_TEST

START_TEST(merges_files)
{
	const char *hex = ":0400100001020304E2\n:00000001FF\n";
	const char *srec = "S10500140506DB\nS9030101FA\n";
	struct stk_image *part[2], *merged;
	const struct stk_image_info *info;

	ck_assert_int_eq(stk_image_from_memory(ctx, "a.hex", hex, strlen(hex), NULL,
					       &part[0], &err), 0);
	ck_assert_int_eq(stk_image_from_memory(ctx, "b.s19", srec, strlen(srec), NULL,
					       &part[1], &err), 0);
	ck_assert_int_eq(stk_image_merge((const struct stk_image *const *)part, 2,
					 &merged, &err),
			 0);
	stk_image_close(part[0]);
	stk_image_close(part[1]);
	info = stk_image_info(merged);
	ck_assert_uint_eq(info->n_chunks, 1);
	ck_assert_mem_eq(info->chunks[0].data, "\1\2\3\4\5\6", 6);
	ck_assert_uint_eq(info->entry, 0x101);
	ck_assert_str_eq(info->path, "a.hex + b.s19");
	stk_image_close(merged);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("image-open");
	TCase *t = tcase_create("open");

	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, written_by_objcopy, 0, ARRAY_SIZE(written_case));
	tcase_add_test(t, standard_input);
	tcase_add_test(t, standard_input_empty);
	tcase_add_test(t, standard_input_raw);
	tcase_add_test(t, raw_needs_a_base);
	tcase_add_test(t, name_means_nothing);
	tcase_add_test(t, unknown_format);
	tcase_add_test(t, directory);
	tcase_add_test(t, fifo);
	tcase_add_test(t, not_there);
	tcase_add_test(t, empty_file);
	tcase_add_test(t, enormous_file);
	tcase_add_test(t, cap_is_256_mib);
	tcase_add_test(t, small_cap);
	tcase_add_test(t, merges_files);
	suite_add_tcase(s, t);
	return unit_run(s);
}
