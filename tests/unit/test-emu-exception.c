/* SPDX-License-Identifier: GPL-2.0-only */
/* Exceptions: SysTick, priorities, masks, the frame, WFI, SVC. */
#include "emu-rig.h"

#define VECTORS		RAM
#define HANDLER		(RAM + 0x400)
#define COUNTER		(RAM + 0x1000)
#define SYST		0xe000e010u
#define VTOR		0xe000ed08u
#define ICSR		0xe000ed04u
#define SHPR3		0xe000ed20u
#define NVIC_ISER	0xe000e100u
#define NVIC_ISPR	0xe000e200u
#define DHCSR		0xe000edf0u

static struct emu *emu;
static struct stk_stop stop;

/* Adds 1 to the word at COUNTER (r0 and r1 are stacked by the core). */
static const uint16_t counting[] = {
	0x4802,			/* ldr r0,[pc,#8] */
	LDR(1, 0, 0), ADDS(1, 1), STR(1, 0, 0), RET, NOP,
	COUNTER & 0xffff, COUNTER >> 16,
};

static void setup(void)
{
	unsigned int i;

	emu = rig_open(NULL, NULL);
	memset(&stop, 0, sizeof(stop));
	for (i = 0; i < 32; i++)
		rig_put(emu, VECTORS + 4 * i, HANDLER | 1);
	rig_put(emu, VTOR, VECTORS);
	rig_put(emu, COUNTER, 0);
	rig_load(emu, HANDLER, counting, 8);
}

static void teardown(void)
{
	rig_close(emu);
}

static void start_systick(uint32_t reload, uint32_t csr)
{
	rig_put(emu, SYST + 4, reload);
	rig_put(emu, SYST + 8, 0);
	rig_put(emu, SYST, csr);
}

/* loop: ldr r1,[r0]; cmp r1,#5; bne loop */
static const uint16_t wait_for_five[] = { LDR(1, 0, 0), CMP(1, 5), BNE(-4), RET };

START_TEST(systick_handler_runs)
{
	uint64_t before = emu_now(emu);

	start_systick(15999, 7);
	RUN(emu, wait_for_five, COUNTER, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(rig_get(emu, COUNTER), 5);
	/* Five milliseconds, and a few instructions. */
	ck_assert_uint_ge(emu_now(emu) - before, 5000000);
	ck_assert_uint_lt(emu_now(emu) - before, 5010000);
	ck_assert_uint_eq(rig_reg(emu, STK_REG_SP), STACK);
	ck_assert_uint_eq(rig_reg(emu, STK_REG_XPSR) & 0x1ff, 0);
}
END_TEST

START_TEST(systick_without_tickint_only_flags)
{
	/* loop: ldr r1,[r0]; lsls r1,#15; bpl loop (COUNTFLAG is bit 16) */
	static const uint16_t code[] = { LDR(1, 0, 0), LSLS(1, 1, 15), 0xd5fc, RET };

	start_systick(15999, 5);
	RUN(emu, code, SYST, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(rig_get(emu, COUNTER), 0);
	/* Reading cleared it. */
	ck_assert_uint_eq(rig_get(emu, SYST) & 1u << 16, 0);
}
END_TEST

START_TEST(systick_counts_down)
{
	uint32_t value;

	start_systick(999, 5);
	rig_pass(emu, 100000);		/* 1600 cycles */
	value = rig_get(emu, SYST + 8);
	ck_assert_uint_le(value, 400);
	ck_assert_uint_ge(value, 395);
	/* HCLK / 8 */
	start_systick(999, 1);
	rig_pass(emu, 100000);
	value = rig_get(emu, SYST + 8);
	ck_assert_uint_le(value, 801);
	ck_assert_uint_ge(value, 798);
}
END_TEST

static const struct {
	const char *what;
	uint32_t primask, dhcsr;
	bool taken;
} mask_case[] = {
	{ "nothing masked", 0, 0, true },
	{ "PRIMASK", 1, 0, false },
	{ "C_MASKINTS", 0, 0xa05f0009, false },
	{ "C_MASKINTS without the key", 0, 0x00000009, true },
};

START_TEST(masks_hold_interrupts_back)
{
	const __typeof__(*mask_case) *c = &mask_case[_i];
	struct stk_regs regs = { .valid = 1u << STK_REG_PRIMASK };
	struct stk_error err;

	start_systick(15999, 7);
	if (c->dhcsr)
		rig_put(emu, DHCSR, c->dhcsr);
	rig_load(emu, CODE, wait_for_five, 4);
	rig_start(emu, CODE, COUNTER, 0, 0);
	regs.r[STK_REG_PRIMASK] = c->primask;
	ck_assert(!emu_target.set_regs(emu, &regs, &err));
	ck_assert_msg(!rig_wait(emu, 20000000, &stop), "%s", c->what);
	ck_assert_msg((rig_get(emu, COUNTER) != 0) == c->taken, "%s", c->what);
	/* That nothing can end the loop is seen at once; time still passes after. */
	ck_assert_int_eq(stop.reason, c->taken ? STK_STOP_BREAK : STK_STOP_STUCK);
	if (c->taken)
		return;
	rig_pass(emu, 50000000);
	rig_put(emu, DHCSR, 0xa05f0001);
	regs.r[STK_REG_PRIMASK] = 0;
	ck_assert(!emu_target.set_regs(emu, &regs, &err));
	ck_assert(!emu_target.resume(emu, &err));
	ck_assert(!rig_wait(emu, 20000000, &stop));
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_ge(rig_get(emu, COUNTER), 5);
}
END_TEST

START_TEST(cpsie_lets_the_pending_one_in)
{
	static const uint16_t code[] = { CPSID,	       STR(1, 0, 0), NOP,	   NOP,
					 LDR(3, 2, 0), CPSIE,	     LDR(4, 2, 0), RET };

	rig_load(emu, CODE, code, 8);
	rig_start(emu, CODE, ICSR, 1u << 26, COUNTER);
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), 0);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(rig_reg(emu, 3), 0);
	ck_assert_uint_eq(rig_reg(emu, 4), 1);
}
END_TEST

