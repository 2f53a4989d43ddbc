/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * exceptions.c - exception entry and return (ARMv7-M ARM B1.5.6 to B1.5.8)
 *
 * Eight words are pushed, aligned to 8 bytes, with bit 9 of the stacked xPSR
 * telling whether a word was skipped. Floating-point registers are kept
 * aside, not pushed: lazy stacking that never became active.
 */
#include "priv.h"

#define XPSR_T		(1u << 24)
#define XPSR_ALIGN	(1u << 9)
#define XPSR_EXC	0x1ffu
#define XPSR_IT		0x0600fc00u
#define RETURN_HANDLER	0xfffffff1u
#define RETURN_MSP	0xfffffff9u
#define RETURN_PSP	0xfffffffdu
#define FRAME_WORDS	8

static void set_active(struct emu *emu, unsigned int exc, bool on)
{
	uint32_t bit = 1u << (exc % 32);

	if (on)
		emu->scs.active[exc / 32] |= bit;
	else
		emu->scs.active[exc / 32] &= ~bit;
}

static bool push_frame(struct emu *emu)
{
	static const uint8_t order[FRAME_WORDS - 1] = {
		STK_REG_R0, 1, 2, 3, 12, STK_REG_LR, STK_REG_PC
	};
	uint32_t sp = cpu_reg(emu, STK_REG_SP), frame = (sp - 4 * FRAME_WORDS) & ~7u;
	uint32_t xpsr = (cpu_reg(emu, STK_REG_XPSR) & ~XPSR_IT) | XPSR_T;
	unsigned int i;

	for (i = 0; i < FRAME_WORDS; i++) {
		uint32_t value = i < FRAME_WORDS - 1 ? cpu_reg(emu, order[i])
			: xpsr | (sp & 4 ? XPSR_ALIGN : 0);

		if (!bus_poke(emu, frame + 4 * i, value))
			return false;
	}
	cpu_set_reg(emu, STK_REG_SP, frame);
	return true;
}

static uint32_t return_code(struct emu *emu)
{
	if (cpu_reg(emu, STK_REG_XPSR) & XPSR_EXC)
		return RETURN_HANDLER;
	return cpu_reg(emu, STK_REG_CONTROL) & 2 ? RETURN_PSP : RETURN_MSP;
}

static void report_entry(struct emu *emu, unsigned int exc, uint32_t handler)
{
	struct stk_observation obs = {
		.kind = STK_OBS_EXCEPTION,
		.pc = cpu_reg(emu, STK_REG_PC),
		.addr = handler,
		.value = exc,
	};

	emu->scs.taken++;
	if (observed(&emu->observe, STK_OBS_EXCEPTION))
		observe(emu, &obs);
}

void exception_enter(struct emu *emu, unsigned int exc)
{
	struct emu_scs *s = &emu->scs;
	uint32_t handler, lr = return_code(emu), pc = cpu_reg(emu, STK_REG_PC);
	uint32_t vector = s->vtor + 4 * exc;

	if (s->depth == EMU_NESTING) {
		emu_fault(emu, 0, pc, "exception %u: more than %d exceptions are active",
			  exc, EMU_NESTING);
		return;
	}
	if (!push_frame(emu)) {
		emu_fault(emu, CFSR_STKERR, pc,
			  "exception %u: the stack at 0x%08x cannot be written",
			  exc, cpu_reg(emu, STK_REG_SP));
		return;
	}
	if (!bus_peek(emu, vector, &handler)) {
		s->hfsr |= HFSR_VECTTBL;
		emu_fault(emu, 0, pc, "exception %u: its vector at 0x%08x cannot be read",
			  exc, vector);
		return;
	}
	report_entry(emu, exc, handler);
	if (!(handler & 1)) {
		emu_fault(emu, CFSR_INVSTATE, pc,
			  "exception %u: the vector at 0x%08x holds "
			  "0x%08x, no Thumb address",
			  exc, vector, handler);
		return;
	}
	s->nest[s->depth].number = exc;
	cpu_get_fp(emu, &s->nest[s->depth].fp);
	s->depth++;
	set_active(emu, exc, true);
	/* A level that is still up pends again when the handler returns. */
	s->pending[exc / 32] &= ~(1u << (exc % 32));
	if (exc == EXC_SYSTICK)
		systick_taken(emu);
	cpu_set_reg(emu, STK_REG_XPSR, XPSR_T | exc);
	cpu_set_reg(emu, STK_REG_LR, lr);
	cpu_set_reg(emu, STK_REG_PC, handler);
	clock_skip_to(emu, emu->clock.cycles + EMU_EXCEPTION_CYCLES);
	emu->changes++;
}

static bool pop_frame(struct emu *emu, uint32_t exc_return)
{
	static const uint8_t order[FRAME_WORDS - 2] = {
		STK_REG_R0, 1, 2, 3, 12, STK_REG_LR
	};
	uint32_t word[FRAME_WORDS], frame;
	unsigned int i;

	/* Thread mode first: only then SP is the one that was in use. */
	if (exc_return != RETURN_HANDLER)
		cpu_set_reg(emu, STK_REG_XPSR, XPSR_T);
	frame = cpu_reg(emu, STK_REG_SP);
	for (i = 0; i < FRAME_WORDS; i++)
		if (!bus_peek(emu, frame + 4 * i, &word[i]))
			return false;
	for (i = 0; i < ARRAY_SIZE(order); i++)
		cpu_set_reg(emu, order[i], word[i]);
	cpu_set_reg(emu, STK_REG_XPSR, (word[7] & ~XPSR_ALIGN) | XPSR_T);
	cpu_set_reg(emu, STK_REG_SP,
		    frame + 4 * FRAME_WORDS + (word[7] & XPSR_ALIGN ? 4 : 0));
	cpu_set_reg(emu, STK_REG_PC, word[6]);
	return true;
}

void exception_return(struct emu *emu, uint32_t exc_return)
{
	struct emu_scs *s = &emu->scs;
	unsigned int exc = s->nest[s->depth - 1].number;
	bool handler = exc_return == RETURN_HANDLER;

	if ((!handler && exc_return != RETURN_MSP && exc_return != RETURN_PSP) ||
	    handler != (s->depth > 1)) {
		emu_fault(emu, CFSR_INVPC, exc_return, "the exception return 0x%08x of "
			  "exception %u is not possible here", exc_return, exc);
		return;
	}
	s->depth--;
	set_active(emu, exc, false);
	cpu_set_fp(emu, &s->nest[s->depth].fp);
	if (exc >= EXC_IRQ0 && (s->level[exc / 32] >> (exc % 32) & 1))
		nvic_pend(emu, exc, true);
	if (!pop_frame(emu, exc_return)) {
		emu_fault(emu, CFSR_UNSTKERR, exc_return,
			  "the stack of exception %u cannot be read",
			  exc);
		return;
	}
	clock_skip_to(emu, emu->clock.cycles + EMU_EXCEPTION_CYCLES);
	emu->changes++;
}
