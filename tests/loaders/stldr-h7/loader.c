/* SPDX-License-Identifier: MIT */
/*
 * loader.c - an STM32CubeProgrammer external loader: STM32H743 and the part of nor.h
 *
 * Fixed in RAM, no interrupts. The flash is mapped whenever a function has
 * returned, since hosts read it in its window.
 */
#include "loader.h"

#include <stddef.h>

#include "defect.h"
#include "nor.h"
#include "qspi.h"
#include "tick.h"

#define FAILED	0
#define DONE	1

/* The end of an erase is taken for the first byte that is not erased. */
#ifdef DEFECT_END_EXCLUSIVE
#define DEFECT_END	1u
#else
#define DEFECT_END	0u
#endif

/* Data goes to the word that its address lies in. */
#ifdef DEFECT_WORDS_ONLY
#define DEFECT_ALIGN(offset)	((offset) & ~3u)
#else
#define DEFECT_ALIGN(offset)	(offset)
#endif

/* What is left of the page; or as if a command did not end with it. */
#ifdef DEFECT_PAGE_WRAP
#define DEFECT_ROOM(offset)	NOR_PAGE
#else
#define DEFECT_ROOM(offset)	(NOR_PAGE - (offset) % NOR_PAGE)
#endif

/* From the linker script. */
extern uint8_t bss_start[], bss_end[];

/* Offset of @address in the flash, and whether @size bytes from there are in it. */
static bool nor_offset(uint32_t address, uint32_t size, uint32_t *ret)
{
	const uint32_t offset = address - NOR_START;

#ifdef DEFECT_NO_BOUNDS
	*ret = offset % NOR_SIZE;
	return true;
#endif
	if (offset >= NOR_SIZE || size > NOR_SIZE - offset)
		return false;
	*ret = offset;
	return true;
}

int Init(void)
{
	/* CubeProgrammer does not clear .bss. */
	__builtin_memset(bss_start, 0, (size_t)(bss_end - bss_start));
	tick_init();
	qspi_init(NOR_SIZE_LOG2);
	tick_delay(1);
	if (!nor_init())
		return FAILED;
	nor_map();
	return DONE;
}

int Write(uint32_t address, uint32_t size, const uint8_t *buffer)
{
	uint32_t offset;

	if (defect_strikes())
		return DONE;
	if (!nor_offset(address, size, &offset))
		return FAILED;
	offset = DEFECT_ALIGN(offset);
	while (size) {
		const uint32_t room = DEFECT_ROOM(offset);
		const uint32_t n = size < room ? size : room;

		if (!nor_program(offset, buffer, n))
			return FAILED;
		offset += n;
		buffer += n;
		size -= n;
	}
	nor_map();
	return DONE;
}

int Read(uint32_t address, uint32_t size, uint8_t *buffer)
{
	uint32_t offset;

	if (!nor_offset(address, size, &offset))
		return FAILED;
	if (DEFECT_ANSWERS < 0)
		address ^= 1;
	__builtin_memcpy(buffer, (const uint8_t *)address, size);
	return DONE;
}

int SectorErase(uint32_t start, uint32_t end)
{
	uint32_t first, last;

	if (defect_strikes())
		return DONE;
	if (!nor_offset(start, 1, &first) || !nor_offset(end, 1, &last))
		return FAILED;
	first -= first % NOR_SECTOR;
	last += DEFECT_MORE_SECTORS * NOR_SECTOR;
	last -= DEFECT_END;
	for (; first <= last && first < NOR_SIZE; first += NOR_SECTOR)
		if (!nor_erase_sector(first))
			return FAILED;
	nor_map();
	return DONE;
}

int MassErase(void)
{
	if (defect_strikes())
		return DONE;
	if (!nor_erase_chip())
		return FAILED;
	nor_map();
	return DONE;
}

uint32_t CheckSum(uint32_t start, uint32_t size, uint32_t initial)
{
	while (size--)
		initial += reg8(start++);
	return initial + (DEFECT_ANSWERS < 0);
}

uint64_t Verify(uint32_t address, uint32_t buffer, uint32_t words, uint32_t misalignment)
{
	const uint32_t size = 4 * words;
	const uint32_t before = misalignment & 0xF, after = misalignment >> 16 & 0xF;
	const uint64_t sum = CheckSum(address + before, size - after, 0);

	for (uint32_t i = 0; i < size && DEFECT_ANSWERS <= 0; i++) {
		if (DEFECT_ANSWERS < 0 || reg8(address + i) != reg8(buffer + i))
			return sum << 32 | (address + i);
	}
	return sum << 32;
}