START_TEST(basepri_masks_by_priority)
{
	/* msr basepri,r3; str r1,[r0]; ldr r4,[r2]; movs r3,#0; msr basepri,r3; ldr r5 */
	static const uint16_t code[] = { MOVS(3, 0x40), 0xf383, 0x8811, STR(1, 0, 0),
					 LDR(4, 2, 0), MOVS(3, 0), 0xf383, 0x8811, NOP,
					 LDR(5, 2, 0), RET };

	rig_put(emu, SHPR3, 0x50000000u);
	rig_load(emu, CODE, code, 11);
	rig_start(emu, CODE, ICSR, 1u << 26, COUNTER);
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), 0);
	ck_assert_uint_eq(rig_reg(emu, 4), 0);
	ck_assert_uint_eq(rig_reg(emu, 5), 1);
	/* More urgent than BASEPRI: at once. */
	rig_put(emu, SHPR3, 0x30000000u);
	rig_start(emu, CODE, ICSR, 1u << 26, COUNTER);
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), 0);
	ck_assert_uint_eq(rig_reg(emu, 4), 2);
}
END_TEST

/* The handler notes SP, LR and the stacked xPSR. */
START_TEST(frame_is_aligned)
{
	/* r7 = where to note: str sp; str lr; ldr r0,[sp,#28]; str r0 */
	static const uint16_t handler[] = { 0x466b, STR(3, 7, 0), 0x4673, STR(3, 7, 4),
					    0x9807, STR(0, 7, 8), RET };
	/* sub sp,#4 (or nop); pend; nop; add sp back; ret */
	uint16_t code[] = { MOV(7, 2), _i ? 0xb081 : NOP, STR(1, 0, 0),
			    NOP,       _i ? 0xb001 : NOP, RET };

	rig_load(emu, HANDLER, handler, 7);
	rig_load(emu, CODE, code, 6);
	rig_start(emu, CODE, ICSR, 1u << 28, COUNTER);
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), 0);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(rig_reg(emu, STK_REG_SP), STACK);
	ck_assert_uint_eq(rig_reg(emu, 0), ICSR);
	ck_assert_uint_eq(rig_reg(emu, 3), 0);
	ck_assert_uint_eq(rig_get(emu, COUNTER), STACK - 32 - (_i ? 8 : 0));
	ck_assert_uint_eq(rig_get(emu, COUNTER + 4), 0xfffffff9);
	ck_assert_uint_eq(rig_get(emu, COUNTER + 8) >> 9 & 1, (unsigned int)_i);
}
END_TEST

START_TEST(flags_survive_a_handler)
{
	/* cmp r1,r1 sets Z; the handler clears it; beq must still branch. */
	static const uint16_t code[] = { MOVS(4, 0), CMP(4, 0), STR(1, 0, 0), NOP, BEQ(0),
					 MOVS(4, 9), RET };

	rig_load(emu, CODE, code, 7);
	rig_start(emu, CODE, ICSR, 1u << 28, COUNTER);
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), 0);
	ck_assert_uint_eq(rig_get(emu, COUNTER), 1);
	ck_assert_uint_eq(rig_reg(emu, 4), 0);
}
END_TEST

