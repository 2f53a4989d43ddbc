/* SPDX-License-Identifier: MIT */
/* The tape of a call: what it keeps, what it counts, and what its digest is over. */
#include "unit.h"

#include <string.h>

#include "qualify/tape.h"

#define CR	0x40022014u
#define SR	0x40022010u
#define DR	0x40022030u

static const struct stk_field cr_fields[] = {
	{ .name = "PG", .lsb = 0, .width = 1 }, { .name = "PER", .lsb = 1, .width = 1 },
	{ .name = "PNB", .lsb = 3, .width = 7 },
};
static const struct stk_register registers[] = {
	{ .name = "SR", .offset = 0x10 },
	{ .name = "CR", .offset = 0x14, .fields = cr_fields, .n_fields = 3 },
	{ .name = "DR", .offset = 0x30 },
};
static const struct stk_peripheral flash = {
	.name = "FLASH", .base = 0x40022000, .length = 0x400,
	.registers = registers, .n_registers = 3,
};
static const struct stk_chip chip = {
	.size = sizeof(chip), .name = "TEST", .peripherals = &flash, .n_peripherals = 1,
};

static struct witness witness;
static struct tape tape;
static struct arena arena;
static uint64_t now;

static void setup(void)
{
	now = 0;
	tape_start(&tape, &witness);
}

static void teardown(void)
{
	tape_stop(&tape, &witness);
	ck_assert(witness.tap == NULL);
	arena_free(&arena);
}

static void see(enum stk_observation_kind kind, uint64_t addr, uint64_t len, uint32_t value,
		bool write)
{
	const struct stk_observation o = {
		.size = sizeof(o), .kind = kind, .ns = now += 10, .pc = 0x20000000 + (uint32_t)now,
		.addr = addr, .len = len, .value = value, .write = write,
	};

	ck_assert(witness.tap != NULL);
	witness.tap(witness.tap_data, &o);
}

static void wr(uint64_t addr, uint32_t value)
{
	see(STK_OBS_BUS, addr, 4, value, true);
}

static void rd(uint64_t addr, uint32_t value)
{
	see(STK_OBS_BUS, addr, 4, value, false);
}

static const struct stk_access *text_of(size_t *count, uint64_t *dropped)
{
	struct stk_ctx_options options = { .size = sizeof(options),
					   .module_dir = "/nonexistent" };
	struct stk_error err = { 0 };
	const struct stk_access *a;
	struct stk_ctx *ctx;

	ck_assert_msg(!stk_ctx_new(&options, &ctx, &err), "%s", err.msg);
	a = tape_text(&tape, ctx, &chip, &arena, count, dropped);
	stk_ctx_free(ctx);
	ck_assert_ptr_nonnull(a);
	return a;
}

START_TEST(in_order_with_names)
{
	const struct stk_access *a;
	uint64_t dropped;
	size_t n;

	wr(CR, 0x102);
	rd(SR, 0x10000);
	rd(SR, 0x10000);
	rd(SR, 0x10000);
	rd(SR, 0);
	rd(0x50000000, 7);
	a = text_of(&n, &dropped);
	ck_assert_uint_eq(n, 4);
	ck_assert_uint_eq(dropped, 0);
	ck_assert_str_eq(a[0].name, "FLASH_CR");
	ck_assert_str_eq(a[0].text, "0x00000102 (PER, PNB=32)");
	ck_assert(a[0].write && a[0].repeats == 0 && a[0].ns == 10);
	ck_assert_str_eq(a[1].name, "FLASH_SR");
	ck_assert(!a[1].write && a[1].repeats == 2 && a[1].text == NULL);
	ck_assert_uint_eq(a[2].value, 0);
	ck_assert(a[3].name == NULL && a[3].text == NULL);
}
END_TEST

START_TEST(the_last_ones)
{
	const struct stk_access *a;
	uint64_t dropped;
	size_t n;

	for (uint32_t i = 0; i < TAPE_ROOM + 100; i++)
		wr(DR, i);
	a = text_of(&n, &dropped);
	ck_assert_uint_eq(n, TAPE_ROOM);
	ck_assert_uint_eq(dropped, 100);
	ck_assert_uint_eq(a[0].value, 100);
	ck_assert_uint_eq(a[n - 1].value, TAPE_ROOM + 99);
}
END_TEST

START_TEST(empty)
{
	uint64_t dropped;
	size_t n;

	see(STK_OBS_RULE, CR, 0, 0, false);
	text_of(&n, &dropped);
	ck_assert(n == 0 && dropped == 0);
}
END_TEST

