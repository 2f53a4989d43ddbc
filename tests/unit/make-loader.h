/* SPDX-License-Identifier: MIT */
/* make-loader.h - loader files of both formats, for tests */
#ifndef MAKE_LOADER_H
#define MAKE_LOADER_H

#include "make-elf.h"
#include "make-table.h"

/* Where a .stldr is linked unless it says otherwise; its code has 64 bytes. */
#define MAKE_LOADER_RAM		0x20000004u
#define MAKE_LOADER_CODE	64u

/* What a case changes; the rest is an ordinary loader. */
struct make_loader {
	const char *file;
	bool flm;
	struct make_table table;
	uint64_t symbol_size;	/* of the table's symbol; 0: as long as it is */
	uint64_t section_size;	/* of its section; 0: the same */
	const char *without;	/* a function that is not there */
	const char *without_too;
	const char *extra;	/* a further function */
	uint64_t extra_at;	/* its address; 0: behind the others */
	const char *data;	/* name of a data section behind the code */
	uint64_t base;		/* link address; 0: the usual one */
	uint64_t zeros;		/* bytes of the code's segment that the file does not hold */
	struct make_section more;	/* a further section; name NULL: none */
	bool wide, arm_mode, no_table, no_symbols, no_sections, both;
	bool twice;		/* a second table of the same format */
	bool table_in_code;	/* the table lies in the code's segment */
	uint16_t machine, type;
};

/* The caller frees the bytes. */
uint8_t *make_loader(const struct make_loader *c, size_t *ret_len);

#endif
