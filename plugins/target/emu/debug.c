/* SPDX-License-Identifier: GPL-2.0-only */
/* debug.c - memory as the debugger sees it: RAM at once, the rest word by word */
#include <errno.h>
#include <string.h>

#include "priv.h"

static int refused(struct emu *emu, bool write, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_TARGET, EIO, "bus-fault",
			"the debugger cannot %s 0x%08x: %s", write ? "write" : "read",
			emu->access.fault_addr, emu->access.why);
}

static int check_range(uint64_t addr, size_t len, struct stk_error *err)
{
	if (addr > UINT32_MAX || len > (1ull << 32) - addr)
		return stk_fail(
			err, STK_ORIGIN_USAGE, EINVAL, "bad-address",
			"0x%llx bytes at 0x%llx are past the end of the address space",
			(unsigned long long)len, (unsigned long long)addr);
	return 0;
}

/* The widest aligned access that fits. */
static unsigned int width_for(uint32_t addr, size_t len)
{
	if (addr % 4 == 0 && len >= 4)
		return 4;
	return addr % 2 == 0 && len >= 2 ? 2 : 1;
}

static void ram_written(struct emu *emu, const struct emu_ram *ram, uint32_t addr,
			size_t len)
{
	cpu_forget_code(emu, addr, (uint32_t)len);
	if (ram->twin)
		cpu_forget_code(emu, addr - ram->start + ram->twin->start, (uint32_t)len);
}

static size_t in_ram(const struct emu_ram *ram, uint32_t addr, size_t len)
{
	size_t room = ram->start + ram->size - addr;

	return len < room ? len : room;
}

int bus_debug_read(struct emu *emu, uint64_t addr, void *buf, size_t len,
		   struct stk_error *err)
{
	uint8_t *to = buf;
	int r = check_range(addr, len, err);

	if (r)
		return r;
	emu->access.faulted = false;
	while (len) {
		uint32_t at = (uint32_t)addr, value;
		struct emu_ram *ram = bus_ram(emu, at);
		size_t n;

		if (ram) {
			n = in_ram(ram, at, len);
			memcpy(to, ram->bytes + (at - ram->start), n);
		} else {
			n = width_for(at, len);
			value = bus_read(emu, at, (unsigned int)n, true);
			if (emu->access.faulted)
				return refused(emu, false, err);
			memcpy(to, &value, n);
		}
		addr += n;
		to += n;
		len -= n;
	}
	return 0;
}

int bus_debug_write(struct emu *emu, uint64_t addr, const void *buf, size_t len,
		    struct stk_error *err)
{
	const uint8_t *from = buf;
	int r = check_range(addr, len, err);

	if (r)
		return r;
	emu->access.faulted = false;
	while (len) {
		uint32_t at = (uint32_t)addr, value = 0;
		struct emu_ram *ram = bus_ram(emu, at);
		size_t n;

		if (ram) {
			n = in_ram(ram, at, len);
			memcpy(ram->bytes + (at - ram->start), from, n);
			ram_written(emu, ram, at, n);
		} else {
			n = width_for(at, len);
			memcpy(&value, from, n);
			bus_write(emu, at, (unsigned int)n, value, true);
			if (emu->access.faulted)
				return refused(emu, true, err);
		}
		addr += n;
		from += n;
		len -= n;
	}
	emu->changes++;
	return 0;
}
