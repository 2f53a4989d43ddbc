/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * nor-winbond-sfdp.c - what a W25QxxxJV tells about itself (JESD216A)
 *
 * One header, one parameter header, and the sixteen words of the basic flash
 * parameter table at 0x80. Layout and values common to the family as a
 * W25H256JV and a W25Q512JV answer them; density, address bytes and the chip
 * erase time are the part's.
 */
#include "nor-winbond.h"

#define TABLE		0x80u
#define TABLE_WORDS	16u

static const uint8_t header[16] = {
	'S', 'F', 'D', 'P', 5, 1, 0, 0xff,	/* revision 1.5, one parameter header */
	0, 5, 1, TABLE_WORDS, TABLE, 0, 0, 0xff,
};

static const uint32_t basic[TABLE_WORDS] = {
	0xfff920e5,	/* 4 KiB by 20h; 1-1-2, 1-2-2, 1-4-4, 1-1-4; 3-byte addresses */
	0,		/* density in bits - 1 */
	0x6b08eb44,	/* EBh: 4 dummy, 2 mode clocks; 6Bh: 8 dummy */
	0xbb423b08,	/* 3Bh: 8 dummy; BBh: 2 dummy, 2 mode clocks */
	0xfffffffe,	/* 4-4-4 */
	0x0000ffff,
	0xeb40ffff,
	0x520f200c,	/* erase: 4 KiB by 20h, 32 KiB by 52h */
	0x0000d810,	/* 64 KiB by D8h */
	0x00a60236,	/* typical erase times 64, 128, 160 ms; maximum 14 times that */
	0xc014ea82,	/* page 256; chip erase in units of 4 s, filled in below */
	0x337663e9,	/* suspend and resume */
	0x757a757a,	/* 7Ah resumes, 75h suspends */
	0x5cd5a2f7,	/* B9h, ABh; WIP is bit 0 of 05h */
	0xff4df719,	/* QE: bit 1 of status register 2 */
	0x80f830e9,	/* 66h 99h resets; 4-byte addressing filled in below */
};

static uint32_t basic_word(const struct nor_part *part, unsigned int i)
{
	bool big = part->size > NOR_16M;

	switch (i) {
	case 0:
		return basic[0] | (big ? 1u << 17 : 0);	/* 3 or 4 address bytes */
	case 1:
		return part->size * 8 - 1;
	case 10:
		return basic[10] | (part->chip_us / 4000000 - 1) << 24;
	case 15:
		return basic[15] | (big ? 0x25010000u : 0);	/* B7h, E9h, 4-byte opcodes */
	default:
		return basic[i];
	}
}

uint8_t nor_winbond_sfdp(const struct nor_part *part, uint32_t addr)
{
	if (addr < sizeof(header))
		return header[addr];
	if (addr - TABLE < sizeof(basic))
		return (uint8_t)(basic_word(part, (addr - TABLE) / 4) >> addr % 4 * 8);
	return 0xff;
}
