/* SPDX-License-Identifier: GPL-2.0-only */
/* map.c - builds the memory map from the chip's facts, and brings it through resets */
#include <errno.h>
#include <string.h>

#include "priv.h"

#define PPB		0xe0000000u
#define NO_FACT		UINT64_MAX

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

static int bad_memory(struct emu *emu, const struct stk_memory *m, struct stk_error *err)
{
	return stk_fail(err, STK_ORIGIN_INTERNAL, EINVAL, "chip-facts",
			"the memory %s of %s cannot be emulated: 0x%llx bytes at 0x%llx",
			m->name, emu->chip->name, (unsigned long long)m->size,
			(unsigned long long)m->start);
}

static const struct stk_memory *memory_named(const struct stk_chip *chip, const char *name)
{
	size_t i;

	for (i = 0; i < chip->n_memories; i++)
		if (!strcmp(chip->memories[i].name, name))
			return &chip->memories[i];
	return NULL;
}

static int add_ram(struct emu *emu, const struct stk_memory *m, struct stk_error *err)
{
	struct emu_bus *bus = &emu->bus;
	struct emu_ram *ram = &bus->ram[bus->n_ram];

	if (bus->n_ram == EMU_MAX_RAM || m->start % 1024 || m->size % 1024 || !m->size ||
	    m->start + m->size > PPB)
		return bad_memory(emu, m, err);
	ram->emu = emu;
	ram->facts = m;
	ram->start = (uint32_t)m->start;
	ram->size = (uint32_t)m->size;
	bus->n_ram++;
	if (m->alias)
		return 0;
	/* Page alignment is what Unicorn wants of host memory. */
	ram->bytes = aligned_alloc(4096, (ram->size + 4095) & ~4095u);
	return ram->bytes ? 0 : stk_fail_nomem(err);
}

static int add_alias(struct emu *emu, uint64_t start, uint64_t size, uint64_t to)
{
	struct emu_bus *bus = &emu->bus;

	if (bus->n_alias == EMU_MAX_ALIAS)
		return -ENOSPC;
	bus->alias[bus->n_alias++] =
		(struct emu_alias){ (uint32_t)start, (uint32_t)size, (uint32_t)to };
	return 0;
}

/* Second views, when all first ones exist. */
static int join_ram(struct emu *emu, struct stk_error *err)
{
	struct emu_bus *bus = &emu->bus;
	unsigned int i, k;

	for (i = 0; i < bus->n_ram; i++) {
		struct emu_ram *ram = &bus->ram[i];

		for (k = 0; ram->facts->alias && k < bus->n_ram; k++)
			if (!strcmp(bus->ram[k].facts->name, ram->facts->alias))
				ram->twin = &bus->ram[k];
		if (!ram->facts->alias)
			continue;
		if (!ram->twin || !ram->twin->bytes || ram->twin->size < ram->size)
			return bad_memory(emu, ram->facts, err);
		ram->bytes = ram->twin->bytes;
		ram->borrowed = true;
		ram->twin->twin = ram;
	}
	return 0;
}

static int add_memory(struct emu *emu, const struct stk_memory *m, struct stk_error *err)
{
	const struct stk_memory *real = m->alias ? memory_named(emu->chip, m->alias) : NULL;

	if (m->kind == STK_MEM_RAM)
		return add_ram(emu, m, err);
	/* How flash is seen again is its controller's: maybe to be read only. */
	if (m->kind == STK_MEM_FLASH && m->alias)
		return 0;
	if (m->alias && (!real || add_alias(emu, m->start, m->size, real->start)))
		return bad_memory(emu, m, err);
	if (m->kind == STK_MEM_FLASH && !emu->bus.boot)
		emu->bus.boot = (uint32_t)m->start;
	return 0;
}

static int add_region(struct emu *emu, uint64_t start, uint64_t size, struct emu_dev *dev,
		      struct emu_window *window, struct stk_error *err)
{
	struct emu_bus *bus = &emu->bus;
	struct emu_region *r = &bus->region[bus->n_region];
	bool clash = false;
	unsigned int i;

