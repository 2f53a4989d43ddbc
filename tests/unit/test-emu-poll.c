/* SPDX-License-Identifier: GPL-2.0-only */
/* Fast-forward: exact against plain execution, and loops that can never end. */
#include "emu-rig.h"

#define DATA	(RAM + 0x1000)
#define CR	(REGS + 0x14)
#define SR	(REGS + 0x10)

static const char *const slow[] = { "fastforward=0", NULL };

static void unlock(struct emu *emu)
{
	rig_put(emu, REGS + 0x08, 0x45670123);
	rig_put(emu, REGS + 0x08, 0xcdef89ab);
}

/* Programs that wait for the end of a page erase; r0 = &FLASH_SR. */
static const struct {
	const char *what;
	uint16_t code[16];
} wait_case[] = {
	/* loop: ldr r1,[r0]; lsls r1,#15; bmi loop */
	{ "plain poll", { LDR(1, 0, 0), LSLS(1, 1, 15), BMI(-4), RET } },
	/* the same with the turns counted in r2: no two turns are alike */
	{ "poll with a counter",
	  { MOVS(2, 0), ADDS(2, 1), LDR(1, 0, 0), LSLS(1, 1, 15), BMI(-5), RET } },
	/* turns counted in RAM */
	{ "poll with a counter in RAM",
	  { MOVS(2, 0), PUSH(4), LDR(1, 0, 0), POP(4), ADDS(2, 1), PUSH(4), POP(4),
	    LSLS(1, 1, 15), BMI(-9), RET } },
	/* two registers read in turn: SR and CR */
	{ "two registers", { LDR(3, 0, 4), LDR(1, 0, 0), LSLS(1, 1, 15), BMI(-5), RET } },
	/* a push and a pop of the same values each turn */
	{ "poll with stack use",
	  { PUSH(0xf0), LDR(1, 0, 0), POP(0xf0), LSLS(1, 1, 15), BMI(-6), RET } },
	/* a writes 1 and then 0: changes twice a turn */
	{ "poll that writes",
	  { MOVS(2, 1), STR(2, 7, 0), LDR(1, 0, 0), MOVS(2, 0), STR(2, 7, 0),
	    LSLS(1, 1, 15), BMI(-8), RET } },
	/* inside an IT block: cmp; ittt eq; ldreq; lsleq; nop */
	{ "poll from an IT block",
	  { CMP(3, 0), ITTT_EQ, LDR(1, 0, 0), NOP, NOP, LSLS(1, 1, 15), BMI(-8), RET } },
};

static void erase_and_wait(struct emu *emu, const uint16_t *code, uint64_t *ns,
			   uint32_t regs[16])
{
	struct stk_regs set = { .valid = 1u << 7 };
	struct stk_error err;
	struct stk_stop stop;
	unsigned int i;

	unlock(emu);
	rig_put(emu, CR, 1u << 1 | 5u << 3 | 1u << 16);
	rig_load(emu, CODE, code, 16);
	rig_start(emu, CODE, SR, 0, 0);
	set.r[7] = DATA;
	ck_assert(!emu_target.set_regs(emu, &set, &err));
	ck_assert_int_eq(rig_wait(emu, 1000000000, &stop), 0);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	*ns = emu_now(emu);
	for (i = 0; i < 16; i++)
		regs[i] = rig_reg(emu, i);
}

