/* SPDX-License-Identifier: MIT */
/*
 * xml.h - target descriptions and memory maps of the GDB remote protocol
 *
 * GDB's manual, appendix G ("Target Descriptions") and "Memory Map Format".
 * Hostile until checked: no entities, no network, bounded sizes and numbers.
 */
#ifndef GDB_XML_H
#define GDB_XML_H

#include <stoker/module.h>

#include "packet.h"

#define GDB_REGISTERS_MOST	512

struct gdb_register {
	char name[24];		/* lower case: "r0", "sp", "xpsr", "primask" */
	unsigned int number;	/* as P and p take it */
	unsigned int bits;	/* OpenOCD has a primask of 1; whole bytes are sent */
};

/* In the order of their numbers, which is their order in a g packet. */
struct gdb_registers {
	struct gdb_register item[GDB_REGISTERS_MOST];
	size_t count;
};

/* How descriptions include others: give the text of @annex to @out. */
typedef int (*gdb_annex_reader)(void *data, const char *annex, struct gdb_buf *out,
				struct stk_error *err);

/* "target.xml" and what it includes. -EPROTO: it cannot be believed. */
int gdb_registers_read(gdb_annex_reader read, void *data, struct gdb_registers *ret,
		       struct stk_error *err) stk_must_check;

enum gdb_memory_kind { GDB_MEMORY_RAM, GDB_MEMORY_ROM, GDB_MEMORY_FLASH };

struct gdb_memory {
	enum gdb_memory_kind kind;
	struct stk_range range;
	uint64_t block;		/* FLASH: the size that is erased at once */
};

/* By address; none overlap. free() *ret. -EPROTO: it cannot be believed. */
int gdb_memory_map_read(const char *text, size_t len, struct gdb_memory **ret,
			size_t *ret_count, struct stk_error *err) stk_must_check;
void gdb_memory_map_write(struct gdb_buf *out, const struct gdb_memory *map, size_t count);

#endif
