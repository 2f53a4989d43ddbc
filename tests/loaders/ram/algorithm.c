/* SPDX-License-Identifier: MIT */
/* algorithm.c - a CMSIS-Pack flash algorithm for the memory of memory.h */
#include "memory.h"

/* CMSIS-Pack, "Flash Programming": 0 means success, unless noted. */
int Init(uint32_t adr, uint32_t clk, uint32_t fnc);
int UnInit(uint32_t fnc);
int EraseChip(void);
int EraseSector(uint32_t adr);
int ProgramPage(uint32_t adr, uint32_t sz, const uint8_t *buf);
/* adr + sz if equal, else the address of the first byte that differs. */
uint32_t Verify(uint32_t adr, uint32_t sz, const uint8_t *buf);
int BlankCheck(uint32_t adr, uint32_t sz, uint8_t pat);

#define LOCKED	0x10C4ED00u

/* Volatile, so that it stays initialised data: it has its value before Init, at R9. */
static volatile uint32_t lock = LOCKED;

int Init(uint32_t adr, uint32_t clk, uint32_t fnc)
{
	(void)clk;
	(void)fnc;
	if (adr != MEMORY_START)
		return 1;
	lock = 0;
	return 0;
}

int UnInit(uint32_t fnc)
{
	(void)fnc;
	lock = LOCKED;
	return 0;
}

int EraseChip(void)
{
	if (defect_strikes())
		return 0;
	for (uint32_t at = 0; !lock && at < MEMORY_SIZE;)
		at = memory_erase(at);
	return lock ? 1 : 0;
}

int EraseSector(uint32_t adr)
{
	uint32_t offset;

	if (defect_strikes())
		return 0;
	if (lock || !memory_offset(adr, 1, &offset))
		return 1;
	for (uint32_t n = 0; n <= DEFECT_MORE_SECTORS && offset < MEMORY_SIZE; n++)
		offset = memory_erase(offset);
	return 0;
}

int ProgramPage(uint32_t adr, uint32_t sz, const uint8_t *buf)
{
	uint32_t offset;

	if (defect_strikes())
		return 0;
	if (lock || !memory_offset(adr, sz, &offset))
		return 1;
	memory_program(offset, buf, sz);
	return 0;
}

uint32_t Verify(uint32_t adr, uint32_t sz, const uint8_t *buf)
{
	for (uint32_t i = 0; i < sz; i++) {
		if (reg8(adr + i) != buf[i])
			return adr + i;
	}
	return adr + sz;
}

int BlankCheck(uint32_t adr, uint32_t sz, uint8_t pat)
{
	for (uint32_t i = 0; i < sz; i++) {
		if (reg8(adr + i) != pat)
			return 1;
	}
	return 0;
}
