/* SPDX-License-Identifier: GPL-2.0-only */
/* fake-emu.c - the functions of emu.h over a clock that the test moves */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake-emu.h"

/* ---- the test's side --------------------------------------------------- */

static const struct emu_model *find_model(const struct emu_model *const *models,
					  const char *name)
{
	for (; name && models && *models; models++)
		if (!strcmp((*models)->name, name))
			return *models;
	return NULL;
}

static void add_dev(struct emu *emu, const struct stk_peripheral *p,
		    const struct emu_model *model)
{
	struct emu_dev *dev = &emu->dev[emu->n_devs++];

	dev->emu = emu;
	dev->facts = p;
	dev->model = model;
	dev->priv = calloc(1, model->priv_size + 1);
	dev->regs = calloc((p->length + 3) / 4, sizeof(uint32_t));
}

void fake_open(struct emu *emu, const struct stk_chip *chip,
	       const struct emu_model *const *models)
{
	fake_open_with(emu, chip, models, NULL);
}

void fake_open_with(struct emu *emu, const struct stk_chip *chip,
		    const struct emu_model *const *models, const char *const *options)
{
	const struct emu_model *model;
	size_t i;

	memset(emu, 0, sizeof(*emu));
	emu->chip = chip;
	emu->options = options;
	emu->hz = chip->clock_hz;
	for (i = 0; i < chip->n_peripherals; i++) {
		model = find_model(models, chip->peripherals[i].model);
		if (model && emu->n_devs < FAKE_DEVS)
			add_dev(emu, &chip->peripherals[i], model);
	}
	for (i = 0; i < emu->n_devs; i++)
		if (emu->dev[i].model->init && emu->dev[i].model->init(&emu->dev[i], NULL))
			abort();
	fake_reset(emu, true);
}

void fake_close(struct emu *emu)
{
	unsigned int i;

	for (i = 0; i < emu->n_devs; i++) {
		if (emu->dev[i].model->fini)
			emu->dev[i].model->fini(&emu->dev[i]);
		free(emu->dev[i].priv);
		free(emu->dev[i].regs);
	}
	for (i = 0; i < emu->n_stores; i++)
		free(emu->store[i].bytes);
}

static void reset_registers(struct emu_dev *dev)
{
	size_t i;

	memset(dev->regs, 0, (dev->facts->length + 3) / 4 * 4);
	for (i = 0; i < dev->facts->n_registers; i++)
		dev->regs[dev->facts->registers[i].offset / 4] =
			dev->facts->registers[i].reset;
}

void fake_reset(struct emu *emu, bool power)
{
	unsigned int i;

	for (i = 0; i < emu->n_devs; i++)
		reset_registers(&emu->dev[i]);
	for (i = 0; i < emu->n_devs; i++)
		if (emu->dev[i].model->reset)
			emu->dev[i].model->reset(&emu->dev[i], power);
	fake_forget(emu);
}

void fake_pass(struct emu *emu, uint64_t ns)
{
	emu_stall_until(emu, emu->now + ns);
}

void fake_forget(struct emu *emu)
{
	emu->rules[0] = 0;
	emu->faults = emu->hangs = emu->resets = emu->erases = emu->programs = 0;
}

bool fake_fired(const struct emu *emu, const char *id)
{
	const char *at = strstr(emu->rules, id);

	/* Some ids begin with another. */
	while (at && at[strlen(id)] != ' ')
		at = strstr(at + 1, id);
	return at;
}

static struct emu_window *window_at(struct emu *emu, uint64_t addr)
{
	unsigned int i;

	for (i = 0; i < emu->n_windows; i++)
		if (addr - emu->window[i].start < emu->window[i].size)
			return &emu->window[i];
	return NULL;
}

static struct emu_dev *dev_at(struct emu *emu, uint64_t addr)
{
	unsigned int i;

	for (i = 0; i < emu->n_devs; i++)
		if (addr - emu->dev[i].facts->base < emu->dev[i].facts->length)
			return &emu->dev[i];
	abort();
}

uint32_t fake_read(struct emu *emu, uint64_t addr, unsigned int width)
{
	struct emu_window *w = window_at(emu, addr);
	struct emu_dev *dev;

	if (w)
		return w->read(w->priv, addr - w->start, width, false);
	dev = dev_at(emu, addr);
	if (!dev->model->read)
		return emu_reg_read(dev, (uint32_t)(addr - dev->facts->base), width);
	return dev->model->read(dev, (uint32_t)(addr - dev->facts->base), width, false);
}

void fake_write(struct emu *emu, uint64_t addr, unsigned int width, uint32_t value)
{
	struct emu_window *w = window_at(emu, addr);
	struct emu_dev *dev;

	if (w && w->write) {
		w->write(w->priv, addr - w->start, width, value, false);
		return;
	}
	if (w) {
		emu_bus_fault(emu, addr, true, "it cannot be written");
		return;
	}
	dev = dev_at(emu, addr);
	dev->model->write(dev, (uint32_t)(addr - dev->facts->base), width, value, false);
}

/* ---- the model's side -------------------------------------------------- */

struct emu_dev *emu_find_dev(struct emu *emu, const char *name)
{
	unsigned int i;

	for (i = 0; i < emu->n_devs; i++)
		if (!strcmp(emu->dev[i].facts->name, name))
			return &emu->dev[i];
	return NULL;
}

void emu_reset_dev(struct emu_dev *dev)
{
	reset_registers(dev);
	if (dev->model->reset)
		dev->model->reset(dev, false);
}

