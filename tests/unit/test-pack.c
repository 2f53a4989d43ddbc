/* SPDX-License-Identifier: MIT */
/*
 * Packs without ZIP or XML: a driver of the test describes them, so that each
 * rule of inheritance and choice stands alone.
 */
#include "pack.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "unit.h"

#define FLASH_AT  0x08000000u
#define FLASH_LEN 0x20000u
#define RAM_AT	  0x20000000u
#define RAM_LEN	  0x8000u

/* ---- a pack, written down ---------------------------------------------- */

/* What the driver says; the test's script, one call a line. */
typedef int (*script)(struct stk_pack_builder *b, struct stk_error *err);

static script describe_now;
static int closed;

static int unit_open(void *priv, const char *path, struct stk_error *err)
{
	return 0;
}

static int unit_describe(void *priv, struct stk_pack_builder *b, struct stk_error *err)
{
	int r = stk_build_pack_kind(b, "pack", "x.pdsc", true, err);

	return r ? r : describe_now(b, err);
}

static int unit_read(void *priv, size_t file, uint64_t max, uint8_t **ret,
		     size_t *ret_len, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INPUT, ENOEXEC, "unit", "file %zu", file);
}

static void unit_close(void *priv)
{
	closed++;
}

static const struct stk_container_driver driver = {
	.size = sizeof(driver),
	.name = "unit",
	.priv_size = 1,
	.open = unit_open,
	.describe = unit_describe,
	.read = unit_read,
	.close = unit_close,
};

static struct stk_pack *opened(script s)
{
	struct stk_pack *pack = NULL;
	struct stk_error err = { 0 };

	describe_now = s;
	ck_assert_msg(!pack_open(&driver, "unit.pack", &pack, &err), "%s", err.msg);
	return pack;
}

static void refused(script s, const char *cause)
{
	struct stk_pack *pack = NULL;
	struct stk_error err = { 0 };
	int before = closed;

	describe_now = s;
	ck_assert_int_lt(pack_open(&driver, "unit.pack", &pack, &err), 0);
	ck_assert_str_eq(err.cause, cause);
	ck_assert_ptr_null(pack);
	ck_assert_int_eq(closed, before + 1);
}

/* In a script: the step, or out with its error. */
#define DO(step)				\
	do {					\
		int r_ = (step);		\
						\
		if (r_)				\
			return r_;		\
	} while (0)

static int enter(struct stk_pack_builder *b, enum stk_pack_level level, const char *name)
{
	return stk_build_pack_enter(b, level, name, NULL, NULL);
}

static int leave(struct stk_pack_builder *b)
{
	return stk_build_pack_leave(b, NULL);
}

static struct stk_pack_algorithm flash(const char *name, bool is_default)
{
	return (struct stk_pack_algorithm){
		.name = name,
		.style = "Keil",
		.range = { FLASH_AT, FLASH_LEN },
		.is_default = is_default,
		.line = 1,
	};
}

static int give(struct stk_pack_builder *b, struct stk_pack_algorithm a)
{
	return stk_build_pack_algorithm(b, &a, NULL);
}

static int memory(struct stk_pack_builder *b, const char *name, uint64_t at, uint64_t len,
		  bool write)
{
	const struct stk_pack_memory m = {
		.name = name,
		.range = { at, len },
		.read = true,
		.write = write,
		.execute = true,
		.is_default = true,
	};

	return stk_build_pack_memory(b, &m, NULL);
}

static int ram_and_flash(struct stk_pack_builder *b)
{
	DO(memory(b, "RAM", RAM_AT, RAM_LEN, true));
	return memory(b, "FLASH", FLASH_AT, FLASH_LEN, false);
}

static const struct stk_pack_device *device(const struct stk_pack *pack, const char *name)
{
	for (size_t i = 0; i < pack->info.n_devices; i++)
		if (!strcmp(pack->info.devices[i].name, name))
			return &pack->info.devices[i];
	ck_abort_msg("no device %s", name);
	return NULL;
}

/* "a b c": the names of the algorithms of a device. */
static const char *algorithms(const struct stk_pack_device *d, char buf[200])
{
	buf[0] = '\0';
	for (size_t i = 0; i < d->n_algorithms; i++) {
		size_t n = strlen(buf);

		snprintf(buf + n, 200 - n, "%s%s", n ? " " : "", d->algorithms[i]->name);
	}
	return buf;
}

