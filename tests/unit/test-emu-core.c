/* SPDX-License-Identifier: GPL-2.0-only */
/* The virtual core: instructions, faults, breakpoints, memory, IT blocks. */
#include "emu-rig.h"

static struct emu *emu;
static struct stk_stop stop;

static void setup(void)
{
	emu = rig_open(NULL, NULL);
	memset(&stop, 0, sizeof(stop));
}

static void teardown(void)
{
	rig_close(emu);
}

START_TEST(returns_to_the_trap)
{
	static const uint16_t code[] = { ADDS(0, 5), RET };
	uint64_t before = emu_now(emu);

	RUN(emu, code, 37, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(stop.pc, TRAP);
	ck_assert_uint_eq(rig_reg(emu, 0), 42);
	/* Two instructions at 16 MHz, of which one is a taken branch: three cycles. */
	ck_assert_uint_eq(emu_now(emu) - before, 187);
}
END_TEST

START_TEST(new_code_replaces_old)
{
	static const uint16_t one[] = { MOVS(0, 1), RET }, two[] = { MOVS(0, 2), RET };

	RUN(emu, one, 0, 0, &stop);
	RUN(emu, two, 0, 0, &stop);
	ck_assert_uint_eq(rig_reg(emu, 0), 2);
}
END_TEST

START_TEST(code_that_writes_code)
{
	/* str r1,[r0]; then run what was written there: movs r2,#9; bx lr */
	static const uint16_t code[] = { STR(1, 0, 0), ADDS(0, 1), BX(0) };
	static const uint16_t old[] = { MOVS(2, 1), RET };

	rig_load(emu, CODE + 0x80, old, 2);
	rig_start(emu, CODE + 0x80, 0, 0, 0);
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), 0);
	RUN(emu, code, CODE + 0x80, MOVS(2, 9) | (uint32_t)RET << 16, &stop);
	ck_assert_uint_eq(rig_reg(emu, 2), 9);
}
END_TEST

/* Each fault: what it runs, with r0, the CFSR bit and a phrase of the text. */
static const struct {
	const char *what;
	uint16_t code[6];
	uint32_t r0, cfsr, pc, bfar;
	const char *text;
} fault_case[] = {
	{ "load from nowhere", { NOP, LDR(1, 0, 0), RET }, 0x50000000,
	  CFSR_PRECISERR | CFSR_BFARVALID, CODE + 2, 0x50000000, "load from 0x50000000" },
	{ "store to nowhere", { NOP, NOP, STR(1, 0, 0), MOVS(1, 9), RET }, 0x60000004,
	  CFSR_PRECISERR | CFSR_BFARVALID, CODE + 4, 0x60000004, "store to 0x60000004" },
	{ "store over the end of RAM", { STR(1, 0, 0), RET }, 0x10002800,
	  CFSR_PRECISERR | CFSR_BFARVALID, CODE, 0x10002800, "store to" },
	{ "fault in an IT block", { CMP(1, 0), ITTT_EQ, STR(1, 0, 0), MOVS(1, 9), MOVS(2, 9),
	  RET }, 0x60000000, CFSR_PRECISERR | CFSR_BFARVALID, CODE + 4, 0x60000000, "store to" },
	{ "undefined instruction", { NOP, UDF, RET }, 0, CFSR_UNDEFINSTR, CODE + 2, 0,
	  "undefined instruction 0xde00" },
	{ "jump to an even address", { BX(0) }, CODE, CFSR_INVSTATE, CODE, 0, "even address" },
	{ "jump to a peripheral", { BX(0) }, REGS | 1, CFSR_IBUSERR, REGS, 0, "jump to" },
	{ "jump to flash", { BX(0) }, FLASH | 1, CFSR_IBUSERR, FLASH, 0, "in RAM only" },
	{ "jump to nowhere", { BX(0) }, 0xf8000001, CFSR_IBUSERR, 0xf8000000, 0, "jump to" },
	{ "unaligned LDM", { 0xc806, RET }, RAM + 0x1001, CFSR_UNALIGNED, CODE, 0, "unaligned" },
	{ "unaligned STRD", { 0xe9c0, 0x1200, RET }, RAM + 0x1002, CFSR_UNALIGNED, CODE, 0,
	  "unaligned" },
	{ "unaligned LDRD", { 0xe9d0, 0x1200, RET }, RAM + 0x1002, CFSR_UNALIGNED, CODE, 0,
	  "unaligned" },
	{ "unaligned word in a peripheral", { LDR(1, 0, 0), RET }, PLAIN + 2, CFSR_UNALIGNED,
	  CODE, 0, "unaligned" },
	{ "floating point, FPU off", { 0xee00, 0x0a10, RET }, 0, CFSR_NOCP, CODE, 0, "CPACR" },
};

