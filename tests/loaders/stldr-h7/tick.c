/* SPDX-License-Identifier: MIT */
/*
 * tick.c - SysTick as the HAL of a loader sets it up, from Armv7-M ARM, B3.3
 *
 * The handler is found through a vector table in the loader's own RAM. Whoever
 * masks interrupts stops the clock: nothing here allows them.
 */
#include "tick.h"

#include "cpu.h"

#define SCB_VTOR	0xE000ED08u
#define SYST_CSR	0xE000E010u
#define SYST_RVR	0xE000E014u
#define SYST_CVR	0xE000E018u
#define CSR_ALL		7u		/* processor clock, interrupt, on */
#define HSI_HZ		64000000u	/* RM0433: after a reset */

enum { VECTOR_SYSTICK = 15, VECTORS = 16 };

static volatile uint32_t ticks;

static void systick_handler(void)
{
	ticks++;
}

static void unexpected(void)
{
	for (;;)
		;
}

/* VTOR has no bits below 7; the table is no longer than it needs to be. */
static void (*const vectors[VECTORS])(void) __attribute__((aligned(128))) = {
	[1 ... VECTOR_SYSTICK - 1] = unexpected,
	[VECTOR_SYSTICK] = systick_handler,
};

void tick_init(void)
{
	reg32(SCB_VTOR) = (uint32_t)(uintptr_t)vectors;
	reg32(SYST_RVR) = HSI_HZ / 1000 - 1;
	reg32(SYST_CVR) = 0;
	reg32(SYST_CSR) = CSR_ALL;
}

void tick_delay(uint32_t ms)
{
	const uint32_t since = ticks;

	while (ticks - since <= ms)
		;
}