/* ---- paths ------------------------------------------------------------- */

static const struct {
	const char *path, *normal; /* normal NULL: it leaves the pack */
	bool refused;
} path_case[] = {
	{ "a.FLM", "a.FLM", false },
	{ "a/b/c.FLM", "a/b/c.FLM", false },
	{ "a/..b/c", "a/..b/c", false },
	{ ".a/b.", ".a/b.", false },
	{ "./a", "a", true },
	{ "a/./b", "a/b", true },
	{ "a//b", "a/b", true },
	{ "a/", "a", true },
	{ "a/../b", "b", true },
	{ "a/b/../../c", "c", true },
	{ "..", NULL, true },
	{ "a/../../b", NULL, true },
	{ "/a", NULL, true },
	{ "a\\b", NULL, true },
	{ "c:a", NULL, true },
	{ "", NULL, true },
	{ "a/..", NULL, true },
};

START_TEST(paths)
{
	struct arena arena = { 0 };
	const char *path = path_case[_i].path, *normal;

	ck_assert_int_eq(pack_path_refusal(path) != NULL, path_case[_i].refused);
	normal = pack_path_normal(&arena, path);
	if (path_case[_i].normal)
		ck_assert_str_eq(normal, path_case[_i].normal);
	else
		ck_assert_ptr_null(normal);
	arena_free(&arena);
}
END_TEST

/* ---- inheritance ------------------------------------------------------- */

static int all_levels(struct stk_pack_builder *b, struct stk_error *err)
{
	struct stk_pack_algorithm wide = flash("wide", true), iar = flash("iar", true);

	wide.range.len *= 2;
	iar.style = "IAR";
	DO(enter(b, STK_PACK_FAMILY, "F"));
	DO(memory(b, "RAM", RAM_AT, 0x1000, true));
	DO(memory(b, "FLASH", FLASH_AT, FLASH_LEN, false));
	DO(give(b, flash("family", true)));
	DO(give(b, wide));
	DO(give(b, iar));
	DO(enter(b, STK_PACK_SUB_FAMILY, "S"));
	DO(enter(b, STK_PACK_DEVICE, "plain"));
	DO(leave(b));
	DO(enter(b, STK_PACK_DEVICE, "own"));
	DO(memory(b, "RAM", RAM_AT, RAM_LEN, true));
	DO(give(b, flash("device", true)));
	DO(give(b, flash("device2", false)));
	DO(leave(b));
	DO(enter(b, STK_PACK_DEVICE, "group"));
	DO(give(b, flash("group", true)));
	DO(enter(b, STK_PACK_VARIANT, "v1"));
	DO(leave(b));
	DO(enter(b, STK_PACK_VARIANT, "v2"));
	DO(give(b, flash("variant", true)));
	DO(leave(b));
	DO(leave(b));
	DO(leave(b));
	return leave(b);
}

START_TEST(inheritance)
{
	struct stk_pack *pack = opened(all_levels);
	char buf[200];

	/* "group" has variants, and so is none itself. */
	ck_assert_uint_eq(pack->info.n_devices, 4);
	ck_assert_str_eq(algorithms(device(pack, "plain"), buf), "family wide iar");
	/* In the place of what it supersedes; its like on one level stays beside it. */
	ck_assert_str_eq(algorithms(device(pack, "own"), buf), "device wide iar device2");
	ck_assert_str_eq(algorithms(device(pack, "v1"), buf), "group wide iar");
	ck_assert_str_eq(algorithms(device(pack, "v2"), buf), "variant wide iar");
	ck_assert_uint_eq(device(pack, "plain")->memories[0]->range.len, 0x1000);
	ck_assert_uint_eq(device(pack, "own")->memories[0]->range.len, RAM_LEN);
	ck_assert_uint_eq(device(pack, "own")->n_memories, 2);
	ck_assert_str_eq(device(pack, "v2")->family, "F");
	ck_assert_str_eq(device(pack, "v2")->sub_family, "S");
	stk_pack_close(pack);
}
END_TEST

static int for_processors(struct stk_pack_builder *b, struct stk_error *err)
{
	struct stk_pack_algorithm outer = flash("outer4", true),
				  inner = flash("inner4", true);

	outer.processor = "CM4";
	inner.processor = "CM4";
	DO(enter(b, STK_PACK_FAMILY, "F"));
	DO(give(b, outer));
	outer.name = "outer0";
	outer.processor = "CM0P";
	DO(give(b, outer));
	DO(enter(b, STK_PACK_DEVICE, "one"));
	DO(give(b, inner));
	DO(leave(b));
	DO(enter(b, STK_PACK_DEVICE, "both"));
	DO(give(b, flash("inner", true)));
	DO(leave(b));
	return leave(b);
}