START_TEST(fast_forward_is_exact)
{
	const __typeof__(*wait_case) *c = &wait_case[_i];
	struct emu *a = rig_open(NULL, NULL), *b = rig_open(NULL, slow);
	uint8_t ram_a[RAM_SIZE], ram_b[RAM_SIZE];
	uint32_t regs_a[16], regs_b[16];
	struct stk_error err;
	uint64_t ns_a, ns_b;

	erase_and_wait(a, c->code, &ns_a, regs_a);
	erase_and_wait(b, c->code, &ns_b, regs_b);
	ck_assert_msg(ns_a == ns_b, "%s: %llu and %llu ns", c->what,
		      (unsigned long long)ns_a, (unsigned long long)ns_b);
	ck_assert_msg(!memcmp(regs_a, regs_b, sizeof(regs_a)), "%s: registers", c->what);
	ck_assert(!emu_target.read(a, RAM, ram_a, RAM_SIZE, &err));
	ck_assert(!emu_target.read(b, RAM, ram_b, RAM_SIZE, &err));
	ck_assert_msg(!memcmp(ram_a, ram_b, RAM_SIZE), "%s: RAM", c->what);
	ck_assert_uint_eq(a->clock.cycles, b->clock.cycles);
	ck_assert_uint_eq(b->poll.forwarded, 0);
	rig_close(a);
	rig_close(b);
}
END_TEST

/* A tick every millisecond counts in RAM while the main program polls the flash. */
static void run_with_ticks(struct emu *emu, uint64_t *ns, uint32_t *ticks)
{
	/* ldr r0,[pc,#8]; ldr r1,[r0]; adds r1,#1; str r1,[r0]; bx lr */
	static const uint16_t handler[] = { 0x4802,	   LDR(1, 0, 0), ADDS(1, 1),
					    STR(1, 0, 0),  RET,		 NOP,
					    DATA & 0xffff, DATA >> 16 };
	uint32_t regs[16];

	rig_load(emu, RAM + 0x800, handler, 8);
	rig_put(emu, DATA, 0);
	rig_put(emu, RAM + 4 * 15, (RAM + 0x800) | 1);
	rig_put(emu, 0xe000ed08, RAM);
	rig_put(emu, 0xe000e014, 16000 - 1);
	rig_put(emu, 0xe000e018, 0);
	rig_put(emu, 0xe000e010, 7);
	erase_and_wait(emu, wait_case[0].code, ns, regs);
	*ticks = rig_get(emu, DATA);
}

START_TEST(fast_forward_is_exact_with_ticks)
{
	struct emu *a = rig_open(NULL, NULL), *b = rig_open(NULL, slow);
	uint32_t ticks_a, ticks_b;
	uint64_t ns_a, ns_b;

	run_with_ticks(a, &ns_a, &ticks_a);
	run_with_ticks(b, &ns_b, &ticks_b);
	ck_assert_uint_eq(ns_a, ns_b);
	ck_assert_uint_eq(ticks_a, ticks_b);
	ck_assert_uint_eq(ticks_a, 22);
	ck_assert_uint_gt(a->poll.forwarded, 60000);
	rig_close(a);
	rig_close(b);
}
END_TEST

START_TEST(plain_poll_is_forwarded)
{
	struct emu *emu = rig_open(NULL, NULL);
	uint32_t regs[16];
	uint64_t ns;

	erase_and_wait(emu, wait_case[_i].code, &ns, regs);
	/* 22 ms at 16 MHz are 352,320 cycles; almost none was executed. */
	ck_assert_uint_gt(emu->clock.cycles, 352000);
	ck_assert_uint_lt(emu->clock.cycles - emu->clock.skipped, _i ? 20000 : 100);
	rig_close(emu);
}
END_TEST

/* Loops that nothing ends; r0 = &FLASH_SR, which is never busy here. */
static const struct {
	const char *what;
	uint16_t code[8];
	const char *text;
} stuck_case[] = {
	/* until EOP, which never comes without EOPIE */
	{ "poll of a register", { LDR(1, 0, 0), CMP(1, 1), BNE(-4), RET },
	  "poll of FLASH_SR (0x40022010) = 0x00000000 at PC 0x20000200 can never end" },
	{ "b .", { B(-2) }, "loop of 1 instructions" },
	{ "wait for a variable in RAM", { LDR(1, 2, 0), CMP(1, 1), BNE(-4), RET },
	  "loop of 3 instructions" },
	{ "two registers in turn",
	  { LDR(3, 0, 4), LDR(1, 0, 0), CMP(1, 1), BNE(-5), RET },
	  "can never end" },
};

