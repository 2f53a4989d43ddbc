/* SPDX-License-Identifier: MIT */
/* Pins: what may be one, what is in the way, and how one ends. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "pin-rig.h"

#define PACK	"Keil.STM32G4xx_DFP"

static const struct rig_build builds[] = {
	{ 'A', 0x08000000, 0x20000, "STM32G4" },
	{ 'B', 0x08010000, 0x70000, "STM32G4" },
	{ 'C', 0x90000000, 0x1000000, "STM32G4" },
	{ 'D', 0, 0, NULL },
};

static void open_rig(struct rig *rig)
{
	rig_open(rig);
	for (size_t i = 0; i < ARRAY_SIZE(builds); i++)
		rig_add_build(rig, &builds[i]);
}

static size_t count_pins(struct rig *rig, bool all)
{
	const struct ldb_pins *pins;
	struct stk_error err = { 0 };
	size_t n;

	ck_assert_msg(!ldb_pins(rig->db, all, &pins, &err), "%s", err.msg);
	n = pins->count;
	ldb_free(pins);
	return n;
}

static const struct {
	const char *what;
	struct ldb_pin pin;	/* sha256: a letter */
	int code;
	const char *cause, *says;
} wrong[] = {
	{ "no why", { .tool = PACK, .device = "STM32G4", .sha256 = "A" }, -EINVAL, "no-reason",
	  "--why" },
	{ "an empty why", { .tool = PACK, .device = "STM32G4", .sha256 = "A", .why = "" },
	  -EINVAL, "no-reason", "--why" },
	{ "nothing", { .tool = PACK, .device = "STM32G4", .why = "x" }, -EINVAL, "bad-pin",
	  "either" },
	{ "both", { .tool = PACK, .device = "STM32G4", .sha256 = "A", .from = "cubeide@1.7.0",
		    .why = "x" }, -EINVAL, "bad-pin", "either" },
	{ "no such toolchain", { .tool = "cubeidea", .device = "STM32G4", .sha256 = "A",
				 .why = "x" }, -ENOENT, NULL, "cubeide" },
	{ "no range", { .tool = PACK, .range = "1.3.x", .device = "STM32G4", .sha256 = "A",
			.why = "x" }, -EINVAL, "bad-range", "'1.3.x'" },
	{ "a range in the order of another", { .tool = "cubeide", .range = "1.8.0-RC1",
					       .device = "STM32G4", .sha256 = "A", .why = "x" },
	  -EINVAL, "bad-range", "up to four numbers" },
	{ "versions of any toolchain", { .tool = "*", .range = ">=1.0", .device = "STM32G4",
					 .sha256 = "A", .why = "x" }, -EINVAL, "bad-range",
	  "not of all" },
	{ "no part number", { .tool = PACK, .device = "STM32 G4", .sha256 = "A", .why = "x" },
	  -EINVAL, "bad-device", "'STM32 G4'" },
	{ "an empty one", { .tool = PACK, .device = "", .sha256 = "A", .why = "x" }, -EINVAL,
	  "bad-device", "''" },
	{ "an endless one", { .tool = PACK, .device = "STM32G431CBT6STM32G431CBT6STM32G431CBT6",
			      .sha256 = "A", .why = "x" }, -EINVAL, "bad-device", "pattern" },
	{ "no such build", { .tool = PACK, .device = "STM32G4", .sha256 = "P", .why = "x" },
	  -ENOENT, "no-build", "ffffffffffffffff" },
	{ "a build for no address", { .tool = PACK, .device = "STM32G4", .sha256 = "D",
				      .why = "x" }, -EINVAL, "unusable-build", "'D.stldr'" },
	{ "a tree of no version", { .tool = "cubeide", .from = "cubeide", .why = "x" }, -EINVAL,
	  "bad-tree", "TOOLCHAIN@VERSION" },
	{ "a tree of a wrong version", { .tool = "cubeide", .from = "cubeide@v1", .why = "x" },
	  -EINVAL, "bad-version", "'v1'" },
	{ "a tree for every toolchain", { .tool = "*", .from = "cubeide@1.7.0", .why = "x" },
	  -EINVAL, "bad-tree", "one toolchain" },
};

START_TEST(refuses)
{
	const __typeof__(*wrong) *c = &wrong[_i];
	struct ldb_pin pin = c->pin;
	struct stk_error err = { 0 };
	struct rig rig;
	int64_t id = -1;

	open_rig(&rig);
	if (pin.sha256)
		pin.sha256 = rig_sha256(*pin.sha256);
	ck_assert_msg(ldb_pin_add(rig.db, &pin, &id, &err) == c->code, "%s: %s", c->what,
		      err.msg);
	if (c->cause)
		ck_assert_str_eq(err.cause, c->cause);
	ck_assert_msg(strstr(err.msg, c->says), "%s: %s", c->what, err.msg);
	ck_assert_int_eq(id, -1);
	ck_assert_uint_eq(count_pins(&rig, true), 0);
	rig_close(&rig);
}
END_TEST

static const struct {
	const char *what;
	const char *tool, *range, *device;
	char letter;
	bool in_the_way;
} second[] = {
	{ "the same", PACK, "^1.3.0", "STM32G431xB", 'A', true },
	{ "another build there", PACK, "^1.3.0", "STM32G431xB", 'B', true },
	{ "another place", PACK, "^1.3.0", "STM32G431xB", 'C', false },
	{ "written otherwise", "keil.stm32g4XX_dfp", "1.3.0:2.0.0-", "stm32g431xB", 'A', true },
	{ "other versions", PACK, "^1.3.1", "STM32G431xB", 'A', false },
	{ "other devices", PACK, "^1.3.0", "STM32G431CB", 'A', false },
	{ "another pack", "Keil.STM32G0xx_DFP", "^1.3.0", "STM32G431xB", 'A', false },
};

