/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * flash-ecc.c - the check bits of a flash word
 *
 * Odd-weight-column code (M. Y. Hsiao, 1970): each data bit flips an odd
 * number of check bits, at least three. One wrong bit makes an odd syndrome,
 * two make an even one.
 */
#include "flash-array.h"

static unsigned int weight(uint32_t v)
{
	return (unsigned int)__builtin_popcount(v);
}

void flash_ecc_init(struct flash_ecc *ecc, unsigned int data_bits, unsigned int check_bits)
{
	unsigned int n = 0;
	uint16_t v;

	ecc->data_bits = data_bits;
	ecc->check_bits = check_bits;
	for (v = 7; n < data_bits && v < 1u << check_bits; v++)
		if (weight(v) >= 3 && weight(v) % 2)
			ecc->column[n++] = v;
}

uint16_t flash_ecc_code(const struct flash_ecc *ecc, const uint8_t *word)
{
	uint16_t code = 0;
	unsigned int i;
	uint8_t zeros;

	for (i = 0; i < ecc->data_bits / 8; i++)
		for (zeros = ~word[i]; zeros; zeros &= zeros - 1)
			code ^= ecc->column[8 * i + (unsigned int)__builtin_ctz(zeros)];
	return ~code;
}

enum flash_ecc_result flash_ecc_correct(const struct flash_ecc *ecc, uint8_t *word,
					uint16_t stored)
{
	uint16_t syndrome = (stored ^ flash_ecc_code(ecc, word)) &
			    ((1u << ecc->check_bits) - 1);
	unsigned int i;

	if (!syndrome)
		return FLASH_ECC_GOOD;
	if (weight(syndrome) == 1)
		return FLASH_ECC_SINGLE; /* a check bit */
	for (i = 0; i < ecc->data_bits; i++) {
		if (ecc->column[i] != syndrome)
			continue;
		word[i / 8] ^= 1u << i % 8;
		return FLASH_ECC_SINGLE;
	}
	return FLASH_ECC_DOUBLE;
}
