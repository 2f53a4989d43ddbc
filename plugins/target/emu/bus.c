/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bus.c - who answers at an address
 *
 * RAM the core reaches by itself; everything else comes here: register
 * blocks from the chip's facts, windows that models add, the private
 * peripheral bus, the alias at address 0 and the bit-band aliases. Where
 * nobody answers the access is a bus fault.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "priv.h"

#define PPB		0xe0000000u
#define PPB_LAST	0xe00fffffu
#define NO_FACT		UINT64_MAX

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

/* ---- set-up ---- */

static int compare_ram(const void *a, const void *b)
{
	const struct emu_ram *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static int compare_region(const void *a, const void *b)
{
	const struct emu_region *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

static int add_ram(struct emu *emu, const struct stk_memory *m, struct stk_error *err)
{
	struct emu_bus *bus = &emu->bus;
	struct emu_ram *ram = &bus->ram[bus->n_ram];

	if (bus->n_ram == EMU_MAX_RAM || m->start % 1024 || m->size % 1024 ||
	    m->start + m->size > PPB)
		return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
				"the RAM %s of %s cannot be emulated: 0x%llx bytes at 0x%llx",
				m->name, emu->chip->name, (unsigned long long)m->size,
				(unsigned long long)m->start);
	ram->emu = emu;
	ram->facts = m;
	ram->start = (uint32_t)m->start;
	ram->size = (uint32_t)m->size;
	/* Page alignment is what Unicorn wants of host memory. */
	ram->bytes = aligned_alloc(4096, (ram->size + 4095) & ~4095u);
	if (!ram->bytes)
		return stk_fail_nomem(err);
	bus->n_ram++;
	return 0;
}

static int add_region(struct emu *emu, uint64_t start, uint64_t size, struct emu_dev *dev,
		      struct emu_window *window, struct stk_error *err)
{
	struct emu_bus *bus = &emu->bus;
	struct emu_region *r = &bus->region[bus->n_region];

	if (bus->n_region == ARRAY_SIZE(bus->region) || !size || start + size > 1ull << 32)
		return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
				"%s: no place for 0x%llx bytes at 0x%llx", emu->chip->name,
				(unsigned long long)size, (unsigned long long)start);
	r->start = (uint32_t)start;
	r->last = (uint32_t)(start + size - 1);
	r->dev = dev;
	r->window = window;
	bus->n_region++;
	qsort(bus->region, bus->n_region, sizeof(*r), compare_region);
	bus->recent = NULL;
	return 0;
}

int emu_add_window(struct emu *emu, const struct emu_window *window, struct stk_error *err)
{
	struct emu_bus *bus = &emu->bus;

	if (bus->n_window == EMU_MAX_WINDOW)
		return stk_fail(err, STK_ORIGIN_INTERNAL, ENOSPC, "chip-facts",
				"%s has more memory windows than are supported",
				emu->chip->name);
	bus->window[bus->n_window] = *window;
	return add_region(emu, window->start, window->size, NULL,
			  &bus->window[bus->n_window++], err);
}

static const struct emu_model *find_model(const char *name)
{
	const struct emu_model *const *m;

	for (m = emu_models; name && *m; m++)
		if (!strcmp((*m)->name, name))
			return *m;
	return NULL;
}

static int add_dev(struct emu *emu, const struct stk_peripheral *p, struct stk_error *err)
{
	struct emu_bus *bus = &emu->bus;
	struct emu_slot *slot = &bus->slot[bus->n_slot];
	size_t words = (p->length + 3) / 4;

	if (bus->n_slot == EMU_MAX_DEV)
		return stk_fail(err, STK_ORIGIN_INTERNAL, ENOSPC, "chip-facts",
				"%s has more peripherals than are supported", emu->chip->name);
	slot->dev.emu = emu;
	slot->dev.facts = p;
	slot->dev.model = find_model(p->model);
	if (p->model && !slot->dev.model)
		return stk_fail(err, STK_ORIGIN_INTERNAL, ENOENT, "no-model",
				"%s of %s needs the model %s, which does not exist", p->name,
				emu->chip->name, p->model);
	slot->dev.regs = calloc(words, sizeof(uint32_t));
	slot->reported = calloc(words, 1);
	if (slot->dev.model)
		slot->dev.priv = calloc(1, slot->dev.model->priv_size + 1);
	bus->n_slot++;
	if (!slot->dev.regs || !slot->reported || (slot->dev.model && !slot->dev.priv))
		return stk_fail_nomem(err);
	return add_region(emu, p->base, p->length, &slot->dev, NULL, err);
}