START_TEST(processors)
{
	struct stk_pack *pack = opened(for_processors);
	char buf[200];

	ck_assert_str_eq(algorithms(device(pack, "one"), buf), "inner4 outer0");
	ck_assert_str_eq(algorithms(device(pack, "both"), buf), "inner");
	stk_pack_close(pack);
}
END_TEST

/* ---- refusals ---------------------------------------------------------- */

static int bad_path(struct stk_pack_builder *b, struct stk_error *err)
{
	return stk_build_pack_file(b, "../x", 1, err);
}

static int twins(struct stk_pack_builder *b, struct stk_error *err)
{
	DO(stk_build_pack_file(b, "docs/Readme", 1, err));
	return stk_build_pack_file(b, "docs/README", 1, err);
}

static int variant_first(struct stk_pack_builder *b, struct stk_error *err)
{
	DO(enter(b, STK_PACK_FAMILY, "F"));
	return stk_build_pack_enter(b, STK_PACK_VARIANT, "v", NULL, err);
}

static int family_in_family(struct stk_pack_builder *b, struct stk_error *err)
{
	DO(enter(b, STK_PACK_FAMILY, "F"));
	return stk_build_pack_enter(b, STK_PACK_FAMILY, "F", NULL, err);
}

static int device_in_board(struct stk_pack_builder *b, struct stk_error *err)
{
	DO(enter(b, STK_PACK_BOARD, "B"));
	return stk_build_pack_enter(b, STK_PACK_DEVICE, "d", NULL, err);
}

static int leave_too_often(struct stk_pack_builder *b, struct stk_error *err)
{
	return stk_build_pack_leave(b, err);
}

static int left_open(struct stk_pack_builder *b, struct stk_error *err)
{
	return enter(b, STK_PACK_FAMILY, "F");
}

static int too_many_of_one(struct stk_pack_builder *b, struct stk_error *err)
{
	struct stk_pack_algorithm a = flash("a", true);

	DO(enter(b, STK_PACK_FAMILY, "F"));
	for (int i = 0; i <= PACK_MAX_ELEMENTS; i++)
		DO(stk_build_pack_algorithm(b, &a, err));
	return 0;
}

static int too_many_devices(struct stk_pack_builder *b, struct stk_error *err)
{
	DO(enter(b, STK_PACK_FAMILY, "F"));
	for (int i = 0; i <= PACK_MAX_DEVICES; i++) {
		DO(enter(b, STK_PACK_DEVICE, "d"));
		DO(stk_build_pack_leave(b, err));
	}
	return leave(b);
}

static const struct {
	script script;
	const char *cause;
} refusal[] = {
	{ bad_path, "pack-bad-path" },		{ twins, "pack-duplicate-name" },
	{ variant_first, "pdsc-nesting" },	{ family_in_family, "pdsc-nesting" },
	{ device_in_board, "pdsc-nesting" },	{ leave_too_often, "pdsc-nesting" },
	{ left_open, "container-incomplete" },	{ too_many_of_one, "pack-too-large" },
	{ too_many_devices, "pack-too-large" },
};

START_TEST(refusals)
{
	refused(refusal[_i].script, refusal[_i].cause);
}
END_TEST

/* ---- files ------------------------------------------------------------- */

static int some_files(struct stk_pack_builder *b, struct stk_error *err)
{
	struct stk_pack_algorithm board = flash("Flash/board.elf", false);

	DO(stk_build_pack_file(b, "Flash/z.FLM", 5, err));
	DO(stk_build_pack_file(b, "x.pdsc", 1, err));
	DO(stk_build_pack_file(b, "Flash/a.flm", 4, err));
	DO(stk_build_pack_file(b, "Flash/board.elf", 3, err));
	DO(stk_build_pack_file(b, "Other/a.flm", 2, err));
	DO(stk_build_pack_file(b, "Flash/none.elf", 1, err));
	DO(enter(b, STK_PACK_FAMILY, "F"));
	DO(give(b, flash("Flash/z.FLM", true)));
	DO(give(b, flash("FLASH/A.FLM", false)));
	DO(give(b, flash("gone.FLM", false)));
	for (const char *name = "ABC"; *name; name++) {
		const char text[2] = { *name, '\0' };

		DO(enter(b, STK_PACK_DEVICE, text));
		DO(leave(b));
	}
	DO(leave(b));
	DO(enter(b, STK_PACK_BOARD, "B"));
	DO(give(b, board));
	return leave(b);
}

