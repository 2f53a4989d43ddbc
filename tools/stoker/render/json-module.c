/* SPDX-License-Identifier: MIT */
/* Modules, targets and chips as JSON. */
#include <jansson.h>

#include "json.h"

json_t *json_module_object(const struct stk_module_info *m)
{
	json_t *o = json_new();

	put_text(o, "class", stk_class_name(m->class_id));
	put_text(o, "name", m->name);
	put_text(o, "version", m->version);
	put_text(o, "license", m->license);
	put_u64(o, "abi", m->abi);
	put_text(o, "path", m->path);
	put_bool(o, "ours", m->ours);
	if (m->sha256)
		put_text(o, "sha256", m->sha256);
	if (m->refused)
		put_text(o, "refused", m->refused);
	return o;
}

json_t *json_module_array(const struct stk_module_info *const *modules, size_t count)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < count; i++)
		put_last(array, json_module_object(modules[i]));
	return array;
}

void json_modules(FILE *out, const struct stk_module_info *const *modules, size_t count)
{
	json_t *o = json_document();

	put_bool(o, "ok", true);
	put(o, "modules", json_module_array(modules, count));
	json_finish(out, o);
}

void json_module(FILE *out, const struct stk_module_info *m)
{
	json_t *o = json_document(), *module = json_module_object(m);
	json_t *array = json_new_array();

	for (size_t i = 0; i < m->n_params; i++) {
		json_t *param = json_new();

		put_text(param, "name", m->params[i]->name);
		put_text(param, "summary", m->params[i]->summary);
		put_last(array, param);
	}
	put_text(module, "description", m->description);
	put(module, "parameters", array);
	put_bool(o, "ok", true);
	put(o, "module", module);
	json_finish(out, o);
}

static json_t *json_memories(const struct stk_chip *c)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < c->n_memories; i++) {
		const struct stk_memory *m = &c->memories[i];
		json_t *o = json_new();

		put_text(o, "name", m->name);
		put_text(o, "kind", text_memory_kind(m->kind));
		put_u64(o, "start", m->start);
		put_u64(o, "size", m->size);
		put_text(o, "source", m->source);
		put_last(array, o);
	}
	return array;
}

static json_t *json_banks(const struct stk_chip *c)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < c->n_banks; i++) {
		const struct stk_bank *b = &c->banks[i];
		json_t *o = json_new();

		put_text(o, "name", b->name);
		put_text(o, "state", b->state);
		put(o, "regions", json_region_array(b->regions, b->n_regions));
		put_text(o, "source", b->source);
		put_last(array, o);
	}
	return array;
}

static json_t *json_peripherals(const struct stk_chip *c)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < c->n_peripherals; i++) {
		const struct stk_peripheral *p = &c->peripherals[i];
		json_t *o = json_new();

		put_text(o, "name", p->name);
		put_u64(o, "base", p->base);
		put_u64(o, "size", p->length);
		put_text(o, "model", p->model);
		put_text(o, "source", p->source);
		put_last(array, o);
	}
	return array;
}

static json_t *json_identity_array(const struct stk_chip *c)
{
	json_t *array = json_new_array();

	for (size_t i = 0; i < c->n_identity; i++) {
		json_t *o = json_new();

		put_u64(o, "address", c->identity[i].address);
		put_u64(o, "mask", c->identity[i].mask);
		put_u64(o, "value", c->identity[i].value);
		put_text(o, "source", c->identity[i].source);
		put_last(array, o);
	}
	return array;
}

/* The line of chip list; @full adds what chip info shows. */
static json_t *json_chip_object(const struct stk_chip *c, bool full)
{
	json_t *o = json_new();

	put_text(o, "name", c->name);
	put_text(o, "family", c->family);
	put_text(o, "core", c->core);
	put_u64(o, "flash_kib", c->flash_kib);
	if (!full)
		return o;
	put_u64(o, "clock_hz", c->clock_hz);
	put_text(o, "default_nor", c->default_nor);
	put_text(o, "source", c->source);
	put(o, "memories", json_memories(c));
	put(o, "banks", json_banks(c));
	put(o, "peripherals", json_peripherals(c));
	put(o, "identity", json_identity_array(c));
	return o;
}

void json_chips(FILE *out, const struct stk_chip *const *chips, size_t count)
{
	json_t *o = json_document(), *array = json_new_array();

	for (size_t i = 0; i < count; i++)
		put_last(array, json_chip_object(chips[i], false));
	put_bool(o, "ok", true);
	put(o, "chips", array);
	json_finish(out, o);
}

void json_chip(FILE *out, const struct stk_chip *chip)
{
	json_t *o = json_document();

	put_bool(o, "ok", true);
	put(o, "chip", json_chip_object(chip, true));
	json_finish(out, o);
}

void json_target(FILE *out, const struct stk_target_info *t)
{
	json_t *o = json_document(), *target = json_new();

	put_text(target, "address", t->address);
	put_text(target, "driver", t->driver);
	put_text(target, "description", t->description);
	put_text(target, "license", t->license);
	put_bool(target, "virtual_time", t->virtual_time);
	put(target, "chip", t->chip ? json_chip_object(t->chip, true) : json_null());
	put_bool(o, "ok", true);
	put(o, "target", target);
	json_finish(out, o);
}
