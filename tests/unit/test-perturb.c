/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers that the core reads otherwise than they are; rules that are read otherwise. */
#include "shipped.h"

#define IDCODE	0xe0042000u
#define SR	(REGS + 0x10)
#define CR	(REGS + 0x14)
#define LDRH(t, n)	(uint16_t)(0x8800 | (n) << 3 | (t))
#define LDRB(t, n)	(uint16_t)(0x7800 | (n) << 3 | (t))

static struct emu *emu;

static void setup(void)
{
	emu = rig_open(NULL, NULL);
}

static void teardown(void)
{
	rig_close(emu);
}

static void perturb(uint32_t addr, uint32_t mask, uint32_t value)
{
	struct stk_error err;

	ck_assert_msg(!emu_target.perturb(emu, addr, mask, value, &err), "%s", err.msg);
}

/* What the core gets from @addr with this load into R1. */
static uint32_t load(uint16_t op, uint32_t addr)
{
	const uint16_t code[] = { op, BKPT };
	struct stk_stop stop;

	RUN(emu, code, addr, 0, &stop);
	ck_assert_msg(stop.reason == STK_STOP_BREAK, "%s", stop.text);
	return rig_reg(emu, 1);
}

static uint32_t word(uint32_t addr)
{
	return load(LDR(1, 0, 0), addr);
}

/* ---- values ------------------------------------------------------------ */

static const struct {
	const char *what;
	uint16_t op;
	uint32_t at;		/* the load, relative to the register */
	uint32_t mask, value, got;
} load_case[] = {
	{ "word", LDR(1, 0, 0), 0, UINT32_MAX, 0x12345678, 0x12345678 },
	{ "word to 0", LDR(1, 0, 0), 0, UINT32_MAX, 0, 0 },
	{ "some bits of a word", LDR(1, 0, 0), 0, 0xfff, 0x469, 0x20016469 },
	{ "value outside the mask", LDR(1, 0, 0), 0, 0xff, 0xabcdef12, 0x20016412 },
	{ "lower half", LDRH(1, 0), 0, UINT32_MAX, 0x12345678, 0x5678 },
	{ "upper half", LDRH(1, 0), 2, UINT32_MAX, 0x12345678, 0x1234 },
	{ "upper half, masked out", LDRH(1, 0), 2, 0xffff, 0x12345678, 0x2001 },
	{ "first byte", LDRB(1, 0), 0, UINT32_MAX, 0x12345678, 0x78 },
	{ "last byte", LDRB(1, 0), 3, UINT32_MAX, 0x12345678, 0x12 },
	{ "a byte in part", LDRB(1, 0), 1, 0x0f00, 0x0300, 0x63 },
	{ "the next register", LDR(1, 0, 0), 4, UINT32_MAX, 0x12345678, 0 },
};

START_TEST(loads)
{
	perturb(IDCODE, load_case[_i].mask, load_case[_i].value);
	ck_assert_msg(load(load_case[_i].op, IDCODE + load_case[_i].at) ==
		      load_case[_i].got, "%s: %08x", load_case[_i].what, rig_reg(emu, 1));
	ck_assert_uint_eq(rig_get(emu, IDCODE), 0x20016468);
	perturb(IDCODE, 0, 0);
	ck_assert_uint_eq(word(IDCODE), 0x20016468);
}
END_TEST

/* At an address that is no multiple of 4, as of a flash size of 16 bits. */
START_TEST(half_word_register)
{
	perturb(IDCODE + 2, 0xffff, 0x0180);
	ck_assert_uint_eq(word(IDCODE), 0x01806468);
	ck_assert_uint_eq(load(LDRH(1, 0), IDCODE + 2), 0x0180);
	ck_assert_uint_eq(load(LDRH(1, 0), IDCODE), 0x6468);
}
END_TEST

