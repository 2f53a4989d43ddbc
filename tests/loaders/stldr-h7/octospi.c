/* SPDX-License-Identifier: MIT */
/*
 * octospi.c - the OCTOSPI1 of an STM32H7B0, from RM0455 chapter "Octo-SPI
 * interface", behind the functions of qspi.h. The codes of those for lines and
 * sizes are OCTOSPI's as well.
 */
#include "cpu.h"
#include "pins.h"
#include "qspi.h"

#define RCC_AHB3RSTR	0x5802447Cu
#define RCC_AHB3ENR	0x58024534u
#define RCC_AHB4ENR	0x58024540u
#define AHB3_OSPI1	BIT(14)
#define AHB3_IOMNGR	BIT(21)

#define OSPI		0x52005000u
#define OSPI_CR		(OSPI + 0x000)
#define CR_EN		BIT(0)
#define CR_ABORT	BIT(1)
#define CR_APMS		BIT(22)
#define CR_WRITE	(0u << 28)
#define CR_READ		(1u << 28)
#define CR_AUTOPOLL	(2u << 28)
#define CR_MAPPED	(3u << 28)
#define OSPI_DCR1	(OSPI + 0x008)
#define DCR1_CSHT(n)	((n) << 8)
#define DCR1_DEVSIZE(n)	((n) << 16)
#define DCR1_STANDARD	(2u << 24)	/* MTYP */
#define OSPI_DCR2	(OSPI + 0x00C)
#define DCR2_PRESCALER(n) (n)
#define OSPI_SR		(OSPI + 0x020)
#define SR_TCF		BIT(1)
#define SR_FTF		BIT(2)
#define SR_SMF		BIT(3)
#define SR_BUSY		BIT(5)
#define OSPI_FCR	(OSPI + 0x024)
#define FCR_ALL		(BIT(0) | SR_TCF | SR_SMF | BIT(4))
#define OSPI_DLR	(OSPI + 0x040)
#define OSPI_AR		(OSPI + 0x048)
#define OSPI_DR		(OSPI + 0x050)
#define OSPI_PSMKR	(OSPI + 0x080)
#define OSPI_PSMAR	(OSPI + 0x088)
#define OSPI_PIR	(OSPI + 0x090)
#define OSPI_CCR	(OSPI + 0x100)
#define CCR_IMODE(n)	(n)
#define CCR_ADMODE(n)	((n) << 8)
#define CCR_ADSIZE(n)	((n) << 12)
#define CCR_DMODE(n)	((n) << 24)
#define OSPI_TCR	(OSPI + 0x108)
#define TCR_SSHIFT	BIT(30)
#define OSPI_IR		(OSPI + 0x110)

/* 64 MHz HSI after reset / 2: below what any W25Q takes for these opcodes. */
void qspi_init(unsigned int size_log2)
{
	reg32(RCC_AHB3ENR) |= AHB3_OSPI1 | AHB3_IOMNGR;
	(void)reg32(RCC_AHB3ENR);	/* the clock runs two cycles later */
	reg32(RCC_AHB3RSTR) |= AHB3_OSPI1 | AHB3_IOMNGR;
	reg32(RCC_AHB3RSTR) &= ~(AHB3_OSPI1 | AHB3_IOMNGR);
	pins_init(RCC_AHB4ENR);
	reg32(OSPI_DCR1) = DCR1_STANDARD | DCR1_DEVSIZE(size_log2 - 1) | DCR1_CSHT(2);
	reg32(OSPI_DCR2) = DCR2_PRESCALER(1);
	reg32(OSPI_CR) = CR_APMS | CR_EN;
}

/* Ends the mapped mode, or what a host's interrupted call left behind. */
static void ospi_idle(void)
{
	if (reg32(OSPI_SR) & SR_BUSY) {
		reg32(OSPI_CR) |= CR_ABORT;
		while (reg32(OSPI_CR) & CR_ABORT)
			;
	}
	while (reg32(OSPI_SR) & SR_BUSY)
		;
	reg32(OSPI_FCR) = FCR_ALL;
}

static void ospi_finish(void)
{
	while (!(reg32(OSPI_SR) & SR_TCF))
		;
	reg32(OSPI_FCR) = SR_TCF;
	while (reg32(OSPI_SR) & SR_BUSY)
		;
}

/* All but the address; the opcode starts a frame that has neither one nor data to send. */
static void ospi_prepare(uint32_t mode, uint32_t phases)
{
	reg32(OSPI_CR) = mode | CR_APMS | CR_EN;
	reg32(OSPI_CCR) = CCR_IMODE(phases >> 8 & 3) | CCR_ADMODE(phases >> 10 & 3) |
			  CCR_ADSIZE(phases >> 12 & 3) | CCR_DMODE(phases >> 24 & 3);
	reg32(OSPI_TCR) = TCR_SSHIFT | (phases >> 18 & 31);
	reg32(OSPI_IR) = phases & 0xFF;
}

void qspi_send(uint8_t opcode)
{
	ospi_idle();
	ospi_prepare(CR_WRITE, QSPI_OPCODE | opcode);
	ospi_finish();
}

void qspi_send_address(uint32_t phases, uint32_t address)
{
	ospi_idle();
	ospi_prepare(CR_WRITE, phases);
	reg32(OSPI_AR) = address;
	ospi_finish();
}

void qspi_read(uint32_t phases, uint8_t *to, uint32_t size)
{
	ospi_idle();
	reg32(OSPI_DLR) = size - 1;
	ospi_prepare(CR_READ, phases);
	while (size--) {
		while (!(reg32(OSPI_SR) & (SR_FTF | SR_TCF)))
			;
		*to++ = reg8(OSPI_DR);
	}
	ospi_finish();
}

void qspi_write(uint32_t phases, uint32_t address, const uint8_t *from, uint32_t size)
{
	ospi_idle();
	reg32(OSPI_DLR) = size - 1;
	ospi_prepare(CR_WRITE, phases);
	if (phases & QSPI_ADDRESS)
		reg32(OSPI_AR) = address;
	while (size--) {
		while (!(reg32(OSPI_SR) & SR_FTF))
			;
		reg8(OSPI_DR) = *from++;
	}
	ospi_finish();
}

void qspi_await(uint32_t phases, uint8_t mask, uint8_t match)
{
	ospi_idle();
	reg32(OSPI_PSMKR) = mask;
	reg32(OSPI_PSMAR) = match;
	reg32(OSPI_PIR) = 16;
	reg32(OSPI_DLR) = 0;
	ospi_prepare(CR_AUTOPOLL, phases);
	while (!(reg32(OSPI_SR) & SR_SMF))
		;
	reg32(OSPI_FCR) = SR_SMF;
}

void qspi_map(uint32_t phases)
{
	ospi_idle();
	ospi_prepare(CR_MAPPED, phases);
}