START_TEST(files)
{
	static const struct {
		const char *path;
		size_t number, devices, boards;
	} expected[] = {
		{ "Flash/a.flm", 2, 3, 0 },
		{ "Flash/board.elf", 3, 0, 1 },
		{ "Flash/z.FLM", 0, 3, 0 },
		{ "Other/a.flm", 4, 0, 0 },
	};
	struct stk_pack *pack = opened(some_files);
	const struct stk_pack_info *info = &pack->info;

	ck_assert_uint_eq(info->n_files, ARRAY_SIZE(expected));
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		ck_assert_str_eq(info->files[i].path, expected[i].path);
		ck_assert_uint_eq(pack->numbers[i], expected[i].number);
		ck_assert_uint_eq(info->files[i].n_devices, expected[i].devices);
		ck_assert_uint_eq(info->files[i].n_boards, expected[i].boards);
	}
	ck_assert_uint_eq(info->algorithms[0]->file, 2);
	ck_assert_uint_eq(info->algorithms[1]->file, 0);
	ck_assert_uint_eq(info->algorithms[2]->file, STK_PACK_NO_FILE);
	/* Three for the devices, each for all of them; one for the board. */
	ck_assert_uint_eq(info->n_uses, 4);
	for (size_t i = 0; i < info->n_uses; i++)
		ck_assert_uint_eq(info->uses[i].n_devices,
				  info->uses[i].algorithm->level == STK_PACK_BOARD ? 0 : 3);
	stk_pack_close(pack);
}
END_TEST

START_TEST(find_file)
{
	struct stk_pack *pack = opened(some_files);
	struct stk_error err;
	size_t file = 99;

	ck_assert_int_eq(stk_pack_find_file(pack, "Flash/a.flm", &file, &err), 0);
	ck_assert_uint_eq(file, 0);
	ck_assert_int_eq(stk_pack_find_file(pack, "z.flm", &file, &err), 0);
	ck_assert_uint_eq(file, 2);
	ck_assert_int_eq(stk_pack_find_file(pack, "a.flm", &file, &err), -EINVAL);
	ck_assert_str_eq(err.cause, "pack-file-ambiguous");
	ck_assert_int_eq(stk_pack_find_file(pack, ".flm", &file, &err), -ENOENT);
	ck_assert_int_eq(stk_pack_find_file(pack, "none.elf", &file, &err), -ENOENT);
	stk_pack_close(pack);
}
END_TEST

/* ---- device names ------------------------------------------------------ */

static int several_devices(struct stk_pack_builder *b, struct stk_error *err)
{
	DO(enter(b, STK_PACK_FAMILY, "F"));
	DO(ram_and_flash(b));
	DO(give(b, flash("a", true)));
	DO(enter(b, STK_PACK_DEVICE, "STM32G431KBTx"));
	DO(leave(b));
	DO(enter(b, STK_PACK_DEVICE, "STM32G431CBTx"));
	DO(leave(b));
	DO(enter(b, STK_PACK_DEVICE, "STM32G471RE"));
	DO(give(b, flash("b", true)));
	DO(leave(b));
	return leave(b);
}

static const struct {
	const char *query, *name; /* name NULL: no answer */
	size_t alike;		  /* 0 for 1 */
} name_case[] = {
	{ "STM32G431KBTx", "STM32G431KBTx", 0 },
	{ "stm32g431kbtx", "STM32G431KBTx", 0 },
	{ "STM32G431KBT6", "STM32G431KBTx", 0 },
	{ "STM32G431KBT6TR", "STM32G431KBTx", 0 },
	{ "STM32G431KBTR", "STM32G431KBTx", 0 },
	{ "STM32G431KB", "STM32G431KBTx", 0 },
	{ "STM32G431", "STM32G431KBTx", 2 }, /* either: they are alike */
	{ "STM32G4x1RE", "STM32G471RE", 0 },
	{ "STM32G471RET6", "STM32G471RE", 0 },
	{ "STM32G4", NULL, 0 }, /* these are not */
	{ "STM32G471REQQ", NULL, 0 },
	{ "STM32G431KBT6TRALALA", NULL, 0 },
	{ "STM32F4", NULL, 0 },
	{ "", NULL, 0 },
};