/* Flash, read-only memory, the core's own registers, and the other views of them. */
START_TEST(not_only_peripherals)
{
	perturb(FLASH + 8, UINT32_MAX, 1);
	perturb(0x1fff0010, UINT32_MAX, 2);
	perturb(0xe000ed00, UINT32_MAX, 3);
	perturb(PLAIN + 4, 0x10, 0x10);
	ck_assert_uint_eq(word(FLASH + 8), 1);
	ck_assert_uint_eq(word(8), 1);
	ck_assert_uint_eq(word(0x1fff0010), 2);
	ck_assert_uint_eq(word(0xe000ed00), 3);
	ck_assert_uint_eq(word(0x42000000 + (PLAIN - 0x40000000 + 4) * 32 + 4 * 4), 1);
	ck_assert_uint_eq(word(0x42000000 + (PLAIN - 0x40000000 + 4) * 32 + 5 * 4), 0);
	ck_assert_uint_eq(rig_get(emu, FLASH + 8), UINT32_MAX);
}
END_TEST

START_TEST(limits)
{
	struct stk_error err;
	uint32_t i;

	ck_assert_int_eq(emu_target.perturb(emu, RAM, 1, 1, &err), -EINVAL);
	ck_assert_str_eq(err.cause, "not-a-register");
	ck_assert_int_eq(emu_target.perturb(emu, 1ull << 32, 1, 1, &err), -EINVAL);
	for (i = 0; i < 16; i++)
		perturb(PLAIN + 4 * i, UINT32_MAX, i + 1);
	perturb(PLAIN, UINT32_MAX, 100);
	ck_assert_int_eq(emu_target.perturb(emu, IDCODE, 1, 1, &err), -ENOSPC);
	perturb(PLAIN + 4, 0, 0);
	perturb(IDCODE, UINT32_MAX, 7);
	ck_assert_uint_eq(word(PLAIN), 100);
	ck_assert_uint_eq(word(PLAIN + 4), 0);
	ck_assert_uint_eq(word(PLAIN + 60), 16);
	ck_assert_uint_eq(word(IDCODE), 7);
}
END_TEST

static void see(void *data, const struct stk_observation *obs)
{
	*(uint32_t *)data = (uint32_t)obs->value;
}

/* What was on the bus is what the core got; a reset changes nothing. */
START_TEST(observed_and_lasting)
{
	uint32_t seen = 0;
	struct stk_error err;

	ck_assert(!emu_target.observe(emu, 1u << STK_OBS_BUS, see, &seen, &err));
	perturb(IDCODE, UINT32_MAX, 0x479);
	word(IDCODE);
	ck_assert_uint_eq(seen, 0x479);
	ck_assert(!emu_target.reset(emu, &err));
	ck_assert_uint_eq(word(IDCODE), 0x479);
}
END_TEST

/* ---- polls ------------------------------------------------------------- */

/* A loop that gives up after 5000 turns, BSY being read as set or as clear. */
START_TEST(exact)
{
	static const uint16_t code[] = { LDR(3, 0, 0), LSLS(3, 3, 15), BEQ(1), SUBS(1, 1),
					 BNE(-6), BKPT };
	static const char *const slow[] = { "fastforward=0", NULL };
	static const uint32_t values[] = { 1u << 16, 0, 1u << 17 };
	struct stk_stop stop;
	uint64_t ns[2];
	size_t i, k;

	for (k = 0; k < ARRAY_SIZE(values); k++) {
		for (i = 0; i < 2; i++) {
			teardown();
			emu = rig_open(NULL, i ? slow : NULL);
			perturb(SR, UINT32_MAX, values[k]);
			rig_put(emu, REGS + 0x08, 0x45670123);
			rig_put(emu, REGS + 0x08, 0xcdef89ab);
			rig_put(emu, CR, 1u << 1 | 1u << 16);
			RUN(emu, code, SR, 5000, &stop);
			ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
			ns[i] = emu_now(emu);
			ck_assert_uint_eq(rig_reg(emu, 1), values[k] == 1u << 16 ? 0 : 5000);
		}
		ck_assert_uint_eq(ns[0], ns[1]);
	}
}
END_TEST

