/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * perturb.c - registers that the core reads otherwise than they are
 *
 * Whatever a load does besides, it still does: only what the core gets is another
 * value. That is the same each time, so a loop that polls it is as good a loop.
 */
#include <errno.h>

#include "priv.h"

static int find(const struct emu_perturb *p, uint32_t addr)
{
	unsigned int i;

	for (i = 0; i < p->n; i++)
		if (p->at[i].addr == addr)
			return (int)i;
	return -1;
}

int perturb_set(struct emu *emu, uint64_t addr, uint32_t mask, uint32_t value,
		struct stk_error *err)
{
	struct emu_perturb *p = &emu->perturb;
	uint32_t at;
	int i;

	if (addr > UINT32_MAX || bus_ram(emu, (uint32_t)addr))
		return stk_fail(err, STK_ORIGIN_USAGE, EINVAL, "not-a-register",
				"0x%08llx is no register or read-only memory that loads "
				"could be made to differ from",
				(unsigned long long)addr);
	at = bus_resolve(emu, (uint32_t)addr);
	i = find(p, at);
	if (i < 0 && mask && p->n == EMU_MAX_PERTURBED)
		return stk_fail(err, STK_ORIGIN_USAGE, ENOSPC, "too-many-perturbed",
				"no more than %d registers can be perturbed at a time",
				EMU_MAX_PERTURBED);
	if (i < 0 && mask)
		i = (int)p->n++;
	if (mask)
		p->at[i] = (struct emu_perturbed){ at, mask, value & mask };
	else if (i >= 0)
		p->at[i] = p->at[--p->n];
	emu->changes++;
	poll_reset(emu);
	return 0;
}

uint32_t perturb_apply(const struct emu *emu, uint32_t addr, unsigned int width,
		       uint32_t value)
{
	const struct emu_perturb *p = &emu->perturb;
	unsigned int i, byte;

	for (i = 0; i < p->n; i++) {
		for (byte = 0; byte < width; byte++) {
			uint32_t from = addr + byte - p->at[i].addr;
			uint32_t mask;

			if (from > 3)
				continue;
			mask = (p->at[i].mask >> 8 * from & 0xff) << 8 * byte;
			value = (value & ~mask) |
				((p->at[i].value >> 8 * from & 0xff) << 8 * byte & mask);
		}
	}
	return value;
}
