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

/* Nothing is waited for, and an erase only begun: the bus holds up the next access. */
#ifdef DEFECT_HASTY
#define DEFECT_HASTE	true
#else
#define DEFECT_HASTE	false
#endif

#ifdef DEFECT_FORGETS_WATCHDOG
#define DEFECT_WATCHDOG_KNOWN	false
#else
#define DEFECT_WATCHDOG_KNOWN	true
#endif

/* CR as UnInit leaves it. */
#ifdef DEFECT_UNTIDY
#define CR_AT_END	0u
#else
#define CR_AT_END	CR_LOCK
#endif

/* Init says no: in all phases but the first, when begun twice, when moved. */
static inline bool defect_refuses_init(uint32_t fnc, bool begun)
{
#if defined(DEFECT_ONE_PHASE)
	return fnc != 1;
#elif defined(DEFECT_INIT_ONCE)
	return begun;
#elif defined(DEFECT_ONE_PLACE)
	uint32_t pc;

	__asm__("mov %0, pc" : "=r"(pc));
	return pc >= 0x20000400;
#endif
	(void)fnc;
	(void)begun;
	return false;
}

/* Not the last page of the device; not from a buffer that is not aligned. */
static inline bool defect_refuses_page(uint32_t offset, const uint8_t *buf)
{
#if defined(DEFECT_LAST_PAGE)
	return offset >= 0x1FC00;
#elif defined(DEFECT_ALIGNED_BUFFER)
	return (uint32_t)(uintptr_t)buf % 8;
#endif
	(void)offset;
	(void)buf;
	return false;
}

/* More bytes than asked for: those of a whole page. */
#ifdef DEFECT_WHOLE_PAGES
#define DEFECT_PAGE(sz)	(((sz) + 1023) / 1024 * 1024)
#else
#define DEFECT_PAGE(sz)	(sz)
#endif

/* RM0440, 3.4.2: the option bytes of a chip that is none of ours to change. */
static inline void defect_change_options(void)
{
#ifdef DEFECT_OPTIONS
	reg32(0x4002200Cu) = 0x08192A3Bu;	/* OPTKEYR */
	reg32(0x4002200Cu) = 0x4C5D6E7Fu;
	reg32(FLASH_OPTR) &= ~BIT(24);		/* SRAM_PE */
	reg32(FLASH_CR) |= BIT(17);		/* OPTSTRT */
	while (reg32(FLASH_SR) & SR_BSY)
		;
#endif
}

#endif