START_TEST(faults)
{
	const __typeof__(*fault_case) *c = &fault_case[_i];

	RUN(emu, c->code, c->r0, 0, &stop);
	ck_assert_msg(stop.reason == STK_STOP_FAULT, "%s: reason %d", c->what, stop.reason);
	ck_assert_msg(stop.pc == c->pc, "%s: pc 0x%llx", c->what,
		      (unsigned long long)stop.pc);
	ck_assert_msg(strstr(stop.text, c->text), "%s: %s", c->what, stop.text);
	ck_assert_uint_eq(rig_get(emu, 0xe000ed28), c->cfsr);
	ck_assert_uint_eq(rig_get(emu, 0xe000ed2c), HFSR_FORCED);
	if (c->cfsr & CFSR_BFARVALID)
		ck_assert_uint_eq(rig_get(emu, 0xe000ed38), c->bfar);
	/* Nothing after the fault took effect. */
	ck_assert_uint_eq(rig_reg(emu, 1), 0);
	ck_assert_uint_eq(rig_reg(emu, 2), 0);
	ck_assert_uint_eq(rig_reg(emu, STK_REG_LR), TRAP | 1);
}
END_TEST

START_TEST(runs_on_after_a_fault)
{
	static const uint16_t bad[] = { LDR(1, 0, 0) }, good[] = { MOVS(0, 7), RET };

	RUN(emu, bad, 0x50000000, 0, &stop);
	RUN(emu, good, 0, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(rig_reg(emu, 0), 7);
}
END_TEST

START_TEST(unaligned_words_are_fine_on_m4)
{
	static const uint16_t code[] = { STR(1, 0, 0), LDR(2, 0, 0), RET };

	RUN(emu, code, RAM + 0x1001, 0xdeadbeef, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(rig_reg(emu, 2), 0xdeadbeef);
}
END_TEST

START_TEST(unaligned_words_fault_on_m0)
{
	static const uint16_t code[] = { STR(1, 0, 0), RET };
	struct emu *m0 = rig_open("cortex-m0+", NULL);

	RUN(m0, code, RAM + 0x1002, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_FAULT);
	ck_assert_ptr_nonnull(strstr(stop.text, "unaligned"));
	rig_close(m0);
}
END_TEST

/* What each core has of the system control space: register, written, M4, M0+. */
static const struct {
	const char *what;
	uint32_t addr, value, m4, m0;
} scs_case[] = {
	{ "CCR", 0xe000ed14, 0x00000010, 0x00000210, 0x00000208 },
	{ "SHCSR", 0xe000ed24, 0x00070000, 0x00070000, 0 },
	{ "MMFAR", 0xe000ed34, 0x12345678, 0x12345678, 0 },
	{ "BFAR", 0xe000ed38, 0x12345678, 0x12345678, 0 },
	{ "CPACR", 0xe000ed88, 0x00f00000, 0x00f00000, 0 },
	{ "NVIC_ISER0", 0xe000e100, 0x00000008, 0x00000008, 0x00000008 },
	{ "NVIC_ISER1", 0xe000e104, 0x00000008, 0x00000008, 0 },
	{ "NVIC_IPR7", 0xe000e41c, 0xffffffff, 0xf0f0f0f0, 0xc0c0c0c0 },
	{ "NVIC_IPR8", 0xe000e420, 0xffffffff, 0xf0f0f0f0, 0 },
	{ "DWT_CTRL", 0xe0001000, 0x00000001, 0x40000001, 0x20000000 },
	{ "VTOR", 0xe000ed08, 0x20000100, 0x20000100, 0x20000100 },
	{ "SYST_RVR", 0xe000e014, 0x00001234, 0x00001234, 0x00001234 },
};

START_TEST(system_control_space)
{
	const __typeof__(*scs_case) *c = &scs_case[_i];
	struct emu *m0 = rig_open("cortex-m0+", NULL);

	rig_put(emu, c->addr, c->value);
	rig_put(m0, c->addr, c->value);
	ck_assert_msg(rig_get(emu, c->addr) == c->m4, "%s: 0x%x on M4", c->what,
		      rig_get(emu, c->addr));
	ck_assert_msg(rig_get(m0, c->addr) == c->m0, "%s: 0x%x on M0+", c->what,
		      rig_get(m0, c->addr));
	rig_close(m0);
}
END_TEST

/* udiv r0, r0, r1: no such instruction before ARMv7-M, and no CFSR to say so. */
START_TEST(thumb_2_is_undefined_on_m0)
{
	static const uint16_t code[] = { 0xfbb0, 0xf0f1, RET };
	struct emu *m0 = rig_open("cortex-m0+", NULL);

	RUN(emu, code, 12, 3, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(rig_reg(emu, 0), 4);
	RUN(m0, code, 12, 3, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_FAULT);
	ck_assert_uint_eq(rig_get(m0, 0xe000ed28), 0);
	ck_assert_uint_eq(rig_get(m0, 0xe000ed2c), 0);
	rig_close(m0);
}
END_TEST

START_TEST(fpu_works_when_switched_on)
{
	/* str r1,[r0] (CPACR); vmov s0,r1; vmov r2,s0 */
	static const uint16_t code[] = { STR(1, 0, 0), 0xee00, 0x1a10, 0xee10, 0x2a10, RET };

	RUN(emu, code, 0xe000ed88, 0x00f00000, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(rig_reg(emu, 2), 0x00f00000);
}
END_TEST

START_TEST(bkpt_is_a_breakpoint)
{
	static const uint16_t code[] = { NOP, BKPT };

	RUN(emu, code, 0, 0, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(stop.pc, CODE + 2);
}
END_TEST

START_TEST(breakpoint_is_passed_by_resume)
{
	static const uint16_t code[] = { ADDS(0, 1), ADDS(0, 1), RET };
	struct stk_error err;

	ck_assert(!emu_target.break_set(emu, CODE + 2, &err));
	RUN(emu, code, 0, 0, &stop);
	ck_assert_uint_eq(stop.pc, CODE + 2);
	ck_assert_uint_eq(rig_reg(emu, 0), 1);
	ck_assert(!emu_target.resume(emu, &err));
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), 0);
	ck_assert_uint_eq(stop.pc, TRAP);
	ck_assert_uint_eq(rig_reg(emu, 0), 2);
	ck_assert(!emu_target.break_clear(emu, CODE + 2, &err));
	RUN(emu, code, 0, 0, &stop);
	ck_assert_uint_eq(stop.pc, TRAP);
}
END_TEST

START_TEST(steps_one_by_one)
{
	static const uint16_t code[] = { ADDS(0, 1), ADDS(0, 1), RET };
	struct stk_error err;

	rig_load(emu, CODE, code, 3);
	rig_start(emu, CODE, 0, 0, 0);
	ck_assert(!emu_target.step(emu, &stop, &err));
	ck_assert_int_eq(stop.reason, STK_STOP_HALTED);
	ck_assert_uint_eq(stop.pc, CODE + 2);
	ck_assert(!emu_target.step(emu, &stop, &err));
	ck_assert_uint_eq(rig_reg(emu, 0), 2);
	ck_assert_uint_eq(stop.pc, CODE + 4);
}
END_TEST

/* The budget may end inside an IT block; nothing may be lost or done twice. */
START_TEST(it_block_cut_by_the_budget)
{
	static const uint16_t code[] = { CMP(0, 0),  ITTT_EQ, ADDS(1, 1), ADDS(2, 1),
					 ADDS(3, 1), NOP,     RET };
	int r;

	rig_load(emu, CODE, code, 7);
	rig_start(emu, CODE, 0, 0, 0);
	ck_assert_int_eq(rig_wait(emu, (uint64_t)_i * 1000 / 16, &stop), -ETIMEDOUT);
	do
		r = rig_wait(emu, 1000 / 16, &stop);
	while (r == -ETIMEDOUT);
	ck_assert_int_eq(stop.reason, STK_STOP_BREAK);
	ck_assert_uint_eq(rig_reg(emu, 1), 1);
	ck_assert_uint_eq(rig_reg(emu, 2), 1);
	ck_assert_uint_eq(rig_reg(emu, 3), 1);
	ck_assert_uint_eq(emu->clock.cycles - emu->clock.skipped, 7);
}
END_TEST

START_TEST(timeout_keeps_it_running)
{
	static const uint16_t code[] = { ADDS(0, 1), B(-3) };
	uint64_t before;

	rig_load(emu, CODE, code, 2);
	rig_start(emu, CODE, 0, 0, 0);
	before = emu_now(emu);
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), -ETIMEDOUT);
	ck_assert_uint_eq(emu_now(emu) - before, 1000000);
	ck_assert_int_eq(rig_wait(emu, 2000000, &stop), -ETIMEDOUT);
	ck_assert_uint_eq(emu_now(emu) - before, 3000000);
	/* 48,000 cycles, three a turn. */
	ck_assert_uint_eq(rig_reg(emu, 0), 16000);
}
END_TEST

static void switch_to_170_mhz(void *data)
{
	emu_set_clock(data, 170000000);
}

/* A PLL is switched on in the middle: the budget is time, not cycles. */
START_TEST(clock_change_keeps_time)
{
	static const uint16_t code[] = { ADDS(0, 1), B(-3) };
	struct emu_event change = { .fire = switch_to_170_mhz, .data = emu };
	uint64_t before = emu_now(emu);

	rig_load(emu, CODE, code, 2);
	rig_start(emu, CODE, 0, 0, 0);
	emu_schedule(emu, &change, before + 1000000);
	ck_assert_int_eq(rig_wait(emu, 2000000, &stop), -ETIMEDOUT);
	ck_assert_uint_ge(emu_now(emu) - before, 2000000);
	ck_assert_uint_le(emu_now(emu) - before, 2000010);
	/* 1 ms at 16 MHz and 1 ms at 170 MHz, three cycles a turn. */
	ck_assert_uint_eq(rig_reg(emu, 0), (16000 + 170000) / 3);
	ck_assert_uint_eq(emu_clock(emu), 170000000);
}
END_TEST

START_TEST(wake_stops_it)
{
	static const uint16_t code[] = { ADDS(0, 1), B(-3) };

	rig_load(emu, CODE, code, 2);
	rig_start(emu, CODE, 0, 0, 0);
	emu_target.wake(emu);
	ck_assert_int_eq(rig_wait(emu, 1000000000, &stop), 0);
	ck_assert_int_eq(stop.reason, STK_STOP_HALTED);
}
END_TEST

START_TEST(reset_reads_the_vectors)
{
	uint8_t *flash = store_find(emu, "FLASH")->bytes;
	static const uint32_t vectors[2] = { 0x20001000, 0x08000101 };
	struct stk_error err;

	memcpy(flash, vectors, 8);
	ck_assert(!emu_target.reset(emu, &err));
	ck_assert_uint_eq(rig_reg(emu, STK_REG_SP), 0x20001000);
	ck_assert_uint_eq(rig_reg(emu, STK_REG_PC), 0x08000100);
	/* The boot memory appears at 0 as well. */
	ck_assert_uint_eq(rig_get(emu, 4), 0x08000101);
}
END_TEST

START_TEST(sysresetreq_is_seen)
{
	static const uint16_t code[] = { STR(1, 0, 0), B(-2) };

	RUN(emu, code, 0xe000ed0c, 0x05fa0004, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_RESET);
	ck_assert_ptr_nonnull(strstr(stop.text, "SYSRESETREQ"));
}
END_TEST

START_TEST(power_on_ram_is_not_zero)
{
	uint8_t bytes[256];
	struct stk_error err;
	size_t i, zeros = 0;

	ck_assert(!emu_target.read(emu, RAM + 0x3000, bytes, sizeof(bytes), &err));
	for (i = 0; i < sizeof(bytes); i++)
		zeros += !bytes[i];
	ck_assert_uint_lt(zeros, 32);
}
END_TEST

START_TEST(bit_band_words_stand_for_bits)
{
	/* Bit 5 of the plain peripheral's word 4, of RAM word 0x1000. */
	uint32_t alias = 0x42000000 + ((PLAIN + 4 - 0x40000000) << 5) + 5 * 4;
	uint32_t ram_alias = 0x22000000 + (0x1000u << 5) + 9 * 4;

	rig_put(emu, PLAIN + 4, 0);
	rig_put(emu, alias, 1);
	ck_assert_uint_eq(rig_get(emu, PLAIN + 4), 1u << 5);
	ck_assert_uint_eq(rig_get(emu, alias), 1);
	rig_put(emu, alias, 0);
	ck_assert_uint_eq(rig_get(emu, PLAIN + 4), 0);
	rig_put(emu, RAM + 0x1000, 0xffffffff);
	rig_put(emu, ram_alias, 0);
	ck_assert_uint_eq(rig_get(emu, RAM + 0x1000), 0xfffffdff);
}
END_TEST

START_TEST(no_bit_band_on_m7)
{
	struct emu *m7 = rig_open("cortex-m7", NULL);
	struct stk_error err;
	uint32_t value;

	ck_assert_int_eq(emu_target.read(m7, 0x42000000, &value, 4, &err), -EIO);
	rig_close(m7);
}
END_TEST

START_TEST(gated_peripheral_is_deaf)
{
	rig_put(emu, GATED, 0x1234);
	ck_assert_uint_eq(rig_get(emu, GATED), 0);
	rig_put(emu, RCC + 0x60, 1u << 3);
	ck_assert_uint_eq(rig_get(emu, GATED), 0);
	rig_put(emu, GATED, 0x1234);
	ck_assert_uint_eq(rig_get(emu, GATED), 0x1234);
}
END_TEST

START_TEST(aliased_ram_is_one_ram)
{
	static const uint16_t code[] = { STR(1, 0, 0), LDR(2, 0, 0), RET };
	static const uint16_t one[] = { MOVS(3, 1), RET }, two[] = { MOVS(3, 2), RET };
	struct stk_error err;

	RUN(emu, code, 0x20005804, 0x1234, &stop);
	ck_assert_uint_eq(rig_get(emu, 0x10000004), 0x1234);
	/* Code loaded through one address, run at the other. */
	rig_load(emu, 0x20005900, one, 2);
	rig_start(emu, 0x10000100, 0, 0, 0);
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), 0);
	ck_assert_uint_eq(rig_reg(emu, 3), 1);
	ck_assert(!emu_target.write(emu, 0x20005900, two, sizeof(two), &err));
	rig_start(emu, 0x10000100, 0, 0, 0);
	ck_assert_int_eq(rig_wait(emu, 1000000, &stop), 0);
	ck_assert_uint_eq(rig_reg(emu, 3), 2);
}
END_TEST

