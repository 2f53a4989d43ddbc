/* SPDX-License-Identifier: MIT */
/* Reading chip facts: peripherals, registers, memories. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "chip.h"
#include "ctx.h"
#include "modules.h"

const struct stk_peripheral *stk_chip_peripheral(const struct stk_chip *chip,
						 const char *name)
{
	for (size_t i = 0; i < chip->n_peripherals; i++)
		if (!strcmp(chip->peripherals[i].name, name))
			return &chip->peripherals[i];
	return NULL;
}

const struct stk_peripheral *stk_chip_peripheral_at(const struct stk_chip *chip,
						    uint64_t addr)
{
	for (size_t i = 0; i < chip->n_peripherals; i++) {
		const struct stk_peripheral *p = &chip->peripherals[i];

		if (addr >= p->base && addr - p->base < p->length)
			return p;
	}
	return NULL;
}

const struct stk_register *stk_peripheral_register(const struct stk_peripheral *p,
						   const char *name)
{
	for (size_t i = 0; i < p->n_registers; i++)
		if (!strcmp(p->registers[i].name, name))
			return &p->registers[i];
	return NULL;
}

const struct stk_memory *stk_chip_memory_at(const struct stk_chip *chip, uint64_t addr)
{
	for (size_t i = 0; i < chip->n_memories; i++) {
		const struct stk_memory *m = &chip->memories[i];

		if (addr >= m->start && addr - m->start < m->size)
			return m;
	}
	return NULL;
}

uint64_t stk_peripheral_fact(const struct stk_peripheral *p, const char *key,
			     uint64_t fallback)
{
	for (size_t i = 0; i < p->n_facts; i++)
		if (!strcmp(p->facts[i].key, key))
			return p->facts[i].value;
	return fallback;
}

/* Append to @buf, cut off at @len. */
static stk_printf(3, 4) void append(char *buf, size_t len, const char *fmt, ...)
{
	size_t used = strlen(buf);
	va_list args;

	va_start(args, fmt);
	vsnprintf(buf + used, len - used, fmt, args);
	va_end(args);
}

const char *stk_register_text(const struct stk_register *r, uint32_t value, char *buf,
			      size_t len)
{
	const char *before = " (";

	if (!len)
		return "";
	snprintf(buf, len, "0x%08x", value);
	for (size_t i = 0; r && i < r->n_fields; i++) {
		const struct stk_field *f = &r->fields[i];
		uint32_t bits = value >> f->lsb & (uint32_t)((1ull << f->width) - 1);

		if (!bits)
			continue;
		append(buf, len, "%s%s", before, f->name);
		if (f->width > 1)
			append(buf, len, "=%u", bits);
		before = ", ";
	}
	if (before[0] == ',')
		append(buf, len, ")");
	return buf;
}

static int by_preference(const void *a, const void *b)
{
	const struct stk_memory *x = *(const struct stk_memory *const *)a;
	const struct stk_memory *y = *(const struct stk_memory *const *)b;

	/* 0 is "never by choice": last */
	if (x->preference != y->preference)
		return (uint8_t)(x->preference - 1) < (uint8_t)(y->preference - 1) ? -1 : 1;
	return x->start < y->start ? -1 : x->start > y->start;
}

int chip_ram(const struct stk_chip *chip, bool all, struct stk_range **ret,
	     size_t *ret_count, struct stk_error *err)
{
	stk_cleanup(freep) const struct stk_memory **ram = NULL;
	struct stk_range *out;
	size_t n = 0, used = 0;

	ram = calloc(chip->n_memories + 1, sizeof(*ram));
	out = calloc(chip->n_memories + 1, sizeof(*out));
	if (!ram || !out) {
		free(out);
		return stk_fail_nomem(err);
	}
	for (size_t i = 0; i < chip->n_memories; i++) {
		const struct stk_memory *m = &chip->memories[i];

		if (m->kind == STK_MEM_RAM && (all || m->preference))
			ram[n++] = m;
	}
	qsort(ram, n, sizeof(*ram), by_preference);
	for (size_t i = 0; i < n; i++) {
		if (used && stk_range_end(out[used - 1]) == ram[i]->start)
			out[used - 1].len += ram[i]->size;
		else
			out[used++] = (struct stk_range){ ram[i]->start, ram[i]->size };
	}
	*ret = out;
	*ret_count = used;
	return 0;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* Generated tables share the arrays of chips that have the same facts. */
bool chip_same_facts(const struct stk_chip *a, const struct stk_chip *b)
{
	return a->clock_hz == b->clock_hz && a->flash_kib == b->flash_kib &&
	       same_text(a->family, b->family) && same_text(a->core, b->core) &&
	       same_text(a->default_nor, b->default_nor) && a->identity == b->identity &&
	       a->n_identity == b->n_identity && a->memories == b->memories &&
	       a->n_memories == b->n_memories && a->banks == b->banks &&
	       a->n_banks == b->n_banks && a->peripherals == b->peripherals &&
	       a->n_peripherals == b->n_peripherals;
}

bool stk_chip_same(const struct stk_chip *a, const struct stk_chip *b)
{
	return chip_same_facts(a, b);
}

int stk_chip_list(struct stk_ctx *ctx, const struct stk_chip *const **ret,
		  size_t *ret_count, struct stk_error *err)
{
	const struct stk_chip_driver *const *drivers;
	size_t n_drivers, count = 0;
	int r;

	r = module_chips(ctx, &drivers, &n_drivers, err);
	if (r)
		return r;
	for (size_t i = 0; i < n_drivers; i++)
		count += drivers[i]->n_chips;
	if (!ctx->chips) {
		size_t at = 0;

		ctx->chips = calloc(count + 1, sizeof(*ctx->chips));
		if (!ctx->chips)
			return stk_fail_nomem(err);
		for (size_t i = 0; i < n_drivers; i++)
			for (size_t k = 0; k < drivers[i]->n_chips; k++)
				ctx->chips[at++] = drivers[i]->chips[k];
	}
	*ret = ctx->chips;
	*ret_count = count;
	return 0;
}

int stk_chip_find(struct stk_ctx *ctx, const char *name, const struct stk_chip **ret,
		  struct stk_error *err)
{
	const struct stk_chip_driver *const *drivers;
	size_t count;
	int r;

	r = module_chips(ctx, &drivers, &count, err);
	return r ? r : chip_find(drivers, count, name, ret, err);
}
