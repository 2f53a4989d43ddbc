/* SPDX-License-Identifier: MIT */
/*
 * table.S - words that no erased, shifted or repeated page can look like
 *
 * A linear congruential generator (multiplier and increment of Numerical
 * Recipes), and the exclusive or of all words.
 */
.macro TABLE name, words, seed
	.global \name\()_start, \name\()_end, \name\()_sum
	.balign 4
\name\()_start:
	.set x, \seed
	.set sum, 0
	.rept \words
	.set x, (x * 1664525 + 1013904223) & 0xFFFFFFFF
	.set sum, sum ^ x
	.word x
	.endr
\name\()_end:
\name\()_sum:
	.word sum
.endm

	.section .rodata.table, "a"
	TABLE table, TABLE_WORDS, 1
#ifdef EXTERNAL_WORDS
	.section .external, "a"
	TABLE table_external, EXTERNAL_WORDS, 2
#else
	TABLE table_external, 0, 2
#endif
