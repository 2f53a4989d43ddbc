/* SPDX-License-Identifier: MIT */
/* qspi.c - the QUADSPI of an STM32H743, from RM0433 chapter "Quad-SPI interface" */
#include "qspi.h"

#include "cpu.h"
#include "pins.h"

#define RCC_AHB3RSTR	0x5802447Cu
#define RCC_AHB3ENR	0x580244D4u
#define RCC_AHB4ENR	0x580244E0u
#define AHB3_QSPI	BIT(14)

#define QSPI		0x52005000u
#define QSPI_CR		(QSPI + 0x00)
#define CR_EN		BIT(0)
#define CR_ABORT	BIT(1)
#define CR_SSHIFT	BIT(4)
#define CR_APMS		BIT(22)
#define CR_PRESCALER(n)	((n) << 24)
#define QSPI_DCR	(QSPI + 0x04)
#define DCR_CSHT(n)	((n) << 8)
#define DCR_FSIZE(n)	((n) << 16)
#define QSPI_SR		(QSPI + 0x08)
#define SR_TCF		BIT(1)
#define SR_FTF		BIT(2)
#define SR_SMF		BIT(3)
#define SR_BUSY		BIT(5)
#define QSPI_FCR	(QSPI + 0x0C)
#define FCR_ALL		(BIT(0) | SR_TCF | SR_SMF | BIT(4))
#define QSPI_DLR	(QSPI + 0x10)
#define QSPI_CCR	(QSPI + 0x14)
#define CCR_WRITE	(0u << 26)
#define CCR_READ	(1u << 26)
#define CCR_AUTOPOLL	(2u << 26)
#define CCR_MAPPED	(3u << 26)
#define QSPI_AR		(QSPI + 0x18)
#define QSPI_DR		(QSPI + 0x20)
#define QSPI_PSMKR	(QSPI + 0x24)
#define QSPI_PSMAR	(QSPI + 0x28)
#define QSPI_PIR	(QSPI + 0x2C)

/* 64 MHz HSI after reset / 2: below what any W25Q takes for these opcodes. */
void qspi_init(unsigned int size_log2)
{
	reg32(RCC_AHB3ENR) |= AHB3_QSPI;
	(void)reg32(RCC_AHB3ENR);	/* the clock runs two cycles later */
	reg32(RCC_AHB3RSTR) |= AHB3_QSPI;
	reg32(RCC_AHB3RSTR) &= ~AHB3_QSPI;
	pins_init(RCC_AHB4ENR);
	reg32(QSPI_DCR) = DCR_FSIZE(size_log2 - 1) | DCR_CSHT(2);
	reg32(QSPI_CR) = CR_PRESCALER(1u) | CR_SSHIFT | CR_APMS | CR_EN;
}

/* Ends the mapped mode, or what a host's interrupted call left behind. */
static void qspi_idle(void)
{
	if (reg32(QSPI_SR) & SR_BUSY) {
		reg32(QSPI_CR) |= CR_ABORT;
		while (reg32(QSPI_CR) & CR_ABORT)
			;
	}
	while (reg32(QSPI_SR) & SR_BUSY)
		;
	reg32(QSPI_FCR) = FCR_ALL;
}

static void qspi_finish(void)
{
	while (!(reg32(QSPI_SR) & SR_TCF))
		;
	reg32(QSPI_FCR) = SR_TCF;
	while (reg32(QSPI_SR) & SR_BUSY)
		;
}

void qspi_send(uint8_t opcode)
{
	qspi_idle();
	reg32(QSPI_CCR) = CCR_WRITE | QSPI_OPCODE | opcode;
	qspi_finish();
}

void qspi_send_address(uint32_t phases, uint32_t address)
{
	qspi_idle();
	reg32(QSPI_CCR) = CCR_WRITE | phases;
	reg32(QSPI_AR) = address;
	qspi_finish();
}

void qspi_read(uint32_t phases, uint8_t *to, uint32_t size)
{
	qspi_idle();
	reg32(QSPI_DLR) = size - 1;
	reg32(QSPI_CCR) = CCR_READ | phases;
	while (size--) {
		while (!(reg32(QSPI_SR) & (SR_FTF | SR_TCF)))
			;
		*to++ = reg8(QSPI_DR);
	}
	qspi_finish();
}

void qspi_write(uint32_t phases, uint32_t address, const uint8_t *from, uint32_t size)
{
	qspi_idle();
	reg32(QSPI_DLR) = size - 1;
	reg32(QSPI_CCR) = CCR_WRITE | phases;
	if (phases & QSPI_ADDRESS)
		reg32(QSPI_AR) = address;
	while (size--) {
		while (!(reg32(QSPI_SR) & SR_FTF))
			;
		reg8(QSPI_DR) = *from++;
	}
	qspi_finish();
}

void qspi_await(uint32_t phases, uint8_t mask, uint8_t match)
{
	qspi_idle();
	reg32(QSPI_PSMKR) = mask;
	reg32(QSPI_PSMAR) = match;
	reg32(QSPI_PIR) = 16;
	reg32(QSPI_DLR) = 0;
	reg32(QSPI_CCR) = CCR_AUTOPOLL | phases;
	while (!(reg32(QSPI_SR) & SR_SMF))
		;
	reg32(QSPI_FCR) = SR_SMF;
}

void qspi_map(uint32_t phases)
{
	qspi_idle();
	reg32(QSPI_CCR) = CCR_MAPPED | phases;
}
