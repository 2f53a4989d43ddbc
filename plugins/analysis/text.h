/* SPDX-License-Identifier: MIT */
/* text.h - instructions in words, by Capstone */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;

/* NULL: out of memory, or a Capstone without Arm. */
struct text *text_new(void);
void text_free(struct text *text);
/*
 * Instruction number @nth of @code (0: the first) at address @addr: one in an
 * IT block is only right if the block is decoded from its IT. False: Capstone
 * does not know it.
 */
bool text_insn(struct text *text, const uint8_t *code, size_t len, uint32_t addr,
	       unsigned int nth, char *ret, size_t size);

#endif