int bus_open(struct emu *emu, struct stk_error *err)
{
	const struct stk_chip *chip = emu->chip;
	struct emu_bus *bus = &emu->bus;
	bool low = false;
	size_t i;
	int r;

	for (i = 0; i < chip->n_memories; i++) {
		const struct stk_memory *m = &chip->memories[i];

		low |= m->start == 0;
		if (m->kind == STK_MEM_FLASH && !bus->boot) {
			bus->boot = (uint32_t)m->start;
			bus->boot_size = (uint32_t)m->size;
		}
		r = m->kind == STK_MEM_RAM ? add_ram(emu, m, err) : 0;
		if (r)
			return r;
	}
	if (low)
		bus->boot_size = 0;
	qsort(bus->ram, bus->n_ram, sizeof(bus->ram[0]), compare_ram);
	bus->bit_band = !strcmp(chip->core, "cortex-m3") || !strcmp(chip->core, "cortex-m4");
	for (i = 0; i < chip->n_peripherals; i++) {
		r = add_dev(emu, &chip->peripherals[i], err);
		if (r)
			return r;
	}
	return 0;
}

static void find_gate(struct emu *emu, struct emu_slot *slot)
{
	uint64_t reg = emu_fact(&slot->dev, "clock_reg", NO_FACT);
	uint64_t bit = emu_fact(&slot->dev, "clock_bit", NO_FACT);
	struct emu_dev *rcc = emu_find_dev(emu, "RCC");

	if (!rcc || bit > 31 || reg >= rcc->facts->length)
		return;
	slot->gate.word = &rcc->regs[reg / 4];
	slot->gate.mask = 1u << bit;
}

int bus_init_devs(struct emu *emu, struct stk_error *err)
{
	struct emu_bus *bus = &emu->bus;
	unsigned int i;
	int r;

	for (i = 0; i < bus->n_slot; i++) {
		struct emu_dev *dev = &bus->slot[i].dev;

		find_gate(emu, &bus->slot[i]);
		r = dev->model && dev->model->init ? dev->model->init(dev, err) : 0;
		if (r)
			return r;
	}
	return 0;
}

void bus_close(struct emu *emu)
{
	struct emu_bus *bus = &emu->bus;
	unsigned int i;

	for (i = 0; i < bus->n_slot; i++) {
		struct emu_dev *dev = &bus->slot[i].dev;

		if (dev->model && dev->model->fini && dev->priv)
			dev->model->fini(dev);
		free(dev->priv);
		free(dev->regs);
		free(bus->slot[i].reported);
	}
	for (i = 0; i < bus->n_ram; i++)
		free(bus->ram[i].bytes);
}

/* RAM after power-on holds anything but zeros. */
static void scramble_ram(struct emu *emu)
{
	unsigned int i;
	uint32_t at;

	for (i = 0; i < emu->bus.n_ram; i++) {
		struct emu_ram *ram = &emu->bus.ram[i];

		for (at = 0; at < ram->size; at += 4) {
			uint32_t word = emu_random(emu);

			memcpy(ram->bytes + at, &word, 4);
		}
		cpu_forget_code(emu, ram->start, ram->size);
	}
}

