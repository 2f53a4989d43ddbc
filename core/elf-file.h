/* SPDX-License-Identifier: MIT */
/* elf-file.h - an ELF file, for the two that know libelf */
#ifndef ELF_FILE_H
#define ELF_FILE_H

#include <gelf.h>

#include "core.h"

struct stk_elf {
	const uint8_t *bytes;
	size_t len;
	const char *name;		/* while stk_elf_new() runs: for sentences */
	Elf *elf;
	struct stk_elf_header header;
	struct stk_elf_segment *segments;
	size_t n_segments;
	struct stk_elf_section *sections;
	size_t n_sections;
	bool has_symbols;
	struct stk_elf_symbol *symbols;	/* defined and global, in file order */
	uint32_t n_symbols;
	uint32_t *bucket, *next;	/* hash chains of index + 1; 0 ends one */
	uint32_t mask;
};

/* elf.c: a string of the table @index; "" where there is none. */
const char *elf_string(const struct stk_elf *elf, size_t index, uint64_t offset);
/* elf-symbols.c: the section of the full table, or else the dynamic one; 0: none. */
size_t elf_symbol_section(const struct stk_elf *elf);
/* Its symbols, for stk_elf_symbol(). */
int elf_read_symbols(struct stk_elf *elf, size_t index,
		     struct stk_error *err) stk_must_check;

#endif