START_TEST(names)
{
	struct stk_pack *pack = opened(several_devices);
	const struct stk_pack_device *d = NULL;
	struct stk_error err = { 0 };
	size_t alike = 0;
	int r = pack_find_device(pack, name_case[_i].query, &d, &alike, &err);

	if (name_case[_i].name) {
		ck_assert_msg(!r, "%s", err.msg);
		ck_assert_str_eq(d->name, name_case[_i].name);
		ck_assert_uint_eq(alike, name_case[_i].alike ? name_case[_i].alike : 1);
	} else {
		ck_assert_int_eq(r, -ENOENT);
		ck_assert_msg(strstr(err.msg, "STM32G4"), "%s", err.msg);
	}
	stk_pack_close(pack);
}
END_TEST

/* ---- choice ------------------------------------------------------------ */

static int apart_and_spanned(struct stk_pack_builder *b, struct stk_error *err)
{
	struct stk_pack_algorithm low = flash("low", true), high = flash("high", true);
	struct stk_pack_algorithm elsewhere = flash("elsewhere", false);

	low.range.len = high.range.len = FLASH_LEN / 2;
	high.range.addr += FLASH_LEN / 2;
	elsewhere.range.addr = 0x90000000;
	DO(enter(b, STK_PACK_FAMILY, "F"));
	DO(ram_and_flash(b));
	DO(enter(b, STK_PACK_DEVICE, "apart"));
	DO(give(b, elsewhere));
	DO(give(b, high));
	DO(give(b, low));
	DO(leave(b));
	/* One that spans both makes them one place, and no contradiction. */
	DO(enter(b, STK_PACK_DEVICE, "spanned"));
	DO(give(b, high));
	DO(give(b, low));
	DO(give(b, flash("whole", false)));
	DO(leave(b));
	return leave(b);
}

START_TEST(places)
{
	struct stk_pack *pack = opened(apart_and_spanned);
	const struct stk_pack_choice *c = NULL;
	const struct stk_pack_place *p;

	ck_assert_int_eq(stk_pack_choose(pack, "apart", &c, NULL), 0);
	ck_assert_uint_eq(c->n_places, 3);
	p = c->places;
	ck_assert_str_eq(p[0].options[0].algorithm->name, "low");
	ck_assert_str_eq(p[0].memory, "FLASH");
	ck_assert_str_eq(p[1].options[0].algorithm->name, "high");
	ck_assert_uint_eq(p[0].n_chosen + p[1].n_chosen, 2);
	ck_assert_uint_eq(p[2].n_chosen, 0);
	ck_assert_ptr_null(p[2].memory);

	ck_assert_int_eq(stk_pack_choose(pack, "spanned", &c, NULL), 0);
	ck_assert_uint_eq(c->n_places, 1);
	p = c->places;
	ck_assert_uint_eq(p->n_options, 3);
	ck_assert_uint_eq(p->n_chosen, 2);
	ck_assert_ptr_nonnull(strstr(p->why, "another part"));
	ck_assert_str_eq(p->options[2].algorithm->name, "whole");
	ck_assert_uint_eq(p->range.addr, FLASH_AT);
	ck_assert_uint_eq(p->range.len, FLASH_LEN);
	stk_pack_close(pack);
}
END_TEST

static int ram_options(struct stk_pack_builder *b, struct stk_error *err)
{
	DO(enter(b, STK_PACK_FAMILY, "F"));
	DO(memory(b, "ROM", 0x1000, 0x1000, false));
	DO(memory(b, "RAM", RAM_AT, RAM_LEN, true));
	DO(memory(b, "RAM2", RAM_AT + RAM_LEN, RAM_LEN, true));
	DO(enter(b, STK_PACK_DEVICE, "D"));
	DO(leave(b));
	return leave(b);
}