START_TEST(gpio_sets_and_clears)
{
	rig_put(emu, GPIO, 0xfffffff1);		/* pin 0 output, pin 1 input */
	rig_put(emu, GPIO + 0x18, 0x0003);
	ck_assert_uint_eq(rig_get(emu, GPIO + 0x14), 3);
	ck_assert_uint_eq(rig_get(emu, GPIO + 0x10), 1);
	rig_put(emu, GPIO + 0x18, 0x00010001);	/* both: set wins */
	ck_assert_uint_eq(rig_get(emu, GPIO + 0x14), 3);
	rig_put(emu, GPIO + 0x18, 0x00010000);
	ck_assert_uint_eq(rig_get(emu, GPIO + 0x14), 2);
	rig_put(emu, GPIO + 0x28, 0x0002);
	ck_assert_uint_eq(rig_get(emu, GPIO + 0x14), 0);
}
END_TEST

START_TEST(usart_is_always_ready)
{
	ck_assert_uint_eq(rig_get(emu, USART + 0x1c),
			  1u << 22 | 1u << 21 | 1u << 7 | 1u << 6);
}
END_TEST

START_TEST(read_only_words_stay)
{
	rig_put(emu, 0xe0042000, 0);
	ck_assert_uint_eq(rig_get(emu, 0xe0042000), 0x20016468);
}
END_TEST

