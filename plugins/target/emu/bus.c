/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bus.c - who answers at an address
 *
 * RAM the core reaches by itself; everything else comes here: register
 * blocks from the chip's facts, windows that models add, the private
 * peripheral bus, the alias at address 0 and the bit-band aliases. Where
 * nobody answers the access is a bus fault.
 */
#include <string.h>

#include "priv.h"

#define PPB		0xe0000000u
#define PPB_LAST	0xe00fffffu

static bool is_ppb(uint32_t addr)
{
	return addr >= PPB && addr <= PPB_LAST;
}

static const struct emu_rule rule_unmodelled = {
	"unmodelled-register", "assumed", "no model",
	"a register that no model claims reads as last written"
};
static const struct emu_rule rule_rom = {
	"unmodelled-rom", "assumed", "no model",
	"read-only memory whose contents are not known reads as 0"
};
static const struct emu_rule rule_clock_off = {
	"clock-off", "manual", "RCC chapter: peripheral clock enable",
	"the peripheral's clock is off: reads give 0 and writes are ignored"
};

struct emu_ram *bus_ram(struct emu *emu, uint32_t addr)
{
	unsigned int i;

	for (i = 0; i < emu->bus.n_ram; i++)
		if (addr - emu->bus.ram[i].start < emu->bus.ram[i].size)
			return &emu->bus.ram[i];
	return NULL;
}

uint16_t bus_opcode(struct emu *emu, uint32_t pc)
{
	struct emu_ram *ram = bus_ram(emu, pc);

	return ram ? (uint16_t)(ram->bytes[pc - ram->start] |
				ram->bytes[pc - ram->start + 1] << 8) : 0;
}

const struct emu_region *bus_region(struct emu *emu, uint32_t addr)
{
	struct emu_bus *bus = &emu->bus;
	unsigned int low = 0, high = bus->n_region;

	if (bus->recent && addr >= bus->recent->start && addr <= bus->recent->last)
		return bus->recent;
	while (low < high) {
		unsigned int mid = (low + high) / 2;

		if (addr > bus->region[mid].last)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == bus->n_region || addr < bus->region[low].start)
		return NULL;
	bus->recent = &bus->region[low];
	return bus->recent;
}

uint32_t bus_resolve(struct emu *emu, uint32_t addr)
{
	unsigned int i;

	for (i = 0; i < emu->bus.n_alias; i++) {
		const struct emu_alias *a = &emu->bus.alias[i];

		if (addr - a->start < a->size)
			return addr - a->start + a->to;
	}
	return addr;
}

static bool gate_closed(struct emu *emu, struct emu_slot *slot, uint32_t addr)
{
	if (!slot->gate.word || (*slot->gate.word & slot->gate.mask))
		return false;
	if (!slot->gate_reported)
		emu_rule_fired(emu, &rule_clock_off, addr);
	slot->gate_reported = true;
	return true;
}

static void report_unmodelled(struct emu *emu, struct emu_slot *slot, uint32_t addr)
{
	uint8_t *reported = &slot->reported[(addr - slot->dev.facts->base) / 4];

	if (!*reported)
		emu_rule_fired(emu, &rule_unmodelled, addr);
	*reported = 1;
}

static uint32_t dev_read(struct emu *emu, struct emu_dev *dev, uint32_t addr,
			 unsigned int width, bool debug)
{
	struct emu_slot *slot = (struct emu_slot *)dev;
	uint32_t offset = addr - (uint32_t)dev->facts->base;

	if (gate_closed(emu, slot, addr))
		return 0;
	if (dev->model && dev->model->read)
		return dev->model->read(dev, offset, width, debug);
	if (!dev->model && !debug)
		report_unmodelled(emu, slot, addr);
	return emu_reg_read(dev, offset, width);
}

static void dev_write(struct emu *emu, struct emu_dev *dev, uint32_t addr,
		      unsigned int width, uint32_t value, bool debug)
{
	struct emu_slot *slot = (struct emu_slot *)dev;
	uint32_t offset = addr - (uint32_t)dev->facts->base;

	if (gate_closed(emu, slot, addr)) {
		emu_unchanged(emu);
		return;
	}
	if (dev->model && dev->model->write) {
		dev->model->write(dev, offset, width, value, debug);
		return;
	}
	if (!dev->model && !debug)
		report_unmodelled(emu, slot, addr);
	if (!emu_reg_write(dev, offset, width, value))
		emu_unchanged(emu);
}

