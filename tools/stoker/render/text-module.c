/* SPDX-License-Identifier: MIT */
/* Modules, targets and chips for people. */
#include "render.h"

#include <inttypes.h>
#include <string.h>

static const char *or_dash(const char *s)
{
	return s ? s : "-";
}

void text_modules(FILE *out, const struct stk_module_info *const *modules, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct stk_module_info *m = modules[i];

		fprintf(out, "%s/%-*s %-10s %-18s %s ", stk_class_name(m->class_id),
			(int)(14 - strlen(stk_class_name(m->class_id))), or_dash(m->name),
			or_dash(m->version), or_dash(m->license),
			m->ours ? "    " : "(T) ");
		text_safe(out, m->path);
		putc('\n', out);
		if (m->refused) {
			fputs("  refused: ", out);
			text_safe(out, m->refused);
			putc('\n', out);
		}
	}
}

static void text_field(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%-13s", name);
	text_safe(out, or_dash(value));
	putc('\n', out);
}

void text_module(FILE *out, const struct stk_module_info *m)
{
	fprintf(out, "%-13s%s/%s\n", "module", stk_class_name(m->class_id), m->name);
	text_field(out, "description", m->description);
	text_field(out, "version", m->version);
	text_field(out, "license", m->license);
	fprintf(out, "%-13s%u\n", "abi", m->abi);
	text_field(out, "path", m->path);
	text_field(out, "sha256", m->sha256);
	text_field(out, "ours", m->ours ? "yes" : "no: it taints a run");
	for (size_t i = 0; i < m->n_params; i++)
		fprintf(out, "%-13s-p %s.%s=VALUE  %s\n", i ? "" : "parameters", m->name,
			m->params[i]->name, m->params[i]->summary);
}

void text_target(FILE *out, const struct stk_target_info *t)
{
	text_field(out, "target", t->address);
	text_field(out, "driver", t->driver);
	text_field(out, "description", t->description);
	text_field(out, "license", t->license);
	text_field(out, "time", t->virtual_time ? "virtual" : "real");
	if (t->chip)
		text_chip(out, t->chip);
}

void text_chips(FILE *out, const struct stk_chip *const *chips, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fprintf(out, "%-16s %-10s %-11s %5" PRIu32 " KiB flash\n", chips[i]->name,
			chips[i]->family, chips[i]->core, chips[i]->flash_kib);
}

static void text_memories(FILE *out, const struct stk_chip *c)
{
	char range[64], size[32];

	for (size_t i = 0; i < c->n_memories; i++) {
		const struct stk_memory *m = &c->memories[i];
		struct stk_range r = { m->start, m->size };

		fprintf(out, "%-13s%s  %-10s %-9s %-12s %s\n", i ? "" : "memories",
			text_range(r, range, sizeof(range)),
			text_size(m->size, size, sizeof(size)), text_memory_kind(m->kind),
			m->name, or_dash(m->source));
	}
}

static void text_banks(FILE *out, const struct stk_chip *c)
{
	char size[32];

	for (size_t i = 0; i < c->n_banks; i++) {
		const struct stk_bank *b = &c->banks[i];

		for (size_t j = 0; j < b->n_regions; j++)
			fprintf(out,
				"%-13s%4" PRIu64 " x %-8s from 0x%08" PRIX64 "  %s%s%s\n",
				i || j ? "" : "sectors", b->regions[j].count,
				text_size(b->regions[j].size, size, sizeof(size)),
				b->regions[j].start, or_dash(b->name),
				b->state && *b->state ? ", " : "",
				b->state ? b->state : "");
	}
}

static void text_peripherals(FILE *out, const struct stk_chip *c)
{
	for (size_t i = 0; i < c->n_peripherals; i++) {
		const struct stk_peripheral *p = &c->peripherals[i];

		fprintf(out, "%-13s0x%08" PRIX64 "  %-10s %3zu registers  %s\n",
			i ? "" : "peripherals", p->base, p->name, p->n_registers,
			p->model ? p->model : "no model: reads as written");
	}
}

void text_chip(FILE *out, const struct stk_chip *c)
{
	fprintf(out, "%-13s%s, %s, %s, %" PRIu32 " KiB flash, %" PRIu32 " Hz after reset\n",
		"chip", c->name, c->family, c->core, c->flash_kib, c->clock_hz);
	if (c->default_nor)
		text_field(out, "external", c->default_nor);
	text_field(out, "source", c->source);
	text_memories(out, c);
	text_banks(out, c);
	text_peripherals(out, c);
	for (size_t i = 0; i < c->n_identity; i++)
		fprintf(out,
			"%-13s0x%08" PRIX64 " & 0x%08" PRIX32 " = 0x%08" PRIX32 "  %s\n",
			i ? "" : "identity", c->identity[i].address, c->identity[i].mask,
			c->identity[i].value, or_dash(c->identity[i].source));
}