START_TEST(watchdog_resets)
{
	static const uint16_t code[] = { STR(1, 0, 0), ADDS(2, 1), B(-3) };

	/* Started, never refreshed: 4096 * 4 / 32 kHz = 512 ms. */
	RUN(emu, code, 0x40003000, 0xcccc, &stop);
	ck_assert_int_eq(stop.reason, STK_STOP_RESET);
	ck_assert_ptr_nonnull(strstr(stop.text, "watchdog"));
	ck_assert_uint_ge(emu_now(emu), 512000000);
	ck_assert_uint_lt(emu_now(emu), 513000000);
}
END_TEST

START_TEST(two_chips_do_not_mix)
{
	static const uint16_t code[] = { STR(1, 0, 0), RET };
	struct emu *other = rig_open(NULL, NULL);

	rig_put(other, RAM + 0x1000, 5);
	RUN(emu, code, RAM + 0x1000, 6, &stop);
	ck_assert_uint_eq(rig_get(emu, RAM + 0x1000), 6);
	ck_assert_uint_eq(rig_get(other, RAM + 0x1000), 5);
	RUN(other, code, RAM + 0x1000, 7, &stop);
	ck_assert_uint_eq(rig_get(emu, RAM + 0x1000), 6);
	rig_close(other);
}
END_TEST

