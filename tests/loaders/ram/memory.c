/* SPDX-License-Identifier: MIT */
/* memory.c - erase sets every bit of a sector, programming clears some */
#include "memory.h"

bool memory_offset(uint32_t address, uint32_t size, uint32_t *ret)
{
	const uint32_t offset = address - MEMORY_START;

	if (offset >= MEMORY_SIZE || size > MEMORY_SIZE - offset)
		return false;
	*ret = offset;
	return true;
}

static uint32_t sector_size(uint32_t offset)
{
	if (offset >= LARGE_FROM)
		return LARGE_SECTOR;
	return offset >= SMALL_SECTORS * SMALL_SECTOR ? MIDDLE_SECTOR : SMALL_SECTOR;
}

uint32_t memory_erase(uint32_t offset)
{
	const uint32_t size = sector_size(offset);
	const uint32_t first = offset - offset % size;

	for (uint32_t at = first; at < first + size; at += 4)
		reg32(MEMORY_START + at) = 0xFFFFFFFFu;
	return first + size;
}

void memory_program(uint32_t offset, const uint8_t *from, uint32_t size)
{
	while (size--)
		reg8(MEMORY_START + offset++) &= *from++;
}