START_TEST(endless_loops_are_stuck)
{
	const __typeof__(*stuck_case) *c = &stuck_case[_i];
	struct emu *emu = rig_open(NULL, NULL);
	struct stk_stop stop;

	rig_put(emu, DATA, 0);
	rig_load(emu, CODE, c->code, 8);
	rig_start(emu, CODE, SR, 0, DATA);
	ck_assert_int_eq(rig_wait(emu, 60000000000, &stop), 0);
	ck_assert_msg(stop.reason == STK_STOP_STUCK, "%s: %d", c->what, stop.reason);
	ck_assert_msg(strstr(stop.text, c->text), "%s: %s", c->what, stop.text);
	/* At once, not after the minute. */
	ck_assert_uint_lt(emu_now(emu), 10000000);
	rig_close(emu);
}
END_TEST

START_TEST(a_loop_that_counts_is_not_stuck)
{
	/* movs r1,#1; lsls r1,#20; loop: subs r1,#1; bne loop */
	static const uint16_t code[] = { MOVS(1, 1), LSLS(1, 1, 20), SUBS(1, 1), BNE(-3),
					 RET };
	struct emu *emu = rig_open(NULL, NULL);
	struct stk_stop stop;

	RUN(emu, code, 0, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(emu->poll.forwarded, 0);
	rig_close(emu);
}
END_TEST

START_TEST(a_loop_in_the_fpu_is_not_stuck)
{
	/* vadd.f32 s0,s0,s1; vcmp.f32 s0,s2; vmrs; bne: s0 counts to s2 */
	static const uint16_t code[] = { 0xee00, 0x0a10, 0xee00, 0x1a90, 0xee01, 0x2a10,
					 0xee30, 0x0a20, 0xeeb4, 0x0a41, 0xeef1, 0xfa10,
					 BNE(-8), RET };
	struct emu *emu = rig_open(NULL, NULL);
	struct stk_stop stop;

	rig_put(emu, 0xe000ed88, 0x00f00000);
	rig_load(emu, CODE, code, 14);
	/* 0.0, 1.0, 20000.0 */
	rig_start(emu, CODE, 0, 0x3f800000, 0x469c4000);
	ck_assert_int_eq(rig_wait(emu, 1000000000, &stop), 0);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	rig_close(emu);
}
END_TEST

START_TEST(the_budget_ends_a_forwarded_loop)
{
	static const uint16_t code[] = { LDR(1, 0, 0), LSLS(1, 1, 15), BMI(-4), RET };
	struct emu *emu = rig_open(NULL, NULL);
	struct stk_stop stop;
	uint64_t before;

	unlock(emu);
	rig_put(emu, CR, 1u << 1 | 5u << 3 | 1u << 16);
	rig_load(emu, CODE, code, 4);
	rig_start(emu, CODE, SR, 0, 0);
	before = emu_now(emu);
	ck_assert_int_eq(rig_wait(emu, 10000000, &stop), -ETIMEDOUT);
	ck_assert_uint_eq(emu_now(emu) - before, 10000000);
	ck_assert_int_eq(rig_wait(emu, 20000000, &stop), 0);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	rig_close(emu);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("emu-poll");
	TCase *t = tcase_create("poll");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, fast_forward_is_exact, 0, (int)ARRAY_SIZE(wait_case));
	tcase_add_test(t, fast_forward_is_exact_with_ticks);
	tcase_add_loop_test(t, plain_poll_is_forwarded, 0, 1);
	tcase_add_loop_test(t, plain_poll_is_forwarded, 3, 5);
	tcase_add_loop_test(t, endless_loops_are_stuck, 0, (int)ARRAY_SIZE(stuck_case));
	tcase_add_test(t, a_loop_that_counts_is_not_stuck);
	tcase_add_test(t, a_loop_in_the_fpu_is_not_stuck);
	tcase_add_test(t, the_budget_ends_a_forwarded_loop);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
