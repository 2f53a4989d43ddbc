/* SPDX-License-Identifier: MIT */
/*
 * algorithm.c - a CMSIS-Pack flash algorithm for the STM32G431, from RM0440
 *
 * Runs wherever it is put: code reaches itself relative to PC, and its data
 * relative to R9, which the host sets.
 */
#include "algorithm.h"

#include <stddef.h>

#include "flash.h"

#define SECTOR_PAGES	(1 + DEFECT_MORE_SECTORS)

/* .size has its value before Init, so this is initialised data, not .bss. */
static struct {
	uint32_t start;		/* the host's idea of where the device is */
	uint32_t size;
	bool watchdog;
	bool begun;		/* Init was called, UnInit not yet */
} flash = { .size = FLASH_SIZE };

static void flash_wait(void)
{
	while (!DEFECT_HASTE && reg32(FLASH_SR) & SR_BSY) {
		if (flash.watchdog)
			reg32(IWDG_KR) = IWDG_RELOAD;
	}
}

/* A flag left over makes the next operation fail (RM0440, 3.3.5, PGSERR). */
static void flash_clear_errors(void)
{
#ifndef DEFECT_STALE_FLAGS
	reg32(FLASH_SR) = SR_ERRORS;
#endif
}

/* The caches keep what was in the flash before (RM0440, 3.3.6 and 3.3.7). */
static void flash_drop_caches(void)
{
	const uint32_t acr = reg32(FLASH_ACR);

	reg32(FLASH_ACR) = acr & ~(ACR_ICEN | ACR_DCEN);
	reg32(FLASH_ACR) = (acr & ~(ACR_ICEN | ACR_DCEN)) | ACR_ICRST | ACR_DCRST;
	reg32(FLASH_ACR) = acr;
}

/* RM0440, 3.3.6: choose, then start with a second write. */
static int flash_erase(uint32_t what)
{
	flash_wait();
	flash_clear_errors();
	reg32(FLASH_CR) = what;
	reg32(FLASH_CR) = what | CR_STRT;
	if (DEFECT_HASTE)
		return 0;
	flash_wait();
	reg32(FLASH_CR) = 0;
	flash_drop_caches();
	return reg32(FLASH_SR) & SR_JUDGED ? 1 : 0;
}

/* RM0440, 3.3.7: the second word starts the operation. */
static void flash_program_pair(uint32_t adr, const uint32_t pair[2])
{
	reg32(adr) = pair[0];
	reg32(adr + 4) = pair[1];
	flash_wait();
}

/* Offset of @adr in the device, and whether @len bytes from there are in it. */
static bool flash_offset(uint32_t adr, uint32_t len, uint32_t *ret)
{
	const uint32_t offset = adr - flash.start;

	if (offset >= flash.size || len > flash.size - offset)
		return false;
	*ret = offset;
	return true;
}

int Init(uint32_t adr, uint32_t clk, uint32_t fnc)
{
	const uint32_t kb = *(const volatile uint16_t *)FLASH_SIZE_KB;

	(void)clk;
	flash.start = adr;
	flash.size = kb && kb < FLASH_SIZE / 1024 ? kb * 1024 : FLASH_SIZE;
	flash.watchdog = DEFECT_WATCHDOG_KNOWN && !(reg32(FLASH_OPTR) & OPTR_IWDG_SW);
	/* Keys to an open lock would close it until the next reset. */
	if (reg32(FLASH_CR) & CR_LOCK) {
		reg32(FLASH_KEYR) = KEY1;
		reg32(FLASH_KEYR) = KEY2;
	}
	flash_wait();
	flash_clear_errors();
	if (defect_refuses_init(fnc, flash.begun))
		return 1;
	defect_change_options();
	flash.begun = true;
	return reg32(FLASH_CR) & CR_LOCK ? 1 : 0;
}

int UnInit(uint32_t fnc)
{
	(void)fnc;
	flash_wait();
	reg32(FLASH_CR) = CR_AT_END;
	defect_leave();
	flash.begun = false;
	return 0;
}

int EraseChip(void)
{
	if (defect_strikes())
		return 0;
	return flash_erase(CR_MER1);
}

int EraseSector(uint32_t adr)
{
	uint32_t offset;

	if (defect_strikes())
		return 0;
	if (!flash_offset(adr, 1, &offset))
		return 1;
	for (uint32_t n = 0; n < SECTOR_PAGES && offset < flash.size; n++) {
		if (flash_erase(CR_PER | CR_PAGE(offset)))
			return 1;
		offset += PAGE_SIZE;
	}
	return 0;
}

int ProgramPage(uint32_t adr, uint32_t sz, const uint8_t *buf)
{
	uint32_t offset;

	if (defect_strikes())
		return 0;
	if (adr % 8 || !flash_offset(adr, sz, &offset) || defect_refuses_page(offset, buf))
		return 1;
	sz = DEFECT_PAGE(sz);
	flash_wait();
	flash_clear_errors();
	reg32(FLASH_CR) = CR_PG;
	for (uint32_t done = 0; done < sz && !(reg32(FLASH_SR) & SR_JUDGED); done += 8) {
		uint32_t pair[2] = { 0xFFFFFFFFu, 0xFFFFFFFFu };

		__builtin_memcpy(pair, buf + done, sz - done < 8 ? sz - done : 8);
		flash_program_pair(adr + done, pair);
	}
	reg32(FLASH_CR) = 0;
	flash_drop_caches();
	return reg32(FLASH_SR) & SR_JUDGED ? 1 : 0;
}

uint32_t Verify(uint32_t adr, uint32_t sz, const uint8_t *buf)
{
	if (DEFECT_ANSWERS)
		return DEFECT_ANSWERS > 0 ? adr + sz : adr - 1;
	for (uint32_t i = 0; i < sz; i++) {
		if (reg8(adr + i) != buf[i])
			return adr + i;
	}
	return adr + sz;
}

int BlankCheck(uint32_t adr, uint32_t sz, uint8_t pat)
{
	if (DEFECT_ANSWERS)
		return DEFECT_ANSWERS < 0;
	for (uint32_t i = 0; i < sz; i++) {
		if (reg8(adr + i) != pat)
			return 1;
	}
	return 0;
}
