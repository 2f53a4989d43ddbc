/* SPDX-License-Identifier: GPL-2.0-only */
/* Cycles of instructions, by the tables of the cores' manuals that timing.c names. */
#include "emu-rig.h"

#define DATA		(RAM + 0x3000)
#define PUSH_LR		(uint16_t)0xb500
#define POP_PC		(uint16_t)0xbd00
#define BL_OVER_ONE	0xf000, 0xf801

static const char *const p3[] = { "rule.core-refill=3", NULL };

/* r0 = DATA; each returns to the trap, which is a taken branch. */
static const struct {
	const char *what, *core;
	const char *const *options;
	uint16_t code[8];
	unsigned int cycles;
} timing_case[] = {
	{ "M4: addition", "cortex-m4", NULL, { ADDS(1, 1), RET }, 1 + 2 },
	{ "M4: the longest refill", "cortex-m4", p3, { ADDS(1, 1), RET }, 1 + 4 },
	{ "M4: branch not taken", "cortex-m4", NULL,
	  { MOVS(1, 0), BNE(0), NOP, RET }, 1 + 1 + 1 + 2 },
	{ "M4: branch taken", "cortex-m4", NULL,
	  { MOVS(1, 0), BEQ(0), NOP, RET }, 1 + 2 + 2 },
	{ "M4: call", "cortex-m4", NULL, { MOV(1, 14), BL_OVER_ONE, NOP, BX(1) },
	  1 + 2 + 2 },
	{ "M4: IT block", "cortex-m4", NULL,
	  { CMP(1, 0), ITTT_EQ, ADDS(1, 1), ADDS(2, 1), ADDS(3, 1), RET }, 5 + 2 },
	{ "M4: IT block passed over, as if by a branch", "cortex-m4", NULL,
	  { CMP(0, 0), ITTT_EQ, ADDS(1, 1), ADDS(2, 1), ADDS(3, 1), RET }, 2 + 1 + 2 },
	{ "M4: load", "cortex-m4", NULL, { LDR(1, 0, 0), RET }, 2 + 2 },
	{ "M4: two loads", "cortex-m4", NULL, { LDR(1, 0, 0), LDR(2, 0, 4), RET }, 3 + 2 },
	{ "M4: three loads", "cortex-m4", NULL,
	  { LDR(1, 0, 0), LDR(2, 0, 4), LDR(3, 0, 8), RET }, 4 + 2 },
	{ "M4: two loads apart", "cortex-m4", NULL,
	  { LDR(1, 0, 0), ADDS(3, 1), LDR(2, 0, 4), RET }, 2 + 1 + 2 + 2 },
	{ "M4: store", "cortex-m4", NULL, { STR(1, 0, 0), RET }, 1 + 2 },
	{ "M4: load and store", "cortex-m4", NULL,
	  { LDR(1, 0, 0), STR(1, 0, 4), RET }, 3 + 2 },
	{ "M4: store and load", "cortex-m4", NULL,
	  { STR(1, 0, 4), LDR(1, 0, 0), RET }, 1 + 2 + 2 },
	{ "M4: several", "cortex-m4", NULL, { PUSH(0x70), POP(0x70), RET }, 4 + 4 + 2 },
	{ "M4: load, and several", "cortex-m4", NULL,
	  { PUSH(0x30), LDR(1, 0, 0), POP(0x30), RET }, 3 + 2 + 3 + 2 },
	{ "M4: several, and a load", "cortex-m4", NULL,
	  { PUSH(0x30), POP(0x30), LDR(1, 0, 0), RET }, 3 + 3 + 2 + 2 },
	{ "M4: return from the stack", "cortex-m4", NULL, { PUSH_LR, POP_PC }, 1 + 3 },
	{ "M3: load and branch", "cortex-m3", NULL, { LDR(1, 0, 0), RET }, 2 + 2 },
	{ "M0+: branch", "cortex-m0+", NULL, { ADDS(1, 1), RET }, 1 + 2 },
	{ "M0+: call", "cortex-m0+", NULL, { MOV(1, 14), BL_OVER_ONE, NOP, BX(1) },
	  1 + 3 + 2 },
	{ "M0+: two loads", "cortex-m0+", NULL, { LDR(1, 0, 0), LDR(2, 0, 4), RET },
	  4 + 2 },
	{ "M0+: store", "cortex-m0+", NULL, { STR(1, 0, 0), RET }, 2 + 2 },
	{ "M0+: several", "cortex-m0+", NULL, { PUSH(0x30), POP(0x30), RET }, 3 + 3 + 2 },
	{ "M0+: return from the stack", "cortex-m0+", NULL, { PUSH_LR, POP_PC }, 2 + 4 },
	{ "M0: branch", "cortex-m0", NULL, { ADDS(1, 1), RET }, 1 + 3 },
	{ "M0: call", "cortex-m0", NULL, { MOV(1, 14), BL_OVER_ONE, NOP, BX(1) },
	  1 + 4 + 3 },
	{ "M0: return from the stack", "cortex-m0", NULL, { PUSH_LR, POP_PC }, 2 + 5 },
	{ "M7: no manual tells", "cortex-m7", NULL,
	  { LDR(1, 0, 0), LDR(2, 0, 4), RET }, 3 },
	{ "M33: no manual tells", "cortex-m33", NULL, { PUSH(0x30), POP(0x30), RET }, 3 },
};

START_TEST(takes_what_the_manual_says)
{
	const __typeof__(*timing_case) *c = &timing_case[_i];
	struct emu *emu = rig_open(c->core, c->options);
	uint64_t cycles = emu->clock.cycles;
	struct stk_stop stop;

	RUN(emu, c->code, DATA, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_msg(emu->clock.cycles - cycles == c->cycles, "%s: %llu cycles", c->what,
		      (unsigned long long)(emu->clock.cycles - cycles));
	rig_close(emu);
}
END_TEST

/* Stopped before each instruction: nothing is counted twice, nothing is lost. */
START_TEST(steps_take_as_long)
{
	const __typeof__(*timing_case) *c = &timing_case[_i];
	struct emu *emu = rig_open(c->core, c->options);
	uint64_t cycles;
	struct stk_error err;
	struct stk_stop stop;

	rig_load(emu, CODE, c->code, 8);
	rig_start(emu, CODE, DATA, 0, 0);
	cycles = emu->clock.cycles;
	do
		ck_assert(!emu_target.step(emu, &stop, &err));
	while (stop.pc != TRAP);
	ck_assert_msg(emu->clock.cycles - cycles == c->cycles, "%s: %llu cycles", c->what,
		      (unsigned long long)(emu->clock.cycles - cycles));
	rig_close(emu);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("emu-timing");
	TCase *t = tcase_create("timing");
	SRunner *r;
	int failed;

	tcase_add_loop_test(t, takes_what_the_manual_says, 0, (int)ARRAY_SIZE(timing_case));
	tcase_add_loop_test(t, steps_take_as_long, 0, (int)ARRAY_SIZE(timing_case));
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