struct seen {
	unsigned int count[STK_OBS_COUNT];
	struct stk_observation last[STK_OBS_COUNT];
};

static void see(void *data, const struct stk_observation *obs)
{
	struct seen *s = data;

	s->count[obs->kind]++;
	s->last[obs->kind] = *obs;
}

START_TEST(stray_stores_and_stack_are_seen)
{
	/* str r1,[r0]; push {r0-r7} */
	static const uint16_t code[] = { STR(1, 0, 0), PUSH(0xff), POP(0xff), RET };
	static const struct stk_range may[] = { { STACK - 256, 256 }, { RAM + 0x1000, 4 } };
	struct stk_watch watch = { .size = sizeof(watch),
				   .writable = may,
				   .n_writable = 2,
				   .stack_limit = STACK - 64 };
	struct seen seen = { 0 };
	struct stk_error err;

	ck_assert(!emu_target.observe(emu, 1u << STK_OBS_RAM_WRITE | 1u << STK_OBS_STACK,
				      see, &seen, &err));
	ck_assert(!emu_target.watch(emu, &watch, &err));
	RUN(emu, code, RAM + 0x1000, 1, &stop);
	ck_assert_uint_eq(seen.count[STK_OBS_RAM_WRITE], 0);
	RUN(emu, code, RAM + 0x1004, 1, &stop);
	ck_assert_uint_eq(seen.count[STK_OBS_RAM_WRITE], 1);
	ck_assert_uint_eq(seen.last[STK_OBS_RAM_WRITE].addr, RAM + 0x1004);
	ck_assert_uint_eq(seen.last[STK_OBS_RAM_WRITE].pc, CODE);
	ck_assert_uint_eq(seen.count[STK_OBS_STACK], 0);
	watch.stack_limit = STACK - 16;
	ck_assert(!emu_target.watch(emu, &watch, &err));
	RUN(emu, code, RAM + 0x1000, 1, &stop);
	ck_assert_uint_eq(seen.count[STK_OBS_STACK], 1);
	ck_assert_uint_lt(seen.last[STK_OBS_STACK].value, STACK - 16);
}
END_TEST

