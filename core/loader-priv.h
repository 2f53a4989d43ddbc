/* SPDX-License-Identifier: MIT */
/* loader-priv.h - what the files that make a loader share */
#ifndef LOADER_PRIV_H
#define LOADER_PRIV_H

#include "arena.h"
#include "loader.h"

/* More findings than that tell nobody anything. */
#define LOADER_MAX_FINDINGS	64
/* Names that the formats know, with room for others. */
#define LOADER_MAX_FUNCTIONS	64
/* A loader's image has two or three pieces. */
#define LOADER_MAX_CHUNKS	1024

/* A file that is built for both formats has two device tables. */
#define LOADER_MAX_TABLES	2

/* A device table: the addresses its symbol spans, its bytes in the file. */
struct loader_table {
	struct stk_range range;
	const uint8_t *bytes;
	size_t len;
};

struct stk_loader {
	struct stk_loader_info info;
	struct arena arena;
	uint8_t *bytes;
	struct stk_elf *elf;
	const struct stk_format_driver *format;
	struct loader_table tables[LOADER_MAX_TABLES];	/* the first one counts */
	size_t n_tables;
	struct loader_chunk *chunks;
	size_t n_chunks;
	struct code *code;		/* NULL: not taken apart yet */
	bool checked;			/* stk_loader_check() was here */
	struct stk_function functions[LOADER_MAX_FUNCTIONS];
	struct stk_finding findings[LOADER_MAX_FINDINGS];
};

/* What a format driver fills is the loader itself. */
struct stk_loader_builder {
	struct stk_loader *loader;
};

/* footprint.c: segments, image, link address, RAM size, digest of the code. */
int loader_footprint(struct stk_loader *loader, struct stk_error *err) stk_must_check;

/* producer.c: CPU, floating point unit, compiler, as far as the file says. */
void loader_producer(struct stk_loader *loader);

/* lint.c: the core's rules, then the format's. */
int loader_lint(struct stk_loader *loader, const struct stk_format_driver *const *drivers,
		size_t n_drivers, struct stk_error *err) stk_must_check;

/* code.c */
struct code;
void code_free(struct code *code);
/* What stk_loader_code() does once it has a module. */
int code_take_apart(struct stk_loader *loader, const struct stk_analysis_driver *driver,
		    struct stk_error *err) stk_must_check;

/* names.c: "ARM", "RISC-V"; NULL: not known. */
const char *machine_name(uint16_t machine);

#endif