START_TEST(external_interrupt_needs_enable)
{
	static const uint16_t code[] = { STR(1, 0, 0), NOP, LDR(4, 2, 0), RET };

	rig_load(emu, CODE, code, 4);
	rig_start(emu, CODE, NVIC_ISPR, 1u << 5, COUNTER);
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), 0);
	ck_assert_uint_eq(rig_reg(emu, 4), 0);
	rig_put(emu, NVIC_ISER, 1u << 5);
	rig_start(emu, CODE, NVIC_ISPR, 1u << 5, COUNTER);
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), 0);
	ck_assert_uint_ge(rig_reg(emu, 4), 1);
}
END_TEST

/* SysTick pends PendSV from its handler; with a lower priority it comes after. */
START_TEST(priorities_order_handlers)
{
	/* systick: str r1,[r0] (pend PendSV); movs r5,#1; bx lr */
	static const uint16_t tick[] = { STR(1, 0, 0), NOP, LSLS(5, 5, 4), ADDS(5, 1), RET };
	static const uint16_t pendsv[] = { LSLS(5, 5, 4), ADDS(5, 2), RET };
	static const uint16_t main_code[] = { MOVS(5, 0), STR(2, 0, 0), NOP, NOP, RET };

	rig_load(emu, HANDLER + 0x40, tick, 5);
	rig_load(emu, HANDLER + 0x80, pendsv, 3);
	rig_put(emu, VECTORS + 4 * 15, (HANDLER + 0x40) | 1);
	rig_put(emu, VECTORS + 4 * 14, (HANDLER + 0x80) | 1);
	/* _i 0: the same priority, 1: PendSV more urgent and preempts. */
	rig_put(emu, SHPR3, _i ? 0x80100000u : 0x80800000u);
	rig_load(emu, CODE, main_code, 5);
	rig_start(emu, CODE, ICSR, 1u << 28, 1u << 26);
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), 0);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(rig_reg(emu, 5), _i ? 0x21 : 0x12);
	ck_assert_uint_eq(rig_reg(emu, STK_REG_SP), STACK);
}
END_TEST

START_TEST(wfi_sleeps_to_the_tick)
{
	static const uint16_t code[] = { WFI, LDR(4, 0, 0), RET };
	uint64_t before;

	start_systick(15999, 7);
	before = emu_now(emu);
	RUN(emu, code, COUNTER, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(rig_reg(emu, 4), 1);
	ck_assert_uint_ge(emu_now(emu) - before, 1000000);
}
END_TEST

START_TEST(wfi_without_a_source_is_stuck)
{
	static const uint16_t code[] = { WFI, RET };

	RUN(emu, code, 0, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_STUCK);
	ck_assert_ptr_nonnull(strstr(stop.text, "WFI"));
}
END_TEST

START_TEST(svc_calls_its_handler)
{
	static const uint16_t code[] = { SVC, LDR(4, 0, 0), RET };

	RUN(emu, code, COUNTER, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(rig_reg(emu, 4), 1);
}
END_TEST

static const struct {
	const char *what;
	uint32_t vtor, vector;
	const char *text;
} vector_case[] = {
	{ "erased flash at address 0", 0, 0, "0xffffffff" },
	{ "even vector", VECTORS, HANDLER, "no Thumb address" },
	{ "vectors nowhere", 0x60000000, 0, "cannot be read" },
};

START_TEST(bad_vectors_fault)
{
	const __typeof__(*vector_case) *c = &vector_case[_i];
	static const uint16_t code[] = { STR(1, 0, 0), NOP, RET };

	rig_put(emu, VECTORS + 4 * 15, c->vector);
	rig_put(emu, VTOR, c->vtor);
	RUN(emu, code, ICSR, 1u << 26, &stop);
	ck_assert_msg(stop.reason == STK_STOP_FAULT, "%s: %d %s", c->what, stop.reason,
		      stop.text);
	if (c->vtor)
		ck_assert_msg(strstr(stop.text, c->text), "%s: %s", c->what, stop.text);
}
END_TEST

START_TEST(fp_registers_survive_a_handler)
{
	/* handler: vmov s0,r7 */
	static const uint16_t handler[] = { 0xee00, 0x7a10, RET };
	/* vmov s0,r2; pend; nop; vmov r4,s0 */
	static const uint16_t code[] = { 0xee00, 0x2a10, STR(1, 0, 0), NOP,
					 0xee10, 0x4a10, RET };

	rig_put(emu, 0xe000ed88, 0x00f00000);
	rig_load(emu, HANDLER, handler, 3);
	rig_load(emu, CODE, code, 7);
	rig_start(emu, CODE, ICSR, 1u << 28, 0x12345678);
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), 0);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(rig_reg(emu, 4), 0x12345678);
}
END_TEST