/* What nothing can end is seen, and named with what the core reads. */
START_TEST(stuck)
{
	static const uint16_t poll[] = { LDR(1, 0, 0), LSLS(1, 1, 15), BMI(-4), BKPT };
	struct stk_stop stop;

	perturb(SR, 1u << 16, 1u << 16);
	RUN(emu, poll, SR, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_STUCK);
	ck_assert_msg(strstr(stop.text, "FLASH_SR") && strstr(stop.text, "0x00010000"),
		      "%s", stop.text);
	perturb(SR, 0, 0);
	RUN(emu, poll, SR, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
}
END_TEST

/* ---- readings of assumed rules ------------------------------------------ */

static unsigned int variants_in_force(struct emu *chip, const char *rule)
{
	const struct stk_variant *v;
	unsigned int now = 0;
	size_t n, i;

	v = emu_target.variants(chip, &n);
	for (i = 0; i < n; i++)
		now += v[i].now && !strcmp(v[i].rule, rule);
	return now;
}

static uint32_t erase_with_bker(void)
{
	if (rig_get(emu, CR) & 1u << 31) {
		rig_put(emu, REGS + 0x08, 0x45670123);
		rig_put(emu, REGS + 0x08, 0xcdef89ab);
	}
	rig_put(emu, CR, 1u << 1 | 1u << 11 | 1u << 16);
	rig_pass(emu, 30000000);
	return rig_get(emu, SR);
}

START_TEST(varied)
{
	struct stk_error err;

	ck_assert_uint_eq(variants_in_force(emu, "g4-bker-single-bank"), 1);
	ck_assert_uint_eq(variants_in_force(emu, "g4-unlock-twice"), 1);
	ck_assert_uint_eq(erase_with_bker(), 1u << 7);
	rig_put(emu, SR, 1u << 7);
	ck_assert(!emu_target.vary(emu, "g4-bker-single-bank", "ignored", &err));
	ck_assert_uint_eq(variants_in_force(emu, "g4-bker-single-bank"), 1);
	ck_assert_uint_eq(erase_with_bker(), 0);
	ck_assert(!emu_target.vary(emu, "g4-bker-single-bank", "pgserr", &err));
	ck_assert_uint_eq(erase_with_bker(), 1u << 7);
	ck_assert_int_eq(emu_target.vary(emu, "g4-bker-single-bank", "maybe", &err),
			 -EINVAL);
	ck_assert_msg(strstr(err.msg, "pgserr, ignored"), "%s", err.msg);
	ck_assert_int_eq(emu_target.vary(emu, "g4-nonsense", "x", &err), -EINVAL);
	ck_assert_msg(strstr(err.msg, "g4-bker-single-bank"), "%s", err.msg);
}
END_TEST

START_TEST(varied_by_option)
{
	static const char *const good[] = { "rule.g4-bker-single-bank=ignored", NULL };
	static const char *const variant[] = { "rule.g4-bker-single-bank=no", NULL };
	static const char *const rule[] = { "rule.g4-wrp=no", NULL };
	struct stk_error err;

	teardown();
	rig_refuse(variant, &err);
	ck_assert_msg(strstr(err.msg, "pgserr, ignored"), "%s", err.msg);
	rig_refuse(rule, &err);
	ck_assert_msg(strstr(err.msg, "g4-unlock-twice"), "%s", err.msg);
	emu = rig_open(NULL, good);
	ck_assert_uint_eq(erase_with_bker(), 0);
}
END_TEST

/* Of every chip: each rule has several readings, one in force, and takes them all. */
START_TEST(every_chip)
{
	struct emu *chip = shipped_open(stm32_chips.chips[_i], NULL);
	const struct stk_variant *v;
	struct stk_error err;
	size_t n, i;

	v = emu_target.variants(chip, &n);
	for (i = 0; i < n; i++) {
		const char *name = v[i].rule;

		ck_assert_uint_eq(variants_in_force(chip, name), 1);
		ck_assert(!emu_target.vary(chip, name, v[i].variant, &err));
		ck_assert_uint_eq(variants_in_force(chip, name), 1);
	}
	shipped_close(chip);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("perturb");
	TCase *t = tcase_create("perturb");
	TCase *chips = tcase_create("chips");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_loop_test(t, loads, 0, ARRAY_SIZE(load_case));
	tcase_add_test(t, half_word_register);
	tcase_add_test(t, not_only_peripherals);
	tcase_add_test(t, limits);
	tcase_add_test(t, observed_and_lasting);
	tcase_add_test(t, exact);
	tcase_add_test(t, stuck);
	tcase_add_test(t, varied);
	tcase_add_test(t, varied_by_option);
	tcase_add_loop_test(chips, every_chip, 0, (int)stm32_chips.n_chips);
	suite_add_tcase(s, t);
	suite_add_tcase(s, chips);
	r = srunner_create(s);
	/* Each chip is a case: forks would take longer than they. */
	srunner_set_fork_status(r, CK_NOFORK);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
