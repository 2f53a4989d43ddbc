/* SPDX-License-Identifier: MIT */
/*
 * defect.h - what a build gets wrong
 *
 * A good loader is built without any DEFECT_ symbol: then every hook here is
 * what a correct loader does, or nothing. A wrong one is the same source with
 * one symbol defined.
 */
#ifndef DEFECT_H
#define DEFECT_H

#include "cpu.h"

/* Sectors an erase clears beyond those it was asked for. */
#ifdef DEFECT_ERASE_TOO_MANY
#define DEFECT_MORE_SECTORS	1u
#else
#define DEFECT_MORE_SECTORS	0u
#endif

/* What Verify, CheckSum, BlankCheck and Read say: 1 always yes, -1 always wrong. */
#if defined(DEFECT_BLIND)
#define DEFECT_ANSWERS	1
#elif defined(DEFECT_CONTRARY)
#define DEFECT_ANSWERS	(-1)
#else
#define DEFECT_ANSWERS	0
#endif

#ifdef DEFECT_WAITS_FOR_INTERRUPT
/*
 * A delay in ticks, of which none is ever counted: the interrupt is armed and
 * falls due, but a loader has its interrupts masked.
 */
#define SYST_CSR	0xE000E010u	/* Armv7-M ARM, B3.3 */
#define SYST_RVR	0xE000E014u
#define SYST_CVR	0xE000E018u

static volatile uint32_t defect_ticks;

void SysTick_Handler(void);
__attribute__((used)) void SysTick_Handler(void)
{
	defect_ticks++;
}

static void defect_delay(uint32_t ticks)
{
	const uint32_t since = defect_ticks;

	__asm__ volatile("cpsid i" ::: "memory");
	reg32(SYST_RVR) = 16000 - 1;
	reg32(SYST_CVR) = 0;
	reg32(SYST_CSR) = 7;	/* processor clock, interrupt, on */
	while (defect_ticks - since < ticks)
		;
}
#endif

#ifdef DEFECT_STACK_OVERFLOW
/*
 * 128 frames of 128 bytes and more, which is beyond any stack a host gives.
 * 0xDEDE is an undefined instruction: code that is run over stops at once.
 */
static __attribute__((noinline)) uint32_t defect_recurse(uint32_t depth)
{
	volatile uint8_t frame[128];

	for (uint32_t i = 0; i < sizeof(frame); i++)
		frame[i] = 0xDE;
	return depth ? defect_recurse(depth - 1) + frame[depth % sizeof(frame)] : 0;
}
#endif

/* A word that this loader believes to be its own, wherever it was loaded. */
#define DEFECT_WILD_WORD	0x20000008u

#ifdef DEFECT_UNTIDY
/*
 * All that can be left behind (RM0440): a clock, an unlocked flash (see UnInit),
 * SysTick, and a watchdog that only a reset stops.
 */
static inline void defect_leave(void)
{
	reg32(0x40021000u) |= BIT(16);		/* RCC_CR.HSEON */
	reg32(0xE000E014u) = 0xFFFFFF;		/* SYST_RVR */
	reg32(0xE000E010u) = 5;			/* SYST_CSR: on, without interrupt */
	reg32(0x40003000u) = 0xCCCC;		/* IWDG_KR */
}
#else
static inline void defect_leave(void)
{
}
#endif

/* First in each erase and program; true: the caller reports success at once. */
static inline bool defect_strikes(void)
{
#if defined(DEFECT_NO_EFFECT)
	return true;
#elif defined(DEFECT_WAITS_FOR_INTERRUPT)
	defect_delay(2);
#elif defined(DEFECT_STACK_OVERFLOW)
	defect_recurse(127);
#elif defined(DEFECT_WILD_WRITE)
	reg32(DEFECT_WILD_WORD) += 1;
#elif defined(DEFECT_NEVER_RETURNS)
	for (;;)
		;
#endif
	return false;
}

#endif