static const struct {
	bool has_start, has_size;
	struct stk_range given, got;
	bool clamped;
} ram_case[] = {
	{ false, false, { 0, 0 }, { RAM_AT, RAM_LEN }, false },
	{ false, true, { 0, 0x100 }, { RAM_AT, 0x100 }, false },
	{ false, true, { 0, RAM_LEN + 1 }, { RAM_AT, RAM_LEN }, true },
	{ true, false, { RAM_AT + 16, 0 }, { RAM_AT + 16, 2 * RAM_LEN - 16 }, false },
	{ true, true, { RAM_AT, 2 * RAM_LEN }, { RAM_AT, 2 * RAM_LEN }, false },
	{ true, true, { RAM_AT, 2 * RAM_LEN + 1 }, { RAM_AT, 2 * RAM_LEN }, true },
	{ true, true, { RAM_AT + 2 * RAM_LEN, 1 }, { RAM_AT + 2 * RAM_LEN, 0 }, false },
	{ true, true, { 0x1000, 16 }, { 0x1000, 0 }, false },
};

START_TEST(ram)
{
	struct stk_pack *pack = opened(ram_options);
	struct stk_pack_algorithm a = flash("a", true);
	struct stk_range got;
	bool clamped;

	a.has_ram_start = ram_case[_i].has_start;
	a.has_ram_size = ram_case[_i].has_size;
	a.ram = ram_case[_i].given;
	got = pack_ram(pack, &pack->info.devices[0], &a, &clamped);
	ck_assert_uint_eq(got.addr, ram_case[_i].got.addr);
	ck_assert_uint_eq(got.len, ram_case[_i].got.len);
	ck_assert_int_eq(clamped, ram_case[_i].clamped);
	stk_pack_close(pack);
}
END_TEST

/* pyOCD keeps the first place of a range and the last element of it. */
static int listed_twice(struct stk_pack_builder *b, struct stk_error *err)
{
	struct stk_pack_algorithm narrow = flash("narrow", false), iar = flash("iar", true);

	narrow.range.len = 0x1000;
	iar.style = "IAR";
	DO(enter(b, STK_PACK_FAMILY, "F"));
	DO(ram_and_flash(b));
	DO(enter(b, STK_PACK_DEVICE, "D"));
	DO(give(b, iar));
	DO(give(b, flash("first", true)));
	DO(give(b, narrow));
	DO(give(b, flash("last", false)));
	DO(leave(b));
	return leave(b);
}

START_TEST(hosts)
{
	struct stk_pack *pack = opened(listed_twice);
	const struct stk_pack_choice *c = NULL;

	ck_assert_int_eq(stk_pack_choose(pack, "D", &c, NULL), 0);
	ck_assert_uint_eq(c->n_places, 1);
	ck_assert_uint_eq(c->places[0].n_options, 3);
	ck_assert_str_eq(c->places[0].options[0].algorithm->name, "first");
	/* Without the device tables nothing is said about probe-rs. */
	ck_assert_uint_eq(c->places[0].n_hosts, 1);
	ck_assert_str_eq(c->places[0].hosts[0].host, "pyocd");
	ck_assert_str_eq(c->places[0].hosts[0].algorithm->name, "last");
	stk_pack_close(pack);
}
END_TEST

/* Only the last of a range counts for pyOCD, and only if it is no default. */
static int defaults_around(struct stk_pack_builder *b, struct stk_error *err)
{
	struct stk_pack_algorithm cmsis = flash("cmsis", false);

	cmsis.style = "CMSIS";
	DO(enter(b, STK_PACK_FAMILY, "F"));
	DO(ram_and_flash(b));
	DO(enter(b, STK_PACK_DEVICE, "last"));
	DO(give(b, flash("one", true)));
	DO(give(b, flash("two", false)));
	DO(give(b, flash("three", false)));
	DO(leave(b));
	DO(enter(b, STK_PACK_DEVICE, "style"));
	DO(give(b, flash("one", true)));
	DO(give(b, cmsis));
	DO(leave(b));
	DO(enter(b, STK_PACK_DEVICE, "first"));
	DO(give(b, flash("two", false)));
	DO(give(b, flash("one", true)));
	DO(leave(b));
	return leave(b);
}

START_TEST(pyocd)
{
	struct stk_pack *pack = opened(defaults_around);
	const struct stk_loader_info *const none[] = { NULL };

	/* Of the files nothing is known, and each algorithm's is missing. */
	ck_assert_int_eq(stk_pack_check(pack, none, NULL), 0);
	for (size_t i = 0, n = 0; i <= pack->info.n_findings; i++) {
		const struct stk_finding *f = &pack->info.findings[i];

		if (i == pack->info.n_findings) {
			ck_assert_uint_eq(n, 1);
		} else if (!strcmp(f->id, "STK-P011")) {
			ck_assert_ptr_nonnull(strstr(f->text, "three"));
			ck_assert_ptr_nonnull(strstr(f->text, "(last)"));
			ck_assert_str_eq(f->host, "pyocd");
			n++;
		} else {
			ck_assert_str_eq(f->id, "STK-P001");
		}
	}
	stk_pack_close(pack);
}
END_TEST