/* What a call did, and whether it is the same to the chip as two writes and a poll. */
static void plain(void) { wr(CR, 1); rd(SR, 1); rd(SR, 0); wr(CR, 0); }
static void longer_poll(void) { wr(CR, 1); rd(SR, 1); rd(SR, 1); rd(SR, 0); wr(CR, 0); }
static void later(void) { now += 1000; plain(); }
static void other_value(void) { wr(CR, 3); rd(SR, 1); rd(SR, 0); wr(CR, 0); }
static void other_place(void) { wr(DR, 1); rd(SR, 1); rd(SR, 0); wr(CR, 0); }
static void other_order(void) { wr(CR, 1); wr(CR, 0); rd(SR, 1); rd(SR, 0); }
static void twice(void) { wr(CR, 1); rd(SR, 1); rd(SR, 0); wr(CR, 0); wr(CR, 0); }
static void read_instead(void) { rd(CR, 1); rd(SR, 1); rd(SR, 0); wr(CR, 0); }
static void flash_too(void) { plain(); see(STK_OBS_FLASH, 0x08000000, 8, 0, true); }

static void narrower(void)
{
	see(STK_OBS_BUS, CR, 1, 1, true);
	rd(SR, 1);
	rd(SR, 0);
	wr(CR, 0);
}

static const struct {
	const char *what;
	void (*run)(void);
	bool equal;
} digest_case[] = {
	{ "the same", plain, true },
	{ "a longer poll", longer_poll, true },
	{ "later, and from elsewhere", later, true },
	{ "another value", other_value, false },
	{ "another register", other_place, false },
	{ "another order", other_order, false },
	{ "a write twice", twice, false },
	{ "a read for a write", read_instead, false },
	{ "a byte for a word", narrower, false },
	{ "a change in the flash", flash_too, false },
};

START_TEST(digest)
{
	uint64_t first;

	plain();
	first = tape.digest;
	ck_assert_uint_eq(tape.flash_changes, 0);
	tape_start(&tape, &witness);
	digest_case[_i].run();
	ck_assert_msg((tape.digest == first) == digest_case[_i].equal, "%s",
		      digest_case[_i].what);
}
END_TEST

/* Each register once, with what it said first; what was done is another matter. */
START_TEST(reads)
{
	uint64_t wrote;

	plain();
	wrote = tape.wrote;
	ck_assert_uint_eq(tape.n_reads, 1);
	ck_assert(tape.read[0].address == SR && tape.read[0].value == 1 &&
		  tape.read[0].width == 4);
	tape_start(&tape, &witness);
	wr(CR, 1);
	rd(DR, 7);
	wr(CR, 0);
	ck_assert_uint_eq(tape.wrote, wrote);
	ck_assert_uint_eq(tape.read[0].address, DR);
	for (uint32_t i = 0; i < 2 * TAPE_READS; i++)
		rd(0x50000000 + 4 * i, i);
	ck_assert_uint_eq(tape.n_reads, TAPE_READS);
	wr(CR, 1);
	ck_assert_uint_ne(tape.wrote, wrote);
}
END_TEST

/* A write that changed nothing is no effect, nor is a read; one that did is. */
START_TEST(effects)
{
	uint64_t effect, wrote;

	wr(CR, 1);
	effect = tape.effect;
	wrote = tape.wrote;
	wr(SR, 0x3fa);
	see(STK_OBS_NO_EFFECT, SR, 0, 0, true);
	rd(DR, 7);
	ck_assert_uint_eq(tape.effect, effect);
	ck_assert_uint_ne(tape.wrote, wrote);
	wr(SR, 0x3fa);
	ck_assert_uint_ne(tape.effect, effect);
	effect = tape.effect;
	see(STK_OBS_FLASH, 0x08000000, 8, 1, true);
	ck_assert_uint_ne(tape.effect, effect);
}
END_TEST

START_TEST(flash_changes)
{
	see(STK_OBS_FLASH, 0x08000000, 8, 0, true);
	see(STK_OBS_FLASH, 0x08000008, 8, 0, true);
	ck_assert_uint_eq(tape.flash_changes, 2);
	ck_assert_uint_eq(tape.n, 0);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("tape");
	TCase *t = tcase_create("tape");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, in_order_with_names);
	tcase_add_test(t, the_last_ones);
	tcase_add_test(t, empty);
	tcase_add_loop_test(t, digest, 0, sizeof(digest_case) / sizeof(digest_case[0]));
	tcase_add_test(t, reads);
	tcase_add_test(t, effects);
	tcase_add_test(t, flash_changes);
	suite_add_tcase(s, t);
	return unit_run(s);
}
