/* SPDX-License-Identifier: MIT */
/* algorithm.h - the flash of an STM32G431xB, and the functions hosts call */
#ifndef ALGORITHM_H
#define ALGORITHM_H

#include <stdint.h>

/* RM0440, 3.3.1: category 2 devices have one bank of 2 KiB pages. */
#define FLASH_START	0x08000000u
#define FLASH_SIZE	0x20000u
#define PAGE_SIZE	0x800u

/* CMSIS-Pack, "Flash Programming": 0 means success, unless noted. */
int Init(uint32_t adr, uint32_t clk, uint32_t fnc);
int UnInit(uint32_t fnc);
int EraseChip(void);
int EraseSector(uint32_t adr);
int ProgramPage(uint32_t adr, uint32_t sz, const uint8_t *buf);
/* adr + sz if equal, else the address of the first byte that differs. */
uint32_t Verify(uint32_t adr, uint32_t sz, const uint8_t *buf);
/* 0 if every byte is pat, else 1. */
int BlankCheck(uint32_t adr, uint32_t sz, uint8_t pat);

#endif