START_TEST(bus_accesses_are_seen_by_name)
{
	static const uint16_t code[] = { LDR(2, 0, 0x10), STR(1, 0, 0x14), RET };
	struct seen seen = { 0 };
	struct stk_error err;

	ck_assert(!emu_target.observe(emu, 1u << STK_OBS_BUS, see, &seen, &err));
	RUN(emu, code, REGS, 0, &stop);
	ck_assert_uint_eq(seen.count[STK_OBS_BUS], 2);
	ck_assert_str_eq(seen.last[STK_OBS_BUS].peripheral, "FLASH");
	ck_assert_str_eq(seen.last[STK_OBS_BUS].reg, "CR");
	ck_assert(seen.last[STK_OBS_BUS].write);
}
END_TEST

START_TEST(writes_without_effect_are_told)
{
	static const uint16_t code[] = { STR(1, 0, 0), STR(1, 0, 0), STR(2, 0, 0), RET };
	struct seen seen = { 0 };
	struct stk_error err;

	ck_assert(!emu_target.observe(emu, 1u << STK_OBS_BUS | 1u << STK_OBS_NO_EFFECT, see,
				      &seen, &err));
	RUN(emu, code, PLAIN, 5, &stop);
	ck_assert_uint_eq(seen.count[STK_OBS_BUS], 3);
	ck_assert_uint_eq(seen.count[STK_OBS_NO_EFFECT], 1);
	ck_assert_uint_eq(seen.last[STK_OBS_NO_EFFECT].addr, PLAIN);
	ck_assert_uint_eq(seen.last[STK_OBS_NO_EFFECT].pc, CODE + 2);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("emu-core");
	TCase *t = tcase_create("core");
	SRunner *r;
	int failed;

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, returns_to_the_trap);
	tcase_add_test(t, new_code_replaces_old);
	tcase_add_test(t, code_that_writes_code);
	tcase_add_loop_test(t, faults, 0, (int)ARRAY_SIZE(fault_case));
	tcase_add_test(t, runs_on_after_a_fault);
	tcase_add_test(t, unaligned_words_are_fine_on_m4);
	tcase_add_test(t, unaligned_words_fault_on_m0);
	tcase_add_loop_test(t, system_control_space, 0, (int)ARRAY_SIZE(scs_case));
	tcase_add_test(t, thumb_2_is_undefined_on_m0);
	tcase_add_test(t, fpu_works_when_switched_on);
	tcase_add_test(t, bkpt_is_a_breakpoint);
	tcase_add_test(t, breakpoint_is_passed_by_resume);
	tcase_add_test(t, steps_one_by_one);
	tcase_add_loop_test(t, it_block_cut_by_the_budget, 1, 7);
	tcase_add_test(t, timeout_keeps_it_running);
	tcase_add_test(t, clock_change_keeps_time);
	tcase_add_test(t, wake_stops_it);
	tcase_add_test(t, reset_reads_the_vectors);
	tcase_add_test(t, sysresetreq_is_seen);
	tcase_add_test(t, power_on_ram_is_not_zero);
	tcase_add_test(t, bit_band_words_stand_for_bits);
	tcase_add_test(t, no_bit_band_on_m7);
	tcase_add_test(t, gated_peripheral_is_deaf);
	tcase_add_test(t, aliased_ram_is_one_ram);
	tcase_add_test(t, gpio_sets_and_clears);
	tcase_add_test(t, usart_is_always_ready);
	tcase_add_test(t, read_only_words_stay);
	tcase_add_test(t, watchdog_resets);
	tcase_add_test(t, two_chips_do_not_mix);
	tcase_add_test(t, stray_stores_and_stack_are_seen);
	tcase_add_test(t, bus_accesses_are_seen_by_name);
	tcase_add_test(t, writes_without_effect_are_told);
	suite_add_tcase(s, t);
	r = srunner_create(s);
	srunner_run_all(r, CK_ENV);
	failed = srunner_ntests_failed(r);
	srunner_free(r);
	return failed != 0;
}