int emu_add_window(struct emu *emu, const struct emu_window *window, struct stk_error *err)
{
	if (emu->n_windows == FAKE_WINDOWS)
		abort();
	emu->window[emu->n_windows++] = *window;
	return 0;
}

uint8_t *emu_store(struct emu *emu, const char *name, size_t size, uint8_t erased,
		   struct stk_error *err)
{
	struct fake_store *s = &emu->store[emu->n_stores++];

	if (emu->n_stores > FAKE_STORES || strlen(name) >= sizeof(s->name))
		abort();
	strcpy(s->name, name);
	s->size = size;
	s->bytes = malloc(size);
	memset(s->bytes, erased, size);
	return s->bytes;
}

uint64_t emu_now(const struct emu *emu)
{
	return emu->now;
}

void emu_cancel(struct emu *emu, struct emu_event *ev)
{
	struct emu_event **p;

	for (p = &emu->events; *p; p = &(*p)->next) {
		if (*p != ev)
			continue;
		*p = ev->next;
		break;
	}
	ev->when = 0;
}

void emu_schedule(struct emu *emu, struct emu_event *ev, uint64_t when)
{
	struct emu_event **p;

	emu_cancel(emu, ev);
	ev->when = when ? when : 1;
	for (p = &emu->events; *p && (*p)->when <= ev->when; p = &(*p)->next)
		;
	ev->next = *p;
	*p = ev;
}

void emu_stall_until(struct emu *emu, uint64_t when)
{
	struct emu_event *ev;

	while (emu->events && emu->events->when <= when) {
		ev = emu->events;
		emu->now = ev->when;
		emu_cancel(emu, ev);
		ev->fire(ev->data);
	}
	emu->now = when > emu->now ? when : emu->now;
}

uint32_t emu_clock(const struct emu *emu)
{
	return emu->hz;
}

void emu_set_clock(struct emu *emu, uint32_t hz)
{
	emu->hz = hz;
}

void emu_changed(struct emu *emu)
{
}

void emu_unchanged(struct emu *emu)
{
}

void emu_bus_fault(struct emu *emu, uint64_t addr, bool write, const char *why)
{
	emu->faults++;
}

void emu_bus_hang(struct emu *emu, uint64_t addr, const char *why)
{
	emu->hangs++;
}

uint8_t *emu_cells_at(struct emu *emu, bool write, uint64_t addr, size_t *len)
{
	struct emu_window *w = window_at(emu, addr);

	return w && w->cells ? w->cells(w->priv, write, addr - w->start, len) : NULL;
}

int emu_offer(struct emu *emu, const struct emu_failure *failure, struct stk_error *err)
{
	size_t used = strlen(emu->offered);

	snprintf(emu->offered + used, sizeof(emu->offered) - used, "%s ",
		 failure->is.name);
	return 0;
}

bool emu_fails(const struct emu *emu, const char *name)
{
	return emu->fails && !strcmp(emu->fails, name);
}

int emu_offer_bad_cells(struct emu *emu, uint8_t erased, unsigned int bits,
			struct stk_error *err)
{
	return 0;
}

bool emu_has_bad_cells(const struct emu *emu)
{
	return false;
}

bool emu_is_stuck(const struct emu *emu, const uint8_t *cell)
{
	return false;
}

bool emu_restore_stuck(const struct emu *emu, uint8_t *cells, size_t len)
{
	return false;
}

void emu_system_reset(struct emu *emu, const char *why)
{
	emu->resets++;
}

void emu_irq(struct emu *emu, unsigned int line, bool level)
{
	if (line < FAKE_IRQS)
		emu->irq[line] = level;
}

void emu_rule_fired(struct emu *emu, const struct emu_rule *rule, uint64_t addr)
{
	size_t used = strlen(emu->rules);

	snprintf(emu->rules + used, sizeof(emu->rules) - used, "%s ", rule->id);
}

const char *emu_rule_variant(struct emu *emu, const char *id, const char *fallback)
{
	char key[64];
	const char *value;

	snprintf(key, sizeof(key), "rule.%s", id);
	value = emu_option(emu, key);
	if (!value && emu->variant_of && !strcmp(emu->variant_of, id))
		value = emu->variant;
	return value ? value : fallback;
}

int emu_add_choice(struct emu *emu, struct emu_choice *choice, struct stk_error *err)
{
	const char *chosen = emu_rule_variant(emu, choice->rule->id, NULL);
	unsigned int i;

	for (i = 0; chosen && choice->names[i]; i++) {
		if (strcmp(choice->names[i], chosen))
			continue;
		choice->now = i;
		return 0;
	}
	return chosen ? -EINVAL : 0;
}

void emu_flash_changed(struct emu *emu, const char *what, uint64_t addr, uint64_t len)
{
	if (*what == 'e')
		emu->erases++;
	else
		emu->programs++;
}

const char *emu_option(struct emu *emu, const char *key)
{
	const char *const *o = emu->options;
	size_t len = strlen(key);

	for (; o && *o; o++)
		if (!strncmp(*o, key, len) && (*o)[len] == '=')
			return *o + len + 1;
	return NULL;
}

const struct stk_chip *emu_chip(const struct emu *emu)
{
	return emu->chip;
}

struct stk_ctx *emu_ctx(const struct emu *emu)
{
	return NULL;
}

uint32_t emu_random(struct emu *emu)
{
	emu->random = emu->random * 1664525u + 1013904223u;
	return emu->random >> 8;
}

bool emu_debugger(const struct emu *emu)
{
	return !emu->no_debugger;
}
