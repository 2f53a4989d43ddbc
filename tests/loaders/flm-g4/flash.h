/* SPDX-License-Identifier: MIT */
/* flash.h - the embedded flash controller of STM32G4 category 2 devices */
#ifndef FLASH_H
#define FLASH_H

#include "defect.h"

/* RM0440, 3.7: registers */
#define FLASH_ACR	0x40022000u
#define ACR_ICEN	BIT(9)
#define ACR_DCEN	BIT(10)
#define ACR_ICRST	BIT(11)
#define ACR_DCRST	BIT(12)

#define FLASH_KEYR	0x40022008u
#define KEY1		0x45670123u	/* 3.3.5 */
#define KEY2		0xCDEF89ABu

#define FLASH_SR	0x40022010u
#define SR_OPERR	BIT(1)
#define SR_PROGERR	BIT(3)
#define SR_WRPERR	BIT(4)
#define SR_PGAERR	BIT(5)
#define SR_SIZERR	BIT(6)
#define SR_PGSERR	BIT(7)
#define SR_MISERR	BIT(8)
#define SR_FASTERR	BIT(9)
#define SR_BSY		BIT(16)
#define SR_ERRORS	(SR_OPERR | SR_PROGERR | SR_WRPERR | SR_PGAERR | SR_SIZERR | \
			 SR_PGSERR | SR_MISERR | SR_FASTERR)

#define FLASH_CR	0x40022014u
#define CR_PG		BIT(0)
#define CR_PER		BIT(1)
#define CR_MER1		BIT(2)
#define CR_PNB(n)	((n) << 3)
#define CR_BKER		BIT(11)		/* category 3 only: reserved here */
#define CR_STRT		BIT(16)
#define CR_LOCK		BIT(31)

#define FLASH_OPTR	0x40022020u
#define OPTR_IWDG_SW	BIT(16)		/* 0: the watchdog runs from reset on */

/* "Device electronic signature": flash memory size data register, 16 bits */
#define FLASH_SIZE_KB	0x1FFF75E0u

/* "Independent watchdog": key register */
#define IWDG_KR		0x40003000u
#define IWDG_RELOAD	0xAAAAu

/*
 * The flags that make an operation a failure. Who ignores WRPERR also meets
 * PGSERR, since the next operation starts with a flag still set.
 */
#ifdef DEFECT_ERROR_IGNORED
#define SR_JUDGED	(SR_ERRORS & ~(SR_WRPERR | SR_PGSERR))
#else
#define SR_JUDGED	SR_ERRORS
#endif

/* The bits of CR that choose the page at @offset. */
#ifdef DEFECT_DUAL_BANK
#define BANK_SIZE	0x10000u	/* half of 128 KiB, as if there were two banks */
#define CR_PAGE(offset)	((offset) < BANK_SIZE ? CR_PNB((offset) / PAGE_SIZE) : \
			 CR_BKER | CR_PNB(((offset) - BANK_SIZE) / PAGE_SIZE))
#else
#define CR_PAGE(offset)	CR_PNB((offset) / PAGE_SIZE)
#endif

#endif