	for (i = 0; i < bus->n_region; i++)
		clash |= start <= bus->region[i].last &&
			 start + size > bus->region[i].start;
	if (clash || bus->n_region == ARRAY_SIZE(bus->region) || !size ||
	    start + size > 1ull << 32)
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
				"%s has more peripherals than are supported",
				emu->chip->name);
	slot->dev.emu = emu;
	slot->dev.facts = p;
	slot->dev.model = find_model(p->model);
	slot->dev.regs = calloc(words, sizeof(uint32_t));
	slot->reported = calloc(words, 1);
	if (slot->dev.model)
		slot->dev.priv = calloc(1, slot->dev.model->priv_size + 1);
	bus->n_slot++;
	if (!slot->dev.regs || !slot->reported || (slot->dev.model && !slot->dev.priv))
		return stk_fail_nomem(err);
	return add_region(emu, p->base, p->length, &slot->dev, NULL, err);
}

/* After a reset the boot memory is seen at 0 too, where nothing else is. */
static int add_boot_alias(struct emu *emu, struct stk_error *err)
{
	const struct stk_memory *m = stk_chip_memory_at(emu->chip, emu->bus.boot);

	if (!m || stk_chip_memory_at(emu->chip, 0))
		return 0;
	return add_alias(emu, 0, m->size, m->start) ? bad_memory(emu, m, err) : 0;
}

int bus_open(struct emu *emu, struct stk_error *err)
{
	const struct stk_chip *chip = emu->chip;
	struct emu_bus *bus = &emu->bus;
	int r = 0;
	size_t i;

	for (i = 0; !r && i < chip->n_memories; i++)
		r = add_memory(emu, &chip->memories[i], err);
	if (r)
		return r;
	qsort(bus->ram, bus->n_ram, sizeof(bus->ram[0]), compare_ram);
	r = join_ram(emu, err);
	if (!r)
		r = add_boot_alias(emu, err);
	bus->bit_band = !strcmp(chip->core, "cortex-m3") ||
			!strcmp(chip->core, "cortex-m4");
	for (i = 0; !r && i < chip->n_peripherals; i++)
		r = add_dev(emu, &chip->peripherals[i], err);
	return r;
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
	}
	/* Not before: an event that a model cancels may be next to one of another's. */
	for (i = 0; i < bus->n_slot; i++) {
		free(bus->slot[i].dev.priv);
		free(bus->slot[i].dev.regs);
		free(bus->slot[i].reported);
	}
	for (i = 0; i < bus->n_ram; i++)
		if (!bus->ram[i].borrowed)
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

static void reset_registers(struct emu_dev *dev)
{
	const struct stk_peripheral *p = dev->facts;
	size_t i;

	memset(dev->regs, 0, (p->length + 3) / 4 * 4);
	for (i = 0; i < p->n_registers; i++)
		if (p->registers[i].offset < p->length)
			dev->regs[p->registers[i].offset / 4] = p->registers[i].reset;
}

void bus_reset(struct emu *emu, bool power)
{
	struct emu_bus *bus = &emu->bus;
	unsigned int i;

	if (power)
		scramble_ram(emu);
	for (i = 0; i < bus->n_slot; i++)
		reset_registers(&bus->slot[i].dev);
	for (i = 0; i < bus->n_slot; i++)
		if (bus->slot[i].dev.model && bus->slot[i].dev.model->reset)
			bus->slot[i].dev.model->reset(&bus->slot[i].dev, power);
}

void emu_reset_dev(struct emu_dev *dev)
{
	reset_registers(dev);
	if (dev->model && dev->model->reset)
		dev->model->reset(dev, false);
}

struct emu_dev *emu_find_dev(struct emu *emu, const char *name)
{
	unsigned int i;

	for (i = 0; i < emu->bus.n_slot; i++)
		if (!strcmp(emu->bus.slot[i].dev.facts->name, name))
			return &emu->bus.slot[i].dev;
	return NULL;
}