void bus_reset(struct emu *emu, bool power)
{
	struct emu_bus *bus = &emu->bus;
	unsigned int i;
	size_t k;

	if (power)
		scramble_ram(emu);
	for (i = 0; i < bus->n_slot; i++) {
		struct emu_dev *dev = &bus->slot[i].dev;
		const struct stk_peripheral *p = dev->facts;

		memset(dev->regs, 0, (p->length + 3) / 4 * 4);
		for (k = 0; k < p->n_registers; k++)
			if (p->registers[k].offset < p->length)
				dev->regs[p->registers[k].offset / 4] = p->registers[k].reset;
	}
	for (i = 0; i < bus->n_slot; i++)
		if (bus->slot[i].dev.model && bus->slot[i].dev.model->reset)
			bus->slot[i].dev.model->reset(&bus->slot[i].dev, power);
}

struct emu_dev *emu_find_dev(struct emu *emu, const char *name)
{
	unsigned int i;

	for (i = 0; i < emu->bus.n_slot; i++)
		if (!strcmp(emu->bus.slot[i].dev.facts->name, name))
			return &emu->bus.slot[i].dev;
	return NULL;
}

/* ---- one access ---- */

struct emu_ram *bus_ram(struct emu *emu, uint32_t addr)
{
	unsigned int i;

	for (i = 0; i < emu->bus.n_ram; i++)
		if (addr - emu->bus.ram[i].start < emu->bus.ram[i].size)
			return &emu->bus.ram[i];
	return NULL;
}

static const struct emu_region *find_region(struct emu *emu, uint32_t addr)
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

/* The alias of the boot memory at address 0. */
static uint32_t map_boot(struct emu *emu, uint32_t addr)
{
	return addr < emu->bus.boot_size ? addr + emu->bus.boot : addr;
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

static void dev_write(struct emu *emu, struct emu_dev *dev, uint32_t addr, unsigned int width,
		      uint32_t value, bool debug)
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

uint32_t bus_read(struct emu *emu, uint32_t addr, unsigned int width, bool debug)
{
	const struct emu_region *r;
	uint32_t value = 0, word, bit;
	uint8_t *bytes;

	emu->access.debug = debug;
	if (ram_word(emu, addr, &bytes)) {
		memcpy(&value, bytes, width);
		return value;
	}
	r = find_region(emu, map_boot(emu, addr));
	if (r && r->dev) {
		value = dev_read(emu, r->dev, addr, width, debug);
		if (!debug)
			observe_bus(emu, r->dev, addr, value, false);
	} else if (r) {
		value = r->window->read(r->window->priv, map_boot(emu, addr) - r->start, width,
					debug);
	} else if (addr >= PPB && addr <= PPB_LAST) {
		value = scs_read(emu, addr, width, debug);
		if (!debug)
			observe_bus(emu, NULL, addr, value, false);
	} else if (is_bit_band(emu, addr, &word, &bit)) {
		return bus_read(emu, word, 4, debug) >> bit & 1;
	} else {
		read_nothing(emu, addr);
	}
	if (!debug)
		poll_read(emu, addr, value);
	return value;
}

void bus_write(struct emu *emu, uint32_t addr, unsigned int width, uint32_t value, bool debug)
{
	const struct emu_region *r;
	uint32_t word, bit;
	uint8_t *bytes;

	emu->access.debug = debug;
	if (ram_word(emu, addr, &bytes)) {
		emu->changes += memcmp(bytes, &value, width) != 0;
		memcpy(bytes, &value, width);
		return;
	}
	emu->access.unchanged = false;
	r = find_region(emu, map_boot(emu, addr));
	if (r && r->dev) {
		if (!debug)
			observe_bus(emu, r->dev, addr, value, true);
		dev_write(emu, r->dev, addr, width, value, debug);
	} else if (r && r->window->write) {
		r->window->write(r->window->priv, map_boot(emu, addr) - r->start, width, value,
				 debug);
	} else if (r) {
		emu_bus_fault(emu, addr, true, "it cannot be written");
	} else if (addr >= PPB && addr <= PPB_LAST) {
		if (!debug)
			observe_bus(emu, NULL, addr, value, true);
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