START_TEST(in_the_way)
{
	const __typeof__(*second) *c = &second[_i];
	struct ldb_pin pin = { .tool = c->tool, .range = c->range, .device = c->device,
			       .why = "better" };
	struct stk_error err = { 0 };
	int64_t first, id;
	struct rig rig;
	int r;

	open_rig(&rig);
	ck_assert(!rig_pin(&rig, PACK, "^1.3.0", "STM32G431xB", 'A', &first, &err));
	r = rig_pin(&rig, c->tool, c->range, c->device, c->letter, &id, &err);
	ck_assert_msg(r == (c->in_the_way ? -EEXIST : 0), "%s: %s", c->what, err.msg);
	if (c->in_the_way) {
		ck_assert_str_eq(err.cause, "pinned");
		pin.sha256 = rig_sha256(c->letter);
		ck_assert_msg(!ldb_pin_replace(rig.db, &pin, &id, &err), "%s", err.msg);
		ck_assert_int_ne(id, first);
	}
	ck_assert_uint_eq(count_pins(&rig, false), c->in_the_way ? 1 : 2);
	ck_assert_uint_eq(count_pins(&rig, true), 2);
	rig_close(&rig);
}
END_TEST

/* Two smaller ones are ended together by one that is over both. */
START_TEST(replaces_all)
{
	struct ldb_pin pin = { .tool = "*", .device = "STM32G4", .why = "better" };
	const struct ldb_pins *pins;
	struct stk_error err = { 0 };
	struct rig rig;
	int64_t id;

	open_rig(&rig);
	rig_add_build(&rig, &(struct rig_build){ 'E', 0x08000000, 0x10000, NULL });
	ck_assert(!rig_pin(&rig, "*", "", "STM32G4", 'E', &id, &err));
	ck_assert(!rig_pin(&rig, "*", "", "STM32G4", 'B', &id, &err));
	pin.sha256 = rig_sha256('A');
	ck_assert_msg(!ldb_pin_replace(rig.db, &pin, &id, &err), "%s", err.msg);
	ck_assert(!ldb_pins(rig.db, true, &pins, &err));
	ck_assert_uint_eq(pins->count, 3);
	ck_assert_str_eq(pins->item[0].ended_why, "replaced: better");
	ck_assert_str_eq(pins->item[1].ended_why, "replaced: better");
	ck_assert(pins->item[1].ended && !pins->item[2].ended);
	ck_assert_int_eq(pins->item[2].id, id);
	ldb_free(pins);
	rig_close(&rig);
}
END_TEST

START_TEST(ends)
{
	const struct ldb_pins *pins;
	struct stk_error err = { 0 };
	struct rig rig;
	int64_t id, again;

	open_rig(&rig);
	ck_assert(!rig_pin(&rig, "CubeIDE", ">=1.8.0", "STM32G431CB", 'A', &id, &err));
	ck_assert_int_eq(ldb_pin_end(rig.db, id, "", &err), -EINVAL);
	ck_assert_int_eq(ldb_pin_end(rig.db, id + 1, "gone", &err), -ENOENT);
	ck_assert_str_eq(err.cause, "no-pin");
	ck_assert_msg(!ldb_pin_end(rig.db, id, "cured by 1.9.0", &err), "%s", err.msg);
	ck_assert_int_eq(ldb_pin_end(rig.db, id, "again", &err), -EALREADY);
	ck_assert_str_eq(err.cause, "pin-ended");
	ck_assert_uint_eq(count_pins(&rig, false), 0);
	/* Nothing is in the way now. */
	ck_assert(!rig_pin(&rig, "cubeide", ">=1.8.0", "STM32G431CB", 'A', &again, &err));
	ck_assert(!ldb_pins(rig.db, true, &pins, &err));
	ck_assert_uint_eq(pins->count, 2);
	ck_assert_str_eq(pins->item[0].tool, "cubeide");
	ck_assert_str_eq(pins->item[0].range, ">=1.8.0");
	ck_assert_str_eq(pins->item[0].name, "A.stldr");
	ck_assert_str_eq(pins->item[0].sha256, rig_sha256('A'));
	ck_assert_str_eq(pins->item[0].ended_why, "cured by 1.9.0");
	ck_assert_ptr_null(pins->item[0].from);
	ldb_free(pins);
	rig_close(&rig);
}
END_TEST

START_TEST(trees)
{
	struct ldb_pin pin = { .tool = "cubeide", .range = "1.8.0", .from = "cubeide@1.7.0",
			       .why = "the interrupt ban" };
	struct stk_error err = { 0 };
	struct rig rig;
	int64_t id;

	open_rig(&rig);
	ck_assert_msg(!ldb_pin_add(rig.db, &pin, &id, &err), "%s", err.msg);
	/* A build for the same is no other tree, nor the other way round. */
	ck_assert_msg(!rig_pin(&rig, "cubeide", "1.8.0", "*", 'A', &id, &err), "%s", err.msg);
	ck_assert_int_eq(ldb_pin_add(rig.db, &pin, &id, &err), -EEXIST);
	rig_close(&rig);
}
END_TEST

static Suite *pins(void)
{
	Suite *s = suite_create("pin");
	TCase *t = tcase_create("pin");

	tcase_add_loop_test(t, refuses, 0, ARRAY_SIZE(wrong));
	tcase_add_loop_test(t, in_the_way, 0, ARRAY_SIZE(second));
	tcase_add_test(t, replaces_all);
	tcase_add_test(t, ends);
	tcase_add_test(t, trees);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return unit_run(pins());
}
