/* SPDX-License-Identifier: MIT */
/* make-elf.h - ELF files of any class and byte order, for tests */
#ifndef MAKE_ELF_H
#define MAKE_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ended by a NULL name; the first is section 1. */
struct make_section {
	const char *name;
	uint32_t type;		/* SHT_PROGBITS 1, SHT_NOBITS 8 */
	uint64_t flags;		/* SHF_WRITE 1, SHF_ALLOC 2, SHF_EXECINSTR 4 */
	uint64_t addr;
	const void *data;	/* NULL: zeros */
	uint64_t size;
};

/* Ended by section 0: file_size bytes from where that section's begin. */
struct make_segment {
	unsigned int section;
	uint64_t vaddr, file_size, mem_size;
	uint32_t flags;		/* PF_X 1, PF_W 2, PF_R 4 */
	uint64_t paddr;		/* 0: the same as vaddr */
};

/* Ended by a NULL name. */
struct make_symbol {
	const char *name;
	uint64_t value, size;
	unsigned int section;
	uint8_t info;		/* 0: STB_GLOBAL, STT_NOTYPE */
};

struct make_elf {
	bool wide, big;
	uint16_t type;		/* 0: ET_EXEC */
	uint16_t machine;	/* 0: EM_ARM */
	const struct make_section *sections;
	const struct make_segment *segments;
	const struct make_symbol *symbols;	/* NULL: no symbol table */
	bool no_sections;	/* leave the section headers out */
	uint64_t entry;
};

/* The caller frees the bytes. */
uint8_t *make_elf(const struct make_elf *m, size_t *ret_len);

/* Write @size bytes of @value at @p in the byte order. */
void make_put(uint8_t *p, unsigned int size, bool big, uint64_t value);

/* STB_GLOBAL with STT_FUNC, STT_OBJECT; STB_WEAK, STB_LOCAL with STT_FUNC. */
#define MAKE_FUNC	0x12
#define MAKE_OBJECT	0x11
#define MAKE_WEAK	0x22
#define MAKE_LOCAL	0x02

#endif
