/* SPDX-License-Identifier: MIT */
/* What a program that embeds libstoker can do wrong; each has its cause. */
#include "unit.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../long/rig.h"

#define FLASH	0x08000000u

static struct rig g4;
static struct stk_target *chip;

static void open_rig(void)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/tests/loaders/out/g431.FLM",
		 getenv("top_builddir"));
	rig_open(&g4, path, "stm32g431cb", "FLASH");
	chip = rig_target(&g4, NULL);
}

static void close_rig(void)
{
	stk_target_close(chip);
	rig_close(&g4);
}

static void silent(void *out, const char *text)
{
	(void)out;
	(void)text;
}

static const struct {
	const char *command, *cause;
} commands[] = {
	{ "explode", "bad-command" },
	{ "", "bad-command" },
	{ "fill FLASH", "bad-argument" },
	{ "fill FLASH green", "bad-argument" },
	{ "fill NOSUCH erased", "no-array" },
	{ "dump FLASH /nowhere/file", "file" },
};

START_TEST(monitor)
{
	struct stk_error err = { 0 };

	ck_assert_int_lt(
		stk_target_monitor(chip, commands[_i].command, silent, NULL, &err), 0);
	ck_assert_msg(!strcmp(err.cause, commands[_i].cause), "%s: %s",
		      commands[_i].command, err.msg);
}
END_TEST

static const struct {
	const char *wrap;
	uint64_t addr;
	const char *cause;
} reads[] = {
	{ NULL, 0x60000000, "bus-fault" },
	{ NULL, 0xFFFFFFFE, "bad-address" },
	{ NULL, UINT64_C(1) << 32, "bad-address" },
	{ "fault:blind=0x08000000+4K", FLASH, "blind" },
};

START_TEST(read_memory)
{
	struct stk_target *t = rig_target(&g4, reads[_i].wrap);
	struct stk_error err = { 0 };
	uint8_t bytes[8];

	ck_assert_int_lt(stk_target_read(t, reads[_i].addr, bytes, sizeof(bytes), &err), 0);
	ck_assert_msg(!strcmp(err.cause, reads[_i].cause), "%s: %s", err.cause, err.msg);
	stk_target_close(t);
}
END_TEST

START_TEST(call)
{
	static const uint32_t args[5];
	const struct stk_call_options opt = { .size = sizeof(opt),
					      .args = args,
					      .n_args = 5 };
	struct stk_error err = { 0 };
	struct stk_call *c = NULL;

	ck_assert_int_lt(stk_call_run(chip, g4.loader, "Init", &opt, &c, &err), 0);
	ck_assert_str_eq(err.cause, "too-many-arguments");
	ck_assert_ptr_null(c);
}
END_TEST

/* A caller that was built before there was a cancel: what follows its struct is not read. */
START_TEST(older_options)
{
	static const uint32_t args[] = { FLASH, 0, 1 };
	static const int set = 1;
	struct stk_call_options opt = {
		.size = offsetof(struct stk_call_options, cancel), .args = args, .n_args = 3,
		.cancel = &set,
	};
	struct stk_error err = { 0 };
	struct stk_call *c = NULL;

	ck_assert_msg(!stk_call_run(chip, g4.loader, "Init", &opt, &c, &err), "%s",
		      err.msg);
	stk_call_free(c);
	c = NULL;
	opt.size = sizeof(opt);
	ck_assert_int_lt(stk_call_run(chip, g4.loader, "Init", &opt, &c, &err), 0);
	ck_assert_str_eq(err.cause, "interrupted");
	ck_assert_ptr_null(c);
}
END_TEST

START_TEST(check_twice)
{
	const struct stk_check_options opt = { .size = sizeof(opt) };
	struct stk_error err = { 0 };

	ck_assert_msg(!stk_loader_check(g4.ctx, g4.loader, &opt, &err), "%s", err.msg);
	ck_assert_int_lt(stk_loader_check(g4.ctx, g4.loader, &opt, &err), 0);
	ck_assert_str_eq(err.cause, "already-checked");
}
END_TEST

START_TEST(another_kind_of_file)
{
	const char *path = stk_loader_info(g4.loader)->path;
	struct stk_chip_file *file = NULL;
	struct stk_pack *pack = NULL;
	struct stk_error err = { 0 };

	ck_assert_int_lt(stk_pack_open(g4.ctx, path, &pack, &err), 0);
	ck_assert_str_eq(err.cause, "no-pack");
	ck_assert_int_lt(stk_chip_open(g4.ctx, path, &file, &err), 0);
	ck_assert_str_eq(err.cause, "chip-file-unknown");
	ck_assert(!pack && !file);
}
END_TEST

/* More than any chip has. */
static const struct {
	unsigned int peripherals, fields;
	const char *cause;
} svds[] = { { 1, 64, "" }, { 1, 65, "svd-fields" }, { 9000, 1, "svd-peripherals" } };

START_TEST(svd)
{
	char path[] = "/tmp/stoker-svd-XXXXXX";
	struct stk_chip_file *file = NULL;
	struct stk_error err = { 0 };
	FILE *f = fdopen(mkstemp(path), "w");

	ck_assert_ptr_nonnull(f);
	fputs("<device><name>D</name><peripherals>", f);
	for (unsigned int p = 0; p < svds[_i].peripherals; p++) {
		fprintf(f,
			"<peripheral><name>P%u</name><baseAddress>0x%x</baseAddress>"
			"<addressBlock><offset>0</offset><size>4</size></addressBlock><registers>"
			"<register><name>R</name><addressOffset>0</addressOffset><fields>",
			p, 0x40000000 + 4 * p);
		for (unsigned int i = 0; i < svds[_i].fields; i++)
			fprintf(f, "<field><name>F%u</name><bitOffset>%u</bitOffset>"
				"<bitWidth>1</bitWidth></field>", i, i % 32);
		fputs("</fields></register></registers></peripheral>", f);
	}
	fputs("</peripherals></device>", f);
	ck_assert_int_eq(fclose(f), 0);
	(void)!stk_chip_open(g4.ctx, path, &file, &err);
	unlink(path);
	ck_assert_msg(!strcmp(err.cause, svds[_i].cause), "%s: %s", err.cause, err.msg);
	stk_chip_close(file);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("embedding");
	TCase *tc = tcase_create("embedding");

	tcase_add_checked_fixture(tc, open_rig, close_rig);
	tcase_add_loop_test(tc, monitor, 0, sizeof(commands) / sizeof(commands[0]));
	tcase_add_loop_test(tc, read_memory, 0, sizeof(reads) / sizeof(reads[0]));
	tcase_add_test(tc, call);
	tcase_add_test(tc, older_options);
	tcase_add_test(tc, check_twice);
	tcase_add_test(tc, another_kind_of_file);
	tcase_add_loop_test(tc, svd, 0, sizeof(svds) / sizeof(svds[0]));
	suite_add_tcase(s, tc);
	return unit_run(s);
}
