/* SPDX-License-Identifier: MIT */
/* loader.h - the external memory, and the functions hosts call */
#ifndef LOADER_H
#define LOADER_H

#include <stdint.h>

/* RM0433, "Memory organization": the QUADSPI window */
#define NOR_START	0x90000000u
#define NOR_PAGE	256u
#ifdef PART_MT25QL512
#define NOR_NAME	"mt25ql512"
#define NOR_SIZE_LOG2	26
#define NOR_SECTOR	0x10000u
#else
#define NOR_NAME	"w25q128"
#define NOR_SIZE_LOG2	24
#define NOR_SECTOR	0x1000u
#endif
#define NOR_SIZE	(1u << NOR_SIZE_LOG2)

/* UM2237: 1 means success and 0 failure, unless noted. */
int Init(void);
/* Any length and alignment. */
int Write(uint32_t address, uint32_t size, const uint8_t *buffer);
int Read(uint32_t address, uint32_t size, uint8_t *buffer);
/* From the sector that holds start to the one that holds end. */
int SectorErase(uint32_t start, uint32_t end);
int MassErase(void);
/* @initial plus the sum of the bytes. */
uint32_t CheckSum(uint32_t start, uint32_t size, uint32_t initial);
/*
 * Compares 4 * @words bytes. Low half: 0, or the address of the first byte
 * that differs. High half: the sum of the bytes without the padding that
 * @misalignment names: at the start in its low half, at the end in its high.
 */
uint64_t Verify(uint32_t address, uint32_t buffer, uint32_t words, uint32_t misalignment);

#endif
