/* SPDX-License-Identifier: MIT */
/* host.h - how a programmer calls a loader; facts from core/facts/hosts.toml */
#ifndef HOST_H
#define HOST_H

#include "core.h"

enum host_trap {
	HOST_TRAP_BELOW_IMAGE,	/* in the free word below the image, else after it */
	HOST_TRAP_LINK_PAGE,	/* at (link address & ~0xFF), whatever is there */
};

enum host_init {
	HOST_INIT_PER_PHASE,	/* before the first call of a phase, UnInit after the last */
	HOST_INIT_PER_CALL,	/* before every operation */
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

struct stk_host {
	struct stk_host_info info;	/* changes: [host.NAME.change.KEY] */
	uint32_t stack_bytes;	/* wanted */
	uint32_t stack_min;	/* the least it works with */
	uint32_t guard_bytes;	/* pattern below the stack, checked after calls; 0: none */
	bool stack_aligned;	/* stack pointer is a multiple of 8 */
	enum host_trap trap;
	bool zero_bss;
	bool zero_registers;	/* registers that are no arguments are 0, else left alone */
	bool static_base;	/* R9 is set where the loader has one */
	bool primask;		/* PRIMASK is set for each call */
	bool mask_ints;		/* DHCSR.C_MASKINTS is set for each call */
	enum host_init init;
	uint32_t init_r0;	/* R0 of an Init that takes no argument */
	enum host_erase_end erase_end;
	bool erase_range;	/* one call for a run of sectors, where the format takes ranges */
	uint32_t chunk_bytes;	/* program and read calls; 0: as much as the buffer holds */
	bool reload;		/* the image is written again before every operation */
	bool declared_limits;	/* the loader's own time limits are used where it has some */
	uint32_t init_ms, erase_sector_ms, erase_chip_ms, program_ms, read_ms, verify_ms;
	const struct host_source *sources;
	size_t n_sources;
};

/* Generated from hosts.toml; NULL-ended. */
extern const struct stk_host *const host_table[];

/*
 * Hosts of which we know what they mind, but not enough to act as they do:
 * [other.NAME]. NULL-ended.
 */
extern const struct stk_host_info *const host_others[];

/* The change called @key, and whose it is; NULL: there is none. */
const struct stk_host_change *host_change_find(const char *key,
					       const struct stk_host_info **ret_host);

/* Does it take loaders of this format? */
bool host_takes(const struct stk_host_info *host, const char *format);

#endif
