/* SPDX-License-Identifier: MIT */
/* host.h - how a programmer calls a loader; facts from core/facts/hosts.toml */
#ifndef HOST_H
#define HOST_H

#include "core.h"

/* Where the parts of a loader go. */
enum host_place {
	HOST_PLACE_ROOM,	/* each where there is room for it, in RAM of any bank */
	HOST_PLACE_ABOVE_IMAGE,	/* the stack right above a fixed image, data above it */
	/* The others have one RAM, and move the image: from its start ... */
	HOST_PLACE_STACK_FIRST,	/* stack, image, page buffers */
	HOST_PLACE_IMAGE_FIRST,	/* image, page buffers, stack */
	HOST_PLACE_STACK_LAST,	/* image, page buffers; the stack at the end of RAM */
	/* ... or to its end. */
	HOST_PLACE_TOP_DOWN,	/* stack, page buffers, image */
};

enum host_trap {
	HOST_TRAP_BELOW_IMAGE,	/* in the free word below the image, else after it */
	HOST_TRAP_LINK_PAGE,	/* at (link address & ~0xFF), whatever is there */
	HOST_TRAP_HEADER,	/* first in the header before the image */
};

/* What of the file goes into RAM. */
enum host_load {
	HOST_LOAD_SEGMENTS,
	HOST_LOAD_BY_FLAG,	/* sections that are executable or writable */
};

enum host_init {
	HOST_INIT_PER_PHASE,	/* before the first call of a phase, UnInit after the last */
	HOST_INIT_PER_OPERATION,	/* before each range that is erased, written or read */
	HOST_INIT_PER_CALL,	/* before every call */
};

enum host_erase_end {
	HOST_ERASE_LAST_BYTE,	/* end address is the last byte of the last sector */
	HOST_ERASE_LAST_SECTOR,	/* end address is the start of the last sector */
};

/* A rule's value in hosts.toml comes with its source; kept for reports. */
struct host_source {
	const char *key;	/* "stack_bytes" */
	const char *source;	/* "ST stldr_driver.c", ... */
	const char *basis;	/* "manual", "observed", "assumed", "chosen" (our own) */
};

struct stk_host;

/* What no source settles. */
struct host_doubt {
	const char *key;
	const char *question;	/* "whether PRIMASK is set as well", or a sentence */
	const struct stk_host *otherwise;	/* the same profile but for that key */
};

struct stk_host {
	struct stk_host_info info;	/* changes: [host.NAME.change.KEY] */
	enum host_place place;
	enum host_trap trap;
	enum host_load load;
	uint32_t load_offset;	/* a fixed image is put so far above where it is linked to */
	uint32_t header_bytes;	/* before an image that is moved */
	uint32_t stack_bytes;	/* wanted */
	uint32_t stack_min;	/* the least it works with */
	uint32_t guard_bytes;	/* pattern below the stack, checked after calls; 0: none */
	uint32_t buffer_align;
	uint32_t page_buffers;	/* used in turn */
	uint32_t page_too_small;	/* up to it a page size is not believed: a sector's is taken */
	bool stack_aligned;	/* stack pointer is a multiple of 8 */
	bool stack_check;	/* it looks whether the stack has overflowed */
	bool zero_bss;
	bool zero_registers;	/* registers that are no arguments are 0, else left alone */
	bool registers_once;	/* SP and R9 are set for Init alone */
	bool static_base;	/* R9 is set where the loader has one */
	bool primask;		/* PRIMASK is set for each call */
	bool mask_ints;		/* DHCSR.C_MASKINTS is set for each call */
	enum host_init init;
	uint32_t init_r0;	/* R0 of an Init that takes no argument */
	uint32_t init_clock_hz;	/* the clock that an Init is told, where it takes one */
	enum host_erase_end erase_end;
	bool erase_range;	/* one call for a run of sectors, where the format takes ranges */
	bool blank_check;	/* BlankCheck before each erase, which is left out if it says so */
	uint32_t chunk_bytes;	/* program and read calls; 0: as much as the buffer holds */
	bool reload;		/* the image is written again before every Init */
	bool declared_limits;	/* the loader's own time limits are used where it has some */
	uint32_t init_ms, erase_sector_ms, erase_chip_ms, program_ms, read_ms, verify_ms;
	const struct host_source *sources;
	size_t n_sources;
	const struct host_doubt *doubts;
	size_t n_doubts;
	size_t act;		/* profiles with the same number do the same with a loader */
};

/* "cubeide" "1.8.0" is "cubeprogrammer" "2.9.0". */
struct host_alias {
	const char *name, *version, *host, *host_version, *source, *basis;
};

/* Generated from hosts.toml: the newest profile of each host; all. NULL-ended. */
extern const struct stk_host *const host_table[];
extern const struct stk_host *const host_profiles[];
/* From toolchains.toml; ended by one without a name. */
extern const struct host_alias host_aliases[];
extern const size_t host_n_acts;

/* Does it do so in the versions of this profile? */
enum host_does {
	HOST_DOES_NOT,
	HOST_DOES,
	HOST_MAY,		/* no source says so for these versions */
};
enum host_does host_does(const struct stk_host *host, const struct stk_host_change *change);

/* The change called @key, and whose it is; NULL: there is none. */
const struct stk_host_change *host_change_find(const char *key,
					       const struct stk_host_info **ret_host);

/* Where its value of @key comes from; NULL: no such key. */
const struct host_source *host_source_of(const struct stk_host *host, const char *key);

/* Does it take loaders of this format? */
bool host_takes(const struct stk_host_info *host, const char *format);

#endif