/* ---- findings that need the loaders ------------------------------------ */

static int one_loader(struct stk_pack_builder *b, struct stk_error *err)
{
	DO(stk_build_pack_file(b, "a.FLM", 1, err));
	DO(enter(b, STK_PACK_FAMILY, "F"));
	DO(ram_and_flash(b));
	DO(give(b, flash("a.FLM", true)));
	DO(enter(b, STK_PACK_DEVICE, "D"));
	DO(leave(b));
	return leave(b);
}

static const struct {
	struct stk_range declared;
	uint64_t ram_size;
	uint32_t page;
	const char *id;	      /* NULL: nothing to say */
	const char *probe_rs; /* NULL: it gives up */
} loader_case[] = {
	{ { FLASH_AT, FLASH_LEN }, 1000, 1024, NULL, "a.FLM" },
	{ { FLASH_AT, 2 * FLASH_LEN }, 1000, 1024, NULL, "a.FLM" },
	{ { FLASH_AT, FLASH_LEN - 1 }, 1000, 1024, "STK-P004", NULL },
	{ { FLASH_AT + 4, FLASH_LEN }, 1000, 1024, "STK-P004", NULL },
	{ { 0, FLASH_LEN }, 1000, 1024, "STK-P004", NULL },
	{ { FLASH_AT, FLASH_LEN }, RAM_LEN - 1025, 1024, NULL, "a.FLM" },
	{ { FLASH_AT, FLASH_LEN }, RAM_LEN - 1024, 1024, "STK-P007", "a.FLM" },
};

START_TEST(loaders)
{
	struct stk_pack *pack = opened(one_loader);
	const struct stk_device d = {
		.name = "D",
		.start = loader_case[_i].declared.addr,
		.size = loader_case[_i].declared.len,
		.page_size = loader_case[_i].page,
	};
	const struct stk_loader_info info = { .device = &d,
					      .ram_size = loader_case[_i].ram_size };
	const struct stk_loader_info *const infos[] = { &info };
	const struct stk_pack_choice *c = NULL;
	const struct stk_pack_host_option *h;

	ck_assert_int_eq(stk_pack_check(pack, infos, NULL), 0);
	ck_assert_uint_eq(pack->info.n_findings, loader_case[_i].id != NULL);
	if (loader_case[_i].id)
		ck_assert_str_eq(pack->info.findings[0].id, loader_case[_i].id);
	/* Once is enough. */
	ck_assert_int_eq(stk_pack_check(pack, infos, NULL), 0);
	ck_assert_uint_eq(pack->info.n_findings, loader_case[_i].id != NULL);

	ck_assert_int_eq(stk_pack_choose(pack, "D", &c, NULL), 0);
	ck_assert_uint_eq(c->n_findings, loader_case[_i].id != NULL);
	h = &c->places[0].hosts[1];
	ck_assert_str_eq(h->host, "probe-rs");
	if (loader_case[_i].probe_rs)
		ck_assert_str_eq(h->algorithm->name, loader_case[_i].probe_rs);
	else
		ck_assert_ptr_null(h->algorithm);
	stk_pack_close(pack);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("pack");
	TCase *t = tcase_create("pack");

	tcase_add_loop_test(t, paths, 0, ARRAY_SIZE(path_case));
	tcase_add_test(t, inheritance);
	tcase_add_test(t, processors);
	tcase_add_loop_test(t, refusals, 0, ARRAY_SIZE(refusal));
	tcase_add_test(t, files);
	tcase_add_test(t, find_file);
	tcase_add_loop_test(t, names, 0, ARRAY_SIZE(name_case));
	tcase_add_test(t, places);
	tcase_add_loop_test(t, ram, 0, ARRAY_SIZE(ram_case));
	tcase_add_test(t, hosts);
	tcase_add_test(t, pyocd);
	tcase_add_loop_test(t, loaders, 0, ARRAY_SIZE(loader_case));
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return unit_run(suite());
}