/* Bit-band: a word stands for one bit (ARMv7-M ARM B3.1, Cortex-M4 TRM 3.4.2). */
static bool is_bit_band(struct emu *emu, uint32_t addr, uint32_t *word, uint32_t *bit)
{
	uint32_t offset = addr & 0x01ffffff, base = addr & 0xfe000000;

	if (!emu->bus.bit_band || (base != 0x22000000 && base != 0x42000000))
		return false;
	*word = (base - 0x02000000) + (offset >> 5 & ~3u);
	*bit = offset >> 2 & 31;
	return true;
}

static bool ram_word(struct emu *emu, uint32_t addr, uint8_t **ret)
{
	struct emu_ram *ram = bus_ram(emu, addr);

	if (!ram)
		return false;
	*ret = ram->bytes + (addr - ram->start);
	return true;
}

static void read_nothing(struct emu *emu, uint32_t addr)
{
	const struct stk_memory *m = stk_chip_memory_at(emu->chip, addr);

	if (m && m->kind == STK_MEM_ROM)
		emu_rule_fired(emu, &rule_rom, addr);
	else
		emu_bus_fault(emu, addr, false, "nothing is there");
}

/* As it is; and the core's poll and observers have yet to hear of it. */
static uint32_t read_truth(struct emu *emu, const struct emu_region *r, uint32_t addr,
			   uint32_t at, unsigned int width, bool debug)
{
	if (r && r->dev)
		return dev_read(emu, r->dev, addr, width, debug);
	if (r)
		return r->window->read(r->window->priv, at - r->start, width, debug);
	if (is_ppb(addr))
		return scs_read(emu, addr, width, debug);
	read_nothing(emu, addr);
	return 0;
}

uint32_t bus_read(struct emu *emu, uint32_t addr, unsigned int width, bool debug)
{
	const struct emu_region *r;
	uint32_t value = 0, word, bit, at;
	uint8_t *bytes;

	emu->access.debug = debug;
	if (ram_word(emu, addr, &bytes)) {
		memcpy(&value, bytes, width);
		return value;
	}
	at = bus_resolve(emu, addr);
	r = bus_region(emu, at);
	if (!r && !is_ppb(addr) && is_bit_band(emu, addr, &word, &bit))
		return bus_read(emu, word, 4, debug) >> bit & 1;
	value = read_truth(emu, r, addr, at, width, debug);
	if (debug)
		return value;
	value = perturb_apply(emu, at, width, value);
	if ((r && r->dev) || (!r && is_ppb(addr)))
		observe_bus(emu, r ? r->dev : NULL, addr, width, value, false);
	poll_read(emu, addr, value);
	return value;
}

void bus_write(struct emu *emu, uint32_t addr, unsigned int width, uint32_t value,
	       bool debug)
{
	const struct emu_region *r;
	uint32_t word, bit, at;
	bool told = false;
	uint8_t *bytes;

	emu->access.debug = debug;
	if (ram_word(emu, addr, &bytes)) {
		emu->changes += memcmp(bytes, &value, width) != 0;
		memcpy(bytes, &value, width);
		return;
	}
	emu->access.unchanged = false;
	at = bus_resolve(emu, addr);
	r = bus_region(emu, at);
	if (((r && r->dev) || (!r && is_ppb(addr))) && !debug) {
		observe_bus(emu, r ? r->dev : NULL, addr, width, value, true);
		told = true;
	}
	if (r && r->dev) {
		dev_write(emu, r->dev, addr, width, value, debug);
	} else if (r && r->window->write) {
		r->window->write(r->window->priv, at - r->start, width, value, debug);
	} else if (r) {
		emu_bus_fault(emu, addr, true, "it cannot be written");
	} else if (is_ppb(addr)) {
		scs_write(emu, addr, width, value, debug);
	} else if (is_bit_band(emu, addr, &word, &bit)) {
		uint32_t old = bus_read(emu, word, 4, debug);

		bus_write(emu, word, 4, (old & ~(1u << bit)) | (value & 1) << bit, debug);
		return;
	} else {
		emu_bus_fault(emu, addr, true, "nothing is there");
	}
	if (!emu->access.unchanged)
		emu->changes++;
	else if (told)
		observe_no_effect(emu, addr);
}

void emu_changed(struct emu *emu)
{
	emu->changes++;
}

void emu_unchanged(struct emu *emu)
{
	emu->access.unchanged = true;
}

bool bus_peek(struct emu *emu, uint32_t addr, uint32_t *ret)
{
	emu->access.faulted = false;
	*ret = bus_read(emu, addr, 4, true);
	return !emu->access.faulted;
}

bool bus_poke(struct emu *emu, uint32_t addr, uint32_t value)
{
	emu->access.faulted = false;
	if (bus_ram(emu, addr))
		watch_store(emu, addr, 4, value);
	bus_write(emu, addr, 4, value, true);
	return !emu->access.faulted;
}
