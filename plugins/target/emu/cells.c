/* SPDX-License-Identifier: GPL-2.0-only */
/* cells.c - what the flash really holds, by address: the only truth of a test bench */
#include <errno.h>
#include <string.h>

#include "priv.h"

/* Memories begin and end at multiples of it, so an alias ends between two runs. */
#define RUN	1024u

uint8_t *emu_cells_at(struct emu *emu, bool write, uint64_t addr, size_t *len)
{
	const struct emu_region *r;
	uint32_t at;

	if (addr > UINT32_MAX || bus_ram(emu, (uint32_t)addr))
		return NULL;
	at = bus_resolve(emu, (uint32_t)addr);
	r = bus_region(emu, at);
	if (!r || !r->window || !r->window->cells)
		return NULL;
	if (*len > RUN - addr % RUN)
		*len = RUN - addr % RUN;
	if (*len > (uint64_t)r->last - at + 1)
		*len = (size_t)((uint64_t)r->last - at + 1);
	return r->window->cells(r->window->priv, write, at - r->start, len);
}

/* All of it, or nothing is touched. */
static int check(struct emu *emu, uint64_t addr, size_t len, struct stk_error *err)
{
	while (len) {
		size_t run = len;

		if (!emu_cells_at(emu, false, addr, &run))
			return stk_fail(err, STK_ORIGIN_USAGE, ENXIO, "no-cells",
					"there is no flash cell at 0x%08llx of this %s",
					(unsigned long long)addr, emu->chip->name);
		addr += run;
		len -= run;
	}
	return 0;
}

int cells_access(struct emu *emu, bool write, uint64_t addr, void *buf, size_t len,
		 struct stk_error *err)
{
	uint8_t *bytes = buf;
	int r = check(emu, addr, len, err);

	if (r)
		return r;
	while (len) {
		size_t run = len;
		uint8_t *cells = emu_cells_at(emu, write, addr, &run);

		memcpy(write ? cells : bytes, write ? bytes : cells, run);
		if (write)
			emu_restore_stuck(emu, cells, run);
		addr += run;
		bytes += run;
		len -= run;
	}
	emu->changes += write;
	return 0;
}
