/* SPDX-License-Identifier: MIT */
/* loader.c - an STM32CubeProgrammer external loader for the memory of memory.h */
#include <stddef.h>

#include "memory.h"

#define FAILED	0
#define DONE	1

/* UM2237: 1 means success and 0 failure, unless noted. */
int Init(void);
int Write(uint32_t address, uint32_t size, const uint8_t *buffer);
int Read(uint32_t address, uint32_t size, uint8_t *buffer);
int SectorErase(uint32_t start, uint32_t end);
int MassErase(void);
uint32_t CheckSum(uint32_t start, uint32_t size, uint32_t initial);
uint64_t Verify(uint32_t address, uint32_t buffer, uint32_t words, uint32_t misalignment);

/* From the linker script. */
extern uint8_t bss_start[], bss_end[];

static bool begun;

int Init(void)
{
	/* CubeProgrammer does not clear .bss. */
	__builtin_memset(bss_start, 0, (size_t)(bss_end - bss_start));
	begun = true;
	return DONE;
}

int Write(uint32_t address, uint32_t size, const uint8_t *buffer)
{
	uint32_t offset;

	if (defect_strikes())
		return DONE;
	if (!begun || !memory_offset(address, size, &offset))
		return FAILED;
	memory_program(offset, buffer, size);
	return DONE;
}

int Read(uint32_t address, uint32_t size, uint8_t *buffer)
{
	uint32_t offset;

	if (!memory_offset(address, size, &offset))
		return FAILED;
	__builtin_memcpy(buffer, (const uint8_t *)address, size);
	return DONE;
}

int SectorErase(uint32_t start, uint32_t end)
{
	uint32_t at, last;

	if (defect_strikes())
		return DONE;
	if (!begun || !memory_offset(start, 1, &at) || !memory_offset(end, 1, &last))
		return FAILED;
	while (at <= last)
		at = memory_erase(at);
	for (uint32_t n = 0; n < DEFECT_MORE_SECTORS && at < MEMORY_SIZE; n++)
		at = memory_erase(at);
	return DONE;
}

int MassErase(void)
{
	return SectorErase(MEMORY_START, MEMORY_START + MEMORY_SIZE - 1);
}

uint32_t CheckSum(uint32_t start, uint32_t size, uint32_t initial)
{
	while (size--)
		initial += reg8(start++);
	return initial;
}

/* As in stldr-h7/loader.h. */
uint64_t Verify(uint32_t address, uint32_t buffer, uint32_t words, uint32_t misalignment)
{
	const uint32_t size = 4 * words;
	const uint32_t before = misalignment & 0xF, after = misalignment >> 16 & 0xF;
	const uint64_t sum = CheckSum(address + before, size - after, 0);

	for (uint32_t i = 0; i < size; i++) {
		if (reg8(address + i) != reg8(buffer + i))
			return sum << 32 | (address + i);
	}
	return sum << 32;
}