START_TEST(a_debugger_cannot_end_an_exception)
{
	static const uint16_t handler[] = { BKPT }, code[] = { STR(1, 0, 0), NOP, RET };
	struct stk_error err;

	rig_load(emu, HANDLER, handler, 1);
	RUN(emu, code, ICSR, 1u << 28, &stop);
	ck_assert_uint_eq(stop.pc, HANDLER);
	ck_assert_uint_eq(rig_reg(emu, STK_REG_XPSR) & 0x1ff, EXC_PENDSV);
	rig_start(emu, CODE, 0, 0, 0);
	ck_assert_uint_eq(rig_reg(emu, STK_REG_XPSR) & 0x1ff, EXC_PENDSV);
	ck_assert(!emu_target.halt(emu, &err));
	ck_assert(!emu_target.reset(emu, &err));
	ck_assert_uint_eq(rig_reg(emu, STK_REG_XPSR) & 0x1ff, 0);
}
END_TEST

START_TEST(return_to_nowhere_in_thread_mode_faults)
{
	static const uint16_t code[] = { BX(0) };

	RUN(emu, code, 0xfffffff9, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_FAULT);
}
END_TEST

START_TEST(system_registers_read_back)
{
	rig_put(emu, VTOR, 0x20000280);
	ck_assert_uint_eq(rig_get(emu, VTOR), 0x20000280);
	ck_assert_uint_eq(rig_get(emu, 0xe000ed00), 0x410fc241);
	rig_put(emu, NVIC_ISER, 1u << 7 | 1u << 31);
	ck_assert_uint_eq(rig_get(emu, NVIC_ISER), 1u << 7 | 1u << 31);
	rig_put(emu, 0xe000e180, 1u << 7);
	ck_assert_uint_eq(rig_get(emu, NVIC_ISER), 1u << 31);
	rig_put(emu, 0xe000e400 + 8, 0x10203040);
	ck_assert_uint_eq(rig_get(emu, 0xe000e400 + 8), 0x10203040);
	ck_assert_uint_eq(rig_get(emu, DHCSR) & 0x20001, 0x20001);
}
END_TEST

START_TEST(cyccnt_counts_when_enabled)
{
	uint32_t value;

	rig_pass(emu, 1000);
	ck_assert_uint_eq(rig_get(emu, 0xe0001004), 0);
	rig_put(emu, 0xe000edfc, 1u << 24);
	rig_put(emu, 0xe0001000, 1);
	rig_pass(emu, 1000000);
	value = rig_get(emu, 0xe0001004);
	ck_assert_uint_eq(value, 16000);
	rig_put(emu, 0xe0001004, 5);
	rig_pass(emu, 1000000);
	ck_assert_uint_eq(rig_get(emu, 0xe0001004), 16005);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("emu-exception");
	TCase *t = tcase_create("exceptions");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, systick_handler_runs);
	tcase_add_test(t, systick_without_tickint_only_flags);
	tcase_add_test(t, systick_counts_down);
	tcase_add_loop_test(t, masks_hold_interrupts_back, 0, (int)ARRAY_SIZE(mask_case));
	tcase_add_test(t, cpsie_lets_the_pending_one_in);
	tcase_add_test(t, basepri_masks_by_priority);
	tcase_add_loop_test(t, frame_is_aligned, 0, 2);
	tcase_add_test(t, flags_survive_a_handler);
	tcase_add_test(t, external_interrupt_needs_enable);
	tcase_add_loop_test(t, priorities_order_handlers, 0, 2);
	tcase_add_test(t, wfi_sleeps_to_the_tick);
	tcase_add_test(t, wfi_without_a_source_is_stuck);
	tcase_add_test(t, svc_calls_its_handler);
	tcase_add_loop_test(t, bad_vectors_fault, 0, (int)ARRAY_SIZE(vector_case));
	tcase_add_test(t, fp_registers_survive_a_handler);
	tcase_add_test(t, a_debugger_cannot_end_an_exception);
	tcase_add_test(t, return_to_nowhere_in_thread_mode_faults);
	tcase_add_test(t, system_registers_read_back);
	tcase_add_test(t, cyccnt_counts_when_enabled);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
