/* SPDX-License-Identifier: MIT */
/*
 * firmware.c - a program worth flashing
 *
 * Sums a table in each flash it lives in and shows the result on a pin, so
 * that a byte that went astray is seen on a board too.
 */
#include "cpu.h"

#ifdef CHIP_H743
#define RCC_GPIO_ENABLE	0x580244E0u	/* RM0433: RCC_AHB4ENR */
#define GPIOB		0x58020400u
#else
#define RCC_GPIO_ENABLE	0x4002104Cu	/* RM0440: RCC_AHB2ENR */
#define GPIOB		0x48000400u
#endif
#define GPIOB_MODER	(GPIOB + 0x00)
#define GPIOB_BSRR	(GPIOB + 0x18)
#define PIN		8

/* From the linker script. */
extern uint8_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_end[];
/* From table.S; the sums are what its generator came to. */
extern const uint32_t table_start[], table_end[], table_sum;
extern const uint32_t table_external_start[], table_external_end[], table_external_sum;

static uint32_t rounds = 1;
static uint32_t failures;

void reset_handler(void);
void fault_handler(void);

static bool table_right(const uint32_t *from, const uint32_t *to, uint32_t expected)
{
	uint32_t sum = 0;

	while (from < to)
		sum ^= *from++;
	return sum == expected;
}

static void show(bool right)
{
	reg32(GPIOB_BSRR) = right ? BIT(PIN) : BIT(PIN + 16);
}

__attribute__((noreturn)) void reset_handler(void)
{
	__builtin_memcpy(data_start, data_load, (uint32_t)(data_end - data_start));
	__builtin_memset(bss_start, 0, (uint32_t)(bss_end - bss_start));
	reg32(RCC_GPIO_ENABLE) |= BIT(1);
	(void)reg32(RCC_GPIO_ENABLE);
	reg32(GPIOB_MODER) = (reg32(GPIOB_MODER) & ~(3u << 2 * PIN)) | 1u << 2 * PIN;
	for (;; rounds++) {
		if (!table_right(table_start, table_end, table_sum) ||
		    !table_right(table_external_start, table_external_end,
				 table_external_sum))
			failures++;
		show(!failures);
	}
}

__attribute__((noreturn)) void fault_handler(void)
{
	show(false);
	for (;;)
		;
}

/* Armv7-M ARM, B1.5.3: initial stack pointer, then the handlers. */
__attribute__((section(".vectors"), used))
static const struct {
	uint8_t *stack;
	void (*handler[15])(void);
} vectors = {
	stack_end,
	{ reset_handler, fault_handler, fault_handler, fault_handler, fault_handler,
	  fault_handler, 0, 0, 0, 0, fault_handler, fault_handler, 0, fault_handler,
	  fault_handler },
};
